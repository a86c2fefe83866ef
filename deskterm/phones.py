"""Telephone numbers as people write them, made comparable: E.164 (ITU-T), by the library phonenumbers 9.

The library takes a tenth of a second to import, so it is imported with the first text that may hold a number.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from phonenumbers import PhoneNumber

MAX_TEXT = 4000
"""How much of a text is searched for numbers, in characters; people tell theirs at the beginning."""
MAX_TYPED = 5
"""Most numbers that one text is taken to tell: a price list is no address book."""
MAX_NUMBER = 40
"""Longest text that can be one number, in characters."""
_FEWEST = 7
"""Digits of the shortest number: by less nobody can be called from elsewhere."""
_MAY_BE_ONE = re.compile(rf"\d(?:[\s().\-‐-―\u00a0]{{0,3}}\d){{{_FEWEST - 1}}}")
"""So many digits, with little between them."""
_PLUSES = ("+", "\uff0b")
_WITH_LETTERS = re.compile(r"(?i)[^\W\d_]+")
_ITS_WORDS = frozenset(
    ("tel", "phone", "ext", "x", "extension", "mob", "тел", "телефон", "моб", "доб", "добавочный", "whatsapp")
)
"""Words that stand beside a number and are no part of it; the library would dial other letters (1-800-FLOWERS)."""
_WITH_COUNTRY_CODE = 11
"""Digits from which on a number without a plus may begin with its country code; shorter ones are local anywhere."""


def may_hold_one(text: str) -> bool:
    """Say whether a text may tell a telephone number, without the library."""
    return _MAY_BE_ONE.search(text[:MAX_TEXT]) is not None


def warm_up(text: str) -> None:
    """Load the library if this text will need it: where nobody waits, so that nobody waits for it later."""
    if may_hold_one(text):
        import phonenumbers  # noqa: F401


def e164(text: str, region: str) -> str:
    """Return the number that a person typed ("8 912 345-67-89", "912…", "+49 30 …") as "+79123456789"; "" for what is none.

    `region` (ISO 3166) is where a number without a country code is. An extension is left out: the line is the same.
    """
    if len(text) > MAX_NUMBER or not _MAY_BE_ONE.search(text):
        return ""
    if any(word.lower() not in _ITS_WORDS for word in _WITH_LETTERS.findall(text)):
        return ""
    return _parsed(text, region) or _parsed(_with_plus(text), region)


def _with_plus(text: str) -> str:
    digits = "".join(filter(str.isdigit, text))
    if digits.startswith("00"):
        return f"+{digits[2:]}"
    return f"+{digits}" if len(digits) >= _WITH_COUNTRY_CODE else ""


def _parsed(text: str, region: str) -> str:
    from phonenumbers import NumberParseException, parse

    try:
        return _sound(parse(text, region))
    except NumberParseException:
        return ""


def _sound(number: PhoneNumber) -> str:
    from phonenumbers import PhoneNumberFormat, format_number, is_valid_number

    return format_number(number, PhoneNumberFormat.E164) if is_valid_number(number) else ""


@cache
def _local(region: str) -> re.Pattern[str]:
    """Return what finds the digits of a number without a country code: in most countries such numbers are longer than orders'.
    Where the library completes short ones (`national_prefix_transform_rule`), any may be one."""
    from phonenumbers import PhoneMetadata

    known = PhoneMetadata.metadata_for_region(region, None)
    if known is None or known.general_desc is None or known.national_prefix_transform_rule:
        return _MAY_BE_ONE
    fewest = max(_FEWEST, min(known.general_desc.possible_length, default=_FEWEST))
    return re.compile(rf"\d(?:[\W_x]{{0,8}}\d){{{fewest - 1}}}")


def typed_in(text: str, region: str) -> tuple[str, ...]:
    """Return the numbers that a running text tells, each once, as `e164` does."""
    if not may_hold_one(text):
        return ()
    text = text[:MAX_TEXT]
    if not any(plus in text for plus in _PLUSES) and not _local(region).search(text):
        return ()
    from phonenumbers import Leniency, PhoneNumberMatcher

    found = PhoneNumberMatcher(text, region, Leniency.VALID, max_tries=50)
    numbers = dict.fromkeys(number for match in found if (number := _sound(match.number)))
    return tuple(numbers)[:MAX_TYPED]

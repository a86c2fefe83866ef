"""What is typed into the form of a call or visit, understood: minutes, telephone numbers, addresses."""

from __future__ import annotations

import asyncio
import re

from deskterm.desk.addresses import typed_email
from deskterm.desk.post import Address, IdentityKind
from deskterm.i18n import N_

OUTCOME_KEYS = (("s", "solved"), ("o", "open"), ("b", "call_back"), ("n", "no_answer"))
"""Letter and value of `LogContact.outcome`; the words stand in `deskterm.words.contact_words`."""
DIRECTIONS = (("t", "in", N_("they called us")), ("w", "out", N_("we called them")))
"""Letter, value of the form, words."""
LONGEST_MIN = 24 * 60
_CLOCK = re.compile(r"(\d{1,4}):(\d{2})")
_PARTS = re.compile(r"(?:(\d{1,3})\s*[hчр]\s*)?(?:(\d{1,4})\s*[mмь]?\s*)?", re.IGNORECASE)
_NUMBER = re.compile(r"[+(\d][\d\s().\-]{5,}")


def minutes_typed(text: str) -> int | None:
    """Return the seconds that were typed: "5" or "5m" are minutes, "1:30" minutes and seconds, "1h 5m"; "" is 0, else None."""
    text = text.strip()
    if not text:
        return 0
    if found := _CLOCK.fullmatch(text):
        seconds = int(found[1]) * 60 + int(found[2])
    elif (found := _PARTS.fullmatch(text)) and (found[1] or found[2]):
        seconds = int(found[1] or 0) * 3600 + int(found[2] or 0) * 60
    else:
        return None
    return seconds if seconds <= LONGEST_MIN * 60 else None


def is_number(text: str) -> bool:
    """Whether what was typed looks like a telephone number rather than a name."""
    return _NUMBER.fullmatch(text.strip()) is not None


async def address_typed(text: str, name: str, region: str) -> Address | None:
    """Return the e-mail address or telephone number that was typed; None for what is neither. `region`: see `phones.e164`."""
    if "@" in text:
        found = typed_email(text)
        return None if found is None else Address(found.kind, found.value, found.name or ("" if "@" in name else name))
    if not is_number(text):
        return None
    from deskterm.phones import e164

    number = await asyncio.to_thread(e164, text, region)
    return Address(IdentityKind.PHONE, number, name) if number else None

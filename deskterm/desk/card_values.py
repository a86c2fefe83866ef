"""What is typed into a field of a card, as it is kept and as it is shown, by the field's type. Pure.

Kept are: numbers with a point and without needless zeros, dates as ISO 8601, "yes" and "no", choices as the configuration
writes them, telephone numbers in E.164, links with their scheme. What is kept, and what `shown` makes of it in any language,
may be typed again and is kept the same.
"""

from __future__ import annotations

import re
import urllib.parse
from collections.abc import Callable
from datetime import date
from decimal import Decimal, InvalidOperation

from deskterm.desk.addresses import typed_email
from deskterm.desk.card import CardField, FieldType
from deskterm.desk.commands import Refused
from deskterm.desk.query import folded
from deskterm.desk.text import clean_line

MAX_VALUE = 500
"""Longest value of a field, in characters; of a link `MAX_LINK`."""
MAX_LINK = 2000
MAX_DIGITS = 30
"""Most digits of a number."""
YES, NO = "yes", "no"
YES_NO_NAMES = {YES: {"en": "yes", "ru": "да"}, NO: {"en": "no", "ru": "нет"}}
_YES_NO = {
    **dict.fromkeys(("yes", "y", "true", "on", "1", "+", "да", "д", "есть"), YES),
    **dict.fromkeys(("no", "n", "false", "off", "0", "-", "нет", "н"), NO),
}
_NUMBER = re.compile(r"([+\-\u2212]?)([0-9][0-9.,]*|[.,][0-9]+)")
_ISO = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})(?:[T ][0-9]{1,2}:[0-9]{2}\S*)?")
_DAY_FIRST = re.compile(r"([0-9]{1,2})[.\-]([0-9]{1,2})[.\-]([0-9]{4})(?: ?г\.?)?(?: [0-9]{1,2}:[0-9]{2}\S*)?")
_SHORT_YEAR = re.compile(r"([0-9]{1,2})\.([0-9]{1,2})\.([0-9]{2})(?: ?г\.?)?")
_BY_MONTH = re.compile(r"([0-9]{1,2})(?:st|nd|rd|th|-?го|-?е)?[. ]+([^\W\d_]+)[., ]+([0-9]{4})(?: ?г(?:\.|ода)?)?")
_MONTH_FIRST = re.compile(r"([^\W\d_]+)[. ]+([0-9]{1,2})(?:st|nd|rd|th)?[, ]+([0-9]{4})")
_MONTHS = (
    "january январь января", "february февраль февраля", "march март марта", "april апрель апреля", "may май мая",
    "june июнь июня", "july июль июля", "august август августа", "september сентябрь сентября", "october октябрь октября",
    "november ноябрь ноября", "december декабрь декабря",
)  # fmt: skip
FIRST_OF_LAST_CENTURY = 40
"""The first year of two digits that is one of the twentieth century: most such dates are days of birth."""
_SLASHES = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:(?!\d)")
_NO_LINK = re.compile(r"[\s<>\"\\^`{|}]")

Phone = Callable[[str], str]
"""Returns a telephone number in E.164, "" for what is none; handed in, since what is one depends on the country."""


def normal_value(field: CardField, typed: str, phone: Phone) -> str | Refused:
    """Return what was typed into a field as it is kept ("" for nothing), or why it cannot stand there."""
    if len(typed) > 2 * MAX_LINK:
        return Refused("too_long", {"length": len(typed), "limit": MAX_VALUE})
    text = clean_line(typed, 4 * MAX_LINK)
    limit = MAX_LINK if field.type is FieldType.LINK else MAX_VALUE
    if len(text) > limit:
        return Refused("too_long", {"length": len(text), "limit": limit})
    if not text:
        return ""
    if field.type is FieldType.CHOICE:
        return _choice(field.choices, text)
    if field.type is FieldType.PHONE:
        return phone(text) or _refused("bad_phone", text)
    return _BY_TYPE[field.type](text)


def shown_value(value: str, type: FieldType, language: str) -> str:
    """Return a kept value as people of a language read it; what is not of its type (any more) as it is."""
    if type is FieldType.YES_NO and value in YES_NO_NAMES:
        return YES_NO_NAMES[value].get(language, value)
    if language == "ru" and type is FieldType.NUMBER and isinstance(_number(value), str):
        return value.replace(".", ",")
    if language == "ru" and type is FieldType.DATE and (found := _ISO.fullmatch(value)):
        return f"{int(found[3]):02}.{int(found[2]):02}.{found[1]}"
    return value


def _refused(code: str, text: str) -> Refused:
    return Refused(code, {"value": clean_line(text, 60)})


def _number(text: str) -> str | Refused:
    """One comma or point stands before the decimals; of several the last, where it is another sign than those before it."""
    found = _NUMBER.fullmatch(re.sub(r"[\s'\u2019]", "", text))
    if found is None:
        return _refused("bad_number", text)
    sign, digits = "" if found[1] in ("", "+") else "-", found[2]
    signs = [char for char in digits if char in ".,"]
    if len(signs) > 1:
        same = len(set(signs)) == 1
        groups = re.split("[.,]", digits)
        if signs.count(signs[-1]) > 1 and not same:
            return _refused("bad_number", text)
        if any(len(group) != 3 for group in groups[1 : None if same else -1]) or not 1 <= len(groups[0]) <= 3:
            return _refused("bad_number", text)
        digits = "".join(groups) if same else f"{''.join(groups[:-1])}.{groups[-1]}"
    try:
        number = Decimal(digits.replace(",", "."))
    except InvalidOperation:
        return _refused("bad_number", text)
    if len(digits) > MAX_DIGITS:
        return _refused("bad_number", text)
    plain = f"{number:f}"
    plain = plain.rstrip("0").rstrip(".") if "." in plain else plain
    return plain if plain == "0" else sign + plain


def _date(text: str) -> str | Refused:
    """Days come before months but for slashes, which say nothing where both could be months."""
    if found := _ISO.fullmatch(text):
        return _day(found[1], found[2], found[3]) or _refused("no_such_day", text)
    if found := _DAY_FIRST.fullmatch(text):
        return _day(found[3], found[2], found[1]) or _refused("no_such_day", text)
    if found := _SHORT_YEAR.fullmatch(text):
        return _day(_whole_year(found[3]), found[2], found[1]) or _refused("no_such_day", text)
    if named := _by_month(text):
        return _day(*named) or _refused("no_such_day", text)
    if found := _SLASHES.fullmatch(text):
        either = {day for day in (_day(found[3], found[2], found[1]), _day(found[3], found[1], found[2])) if day}
        return either.pop() if len(either) == 1 else _refused("unclear_date" if either else "no_such_day", text)
    return _refused("bad_date", text)


def _by_month(text: str) -> tuple[str, str, str] | None:
    """Return year, month and day of a date that names its month in Russian or English, by three letters or more."""
    if found := _BY_MONTH.fullmatch(text):
        day, name, year = found.groups()
    elif found := _MONTH_FIRST.fullmatch(text):
        name, day, year = found.groups()
    else:
        return None
    wanted = folded(name)
    for month, names in enumerate(_MONTHS, start=1):
        if wanted in names.split() or (len(wanted) >= 3 and any(folded(one).startswith(wanted) for one in names.split())):
            return year, str(month), day
    return None


def _whole_year(two: str) -> str:
    """Return the year of two digits."""
    return f"{20 if int(two) < FIRST_OF_LAST_CENTURY else 19}{two}"


def _day(year: str, month: str, day: str) -> str:
    try:
        return date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        return ""


def _choice(choices: tuple[str, ...], text: str) -> str | Refused:
    """A value of the list, or the beginning of one only."""
    wanted = folded(text)
    for choice in choices:
        if folded(choice) == wanted:
            return choice
    found = [choice for choice in choices if folded(choice).startswith(wanted)]
    if len(found) == 1:
        return found[0]
    return Refused(
        "unclear_choice" if found else "bad_choice", {"value": clean_line(text, 60), "choices": ", ".join(found or choices)}
    )


def _yes_no(text: str) -> str | Refused:
    return _YES_NO.get(folded(text)) or _refused("bad_yes_no", text)


def _email(text: str) -> str | Refused:
    address = typed_email(text)
    return _refused("bad_email", text) if address is None else address.value


def _link(text: str) -> str | Refused:
    link = text if _SCHEME.match(text) else f"https://{text}"
    try:
        parts = urllib.parse.urlsplit(link)
        host, _port = parts.hostname or "", parts.port
    except ValueError:
        return _refused("bad_link", text)
    sound = parts.scheme in ("http", "https") and not _NO_LINK.search(link) and ("." in host or host == "localhost")
    # A name before the host is how links pretend to lead elsewhere.
    return link if sound and parts.username is None and len(link) <= MAX_LINK else _refused("bad_link", text)


_BY_TYPE: dict[FieldType, Callable[[str], str | Refused]] = {
    FieldType.TEXT: lambda text: text,
    FieldType.NUMBER: _number,
    FieldType.DATE: _date,
    FieldType.YES_NO: _yes_no,
    FieldType.EMAIL: _email,
    FieldType.LINK: _link,
}

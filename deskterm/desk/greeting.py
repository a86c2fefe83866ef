"""By which name a customer is greeted: the first name, as far as a name shows which that is. Pure."""

from __future__ import annotations

import re

_PATRONYMIC = re.compile(r"\w+(?:ович|евич|ьич|овна|евна|ична|инична)", re.IGNORECASE)
_TITLE = re.compile(
    "(?:mrs?|ms|miss|dr|prof|sir|madam|herr|frau|mme|г|г-н|г-жа|гр|господин|госпожа|д-р|доктор|проф|уважаем(?:ый|ая))\\.?",
    re.IGNORECASE,
)
_BUSINESS = re.compile(
    r"\b(?:[опз]?ао|ооо|ип|тоо|нко|гк|магазин|компания|llc|ltd|inc|corp|co|gmbh|ag|srl|plc|company|group|shop|store)\b",
    re.IGNORECASE,
)
_NAME = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")
_LAST_LETTER = "\u2fff"
"""Above it one sign can be a name; a single letter is an initial."""


def first_name(name: str) -> str:
    """Return the name to greet a person by; "" where the name is an address, a business or a number.

    "Ольга Каренина" is Ольга, "Каренина, Ольга" as well, and of "Каренина Ольга Сергеевна" the word before the patronymic is
    the first name, by the custom of Russian forms.
    """
    last, comma, rest = name.partition(",")
    words = (rest if comma and rest.strip() else last).split()
    if _BUSINESS.search(name):
        return ""
    while words and _TITLE.fullmatch(words[0]):
        words = words[1:]
    if not words or any(char in name for char in "@/:\\"):
        return ""
    place = 1 if len(words) == 3 and _PATRONYMIC.fullmatch(words[2]) else 0
    found = words[place]
    return found if _NAME.fullmatch(found) is not None and (len(found) > 1 or found > _LAST_LETTER) else ""

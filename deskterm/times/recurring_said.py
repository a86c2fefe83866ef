"""Words that say how a task recurs, and the rule (RFC 5545) that each says: "every two weeks", "1 числа каждого месяца"."""

from __future__ import annotations

import re
from datetime import time

from deskterm.times.hours import NUMBERS, hour_meant

_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_WORKING_DAYS = "MO,TU,WE,TH,FR"

_WHOLE: dict[str, str] = {
    "daily": "FREQ=DAILY",
    "every day": "FREQ=DAILY",
    "weekly": "FREQ=WEEKLY",
    "every week": "FREQ=WEEKLY",
    "fortnightly": "FREQ=WEEKLY;INTERVAL=2",
    "monthly": "FREQ=MONTHLY",
    "every month": "FREQ=MONTHLY",
    "twice a year": "FREQ=MONTHLY;INTERVAL=6",
    "every half year": "FREQ=MONTHLY;INTERVAL=6",
    "quarterly": "FREQ=MONTHLY;INTERVAL=3",
    "every quarter": "FREQ=MONTHLY;INTERVAL=3",
    "yearly": "FREQ=YEARLY",
    "annually": "FREQ=YEARLY",
    "every year": "FREQ=YEARLY",
    "every other day": "FREQ=DAILY;INTERVAL=2",
    "every other week": "FREQ=WEEKLY;INTERVAL=2",
    "every weekday": f"FREQ=WEEKLY;BYDAY={_WORKING_DAYS}",
    "weekdays": f"FREQ=WEEKLY;BYDAY={_WORKING_DAYS}",
    "every working day": f"FREQ=WEEKLY;BYDAY={_WORKING_DAYS}",
    "weekends": "FREQ=WEEKLY;BYDAY=SA,SU",
    "last day of the month": "FREQ=MONTHLY;BYMONTHDAY=-1",
    "ежедневно": "FREQ=DAILY",
    "каждый день": "FREQ=DAILY",
    "через день": "FREQ=DAILY;INTERVAL=2",
    "еженедельно": "FREQ=WEEKLY",
    "каждую неделю": "FREQ=WEEKLY",
    "раз в неделю": "FREQ=WEEKLY",
    "через неделю": "FREQ=WEEKLY;INTERVAL=2",
    "ежемесячно": "FREQ=MONTHLY",
    "каждый месяц": "FREQ=MONTHLY",
    "раз в месяц": "FREQ=MONTHLY",
    "ежеквартально": "FREQ=MONTHLY;INTERVAL=3",
    "каждый квартал": "FREQ=MONTHLY;INTERVAL=3",
    "ежегодно": "FREQ=YEARLY",
    "каждый год": "FREQ=YEARLY",
    "раз в год": "FREQ=YEARLY",
    "каждые полгода": "FREQ=MONTHLY;INTERVAL=6",
    "раз в полгода": "FREQ=MONTHLY;INTERVAL=6",
    "по будням": f"FREQ=WEEKLY;BYDAY={_WORKING_DAYS}",
    "каждый будний день": f"FREQ=WEEKLY;BYDAY={_WORKING_DAYS}",
    "каждый рабочий день": f"FREQ=WEEKLY;BYDAY={_WORKING_DAYS}",
    "по выходным": "FREQ=WEEKLY;BYDAY=SA,SU",
    "последний день месяца": "FREQ=MONTHLY;BYMONTHDAY=-1",
}
"""Whole phrases, folded, and the rules that they say."""
_UNITS = {
    "DAILY": r"days?|дн(?:я|ей)|день",
    "WEEKLY": r"weeks?|недел(?:ь|и|ю)",
    "MONTHLY": r"months?|месяц(?:а|ев)?",
    "YEARLY": r"years?|год(?:а)?|лет",
}
_NUMBERS = {word: int(number) for word, number in NUMBERS.items() if number == int(number) and " " not in word and number > 1}
_UNIT = "|".join(f"(?P<{name}>{unit})" for name, unit in _UNITS.items())
_EVERY_SO_MANY = re.compile(rf"(?:every|кажд(?:ый|ые|ую|ое)|раз в) (\d{{1,3}}|{'|'.join(_NUMBERS)}) (?:{_UNIT})")
_DAY_NAMES = {
    "MO": r"mon(?:days?)?|понедельник(?:ам)?|пн",
    "TU": r"tue(?:s|sdays?)?|вторник(?:ам)?|вт",
    "WE": r"wed(?:nesdays?)?|сред(?:а|у|ам)|ср",
    "TH": r"thu(?:rs|rsdays?)?|четверг(?:ам)?|чт",
    "FR": r"fri(?:days?)?|пятниц(?:а|у|ам)|пт",
    "SA": r"sat(?:urdays?)?|суббот(?:а|у|ам)|сб",
    "SU": r"sun(?:days?)?|воскресень(?:е|ям)|вс",
}
_DAY = re.compile("|".join(f"(?P<{name}>{words})" for name, words in _DAY_NAMES.items()))
_ON_DAYS = re.compile(r"(?:every|on|кажд(?:ый|ую|ое)|по) (.+)")
_BETWEEN = re.compile(r"\s*(?:,|\band\b|\bи\b)\s*|\s+")

_PLACES = {
    "1": r"first|1st|перв(?:ый|ую|ое|ая)",
    "2": r"second|2nd|втор(?:ой|ую|ое|ая)",
    "3": r"third|3rd|треть(?:ю|е|я)|третий",
    "4": r"fourth|4th|четверт(?:ый|ую|ое|ая)",
    "-1": r"last|последн(?:ий|юю|ее|яя)",
}
_IN_A_MONTH = r"(?: (?:of (?:the|each|every)|in (?:a|the|each|every)|кажд(?:ого|ый)|в)? ?(?:month|месяца?))?"
_DAY_OF_A_MONTH = re.compile(
    rf"(?:every |on |(?:on )?the |кажд(?:ый|ую|ое) |в )*"
    rf"(?P<place>{'|'.join(_PLACES.values())}) (?:{_DAY.pattern}){_IN_A_MONTH}"
)
_NUMBER_OF_A_MONTH = re.compile(
    r"(?:every month |monthly |ежемесячно |каждый месяц )?(?:every |on |the |каждое |каждого )*"
    rf"(\d{{1,2}})(?:-?(?P<ordinal>st|nd|rd|th|го|е|ое)(?: числ[оа])?| (?P<of>числ[оа]))(?: day)?{_IN_A_MONTH}"
)
_AT = re.compile(
    r"(.+?) (?:(?:at|в) (\d{1,2})(?:[:.](\d\d))?|(\d{1,2}):(\d\d))\s*([ap]\.?m\.?|утра|дня|вечера|ночи|час(?:а|ов)?)?"
)


_FIRST = re.compile(r"перво(?:е|го) числ[оа]")


def time_said(words: str) -> tuple[time | None, str]:
    """Return the time of day at the end of words, and the words before it; None and all words where none stands there."""
    found = _AT.fullmatch(words)
    if found is None:
        return None, words
    hour = hour_meant(found[2] or found[4], (found[6] or "").replace(".", ""))
    minute = int(found[3] or found[5] or 0)
    return (time(hour, minute), found[1]) if hour < 24 and minute < 60 else (None, words)


def rule_said(words: str) -> str | None:
    """Return the rule that words (folded) say; None where they say none."""
    words = _FIRST.sub("1 число", words)
    if words in _WHOLE:
        return _WHOLE[words]
    if match := _EVERY_SO_MANY.fullmatch(words):
        count = _NUMBERS[match[1]] if match[1] in _NUMBERS else int(match[1])
        if count:
            return f"FREQ={match.lastgroup};INTERVAL={count}" if count > 1 else f"FREQ={match.lastgroup}"
    return _of_a_month(words) or _on_weekdays(words)


def _on_weekdays(words: str) -> str | None:
    match = _ON_DAYS.fullmatch(words)
    if match is None:
        return None
    found = [_DAY.fullmatch(word) for word in _BETWEEN.split(match[1]) if word]
    days = {str(day.lastgroup) for day in found if day is not None}
    if not found or not all(found):
        return None
    return f"FREQ=WEEKLY;BYDAY={','.join(sorted(days, key=_WEEKDAYS.index))}"


def _of_a_month(words: str) -> str | None:
    """Return the rule of "every first monday" and "каждое 15 число"; the 31st is the last of a shorter month."""
    if match := _DAY_OF_A_MONTH.fullmatch(words):
        named = match.groupdict()
        place = next(place for place, called in _PLACES.items() if re.fullmatch(called, named["place"]))
        return f"FREQ=MONTHLY;BYDAY={place}{next(day for day in _WEEKDAYS if named[day])}"
    match = _NUMBER_OF_A_MONTH.fullmatch(words)
    if match is None or not 1 <= int(match[1]) <= 31:
        return None
    if int(match[1]) <= 28:
        return f"FREQ=MONTHLY;BYMONTHDAY={int(match[1])}"
    return f"FREQ=MONTHLY;BYMONTHDAY={','.join(map(str, range(28, int(match[1]) + 1)))};BYSETPOS=-1"

"""By when something is promised: the deadline that the words of a promise name, Russian or English.

A span is meant to its end: "до 15:00" at that time, "в пятницу" and "by Friday" at the end of that working day, which is 18:00
on the clock of who promises (the calendars of the desk are not asked: a reminder may be moved); "tomorrow morning" at noon, "in
the afternoon" at 18:00, "tonight" at 21:00, "this week" on Friday. "Before Friday" is the end of Thursday, while Russian "до
пятницы" may take Friday in. "Within 2 days" is the end of that day, "within 2 hours" is to the minute, and of "2-3 days" the
longer holds. Hours from 1 to 7 without more are those of the afternoon. What is vague ("soon", "на днях") names no time.

`when_words` reads what somebody types as a time; here times are found among other words, and every word but these is passed by.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from deskterm.times.hours import DAY_ENDS, NOON, NUMBERS, after_working_days, hour_meant

NIGHT = time(21)
"""When an evening is over."""
LAST_MINUTE = time(23, 59)
FURTHEST = timedelta(days=366)
"""Nobody promises further ahead in passing: such a date is of something else."""
_LATELY = timedelta(days=120)
"""A date without its year that passed so lately is of the past, not of the next year."""

_WORD = "|".join(sorted(map(re.escape, NUMBERS), key=len, reverse=True))
_COUNT = rf"(?:\d{{1,4}}(?:[.,]\d)?|{_WORD})"
_RANGE = rf"(?:(?P<low>{_COUNT})\s?(?:-|–|—|to|до|или|or)\s?)?(?P<count>{_COUNT})"
_UNIT = (
    r"(?P<minutes>минут[ауы]?|мин|minutes?|mins?)"
    r"|(?P<hours>час(?:а|ов|у|ика|ик)?|ч|hours?|hrs?|h)"
    r"|(?P<workdays>(?:рабоч(?:их|ий|его)|business|working) (?:дн(?:я|ей)|день|days?))"
    r"|(?P<days>(?:календарн(?:ых|ый|ого) )?(?:дн(?:я|ей)|день|сут(?:ок|ки))|(?:calendar )?days?)"
    r"|(?P<weeks>недел[яюиь]|недель|weeks?)"
)
_AROUND = r"(?:примерно |где-то |около |ближайш(?:их|его|ей|ие|ий) |буквально |the next |next |about |around |just )?"
_WITHIN = r"(?:в течени[еи]|в теч|через|спустя|за|within|in|max(?:imum)?|at most|макс(?:имум)?)"
_SPAN = re.compile(rf"(?<!\w){_WITHIN}\.? {_AROUND}(?:{_RANGE}\s?)?(?:{_UNIT})(?!\w)")
_TURNED = re.compile(rf"(?<!\w)(?:{_UNIT})\s(?:через|спустя) {_RANGE}(?!\w)")
_HALF_HOUR = re.compile(r"(?<!\w)(?:через|спустя|за|в течени[еи]|within|in) (?:полчаса|получаса|пол часа|half an hour)(?!\w)")

_DAYS = {"сегодня": 0, "today": 0, "завтра": 1, "завтрашнего": 1, "tomorrow": 1, "послезавтра": 2}
_AFTER_TOMORROW = re.compile(r"(?:the )?day after tomorrow(?!\w)")
_WEEKDAYS = (
    "понедельник[ауе]?|пн|monday|mon",
    "вторник[ауе]?|вт|tuesday|tue|tues",
    "сред[ауые]|ср|wednesday|wed",
    "четверг[ауе]?|чт|thursday|thu|thurs",
    "пятниц[ауые]|пт|friday|fri",
    "суббот[ауые]|сб|saturday",
    "воскресень[еяю]|вс|sunday",
)
_WEEKDAY = re.compile(
    rf"(?P<next>(?:next|следующ(?:ий|ую|ая|ее|ей|его|ему)) )?(?:{'|'.join(f'({names})' for names in _WEEKDAYS)})(?!\w)"
)
_MONTHS = (
    "янв(?:аря|арю)?|jan(?:uary)?", "фев(?:раля|ралю)?|feb(?:ruary)?", "марта?|марту|mar(?:ch)?", "апр(?:еля|елю)?|apr(?:il)?",
    "мая|маю|май|may", "июня?|июню|jun[e]?", "июля?|июлю|jul[y]?", "авг(?:уста|усту)?|aug(?:ust)?",
    "сент?(?:ября|ябрю)?|sept?(?:ember)?", "окт(?:ября|ябрю)?|oct(?:ober)?", "ноя(?:бря|брю)?|nov(?:ember)?",
    "дек(?:абря|абрю)?|dec(?:ember)?",
)  # fmt: skip
_MONTH = "|".join(f"(?P<m{number}>{names})" for number, names in enumerate(_MONTHS, 1))
_NAMED = re.compile(
    rf"(?P<day>\d{{1,2}})(?:-?(?:го|е|му|st|nd|rd|th))?(?: of)? (?:{_MONTH})(?!\w)\.?(?:,? (?P<year>20\d\d)(?!\w))?"
)
_NAMED_FIRST = re.compile(rf"(?:{_MONTH})\.? (?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?![\w:])(?:,? (?P<year>20\d\d)(?!\w))?")
_DOTTED = re.compile(r"(?P<day>\d{1,2})[./](?P<month>\d{1,2})(?:[./](?P<year>\d{4}|\d{2}))?(?![\w:./-]\w)(?!\w)")
_ISO = re.compile(r"(?P<year>20\d\d)-(?P<month>\d{1,2})-(?P<day>\d{1,2})(?!\w)")
_OF_MONTH = re.compile(r"(?P<day>\d{1,2})(?:-?(?:го|му)| числ[ауо])(?: числ[ауо])?(?!\w)")

_WEEK_ENDS = re.compile(
    r"на (?P<next>следующей) неделе|(?P<next_en>next week)|на этой неделе|this week"
    r"|(?:до |к )конц[ау] (?:этой |рабочей |текущей )?недели|end of (?:the |this )?week|eow(?!\w)"
)
_MONTH_ENDS = re.compile(r"(?:до |к )конц[ау] (?:этого |текущего )?месяца|end of (?:the |this )?month")
_DAY_ENDS = re.compile(
    r"(?:до|к) конц[ау] (?:сегодняшнего |рабочего |этого )?дня|в течени[еи] (?:сегодняшнего |рабочего |этого )?дня(?! с)"
    r"|(?:end of|close of)(?: the| this)?(?: business| working| work)?(?: day| business)?|eod(?!\w)|cob(?!\w)"
    r"|(?:до|к) вечер[ау]|by (?:this )?evening"
)
_PARTS: tuple[tuple[re.Pattern[str], time], ...] = (
    (
        re.compile(
            r"(?:с утра|утром|до обеда|до полудня|к обеду|в первой половине дня|в полдень"
            r"|morning|(?:before |by )?lunch|(?<!\w)noon|by midday)(?!\w)"
        ),
        NOON,
    ),
    (re.compile(r"(?:днем|после обеда|во второй половине дня|afternoon)(?!\w)"), DAY_ENDS),
    (re.compile(r"(?:вечером|evening|tonight)(?!\w)"), NIGHT),
    (re.compile(r"(?:до полуночи|(?:by|before) midnight)(?!\w)"), LAST_MINUTE),
)  # fmt: skip

_HALF = r"a\.?m\.?|p\.?m\.?|утра|дня|вечера|ночи|o'clock"
_HOUR = (
    rf"(?P<hour>\d{{1,2}})(?:(?:[:.]|-(?=[0-5]0))(?P<minute>\d\d))?(?: ?(?P<half>{_HALF}))?(?: ?(?:час(?:а|ов|ам)?|ч|h)(?!\w))?"
)
_CLOCK = re.compile(
    rf"(?P<how>(?<!\w)(?:до|к|в|во|с|около|после|не позднее|не позже|by|before|at|around|till|until|after|from|between|между"
    rf"|and|и|to|[-–—])) ?{_HOUR}(?![\w%№]|[.:/,-]\d)"
)
_BARE = re.compile(
    r"(?<![\w.:/-])(?P<hour>\d{1,2})(?::|-(?=[03]0))(?P<minute>\d\d)(?: ?(?P<half>a\.?m\.?|p\.?m\.?))?(?![\w:-])"
)
_HALF_OF = re.compile(rf"(?<![\w.:/-])(?P<hour>\d{{1,2}})(?:[:.](?P<minute>\d\d))? ?(?P<half>{_HALF})(?!\w)")
_HOUR_WORDS = {
    "часа": 13, "часу": 13, "двух": 14, "двум": 14, "трех": 15, "трем": 15, "четырех": 16, "четырем": 16, "пяти": 17,
    "шести": 18, "семи": 19, "восьми": 20, "девяти": 9, "десяти": 10, "одиннадцати": 11, "двенадцати": 12,
}  # fmt: skip
_IN_WORDS = re.compile(
    rf"(?<!\w)(?:до|к) (?P<word>{'|'.join(_HOUR_WORDS)})(?: час(?:ов|ам))?(?: (?P<half>утра|дня|вечера))?(?!\w)"
)
_COUNTED = re.compile(
    r" ?(?:%|руб|р\.|₽|шт|штук|кг|г\b|км|минут|мин\b|дн|раб|недел|сут|pcs|items|days?|minutes?|mins?|weeks?|\$|€)"
)
"""What makes a number behind "до" or "by" no time of day."""
_OTHERS = re.compile(r"(?:от|за|со?|from|of|since|dated|№|#|прошл\w{2,4}|last) ?$")
"""Words before a day that is not when something will be done."""
_BEFORE = re.compile(r"(?:^|\s)before $")


_PAIRS = (
    (re.compile(r"(?<!\w)час ?[-–—] ?полтора(?: часа)?(?!\w)"), "полтора часа"),
    (re.compile(r"(?<!\w)час ?[-–—] ?(?:два|другой)(?: часа)?(?!\w)"), "2 часа"),
    (re.compile(r"(?<!\w)день ?[-–—] ?(?:два|другой)(?: дня)?(?!\w)"), "2 дня"),
    (re.compile(r"(?<!\w)недел[юя] ?[-–—] ?(?:две|другую)(?: недели)?(?!\w)"), "2 недели"),
    (
        re.compile(r"(?<=[а-яa-z]) ?[-–—] ?(?=(?:после)?завтра(?!\w)|tomorrow(?!\w)|пятниц|вторник|сред[уы]|четверг|суббот)"),
        " ",
    ),
    (re.compile(r"(?:(?<=в )|(?<=к ))\d{1,2} ?[-–—] ?(?=\d{1,2} час)|(?<=(?:at|by) )\d{1,2} ?[-–—] ?(?=\d{1,2} ?[ap]m)"), ""),
)
"""Two lengths, days or hours, of which the longer and the later one hold; beside them what they mean."""


def deadline(words: str, wall: datetime) -> datetime | timedelta | None:
    """Return when the time that these words (lower case, "ё" as "е", single spaces) name is over, on the same clock as `wall`
    (naive), or how long it is from now where they name hours or minutes; None where they name none, or one that has passed."""
    for pair, meant in _PAIRS:
        words = pair.sub(meant, words)
    found = _found(words, wall)
    if isinstance(found, timedelta):
        return found if timedelta() < found <= FURTHEST else None
    return found if found is not None and wall < found <= wall + FURTHEST else None


def _found(words: str, wall: datetime) -> datetime | timedelta | None:
    day = _day(words, wall)
    if day is None:
        span, words = _span(words, wall)
        if isinstance(span, timedelta):
            return span
        day = span
    at = _time_of_day(words)
    if day is None and at is None:
        return _by_week_or_month(words, wall) or (_end_of(wall.date(), wall) if _DAY_ENDS.search(words) else None)
    if day is None:
        assert at is not None
        today = datetime.combine(wall.date(), at)
        return today if today > wall else today + timedelta(days=1)
    return datetime.combine(day, at) if at is not None else _end_of(day, wall)


def _end_of(day: date, wall: datetime) -> datetime:
    """Return when work is over on a day; of a day whose work is over the end of the day itself."""
    end = datetime.combine(day, DAY_ENDS)
    return end if end > wall else datetime.combine(day, LAST_MINUTE)


def _span(words: str, wall: datetime) -> tuple[timedelta | date | None, str]:
    """Return a span of minutes or hours, or the day on which a longer one ends; and the words without it."""
    if _HALF_HOUR.search(words):
        return timedelta(minutes=30), words
    found = _TURNED.search(words) or _SPAN.search(words)
    if found is None or (found["days"] == "дня" and found["count"] is None):
        return None, words
    count, rest = _number(found["count"] or "1"), words[: found.start()] + words[found.end() :]
    if found["minutes"]:
        return timedelta(minutes=count), rest
    if found["hours"]:
        return timedelta(hours=count), rest
    if found["workdays"]:
        return after_working_days(wall.date(), int(count)), rest
    return wall.date() + timedelta(days=count * (7 if found["weeks"] else 1)), rest


def _number(text: str) -> float:
    return NUMBERS[text] if text in NUMBERS else float(text.replace(",", "."))


def _by_week_or_month(words: str, wall: datetime) -> datetime | None:
    today = wall.date()
    if (found := _WEEK_ENDS.search(words)) is not None:
        coming = bool(found["next"] or found["next_en"])
        day = today + timedelta(days=4 - today.weekday() + 7 * coming)
        return _end_of(max(day, today), wall)
    if _MONTH_ENDS.search(words):
        return _end_of(today.replace(day=monthrange(today.year, today.month)[1]), wall)
    return None


def _day(words: str, wall: datetime) -> date | None:
    """Return the last of the days that words name: of "on Friday or on Monday" it is Monday."""
    days = [day for day in _days(words, wall) if day >= wall.date()]
    return max(days) if days else None


_ONE_WORD = re.compile(r"\w+")
_ANY_DAY = re.compile(r"(?<![\w.:/№#-])(?=[\dа-яa-z])")


def _days(words: str, wall: datetime) -> Iterator[date]:
    end = 0
    for place in _ANY_DAY.finditer(words):
        start = place.start()
        if start < end:
            continue
        found = _day_at(words, start, wall)
        if found is None:
            continue
        day, end = found
        ahead = words[max(0, start - 12) : start]
        if not _OTHERS.search(ahead):
            yield day - timedelta(days=1) if _BEFORE.search(ahead) and not _time_of_day(words) else day


def _day_at(words: str, start: int, wall: datetime) -> tuple[date, int] | None:
    """Return the day whose name begins at a place, and where that ends."""
    today = wall.date()
    if words[start].isdigit() or (found := _NAMED_FIRST.match(words, start)) is not None:
        return _dated(words, start, today)
    if (found := _AFTER_TOMORROW.match(words, start)) is not None:
        return today + timedelta(days=2), found.end()
    if (found := _WEEKDAY.match(words, start)) is not None:
        weekday = next(index for index in range(7) if found[index + 2])
        ahead = 7 - today.weekday() + weekday if found["next"] else (weekday - today.weekday()) % 7
        if not ahead and wall.time() >= DAY_ENDS:
            ahead = 7
        return today + timedelta(days=ahead), found.end()
    word = _ONE_WORD.match(words, start)
    if word is not None and word[0] in _DAYS:
        return today + timedelta(days=_DAYS[word[0]]), word.end()
    return None


_DATES = (_ISO, _NAMED, _NAMED_FIRST, _OF_MONTH, _DOTTED)


def _dated(words: str, start: int, today: date) -> tuple[date, int] | None:
    named = _date_at(words, start)
    if named is None:
        return None
    year, month, number, end = named
    day = _date_of(year, month, number, today)
    return None if day is None else (day, end)


def _date_at(words: str, start: int) -> tuple[int | None, int, int, int] | None:
    """Return the year (None: not said), the month (0: not said) and the day of a date that begins at a place, and its end."""
    for pattern in _DATES:
        found = pattern.match(words, start)
        if found is None:
            continue
        told = found.groupdict()
        month = int(told.get("month") or next((n for n in range(1, 13) if told.get(f"m{n}")), 0))
        if month <= 12 and (month or pattern is _OF_MONTH):
            year = told.get("year")
            return None if year is None else int(year) % 2000 + 2000, month, int(told["day"]), found.end()
    return None


def _date_of(year: int | None, month: int, day: int, today: date) -> date | None:
    """Return a day to come by its numbers (month 0: the next one that has it); None where there is none, or where it has passed
    lately."""
    try:
        if year is not None:
            return date(year, month, day)
        if month:
            this = date(today.year, month, day)
            return this if today - this < _LATELY else date(today.year + 1, month, day)
        this = today.replace(day=day)
        return this if this >= today else (today.replace(day=1) + timedelta(days=32)).replace(day=day)
    except ValueError:
        return None


def _time_of_day(words: str) -> time | None:
    """Return the time of day that words name: of "from 10 to 12" it is the end."""
    at: time | None = None
    for pattern in (_CLOCK, _HALF_OF, _BARE):
        for found in pattern.finditer(words):
            read = _clock(found, words)
            if read is not None:
                at = read if at is None or read > at else at
        if at is not None:
            return at
    if (named := _IN_WORDS.search(words)) is not None:
        hour = _HOUR_WORDS[named["word"]]
        return time(hour - 12 if named["half"] == "утра" and hour > 12 else hour)
    return next((end for pattern, end in _PARTS if pattern.search(words)), None)


def _clock(found: re.Match[str], words: str) -> time | None:
    named = found.groupdict()
    how, half = named.get("how") or "", (named.get("half") or "").replace(".", "")
    hour, minute = hour_meant(named["hour"], half), int(named["minute"] or 0)
    bare = not named["minute"] and not half
    if hour > 24 or minute > 59 or _date_at(words, found.start("hour")):
        return None
    if (bare or "-" in found[0][1:]) and _COUNTED.match(words, found.end()):
        return None
    if bare and how in ("с", "и", "and", "to", "-", "–", "—") and not _CLOCK.search(words[: found.start()]):
        return None
    if hour == 24:
        return LAST_MINUTE
    at = time(hour, minute)
    return next((end for end in (DAY_ENDS, NIGHT) if end > at), LAST_MINUTE) if how in ("после", "after") else at

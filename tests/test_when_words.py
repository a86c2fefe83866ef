"""Times in words, from a Sunday noon: exact answers, always to come."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deskterm.cli.due_time import typed_time as on_a_line
from deskterm.office import OfficeError
from deskterm.times.promise_words import promised_times
from deskterm.times.when_typed import quick_typed_time, typed_time
from deskterm.times.when_words import FURTHEST, LONGEST, Mistake, quick_time_in_words, time_in_words
from deskterm.verbs.line import is_time
from deskterm.verbs.named import time_of

MOSCOW = ZoneInfo("Europe/Moscow")
NOW = datetime(2026, 11, 22, 12, 34, 56, tzinfo=MOSCOW)
"""A Sunday."""

SPANS = {
    "30м": "22.11 13:04:56", "30 мин": "22.11 13:04:56", "in 2h": "22.11 14:34:56", "2h": "22.11 14:34:56",
    "1h30m": "22.11 14:04:56", "1 ч 30 мин": "22.11 14:04:56", "1.5h": "22.11 14:04:56", "полчаса": "22.11 13:04:56",
    "через полчаса": "22.11 13:04:56", "через час": "22.11 13:34:56", "in an hour": "22.11 13:34:56",
    "через полтора часа": "22.11 14:04:56", "half an hour": "22.11 13:04:56", "через 3 дня": "25.11 12:34:56",
    "3 дня": "25.11 12:34:56", "in 3 days": "25.11 12:34:56", "через 3 дня в 10:00": "25.11 10:00:00",
    "in 2 weeks at 9": "06.12 09:00:00", "через неделю": "29.11 12:34:56", "через 2 недели утром": "06.12 09:00:00",
    "через две недели": "06.12 12:34:56", "in two hours": "22.11 14:34:56", "2 hours and 15 minutes": "22.11 14:49:56",
    "через 1,5 часа": "22.11 14:04:56", "через месяц": "22.12 12:34:56", "in 2 business days": "24.11 12:34:56",
    "через 2 рабочих дня": "24.11 12:34:56", "через 6 рабочих дней в 10": "30.11 10:00:00",
    "a couple of hours": "22.11 14:34:56",
    "in 1 day 2 hours": "23.11 14:34:56", "in 90 seconds": "22.11 12:36:26", "in a fortnight": "06.12 09:00:00",
}  # fmt: skip
DAYS = {
    "завтра": "23.11 09:00:00", "Завтра 10:00": "23.11 10:00:00", "завтра в 10": "23.11 10:00:00",
    "завтра, 10:30": "23.11 10:30:00", "10:30 завтра": "23.11 10:30:00", "завтра вечером": "23.11 19:00:00",
    "завтра в 8 вечера": "23.11 20:00:00", "завтра вечером в 8": "23.11 20:00:00", "tomorrow 5pm": "23.11 17:00:00",
    "tomorrow at noon": "23.11 12:00:00", "послезавтра": "24.11 09:00:00", "day after tomorrow 14:00": "24.11 14:00:00",
    "friday": "27.11 09:00:00", "Fri 18:00": "27.11 18:00:00", "в пятницу": "27.11 09:00:00", "понедельник 9": "23.11 09:00:00",
    "в понедельник в 9 утра": "23.11 09:00:00", "в 9 в понедельник": "23.11 09:00:00", "во вторник днём": "24.11 14:00:00",
    "ср 11:15": "25.11 11:15:00", "sunday": "29.11 09:00:00", "воскресенье 18:00": "22.11 18:00:00",
    "воскресенье в 10": "29.11 10:00:00", "next friday": "27.11 09:00:00", "в следующую среду 12:00": "25.11 12:00:00",
    "до пятницы": "27.11 09:00:00", "by friday": "27.11 09:00:00", "к среде": "25.11 09:00:00",
    "завтра к обеду": "23.11 12:00:00",
    "завтра в 3": "23.11 15:00:00", "tomorrow at 7": "23.11 19:00:00", "tomorrow at 07:30": "23.11 07:30:00",
    "завтра в 3 часа": "23.11 15:00:00", "завтра утром в 6": "23.11 06:00:00", "завтра в 3 утра": "23.11 03:00:00",
    "tomorrow 3 a.m.": "23.11 03:00:00", "end of day": "22.11 18:00:00", "EOD": "22.11 18:00:00", "конец дня": "22.11 18:00:00",
    "к концу дня": "22.11 18:00:00", "завтра к концу дня": "23.11 18:00:00", "friday eod": "27.11 18:00:00",
    "eod friday": "27.11 18:00:00", "end of week": "27.11 18:00:00", "конец недели": "27.11 18:00:00",
    "к концу недели": "27.11 18:00:00", "конец следующей недели": "27.11 18:00:00", "end of month": "30.11 18:00:00",
    "конец месяца": "30.11 18:00:00", "end of next month": "31.12 18:00:00", "конец года": "31.12 18:00:00",
    "в выходные": "28.11 09:00:00", "next month": "01.12 09:00:00", "в следующем месяце": "01.12 09:00:00",
    "same time tomorrow": "23.11 12:34:56",
    "next week": "23.11 09:00:00", "на следующей неделе": "23.11 09:00:00", "monday morning": "23.11 09:00:00",
}  # fmt: skip
TIMES = {
    "до 18:00": "22.11 18:00:00", "by 6pm": "22.11 18:00:00", "18-30": "22.11 18:30:00", "полпервого": "23.11 12:30:00",
    "полтретьего": "22.11 14:30:00", "half past 3": "22.11 15:30:00", "без пятнадцати 10": "23.11 09:45:00",
    "3": "22.11 15:00:00",
    "18:00": "22.11 18:00:00", "10:00": "23.11 10:00:00", "9": "23.11 09:00:00", "в 3 дня": "22.11 15:00:00",
    "9.30": "23.11 09:30:00", "6pm": "22.11 18:00:00", "6 am": "23.11 06:00:00", "at 15": "22.11 15:00:00",
    "tonight": "22.11 19:00:00", "tonight at 8": "22.11 20:00:00", "сегодня": "22.11 19:00:00",
    "сегодня в 17": "22.11 17:00:00",
    "сегодня вечером": "22.11 19:00:00", "вечером": "22.11 19:00:00", "утром": "23.11 09:00:00", "полночь": "23.11 00:00:00",
    "in the morning": "23.11 09:00:00", "после обеда": "22.11 14:00:00", "12 ночи": "23.11 00:00:00",
}  # fmt: skip
DATES = {
    "5 декабря": "05.12 09:00:00", "5 декабря 14:00": "05.12 14:00:00", "3-го декабря в 10": "03.12 10:00:00",
    "dec 5": "05.12 09:00:00", "December 5th at 6pm": "05.12 18:00:00", "05.12": "05.12 09:00:00",
    "5.12.2026 8:15": "05.12 08:15:00", "5/12": "05.12 09:00:00", "2026-12-05 10:00": "05.12 10:00:00",
    "5.12.26": "05.12 09:00:00", "25 числа": "25.11 09:00:00", "25-го": "25.11 09:00:00", "26th": "26.11 09:00:00",
    "the 26th": "26.11 09:00:00", "26th at 6pm": "26.11 18:00:00", "1-го": "01.12 09:00:00", "5-е": "05.12 09:00:00",
    "1-го числа в 10": "01.12 10:00:00", "первого числа": "01.12 09:00:00", "12/25": "25.12 09:00:00",
    "25/12": "25.12 09:00:00",
    "12/25/2026": "25.12 09:00:00", "2026-12-05T10:00": "05.12 10:00:00", "в декабре": "01.12 09:00:00",
    "5 декабря 2026 г. в 10": "05.12 10:00:00", "25 dec 3pm": "25.12 15:00:00", "dec 10:30": "01.12 10:30:00",
    "25th of december": "25.12 09:00:00",
}  # fmt: skip


@pytest.mark.parametrize(("words", "meant"), [*SPANS.items(), *DAYS.items(), *TIMES.items(), *DATES.items()])
def test_words_mean_one_time_to_come(words: str, meant: str) -> None:
    answer = time_in_words(words, NOW, MOSCOW)
    assert isinstance(answer, datetime), answer
    assert answer.astimezone(MOSCOW).strftime("%d.%m %H:%M:%S") == meant
    assert answer.tzinfo is UTC
    assert answer.astimezone(MOSCOW).year == 2026


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("1 января", "2027-01-01"),
        ("в январе", "2027-01-01"),
        ("in january", "2027-01-01"),
        ("21.11", "2027-11-21"),
        ("29.02", "2028-02-29"),
    ],
)
def test_a_date_without_a_year_is_the_next_one(words: str, meant: str) -> None:
    answer = time_in_words(words, NOW, MOSCOW)
    assert isinstance(answer, datetime)
    assert str(answer.astimezone(MOSCOW).date()) == meant


@pytest.mark.parametrize(
    ("words", "mistake"),
    [
        ("", Mistake.EMPTY),
        ("  ", Mistake.EMPTY),
        ("когда-нибудь", Mistake.NOT_UNDERSTOOD),
        ("25:00", Mistake.NOT_UNDERSTOOD),
        ("31.02.2027", Mistake.NOT_UNDERSTOOD),
        ("31.02", Mistake.NOT_UNDERSTOOD),
        ("31.04", Mistake.NOT_UNDERSTOOD),
        ("0.5", Mistake.NOT_UNDERSTOOD),
        ("99.12", Mistake.NOT_UNDERSTOOD),
        ("99", Mistake.NOT_UNDERSTOOD),
        ("31 февраля", Mistake.NOT_UNDERSTOOD),
        ("32 числа", Mistake.NOT_UNDERSTOOD),
        ("2027", Mistake.NOT_UNDERSTOOD),
        ("в 2027 году", Mistake.NOT_UNDERSTOOD),
        ("2 hours ago", Mistake.PAST),
        ("час назад", Mistake.PAST),
        ("завтра завтра", Mistake.NOT_UNDERSTOOD),
        ("завтра когда удобно", Mistake.NOT_UNDERSTOOD),
        ("m", Mistake.NOT_UNDERSTOOD),
        ("9" * (LONGEST + 1), Mistake.NOT_UNDERSTOOD),
        ("вчера", Mistake.PAST),
        ("yesterday 18:00", Mistake.PAST),
        ("сегодня в 9", Mistake.PAST),
        ("2025-01-01", Mistake.PAST),
        ("0m", Mistake.PAST),
        ("2099-01-01", Mistake.TOO_FAR),
        ("99999 weeks", Mistake.TOO_FAR),
    ],
)
def test_what_is_no_time_to_come_says_why(words: str, mistake: Mistake) -> None:
    assert time_in_words(words, NOW, MOSCOW) is mistake


def test_the_wall_clock_counts_on_the_day_the_clocks_change() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    saturday = datetime(2026, 10, 24, 12, 0, tzinfo=berlin)
    answer = time_in_words("tomorrow 9:00", saturday, berlin)
    assert answer == datetime(2026, 10, 25, 8, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "words", "after"),
    [
        (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), "in 1h", timedelta(hours=1)),
        (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), "in 30m", timedelta(minutes=30)),
        (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), "через два часа", timedelta(hours=2)),
        (datetime(2026, 10, 25, 1, 30, tzinfo=UTC), "in 1h", timedelta(hours=1)),
        (datetime(2026, 10, 24, 12, 0, tzinfo=UTC), "in 24h", timedelta(hours=24)),
        (datetime(2026, 10, 24, 12, 0, tzinfo=UTC), "in 1 day", timedelta(hours=25)),
        (datetime(2026, 10, 24, 12, 0, tzinfo=UTC), "через неделю", timedelta(days=7, hours=1)),
        (datetime(2026, 10, 24, 12, 0, tzinfo=UTC), "in 1 day 2 hours", timedelta(hours=27)),
        (datetime(2026, 3, 28, 12, 0, tzinfo=UTC), "in 24h", timedelta(hours=24)),
        (datetime(2026, 3, 28, 12, 0, tzinfo=UTC), "in 1 day", timedelta(hours=23)),
        (datetime(2026, 3, 29, 0, 30, tzinfo=UTC), "in 1h", timedelta(hours=1)),
        (datetime(2026, 3, 28, 12, 0, tzinfo=UTC), "tomorrow 02:30", timedelta(hours=13, minutes=30)),
        (datetime(2026, 10, 25, 1, 15, tzinfo=UTC), "02:30", timedelta(minutes=15)),
    ],
)
def test_hours_pass_and_days_are_of_the_wall_clock(now: datetime, words: str, after: timedelta) -> None:
    answer = time_in_words(words, now, ZoneInfo("Europe/Berlin"))
    assert isinstance(answer, datetime)
    assert answer - now == after


def test_what_the_reader_of_anything_stumbles_over_is_no_time(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_asked: object, **_settings: object) -> None:
        raise RecursionError("of dateparser's own")

    monkeypatch.setattr("dateparser.parse", fails)
    assert time_in_words("in a fortnight", NOW, MOSCOW) is Mistake.NOT_UNDERSTOOD


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("pfdnhf 10^00", "23.11 10:00"),
        ("pfdnhf 10:00", "23.11 10:00"),
        ("pfdnhf d 10.30", "23.11 10:30"),
        ("10^30", "23.11 10:30"),
        ("ещьщккщц 10Ж00", "23.11 10:00"),
        ("ещьщккщц 10:00", "23.11 10:00"),
        ("d gznybwe d 10", "27.11 10:00"),
        ("xthtp gjkxfcf", "22.11 13:04"),
    ],
)
def test_the_wrong_layout(typed: str, meant: str) -> None:
    for answer in (typed_time(typed, NOW, MOSCOW), quick_typed_time(typed, NOW, MOSCOW)):
        assert isinstance(answer, datetime), answer
        assert answer.astimezone(MOSCOW).strftime("%d.%m %H:%M") == meant


ALPHABET = "0123456789.,:/-^' abcdefghijklmnopqrstuvwxyzабвгдежзийклмнопрстуфхцчшщъыьэюя"
PIECES = [word for words in (*SPANS, *DAYS, *TIMES, *DATES) for word in words.split()] + ["0.5", "31.02", "99", "го", "числа"]
ANY_WORDS = st.one_of(
    st.text(alphabet=ALPHABET, max_size=24),
    st.text(alphabet="0123456789./:- ", max_size=12),
    st.lists(st.sampled_from(PIECES), max_size=6).map(" ".join),
    st.text(max_size=30),
)
MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))
ENTRIES = (quick_time_in_words, quick_typed_time)


@settings(max_examples=400, deadline=None)
@given(ANY_WORDS, MOMENTS, st.sampled_from([None, MOSCOW, ZoneInfo("Europe/Berlin"), ZoneInfo("Pacific/Apia")]))
def test_any_words_give_a_time_to_come_or_a_mistake_at_once(words: str, now: datetime, zone: ZoneInfo | None) -> None:
    for entry in ENTRIES:
        answer = entry(words, now, zone)
        assert answer is None or isinstance(answer, Mistake) or now < answer <= now + FURTHEST
    is_time(words[:40], now)
    for found in promised_times(f"отвечу {words}", now, zone):
        assert found.due > now


@settings(max_examples=60, deadline=None)
@given(ANY_WORDS)
def test_any_words_give_a_time_to_come_or_a_mistake(words: str) -> None:
    for entry in (time_in_words, typed_time):
        answer = entry(words, NOW, MOSCOW)
        assert isinstance(answer, Mistake) or NOW < answer <= NOW + FURTHEST
    for entry in (on_a_line, time_of):
        with contextlib.suppress(OfficeError):
            assert entry(words, NOW, MOSCOW) > NOW

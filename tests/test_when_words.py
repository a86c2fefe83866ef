"""Times in words, from a Sunday noon: exact answers, always to come."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deskterm.times.when_words import LONGEST, Mistake, time_in_words

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
    "через 1,5 часа": "22.11 14:04:56", "через месяц": "22.12 12:34:56",
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
    "next week": "23.11 09:00:00", "на следующей неделе": "23.11 09:00:00", "monday morning": "23.11 09:00:00",
}  # fmt: skip
TIMES = {
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
    "5.12.26": "05.12 09:00:00",
}  # fmt: skip


@pytest.mark.parametrize(("words", "meant"), [*SPANS.items(), *DAYS.items(), *TIMES.items(), *DATES.items()])
def test_words_mean_one_time_to_come(words: str, meant: str) -> None:
    answer = time_in_words(words, NOW, MOSCOW)
    assert isinstance(answer, datetime), answer
    assert answer.astimezone(MOSCOW).strftime("%d.%m %H:%M:%S") == meant
    assert answer.tzinfo is UTC
    assert answer.astimezone(MOSCOW).year == 2026


@pytest.mark.parametrize(("words", "meant"), [("1 января", "2027-01-01"), ("21.11", "2027-11-21"), ("29.02", "2028-02-29")])
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


@given(st.text(alphabet=st.sampled_from("0123456789:.,- /inmhdчмвдняпзт авутрo"), max_size=24))
def test_any_words_give_a_time_to_come_or_a_mistake(words: str) -> None:
    answer = time_in_words(words, NOW, MOSCOW)
    assert isinstance(answer, Mistake) or answer > NOW

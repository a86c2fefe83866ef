"""Times that our own words promise: a table of sentences, and rules that hold for any text."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deskterm.times.promise_words import MOST_PROMISES, MOST_WORDS, promised_times

MOSCOW = ZoneInfo("Europe/Moscow")
NOW = datetime(2026, 11, 24, 11, 0, tzinfo=MOSCOW)
"""A Tuesday morning."""

PROMISES: tuple[tuple[str, str], ...] = (
    # a day and an hour
    ("Отвечу завтра до 15:00", "25.11 15:00"),
    ("отвечу вам завтра до 15", "25.11 15:00"),
    ("Ответим завтра к 10 утра.", "25.11 10:00"),
    ("Завтра до 15:00 перезвоню. Спасибо!", "25.11 15:00"),
    ("Завтра, до 15:00, отвечу", "25.11 15:00"),
    ("Позвоню сегодня в 16:30", "24.11 16:30"),
    ("Напишу сегодня в 17 часов", "24.11 17:00"),
    ("Перезвоню сегодня до трёх", "24.11 15:00"),
    ("Перезвоню сегодня до 6 вечера", "24.11 18:00"),
    ("Перезвоню завтра с 10 до 12", "25.11 12:00"),
    ("Вернусь с ответом в четверг в 9:30", "26.11 09:30"),
    ("Сообщу до 12:00 пятницы", "27.11 12:00"),
    ("Отвечу до 14:00", "24.11 14:00"),
    ("Отвечу до 10:00", "25.11 10:00"),
    ("I'll reply tomorrow before 3 pm", "25.11 15:00"),
    ("I’ll reply tomorrow before 3 p.m.", "25.11 15:00"),
    ("I'll call you on Monday at 10", "30.11 10:00"),
    ("We'll get back to you by 5pm", "24.11 17:00"),
    ("I will send it over by 14:30 today.", "24.11 14:30"),
    ("I'll check with the warehouse and reply by 5 p.m. Friday", "27.11 17:00"),
    ("We will call you tomorrow between 10 and 12", "25.11 12:00"),
    ("I'll confirm by noon tomorrow", "25.11 12:00"),
    # a day
    ("Вернусь с ответом в пятницу", "27.11 18:00"),
    ("Отвечу до пятницы", "27.11 18:00"),
    ("Ответим не позднее пятницы", "27.11 18:00"),
    ("К среде всё подготовим", "25.11 18:00"),
    ("Отправим заказ завтра", "25.11 18:00"),
    ("Завтра же вышлем счёт", "25.11 18:00"),
    ("Уточню у склада и вернусь к вам завтра", "25.11 18:00"),
    ("Ответ дам послезавтра", "26.11 18:00"),
    ("Сегодня отправим", "24.11 18:00"),
    ("В следующий вторник доставим", "01.12 18:00"),
    ("Привезём 25 ноября", "25.11 18:00"),
    ("Отправим 1 декабря до 12:00", "01.12 12:00"),
    ("Вернём деньги до 30.11", "30.11 18:00"),
    ("Исправим до 30.11.2026", "30.11 18:00"),
    ("Сделаем к 28 числу", "28.11 18:00"),
    ("I'll get back to you by Friday", "27.11 18:00"),
    ("I'll get back to you before Friday", "26.11 18:00"),
    ("We will ship it on December 1st", "01.12 18:00"),
    ("We'll refund you by 2 December", "02.12 18:00"),
    ("I'll let you know tomorrow", "25.11 18:00"),
    ("I will follow up next Monday", "30.11 18:00"),
    ("We're going to send a replacement the day after tomorrow", "26.11 18:00"),
    ("You'll have an answer no later than Thursday", "26.11 18:00"),
    ("You will hear from us by 2026-11-27", "27.11 18:00"),
    # parts of a day, ends of days, weeks, months
    ("Перезвоню в понедельник утром", "30.11 12:00"),
    ("Напишу завтра днём", "25.11 18:00"),
    ("Позвоню вечером", "24.11 21:00"),
    ("Завтра с утра проверю", "25.11 12:00"),
    ("Отвечу завтра в первой половине дня", "25.11 12:00"),
    ("Ответим завтра после обеда", "25.11 18:00"),
    ("Отвечу до конца дня", "24.11 18:00"),
    ("Сегодня до конца дня вышлю документы", "24.11 18:00"),
    ("Отвечу в течение дня", "24.11 18:00"),
    ("Дам ответ к вечеру", "24.11 18:00"),
    ("Решим до конца недели", "27.11 18:00"),
    ("Свяжемся с вами на этой неделе", "27.11 18:00"),
    ("Отгрузим на следующей неделе", "04.12 18:00"),
    ("Завершим до конца месяца", "30.11 18:00"),
    ("I'll write to you tomorrow morning", "25.11 12:00"),
    ("We will call this afternoon", "24.11 18:00"),
    ("I will reply tonight", "24.11 21:00"),
    ("We'll reply by the end of the day", "24.11 18:00"),
    ("I'll send it by EOD tomorrow", "25.11 18:00"),
    ("We will fix this by the end of the week", "27.11 18:00"),
    ("We'll deliver it next week", "04.12 18:00"),
    # spans
    ("Ответим в течение двух часов", "24.11 13:00"),
    ("Ответим в течение часа", "24.11 12:00"),
    ("Через час напишу", "24.11 12:00"),
    ("Перезвоню через полчаса", "24.11 11:30"),
    ("Перезвоню через 15 минут", "24.11 11:15"),
    ("Напишу часа через два", "24.11 13:00"),
    ("Напишу минут через 20", "24.11 11:20"),
    ("Отвечу в течение 24 часов", "25.11 11:00"),
    ("Сделаем за 3 дня", "27.11 18:00"),
    ("Отправим через 2-3 дня", "27.11 18:00"),
    ("Исправим в течение 3 рабочих дней", "27.11 18:00"),
    ("Вернём деньги в течение пяти рабочих дней", "01.12 18:00"),
    ("Через неделю отправим", "01.12 18:00"),
    ("Вы получите ответ в течение часа", "24.11 12:00"),
    ("We will reply within two hours", "24.11 13:00"),
    ("We will reply in 30 minutes", "24.11 11:30"),
    ("I'll be back with an answer in an hour", "24.11 12:00"),
    ("We'll call you in half an hour", "24.11 11:30"),
    ("I'll get back to you within 24 hours", "25.11 11:00"),
    ("We will refund you within 5 business days", "01.12 18:00"),
    ("We'll ship it in a couple of days", "26.11 18:00"),
    ("You will receive a reply in about 2 hours", "24.11 13:00"),
    # who promises, and how
    ("Я постараюсь ответить вам до 18:00", "24.11 18:00"),
    ("Смогу позвонить завтра в 11:00", "25.11 11:00"),
    ("Обещаю прислать счёт сегодня", "24.11 18:00"),
    ("С вами свяжутся в течение часа", "24.11 12:00"),
    ("Наш менеджер вам перезвонит завтра", "25.11 18:00"),
    ("Ваш заказ будет отправлен завтра", "25.11 18:00"),
    ("Ответ будет завтра до 12:00", "25.11 12:00"),
    ("Отвечу завтра, хорошо?", "25.11 18:00"),
    ("Как и обещал, отвечу завтра", "25.11 18:00"),
    ("Здравствуйте, Ольга! Проверю на складе — ответ дам завтра до 15:00. С уважением, Анна", "25.11 15:00"),
    ("Мы работаем до 18:00, отвечу завтра до 11:00", "25.11 11:00"),
    ("Ваш заказ от 20 ноября отправим завтра", "25.11 18:00"),
    ("По заказу №5531 отвечу через 2 часа", "24.11 13:00"),
    ("Your parcel will be shipped tomorrow", "25.11 18:00"),
    ("A colleague will call you on Thursday", "26.11 18:00"),
    ("Let me check and get back to you by 4pm", "24.11 16:00"),
    # in haste, and as people write
    ("Здравствуйте! Уточню у склада и отпишусь вам сегодня до 18:00", "24.11 18:00"),
    ("щас гляну, в течении часа отвечу", "24.11 12:00"),
    ("Передал в тех.отдел, ответ дадим завтра до обеда", "25.11 12:00"),
    ("Менеджер свяжется с вами в понедельник в первой половине дня", "30.11 12:00"),
    ("менеджер свяжется с вами завтра", "25.11 18:00"),
    ("Деньги вернутся на карту в течение 3-5 рабочих дней", "01.12 18:00"),
    ("до вечера точно скину чек", "24.11 18:00"),
    ("скину чек до вечера", "24.11 18:00"),
    ("Ок, завтра в 11 наберу", "25.11 11:00"),
    ("наберу вас завтра в 11", "25.11 11:00"),
    ("перезвоню минут через 20", "24.11 11:20"),
    ("через пол часика отпишусь", "24.11 11:30"),
    ("отвечу завтро до 15-00", "25.11 15:00"),
    ("отвечу до 15-00", "24.11 15:00"),
    ("Отпишемся вам завтра, ориентировочно в 14-15 часов", "25.11 15:00"),
    ("Курьер приедет завтра с 10 до 14", "25.11 14:00"),
    ("дам ответ через час-полтора", "24.11 12:30"),
    ("ответ будет 26го", "26.11 18:00"),
    ("Возьму в работу, сегодня-завтра отвечу", "25.11 18:00"),
    ("Отправлю через 10-20 минут", "24.11 11:20"),
    ("Hi Anna, I'll get back to you by tomorrow noon", "25.11 12:00"),
    ("We will ship it within 24 hrs", "25.11 11:00"),
    ("Let me check w/ the warehouse and I'll come back to you in an hour or so", "24.11 12:00"),
    ("ill update you by EOD", "24.11 18:00"),
    ("ill reply tmrw by 10", "25.11 10:00"),
    ("You should recieve the refund in 3-5 business days", "01.12 18:00"),
    ("gonna check and reply tmrw morning", "25.11 12:00"),
    ("I will get back to u asap, max 2h", "24.11 13:00"),
    ("I'll call you at 3 o'clock", "24.11 15:00"),
    ("Sorry for the delay! I'll look into this and reply by tomorrow 10:00.", "25.11 10:00"),
)

SEVERAL = (
    ("Сегодня уточню, завтра отвечу", ("24.11 18:00", "25.11 18:00")),
    ("Сегодня уточню и завтра отвечу", ("24.11 18:00", "25.11 18:00")),
    ("Перезвоню через час. Счёт вышлем завтра.", ("24.11 12:00", "25.11 18:00")),
    ("I'll call you in an hour. We'll ship on Friday.", ("24.11 12:00", "27.11 18:00")),
)

NONE: tuple[str, ...] = (
    # no time
    "Отвечу", "Скоро отвечу", "Ответим в ближайшее время", "I'll get back to you soon", "We will reply shortly",
    "Отвечу, хорошо?", "Уточню и вернусь", "I'll call you back", "Отправим 2 штуки", "Вышлем 15 коробок",
    # questions
    "Сможете завтра?", "Отвечу завтра?", "Вам перезвонить завтра в 10:00?", "Shall I call you tomorrow?",
    "Will you be there at 5 pm?", "Перезвоню завтра или в пятницу?",
    # what the customer is to do, or has to do first
    "Пришлите до пятницы", "Пожалуйста, ответьте до 18:00", "Позвоните нам завтра", "Ждём вашего ответа до пятницы",
    "Please reply by Friday", "Send us the photo within two days", "Если вы оплатите сегодня, отправим завтра",
    "If you pay today, we will ship tomorrow", "Once you confirm, we'll send it within an hour",
    "Отправим в течение дня после оплаты", "Как только оплатите, вышлем за 2 часа", "You will have to pay by Friday",
    "Жду от вас фото завтра", "Можете ответить завтра",
    # opening hours, waiting, being away
    "Мы работаем до 18:00", "Мы работаем с 9 до 18", "We are open till 6", "We will be open until 6 pm tomorrow",
    "We will be closed on Friday", "I'll be away until Monday", "Магазин закрыт до понедельника",
    "Склад откроется завтра в 9:00",
    "We will wait until Friday", "We'll keep your order until Friday", "Подождём до пятницы", "В пятницу выходной",
    # denials
    "Не отвечу до завтра", "Не сможем ответить сегодня", "Завтра не перезвоню", "Вряд ли успею ответить сегодня",
    "I won't reply before Friday", "We cannot ship it tomorrow", "We will not call you today",
    "We can't reply within two hours",
    "Раньше пятницы не отправим", "Не успеем отправить сегодня",
    # what was, and what others say
    "Отправили вчера в 15:00", "Ответил вам в пятницу", "Вчера я обещал, что отвечу до пятницы", "We replied on Friday",
    "I said I will reply by Friday", "Вы писали «отвечу завтра до 15:00»", 'Вы написали: "перезвоню завтра"',
    "> отвечу завтра до 15:00", "The courier called you yesterday at 5 pm", "Курьер позвонит завтра",
    "Поставщик отгрузит в пятницу",
    "Заказ был отправлен 20 ноября", "Вы звонили в 15:00", "Olga will call tomorrow",
    # of others, and what is no "I'll"
    "I am ill tomorrow", "Are u gonna be there tomorrow?", "Курьер привёз заказ в пятницу", "Ваш менеджер звонил вам в 15:00",
    "Магазин работает до 18:00, приходите завтра", "Вы можете прислать фото до завтра?",
    "Если оплатите до 18:00, отправим сегодня", "К сожалению, до пятницы не сможем ответить",
    "Our office is open until 6pm today", "Could you send me the photo by tomorrow?", "If you pay by 6pm we'll ship it today",
    # times that are none, or have passed
    "Отправим на адрес: ул. Ленина, 15", "Сегодня 24 ноября", "Доставка занимает 3 дня", "Гарантия 12 месяцев",
    "Отвечу 20 ноября", "Проверю заказ от 20 ноября", "Скидка действует до пятницы", "Спасибо, до завтра!", "See you tomorrow",
    "", "   ", "…", "12:00", "завтра",
)  # fmt: skip


def shown(text: str, now: datetime = NOW) -> tuple[str, ...]:
    return tuple(f"{one.due.astimezone(MOSCOW):%d.%m %H:%M}" for one in promised_times(text, now, MOSCOW))


@pytest.mark.parametrize(("text", "due"), PROMISES)
def test_a_promise_and_its_time(text: str, due: str) -> None:
    assert shown(text) == (due,)


@pytest.mark.parametrize(("text", "due"), SEVERAL)
def test_several_promises(text: str, due: tuple[str, ...]) -> None:
    assert shown(text) == due


@pytest.mark.parametrize("text", NONE)
def test_no_promise(text: str) -> None:
    assert shown(text) == ()


def test_the_table_is_as_long_as_it_is_said_to_be() -> None:
    assert len(PROMISES) >= 80
    assert len(NONE) >= 60


def test_its_words_are_its_sentence() -> None:
    text = "Здравствуйте!\nУточню у склада, отвечу  завтра до 15:00. Хорошего дня"
    (one,) = promised_times(text, NOW, MOSCOW)
    assert (one.words, one.due, one.remind) == (
        "Уточню у склада, отвечу завтра до 15:00.",
        datetime(2026, 11, 25, 12, tzinfo=UTC),
        False,
    )


@pytest.mark.parametrize(
    ("now", "text", "due"),
    [
        (datetime(2026, 11, 24, 19, 30, tzinfo=MOSCOW), "Отвечу до конца дня", "24.11 23:59"),
        (datetime(2026, 11, 27, 11, 0, tzinfo=MOSCOW), "Отвечу в пятницу", "27.11 18:00"),
        (datetime(2026, 11, 27, 18, 30, tzinfo=MOSCOW), "Отвечу в пятницу", "04.12 18:00"),
        (datetime(2026, 12, 31, 11, 0, tzinfo=MOSCOW), "Отвечу 2 января", "02.01 18:00"),
        (datetime(2026, 11, 24, 19, 30, tzinfo=MOSCOW), "Отвечу до 15:00", "25.11 15:00"),
        (datetime(2026, 11, 27, 11, 0, tzinfo=MOSCOW), "Ответим за 1 рабочий день", "30.11 18:00"),
    ],
)
def test_from_when_it_is_said(now: datetime, text: str, due: str) -> None:
    assert shown(text, now) == (due,)


def test_a_turning_clock_keeps_the_wall() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    (one,) = promised_times("I'll reply tomorrow by 15:00", datetime(2026, 10, 24, 12, tzinfo=berlin), berlin)
    assert one.due == datetime(2026, 10, 25, 14, tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "text", "after"),
    [
        (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), "I will reply within 1 hour", timedelta(hours=1)),
        (datetime(2026, 3, 29, 0, 30, tzinfo=UTC), "I will reply within 1 hour", timedelta(hours=1)),
        (datetime(2026, 3, 28, 12, 0, tzinfo=UTC), "I will reply within 24 hours", timedelta(hours=24)),
        (datetime(2026, 10, 24, 12, 0, tzinfo=UTC), "Отвечу в течение 24 часов", timedelta(hours=24)),
        (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), "Перезвоню через полчаса", timedelta(minutes=30)),
    ],
)
def test_hours_are_promised_as_they_pass(now: datetime, text: str, after: timedelta) -> None:
    (one,) = promised_times(text, now, ZoneInfo("Europe/Berlin"))
    assert one.due - now == after


PIECES = st.sampled_from(
    [word for text, _due in PROMISES for word in text.split()]
    + ["«", "»", '"', ".", ",", "?", "\n", ">", "1", "99:99", "ё", "İ"]
)


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.text(max_size=200), st.lists(PIECES, max_size=60).map(" ".join)))
def test_any_text_is_read_and_every_time_lies_ahead(text: str) -> None:
    found = promised_times(text, NOW, MOSCOW)
    assert len(found) <= MOST_PROMISES
    assert len({one.due for one in found}) == len(found)
    for one in found:
        assert NOW < one.due <= NOW + timedelta(days=367)
        assert 0 < len(one.words) <= MOST_WORDS


HOSTILE = (
    "отвечу завтра " * 800,
    "отвечу " * 1500,
    "a, " * 3500,
    "i will " * 1500,
    "через " * 1700 + "отвечу",
    "«" * 10_000,
    "\"" * 10_000,
    "1 " * 5000 + "отвечу",
    "отвечу до " + "15" * 5000,
    "отвечу. " * 1300,
    "буду а а а а " * 800,
    "let me " + "a " * 5000,
    "Отвечу завтра, но не сегодня, и не вчера. " * 250,
    "завтра, " * 1300 + "отвечу",
)  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_texts_take_no_longer_than_their_length(text: str) -> None:
    """Twice as much text takes twice as long: four times allow for what a busy machine adds."""

    def takes(text: str) -> float:
        times = []
        for _round in range(3):
            start = time.perf_counter()
            promised_times(text, NOW, MOSCOW)
            times.append(time.perf_counter() - start)
        return min(times)

    once, twice = takes(text), takes(text + text)
    assert twice < max(4 * once, 0.05), (once, twice)

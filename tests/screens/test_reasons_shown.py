"""The rooms and the thread say why in the operator's language; a server's own words stay as they are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta

import pytest
from fake_seed import NOW

from deskterm import i18n
from deskterm.desk.model import Delivery, Held, Kind, Origin
from deskterm.desk.post import HealthState
from deskterm.desk.rows import AttachmentRow, ChannelRow, Counts, DeliveryRow, DeskStatus, HeldRow, MessageRow, OutboxRow
from deskterm.office import OfficeError
from deskterm.screens.attachments import file_line
from deskterm.screens.health import health_lines
from deskterm.screens.held import held_line
from deskterm.screens.outbox import outbox_line
from deskterm.widgets.paint import Line
from deskterm.widgets.paint_message import message_lines

AGO = NOW - timedelta(minutes=5)


@pytest.fixture(autouse=True)
def russian() -> Iterator[None]:
    i18n.use("ru")
    yield
    i18n.use("en")


def words(lines: Iterable[Line]) -> str:
    return "\n".join("".join(span.text for span in line).strip() for line in lines)


@pytest.mark.parametrize(
    ("detail", "said"),
    [
        ("the customer blocked the bot", "клиент заблокировал бота"),
        ("550 5.1.1 no such user here", "550 5.1.1 no such user here"),
    ],
)
def test_a_message_that_did_not_arrive(detail: str, said: str) -> None:
    delivery = DeliveryRow(Delivery.FAILED, detail)
    row = OutboxRow(1, 2, 1042, "mail", "Ольга", "Anna", "Ответ", AGO, delivery)
    assert said in words([outbox_line(row, 150, NOW)])
    message = MessageRow(7, 1, Kind.OUTGOING, Origin.HUMAN, "mail", "email", "Anna", 1, "", AGO, "Ответ", delivery=delivery)
    assert said in words(message_lines(message, 100, NOW))


def test_what_is_held() -> None:
    row = HeldRow(1, "mail", "email", Held.IGNORED, "already here", AGO, 10, "Hello")
    assert "уже есть" in words([held_line(row, 100, NOW)])


def test_a_file_that_is_not_here() -> None:
    assert "слишком велик" in words([file_line(AttachmentRow(1, "a.mp4", "video/mp4", 9, "unavailable", "too large"), 90)])


def test_health() -> None:
    detail, fix = "mx.example.org refuses connections", "correct the configuration"
    gap = "not polled for 30 h, and Telegram keeps messages for 24 h: some may be missing"
    channel = ChannelRow(1, "mail", "email", "", True, HealthState.RETRYING, detail, fix, None, None, None, 3, None, 1, gap)
    status = DeskStatus(Counts({}), (channel,), (), "pid 12 on desk", "/store", "3.51.3", "wal")
    said = words(health_lines(status, NOW, 120))
    assert "mx.example.org не принимает соединений" in said
    assert "Что делать: исправьте настройки" in said
    assert "опроса не было 30 ч, а Telegram хранит сообщения 24 ч: часть могла пропасть" in said
    assert "процесс 12 на desk" in said


def test_an_error_of_the_desk() -> None:
    error = OfficeError("store_busy", "/desk/store.db is held by another process", "see which deskterm or backup is running")
    assert error.words == "/desk/store.db занят другим процессом. Посмотрите, какой deskterm или какое копирование работает"
    assert error.message == "/desk/store.db is held by another process"

"""What the demo's people have to do and are reminded of, and the clocks of what the shop promises: all through the rules of the
desk, as if the clock had run all the time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from functools import partial

from deskterm.demo.promised import BOOK
from deskterm.desk.commands import Command, Refused
from deskterm.desk.commands_time import AddTask, ChangeTask, Remind
from deskterm.desk.model import Operator, Priority, TaskStatus
from deskterm.store import acting, reminder_alarms, sla_alarms, sla_book, sla_retarget, tasks
from deskterm.store.rules import Rules
from deskterm.store.times import to_ms
from deskterm.store.writer import Transaction

_AT_ONCE = 500
_UNREAD_FOR = timedelta(hours=2)
ANNA, BORIS, VERA, SAM = range(4)
_OPEN = (
    "SELECT id, customer_id, (SELECT max(m.id) FROM message m WHERE m.conversation_id = c.id AND m.kind = 'incoming')"
    " FROM conversation c WHERE status = 'open' AND spam = 0 AND NOT is_group AND waiting_since IS NOT NULL"
    " ORDER BY id DESC LIMIT 8"
)


class NotPlayable(RuntimeError):
    """A command was refused: the agenda is wrong, not the store."""


def promise(tx: Transaction, now: datetime) -> None:
    """Promise what the shop promises, as if it always had, and ring what has come due by that."""
    sla_book.keep(tx, BOOK)
    _until_nothing(partial(sla_retarget.ring, tx, now, _AT_ONCE))
    # A book that is new holds from now on: this one is as old as the shop.
    tx.run("UPDATE sla_clock SET terms_since = started_at, steps_since = started_at")
    _until_nothing(partial(sla_alarms.ring, tx, now, _AT_ONCE))


def _until_nothing(ring: Callable[[], int]) -> None:
    while ring():
        pass


def fill(tx: Transaction, staff: Sequence[Operator], rules: Rules, now: datetime) -> None:
    """Give everybody something to do and to come back to, about the newest conversations in which somebody waits."""
    waiting = [(int(one), customer, message) for one, customer, message in tx.all(_OPEN)]
    for ago, who, command in sorted(_plans(waiting, now), key=lambda plan: -plan[0]):
        at = now - ago
        step = acting.carry_out(tx, command, staff[who], rules, at)
        if isinstance(step.answer, Refused):
            raise NotPlayable(f"{type(command).__name__} was refused: {step.answer.code}")
        if isinstance(command, AddTask) and command.title == _PRINTED and step.answer.task_id is not None:
            done = ChangeTask(step.answer.task_id, status=TaskStatus.DONE)
            acting.carry_out(tx, done, staff[SAM], rules, at + timedelta(hours=1))
    for ring in (tasks.ring, reminder_alarms.remind, reminder_alarms.miss):
        _until_nothing(partial(ring, tx, now, _AT_ONCE))
    # Nobody leaves a year's notices unread: those of the last hours still are.
    tx.run("UPDATE notice SET read_at = at WHERE read_at IS NULL AND at < ?", (to_ms(now - _UNREAD_FOR),))


def hours(count: float) -> timedelta:
    """Return so many hours."""
    return timedelta(hours=count)


def days(count: float) -> timedelta:
    """Return so many days."""
    return timedelta(days=count)


_PRINTED = "Напечатать накладные на неделю"
_Plan = tuple[timedelta, int, Command]
"""How long ago somebody (by place in `shop.STAFF`) asked for what."""


def _plans(waiting: Sequence[tuple[int, int | None, int | None]], now: datetime) -> Iterator[_Plan]:
    anna, boris, vera, sam = (place + 1 for place in (ANNA, BORIS, VERA, SAM))
    yield hours(30), BORIS, AddTask("Ответить поставщику о пледах", due=now - hours(20), assignee_id=anna)
    yield hours(26), ANNA, AddTask(_PRINTED, due=now + hours(4), assignee_id=sam)
    yield days(6), ANNA, AddTask("Обновить размерную сетку на сайте", team_id=1, tags=("сайт",), priority=Priority.LOW)
    yield (
        days(2),
        ANNA,
        AddTask("Сверить оплату с банком", due=now + days(1), assignee_id=boris, tags=("оплата",), recurrence="FREQ=DAILY"),
    )
    for place, (conversation_id, customer_id, message_id) in enumerate(waiting):
        if place == 0:
            points = (("найти на складе", True), ("упаковать", False), ("отправить номер", False))
            yield (
                hours(2),
                BORIS,
                AddTask(
                    "Отправить замену", "Клиент ждёт замену, на складе она есть.", now + hours(3), anna, priority=Priority.HIGH,
                    checklist=points, conversation_id=conversation_id, message_id=message_id,
                ),
            )  # fmt: skip
            yield hours(1), ANNA, Remind(now + days(1), "спросить, дошла ли посылка", conversation_id=conversation_id)
        elif place == 1:
            call = "Call the carrier about the parcel"
            yield hours(9), ANNA, AddTask(call, due=now - hours(5), assignee_id=vera, conversation_id=conversation_id)
            at = now - timedelta(minutes=25)
            yield hours(20), ANNA, Remind(at, "перезвонить: ждёт решения по обмену", conversation_id=conversation_id)
        elif place == 2:
            yield hours(1), ANNA, Remind(now + hours(2), "проверить ответ", boris, conversation_id=conversation_id)
            if customer_id is not None:
                yield hours(1), ANNA, Remind(now + days(3), "узнать, всё ли подошло", customer_id=customer_id)

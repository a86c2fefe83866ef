"""What commands about reminders and promises are judged by, read inside the write transaction."""

from __future__ import annotations

from deskterm.desk.commands_time import MoveReminder, Remind, ReminderCommand, SettlePromise
from deskterm.desk.model import Conversation, Role
from deskterm.desk.situation_reminder import ReminderSituation
from deskterm.store import conversations, promises, reminders
from deskterm.store.situations_customer import survivor_id
from deskterm.store.writer import Transaction

States = dict[int, Conversation]


def of_reminder(tx: Transaction, command: ReminderCommand) -> tuple[ReminderSituation, States]:
    """Load what a command is judged by, and the conversation it tells of."""
    if isinstance(command, Remind):
        return _of_new(tx, command)
    if isinstance(command, SettlePromise):
        promise = promises.load(tx, command.promise_id)
        states = {} if promise is None else loaded(tx, [promise.conversation_id])
        return ReminderSituation(promise=promise), states
    reminder = reminders.load(tx, command.reminder_id)
    states = {} if reminder is None or reminder.conversation_id is None else loaded(tx, [reminder.conversation_id])
    operators = _operators(tx) if isinstance(command, MoveReminder) else {}
    return ReminderSituation(operators, reminder=reminder), states


def _of_new(tx: Transaction, command: Remind) -> tuple[ReminderSituation, States]:
    held = None if command.conversation_id is None else conversations.load(tx, command.conversation_id)
    task = tx.one("SELECT id FROM task WHERE id = ? AND dropped_at IS NULL", (command.task_id,))
    situation = ReminderSituation(
        operators=_operators(tx),
        conversation_id=None if held is None else held.id,
        customer_id=None if command.customer_id is None else survivor_id(tx, command.customer_id),
        task_id=None if task is None else int(task[0]),
        promise=None if command.promise_id is None else promises.load(tx, command.promise_id),
    )
    return situation, {} if held is None else {held.id: held}


def loaded(tx: Transaction, conversation_ids: list[int]) -> States:
    """Load conversations that stand by themselves, each once."""
    found = (conversations.load(tx, conversation_id) for conversation_id in dict.fromkeys(conversation_ids))
    return {one.id: one for one in found if one is not None}


def _operators(tx: Transaction) -> dict[int, Role]:
    return {row[0]: Role(row[1]) for row in tx.all("SELECT id, role FROM operator WHERE disabled = 0")}

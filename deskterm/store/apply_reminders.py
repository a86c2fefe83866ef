"""Facts of reminders and promises into their tables."""

from __future__ import annotations

from deskterm.desk import facts_time as ft
from deskterm.store import promises, reminders
from deskterm.store.applied import Applied, Handlers
from deskterm.store.times import to_ms


def _reminder_set(run: Applied, fact: ft.ReminderSet) -> None:
    run.tx.run(
        "INSERT INTO reminder (id, at, words, operator_id, by_id, conversation_id, customer_id, task_id, promise_id, state,"
        " how, created_at, version) VALUES (?,?,?,?,?,?,?,?,?,'set','',?,0)",
        (
            fact.reminder_id,
            to_ms(fact.due),
            fact.text,
            fact.operator_id,
            run.operator_id,
            fact.conversation_id,
            fact.customer_id,
            fact.task_id,
            fact.promise_id,
            run.now_ms,
        ),
    )


def _promise_made(run: Applied, fact: ft.PromiseMade) -> None:
    run.tx.run(
        "INSERT INTO promise (id, conversation_id, message_id, customer_id, operator_id, words, due_at, state, how, created_at)"
        " VALUES (?,?,?,?,?,?,?,'open','',?)",
        (
            fact.promise_id,
            fact.conversation_id,
            fact.message_id,
            fact.customer_id,
            fact.operator_id,
            fact.text,
            to_ms(fact.due),
            run.now_ms,
        ),
    )


HANDLERS: Handlers = {
    ft.ReminderSet: _reminder_set,
    ft.ReminderMoved: reminders.write,
    ft.PromiseMade: _promise_made,
    ft.PromiseSettled: promises.settled,
}

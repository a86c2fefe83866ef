"""What commands about reminders and promises do. Pure.

Who may only look sets no reminders and is set none: acknowledging one is an act. A reminder is acknowledged by whom it is for;
whoever set it for another may move it or take it back; an owner or a supervisor may do either with anybody's. Promises are the
desk's: every operator may say what became of one.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from deskterm.desk import facts as f
from deskterm.desk import facts_time as ft
from deskterm.desk.commands import Refused
from deskterm.desk.commands_time import MoveReminder, Promised, Remind, SettlePromise, SettleReminder
from deskterm.desk.model import Role
from deskterm.desk.promising import STATES as PROMISE_STATES
from deskterm.desk.situation import Decided, Situation
from deskterm.desk.situation_reminder import Reminder, ReminderSituation
from deskterm.desk.text import clean_line

LONGEST = 300
"""Most characters of the words of a reminder or a promise."""
SLACK = timedelta(seconds=5)
"""How long ago the time of a new reminder may lie: it passed while its words were typed."""
FURTHEST = timedelta(days=3 * 366)
STATES = ("set", "due", "done", "cancelled")
PENDING = ("set", "due")


def remind(command: Remind, situation: Situation, now: datetime) -> Decided:
    """An operator is to be reminded."""
    known = _known(situation)
    words = clean_line(command.words, 10 * LONGEST)
    if len(words) > LONGEST:
        return Refused("too_long", {"limit": LONGEST, "length": len(words)})
    named = (command.conversation_id, known.conversation_id), (command.customer_id, known.customer_id)
    if any(wanted is not None and found is None for wanted, found in (*named, (command.task_id, known.task_id))):
        return Refused("not_found")
    if command.promise_id is not None and known.promise is None:
        return Refused("not_found")
    operator_id = situation.me.id if command.operator_id is None else command.operator_id
    if operator_id not in known.operators:
        return Refused("unknown_operator")
    if known.operators[operator_id] is Role.VIEWER:
        return Refused("reminds_viewer")
    return _unfit_time(command.at, now) or [
        ft.ReminderSet(
            reminder_id=situation.fresh.reminder,
            operator_id=operator_id,
            due=command.at,
            conversation_id=known.conversation_id,
            customer_id=known.customer_id,
            task_id=known.task_id,
            promise_id=command.promise_id,
            text=words,
        )
    ]


def _unfit_time(at: datetime, now: datetime) -> Refused | None:
    if at < now - SLACK:
        return Refused("in_the_past")
    return Refused("too_far_ahead") if at - now > FURTHEST else None


def _known(situation: Situation) -> ReminderSituation:
    return situation.reminding or ReminderSituation()


def move(command: MoveReminder, situation: Situation, now: datetime) -> Decided:
    """A reminder comes at another time, be it one that has come up or was acknowledged."""
    reminder = _known(situation).reminder
    if reminder is None:
        return Refused("not_found")
    if not _may(situation, reminder, setter=True):
        return Refused("not_your_reminder", {"name": reminder.operator_name})
    if command.state not in STATES:
        return Refused("bad_state")
    refusal = None if command.back else _unfit_time(command.at, now)
    return refusal or _moved(reminder, command.state, command.at, now)


def settle(command: SettleReminder, situation: Situation, now: datetime) -> Decided:
    """A reminder is acknowledged, not wanted any more, or after all as it was: due, if its time has come up before."""
    reminder = _known(situation).reminder
    if reminder is None:
        return Refused("not_found")
    if command.state not in STATES:
        return Refused("bad_state")
    if not _may(situation, reminder, setter=command.state != "done"):
        return Refused("not_your_reminder", {"name": reminder.operator_name})
    state = reminder.pending if command.state in PENDING else command.state
    return _moved(reminder, state, reminder.at, now)


def _may(situation: Situation, reminder: Reminder, *, setter: bool) -> bool:
    me = situation.me
    return (
        reminder.operator_id == me.id
        or (setter and reminder.by_id == me.id)
        or me.role in (Role.OWNER, Role.SUPERVISOR)
    )  # fmt: skip


def _moved(reminder: Reminder, state: str, due: datetime, now: datetime) -> list[f.Fact]:
    """Return the fact that a reminder stands otherwise; none where it does not."""
    if (reminder.state, reminder.at) == (state, due):
        return []
    return [
        ft.ReminderMoved(
            reminder_id=reminder.id,
            operator_id=reminder.operator_id,
            state=state,
            was_state=reminder.state,
            due=due,
            was_due=reminder.at,
            at=now,
            conversation_id=reminder.conversation_id,
            task_id=reminder.task_id,
        )
    ]


def settle_promise(command: SettlePromise, situation: Situation, now: datetime) -> Decided:
    """Somebody says what became of a promise."""
    promise = _known(situation).promise
    if promise is None:
        return Refused("not_found")
    if command.state not in PROMISE_STATES:
        return Refused("bad_state")
    state = promise.again if command.state in ("open", "overdue") else command.state
    if state == promise.state:
        return []
    return [
        ft.PromiseSettled(
            promise_id=promise.id,
            conversation_id=promise.conversation_id,
            state=state,
            was=promise.state,
            how="operator",
            at=now,
        )
    ]


def promised(
    promises: tuple[Promised, ...], situation: Situation, reply: f.ReplyQueued, customer_id: int | None, now: datetime
) -> list[f.Fact]:
    """Return what a reply promises, and the reminders of it for its writer. A time that has passed is no promise."""
    made: list[f.Fact] = []
    promise_id, reminder_id = situation.fresh.promise, situation.fresh.reminder
    for one in promises:
        if not now < one.due <= now + FURTHEST:
            continue
        words = clean_line(one.words, LONGEST)
        made.append(
            ft.PromiseMade(
                promise_id=promise_id,
                conversation_id=reply.conversation_id,
                message_id=reply.message_id,
                customer_id=customer_id,
                operator_id=reply.operator_id,
                due=one.due,
                text=words,
            )
        )
        if one.remind:
            made.append(
                ft.ReminderSet(
                    reminder_id=reminder_id,
                    operator_id=reply.operator_id,
                    due=one.due,
                    conversation_id=reply.conversation_id,
                    promise_id=promise_id,
                    text=words,
                )
            )
            reminder_id += 1
        promise_id += 1
    return made

"""What undoes an operator's act on a reminder or a promise. See `inverses`."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from deskterm.desk.commands import Command, Refused
from deskterm.desk.commands_time import MoveReminder, SettlePromise
from deskterm.desk.promising import PENDING
from deskterm.store import promises, reminders
from deskterm.store.entries import CHANGED, Entry
from deskterm.store.times import from_ms, to_ms
from deskterm.store.writer import Transaction


def _set(tx: Transaction, entry: Entry) -> Command | Refused | None:
    reminder = reminders.load(tx, entry.data["reminder_id"])
    if reminder is None or reminder.state not in ("set", "due") or to_ms(reminder.at) != entry.data["due"]:
        return CHANGED
    return MoveReminder(reminder.id, reminder.at, "cancelled", back=True)


def _moved(tx: Transaction, entry: Entry) -> Command | Refused | None:
    """That its time came up since stands in nobody's way."""
    reminder, left = reminders.load(tx, entry.data["reminder_id"]), entry.data["state"]
    if reminder is None or to_ms(reminder.at) != entry.data["due"]:
        return CHANGED
    if reminder.state != left and not (left == "set" and reminder.state == "due"):
        return CHANGED
    return MoveReminder(reminder.id, from_ms(entry.data["was_due"]), entry.data["was_state"], back=True)


def _settled(tx: Transaction, entry: Entry) -> Command | Refused | None:
    promise, left = promises.load(tx, entry.data["promise_id"]), entry.data["state"]
    if promise is None or (promise.state != left and not (promise.pending and left in PENDING)):
        return CHANGED
    return SettlePromise(promise.id, entry.data["was"])


INVERSES: Mapping[str, Callable[[Transaction, Entry], Command | Refused | None]] = {
    "reminder_set": _set,
    "reminder_moved": _moved,
    "promise_settled": _settled,
}


def by_itself(entry: Entry) -> bool:
    """Whether somebody asked for this. What a promise or its reminder became because of something else goes back with that."""
    return entry.kind not in INVERSES or entry.data.get("how", "operator") == "operator"


_ABOUT = (
    "j.kind IN ('{name}_set', '{name}_moved', '{name}_made', '{name}_settled')"
    " AND json_extract(j.data, '$.{name}_id') = :id AND coalesce(json_extract(j.data, '$.how'), '') <> 'clock'"
)


def about(entry: Entry) -> str:
    """Return the condition on the journal `j` for what people did to the same reminder or promise (:id); "" where the entry is
    about neither. That its time came is nobody's doing."""
    name = _name(entry)
    return _ABOUT.format(name=name) if name else ""


def id_of(entry: Entry) -> int | None:
    """Return the id of the reminder or promise that an entry is about."""
    name = _name(entry)
    return int(entry.data[f"{name}_id"]) if name else None


def _name(entry: Entry) -> str:
    return entry.kind.partition("_")[0] if entry.kind in INVERSES else ""

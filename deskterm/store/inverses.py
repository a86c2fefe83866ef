"""What undoes a command that is about more than the fields of a conversation: the commands that do the opposite.

A command whose facts are of a kind in `INVERSES` is undone whole by these, the last fact first, in one transaction and under
the undo's own command id. They are judged by the same rules as if somebody asked for them, and what they do is told as facts
of the same kinds: so an undo is undone in its turn.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

from deskterm.desk.commands import Command, Refused
from deskterm.desk.decide import decide
from deskterm.desk.model import Actor, ActorKind, Operator
from deskterm.store import inverses_customer, inverses_merging, inverses_reminders, parting, situations
from deskterm.store.apply import apply
from deskterm.store.entries import Entry
from deskterm.store.rules import Rules
from deskterm.store.writer import Transaction

Inverse: TypeAlias = Callable[[Transaction, Entry], "Command | Refused | None"]
"""Returns what undoes an entry; None: nothing is to be done; a refusal where things are not as the entry left them."""

INVERSES: Mapping[str, Inverse] = {**inverses_customer.INVERSES, **inverses_merging.INVERSES, **inverses_reminders.INVERSES}
"""Kind of journal entry -> what undoes it."""

_ENTRIES = (
    "SELECT j.seq, j.command_id, j.kind, j.conversation_id, j.customer_id, j.message_id, j.data, t.text FROM journal j"
    " LEFT JOIN journal_text t ON t.seq = j.seq WHERE j.command_id = ? ORDER BY j.seq DESC"
)


def entries(tx: Transaction, command_id: int) -> list[Entry]:
    """Return what a command left in the journal, the last first, where that is undone by inverse commands; else nothing."""
    rows = [row for row in tx.all(_ENTRIES, (command_id,)) if row[2] in INVERSES]
    found = [
        Entry(row[0], row[1], row[2], row[3], row[4], row[5], json.loads(row[6]), json.loads(row[7] or "{}")) for row in rows
    ]
    return [entry for entry in found if inverses_reminders.by_itself(entry)]


@dataclass(frozen=True, slots=True)
class Undone:
    """The command under which entries were undone, and how many facts that made (0, 0: nothing was to be done)."""

    command_id: int = 0
    facts: int = 0


def undo(tx: Transaction, found: list[Entry], me: Operator, rules: Rules, now: datetime) -> Undone | Refused:
    """Do the opposite of these entries, of all or of none."""
    tx.quietly("SAVEPOINT undoing")
    done = _undo(tx, found, me, rules, now)
    if isinstance(done, Refused):
        tx.quietly("ROLLBACK TO undoing")
    tx.quietly("RELEASE undoing")
    return done


def _undo(tx: Transaction, found: list[Entry], me: Operator, rules: Rules, now: datetime) -> Undone | Refused:
    command_id = made = 0
    for entry in found:
        command = INVERSES[entry.kind](tx, entry)
        if isinstance(command, Refused):
            return command if command.values else _changed_by(tx, entry, me)
        if command is None:
            continue
        situation, states = situations.of_command(tx, command, me, rules)
        facts = decide(command, situation, now)
        if isinstance(facts, Refused):
            return facts
        if facts:
            command_id = command_id or situations.next_command(tx)
            made += parting.part_conversations(tx, command, me, rules, now, command_id)
            actor = Actor(ActorKind.OPERATOR, me.id)
            apply(tx, facts, states, situation.fresh, command_id=command_id, actor=actor, now=now, undoable=True)
            made += len(facts)
    return Undone(command_id, made)


def _changed_by(tx: Transaction, entry: Entry, me: Operator) -> Refused:
    """Return the refusal that names who did something to the same reminder or promise, card or conversation last; somebody
    else, if there was anybody."""
    values: Mapping[str, Any] = {
        "me": me.id,
        "seq": entry.seq,
        "customer": entry.customer_id,
        "conversation": entry.conversation_id,
        "id": inverses_reminders.id_of(entry),
    }
    about = inverses_reminders.about(entry) or "(j.customer_id = :customer OR j.conversation_id = :conversation)"
    row = tx.one(
        "SELECT j.actor_kind, coalesce(o.name, '') FROM journal j"
        " LEFT JOIN operator o ON j.actor_kind = 'operator' AND o.id = j.actor_id"
        f" WHERE {about} AND j.seq > :seq"
        " ORDER BY j.actor_kind = 'operator' AND j.actor_id = :me, j.seq DESC LIMIT 1",
        values,
    )
    kind, name = row if row is not None else (ActorKind.OPERATOR.value, me.name)
    return Refused("changed_since", {"name": name or kind, "by": kind})

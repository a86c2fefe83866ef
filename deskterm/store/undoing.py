"""Undo and redo through the write door: what a command changed is read from the journal, judged by `desk.undo`, given back.

`undo_entry` holds the line of commands that can be undone. An undo is a command there too: `undoes` names what it undid, and
redo undoes it. What was wholly refused is passed over from then on, so that it does not hold up what was done before it. The
journal is only read, and added to.
"""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import groupby
from typing import Any, get_args

from deskterm.desk import commands as c
from deskterm.desk import facts as f
from deskterm.desk import undo
from deskterm.desk.commands import Done, Refused
from deskterm.desk.commands_time import ManyReminders, ManyTasks
from deskterm.desk.model import Actor, ActorKind, Conversation, Operator, Priority, Role, Status
from deskterm.store import conversations, inverses, situations, undoing_tasks
from deskterm.store.apply import apply
from deskterm.store.journal import kind_of
from deskterm.store.rules import Rules
from deskterm.store.times import from_ms, to_ms
from deskterm.store.writer import ENOUGH_S, Transaction

BATCH = 20
"""Conversations in one transaction at most; twenty are about 5 ms of work (`make bench`)."""
FEW = 10
"""Conversations that are written together: on a slow machine, or where something is promised, a transaction ends with those of
them that have taken `ENOUGH_S`."""
_ROWS = 4 * FEW
"""Journal rows that are read for them: most acts leave one or two on a conversation."""
_TRIAGE = frozenset(kind_of(act) for act in get_args(c.ConversationAct))
"""Commands that change the fields of conversations alone. What else a command may have done is not looked for where it was one
of these: it may have been about a hundred thousand, and is read a few at a time."""


@dataclass(frozen=True, slots=True)
class Target:
    """The command to be undone. `redoes` is the command that comes into force again where this one was an undo."""

    command_id: int
    kind: str
    conversation_id: int | None
    count: int
    redoes: int | None = None


@dataclass(frozen=True, slots=True)
class Undoing:
    """How far an undo has come. `seen` counts the conversations looked at, `done` those that have their values back, `kept`
    those that were changed since."""

    target: Target
    command_id: int = 0
    last_seq: int = 0
    seen: int = 0
    done: int = 0
    kept: int = 0
    refusal: Refused | None = None
    over: bool = False

    @property
    def answer(self) -> Done | Refused:
        """What the operator hears in the end."""
        if self.refusal is not None and not self.done:
            return self.refusal
        refused = (("changed_since", self.kept),) if self.kept else ()
        undone = (self.target.kind, self.target.conversation_id)
        return Done(self.command_id, None, self.done, refused=refused, undone=undone)


def remember(tx: Transaction, command: c.Command, done: Done, me: Operator, now: datetime, only: int | None) -> None:
    """Keep that a command can be undone, and of how many conversations. Said again it keeps the new number; what was undone
    while it went on can be undone again."""
    act = command.act if isinstance(command, c.Many | ManyTasks | ManyReminders) else command
    _enter(tx, done.command_id, kind_of(type(act)), me, now, done.count, only, None)


def _enter(
    tx: Transaction,
    command_id: int,
    kind: str,
    me: Operator,
    now: datetime,
    count: int,
    conversation_id: int | None,
    undoes: int | None,
) -> None:
    tx.run(
        "INSERT INTO undo_entry (command_id, operator_id, kind, at, count, conversation_id, undoes) VALUES (?,?,?,?,?,?,?)"
        " ON CONFLICT (command_id) DO UPDATE SET count = excluded.count, undone_by = NULL, passed_over = 0",
        (command_id, me.id, kind, to_ms(now), count, conversation_id, undoes),
    )


def to_undo(tx: Transaction, me: Operator, command_id: int | None) -> Target | Refused:
    """Return my newest command that can be undone, or this one, be it one that was refused before."""
    if me.role is Role.VIEWER:
        return Refused("viewer")
    if command_id is not None:
        owner = tx.one(
            "SELECT e.operator_id, o.name FROM undo_entry e JOIN operator o ON o.id = e.operator_id WHERE e.command_id = ?",
            (command_id,),
        )
        if owner is not None and owner[0] != me.id:
            return Refused("not_yours", {"name": owner[1]})
    row = tx.one(
        "SELECT command_id, kind, conversation_id, count FROM undo_entry WHERE operator_id = :me AND undoes IS NULL"
        " AND undone_by IS NULL AND CASE WHEN :wanted IS NULL THEN passed_over = 0 ELSE command_id = :wanted END"
        " ORDER BY command_id DESC LIMIT 1",
        {"me": me.id, "wanted": command_id},
    )
    return Refused("nothing_to_undo") if row is None else Target(*row)


def to_redo(tx: Transaction, me: Operator) -> Target | Refused:
    """Return my newest undo, unless I have done something since."""
    if me.role is Role.VIEWER:
        return Refused("viewer")
    row = tx.one(
        "SELECT e.command_id, e.kind, e.conversation_id, e.count, e.undoes FROM undo_entry e"
        " JOIN undo_entry first ON first.command_id = e.undoes"
        " WHERE e.operator_id = ? AND e.undone_by IS NULL AND e.passed_over = 0 AND first.undoes IS NULL"
        " AND NOT EXISTS (SELECT 1 FROM undo_entry later WHERE later.operator_id = e.operator_id"
        " AND later.command_id > e.command_id AND later.undoes IS NULL)"
        " ORDER BY e.command_id DESC LIMIT 1",
        (me.id,),
    )
    return Refused("nothing_to_redo") if row is None else Target(*row)


@dataclass(slots=True)
class _Touched:
    """What the command did to one conversation, and to its customer's addresses."""

    conversation_id: int
    last_seq: int = 0
    changes: list[tuple[dict[str, Any], dict[str, Any]]] = field(default_factory=list)
    blocked: list[tuple[int, bool]] = field(default_factory=list)


def step(tx: Transaction, before: Undoing, me: Operator, rules: Rules, now: datetime) -> Undoing:
    """Give the next conversations their values back; or do the opposite, where the command was about more than these."""
    ends = time.perf_counter() + ENOUGH_S
    undone = _some(tx, before, me, rules, now)
    while not undone.over and undone.seen < before.seen + BATCH and time.perf_counter() < ends:
        undone = _some(tx, undone, me, rules, now)
    return undone


def _some(tx: Transaction, before: Undoing, me: Operator, rules: Rules, now: datetime) -> Undoing:
    if before.target.kind not in _TRIAGE:
        if undoing_tasks.is_about_tasks(tx, before.target.command_id):
            return _tasks(tx, before, me, rules, now)
        opposite = inverses.entries(tx, before.target.command_id)
        if opposite:
            return _opposed(tx, before, inverses.undo(tx, opposite, me, rules, now), me, now)
    touched, over = _touched(tx, before)
    states: dict[int, Conversation] = {}
    facts: list[f.Fact] = []
    done = kept = 0
    refusal = before.refusal
    for one in touched:
        conversation = conversations.load(tx, one.conversation_id)
        same = conversation is not None and conversation.id == one.conversation_id  # it was not merged away since
        given = _given_back(tx, conversation, one, before.target) if conversation is not None and same else None
        if conversation is None or given is None:
            kept += 1
            refusal = refusal or _changed_by(tx, one, me)
            continue
        states[conversation.id] = conversation
        facts += given
        done += 1
    command_id = before.command_id or (situations.next_command(tx) if done else 0)
    last_seq = touched[-1].last_seq if touched else before.last_seq
    after = replace(
        before,
        command_id=command_id,
        last_seq=last_seq,
        seen=before.seen + len(touched),
        done=before.done + done,
        kept=before.kept + kept,
        refusal=refusal,
        over=over,
    )
    if facts:
        actor = Actor(ActorKind.OPERATOR, me.id)
        apply(tx, facts, states, situations.fresh(tx), command_id=command_id, actor=actor, now=now, undoable=True)
    if command_id:
        _keep_line(tx, after, me, now)
    elif over:
        tx.run("UPDATE undo_entry SET passed_over = 1 WHERE command_id = ?", (after.target.command_id,))
    return after


def _opposed(tx: Transaction, before: Undoing, undone: inverses.Undone | Refused, me: Operator, now: datetime) -> Undoing:
    """Keep what came of undoing a command by its opposite: all of it, or nothing."""
    count = before.target.count
    if isinstance(undone, Refused):
        tx.run("UPDATE undo_entry SET passed_over = 1 WHERE command_id = ?", (before.target.command_id,))
        return replace(before, seen=count, kept=count, refusal=undone, over=True)
    command_id = undone.command_id or situations.next_command(tx)
    after = replace(before, command_id=command_id, seen=count, done=count, over=True)
    _keep_line(tx, after, me, now)
    return after


def _tasks(tx: Transaction, before: Undoing, me: Operator, rules: Rules, now: datetime) -> Undoing:
    """Undo what the command did to the next tasks."""
    target = before.target
    batch = undoing_tasks.step(tx, target.command_id, before.command_id, before.last_seq, FEW, me, rules, now)
    done = before.done + batch.done
    command_id = batch.command_id or (situations.next_command(tx) if batch.done else 0)
    after = replace(
        before,
        command_id=command_id,
        last_seq=batch.last_seq,
        seen=before.seen + batch.done + batch.kept,
        done=done,
        kept=before.kept + batch.kept,
        refusal=before.refusal or batch.refusal,
        over=batch.over,
    )
    if command_id:
        _keep_line(tx, after, me, now)
    elif batch.over:
        tx.run("UPDATE undo_entry SET passed_over = 1 WHERE command_id = ?", (target.command_id,))
    return after


def _keep_line(tx: Transaction, undoing: Undoing, me: Operator, now: datetime) -> None:
    """An undo stands in the line with its first transaction, so that what is done of it can be redone when it is stopped; what
    it undoes leaves the line with the last, so that the rest can still be undone."""
    target = undoing.target
    _enter(tx, undoing.command_id, target.kind, me, now, undoing.done, target.conversation_id, target.command_id)
    if target.redoes is not None:
        tx.run("UPDATE undo_entry SET undone_by = NULL, passed_over = 0 WHERE command_id = ?", (target.redoes,))
    if undoing.over:
        tx.run("UPDATE undo_entry SET undone_by = ? WHERE command_id = ?", (undoing.command_id, target.command_id))


def _touched(tx: Transaction, undoing: Undoing) -> tuple[list[_Touched], bool]:
    """Return the next conversations that the command touched, and whether they are the last. What it did to one stands together
    in the journal; what came of that (a clock that ended) stands behind all of them, and follows by itself."""
    rows = tx.all(
        "SELECT seq, kind, conversation_id, data FROM journal WHERE command_id = ? AND seq > ? AND conversation_id IS NOT NULL"
        f" AND (kind = '{_BLOCKING}' OR json_type(data, '$.was') = 'object') ORDER BY seq LIMIT ?",
        (undoing.target.command_id, undoing.last_seq, _ROWS),
    )
    found = [(conversation_id, list(of_one)) for conversation_id, of_one in groupby(rows, key=lambda row: row[2])]
    more = len(rows) == _ROWS
    whole = found[:-1] if more and len(found) > 1 else found  # the last may go on behind these rows
    return [_read(*one) for one in whole[:FEW]], not more and len(whole) <= FEW


def _read(conversation_id: int, rows: list[Any]) -> _Touched:
    touched = _Touched(conversation_id)
    for seq, kind, _conversation_id, text in rows:
        data = json.loads(text)
        touched.last_seq = seq
        if isinstance(data.get("was"), dict):  # that of a conversation's fields; of a promise it is one word
            touched.changes.append((_values(data["was"]), _values(data["now"])))
        if kind == _BLOCKING:
            touched.blocked.append((data["identity_id"], data["blocked"]))
    return touched


_BLOCKING = kind_of(f.IdentityBlocked)
_TIMES = ("closed_at", "snoozed_until", "woken_at", "waiting_since")


def _values(data: dict[str, Any]) -> dict[str, Any]:
    """Read what the journal keeps of a conversation's fields."""
    values = dict(data)
    for name in _TIMES:
        if name in values:
            values[name] = from_ms(values[name])
    if "status" in values:
        values["status"] = Status(values["status"])
    if "priority" in values:
        values["priority"] = Priority(values["priority"])
    if "tags" in values:
        values["tags"] = tuple(values["tags"])
    return values


def _given_back(tx: Transaction, conversation: Conversation, one: _Touched, target: Target) -> list[f.Fact] | None:
    """Return the facts that undo what the command did here, None where somebody has changed it since."""
    was, left = undo.together(one.changes)
    values = undo.restored(conversation, was, left, _since(tx, one, target))
    if isinstance(values, undo.Conflict):
        return None
    if "team_id" in values and not tx.one("SELECT 1 FROM team WHERE id = ?", (values["team_id"],)):
        values["team_id"] = None
    facts = undo.undone(conversation, target.command_id, values)
    for identity_id, blocked in one.blocked:
        row = tx.one("SELECT blocked FROM identity WHERE id = ?", (identity_id,))
        if row is not None and bool(row[0]) is blocked:
            facts.append(f.IdentityBlocked(identity_id=identity_id, blocked=not blocked, conversation_id=conversation.id))
    return facts


def _since(tx: Transaction, one: _Touched, target: Target) -> undo.Since:
    """Return what else happened in a conversation after the command. What did not arrive, was taken back or undone has not
    happened."""
    written, answered, given_back = tx.one(
        "SELECT max(j.kind IN ('message_received', 'contact_logged') AND json_extract(j.data, '$.waits') = 1),"
        " max(j.kind IN ('wait_ended', 'conversation_closed') AND u.undone_by IS NULL"
        " OR j.kind = 'reply_queued' AND m.delivery NOT IN ('cancelled', 'failed')"
        " OR j.kind = 'contact_logged' AND json_extract(j.data, '$.talked') = 1 AND json_extract(j.data, '$.waits') = 0),"
        " max(u.undoes = ? AND u.undone_by IS NULL)"
        " FROM journal j LEFT JOIN undo_entry u ON u.command_id = j.command_id LEFT JOIN message m ON m.id = j.message_id"
        " WHERE j.conversation_id = ? AND j.seq > ?",
        (target.command_id, one.conversation_id, one.last_seq),
    )
    return undo.Since(bool(written), bool(answered), bool(given_back))


def _changed_by(tx: Transaction, one: _Touched, me: Operator) -> Refused:
    """Return the refusal that names who did something in a conversation last after the command; somebody else, if there was
    anybody."""
    row = tx.one(
        "SELECT j.actor_kind, coalesce(o.name, '') FROM journal j"
        " LEFT JOIN operator o ON j.actor_kind = 'operator' AND o.id = j.actor_id"
        " WHERE j.conversation_id = ? AND j.seq > ? AND j.kind NOT IN ('conversation_read', 'late_marked')"
        " ORDER BY j.actor_kind = 'operator' AND j.actor_id = ?, j.seq DESC LIMIT 1",
        (one.conversation_id, one.last_seq, me.id),
    )
    kind, name = row if row is not None else (ActorKind.OPERATOR.value, me.name)
    return Refused("changed_since", {"name": name or kind, "by": kind})

"""Notices in the store: who is told of what happened. See `desk.noticing`."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from deskterm.desk import facts as f
from deskterm.desk import facts_time as ft
from deskterm.desk.model import Actor, Conversation
from deskterm.desk.notice_kinds import NoticeKind, Way
from deskterm.desk.notice_people import People
from deskterm.desk.notice_settled import Settled, settled
from deskterm.desk.notice_values import Gathered, Scene, TaskOf, Told
from deskterm.desk.noticing import concerns, late_again, wanted
from deskterm.store import awake, notice_leaving, notice_people
from deskterm.store.applied import Applied
from deskterm.store.notice_people import Reached
from deskterm.store.times import from_ms, to_ms
from deskterm.store.writer import Transaction

_INSERT = (
    "INSERT INTO notice (id, operator_id, kind, key, at, created_at, conversation_id, message_id, task_id, reminder_id, data,"
    " read_at) VALUES (?,?,?,?,?,?,?,?,?,?,?,?) ON CONFLICT (operator_id, key) DO NOTHING"
)


def tell(run: Applied, facts: Sequence[f.Fact], actor: Actor) -> None:
    """Write the notices that facts, which are in the journal, make for operators; not to whoever did it. What the facts settle
    is read."""
    for one in settled(facts, actor):
        _settle(run.tx, one, run.now_ms)
    _follow_merging(run.tx, facts)
    if not any(concerns(fact, run.after) for fact in facts):
        return
    slept = awake.slept(run.tx, awake.this_moment(run.now))
    scene = Scene(run.after, _tasks(run.tx, facts), _command(run.tx), slept)
    people = notice_people.at_work(run.tx)
    told = wanted(facts, scene, people, actor, run.now)
    told += [one for state in late_again(facts, scene) for one in _settled_before(run.tx, state, people)]
    if told:
        telling = _Telling(run.tx, run.now, told)
        for notice in told:
            telling.write(notice)
        telling.finish()


def _command(tx: Transaction) -> int:
    """Return the command whose facts were just appended to the journal."""
    return int(tx.one("SELECT command_id FROM journal ORDER BY seq DESC LIMIT 1")[0])


def _tasks(tx: Transaction, facts: Iterable[f.Fact]) -> dict[int, TaskOf]:
    tasks = {}
    for fact in facts:
        if isinstance(fact, ft.TaskAdded | ft.TaskChanged | ft.TaskOverdue):
            row = tx.one(
                "SELECT assignee_id, team_id, created_by, due_at, conversation_id FROM task WHERE id = ?", (fact.task_id,)
            )
            if row is not None:
                tasks[fact.task_id] = TaskOf(row[0], row[1], row[2], from_ms(row[3]), row[4])
    return tasks


def _settle(tx: Transaction, one: Settled, now_ms: int) -> None:
    """Read what is done with. A notice of many things at once (`Gathered.COUNTED`) is not done with one of them."""
    named = {"conversation_id": one.conversation_id, "task_id": one.task_id, "reminder_id": one.reminder_id}
    (about,) = (column for column, value in named.items() if value is not None)
    where = [f"{about} = :{about}"]
    where.append(f"kind IN ({', '.join(repr(kind.value) for kind in one.kinds)})")
    where.append("(json_extract(data, '$.count') IS NULL OR kind = 'answered')")
    if one.operator_id is not None:
        where.append("operator_id = :operator_id")
    if one.but_id is not None:
        where.append("operator_id <> :but_id")
    if one.metric is not None:
        where.append("coalesce(json_extract(data, '$.metric'), '') = :metric")
    values = {**named, "operator_id": one.operator_id, "but_id": one.but_id, "metric": one.metric, "now": now_ms}
    index = f"ix_notice_{about.removesuffix('_id')}"
    tx.run(
        f"UPDATE notice INDEXED BY {index} SET read_at = :now, data = json_set(data, '$.settled', 1)"
        f" WHERE read_at IS NULL AND {' AND '.join(where)}",
        values,
    )


def _follow_merging(tx: Transaction, facts: Iterable[f.Fact]) -> None:
    """What is unread of a conversation goes along where it goes into another one, and comes back with it: it is read when that
    one's matter is over."""
    for fact in facts:
        if isinstance(fact, f.ConversationMerged):
            tx.run(
                "UPDATE notice INDEXED BY ix_notice_conversation SET conversation_id = :into, data = json_set(data, '$.of',"
                " coalesce(json_extract(data, '$.of'), conversation_id)) WHERE conversation_id = :gone AND read_at IS NULL",
                {"into": fact.into_id, "gone": fact.conversation_id},
            )
        elif isinstance(fact, f.ConversationParted):
            tx.run(
                "UPDATE notice INDEXED BY ix_notice_conversation SET conversation_id = :back, data = json_remove(data, '$.of')"
                " WHERE conversation_id = :left AND json_extract(data, '$.of') = :back",
                {"left": fact.from_id, "back": fact.conversation_id},
            )


_LATE_BEFORE = (
    "SELECT n.operator_id, n.key, n.at, n.data FROM notice n INDEXED BY ix_notice_conversation WHERE n.conversation_id = ?"
    " AND n.kind = 'sla_late' AND json_extract(n.data, '$.settled') = 1 AND EXISTS (SELECT 1 FROM sla_clock k"
    " WHERE k.conversation_id = n.conversation_id AND k.metric = json_extract(n.data, '$.metric')"
    " AND k.due_at = json_extract(n.data, '$.due_at') AND k.ended_at IS NULL)"
)
"""What was told of the clocks that run, and then settled."""


def _settled_before(tx: Transaction, state: Conversation, people: People) -> Iterator[Told]:
    """Return what was told of the promises of a conversation that is late again, and that nobody had seen when it was settled:
    its clocks, which never ended, ring no second time."""
    holders = people.known([state.assignee_id]) or people.of_queue(state.team_id)
    for operator_id, key, at, data in tx.all(_LATE_BEFORE, (state.id,)):
        if operator_id in holders:
            kept = {name: value for name, value in json.loads(data).items() if name in ("metric", "due_at")}
            yield Told(
                operator_id=operator_id,
                kind=NoticeKind.SLA_LATE,
                key=key,
                at=from_ms(at),
                conversation_id=state.id,
                data=kept,
            )


class _Telling:
    """The notices of one transaction: there may be hundreds, and a key must not wait for them."""

    def __init__(self, tx: Transaction, now: datetime, told: Sequence[Told]) -> None:
        self._tx = tx
        self._now = now
        digests = len({one.operator_id for one in told if one.missed})
        self._ids = _reserved(tx, len(told) + digests)
        self._reached: dict[tuple[int, NoticeKind], Reached] = {}
        self._digests: dict[int, int] = {}
        self._unopened: set[int] = set()
        """Digests that nothing has joined yet."""
        self._joined: Counter[tuple[int, NoticeKind]] = Counter()

    def write(self, told: Told) -> None:
        """Write one notice, where its operator is told of its kind; one that was missed joins the digest of this catch-up."""
        reached = self._reached_by(told.operator_id, told.kind)
        if not reached.ways:
            return
        if told.missed and self._reached_by(told.operator_id, NoticeKind.DIGEST).ways:
            self._join(told)
            return
        same = _like(self._tx, told)
        if same is not None:
            _count(self._tx, same)
            return
        notice_id = next(self._ids)
        if _insert(self._tx, notice_id, told, self._now) or (
            _freed(self._tx, told) and _insert(self._tx, notice_id, told, self._now)
        ):
            notice_leaving.send(self._tx, notice_id, told.operator_id, reached, self._now)

    def finish(self) -> None:
        """Count what the digests tell of."""
        for (digest_id, kind), count in self._joined.items():
            place = f"$.counts.{kind.value}"
            self._tx.run(
                f"UPDATE notice SET data = json_set(data, '{place}', coalesce(json_extract(data, '{place}'), 0) + ?)"
                " WHERE id = ?",
                (count, digest_id),
            )

    def _reached_by(self, operator_id: int, kind: NoticeKind) -> Reached:
        known = self._reached.get((operator_id, kind))
        if known is None:
            known = self._reached[operator_id, kind] = notice_people.reached(self._tx, operator_id, kind)
        return known

    def _join(self, told: Told) -> None:
        """Count a notice in the digest of this catch-up. Its own row is kept, as read: so that it is told once, and can be
        found with its true time."""
        operator_id = told.operator_id
        if operator_id not in self._digests:
            opened = _open_digest(self._tx, operator_id, self._now)
            self._digests[operator_id] = next(self._ids) if opened is None else opened
            if opened is None:
                self._unopened.add(self._digests[operator_id])
        digest_id = self._digests[operator_id]
        if not _insert(self._tx, next(self._ids), told, self._now, digest_id):
            return
        if digest_id in self._unopened:
            self._unopened.remove(digest_id)
            _new_digest(self._tx, digest_id, operator_id, self._now)
            reached = self._reached_by(operator_id, NoticeKind.DIGEST)
            notice_leaving.send(self._tx, digest_id, operator_id, reached, self._now)
        self._joined[digest_id, told.kind] += 1


def _like(tx: Transaction, told: Told) -> int | None:
    """Return the notice that counts this one, too."""
    row = None
    if told.gathered is Gathered.COUNTED:
        row = tx.one("SELECT id FROM notice WHERE operator_id = ? AND key = ?", (told.operator_id, told.key))
    elif told.gathered is Gathered.UNREAD:
        row = tx.one(
            "SELECT id FROM notice INDEXED BY ix_notice_conversation WHERE conversation_id = ? AND operator_id = ? AND kind = ?"
            " AND read_at IS NULL",
            (told.conversation_id, told.operator_id, told.kind.value),
        )
    return None if row is None else int(row[0])


def _count(tx: Transaction, notice_id: int) -> None:
    tx.run(
        "UPDATE notice SET data = json_set(data, '$.count', coalesce(json_extract(data, '$.count'), 1) + 1) WHERE id = ?",
        (notice_id,),
    )


def _insert(tx: Transaction, notice_id: int, told: Told, now: datetime, digest_id: int | None = None) -> bool:
    """Write the row; returns False where the operator was told of it before. What is in a digest is read with it."""
    data: dict[str, Any] = dict(told.data) if digest_id is None else {**told.data, "digest": digest_id}
    now_ms = to_ms(now)
    about = told.conversation_id, told.message_id, told.task_id, told.reminder_id
    values = (told.operator_id, told.kind.value, told.key, to_ms(min(told.at, now)), now_ms, *about, json.dumps(data))
    return tx.run(_INSERT, (notice_id, *values, None if digest_id is None else now_ms)).rowcount > 0


def _freed(tx: Transaction, told: Told) -> bool:
    """Let a thing be told anew, where what was told of it was settled before it was read."""
    return (
        tx.run(
            "UPDATE notice SET key = key || ':' || id, data = json_remove(data, '$.settled') WHERE operator_id = ?"
            " AND key = ? AND read_at IS NOT NULL AND json_extract(data, '$.settled') = 1",
            (told.operator_id, told.key),
        ).rowcount
        > 0
    )


def _reserved(tx: Transaction, count: int) -> Iterator[int]:
    """Return so many ids that no notice ever had."""
    sql = "UPDATE sequence SET next = next + ? WHERE name = 'notice' RETURNING next"
    (following,) = tx.run(sql, (count,)).fetchone()
    return iter(range(following - count, following))


def tell_one(tx: Transaction, operator_id: int, kind: NoticeKind, ways: Iterable[Way], now: datetime) -> int:
    """Tell an operator something that no fact tells, at once and by these ways as far as they lead somewhere; returns the
    notice's id."""
    notice_id = next(_reserved(tx, 1))
    tx.run(
        "INSERT INTO notice (id, operator_id, kind, key, at, created_at, data) VALUES (?,?,?,?,?,?,'{}')",
        (notice_id, operator_id, kind.value, f"{kind}:{notice_id}", to_ms(now), to_ms(now)),
    )
    reached = replace(notice_people.reached(tx, operator_id, kind), ways=tuple(ways))
    for way in reached.carried():
        notice_leaving.queue(tx, notice_id, way, to_ms(now))
    return notice_id


def _open_digest(tx: Transaction, operator_id: int, now: datetime) -> int | None:
    """Return the digest that still takes in: not read, and nothing of it has left."""
    row = tx.one(
        "SELECT n.id FROM notice n INDEXED BY ix_notice_unread WHERE n.operator_id = ? AND n.read_at IS NULL"
        " AND n.kind = 'digest' AND n.created_at >= ? AND NOT EXISTS (SELECT 1 FROM notice_delivery d"
        " WHERE d.notice_id = n.id AND d.state <> 'queued') ORDER BY n.id DESC LIMIT 1",
        (operator_id, to_ms(now - awake.CATCH_UP)),
    )
    return None if row is None else int(row[0])


def _new_digest(tx: Transaction, digest_id: int, operator_id: int, now: datetime) -> None:
    tx.run(
        "INSERT INTO notice (id, operator_id, kind, key, at, created_at, data) VALUES (?,?,'digest',?,?,?,?)",
        (digest_id, operator_id, f"digest:{digest_id}", to_ms(now), to_ms(now), '{"counts":{}}'),
    )


LONGEST_READ = timedelta(days=90)
"""How long notices are kept that were read."""
_FORGOTTEN_AT_ONCE = 500


def forget_read(tx: Transaction, now: datetime) -> int:
    """Forget some of the notices that were read long ago; returns how many, 0 where there are no more."""
    rows = tx.all(
        "SELECT id FROM notice INDEXED BY ix_notice_read WHERE read_at IS NOT NULL AND read_at < ? LIMIT ?",
        (to_ms(now - LONGEST_READ), _FORGOTTEN_AT_ONCE),
    )
    for table, column in (("notice_delivery", "notice_id"), ("notice", "id")):
        tx.run_many(f"DELETE FROM {table} WHERE {column} = ?", rows)
    return len(rows)

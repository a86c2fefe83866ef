"""Random acts of two operators, done, undone and done again through the write door, between customers' messages."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from recounted import all_is_right

from deskterm.desk import commands as c
from deskterm.desk.commands import Done, Refused
from deskterm.desk.model import Priority

LONG = os.environ.get("DESKTERM_LONG") == "1"
PEOPLE = ("olga", "pavel", "chat", "rita")
OPTIONS: dict[str, Any] = {
    "max_examples": 200 if LONG else 20,
    "deadline": None,
    "phases": [Phase.generate],  # the store goes on from day to day
    "suppress_health_check": [HealthCheck.function_scoped_fixture],
}

Act = Callable[[int, Any], Any]
NAMES = ("возврат", "vip", "Доставка")
ACTS: dict[str, Act] = {
    "take": lambda one, now: c.Take(one),
    "give": lambda one, now: c.Assign(one, 2),
    "leave": lambda one, now: c.Assign(one, None),
    "close": lambda one, now: c.Close(one),
    "reopen": lambda one, now: c.Reopen(one),
    "reopen to wait": lambda one, now: c.Reopen(one, now - timedelta(minutes=5), 2),
    "read": lambda one, now: c.MarkRead(one, by_hand=True),
    "unread": lambda one, now: c.MarkUnread(one),
    "no reply": lambda one, now: c.NoReplyNeeded(one),
    "tag": lambda one, now: c.SetTags(one, add=(NAMES[one % 3], "new")),
    "untag": lambda one, now: c.SetTags(one, add=("old",), remove=NAMES),
    "urgent": lambda one, now: c.SetPriority(one, Priority.URGENT),
    "low": lambda one, now: c.SetPriority(one, Priority.LOW),
    "team": lambda one, now: c.SetTeam(one, 1),
    "snooze": lambda one, now: c.Snooze(one, now + timedelta(hours=2)),
    "sleep": lambda one, now: c.Snooze(one, None),
    "spam": lambda one, now: c.MarkSpam(one),
    "block": lambda one, now: c.MarkSpam(one, block=True),
    "no spam": lambda one, now: c.MarkSpam(one, spam=False),
}
PICK = st.integers(0, len(PEOPLE) - 1)
DOING = st.tuples(st.sampled_from(sorted(ACTS)), st.lists(PICK, min_size=1, max_size=4, unique=True))


@dataclass
class Day:
    """Four customers of this day's own, each with a conversation."""

    house: Any
    tag: str
    conversations: list[int] = field(default_factory=list)

    async def begins(self) -> None:
        team = await self.house.one("SELECT 1 FROM team")
        if team is None:
            await self.house.store.writer.run(
                lambda tx: tx.run("INSERT INTO team (id, name, folded, created_at) VALUES (1, 'Возвраты', 'возвраты', 0)")
            )
        for person in range(len(PEOPLE)):
            await self.writes(person)
        rows = await self.house.all("SELECT id FROM conversation ORDER BY id DESC LIMIT ?", (len(PEOPLE),))
        self.conversations = sorted(row[0] for row in rows)
        for one in (self.house.anna, self.house.boris):
            await self.house.store.writer.run(
                lambda tx, who=one.id: tx.run("DELETE FROM undo_entry WHERE operator_id = ?", (who,))
            )

    async def writes(self, person: int) -> None:
        value = f"{PEOPLE[person]}-{self.tag}"
        await self.house.arrive(self.house.chat("?", value, thread_key=value, external_id=f"{value}:{self.house.count}"), "bot")

    async def acts(self, who: Any, name: str, picks: list[int]) -> Done | Refused:
        ids = tuple(self.conversations[pick] for pick in picks)
        make = ACTS[name]
        command = make(ids[0], self.house.clock())
        return await self.house.as_(who).submit(command if len(ids) == 1 else c.Many(command, ids))

    async def state(self) -> Any:
        """All that undoing gives back, and what follows from it."""
        triage = await self.house.all(
            "SELECT id, status, closed_at, snoozed_until, woken_at, assignee_id, team_id, priority, tag_ids, spam, late,"
            " waiting_since, asked, unread, urgent_at, sort_at, newest_at, returns_at FROM conversation ORDER BY id"
        )
        counters = sorted(await self.house.all("SELECT view, scope, n FROM counter WHERE n <> 0"))
        lists = sorted(await self.house.all("SELECT * FROM conversation_tag"))
        blocked = await self.house.all("SELECT id FROM identity WHERE blocked = 1 ORDER BY id")
        return triage, counters, lists, blocked


@pytest.mark.timeout(900)
@settings(**OPTIONS)
@given(doings=st.lists(DOING, min_size=1, max_size=12), back=st.integers(1, 12))
async def test_undoing_gives_back_and_redoing_does_again(house: Any, doings: list[Any], back: int) -> None:
    house.count += 1
    day = Day(house, f"d{house.count}")
    await day.begins()
    states = [await day.state()]
    for name, picks in doings:
        house.clock.pass_(seconds=1)
        done = await day.acts(house.anna, name, picks)
        if isinstance(done, Done) and done.count:
            states.append(await day.state())
    steps = len(states) - 1
    for _again in range(2):
        for n in range(steps - 1, max(-1, steps - 1 - back), -1):
            house.clock.pass_(seconds=1)
            undone = await house.office.submit(c.Undo())
            assert isinstance(undone, Done)
            assert undone.refused == ()
            assert await day.state() == states[n]
        for n in range(max(0, steps - back), steps):
            redone = await house.office.submit(c.Redo())
            assert isinstance(redone, Done)
            assert await day.state() == states[n + 1]
        assert await house.office.submit(c.Redo()) == Refused("nothing_to_redo")
    await all_is_right(house)


HAPPENING = st.one_of(
    st.tuples(st.just("anna"), DOING),
    st.tuples(st.just("boris"), DOING),
    st.tuples(st.just("writes"), PICK),
    st.tuples(st.just("undo"), st.sampled_from(["anna", "boris"])),
    st.tuples(st.just("undo"), st.sampled_from(["anna", "boris"])),
    st.tuples(st.just("redo"), st.sampled_from(["anna", "boris"])),
    st.tuples(st.just("answers"), PICK),
)
FIRM = dict(
    zip(
        ("status", "closed_at", "snoozed_until", "woken_at", "assignee_id", "team_id", "priority", "tags"),
        range(1, 9),
        strict=True,
    )
)
"""The place of a field in the rows of `Day.state`."""
SINCE, ASKED = 11, 12


@pytest.mark.timeout(900)
@settings(**OPTIONS)
@given(happenings=st.lists(HAPPENING, min_size=5, max_size=40))
async def test_nobody_undoes_what_another_did(house: Any, happenings: list[Any]) -> None:
    """What somebody else changed last stays, a refusal changes nothing and is not met twice, and no customer loses a wait by an
    undo."""
    house.count += 1
    day = Day(house, f"i{house.count}")
    await day.begins()
    changed_by: dict[tuple[int, str], list[tuple[str, Any]]] = {}
    for what, detail in happenings:
        house.clock.pass_(seconds=1)
        before = await day.state()
        waiting = {(line, name): await in_line(house, line, name) for line in ("undo", "redo") for name in ("anna", "boris")}
        who, answer = await happens(day, what, detail)
        after = await day.state()
        if isinstance(answer, Refused):
            assert after == before
        if what in ("undo", "redo"):
            assert await in_line(house, what, who) == max(0, waiting[what, who] - 1)
        if what in ("undo", "redo") and isinstance(answer, Done):
            undone_command_spares_others(changed_by, before, after, who)
            who_wrote_last_still_waits(changed_by, before, after)
        for old, new in zip(before[0], after[0], strict=False):
            for name, place in (*FIRM.items(), ("asked", ASKED)):
                if old[place] != new[place]:
                    changed_by.setdefault((new[0], name), []).append((who, new[place]))
        await all_is_right(house)


IN_LINE = {
    "undo": "undoes IS NULL AND undone_by IS NULL AND passed_over = 0",
    "redo": "undone_by IS NULL AND passed_over = 0 AND undoes IN (SELECT command_id FROM undo_entry WHERE undoes IS NULL)"
    " AND command_id > coalesce((SELECT max(command_id) FROM undo_entry o WHERE o.operator_id = undo_entry.operator_id"
    " AND o.undoes IS NULL), 0)",
}
"""What can still be undone, and done again."""


async def in_line(house: Any, line: str, name: str) -> int:
    """How many commands of an operator can be undone or done again. Each time they try, there is one less: done or refused."""
    who = {"anna": house.anna, "boris": house.boris}[name].id
    return (await house.one(f"SELECT count(*) FROM undo_entry WHERE operator_id = ? AND {IN_LINE[line]}", (who,)))[0]


async def happens(day: Day, what: str, detail: Any) -> tuple[str, Any]:
    house = day.house
    staff = {"anna": house.anna, "boris": house.boris}
    if what == "writes":
        await day.writes(detail)
        return "customer", None
    if what == "answers":
        return "boris", await house.as_(house.boris).submit(c.Reply(day.conversations[detail], "да"))
    if what in staff:
        return what, await day.acts(staff[what], *detail)
    return detail, await house.as_(staff[detail]).submit(c.Undo() if what == "undo" else c.Redo())


def undone_command_spares_others(changed_by: Any, before: Any, after: Any, who: str) -> None:
    """A field goes back only where it stood as this operator had left it once."""
    for old, new in zip(before[0], after[0], strict=True):
        for name, place in FIRM.items():
            if old[place] != new[place]:
                assert (who, old[place]) in changed_by.get((old[0], name), []), (name, old, new)


def who_wrote_last_still_waits(changed_by: Any, before: Any, after: Any) -> None:
    """A wait that a customer's message began or made longer is neither ended nor made shorter."""
    for old, new in zip(before[0], after[0], strict=True):
        (who, _asked) = changed_by.get((old[0], "asked"), [("nobody", 0)])[-1]
        if who == "customer" and old[SINCE] is not None:
            assert new[SINCE] is not None
            assert new[SINCE] <= old[SINCE]
            assert new[ASKED] >= old[ASKED]

"""Random lives of reminders and promises through the write door, with a clock that moves: what the journal tells is what the
tables say, every alarm rings once at its true time, and a promise is kept by what was said after it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from house import House
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from deskterm.desk import commands as c
from deskterm.desk.commands import Done
from deskterm.desk.commands_time import MoveReminder, Promised, Remind, SettleReminder
from deskterm.store.reminder_alarms import PROMISES, REMINDERS
from deskterm.store.times import to_ms

PEOPLE = 2
MINUTES = st.integers(1, 240)
WHICH = st.integers(0, 9)
STEPS = st.one_of(
    st.tuples(st.sampled_from(["pass", "sleep"]), MINUTES),
    st.tuples(st.just("remind"), MINUTES),
    st.tuples(st.sampled_from(["move", "done", "cancel", "again"]), WHICH, MINUTES),
    st.tuples(st.sampled_from(["promise", "promise and remind"]), st.integers(0, PEOPLE - 1), MINUTES),
    st.tuples(st.sampled_from(["answer", "close", "reopen", "spam", "no spam", "write"]), st.integers(0, PEOPLE - 1)),
    st.tuples(st.sampled_from(["take back", "undo", "redo"])),
)


@dataclass
class Day:
    """Some customers of this day's own, each with a conversation; what came before it is left alone."""

    house: House
    tag: int
    first_seq: int = 0
    first_reminder: int = 0
    conversations: list[int] = field(default_factory=list)

    async def begins(self) -> None:
        self.first_seq = (await self.house.one("SELECT coalesce(max(seq), 0) FROM journal"))[0]
        self.first_reminder = (await self.house.one("SELECT coalesce(max(id), 0) FROM reminder"))[0]
        await self.rings()
        for person in range(PEOPLE):
            await self.write(person)
        rows = await self.house.all("SELECT id FROM conversation ORDER BY id DESC LIMIT ?", (PEOPLE,))
        self.conversations = sorted(row[0] for row in rows)
        await self.house.store.writer.run(lambda tx: tx.run("DELETE FROM undo_entry"))

    async def write(self, person: int) -> None:
        value = f"{person}-{self.tag}"
        await self.house.arrive(self.house.chat("?", value, thread_key=value), "bot")

    async def rings(self) -> None:
        now = self.house.clock()
        for alarms in (REMINDERS, PROMISES):
            while await self.house.store.writer.run(lambda tx, ring=alarms.ring: ring(tx, now, 2)):
                pass
            (following,) = await self.house.one(alarms.next_at)
            assert following is None or following > to_ms(now)

    async def does(self, step: tuple[Any, ...]) -> None:
        house, now = self.house, self.house.clock()
        match step:
            case "pass", minutes:  # and the desk is awake
                house.clock.pass_(minutes=minutes)
                await self.rings()
            case "sleep", minutes:
                house.clock.pass_(minutes=minutes)
            case "write", person:
                await self.write(person)
            case ("take back",):
                row = await house.one("SELECT max(id) FROM message WHERE kind = 'outgoing' AND delivery = 'queued'")
                if row[0] is not None:
                    await house.office.submit(c.TakeBack(row[0]))
            case ("move" | "done" | "cancel" | "again") as name, which, minutes:
                await self.on_reminder(name, which, now + timedelta(minutes=minutes))
            case _:
                await house.office.submit(self.command(step))

    def command(self, step: tuple[Any, ...]) -> c.Command:
        now = self.house.clock()
        match step:
            case "remind", minutes:
                return Remind(now + timedelta(minutes=minutes), "чай")
            case ("promise" | "promise and remind") as name, person, minutes:
                promised = Promised(now + timedelta(minutes=minutes), "скоро", remind=name != "promise")
                return c.Reply(self.conversations[person], "Отвечу скоро", anyway=True, promises=(promised,))
            case "answer", person:
                return c.Reply(self.conversations[person], "Вот ответ", anyway=True)
            case "close", person:
                return c.Close(self.conversations[person])
            case "reopen", person:
                return c.Reopen(self.conversations[person])
            case ("spam" | "no spam") as name, person:
                return c.MarkSpam(self.conversations[person], spam=name == "spam")
            case ("undo",):
                return c.Undo()
        return c.Redo()

    async def on_reminder(self, name: str, which: int, at: Any) -> None:
        ids = await self.house.all("SELECT id FROM reminder WHERE id > ? ORDER BY id", (self.first_reminder,))
        if not ids:
            return
        one = ids[which % len(ids)][0]
        if name == "move":
            answer = await self.house.office.submit(MoveReminder(one, at))
        else:
            state = {"done": "done", "cancel": "cancelled", "again": "set"}[name]
            answer = await self.house.office.submit(SettleReminder(one, state))
        assert isinstance(answer, Done)

    async def told(self, *kinds: str) -> list[tuple[str, str, int, dict[str, Any]]]:
        marks = ", ".join("?" * len(kinds))
        rows = await self.house.all(
            f"SELECT kind, actor_kind, at, data FROM journal WHERE seq > ? AND kind IN ({marks}) ORDER BY seq",
            (self.first_seq, *kinds),
        )
        return [(kind, actor, at, json.loads(data)) for kind, actor, at, data in rows]

    async def check(self) -> None:
        await self.reminders_are_as_told()
        await self.promises_are_as_told()
        await self.promises_are_kept_by_what_was_said()

    async def reminders_are_as_told(self) -> None:
        stands: dict[int, tuple[str, int]] = {}
        for kind, actor, at, data in await self.told("reminder_set", "reminder_moved"):
            one = data["reminder_id"]
            if kind == "reminder_moved" and one > self.first_reminder:
                assert stands[one] == (data["was_state"], data["was_due"])
                assert (actor == "clock") is (data["how"] == "clock")
                if actor == "clock":
                    assert (at, data["state"]) == (data["due"], "due")
            stands[one] = (data.get("state", "set"), data["due"])
        rows = await self.house.all("SELECT id, state, at FROM reminder WHERE id > ?", (self.first_reminder,))
        assert {one: (state, at) for one, state, at in rows} == {k: v for k, v in stands.items() if k > self.first_reminder}

    async def promises_are_as_told(self) -> None:
        stands: dict[int, str] = {}
        due: dict[int, int] = {}
        rung: list[int] = []
        for kind, actor, at, data in await self.told("promise_made", "promise_settled"):
            one = data["promise_id"]
            if kind == "promise_made":
                stands[one], due[one] = "open", data["due"]
                continue
            if one not in stands:
                continue  # of a day before
            assert stands[one] == data["was"]
            # What closing dropped would come back; what was never said does not, whatever dropped it before.
            assert data["state"] != data["was"] or data["how"] == "taken_back"
            stands[one] = data["state"]
            if actor == "clock":
                assert (at, data["state"]) == (due[one], "overdue")
                rung.append(one)
        assert len(rung) == len(set(rung))
        rows = await self.house.all("SELECT id, state, missed_at FROM promise")
        assert {one: state for one, state, _missed in rows if one in stands} == stands
        assert {one for one, _state, missed in rows if missed is not None and one in stands} == set(rung)

    async def promises_are_kept_by_what_was_said(self) -> None:
        """Where no closing and no spam has been at a promise, it is what the messages of its conversation say."""
        rows = await self.house.all(
            "SELECT p.state, m.delivery, EXISTS (SELECT 1 FROM message later WHERE later.conversation_id = p.conversation_id"
            " AND later.id > p.message_id AND later.kind = 'outgoing' AND later.delivery <> 'cancelled') FROM promise p"
            " JOIN message m ON m.id = p.message_id WHERE NOT EXISTS (SELECT 1 FROM journal j WHERE j.kind = 'promise_settled'"
            " AND json_extract(j.data, '$.promise_id') = p.id AND json_extract(j.data, '$.how') IN ('closed', 'spam'))"
        )
        for state, delivery, answered in rows:
            expected = ("dropped",) if delivery == "cancelled" else ("kept",) if answered else ("open", "overdue")
            assert state in expected


@pytest.mark.timeout(300)
@settings(
    max_examples=40,
    deadline=None,
    phases=[Phase.generate],  # the store goes on from day to day
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=st.lists(STEPS, min_size=3, max_size=25))
async def test_the_life_of_reminders_and_promises(house: House, steps: list[tuple[Any, ...]]) -> None:
    house.count += 1
    day = Day(house, house.count)
    await day.begins()
    for step in steps:
        house.clock.pass_(seconds=1)
        await day.does(step)
        await day.check()
    await day.rings()
    await day.check()

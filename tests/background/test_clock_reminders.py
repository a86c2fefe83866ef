"""Reminders and promises by the clock: each rings once, with its true time, also after the machine slept over it."""

from __future__ import annotations

from datetime import timedelta

from scripted import until
from test_clock import ticking

from deskterm.background.clock import BATCH
from deskterm.desk import commands as c
from deskterm.desk.commands_time import Promised, Remind
from deskterm.store.times import to_ms

KINDS = ("reminder_moved", "promise_settled")
RUNG = f"SELECT kind, at FROM journal WHERE kind IN {KINDS} AND actor_kind = 'clock' ORDER BY seq"


async def test_what_came_due_while_the_machine_slept_rings_once(room):
    house, began = room.house, room.house.clock()
    conversation = await room.conversation()
    promised = (Promised(began + timedelta(hours=2), "через два часа", remind=True),)
    await house.office.submit(c.Reply(conversation, "Отвечу через два часа", anyway=True, promises=promised))
    await house.office.submit(Remind(began + timedelta(hours=1), "пить чай"))
    house.clock.at = began + timedelta(hours=8)
    expected = [
        ("reminder_moved", to_ms(began + timedelta(hours=1))),
        ("reminder_moved", to_ms(began + timedelta(hours=2))),
        ("promise_settled", to_ms(began + timedelta(hours=2))),
    ]
    for _again in range(2):
        async with ticking(room) as clock:
            await until(lambda: _is(house, expected))
            await clock.look()
    assert [tuple(row) for row in await house.all(RUNG)] == expected


async def test_very_many_ring_in_batches(room):
    house, began = room.house, room.house.clock()
    for minute in range(BATCH + 20):
        await house.office.submit(Remind(began + timedelta(minutes=minute + 1)))
    house.clock.at = began + timedelta(days=1)
    async with ticking(room):
        await until(lambda: _none_is_set(house))
    rows = await house.all(RUNG)
    assert [at for _kind, at in rows] == [to_ms(began + timedelta(minutes=minute + 1)) for minute in range(BATCH + 20)]
    commands = await house.all("SELECT count(*) FROM journal WHERE actor_kind = 'clock' GROUP BY command_id")
    assert max(count for (count,) in commands) <= BATCH


async def _is(house, expected):
    return [tuple(row) for row in await house.all(RUNG)] == expected


async def _none_is_set(house):
    return (await house.one("SELECT count(*) FROM reminder WHERE state = 'set'"))[0] == 0

"""Many conversations at once where answers are promised: what comes of an act for the clocks is no act of its own."""

from __future__ import annotations

from house import House
from sla_house import PLAIN, promise

from deskterm.desk import commands as c
from deskterm.desk.commands import Done

MANY = 45
"""More than two transactions of a bulk act."""


async def test_closing_many_is_taken_back_whole_and_counted_once(house: House) -> None:
    await promise(house, PLAIN)
    for n in range(MANY):
        await house.arrive(house.mail(f"Вопрос {n}", f"p{n}@client.test"))
    ids = tuple(row[0] for row in await house.all("SELECT id FROM conversation ORDER BY id"))
    standing = (
        "SELECT id, status, waiting_since, due_at, left_ms, alarm_at, late, soon, sla_policy FROM conversation ORDER BY id"
    )
    before = await house.all(standing)
    closed = await house.office.submit(c.Many(c.Close(0), ids))
    assert isinstance(closed, Done)
    assert closed.count == MANY
    undone = await house.office.submit(c.Undo())
    assert isinstance(undone, Done)
    assert (undone.count, undone.refused) == (MANY, ())
    assert await house.all(standing) == before
    redone = await house.office.submit(c.Redo())
    assert isinstance(redone, Done)
    assert redone.count == MANY
    assert await house.all("SELECT DISTINCT status FROM conversation") == [("closed",)]

"""Undo and redo through the write door."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from deskterm.desk import commands as c
from deskterm.desk.commands import Done, Refused
from deskterm.desk.model import Priority, Status


async def state(house: Any, conversation_id: int = 1) -> Any:
    return await house.one(
        "SELECT status, closed_at, snoozed_until, woken_at, assignee_id, team_id, priority, tag_ids, spam, waiting_since,"
        " asked, unread, late, urgent_at, sort_at, newest_at, returns_at FROM conversation WHERE id = ?",
        (conversation_id,),
    )


async def test_each_act_is_undone_and_done_again(house: Any) -> None:
    await house.arrive(house.mail())
    acts: list[Any] = [
        c.Take(1),
        c.Assign(1, 2),
        c.SetTags(1, add=("Возврат", "vip")),
        c.SetTags(1, add=("new",), remove=("VIP",)),
        c.SetPriority(1, Priority.URGENT),
        c.MarkRead(1, by_hand=True),
        c.MarkUnread(1),
        c.NoReplyNeeded(1),
        c.Snooze(1, house.clock() + timedelta(hours=3)),
        c.Reopen(1),
        c.Close(1),
        c.MarkSpam(1, block=True),
    ]
    states = [await state(house)]
    for act in acts:
        house.clock.pass_(seconds=1)
        done = await house.office.submit(act)
        assert isinstance(done, Done), (act, done)
        assert done.count, act
        states.append(await state(house))
    for n in range(len(acts) - 1, -1, -1):
        house.clock.pass_(seconds=1)
        undone = await house.office.submit(c.Undo())
        assert isinstance(undone, Done), (acts[n], undone)
        assert await state(house) == states[n], acts[n]
    assert await house.office.submit(c.Undo()) == Refused("nothing_to_undo")
    for n in range(len(acts)):
        redone = await house.office.submit(c.Redo())
        assert isinstance(redone, Done), (acts[n], redone)
        assert await state(house) == states[n + 1], acts[n]
    assert await house.office.submit(c.Redo()) == Refused("nothing_to_redo")
    assert (await state(house))[0] == Status.CLOSED

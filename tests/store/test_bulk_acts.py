"""One act on many conversations: many short transactions, one command, stopped and undone."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from recounted import all_is_right

from deskterm.desk import commands as c
from deskterm.desk.commands import Done, Refused
from deskterm.desk.model import Operator, Role
from deskterm.store.undoing import BATCH

MANY = 2 * BATCH + 7
ALL = tuple(range(1, MANY + 1))
TAGGED = c.Many(c.SetTags(0, add=("сбой", "vip")), ALL)


@pytest.fixture
async def full(house: Any) -> Any:
    """A desk with many conversations."""
    for nth in range(MANY):
        await house.arrive(house.mail(sender=f"c{nth}@client.test"))
    return house


async def tagged(house: Any) -> int:
    return int((await house.one("SELECT count(*) FROM conversation WHERE tag_ids <> ''"))[0])


async def test_many_is_one_command_in_short_transactions_and_one_undo(full: Any, monkeypatch: Any) -> None:
    ran: list[Any] = []
    run = full.store.writer.run

    async def counted(work: Any) -> Any:
        ran.append(work)
        return await run(work)

    monkeypatch.setattr(full.store.writer, "run", counted)
    heard: list[tuple[int, int]] = []
    done = await full.office.submit(TAGGED, lambda *at: heard.append(at))
    assert isinstance(done, Done)
    assert (done.count, done.refused, len(ran)) == (MANY, (), 3)
    assert heard == [(BATCH, MANY), (2 * BATCH, MANY), (MANY, MANY)]
    assert await full.all("SELECT DISTINCT command_id FROM journal WHERE kind = 'tags_changed'") == [(done.command_id,)]
    assert await full.all("SELECT name FROM tag ORDER BY id") == [("сбой",), ("vip",)]
    entry = await full.one("SELECT command_id, operator_id, kind, count, conversation_id FROM undo_entry")
    assert entry == (done.command_id, full.anna.id, "set_tags", MANY, None)
    await all_is_right(full)
    ran.clear()
    heard.clear()
    undone = await full.office.submit(c.Undo(), lambda *at: heard.append(at))
    assert undone == Done(done.command_id + 1, None, MANY, undone=("set_tags", None))
    assert (await tagged(full), len(ran), heard[-1]) == (0, 3, (MANY, MANY))
    await all_is_right(full)
    again = await full.office.submit(c.Redo())
    assert again == Done(done.command_id + 2, None, MANY, undone=("set_tags", None))
    assert await tagged(full) == MANY
    await all_is_right(full)


async def test_what_is_done_stays_when_it_is_stopped_and_one_undo_takes_it_back(full: Any) -> None:
    reached = asyncio.Event()

    def progress(done: int, total: int) -> None:
        reached.set()
        doing.cancel()

    doing = asyncio.create_task(full.office.submit(TAGGED, progress))
    with pytest.raises(asyncio.CancelledError):
        await doing
    assert reached.is_set()
    assert await tagged(full) == BATCH
    assert await full.one("SELECT count FROM undo_entry") == (BATCH,)
    undone = await full.office.submit(c.Undo())
    assert isinstance(undone, Done)
    assert (undone.count, await tagged(full)) == (BATCH, 0)
    await all_is_right(full)


async def test_a_stopped_undo_goes_on_where_it_was_or_is_redone(full: Any) -> None:
    await full.office.submit(TAGGED)

    async def stopped(command: Any) -> None:
        doing = asyncio.create_task(full.office.submit(command, lambda *_at: doing.cancel()))
        with pytest.raises(asyncio.CancelledError):
            await doing

    await stopped(c.Undo())
    assert await tagged(full) == MANY - BATCH
    redone = await full.office.submit(c.Redo())
    assert isinstance(redone, Done)
    assert (redone.count, await tagged(full)) == (BATCH, MANY)
    await stopped(c.Undo())
    undone = await full.office.submit(c.Undo())
    assert isinstance(undone, Done)
    assert (undone.refused, await tagged(full)) == ((), 0)
    assert await full.office.submit(c.Undo()) == Refused("nothing_to_undo")
    await all_is_right(full)


async def test_those_that_refuse_are_counted_and_the_others_go_on(full: Any) -> None:
    await full.office.submit(c.NoReplyNeeded(3))
    await full.office.submit(c.NoReplyNeeded(4))
    done = await full.office.submit(c.Many(c.NoReplyNeeded(0), (*ALL, 9999, 1)))
    assert isinstance(done, Done)
    assert (done.count, done.refused) == (MANY - 2, (("nobody_waits", 2), ("not_found", 1)))
    assert await full.office.submit(c.Many(c.NoReplyNeeded(0), (3, 4))) == Done(
        0, None, 0, (("nobody_waits", 2),), refused_ids=(("nobody_waits", (3, 4)),)
    )
    assert await full.office.submit(c.Many(c.Close(0), ())) == Done(0, None, 0)


async def test_a_looker_does_nothing_to_many(full: Any) -> None:
    looker = full.as_(Operator(full.boris.id, "boris", "Boris", Role.VIEWER))
    assert await looker.submit(TAGGED) == Refused("viewer")
    assert await looker.submit(c.Undo()) == Refused("viewer")
    assert await looker.submit(c.Redo()) == Refused("viewer")
    seen = await looker.submit(c.Many(c.MarkRead(0), (1, 2)))
    assert isinstance(seen, Done)
    assert seen.count == 0  # what is unread stays so for those who answer


async def test_undoing_many_leaves_what_another_has_changed(full: Any) -> None:
    boris = full.as_(full.boris)
    await full.office.submit(c.Many(c.Take(0), ALL))
    for number in (2, 30):
        await boris.submit(c.Take(number))
    undone = await full.office.submit(c.Undo())
    assert isinstance(undone, Done)
    assert (undone.count, undone.refused) == (MANY - 2, (("changed_since", 2),))
    rows = await full.all("SELECT id FROM conversation WHERE assignee_id = ? ORDER BY id", (full.boris.id,))
    assert rows == [(2,), (30,)]
    await all_is_right(full)


async def test_undoing_is_refused_only_where_nothing_of_it_is_left(full: Any) -> None:
    await full.office.submit(c.Many(c.Take(0), ALL))
    await full.as_(full.boris).submit(c.Many(c.Take(0), ALL))
    before = await full.one("SELECT count(*) FROM journal")
    refused = await full.office.submit(c.Undo())
    assert refused == Refused("changed_since", {"name": "Boris", "by": "operator"})
    assert await full.one("SELECT count(*) FROM journal") == before


async def test_two_operators_at_once_each_undo_their_own(full: Any) -> None:
    boris = full.as_(full.boris)
    done = await asyncio.gather(
        full.office.submit(c.Many(c.SetTags(0, add=("anna",)), ALL)),
        boris.submit(c.Many(c.Assign(0, full.boris.id), ALL)),
        full.arrive(full.mail(sender="new@client.test")),
    )
    assert [one.count for one in done[:2]] == [MANY, MANY]
    undone = await asyncio.gather(full.office.submit(c.Undo()), boris.submit(c.Undo()))
    assert [(one.count, one.refused) for one in undone] == [(MANY, ()), (MANY, ())]
    left = await full.one("SELECT count(*) FROM conversation WHERE tag_ids <> '' OR assignee_id IS NOT NULL")
    assert left == (0,)
    await all_is_right(full)


async def test_others_are_served_between_the_transactions(full: Any) -> None:
    """A key pressed while a long command runs waits for one of its transactions, not for all of them."""
    order: list[str] = []
    long = asyncio.create_task(full.office.submit(TAGGED, lambda done, _total: order.append(str(done))))
    while not order:
        await asyncio.sleep(0)
    await full.as_(full.boris).submit(c.Take(1))
    order.append("key")
    await long
    assert order.index("key") < len(order) - 1


async def test_an_undo_that_overtakes_its_command_leaves_the_rest_to_the_next(full: Any) -> None:
    undoing: list[asyncio.Task[Any]] = []

    def progress(done: int, _total: int) -> None:
        if done == BATCH:
            undoing.append(asyncio.create_task(full.office.submit(c.Undo())))

    await full.office.submit(TAGGED, progress)
    await undoing[0]
    if await tagged(full):
        rest = await full.office.submit(c.Undo())
        assert isinstance(rest, Done)
        assert rest.refused == ()
    assert await tagged(full) == 0
    await all_is_right(full)

"""Undo and redo through the write door."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

from recounted import all_is_right

from deskterm.demo.play import mark_late
from deskterm.desk import commands as c
from deskterm.desk import facts as f
from deskterm.desk.commands import Done, Refused
from deskterm.desk.model import Actor, ActorKind, Priority, Status
from deskterm.store import conversations, situations
from deskterm.store.apply import apply
from deskterm.words.wording import refusal_words


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


async def refusal(house: Any, command: Any = None) -> dict[str, Any]:
    refused = await house.office.submit(command or c.Undo())
    assert isinstance(refused, Refused)
    assert refused.code == "changed_since"
    return refused.values


async def test_a_refusal_names_who_has_changed_it_since(house: Any) -> None:
    boris = house.as_(house.boris)
    await house.arrive(house.mail())
    await house.office.submit(c.Take(1))
    await boris.submit(c.Take(1))
    await boris.submit(c.MarkRead(1))
    await house.office.submit(c.MarkUnread(1))
    assert (await house.office.submit(c.Undo())).undone == ("mark_unread", 1)
    assert await refusal(house) == {"name": "Boris", "by": "operator"}
    assert (
        refusal_words(Refused("changed_since", {"name": "Boris", "by": "operator"}))
        == "Changed since then by Boris. Nothing was changed; once more goes to what was before it."
    )


async def test_a_customer_who_writes_ends_what_could_be_undone(house: Any) -> None:
    await house.arrive(house.chat(), "bot")
    await house.office.submit(c.Snooze(1, None))
    await house.arrive(house.chat("ну?"), "bot")
    values = await refusal(house)
    assert values == {"name": "customer", "by": "customer"}
    assert refusal_words(Refused("changed_since", values)).startswith("Changed since then by the customer.")


async def test_the_clock_ends_a_snooze_for_good(house: Any) -> None:
    await house.arrive(house.chat(), "bot")
    await house.office.submit(c.Snooze(1, house.clock() + timedelta(hours=1)))
    house.clock.pass_(hours=2)

    def wake(tx: Any) -> None:
        (slept,) = conversations.returning_before(tx, house.clock(), 10)
        fact = f.SnoozeEnded(conversation_id=1, at=slept.snoozed_until, how="clock")
        fresh, clock = situations.fresh(tx), Actor(ActorKind.CLOCK)
        apply(tx, [fact], {1: slept}, fresh, command_id=situations.next_command(tx), actor=clock, now=house.clock())

    await house.store.writer.run(wake)
    assert await refusal(house) == {"name": "clock", "by": "clock"}


async def test_an_answer_ends_what_no_reply_needed_had_ended(house: Any) -> None:
    await house.arrive(house.mail())
    done = await house.office.submit(c.NoReplyNeeded(1))
    reply = await house.office.submit(c.Reply(1, "всё же отвечу"))
    assert await refusal(house) == {"name": "Анна", "by": "operator"}
    await house.office.submit(c.TakeBack(reply.message_id))
    await house.office.submit(c.Undo(done.command_id))
    assert (await house.one("SELECT waiting_since, asked FROM conversation"))[1] == 1


async def test_everybody_undoes_their_own(house: Any) -> None:
    boris = house.as_(house.boris)
    await house.arrive(house.mail())
    taken = await house.office.submit(c.Take(1))
    assert await boris.submit(c.Undo()) == Refused("nothing_to_undo")
    assert await boris.submit(c.Undo(taken.command_id)) == Refused("not_yours", {"name": "Анна"})
    assert await house.office.submit(c.Undo(9999)) == Refused("nothing_to_undo")
    assert (await house.office.submit(c.Undo(taken.command_id))).undone == ("take", 1)
    assert await house.office.submit(c.Undo(taken.command_id)) == Refused("nothing_to_undo")
    assert await boris.submit(c.Redo()) == Refused("nothing_to_redo")


async def test_an_older_command_can_be_undone_by_its_id(house: Any) -> None:
    await house.arrive(house.mail())
    taken = await house.office.submit(c.Take(1))
    await house.office.submit(c.SetPriority(1, Priority.HIGH))
    assert isinstance(await house.office.submit(c.Undo(taken.command_id)), Done)
    assert await house.one("SELECT assignee_id, priority FROM conversation") == (None, 2)


async def test_doing_something_new_leaves_nothing_to_do_again(house: Any) -> None:
    await house.arrive(house.mail())
    await house.office.submit(c.Take(1))
    await house.office.submit(c.Undo())
    await house.office.submit(c.MarkRead(1))  # seen in passing, which is no act
    await house.office.submit(c.SetPriority(1, Priority.HIGH))
    assert await house.office.submit(c.Redo()) == Refused("nothing_to_redo")


async def test_a_restart_forgets_nothing(open_house: Any) -> None:
    house = await open_house()
    await house.arrive(house.mail())
    before = await state(house)
    await house.office.submit(c.Close(1))
    await house.store.close()
    house = await open_house()
    assert (await house.office.submit(c.Undo())).undone == ("close", 1)
    assert await state(house) == before
    await house.store.close()
    house = await open_house()
    assert (await house.office.submit(c.Redo())).undone == ("close", 1)
    assert (await state(house))[0] == "closed"


async def test_what_is_late_is_late_again(house: Any) -> None:
    await house.arrive(house.mail())
    house.clock.pass_(hours=2)
    await house.store.writer.run(lambda tx: mark_late(tx, house.clock()))
    before = await state(house)
    for command in (c.Close(1), c.Snooze(1, None), c.SetPriority(1, Priority.LOW), c.NoReplyNeeded(1), c.MarkSpam(1)):
        await house.office.submit(command)
        assert (await house.one("SELECT late FROM conversation")) == (0,)
        await house.office.submit(c.Undo())
        assert await state(house) == before
    await all_is_right(house)


async def test_the_journal_only_grows(house: Any) -> None:
    await house.arrive(house.mail())
    await house.office.submit(c.Take(1))
    before = await house.all("SELECT * FROM journal ORDER BY seq")
    await house.office.submit(c.Undo())
    await house.office.submit(c.Redo())
    after = await house.all("SELECT * FROM journal ORDER BY seq")
    assert after[: len(before)] == before
    assert [json.loads(row[-1]) for row in after[len(before) :]] == [
        {"undone_command_id": 2, "values": [["assignee_id", None]], "was": {"assignee_id": 1}, "now": {"assignee_id": None}},
        {"undone_command_id": 3, "values": [["assignee_id", 1]], "was": {"assignee_id": None}, "now": {"assignee_id": 1}},
    ]


async def test_what_cannot_be_undone_is_passed_over_once_it_was_refused(house: Any) -> None:
    boris = house.as_(house.boris)
    for n in range(3):
        await house.arrive(house.mail(sender=f"c{n}@client.test"))
    await house.office.submit(c.Close(2))
    done = await house.office.submit(c.Take(3))
    await boris.submit(c.Take(3))
    assert await refusal(house) == {"name": "Boris", "by": "operator"}
    assert (await house.office.submit(c.Undo())).undone == ("close", 2)
    assert (await state(house, 2))[0] == Status.OPEN
    assert await house.office.submit(c.Undo()) == Refused("nothing_to_undo")
    await boris.submit(c.Assign(3, house.anna.id))
    undone = await house.office.submit(c.Undo(done.command_id))
    assert undone.undone == ("take", 3)  # by its id it is still to be had


async def test_what_cannot_be_done_again_is_passed_over_once_it_was_refused(house: Any) -> None:
    boris = house.as_(house.boris)
    for n in range(2):
        await house.arrive(house.mail(sender=f"c{n}@client.test"))
    await house.office.submit(c.SetPriority(1, Priority.URGENT))
    await house.office.submit(c.Take(2))
    await house.office.submit(c.Undo())
    await house.office.submit(c.Undo())
    await boris.submit(c.SetPriority(1, Priority.LOW))
    assert await refusal(house, c.Redo()) == {"name": "Boris", "by": "operator"}
    assert (await house.office.submit(c.Redo())).undone == ("take", 2)
    assert await house.office.submit(c.Redo()) == Refused("nothing_to_redo")
    assert (await house.office.submit(c.Undo())).undone == ("take", 2)


async def test_what_was_merged_away_does_not_hold_up_what_was_before(house: Any) -> None:
    for n in range(3):
        await house.arrive(house.mail(sender=f"c{n}@client.test"))
    await house.office.submit(c.Close(1))
    await house.office.submit(c.Take(2))

    def merge(tx: Any) -> None:
        before = conversations.load(tx, 2)
        conversations.update(tx, before, replace(before, merged_into_id=3), None)

    await house.store.writer.run(merge)
    assert (await refusal(house))["by"] == "operator"
    assert (await house.office.submit(c.Undo())).undone == ("close", 1)


async def test_a_refused_undo_is_passed_over_after_a_restart_too(open_house: Any) -> None:
    house = await open_house()
    await house.arrive(house.mail())
    await house.office.submit(c.SetPriority(1, Priority.URGENT))
    await house.office.submit(c.Take(1))
    await house.as_(house.boris).submit(c.Take(1))
    await refusal(house)
    await house.store.close()
    house = await open_house()
    assert (await house.office.submit(c.Undo())).undone == ("set_priority", 1)

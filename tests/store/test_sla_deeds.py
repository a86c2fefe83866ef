"""SLA clocks and the larger deeds of a desk: splitting, failed replies, disbanding a team, erasing, archives, redo."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from recounted import all_is_right
from sla_house import HOUR, MINUTE, PLAIN, URGENT_FIRST, clocks, policy, promise, ring, state, told

from deskterm.desk import commands as c
from deskterm.desk.commands import Done
from deskterm.desk.commands_customer import LogContact, SplitConversation
from deskterm.desk.model import Priority
from deskterm.desk.sla_book import Book, Calendar, Metric, Policy, Target
from deskterm.store import history, ledger, outbox, people
from deskterm.store.times import from_ms


@pytest.fixture
async def house(open_house):
    house = await open_house()
    await promise(house, PLAIN)
    return house


async def done(house: Any, command: Any) -> Done:
    answer = await house.office.submit(command)
    assert isinstance(answer, Done), answer
    return answer


async def test_what_is_split_off_begins_its_own(house):
    began = house.clock()
    await house.arrive(house.chat(), "bot")
    house.clock.pass_(minutes=10)
    await house.arrive(house.chat("и ещё"), "bot")
    house.clock.pass_(minutes=10)
    made = await done(house, SplitConversation(1, (2,)))
    (other,) = await house.one("SELECT id FROM conversation WHERE id <> 1")
    assert made
    assert (await clocks(house))["first_reply"]["due_at"] == began + HOUR
    found = await clocks(house, other)
    assert (found["first_reply"]["due_at"], found["resolution"]["outcome"]) == (began + 70 * MINUTE, "")
    house.clock.at = began + 70 * MINUTE
    await ring(house)
    assert [(kind, at) for kind, at, _ in await told(house, "sla_missed")] == [
        ("sla_missed", began + HOUR),
        ("sla_missed", began + 70 * MINUTE),
    ]
    await all_is_right(house)


async def test_a_reply_that_fails_was_none_for_wait_and_work(house):
    began = house.clock()
    await house.arrive(house.mail())
    house.clock.pass_(minutes=30)
    await done(house, c.Reply(1, "да"))
    house.clock.pass_(hours=5)

    def fails(tx: Any) -> None:
        (claim,) = outbox.claim(
            tx, [*house.channels.values()], None, house.clock(), house.store.files, house.rules, "desk.test"
        )
        outbox.settle(tx, claim.outbound.outbox_id, outbox.Failed("no"), None, house.clock())

    await house.store.writer.run(fails)
    found = await clocks(house)
    assert (found["first_reply"]["due_at"], found["first_reply"]["ended_at"]) == (began + HOUR, None)
    assert (found["resolution"]["due_at"], found["resolution"]["running_since"]) == (began + 8 * HOUR, began)
    await ring(house)
    assert [(kind, at) for kind, at, _ in await told(house)] == [
        ("sla_missed", began + HOUR),
        ("late_marked", began + HOUR),
    ]
    await all_is_right(house)


async def test_a_team_that_goes_takes_its_promise_with_it(house):
    team = await house.office.add_team("Sales")
    await promise(house, Book((), (policy("sales", 'team:"Sales"', reply=10 * MINUTE), policy())))
    began = house.clock()
    await house.arrive(house.mail())
    house.clock.pass_(minutes=30)
    await done(house, c.SetTeam(1, team.id))
    await ring(house)
    assert ((await state(house))["sla_policy"], (await state(house))["late"]) == ("sales", 1)
    await house.office.remove_team(team.id)
    found = (await clocks(house))["first_reply"]
    assert ((await state(house))["sla_policy"], (await state(house))["late"]) == ("plain", 0)
    assert (found["due_at"], found["missed_at"]) == (began + HOUR, None)
    await all_is_right(house)


async def test_erasing_a_customer_ends_their_clocks(house):
    await house.arrive(house.mail())
    house.clock.pass_(minutes=10)
    (card,) = await house.one("SELECT customer_id FROM conversation")
    await house.office.erase_customer(card)
    assert await house.one("SELECT count(*) FROM sla_clock WHERE ended_at IS NULL") == (0,)
    house.clock.pass_(hours=9)
    await ring(house)
    assert await told(house) == []
    await all_is_right(house)


async def test_an_archive_promises_nothing(house):
    house.count += 1
    mail = replace(house.mail(sender="old@client.test"), at=house.clock() - timedelta(days=300))
    row_id = await house.keep(b"raw")

    def place(tx: Any) -> Any:
        archive = history.Archive(history.ours(tx, ("support@desk.test",)), history.Threads())
        return history.place(tx, ledger.one(tx, row_id), mail, {}, house.rules, archive, house.clock())

    await house.store.writer.run(place)
    await ring(house)
    assert await told(house) == []
    assert await house.one("SELECT count(*) FROM sla_clock WHERE ended_at IS NULL") == (0,)
    await all_is_right(house)


async def test_undone_and_done_again_the_wait_ends_and_begins_as_one(house):
    began = house.clock()
    await house.arrive(house.mail())
    house.clock.pass_(minutes=30)
    await done(house, c.NoReplyNeeded(1))
    house.clock.pass_(minutes=10)
    await done(house, c.Undo())
    found = await clocks(house)
    assert (found["first_reply"]["due_at"], found["resolution"]["due_at"]) == (began + HOUR, began + 8 * HOUR)
    await done(house, c.Redo())
    found = await clocks(house)
    assert (found["first_reply"]["outcome"], found["resolution"]["spent_ms"]) == ("dropped", 40 * 60_000)
    await done(house, c.Undo())
    assert (await state(house))["due_at"] == began + HOUR
    assert await house.one("SELECT count(*) FROM sla_clock") == (2,)
    await all_is_right(house)


async def test_a_slip_put_right_leaves_no_miss(house):
    await promise(house, URGENT_FIRST)
    await house.arrive(house.mail())
    house.clock.pass_(minutes=30)
    await done(house, c.SetPriority(1, Priority.URGENT))
    await ring(house)
    await done(house, c.Undo())
    await done(house, c.Reply(1, "да"))
    found = (await clocks(house))["first_reply"]
    assert (found["outcome"], found["missed_at"]) == ("met", None)
    assert await house.one("SELECT count(*) FROM sla_alarm WHERE stage = 100") == (1,)


async def test_what_rang_is_late_whatever_the_clock_of_the_machine_says(house):
    began = house.clock()
    await house.arrive(house.mail())
    house.clock.at = began + HOUR + timedelta(seconds=1)
    await ring(house)
    house.clock.pass_(seconds=-5)
    await done(house, c.SetTags(1, add=("x",)))
    assert (await state(house))["late"] == 1
    house.clock.pass_(hours=3)
    await ring(house)
    assert ((await state(house))["late"], len(await told(house, "sla_missed"))) == (1, 1)
    await all_is_right(house)


@pytest.mark.parametrize("awake", [True, False])
async def test_a_call_in_time_that_is_noted_late_was_in_time(house, awake):
    specs = [
        people.ChannelSpec("mail", "email", "support@desk.test", True, 1),
        people.ChannelSpec("phone", "manual", "", True, 1),
    ]
    channels = await house.store.writer.run(lambda tx: people.sync_channels(tx, specs))
    began = house.clock()
    await house.arrive(house.mail())
    house.clock.pass_(minutes=70)
    if awake:
        await ring(house)
    call = LogContact(
        channels["phone"], "поговорили", conversation_id=1, incoming=False, outcome="open", at=began + 20 * MINUTE
    )
    await done(house, call)
    found = (await clocks(house))["first_reply"]
    assert (found["outcome"], found["missed_at"], found["spent_ms"]) == ("met", None, 20 * 60_000)


async def test_a_message_that_comes_late_makes_no_second_miss(house):
    house.clock.pass_(hours=5)
    began = house.clock()
    await house.arrive(house.chat(), "bot")
    house.clock.pass_(minutes=61)
    await ring(house)
    await house.arrive(replace(house.chat("раньше"), at=began - 3 * HOUR), "bot")
    await ring(house)
    rows = await house.all("SELECT started_at, due_at, missed_at FROM sla_clock WHERE metric = 'first_reply'")
    assert [tuple(map(from_ms, row)) for row in rows] == [(began - 3 * HOUR, began - 2 * HOUR, began + HOUR)]
    assert len(await told(house, "sla_missed")) == 1
    assert (await state(house))["late"] == 1
    await all_is_right(house)


async def test_hours_that_never_come_leave_all_of_the_time(house):
    never = Calendar("never", "UTC", ((),) * 7)
    await promise(house, Book((never,), (Policy("p", "", {Metric.FIRST_REPLY: Target(HOUR)}),)))
    await house.arrive(house.mail())
    assert ((await state(house))["due_at"], (await state(house))["left_ms"]) == (None, 3_600_000)

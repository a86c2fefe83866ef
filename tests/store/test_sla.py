"""SLA clocks through the write door: what is promised, what becomes of it, and what the rows say."""

from __future__ import annotations

from datetime import timedelta

import pytest
from recounted import all_is_right
from sla_house import (
    ESCALATING,
    HOUR,
    MINUTE,
    PLAIN,
    URGENT_FIRST,
    clocks,
    follow_book,
    policy,
    promise,
    ring,
    state,
    told,
)

from deskterm.desk import commands as c
from deskterm.desk.commands import Done
from deskterm.desk.commands_customer import MergeConversations, PartConversation
from deskterm.desk.model import Origin, Priority
from deskterm.desk.sla_book import NOTHING_PROMISED, Book, Metric, Pause
from deskterm.store import sla_book


@pytest.fixture
async def house(open_house):
    house = await open_house()
    await promise(house, PLAIN)
    return house


async def done(house, command) -> Done:
    answer = await house.office.submit(command)
    assert isinstance(answer, Done), answer
    return answer


async def test_an_empty_book_keeps_nothing(open_house):
    house = await open_house()
    await house.arrive(house.mail())
    await done(house, c.Reply(1, "да"))
    assert await house.one("SELECT count(*) FROM sla_clock") == (0,)
    assert (await state(house))["sla_policy"] == ""


async def test_a_wait_has_an_hour_and_the_work_eight(house):
    began = house.clock()
    await house.arrive(house.mail())
    found = await clocks(house)
    assert found["first_reply"]["due_at"] == began + HOUR
    assert found["resolution"]["due_at"] == began + 8 * HOUR
    now = await state(house)
    assert (now["sla_policy"], now["due_at"], now["alarm_at"]) == ("plain", began + HOUR, began + 45 * MINUTE)
    assert await told(house, "sla_chosen") == [("sla_chosen", began, began)]
    (row,) = (await house.office.conversations("срок:<2ч")).rows if False else (await house.office.clocks(1))[:1]
    assert (row.metric, row.due_at) == (Metric.FIRST_REPLY, began + HOUR)
    assert (await house.office.book()) == PLAIN
    await all_is_right(house)


async def test_an_answer_in_time_is_kept_as_that(house):
    began = house.clock()
    await house.arrive(house.mail())
    house.clock.pass_(minutes=20)
    await done(house, c.Reply(1, "да"))
    found = await clocks(house)
    assert (found["first_reply"]["outcome"], found["first_reply"]["spent_ms"]) == ("met", 20 * 60_000)
    assert found["first_reply"]["ended_at"] == began + 20 * MINUTE
    assert found["resolution"]["due_at"] is None
    now = await state(house)
    assert (now["due_at"], now["left_ms"], now["alarm_at"]) == (None, (8 * 60 - 20) * 60_000, None)


async def test_later_waits_are_other_promises(house):
    await house.arrive(house.mail())
    await done(house, c.Reply(1, "да"))
    house.clock.pass_(hours=2)
    refs_row = await house.one("SELECT public_id FROM message WHERE id = 2")
    assert refs_row
    await house.arrive(house.mail("ещё", refs=await answered(house)))
    found = await clocks(house)
    assert found["next_reply"]["due_at"] == house.clock() + HOUR
    assert found["resolution"]["running_since"] == house.clock()
    assert found["resolution"]["due_at"] == house.clock() + 8 * HOUR


async def answered(house):
    """References to our answer, as a mail client gives them."""
    from deskterm.desk.post import MailRefs

    (public_id,) = await house.one("SELECT public_id FROM message WHERE kind = 'outgoing' ORDER BY id DESC LIMIT 1")
    ours = house.store.signer.message_id(public_id, "desk.test").strip("<>")
    house.count += 1
    return MailRefs(message_id=f"r{house.count}@client.test", in_reply_to=(ours,), references=(ours,))


async def test_warned_missed_and_late_each_once_at_its_true_time(house):
    began = house.clock()
    await house.arrive(house.mail())
    house.clock.at = began + 45 * MINUTE
    await ring(house)
    assert [kind for kind, _, _ in await told(house)] == ["sla_warned"]
    assert ((await state(house))["soon"], (await state(house))["late"]) == (1, 0)
    house.clock.at = began + HOUR
    await ring(house)
    await ring(house)
    assert await told(house) == [
        ("sla_warned", began + 45 * MINUTE, began + 45 * MINUTE),
        ("sla_missed", began + HOUR, began + HOUR),
        ("late_marked", began + HOUR, began + HOUR),
    ]
    now = await state(house)
    assert (now["soon"], now["late"], now["alarm_at"]) == (0, 1, began + 6 * HOUR)
    await all_is_right(house)
    house.clock.pass_(seconds=1)
    await done(house, c.Reply(1, "да"))
    assert (await clocks(house))["first_reply"]["outcome"] == "missed"
    assert (await state(house))["late"] == 0
    await all_is_right(house)


async def test_after_a_long_sleep_nobody_is_warned_of_what_has_happened(house):
    began = house.clock()
    await house.arrive(house.mail())
    house.clock.pass_(hours=7)
    await ring(house)
    assert await told(house) == [
        ("sla_missed", began + HOUR, house.clock()),
        ("late_marked", began + HOUR, house.clock()),
        ("sla_warned", began + 6 * HOUR, house.clock()),
    ]


async def test_an_answer_before_the_clock_was_awake_is_a_miss_all_the_same(house):
    began = house.clock()
    await house.arrive(house.mail())
    house.clock.pass_(hours=3)
    await done(house, c.Reply(1, "да"))
    assert (await clocks(house))["first_reply"]["outcome"] == "missed"
    assert await told(house) == [("sla_missed", began + HOUR, house.clock())]
    await ring(house)
    assert len(await told(house)) == 1


async def test_steps_follow_a_miss(house):
    await promise(house, ESCALATING)
    began = house.clock()
    await house.arrive(house.mail())
    house.clock.at = began + HOUR
    await ring(house)
    assert [kind for kind, _, _ in await told(house)] == ["sla_missed", "late_marked", "sla_escalated"]
    house.clock.at = began + HOUR + 25 * MINUTE
    await ring(house)
    assert [(kind, at - began) for kind, at, _ in (await told(house))[3:]] == [
        ("sla_escalated", HOUR + 10 * MINUTE),
        ("sla_escalated", HOUR + 20 * MINUTE),
    ]
    now = await state(house)
    assert (now["priority"], now["assignee_id"], now["late"]) == (int(Priority.HIGH), house.boris.id, 1)
    assert await house.one("SELECT count(*) FROM sla_alarm") == (4,)


async def test_snoozed_over_the_due_time_it_is_not_late(house):
    began = house.clock()
    await house.arrive(house.mail())
    house.clock.pass_(minutes=30)
    await done(house, c.Snooze(1, house.clock() + 10 * HOUR))
    now = await state(house)
    assert (now["due_at"], now["left_ms"], now["alarm_at"]) == (None, 30 * 60_000, None)
    house.clock.pass_(hours=11)
    await ring(house)
    woke = began + 10 * HOUR + 30 * MINUTE
    now = await state(house)
    assert (now["due_at"], now["late"]) == (woke + 30 * MINUTE, 1)
    assert [(kind, at) for kind, at, _ in await told(house)] == [
        ("sla_missed", woke + 30 * MINUTE),
        ("late_marked", woke + 30 * MINUTE),
    ]


async def test_a_policy_may_run_on_while_it_is_snoozed(house):
    await promise(house, Book((), (policy(pause=frozenset({Pause.AWAITED})),)))
    began = house.clock()
    await house.arrive(house.mail())
    await done(house, c.Snooze(1, began + 10 * HOUR))
    assert (await state(house))["due_at"] == began + HOUR
    house.clock.at = began + 2 * HOUR
    await ring(house)
    assert [kind for kind, _, _ in await told(house)] == ["sla_missed"]
    assert (await state(house))["late"] == 0
    await all_is_right(house)
    house.clock.at = began + 10 * HOUR
    await ring(house)
    assert [(kind, at) for kind, at, _ in await told(house, "late_marked")] == [("late_marked", began + HOUR)]
    assert (await state(house))["late"] == 1
    await all_is_right(house)


async def test_no_reply_needed_and_closing_are_no_misses(house):
    for number, command in enumerate((c.NoReplyNeeded, c.Close), 1):
        await house.arrive(house.mail(sender=f"p{number}@client.test"))
        house.clock.pass_(minutes=5)
        await done(house, command(number))
        found = await clocks(house, number)
        assert (found["first_reply"]["outcome"], found["first_reply"]["missed_at"]) == ("dropped", None)
    assert (await clocks(house, 2))["resolution"]["outcome"] == "met"
    assert (await clocks(house, 1))["resolution"]["outcome"] == ""


async def test_closing_what_was_missed_is_a_miss(house):
    await house.arrive(house.mail())
    house.clock.pass_(hours=2)
    await done(house, c.Close(1))
    assert (await clocks(house))["first_reply"]["outcome"] == "missed"


async def test_undoing_no_reply_needed_has_the_clock_run_as_if_never_ended(house):
    began = house.clock()
    await house.arrive(house.mail())
    house.clock.pass_(minutes=5)
    command = await done(house, c.NoReplyNeeded(1))
    house.clock.pass_(minutes=10)
    await done(house, c.Undo(command.command_id))
    found = (await clocks(house))["first_reply"]
    assert (found["due_at"], found["running_since"], found["runs"]) == (began + HOUR, began, "[]")
    assert (await state(house))["due_at"] == began + HOUR
    assert (found["ended_at"], found["outcome"]) == (None, "")


async def test_a_reply_taken_back_has_the_customer_wait_since_then(house):
    began = house.clock()
    await house.arrive(house.mail())
    house.clock.pass_(minutes=5)
    reply = await done(house, c.Reply(1, "да"))
    house.clock.pass_(seconds=5)
    await done(house, c.TakeBack(reply.message_id))
    found = (await clocks(house))["first_reply"]
    assert (found["due_at"], found["started_at"], found["outcome"]) == (began + HOUR, began, "")
    work = (await clocks(house))["resolution"]
    assert work["running_since"] is not None
    await all_is_right(house)


async def test_reopened_by_the_customer_there_is_the_whole_time_again(house):
    await house.arrive(house.mail())
    house.clock.pass_(hours=4)
    await done(house, c.Reply(1, "да"))
    await done(house, c.Close(1))
    house.clock.pass_(days=1)
    await house.arrive(house.mail("снова", refs=await answered(house)))
    found = await clocks(house)
    assert (found["resolution"]["started_at"], found["resolution"]["due_at"]) == (house.clock(), house.clock() + 8 * HOUR)
    assert await house.one("SELECT count(*) FROM sla_clock WHERE metric = 'resolution'") == (2,)


async def test_reopened_by_an_operator_the_closed_time_does_not_count(house):
    began = house.clock()
    await house.arrive(house.mail())
    house.clock.pass_(hours=1)
    command = await done(house, c.Close(1))
    house.clock.pass_(days=1)
    await done(house, c.Undo(command.command_id))
    found = await clocks(house)
    assert found["resolution"]["due_at"] == began + 24 * HOUR + 8 * HOUR
    assert found["resolution"]["started_at"] == began
    # The customer waited all the time.
    assert found["first_reply"]["due_at"] == began + HOUR
    await ring(house)
    assert (await state(house))["late"] == 1
    await all_is_right(house)


async def test_priority_changed_mid_way_measures_the_same_wait_anew(house):
    await promise(house, URGENT_FIRST)
    began = house.clock()
    await house.arrive(house.mail())
    house.clock.pass_(minutes=30)
    await done(house, c.SetPriority(1, Priority.URGENT))
    found = (await clocks(house))["first_reply"]
    assert (found["policy"], found["due_at"], found["missed_at"]) == ("fast", began + 15 * MINUTE, None)
    await ring(house)
    assert [(kind, at) for kind, at, _ in await told(house)] == [
        ("sla_missed", began + 30 * MINUTE),
        ("late_marked", began + 30 * MINUTE),
    ]
    assert await house.one("SELECT due_at, at FROM sla_alarm") == tuple(
        int((began + after * MINUTE).timestamp() * 1000) for after in (15, 30)
    )
    await done(house, c.SetPriority(1, Priority.NORMAL))
    found = (await clocks(house))["first_reply"]
    assert (found["due_at"], found["missed_at"]) == (began + HOUR, None)
    assert (await state(house))["late"] == 0
    house.clock.at = began + 50 * MINUTE
    await ring(house)
    assert (await state(house))["soon"] == 1
    await done(house, c.Reply(1, "да"))
    assert (await clocks(house))["first_reply"]["outcome"] == "met"


async def test_a_new_book_is_followed_by_all_that_is_open(house):
    await promise(house, NOTHING_PROMISED)
    began = house.clock()
    for number in range(60):
        await house.arrive(house.mail(sender=f"p{number}@client.test"))
    await done(house, c.Close(60))
    assert await house.one("SELECT count(*) FROM sla_clock") == (0,)
    await house.store.writer.run(lambda tx: sla_book.keep(tx, PLAIN))
    house.clock.pass_(minutes=5)
    await follow_book(house)
    assert await house.all("SELECT DISTINCT due_at IS NULL, status FROM conversation ORDER BY 2") == [
        (1, "closed"),
        (0, "open"),
    ]
    assert (await state(house, 7))["due_at"] == began + HOUR
    assert await house.one("SELECT count(*) FROM sla_clock") == (2 * 59,)
    faster = Book((), (policy(reply=10 * MINUTE),))
    await promise(house, faster)
    assert (await state(house, 7))["due_at"] == began + 10 * MINUTE
    await promise(house, NOTHING_PROMISED)
    assert (await state(house, 7))["sla_policy"] == ""
    assert (await state(house, 7))["due_at"] == began + HOUR
    assert await house.one("SELECT count(*) FROM sla_clock WHERE ended_at IS NULL") == (0,)
    await all_is_right(house)


async def test_machine_mail_spam_and_what_we_begin_have_no_reply_clock(house):
    await house.arrive(house.mail(origin=Origin.AUTO))
    assert await clocks(house) == {}
    await house.arrive(house.mail(sender="s@client.test"))
    await done(house, c.MarkSpam(2))
    assert {one["outcome"] for one in (await clocks(house, 2)).values()} == {"dropped"}
    house.clock.pass_(hours=5)
    await done(house, c.MarkSpam(2, spam=False))
    found = await clocks(house, 2)
    assert found["first_reply"]["due_at"] == house.clock() + HOUR
    await all_is_right(house)


async def test_a_burst_is_one_wait(house):
    began = house.clock()
    await house.arrive(house.chat(), "bot")
    house.clock.pass_(minutes=10)
    await house.arrive(house.chat("ау"), "bot")
    assert (await clocks(house))["first_reply"]["due_at"] == began + HOUR
    assert await house.one("SELECT count(*) FROM sla_clock") == (2,)


async def test_merged_and_parted_each_goes_on_with_its_own(house):
    began = house.clock()
    await house.arrive(house.mail())
    house.clock.pass_(minutes=10)
    await house.arrive(house.mail("другое", subject="другое"))
    house.clock.pass_(minutes=10)
    command = await done(house, MergeConversations(2, (1,)))
    found = await clocks(house, 2)
    assert found["first_reply"]["started_at"] == began + 10 * MINUTE
    live = await house.all("SELECT metric, started_at FROM sla_clock WHERE ended_at IS NULL ORDER BY metric")
    assert {at for _, at in live} == {int(began.timestamp() * 1000)}
    assert (await state(house, 2))["due_at"] == began + HOUR
    house.clock.pass_(minutes=10)
    await done(house, PartConversation(1))
    assert (await state(house, 2))["due_at"] == began + 10 * MINUTE + HOUR
    assert (await state(house, 1))["due_at"] == began + 10 * MINUTE + HOUR
    assert command
    await all_is_right(house)


async def test_what_is_promised_is_chosen_by_the_customers_tags(house):
    from deskterm.desk.commands_customer import EditCustomer

    await promise(house, Book((), (policy("vip", "segment:vip", reply=5 * MINUTE), policy())))
    began = house.clock()
    await house.arrive(house.mail())
    (customer_id,) = await house.one("SELECT customer_id FROM conversation")
    await done(house, EditCustomer(customer_id, add_tags=("vip",)))
    assert ((await state(house))["sla_policy"], (await state(house))["due_at"]) == ("vip", began + 5 * MINUTE)
    await all_is_right(house)


async def test_leaving_the_desk_open_over_time_is_the_same_as_sleeping(house):
    began = house.clock()
    await house.arrive(house.mail())
    for _ in range(9 * 60):
        house.clock.pass_(minutes=1)
        await ring(house)
    assert [(kind, at - began) for kind, at, _ in await told(house)] == [
        ("sla_warned", 45 * MINUTE),
        ("sla_missed", HOUR),
        ("late_marked", HOUR),
        ("sla_warned", 6 * HOUR),
        ("sla_missed", 8 * HOUR),
    ]
    assert house.clock() - began == timedelta(hours=9)

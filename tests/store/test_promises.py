"""Promises on a real store: made with a reply, kept by the next one, overdue at their true time, gone with what made them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from house import T0, House

from deskterm.desk import commands as c
from deskterm.desk.commands import Done
from deskterm.desk.commands_customer import (
    LogContact,
    MergeConversations,
    MergeCustomers,
    PartConversation,
    PartCustomer,
    SplitConversation,
)
from deskterm.desk.commands_time import Promised, SettlePromise
from deskterm.store import outbox
from deskterm.store.people import ChannelSpec
from deskterm.store.reminder_alarms import PROMISES, REMINDERS
from deskterm.store.times import to_ms

HOUR = timedelta(hours=1)
PHONE = ChannelSpec("phone", "manual", "", True, 3 * 86_400_000)


@pytest.fixture
async def house(open_house: Any) -> House:
    house = await open_house(PHONE)
    await house.arrive(house.mail())
    return house


async def ring(house: House) -> int:
    now = house.clock()
    rung = await house.store.writer.run(lambda tx: PROMISES.ring(tx, now, 100))
    return rung + await house.store.writer.run(lambda tx: REMINDERS.ring(tx, now, 100))


async def does(house: House, command: c.Command) -> Done:
    answer = await house.office.submit(command)
    assert isinstance(answer, Done), answer
    return answer


async def promise(house: House, conversation_id: int = 1, *, remind: bool = True, **more: Any) -> int:
    """Answer with a promise for the next hour; returns the message."""
    words = "Отвечу через час"
    promises = (Promised(house.clock() + HOUR, words, remind),)
    done = await does(house, c.Reply(conversation_id, words, promises=promises, **more))
    assert done.message_id is not None
    assert (done.reminder_id is not None) is remind
    return done.message_id


async def stand(house: House) -> list[Any]:
    """Return the states of promises, each with that of its reminder."""
    return await house.all(
        "SELECT p.state, coalesce(r.state, '-') FROM promise p LEFT JOIN reminder r ON r.promise_id = p.id ORDER BY p.id"
    )


async def told(house: House) -> list[Any]:
    return await house.all(
        "SELECT json_extract(data, '$.state'), json_extract(data, '$.how'), actor_kind, at FROM journal"
        " WHERE kind = 'promise_settled' ORDER BY seq"
    )


async def test_made_with_the_reply_and_kept_by_the_next(house: House):
    message = await promise(house)
    (row,) = await house.office.promises(conversation_id=1)
    assert (row.words, row.due, row.state, row.said_at, row.operator) == ("Отвечу через час", T0 + HOUR, "open", T0, "Анна")
    assert (row.conversation_number, row.message_id) == (1001, message)
    assert [one.id for one in await house.office.promises(customer_id=1)] == [1]
    (reminder,) = await house.office.reminders(conversation_id=1)
    assert (reminder.words, reminder.at, reminder.about) == ("Отвечу через час", T0 + HOUR, "#1001 Ольга К.")
    await does(house, c.Note(1, "Это не ответ"))
    assert await stand(house) == [("open", "set")]
    await does(house, c.Reply(1, "Вот ответ"))
    assert await stand(house) == [("kept", "done")]
    assert await told(house) == [("kept", "reply", "operator", to_ms(T0))]


async def test_overdue_once_at_its_time(house: House):
    await promise(house)
    assert (await house.one(PROMISES.next_at))[0] == to_ms(T0 + HOUR)
    house.clock.pass_(hours=9)
    assert await ring(house) == 2
    assert await ring(house) == 0
    assert await stand(house) == [("overdue", "due")]
    assert await told(house) == [("overdue", "clock", "clock", to_ms(T0 + HOUR))]
    assert [one.id for one in await house.office.promises(overdue=True)] == [1]
    await does(house, c.Reply(1, "Вот ответ, простите"))
    assert await stand(house) == [("kept", "done")]
    assert await house.one("SELECT missed_at FROM promise") == (to_ms(T0 + HOUR),)


async def test_taken_back_it_was_never_promised(house: House):
    message = await promise(house)
    await does(house, c.TakeBack(message))
    assert await stand(house) == [("dropped", "cancelled")]
    assert (await told(house))[-1][:2] == ("dropped", "taken_back")


async def test_taking_the_answer_back_has_the_promise_stand_again(house: House):
    await promise(house)
    house.clock.pass_(hours=2)
    await ring(house)
    answer = await does(house, c.Reply(1, "Вот ответ"))
    assert await stand(house) == [("kept", "done")]
    await does(house, c.TakeBack(answer.message_id or 0))
    assert await stand(house) == [("overdue", "due")]
    assert await ring(house) == 0, "its time has been told of"


async def test_an_answer_that_failed_keeps_nothing_until_it_is_sent_again(house: House):
    await promise(house)
    answer = await does(house, c.Reply(1, "Вот ответ"))
    house.clock.pass_(minutes=1)
    (part,) = await house.one("SELECT id FROM outbox WHERE message_id = ?", (answer.message_id,))
    await house.store.writer.run(lambda tx: tx.run("UPDATE outbox SET state = 'sending' WHERE id = ?", (part,)))
    failed = outbox.Failed("550 no such user")
    await house.store.writer.run(lambda tx: outbox.settle(tx, part, failed, None, house.clock()))
    assert await stand(house) == [("open", "set")]
    await does(house, c.RetrySend(answer.message_id or 0))
    assert await stand(house) == [("kept", "done")]


async def test_a_call_in_which_we_talked_keeps_it(house: House):
    await promise(house)
    call = {"conversation_id": 1, "incoming": False}
    await does(house, LogContact(house.channels["phone"], "", outcome="no_answer", **call))
    assert await stand(house) == [("open", "set")]
    await does(house, LogContact(house.channels["phone"], "Всё рассказали", outcome="open", **call))
    assert await stand(house) == [("kept", "done")]


async def test_closing_drops_it_and_undoing_that_brings_it_back(house: House):
    await promise(house)
    await does(house, c.Close(1))
    assert await stand(house) == [("dropped", "cancelled")]
    await does(house, c.Undo())
    assert await stand(house) == [("open", "set")]
    assert (await house.one("SELECT status FROM conversation"))[0] == "open"
    await does(house, c.Redo())
    assert await stand(house) == [("dropped", "cancelled")]
    await does(house, c.Reopen(1))
    assert await stand(house) == [("open", "set")]
    await does(house, c.Close(1))
    await house.arrive(house.mail(refs=None))
    assert await stand(house) == [("dropped", "cancelled")]


async def test_what_is_promised_with_the_closing_answer_stands(house: House):
    await promise(house, close=True)
    assert await stand(house) == [("open", "set")]
    house.clock.pass_(hours=2)
    assert await ring(house) == 2
    assert await stand(house) == [("overdue", "due")]


async def test_an_answer_in_a_closed_conversation_keeps_what_closing_dropped(house: House):
    await promise(house)
    await does(house, c.Close(1))
    await does(house, c.Reply(1, "Всё-таки ответ"))
    assert await stand(house) == [("kept", "cancelled")]


async def test_spam_drops_it_and_no_spam_brings_it_back(house: House):
    await promise(house)
    await does(house, c.MarkSpam(1))
    assert await stand(house) == [("dropped", "cancelled")]
    await does(house, c.MarkSpam(1, spam=False))
    assert await stand(house) == [("open", "set")]


async def test_an_operator_says_what_became_of_it(house: House):
    await promise(house)
    for state, expected in (("kept", ("kept", "done")), ("dropped", ("dropped", "done"))):
        await does(house, SettlePromise(1, state))
        assert await stand(house) == [expected]
    await does(house, c.Undo())
    assert await stand(house) == [("kept", "done")]
    await does(house, c.Undo())
    assert await stand(house) == [("open", "set")]
    await does(house, c.Redo())
    assert await stand(house) == [("kept", "done")]
    answer = await house.office.submit(SettlePromise(7))
    assert answer.code == "not_found"  # type: ignore[union-attr]
    assert (await house.office.submit(SettlePromise(1, "late"))).code == "bad_state"  # type: ignore[union-attr]


async def test_it_goes_with_its_message(house: House):
    """A promise is of the conversation that its message is in: merged, parted and split off it goes along."""
    await house.arrive(house.mail(subject="Другое"))
    first = await promise(house, 1)
    await promise(house, 2)
    await does(house, MergeConversations(1, (2,)))
    assert await house.all("SELECT conversation_id FROM promise ORDER BY id") == [(1,), (1,)]
    assert [one.id for one in await house.office.promises(conversation_id=2)] == [1, 2]
    await does(house, PartConversation(2))
    assert await house.all("SELECT conversation_id FROM promise ORDER BY id") == [(1,), (2,)]
    await house.arrive(house.mail(text="И ещё", refs=None))
    split = await does(house, SplitConversation(1, (first,)))
    assert await house.one("SELECT conversation_id FROM promise WHERE id = 1") == (split.conversation_id,)
    await does(house, c.Undo())
    assert await house.one("SELECT conversation_id FROM promise WHERE id = 1") == (1,)


async def test_an_answer_after_merging_keeps_both(house: House):
    await house.arrive(house.mail(subject="Другое"))
    await promise(house, 1)
    await promise(house, 2)
    await does(house, MergeConversations(1, (2,)))
    await does(house, c.Reply(1, "Вот ответ на оба"))
    assert await stand(house) == [("kept", "done"), ("kept", "done")]


async def test_a_time_that_has_passed_is_no_promise(house: House):
    await does(house, c.Reply(1, "Отвечу", promises=(Promised(T0, "Отвечу", remind=True),)))
    assert await stand(house) == []


async def test_two_promises_of_one_reply(house: House):
    both = (Promised(T0 + HOUR, "сегодня"), Promised(T0 + 24 * HOUR, "завтра", remind=True))
    await does(house, c.Reply(1, "Сегодня уточню, завтра отвечу", promises=both))
    assert await stand(house) == [("open", "-"), ("open", "set")]
    assert [one.words for one in await house.office.promises(conversation_id=1)] == ["сегодня", "завтра"]


async def test_where_nothing_is_promised_an_answer_reads_one_index(house: House):
    plan = await house.all("EXPLAIN QUERY PLAN SELECT id FROM promise WHERE conversation_id = 1 ORDER BY id")
    assert [row[3] for row in plan] == ["SEARCH promise USING COVERING INDEX ix_promise_conversation (conversation_id=?)"]


async def test_it_is_the_customers_whose_conversation_it_is_made_in(house: House):
    await house.arrive(house.mail(sender="li@client.test", name="Li"))
    await promise(house, 2)
    await does(house, MergeCustomers(1, 2))
    assert [one.id for one in await house.office.promises(customer_id=1)] == [1]
    assert [one.id for one in await house.office.promises(customer_id=2)] == [1], "the card that it went into"
    await promise(house, 2)
    await does(house, PartCustomer(2))
    assert await house.office.promises(customer_id=1) == ()
    assert [one.id for one in await house.office.promises(customer_id=2)] == [2, 1]

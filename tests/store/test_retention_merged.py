"""Conversations of several channels in one: each message is kept as long as its own channel says."""

from __future__ import annotations

import pytest
from erased_home import left_of
from house import House
from mail_desk import MailDesk, mail

from deskterm.desk import commands as c
from deskterm.desk.commands import Done
from deskterm.desk.commands_customer import MergeConversations, MergeCustomers
from deskterm.store.retention import Expired, expire

MAILED = "кракозябрица почтой"
CHATTED = "выхухоль чатом"


async def kept_for(house: House, days: int | None, channel: str) -> None:
    await house.store.writer.run(lambda tx: tx.run("UPDATE channel SET retention_days = ? WHERE name = ?", (days, channel)))


async def run(house: House) -> Expired:
    return await expire(house.store, house.store.writer.run, grace_s=0)


async def both(house: House, *, into_mail: bool) -> int:
    """One closed conversation made of a chat and a mail; returns it."""
    await house.arrive(house.chat(CHATTED, "77001", name="Фёкла"), "bot")
    desk = MailDesk(house)
    await desk.take(mail("Thekla <thekla@zhuravlik.example>", "Subject: щебетальня", text=MAILED))
    into, gone = (2, 1) if into_mail else (1, 2)
    for command in (MergeCustomers(2, 1), MergeConversations(into, (gone,)), c.Note(into, f"заметка {into}"), c.Close(into)):
        assert isinstance(await house.office.submit(command), Done), command
    return into


@pytest.mark.parametrize("into_mail", [True, False])
async def test_each_message_goes_at_the_end_of_its_own_time(house: House, into_mail: bool) -> None:
    conversation = await both(house, into_mail=into_mail)
    await kept_for(house, 30, "bot")
    house.clock.pass_(days=29)
    assert not await run(house)
    house.clock.pass_(days=2)
    done = await run(house)
    assert (done.conversations, done.cards) == (1, 0)
    assert left_of(house.store.home, (CHATTED,)) == {}
    assert left_of(house.store.home, (MAILED,)) != {}
    assert await house.one("SELECT emptied_at, customer_id FROM conversation WHERE id = ?", (conversation,)) == (None, 2)
    kept = await house.all("SELECT text FROM message WHERE kind <> 'activity' AND placeholder = '' ORDER BY id")
    assert kept == ([(MAILED,), ("заметка 2",)] if into_mail else [(MAILED,)])
    assert not await run(house)

    await kept_for(house, 400, "mail")
    house.clock.pass_(days=300)
    assert not await run(house)
    house.clock.pass_(days=100)
    done = await run(house)
    assert (done.conversations, done.cards) == (1, 1)
    assert left_of(house.store.home, (MAILED, CHATTED, "thekla@zhuravlik.example", "Фёкла", "щебетальня")) == {}
    assert (await house.one("SELECT emptied_at FROM conversation WHERE id = ?", (conversation,)))[0] is not None
    assert not await run(house)


async def test_a_mail_in_a_conversation_of_a_chat_goes_first(house: House) -> None:
    await both(house, into_mail=False)
    await kept_for(house, 30, "mail")
    house.clock.pass_(days=31)
    done = await run(house)
    assert (done.messages, done.cards) == (1, 0)
    assert left_of(house.store.home, (MAILED, "щебетальня")) == {}
    assert left_of(house.store.home, (CHATTED,)) != {}


async def test_a_conversation_that_keeps_nothing_is_a_shell_at_once_for_both(house: House) -> None:
    conversation = await both(house, into_mail=True)
    for channel in ("bot", "mail"):
        await kept_for(house, 30, channel)
    house.clock.pass_(days=31)
    done = await run(house)
    assert (done.messages, done.cards) == (3, 1)
    assert left_of(house.store.home, (MAILED, CHATTED, "thekla@zhuravlik.example", "Фёкла", "щебетальня")) == {}
    row = await house.one("SELECT subject, preview, emptied_at IS NULL FROM conversation WHERE id = ?", (conversation,))
    assert row == ("", "", 0)

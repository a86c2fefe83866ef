"""Whom we block: what they write is held, with its reason, and comes in once they are blocked no more."""

from __future__ import annotations

from typing import Any

from recounted import all_is_right

from deskterm.desk import commands as c
from deskterm.desk.commands import Done, Refused
from deskterm.desk.intake import BLOCKED
from deskterm.desk.model import Held, Origin
from deskterm.desk.post import Address, Bounce, IdentityKind
from deskterm.desk.rows import View
from deskterm.store import ledger


async def held(house: Any) -> list[Any]:
    return list(await house.all("SELECT id, reason FROM inbound WHERE state = 'quarantined'"))


async def again(house: Any, inbound_id: int, message: Any) -> Held:
    def work(tx: Any) -> Held:
        row = ledger.one(tx, inbound_id)
        assert row is not None
        return ledger.take_in(tx, row, message, {}, house.rules, house.clock())

    return await house.store.writer.run(work)


async def test_what_a_blocked_sender_writes_is_held_until_they_are_blocked_no_more(house: Any) -> None:
    await house.arrive(house.mail("купите", "spam@shop.test"))
    done = await house.office.submit(c.MarkSpam(1, block=True))
    assert isinstance(done, Done)
    assert (await house.office.counts()).views[View.INBOX] == 0
    message = house.mail("ещё раз", "spam@shop.test")
    assert await house.arrive(message) is Held.QUARANTINED
    ((inbound_id, reason),) = await held(house)
    assert reason == BLOCKED
    rows = await house.office.held()
    assert [(row.id, row.reason, row.state) for row in rows] == [(inbound_id, BLOCKED, Held.QUARANTINED)]
    assert await again(house, inbound_id, message) is Held.QUARANTINED
    await house.office.submit(c.MarkSpam(1, spam=False))
    assert await again(house, inbound_id, message) is Held.STORED
    assert await held(house) == []
    assert await house.one("SELECT count(*) FROM message") == (2,)
    await all_is_right(house)


async def test_undoing_spam_unblocks_too(house: Any) -> None:
    await house.arrive(house.mail("купите", "spam@shop.test"))
    await house.office.submit(c.MarkSpam(1, block=True))
    await house.office.submit(c.Undo())
    assert await house.one("SELECT blocked FROM identity") == (0,)
    assert await house.arrive(house.mail("ещё раз", "spam@shop.test")) is Held.STORED
    await house.office.submit(c.Redo())
    assert await house.one("SELECT blocked FROM identity") == (1,)


async def test_spam_without_blocking_takes_in_what_comes_and_nobody_waits(house: Any) -> None:
    await house.arrive(house.chat("купите", "7"), "bot")
    await house.office.submit(c.MarkSpam(1))
    assert await house.arrive(house.chat("купите!", "7"), "bot") is Held.STORED
    assert await house.one("SELECT message_count, spam, urgent_at FROM conversation") == (2, 1, None)
    counts = (await house.office.counts()).views
    assert (counts[View.INBOX], counts[View.WAITING], counts[View.ALL]) == (0, 0, 0)
    await house.office.submit(c.MarkSpam(1, spam=False))
    assert (await house.office.counts()).views[View.WAITING] == 1
    await all_is_right(house)


async def test_only_the_customer_is_blocked_not_those_in_copy(house: Any) -> None:
    copied = (Address(IdentityKind.EMAIL, "boss@firm.test", "Boss"),)
    await house.arrive(house.mail("купите", "spam@shop.test", cc=copied))
    await house.office.submit(c.MarkSpam(1, block=True))
    assert await house.all("SELECT value FROM identity WHERE blocked = 1") == [("spam@shop.test",)]
    assert await house.arrive(house.mail("вопрос", "boss@firm.test")) is Held.STORED


async def test_a_report_of_a_failed_delivery_comes_through_whoever_is_blocked(house: Any) -> None:
    await house.arrive(house.mail("где?", "daemon@mx.test"))
    await house.office.submit(c.Reply(1, "тут"))
    (public_id,) = await house.one("SELECT public_id FROM message WHERE kind = 'outgoing'")
    await house.store.writer.run(lambda tx: tx.run("UPDATE outbox SET state = 'sent'"))
    await house.store.writer.run(lambda tx: tx.run("UPDATE message SET delivery = 'sent' WHERE kind = 'outgoing'"))
    await house.office.submit(c.MarkSpam(1, block=True))
    report = house.mail(
        "550",
        "daemon@mx.test",
        origin=Origin.BOUNCE,
        bounce=Bounce(house.store.signer.message_id(public_id, "desk.test"), "daemon@mx.test", "5.1.1", True, "no such user"),
    )
    assert await house.arrive(report) is Held.STORED
    assert await house.one("SELECT failed FROM conversation WHERE id = 1") == (1,)


async def test_the_journal_names_nobody_who_is_blocked(house: Any) -> None:
    await house.arrive(house.mail("купите", "spam@shop.test"))
    await house.office.submit(c.MarkSpam(1, block=True))
    await house.office.submit(c.SetTags(1, add=("канарейка",)))
    rows = await house.all("SELECT data FROM journal")
    assert not any("shop" in data or "канарейка" in data for (data,) in rows)


async def test_who_is_answered_is_no_spam_and_their_answer_comes_in(house: Any) -> None:
    await house.arrive(house.chat("купите", "7"), "bot")
    await house.office.submit(c.MarkSpam(1, block=True))
    assert isinstance(await house.office.submit(c.Reply(1, "что именно?")), Done)
    assert await house.one("SELECT spam, assignee_id FROM conversation") == (0, house.anna.id)
    assert await house.one("SELECT blocked FROM identity") == (0,)
    assert await house.arrive(house.chat("слона", "7"), "bot") is Held.STORED
    assert (await house.office.counts()).views[View.WAITING] == 1
    await all_is_right(house)


async def test_a_group_is_put_away_but_nobody_in_it_is_blocked(house: Any) -> None:
    await house.arrive(house.chat("всем привет", "7", thread_key="-100", group="Клуб"), "bot")
    await house.arrive(house.mail())
    assert await house.office.submit(c.MarkSpam(1, block=True)) == Refused("group_not_blocked")
    many = await house.office.submit(c.Many(c.MarkSpam(0, block=True), (1, 2)))
    assert (many.count, many.refused) == (1, (("group_not_blocked", 1),))
    assert isinstance(await house.office.submit(c.MarkSpam(1)), Done)
    assert await house.all("SELECT spam FROM conversation") == [(1,), (1,)]
    assert await house.all("SELECT i.value FROM identity i WHERE blocked = 1") == [("olga@client.test",)]

"""What an operator forwards, on a real store: the customer's card and conversation, the operator's words above the mail."""

from __future__ import annotations

import json
from typing import Any

import pytest

from deskterm.channels.email.understand import understand
from deskterm.desk import commands as c
from deskterm.desk.model import Held
from deskterm.desk.rows import Draft
from deskterm.store import ledger

US = "support@desk.test"
PASSED = "Authentication-Results: mx.desk.test; dmarc=pass header.from=home.test\n"
FORWARD = (
    "From: Boris <boris@home.test>\nTo: support@desk.test\nSubject: Fwd: Kettle\nMessage-ID: <f1@home.test>\n"
    "Date: Sun, 22 Nov 2026 08:30:00 +0000\n{fields}Content-Type: text/plain; charset=utf-8\n\n{cover}"
    "---------- Forwarded message ---------\nFrom: Ольга <olga@client.test>\nDate: Sat, 21 Nov 2026 10:00:00 +0000\n"
    "Subject: Kettle\nTo: boris@home.test\n\nWhere is it?\n"
)


class Box:
    """A mailbox that knows boris's address, and believes its server where that says who sent a mail (`checked`)."""

    def __init__(self, house: Any) -> None:
        self.house = house
        self.checked = True

    async def take(self, raw: str) -> Held:
        house = self.house
        inbound_id = await house.keep(raw.encode())
        data = raw.replace("\n", "\r\n").encode()
        server = "mx.desk.test" if self.checked else ""
        inbound = understand(data, (US,), ("boris@home.test",), "desk.test", authserv_id=server)

        def work(tx: Any) -> Held:
            row = ledger.one(tx, inbound_id)
            assert row is not None
            return ledger.take_in(tx, row, inbound, {}, house.rules, house.clock())

        return await house.store.writer.run(work)

    async def thread(self, number: int = 1) -> list[tuple[Any, ...]]:
        return await self.house.all(
            "SELECT m.kind, m.text, i.value, m.author_operator_id FROM message m"
            " LEFT JOIN identity i ON i.id = m.author_identity_id WHERE m.conversation_id = ? ORDER BY m.id",
            (number,),
        )


@pytest.fixture
async def box(house: Any) -> Box:
    boris = house.boris.id
    await house.store.writer.run(lambda tx: tx.run("INSERT INTO operator_address VALUES ('boris@home.test', ?)", (boris,)))
    return Box(house)


@pytest.fixture
def unchecked(box: Box) -> Box:
    """The mailbox where no server says who sent a mail."""
    box.checked = False
    return box


async def test_a_proven_operators_words_are_a_note(box: Box) -> None:
    house = box.house
    assert await box.take(FORWARD.format(fields=PASSED, cover="Анна, ответь\n\n")) is Held.STORED
    assert await box.thread() == [
        ("note", "Анна, ответь", None, house.boris.id),
        ("incoming", "Where is it?", "olga@client.test", None),
    ]
    row = await house.one("SELECT title, subject, status, asked, unread, notes, preview, waiting_since FROM conversation")
    assert row == ("Ольга", "Kettle", "open", 1, 1, 1, "Where is it?", 1795255200000)
    assert await house.all("SELECT value, proof FROM identity") == [("olga@client.test", "written")]


async def test_unproven_words_are_no_operators(unchecked: Box) -> None:
    box = unchecked
    await box.take(FORWARD.format(fields="", cover="Анна, ответь\n\n"))
    assert await box.thread() == [
        ("incoming", "boris@home.test:\nАнна, ответь", None, None),
        ("incoming", "Where is it?", "olga@client.test", None),
    ]
    assert await box.house.one("SELECT preview, asked FROM conversation") == ("Where is it?", 1)
    notes = [("cover not proven",), ("forwarded by us, not proven",)]
    assert [tuple(json.loads(row[0])) for row in await box.house.all("SELECT notes FROM message ORDER BY id")] == notes
    assert await box.house.all("SELECT value, proof FROM identity") == [("olga@client.test", "claimed")]
    assert not await box.house.all("SELECT 1 FROM journal WHERE actor_kind = 'operator' AND kind = 'note_added'")


async def test_without_a_cover_there_is_the_mail_alone(box: Box) -> None:
    await box.take(FORWARD.format(fields=PASSED, cover=""))
    assert await box.thread() == [("incoming", "Where is it?", "olga@client.test", None)]


async def test_a_reply_goes_to_the_customer(box: Box) -> None:
    await box.take(FORWARD.format(fields=PASSED, cover="Анна, ответь\n\n"))
    await box.house.office.submit(c.Reply(1, "Soon"))
    (recipients,) = await box.house.one("SELECT recipients FROM message WHERE kind = 'outgoing'")
    assert "olga@client.test" in recipients
    assert "boris" not in recipients


async def test_a_draft_survives_a_note_by_mail(box: Box) -> None:
    house = box.house
    await house.arrive(house.mail(sender="olga@client.test"))
    (mail_id,) = await house.one("SELECT mail_id FROM message")
    await house.as_(house.boris).save_draft(Draft(1, "half a"))
    refs = f"{PASSED}In-Reply-To: <{mail_id}>\n"
    await box.take(FORWARD.format(fields=refs, cover="см. ниже\n\n"))
    assert [kind for kind, *_rest in await box.thread()] == ["incoming", "note", "incoming"]
    assert await house.one("SELECT count(*) FROM draft") == (1,)


async def test_whoever_forges_a_forward_joins_no_conversation(unchecked: Box) -> None:
    box, house = unchecked, unchecked.house
    await house.arrive(house.mail(sender="olga@client.test"))
    (mail_id,) = await house.one("SELECT mail_id FROM message")
    await box.take(FORWARD.format(fields=f"In-Reply-To: <{mail_id}>\n", cover=""))
    assert await house.one("SELECT count(*) FROM conversation") == (2,)


async def test_an_unproven_forward_says_nothing_of_whom_it_names(unchecked: Box) -> None:
    house = unchecked.house
    await house.arrive(house.mail(sender="olga@client.test", name="Ольга К."))
    before = await house.all("SELECT value, name, proof, customer_id FROM identity")
    forged = FORWARD.format(fields="", cover="").replace("boris@home.test\n\nWhere", "eve@evil.test\n\n8 912 345-67-89. Where")
    await unchecked.take(forged.replace("Ольга", "Eve"))
    assert await house.all("SELECT value, name, proof, customer_id FROM identity") == before
    assert await house.all("SELECT 1 FROM claim UNION ALL SELECT 1 FROM duplicate") == []
    assert await house.all("SELECT role FROM participant WHERE conversation_id = 2") == [("customer",)]


async def test_where_senders_are_proven_an_unproven_forward_is_a_mail_from_that_address(box: Box) -> None:
    house = box.house
    await house.arrive(house.mail(sender="olga@client.test"))
    await box.take(FORWARD.format(fields="", cover="see\n\n"))
    ((kind, text, author, operator),) = await box.thread(2)
    assert (kind, author, operator) == ("incoming", "boris@home.test", None)
    assert text.startswith("see\n\n---------- Forwarded message")
    assert await house.one("SELECT c.customer_id FROM conversation c WHERE c.id = 2") == (2,)
    assert await house.all("SELECT 1 FROM claim UNION ALL SELECT 1 FROM duplicate") == []
    (notes,) = await house.one("SELECT notes FROM message WHERE conversation_id = 2")
    assert json.loads(notes) == ["forwarded by us, not proven"]

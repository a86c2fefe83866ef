"""Mail that our own server found forged (DMARC failed): it gets into nobody's card or conversation, and nobody is answered
there but whose address it abuses."""

from __future__ import annotations

from typing import Any

import pytest
from mail_desk import DOMAIN, US, MailDesk, mail

from deskterm.channels.email.understand import understand
from deskterm.desk.post import Inbound

OLGA = "Olga <olga@client.test>"
CHECKED = "Authentication-Results: mx.desk.test; dmarc={} header.from=client.test"
PASSED, FORGED = CHECKED.format("pass"), CHECKED.format("fail")


class CheckingDesk(MailDesk):
    """A desk that believes what its mail server found out."""

    def understood(self, raw: bytes) -> Inbound:
        return understand(raw, (US,), (), DOMAIN, authserv_id="mx.desk.test")


@pytest.fixture
def desk(house: Any) -> CheckingDesk:
    return CheckingDesk(house)


async def forged_answer(desk: CheckingDesk, *fields: str) -> tuple[int, int]:
    """Have somebody forge an answer of Olga's; return her conversation and the forger's."""
    hers = await desk.take(mail(OLGA, PASSED, message_id="orig@client.test"))
    assert hers.conversation_id is not None
    ours = await desk.answer(hers.conversation_id, "code 1234")
    refs = f"References: <orig@client.test> <{ours.message_id}>"
    forged = await desk.take(mail(OLGA, FORGED, refs, *fields, text="8 912 345-67-89, where?", message_id="forged@client.test"))
    assert forged.conversation_id is not None
    return hers.conversation_id, forged.conversation_id


async def test_a_forged_answer_joins_nothing_and_says_what_it_refers_to(desk: CheckingDesk) -> None:
    hers, forged = await forged_answer(desk)
    assert forged != hers
    row = await desk.house.one(
        "SELECT maybe_related_id, related_why, previous_id, customer_id FROM conversation WHERE id = ?", (forged,)
    )
    assert row == (hers, "refers", None, 2)
    assert (await desk.state(hers))["message_count"] == 2


async def test_the_card_of_the_owner_stays_as_it_is(desk: CheckingDesk) -> None:
    _hers, forged = await forged_answer(desk, "Reply-To: evil@evil.test")
    house = desk.house
    assert await house.all("SELECT value, customer_id, proof FROM identity") == [("olga@client.test", 1, "verified")]
    assert await house.all("SELECT 1 FROM claim UNION ALL SELECT 1 FROM duplicate") == []
    assert await house.all("SELECT identity_id, role FROM participant WHERE conversation_id = ?", (forged,)) == [(1, "claimed")]
    assert await house.one("SELECT author_identity_id FROM message WHERE conversation_id = ?", (forged,)) == (None,)


async def test_an_answer_goes_to_whose_address_it_is_and_to_nobody_in_copy(desk: CheckingDesk) -> None:
    _hers, forged = await forged_answer(desk, "Reply-To: evil@evil.test", "Cc: Eve <eve@evil.test>")
    await desk.answer(forged, "Who are you?")
    (recipients,) = await desk.house.one("SELECT recipients FROM message WHERE kind = 'outgoing' ORDER BY id DESC LIMIT 1")
    assert "olga@client.test" in recipients
    assert "evil" not in recipients


async def test_the_owner_answers_in_the_forgers_conversation_and_is_known(desk: CheckingDesk) -> None:
    hers, forged = await forged_answer(desk)
    ours = await desk.answer(forged, "Was it you?")
    answer = await desk.take(mail(OLGA, PASSED, f"In-Reply-To: <{ours.message_id}>", text="No!"))
    assert answer.conversation_id == forged
    again = await desk.take(mail(OLGA, PASSED, "In-Reply-To: <orig@client.test>", text="Where?"))
    assert again.conversation_id == hers


async def test_a_forged_address_that_nobody_knew_is_still_nobodys(desk: CheckingDesk) -> None:
    first = await desk.take(mail(OLGA, FORGED))
    second = await desk.take(mail(OLGA, FORGED, text="again", message_id="second@client.test"))
    genuine = await desk.take(mail(OLGA, PASSED, text="it is me", message_id="third@client.test"))
    house = desk.house
    owners = [(await desk.state(one.conversation_id or 0))["customer_id"] for one in (first, second, genuine)]
    assert owners == [1, 2, 3]
    assert await house.all("SELECT value, customer_id, proof FROM identity") == [("olga@client.test", 3, "verified")]
    assert await house.all("SELECT 1 FROM duplicate") == []


async def test_a_form_of_ours_is_believed_as_little_as_ever(desk: CheckingDesk) -> None:
    placed = await desk.take(mail(f"Shop <{US}>", FORGED.replace("client.test", "desk.test"), "Reply-To: olga@client.test"))
    assert (await desk.state(placed.conversation_id or 0))["customer_id"] == 1
    assert await desk.house.all("SELECT value, customer_id, proof FROM identity") == [("olga@client.test", 1, "claimed")]

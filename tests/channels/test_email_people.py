"""What a mail proves of its sender, and what its sender only says."""

from __future__ import annotations

import pytest
from mail_text import HEAD, OWN, mail

from deskterm.channels.email.frames import inbound_from_wire, inbound_to_wire
from deskterm.channels.email.understand import understand
from deskterm.desk.model import Origin
from deskterm.desk.post import Address, IdentityKind, Inbound

SERVER = "mx.gull.example"
PASSED = f"Authentication-Results: {SERVER}; dmarc=pass header.from=mail.example"
OWN_HEAD = HEAD.replace("Anna Petrova <anna@mail.example>", "Shop <help@gull.example>")


def read(raw: bytes, authserv_id: str = SERVER) -> Inbound:
    understood = understand(raw, OWN, mail_domain="gull.example", authserv_id=authserv_id)
    head, blobs = inbound_to_wire(understood)
    assert inbound_from_wire(head, blobs) == understood, "it comes through the frames as it is"
    return understood


def test_our_own_server_proves_a_sender() -> None:
    assert read(mail("Hi", PASSED)).proven
    assert not read(mail("Hi", PASSED), "").proven
    assert not read(mail("Hi")).proven
    assert not read(mail("Hi", PASSED.replace("dmarc=pass", "dmarc=fail"))).proven


def test_a_form_of_ours_proves_nothing_of_who_filled_it_in() -> None:
    results = PASSED.replace("mail.example", "gull.example")
    understood = read(mail("Hi", "Reply-To: eve@evil.example", results, head=OWN_HEAD))
    assert (understood.origin, understood.reply_to) == (Origin.OWN, "eve@evil.example")
    assert (understood.proven, understood.claimed) == (False, ())


def test_another_address_for_answers_is_claimed() -> None:
    understood = read(mail("Hi", "Reply-To: Anna P <Anna.Work@firm.example>", PASSED))
    claimed = Address(IdentityKind.EMAIL, "anna.work@firm.example", "Anna P")
    assert (understood.claimed, understood.reply_to) == ((("reply_to", claimed),), "anna.work@firm.example")
    assert understood.proven, "the sender's own address is proven all the same"
    assert understood.shared == ()


@pytest.mark.parametrize("field", ["Reply-To: anna@mail.example", "Reply-To: help@gull.example", "Reply-To: Anna"])
def test_the_same_address_and_ours_are_no_claim(field: str) -> None:
    assert read(mail("Hi", field)).claimed == ()


def test_a_newsletter_claims_nothing() -> None:
    assert read(mail("Hi", "List-Id: <news.example>", "Reply-To: other@mail.example")).claimed == ()


@pytest.mark.parametrize(
    ("value", "language"),
    [
        ("ru-RU", "ru"),
        ("EN", "en"),
        ("ru, en", ""),
        ("ru-RU, ru", "ru"),
        ("", ""),
        ("x-klingon", ""),
        ("русский", ""),
        ("en;q=1", ""),
    ],
)
def test_the_language_a_mail_names(value: str, language: str) -> None:
    assert read(mail("Hi", f"Content-Language: {value}")).language == language

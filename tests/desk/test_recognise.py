"""Whose a message is, decided without a store: proofs, claims, forms, shared numbers, groups, likely doubles."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pure_desk import OLGA, REOPEN, T0, conversation, inbound

from deskterm.desk import facts as f
from deskterm.desk.arrival import Arrival, Candidate, KnownIdentity, Told
from deskterm.desk.intake import place
from deskterm.desk.model import Fresh, Origin
from deskterm.desk.post import Address, IdentityKind, Inbound
from deskterm.desk.recognise import WORTH, claims_of, language_of
from deskterm.desk.situation_customer import CardState

FRESH = Fresh(5, 1005, 50, 5, 5, "a" * 20)
US = Address(IdentityKind.EMAIL, "support@desk.test", "Чайка")
TARAS = Address(IdentityKind.TELEGRAM, "7", "Тарас", "@taras")
PHONE = Address(IdentityKind.PHONE, "+79123456789")
EGOR = Address(IdentityKind.EMAIL, "egor@client.test")


def place_(message: Inbound, **known: Any) -> list[f.Fact]:
    usual: dict[str, Any] = {"channel_id": 1, "reopen_after": REOPEN, "fresh": FRESH, "inbound_id": 9, "received_at": T0}
    made = place(message, Arrival(**(usual | known)), T0)
    assert isinstance(made, list)
    return made


def of(made: list[f.Fact], kind: type[Any]) -> list[Any]:
    return [fact for fact in made if isinstance(fact, kind)]


def kinds(made: list[f.Fact]) -> list[str]:
    return [type(fact).__name__ for fact in made]


# --- what an address proves


@pytest.mark.parametrize(
    ("more", "proof"),
    [
        ({}, "written"),
        ({"proven": True}, "verified"),
        ({"forwarded_by": "anna@desk.test", "forwarder_proven": True}, "written"),
        ({"forwarded_by": "anna@desk.test", "hearsay": True}, "claimed"),
        ({"sender": US, "origin": Origin.OWN, "reply_to": OLGA.value, "proven": True}, "claimed"),
    ],
)
def test_what_the_first_message_proves(more: dict[str, Any], proof: str) -> None:
    (made,) = of(place_(inbound(**more)), f.IdentityAdded)
    assert (made.value, made.proof, made.plain) == (OLGA.value, proof, OLGA.value)


@given(st.sampled_from(sorted(WORTH)), st.booleans(), st.booleans())
def test_a_better_proof_stays_and_a_lesser_one_changes_nothing(before: str, proven: bool, shared: bool) -> None:
    known = KnownIdentity(1, 1, OLGA.name, proof=before, shared=shared)
    proved = of(place_(inbound(proven=proven), sender=known), f.IdentityProved)
    best = max(before, "verified" if proven else "written", key=WORTH.__getitem__)
    assert [(fact.identity_id, fact.customer_id, fact.proof, fact.shared) for fact in proved] == (
        [(1, 1, best, shared)] if best != before else []
    )


def test_a_user_name_is_a_label_that_changes() -> None:
    known = KnownIdentity(1, 1, TARAS.name, proof="verified", label="@old")
    (fact,) = of(place_(inbound(sender=TARAS, proven=True, thread_key="7"), sender=known), f.IdentityProved)
    assert (fact.label, fact.proof) == ("@taras", "verified")
    known = replace(known, label="@taras")
    assert of(place_(inbound(sender=TARAS, proven=True, thread_key="7"), sender=known), f.IdentityProved) == []
    assert of(place_(inbound(sender=replace(TARAS, label=""), proven=True), sender=known), f.IdentityProved) == []


def test_a_shared_box_is_known_by_its_name() -> None:
    (made,) = of(place_(inbound(sender=Address(IdentityKind.EMAIL, "info@client.test"))), f.IdentityAdded)
    assert (made.shared, made.plain) == (True, "")


@pytest.mark.parametrize(
    ("told", "text", "expected"),
    [
        ("pt-br", "привет", "pt"),
        ("EN", "привет", "en"),
        ("", "Где заказ 5531? OK", "ru"),
        ("", "Where is my заказ", "en"),
        ("", "5531 !!!", ""),
        ("", "你好", ""),
        ("\x1b[31m", "hello", "en"),
    ],
)
def test_the_language_of_a_new_customer(told: str, text: str, expected: str) -> None:
    assert language_of(inbound(text, language=told)) == expected
    assert of(place_(inbound(text, language=told)), f.CustomerAdded)[0].language == expected


def test_what_is_quoted_is_not_the_customers_language() -> None:
    assert language_of(inbound("Thanks\n> Здравствуйте, ваш заказ уже в пути", quoted_from=7)) == "en"


# --- merged cards, merged conversations


def test_a_conversation_knows_the_card_it_came_with() -> None:
    known = KnownIdentity(2, 1, OLGA.name, home_id=3)
    (opened,) = of(place_(inbound(), sender=known), f.ConversationOpened)
    assert (opened.customer_id, opened.home_customer_id) == (1, 3)
    (opened,) = of(place_(inbound(), sender=replace(known, home_id=1)), f.ConversationOpened)
    assert opened.home_customer_id is None


def test_a_late_message_knows_the_conversation_it_came_for() -> None:
    known = KnownIdentity(1, 1, OLGA.name)
    candidate = Candidate(conversation(), frozenset({1}), home_id=4)
    (received,) = of(place_(inbound(), sender=known, candidates=(candidate,)), f.MessageReceived)
    assert (received.conversation_id, received.home_id) == (1, 4)


# --- groups


def test_each_writer_in_a_group_is_a_customer_and_the_group_is_nobodys() -> None:
    made = place_(inbound(sender=TARAS, thread_key="-100", group="Дом 5", proven=True))
    assert of(made, f.ConversationOpened)[0].customer_id is None
    assert (of(made, f.ConversationOpened)[0].group, of(made, f.ParticipantAdded)[0].role) == ("Дом 5", "member")
    assert of(made, f.CustomerAdded)[0].name == "Тарас"


@pytest.mark.parametrize("known", [None, KnownIdentity(3, None, "Дом 5")])
def test_who_writes_as_a_group_has_no_card_and_is_told_apart(known: KnownIdentity | None) -> None:
    group = Address(IdentityKind.TELEGRAM, "-100", "Дом 5")
    made = place_(inbound(sender=group, thread_key="-100", group="Дом 5", text="8 912 345-67-89"), sender=known)
    assert of(made, f.CustomerAdded) == []
    assert [(fact.identity_id, fact.customer_id) for fact in of(made, f.IdentityAdded)] == ([] if known else [(5, None)])
    author = 3 if known else 5
    assert of(made, f.MessageReceived)[0].author_identity_id == author
    assert of(made, f.ParticipantAdded)[0].identity_id == author


# --- claims


def test_what_a_message_claims() -> None:
    message = inbound(claimed=(("reply_to", EGOR), ("typed", PHONE)), reply_to=EGOR.value)
    assert claims_of(message) == (("reply_to", EGOR), ("typed", PHONE))
    assert claims_of(replace(message, origin=Origin.AUTO)) == ()
    assert claims_of(inbound(reply_to=OLGA.value)) == ()
    assert claims_of(inbound(reply_to="no-reply@client.test")) == ()
    assert claims_of(inbound(reply_to="x@reply.github.com")) == ()


def test_a_claim_is_kept_and_only_suggests() -> None:
    told = (Told(PHONE, "typed", KnownIdentity(8, 9, ""), holders=(10,)),)
    made = place_(inbound(), sender=KnownIdentity(1, 3, OLGA.name), told=told)
    assert of(made, f.ClaimMade) == [
        f.ClaimMade(customer_id=3, identity_kind=IdentityKind.PHONE, evidence="typed", message_id=50, value=PHONE.value)
    ]
    assert [(one.low_id, one.high_id, one.reason) for one in of(made, f.DuplicateFound)] == [(3, 9, "phone")], "the owner alone"
    assert of(made, f.CustomersMerged) == of(made, f.IdentityAdded) == []


def test_claims_of_what_is_nobodys_suggest_each_other() -> None:
    made = place_(inbound(), sender=KnownIdentity(1, 3, OLGA.name), told=(Told(PHONE, "typed", holders=(9, 10)),))
    assert [(one.low_id, one.high_id, one.reason) for one in of(made, f.DuplicateFound)] == [(3, 9, "phone"), (3, 10, "phone")]


@pytest.mark.parametrize(
    "told",
    [
        Told(PHONE, "typed", KnownIdentity(8, 3, "")),
        Told(PHONE, "typed", already=True),
    ],
    ids=["one's own", "said before"],
)
def test_a_claim_that_says_nothing_new(told: Told) -> None:
    assert kinds(place_(inbound(), sender=KnownIdentity(1, 3, OLGA.name), told=(told,))) == [
        "ConversationOpened",
        "ParticipantAdded",
        "MessageReceived",
    ]


@pytest.mark.parametrize(
    "told",
    [
        Told(Address(IdentityKind.EMAIL, "info@client.test"), "typed", KnownIdentity(8, 9, ""), holders=(10,)),
        Told(PHONE, "typed", KnownIdentity(8, 9, "", shared=True), holders=(10,)),
    ],
    ids=["a firm's box", "said to be shared"],
)
def test_a_shared_address_suggests_nothing(told: Told) -> None:
    made = place_(inbound(), sender=KnownIdentity(1, 3, OLGA.name), told=(told,))
    assert len(of(made, f.ClaimMade)) == 1
    assert of(made, f.DuplicateFound) == []


def test_a_new_address_that_others_claimed_or_that_differs_by_a_plus() -> None:
    made = place_(inbound(), holders=(2,), plainly=(2, 4))
    assert [(one.low_id, one.high_id, one.reason) for one in of(made, f.DuplicateFound)] == [(2, 5, "email"), (4, 5, "plus")]


# --- forms


def test_a_form_in_the_name_of_a_known_address() -> None:
    form = inbound(sender=US, origin=Origin.OWN, reply_to=OLGA.value)
    made = place_(form, sender=KnownIdentity(1, 3, OLGA.name))
    assert of(made, f.CustomerAdded)[0].customer_id == of(made, f.ConversationOpened)[0].customer_id == 5
    assert of(made, f.ParticipantAdded) == [f.ParticipantAdded(conversation_id=5, identity_id=1, role="claimed")]
    assert [(one.low_id, one.high_id, one.reason) for one in of(made, f.DuplicateFound)] == [(3, 5, "email")]
    assert of(made, f.MessageReceived)[0].author_identity_id is None
    assert of(made, f.IdentityAdded) == of(made, f.IdentityProved) == of(made, f.CustomersMerged) == []


def test_a_second_form_of_who_only_ever_filled_in_forms_finds_their_card() -> None:
    form = inbound(sender=US, origin=Origin.OWN, reply_to=OLGA.value)
    made = place_(form, sender=KnownIdentity(1, 3, "", proof="claimed"))
    assert (of(made, f.CustomerAdded), of(made, f.ConversationOpened)[0].customer_id) == ([], 3)


# --- numbers that their owners share


def card(customer_id: int, name: str, **more: Any) -> CardState:
    return CardState(customer_id, name, **more)


def test_a_shared_number_that_nobody_has() -> None:
    made = place_(inbound(sender=TARAS, proven=True, shared=(PHONE,)), told=(Told(PHONE, "shared", holders=(2,)),))
    mine, phone = of(made, f.IdentityAdded)
    assert (mine.identity_id, mine.proof) == (5, "verified")
    assert (phone.identity_id, phone.customer_id, phone.proof, phone.value) == (6, 5, "verified", PHONE.value)
    assert [(one.low_id, one.high_id, one.reason) for one in of(made, f.DuplicateFound)] == [(2, 5, "phone")]


def test_a_shared_number_after_people_in_copy_gets_an_id_of_its_own() -> None:
    message = inbound(sender=TARAS, proven=True, cc=(OLGA, EGOR))
    made = place_(message, cc=(None, None), told=(Told(PHONE, "shared"),))
    assert [fact.identity_id for fact in of(made, f.IdentityAdded)] == [5, 6, 7, 8]


def test_a_shared_number_that_is_proven_on_another_card_joins_the_cards_last_of_all() -> None:
    known = KnownIdentity(8, 2, "", proof="entered")
    told = (Told(PHONE, "shared", known, owner=card(2, "Тарас Б."), pair="open"),)
    sender = KnownIdentity(1, 3, "Тарас", proof="verified", label="@taras")
    made = place_(inbound(sender=TARAS, proven=True), sender=sender, card=card(3, "Тарас", language="ru"), told=told)
    assert kinds(made)[-4:] == ["IdentityProved", "ActivityNoted", "CustomersMerged", "DuplicateSettled"]
    proved, noted, merged, settled = made[-4:]
    assert (proved.identity_id, proved.customer_id, proved.proof) == (8, 2, "verified")
    assert (noted.message_id, noted.code, noted.value, len(noted.public_id)) == (51, "recognised", "3", 20)
    assert noted.public_id != of(made, f.MessageReceived)[0].public_id
    assert (merged.customer_id, merged.from_id, merged.how, merged.fields) == (2, 3, "verified", ("language",))
    assert (settled.low_id, settled.high_id, settled.state) == (2, 3, "merged")
    assert of(made, f.DuplicateFound) == []


def test_a_newcomers_first_message_may_be_the_number() -> None:
    told = (Told(PHONE, "shared", KnownIdentity(8, 2, "", proof="verified"), owner=card(2, "Тарас Б.")),)
    made = place_(inbound(sender=TARAS, proven=True), told=told)
    assert (kinds(made)[0], kinds(made)[-1]) == ("CustomerAdded", "CustomersMerged")
    assert (made[-1].customer_id, made[-1].from_id) == (2, 5)


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        (KnownIdentity(8, 3, "", proof="entered"), ["IdentityProved"]),
        (KnownIdentity(8, 3, "", proof="verified"), []),
        (KnownIdentity(8, None, ""), ["IdentityAdded"]),
        (KnownIdentity(8, 2, "", proof="claimed"), ["DuplicateFound"]),
        (KnownIdentity(8, 2, "", proof="verified", shared=True), []),
    ],
    ids=["mine, entered", "mine", "nobody's", "only claimed", "several people's"],
)
def test_a_shared_number_that_does_not_join(known: KnownIdentity, expected: list[str]) -> None:
    sender = KnownIdentity(1, 3, "Тарас", proof="verified", label="@taras")
    made = place_(inbound(sender=TARAS, proven=True), sender=sender, told=(Told(PHONE, "shared", known),))
    assert kinds(made)[3:] == expected

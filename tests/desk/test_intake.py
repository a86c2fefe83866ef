"""Where a message belongs, decided without a store: joining, reopening, people, what is ignored."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pure_desk import OLGA, REOPEN, T0, conversation, inbound

from deskterm.desk import facts as f
from deskterm.desk.arrival import Arrival, Candidate, Earlier, KnownIdentity
from deskterm.desk.delivery import SentMessage, SentPart
from deskterm.desk.intake import PLAUSIBLE_AGE, place, said_at, spoken_by
from deskterm.desk.model import Conversation, Delivery, Fresh, Origin, Status
from deskterm.desk.post import Address, Bounce, IdentityKind, Ignored, InFile, MailRefs, RemoteFile

KNOWN = KnownIdentity(1, 1, OLGA.name)
EGOR = Address(IdentityKind.EMAIL, "egor@client.test", "Egor")
US = Address(IdentityKind.EMAIL, "support@desk.test", "Чайка")
FRESH = Fresh(5, 1005, 50, 5, 5, "a" * 20)


def arrival(**fields: Any) -> Arrival:
    usual: dict[str, Any] = {"channel_id": 1, "reopen_after": REOPEN, "fresh": FRESH, "inbound_id": 9, "received_at": T0}
    return Arrival(**(usual | fields))


def joining(state: Conversation, **fields: Any) -> Arrival:
    return arrival(sender=KNOWN, candidates=(Candidate(state, frozenset({1})),), **fields)


def placed(message: Any, known: Arrival) -> list[f.Fact]:
    made = place(message, known, T0)
    assert isinstance(made, list)
    return made


def kinds(made: list[f.Fact]) -> list[str]:
    return [type(fact).__name__ for fact in made]


def received(made: list[f.Fact]) -> f.MessageReceived:
    (fact,) = [one for one in made if isinstance(one, f.MessageReceived)]
    return fact


def begun(made: list[f.Fact]) -> f.ConversationOpened:
    (fact,) = [one for one in made if isinstance(one, f.ConversationOpened)]
    return fact


FIRST_CONTACT = ["CustomerAdded", "IdentityAdded", "ConversationOpened", "ParticipantAdded", "MessageReceived"]


def test_a_first_message_makes_card_identity_conversation_participant():
    made = placed(inbound(subject="Заказ\n5531"), arrival())
    assert kinds(made) == FIRST_CONTACT
    assert begun(made) == f.ConversationOpened(
        conversation_id=5, number=1005, channel_id=1, customer_id=5, at=T0, subject="Заказ 5531"
    )
    assert made[3] == f.ParticipantAdded(conversation_id=5, identity_id=5, role="customer")
    assert (received(made).conversation_id, received(made).author_identity_id, received(made).waits) == (5, 5, True)


def test_a_known_person_gets_no_second_card():
    made = placed(inbound(), arrival(sender=KNOWN))
    assert kinds(made) == ["ConversationOpened", "ParticipantAdded", "MessageReceived"]
    assert begun(made).customer_id == 1


def test_who_was_only_in_copy_gets_a_card_with_the_first_mail():
    made = placed(inbound(sender=EGOR), arrival(sender=KnownIdentity(3, None, "")))
    assert made[:2] == [
        f.CustomerAdded(customer_id=5, name="Egor", language="ru"),
        f.IdentityAdded(
            identity_id=3,
            customer_id=5,
            identity_kind=IdentityKind.EMAIL,
            plain="egor@client.test",
            value="egor@client.test",
            name="Egor",
        ),
    ]


def test_a_new_name_is_kept_and_an_empty_one_is_not():
    assert kinds(placed(inbound(sender=replace(OLGA, name="Olga\x1b K.")), joining(conversation())))[0] == "IdentityRenamed"
    for name in ("", OLGA.name):
        assert kinds(placed(inbound(sender=replace(OLGA, name=name)), joining(conversation()))) == ["MessageReceived"]


@pytest.mark.parametrize(
    ("status", "origin", "expected"),
    [
        (Status.OPEN, Origin.HUMAN, ["MessageReceived"]),
        (Status.SNOOZED, Origin.HUMAN, ["MessageReceived", "SnoozeEnded"]),
        (Status.CLOSED, Origin.HUMAN, ["ConversationReopened", "MessageReceived"]),
        (Status.OPEN, Origin.AUTO, ["MessageReceived"]),
        (Status.SNOOZED, Origin.LIST, ["MessageReceived"]),
        (Status.CLOSED, Origin.BOUNCE, ["MessageReceived"]),
        (Status.CLOSED, Origin.OWN, ["MessageReceived"]),
    ],
)
def test_a_person_reopens_and_a_machine_does_not(status, origin, expected):
    state = conversation(status=status, closed_at=T0 if status is Status.CLOSED else None)
    made = placed(inbound(origin=origin), joining(state))
    assert kinds(made) == expected
    assert received(made).waits == (origin is Origin.HUMAN)


@pytest.mark.parametrize(
    ("after", "reopens"), [(REOPEN, True), (REOPEN + timedelta(milliseconds=1), False), (timedelta(hours=-1), True)]
)
def test_the_days_allowed_count_from_closing_to_arrival(after, reopens):
    state = conversation(status=Status.CLOSED, closed_at=T0 - after)
    made = place(inbound(), joining(state), T0 + timedelta(days=30))
    assert isinstance(made, list)
    assert ("ConversationReopened" in kinds(made)) == reopens
    if not reopens:
        assert (begun(made).previous_id, begun(made).maybe_related_id) == (1, None)


def test_a_stranger_opens_a_linked_conversation():
    known = arrival(candidates=(Candidate(conversation(), frozenset({1})),))
    made = placed(inbound(sender=EGOR), known)
    assert kinds(made) == FIRST_CONTACT
    assert (begun(made).previous_id, begun(made).maybe_related_id) == (None, 1)


def test_the_first_conversation_that_one_takes_part_in_is_joined():
    candidates = (Candidate(conversation()), Candidate(conversation(id=2, number=1002), frozenset({1})))
    made = placed(inbound(), arrival(sender=KNOWN, candidates=candidates))
    assert received(made).conversation_id == 2


def test_a_chat_is_its_own_thread_whoever_writes():
    state = conversation(thread_key="-100")
    known = arrival(candidates=(Candidate(state, frozenset({1}), same_thread=True),))
    made = placed(inbound(sender=EGOR, thread_key="-100", group="Группа"), known)
    assert kinds(made) == ["CustomerAdded", "IdentityAdded", "ParticipantAdded", "MessageReceived"]
    assert made[2] == f.ParticipantAdded(conversation_id=1, identity_id=5, role="member")


def test_a_group_belongs_to_nobody():
    assert begun(placed(inbound(thread_key="-100", group="Группа"), arrival())).customer_id is None


def test_those_in_copy_take_part_each_once():
    third = Address(IdentityKind.EMAIL, "third@client.test", "")
    made = placed(inbound(cc=(EGOR, third, OLGA)), joining(conversation(), cc=(None, KnownIdentity(7, None, ""), KNOWN)))
    assert [fact for fact in made if isinstance(fact, f.IdentityAdded | f.ParticipantAdded)] == [
        f.IdentityAdded(
            identity_id=5,
            customer_id=None,
            identity_kind=IdentityKind.EMAIL,
            proof="claimed",
            plain="egor@client.test",
            value="egor@client.test",
            name="Egor",
        ),
        f.ParticipantAdded(conversation_id=1, identity_id=5, role="cc"),
        f.ParticipantAdded(conversation_id=1, identity_id=7, role="cc"),
    ]


def test_new_people_in_one_mail_get_different_ids():
    third = Address(IdentityKind.EMAIL, "third@client.test", "")
    made = placed(inbound(cc=(EGOR, third)), arrival(cc=(None, None)))
    assert [fact.identity_id for fact in made if isinstance(fact, f.IdentityAdded)] == [5, 6, 7]
    assert [fact.identity_id for fact in made if isinstance(fact, f.ParticipantAdded)] == [5, 6, 7]


def test_a_message_without_a_sender_is_kept():
    made = placed(inbound(sender=None), arrival())
    assert kinds(made) == ["ConversationOpened", "MessageReceived"]
    assert (begun(made).customer_id, received(made).author_identity_id) == (None, None)


# --- our own mail


def test_a_form_speaks_for_its_writer():
    form = inbound(sender=US, origin=Origin.OWN, reply_to=OLGA.value, cc=(replace(OLGA, name=""), EGOR))
    spoken = spoken_by(form)
    assert (spoken.sender, spoken.cc) == (Address(IdentityKind.EMAIL, OLGA.value), (EGOR,))
    assert spoken_by(spoken) == spoken
    made = placed(form, arrival(cc=(None,)))
    assert (begun(made).customer_id, received(made).author_identity_id, received(made).waits) == (5, 5, True)


def test_a_form_in_a_known_persons_name_gets_a_card_of_its_own():
    """Anybody can type an address: the form's writer is answered there, but is not that person until somebody says so."""
    made = placed(inbound(sender=US, origin=Origin.OWN, reply_to=OLGA.value), arrival(sender=KNOWN))
    assert (begun(made).customer_id, received(made).author_identity_id, received(made).waits) == (5, None, True)
    assert f.ParticipantAdded(conversation_id=5, identity_id=1, role="claimed") in made


def test_a_form_answers_nobody():
    form = inbound(sender=US, origin=Origin.OWN, reply_to=OLGA.value)
    made = placed(form, joining(conversation()))
    assert (begun(made).previous_id, begun(made).maybe_related_id, received(made).waits) == (None, 1, True)


@pytest.mark.parametrize(
    "message",
    [
        inbound(reply_to="x@y.test"),
        inbound(sender=US, origin=Origin.OWN),
        inbound(sender=None, origin=Origin.OWN, reply_to="x@y.test"),
        inbound(origin=Origin.AUTO, reply_to="x@y.test"),
    ],
    ids=["customer", "no reply-to", "no sender", "machine"],
)
def test_everybody_else_speaks_for_themselves(message):
    assert spoken_by(message) is message


def test_a_copy_of_what_we_sent_is_ignored():
    assert place(inbound(sender=US, origin=Origin.OWN), arrival(own_copy=True), T0) == Ignored("a copy of what we sent")


# --- what is no new message


def test_what_is_here_already_is_ignored_unless_it_is_an_edit():
    assert place(inbound(), arrival(already=True), T0) == Ignored("already here")
    edit = inbound("новое", edit_of="x", version_key="2")
    made = placed(edit, arrival(already=True, edited=Earlier(4, conversation(), "старое", version_keys=frozenset({"1"}))))
    assert made == [
        f.MessageEdited(
            conversation_id=1, message_id=4, at=T0, inbound_id=9, channel_id=1, external_id="x", version_key="2", text="новое"
        )
    ]


@pytest.mark.parametrize(("text", "key"), [("старое", "2"), ("новое", "1")])
def test_an_edit_without_new_words_is_ignored(text, key):
    known = arrival(already=True, edited=Earlier(4, conversation(), "старое", version_keys=frozenset({"1"})))
    assert place(inbound(text, edit_of="x", version_key=key), known, T0) == Ignored("an edit without new words")


def test_an_edit_brings_the_files_that_are_new():
    old, new = (InFile("photo.jpg", "image/jpeg", remote=RemoteFile(ref), content_id=f"u{ref}") for ref in ("1", "2"))
    renewed = InFile("photo.jpg", "image/jpeg", remote=RemoteFile("other name of 1"), content_id="u1")
    known = arrival(already=True, edited=Earlier(4, conversation(), "старое", file_marks=frozenset({"1", "u1"})))
    (edited,) = placed(inbound("старое", edit_of="x", version_key="2", attachments=(old, new)), known)
    assert (edited.text, edited.attachments, edited.places) == ("старое", (new,), (1,))
    again = inbound("старое", edit_of="x", version_key="3", attachments=(renewed,))
    assert place(again, known, T0) == Ignored("an edit without new words")


def test_files_are_told_by_their_bytes_or_else_by_their_name():
    known = arrival(
        already=True, edited=Earlier(4, conversation(), "т", file_marks=frozenset({hashlib.sha256(b"1").hexdigest(), "n"}))
    )
    here = (InFile("a", "x/y", b"1"), InFile("n", "x/y", unavailable="no file id"))
    assert isinstance(place(inbound("т", edit_of="x", attachments=here), known, T0), Ignored)
    (edited,) = placed(inbound("т", edit_of="x", attachments=(*here, InFile("a", "x/y", b"2"))), known)
    assert edited.places == (2,)


@pytest.mark.parametrize(
    ("before", "words", "placeholder", "after"),
    [
        ("caption", "", "", None),
        ("caption", "photo", "photo", None),
        ("one\ntwo", "two", "", None),
        ("caption", "of the second", "", ("caption\nof the second", "")),
        ("", "words", "", ("words", "")),
    ],
)
def test_a_piece_of_an_album_changes_only_its_own_caption(before, words, placeholder, after):
    known = arrival(already=True, edited=Earlier(4, conversation(), before, words_of_another=True))
    made = place(inbound(words, placeholder=placeholder, edit_of="x", version_key="2"), known, T0)
    if after is None:
        assert isinstance(made, Ignored)
    else:
        assert (made[0].text, made[0].placeholder) == after


def test_an_edit_of_what_we_never_saw_is_a_message():
    assert received(placed(inbound(edit_of="gone", version_key="2"), arrival())).text == "Где заказ?"


def test_blocking_is_noted_and_a_strangers_is_ignored():
    gone = inbound(unreachable=True)
    assert place(gone, arrival(), T0) == Ignored("a stranger blocked or unblocked the bot")
    assert placed(gone, arrival(sender=KNOWN)) == [f.IdentityReached(identity_id=1, unreachable=True)]
    made = placed(inbound(unreachable=False), joining(conversation()))
    assert [getattr(fact, "code", "") for fact in made] == ["", "reachable"]


def test_a_chat_that_moved_takes_its_conversations_along():
    known = arrival(moved=(conversation(), conversation(id=2)))
    made = placed(inbound(moved_from="-7", thread_key="-100"), known)
    assert made == [f.ConversationMoved(conversation_id=n, thread_key="-100") for n in (1, 2)]


# --- bounces


def bounce(permanent: bool) -> Any:
    return inbound(origin=Origin.BOUNCE, bounce=Bounce("id", "olga@client.test", "5.1.1", permanent, "no\x1b such user"))


def sent() -> SentMessage:
    return SentMessage(4, conversation(), T0, (SentPart(1, 0, Delivery.SENT),), answered_wait=T0, answered_asked=1)


def test_a_final_report_fails_its_message():
    made = placed(bounce(True), arrival(bounced=sent()))
    assert kinds(made) == ["MessageReceived", "PartFailed", "WaitRestored"]
    assert made[1] == f.PartFailed(
        conversation_id=1, message_id=4, outbox_id=1, was_sent=True, detail="bounced 5.1.1 olga@client.test no␛ such user"
    )
    assert not received(made).waits


def test_a_delay_and_an_unknown_original_fail_nothing():
    assert kinds(placed(bounce(False), arrival(bounced=sent()))) == ["MessageReceived"]
    assert kinds(placed(bounce(True), arrival())) == FIRST_CONTACT


# --- time and words


@given(st.datetimes(datetime(1971, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)))
def test_a_message_was_written_before_it_came_and_not_long_before(at):
    said = said_at(inbound(at=at), T0)
    assert T0 - PLAUSIBLE_AGE <= said <= T0
    assert said == (at if T0 - PLAUSIBLE_AGE <= at <= T0 else T0)


@given(st.text(max_size=80))
def test_nothing_that_acts_comes_through(words):
    message = inbound(
        words,
        subject=words,
        sender=replace(OLGA, name=words),
        group=words,
        quote=words,
        forwarded_from=words,
        reply_to=words,
        notes=(words,),
        cc=(replace(EGOR, name=words),),
        refs=MailRefs("id"),
        attachments=(InFile(words, words, unavailable=words),),
    )
    made = placed(message, arrival(cc=(None,)))
    fact, first = received(made), begun(made)
    names = [one.name for one in made if isinstance(one, f.CustomerAdded | f.IdentityAdded)]
    names += [fact.cc[0].name, fact.attachments[0].name, fact.attachments[0].media_type, fact.attachments[0].unavailable]
    shown = [fact.text, fact.subject, fact.quote, fact.forwarded_from, fact.reply_to, *fact.notes, first.subject, first.group]
    for text in (*shown, *names):
        assert all(char in "\n\t" or (char >= " " and not "\x7f" <= char <= "\x9f") for char in text)
        assert not set(text) & set("\u202a\u202b\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f")

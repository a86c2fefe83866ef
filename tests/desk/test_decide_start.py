"""Writing to somebody first, by the rules alone: what begins, what opens again, what is refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pure_desk import ANNA, OLGA, T0, conversation

from deskterm.desk import commands as c
from deskterm.desk import facts as f
from deskterm.desk.addresses import SENDABLE, normal_email, typed_email
from deskterm.desk.commands import Refused
from deskterm.desk.decide import decide
from deskterm.desk.decide_writing import plan_parts
from deskterm.desk.evolve import evolve, opened
from deskterm.desk.model import Conversation, Fresh, Operator, Role, Status
from deskterm.desk.post import Address, Capabilities, IdentityKind
from deskterm.desk.situation import Decided, Situation, Staged
from deskterm.desk.starting import Starting

MAIL = Capabilities(subject=True, starts="any")
CHAT = Capabilities(max_units=20, files_apart=True)
TARAS = Address(IdentityKind.TELEGRAM, "7", "Тарас")
FRESH = Fresh(5, 1005, 9, 3, 4, "a" * 20)
MAILBOX = Starting(1, True, MAIL, OLGA)
CLOSED = conversation(status=Status.CLOSED, closed_at=T0, thread_key="7")
BOT = Starting(2, True, CHAT, TARAS, identity_id=1, customer_id=1, thread=CLOSED)


def start(starting: Starting | None, text: str = "Готово", *, me: Operator = ANNA, **more: Any) -> Decided:
    to = starting.to if starting is not None and starting.to is not None else OLGA
    staged = {8: Staged(8, 100)}
    situation = Situation(me, FRESH, starting=starting, staged=staged)
    return decide(c.StartConversation(1, to, text, **more), situation, T0)


def folded(facts: Decided, states: dict[int, Conversation] | None = None) -> Conversation:
    """Return the one conversation that these facts are about, after them."""
    assert isinstance(facts, list)
    after = dict(states or {})
    for fact in facts:
        if isinstance(fact, f.ConversationOpened):
            after[fact.conversation_id] = opened(fact)
        elif (conversation_id := getattr(fact, "conversation_id", None)) is not None:
            after[conversation_id] = evolve(after[conversation_id], fact, T0)
    (state,) = after.values()
    return state


def test_a_stranger_gets_a_card_and_a_conversation() -> None:
    made = start(MAILBOX, subject="Заказ\r\nBcc: eve@client.test", related_id=77)
    assert isinstance(made, list)
    assert [type(fact) for fact in made] == [
        f.CustomerAdded, f.IdentityAdded, f.ConversationOpened, f.ParticipantAdded, f.ReplyQueued, f.Assigned,
    ]  # fmt: skip
    begun, queued = made[2], made[4]
    assert isinstance(begun, f.ConversationOpened)
    assert isinstance(queued, f.ReplyQueued)
    assert (begun.subject, begun.customer_id, begun.maybe_related_id) == ("Заказ Bcc: eve@client.test", 3, None)
    assert (queued.subject, queued.to, queued.cc, queued.thread_key, queued.begins) == (begun.subject, (OLGA,), (), "", True)
    assert (queued.reply_to_message_id, queued.answered_wait, queued.not_before) == (None, None, T0 + timedelta(seconds=10))
    state = folded(made)
    assert (state.status, state.assignee_id, state.waiting_since, state.unread) == (Status.OPEN, ANNA.id, None, 0)


@pytest.mark.parametrize("known", [False, True])
def test_what_is_known_of_a_person_is_not_made_again(known: bool) -> None:
    starting = replace(MAILBOX, identity_id=2, customer_id=1 if known else None, related_id=77)
    made = start(starting)
    assert isinstance(made, list)
    people = [fact for fact in made if isinstance(fact, f.CustomerAdded | f.IdentityAdded)]
    begun = next(fact for fact in made if isinstance(fact, f.ConversationOpened))
    assert begun.maybe_related_id == 77
    assert begun.customer_id == (1 if known else 3)
    assert len(people) == (0 if known else 2)
    assert f.ParticipantAdded(conversation_id=5, identity_id=2, role="customer") in made


def test_a_name_that_nobody_gave_is_the_address() -> None:
    made = start(replace(MAILBOX, to=replace(OLGA, name="")))
    assert isinstance(made, list)
    assert made[0] == f.CustomerAdded(customer_id=3, name=OLGA.value)


def test_a_closed_chat_opens_again_in_parts_and_changes_hands() -> None:
    theirs = replace(CLOSED, assignee_id=2, spam=True)
    made = start(replace(BOT, thread=theirs), "слово " * 10, attachments=(8,))
    assert isinstance(made, list)
    assert [type(fact) for fact in made] == [f.ConversationReopened, f.SpamMarked, f.ReplyQueued, f.Assigned]
    queued = made[2]
    assert isinstance(queued, f.ReplyQueued)
    assert queued.parts == plan_parts(("слово " * 10).strip(), (8,), CHAT)
    assert len(queued.parts) > 2
    assert (queued.thread_key, queued.subject) == ("7", "")
    assert made[3] == f.Assigned(conversation_id=1, from_id=2, to_id=ANNA.id, how="first_reply")
    state = folded(made, {1: theirs})
    assert (state.status, state.spam, state.assignee_id) == (Status.OPEN, False, ANNA.id)


def test_ones_own_chat_stays_ones_own() -> None:
    made = start(replace(BOT, thread=replace(CLOSED, assignee_id=ANNA.id)))
    assert isinstance(made, list)
    assert [type(fact) for fact in made] == [f.ConversationReopened, f.ReplyQueued]


@pytest.mark.parametrize(
    ("starting", "text", "more", "refusal"),
    [
        (None, "x", {}, Refused("not_found")),
        (MAILBOX, " \n", {}, Refused("empty")),
        (MAILBOX, "x", {"attachments": (7,)}, Refused("file_gone")),
        (replace(MAILBOX, capabilities=replace(MAIL, files=False)), "x", {"attachments": (8,)}, Refused("files_not_supported")),
        (replace(MAILBOX, capabilities=replace(MAIL, max_file_bytes=99)), "x", {"attachments": (8,)},
         Refused("file_too_large", {"limit": 99})),
        (replace(MAILBOX, enabled=False), "x", {}, Refused("channel_disabled")),
        (replace(MAILBOX, to=None), "x", {}, Refused("no_address")),
        (replace(MAILBOX, own=True), "x", {}, Refused("own_address", {"address": OLGA.value})),
        (replace(MAILBOX, unreachable=True), "x", {}, Refused("unreachable")),
        (replace(MAILBOX, blocked=True), "x", {}, Refused("blocked", {"address": OLGA.value})),
        (replace(BOT, thread=None), "x", {}, Refused("no_address")),
        (replace(BOT, thread=replace(CLOSED, status=Status.OPEN)), "x", {}, Refused("already_open", {"number": 1001})),
        (replace(BOT, thread=replace(CLOSED, status=Status.SNOOZED)), "x", {}, Refused("already_open", {"number": 1001})),
    ],
    ids=lambda value: value.code if isinstance(value, Refused) else "",
)  # fmt: skip
def test_refusals(starting: Starting | None, text: str, more: dict[str, Any], refusal: Refused) -> None:
    assert start(starting, text, **more) == refusal


def test_a_viewer_writes_to_nobody() -> None:
    assert start(MAILBOX, me=Operator(4, "vera", "Vera", Role.VIEWER)) == Refused("viewer")


STARTINGS = st.builds(
    Starting,
    channel_id=st.just(1),
    enabled=st.booleans(),
    capabilities=st.sampled_from([MAIL, CHAT]),
    to=st.sampled_from([None, OLGA, TARAS]),
    own=st.booleans(),
    identity_id=st.sampled_from([None, 1]),
    customer_id=st.sampled_from([None, 1]),
    unreachable=st.booleans(),
    blocked=st.booleans(),
    thread=st.sampled_from([None, CLOSED, replace(CLOSED, status=Status.OPEN), replace(CLOSED, assignee_id=2, spam=True)]),
    related_id=st.sampled_from([None, 3]),
)


@given(STARTINGS, st.text(max_size=80), st.text(max_size=30))
def test_whatever_is_begun_is_open_ones_own_and_goes_to_one_person(starting: Starting, text: str, subject: str) -> None:
    made = start(starting, text, subject=subject)
    if isinstance(made, Refused):
        return
    assert starting.to is not None
    assert starting.enabled
    assert not any((starting.own, starting.blocked, starting.unreachable))
    (queued,) = [fact for fact in made if isinstance(fact, f.ReplyQueued)]
    assert (queued.to, queued.cc, queued.begins) == ((starting.to,), (), True)
    assert "\n" not in queued.subject
    state = folded(made, {1: starting.thread} if queued.conversation_id == 1 and starting.thread is not None else None)
    assert (state.status, state.assignee_id, state.waiting_since, state.spam) == (Status.OPEN, ANNA.id, None, False)
    assert state.last_message_id == queued.message_id
    assert any(isinstance(fact, f.ConversationOpened) for fact in made) is (starting.capabilities.starts == "any")


@given(st.text(max_size=60))
def test_a_normal_address_stays_as_it_is(text: str) -> None:
    value = normal_email(text)
    assert value == "" or normal_email(value) == value


@pytest.mark.parametrize(
    ("typed", "value", "name"),
    [
        ("olga@client.test", "olga@client.test", ""),
        (" Olga@Client.TEST. ", "olga@client.test", ""),
        ("Ольга <olga@client.test>", "olga@client.test", "Ольга"),
        ('"Petrova, Olga" <olga@client.test>', "olga@client.test", "Petrova, Olga"),
        ("<olga@client.test>", "olga@client.test", ""),
        ("olga@почта.рф", "olga@xn--80a1acny.xn--p1ai", ""),
        ("A\x1b[2J <a@b.test>", "a@b.test", "A␛[2J"),
    ],
)
def test_what_a_person_types(typed: str, value: str, name: str) -> None:
    assert typed_email(typed) == Address(IdentityKind.EMAIL, value, name)


@pytest.mark.parametrize(
    "typed", ["", "olga", "@b.test", "a@", '"a b"@b.test', "a@b.test, c@d.test", "a b@c.test", "<a@b.test", "a@b.test>"]
)
def test_what_is_no_address(typed: str) -> None:
    assert typed_email(typed) is None


@given(st.emails())
def test_every_plain_address_can_be_written_to(email: str) -> None:
    typed = typed_email(email)
    if SENDABLE.fullmatch(normal_email(email)):
        assert typed is not None
        assert typed_email(f"Olga <{email}>") == replace(typed, name="Olga")
    else:
        assert typed is None

"""What a person's command does: every refusal once, and what each command makes where it is not refused."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pure_desk import ANNA, OLGA, ROUTE, T0, conversation

from deskterm.desk import commands as c
from deskterm.desk import decide as deciding
from deskterm.desk import decide_sending, decide_triage, decide_writing, tagging
from deskterm.desk import facts as f
from deskterm.desk.commands import Refused
from deskterm.desk.decide import decide
from deskterm.desk.decide_writing import MAX_REPLY, plan_parts
from deskterm.desk.delivery import SentMessage, SentPart
from deskterm.desk.model import Delivery, Fresh, Part, Priority, Role, Status
from deskterm.desk.post import Capabilities
from deskterm.desk.situation import LastSaid, Situation, Staged
from deskterm.desk.text import units
from deskterm.words.wording import REFUSALS

FRESH = Fresh(9, 1009, 90, 9, 9, "a" * 20)
LOOKER = replace(ANNA, role=Role.VIEWER)
TELEGRAM = Capabilities(max_units=4096, files_apart=True)


def situation(**fields: Any) -> Situation:
    """A conversation that can be answered by mail, with nobody faster."""
    usual: dict[str, Any] = {"me": ANNA, "fresh": FRESH, "conversation": conversation(), "route": ROUTE}
    return Situation(**(usual | {"operators": frozenset({1, 2})} | fields))


def sent(*states: Delivery, **fields: Any) -> SentMessage:
    parts = tuple(SentPart(10 + n, n, state) for n, state in enumerate(states))
    return SentMessage(7, fields.pop("conversation", conversation()), T0, parts, **fields)


def last(operator_id: int | None, name: str = "") -> LastSaid:
    return LastSaid(6, operator_id, name, T0 - timedelta(seconds=5))


HELLO = c.Reply(1, "Здравствуйте")
WITH_FILE = c.Reply(1, "", attachments=(3,))
FILE = {3: Staged(3, 10)}
NO_FILES = replace(ROUTE, capabilities=Capabilities(files=False))
SMALL_FILES = replace(ROUTE, capabilities=Capabilities(max_file_bytes=9))

BORIS_REPLY = sent(Delivery.QUEUED, operator_id=2, operator_name="Boris")

REFUSED: list[tuple[str, c.Command, Situation, dict[str, Any]]] = [
    ("viewer", HELLO, situation(me=LOOKER), {}),
    ("not_found", HELLO, situation(conversation=None), {}),
    ("no_address", HELLO, situation(route=None), {}),
    ("empty", c.Reply(1, " \n"), situation(), {}),
    ("too_long", c.Reply(1, "x" * (MAX_REPLY + 1)), situation(), {"limit": MAX_REPLY, "length": MAX_REPLY + 1}),
    ("channel_disabled", HELLO, situation(route=replace(ROUTE, enabled=False)), {}),
    ("by_hand", HELLO, situation(route=replace(ROUTE, capabilities=Capabilities(sends=False))), {}),
    ("file_gone", WITH_FILE, situation(), {}),
    ("files_not_supported", WITH_FILE, situation(staged=FILE, route=NO_FILES), {}),
    ("file_too_large", WITH_FILE, situation(staged=FILE, route=SMALL_FILES), {"limit": 9}),
    ("customer_wrote", replace(HELLO, seen_message_id=5), situation(last_said=last(None)), {"seconds": 5}),
    ("overtaken", replace(HELLO, seen_message_id=5), situation(last_said=last(2, "Boris")), {"name": "Boris", "seconds": 5}),
    ("unreachable", HELLO, situation(route=replace(ROUTE, unreachable=True)), {}),
    ("reply_to_differs", HELLO, situation(route=replace(ROUTE, elsewhere="x@y.test")), {"address": "x@y.test"}),
    ("unknown_operator", c.Assign(1, 99), situation(), {}),
    ("nobody_waits", c.NoReplyNeeded(1), situation(), {}),
    ("not_failed", c.RetrySend(7), situation(messages=(sent(Delivery.SENT),)), {}),
    ("not_uncertain", c.MarkDelivered(7), situation(messages=(sent(Delivery.FAILED),)), {}),
    ("not_yours", c.TakeBack(7), situation(messages=(BORIS_REPLY,)), {"name": "Boris"}),
    ("gone_out", c.TakeBack(7), situation(messages=(sent(Delivery.SENT, Delivery.QUEUED),)), {}),
    ("unknown_team", c.SetTeam(1, 9), situation(teams=frozenset({1})), {}),
    ("bad_tag", c.SetTags(1, add=("a", "a,b")), situation(), {"name": "a,b"}),
    ("too_many_tags", c.SetTags(1, add=tuple(map(str, range(21)))), situation(), {"n": 20}),
    ("tags_wanted", c.Close(1), situation(ask_tags=True), {}),
    ("fields_wanted", c.Close(1), situation(missing=("mobile", "company")), {"fields": "mobile, company"}),
    ("in_the_past", c.Snooze(1, T0), situation(), {}),
    ("group_not_blocked", c.MarkSpam(1, block=True), situation(conversation=conversation(customer_id=None)), {}),
    ("closed", c.Snooze(1, None), situation(conversation=conversation(status=Status.CLOSED, closed_at=T0)), {}),
]


@pytest.mark.parametrize(("code", "command", "known", "values"), REFUSED, ids=[row[0] for row in REFUSED])
def test_a_refusal_says_why(code, command, known, values):
    assert decide(command, known, T0) == Refused(code, values)


def test_every_refusal_is_here_and_has_words():
    modules = (deciding, decide_writing, decide_triage, decide_sending, tagging)
    sources = "".join(Path(module.__file__ or "").read_text(encoding="utf-8") for module in modules)
    codes = set(re.findall(r'Refused\("(\w+)"', sources))
    assert sorted(row[0] for row in REFUSED) == sorted(codes)
    assert codes <= set(REFUSALS)


EVERY: list[c.Command] = [
    HELLO,
    c.Note(1, "x"),
    c.Assign(1, 2),
    c.Take(1),
    c.Close(1),
    c.Reopen(1),
    c.MarkRead(1),
    c.MarkUnread(1),
    c.NoReplyNeeded(1),
    c.SetTags(1, add=("vip",)),
    c.SetPriority(1, Priority.HIGH),
    c.SetTeam(1, None),
    c.Snooze(1, None),
    c.MarkSpam(1),
    c.MarkRead(1, by_hand=True),
    c.RetrySend(7),
    c.RetryAllFailed(),
    c.MarkDelivered(7),
    c.TakeBack(7),
    c.SendNow(7),
]


@pytest.mark.parametrize("command", EVERY, ids=lambda command: type(command).__name__)
def test_who_only_looks_changes_nothing(command):
    expected = [] if command == c.MarkRead(1) else Refused("viewer")
    assert decide(command, situation(me=LOOKER, conversation=conversation(unread=2)), T0) == expected


@pytest.mark.parametrize("command", EVERY, ids=lambda command: type(command).__name__)
def test_what_is_not_there_is_refused(command):
    expected: Any = [] if isinstance(command, c.RetryAllFailed) else Refused("not_found")
    assert decide(command, situation(conversation=None), T0) == expected


@pytest.mark.parametrize("text", ["", " ", "\n\t ", "\u200b", "\ufeff\u00ad", " \u200b\n"])
def test_a_text_of_nothing_visible_is_empty(text):
    assert decide(c.Reply(1, text), situation(), T0) == Refused("empty")
    assert decide(c.Note(1, text), situation(), T0) == Refused("empty")
    made = decide(c.Reply(1, text, attachments=(3,)), situation(staged=FILE), T0)
    assert isinstance(made, list)


def queued(command: c.Reply, known: Situation) -> f.ReplyQueued:
    made = decide(command, known, T0)
    assert isinstance(made, list)
    assert isinstance(made[0], f.ReplyQueued)
    return made[0]


def test_a_first_reply_makes_the_conversation_ones_own_and_ends_the_wait():
    state = conversation(waiting_since=T0 - timedelta(hours=1), asked=3)
    made = decide(HELLO, situation(conversation=state, route=replace(ROUTE, reply_to_message_id=6)), T0)
    assert made == [
        f.ReplyQueued(
            conversation_id=1,
            message_id=90,
            channel_id=1,
            operator_id=1,
            at=T0,
            not_before=T0 + timedelta(seconds=10),
            part_count=1,
            answered_wait=T0 - timedelta(hours=1),
            answered_asked=3,
            reply_to_message_id=6,
            public_id="a" * 20,
            parts=(Part("Здравствуйте"),),
            text="Здравствуйте",
            subject="Re: Заказ",
            to=(OLGA,),
        ),
        f.Assigned(conversation_id=1, from_id=None, to_id=1, how="first_reply"),
    ]


@pytest.mark.parametrize(
    ("status", "close", "then"),
    [
        (Status.OPEN, False, []),
        (Status.OPEN, True, [f.ConversationClosed(conversation_id=1, at=T0)]),
        (Status.CLOSED, False, [f.ConversationReopened(conversation_id=1, how="operator")]),
        (Status.SNOOZED, False, [f.ConversationReopened(conversation_id=1, how="operator")]),
        (Status.CLOSED, True, [f.ConversationClosed(conversation_id=1, at=T0)]),
    ],
)
def test_a_reply_opens_or_closes(status, close, then):
    made = decide(replace(HELLO, close=close), situation(conversation=conversation(status=status, assignee_id=2)), T0)
    assert isinstance(made, list)
    assert made[1:] == then


def test_anyway_passes_over_those_who_were_faster_and_the_unreachable_but_not_over_a_missing_file():
    known = situation(last_said=last(2, "Boris"), route=replace(ROUTE, unreachable=True))
    assert isinstance(decide(replace(HELLO, seen_message_id=5, anyway=True), known, T0), list)
    assert decide(replace(WITH_FILE, anyway=True), known, T0) == Refused("file_gone")


def test_what_was_seen_overtakes_nobody():
    assert isinstance(decide(replace(HELLO, seen_message_id=6), situation(last_said=last(2, "Boris")), T0), list)


def test_a_chat_needs_no_address():
    assert decide(HELLO, situation(route=replace(ROUTE, to=())), T0) == Refused("no_address")
    assert isinstance(decide(HELLO, situation(route=replace(ROUTE, to=(), thread_key="7")), T0), list)


def test_a_note_has_no_way_to_a_channel():
    made = decide(c.Note(1, " внутри\x1b "), situation(route=None), T0)
    assert made == [f.NoteAdded(conversation_id=1, message_id=90, operator_id=1, at=T0, public_id="a" * 20, text="внутри␛")]
    assert decide(c.Note(1, "x", attachments=(3,)), situation(), T0) == Refused("file_gone")


@given(st.text(max_size=300), st.integers(2, 50), st.integers(0, 3), st.booleans())
def test_parts_fit_their_channel_and_carry_every_file_once(text, limit, files, apart):
    attachments = tuple(range(files))
    parts = plan_parts(text, attachments, Capabilities(max_units=limit, files_apart=apart))
    assert all(units(part.text) <= limit for part in parts)
    assert [file for part in parts for file in part.attachments] == list(attachments)
    if apart:
        assert all(not (part.text and part.attachments) for part in parts)


def test_a_long_telegram_answer_goes_in_parts_then_its_files():
    command = c.Reply(1, "слово " * 1_000, attachments=(3, 4))
    fact = queued(command, situation(route=replace(ROUTE, capabilities=TELEGRAM), staged=FILE | {4: Staged(4, 1)}))
    assert [(bool(part.text), part.attachments) for part in fact.parts] == [
        (True, ()),
        (True, ()),
        (False, (3,)),
        (False, (4,)),
    ]
    assert fact.part_count == 4


def test_a_long_paragraph_of_ours_keeps_all_its_words():
    text = "очень " * 2_000
    assert queued(c.Reply(1, text), situation()).text.split() == text.split()


SAME = [
    (c.Take(1), conversation(assignee_id=1)),
    (c.Assign(1, None), conversation()),
    (c.Close(1), conversation(status=Status.CLOSED)),
    (c.Reopen(1), conversation()),
    (c.MarkRead(1), conversation()),
    (c.MarkUnread(1), conversation(unread=2)),
]


@pytest.mark.parametrize(("command", "state"), SAME, ids=lambda value: type(value).__name__)
def test_what_is_so_already_is_not_done_again(command, state):
    assert decide(command, situation(conversation=state), T0) == []


DONE: list[tuple[c.Command, Any, f.Fact]] = [
    (c.Take(1), conversation(assignee_id=2), f.Assigned(conversation_id=1, from_id=2, to_id=1, how="operator")),
    (c.Assign(1, 2), conversation(), f.Assigned(conversation_id=1, from_id=None, to_id=2, how="operator")),
    (c.Assign(1, None), conversation(assignee_id=1), f.Assigned(conversation_id=1, from_id=1, to_id=None, how="operator")),
    (c.Close(1), conversation(), f.ConversationClosed(conversation_id=1, at=T0)),
    (c.Close(1), conversation(status=Status.SNOOZED), f.ConversationClosed(conversation_id=1, at=T0)),
    (c.Reopen(1), conversation(status=Status.CLOSED), f.ConversationReopened(conversation_id=1, how="operator")),
    (c.MarkRead(1), conversation(unread=4), f.ConversationRead(conversation_id=1, unread=0)),
    (c.MarkUnread(1), conversation(), f.ConversationRead(conversation_id=1, unread=1)),
    (c.NoReplyNeeded(1), conversation(waiting_since=T0), f.WaitEnded(conversation_id=1, how="no_reply_needed")),
]


@pytest.mark.parametrize(("command", "state", "fact"), DONE, ids=lambda value: type(value).__name__)
def test_a_command_makes_its_fact(command, state, fact):
    assert decide(command, situation(conversation=state), T0) == [fact]


# --- what went out


def test_only_what_did_not_arrive_is_sent_again():
    made = decide(c.RetrySend(7), situation(messages=(sent(Delivery.SENT, Delivery.FAILED, Delivery.FAILED),)), T0)
    assert made == [f.SendRequeued(conversation_id=1, message_id=7, not_before=T0, outbox_ids=(11, 12), failed_before=True)]


@given(st.lists(st.sampled_from(Delivery), min_size=1, max_size=4))
def test_what_is_retried_has_a_part_to_send(states):
    """A bounce marks the part that came back as failed, so something is left to send whenever a retry is allowed."""
    made = decide(c.RetrySend(7), situation(messages=(sent(*states),)), T0)
    if isinstance(made, Refused):
        assert made == Refused("not_failed")
    else:
        (requeued,) = made
        assert requeued.outbox_ids == tuple(
            10 + n for n, state in enumerate(states) if state not in (Delivery.SENT, Delivery.CANCELLED)
        )
        assert requeued.outbox_ids


WAITING = conversation(waiting_since=T0 - timedelta(hours=1), asked=1, failed=1)


@pytest.mark.parametrize(
    ("state", "newest", "ends"),
    [
        (WAITING, 6, True),
        (WAITING, 8, False),
        (replace(WAITING, failed=2), 6, False),
        (replace(WAITING, waiting_since=None), 6, False),
    ],
    ids=["answered again", "wrote since", "another failed", "nobody waits"],
)
def test_sending_again_ends_the_wait_that_it_answers(state, newest, ends):
    message = sent(Delivery.FAILED, conversation=state, newest_incoming_id=newest, answered_wait=T0)
    made = decide(c.RetrySend(7), situation(messages=(message,)), T0)
    assert isinstance(made, list)
    assert made[1:] == ([f.WaitEnded(conversation_id=1, how="sent_again")] if ends else [])


def test_sending_again_what_answered_nobody_ends_no_wait():
    message = sent(Delivery.FAILED, conversation=WAITING, newest_incoming_id=6)
    made = decide(c.RetrySend(7), situation(messages=(message,)), T0)
    assert isinstance(made, list)
    assert [type(fact) for fact in made] == [f.SendRequeued]


def test_all_that_failed_goes_again_and_nothing_else():
    messages = tuple(sent(state) for state in (Delivery.FAILED, Delivery.UNCERTAIN, Delivery.SENT, Delivery.QUEUED))
    made = decide(c.RetryAllFailed(), situation(messages=messages), T0)
    assert made == [f.SendRequeued(conversation_id=1, message_id=7, not_before=T0, outbox_ids=(10,), failed_before=True)]


def test_a_person_says_that_it_arrived():
    made = decide(c.MarkDelivered(7), situation(messages=(sent(Delivery.SENT, Delivery.UNCERTAIN),)), T0)
    assert made == [f.DeliverySettled(conversation_id=1, message_id=7, outbox_ids=(11,), at=T0)]


def test_taking_back_brings_the_wait_back_and_opens_what_it_closed():
    message = sent(
        Delivery.QUEUED,
        conversation=conversation(status=Status.CLOSED),
        answered_wait=T0 - timedelta(hours=1),
        answered_asked=2,
    )
    assert decide(c.TakeBack(7), situation(messages=(message,)), T0) == [
        f.SendCancelled(conversation_id=1, message_id=7, outbox_ids=(10,), operator_id=1),
        f.ConversationReopened(conversation_id=1, how="taken_back"),
        f.WaitRestored(conversation_id=1, since=T0 - timedelta(hours=1), asked=2),
    ]


@pytest.mark.parametrize(
    ("state", "message", "given_back"),
    [
        (conversation(assignee_id=1), {"took": True}, [f.Assigned(conversation_id=1, from_id=1, to_id=None, how="taken_back")]),
        (
            conversation(assignee_id=1),
            {"took": True, "took_from": 2},
            [f.Assigned(conversation_id=1, from_id=1, to_id=2, how="taken_back")],
        ),
        (conversation(assignee_id=2), {"took": True}, []),
        (conversation(assignee_id=1), {}, []),
        (conversation(), {"answered_unread": 3}, [f.ConversationRead(conversation_id=1, unread=3)]),
        (conversation(unread=1), {"answered_unread": 3}, []),
    ],
    ids=["nobody's again", "the other's again", "another's since", "mine before", "unread again", "wrote since"],
)
def test_taking_back_gives_back_whose_it_was_and_what_was_unread(state, message, given_back):
    message = sent(Delivery.QUEUED, conversation=state, operator_id=1, **message)
    made = decide(c.TakeBack(7), situation(messages=(message,)), T0)
    assert isinstance(made, list)
    assert made[1:] == given_back


def test_an_answer_says_that_it_is_no_spam_and_lets_the_answer_come_in():
    spam = conversation(spam=True, assignee_id=1)
    made = decide(HELLO, situation(conversation=spam, identities=((4, True), (5, False))), T0)
    assert isinstance(made, list)
    assert made[1:] == [
        f.SpamMarked(conversation_id=1, spam=False),
        f.IdentityBlocked(identity_id=4, blocked=False, conversation_id=1),
    ]


@pytest.mark.parametrize("state", [Delivery.SENDING, Delivery.SENT, Delivery.UNCERTAIN, Delivery.CANCELLED])
def test_what_may_have_gone_out_is_not_taken_back(state):
    assert decide(c.TakeBack(7), situation(messages=(sent(state),)), T0) == Refused("gone_out")


@pytest.mark.parametrize("role", [Role.OWNER, Role.SUPERVISOR])
def test_who_leads_takes_back_what_another_wrote_and_it_returns_to_the_writer(role):
    made = decide(c.TakeBack(7), situation(me=replace(ANNA, role=role), messages=(BORIS_REPLY,)), T0)
    assert made == [f.SendCancelled(conversation_id=1, message_id=7, outbox_ids=(10,), operator_id=2)]


def test_what_is_held_goes_now():
    messages = (sent(Delivery.QUEUED), sent(Delivery.SENT), sent(Delivery.SENT, Delivery.QUEUED))
    assert decide(c.SendNow(), situation(messages=messages), T0) == [
        f.SendRequeued(conversation_id=1, message_id=7, not_before=T0, outbox_ids=(10,)),
        f.SendRequeued(conversation_id=1, message_id=7, not_before=T0, outbox_ids=(11,)),
    ]

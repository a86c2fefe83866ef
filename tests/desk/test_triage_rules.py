"""Acts of triage, exactly: tags, priority, team, snooze, spam, closing with tags, waking, answering into a snooze."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pure_desk import ANNA, ROUTE, T0, PureDesk, conversation, inbound

from deskterm.desk import commands as c
from deskterm.desk import delivery
from deskterm.desk import facts as f
from deskterm.desk.arrival import Arrival, Candidate, KnownIdentity
from deskterm.desk.commands import Refused
from deskterm.desk.decide import decide
from deskterm.desk.delivery import Failure, SentMessage, SentPart
from deskterm.desk.evolve import evolve
from deskterm.desk.intake import is_blocked, place
from deskterm.desk.model import Conversation, Delivery, Fresh, Origin, Priority, Status
from deskterm.desk.query import Name, Term, parse
from deskterm.desk.situation import Situation
from deskterm.desk.tags import tag_name
from deskterm.desk.urgency import sort_value, urgent_at

FRESH = Fresh(9, 1009, 90, 9, 9, "a" * 20, tag=30)
LATER = T0 + timedelta(hours=3)
CLOSED = conversation(status=Status.CLOSED, closed_at=T0)
SNOOZED = conversation(status=Status.SNOOZED, snoozed_until=LATER)


def decided(command: c.Command, state: Conversation | None = None, **known: Any) -> Any:
    return decide(command, Situation(ANNA, FRESH, conversation=state or conversation(), **known), T0)


# Tags


def test_tags_are_known_by_their_folded_names_and_others_are_made():
    made = decided(c.SetTags(1, add=(" ВОЗВРАТ", "Ёлка", "Новый  год")), tags={"возврат": 3, "елка": 4})
    assert made == [
        f.TagAdded(tag_id=30, name="Новый год"),
        f.TagsChanged(conversation_id=1, added=(3, 4, 30)),
    ]


def test_two_new_tags_have_two_ids_and_one_name_twice_is_one():
    made = decided(c.SetTags(1, add=("b", "a", "B ")))
    assert made == [
        f.TagAdded(tag_id=30, name="b"),
        f.TagAdded(tag_id=31, name="a"),
        f.TagsChanged(conversation_id=1, added=(30, 31)),
    ]


def test_tags_go_by_name_and_what_is_not_there_is_nothing():
    state = conversation(tags=(3, 4))
    assert decided(c.SetTags(1, remove=("VIP", "nobody's")), state, tags={"vip": 4}) == [
        f.TagsChanged(conversation_id=1, removed=(4,))
    ]
    assert decided(c.SetTags(1, add=("vip",), remove=("gone",)), state, tags={"vip": 4, "gone": 9}) == []
    assert decided(c.SetTags(1), state) == []


def test_what_is_put_on_and_taken_off_is_put_on():
    assert decided(c.SetTags(1, add=("vip",), remove=("VIP",)), conversation(tags=(4,)), tags={"vip": 4}) == []


@pytest.mark.parametrize(
    "name", ["", " ", "\u200b", "a,b", 'a"b', "a:b", "a(b", "a]b", "«ab»", "-a", ">2", "none", "NONE", "Нет", "x" * 41]
)
def test_a_name_that_a_query_could_not_say_is_no_tag(name):
    assert decided(c.SetTags(1, add=("ok", name))) == Refused("bad_tag", {"name": name})


@given(st.text(max_size=50))
def test_every_tag_can_be_asked_for(text):
    name = tag_name(text)
    if name is None:
        return
    assert 1 <= len(name) <= 40
    assert tag_name(name) == name
    assert parse(f'tag:"{name}"') == Term("tag", (Name(name),))


def test_twenty_tags_are_enough():
    state = conversation(tags=tuple(range(1, 20)))
    assert isinstance(decided(c.SetTags(1, add=("a",)), state), list)
    assert decided(c.SetTags(1, add=("a", "b")), state) == Refused("too_many_tags", {"n": 20})
    assert isinstance(decided(c.SetTags(1, add=("a", "b"), remove=("c",)), state, tags={"c": 7}), list)


# Priority and team


def test_priority_and_team_change_once():
    assert decided(c.SetPriority(1, Priority.URGENT)) == [
        f.PriorityChanged(conversation_id=1, from_priority=Priority.NORMAL, to_priority=Priority.URGENT)
    ]
    assert decided(c.SetPriority(1, Priority.NORMAL)) == []
    known = {"teams": frozenset({5})}
    assert decided(c.SetTeam(1, 5), **known) == [f.TeamChanged(conversation_id=1, from_id=None, to_id=5)]
    assert decided(c.SetTeam(1, None), conversation(team_id=5)) == [f.TeamChanged(conversation_id=1, from_id=5, to_id=None)]
    assert decided(c.SetTeam(1, 5), conversation(team_id=5), **known) == []
    assert decided(c.SetTeam(1, 6), **known) == Refused("unknown_team")


# Snooze


@pytest.mark.parametrize("until", [LATER, None])
@pytest.mark.parametrize("state", [conversation(), conversation(status=Status.SNOOZED, snoozed_until=T0)])
def test_what_is_open_or_snoozed_can_be_snoozed(state, until):
    assert decided(c.Snooze(1, until), state) == [f.ConversationSnoozed(conversation_id=1, at=T0, until=until)]


def test_what_cannot_be_snoozed():
    assert decided(c.Snooze(1, T0)) == Refused("in_the_past")
    assert decided(c.Snooze(1, LATER), CLOSED) == Refused("closed")
    assert decided(c.Snooze(1, LATER), SNOOZED) == []


def test_opening_a_snoozed_one_wakes_it():
    assert decided(c.Reopen(1), SNOOZED) == [f.SnoozeEnded(conversation_id=1, at=T0, how="operator")]
    assert decided(c.Reopen(1), CLOSED) == [f.ConversationReopened(conversation_id=1, how="operator")]


def test_a_snoozed_conversation_can_be_closed():
    assert decided(c.Close(1), SNOOZED) == [f.ConversationClosed(conversation_id=1, at=T0)]


# Closing where tags are wanted


def test_closing_asks_for_tags_where_the_channel_does():
    asking = {"ask_tags": True}
    closing = [f.ConversationClosed(conversation_id=1, at=T0)]
    assert decided(c.Close(1), **asking) == Refused("tags_wanted")
    assert decided(c.Close(1, without_tags=True), **asking) == closing
    assert decided(c.Close(1), conversation(tags=(3,)), **asking) == closing
    assert decided(c.Close(1), conversation(spam=True), **asking) == closing
    assert decided(c.Close(1), CLOSED, **asking) == []
    answer = c.Reply(1, "да", close=True)
    assert decided(answer, route=ROUTE, **asking) == Refused("tags_wanted")
    assert isinstance(decided(c.Reply(1, "да", close=True, without_tags=True), route=ROUTE, **asking), list)
    assert isinstance(decided(c.Reply(1, "да"), route=ROUTE, **asking), list)


# Spam


def test_spam_blocks_only_where_it_is_asked_and_no_spam_unblocks():
    customers = {"identities": ((7, False), (8, True))}
    spam = f.SpamMarked(conversation_id=1, spam=True)
    blocked = f.IdentityBlocked(identity_id=7, blocked=True, conversation_id=1)
    assert decided(c.MarkSpam(1), **customers) == [spam]
    assert decided(c.MarkSpam(1, block=True), **customers) == [spam, blocked]
    assert decided(c.MarkSpam(1, block=True), conversation(spam=True), **customers) == [blocked]
    assert decided(c.MarkSpam(1, spam=False), conversation(spam=True), **customers) == [
        f.SpamMarked(conversation_id=1, spam=False),
        f.IdentityBlocked(identity_id=8, blocked=False, conversation_id=1),
    ]
    assert decided(c.MarkSpam(1, spam=False)) == []


# Answering into a snooze


def test_an_answer_can_snooze_in_the_same_step():
    made = decided(c.Reply(1, "да", snooze=True, snooze_until=LATER), conversation(assignee_id=1), route=ROUTE)
    assert made[1:] == [f.ConversationSnoozed(conversation_id=1, at=T0, until=LATER)]
    made = decided(c.Reply(1, "да", snooze=True), CLOSED, route=ROUTE)
    assert made[1:] == [
        f.Assigned(conversation_id=1, from_id=None, to_id=1, how="first_reply"),
        f.ConversationReopened(conversation_id=1, how="operator"),
        f.ConversationSnoozed(conversation_id=1, at=T0, until=None),
    ]
    assert decided(c.Reply(1, "да", snooze=True, snooze_until=T0), route=ROUTE) == Refused("in_the_past")


@pytest.mark.parametrize("how", ["close", "snooze"])
@pytest.mark.parametrize("end", ["taken back", "failed"])
def test_a_reply_that_goes_nowhere_brings_its_conversation_back(how, end):
    desk = PureDesk()
    since = desk.receive()
    made = desk.submit(c.Reply(1, "да", close=how == "close", snooze=how == "snooze"))
    assert isinstance(made, list)
    assert desk.state is not None
    assert desk.state.status is (Status.CLOSED if how == "close" else Status.SNOOZED)
    message_id = next(iter(desk.sent))
    if end == "failed":
        desk.fail(message_id)
    else:
        desk.submit(c.TakeBack(message_id))
    state = desk.state
    assert (state.status, state.closed_at, state.snoozed_until) == (Status.OPEN, None, None)
    assert (state.waiting_since, state.asked) == (since, 1)


def test_a_bounce_wakes_what_was_snoozed_with_the_reply():
    sent = SentMessage(7, SNOOZED, T0, (SentPart(10, 0, Delivery.SENT),), answered_wait=T0, answered_asked=1)
    made = delivery.failed(sent, Failure("no such user", was_sent=True), T0)
    assert f.ConversationReopened(conversation_id=1, how="failure") in made


# Taking in


def arrival(state: Conversation, **more: Any) -> Arrival:
    known = KnownIdentity(1, 1, "Ольга К.", blocked=more.pop("blocked", False))
    candidate = Candidate(state, frozenset({1}))
    return Arrival(1, timedelta(days=3), FRESH, 5, T0, sender=known, candidates=(candidate,), **more)


def test_a_customer_wakes_what_was_snoozed_and_it_counts_as_one_unread():
    made = place(inbound(), arrival(SNOOZED), T0)
    assert isinstance(made, list)
    assert made[-1] == f.SnoozeEnded(conversation_id=1, at=T0, how="customer")
    state = SNOOZED
    for fact in made:
        state = evolve(state, fact, T0)
    assert (state.status, state.snoozed_until, state.unread, state.waiting_since) == (Status.OPEN, None, 1, T0)


@pytest.mark.parametrize("origin", [Origin.AUTO, Origin.LIST, Origin.BOUNCE, Origin.OWN])
def test_automatic_mail_lets_it_sleep(origin):
    made = place(inbound(origin=origin), arrival(SNOOZED), T0)
    assert isinstance(made, list)
    assert [type(fact) for fact in made] == [f.MessageReceived]


def test_spam_takes_in_what_comes_and_nobody_is_seen_to_wait():
    state = conversation(spam=True)
    made = place(inbound(), arrival(state), T0)
    assert isinstance(made, list)
    for fact in made:
        state = evolve(state, fact, T0)
    assert (state.spam, state.asked, urgent_at(state)) == (True, 1, None)


def test_what_a_blocked_person_writes_is_held_but_not_what_tells_of_our_own():
    state = conversation()
    assert is_blocked(inbound(), arrival(state, blocked=True))
    assert not is_blocked(inbound(), arrival(state))
    assert not is_blocked(inbound(unreachable=True), arrival(state, blocked=True))
    assert not is_blocked(inbound(), arrival(state, blocked=True, already=True))
    assert not is_blocked(inbound(), arrival(state, blocked=True, own_copy=True))
    bounced = SentMessage(7, state, T0, (SentPart(10, 0, Delivery.SENT),))
    assert not is_blocked(inbound(origin=Origin.BOUNCE), arrival(state, blocked=True, bounced=bounced))


# The place in the queue

DAY = st.lists(
    st.sampled_from(
        ["writes", "writes", "writes late", "automatic", "note", "urgent", "low", "take", "read", "unread", "spam"]
    ),
    min_size=1,
    max_size=25,
)


@given(DAY, st.sampled_from([Status.OPEN, Status.SNOOZED]))
def test_a_customer_who_writes_again_never_loses_the_place_in_the_queue(day, status):
    """Their wait never begins later, and their place never moves down by what they write themselves."""
    desk = PureDesk()
    desk.receive()
    if status is Status.SNOOZED:
        desk.submit(c.Snooze(1, None))
    acts: dict[str, c.Command] = {
        "note": c.Note(1, "?"),
        "urgent": c.SetPriority(1, Priority.URGENT),
        "low": c.SetPriority(1, Priority.LOW),
        "take": c.Take(1),
        "read": c.MarkRead(1),
        "unread": c.MarkUnread(1),
        "spam": c.MarkSpam(1, spam=False),
    }
    for happening in day:
        before = desk.state
        assert before is not None
        if happening in acts:
            desk.submit(acts[happening])
        else:
            late = timedelta(minutes=10) if happening == "writes late" else timedelta()
            desk.receive(Origin.AUTO if happening == "automatic" else Origin.HUMAN, late)
        after = desk.state
        assert after is not None
        assert before.waiting_since is not None
        assert after.waiting_since is not None
        assert after.waiting_since <= before.waiting_since
        if happening not in ("low", "urgent"):
            assert sort_at(after) <= sort_at(before)


def sort_at(state: Conversation) -> int:
    due = urgent_at(state)
    newest = int(max(state.last_message_at, state.woken_at or state.last_message_at).timestamp() * 1000)
    return sort_value(None if due is None else int(due.timestamp() * 1000), newest)

"""The state of a conversation folded from facts: who waits since when, whatever happens in whatever order."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from pure_desk import T0, PureDesk, conversation

from deskterm.desk import commands as c
from deskterm.desk import facts as f
from deskterm.desk.evolve import evolve, opened
from deskterm.desk.model import Delivery, Origin, Priority, Status
from deskterm.desk.urgency import urgent_at

AUTOMATIC = st.sampled_from([Origin.AUTO, Origin.BOUNCE, Origin.LIST, Origin.OWN])
PICK = st.integers(0, 99)


class _Happenings(RuleBasedStateMachine):
    """Everything that can happen to a conversation but trying to send again."""

    @initialize()
    def begin(self) -> None:
        self.desk = PureDesk()
        self.unanswered: dict[int, datetime] = {}
        self.answered_by: dict[int, dict[int, datetime]] = {}
        self.human()

    def human(self, late: timedelta = timedelta()) -> None:
        message_id = self.desk.next_id
        self.unanswered[message_id] = self.desk.receive(late=late)

    def of(self, *states: Delivery) -> list[int]:
        return [message_id for message_id, state in self.desk.deliveries.items() if state in states]

    def chosen(self, pick: int, *states: Delivery) -> int | None:
        found = self.of(*states)
        return found[pick % len(found)] if found else None

    @rule(late_s=st.sampled_from([0, 0, 0, 30, 7_200]))
    def receives(self, late_s: int) -> None:
        self.human(timedelta(seconds=late_s))

    @rule(origin=AUTOMATIC)
    def receives_automatic(self, origin: Origin) -> None:
        self.desk.receive(origin)

    @rule(close=st.booleans())
    def replies(self, close: bool) -> None:
        message_id = self.desk.next_id
        self.desk.submit(c.Reply(1, "ответ", close=close))
        self.answered_by[message_id], self.unanswered = self.unanswered, {}

    @rule()
    def notes(self) -> None:
        self.desk.submit(c.Note(1, "внутри"))

    @rule(pick=PICK)
    def fails(self, pick: int) -> None:
        message_id = self.chosen(pick, Delivery.QUEUED)
        if message_id is not None:
            self.desk.fail(message_id)
            self.unanswered |= self.answered_by[message_id]

    @rule(pick=PICK)
    def takes_back(self, pick: int) -> None:
        message_id = self.chosen(pick, Delivery.QUEUED, Delivery.FAILED)
        if message_id is not None:
            queued = self.desk.deliveries[message_id] is Delivery.QUEUED
            self.desk.submit(c.TakeBack(message_id))
            if queued:
                self.unanswered |= self.answered_by[message_id]

    @rule()
    def closes(self) -> None:
        self.desk.submit(c.Close(1))
        self.unanswered = {}

    @rule()
    def reopens(self) -> None:
        self.desk.submit(c.Reopen(1))

    @rule()
    def needs_no_reply(self) -> None:
        self.desk.submit(c.NoReplyNeeded(1))
        self.unanswered = {}

    @rule(unread=st.booleans())
    def is_marked(self, unread: bool) -> None:
        self.desk.submit(c.MarkUnread(1) if unread else c.MarkRead(1))

    @invariant()
    def nobody_waits_in_what_is_closed(self) -> None:
        if hasattr(self, "desk") and self.desk.state.status is Status.CLOSED:
            assert self.desk.state.waiting_since is None
            assert urgent_at(self.desk.state) is None

    @invariant()
    def failures_are_counted(self) -> None:
        if hasattr(self, "desk"):
            assert self.desk.state.failed == len(self.of(Delivery.FAILED))

    @invariant()
    def messages_are_counted(self) -> None:
        if hasattr(self, "desk"):
            assert self.desk.state.message_count == self.desk.next_id - 1


class Waits(_Happenings):
    """The wait is that of the earliest unanswered message, exactly."""

    @invariant()
    def the_wait_is_the_earliest(self) -> None:
        if hasattr(self, "desk"):
            assert self.desk.state.waiting_since == min(self.unanswered.values(), default=None)
            assert self.desk.state.asked == len(self.unanswered)


class Retries(_Happenings):
    """With sending again the wait may last longer than it must, but no one is forgotten."""

    @initialize()
    def nothing_is_settled(self) -> None:
        self.settled: set[int] = set()

    @rule(pick=PICK)
    def sends_again(self, pick: int) -> None:
        message_id = self.chosen(pick, Delivery.FAILED)
        if message_id is not None:
            self.desk.submit(c.RetrySend(message_id))

    @rule()
    def closes(self) -> None:
        self.desk.submit(c.Close(1))
        self.settled |= set(self.desk.incoming)

    @rule()
    def needs_no_reply(self) -> None:
        self.desk.submit(c.NoReplyNeeded(1))
        self.settled |= set(self.desk.incoming)

    @invariant()
    def nobody_is_forgotten(self) -> None:
        if not hasattr(self, "settled") or self.desk.state.waiting_since is not None:
            return
        newest_live = max(self.of(Delivery.QUEUED, Delivery.SENT), default=0)
        assert [m for m in self.desk.incoming if m > newest_live and m not in self.settled] == []


TestWaits = Waits.TestCase
TestRetries = Retries.TestCase
TestWaits.settings = TestRetries.settings = settings(max_examples=150, stateful_step_count=25, deadline=None)


# --- single facts

MESSAGE = {"conversation_id": 1, "message_id": 7, "at": T0 + timedelta(minutes=9)}


def test_a_conversation_begins_open_and_quiet():
    state = opened(
        f.ConversationOpened(
            conversation_id=1, number=1001, channel_id=2, customer_id=3, at=T0, thread_key="7", priority=Priority.HIGH
        )
    )
    assert (state.status, state.waiting_since, state.message_count, state.thread_key) == (Status.OPEN, None, 0, "7")
    assert (state.priority, state.opened_at, state.updated_at, state.last_message_at) == (Priority.HIGH, T0, T0, T0)


@pytest.mark.parametrize(
    "fact",
    [
        f.CustomerAdded(customer_id=1),
        f.ParticipantAdded(conversation_id=1, identity_id=1, role="cc"),
        f.PartSent(conversation_id=1, message_id=7, outbox_id=1, at=T0),
        f.PartUncertain(conversation_id=1, message_id=7, outbox_id=1, not_before=None),
    ],
)
def test_facts_that_say_nothing_of_the_conversation_leave_it(fact):
    state = conversation()
    assert evolve(state, fact, T0) is state


def test_every_change_is_a_new_version():
    now = T0 + timedelta(minutes=10)
    after = evolve(conversation(), f.Assigned(conversation_id=1, from_id=None, to_id=4, how="operator"), now)
    assert (after.assignee_id, after.version, after.updated_at) == (4, 1, now)


def test_a_note_and_an_activity_change_no_wait_and_no_place_in_the_list():
    state = conversation(waiting_since=T0, asked=1, unread=2)
    for fact in (f.NoteAdded(operator_id=1, **MESSAGE), f.ActivityNoted(code="reachable", **MESSAGE)):
        after = evolve(state, fact, T0)
        assert (after.waiting_since, after.asked, after.unread, after.last_message_at) == (T0, 1, 2, T0)
        assert after.message_count == 1


def test_an_edit_shows_as_unread_and_starts_no_wait():
    after = evolve(conversation(), f.MessageEdited(**MESSAGE), T0)
    assert (after.unread, after.waiting_since) == (1, None)


def test_lateness_ends_with_the_wait():
    state = conversation(waiting_since=T0, asked=1)
    later = T0 + timedelta(hours=2)
    late = evolve(state, f.LateMarked(conversation_id=1, at=later), later)
    assert late.late
    assert evolve(late, f.ConversationRead(conversation_id=1, unread=0), later).late
    assert not evolve(late, f.WaitEnded(conversation_id=1, how="no_reply_needed"), later).late
    assert not evolve(late, f.ConversationClosed(conversation_id=1, at=later), later).late


def test_a_snoozed_conversation_reopens_without_its_time():
    state = conversation(status=Status.SNOOZED, snoozed_until=T0)
    after = evolve(state, f.ConversationReopened(conversation_id=1, how="customer"), T0)
    assert (after.status, after.snoozed_until, after.closed_at) == (Status.OPEN, None, None)

"""What undoing gives back: what it finds as it was left, and nothing of what others did since."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pure_desk import T0, conversation

from deskterm.desk import commands as c
from deskterm.desk import facts as f
from deskterm.desk import undo
from deskterm.desk.evolve import evolve
from deskterm.desk.model import Conversation, Priority, Status
from deskterm.desk.undo import Conflict, Since

HOUR = timedelta(hours=1)
NOTHING = Since()
WAITING = conversation(waiting_since=T0, asked=2, unread=1)


def done(before: Conversation, *facts: f.Fact) -> tuple[Conversation, Any, Any]:
    """Return what facts made of a conversation, and what undoing knows of it."""
    steps = []
    after = before
    for fact in facts:
        state, after = after, evolve(after, fact, T0 + HOUR)
        steps.append(undo.changes(state, after))
    return after, *undo.together(steps)


CLOSED = f.ConversationClosed(conversation_id=1, at=T0 + HOUR)
NO_REPLY = f.WaitEnded(conversation_id=1, how="no_reply_needed")


def test_a_closing_is_given_back_whole():
    after, was, left = done(WAITING, CLOSED)
    assert was == {"status": Status.OPEN, "closed_at": None, "waiting_since": T0, "asked": 2, "unread": 1}
    assert undo.restored(after, was, left, NOTHING) == was


@pytest.mark.parametrize(
    "changed",
    [{"closed_at": T0 + 2 * HOUR}, {"status": Status.SNOOZED, "closed_at": None}],
    ids=["closed again by another", "snoozed since"],
)
def test_what_somebody_changed_since_stays(changed):
    after, was, left = done(WAITING, CLOSED)
    assert undo.restored(replace(after, **changed), was, left, NOTHING) == Conflict()


def test_who_brought_it_back_already_is_an_undo_that_was_stopped_or_somebody_else():
    after, was, left = done(conversation(assignee_id=2), f.Assigned(conversation_id=1, from_id=2, to_id=1, how="operator"))
    assert undo.restored(replace(after, assignee_id=2), was, left, NOTHING) == Conflict()
    assert undo.restored(replace(after, assignee_id=2), was, left, Since(given_back=True)) == {}
    assert undo.restored(after, was, left, Since(given_back=True)) == {"assignee_id": 2}
    after, was, left = done(WAITING, NO_REPLY)
    assert undo.restored(WAITING, was, left, Since(given_back=True)) == {}


def test_what_the_command_did_not_change_may_be_changed():
    after, was, left = done(
        conversation(), f.PriorityChanged(conversation_id=1, from_priority=Priority.NORMAL, to_priority=Priority.HIGH)
    )
    now = replace(after, assignee_id=2, tags=(7,), unread=3, waiting_since=T0, asked=1)
    assert undo.restored(now, was, left, Since(written=True, answered=True)) == {"priority": Priority.NORMAL}


def test_a_wait_comes_back_beside_the_one_that_has_begun_since():
    after, was, left = done(WAITING, NO_REPLY)
    now = replace(after, waiting_since=T0 + HOUR, asked=3)
    assert undo.restored(now, was, left, Since(written=True)) == {"waiting_since": T0, "asked": 5}


def test_a_wait_does_not_come_back_over_an_answer():
    after, was, left = done(WAITING, NO_REPLY)
    assert undo.restored(after, was, left, Since(answered=True)) == Conflict()
    after, was, left = done(WAITING, CLOSED)
    given_back = undo.restored(after, was, left, Since(answered=True))
    assert given_back == {"status": Status.OPEN, "closed_at": None, "unread": 1}


def test_a_wait_ends_again_only_while_it_is_the_same():
    """The second is what redoing meets: the customer has asked once more."""
    before = replace(WAITING, waiting_since=None, asked=0)
    restored = f.ConversationRestored(conversation_id=1, undone_command_id=1, values=(("waiting_since", T0), ("asked", 2)))
    after, was, left = done(before, restored)
    assert undo.restored(after, was, left, NOTHING) == {"waiting_since": None, "asked": 0}
    assert undo.restored(replace(after, asked=3), was, left, Since(written=True)) == Conflict()
    assert undo.restored(replace(after, waiting_since=None, asked=0), was, left, NOTHING) == Conflict()


def test_nobody_is_put_out_of_sight_who_has_written_since():
    reopened = f.ConversationReopened(conversation_id=1, how="operator")
    for before in (
        conversation(status=Status.CLOSED, closed_at=T0),
        conversation(status=Status.SNOOZED, snoozed_until=T0 + HOUR),
    ):
        after, was, left = done(before, reopened)
        assert undo.restored(after, was, left, NOTHING) == was
        assert undo.restored(replace(after, last_message_id=9), was, left, Since(written=True)) == Conflict()


def test_nobody_waits_in_what_is_closed():
    after, was, left = done(
        conversation(status=Status.CLOSED, closed_at=T0), f.ConversationReopened(conversation_id=1, how="operator")
    )
    assert undo.restored(replace(after, waiting_since=T0, asked=1), was, left, NOTHING) == Conflict()
    after, was, left = done(WAITING, NO_REPLY)
    assert undo.restored(replace(after, status=Status.CLOSED, closed_at=T0), was, left, NOTHING) == Conflict()


def test_what_was_late_is_late_again_and_what_was_read_since_stays_read():
    late = replace(WAITING, late=True)
    after, was, left = done(late, f.ConversationSnoozed(conversation_id=1, at=T0, until=None))
    assert (after.late, after.unread) == (False, 0)
    values = undo.restored(after, was, left, NOTHING)
    assert isinstance(values, dict)
    assert (values["late"], values["unread"]) == (True, 1)
    after, was, left = done(conversation(), f.ConversationRead(conversation_id=1, unread=1))
    assert undo.restored(replace(after, unread=0), was, left, NOTHING) == {}
    assert undo.restored(replace(after, unread=4), was, left, NOTHING) == {}


def test_steps_that_lead_back_are_none():
    assert undo.together([({"unread": 0}, {"unread": 1}), ({"unread": 1, "spam": False}, {"unread": 0, "spam": True})]) == (
        {"spam": False},
        {"spam": True},
    )


@pytest.mark.parametrize(
    ("command", "undoable"),
    [
        (c.Take(1), True),
        (c.Snooze(1, None), True),
        (c.MarkUnread(1), True),
        (c.MarkRead(1), False),
        (c.MarkRead(1, by_hand=True), True),
        (c.Many(c.MarkRead(0), (1, 2)), False),
        (c.Many(c.Close(0), (1, 2)), True),
        (c.Reply(1, "да"), False),
        (c.Note(1, "да"), False),
        (c.TakeBack(1), False),
        (c.Undo(), False),
    ],
    ids=repr,
)
def test_what_can_be_undone(command, undoable):
    assert undo.can_be_undone(command) is undoable


def a_time(hour: int) -> datetime:
    return T0 + hour * HOUR


TIMES = st.one_of(st.none(), st.integers(0, 9).map(a_time))


@st.composite
def states(draw: st.DrawFn) -> Conversation:
    status = draw(st.sampled_from(Status))
    since = None if status is Status.CLOSED else draw(TIMES)
    return conversation(
        status=status,
        closed_at=a_time(draw(st.integers(0, 9))) if status is Status.CLOSED else None,
        snoozed_until=draw(TIMES) if status is Status.SNOOZED else None,
        woken_at=draw(TIMES),
        assignee_id=draw(st.sampled_from([None, 1, 2])),
        team_id=draw(st.sampled_from([None, 1])),
        priority=draw(st.sampled_from(Priority)),
        tags=tuple(sorted(draw(st.sets(st.integers(1, 4))))),
        spam=draw(st.booleans()),
        waiting_since=since,
        asked=0 if since is None else draw(st.integers(1, 5)),
        unread=draw(st.integers(0, 3)),
    )


@given(before=states(), after=states())
def test_whatever_was_done_undoing_it_at_once_is_the_identity(before, after):
    was, left = undo.changes(before, after)
    values = undo.restored(after, was, left, NOTHING)
    assert isinstance(values, dict)
    assert undo.changes(replace(after, **values), before) == ({}, {})


@given(before=states(), after=states(), now=states(), since=st.builds(Since, st.booleans(), st.booleans(), st.booleans()))
def test_undoing_touches_only_what_is_as_it_was_left(before, after, now, since):
    was, left = undo.changes(before, after)
    values = undo.restored(now, was, left, since)
    if isinstance(values, Conflict):
        return
    for name in undo.FIRM:
        if name in values:
            assert getattr(now, name) == left[name]
            assert values[name] == was[name]
    given_back = replace(now, **values)
    assert (given_back.waiting_since is None) == (given_back.asked == 0)
    assert values.get("status", now.status) is not Status.CLOSED or given_back.waiting_since is None
    if now.waiting_since is not None and given_back.waiting_since is None:
        assert (now.waiting_since, now.asked) == (after.waiting_since, after.asked)

"""What two conversations become when they are made one, parted or split: rules that hold for any two."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from deskterm.desk import merging
from deskterm.desk.merging import NOBODY, Came, Parting, Splitting, Tally
from deskterm.desk.model import Conversation, Priority, Status
from deskterm.desk.same_matter import OpenMatter, alike, related

T0 = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
NOW = T0 + timedelta(days=3)
MINUTES = st.integers(0, 4_000).map(lambda minutes: T0 + timedelta(minutes=minutes))
IDS = st.none() | st.integers(1, 3)


@st.composite
def conversations(draw: Any, number: int) -> Conversation:
    status = draw(st.sampled_from(Status))
    waits = status is not Status.CLOSED and draw(st.booleans())
    count = draw(st.integers(1, 9))
    return Conversation(
        id=number,
        number=1000 + number,
        channel_id=number,
        status=status,
        opened_at=T0,
        updated_at=NOW,
        last_message_at=draw(MINUTES),
        last_message_id=number * 100 + draw(st.integers(1, 99)),
        last_incoming_at=draw(MINUTES),
        customer_id=1,
        message_count=count,
        notes=draw(st.integers(0, 2)),
        failed=draw(st.integers(0, 2)),
        files=draw(st.integers(0, 2)),
        unread=draw(st.integers(0, count)),
        waiting_since=draw(MINUTES) if waits else None,
        asked=draw(st.integers(1, 4)) if waits else 0,
        closed_at=draw(MINUTES) if status is Status.CLOSED else None,
        snoozed_until=draw(st.none() | MINUTES) if status is Status.SNOOZED else None,
        assignee_id=draw(IDS),
        team_id=draw(IDS),
        priority=draw(st.sampled_from(Priority)),
        tags=tuple(sorted(draw(st.sets(st.integers(1, 5), max_size=3)))),
    )


ONE, TWO, THREE = conversations(1), conversations(2), conversations(3)


def tally(state: Conversation) -> Tally:
    return Tally(**{name: getattr(state, name) for name in merging.TOLD})


def parting(stays: Conversation, goes: Conversation, **more: Any) -> Parting:
    """What parting is judged by right after a merge."""
    whole = merging.merged(stays, goes, NOW)
    known = Parting(
        gone=replace(goes, merged_into_id=stays.id),
        holder=whole,
        was=dict(merging.fields_of(stays)),
        left=dict(merging.fields_of(whole)),
        taken=tally(goes),
        rest=tally(stays),
    )
    return replace(known, **more)


@given(stays=ONE, goes=TWO)
def test_nothing_that_was_open_or_waited_is_lost_by_merging(stays: Conversation, goes: Conversation) -> None:
    whole = merging.merged(stays, goes, NOW)
    waits = [one.waiting_since for one in (stays, goes) if one.waiting_since is not None]
    assert whole.waiting_since == min(waits, default=None)
    assert whole.asked == stays.asked + goes.asked
    assert whole.unread == stays.unread + goes.unread
    assert whole.message_count == stays.message_count + goes.message_count
    assert set(whole.tags) == {*stays.tags, *goes.tags}
    assert whole.priority == max(stays.priority, goes.priority)
    assert (whole.status is Status.CLOSED) == (stays.status is goes.status is Status.CLOSED)
    assert (whole.status is Status.OPEN) == (Status.OPEN in (stays.status, goes.status))
    assert (whole.closed_at is not None) == (whole.status is Status.CLOSED)
    assert whole.assignee_id == (stays.assignee_id if stays.assignee_id is not None else goes.assignee_id)
    assert (whole.id, whole.number, whole.channel_id) == (stays.id, stays.number, stays.channel_id)


@given(stays=ONE, goes=TWO)
def test_parting_at_once_gives_both_back(stays: Conversation, goes: Conversation) -> None:
    assert merging.parted(parting(stays, goes), NOW) == (goes, stays)


@given(first=ONE, second=TWO, third=THREE)
def test_parting_the_last_of_three_gives_back_the_two(first: Conversation, second: Conversation, third: Conversation) -> None:
    two = merging.merged(first, second, NOW)
    assert merging.parted(parting(two, third), NOW) == (third, two)


@given(stays=ONE, goes=TWO, asked=st.integers(1, 3), to_gone=st.booleans())
def test_who_wrote_since_waits_where_they_wrote(stays: Conversation, goes: Conversation, asked: int, to_gone: bool) -> None:
    known = parting(stays, goes)
    came = Came((NOW, asked), asked)
    holder = replace(
        known.holder,
        status=Status.OPEN,
        closed_at=None,
        snoozed_until=None,
        waiting_since=known.holder.waiting_since or NOW,
        asked=known.holder.asked + asked,
        unread=known.holder.unread + asked,
    )
    known = replace(known, holder=holder, **{"came" if to_gone else "came_to_rest": came})
    gone, rest = merging.parted(known, NOW)
    theirs, other = (gone, rest) if to_gone else (rest, gone)
    before, other_before = (goes, stays) if to_gone else (stays, goes)
    assert theirs.status is Status.OPEN
    assert (theirs.waiting_since, theirs.asked) == (before.waiting_since or NOW, before.asked + asked)
    assert theirs.unread == before.unread + asked
    assert (other.waiting_since, other.asked) == (other_before.waiting_since, other_before.asked)
    assert other.unread == other_before.unread


@given(stays=ONE, goes=TWO)
def test_nobody_waits_who_was_answered(stays: Conversation, goes: Conversation) -> None:
    known = parting(stays, goes, answered=True, seen=True)
    known = replace(known, holder=replace(known.holder, waiting_since=None, asked=0, unread=0))
    gone, rest = merging.parted(known, NOW)
    assert [(one.waiting_since, one.asked, one.unread) for one in (gone, rest)] == [(None, 0, 0), (None, 0, 0)]


@given(stays=ONE, goes=TWO, assignee=st.integers(7, 9))
def test_what_somebody_decided_since_holds(stays: Conversation, goes: Conversation, assignee: int) -> None:
    known = parting(stays, goes)
    closed = {"status": Status.CLOSED, "closed_at": NOW + timedelta(hours=1), "waiting_since": None, "asked": 0, "unread": 0}
    holder = replace(known.holder, **closed, snoozed_until=None, assignee_id=assignee, tags=(*known.holder.tags, 9))
    gone, rest = merging.parted(replace(known, holder=holder, answered=True), NOW)
    assert (rest.assignee_id, rest.status, gone.status) == (assignee, Status.CLOSED, Status.CLOSED)
    assert gone.closed_at == rest.closed_at == NOW + timedelta(hours=1)
    assert set(rest.tags) == {*stays.tags, 9}
    assert gone.tags == goes.tags


@given(whole=ONE, new=TWO, taken=st.integers(1, 8), asked=st.integers(0, 4))
def test_a_split_shares_out_what_there_is(whole: Conversation, new: Conversation, taken: int, asked: int) -> None:
    fresh = replace(new, status=Status.OPEN, closed_at=None, snoozed_until=None, tags=(), waiting_since=None, asked=0)
    goes = asked if whole.waiting_since is not None and asked < whole.asked else 0
    wait = (whole.waiting_since, goes) if goes else NOBODY
    rest_wait = (whole.waiting_since, whole.asked - goes) if whole.waiting_since is not None else NOBODY
    splitting = Splitting(
        whole=whole, taken=Tally(message_count=taken), rest=Tally(message_count=1), wait=wait, rest_wait=rest_wait, unread=taken
    )
    begun, left = merging.split(splitting, fresh, NOW)
    assert begun.asked + left.asked == whole.asked
    assert begun.unread + left.unread == whole.unread
    assert (begun.message_count, left.message_count) == (taken, 1)
    assert (begun.status, begun.tags, begun.priority) == (Status.OPEN, (), whole.priority)
    assert (left.status, left.tags) == (whole.status, whole.tags)
    assert (begun.waiting_since is None) == (begun.asked == 0)
    assert (left.waiting_since is None) == (left.asked == 0)


def test_texts_that_say_the_same() -> None:
    assert alike("Когда привезут заказ 7712?", "Здравствуйте! Когда привезут заказ 7712")
    assert alike("Where is my order 5531?", "where is order 5531 my")
    assert not alike("Когда привезут заказ 7712?", "Верните деньги за сломанный чайник")
    assert not alike("Ау?", "Ау?")
    assert not alike("", "")


def test_the_same_said_elsewhere_comes_before_what_is_only_open() -> None:
    said = "Когда привезут заказ 7712?"
    open_there = OpenMatter(5, 2, NOW, ((NOW, "Хочу скидку на весь ваш товар"),))
    same_there = OpenMatter(4, 3, NOW, ((NOW, said),))
    same_here = OpenMatter(6, 1, NOW, ((NOW, said),))
    assert related(said, 1, NOW, (same_here, open_there, same_there)) == (4, "similar")
    assert related(said, 1, NOW, (same_here, open_there)) == (5, "elsewhere")
    assert related(said, 1, NOW, (same_here,)) is None
    late = NOW + timedelta(days=2)
    assert related(said, 1, late, (same_there,)) == (4, "elsewhere")
    assert related(said, 1, NOW + timedelta(days=8), (same_there,)) is None

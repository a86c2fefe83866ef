"""What becomes of an outgoing message: every outcome of a try, and what it means for the wait."""

from __future__ import annotations

from datetime import timedelta
from itertools import product

import pytest
from pure_desk import T0, conversation

from deskterm.desk import delivery
from deskterm.desk import facts as f
from deskterm.desk.delivery import Failure, SentMessage, SentPart, whole
from deskterm.desk.model import Conversation, Delivery, Status

ASKED_AT = T0 - timedelta(hours=1)
ONE = {"conversation_id": 1, "message_id": 7}


def message(*parts: SentPart, state: Conversation | None = None, waited: bool = True) -> SentMessage:
    return SentMessage(
        7,
        state or conversation(),
        T0,
        parts or (SentPart(1, 0, Delivery.SENDING),),
        answered_wait=ASKED_AT if waited else None,
        answered_asked=2 if waited else 0,
    )


def restored() -> f.WaitRestored:
    return f.WaitRestored(conversation_id=1, since=ASKED_AT, asked=2)


def test_the_state_of_a_message_is_the_worst_of_its_parts():
    order = [Delivery.FAILED, Delivery.UNCERTAIN, Delivery.SENDING, Delivery.QUEUED, Delivery.SENT, Delivery.CANCELLED]
    for one, two in product(order, order):
        assert whole([one, two]) is order[min(order.index(one), order.index(two))]
    assert set(order) == set(Delivery)


def test_a_part_is_sent():
    part = SentPart(1, 0, Delivery.SENDING)
    assert delivery.sent(message(part), part, ("7:1",), "queued as 5", T0) == [
        f.PartSent(**ONE, outbox_id=1, at=T0, remote_ids=("7:1",), detail="queued as 5")
    ]


@pytest.mark.parametrize(("attempt", "minutes"), [(0, 1), (1, 5), (2, 15), (3, 60), (4, 60), (40, 60)])
def test_it_is_tried_again_after_longer_and_longer_pauses(attempt, minutes):
    part = SentPart(1, 0, Delivery.SENDING, attempt)
    assert delivery.put_off(message(part), part, "451 busy", None, T0) == [
        f.PartPutOff(**ONE, outbox_id=1, not_before=T0 + timedelta(minutes=minutes), attempt=attempt + 1, detail="451 busy")
    ]


@pytest.mark.parametrize(
    ("asked", "pause"),
    [
        (timedelta(0), timedelta(0)),
        (timedelta(seconds=30), timedelta(seconds=30)),
        (timedelta(seconds=99_999_999), timedelta(days=2)),
        (timedelta.max, timedelta(days=2)),
    ],
)
def test_a_server_may_ask_for_a_pause_but_not_for_one_without_end(asked, pause):
    part = SentPart(1, 0, Delivery.SENDING)
    (fact,) = delivery.put_off(message(part), part, "429", asked, T0)
    assert isinstance(fact, f.PartPutOff)
    assert fact.not_before == T0 + pause


def test_after_two_days_it_has_failed():
    part = SentPart(1, 0, Delivery.SENDING, 50)
    on_time = delivery.put_off(message(part), part, "451", None, T0 + timedelta(days=2))
    assert [type(fact) for fact in on_time] == [f.PartPutOff]
    late = delivery.put_off(message(part), part, "451", None, T0 + timedelta(days=2, seconds=1))
    assert late == [f.PartFailed(**ONE, outbox_id=1, detail="451"), restored()]


@pytest.mark.parametrize(("idempotent", "twice", "again"), [(True, False, 10), (True, True, None), (False, False, None)])
def test_an_uncertain_part_goes_out_once_more_where_that_shows_as_one(idempotent, twice, again):
    part = SentPart(1, 0, Delivery.SENDING, twice=twice)
    assert delivery.uncertain(message(part), part, "lost", idempotent=idempotent, now=T0) == [
        f.PartUncertain(**ONE, outbox_id=1, not_before=None if again is None else T0 + timedelta(minutes=again), detail="lost")
    ]


def test_a_failure_marks_the_part_reopens_and_brings_the_wait_back():
    parts = (SentPart(1, 0, Delivery.SENT), SentPart(2, 1, Delivery.SENDING))
    closed = message(*parts, state=conversation(status=Status.CLOSED, closed_at=T0))
    assert delivery.failed(closed, Failure("550"), T0, parts[1]) == [
        f.PartFailed(**ONE, outbox_id=2, was_sent=False, detail="550"),
        f.ConversationReopened(conversation_id=1, how="failure"),
        restored(),
    ]
    snoozed = delivery.failed(message(state=conversation(status=Status.SNOOZED)), Failure("550"), T0)
    assert f.ConversationReopened(conversation_id=1, how="failure") in snoozed


def test_a_failure_of_what_nobody_waited_for_starts_no_wait():
    assert delivery.failed(message(waited=False), Failure("550", was_sent=True), T0) == [
        f.PartFailed(**ONE, outbox_id=1, was_sent=True, detail="550")
    ]


@pytest.mark.parametrize("state", [Delivery.FAILED, Delivery.CANCELLED])
def test_what_has_failed_or_was_taken_back_fails_no_more(state):
    assert delivery.failed(message(SentPart(1, 0, state)), Failure("bounced", was_sent=True), T0) == []

"""What becomes of a promise as its conversation goes on. Pure.

A promise is open until its time, overdue from then on. The next answer of a person after it keeps it, and so does talking with
the customer (a contact logged by hand). Taking back the message that made it drops it; taking back the one that kept it, or its
failure, has it stand as before. Closing the conversation, or marking it as spam, drops what is still promised there: nothing is
left to be answered; but not what was promised with the answer that closes it. What closing dropped comes back when somebody of
us opens the conversation again or undoes that, not when the customer writes: then they wait anyway.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from deskterm.desk import facts as f
from deskterm.desk.model import Conversation, Status

PENDING = ("open", "overdue")
"""States of a promise that is still to be kept."""
STATES = ("open", "overdue", "kept", "dropped")


@dataclass(frozen=True, slots=True)
class Promise:
    """A promise as it stands; `missed` says that its time passed before it was kept. The rest as in the table."""

    id: int
    conversation_id: int
    message_id: int
    due: datetime
    state: str = "open"
    how: str = ""
    missed: bool = False
    settled_at: datetime | None = None
    kept_by_id: int | None = None

    @property
    def pending(self) -> bool:
        """Whether it is still to be kept."""
        return self.state in PENDING

    @property
    def again(self) -> str:
        """The state of one that is to be kept after all."""
        return "overdue" if self.missed else "open"


@dataclass(frozen=True, slots=True)
class Around:
    """The conversations before and after the facts, and the promises that these facts make."""

    before: Mapping[int, Conversation]
    after: Mapping[int, Conversation]
    made: frozenset[int]


SETTLING = (
    f.ReplyQueued,
    f.ContactLogged,
    f.SendCancelled,
    f.SendRequeued,
    f.PartFailed,
    f.ConversationClosed,
    f.ConversationReopened,
    f.ConversationRestored,
    f.SpamMarked,
)
"""The kinds of facts that may settle a promise, or bring one back."""


def followed(promises: Sequence[Promise], facts: Iterable[f.Fact], around: Around, now: datetime) -> list[Promise]:
    """Return the promises as facts about their conversations leave them, in the same order."""
    standing = list(promises)
    telling = [fact for fact in facts if isinstance(fact, SETTLING)]
    # An answer in a closed conversation opens it: what comes back with that is kept by the answer.
    for fact in sorted(telling, key=lambda one: not isinstance(one, f.ConversationReopened)):
        standing = [_after(one, fact, around, now) if _concerns(fact, one) else one for one in standing]
    return standing


def _concerns(fact: f.Fact, promise: Promise) -> bool:
    return getattr(fact, "conversation_id", None) == promise.conversation_id


def _after(promise: Promise, fact: f.Fact, around: Around, now: datetime) -> Promise:
    """Return a promise after one fact about its conversation."""
    match fact:
        case f.ReplyQueued():
            return _kept(promise, fact.message_id, now)
        case f.ContactLogged(talked=True):
            return _kept(promise, fact.message_id, now)
        case f.SendRequeued(failed_before=True):
            return _kept(promise, fact.message_id, now)
        case f.SendCancelled():
            if fact.message_id == promise.message_id:
                return _settled(promise, "dropped", "taken_back", now)
            return _unkept(promise, fact.message_id, "taken_back")
        case f.PartFailed():
            return _unkept(promise, fact.message_id, "failure")
        case f.SpamMarked():
            return _gone(promise, around, "spam", now) if fact.spam else _back(promise, "spam")
        case f.ConversationClosed():
            return _gone(promise, around, "closed", now)
        case f.ConversationReopened() if fact.how != "customer":
            return _closed_no_more(promise, around)
        case f.ConversationRestored():
            return _restored(promise, fact, around, now)
    return promise


def _kept(promise: Promise, message_id: int, now: datetime) -> Promise:
    if not promise.pending or message_id <= promise.message_id:
        return promise
    return replace(_settled(promise, "kept", "reply", now), kept_by_id=message_id)


def _unkept(promise: Promise, message_id: int, how: str) -> Promise:
    return _open(promise, how) if promise.state == "kept" and promise.kept_by_id == message_id else promise


def _gone(promise: Promise, around: Around, how: str, now: datetime) -> Promise:
    return _settled(promise, "dropped", how, now) if promise.pending and promise.id not in around.made else promise


def _back(promise: Promise, how: str) -> Promise:
    """Return a promise that was dropped so as it stood before."""
    return _open(promise, "reopened") if promise.state == "dropped" and promise.how == how else promise


def _closed_no_more(promise: Promise, around: Around) -> Promise:
    """Return a promise whose conversation is open again: what an earlier closing dropped stays so."""
    before = around.before.get(promise.conversation_id)
    by_this_closing = before is not None and before.closed_at is not None and promise.settled_at == before.closed_at
    return _back(promise, "closed") if by_this_closing else promise


def _restored(promise: Promise, fact: f.ConversationRestored, around: Around, now: datetime) -> Promise:
    values = dict(fact.values)
    if "spam" in values:
        promise = _gone(promise, around, "spam", now) if values["spam"] else _back(promise, "spam")
    if values.get("status") is Status.CLOSED:
        # `closed_at` is that of the closing which is done again, so that undoing it once more finds what it drops here.
        return _gone(promise, around, "closed", values.get("closed_at") or now)
    return _closed_no_more(promise, around) if "status" in values else promise


def _settled(promise: Promise, state: str, how: str, now: datetime) -> Promise:
    return replace(promise, state=state, how=how, settled_at=now, kept_by_id=None)


def _open(promise: Promise, how: str) -> Promise:
    return replace(promise, state=promise.again, how=how, settled_at=None, kept_by_id=None)

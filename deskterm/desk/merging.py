"""What becomes of two conversations when they are made one, parted again, or when one is split. Pure.

Merging forgets nothing: the conversation that goes stays as it was, and what the other one said before stands in the fact. So
parting puts each together from what it had, what came for it since, and what was done to both while they were one. What
somebody decided meanwhile (closed, assigned, tagged) holds; what only the merge brought goes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, TypeAlias

from deskterm.desk import facts as f
from deskterm.desk.model import Conversation, Status
from deskterm.desk.urgency import due_at

STANDING = ("status", "closed_at", "snoozed_until", "woken_at")
"""How a conversation stands: these change together."""
TOLD = ("message_count", "notes", "failed", "files", "last_message_id", "last_message_at", "last_incoming_at")
"""What follows from the messages alone."""
MERGED = (
    *STANDING,
    *TOLD,
    "waiting_since",
    "asked",
    "unread",
    "late",
    "tags",
    "priority",
    "assignee_id",
    "team_id",
    "opened_at",
)
"""Every field of `Conversation` that merging may change."""

Wait: TypeAlias = tuple[datetime | None, int]
"""Since when somebody waits, and how often they asked since."""
NOBODY: Wait = (None, 0)


@dataclass(frozen=True, slots=True)
class Tally:
    """What some messages come to. `last_message_id` and `last_message_at` are of what was said (no notes, no activity)."""

    message_count: int = 0
    notes: int = 0
    failed: int = 0
    files: int = 0
    last_message_id: int | None = None
    last_message_at: datetime | None = None
    last_incoming_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Came:
    """What came in since, and nobody has answered yet (`wait`) or seen (`unread`)."""

    wait: Wait = NOBODY
    unread: int = 0


@dataclass(frozen=True, slots=True)
class Parting:
    """What parting `gone` from `holder` is judged by.

    `was` and `left` are the holder's fields before and after the merge. `answered`, `seen`: all was answered, or seen, at some
    time since. `later` are the conversations that went into the holder after this one and are in it still, `later_waits` their
    waits where nothing was answered since. `taken` are the messages that go, `rest` those that stay. `message_ids`: see
    `ConversationParted`.
    """

    gone: Conversation
    holder: Conversation
    was: Mapping[str, Any]
    left: Mapping[str, Any]
    taken: Tally
    rest: Tally
    came: Came = Came()
    came_to_rest: Came = Came()
    answered: bool = False
    seen: bool = False
    later: tuple[Conversation, ...] = ()
    later_waits: tuple[Wait, ...] = ()
    message_ids: tuple[int, ...] = ()


def fields_of(state: Conversation) -> f.Values:
    """Return what merging may change, as a fact tells it."""
    return tuple((name, getattr(state, name)) for name in MERGED)


def together(waits: Iterable[Wait]) -> Wait:
    """Return several waits as one: since the earliest, with all that was asked."""
    real = [(since, asked) for since, asked in waits if since is not None]
    return (min(since for since, _ in real), sum(asked for _, asked in real)) if real else NOBODY


def evolved(fact: Any, states: Mapping[int, Conversation], now: datetime) -> dict[int, Conversation]:
    """Return the two conversations that a fact of merging, parting or splitting is about, as they are after it."""
    first = states[fact.conversation_id]
    if isinstance(fact, f.ConversationMerged):
        second = states[fact.into_id]
        changed = replace(first, merged_into_id=second.id), replace(second, **dict(fact.values))
    else:
        second = states[fact.from_id]
        changed = replace(first, merged_into_id=None, **dict(fact.values)), replace(second, **dict(fact.rest))
    return {state.id: replace(state, updated_at=now, version=state.version + 1) for state in changed}


# --- merging


def merged(stays: Conversation, goes: Conversation, now: datetime) -> Conversation:
    """Return the conversation that two become, as the first of them: whoever waits keeps their place, nothing is closed or
    forgotten that was open in either."""
    since, asked = together([(stays.waiting_since, stays.asked), (goes.waiting_since, goes.asked)])
    newest = goes if (goes.last_message_id or 0) > (stays.last_message_id or 0) else stays
    incoming = [at for at in (stays.last_incoming_at, goes.last_incoming_at) if at is not None]
    one = replace(
        stays,
        **_standing_together(stays, goes),
        waiting_since=since,
        asked=asked,
        unread=stays.unread + goes.unread,
        failed=stays.failed + goes.failed,
        files=stays.files + goes.files,
        notes=stays.notes + goes.notes,
        message_count=stays.message_count + goes.message_count,
        tags=tuple(sorted({*stays.tags, *goes.tags})),
        priority=max(stays.priority, goes.priority),
        assignee_id=goes.assignee_id if stays.assignee_id is None else stays.assignee_id,
        team_id=goes.team_id if stays.team_id is None else stays.team_id,
        opened_at=min(stays.opened_at, goes.opened_at),
        last_message_id=newest.last_message_id,
        last_message_at=max(stays.last_message_at, goes.last_message_at),
        last_incoming_at=max(incoming, default=None),
    )
    return _late(one, now, late=stays.late or goes.late)


def _standing_together(stays: Conversation, goes: Conversation) -> dict[str, Any]:
    """Open if either is; else snoozed if either is, until the earlier time; closed only if both are, when the later one was."""
    woken = max((at for at in (stays.woken_at, goes.woken_at) if at is not None), default=None)
    standing: dict[str, Any] = {"status": Status.OPEN, "closed_at": None, "snoozed_until": None, "woken_at": woken}
    statuses = {stays.status, goes.status}
    if Status.OPEN in statuses:
        return standing
    if Status.SNOOZED in statuses:
        until = [one.snoozed_until for one in (stays, goes) if one.snoozed_until is not None]
        return standing | {"status": Status.SNOOZED, "snoozed_until": min(until, default=None)}
    closed = [one.closed_at for one in (stays, goes) if one.closed_at is not None]
    return standing | {"status": Status.CLOSED, "closed_at": max(closed, default=None)}


def _late(state: Conversation, now: datetime, *, late: bool) -> Conversation:
    due = due_at(state)
    return replace(state, late=late and due is not None and due <= now)


# --- parting


def parted(parting: Parting, now: datetime) -> tuple[Conversation, Conversation]:
    """Return both as they are when they are parted: the one that had gone, and the one that held it."""
    wait, rest = _waits_apart(parting)
    unread = _unread_of_gone(parting)
    return _gone(parting, wait, unread, now), _holder(parting, rest, unread, now)


def _waits_apart(parting: Parting) -> tuple[Wait, Wait]:
    """Whoever waited before the merge waits again, unless they were answered; who wrote since waits where they wrote. What is
    asked in all stays what it is."""
    holder, gone = parting.holder, parting.gone
    if holder.waiting_since is None:
        return NOBODY, NOBODY
    had = [] if parting.answered else [(gone.waiting_since, gone.asked)]
    since, asked = together([*had, parting.came.wait])
    if since is None:
        return NOBODY, (holder.waiting_since, holder.asked)
    rest_asked = max(1, holder.asked - asked)
    if holder.waiting_since < since:
        return (since, asked), (holder.waiting_since, rest_asked)
    had = [] if parting.answered else [(parting.was["waiting_since"], parting.was["asked"])]
    rest_since, _ = together([*had, *parting.later_waits, parting.came_to_rest.wait])
    return (since, asked), NOBODY if rest_since is None else (rest_since, rest_asked)


def _unread_of_gone(parting: Parting) -> int:
    had = 0 if parting.seen else parting.gone.unread
    return min(parting.holder.unread, had + parting.came.unread)


def _gone(parting: Parting, wait: Wait, unread: int, now: datetime) -> Conversation:
    gone, holder = parting.gone, parting.holder
    decided = any(getattr(holder, name) != parting.left[name] for name in STANDING)
    standing = {name: getattr(holder if decided else gone, name) for name in STANDING}
    state = replace(
        gone,
        merged_into_id=None,
        **_awake(standing, wait, parting.came),
        **_told(parting.taken, {name: getattr(gone, name) for name in TOLD}, gone.opened_at),
        waiting_since=wait[0],
        asked=wait[1],
        unread=unread,
    )
    return _late(state, now, late=gone.late or holder.late)


def _holder(parting: Parting, wait: Wait, unread_gone: int, now: datetime) -> Conversation:
    holder, was, left = parting.holder, parting.was, parting.left
    decided = any(getattr(holder, name) != left[name] for name in STANDING)
    standing = {name: getattr(holder, name) if decided else was[name] for name in STANDING}
    kept = {tag for one in parting.later for tag in one.tags}
    brought = set(left["tags"]) - set(was["tags"]) - kept
    firm = {
        name: was[name] if getattr(holder, name) == left[name] else getattr(holder, name)
        for name in ("assignee_id", "team_id", "priority", "opened_at")
    }
    firm["priority"] = max([firm["priority"], *(one.priority for one in parting.later)])
    firm["opened_at"] = min([firm["opened_at"], *(one.opened_at for one in parting.later)])
    state = replace(
        holder,
        **firm,
        **_awake(standing, wait, parting.came_to_rest),
        **_told(parting.rest, {name: was[name] for name in TOLD}, firm["opened_at"]),
        tags=tuple(sorted(set(holder.tags) - brought)),
        waiting_since=wait[0],
        asked=wait[1],
        unread=holder.unread - unread_gone,
    )
    return _late(state, now, late=was["late"] or holder.late)


def closed(state: Conversation, now: datetime) -> Conversation:
    """Return a conversation of which no message is left: nobody waits in it, and nobody has to look at it."""
    if state.status is Status.CLOSED:
        return state
    return replace(state, status=Status.CLOSED, closed_at=now, snoozed_until=None, waiting_since=None, asked=0, late=False)


def _awake(standing: dict[str, Any], wait: Wait, came: Came) -> dict[str, Any]:
    """Whoever waits is not closed away, and whoever wrote since ends a snooze."""
    closed_away = standing["status"] is Status.CLOSED and wait[0] is not None
    slept_through = standing["status"] is Status.SNOOZED and came.wait[0] is not None
    if not closed_away and not slept_through:
        return standing
    return standing | {"status": Status.OPEN, "closed_at": None, "snoozed_until": None}


def _told(tally: Tally, had: dict[str, Any], opened_at: datetime) -> dict[str, Any]:
    """Return what the messages of one of them come to: what it had, where they are the same messages still."""
    same = tally.message_count == had["message_count"] and tally.last_message_id == had["last_message_id"]
    if same:
        return had | {"failed": tally.failed}
    return {name: getattr(tally, name) for name in TOLD} | {
        "last_message_at": opened_at if tally.last_message_at is None else max(opened_at, tally.last_message_at)
    }


# --- splitting


@dataclass(frozen=True, slots=True)
class Splitting:
    """What splitting messages off `whole` is judged by: the waits of those that go and of those that stay, as far as they are
    not answered, and how many of the unread ones go."""

    whole: Conversation
    taken: Tally
    rest: Tally
    wait: Wait = NOBODY
    rest_wait: Wait = NOBODY
    unread: int = 0


def split(splitting: Splitting, new: Conversation, now: datetime) -> tuple[Conversation, Conversation]:
    """Return both as they are after a split: the new one (`new` as it was opened), which is open and has nobody's tags yet, and
    the one it was taken from."""
    whole = splitting.whole
    wait, rest = _waits_split(splitting)
    unread = min(whole.unread, splitting.unread)
    told = {name: getattr(splitting.taken, name) for name in TOLD}
    begun = replace(
        new,
        **told | {"last_message_at": splitting.taken.last_message_at or now},
        priority=whole.priority,
        assignee_id=whole.assignee_id,
        team_id=whole.team_id,
        spam=whole.spam,
        waiting_since=wait[0],
        asked=wait[1],
        unread=unread,
    )
    left = {name: getattr(splitting.rest, name) for name in TOLD}
    stays = replace(
        whole,
        **left | {"last_message_at": max(whole.opened_at, splitting.rest.last_message_at or whole.opened_at)},
        waiting_since=rest[0],
        asked=rest[1],
        unread=whole.unread - unread,
    )
    return _late(begun, now, late=whole.late), _late(stays, now, late=whole.late)


def _waits_split(splitting: Splitting) -> tuple[Wait, Wait]:
    whole = splitting.whole
    since, asked = splitting.wait
    if whole.waiting_since is None or since is None:
        return NOBODY, (whole.waiting_since, whole.asked)
    rest_since, _ = splitting.rest_wait
    if whole.waiting_since < since:
        rest_since = whole.waiting_since
    rest: Wait = NOBODY if rest_since is None else (rest_since, max(1, whole.asked - asked))
    return (since, asked), rest

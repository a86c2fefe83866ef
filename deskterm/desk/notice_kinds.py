"""What operators are told of, and by which ways. See `desk.noticing`."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class NoticeKind(StrEnum):
    """What a notice tells of. NEW has no rows of its own: it is the bell for a new message in nobody's conversation. DIGEST
    stands for all that was missed while the desk was closed; LINKED says that a Telegram chat was linked, TEST is what
    `deskterm notice test` sends. The last two go by the ways that their occasion says, not by choice."""

    ASSIGNED = "assigned"
    ANSWERED = "answered"
    NEW = "new"
    TASK = "task"
    OVERDUE = "overdue"
    REMINDER = "reminder"
    SLA_SOON = "sla_soon"
    SLA_LATE = "sla_late"
    ESCALATED = "escalated"
    MENTION = "mention"
    MISSED = "missed"
    DIGEST = "digest"
    LINKED = "linked"
    TEST = "test"


class Way(StrEnum):
    """How a notice reaches somebody. CONSOLE is the list of notices, where each is kept until it is read."""

    CONSOLE = "console"
    BELL = "bell"
    DESKTOP = "desktop"
    EMAIL = "email"
    TELEGRAM = "telegram"


CARRIED = (Way.EMAIL, Way.TELEGRAM)
"""The ways that lead out of the house, and so take their time."""

_HERE = (Way.CONSOLE, Way.BELL, Way.DESKTOP)
_EVERYWHERE = (*_HERE, *CARRIED)

DEFAULT_WAYS: Mapping[NoticeKind, tuple[Way, ...]] = MappingProxyType(
    {
        NoticeKind.ASSIGNED: _EVERYWHERE,
        NoticeKind.ANSWERED: _HERE,
        NoticeKind.NEW: (Way.BELL, Way.DESKTOP),
        NoticeKind.TASK: _EVERYWHERE,
        NoticeKind.OVERDUE: _EVERYWHERE,
        NoticeKind.REMINDER: _EVERYWHERE,
        NoticeKind.SLA_SOON: _HERE,
        NoticeKind.SLA_LATE: _EVERYWHERE,
        NoticeKind.ESCALATED: _EVERYWHERE,
        NoticeKind.MENTION: _EVERYWHERE,
        NoticeKind.MISSED: _EVERYWHERE,
        NoticeKind.DIGEST: _EVERYWHERE,
    }
)
"""The kinds that people choose ways for, in the order they are shown in, and the ways of who has chosen none. E-mail and
Telegram lead nowhere until an operator names an address or links a chat."""


def possible(kind: NoticeKind) -> tuple[Way, ...]:
    """Return the ways that can be chosen for a kind."""
    return (Way.BELL, Way.DESKTOP) if kind is NoticeKind.NEW else tuple(Way)


def sound_ways(kind: NoticeKind, names: tuple[str, ...]) -> tuple[Way, ...] | None:
    """Return the ways that these names mean, in their order; None where one of them is no way for this kind. Whoever is told in
    any way finds it in the console as well; no way at all means not to be told."""
    known = possible(kind)
    if any(name not in known for name in names):
        return None
    chosen = {Way(name) for name in names}
    if chosen and Way.CONSOLE in known:
        chosen.add(Way.CONSOLE)
    return tuple(way for way in Way if way in chosen)

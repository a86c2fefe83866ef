"""When two cards whose names are alike may be one person's: a name alone says little. Pure.

People write to a shop by mail and by messenger, but hardly from two accounts of one messenger, and from two mailboxes mostly
with the same name before the @. So two cards of one name suggest themselves where they have no kind of channel in common, or
such mailboxes; and a name that several people have already says nothing at all.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from deskterm.desk.likeness import LIKELY, alike

MOST_NAMESAKES = 2
"""Where more others than this have a name, it is too common to say anything."""

ALONE, WITH_MAILBOX = 75, 90
"""How sure it is (0-100) that two cards of the very same name are one person's, by the name alone and with like mailboxes."""


@dataclass(frozen=True, slots=True)
class KnownBy:
    """What a customer is known by: names, kinds of channels, and the local parts of e-mail addresses (RFC 5321, section 2.3.11)
    that are one person's."""

    names: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()
    mailboxes: frozenset[str] = frozenset()


def mailbox(plain: str) -> str:
    """Return the local part of an address that is a person's (`shared_boxes.plain`); "" of what is none."""
    return plain.rpartition("@")[0]


def likely(mine: KnownBy, others: Mapping[int, KnownBy]) -> list[tuple[int, int]]:
    """Return which of others may be this customer by their names, with how sure that is (0-100), the likeliest first."""
    scored = {other: _alike(mine, known) for other, known in others.items()}
    named = {other: score for other, score in scored.items() if score >= LIKELY}
    is_common = len(named) > MOST_NAMESAKES
    found = []
    for other, score in named.items():
        if mine.mailboxes & others[other].mailboxes:
            found.append((other, score * WITH_MAILBOX // 100))
        elif not is_common and not mine.kinds & others[other].kinds:
            found.append((other, score * ALONE // 100))
    return sorted(found, key=lambda one: (-one[1], one[0]))


def _alike(mine: KnownBy, other: KnownBy) -> int:
    return max((alike(one, another) for one in mine.names for another in other.names), default=0)

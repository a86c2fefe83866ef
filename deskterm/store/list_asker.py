"""Who asks for a list, when and where, and the ids behind the names of a query: what it needs to become SQL."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any

from deskterm.desk.query import And, Not, Or, Query, Term, folded, logins_by_name
from deskterm.store.reader import Look


class MachineZone(tzinfo):
    """The time zone of this machine, with its changes of summer time: the operator's, who sits before it."""

    def utcoffset(self, dt: datetime | None) -> timedelta | None:
        """Return the difference to UTC at a wall-clock time."""
        return None if dt is None else dt.replace(tzinfo=None).astimezone().utcoffset()

    def dst(self, dt: datetime | None) -> timedelta | None:
        """Return None: nobody asks for the part that summer time has."""
        return None

    def fromutc(self, dt: datetime) -> datetime:
        """Return a time of UTC as this zone's clock shows it."""
        return dt.replace(tzinfo=UTC).astimezone().replace(tzinfo=self)

    def tzname(self, dt: datetime | None) -> str | None:
        """Return the zone's short name at a wall-clock time."""
        return None if dt is None else dt.replace(tzinfo=None).astimezone().tzname()


@dataclass(frozen=True, slots=True)
class Ids:
    """Ids by folded name. An operator's login means one, so does a display name that no other has. A channel's name means one
    channel, its kind all of the kind; `mine` are my teams."""

    tags: Mapping[str, int] = field(default_factory=dict)
    operators: Mapping[str, int] = field(default_factory=dict)
    teams: Mapping[str, int] = field(default_factory=dict)
    channels: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    mine: tuple[int, ...] = ()

    def tag(self, name: str) -> int | None:
        """Return the id of a tag, None where there is none."""
        return self.tags.get(folded(name))

    def operator(self, login: str) -> int | None:
        """Return the id of an operator, None where there is none."""
        return self.operators.get(folded(login))

    def team(self, name: str) -> int | None:
        """Return the id of a team, None where there is none."""
        return self.teams.get(folded(name))

    def channel(self, name: str) -> tuple[int, ...]:
        """Return the ids of the channels of this name or kind."""
        return self.channels.get(folded(name), ())


@dataclass(frozen=True, slots=True)
class Asker:
    """Whose list it is (operator id), when they ask, where they are."""

    me: int
    now: datetime
    zone: tzinfo


_NAMED = frozenset({"tag", "assignee", "team", "channel", "segment"})
NAMED = (
    "SELECT 'tag', id, name, '' FROM tag UNION ALL SELECT 'operator', id, login, iif(disabled, '', name) FROM operator"
    " UNION ALL SELECT 'team', id, name, '' FROM team UNION ALL SELECT 'channel', id, name, kind FROM channel"
    " UNION ALL SELECT 'mine', team_id, '', '' FROM team_member WHERE operator_id = ?"
)
"""Selects all that has a name, for the operator who asks."""


def speaks_of_names(query: Query) -> bool:
    """Whether a query names tags, operators, teams or channels."""
    match query:
        case Term(name, _):
            return name in _NAMED
        case Not(inner):
            return speaks_of_names(inner)
        case And(parts) | Or(parts):
            return any(map(speaks_of_names, parts))
        case _:
            return False


async def ids(look: Look, query: Query, me: int) -> Ids:
    """Read the ids behind the names of a query; nothing is read where it speaks of none."""
    return ids_of(await look.all(NAMED, (me,))) if speaks_of_names(query) else Ids()


def ids_of(rows: Iterable[Any]) -> Ids:
    """Return the ids behind all names, from the rows that `NAMED` selects."""
    known: dict[str, dict[str, Any]] = {kind: {} for kind in ("tag", "operator", "team", "channel", "mine")}
    people: list[tuple[str, str]] = []
    for kind, row_id, name, more in rows:
        if kind == "channel":
            for word in (folded(name), folded(more)):
                known[kind][word] = (*known[kind].get(word, ()), row_id)
        else:
            known[kind][folded(name) if name else row_id] = row_id
        if kind == "operator":
            people.append((name, more))
    known["operator"] |= {shown: known["operator"][folded(login)] for shown, login in logins_by_name(people).items()}
    return Ids(known["tag"], known["operator"], known["team"], known["channel"], tuple(known["mine"].values()))

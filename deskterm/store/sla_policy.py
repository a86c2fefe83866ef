"""Which SLA policy holds for a conversation, and which business hours: one read for all that are asked about.

Conversations are judged as they are about to be written, so that their rows are written once, with what the choice came to."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from deskterm.desk.model import Conversation
from deskterm.desk.query import folded
from deskterm.desk.sla_book import Calendar, Metric, Policy
from deskterm.desk.sla_terms import Terms, terms_of
from deskterm.store import list_asker
from deskterm.store.bound import Bound
from deskterm.store.conversations import tag_column
from deskterm.store.list_asker import Asker, Ids
from deskterm.store.list_conditions import Meaning, condition
from deskterm.store.sla_book import Promised
from deskterm.store.writer import Transaction

_GIVEN = ("id", "number", "channel_id", "customer_id", "assignee_id", "team_id", "priority", "tag_ids")
"""What a policy's query may ask of a conversation (`desk.sla_query`), in the order of `_row`; beside these whether it is a
group, which never changes."""
_SELECT = (
    f"WITH c AS (SELECT {', '.join(f'g.value ->> {place} AS {name}' for place, name in enumerate(_GIVEN))},"
    " (SELECT o.is_group FROM conversation o WHERE o.id = g.value ->> 0) AS is_group FROM json_each(:rows) g)"
    " SELECT c.id, CASE {cases} END, coalesce(t.name, ''), ch.name FROM c CROSS JOIN channel ch ON ch.id = c.channel_id"
    " LEFT JOIN team t ON t.id = c.team_id"
)
_NOBODY = Asker(0, datetime(1970, 1, 1, tzinfo=UTC), UTC)
"""A policy's query speaks of nobody who asks, and of no time (`desk.sla_query`)."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """What holds for a conversation: a policy and the business hours it goes by, None for none."""

    policy: Policy | None = None
    calendar: Calendar | None = None

    @property
    def key(self) -> str:
        """The key of the policy, "" for none."""
        return "" if self.policy is None else self.policy.key

    def terms(self) -> Mapping[Metric, Terms]:
        """Return what is promised of each metric."""
        return {metric: terms_of(self.policy, metric, self.calendar) for metric in Metric}


def choose(tx: Transaction, promised: Promised, states: Iterable[Conversation]) -> dict[int, Chosen]:
    """Return what holds for each of these conversations: the first policy whose query finds it. Whose customer it is must stand
    in its row already."""
    if not promised:
        return {state.id: Chosen() for state in states}
    sql, values = _compiled(tx, promised)
    rows = tx.all(sql, {**values, "rows": json.dumps([_row(state) for state in states])})
    return {row[0]: _chosen(promised, row[1], row[2], row[3]) for row in rows}


def _row(state: Conversation) -> tuple[Any, ...]:
    owned = state.channel_id, state.customer_id, state.assignee_id, state.team_id
    return state.id, state.number, *owned, int(state.priority), tag_column(state.tags)


def _compiled(tx: Transaction, promised: Promised) -> tuple[str, dict[str, Any]]:
    """Return the SELECT of (id, place of the policy, team, channel): made anew where the names it speaks of changed."""
    named = any(map(list_asker.speaks_of_names, promised.queries))
    rows = tx.all(list_asker.NAMED, (0,)) if named else []
    if promised.compiled is None or promised.compiled[0] != rows:
        bound = Bound()
        meaning = Meaning(_NOBODY, list_asker.ids_of(rows) if rows else Ids())
        cases = " ".join(
            f"WHEN {condition(query, meaning, bound)} THEN {place}" for place, query in enumerate(promised.queries)
        )
        promised.compiled = (rows, _SELECT.format(cases=cases), bound.values)
    return promised.compiled[1], promised.compiled[2]


def _chosen(promised: Promised, place: int | None, team: str, channel: str) -> Chosen:
    if place is None:
        return Chosen()
    policy = promised.book.policies[place]
    if policy.calendar:
        return Chosen(policy, promised.calendars.get(policy.calendar))
    return Chosen(policy, _calendar_of(promised.book.calendars, team, channel))


def _calendar_of(calendars: tuple[Calendar, ...], team: str, channel: str) -> Calendar | None:
    """Return the business hours of a team, else those of a channel, else the first there are."""
    for name, of in ((team, "teams"), (channel, "channels")):
        for calendar in calendars:
            if name and folded(name) in map(folded, getattr(calendar, of)):
                return calendar
    return calendars[0] if calendars else None

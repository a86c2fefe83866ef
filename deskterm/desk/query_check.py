"""Names in a query that nobody has given: a tag, an operator, a team or a channel that does not exist."""

from __future__ import annotations

from dataclasses import dataclass

from deskterm.desk.query_fields import Field, Kind, folded
from deskterm.desk.query_near import nearest
from deskterm.desk.query_parse import Spot, read
from deskterm.desk.query_show import show
from deskterm.desk.query_tree import Mistake, Name, Query


@dataclass(frozen=True, slots=True)
class Names:
    """The names that exist on this desk; operators by login."""

    tags: frozenset[str] = frozenset()
    operators: frozenset[str] = frozenset()
    teams: frozenset[str] = frozenset()
    channels: frozenset[str] = frozenset()

    def of(self, field: Field) -> frozenset[str]:
        """Return what a field may name."""
        given: frozenset[str] = getattr(self, field.names_in) if field.names_in else frozenset()
        return given | frozenset(field.always)


def check(query: Query, names: Names, text: str | None = None) -> Mistake | None:
    """Return the first name in a query that does not exist, with those nearest to it; None where all do.

    The position is one of `text`, from which the query was read; without it, or where it says something else, of `show(query)`.
    """
    told, spots = read(text) if text is not None else (None, ())
    if told != query:
        _, spots = read(show(query))
    return next(filter(None, (_unknown(spot, names) for spot in spots)), None)


def _unknown(spot: Spot, names: Names) -> Mistake | None:
    field, value = spot.field, spot.value
    if field.kind is not Kind.NAME or not isinstance(value, Name) or field.choice(value.text):
        return None
    known = names.of(field)
    if folded(value.text) in {folded(name) for name in known}:
        return None
    values: dict[str, str | int] = {"field": field.name, "value": value.text}
    return Mistake(spot.position, spot.length, "unknown_value", values, nearest(value.text, sorted(known)))

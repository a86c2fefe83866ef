"""Names in a query that nobody has given: a tag, an operator, a team or a channel that does not exist."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from deskterm.desk.query_fields import CONVERSATIONS, Field, Kind, Vocabulary, folded
from deskterm.desk.query_near import in_other_layout, language_of, nearest
from deskterm.desk.query_parse import Spot, read
from deskterm.desk.query_show import show
from deskterm.desk.query_tree import And, Mistake, Name, Not, Or, Query, Term, Value

_TOLD = 8
"""How many people a mistake names where none of them is near to what was written."""


@dataclass(frozen=True, slots=True)
class Names:
    """The names that exist on this desk; operators by login. `people` are pairs of a login and its display name."""

    tags: frozenset[str] = frozenset()
    operators: frozenset[str] = frozenset()
    teams: frozenset[str] = frozenset()
    channels: frozenset[str] = frozenset()
    people: tuple[tuple[str, str], ...] = ()

    def of(self, field: Field) -> frozenset[str]:
        """Return what a field may name."""
        given: frozenset[str] = getattr(self, field.names_in) if field.names_in else frozenset()
        return given | frozenset(field.always)

    def logins(self) -> Mapping[str, str]:
        """Return the login behind each folded display name that means one person only."""
        return logins_by_name(self.people)

    def shown_name(self, login: str) -> str:
        """Return the name that the operator of a login is shown by, "" where there is none that says more than the login."""
        return next((name for one, name in self.people if one == login and folded(name) != folded(login)), "")


def logins_by_name(people: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return the login behind each folded display name, of (login, name) pairs; no name of two people, no login."""
    people = tuple(people)
    found: dict[str, str] = {}
    shared = {folded(login) for login, _name in people}
    for login, name in people:
        shown = folded(name)
        if shown in found:
            shared.add(shown)
        found[shown] = login
    return {shown: login for shown, login in found.items() if shown and shown not in shared}


def with_logins(query: Query, names: Names, among: Vocabulary = CONVERSATIONS) -> Query:
    """Return a query in which people that are called by their display name are called by their login: its canonical form."""
    logins = names.logins()

    def called(query: Query) -> Query:
        match query:
            case Term(field, values) if among.by_name[field].names_in == "operators":
                return Term(field, tuple(by_login(among.by_name[field], value) for value in values))
            case Not(inner):
                return replace(query, inner=called(inner))
            case And(parts) | Or(parts):
                return replace(query, parts=tuple(map(called, parts)))
            case _:
                return query

    def by_login(field: Field, value: Value) -> Value:
        if not isinstance(value, Name) or field.choice(value.text):
            return value
        return Name(logins.get(folded(value.text), value.text))

    return called(query) if logins else query


def check(query: Query, names: Names, text: str | None = None, among: Vocabulary = CONVERSATIONS) -> Mistake | None:
    """Return the first name in a query that does not exist, with those nearest to it; None where all do.

    The position is one of `text`, from which the query was read; without it, or where it says something else, of `show(query)`.
    """
    told, spots = read(text, among) if text is not None else (None, ())
    if told != query:
        _, spots = read(show(query, "en", among), among)
    return next(filter(None, (_unknown(spot, names) for spot in spots)), None)


def _unknown(spot: Spot, names: Names) -> Mistake | None:
    field, value = spot.field, spot.value
    if field.kind is not Kind.NAME or not isinstance(value, Name) or field.choice(value.text):
        return None
    known = names.of(field)
    if folded(value.text) in {folded(name) for name in known}:
        return None
    values: dict[str, str | int] = {"field": field.name, "value": value.text}
    if field.names_in == "operators":
        return _unknown_person(spot, values, names)
    near = (*_own_word(field, value.text), *nearest(value.text, sorted(known)))
    return Mistake(spot.position, spot.length, "unknown_value", values, near)


def _own_word(field: Field, written: str) -> tuple[str, ...]:
    """Return the word of the field's own list that a value is in the other keyboard layout."""
    swapped = in_other_layout(written)
    choice = field.choice(swapped)
    return () if choice is None else (choice.names(language_of(swapped))[0],)


def _unknown_person(spot: Spot, values: dict[str, str | int], names: Names) -> Mistake | None:
    """Point at a person that nobody is: those called alike are near, else some of those that there are stand in `known`."""
    written = folded(str(values["value"]))
    logins = names.logins()
    if written in logins:
        return None
    near = _own_word(spot.field, written) + tuple(sorted(login for login, name in names.people if folded(name) == written))
    near = near or nearest(
        written, [*sorted(names.operators), *(name for _login, name in names.people if folded(name) in logins)]
    )
    if not near and names.operators:
        shown = [f"{login} {names.shown_name(login)}".strip() for login in sorted(names.operators, key=folded)[:_TOLD]]
        values = {**values, "known": ", ".join(shown)}
    return Mistake(spot.position, spot.length, "unknown_value", values, near)

"""Those who work here, as the rules of notices know them: teams, and who is whose supervisor. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from deskterm.desk.model import Role


@dataclass(frozen=True, slots=True)
class Person:
    """An operator who works here now. `supervisor_id` is who is told of what they miss, where that was said."""

    id: int
    login: str
    name: str
    role: Role = Role.OPERATOR
    supervisor_id: int | None = None


@dataclass(frozen=True, slots=True)
class People:
    """All of them, and the members of the teams."""

    persons: tuple[Person, ...]
    teams: Mapping[int, frozenset[int]] = field(default_factory=lambda: MappingProxyType({}))

    def known(self, ids: Iterable[int | None]) -> tuple[int, ...]:
        """Return those of these ids who work here, each once, in the order of ids."""
        wanted = set(ids)
        return tuple(sorted(person.id for person in self.persons if person.id in wanted))

    def having(self, *roles: Role) -> tuple[int, ...]:
        """Return those with one of these roles."""
        return self.known(person.id for person in self.persons if person.role in roles)

    def of_queue(self, team_id: int | None) -> tuple[int, ...]:
        """Return whose matter it is where nobody has it: the team's, else that of all who answer customers."""
        members = self.known(self.teams.get(team_id, ())) if team_id is not None else ()
        return members or self.having(Role.OWNER, Role.SUPERVISOR, Role.OPERATOR)

    def supervisors(self, of_id: int | None, team_id: int | None) -> tuple[int, ...]:
        """Return who is told of what an operator missed: the one who was named for them; else the supervisors of the team it
        belongs to, or of the operator's teams; else all supervisors; else the owners. Nobody supervises themselves."""
        named = next((person.supervisor_id for person in self.persons if person.id == of_id), None)
        leaders = self.having(Role.SUPERVISOR)
        teams = [team_id] if team_id is not None else [one for one, members in self.teams.items() if of_id in members]
        of_teams = {member for one in teams for member in self.teams.get(one, ())}
        choices = (
            self.known([named]),
            tuple(one for one in leaders if one in of_teams),
            leaders,
            self.having(Role.OWNER),
        )
        others = (tuple(one for one in choice if one != of_id) for choice in choices)
        return next((choice for choice in others if choice), ())

    def called(self, login: str) -> tuple[int, ...]:
        """Return who has this login, if anybody."""
        return self.known(person.id for person in self.persons if person.login == login.strip().lower())

    def names(self) -> dict[int, tuple[str, ...]]:
        """Return what each may be called in a note: the login, the name, and its first word."""
        return {person.id: (person.login, person.name, *person.name.split()[:1]) for person in self.persons}

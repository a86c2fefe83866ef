"""`deskterm team`: operators who share a queue."""

from __future__ import annotations

from typing import Annotated

import typer

from deskterm.cli.answer import Answer, Json
from deskterm.cli.as_json import as_json
from deskterm.cli.groups import group
from deskterm.cli.invocation import Invocation, command
from deskterm.desk.model import Operator, Team
from deskterm.desk.query import folded
from deskterm.i18n import _, ngettext
from deskterm.office import Office, OfficeError

app = group()

Name = Annotated[str, typer.Argument(metavar="NAME", help=_("The team's name."))]
Logins = Annotated[list[str] | None, typer.Argument(metavar="[LOGIN]...", help=_("Operators, by login."))]


@app.command("list", help=_("List the teams with their members."))
@command
def list_(invocation: Invocation) -> Answer:
    """Show the teams, by name."""

    async def look(office: Office) -> Answer:
        people = await office.operators()
        teams = await office.teams()
        counts = (await office.counts()).teams
        titles = [_("team"), _("open"), _("members")]
        cells = [[team.name, str(counts.get(team.id, 0)), ", ".join(_logins(team, people))] for team in teams]
        data: Json = [_as_json(team, people) | {"open": counts.get(team.id, 0)} for team in teams]
        return Answer(data, lambda paper: paper.table(titles, cells))

    return invocation.ask(look, acting=False)


@app.command("add", help=_("Make a team; only owners and supervisors may."))
@command
def add(name: Name, invocation: Invocation, logins: Logins = None) -> Answer:
    """Make a team, with members at once where logins follow."""

    async def act(office: Office) -> Answer:
        members = await _operators(office, logins or [])
        team = await office.add_team(name)
        await office.set_team_members(team.id, [person.id for person in members])
        return await _shown(office, team.id, _("added: {name}").format(name=team.name))

    return invocation.ask(act)


@app.command("remove", help=_("Forget a team; its conversations are in no team's queue then."))
@command
def remove(name: Name, invocation: Invocation) -> Answer:
    """Forget a team; only owners and supervisors may."""

    async def act(office: Office) -> Answer:
        team = await _team(office, name)
        count = await office.remove_team(team.id)
        words = ngettext(
            "removed: {name}; {n} conversation was its own", "removed: {name}; {n} conversations were its own", count
        )
        data: Json = {"team": {"id": team.id, "name": team.name}, "conversations": count}
        return Answer(data, lambda paper: paper.line(words.format(name=team.name, n=count)))

    return invocation.ask(act)


@app.command("member", help=_("Put operators into a team, or take them out."))
@command
def member(
    name: Name,
    invocation: Invocation,
    logins: Logins = None,
    remove: Annotated[bool, typer.Option("--remove", help=_("Take them out."))] = False,
) -> Answer:
    """Change who is in a team; only owners and supervisors may."""

    async def act(office: Office) -> Answer:
        team = await _team(office, name)
        named = {person.id for person in await _operators(office, logins or [])}
        if not named:
            raise OfficeError("usage", _("it is not said who"), _("Name operators by their logins."))
        await office.set_team_members(team.id, team.members - named if remove else team.members | named)
        return await _shown(office, team.id)

    return invocation.ask(act)


async def _team(office: Office, name: str) -> Team:
    """Return the team of a name, whatever its case. Raises OfficeError."""
    teams = await office.teams()
    found = next((team for team in teams if folded(team.name) == folded(name)), None)
    if found is None:
        known = ", ".join(team.name for team in teams)
        raise OfficeError("not_found", _("there is no such team"), _("Known: {names}").format(names=known) if known else "")
    return found


async def _operators(office: Office, logins: list[str]) -> list[Operator]:
    """Return the operators of these logins. Raises OfficeError."""
    people = {person.login: person for person in await office.operators()}
    unknown = [login for login in logins if login.lower() not in people]
    if unknown:
        known = _("Known: {logins}").format(logins=", ".join(people))
        raise OfficeError("unknown_operator", _("nobody here has the login {login}").format(login=unknown[0]), known)
    return [people[login.lower()] for login in logins]


async def _shown(office: Office, team_id: int, words: str = "") -> Answer:
    people = await office.operators()
    team = next(one for one in await office.teams() if one.id == team_id)
    members = ", ".join(_logins(team, people)) or _("nobody")
    line = words or f"{team.name}: {members}"
    return Answer(_as_json(team, people), lambda paper: paper.line(line))


def _logins(team: Team, people: tuple[Operator, ...]) -> list[str]:
    return sorted(person.login for person in people if person.id in team.members)


def _as_json(team: Team, people: tuple[Operator, ...]) -> dict[str, Json]:
    return {"id": team.id, "name": team.name, "members": as_json(_logins(team, people))}

"""`deskterm notice settings`: by which ways one is told of what, where and when."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

import typer

from deskterm.cli.answer import Answer, Json, Paper
from deskterm.cli.as_json import as_json
from deskterm.cli.groups import group
from deskterm.cli.invocation import Invocation, command
from deskterm.desk.notice_kinds import DEFAULT_WAYS
from deskterm.desk.rows_time import NoticeSettings
from deskterm.i18n import _
from deskterm.notice_typed import hours_shown, typed_gathering, typed_hours
from deskterm.office import Office, OfficeError
from deskterm.words import reasons
from deskterm.words.notice_words import kind_name, way_name

app = group()

OFF = ("off", "none", "no")
"""Words that take a setting back."""
Whose = Annotated[str | None, typer.Option("--for", metavar="LOGIN", help=_("Another person's; only owners may."))]


@app.command("show", help=_("Show by which ways you are told of what, where and when."))
@command
def show(invocation: Invocation, whose: Whose = None) -> Answer:
    """Show the settings."""

    async def look(office: Office) -> Answer:
        return await _shown(office, await office.notice_settings(await _id_of(office, whose)))

    return invocation.ask(look)


@app.command("set", help=_("Choose by which ways you are told of what, where and when."))
@command
def set_(
    invocation: Invocation,
    kind: Annotated[
        list[str] | None, typer.Option("--kind", metavar="KIND", help=_("What --ways is for; all kinds else."))
    ] = None,
    ways: Annotated[
        str | None, typer.Option("--ways", metavar="WAYS", help=_("console, bell, desktop, email, telegram; or off."))
    ] = None,
    email: Annotated[str | None, typer.Option("--email", metavar="ADDRESS", help=_("Your own address, or off."))] = None,
    quiet: Annotated[
        str | None, typer.Option("--quiet", metavar="HOURS", help=_("When nothing rings or leaves: 22:00-08:00, or off."))
    ] = None,
    zone: Annotated[str | None, typer.Option("--zone", metavar="ZONE", help=_("The time zone of these hours."))] = None,
    digest: Annotated[
        str | None, typer.Option("--digest", metavar="TIME", help=_("Gather so long into one mail or message: 30m, or off."))
    ] = None,
    supervisor: Annotated[
        str | None, typer.Option("--supervisor", metavar="LOGIN", help=_("Who is told of what you miss; or off."))
    ] = None,
    whose: Whose = None,
) -> Answer:
    """Change what is named, and nothing else."""

    async def act(office: Office) -> Answer:
        whose_id = await _id_of(office, whose)
        settings = await office.notice_settings(whose_id)
        if ways is not None:
            chosen = () if ways in OFF else tuple(part.strip().lower() for part in ways.split(",") if part.strip())
            settings = replace(settings, ways=settings.ways | dict.fromkeys(kind or _kinds_for(chosen), chosen))
        elif kind:
            raise OfficeError("usage", _("it is not said by which ways"), _("Name them with --ways."))
        if email is not None:
            settings = replace(settings, email="" if email in OFF else email)
        if quiet is not None:
            start, end = _hours(quiet)
            settings = replace(settings, quiet_from=start, quiet_to=end, zone=settings.zone or _desk_zone(invocation))
        if zone is not None:
            settings = replace(settings, zone="" if zone in OFF else zone)
        if digest is not None:
            settings = replace(settings, digest_minutes=_minutes(digest))
        if supervisor is not None:
            settings = replace(settings, supervisor_id=None if supervisor in OFF else await _id_of(office, supervisor))
        return await _shown(office, await office.set_notice_settings(settings, whose_id))

    return invocation.ask(act)


def _desk_zone(invocation: Invocation) -> str:
    try:
        return invocation.settings().desk.zone
    except OfficeError:
        return ""  # the demo has no configuration: the machine's zone holds there


def _kinds_for(ways: tuple[str, ...]) -> list[str]:
    """Return the kinds that ways given for all are for: a new message of nobody's only rings."""
    return [kind.value for kind in DEFAULT_WAYS if kind != "new" or not ways]


def _hours(text: str) -> tuple[int | None, int | None]:
    if text in OFF:
        return None, None
    found = typed_hours(text)
    if found is None:
        raise OfficeError("bad_quiet", _("this is no time of the day to another"), _("For example: 22:00-08:00, or 22-8"))
    return found


def _minutes(text: str) -> int:
    if text in OFF:
        return 0
    found = typed_gathering(text)
    if found is None:
        raise OfficeError("bad_digest", _("a time to gather is written otherwise"), _("For example: 30m"))
    return found


async def _id_of(office: Office, login: str | None) -> int | None:
    if login is None:
        return None
    people = await office.operators()
    found = next((person.id for person in people if person.login == login.lower()), None)
    if found is None:
        known = _("Known: {logins}").format(logins=", ".join(person.login for person in people))
        raise OfficeError("unknown_operator", _("nobody here has the login {login}").format(login=login), known)
    return found


async def _shown(office: Office, settings: NoticeSettings) -> Answer:
    logins = {person.id: person.login for person in await office.operators()}
    supervisor = logins.get(settings.supervisor_id or 0, "")
    shown = as_json(settings)
    assert isinstance(shown, dict)
    data: dict[str, Json] = {**shown, "quiet": _quiet(settings), "supervisor": supervisor}

    def show(paper: Paper) -> None:
        cells = [
            [kind, kind_name(kind), ", ".join(map(way_name, ways)) or _("not told")] for kind, ways in settings.ways.items()
        ]
        paper.table([_("kind"), _("of what"), _("by which ways")], cells)
        nothing = _("none")
        gathered = _("{n} min").format(n=settings.digest_minutes) if settings.digest_minutes else nothing
        for name, value in (
            (_("e-mail"), settings.email or nothing),
            (_("Telegram"), _("linked ({chat})").format(chat=settings.telegram) if settings.telegram else nothing),
            (_("quiet hours"), " ".join(filter(None, [_quiet(settings), settings.zone])) or nothing),
            (_("gathered"), gathered),
            (_("supervisor"), supervisor or _("the team's, or all")),
        ):
            paper.line(f"{name}: {value}")
        for way, why in settings.trouble.items():
            words = _("the last notice by {way} did not arrive: {reason}")
            paper.line(words.format(way=way_name(way), reason=reasons.shown(why)))

    return Answer(data, show)


def _quiet(settings: NoticeSettings) -> str:
    start, end = settings.quiet_from, settings.quiet_to
    if start is None or end is None:
        return ""
    return hours_shown(start, end)

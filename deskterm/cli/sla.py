"""`deskterm sla`: what is promised, when an amount of time is over, and whether all of it can be kept to."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer

from deskterm.cli.acting import conversation_id
from deskterm.cli.answer import Answer, Json, Paper
from deskterm.cli.as_json import as_json
from deskterm.cli.channel_dialog import step_line
from deskterm.cli.exits import Exit
from deskterm.cli.groups import group
from deskterm.cli.invocation import Invocation, command
from deskterm.cli.sla_shown import book_as_json, in_zone, milliseconds, moment, show_book, show_clocks, zone_of
from deskterm.config.promises import NOBODY, TOLD, time_within
from deskterm.desk import calendar as hours
from deskterm.desk.post import CheckResult
from deskterm.desk.query import check as unknown_name
from deskterm.desk.query import folded, sure
from deskterm.desk.rows_time import ClockRow
from deskterm.desk.sla_book import Book, Calendar, Deed
from deskterm.i18n import _, ngettext
from deskterm.office import Office, OfficeError
from deskterm.times.when_typed import typed_time
from deskterm.times.when_words import Mistake
from deskterm.words.query_words import mistake_words

app = group()


@app.command("show", help=_("Show what is promised: policies in the order they are tried, calendars with their hours."))
@command
def show(invocation: Invocation) -> Answer:
    """Show the policies and calendars of the configuration."""
    book, now = _book(invocation), datetime.now(UTC)
    return Answer(book_as_json(book, now), lambda paper: show_book(paper, book, now))


@app.command("when", help=_("Say when an amount of business hours is over: when 4h from now would be due."))
@command
def when(
    amount: Annotated[str, typer.Argument(metavar="AMOUNT", help=_("How much: 30m, 4h, 1h30m."))],
    invocation: Invocation,
    since: Annotated[
        str | None, typer.Option("--from", metavar="TIME", help=_("Not from now: 2026-11-22 15:00, or friday 10:00."))
    ] = None,
    name: Annotated[str | None, typer.Option("--calendar", metavar="NAME", help=_("Another calendar than the first."))] = None,
) -> Answer:
    """Add an amount to a time by a calendar, and by the clock on the wall."""
    try:
        length = time_within(amount)
    except ValueError as error:
        raise OfficeError("usage", _("the amount is not right"), str(error)) from None
    calendar = _calendar(_book(invocation), name)
    begins = _time(since, calendar)
    due = moment(hours.add(calendar, milliseconds(begins), round(length.total_seconds() * 1000)))
    data: Json = {
        "calendar": calendar.key,
        "timezone": calendar.zone,
        "from": as_json(begins),
        "amount_s": length.total_seconds(),
        "due": as_json(due),
        "due_by_the_clock": as_json(begins + length),
    }

    def tell(paper: Paper) -> None:
        paper.line(_("from {time}").format(time=f"{in_zone(begins, calendar)} ({calendar.zone})"))
        business = _("never") if due is None else in_zone(due, calendar)
        paper.line(_("in business hours ({calendar}): {time}").format(calendar=calendar.key, time=business))
        paper.line(_("by the clock: {time}").format(time=in_zone(begins + length, calendar)))

    return Answer(data, tell)


@app.command(
    "check", help=_("Test what is promised, and say which policy a conversation falls under and how its clocks stand.")
)
@command
def check(
    invocation: Invocation,
    number: Annotated[str | None, typer.Argument(metavar="NUMBER", help=_("A conversation's number."))] = None,
) -> Answer:
    """Look whether people, teams and names that are spoken of exist; ends with 1 where something is wrong."""
    book = _book(invocation)

    async def look(office: Office) -> Answer:
        steps = await _named(office, book)
        steps += await _in_force(office, book)
        clocks = await office.clocks(await conversation_id(office, number)) if number is not None else ()
        return _checked(steps, number, clocks)

    return invocation.ask(look, acting=False)


def _checked(steps: list[CheckResult], number: str | None, clocks: tuple[ClockRow, ...]) -> Answer:
    wrong = sum(not step.ok for step in steps)
    data: dict[str, Json] = {"problems": wrong, "steps": as_json(tuple(steps))}
    policy = next((clock.policy for clock in clocks if clock.ended_at is None), clocks[0].policy if clocks else None)
    if number is not None:
        data |= {"number": int(number.removeprefix("#")), "policy": policy, "clocks": as_json(clocks)}

    def tell(paper: Paper) -> None:
        for step in steps:
            paper.line(step_line(step))
        paper.line(ngettext("{count} problem", "{count} problems", wrong).format(count=wrong) if wrong else _("all in order"))
        if number is not None and policy is None:
            paper.line(_("no policy holds for this conversation, or nothing has begun to run"))
        elif number is not None:
            paper.line(_("policy: {name}").format(name=policy))
            show_clocks(paper, clocks)

    return Answer(data, tell, status=Exit.REFUSED if wrong else Exit.OK)


async def _in_force(office: Office, book: Book) -> list[CheckResult]:
    """Return whether the desk judges by the book; nothing where it does."""
    judged = await office.book()
    if judged == book or not (judged.policies or book.policies):
        return []
    if not (await office.status()).polling:
        return [CheckResult(_("in force"), True, _("from the next start of deskterm or deskterm worker"))]
    fix = _("Start deskterm or deskterm worker anew: it judges by the configuration it was started with.")
    return [CheckResult(_("in force"), False, _("the desk judges by what was promised before"), fix)]


async def _named(office: Office, book: Book) -> list[CheckResult]:
    """Return of each policy and calendar whether the people, teams and tags that it names exist."""
    names, logins = await office.names(), {one.login for one in await office.operators()}
    steps = []
    for policy in book.policies:
        mistake = unknown_name(sure(policy.query), names, policy.query)
        people = {step.to for step in policy.steps if step.deed is Deed.ASSIGN and step.to != NOBODY}
        people |= {step.to for step in policy.steps if step.deed is Deed.NOTIFY and step.to not in TOLD}
        missing = sorted(people - logins)
        fix = _("See: {command}").format(command="deskterm operator list") if missing else ""
        said = [_("there is nobody called {login}").format(login=login) for login in missing]
        said += [mistake_words(mistake)] if mistake is not None else []
        steps.append(CheckResult(_("policy {name}").format(name=policy.key), not said, "; ".join(said), fix))
    teams = {folded(team) for team in names.teams}
    for calendar in book.calendars:
        unknown = ", ".join(team for team in calendar.teams if folded(team) not in teams)
        detail = _("there is no team {name}").format(name=unknown) if unknown else ""
        fix = _("See: {command}").format(command="deskterm team list") if unknown else ""
        steps.append(CheckResult(_("calendar {name}").format(name=calendar.key), not unknown, detail, fix))
    return steps


def _book(invocation: Invocation) -> Book:
    """Return what the configuration promises; of a desk without one, a demo, what it was opened with."""
    if invocation.paths().config.exists():
        return invocation.settings().promised

    async def look(office: Office) -> Book:
        return await office.book()

    return invocation.ask(look, acting=False)


def _calendar(book: Book, name: str | None) -> Calendar:
    found = next((one for one in book.calendars if name is None or folded(one.key) == folded(name)), None)
    if found is not None:
        return found
    if not book.calendars:
        fix = _("Write [calendars.office] with its hours: docs/sla.md.")
        raise OfficeError("usage", _("there is no calendar"), fix)
    known = ", ".join(one.key for one in book.calendars)
    raise OfficeError("usage", _("there is no such calendar"), _("Known here: {words}.").format(words=known))


def _time(text: str | None, calendar: Calendar) -> datetime:
    """Return a time that was typed, in UTC: of any date in figures, or one to come in words; none: now."""
    now, zone = datetime.now(UTC), zone_of(calendar)
    if text is None:
        return now.replace(microsecond=0)
    try:
        at = datetime.fromisoformat(text)
        return (at if at.tzinfo is not None else at.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        found = typed_time(text, now, zone)
    if isinstance(found, Mistake):
        raise OfficeError("usage", _("the time is not understood"), _("Write it as 2026-11-22 15:00, or friday 10:00."))
    return found

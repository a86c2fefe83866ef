"""`deskterm sla`: what is promised, when an amount of time is over, and whether all of it can be kept to."""

from __future__ import annotations

from dataclasses import dataclass
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
from deskterm.cli.sla_findings import sla_findings
from deskterm.cli.sla_shown import Sight, book_as_json, in_zone, milliseconds, moment, show_book, show_clocks, zone_of
from deskterm.config.promises import time_within
from deskterm.desk import calendar as hours
from deskterm.desk.post import CheckResult
from deskterm.desk.query import folded
from deskterm.desk.rows_time import ClockRow
from deskterm.desk.sla_book import Book, Calendar
from deskterm.i18n import _, ngettext
from deskterm.office import Office, OfficeError
from deskterm.times.when_typed import typed_time
from deskterm.times.when_words import Mistake
from deskterm.words.sla_words import why_still

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
    book, paths = _book(invocation), invocation.paths()
    zone = invocation.settings().desk.zone if paths.config.exists() else ""

    async def look(office: Office) -> Answer:
        steps = await sla_findings(office, book)
        if number is None:
            return _checked(steps, None)
        conversation = await office.conversation(await conversation_id(office, number))
        assert conversation is not None
        now, clocks = office.now(), await office.clocks(conversation.row.id)
        sight = Sight(now, zone, why_still(conversation.row, now))
        return _checked(steps, _Seen(conversation.row.number, clocks, await office.book(), sight))

    return invocation.ask(look, acting=False)


@dataclass(frozen=True, slots=True)
class _Seen:
    """A conversation that was asked about: its clocks, and by what they are judged."""

    number: int
    clocks: tuple[ClockRow, ...]
    book: Book
    sight: Sight

    @property
    def policy(self) -> str | None:
        """Return the policy that holds for it; None where none does."""
        return next((clock.policy for clock in self.clocks if clock.ended_at is None), None) or next(
            (clock.policy for clock in self.clocks if clock.policy), None
        )


def _checked(steps: list[CheckResult], seen: _Seen | None) -> Answer:
    wrong = sum(not step.ok for step in steps)
    data: dict[str, Json] = {"problems": wrong, "steps": as_json(tuple(steps))}
    if seen is not None:
        data |= {
            "number": seen.number,
            "policy": seen.policy,
            "timezone": seen.sight.zone_name,
            "clocks": as_json(seen.clocks),
        }

    def tell(paper: Paper) -> None:
        for step in steps:
            paper.line(step_line(step))
        paper.line(ngettext("{count} problem", "{count} problems", wrong).format(count=wrong) if wrong else _("all in order"))
        if seen is not None:
            show_clocks(paper, seen.clocks, seen.book, seen.sight)

    return Answer(data, tell, status=Exit.REFUSED if wrong else Exit.OK)


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

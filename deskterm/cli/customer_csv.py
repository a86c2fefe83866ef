"""`deskterm customer import` and `export-list`: customers as a table."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from deskterm.cli.answer import Answer, Paper
from deskterm.cli.as_json import as_json
from deskterm.cli.exits import Exit
from deskterm.cli.groups import group
from deskterm.cli.invocation import Invocation, command
from deskterm.cli.mapped import Map, mapping
from deskterm.cli.progress import counted
from deskterm.cli.typed import named_file
from deskterm.desk.rows_customer import ImportReport
from deskterm.i18n import _
from deskterm.office import Office, OfficeError
from deskterm.paths import absolute

app = group()

MAX_FILE = 100 * 2**20
"""Largest table, in bytes."""
SHOWN = 20
"""Most errors that are shown on paper; JSON holds more."""


@app.command("import", help=_("Bring customers in from a CSV table. Again and again brings nobody twice."))
@command
def import_(
    file: Annotated[Path, typer.Argument(metavar="FILE", help=_("The table; its first line names the columns."))],
    invocation: Invocation,
    mapped: Map = None,
    update: Annotated[bool, typer.Option("--update", help=_("Also change customers who are known already."))] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help=_("Only say what would be done."))] = False,
) -> Answer:
    """Import customers; only owners and supervisors may."""
    wanted = mapping(mapped)
    path = named_file(absolute(file))
    if path.stat().st_size > MAX_FILE:
        raise OfficeError("bad_file", _("{path} is too large for a table").format(path=path), _("Split it."))
    data = path.read_bytes()

    async def act(office: Office) -> ImportReport:
        with counted(shown=not invocation.json) as count:
            try:
                return await office.import_customers(data, wanted, update=update, dry=dry_run, progress=count)
            except asyncio.CancelledError:
                words = _("stopped: {done} of {total} are done and stay so").format(done=count.done, total=count.total)
                raise OfficeError("interrupted", words, _("Run it again: it goes on where it was.")) from None

    report = invocation.ask(act)
    status = Exit.DATA if report.errors else Exit.OK
    return Answer(as_json(report), lambda paper: _show(paper, report), status=status)


def _show(paper: Paper, report: ImportReport) -> None:
    new = _("would be new: {n}") if report.dry else _("new: {n}")
    changed = _("would be changed: {n}") if report.dry else _("changed: {n}")
    paper.line(new.format(n=report.added))
    paper.line(changed.format(n=report.changed))
    paper.line(_("as they were: {n}").format(n=report.unchanged))
    if report.left_out:
        names = ", ".join(report.left_out)
        paper.line(_("left out, since the configuration does not know them: {names}").format(names=names))
    for line, words in report.errors[:SHOWN]:
        paper.line(_("line {line}: {reason}").format(line=line, reason=words))
    if len(report.errors) > SHOWN:
        paper.line(_("and {n} more").format(n=len(report.errors) - SHOWN))


@app.command("export-list", help=_("Write customers into a new CSV file, safe to open in a spreadsheet."))
@command
def export_list(
    file: Annotated[Path, typer.Argument(metavar="FILE", help=_("A file that is not there yet."))],
    invocation: Invocation,
    query: Annotated[str, typer.Option("--query", metavar="LETTERS", help=_("The beginnings of names or addresses."))] = "",
) -> Answer:
    """Export customers as a table; only owners and supervisors may."""
    path = absolute(file)
    count = invocation.ask(lambda office: office.export_customers(path, query))
    words = _("customers written: {n}; {path}").format(n=count, path=path)
    return Answer({"path": str(path), "customers": count}, lambda paper: paper.line(words))

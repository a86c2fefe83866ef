"""`deskterm record`: orders, shipments and other records of the business, brought in and looked at."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from deskterm import i18n
from deskterm.cli import cursors
from deskterm.cli.answer import Answer, Json, Paper
from deskterm.cli.as_json import as_json
from deskterm.cli.exits import Exit
from deskterm.cli.groups import group
from deskterm.cli.invocation import Invocation, command
from deskterm.cli.mapped import Map, mapping
from deskterm.cli.progress import counted
from deskterm.desk.card import CardSettings, RecordKind
from deskterm.desk.card_values import shown_value
from deskterm.desk.query import folded
from deskterm.desk.record_rows import ID
from deskterm.desk.rows_customer import ImportReport, RecordRow
from deskterm.i18n import _
from deskterm.office import Office, OfficeError
from deskterm.record_files import RowsFile, read_rows
from deskterm.words.wording import count_words

app = group()

Kind = Annotated[str, typer.Argument(metavar="KIND", help=_("A kind of record, as the configuration calls it: order."))]
Id = Annotated[str, typer.Argument(metavar="ID", help=_("The number of the record."))]
_NUMBER = ("number", "номер", "№")
"""What the column of the records' numbers is called besides `id`."""
MOST_SHOWN = 50
"""Most errors printed for a person; JSON has them all."""


@app.command("import", help=_("Bring in records from a CSV or JSON file, again and again without doubles."))
@command
def import_(
    file: Annotated[Path, typer.Argument(metavar="FILE", help=_("A .csv file with a line of column names, or a .json file."))],
    invocation: Invocation,
    kind: Annotated[str, typer.Option("--kind", metavar="KIND", help=_("Which records they are: order."))],
    mapped: Map = None,
    dry: Annotated[bool, typer.Option("--dry-run", help=_("Say what would be done, and do nothing."))] = False,
) -> Answer:
    """Bring in a file. Rows that cannot be kept are told by line and keep no other from coming in."""

    wanted = mapping(mapped)

    async def act(office: Office) -> Answer:
        known = kind_of(office.card, kind)
        found = read_rows(file)
        names, left_out = columns_of(known, found, wanted)
        rows = [{names[name]: value for name, value in row.items() if name in names} for row in found.rows]
        report = await _put(office, kind, rows, dry=dry, shown=not invocation.json)
        return _told(_placed(report, found, names), left_out)

    return invocation.ask(act)


def kind_of(card: CardSettings, name: str) -> RecordKind:
    """Return a kind of record. Raises OfficeError("unknown_kind")."""
    known = card.record(name)
    if known is None:
        names = ", ".join(one.key for one in card.records)
        fix = _("Known: {names}").format(names=names) if names else _("Describe it in the configuration, under [records.NAME].")
        raise OfficeError("unknown_kind", _("no records are called so"), fix)
    return known


def columns_of(kind: RecordKind, found: RowsFile, wanted: Mapping[str, str]) -> tuple[dict[str, str], tuple[str, ...]]:
    """Return our column for each of the file's that is used, and those that are left out: by what `wanted` says (ours ->
    theirs), then by the keys and labels of the columns. Raises OfficeError("usage")."""
    ours = {folded(name): key for name, key in _called(kind)}
    theirs = {folded(name): name for name in found.columns}
    names: dict[str, str] = {}
    for our, their in wanted.items():
        if folded(our) not in ours:
            known = ", ".join((ID, *(column.key for column in kind.columns)))
            raise OfficeError("usage", _("--map names no column of ours"), _("Known: {names}").format(names=known))
        if folded(their) not in theirs:
            raise OfficeError(
                "usage",
                _("the file has no column {name}").format(name=their),
                _("Known: {names}").format(names=", ".join(found.columns)),
            )
        names[theirs[folded(their)]] = ours[folded(our)]
    for folded_name, name in theirs.items():
        if name not in names and folded_name in ours and ours[folded_name] not in names.values():
            names[name] = ours[folded_name]
    if ID not in names.values() and found.rows:
        raise OfficeError("usage", _("no column holds the number of the record"), _("Say which does: --map id=THEIRS"))
    return names, tuple(name for name in found.columns if name not in names)


def _called(kind: RecordKind) -> Iterator[tuple[str, str]]:
    """Yield what a column may be called and its key, what goes before all else last."""
    yield from ((name, ID) for name in (*_NUMBER, kind.key, *kind.label.names.values()))
    for column in kind.columns:
        yield from ((name, column.key) for name in column.label.names.values())
    yield from ((column.key, column.key) for column in kind.columns)
    yield ID, ID


async def _put(office: Office, kind: str, rows: list[dict[str, str]], *, dry: bool, shown: bool) -> ImportReport:
    with counted(shown=shown) as count:
        try:
            return await office.put_records(kind, rows, dry=dry, progress=count)
        except asyncio.CancelledError:
            words = _("stopped: {done} of {total} are done and stay so").format(done=count.done, total=count.total)
            raise OfficeError("interrupted", words, _("Run it again to go on: nothing comes in twice.")) from None


def _placed(report: ImportReport, found: RowsFile, names: Mapping[str, str]) -> ImportReport:
    """Return a report that names places and columns of the file, the errors of reading it first."""
    headers = {ours: theirs for theirs, ours in names.items()}

    def told(place: str, words: str) -> tuple[str, str]:
        column, sign, rest = words.partition(": ")
        words = f"{headers[column]}: {rest}" if sign and column in headers else words
        return (found.places[int(place) - 1] if place else "", words)

    errors = (*found.errors, *(told(*one) for one in report.errors))
    return replace(report, errors=errors, notes=tuple(told(*one) for one in report.notes))


def _told(report: ImportReport, left_out: tuple[str, ...] = ()) -> Answer:
    counts = _("new: {added} · changed: {changed} · as before: {unchanged} · wrong: {wrong}").format(
        added=count_words(report.added),
        changed=count_words(report.changed),
        unchanged=count_words(report.unchanged),
        wrong=count_words(len({place for place, _words in report.errors})),
    )
    data: Json = {
        "added": report.added,
        "changed": report.changed,
        "unchanged": report.unchanged,
        "errors": [{"place": place, "message": words} for place, words in report.errors],
        "notes": [{"place": place, "message": words} for place, words in report.notes],
        "left_out": list(left_out),
        "dry_run": report.dry,
    }

    def show(paper: Paper) -> None:
        for place, words in report.errors[:MOST_SHOWN]:
            paper.line(f"{place}: {words}" if place else words)
        if len(report.errors) > MOST_SHOWN:
            paper.line(_("and {n} more").format(n=count_words(len(report.errors) - MOST_SHOWN)))
        for place, words in report.notes[:MOST_SHOWN]:
            paper.line(f"{place}: {words}")
        if len(report.notes) > MOST_SHOWN:
            paper.line(_("and {n} more").format(n=count_words(len(report.notes) - MOST_SHOWN)))
        if left_out:
            paper.line(_("left out, since the configuration does not know them: {names}").format(names=", ".join(left_out)))
        paper.line(_("nothing was kept (a dry run)") if report.dry else counts)
        if report.dry:
            paper.line(counts)

    return Answer(data, show, status=Exit.DATA if report.errors else Exit.OK)


@app.command("put", help=_("Keep one record, for scripts: new, or changed where it is there already."))
@command
def put(
    kind: Kind,
    record_id: Id,
    invocation: Invocation,
    values: Annotated[list[str] | None, typer.Argument(metavar="[COLUMN=VALUE]...", help=_("What it says."))] = None,
) -> Answer:
    """Keep a record; what is not mentioned stays, what is empty is emptied."""

    async def act(office: Office) -> Answer:
        known = kind_of(office.card, kind)
        row = {ID: record_id}
        for pair in values or []:
            name, sign, value = pair.partition("=")
            if not sign:
                raise OfficeError("usage", _("a value without a column"), _("Write it as total=1990.50"))
            row[name.strip()] = value
        report = await office.put_records(kind, [row])
        if report.errors:
            raise OfficeError("refused", report.errors[0][1].rstrip("."))
        return await _one(office, known, record_id)

    return invocation.ask(act)


@app.command("list", help=_("List records of a kind, what came in last first."))
@command
def list_(
    kind: Kind,
    invocation: Invocation,
    limit: Annotated[int, typer.Option("--limit", min=1, max=500, help=_("How many at most."))] = 50,
    after: Annotated[str | None, typer.Option("--after", metavar="CURSOR", help=_("Go on after a page."))] = None,
) -> Answer:
    """Show records."""
    before = cursors.read(after, 1)[0] if after is not None else None

    async def look(office: Office) -> Answer:
        known = kind_of(office.card, kind)
        rows = await office.records_of(kind, before_id=before, limit=limit + 1)
        shown = rows[:limit]
        language = i18n.language()
        titles = [_("number"), _("customer"), *(column.label.shown(language) for column in known.columns)]
        cells = [[row.external_id, str(row.customer_id or ""), *_values(known, row)] for row in shown]
        following = cursors.write(shown[-1].id) if len(rows) > limit else None
        return Answer(as_json(shown), lambda paper: paper.table(titles, cells), next=following)

    return invocation.ask(look, acting=False)


@app.command("show", help=_("Show a record."))
@command
def show(kind: Kind, record_id: Id, invocation: Invocation) -> Answer:
    """Show one record with whose it is."""

    async def look(office: Office) -> Answer:
        return await _one(office, kind_of(office.card, kind), record_id)

    return invocation.ask(look, acting=False)


async def _one(office: Office, kind: RecordKind, record_id: str) -> Answer:
    row = await office.record(kind.key, record_id)
    if row is None:
        raise OfficeError(
            "not_found", _("there is no such record"), _("See: {command}").format(command=f"deskterm record list {kind.key}")
        )
    card = await office.customer(row.customer_id) if row.customer_id is not None else None
    language = i18n.language()

    def shown(paper: Paper) -> None:
        paper.line(f"{kind.label.shown(language)} {row.external_id}")
        paper.line(_("customer: {name}").format(name=f"{card.name} ({card.id})" if card else _("nobody yet")))
        for column, value in zip(kind.columns, _values(kind, row), strict=True):
            if value:
                paper.line(f"{column.label.shown(language)}: {value}")

    return Answer(as_json(row), shown)


def _values(kind: RecordKind, row: RecordRow) -> list[str]:
    return [shown_value(row.values.get(column.key, ""), column.type, i18n.language()) for column in kind.columns]

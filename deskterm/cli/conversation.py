"""`deskterm conversation`: the list, one thread, and what can be done with it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from deskterm.cli import cursors
from deskterm.cli.acting import carry_out, conversation_id, detail_of, nobody_sends, wait_for_receipt
from deskterm.cli.answer import Answer, Json
from deskterm.cli.as_json import as_json
from deskterm.cli.conversation_shown import show_list, show_thread
from deskterm.cli.conversation_verbs import MINUS_IS_OURS, register
from deskterm.cli.groups import group
from deskterm.cli.invocation import Invocation, command
from deskterm.desk.commands import Note, Reply
from deskterm.i18n import _
from deskterm.office import Listing, Office, OfficeError
from deskterm.verbs.listing import listing_of, needs_operator

app = group()

MAX_TYPED = 2**20
"""Longest text taken from standard input, in bytes."""
Number = Annotated[str, typer.Argument(metavar="NUMBER", help=_("The conversation's number, as 1042."))]
Text = Annotated[str, typer.Argument(metavar="TEXT", help=_("The text, or - to read it from standard input."))]
After = Annotated[str | None, typer.Option("--after", metavar="CURSOR", help=_('The page after this one: "next" of the last.'))]


@app.command("list", help=_("List the conversations of a view, or what a query finds."), context_settings=MINUS_IS_OURS)
@command
def list_(
    invocation: Invocation,
    query: Annotated[
        str, typer.Argument(metavar="[QUERY]", help=_("In the filter language: 'is:open tag:refund waiting:>1h'."))
    ] = "",
    view: Annotated[
        str | None, typer.Option("--view", metavar="VIEW", help=_("A built-in view (default: inbox) or a saved one."))
    ] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, max=500, help=_("How many at most."))] = 50,
    after: After = None,
    count: Annotated[bool, typer.Option("--count", help=_("Only count them."))] = False,
) -> Answer:
    """Show one page of a view or query, in its order."""
    start = cursors.read_key(after) if after is not None else None

    async def look(office: Office) -> Answer:
        listing = await listing_of(office, view, query)
        if count:
            return await _count(office, listing)
        # The window begins at the key itself, which was on the page before; it may be gone by now.
        window = await office.conversations(listing, at=start, after=limit + 1)
        rows = [row for row in window.rows if start is None or row.key > start]
        more = window.more_after or len(rows) > limit
        shown = tuple(rows[:limit])
        next_page = cursors.write_key(shown[-1].key) if more and shown else None
        return Answer(as_json(shown), lambda paper: show_list(paper, shown), next=next_page)

    return invocation.ask(look, acting=needs_operator(view, query))


MOST_COUNTED = 10_000_000
"""How far `--count` counts."""


async def _count(office: Office, listing: Listing) -> Answer:
    found = await office.count(listing, at_most=MOST_COUNTED)
    return Answer({"count": found}, lambda paper: paper.line(str(found)))


@app.command("show", help=_("Show a conversation with its newest messages."))
@command
def show(
    number: Number,
    invocation: Invocation,
    limit: Annotated[int, typer.Option("--limit", min=1, max=500, help=_("How many messages at most."))] = 60,
    after: After = None,
) -> Answer:
    """Show a thread, oldest first; the pages go back in time."""
    before = cursors.read(after, 1)[0] if after is not None else None

    async def look(office: Office) -> Answer:
        detail = await detail_of(office, number)
        page = await office.messages(detail.row.id, before_id=before, limit=limit)
        data: Json = {"conversation": as_json(detail), "messages": as_json(page.rows)}
        next_page = cursors.write(page.rows[0].id) if page.more_before and page.rows else None
        return Answer(data, lambda paper: show_thread(paper, detail, page), next=next_page)

    return invocation.ask(look, acting=False)


@app.command("reply", help=_("Answer the customer."))
@command
def reply(
    number: Number,
    text: Text,
    invocation: Invocation,
    attach: Annotated[list[Path] | None, typer.Option("--attach", metavar="FILE", help=_("Send a file with it."))] = None,
    seen: Annotated[
        int | None,
        typer.Option("--seen", metavar="MESSAGE", help=_("The newest message you know; a newer one refuses the reply.")),
    ] = None,
    anyway: Annotated[bool, typer.Option("--anyway", help=_("Send although somebody was faster."))] = False,
    close: Annotated[bool, typer.Option("--close", help=_("Close the conversation as well."))] = False,
    wait: Annotated[bool, typer.Option("--wait", help=_("Wait until it went out."))] = False,
    timeout: Annotated[float, typer.Option("--timeout", min=1, max=3600, help=_("How many seconds to wait at most."))] = 60.0,
) -> Answer:
    """Queue a reply; it goes out after the undo window, from whatever process sends."""
    words = _typed(text)
    files = [_file(path) for path in attach or []]

    async def act(office: Office) -> Answer:
        detail = await detail_of(office, number)
        staged = [await office.stage_file(detail.row.id, path) for path in files]
        wish = Reply(
            conversation_id=detail.row.id,
            text=words,
            seen_message_id=detail.last_message_id if seen is None else seen,
            attachments=tuple(file.id for file in staged),
            close=close,
            anyway=anyway,
        )
        done = await carry_out(office, wish)
        notice = await nobody_sends(office)
        data: dict[str, Json] = {"message_id": done.message_id, "delivery": "queued", "notice": notice}
        if wait and done.message_id is not None:
            if notice and not invocation.json:
                typer.echo(notice, err=True)
            receipt = await wait_for_receipt(office, done.message_id, timeout)
            data |= {"delivery": receipt.state.value, "notice": ""}
            return Answer(data, lambda paper: paper.line(_("sent: message {id}").format(id=done.message_id)))
        return Answer(data, lambda paper: paper.line(_("queued: message {id}").format(id=done.message_id)), notice=notice)

    return invocation.ask(act)


@app.command("note", help=_("Write a note that only operators see."))
@command
def note(number: Number, text: Text, invocation: Invocation) -> Answer:
    """Write an internal note."""
    words = _typed(text)

    async def act(office: Office) -> Answer:
        done = await carry_out(office, Note(await conversation_id(office, number), words))
        return Answer(
            {"message_id": done.message_id}, lambda paper: paper.line(_("noted: message {id}").format(id=done.message_id))
        )

    return invocation.ask(act)


def _typed(text: str) -> str:
    """Return the text of an argument, or what comes on standard input for "-". Raises OfficeError."""
    if text != "-":
        if not text.isprintable() and any("\ud800" <= char <= "\udfff" for char in text):
            raise OfficeError("bad_file", _("the text is not UTF-8"), _("Convert it first."))
        return text
    data = sys.stdin.buffer.read(MAX_TYPED + 1)
    try:
        words = data.decode("utf-8")
    except UnicodeDecodeError:
        raise OfficeError("bad_file", _("standard input is not UTF-8 text"), _("Convert it first.")) from None
    if len(data) > MAX_TYPED:
        raise OfficeError("bad_file", _("standard input is too long for a message"), _("Send it as a file with --attach."))
    return words.rstrip("\n")


def _file(path: Path) -> Path:
    if not path.is_file():
        raise OfficeError("no_input", _("there is no file {path}").format(path=path), _("Name a file that can be read."))
    return path


register(app)

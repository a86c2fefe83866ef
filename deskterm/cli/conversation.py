"""`deskterm conversation`: the list, one thread, and what can be done with it."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

import typer

from deskterm.cli import conversation_merging, conversation_start, cursors
from deskterm.cli.acting import carry_out, conversation_id, detail_of
from deskterm.cli.answer import Answer, Json
from deskterm.cli.as_json import as_json
from deskterm.cli.conversation_shown import show_list, show_thread
from deskterm.cli.conversation_verbs import MINUS_IS_OURS, register
from deskterm.cli.groups import group
from deskterm.cli.invocation import Invocation, command
from deskterm.cli.queued import queued_answer
from deskterm.cli.typed import Attach, Text, Timeout, Wait, named_file, typed_text
from deskterm.desk.commands import Note, Reply
from deskterm.desk.commands_time import Promised
from deskterm.i18n import _
from deskterm.office import Listing, Office
from deskterm.times.promise_words import promised_times
from deskterm.verbs.listing import listing_of, needs_operator
from deskterm.words import wording

app = group()

Number = Annotated[str, typer.Argument(metavar="NUMBER", help=_("The conversation's number, as 1042."))]
After = Annotated[str | None, typer.Option("--after", metavar="CURSOR", help=_('The page after this one: "next" of the last.'))]


@app.command("list", help=_("List the conversations of a view, or what a query finds."), context_settings=MINUS_IS_OURS)
@command
def list_(
    invocation: Invocation,
    words: Annotated[
        list[str] | None, typer.Argument(metavar="[QUERY]", help=_("In the filter language: 'is:open tag:refund waiting:>1h'."))
    ] = None,
    view: Annotated[
        str | None, typer.Option("--view", metavar="VIEW", help=_("A built-in view (default: inbox) or a saved one."))
    ] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, max=500, help=_("How many at most."))] = 50,
    after: After = None,
    count: Annotated[bool, typer.Option("--count", help=_("Only count them."))] = False,
) -> Answer:
    """Show one page of a view or query, in its order."""
    query = " ".join(words or ())
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

    return invocation.ask(look, acting=lambda: needs_operator(view, query))


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
    attach: Attach = None,
    seen: Annotated[
        int | None,
        typer.Option("--seen", metavar="MESSAGE", help=_("The newest message you know; a newer one refuses the reply.")),
    ] = None,
    anyway: Annotated[bool, typer.Option("--anyway", help=_("Send although somebody was faster."))] = False,
    close: Annotated[bool, typer.Option("--close", help=_("Close the conversation as well."))] = False,
    via: Annotated[
        int | None,
        typer.Option("--via", metavar="MESSAGE", help=_("Answer where this message came from, not where the last one did.")),
    ] = None,
    remind: Annotated[
        bool, typer.Option("--remind", help=_("Be reminded of what the reply promises (“I'll answer tomorrow”)."))
    ] = False,
    wait: Wait = False,
    timeout: Timeout = 60.0,
) -> Answer:
    """Queue a reply; it goes out after the undo window, from whatever process sends. Times that its words promise are noted."""
    words = typed_text(text)
    files = [named_file(path) for path in attach or []]

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
            via_message_id=via,
            promises=tuple(replace(one, remind=remind) for one in promised_times(words, office.now(), office.zone)),
        )
        done = await carry_out(office, wish)
        noted: Json = [{"due": as_json(one.due), "words": one.words, "reminded": one.remind} for one in wish.promises]
        return await queued_answer(
            office,
            done.message_id,
            {"promises": noted},
            wait_s=timeout if wait else None,
            as_json=invocation.json,
            notice=_promised(wish.promises),
        )

    return invocation.ask(act)


def _promised(promises: tuple[Promised, ...]) -> str:
    """Return what a reply promises, in words; nothing where it promises nothing."""
    times = ", ".join(wording.day_and_time(one.due) for one in promises)
    if not times:
        return ""
    return (_("promised, and reminded: {times}") if promises[0].remind else _("promised: {times}")).format(times=times)


@app.command("note", help=_("Write a note that only operators see."))
@command
def note(number: Number, text: Text, invocation: Invocation) -> Answer:
    """Write an internal note."""
    words = typed_text(text)

    async def act(office: Office) -> Answer:
        done = await carry_out(office, Note(await conversation_id(office, number), words))
        return Answer(
            {"message_id": done.message_id}, lambda paper: paper.line(_("noted: message {id}").format(id=done.message_id))
        )

    return invocation.ask(act)


register(app)
conversation_start.register(app)
conversation_merging.register(app)

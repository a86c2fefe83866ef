"""`deskterm conversation merge`, `part`, `split` and `unrelated`: which messages are one conversation."""

from __future__ import annotations

from typing import Annotated

import typer

from deskterm.cli.acting import carry_out, conversation_id, detail_of
from deskterm.cli.answer import Answer, Json, Paper
from deskterm.cli.as_json import as_json as as_json_row
from deskterm.cli.conversation_shown import merged_words
from deskterm.cli.invocation import Invocation, command
from deskterm.desk.commands_customer import DismissRelated, MergeConversations, PartConversation, SplitConversation
from deskterm.i18n import _
from deskterm.office import Office, OfficeError

Number = Annotated[str, typer.Argument(metavar="NUMBER", help=_("The conversation's number, as 1042."))]


def register(app: typer.Typer) -> None:
    """Add the commands to those of a conversation."""
    app.command("merge", help=_("Several conversations are about one matter: they go into the first."))(command(merge))
    app.command("part", help=_("What was merged into another conversation stands by itself again."))(command(part))
    app.command("split", help=_("Some messages become a conversation of their own."))(command(split))
    app.command("unrelated", help=_("A conversation has nothing to do with the one it was thought to belong to."))(
        command(unrelated)
    )


def merge(
    into: Annotated[str, typer.Argument(metavar="INTO", help=_("The number of the one that stays."))],
    gone: Annotated[list[str], typer.Argument(metavar="FROM...", help=_("The numbers of those that go into it."))],
    invocation: Invocation,
) -> Answer:
    """Merge conversations; `conversation part`, or undo, parts them again."""

    async def act(office: Office) -> Answer:
        into_id = await conversation_id(office, into)
        ids = [await own_id(office, number) for number in gone]
        return await _told(office, MergeConversations(into_id, tuple(ids)), into_id)

    return invocation.ask(act)


def part(number: Number, invocation: Invocation) -> Answer:
    """Part a conversation from the one it went into, with what is its own and what came for it since."""

    async def act(office: Office) -> Answer:
        gone_id = await own_id(office, number)
        return await _told(office, PartConversation(gone_id), gone_id)

    return invocation.ask(act)


def split(
    number: Number,
    messages: Annotated[
        str, typer.Option("--messages", metavar="ID,ID", help=_("The messages that go, as `show` names them."))
    ],
    invocation: Invocation,
) -> Answer:
    """Split messages off a conversation."""
    ids = _message_ids(messages)

    async def act(office: Office) -> Answer:
        whole_id = await conversation_id(office, number)
        return await _told(office, SplitConversation(whole_id, ids), whole_id)

    return invocation.ask(act)


def unrelated(number: Number, invocation: Invocation) -> Answer:
    """Put a suggestion away."""

    async def act(office: Office) -> Answer:
        whole_id = await conversation_id(office, number)
        return await _told(office, DismissRelated(whole_id), whole_id)

    return invocation.ask(act)


async def own_id(office: Office, number: str) -> int:
    """Return the id of the conversation with this number itself, also of one that was merged away. Raises OfficeError."""
    detail = await detail_of(office, number)
    return next((one for one, known in detail.merged if str(known) == number.removeprefix("#")), detail.row.id)


def _message_ids(text: str) -> tuple[int, ...]:
    pieces = [piece.strip() for piece in text.split(",") if piece.strip()]
    if not pieces or not all(piece.isascii() and piece.isdigit() and len(piece) < 19 for piece in pieces):
        raise OfficeError("usage", _("messages are named by their numbers"), _("Write them as 17,19."))
    return tuple(map(int, pieces))


async def _told(
    office: Office, wish: MergeConversations | PartConversation | SplitConversation | DismissRelated, shown_id: int
) -> Answer:
    """Carry out a command and show the conversation that it was about, or that it began."""
    done = await carry_out(office, wish)
    detail = await office.conversation(done.conversation_id or shown_id)
    data: Json = {"command_id": done.command_id, "changed": done.count, "conversation": as_json_row(detail)}
    if detail is None or not done.count:
        return Answer(data, lambda paper: paper.line(_("there was nothing to do")))
    row = detail.row
    words = f"#{row.number} · {row.channel} · {row.customer} · {row.subject}".rstrip(" ·")

    def say(paper: Paper) -> None:
        paper.line(words)
        for line in merged_words(detail):
            paper.line(line)

    return Answer(data, say)

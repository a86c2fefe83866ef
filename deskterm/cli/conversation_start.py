"""`deskterm conversation start` and `forward`: writing to somebody first, and handing a message on."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from deskterm import forwarding
from deskterm.cli.acting import carry_out, detail_of
from deskterm.cli.answer import Answer, Json
from deskterm.cli.as_json import as_json as as_json_row
from deskterm.cli.invocation import Invocation, command
from deskterm.cli.queued import queued_answer
from deskterm.cli.typed import Attach, Text, Timeout, Wait, named_file, typed_text
from deskterm.desk.addresses import typed_email
from deskterm.desk.commands import StartConversation
from deskterm.desk.post import Address, IdentityKind
from deskterm.desk.rows import MessageRow, StartChannel
from deskterm.i18n import _
from deskterm.office import Office, OfficeError

PAGE = 60
"""How many messages are looked through at a time for the last that came in."""

To = Annotated[str, typer.Option("--to", metavar="ADDRESS", help=_("Whom to write to, as olga@example.org."))]
Channel = Annotated[
    str | None, typer.Option("--channel", metavar="NAME", help=_("On which channel; not needed where there is only one."))
]


def register(app: typer.Typer) -> None:
    """Add the two commands to those of a conversation."""
    app.command("start", help=_("Write to somebody first."))(command(start))
    app.command("forward", help=_("Hand what the customer wrote last on to somebody, with its files."))(command(forward))


def start(
    text: Text,
    invocation: Invocation,
    to: To,
    channel: Channel = None,
    subject: Annotated[str, typer.Option("--subject", help=_("What it is about."))] = "",
    attach: Attach = None,
    wait: Wait = False,
    timeout: Timeout = 60.0,
) -> Answer:
    """Begin a conversation, or open again the one chat there is with this person."""
    words = typed_text(text)
    files = [named_file(path) for path in attach or []]

    async def act(office: Office) -> Answer:
        on = await _channel(office, channel)
        async with _staged(office, files) as staged:
            wish = StartConversation(on.id, _address(on, to), words, subject, staged)
            return await _begun(office, wish, wait_s=timeout if wait else None, as_json=invocation.json)

    return invocation.ask(act)


def forward(
    number: Annotated[str, typer.Argument(metavar="NUMBER", help=_("The conversation's number, as 1042."))],
    invocation: Invocation,
    to: To,
    text: Annotated[str, typer.Argument(metavar="[TEXT]", help=_("Words of your own to stand above it, or -."))] = "",
    channel: Channel = None,
    attach: Attach = None,
    wait: Wait = False,
    timeout: Timeout = 60.0,
) -> Answer:
    """Begin a conversation with another person about what a customer wrote."""
    words = typed_text(text)
    files = [named_file(path) for path in attach or []]

    async def act(office: Office) -> Answer:
        on = await _channel(office, channel)
        address = _address(on, to)
        detail = await detail_of(office, number)
        passed = await _asked_last(office, detail.row.id)
        sent_on, left_out = forwarding.files_of(passed)
        async with _staged(office, files, [file.id for file in sent_on]) as staged:
            wish = StartConversation(
                on.id,
                address,
                forwarding.forward_text(passed, words).lstrip(),
                forwarding.forward_subject(detail.row),
                staged,
                related_id=detail.row.id,
            )
            names = ", ".join(file.name for file in left_out)
            notice = _("not here and not sent with it: {names}").format(names=names) if names else ""
            return await _begun(office, wish, wait_s=timeout if wait else None, as_json=invocation.json, notice=notice)

    return invocation.ask(act)


async def _begun(office: Office, wish: StartConversation, *, wait_s: float | None, as_json: bool, notice: str = "") -> Answer:
    done = await carry_out(office, wish)
    detail = await office.conversation(done.conversation_id) if done.conversation_id is not None else None
    more: dict[str, Json] = {"conversation": None, "reopened": False}
    if detail is not None:
        page = await office.messages(detail.row.id, limit=1)
        more = {"conversation": as_json_row(detail.row), "reopened": page.more_before}
        if page.more_before:
            notice = _("written in #{number}, which is open again").format(number=detail.row.number)
    return await queued_answer(office, done.message_id, more, wait_s=wait_s, as_json=as_json, notice=notice)


async def _channel(office: Office, name: str | None) -> StartChannel:
    """Return the channel to write on: the one named, or the only one. Raises OfficeError."""
    known = await office.start_channels()
    names = ", ".join(one.name for one in known)
    if name is None and len(known) != 1:
        raise OfficeError(
            "usage", _("it is not said on which channel"), _("Use --channel with one of: {names}").format(names=names)
        )
    found = known[0] if name is None else next((one for one in known if one.name == name), None)
    if found is None:
        raise OfficeError("no_channel", _("there is no such channel to write on"), _("Known: {names}").format(names=names))
    return found


def _address(channel: StartChannel, to: str) -> Address:
    """Return whom to write to on a channel. Raises OfficeError."""
    kind = IdentityKind(channel.kind)
    address = typed_email(to) if kind is IdentityKind.EMAIL else Address(kind, to.strip())
    if address is None:
        raise OfficeError("usage", _("this is no address"), _("Write it as olga@example.org."))
    return address


async def _asked_last(office: Office, conversation_id: int) -> list[MessageRow]:
    """Return what the customer wrote last, with the whole texts. Raises OfficeError."""
    before: int | None = None
    while True:
        page = await office.messages(conversation_id, before_id=before, limit=PAGE)
        found = forwarding.asked_last(page.rows)
        if found:
            return [await office.message(row.id) or row for row in found]
        if not page.more_before or not page.rows:
            raise OfficeError("nothing_there", _("nobody wrote in this conversation yet"), _("There is nothing to hand on."))
        before = page.rows[0].id


@asynccontextmanager
async def _staged(office: Office, files: Iterable[Path], attachments: Iterable[int] = ()) -> AsyncIterator[tuple[int, ...]]:
    """Stage files, and stored attachments once more; should it come to nothing, they go again."""
    staged: list[int] = []
    try:
        for attachment_id in attachments:
            staged.append((await office.stage_attachment(attachment_id, None)).id)
        for path in files:
            staged.append((await office.stage_file(None, path)).id)
        yield tuple(staged)
    except BaseException:
        await _forget(office, staged)
        raise


async def _forget(office: Office, staged: Sequence[int]) -> None:
    """Throw staged files away; what else was begun stays. Those that are on their way are staged no more and stay, too."""
    begun = await office.new_message() if staged else None
    if begun is not None:
        kept = tuple(file for file in begun.files if file.id not in staged)
        await office.save_new_message(replace(begun, files=kept))

"""`deskterm channel`: the ways in and out."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from deskterm import config
from deskterm.cli.answer import Answer, Json, Paper
from deskterm.cli.as_json import as_json
from deskterm.cli.asking import Asker
from deskterm.cli.channel_dialog import Connected, connect
from deskterm.cli.channel_options import ChannelOptions
from deskterm.cli.conversation_shown import gap_words
from deskterm.cli.groups import group
from deskterm.cli.invocation import Invocation, command
from deskterm.i18n import _
from deskterm.office import Office, OfficeError
from deskterm.settings import ChannelSettings, EmailSettings, TelegramSettings

app = group()


@app.command("add", help=_("Connect a mailbox or a bot: asked step by step, tested for real, added to the configuration."))
@command
def add(invocation: Invocation, options: ChannelOptions) -> Answer:
    """Add a channel; the comments in the configuration stay."""
    invocation.settings()
    paths = invocation.paths()
    text = config.read_text(paths.config)
    connected = connect(text, paths, options, Asker(interactive=not options.no_input and not invocation.json))

    from deskterm import runtime

    runtime.add_channels(connected.settings)

    def show(paper: Paper) -> None:
        paper.line(_('the channel "{name}" is connected').format(name=connected.channel.name))
        paper.line(_("A console or worker that runs now takes it up when started again."))

    return Answer(connected_as_json(connected), show)


@app.command("list", help=_("List the configured channels."))
@command
def list_(invocation: Invocation) -> Answer:
    """Show what the configuration says, and which channels may have missed messages; `deskterm status` says how they are."""
    channels = invocation.settings().channels
    gaps, notice = _gaps(invocation)
    data: list[Json] = []
    cells = []
    for item in channels:
        gap, at = gaps.get(item.name, ("", None))
        data.append(_channel_as_json(item) | {"gap": gap, "gap_at": as_json(at)})
        cells.append([item.name, item.kind, address_of(item), _("on") if item.enabled else _("off"), gap_words(gap, at)])
    titles = [_("channel"), _("kind"), _("address"), _("state"), _("may have missed")]
    return Answer(data, lambda paper: paper.table(titles, cells), notice=notice)


def _gaps(invocation: Invocation) -> tuple[dict[str, tuple[str, datetime | None]], str]:
    """Return what the store says of gaps, by channel, and why it says nothing. A list of the configuration needs no store."""

    async def look(office: Office) -> dict[str, tuple[str, datetime | None]]:
        return {channel.name: (channel.gap, channel.gap_at) for channel in (await office.status()).channels}

    try:
        return invocation.ask(look, acting=False), ""
    except OfficeError as error:
        return {}, "" if error.code == "no_store" else error.message


@app.command("seen", help=_("Take note that a channel may have missed messages: it is said no more."))
@command
def seen(name: Annotated[str, typer.Argument(metavar="NAME", help=_("The channel's name."))], invocation: Invocation) -> Answer:
    """Take note of a gap; the journal keeps it."""
    settings = invocation.settings()
    from deskterm import runtime

    changed = runtime.see_gap(settings, invocation.operator, name)
    words = _("noted: {name}") if changed else _("{name} has missed nothing")
    return Answer({"channel": name, "changed": changed}, lambda paper: paper.line(words.format(name=name)))


def address_of(channel: ChannelSettings) -> str:
    """Return where a channel is reached, as far as the configuration knows."""
    if isinstance(channel, EmailSettings):
        return channel.address
    return channel.api_base if isinstance(channel, TelegramSettings) else ""


def connected_as_json(connected: Connected) -> Json:
    """Return a channel that was added, with the steps of its test."""
    return {"channel": _channel_as_json(connected.channel), "steps": as_json(connected.steps)}


def _channel_as_json(channel: ChannelSettings) -> dict[str, Json]:
    return {"name": channel.name, "kind": channel.kind, "address": address_of(channel), "enabled": channel.enabled}

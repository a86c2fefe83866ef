"""`deskterm channel`: the ways in and out."""

from __future__ import annotations

from deskterm import config
from deskterm.cli.answer import Answer, Json, Paper
from deskterm.cli.as_json import as_json
from deskterm.cli.asking import Asker
from deskterm.cli.channel_dialog import Connected, connect
from deskterm.cli.channel_options import ChannelOptions
from deskterm.cli.groups import group
from deskterm.cli.invocation import Invocation, Place, command
from deskterm.i18n import _
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
def list_(place: Place) -> Answer:
    """Show what the configuration says; `deskterm status` says how the channels are."""
    channels = place.settings().channels
    data: Json = [_channel_as_json(channel) for channel in channels]
    cells = [[item.name, item.kind, address_of(item), _("on") if item.enabled else _("off")] for item in channels]
    return Answer(data, lambda paper: paper.table([_("channel"), _("kind"), _("address"), _("state")], cells))


def address_of(channel: ChannelSettings) -> str:
    """Return where a channel is reached, as far as the configuration knows."""
    if isinstance(channel, EmailSettings):
        return channel.address
    return channel.api_base if isinstance(channel, TelegramSettings) else ""


def connected_as_json(connected: Connected) -> Json:
    """Return a channel that was added, with the steps of its test."""
    return {"channel": _channel_as_json(connected.channel), "steps": as_json(connected.steps)}


def _channel_as_json(channel: ChannelSettings) -> Json:
    return {"name": channel.name, "kind": channel.kind, "address": address_of(channel), "enabled": channel.enabled}

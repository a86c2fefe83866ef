"""Which kinds of channel there are. Nothing is imported before a channel of its kind is wanted."""

from __future__ import annotations

from importlib import import_module
from typing import Any, cast

from deskterm.channels.base import Channel
from deskterm.desk.post import Capabilities
from deskterm.settings import ChannelSettings

KINDS = {
    "email": "deskterm.channels.email.channel:EmailChannel",
    "telegram": "deskterm.channels.telegram.channel:TelegramChannel",
    "demo": "deskterm.channels.demo:DemoChannel",
    "manual": "deskterm.channels.manual:ManualChannel",
}
"""Kind -> where its class is. Further kinds come as entry points of the group "deskterm.channels"."""


class UnknownKind(LookupError):
    """No channel of this kind is known."""


def _class(kind: str) -> Any:
    place = KINDS.get(kind)
    if place is not None:
        module, _, name = place.partition(":")
        return getattr(import_module(module), name)
    from importlib.metadata import entry_points  # 30 ms of start-up that only foreign kinds need

    for entry in entry_points(group="deskterm.channels", name=kind):
        return entry.load()
    raise UnknownKind(kind)


def capabilities(kind: str) -> Capabilities:
    """Return what a kind of channel can carry. Raises UnknownKind."""
    return cast(Capabilities, _class(kind).capabilities)


def make(settings: ChannelSettings, mail_domain: str) -> Channel:
    """Make the channel of these settings. Opens no connection. Raises UnknownKind."""
    return cast(Channel, _class(settings.kind).of(settings, mail_domain))

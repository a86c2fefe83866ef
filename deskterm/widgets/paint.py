"""What all painting shares: a line is a tuple of spans, each a text and a role; widgets turn roles into the theme's styles."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from deskterm.desk.contacting import BY_HAND
from deskterm.desk.text import clean_line


class Span(NamedTuple):
    """A piece of a line with its role: a key of the widget's component styles ("" is plain)."""

    text: str
    role: str = ""


Line = tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Marks:
    """The symbols of states, so that no state is told by colour alone."""

    late: str = "!"
    new: str = "·"
    customer_waits: str = "↩"
    we_wait: str = "…"
    closed: str = "✓"
    snoozed: str = "z"
    failed: str = "×"
    draft: str = "✎"
    cursor: str = "▌"
    marked: str = "◆"
    low: str = "↓"
    high: str = "↑"
    urgent: str = "⇈"
    minus: str = "−"
    left: str = "◔"
    soon: str = "▲"
    still: str = "‖"
    notice: str = "✉"
    reminder: str = "◷"
    promise: str = "⚑"
    sent: str = "✓"
    queued: str = "⧗"
    bar: str = "│"
    note_bar: str = "┃"
    fold: str = "⋯"
    ellipsis: str = "…"
    dot: str = "●"
    rule: str = "─"
    verified: str = "✓"
    claimed: str = "~"
    pinned: str = "▲"
    folded: str = "▶"
    unfolded: str = "▼"
    to_do: str = "○"
    begun: str = "◐"
    done: str = "✓"
    cancelled: str = "–"


UNICODE = Marks()
ASCII = Marks(
    new="*",
    customer_waits="<",
    we_wait=".",
    closed="v",
    failed="x",
    draft="d",
    cursor=">",
    marked="+",
    low="L",
    high="H",
    urgent="U",
    minus="-",
    left="~",
    soon="!",
    still="=",
    notice="@",
    reminder="o",
    promise="P",
    sent="v",
    queued="~",
    bar="|",
    note_bar="#",
    fold="...",
    ellipsis="...",
    dot="*",
    rule="-",
    verified="v",
    pinned="^",
    folded=">",
    unfolded="v",
    to_do="o",
    begun="%",
    done="v",
    cancelled="-",
)

CHANNEL_SHORT = {"email": "ml", "telegram": "tg", "demo": "dm", "phone": "ph"}
"""Kinds of channels and addresses in two letters."""


def channel_short(kind: str, name: str) -> str:
    """Return a channel in two letters; what is logged by hand, calls or visits, is told apart by the channel's own name."""
    return CHANNEL_SHORT.get(kind) or clean_line(name if kind == BY_HAND else kind, 40)[:2]

"""How the desk is: each channel with its ledger, what to do where one is ill, who fetches the post, the store."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import ClassVar

from textual.binding import BindingType
from textual.widget import Widget

from deskterm.desk.contacting import BY_HAND
from deskterm.desk.rows import ChannelRow, DeskStatus
from deskterm.desk.text import clean_line
from deskterm.i18n import _, ngettext
from deskterm.keys.actions import Context
from deskterm.keys.keymap import bindings
from deskterm.screens.room import RoomScreen
from deskterm.widgets.cells import wrap
from deskterm.widgets.paint import UNICODE, Line, Marks, Span
from deskterm.widgets.status import is_bad
from deskterm.widgets.text_view import SERVED, TextView
from deskterm.widgets.when import moment
from deskterm.words.reasons import shown
from deskterm.words.wording import health_words, span_words

TICK_S = 5.0
"""How often the times on this screen are told anew."""


def health_lines(status: DeskStatus, now: datetime, cells: int, marks: Marks = UNICODE) -> list[Line]:
    """Return the whole room as lines, none wider than `cells`."""
    lines: list[Line] = []
    for channel in status.channels:
        lines += [*_channel(channel, now, cells, marks), ()]
    if not status.channels:
        lines += [*_put(_("No channel is set up: deskterm channel add"), "warning", cells), ()]
    lines.append((Span(_("The desk"), "title"),))
    polling = clean_line(shown(status.polling)) or _("nobody: messages neither come nor go")
    lines += _put(_("The post is fetched by: {who}").format(who=polling), "" if status.polling else "failed", cells)
    lines += _put(_("Store: {path}").format(path=clean_line(status.store_path)), "", cells)
    lines += _put(_("SQLite {version}, journal {mode}").format(version=status.sqlite, mode=status.journal_mode), "muted", cells)
    return lines


def _put(words: str, role: str, cells: int) -> list[Line]:
    return [(Span("  "), Span(row, role)) for row in wrap(words, cells - 2)]


def _channel(channel: ChannelRow, now: datetime, cells: int, marks: Marks) -> list[Line]:
    well = channel.enabled and not is_bad(channel)
    by_hand = channel.kind == BY_HAND
    state = _("switched off") if not channel.enabled else _("kept by hand") if by_hand else health_words(channel.state)
    role = "good" if well else "muted" if not channel.enabled else "failed"
    address = f" {clean_line(channel.address)}" if channel.address else ""
    title = wrap(f"{clean_line(channel.name)}{address}", max(4, cells - len(state) - 4))[0]
    lines: list[Line] = [(Span(f"{marks.dot} ", role), Span(title, "title"), Span(f"  {state}", role))]
    if channel.detail:
        lines += _put(clean_line(shown(channel.detail)), "muted" if well else "failed", cells)
    if by_hand:
        return lines
    if channel.fix:
        lines += _put(_("To do: {fix}").format(fix=clean_line(shown(channel.fix))), "warning", cells)
    lines += _put(_ledger(channel, now), "failed" if channel.missing else "", cells)
    if channel.gap:
        when = f"{moment(channel.gap_at, now)} · " if channel.gap_at is not None else ""
        lines += _put(f"{marks.late} {when}{clean_line(shown(channel.gap))}", "warning", cells)
    return lines


def _ledger(channel: ChannelRow, now: datetime) -> str:
    """Return how what we hold compares with the server, when the channel was last heard, what is held."""
    parts = []
    if channel.server_count is not None and channel.ours_count is not None:
        parts.append(_("{ours} of {server} messages").format(ours=channel.ours_count, server=channel.server_count))
        if channel.missing:
            parts.append(ngettext("{n} is missing", "{n} are missing", channel.missing).format(n=channel.missing))
    elif channel.ours_count is not None:
        count = channel.ours_count
        parts.append(ngettext("{n} message", "{n} messages", count).format(n=count))
    if channel.last_ok_at is not None:
        ago = span_words((now - channel.last_ok_at).total_seconds())
        parts.append(_("last heard {ago} ago").format(ago=ago))
    else:
        parts.append(_("never heard yet"))
    if channel.held:
        parts.append(_("{n} held").format(n=channel.held))
    return " · ".join(parts)


class HealthScreen(RoomScreen):
    """See the module."""

    CONTEXT = Context.HEALTH
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(Context.HEALTH, but=(*SERVED, "open"))]

    def body(self) -> Iterable[Widget]:
        yield TextView()

    def on_mount(self) -> None:
        super().on_mount()
        self.set_interval(TICK_S, self.reload)

    async def load(self) -> None:
        status = await self.office.status()
        now = self.office.now()
        self.query_one(TextView).show(lambda cells: self._lines(status, now, cells))
        ill = sum(1 for channel in status.channels if channel.enabled and is_bad(channel))
        words = ngettext("{n} channel needs you", "{n} channels need you", ill).format(n=ill) if ill else _("all is well")
        self.head((Span(_("Health"), "name"),), (Span(words, "problem" if ill else "good"),))

    def _lines(self, status: DeskStatus, now: datetime, cells: int) -> Sequence[Line]:
        return health_lines(status, now, cells, self.marks)

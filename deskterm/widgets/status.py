"""The lines at the head and the foot of a room: what is shown, what is at hand, how the channels are."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import ClassVar

from textual.geometry import Region
from textual.strip import Strip
from textual.timer import Timer

from deskterm.desk.contacting import BY_HAND
from deskterm.desk.post import HealthState
from deskterm.desk.rows import ChannelRow, DeskStatus
from deskterm.desk.text import clean_line
from deskterm.i18n import _, ngettext
from deskterm.keys.actions import BY_ID, KEPT_IN_FOOTER, Action
from deskterm.keys.keymap import Keymap
from deskterm.widgets.cells import cut, width
from deskterm.widgets.paint import UNICODE, Line, Marks, Span
from deskterm.widgets.strips import Brush, Painted
from deskterm.widgets.when import short_span
from deskterm.words.wording import health_words

ROLES = ("name", "muted", "key", "late", "problem", "good", "demo", "note", "said")
SAID_S, PROBLEM_S = 5.0, 12.0
"""How long a sentence stands at the foot, in seconds."""


class Bar(Painted):
    """One line with words at its left and at its right end; the left ones are cut where both do not fit."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {f"bar--{role}" for role in ROLES}
    DEFAULT_CSS: ClassVar[str] = """
    Bar {
        height: 1; width: 1fr; background: $panel; color: $foreground;
        & > .bar--name { text-style: bold; }
        & > .bar--muted { color: $text-muted; }
        & > .bar--key { color: $text-accent; text-style: bold; }
        & > .bar--late { color: $text-error; text-style: bold; }
        & > .bar--problem { color: $text-error; text-style: bold; }
        & > .bar--good { color: $text-success; }
        & > .bar--note { color: $text-warning; text-style: bold; }
        & > .bar--said { text-style: bold; }
        & > .bar--demo { background: $warning; color: $background; text-style: bold; }
    }
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._brush = Brush(self, "bar")
        self._left: Line = ()
        self._right: Line = ()
        self._said: Line | None = None
        self._silence: Timer | None = None
        self._telling: Timer | None = None

    @property
    def words(self) -> str:
        """What stands on the line, for tests and the reader of the screen."""
        return "".join(span.text for span in self._said or (*self._left, *self._right))

    @property
    def speaks(self) -> bool:
        """Whether a sentence stands in place of the line's own words."""
        return self._said is not None

    def say(self, words: str, *, problem: bool = False) -> None:
        """Show a sentence in place of the line's own words for a while."""
        self._stop_timers()
        self._said = (Span(f" {clean_line(words)} ", "problem" if problem else "said"),)
        self._silence = self.set_timer(PROBLEM_S if problem else SAID_S, self.hush)
        self.refresh()

    def count_down(self, words: Callable[[], str]) -> None:
        """Show a sentence that goes on with time, until it is empty or another is said; only what is another is painted."""

        def tell() -> None:
            said = words()
            if not said:
                self.hush()
                return
            line = (Span(f" {clean_line(said)} ", "said"),)
            if self._said is None or len(self._said) != 1:
                self.refresh()
            elif line != self._said:
                first, last = _changed(self._said[0].text, line[0].text)
                self.refresh(Region(first, 0, last - first, 1))
            self._said = line

        self.say(words())
        self._stop_timers()
        self._telling = self.set_interval(1.0, tell)

    def _stop_timers(self) -> None:
        for timer in (self._silence, self._telling):
            if timer is not None:
                timer.stop()

    def hush(self) -> None:
        """Show the line's own words again."""
        self._stop_timers()
        if self._said is not None:
            self._said = None
            self.refresh()

    def put(self, left: Iterable[Span], right: Iterable[Span] = ()) -> None:
        """Show other words; nothing is painted where they are the same."""
        old, new = (self._left, self._right), (tuple(left), tuple(right))
        if new == old:
            return
        self._left, self._right = new
        cells = [sum(width(span.text) for span in line) for line in (old[0], new[0])]
        if self._said is None and old[1] == new[1] and cells[0] == cells[1]:
            self.refresh(Region(0, 0, cells[0], 1))  # most often only a number at the left is another one
        else:
            self.refresh()

    def render_line(self, y: int) -> Strip:
        cells = self.size.width
        left, right = (self._left, self._right) if self._said is None else (self._said, ())
        return self._brush.strip(bar_line(left, right, cells), cells)


def _changed(old: str, new: str) -> tuple[int, int]:
    """Return the cells [first, last) in which a sentence differs from another."""
    same = next((index for index, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new)))
    first, ends = width(new[:same]), (width(old), width(new))
    if ends[0] != ends[1]:
        return first, max(ends)
    behind = 0
    while behind < min(len(old), len(new)) - same - 1 and old[-1 - behind] == new[-1 - behind]:
        behind += 1
    return first, ends[1] - width(new[len(new) - behind :])


def bar_line(left: Line, right: Line, cells: int) -> Line:
    """Return both ends of a bar as one line of `cells`; the right end goes where fewer than 10 cells were left for the left."""
    taken = sum(width(span.text) for span in right)
    if cells - taken < 10:
        right, taken = (), 0
    room = cells - taken
    shown: list[Span] = []
    for span in left:
        text = cut(span.text, room)
        room -= width(text)
        shown.append(Span(text, span.role))
        if text != span.text:
            break
    return (*shown, Span(" " * room), *right)


def key_hints(ids: Iterable[str], keymap: Keymap, cells: int) -> Line:
    """Return "r reply  n note …": as many as fit into `cells`, none cut; the last go first, but not `KEPT_IN_FOOTER`."""
    hints = {one: (keymap.shown(one), hint_words(BY_ID[one])) for one in ids}
    shown: set[str] = set()
    room = cells - 1
    for action_id in sorted(hints, key=lambda one: one not in KEPT_IN_FOOTER):
        taken = sum(map(width, hints[action_id])) + 3
        if taken > room:
            break
        room -= taken
        shown.add(action_id)
    spans = [Span(" ")]
    for action_id, (key, title) in hints.items():
        if action_id in shown:
            spans += [Span(key, "key"), Span(f" {title}  ")]
    return tuple(spans)


def hint_words(action: Action) -> str:
    """Return what an action does in the few cells of the footer."""
    return _(action.hint or action.title).rstrip("…").lower()


def health_forms(status: DeskStatus, now: datetime, marks: Marks = UNICODE) -> list[Line]:
    """Return how the channels are, from the longest words to the shortest.

    Each of them names a channel that is ill or lacks messages, or else says that the ledger is whole.
    """
    channels = [channel for channel in status.channels if channel.enabled and channel.kind != BY_HAND]
    if not channels and any(channel.enabled for channel in status.channels):
        return []  # there is nothing to fetch
    bad = [channel for channel in channels if is_bad(channel)]
    tail = _unsettled(status)
    long = [*(_channel_words(channel, now) for channel in channels), *tail]
    if bad:
        named = [_channel_words(channel, now) for channel in bad]
        more = [_("{n} more").format(n=len(named) - 1)] if len(named) > 1 else []
        parts = [long, [*named, *tail], [named[0], *more, *tail], [named[0], *more]]
    else:
        count = [ngettext("{n} channel", "{n} channels", len(channels)).format(n=len(channels))]
        whole = _whole(channels, marks)
        parts = [long, [*count, *whole, *tail], [*(whole or count), *tail], whole or count]
    role = "problem" if bad or status.counts.failed else "good"
    said = "problem" if bad else "muted"
    return [(Span(f" {marks.dot} ", role), Span(f"{' · '.join(words)} ", said)) for words in parts]


def only_by_hand(status: DeskStatus) -> bool:
    """Whether nothing can be written from here: there are only channels of calls and visits."""
    kinds = {channel.kind for channel in status.channels if channel.enabled}
    return kinds == {BY_HAND}


def needs_a_look(status: DeskStatus) -> bool:
    """Whether a channel is ill or lacks messages: that is said wherever there is any room."""
    return any(is_bad(channel) for channel in status.channels if channel.enabled)


def is_bad(channel: ChannelRow) -> bool:
    """Whether a channel does not work, or the server holds messages that we do not. What is kept by hand is never fetched."""
    if channel.kind == BY_HAND:
        return False
    return channel.state not in (HealthState.OK, HealthState.STARTING) or channel.missing > 0


def _whole(channels: list[ChannelRow], marks: Marks) -> list[str]:
    """Return the ledger's proof over all channels whose server can be counted: "✓ 118/118"."""
    counted = [(one.ours_count, one.server_count) for one in channels if one.ours_count is not None]
    pairs = [(ours, server) for ours, server in counted if server is not None]
    return [f"{marks.sent} {sum(ours for ours, _server in pairs)}/{sum(server for _ours, server in pairs)}"] if pairs else []


def _cells(line: Line) -> int:
    return sum(width(span.text) for span in line)


def foot_line(keys: Iterable[str], keymap: Keymap, cells: int, health: list[Line], *, always: bool) -> tuple[Line, Line]:
    """Return the keys at hand and the health of the channels, side by side in `cells`.

    With `always` the keys leave room for the shortest words of `health`; else they come first.
    """
    least = _cells(health[-1]) if health and always else 0
    hints = key_hints(keys, keymap, cells - least)
    room = cells - _cells(hints)
    return hints, next((line for line in health if _cells(line) <= room), ())


def _unsettled(status: DeskStatus) -> list[str]:
    counts = status.counts
    pairs = ((counts.failed, _("{n} failed")), (counts.uncertain, _("{n} uncertain")), (counts.held, _("{n} held")))
    return [words.format(n=count) for count, words in pairs if count]


def _channel_words(channel: ChannelRow, now: datetime) -> str:
    name = clean_line(channel.name)
    if channel.state not in (HealthState.OK, HealthState.STARTING):
        return f"{name} {health_words(channel.state)}"
    if channel.server_count is not None and channel.ours_count is not None:
        return f"{name} {channel.ours_count}/{channel.server_count}"
    if channel.last_ok_at is not None:
        return _("{name} {span} ago").format(name=name, span=short_span(now - channel.last_ok_at))
    return name

"""The last line of defence: whatever a widget painted, nothing in it can act on the terminal.

Outside text is cleaned when it is taken in and again when it is painted; this filter sees every line of every widget after
that, just before it becomes bytes, and holds also where a widget forgot. Textual 8.2 itself strips neither ESC nor C1.
"""

from __future__ import annotations

import re

from rich.cells import cell_len, get_character_cell_size, set_cell_size
from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

MAX_STACK = 8
"""More characters without a width of their own than this in a row are cut; the longest emoji sequences have two."""
MAX_LINK = 2000

_NEVER = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u206f\ud800-\udfff\ufdd0-\ufdef\ufff9-\ufffb\ufffe\uffff"
    "\U000e0000-\U000e0fff]"
)
_ALLOWED_LINK = re.compile(rf"(?:https?://|mailto:)[\x21-\x7e]{{1,{MAX_LINK}}}\Z")


def harmless(text: str) -> str:
    """Return a painted text without what acts on a terminal: C0, C1, bidi controls, tags, surrogates, towers of marks.

    The width in cells stays the same, so that nothing beside it moves.
    """
    if text.isascii() and text.isprintable():
        return text
    kept = _NEVER.sub("", text)
    if len(kept) - cell_len(kept) > MAX_STACK:
        kept = _lower_towers(kept)
    if kept == text:
        return text
    width = cell_len(text)
    return kept if cell_len(kept) == width else set_cell_size(kept, width)


def _lower_towers(text: str) -> str:
    kept: list[str] = []
    stacked = 0
    for char in text:
        stacked = stacked + 1 if get_character_cell_size(char) == 0 else 0
        if stacked <= MAX_STACK:
            kept.append(char)
    return "".join(kept)


def allowed_link(url: str) -> bool:
    """Return whether a terminal may be given this as a link (OSC 8): http, https or mailto, in printable ASCII."""
    return _ALLOWED_LINK.match(url) is not None


class TerminalGuard(LineFilter):
    """Applies `harmless` to every segment and drops links that are not allowed. `caught` counts what it had to change.

    An app returns it last from `get_line_filters`. Costs about a microsecond per line of ASCII.
    """

    def __init__(self) -> None:
        super().__init__()
        self.caught = 0

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """Return the segments of a line, safe to write."""
        return [self._apply_one(segment) for segment in segments]

    def _apply_one(self, segment: Segment) -> Segment:
        text, style, control = segment
        if control:
            return segment
        safe = harmless(text)
        if style is not None and style.link is not None and not allowed_link(style.link):
            style = style.update_link(None)
        elif safe is text or safe == text:
            return segment
        self.caught += 1
        return Segment(safe, style)

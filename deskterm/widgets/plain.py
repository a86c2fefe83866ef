"""Signs for terminals and fonts that have only those of ASCII: each is painted as its nearest one, of the same width.

It is the last step of painting, so that it reaches whatever is on the screen: our own words, Textual's borders, scroll bars and
palette. Letters of any alphabet stay; of what customers wrote only such signs look otherwise, and only on the screen.
"""

from __future__ import annotations

from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

_CORNERS = "╭╮╰╯┌┐└┘├┤┬┴┼╔╗╚╝╠╣╦╩╬┏┓┗┛┣┫┳┻╋╞╡╪╒╕╘╛"
_LEVEL = "─━═╌╍┄┅┈┉╴╶╸╺‒–—―−▔▁▂▃‾⎺⎽"
_UPRIGHT = "│┃║╎╏┆┇┊┋╵╷╹╻▌▐▎▏▍▋▊▉▕▖▗▘▝▙▛▜▟▚▞"
_FULL = "█▇▆▅▄▀■◼●•◆◉"
_LIGHT = "░▒▓○◌□◇◐"
_SINGLE = {
    "…": ".", "⋯": ".", "·": "-", "×": "x", "✓": "v", "✔": "v", "✎": "d", "⧗": "~", "◔": "~", "‖": "=", "✉": "@",
    "◷": "o", "⚑": "P", "⇈": "^",
    "↑": "^", "↓": "v", "←": "<", "→": ">", "↩": "<", "↵": "<", "▲": "^", "▼": "v", "◀": "<", "▶": ">", "⏎": "<",
    "‘": "'", "’": "'", "‚": "'", "“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "‹": "<", "›": ">",
    "\xa0": " ", "№": "N", "≤": "<", "≥": ">", "🔎": "? ",
}  # fmt: skip
"""Signs that stand alone; 🔎 takes two cells."""

_PLAIN = str.maketrans(
    {
        **dict.fromkeys(_CORNERS, "+"),
        **dict.fromkeys(_LEVEL, "-"),
        **dict.fromkeys(_UPRIGHT, "|"),
        **dict.fromkeys(_FULL, "#"),
        **dict.fromkeys(_LIGHT, "."),
        **_SINGLE,
    }
)


def plain(text: str) -> str:
    """Return a line with the signs of ASCII in place of others; it takes as many cells as before."""
    return text if text.isascii() else text.translate(_PLAIN)


class PlainSigns(LineFilter):
    """Paints lines with `plain` signs."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """Return the segments of a line as the terminal can show them."""
        return [Segment(plain(text), style, control) for text, style, control in segments]

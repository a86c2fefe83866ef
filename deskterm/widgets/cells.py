"""Text measured in terminal cells: how wide, cut and filled to a width, wrapped to lines.

Widths are Rich's (Unicode tables, whole graphemes), which is also how Textual lays out.
"""

from __future__ import annotations

import re

from rich.cells import cell_len, chop_cells, set_cell_size

ELLIPSIS = "…"
TAB_WIDTH = 4

_NARROW = re.compile("[ -~\xa0-\xac\xae-\u02ff\u0370-\u0482\u048a-\u052f\u2010-\u2027]*")
"""Characters of which each takes one cell and none joins its neighbours: most names need no table."""


def is_narrow(text: str) -> bool:
    """Whether every character of a line takes one cell, so that it may be cut anywhere."""
    return _NARROW.fullmatch(text) is not None


def width(text: str) -> int:
    """Return how many cells a line takes."""
    return len(text) if text.isascii() or is_narrow(text) else cell_len(text)


def cut(text: str, cells: int) -> str:
    """Return a line that takes at most `cells`; what does not fit ends with an ellipsis."""
    if width(text) <= cells:
        return text
    if cells <= 1:
        return ELLIPSIS[:cells]
    if is_narrow(text):
        return text[: cells - 1].rstrip() + ELLIPSIS
    return set_cell_size(text, cells - 1).rstrip() + ELLIPSIS


def fit(text: str, cells: int) -> str:
    """Return a line that takes exactly `cells`: cut, or filled with spaces on the right."""
    taken = width(text)
    if taken <= cells:
        return text + " " * (cells - taken)
    shown = cut(text, cells)
    return shown + " " * (cells - width(shown))


def fit_right(text: str, cells: int) -> str:
    """Return a line that takes exactly `cells`, its text at the right."""
    shown = cut(text, cells)
    return " " * (cells - width(shown)) + shown


def wrap(text: str, cells: int) -> list[str]:
    """Break a text into lines of at most `cells`: at its newlines, then between words, else inside a long word.

    Indentation of a line is kept for its first row; an empty text is one empty line.
    """
    lines: list[str] = []
    for line in text.expandtabs(TAB_WIDTH).split("\n"):
        if width(line) <= cells:
            lines.append(line.rstrip())
        else:
            lines.extend(_wrap_line(line, max(cells, 4)))
    return lines


def _wrap_line(line: str, cells: int) -> list[str]:
    rows: list[str] = []
    row = " " * min(len(line) - len(line.lstrip(" ")), cells // 2)
    for word in line.split():
        glue = " " if row.strip() else ""
        if width(row) + len(glue) + width(word) <= cells:
            row += glue + word
            continue
        if row.strip():
            rows.append(row)
            row = ""
        while width(row) + width(word) > cells:
            head = chop_cells(word, cells - width(row))[0]
            rows.append(row + head)
            row, word = "", word[len(head) :]
        row += word
    return [*rows, row] if row.strip() or not rows else rows

"""What a command answers, and the two ways it is printed: for a person, and with `--json` for a script.

Every word for a person passes `desk.text` once more on its way out. A terminal gets aligned tables, a pipe lines of fields
parted by tabs, never cut short.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from deskterm.cli.exits import Exit, status_of
from deskterm.desk.text import clean, clean_line
from deskterm.i18n import _
from deskterm.office import OfficeError

if TYPE_CHECKING:
    from rich.console import Console

GAP = 2
"""Blank cells between the columns of a table."""
NARROWEST = 3
"""No column of a table gets narrower than this."""

Json = dict[str, "Json"] | list["Json"] | str | int | float | bool | None
"""What `--json` can print."""


class Paper:
    """Standard output for a person."""

    def __init__(self) -> None:
        self._console: Console | None = None

    def line(self, text: str = "") -> None:
        """Print one line."""
        print(clean_line(text, 4000), file=sys.stdout)  # noqa: T201 - printing is what this module is for

    def block(self, text: str) -> None:
        """Print a text of many lines."""
        print(clean(text), file=sys.stdout)  # noqa: T201

    def table(self, titles: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        """Print rows: aligned under their titles on a terminal, parted by tabs and without titles in a pipe."""
        cells = [[clean_line(cell, 1000) for cell in row] for row in rows]
        if not sys.stdout.isatty():
            for row in cells:
                print("\t".join(row), file=sys.stdout)  # noqa: T201
            return
        if not rows:
            self.line(_("nothing here"))
            return
        from rich.text import Text

        console = self._rich()
        head, *lines = _aligned([[clean_line(title) for title in titles], *cells], console.width)
        console.print(Text(head, style="bold"), overflow="crop", no_wrap=True)
        for line in lines:
            console.print(Text(line), overflow="crop", no_wrap=True)

    def _rich(self) -> Console:
        if self._console is None:
            from rich.console import Console

            self._console = Console(file=sys.stdout, markup=False, emoji=False, highlight=False)
        return self._console


def _aligned(rows: Sequence[Sequence[str]], width: int) -> list[str]:
    """Return rows as lines of columns in terminal cells; where they do not fit, the widest column gives way, cut with "…"."""
    from rich.cells import cell_len, set_cell_size

    widths = [max(map(cell_len, column)) for column in zip(*rows, strict=True)]
    while sum(widths) + GAP * (len(widths) - 1) > width and max(widths) > NARROWEST:
        widths[widths.index(max(widths))] -= 1
    lines = []
    for row in rows:
        fitted = [
            set_cell_size(cell if cell_len(cell) <= size else set_cell_size(cell, size - 1) + "…", size)
            for cell, size in zip(row, widths, strict=True)
        ]
        lines.append((" " * GAP).join(fitted).rstrip())
    return lines


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command found or did: `data` for scripts, `show` prints the same for a person, `next` is the cursor of the page
    after this one, `notice` one line for stderr, `status` the exit status."""

    data: Json
    show: Callable[[Paper], None]
    next: str | None = None
    notice: str = ""
    status: int = Exit.OK


def print_answer(answer: Answer, *, as_json: bool) -> None:
    """Print an answer on standard output."""
    if as_json:
        _print_json({"ok": True, "data": answer.data, "next": answer.next})
        return
    paper = Paper()
    answer.show(paper)
    if answer.next is not None and sys.stdout.isatty():
        paper.line(_("More: --after {cursor}").format(cursor=answer.next))
    if answer.notice:
        print(clean_line(answer.notice), file=sys.stderr)  # noqa: T201


def print_error(error: OfficeError, *, as_json: bool) -> int:
    """Print an error and return its exit status: JSON on standard output, else on stderr what is wrong and how to mend it."""
    if as_json:
        _print_json({"ok": False, "error": {"code": error.code, "message": error.message, "fix": error.fix}})
    else:
        lines = [clean_line(f"deskterm: {line}", 4000) for line in error.words.splitlines()]
        print("\n".join(lines), file=sys.stderr)  # noqa: T201
    return status_of(error.code)


def _print_json(value: Json) -> None:
    unicode_ok = (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"
    print(json.dumps(value, ensure_ascii=not unicode_ok), file=sys.stdout)  # noqa: T201

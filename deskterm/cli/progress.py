"""A bar on stderr for a command about many conversations: only where a person looks on, gone when it ends."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from deskterm.i18n import _
from deskterm.office import Progress


class Count:
    """How far a long command is, handed on to `shown`. Called as `deskterm.office.Progress`."""

    def __init__(self, shown: Progress | None = None) -> None:
        self.done = 0
        self.total = 0
        self._shown = shown

    def __call__(self, done: int, total: int) -> None:
        self.done, self.total = done, total
        if self._shown is not None:
            self._shown(done, total)


@contextmanager
def counted(*, shown: bool) -> Iterator[Count]:
    """Count a long command; where it is to be `shown` and stderr is a terminal, with a bar."""
    if not shown or not sys.stderr.isatty():
        yield Count()
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bars

    console = Console(stderr=True, markup=False, highlight=False)
    words = TextColumn(_("working; ctrl+c stops"), markup=False)
    with Bars(words, BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), console=console, transient=True) as bar:
        task = bar.add_task("", total=None)
        yield Count(lambda done, total: bar.update(task, completed=done, total=total))

"""Looking for words inside a thread: ctrl+f asks for them, F3 goes on to older messages and shift+F3 back to newer ones."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual.widget import Widget
from textual.widgets import Input

from deskterm.i18n import _
from deskterm.screens.asking import Dialog, plain
from deskterm.screens.console import begin, console_of
from deskterm.screens.leaving import leave
from deskterm.screens.taking_back import TakingBack

LONGEST = 200
"""Characters of the words looked for."""


class FindScreen(Dialog[str]):
    """Asks for words to look for in the thread, over its lower end. Ends with them."""

    DEFAULT_CSS: ClassVar[str] = "FindScreen { align: center bottom; & > .box { margin: 0 0 1 0; } }"

    def __init__(self, before: str) -> None:
        super().__init__(_("Find in this conversation"))
        self._before = before

    def body(self) -> Iterable[Widget]:
        yield Input(self._before, select_on_focus=True, compact=True, max_length=LONGEST)
        yield plain(_("Enter finds it, in any form of the word   Esc back"), "hint")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        leave(self, event.value.strip() or None)


class Finding(TakingBack):
    """The acts of the inbox screen that look for words in the conversation at hand."""

    def action_find_in_thread(self) -> None:
        row = self.target
        if row is None:
            return
        if not self.is_reading:
            self.read(row)

        def find(words: str | None) -> None:
            if words:
                self.pane.sought = words
                begin(self, self._find(), group="find", exclusive=True)

        self.app.push_screen(FindScreen(self.pane.sought), find)

    def action_find_again(self) -> None:
        self._go_on_finding(older=True)

    def action_find_back(self) -> None:
        self._go_on_finding(older=False)

    def _go_on_finding(self, *, older: bool) -> None:
        if not self.pane.sought:
            self.action_find_in_thread()
        elif self.pane.found_id is None:
            begin(self, self._find(), group="find", exclusive=True)
        else:
            begin(self, self._find(older=older), group="find", exclusive=True)

    async def _find(self, *, older: bool | None = None) -> None:
        """Go to the newest message with the words, or to the next one before (`older`) or after the one that was found."""
        pane, console = self.pane, console_of(self)
        row, words = pane.row, pane.sought
        if row is None:
            return
        edge = pane.found_id
        hit = await console.office.find_in_thread(
            row.id, words, before_id=edge if older else None, after_id=edge if older is False else None
        )
        if hit is None:
            console.tell(self._none_words(words, older), problem=older is None)
            return
        if await pane.show_hit(row.id, hit):
            again, back = console.own_keys.shown("find.again"), console.own_keys.shown("find.back")
            console.tell(_("{again} older · {back} newer").format(again=again, back=back))

    def _none_words(self, words: str, older: bool | None) -> str:
        if older is None:
            said = _("Nothing in this conversation holds “{words}”.")
        else:
            said = _("No older message holds “{words}”.") if older else _("No newer message holds “{words}”.")
        return said.format(words=words)

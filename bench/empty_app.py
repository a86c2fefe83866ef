"""The least that Textual can do, which the console is measured against: one widget that says how many keys were pressed, or,
started with the word `text`, a text area to type in."""

import sys

from textual.app import App, ComposeResult
from textual.events import Key
from textual.widgets import Static, TextArea


class EmptyApp(App[None]):
    ENABLE_COMMAND_PALETTE = False

    def compose(self) -> ComposeResult:
        self.pressed = 0
        yield Static("READY 0")

    def on_key(self, _event: Key) -> None:
        self.pressed += 1
        self.query_one(Static).update(f"READY {self.pressed}")


class EmptyText(App[None]):
    ENABLE_COMMAND_PALETTE = False

    def compose(self) -> ComposeResult:
        yield TextArea("READY 0 ", soft_wrap=True)


if __name__ == "__main__":
    (EmptyText() if "text" in sys.argv else EmptyApp()).run(mouse=False)

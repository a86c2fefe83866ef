"""The least that Textual can do: one widget that says how many keys were pressed. What the console is measured against."""

from textual.app import App, ComposeResult
from textual.events import Key
from textual.widgets import Static


class EmptyApp(App[None]):
    ENABLE_COMMAND_PALETTE = False

    def compose(self) -> ComposeResult:
        self.pressed = 0
        yield Static("READY 0")

    def on_key(self, _event: Key) -> None:
        self.pressed += 1
        self.query_one(Static).update(f"READY {self.pressed}")


if __name__ == "__main__":
    EmptyApp().run(mouse=False)

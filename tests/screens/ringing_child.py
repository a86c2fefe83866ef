"""The console on a real terminal over a desk of hostile words: F12 tells a notice of a customer whose name is an escape
sequence, Ctrl+Q leaves."""

from __future__ import annotations

import deskterm.sqlite_bootstrap  # noqa: F401  # isort: skip
import sys
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parent.parent)]

from textual import events  # noqa: E402


def main() -> int:
    """Run it; returns the exit code."""
    from fake_office import FakeOffice
    from fake_seed import EVERY_KIND

    import deskterm.app
    from deskterm.app import DeskApp
    from deskterm.settings import ConsoleSettings

    class Told(DeskApp):
        """Is told of something by a key."""

        CSS_PATH = Path(deskterm.app.__file__).with_name("screens") / "inbox.tcss"  # else looked for beside this file

        async def on_event(self, event: events.Event) -> None:
            if isinstance(event, events.Key) and event.key == "f12":
                office.tell("mention", conversation_id=EVERY_KIND, about="\x1b]9;owned\x07", by="\x1b]777;notify;owned;x\x07")
            else:
                await super().on_event(event)

    office = FakeOffice()
    app = Told(office, ConsoleSettings(theme="deskterm-dark"))
    app.run(mouse=False)
    return app.return_code or 0


if __name__ == "__main__":
    sys.exit(main())

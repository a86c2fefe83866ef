"""The console on a real terminal, one screen of it over three desks in turn: friendly, hostile and cleaned, hostile and raw.

`python hostile_child.py SCREEN_ID`; F12 goes on to the first or next desk, after the last one it leaves. F10 opens the
conversation that holds every kind of message. F11 is answered, once all
before it is painted, with `DONE`: a colour that no terminal knows.
"""

from __future__ import annotations

import deskterm.sqlite_bootstrap  # noqa: F401  # isort: skip
import sys
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parent.parent)]

from textual import events  # noqa: E402

from deskterm.desk.rows import View  # noqa: E402

DONE = "\x1b[777m"


def main() -> int:
    """Run it; returns the exit code, 4 where a failure was told instead of shown."""
    from fake_office import FakeOffice
    from fake_seed import EVERY_KIND
    from nasty import TEXTS
    from openings import OPENINGS

    import deskterm.app
    from deskterm.app import DeskApp
    from deskterm.settings import ConsoleSettings

    class Stages(DeskApp):
        """Goes through the desks."""

        CSS_PATH = Path(deskterm.app.__file__).with_name("screens") / "inbox.tcss"  # else looked for beside this file
        stage = 0

        def tell(self, words: str, *, problem: bool = False) -> None:
            super().tell(words, problem=problem)
            if "went wrong" in words:
                self.exit(return_code=4, message=words)

        async def on_event(self, event: events.Event) -> None:
            key = event.key if isinstance(event, events.Key) else ""
            if key == "f12":
                self.call_next(self.next_stage)
            elif key == "f11":
                self.set_timer(0.25, lambda: self._driver and self._driver.write(DONE))
            elif key == "f10":
                self.open_conversation(EVERY_KIND)
            else:
                await super().on_event(event)

        async def next_stage(self) -> None:
            if self.stage == len(offices):
                self.exit(0)
                return
            self.office = offices[self.stage]
            self.stage += 1
            inbox = await self._inbox()
            inbox.show_list()
            inbox.go_to_view(View.ALL)
            if screen_id != "inbox":
                await self.push_screen(OPENINGS[screen_id](self.office))

    screen_id = sys.argv[1]
    offices = [FakeOffice(), FakeOffice.nasty(TEXTS), FakeOffice.nasty(TEXTS, raw=True)]
    app = Stages(offices[0], ConsoleSettings(theme="deskterm-dark", bell=False))  # its notification is ours, and tested apart
    app.run(mouse=False)
    return app.return_code or 0


if __name__ == "__main__":
    sys.exit(main())

"""A screen of which a small menu covers a corner."""

from __future__ import annotations

from textual.events import ScreenSuspend
from textual.screen import Screen


class Covered(Screen[None]):
    """See the module. `menu_went`: what covered this last was such a menu, beneath which everything went on as without it.

    It is painted whole when the menu goes: what was said or changed meanwhile has been painted nowhere.
    """

    menu_went = False

    def uncover(self) -> None:
        """A menu goes that covered this."""
        self.menu_went = True

    def on_screen_suspend(self, _event: ScreenSuspend) -> None:
        self.menu_went = False

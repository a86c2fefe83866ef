"""A screen of which a small menu covers a corner: when the menu goes, no more than that corner is painted."""

from __future__ import annotations

from typing import Self

from textual.events import ScreenSuspend
from textual.geometry import Region
from textual.screen import Screen

ASKED = 2
"""How often Textual 8.2 asks a screen to paint itself whole when the one above goes: `App._replace_screen`, `ScreenResume`."""
SOON_S = 0.02
"""When the corner is painted: after the rows of the view that was chosen, since a frame after a frame waits for its turn."""


class Covered(Screen[None]):
    """See the module. `menu_went`: what covered this last was such a menu, beneath which everything went on as without it."""

    _corner: Region | None = None
    _asked = 0
    _covering = False
    menu_went = False

    def cover(self) -> None:
        """A menu comes that will cover a corner. Textual 8.2 asks this screen to paint itself whole then, which nobody sees."""
        self._covering = True

    def uncover(self, corner: Region) -> None:
        """A menu goes that covered this."""
        self._corner, self._asked = corner, 0
        self.menu_went = True
        self.set_timer(SOON_S, lambda: super(Covered, self).refresh(corner))

    def refresh(self, *regions: Region, repaint: bool = True, layout: bool = False, recompose: bool = False) -> Self:
        """Paint these regions, without any the whole screen; a menu that comes or goes is no reason for that."""
        if repaint and not (regions or layout or recompose):
            if self._covering:
                self._covering = False
                return self
            if self._corner is not None:
                self._asked += 1
                if self._asked == ASKED:
                    self._corner = None
                return self
        return super().refresh(*regions, repaint=repaint, layout=layout, recompose=recompose)

    def on_screen_suspend(self, _event: ScreenSuspend) -> None:
        self._corner = None
        self.menu_went = False

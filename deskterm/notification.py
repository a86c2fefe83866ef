"""A desktop notification through the terminal, which also works over SSH, and how often one may make a noise.

OSC 9 (iTerm2's, understood by kitty, WezTerm, foot, Ghostty, Windows Terminal) and OSC 777 (rxvt-unicode's, and VTE's). The
words are ours alone: not a byte that a customer chose goes out this way.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping

from deskterm.i18n import ngettext

EVERY_S = 60.0
"""At most one notice in this time."""
MAX_WORDS = 120
_MUTE = ("linux", "dumb", "")
_ESC = "\x1b"


def new_messages(count: int) -> str:
    """Return the words of the notice: how many messages are new, nothing of what they say."""
    return ngettext("{count} new message", "{count} new messages", count).format(count=count)


def sequence(words: str, environ: Mapping[str, str] = os.environ) -> str:
    """Return the bytes to write for a notice, "" where this terminal shows none.

    Whatever is not a letter, a digit, a space or plain punctuation is left out, so that nothing can end the sequence early.
    Inside tmux it is wrapped for the terminal outside (tmux needs `allow-passthrough on`), inside screen likewise.
    """
    term = environ.get("TERM", "")
    if term in _MUTE:
        return ""
    safe = "".join(char for char in words if char.isalnum() or char in " .,:!?-#")[:MAX_WORDS]
    if term.startswith("rxvt") or "VTE_VERSION" in environ:
        notice = f"{_ESC}]777;notify;deskterm;{safe}\x07"
    else:
        # "9;4;" is a progress bar to some terminals: the name before the words keeps them from beginning with a digit.
        notice = f"{_ESC}]9;deskterm: {safe}\x07"
    if environ.get("TMUX"):
        return f"{_ESC}Ptmux;{notice.replace(_ESC, _ESC * 2)}{_ESC}\\"
    if environ.get("STY"):
        return f"{_ESC}P{notice}{_ESC}\\"
    return notice


class Pace:
    """Lets a thing happen at most once in `every_s` seconds; `waiting` counts what was held back since."""

    def __init__(self, every_s: float = EVERY_S, clock: Callable[[], float] = time.monotonic) -> None:
        self._every_s = every_s
        self._clock = clock
        self._last: float | None = None
        self.waiting = 0

    def due(self, count: int = 1) -> int:
        """Add `count`; returns how many there are to tell of now, 0 while it is too early."""
        self.waiting += count
        now = self._clock()
        if self.waiting == 0 or (self._last is not None and now - self._last < self._every_s):
            return 0
        self._last = now
        told, self.waiting = self.waiting, 0
        return told

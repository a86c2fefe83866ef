"""A desktop notification through the terminal, which also works over SSH, and how often one may make a noise.

The words are ours alone: not a byte that a customer chose goes out this way.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping
from enum import Enum

from deskterm.i18n import ngettext

EVERY_S = 60.0
"""At most one notice in this time."""
MAX_WORDS = 120
_MUTE = ("linux", "dumb", "")
_ESC, _BEL = "\x1b", "\x07"
_NAME = "deskterm"


class Form(Enum):
    """How a terminal wants to be told. ITERM is OSC 9 of iTerm2, which WezTerm, foot, Ghostty, kitty and Windows Terminal read
    as well; RXVT is OSC 777 of rxvt-unicode, and VTE's (GNOME); KITTY is OSC 99, whose notices of one id replace one another
    (sw.kovidgoyal.net/kitty/desktop-notifications)."""

    NONE = "none"
    ITERM = "9"
    RXVT = "777"
    KITTY = "99"


class Wrap(Enum):
    """What stands between us and the terminal and lets only wrapped sequences through."""

    NONE = "none"
    TMUX = "tmux"
    SCREEN = "screen"


def form_of(environ: Mapping[str, str]) -> Form:
    """Return how the terminal wants to be told. Over SSH only TERM comes along: then what most terminals read, once; two forms
    would be two notices where both are read."""
    term, program = environ.get("TERM", ""), environ.get("TERM_PROGRAM", "").lower()
    if term in _MUTE:
        return Form.NONE
    if "kitty" in term or program == "kitty" or environ.get("KITTY_WINDOW_ID"):
        return Form.KITTY
    if environ.get("WT_SESSION") or program in ("iterm.app", "wezterm", "ghostty"):
        return Form.ITERM
    if term.startswith("rxvt") or environ.get("VTE_VERSION"):
        return Form.RXVT
    return Form.ITERM


def wrap_of(environ: Mapping[str, str]) -> Wrap:
    """Return what stands between: tmux or screen around us, or around the `ssh` that we were reached by, which TERM tells."""
    term = environ.get("TERM", "")
    if environ.get("TMUX") or (term.startswith("tmux") and not environ.get("STY")):
        return Wrap.TMUX
    return Wrap.SCREEN if environ.get("STY") or term.startswith("screen") else Wrap.NONE


def new_messages(count: int) -> str:
    """Return the words for new messages: how many, nothing of what they say."""
    return ngettext("{count} new message", "{count} new messages", count).format(count=count)


def safe_words(words: str) -> str:
    """Return words without whatever is not a letter, a digit, a space or plain punctuation, so that nothing can end a sequence
    early, nor be taken for a part of it."""
    return "".join(char for char in words if char.isalnum() or char in " .,:!?-#")[:MAX_WORDS]


def sequence(words: str, environ: Mapping[str, str] = os.environ) -> str:
    """Return the bytes to write for a notice, "" where this terminal shows none.

    Inside tmux it is wrapped for the terminal outside (tmux needs `allow-passthrough on`), inside screen likewise.
    """
    wrap = wrap_of(environ)
    return "".join(_wrapped(osc, wrap) for osc in _oscs(safe_words(words), form_of(environ)))


def _oscs(words: str, form: Form) -> tuple[str, ...]:
    """Return the sequences of a notice, each whole. They end in BEL, which every terminal allows: ST would end what screen
    wraps."""
    match form:
        case Form.NONE:
            return ()
        case Form.RXVT:
            return (f"{_ESC}]777;notify;{_NAME};{words}{_BEL}",)
        case Form.KITTY:
            return (f"{_ESC}]99;i={_NAME}:d=0:p=title;{_NAME}{_BEL}", f"{_ESC}]99;i={_NAME}:d=1:p=body;{words}{_BEL}")
        case Form.ITERM:
            # "9;4;" is a progress bar to some terminals: the name before the words keeps them from beginning with a digit.
            return (f"{_ESC}]9;{_NAME}: {words}{_BEL}",)


def _wrapped(osc: str, wrap: Wrap) -> str:
    match wrap:
        case Wrap.NONE:
            return osc
        case Wrap.TMUX:
            return f"{_ESC}Ptmux;{osc.replace(_ESC, _ESC * 2)}{_ESC}\\"
        case Wrap.SCREEN:
            return f"{_ESC}P{osc}{_ESC}\\"


class Pace:
    """Lets a thing happen at most once in `every_s` seconds."""

    def __init__(self, every_s: float = EVERY_S, clock: Callable[[], float] = time.monotonic) -> None:
        self._every_s = every_s
        self._clock = clock
        self._last: float | None = None

    def left(self) -> float:
        """Return in how many seconds it may happen; 0: now."""
        return 0.0 if self._last is None else max(0.0, self._last + self._every_s - self._clock())

    def take(self) -> None:
        """It happens now."""
        self._last = self._clock()

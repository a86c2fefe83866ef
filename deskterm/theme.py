"""How deskterm looks: its two themes, and which one a terminal gets."""

from __future__ import annotations

from collections.abc import Mapping

from textual.theme import BUILTIN_THEMES, Theme

DARK = Theme(
    name="deskterm-dark",
    primary="#5b9dd9",
    secondary="#7f9fb8",
    warning="#e0af68",
    error="#f7768e",
    success="#9ece6a",
    accent="#7dcfff",
    foreground="#d5d9e0",
    background="#16181d",
    surface="#1c1f26",
    panel="#242831",
    dark=True,
    variables={"footer-background": "#242831", "border-blurred": "#3a404c", "primary-muted": "#22364b"},
)
LIGHT = Theme(
    name="deskterm-light",
    primary="#1f5f9e",
    secondary="#4f6b82",
    warning="#8a5a00",
    error="#b3261e",
    success="#2f6b1f",
    accent="#005f87",
    foreground="#1d2127",
    background="#fbfbf9",
    surface="#f3f3ef",
    panel="#e6e6e0",
    dark=False,
    variables={"footer-background": "#e6e6e0", "border-blurred": "#c2c2ba", "primary-muted": "#d8e6f3"},
)
OWN = (DARK, LIGHT)
_TRUECOLOR = ("truecolor", "24bit")


def choose(wanted: str, environ: Mapping[str, str], *, no_color: bool = False) -> str:
    """Return the theme's name: the one wanted, where there is such; "auto" is ANSI colours on terminals without truecolor.

    COLORFGBG ("15;0": foreground, background), where the terminal sets it, says whether its ground is light. With `no_color`
    (NO_COLOR, https://no-color.org) it is never an ANSI theme: Textual 8.2's filter makes black on black of those.
    """
    grey = no_color and wanted.startswith("ansi-")
    if wanted != "auto" and not grey:
        return wanted if wanted in BUILTIN_THEMES or any(theme.name == wanted for theme in OWN) else DARK.name
    light = wanted == "ansi-light" if grey else environ.get("COLORFGBG", "").rpartition(";")[2] in ("7", "15")
    if no_color or environ.get("COLORTERM", "").lower() in _TRUECOLOR:
        return LIGHT.name if light else DARK.name
    return "ansi-light" if light else "ansi-dark"

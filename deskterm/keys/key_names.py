"""Names of keys: as Textual writes them, as people read them, and which of them no terminal hands on.

What terminals send is ECMA-48 and the control characters of ASCII: "ctrl+i" is the byte of Tab. The names are those of
Textual 8.2 (`textual.keys`).
"""

from __future__ import annotations

import string
import unicodedata

from textual.keys import KEY_NAME_REPLACEMENTS, Keys

from deskterm.desk.layouts import on_same_key
from deskterm.i18n import N_, _

_SHOWN = {
    "question_mark": "?",
    "left_square_bracket": "[",
    "right_square_bracket": "]",
    "escape": "Esc",
    "enter": "Enter",
    "tab": "Tab",
    "space": "Space",
    "pagedown": "PgDn",
    "pageup": "PgUp",
    "home": "Home",
    "end": "End",
    "down": "↓",
    "up": "↑",
    "left": "←",
    "right": "→",
    "slash": "/",
    "asterisk": "*",
    "full_stop": ".",
    "comma": ",",
    "colon": ":",
}

_SAME_AS = {
    "ctrl+i": "Tab",
    "ctrl+m": "Enter",
    "ctrl+j": "Enter",
    "ctrl+h": "Backspace",
    "ctrl+left_square_bracket": "Esc",
    "ctrl+enter": "Enter",
    "ctrl+tab": "Tab",
    "ctrl+escape": "Esc",
    "ctrl+backspace": "Backspace",
    "shift+enter": "Enter",
    "shift+escape": "Esc",
    "shift+backspace": "Backspace",
    "shift+space": "Space",
}
"""Keys for which most terminals send the bytes of another one."""

_KEPT = {
    "ctrl+z": N_("the shell stops a program with it"),
    "ctrl+b": N_("tmux keeps it for itself"),
    "ctrl+a": N_("screen keeps it for itself"),
    "ctrl+space": N_("input methods keep it for themselves"),
    "ctrl+at": N_("input methods keep it for themselves"),
}
"""Keys that something between the keyboard and us keeps."""

_CONTROL = {*string.ascii_lowercase, "backslash", "right_square_bracket", "circumflex_accent", "underscore"}
"""What gives a control character of its own together with ctrl."""


def normal_key(key: str) -> str:
    """Return a key in Textual's long form: "?" is "question_mark", "ctrl+/" is "ctrl+slash"."""
    *modifiers, last = key.strip().split("+") if key.strip() != "+" else [key.strip()]
    return "+".join((*modifiers, _key_name(last) if len(last) == 1 else last))


def _key_name(character: str) -> str:
    """Name a character as Textual's parser does: letters and digits are themselves, others by their Unicode name."""
    if character.isalnum():
        return character
    name = unicodedata.name(character, character).lower().replace("-", "_").replace(" ", "_")
    return KEY_NAME_REPLACEMENTS.get(name, name)


_NAMED = {key.value for key in Keys if "+" not in key.value and "<" not in key.value}
_SIGNS = {_key_name(character) for character in string.punctuation}


def shown_key(key: str) -> str:
    """Return a key as people read it: "?", "Esc", "ctrl+s", "F4", "shift+F3"."""
    *modifiers, last = key.split("+")
    if last in _SHOWN:
        last = _SHOWN[last]
    elif len(last) in (2, 3) and last[0] == "f" and last[1:].isdigit():
        last = last.upper()
    return "+".join((*modifiers, last))


def is_text(key: str) -> bool:
    """Whether a key (in Textual's form) writes a character into a text field."""
    return len(key) == 1 or key in _SIGNS or key == "space"


def why_never(key: str) -> str:
    """Say why a key (in Textual's form) never reaches the program as itself; "" where it does."""
    *modifiers, last = key.split("+")
    if key in _SAME_AS:
        return _("terminals send it as {key}").format(key=_SAME_AS[key])
    if key in _KEPT:
        return _(_KEPT[key])
    if not (len(last) == 1 or last in _NAMED or last in _SIGNS) or not set(modifiers) <= {"ctrl", "shift", "alt"}:
        return _("there is no such key")
    if "alt" in modifiers:
        return _("terminals send it as Esc and another key")
    if modifiers == ["shift"] and (len(last) == 1 or last in _SIGNS):
        return _("write the character that it gives, as {key}").format(key=last.upper() if last.isalpha() else "?")
    if "ctrl" in modifiers and (is_text(last) or "shift" in modifiers) and (last not in _CONTROL or "shift" in modifiers):
        return "" if last in _NAMED and not is_text(last) else _("terminals do not tell it from other keys")
    if not modifiers and len(last) == 1 and (place := on_same_key(last)) != last:
        return _("a Cyrillic letter stands for the key on its place: write {key}").format(key=place)
    if last in ("full_stop", "comma") and not modifiers:
        twin = "/" if last == "full_stop" else "?"
        return _("it is the twin of {key}, as that is in a Cyrillic layout").format(key=twin)
    return ""

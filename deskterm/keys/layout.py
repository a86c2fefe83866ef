"""A Cyrillic keyboard layout works without switching: letters map to the Latin key on the same place.

Only keys that no text field wants are mapped; the console's App decides that.
"""

from __future__ import annotations

from deskterm.desk.layouts import on_same_key, other_layout
from deskterm.keys.key_names import normal_key

__all__ = ["latin", "other_layout"]


def latin(key: str, character: str | None) -> tuple[str, str | None] | None:
    """Return the key and character on the same place of a US keyboard, in Textual's names; None where nothing changes.

    A modified letter ("ctrl+ы", from terminals with the kitty protocol) is mapped likewise.
    """
    *modifiers, last = key.split("+")
    if modifiers:
        place = on_same_key(last) if len(last) == 1 else last
        return None if place == last else ("+".join((*modifiers, normal_key(place))), None)
    if character is None or len(character) != 1:
        return None
    place = on_same_key(character)
    return None if place == character else (normal_key(place), place)

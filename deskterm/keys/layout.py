"""A Cyrillic keyboard layout works without switching: letters map to the Latin key on the same place.

Places are those of the standard PC layouts (ЙЦУКЕН, Ukrainian) against US QWERTY. Only keys that no text field wants are
mapped; the console's App decides that.
"""

from __future__ import annotations

from deskterm.keys.keymap import normal_key

_RUSSIAN = "ё1234567890-=йцукенгшщзхъфывапролджэячсмитьбю"
_LATIN = "`1234567890-=qwertyuiop[]asdfghjkl;'zxcvbnm,."
_RUSSIAN_SHIFT = "ЁЙЦУКЕНГШЩЗХЪФЫВАПРОЛДЖЭЯЧСМИТЬБЮ"
_LATIN_SHIFT = '~QWERTYUIOP{}ASDFGHJKL:"ZXCVBNM<>'
_UKRAINIAN = str.maketrans("іїєґІЇЄҐ№", "s]'\\S}\"|#")
_TWINS = str.maketrans(".,", "/?")
"""The key left of the right Shift gives "." and "," in Russian where it gives "/" and "?" in English."""

_PLACES = str.maketrans(_RUSSIAN, _LATIN) | str.maketrans(_RUSSIAN_SHIFT, _LATIN_SHIFT) | _UKRAINIAN


def latin(key: str, character: str | None) -> tuple[str, str | None] | None:
    """Return the key and character on the same place of a US keyboard, in Textual's names; None where nothing changes.

    A modified letter ("ctrl+ы", from terminals with the kitty protocol) is mapped likewise.
    """
    *modifiers, last = key.split("+")
    if modifiers:
        place = last.translate(_PLACES)
        return None if place == last else ("+".join((*modifiers, normal_key(place))), None)
    if character is None or len(character) != 1:
        return None
    place = character.translate(_TWINS if character in ".," else _PLACES)
    return None if place == character else (normal_key(place), place)

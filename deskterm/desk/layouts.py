"""Which letters lie on the same keys in a Cyrillic layout and in the Latin one.

Places are those of the standard PC layouts (ЙЦУКЕН, Ukrainian) against US QWERTY.
"""

from __future__ import annotations

_RUSSIAN = "ё1234567890-=йцукенгшщзхъфывапролджэячсмитьбю"
_LATIN = "`1234567890-=qwertyuiop[]asdfghjkl;'zxcvbnm,."
_RUSSIAN_SHIFT = "ЁЙЦУКЕНГШЩЗХЪФЫВАПРОЛДЖЭЯЧСМИТЬБЮ"
_LATIN_SHIFT = '~QWERTYUIOP{}ASDFGHJKL:"ZXCVBNM<>'
_UKRAINIAN = str.maketrans("іїєґІЇЄҐ№", "s]'\\S}\"|#")
_TWINS = str.maketrans(".,", "/?")
"""The key left of the right Shift gives "." and "," in Russian where it gives "/" and "?" in English."""

_TO_LATIN = str.maketrans(_RUSSIAN, _LATIN) | str.maketrans(_RUSSIAN_SHIFT, _LATIN_SHIFT) | _UKRAINIAN
_LETTERS = [
    (cyrillic, latin)
    for cyrillic, latin in zip(_RUSSIAN + _RUSSIAN_SHIFT, _LATIN + _LATIN_SHIFT, strict=True)
    if cyrillic.isalpha()
]
_TO_CYRILLIC = str.maketrans({latin: cyrillic for cyrillic, latin in _LETTERS} | {"^": ":"})
"""Shift with 6 gives ":" in the Russian layout."""
_FROM_CYRILLIC = str.maketrans(dict(_LETTERS)) | _UKRAINIAN


def on_same_key(character: str) -> str:
    """Return what the key of a character gives in the Latin layout; "." and "," are those of a Russian one."""
    return character.translate(_TWINS if character in ".," else _TO_LATIN)


def other_layout(text: str) -> str:
    """Return a text as the same keys give it in the other layout: "сдщыу" is "close", "pfrhsnm" is "закрыть".

    A text with a Cyrillic letter was typed in a Cyrillic layout (also the Ukrainian one); any other in the Latin one, and
    becomes Russian.
    """
    is_cyrillic = any("\u0400" <= letter <= "\u052f" for letter in text)
    return text.translate(_FROM_CYRILLIC if is_cyrillic else _TO_CYRILLIC)

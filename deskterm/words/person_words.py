"""How a person is called on the screen: by name, or "erased" where nothing is left of them."""

from __future__ import annotations

from deskterm.desk.rows import NOBODY
from deskterm.desk.text import clean_line
from deskterm.i18n import _


def person_words(name: str, most: int = 200) -> str:
    """Return the name of the person or group of a conversation, no longer than `most`."""
    return _("erased") if name == NOBODY else clean_line(name, most)

"""An entry of the journal as undoing reads it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from deskterm.desk.commands import Refused

CHANGED = Refused("changed_since")
"""What an inverse answers where things are not as the entry left them; who changed them is filled in."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A fact as the journal keeps it. `data` are its ids, codes and numbers, `words` what undoing needs of its words: empty
    values stand in neither, and `words` are empty where a person was erased."""

    seq: int
    command_id: int
    kind: str
    conversation_id: int | None
    customer_id: int | None
    message_id: int | None
    data: Mapping[str, Any]
    words: Mapping[str, Any]

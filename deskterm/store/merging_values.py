"""What went into a conversation, and the fields of one as a fact of merging leaves them in the journal, read back."""

from __future__ import annotations

from typing import Any

from deskterm.desk.model import Priority, Status
from deskterm.store.times import from_ms

TREE = "WITH RECURSIVE tree(id) AS (SELECT :gone UNION SELECT c.id FROM conversation c JOIN tree ON c.merged_into_id = tree.id)"
"""Selects a conversation and all that went into it, directly or through others."""

_TIMES = frozenset(
    {"closed_at", "snoozed_until", "woken_at", "waiting_since", "opened_at", "last_message_at", "last_incoming_at"}
)


def fields_of(pairs: list[list[Any]]) -> dict[str, Any]:
    """Return the values by field, each as `desk.model.Conversation` holds it."""
    return {name: _value(name, value) for name, value in pairs}


def _value(name: str, value: Any) -> Any:
    if name in _TIMES:
        return from_ms(value)
    match name:
        case "status":
            return Status(value)
        case "priority":
            return Priority(value)
        case "tags":
            return tuple(value)
    return value

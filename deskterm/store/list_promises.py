"""Conversations in which something is promised, and those I am reminded of, as SELECTs of their ids. A promise is of the
conversation that its message is in; a reminder is of what holds its conversation now."""

from __future__ import annotations

OVERDUE = "SELECT conversation_id AS id FROM promise INDEXED BY ix_promise_overdue WHERE state = 'overdue'"
PENDING = f"{OVERDUE} UNION SELECT conversation_id FROM promise INDEXED BY ix_promise_alarm WHERE state = 'open'"
_REMINDED = (
    "WITH RECURSIVE held(id, into_id) AS (SELECT x.id, x.merged_into_id FROM reminder r INDEXED BY ix_reminder_operator"
    " CROSS JOIN conversation x ON x.id = r.conversation_id WHERE r.operator_id = {me} AND r.state IN ('set', 'due')"
    " UNION SELECT x.id, x.merged_into_id FROM held CROSS JOIN conversation x ON x.id = held.into_id) SELECT id FROM held"
)


def reminded(me: str) -> str:
    """Return the SELECT of the conversations that an operator (bound as `me`) is reminded of."""
    return _REMINDED.format(me=me)

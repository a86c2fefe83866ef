"""Updates of the Bot API to read, and what tests expect of them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from deskterm.channels.telegram.understand import understand
from deskterm.channels.telegram.wire import canonical
from deskterm.desk.post import Address, IdentityKind, Ignored, Inbound

RECEIVED = datetime(2026, 3, 2, 12, tzinfo=UTC)
SENT = datetime(2026, 3, 2, 11, 59, tzinfo=UTC)
DATE = int(SENT.timestamp())
IVAN = {"id": 7, "is_bot": False, "first_name": "Иван", "last_name": "Петров"}
PRIVATE = {"id": 7, "type": "private", "first_name": "Иван"}
SHOP = {"id": -100, "type": "supergroup", "title": "Shop"}
IVAN_ADDRESS = Address(IdentityKind.TELEGRAM, "7", "Иван Петров")


def message(**fields: Any) -> dict[str, Any]:
    return {"message_id": 3, "date": DATE, "chat": PRIVATE, "from": IVAN, **fields}


def read(kind: str = "message", body: Any = None, **fields: Any) -> Inbound | Ignored:
    return understand(canonical({"update_id": 1, kind: message(**fields) if body is None else body}), RECEIVED)


def inbound(kind: str = "message", body: Any = None, **fields: Any) -> Inbound:
    understood = read(kind, body, **fields)
    assert isinstance(understood, Inbound)
    return understood

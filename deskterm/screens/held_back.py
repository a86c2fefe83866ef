"""What an operator sent and may still take back: asked when the console is left."""

from __future__ import annotations

from deskterm.desk.model import Delivery
from deskterm.office import Office

LOOKED_AT = 100


async def held_back(office: Office) -> list[int]:
    """Return the ids of my own messages whose undo window is open, and none that merely waits to be tried again."""
    now = office.now()
    return [
        row.message_id
        for row in await office.outbox(limit=LOOKED_AT)
        if row.delivery.state is Delivery.QUEUED
        and row.delivery.attempt == 0
        and row.operator == office.me.name
        and row.delivery.not_before is not None
        and row.delivery.not_before > now
    ]

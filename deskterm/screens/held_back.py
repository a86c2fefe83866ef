"""What an operator sent and has not gone out: asked when the console is left, said when it is opened again."""

from __future__ import annotations

from deskterm.desk.model import Delivery
from deskterm.desk.rows import OutboxRow
from deskterm.office import Office

PAGE = 100


async def held_back(office: Office) -> list[int]:
    """Return the ids of my own messages whose undo window is open, and none that merely waits to be tried again."""
    now = office.now()
    return [
        row.message_id for row in await untried(office) if row.delivery.not_before is not None and row.delivery.not_before > now
    ]


async def untried(office: Office) -> list[OutboxRow]:
    """Return my own messages that wait and were never tried, the newest first."""
    found: list[OutboxRow] = []
    before: int | None = None
    while rows := await office.outbox(before_id=before, limit=PAGE):
        found += [row for row in rows if _is_untried(row) and row.operator_id == office.me.id]
        before = rows[-1].message_id
    return found


def _is_untried(row: OutboxRow) -> bool:
    return row.delivery.state is Delivery.QUEUED and row.delivery.attempt == 0

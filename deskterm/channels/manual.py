"""What comes in by no wire: telephone calls and visits, which somebody writes down (`deskterm contact log`).

Nothing is polled and nothing can be sent: the desk refuses an answer on such a channel before it is queued.
"""

from __future__ import annotations

import asyncio
import contextlib
from typing import ClassVar, Self

from deskterm.channels.base import OnWire, Porch, StoreUnavailable
from deskterm.desk.post import (
    Capabilities,
    CheckResult,
    Health,
    HealthState,
    Ignored,
    Inbound,
    Outbound,
    Receipt,
    RemoteFile,
    SendRejected,
    Unreadable,
)
from deskterm.settings import ManualSettings

ALIVE_S = 60.0
"""How often the channel says that it is well (seconds)."""
NOTHING_TO_SEND = "contacts are logged by hand here: nothing can be sent"
_LOGGED = {"phone": "telephone calls are logged by hand", "visit": "visits are logged by hand"}


class ManualChannel:
    """`channels.base.Channel` of a way of contact that is logged by hand."""

    kind: ClassVar[str] = "manual"
    capabilities: ClassVar[Capabilities] = Capabilities(files=False, starts="nobody", sends=False)

    def __init__(self, settings: ManualSettings) -> None:
        self._says = _LOGGED.get(settings.contact, NOTHING_TO_SEND)

    @classmethod
    def of(cls, settings: ManualSettings, mail_domain: str) -> Self:
        """Return the channel."""
        return cls(settings)

    async def listen(self, porch: Porch) -> None:
        """Say that all is well, until cancelled: nothing comes in by itself. Raises LeaseLost as the porch does."""
        while True:
            with contextlib.suppress(StoreUnavailable):  # the desk says itself that its store cannot write
                await porch.health(Health(HealthState.OK, self._says))
            await asyncio.sleep(ALIVE_S)

    async def parse(self, data: bytes) -> Inbound | Ignored:
        """Raise Unreadable: nothing is handed over here."""
        raise Unreadable("nothing comes in on this channel")

    async def prepare(self, outbound: Outbound) -> bytes:
        """Raise SendRejected."""
        raise SendRejected(NOTHING_TO_SEND)

    async def send(self, outbound: Outbound, payload: bytes, on_wire: OnWire) -> Receipt:
        """Raise SendRejected."""
        raise SendRejected(NOTHING_TO_SEND)

    async def resolve(self, outbound: Outbound, payload: bytes) -> Receipt | None:
        """Return None: nothing was sent."""
        return None

    async def file_sent(self, outbound: Outbound, payload: bytes) -> None:
        """Do nothing: nothing was sent."""

    async def fetch(self, remote: RemoteFile) -> bytes:
        """Raise SendRejected: there are no files."""
        raise SendRejected("there are no files on this channel")

    async def check(self) -> list[CheckResult]:
        """Say that there is nothing to test."""
        return [CheckResult("way of contact", True, self._says)]

    async def close(self) -> None:
        """Nothing is held."""

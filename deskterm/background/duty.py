"""What every part of the back room shares: the store, its epoch, and the channels it serves."""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from deskterm.channels.base import Channel
from deskterm.desk.post import Health, HealthState
from deskterm.settings import ChannelSettings
from deskterm.store import lease
from deskterm.store.engine import StoreError
from deskterm.store.files import Files
from deskterm.store.outbox import Claim
from deskterm.store.rules import Rules
from deskterm.store.store import Store
from deskterm.store.times import to_ms
from deskterm.store.writer import Transaction

T = TypeVar("T")
log = logging.getLogger("deskterm.background")

RETRY_S = 2.0
"""Pause before a write is tried again while the store cannot take it (a full disk)."""
NEVER_AGAIN = ("store_gone", "store_replaced")
"""Faults of the store that no waiting mends: another file stands under its name, or none."""


@dataclass(frozen=True, slots=True)
class Served:
    """A channel at work: its row, its settings, itself."""

    id: int
    settings: ChannelSettings
    channel: Channel


@dataclass(slots=True)
class Duty:
    """One term of office: from taking the lease to losing it. `epoch` None is no term but a person's doing, which no lease
    fences. `retry_s` shortens waiting in tests. `arrived` tells the placer of a channel that something was kept."""

    store: Store
    rules: Rules
    epoch: int | None
    mail_domain: str
    served: Mapping[int, Served]
    retry_s: float = RETRY_S
    arrived: dict[int, asyncio.Event] = field(default_factory=lambda: defaultdict(asyncio.Event))
    _heard: dict[int, Health] = field(default_factory=dict)
    _refused: dict[int, Health] = field(default_factory=dict)

    async def write(self, work: Callable[[Transaction], T]) -> T:
        """Run a transaction that belongs to this term. Raises lease.Lost, StoreError."""

        def fenced(tx: Transaction) -> T:
            lease.check(tx, self.epoch)
            return work(tx)

        return await self.store.writer.run(fenced)

    async def write_until_done(self, work: Callable[[Transaction], T], what: str) -> T:
        """As `write`, trying again for as long as the store cannot take it: what happened outside must not be forgotten."""
        said = False
        while True:
            try:
                return await self.write(work)
            except StoreError as error:
                if error.code in NEVER_AGAIN:
                    raise
                if not said:
                    log.error("%s waits for the store: %s (%s)", what, error.message, error.fix)
                    said = True
                await asyncio.sleep(self.retry_s)

    async def health(self, channel_id: int, health: Health) -> None:
        """Keep how listening to a channel is; the same state again moves only the time it was last heard."""
        self._heard[channel_id] = health
        await self._show_health(channel_id, heard_now=health.state is HealthState.OK)

    async def sending(self, channel_id: int, refused: Health | None) -> None:
        """Keep that a channel refuses to send, or (None) that it sends. A refusal stays to be seen while listening is well: the
        two have passwords of their own."""
        if refused is not None:
            self._refused[channel_id] = refused
        elif self._refused.pop(channel_id, None) is None:
            return
        await self._show_health(channel_id, heard_now=False)

    def _shown_health(self, channel_id: int) -> Health:
        heard = self._heard.get(channel_id, Health(HealthState.STARTING))
        well = heard.state in (HealthState.OK, HealthState.STARTING)
        return self._refused.get(channel_id, heard) if well else heard

    async def _show_health(self, channel_id: int, *, heard_now: bool) -> None:
        now = to_ms(self.store.now())
        health = self._shown_health(channel_id)

        def work(tx: Transaction) -> None:
            row = tx.one("SELECT state, detail, fix, last_ok_at FROM channel WHERE id = ?", (channel_id,))
            same = row is not None and row[:3] == (health.state.value, health.detail, health.fix)
            ok_at = now if heard_now else (row[3] if row else None)
            if same:
                tx.quietly("UPDATE channel SET last_ok_at = ? WHERE id = ?", (ok_at, channel_id))
                return
            tx.run(
                "UPDATE channel SET state = ?, detail = ?, fix = ?, since = CASE WHEN state = ? THEN since ELSE ? END,"
                " last_ok_at = ? WHERE id = ?",
                (health.state.value, health.detail, health.fix, health.state.value, now, ok_at, channel_id),
            )

        await self.write(work)


def fixed_payload(claim: Claim, files: Files) -> bytes | None:
    """Return the bytes that an earlier try fixed; None where there was none. Raises OSError."""
    if claim.payload is None and claim.payload_sha256 is not None:
        return files.read(claim.payload_sha256)
    return claim.payload


async def forever(work: Callable[[], Awaitable[None]], what: str, pause_s: float = RETRY_S) -> None:
    """Run a loop of the back room; a fault of the store or a surprise is logged, and it begins again. Ends with lease.Lost."""
    while True:
        try:
            await work()
        except lease.Lost:
            raise
        except StoreError as error:
            log.error("%s: %s (%s)", what, error.message, error.fix)
        except Exception:
            log.exception("%s stopped and begins again", what)
        await asyncio.sleep(pause_s)

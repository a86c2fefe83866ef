"""Small jobs that follow a message: fetching the files a channel keeps for us, filing copies of what was sent."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from dataclasses import dataclass
from datetime import timedelta

from deskterm.background.duty import Duty
from deskterm.desk.post import RemoteFile, SendError, SendLater
from deskterm.desk.text import clean_line
from deskterm.store import lease, outbox
from deskterm.store.outbox import Claim
from deskterm.store.times import to_ms
from deskterm.store.writer import Transaction

log = logging.getLogger("deskterm.background")

FETCH_TRIES = 8
NAP_S = 20.0


@dataclass(frozen=True, slots=True)
class Wanted:
    """An attachment that is not here yet."""

    id: int
    channel_id: int
    remote: RemoteFile
    tries: int


class Errands:
    """Fetches and files, one thing after the other, so that they never crowd out a message."""

    def __init__(self, duty: Duty) -> None:
        self._duty = duty
        self._woken = asyncio.Event()

    def wake(self) -> None:
        """Look again: something changed."""
        self._woken.set()

    async def run(self) -> None:
        """Do what is due, for ever."""
        while True:
            self._woken.clear()
            busy = await self._fetch_due()
            busy = await self._file_due() or busy
            if not busy:
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._woken.wait(), NAP_S)

    async def _fetch_due(self) -> bool:
        now = to_ms(self._duty.store.now())
        rows = await self._duty.store.reader.all(
            "SELECT id, channel_id, remote_ref, size, tries FROM attachment WHERE state = 'pending' AND next_at <= ?"
            " ORDER BY next_at, id LIMIT 20",
            (now,),
        )
        for row in rows:
            if row[1] in self._duty.served:
                await self._fetch(Wanted(row[0], row[1], RemoteFile(row[2], row[3]), row[4]))
        return any(row[1] in self._duty.served for row in rows)

    async def _fetch(self, wanted: Wanted) -> None:
        duty = self._duty
        try:
            data = await duty.served[wanted.channel_id].channel.fetch(wanted.remote)
            sha256 = await asyncio.to_thread(duty.store.files.put, data)
        except SendLater as error:
            await self._later(wanted, error)
            return
        except SendError as error:
            await self._give_up(wanted, error.reason)
            return
        await duty.write_until_done(
            lambda tx: tx.run(
                "UPDATE attachment SET state = 'stored', sha256 = ?, size = ?, reason = '' WHERE id = ?",
                (sha256, len(data), wanted.id),
            ),
            "keeping a file",
        )

    async def _later(self, wanted: Wanted, error: SendLater) -> None:
        if wanted.tries + 1 >= FETCH_TRIES:
            await self._give_up(wanted, error.reason)
            return
        pause = timedelta(seconds=error.after_s if error.after_s is not None else min(3600, 5 * 2**wanted.tries))
        again = to_ms(self._duty.store.now() + pause)
        await self._duty.write(
            lambda tx: tx.quietly("UPDATE attachment SET tries = tries + 1, next_at = ? WHERE id = ?", (again, wanted.id))
        )

    async def _give_up(self, wanted: Wanted, reason: str) -> None:
        words = clean_line(reason, 200)
        await self._duty.write(
            lambda tx: tx.run("UPDATE attachment SET state = 'failed', reason = ? WHERE id = ?", (words, wanted.id))
        )

    async def _file_due(self) -> bool:
        duty = self._duty

        def due(tx: Transaction) -> list[Claim]:
            return outbox.due_filings(tx, duty.epoch, duty.store.now(), duty.store.files, duty.rules, duty.mail_domain)

        claims = [claim for claim in await duty.write(due) if claim.channel_id in duty.served]
        for claim in claims:
            done = await self._file(claim)
            await duty.write(
                lambda tx, c=claim, d=done: outbox.filed(tx, c.outbound.outbox_id, duty.epoch, duty.store.now(), done=d)  # type: ignore[misc]
            )
        return bool(claims)

    async def _file(self, claim: Claim) -> bool:
        try:
            await self._duty.served[claim.channel_id].channel.file_sent(claim.outbound, claim.payload or b"")
        except SendError as error:
            log.info("a copy of what was sent could not be filed: %s", clean_line(error.reason, 200))
            return False
        except lease.Lost:
            raise
        except Exception:
            log.exception("filing a copy of part %s", claim.outbound.outbox_id)
            return False
        return True

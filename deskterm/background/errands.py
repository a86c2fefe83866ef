"""Small jobs that follow a message: fetching the files a channel keeps for us, filing copies of what was sent."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from datetime import timedelta

from deskterm.background.duty import Duty, fixed_payload
from deskterm.desk.post import SendError, SendLater
from deskterm.desk.text import clean_line
from deskterm.store import attachments, lease, outbox
from deskterm.store.attachments import Wanted
from deskterm.store.outbox import Claim
from deskterm.store.writer import Transaction

log = logging.getLogger("deskterm.background")

FETCH_TRIES = 8
NAP_S = 20.0
NO_ROOM_PAUSE = timedelta(minutes=1)


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
                    async with asyncio.timeout(NAP_S):
                        await self._woken.wait()

    async def _fetch_due(self) -> bool:
        duty = self._duty
        due = await duty.write(lambda tx: attachments.wanted(tx, tuple(duty.served), duty.store.now()))
        for one in due:
            await self._fetch(one)
        return bool(due)

    async def _fetch(self, wanted: Wanted) -> None:
        duty = self._duty
        try:
            data = await duty.served[wanted.channel_id].channel.fetch(wanted.remote)
        except SendLater as error:
            await self._later(wanted, error)
            return
        except SendError as error:
            await self._give_up(wanted, error.reason)
            return
        except Exception as error:
            # One file must not keep the others from being fetched.
            log.exception("fetching attachment %s", wanted.id)
            await self._later(wanted, SendLater(f"cannot be fetched: {type(error).__name__}"))
            return
        sha256 = await self._kept(wanted, data)
        if sha256 is not None:
            await duty.write_until_done(lambda tx: attachments.stored(tx, wanted.id, sha256, len(data)), "keeping a file")

    async def _kept(self, wanted: Wanted, data: bytes) -> str | None:
        """Keep the bytes; a full disk is nobody's try, so the file is fetched again for as long as it takes."""
        try:
            return await asyncio.to_thread(self._duty.store.files.put, data)
        except OSError as error:
            log.error("attachment %s cannot be kept: %s", wanted.id, error.strerror)
            until = self._duty.store.now() + NO_ROOM_PAUSE
            await self._duty.write(lambda tx: attachments.put_off(tx, wanted.id, until, wanted.tries))
            return None

    async def _later(self, wanted: Wanted, error: SendLater) -> None:
        if wanted.tries + 1 >= FETCH_TRIES:
            await self._give_up(wanted, error.reason)
            return
        pause = timedelta(seconds=error.after_s if error.after_s is not None else min(3600, 5 * 2**wanted.tries))
        until = self._duty.store.now() + pause
        await self._duty.write(lambda tx: attachments.put_off(tx, wanted.id, until, wanted.tries + 1))

    async def _give_up(self, wanted: Wanted, reason: str) -> None:
        words = clean_line(reason, 200)
        await self._duty.write(lambda tx: attachments.failed(tx, wanted.id, words))

    async def _file_due(self) -> bool:
        duty = self._duty

        def due(tx: Transaction) -> list[Claim]:
            served = tuple(duty.served)
            return outbox.due_filings(tx, served, duty.epoch, duty.store.now(), duty.store.files, duty.rules, duty.mail_domain)

        claims = await duty.write(due)
        for claim in claims:
            done = await self._file(claim)
            await duty.write(
                lambda tx, c=claim, d=done: outbox.filed(tx, c.outbound.outbox_id, duty.epoch, duty.store.now(), done=d)  # type: ignore[misc]
            )
        return bool(claims)

    async def _file(self, claim: Claim) -> bool:
        try:
            payload = await asyncio.to_thread(fixed_payload, claim, self._duty.store.files)
            if payload is not None:
                await self._duty.served[claim.channel_id].channel.file_sent(claim.outbound, payload)
        except SendError as error:
            log.info("a copy of what was sent could not be filed: %s", clean_line(error.reason, 200))
            return False
        except lease.Lost:
            raise
        except Exception:
            log.exception("filing a copy of part %s", claim.outbound.outbox_id)
            return False
        return True

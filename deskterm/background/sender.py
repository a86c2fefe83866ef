"""Sending: what is due is claimed, its bytes are fixed, it goes out, and what became of it is kept, whatever happens then."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import os
import threading
from collections import Counter
from datetime import timedelta
from pathlib import Path

from deskterm.background.duty import Duty, Served, fixed_payload
from deskterm.desk.post import (
    ChannelRefused,
    Health,
    HealthState,
    Receipt,
    SendError,
    SendLater,
    SendRejected,
    SendUncertain,
    ThreadMoved,
)
from deskterm.desk.text import clean_line
from deskterm.store import lease, outbox
from deskterm.store.engine import StoreError, sync_folder
from deskterm.store.ledger import IN_TABLE
from deskterm.store.outbox import Claim, Failed, Moved, Outcome, PutOff, Sent, StillUncertain, Uncertain
from deskterm.store.writer import Transaction

log = logging.getLogger("deskterm.background")

REFUSED_PAUSE = timedelta(minutes=2)
"""How long a channel that refuses our password is left alone, so that the account is not locked."""
AT_ONCE = 4
"""Most parts of one channel on their way at one time: mail providers allow few connections."""
LONGEST_NAP_S = 30.0
FINISH_S = 0.9
"""How long what is on the wire may take to come to its end when the back room closes; less than the supervisor waits."""


class Sender:
    """Sends the outbox of the channels served. What is on its way goes on when `run` begins again after a fault of the store;
    it ends with the lease, or when `run` is cancelled."""

    def __init__(self, duty: Duty) -> None:
        self._duty = duty
        self._woken = asyncio.Event()
        self._busy = Counter[int]()
        """Parts in hand, by channel; those that keep a pause do not count."""
        self._slots = {one: asyncio.Semaphore(AT_ONCE) for one in duty.served}
        self._refused_until: dict[int, float] = {}
        self._last_sent: dict[tuple[int, str], float] = {}
        self._tasks: dict[asyncio.Task[None], int] = {}
        self._wired: set[int] = set()
        self._receipts = ReceiptFile(duty.store.home / "outbox.journal")

    async def recover(self) -> None:
        """Settle what an earlier process left in the middle: its receipts first, then what nobody knows of."""
        duty = self._duty
        for outbox_id, outcome in self._receipts.read():
            await duty.write(lambda tx, i=outbox_id, o=outcome: outbox.settle(tx, i, o, None, duty.store.now()))  # type: ignore[misc]
        self._receipts.clear()
        idempotent = {one.id for one in duty.served.values() if one.channel.capabilities.idempotent}
        left = await duty.write(lambda tx: outbox.recover(tx, duty.epoch, idempotent, duty.store.now()))
        if left:
            log.warning("%d parts were being sent when deskterm was stopped", left)

    def wake(self) -> None:
        """Look again: something changed."""
        self._woken.set()

    async def run(self) -> None:
        """Send what falls due, for ever."""
        try:
            while True:
                self._woken.clear()
                for claim in await self._claims():
                    task = asyncio.create_task(self._send(claim), name=f"send {claim.outbound.outbox_id}")
                    self._tasks[task] = claim.outbound.outbox_id
                    task.add_done_callback(self._tasks.pop)
                await self._wait()
        except (asyncio.CancelledError, lease.Lost):
            await self._finish()
            raise

    async def _finish(self) -> None:
        """Let what is on the wire come to its end for a moment: cut off, nobody would know whether it arrived."""
        for task, outbox_id in self._tasks.items():
            if outbox_id not in self._wired:
                task.cancel()
        tasks = tuple(self._tasks)
        if tasks:
            await asyncio.wait(tasks, timeout=FINISH_S)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _claims(self) -> list[Claim]:
        free = {one: AT_ONCE - self._busy[one] for one in self._ready_channels()}
        if not free:
            return []
        duty = self._duty

        def claimed(tx: Transaction) -> list[Claim]:
            now = duty.store.now()
            return [
                claim
                for one, count in free.items()
                for claim in outbox.claim(tx, [one], duty.epoch, now, duty.store.files, duty.rules, duty.mail_domain, count)
            ]

        claims = await duty.write(claimed)
        self._busy.update(claim.channel_id for claim in claims)
        return claims

    def _open_channels(self) -> list[int]:
        now = asyncio.get_running_loop().time()
        return [one for one in self._duty.served if self._refused_until.get(one, 0.0) <= now]

    def _ready_channels(self) -> list[int]:
        return [one for one in self._open_channels() if self._busy[one] < AT_ONCE]

    async def _wait(self) -> None:
        channels = self._ready_channels()
        nap = LONGEST_NAP_S
        if len(self._open_channels()) < len(self._duty.served):
            nap = self._duty.retry_s
        if channels:
            due = await self._duty.write(lambda tx: outbox.next_due(tx, channels))
            if due is not None:
                nap = min(nap, max(0.05, (due - self._duty.store.now()).total_seconds()))
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(nap):
                await self._woken.wait()

    async def _send(self, claim: Claim) -> None:
        served = self._duty.served[claim.channel_id]
        try:
            await self._pace(served, claim)
            async with self._slots[served.id]:
                outcome = await self._outcome(served, claim)
            await self._keep(claim, outcome)
            if isinstance(outcome, Sent) and claim.outbound.outbox_id in self._wired:
                await self._tell_refusal(served, None)
        except lease.Lost:
            log.warning("another process took over while a message was being sent; it will settle it")
        except Exception:
            log.exception("part %s stays as it is until the next start", claim.outbound.outbox_id)
        finally:
            self._wired.discard(claim.outbound.outbox_id)
            self._busy[served.id] -= 1
            self._woken.set()

    async def _outcome(self, served: Served, claim: Claim) -> Outcome:
        outcome = await self._tried(served, claim)
        if claim.doubtful and isinstance(outcome, PutOff):
            return StillUncertain(outcome.reason)
        return outcome

    async def _tried(self, served: Served, claim: Claim) -> Outcome:
        outbox_id = claim.outbound.outbox_id

        async def told() -> None:
            await self._duty.write(lambda tx: outbox.on_wire(tx, outbox_id, self._duty.epoch))
            self._wired.add(outbox_id)

        try:
            payload = await self._payload(served, claim)
            if claim.doubtful:
                found = await served.channel.resolve(claim.outbound, payload)
                if found is not None:
                    return Sent(found.remote_ids, "found among what was sent")
            receipt = await served.channel.send(claim.outbound, payload, told)
            return Sent(receipt.remote_ids, _said(receipt))
        except lease.Lost:
            raise
        except SendError as error:
            return await self._refusal(served, error)
        except StoreError as error:
            # Nothing is on the wire before the store has said so.
            return PutOff(error.message, timedelta(seconds=self._duty.retry_s))
        except OSError as error:
            if outbox_id in self._wired:
                return self._unknown(served, error)
            return Failed(f"a file of it cannot be read: {error.strerror}")
        except Exception as error:
            log.exception("sending part %s", outbox_id)
            if outbox_id in self._wired:
                return self._unknown(served, error)
            return Failed(f"cannot be sent: {type(error).__name__}; see the log")

    def _unknown(self, served: Served, error: Exception) -> Uncertain:
        return Uncertain(f"interrupted: {type(error).__name__}", served.channel.capabilities.idempotent)

    async def _refusal(self, served: Served, error: SendError) -> Outcome:
        reason = clean_line(error.reason, 300)
        match error:
            case ChannelRefused():
                self._refused_until[served.id] = asyncio.get_running_loop().time() + REFUSED_PAUSE.total_seconds()
                refused = Health(HealthState.REFUSED, reason, f"correct the password or token of {served.settings.name}")
                await self._tell_refusal(served, refused)
                return PutOff(reason, REFUSED_PAUSE)
            case SendLater(after_s=after_s):
                return PutOff(reason, None if after_s is None else timedelta(seconds=after_s))
            case ThreadMoved(thread_key=thread_key):
                return Moved(thread_key)
            case SendUncertain():
                return Uncertain(reason, served.channel.capabilities.idempotent)
            case SendRejected():
                return Failed(reason)
        return Failed(reason)

    async def _tell_refusal(self, served: Served, refused: Health | None) -> None:
        try:
            await self._duty.sending(served.id, refused)
        except StoreError as unsaid:
            log.error("whether channel %s refuses us cannot be kept: %s", served.id, unsaid.message)

    async def _pace(self, served: Served, claim: Claim) -> None:
        """Keep the pause that a channel wants between two messages to one chat; meanwhile other chats have their turn."""
        pause = float(served.channel.capabilities.extra.get("per_chat_s", "0"))
        if not pause:
            return
        loop = asyncio.get_running_loop()
        chat = (served.id, claim.outbound.thread_key)
        wait = self._last_sent.get(chat, 0.0) + pause - loop.time()
        self._last_sent[chat] = max(loop.time(), loop.time() + wait)
        if len(self._last_sent) > 1000:
            self._last_sent = {key: at for key, at in self._last_sent.items() if at > loop.time() - pause}
        if wait > 0:
            self._busy[served.id] -= 1
            self._woken.set()
            try:
                await asyncio.sleep(wait)
            finally:
                self._busy[served.id] += 1

    async def _payload(self, served: Served, claim: Claim) -> bytes:
        fixed = await asyncio.to_thread(fixed_payload, claim, self._duty.store.files)
        if fixed is not None:
            return fixed
        payload = await served.channel.prepare(claim.outbound)
        small = len(payload) <= IN_TABLE
        sha256 = None if small else await asyncio.to_thread(self._duty.store.files.put, payload)
        await self._duty.write(
            lambda tx: outbox.fix_payload(tx, claim.outbound.outbox_id, payload if small else None, sha256, self._duty.epoch)
        )
        return payload

    async def _keep(self, claim: Claim, outcome: Outcome) -> None:
        """Record the outcome. If the store cannot, a receipt goes to a file beside it first: a second send is worse."""
        duty, outbox_id = self._duty, claim.outbound.outbox_id
        try:
            await duty.write(lambda tx: outbox.settle(tx, outbox_id, outcome, duty.epoch, duty.store.now()))
        except StoreError:
            if isinstance(outcome, Sent):
                with contextlib.suppress(OSError):  # the same full disk; the retry below goes on in any case
                    await asyncio.to_thread(self._receipts.add, outbox_id, outcome)
            await duty.write_until_done(
                lambda tx: outbox.settle(tx, outbox_id, outcome, duty.epoch, duty.store.now()), "recording what was sent"
            )
            await asyncio.to_thread(self._receipts.settled, outbox_id)


def _said(receipt: Receipt) -> str:
    refused = "; ".join(f"{address}: {why}" for address, why in receipt.refused)
    return clean_line(f"not accepted for {refused}" if refused else receipt.detail, 300)


class ReceiptFile:
    """Receipts that the store could not take: a line each, made durable, read at the next start."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._open: set[int] = set()
        self._one_at_a_time = threading.Lock()

    def add(self, outbox_id: int, outcome: Sent) -> None:
        """Append one receipt. Raises OSError."""
        with self._one_at_a_time:
            self._open.add(outbox_id)
            handle = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
            try:
                # A line of its own, also behind one that a full disk cut short.
                os.write(handle, f"\n{json.dumps([outbox_id, list(outcome.remote_ids)])}\n".encode())
                os.fsync(handle)
            finally:
                os.close(handle)
            sync_folder(self._path.parent)

    def settled(self, outbox_id: int) -> None:
        """Forget the receipts once all that was added stands in the store: an old one must not speak for a later try."""
        with self._one_at_a_time:
            self._open.discard(outbox_id)
            if not self._open:
                self.clear()

    def read(self) -> list[tuple[int, Sent]]:
        """Return the receipts; a line that a crash cut short is none."""
        found = []
        if self._path.exists():
            for line in self._path.read_text(encoding="utf-8", errors="replace").splitlines():
                with contextlib.suppress(ValueError, TypeError):
                    outbox_id, remote_ids = json.loads(line)
                    found.append((int(outbox_id), Sent(tuple(remote_ids), "recorded late")))
        return found

    def clear(self) -> None:
        """Forget them, once they stand in the store."""
        self._path.unlink(missing_ok=True)

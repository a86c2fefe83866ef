"""The demo's channel: no wire at all. Its customers write and answer by a script, whatever kind of channel it stands for."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
from collections.abc import Callable
from datetime import UTC, datetime
from typing import ClassVar, Self

from deskterm.channels.base import Mark, OnWire, Porch, StoreUnavailable
from deskterm.channels.demo import wire
from deskterm.channels.demo.people import is_gone
from deskterm.channels.demo.pictures import kept
from deskterm.channels.demo.script import Rhythm, Script
from deskterm.channels.demo.state import Coming, Progress, restored
from deskterm.desk.post import (
    Capabilities,
    CheckResult,
    Health,
    HealthState,
    Ignored,
    Inbound,
    Outbound,
    Raw,
    Receipt,
    RemoteFile,
    SendRejected,
    ServerCopy,
)
from deskterm.settings import DemoSettings

log = logging.getLogger("deskterm.channels.demo")

MARK = "script"
"""The checkpoint's key."""
FOLDER, EPOCH = "INBOX", 1
"""Where the mails of a demo mailbox stand."""
SEND_S = 1.0
ALIVE_S = 10.0
"""How often the channel says that it is well (seconds)."""
STORE_AGAIN_S = 1.0


def _utc_now() -> datetime:
    return datetime.now(UTC)


class DemoChannel:
    """`channels.base.Channel` for made-up customers. A class below it may stand for another kind, with what that kind carries.

    `rhythm` says how often somebody new writes. Where the channel stands for a mailbox (`subject`), every message has its place
    in INBOX, and the channel counts them.
    """

    kind: ClassVar[str] = "demo"
    capabilities: ClassVar[Capabilities] = Capabilities(max_units=4096, files_apart=True)

    def __init__(
        self,
        settings: DemoSettings,
        *,
        rhythm: Rhythm | None = None,
        now: Callable[[], datetime] = _utc_now,
    ) -> None:
        self._pace = settings.pace
        self._script = Script(settings.seed, settings.name, self.kind, settings.pace, rhythm or Rhythm())
        self._now = now
        self._heard: list[Outbound] = []
        self._woken = asyncio.Event()

    @classmethod
    def of(cls, settings: DemoSettings, mail_domain: str) -> Self:
        """Return the channel with its usual rhythm."""
        return cls(settings)

    async def listen(self, porch: Porch) -> None:
        """Hand over what the customers write, in time, until cancelled. Raises LeaseLost as the porch does."""
        progress = restored(await porch.mark(MARK))
        progress.newcomer_at = self._time() + self._script.pause_before(0)
        while True:
            self._woken.clear()
            try:
                await self._hand_over(porch, progress)
                await porch.health(Health(HealthState.OK, "made-up customers"))
            except StoreUnavailable as error:
                log.warning("the customers wait for the store: %s", error)
                await asyncio.sleep(STORE_AGAIN_S)
                continue
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._woken.wait(), self._nap(progress))

    def _time(self) -> float:
        return self._now().timestamp()

    def _nap(self, progress: Progress) -> float:
        times = [one.at for one in progress.coming]
        if progress.newcomer_at is not None:
            times.append(progress.newcomer_at)
        return min(ALIVE_S, max(0.0, min(times, default=ALIVE_S) - self._time()))

    async def _hand_over(self, porch: Porch, progress: Progress) -> None:
        """Keep what is due together with how far the script has come. What the store refuses stays to be said again."""
        changed = self._take_answers(progress)
        changed = self._let_in(progress) or changed
        now = self._time()
        due = sorted((one for one in progress.coming if one.at <= now), key=lambda one: one.at)
        if not due and not changed:
            return
        before = progress.coming, progress.position
        progress.coming = [one for one in progress.coming if one.at > now]
        raws = [self._raw(one, progress) for one in due]
        try:
            await porch.take(raws, Mark(MARK, progress.kept()))
        except StoreUnavailable:
            progress.coming, progress.position = before
            raise
        if raws and self.capabilities.subject:
            await porch.counted(FOLDER, EPOCH, range(1, progress.position + 1))

    def _take_answers(self, progress: Progress) -> bool:
        """Have the customers think about the replies that went out; returns whether there were any."""
        heard, self._heard = self._heard, []
        for outbound in heard:
            who = outbound.thread_key or outbound.to[0].value
            lines, turn = self._script.answer(outbound, progress.turn(who))
            progress.set_turn(who, turn)
            progress.coming += [Coming(self._time() + line.after_s, line.key, line.message) for line in lines]
        return bool(heard)

    def _let_in(self, progress: Progress) -> bool:
        """Let the next new customer begin, if it is time; returns whether one did."""
        now = self._time()
        if progress.newcomer_at is None or progress.newcomer_at > now:
            return False
        lines = self._script.newcomer(progress.newcomer)
        progress.coming += [Coming(now + line.after_s, line.key, line.message) for line in lines]
        progress.newcomer += 1
        progress.newcomer_at = now + self._script.pause_before(progress.newcomer)
        return True

    def _raw(self, coming: Coming, progress: Progress) -> Raw:
        at = self._now()
        message = {**coming.message, "at": at.isoformat()}
        copy = None
        if self.capabilities.subject:
            progress.position += 1
            copy = ServerCopy(FOLDER, EPOCH, progress.position)
        return Raw(coming.key, wire.packed(message), at, copy)

    async def parse(self, data: bytes) -> Inbound | Ignored:
        """Understand one raw message. Raises `Unreadable`."""
        return wire.understood(data)

    async def prepare(self, outbound: Outbound) -> bytes:
        """Return what would go out, as JSON."""
        to = [address.value for address in outbound.to]
        files = [file.name for file in outbound.attachments]
        return json.dumps({"to": to, "text": outbound.text, "files": files}, ensure_ascii=False).encode()

    async def send(self, outbound: Outbound, payload: bytes, on_wire: OnWire) -> Receipt:
        """Deliver after a moment; who is gone is never reached (`SendRejected`)."""
        await asyncio.sleep(SEND_S * self._pace)
        if any(is_gone(address) for address in outbound.to):
            raise SendRejected("550 5.1.1 the recipient does not exist")
        await on_wire()
        if outbound.part_no == 0 and outbound.to:
            self._heard.append(outbound)
            self._woken.set()
        return Receipt((f"sent.{outbound.outbox_id}",))

    async def resolve(self, outbound: Outbound, payload: bytes) -> Receipt | None:
        """Return None: the script keeps no copies, so an uncertain part is sent once more or waits for a person."""
        return None

    async def file_sent(self, outbound: Outbound, payload: bytes) -> None:
        """Do nothing: there is no folder to file into."""

    async def fetch(self, remote: RemoteFile) -> bytes:
        """Make the file that a customer sent. Raises `SendRejected` for one that never was."""
        await asyncio.sleep(SEND_S * self._pace)
        data = kept(remote.ref)
        if data is None:
            raise SendRejected("the file is not there any more")
        return data

    async def check(self) -> list[CheckResult]:
        """Say that there is nothing to test."""
        return [CheckResult("script", True, "made-up customers; no network is used")]

    async def close(self) -> None:
        """Nothing is open."""

"""The supervisor: stands for the lease, and while it holds it has the channels polled, the outbox sent, the clock ticked."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable, Mapping, Sequence

from deskterm.background.collector import Placer, StorePorch
from deskterm.background.duty import NEVER_AGAIN, RETRY_S, Duty, Served, forever
from deskterm.background.errands import Errands
from deskterm.background.keeping import Keeping
from deskterm.background.notify import Notifier
from deskterm.background.sender import Sender
from deskterm.channels.base import Channel, LeaseLost
from deskterm.desk.post import Health, HealthState
from deskterm.settings import ChannelSettings
from deskterm.store import awake, lease
from deskterm.store.engine import StoreError
from deskterm.store.lease import TTL_MS, Claimant
from deskterm.store.rules import Rules
from deskterm.store.store import Store
from deskterm.store.writer import Transaction

log = logging.getLogger("deskterm.background")

STAND_S = 1.0
"""How often a process without the lease tries for it, besides whenever the bell rings."""
END_S = 1.2
"""How long the parts of the back room have to end; what is on the wire then is settled by the next holder."""


class BackRoom:
    """Everything that runs without anybody looking. `run` lasts until it is cancelled; a store that was taken away under it
    ends it with StoreError."""

    def __init__(
        self,
        store: Store,
        rules: Rules,
        mail_domain: str,
        channels: Sequence[ChannelSettings],
        make: Callable[[ChannelSettings], Channel],
        *,
        ttl_ms: int = TTL_MS,
        retry_s: float = RETRY_S,
    ) -> None:
        self._store = store
        self._rules = rules
        self._mail_domain = mail_domain
        self._channels = [one for one in channels if one.enabled]
        self._make = make
        self._ttl_ms = ttl_ms
        self._retry_s = retry_s
        self._who = Claimant()
        self.holding = asyncio.Event()

    async def run(self) -> None:
        """Stand for the lease, serve while it is held, stand again."""
        rang = asyncio.Event()
        end_listening = self._store.changes.on_change(rang.set)
        try:
            while True:
                epoch = await self._stand(rang)
                try:
                    await self._serve(epoch)
                except StoreError as error:
                    if error.code in NEVER_AGAIN:
                        raise
                    log.error("the back room waits for the store: %s (%s)", error.message, error.fix)
                    await asyncio.sleep(self._retry_s)
                finally:
                    self.holding.clear()
        finally:
            end_listening()
            await self._release()

    async def _stand(self, rang: asyncio.Event) -> int:
        while True:
            rang.clear()
            try:
                epoch = await self._store.writer.run(self._acquire)
            except StoreError as error:
                if error.code in NEVER_AGAIN:
                    raise
                log.error("cannot stand for the lease: %s (%s)", error.message, error.fix)
                epoch = None
            if epoch is not None:
                log.info("holding the lease, epoch %d", epoch)
                return epoch
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(STAND_S):
                    await rang.wait()

    def _acquire(self, tx: Transaction) -> int | None:
        epoch = lease.acquire(tx, self._who, self._ttl_ms)
        if epoch is not None:
            awake.keep(tx, awake.this_moment(self._store.now()))
        return epoch

    def _renew(self, tx: Transaction, epoch: int | None) -> None:
        lease.renew(tx, self._who, epoch, self._ttl_ms)
        awake.keep(tx, awake.this_moment(self._store.now()))

    async def _release(self) -> None:
        with contextlib.suppress(StoreError):
            await self._store.writer.run(lambda tx: lease.release(tx, self._who))

    async def _serve(self, epoch: int) -> None:
        """One term of office; returns when the lease is lost."""
        served = await self._served()
        duty = Duty(self._store, self._rules, epoch, self._mail_domain, served, self._retry_s)
        parts = [asyncio.create_task(self._heartbeat(duty), name="heartbeat")]
        try:
            parts += await self._begin(duty)
            self.holding.set()
            done, _ = await asyncio.wait(parts, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        except (lease.Lost, LeaseLost):
            log.warning("another process holds the lease now")
        finally:
            await self._end(parts, served)

    async def _served(self) -> Mapping[int, Served]:
        rows = await self._store.reader.all("SELECT name, id FROM channel")
        ids: dict[str, int] = dict(rows)
        return {ids[one.name]: Served(ids[one.name], one, self._make(one)) for one in self._channels}

    async def _begin(self, duty: Duty) -> list[asyncio.Task[None]]:
        sender, errands, placer, notifier = Sender(duty), Errands(duty), Placer(duty), Notifier(duty)
        await duty.write_until_done(lambda tx: None, "the back room")
        await sender.recover()
        await notifier.recover()
        for one in duty.served.values():
            await duty.health(one.id, Health(HealthState.STARTING))
        tasks = [
            asyncio.create_task(forever(placer.run, "placing", self._retry_s), name="placer"),
            asyncio.create_task(forever(sender.run, "sending", self._retry_s), name="sender"),
            asyncio.create_task(forever(errands.run, "errands", self._retry_s), name="errands"),
            asyncio.create_task(forever(notifier.run, "notices", self._retry_s), name="notifier"),
            asyncio.create_task(forever(lambda: self._tick(duty), "the clock", self._retry_s), name="clock"),
            asyncio.create_task(forever(Keeping(duty).run, "retention", self._retry_s), name="retention"),
            asyncio.create_task(self._relay((sender.wake, errands.wake, notifier.wake)), name="relay"),
        ]
        return tasks + [
            asyncio.create_task(self._listen(duty, one), name=f"listen {one.settings.name}") for one in duty.served.values()
        ]

    async def _relay(self, wakes: Sequence[Callable[[], None]]) -> None:
        """Wake the sender when anybody changes anything: a reply may have been queued in another process."""
        ends = [self._store.changes.on_change(wake) for wake in wakes]
        try:
            await asyncio.Event().wait()
        finally:
            for end in ends:
                end()

    async def _tick(self, duty: Duty) -> None:
        # APScheduler is loaded here, not with the console: 160 ms of CPU that only the holder of the lease needs.
        from deskterm.background.clock import Clock

        clock = Clock(duty)
        rang = asyncio.Event()
        end_listening = self._store.changes.on_change(rang.set)
        clock.start()
        try:
            while True:
                await rang.wait()
                rang.clear()
                await clock.look()
        finally:
            end_listening()
            clock.stop()

    async def _listen(self, duty: Duty, served: Served) -> None:
        porch = StorePorch(duty, served.id)
        await forever(lambda: self._listen_once(served, porch), f"channel {served.settings.name}", self._retry_s)

    async def _listen_once(self, served: Served, porch: StorePorch) -> None:
        try:
            await served.channel.listen(porch)
        except LeaseLost as error:
            raise lease.Lost from error

    async def _heartbeat(self, duty: Duty) -> None:
        """Renew the lease; a store that cannot be written lets it run out, and then nothing of ours may act."""
        pause = self._ttl_ms / 3000
        deadline = asyncio.get_running_loop().time() + self._ttl_ms / 1000
        while True:
            await asyncio.sleep(pause)
            try:
                await self._store.writer.run(lambda tx: self._renew(tx, duty.epoch))
                deadline = asyncio.get_running_loop().time() + self._ttl_ms / 1000
            except StoreError as error:
                if error.code in NEVER_AGAIN:
                    raise
                log.error("the lease cannot be renewed: %s", error.message)
                if asyncio.get_running_loop().time() > deadline:
                    raise lease.Lost from error

    async def _end(self, parts: Sequence[asyncio.Task[None]], served: Mapping[int, Served]) -> None:
        for task in parts:
            task.cancel()
        _, late = await asyncio.wait(parts, timeout=END_S)
        for task in late:
            log.warning("%s did not end in time", task.get_name())
        # Before the channels say goodbye to servers that may not answer: another process can take over at once.
        await self._release()
        closing = [asyncio.create_task(one.channel.close()) for one in served.values()]
        if closing:
            await asyncio.wait(closing, timeout=END_S / 2)

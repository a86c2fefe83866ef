"""A channel that does as a test says, and the back room's parts around it on a real store."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from house import House

from deskterm.background.duty import Duty, Served
from deskterm.background.sender import Sender
from deskterm.channels.base import Porch
from deskterm.desk import commands as c
from deskterm.desk.commands import Done
from deskterm.desk.post import Capabilities, CheckResult, Ignored, Inbound, Outbound, Receipt, RemoteFile
from deskterm.settings import ChannelSettings
from deskterm.store import lease
from deskterm.store.engine import StoreError
from deskterm.store.lease import Claimant

PATIENCE_S = 20.0


async def until(condition: Callable[[], Any], what: str = "it holds") -> Any:
    """Wait until a condition holds; returns what it gave."""
    end = time.monotonic() + PATIENCE_S
    while True:
        value = condition()
        if isinstance(value, Awaitable):
            value = await value
        if value:
            return value
        assert time.monotonic() < end, f"waited in vain until {what}"
        await asyncio.sleep(0.005)


@dataclass
class Try:
    """What one try to send comes to: a receipt, or an exception; `wire` says whether the first byte went out before. Until
    `gate` is set it lasts."""

    result: Receipt | BaseException
    wire: bool = True
    gate: asyncio.Event | None = None


class Scripted:
    """A channel whose tries, questions and files are scripted. What is not scripted succeeds."""

    def __init__(self, kind: str, capabilities: Capabilities) -> None:
        self.kind = kind
        self.capabilities = capabilities
        self.tries: deque[Try] = deque()
        self.found: deque[Receipt | BaseException | None] = deque()
        self.files: dict[str, deque[bytes | BaseException]] = {}
        self.filing: deque[BaseException] = deque()
        self.understands: Callable[[bytes], Inbound | Ignored] = _nothing
        self.sent: list[tuple[Outbound, bytes]] = []
        self.begun: list[str] = []
        self.at: list[float] = []
        self.prepared: list[Outbound] = []
        self.resolved: list[Outbound] = []
        self.filed: list[bytes] = []
        self.asked: list[str] = []
        self.parsed: list[bytes] = []
        self.listening: Callable[[Porch], Awaitable[None]] = _for_ever
        self.closed = 0

    async def listen(self, porch: Porch) -> None:
        await self.listening(porch)

    async def parse(self, data: bytes) -> Inbound | Ignored:
        self.parsed.append(data)
        found = self.understands(data)
        return await found if isinstance(found, Awaitable) else found

    async def prepare(self, outbound: Outbound) -> bytes:
        self.prepared.append(outbound)
        return f"{outbound.message_id} {len(self.prepared)}: {outbound.text}".encode()

    async def send(self, outbound: Outbound, payload: bytes, on_wire: Any) -> Receipt:
        self.begun.append(outbound.text)
        self.at.append(asyncio.get_running_loop().time())
        one = self.tries.popleft() if self.tries else Try(Receipt((f"r{len(self.sent)}",)))
        if one.wire:
            await on_wire()
            self.sent.append((outbound, payload))
        if one.gate is not None:
            await one.gate.wait()
        if isinstance(one.result, BaseException):
            raise one.result
        return one.result

    async def resolve(self, outbound: Outbound, payload: bytes) -> Receipt | None:
        self.resolved.append(outbound)
        found = self.found.popleft() if self.found else None
        if isinstance(found, BaseException):
            raise found
        return found

    async def file_sent(self, outbound: Outbound, payload: bytes) -> None:
        if self.filing:
            raise self.filing.popleft()
        self.filed.append(payload)

    async def fetch(self, remote: RemoteFile) -> bytes:
        self.asked.append(remote.ref)
        found = self.files[remote.ref].popleft()
        if isinstance(found, BaseException):
            raise found
        return found

    async def check(self) -> list[CheckResult]:
        return []

    async def close(self) -> None:
        self.closed += 1

    def texts(self) -> list[str]:
        """What went over the wire, in order."""
        return [outbound.text for outbound, _ in self.sent]


def _nothing(_data: bytes) -> Ignored:
    return Ignored("nothing")


async def _for_ever(_porch: Porch) -> None:
    await asyncio.Event().wait()


@dataclass
class Room:
    """A term of office over a house: a mail channel (a second copy is the same message) and a chat channel (it is not)."""

    house: House
    duty: Duty
    mail: Scripted
    bot: Scripted
    who: Claimant
    full: bool = False
    """Whether the store refuses to be written."""
    writes: int = 0
    ends: list[Callable[[], None]] = field(default_factory=list)

    @classmethod
    async def over(cls, house: House, retry_s: float = 0.01, who: Claimant | None = None) -> Room:
        who = who or Claimant()
        epoch = await house.store.writer.run(lambda tx: lease.acquire(tx, who))
        assert epoch is not None
        made = {
            "mail": Scripted("email", Capabilities(subject=True, idempotent=True)),
            "bot": Scripted("telegram", Capabilities(max_units=4096, files_apart=True)),
        }
        served = {
            house.channels[name]: Served(house.channels[name], ChannelSettings(name, one.kind), one)
            for name, one in made.items()
        }
        duty = Duty(house.store, house.rules, epoch, "desk.test", served, retry_s)
        room = cls(house, duty, made["mail"], made["bot"], who)
        run = house.store.writer.run

        async def guarded(work: Any) -> Any:
            room.writes += 1
            if room.full:
                raise StoreError("disk_full", "no room", "free some space")
            return await run(work)

        house.store.writer.run = guarded  # type: ignore[method-assign]
        return room

    @contextlib.asynccontextmanager
    async def running(self, *parts: Any) -> AsyncIterator[list[asyncio.Task[None]]]:
        """Run parts of the back room, woken by the bell."""
        tasks = [asyncio.create_task(part.run()) for part in parts]
        ends = [self.house.store.changes.on_change(part.wake) for part in parts if hasattr(part, "wake")]
        try:
            yield tasks
        finally:
            for end in ends:
                end()
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks, timeout=PATIENCE_S)

    @contextlib.asynccontextmanager
    async def sending(self) -> AsyncIterator[Sender]:
        sender = Sender(self.duty)
        await sender.recover()
        async with self.running(sender):
            yield sender

    async def conversation(self, channel: str = "mail", who: str = "olga") -> int:
        """Have a new customer write; returns the conversation's id."""
        inbound = self.house.mail(sender=f"{who}@client.test") if channel == "mail" else self.house.chat(user=who)
        await self.house.arrive(inbound, channel)
        return int((await self.house.one("SELECT max(id) FROM conversation"))[0])

    async def reply(self, text: str, conversation_id: int = 1, *, undo: bool = False, **more: Any) -> int:
        """Answer; unless `undo`, time goes on past the undo window."""
        done = await self.house.office.submit(c.Reply(conversation_id, text, anyway=True, **more))
        assert isinstance(done, Done), done
        assert done.message_id is not None
        if not undo:
            self.house.clock.pass_(seconds=10)
        return done.message_id

    async def delivery(self, message_id: int) -> str:
        return str((await self.house.one("SELECT delivery FROM message WHERE id = ?", (message_id,)))[0])

    async def comes_to(self, message_id: int, state: str) -> None:
        """Wait until a message's delivery is in this state."""

        async def there() -> bool:
            return await self.delivery(message_id) == state

        await until(there, f"message {message_id} is {state}")

    async def part(self, message_id: int, columns: str) -> Any:
        return await self.house.one(f"SELECT {columns} FROM outbox WHERE message_id = ? ORDER BY part_no", (message_id,))

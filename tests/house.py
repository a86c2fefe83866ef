"""A house for tests: an open store, a real file copied from one made by the migrations, two channels, two operators."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from deskterm.channels.manual import ManualChannel
from deskterm.desk.model import Held, Operator, Role
from deskterm.desk.post import Address, Capabilities, IdentityKind, Inbound, MailRefs, Raw
from deskterm.store import ledger, people
from deskterm.store import store as stores
from deskterm.store.ledger import Kept
from deskterm.store.office import StoreOffice
from deskterm.store.people import ChannelSpec
from deskterm.store.rules import Rules
from deskterm.store.store import Store

T0 = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
CAPABILITIES = {
    "email": Capabilities(subject=True, idempotent=True, starts="any"),
    "telegram": Capabilities(max_units=4096, files_apart=True, max_file_bytes=50 * 2**20),
    "manual": ManualChannel.capabilities,
}
DAY_MS = 86_400_000


@dataclass
class Clock:
    """The desk's time in a test."""

    at: datetime = T0

    def __call__(self) -> datetime:
        return self.at

    def pass_(self, **parts: float) -> datetime:
        self.at += timedelta(**parts)
        return self.at


@dataclass
class House:
    """An open store with two channels, two operators, and short ways to have things happen."""

    store: Store
    clock: Clock
    office: StoreOffice
    anna: Operator
    boris: Operator
    channels: dict[str, int]
    rules: Rules
    count: int = 0
    offices: dict[int, StoreOffice] = field(default_factory=dict)

    def as_(self, who: Operator) -> StoreOffice:
        async def reparse(_inbound_id: int) -> None:
            raise AssertionError("no channel in this test")

        return StoreOffice(self.store, self.rules, who, reparse)

    async def keep(self, data: bytes, channel: str = "mail", key: str | None = None) -> int:
        self.count += 1
        raw = Raw(key or f"k{self.count}", data, self.clock())
        rows = await self.store.writer.run(
            lambda tx: ledger.keep(tx, self.channels[channel], [Kept(raw, None)], None, self.clock())
        )
        return rows[0]

    async def arrive(self, inbound: Inbound, channel: str = "mail") -> Held:
        inbound_id = await self.keep(b"raw", channel)

        def work(tx: Any) -> Held:
            row = ledger.one(tx, inbound_id)
            assert row is not None
            return ledger.take_in(tx, row, inbound, {}, self.rules, self.clock())

        return await self.store.writer.run(work)

    def mail(self, text: str = "Где мой заказ?", sender: str = "olga@client.test", **more: Any) -> Inbound:
        self.count += 1
        refs = more.pop("refs", None) or MailRefs(message_id=f"m{self.count}@client.test")
        return Inbound(
            external_id=f"mail{self.count}",
            sender=Address(IdentityKind.EMAIL, sender, more.pop("name", "Ольга К.")),
            at=self.clock(),
            text=text,
            subject=more.pop("subject", "Заказ 5531"),
            refs=refs,
            **more,
        )

    def chat(self, text: str = "привет", user: str = "7", **more: Any) -> Inbound:
        self.count += 1
        return Inbound(
            external_id=more.pop("external_id", f"{user}:{self.count}"),
            sender=Address(IdentityKind.TELEGRAM, user, more.pop("name", "Тарас")),
            at=self.clock(),
            text=text,
            thread_key=more.pop("thread_key", user),
            **more,
        )

    async def all(self, sql: str, values: tuple[Any, ...] = ()) -> list[Any]:
        return await self.store.reader.all(sql, values)

    async def one(self, sql: str, values: tuple[Any, ...] = ()) -> Any:
        return await self.store.reader.one(sql, values)


@pytest.fixture(scope="session")
def empty_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a new store in it, made once by the migrations."""
    home = tmp_path_factory.mktemp("empty")
    stores.create(home)
    return home


@pytest.fixture
def home(empty_store: Path, tmp_path: Path) -> Path:
    """A folder with a store of this test's own."""
    target = tmp_path / "home"
    shutil.copytree(empty_store, target)
    return target


async def begin(home: Path, *more_channels: ChannelSpec) -> House:
    """Open the store of a folder; its operators are made where it has none. Whoever opens it closes `store`."""
    clock = Clock()
    store = Store(home, now=clock)
    await store.open()
    specs = [
        ChannelSpec("mail", "email", "support@desk.test", True, 3 * DAY_MS),
        ChannelSpec("bot", "telegram", "@desk_bot", True, 3 * DAY_MS),
        *more_channels,
    ]
    channels = await store.writer.run(lambda tx: people.sync_channels(tx, specs))
    known = await store.reader.all("SELECT id, login, name, role FROM operator ORDER BY id")
    staff = [Operator(r[0], r[1], r[2], Role(r[3])) for r in known]
    if not staff:
        for login, name, role in (("anna", "Анна", Role.OWNER), ("boris", "Boris", Role.OPERATOR)):
            staff.append(await store.writer.run(lambda tx, a=(login, name, role): people.add_operator(tx, *a, clock())))
    rules = Rules(store.signer, CAPABILITIES, timedelta(seconds=10))
    house = House(store, clock, None, staff[0], staff[1], channels, rules)  # type: ignore[arg-type]
    house.office = house.as_(staff[0])
    return house


@pytest.fixture
async def open_house(home: Path) -> AsyncIterator[Callable[[], Any]]:
    """Open the store of `home`, as often as asked."""
    opened: list[Store] = []

    async def make(*more_channels: ChannelSpec) -> House:
        house = await begin(home, *more_channels)
        opened.append(house.store)
        return house

    yield make
    for store in opened:
        await store.close()


@pytest.fixture
async def house(open_house: Callable[[], Any]) -> House:
    """One open store."""
    return await open_house()

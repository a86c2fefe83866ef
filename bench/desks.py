"""The desks that are measured: demo desks of a size, made once; copies of them to write on; what the bench itself takes in."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

from deskterm.channels import registry
from deskterm.desk.model import Operator, Role
from deskterm.desk.post import Address, IdentityKind, Inbound, Raw
from deskterm.store import ledger
from deskterm.store.engine import STORE_FILE
from deskterm.store.ledger import Kept
from deskterm.store.office import StoreOffice
from deskterm.store.rules import Rules
from deskterm.store.store import Store
from deskterm.store.writer import Transaction

AT_ONCE = 500
"""Messages taken in in one transaction where only their being there matters."""


def seed(home: Path, size: int) -> None:
    """Make a desk of a size, unless it is there."""
    mark = home / f"{size} conversations"
    if mark.exists():
        return
    shutil.rmtree(home, ignore_errors=True)
    print(f"making a desk of {size} conversations in {home} ...", file=sys.stderr, flush=True)
    words = ("demo", "--size", str(size), "--no-console", "--home", str(home))
    subprocess.run((sys.executable, "-m", "deskterm", *words), check=True, stdout=sys.stderr)
    (home / "config.toml").write_text('[desk]\nname = "Bench"\n', encoding="utf-8")
    (home / "config.toml").chmod(0o600)
    mark.touch()


def copied(home: Path, target: Path) -> Path:
    """Copy a desk that nobody has open, to be written on."""
    shutil.copytree(home, target)
    return target


@dataclass(frozen=True, slots=True)
class Opened:
    """An open desk and its office as the demo's owner has it."""

    store: Store
    rules: Rules
    office: StoreOffice

    async def take_in(self, messages: Sequence[tuple[str, str]], name: str = "") -> None:
        """Have chat messages come in, one transaction for all: pairs of who writes and what, through the desk's own intake;
        `name` is how they call themselves."""
        now = datetime.now(UTC)

        def work(tx: Transaction) -> None:
            channel_id = tx.one("SELECT id FROM channel WHERE kind = 'telegram' ORDER BY id LIMIT 1")[0]
            for person, text in messages:
                sender = Address(IdentityKind.TELEGRAM, person, name or f"Bench {person}")
                raw = Raw(f"bench {uuid4()}", text.encode(), now)
                (inbound_id,) = ledger.keep(tx, channel_id, [Kept(raw, None)], None, now)
                row = ledger.one(tx, inbound_id)
                assert row is not None
                inbound = Inbound(f"{person}:{inbound_id}", sender, now, text, thread_key=person)
                ledger.take_in(tx, row, inbound, {}, self.rules, now)

        await self.store.writer.run(work)

    async def long_conversation(self, person: str, texts: Sequence[str]) -> int:
        """Have one person write all these; returns the number of the conversation."""
        for first in range(0, len(texts), AT_ONCE):
            await self.take_in([(person, text) for text in texts[first : first + AT_ONCE]])
        found = await self.store.reader.one(
            "SELECT c.number FROM conversation c JOIN message m ON m.conversation_id = c.id JOIN identity i"
            " ON i.id = m.author_identity_id WHERE i.kind = 'telegram' AND i.value = ? LIMIT 1",
            (person,),
        )
        return int(found[0])


@asynccontextmanager
async def opened(home: Path) -> AsyncIterator[Opened]:
    """Open a demo desk as its owner."""
    store = Store(home)
    await store.open()

    async def no_channel(_inbound_id: int) -> None: ...

    try:
        capabilities = {kind: registry.capabilities(kind) for kind in ("email", "telegram", "demo")}
        rules = Rules(store.signer, capabilities, timedelta(seconds=10))
        who = await store.reader.one("SELECT id, login, name, role FROM operator ORDER BY id LIMIT 1")
        me = Operator(who[0], who[1], who[2], Role(who[3]))
        yield Opened(store, rules, StoreOffice(store, rules, me, no_channel))
    finally:
        await store.close()


def store_of(home: Path) -> Path:
    """Return the file of a desk's store."""
    return home / STORE_FILE

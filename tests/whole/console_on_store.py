"""The console over the store of a folder, without channels, for a pseudo-terminal: python console_on_store.py FOLDER."""

from __future__ import annotations

import deskterm.sqlite_bootstrap  # noqa: F401  # isort: skip

import asyncio
import sys
from datetime import timedelta
from pathlib import Path

from deskterm.app import DeskApp
from deskterm.desk.model import Operator, Role
from deskterm.desk.post import Capabilities
from deskterm.settings import ConsoleSettings
from deskterm.store.office import StoreOffice
from deskterm.store.rules import Rules
from deskterm.store.store import Store

KINDS = ("email", "telegram", "demo")


async def open_console(folder: Path) -> None:
    store = Store(folder)
    await store.open()

    async def reparse(_inbound_id: int) -> None:
        raise AssertionError("no channel here")

    try:
        row = await store.reader.one("SELECT id, login, name, role FROM operator ORDER BY id LIMIT 1")
        rules = Rules(store.signer, dict.fromkeys(KINDS, Capabilities(subject=True, starts="any")), timedelta(seconds=10))
        office = StoreOffice(store, rules, Operator(row[0], row[1], row[2], Role(row[3])), reparse)
        await DeskApp(office, ConsoleSettings(bell=False)).run_async()
    finally:
        await store.close()


asyncio.run(open_console(Path(sys.argv[1])))

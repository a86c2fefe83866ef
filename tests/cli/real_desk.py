"""A real desk on disk for tests of the command line: a store with conversations, its configuration, and the program."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from fake_root import Result
from house import CAPABILITIES, DAY_MS, House

from deskterm.cli.main import main
from deskterm.desk.model import Operator, Role
from deskterm.store import people
from deskterm.store.office import StoreOffice
from deskterm.store.people import ChannelSpec
from deskterm.store.rules import Rules
from deskterm.store.store import Store

CONFIG = """
[channels.mail]
kind = "email"
address = "support@desk.test"
[channels.mail.imap]
host = "imap.desk.test"
user = "support@desk.test"
password = "x"
[channels.mail.smtp]
host = "smtp.desk.test"
user = "support@desk.test"
password = "x"
"""
SENDERS = ("olga", "liwei", "taras", "eve", "max", "nina")


@dataclass
class RealDesk:
    """A desk on disk with a conversation of each of `SENDERS`, numbers in that order."""

    home: Path
    numbers: list[int]
    _capture: pytest.CaptureFixture[str]

    def run(self, *arguments: str) -> Result:
        """Run one command line in this process."""
        self._capture.readouterr()
        status = main(arguments)
        printed = self._capture.readouterr()
        return Result(status, printed.out, printed.err)

    def json(self, *arguments: str) -> Result:
        """Run one command line with --json."""
        return self.run(*arguments, "--json")

    def data(self, *arguments: str) -> Any:
        """Return the data of a command that must do."""
        result = self.json(*arguments)
        assert result.status == 0, result.out + result.err
        return result.data

    def row(self, number: int) -> dict[str, Any]:
        """Return a conversation as the list shows it."""
        return self.data("conversation", "show", str(number))["conversation"]["row"]

    def listed(self, *arguments: str) -> list[int]:
        """Return the numbers that a list shows, all pages of two joined."""
        found: list[int] = []
        after: list[str] = []
        while True:
            result = self.json("conversation", "list", *arguments, "--limit", "2", *after)
            assert result.status == 0, result.out
            found += [row["number"] for row in result.data]
            cursor = json.loads(result.out)["next"]
            if cursor is None:
                return found
            after = ["--after", cursor]


async def fill(home: Path) -> list[int]:
    """Put two operators, a team and some conversations into an empty store; returns the numbers."""
    began = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=6)
    clock = iter(began + timedelta(minutes=n) for n in range(10_000))
    store = Store(home, now=lambda: next(clock))
    await store.open()
    try:
        spec = ChannelSpec("mail", "email", "support@desk.test", True, 3 * DAY_MS)
        channels = await store.writer.run(lambda tx: people.sync_channels(tx, [spec]))
        staff: list[Operator] = []
        for login, name, role in (("anna", "Анна", Role.OWNER), ("boris", "Boris", Role.OPERATOR)):
            staff.append(
                await store.writer.run(lambda tx, a=(login, name, role): people.add_operator(tx, *a, began))  # type: ignore[misc]
            )
        rules = Rules(store.signer, CAPABILITIES, timedelta(seconds=10))
        house = House(store, lambda: next(clock), None, staff[0], staff[1], channels, rules)  # type: ignore[arg-type]
        for sender in SENDERS:
            await house.arrive(
                house.mail(f"order of {sender}", f"{sender}@client.test", name=sender, subject=f"About {sender}")
            )

        async def reparse(_inbound_id: int) -> None:
            raise AssertionError("no channel in this test")

        office = StoreOffice(store, rules, staff[0], reparse)
        await office.add_team("Billing desk")
        rows = await store.reader.all("SELECT number FROM conversation ORDER BY id")
        return [int(row[0]) for row in rows]
    finally:
        await store.close()


@pytest.fixture
def real(home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> RealDesk:
    """A real desk, named by DESKTERM_HOME; anna acts."""
    config = home / "config.toml"
    config.write_text(CONFIG)
    config.chmod(0o600)
    monkeypatch.setenv("DESKTERM_HOME", str(home))
    return RealDesk(home, asyncio.run(fill(home)), capsys)

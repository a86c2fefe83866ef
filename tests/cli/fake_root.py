"""A desk for tests of the command line: the fake office of the screens' tests behind a fake composition root."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from deskterm.cli.main import main
from deskterm.desk.model import Operator, Role
from deskterm.desk.post import CheckResult
from deskterm.office import OfficeError
from deskterm.settings import ChannelSettings, EmailSettings, Settings, TelegramSettings

sys.path.insert(0, str(Path(__file__).parents[1] / "screens"))

from fake_office import FakeOffice
from fake_seed import OPERATORS

PASSWORD = "canary-imap-password"
TOKEN = "123456789:AAE-canary_token_0123456789abcdefghij"
CONFIG = f"""
# a comment of ours
[desk]
name = "Lavka"
[channels.mail]
kind = "email"
address = "help@example.org"
[channels.mail.imap]
host = "imap.example.org"
password = "{PASSWORD}"
[channels.mail.smtp]
host = "smtp.example.org"
[channels.bot]
kind = "telegram"
token = "{TOKEN}"
"""


class FakeChannel:
    """A channel that only answers its test; `hangs` makes it answer never."""

    def __init__(self, steps: list[CheckResult], *, hangs: bool = False) -> None:
        self.steps = steps
        self.hangs = hangs
        self.closed = False

    async def check(self) -> list[CheckResult]:
        if self.hangs:
            await asyncio.Event().wait()
        return self.steps

    async def close(self) -> None:
        self.closed = True


@dataclass
class FakeRuntime:
    """What the command line asks of `deskterm.runtime`, kept in `calls`."""

    office: FakeOffice = field(default_factory=FakeOffice)
    calls: list[tuple[Any, ...]] = field(default_factory=list)
    tested: list[ChannelSettings] = field(default_factory=list)
    channel: Callable[[ChannelSettings], FakeChannel] = lambda settings: FakeChannel([CheckResult("log in", True)])
    store_error: OfficeError | None = None

    @asynccontextmanager
    async def open_office(
        self, settings: Settings, login: str | None, *, acting: bool = True, make: None = None
    ) -> AsyncIterator[FakeOffice]:
        assert not any(secrets_in(channel) for channel in settings.channels), "nobody who only looks is given secrets"
        self.calls.append(("open_office", login))
        if self.store_error is not None:
            raise self.store_error
        if login is not None:
            if login not in [person.login for person in OPERATORS]:
                raise OfficeError("unknown_operator", f"nobody here is called {login}", "Known: anna, bob, vera")
            self.office.me = next(person for person in OPERATORS if person.login == login)
        yield self.office

    def run_console(self, settings: Settings, login: str | None) -> int:
        self.calls.append(("run_console", login, [bool(secrets_in(channel)) for channel in settings.channels]))
        return 0

    def run_worker(self, settings: Settings) -> int:
        self.calls.append(("run_worker", [bool(secrets_in(channel)) for channel in settings.channels]))
        return 0

    def run_demo(self, **options: Any) -> int:
        self.calls.append(("run_demo", options))
        return 0

    def create_store(self, settings: Settings, login: str, name: str) -> None:
        self.calls.append(("create_store", str(settings.home), login, name))

    def add_channels(self, settings: Settings) -> None:
        self.calls.append(("add_channels", [channel.name for channel in settings.channels]))

    def see_gap(self, settings: Settings, by: str | None, name: str) -> bool:
        self.calls.append(("see_gap", by, name))
        return name == "bot"

    def check_store(self, settings: Settings) -> list[CheckResult]:
        if self.store_error is not None:
            raise self.store_error
        return [CheckResult("store", True, "quick_check")]

    def make_channel(self, settings: ChannelSettings) -> FakeChannel:
        self.tested.append(settings)
        return self.channel(settings)

    def add_operator(self, settings: Settings, by: str | None, login: str, name: str, role: Role) -> Operator:
        self.calls.append(("add_operator", by, login, name, role))
        return Operator(4, login, name, role)


def secrets_in(channel: ChannelSettings) -> list[str]:
    """Return the secrets of a channel that are set."""
    if isinstance(channel, EmailSettings):
        return [secret.reveal() for secret in (channel.imap.password, channel.smtp.password) if secret]
    assert isinstance(channel, TelegramSettings)
    return [channel.token.reveal()] if channel.token else []


@dataclass
class Result:
    """What one run printed and how it ended."""

    status: int
    out: str
    err: str

    @property
    def data(self) -> Any:
        """The data of an answer in JSON."""
        answer = json.loads(self.out)
        assert answer["ok"] is True
        return answer["data"]

    @property
    def error(self) -> dict[str, str]:
        """The error of an answer in JSON."""
        answer = json.loads(self.out)
        assert set(answer) == {"ok", "error"}
        assert answer["ok"] is False
        return answer["error"]


@dataclass
class Desk:
    """A desk on disk (its configuration) and behind the fake root, and the program to run on it."""

    home: Path
    runtime: FakeRuntime
    _capture: pytest.CaptureFixture[str]

    @property
    def office(self) -> FakeOffice:
        return self.runtime.office

    @property
    def config(self) -> Path:
        return self.home / "config.toml"

    def run(self, *arguments: str) -> Result:
        """Run one command line in this process."""
        self._capture.readouterr()
        status = main(arguments)
        printed = self._capture.readouterr()
        assert PASSWORD not in printed.out + printed.err
        assert TOKEN not in printed.out + printed.err
        return Result(status, printed.out, printed.err)

    def json(self, *arguments: str) -> Result:
        """Run one command line with --json."""
        return self.run(*arguments, "--json")

"""The composition root: settings -> store -> office -> back room -> console. The only module that sees all of the house.

Everything heavy is imported where it is needed: a command loads no console, a console no SQLModel, and aiogram is loaded by the
holder of the lease alone, after the first screen is painted.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

import deskterm.sqlite_bootstrap  # noqa: F401 - before sqlite3
from deskterm import quick_start
from deskterm.channels import registry
from deskterm.channels.base import Channel, NotNow
from deskterm.desk.card import CardSettings
from deskterm.desk.model import Operator, Role
from deskterm.desk.post import Capabilities, CheckResult
from deskterm.desk.query import know_kinds
from deskterm.desk.sla_book import Book
from deskterm.ending import Deadline, heed
from deskterm.office import Office, OfficeError
from deskterm.paths import logs_dir
from deskterm.settings import ChannelSettings, EmailSettings, Settings
from deskterm.store import people, sla_book
from deskterm.store import store as stores
from deskterm.store.engine import STORE_FILE, StoreError
from deskterm.store.office import StoreOffice
from deskterm.store.people import ChannelSpec
from deskterm.store.rules import Rules
from deskterm.store.store import Store
from deskterm.store.writer import Transaction

MS_PER_DAY = 86_400_000
ANYBODY = Operator(0, "", "", Role.VIEWER)
"""Who looks where several people work and none was named: nobody's conversations are theirs, and they may change nothing."""


class _Capabilities(Mapping[str, Capabilities]):
    """What each kind of channel can carry, found when it is asked for; a kind that is gone carries nothing."""

    def __getitem__(self, kind: str) -> Capabilities:
        try:
            return registry.capabilities(kind)
        except registry.UnknownKind:
            return Capabilities(files=False)

    def __iter__(self) -> Iterator[str]:
        return iter(registry.KINDS)

    def __len__(self) -> int:
        return len(registry.KINDS)


@dataclass(frozen=True, slots=True)
class Desk:
    """An open desk: its store, its rules, its settings. `make` makes its channels (None: `make_channel`)."""

    store: Store
    rules: Rules
    settings: Settings
    make: Callable[[ChannelSettings], Channel] | None = None

    async def office(self, login: str | None, *, acting: bool = True) -> StoreOffice:
        """Return the desk as an operator sees it: the one named, else the only one; without `acting` as `ANYBODY` where there
        are several. Raises OfficeError."""
        return StoreOffice(self.store, self.rules, await self._operator(login, acting=acting), self.reparse)

    async def _operator(self, login: str | None, *, acting: bool) -> Operator:
        rows = await self.store.reader.all("SELECT id, login, name, role FROM operator WHERE disabled = 0 ORDER BY login")
        known = [Operator(row[0], row[1], row[2], Role(row[3])) for row in rows]
        names = ", ".join(one.login for one in known)
        if login is not None:
            found = next((one for one in known if one.login == login), None)
            if found is None:
                raise OfficeError("unknown_operator", f"nobody here has the login {login}", f"Use one of: {names}")
            return found
        if not known:
            raise OfficeError("no_operator", "nobody works here yet", "Run: deskterm init")
        if len(known) > 1 and not acting:
            return ANYBODY
        if len(known) > 1:
            raise OfficeError(
                "operator_needed", "more than one person works here", f"say who acts: --operator {known[0].login}"
            )
        return known[0]

    def channel(self, settings: ChannelSettings) -> Channel:
        """Make one of the desk's channels. Raises OfficeError for a kind that nobody knows."""
        return self.make(settings) if self.make is not None else make_channel(settings, self.settings.desk.mail_domain)

    async def reparse(self, inbound_id: int) -> None:
        """Have a held ledger row understood again. Raises OfficeError."""
        from deskterm.background.collector import understood
        from deskterm.background.duty import Duty, Served
        from deskterm.store import ledger

        row = await self.store.writer.run(lambda tx: ledger.one(tx, inbound_id))
        if row is None:
            return
        name = (await self.store.reader.one("SELECT name FROM channel WHERE id = ?", (row.channel_id,)))[0]
        settings = next((one for one in self.settings.channels if one.name == name), None)
        if settings is None:
            raise OfficeError("no_channel", f"channel {name} is not configured any more", "Add it to the configuration again")
        served = Served(row.channel_id, settings, self.channel(settings))
        duty = Duty(self.store, self.rules, None, self.settings.desk.mail_domain, {row.channel_id: served})
        try:
            await self.store.writer.run(await understood(served, row, duty))
        except NotNow as error:
            raise OfficeError(
                "not_now", f"channel {name} cannot understand anything now: {error}", "Try again later"
            ) from error
        except StoreError as error:
            raise OfficeError(error.code, error.message, error.fix) from error
        finally:
            await served.channel.close()

    async def serve(self, make: Callable[[ChannelSettings], Channel] | None = None) -> None:
        """Stand for the lease and run the back room, until cancelled."""
        from deskterm.background.supervisor import BackRoom

        room = BackRoom(self.store, self.rules, self.settings.desk.mail_domain, self.settings.channels, make or self.channel)
        await room.run()


def make_channel(settings: ChannelSettings, mail_domain: str = "") -> Channel:
    """Make the channel of these settings. Raises OfficeError for a kind that nobody knows."""
    try:
        return registry.make(settings, mail_domain)
    except registry.UnknownKind:
        kinds = ", ".join(registry.KINDS)
        raise OfficeError(
            "unknown_kind", f"channel {settings.name}: no such kind as {settings.kind}", f"Use one of: {kinds}"
        ) from None


def _spec(settings: ChannelSettings) -> ChannelSpec:
    address = settings.address if isinstance(settings, EmailSettings) else ""
    reopen_ms = int(settings.reopen_days * MS_PER_DAY)
    about = settings.name, settings.kind, address, settings.enabled, reopen_ms
    return ChannelSpec(*about, settings.ask_tags, settings.retention_days)


@contextlib.asynccontextmanager
async def open_desk(
    settings: Settings,
    *,
    now: Callable[[], datetime] | None = None,
    make: Callable[[ChannelSettings], Channel] | None = None,
    sync: bool = True,
) -> AsyncIterator[Desk]:
    """Open the store; `make` makes its channels. With `sync` they are brought in line with the configuration, which writes
    only where they differ. Raises OfficeError."""
    store = Store(settings.home, now=now)
    try:
        await store.open()
    except StoreError as error:
        await store.close()
        raise OfficeError(error.code, error.message, error.fix) from error
    try:
        know_kinds(settings.card.records)
        rules = Rules(store.signer, _Capabilities(), timedelta(seconds=settings.desk.undo_s), settings.card)
        if settings.desk.zone:
            from zoneinfo import ZoneInfo  # only a desk that names its zone pays for it

            rules.zone = ZoneInfo(settings.desk.zone)
        if sync:
            await _sync(store, [_spec(one) for one in settings.channels], settings.promised)
        yield Desk(store, rules, settings, make)
    finally:
        await store.close()


async def _sync(store: Store, specs: list[ChannelSpec], promised: Book) -> None:
    known = await store.reader.one(sla_book.VERSION)
    same_book = sla_book.agrees(None if known is None else known[0], promised)
    if same_book and people.agree(await store.reader.all(people.CHANNELS), specs):
        return

    def synced(tx: Transaction) -> None:
        people.sync_channels(tx, specs)
        sla_book.keep(tx, promised)

    try:
        await store.writer.run(synced)
    except StoreError as error:
        raise OfficeError(error.code, error.message, error.fix) from error


@contextlib.asynccontextmanager
async def open_office(
    settings: Settings,
    login: str | None,
    *,
    acting: bool = True,
    make: Callable[[ChannelSettings], Channel] | None = None,
) -> AsyncIterator[Office]:
    """Open the desk as an operator sees it, without a back room; opening it writes nothing. Without `acting` no operator need
    be named (see `Desk.office`). Raises OfficeError."""
    async with open_desk(settings, make=make, sync=False) as desk:
        yield await desk.office(login, acting=acting)


def create_store(settings: Settings, login: str, name: str) -> None:
    """Make the store with the configured channels and its first operator, an owner. Raises OfficeError."""
    try:
        stores.create(settings.home)
        stores.add_operator(settings.home, login, name, Role.OWNER)
    except StoreError as error:
        raise OfficeError(error.code, error.message, error.fix) from error
    add_channels(settings)


def add_channels(settings: Settings) -> None:
    """Have the store, where there is one, know the configured channels before anything serves them. Raises OfficeError."""
    try:
        stores.add_channels(settings.home, [_spec(one) for one in settings.channels])
    except StoreError as error:
        if error.code != "no_store":
            raise OfficeError(error.code, error.message, error.fix) from error


def add_operator(settings: Settings, acting: str | None, login: str, name: str, role: Role) -> Operator:
    """Make an operator; only an owner may. Raises OfficeError."""

    async def made() -> Operator:
        async with open_desk(settings, sync=False) as desk:
            me = (await desk.office(acting)).me
            if me.role is not Role.OWNER:
                raise OfficeError("not_owner", f"{me.login} is not an owner", "Ask an owner to add people")
            now = desk.store.now()
            return await desk.store.writer.run(lambda tx: people.add_operator(tx, login, name, role, now))

    try:
        return asyncio.run(made())
    except StoreError as error:
        raise OfficeError(error.code, error.message, error.fix) from error


def see_gap(settings: Settings, acting: str | None, name: str) -> bool:
    """Take note that a channel may have missed messages. Returns whether it said so. Raises OfficeError."""

    async def seen() -> bool:
        async with open_desk(settings, sync=False) as desk:
            me = (await desk.office(acting)).me
            if me.role is Role.VIEWER:
                raise OfficeError("viewer", f"{me.login} may only look", "Ask an operator")
            now = desk.store.now()
            return await desk.store.writer.run(lambda tx: people.see_gap(tx, name, me, now))

    try:
        return asyncio.run(seen())
    except StoreError as error:
        raise OfficeError(error.code, error.message, error.fix) from error


def check_store(settings: Settings) -> list[CheckResult]:
    """Look whether the store is there, whole and at this program's revision. Raises OfficeError."""
    try:
        stores.ready(settings.home)
        verdict = stores.check(settings.home)
    except StoreError as error:
        raise OfficeError(error.code, error.message, error.fix) from error
    path = settings.home / STORE_FILE
    results = [CheckResult("store", verdict == "ok", f"{path}: {verdict}", "" if verdict == "ok" else "Restore a backup")]
    writable = os.access(path, os.W_OK) and os.access(settings.home, os.W_OK)
    fix = "" if writable else f"Give yourself write permission: chmod u+w {path} {settings.home}"
    return [*results, CheckResult("store can be written", writable, str(settings.home), fix)]


def run_console(settings: Settings, login: str | None) -> int:
    """Open the console, with the back room behind it. Returns the exit code. Raises OfficeError."""
    return asyncio.run(_console(settings, login))


async def _console(settings: Settings, login: str | None) -> int:
    deadline = Deadline()
    # The console has handlers of its own while it is open; these are for what comes after it.
    heed(lambda number: deadline.begin(128 + number))
    async with open_desk(settings) as desk:
        office = await desk.office(login)
        return await show(desk, office, desk.serve, deadline)


async def show(desk: Desk, office: Office, serve: Callable[[], Awaitable[None]], deadline: Deadline | None = None) -> int:
    """Run the console over an office; the back room begins once the first screen is painted. `deadline` begins when the
    console was told to end."""
    from deskterm import logs

    quick_start.begin()
    from deskterm.app import DeskApp

    painted = asyncio.Event()
    app = DeskApp(
        office,
        desk.settings.console,
        opened=painted.set,
        home=desk.settings.home,
        card_kept=partial(keep_card, desk, demo=office.demo),
    )
    app.crash_folder = logs_dir(desk.settings.home)
    app.redact = logs.Redactor(logs.secrets_of(desk.settings))

    async def behind() -> None:
        await painted.wait()
        quick_start.done()
        await serve()

    back_room = asyncio.create_task(behind(), name="back room")
    back_room.add_done_callback(_told)
    try:
        await app.run_async(mouse=False)
    finally:
        quick_start.done()
        if deadline is not None:
            deadline.begin(app.return_code or 0, app.ended_at)
        back_room.cancel()
        await asyncio.wait({back_room})
    return app.return_code or 0


async def keep_card(desk: Desk, card: CardSettings, *, demo: bool = False) -> None:
    """Write what cards look like into the configuration; this process shows and judges them so at once. The demo has no
    configuration. Raises OfficeError."""
    if not demo and desk.settings.config_file is not None:
        from deskterm.config.write_card import write_card

        await asyncio.to_thread(write_card, desk.settings.config_file, card)
    desk.rules.card = card


def _told(task: asyncio.Task[None]) -> None:
    """Write into the log why the back room ended, if it was by a fault: the console goes on and shows who polls."""
    if not task.cancelled() and task.exception() is not None:
        logging.getLogger("deskterm").error("the back room ended", exc_info=task.exception())


def run_worker(settings: Settings) -> int:
    """Run the back room without a screen until SIGTERM or SIGINT. Returns the exit code. Raises OfficeError."""
    return asyncio.run(_worker(settings))


async def _worker(settings: Settings) -> int:
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    deadline = Deadline()

    def told(_number: signal.Signals) -> None:
        deadline.begin(0)
        if not loop.is_closed():
            loop.call_soon_threadsafe(stopped.set)

    heed(told)
    async with open_desk(settings) as desk:
        serving = asyncio.create_task(desk.serve(), name="back room")
        ended = asyncio.create_task(stopped.wait())
        await asyncio.wait({serving, ended}, return_when=asyncio.FIRST_COMPLETED)
        ended.cancel()
        serving.cancel()
        try:
            with contextlib.suppress(asyncio.CancelledError):
                await serving
        except StoreError as error:
            deadline.begin(os.EX_IOERR)
            logging.getLogger("deskterm").error("the worker ends: %s (%s)", error.message, error.fix)
            raise OfficeError(error.code, error.message, error.fix) from error
    return 0

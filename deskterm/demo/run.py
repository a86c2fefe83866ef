"""Runs the demo: finds or makes its store, opens the console over it, and takes a temporary one away again."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType

from deskterm import logs, runtime
from deskterm.demo import shop
from deskterm.demo.promised import promised_in
from deskterm.demo.seed import make
from deskterm.desk.text import clean_line
from deskterm.i18n import _
from deskterm.office import OfficeError
from deskterm.paths import logs_dir
from deskterm.store import engine
from deskterm.store.engine import STORE_FILE, StoreError
from deskterm.store.multiply import Extent
from deskterm.store.store import is_demo

_ENDING = (signal.SIGTERM, signal.SIGHUP)
_PREFIX = "deskterm-demo-"


def run(*, size: int, seed: int, home: Path | None, pace: float, console: bool, login: str | None = None) -> int:
    """Make the demo desk and open its console; returns the exit status. Raises OfficeError.

    The console is that of `login`, else of the demo's owner. With `home` None the desk lies in a temporary folder that goes
    with the console. Without a console the desk is only made and stays; where it is stands on stderr, since stdout belongs to
    answers.
    """
    with _ended_by_signals():
        if console:
            with _folder(home) as folder:
                _prepare(folder, size, seed)
                logs.start(folder)
                return asyncio.run(_opened(folder, seed, pace, login or shop.ME))
        folder = _made_to_stay(home, size, seed)
        words = _("The demo desk is in {folder} and stays there; open it with: deskterm demo --home {folder}")
        _say(words.format(folder=folder))
        return 0


def _made_to_stay(home: Path | None, size: int, seed: int) -> Path:
    folder = Path(tempfile.mkdtemp(prefix=_PREFIX)) if home is None else home
    try:
        _prepare(folder, size, seed)
    except BaseException:
        if home is None:
            shutil.rmtree(folder, ignore_errors=True)
        raise
    return folder


@contextlib.contextmanager
def _ended_by_signals() -> Iterator[None]:
    """Turn SIGTERM and SIGHUP into an orderly way out, so that a temporary folder goes too. The console has its own handlers
    while it is open."""

    def leave(number: int, _frame: FrameType | None) -> None:
        raise SystemExit(128 + number)

    before = {number: signal.signal(number, leave) for number in _ENDING}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextlib.contextmanager
def _folder(home: Path | None) -> Iterator[Path]:
    if home is not None:
        yield home
        return
    folder = Path(tempfile.mkdtemp(prefix=_PREFIX))
    try:
        yield folder
    finally:
        with _deaf():
            take_away(folder)


def take_away(folder: Path) -> None:
    """Remove a temporary demo; where the console crashed, its report and the log stay, since the last words name them."""
    if not any(logs_dir(folder).glob("crash-*")):
        shutil.rmtree(folder, ignore_errors=True)
        return
    for path in folder.iterdir():
        if path.is_dir() and path != logs_dir(folder):
            shutil.rmtree(path, ignore_errors=True)
        elif path.is_file():
            path.unlink(missing_ok=True)


@contextlib.contextmanager
def _deaf() -> Iterator[None]:
    """Heed no signal for a moment: who hangs up while the folder goes must not leave half of it behind."""
    numbers = (*_ENDING, signal.SIGINT)
    before = {number: signal.signal(number, signal.SIG_IGN) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _prepare(home: Path, size: int, seed: int) -> None:
    """See that there is a demo's store in the folder. Raises OfficeError."""
    try:
        engine.make_private(home)
        there = engine.revision(home / STORE_FILE) is not None
        if not there:
            make(home, Extent(size), seed, datetime.now(UTC))
    except StoreError as error:
        raise OfficeError(error.code, error.message, error.fix) from error
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise OfficeError("cannot_create", f"the demo cannot be made in {home}: {reason}", "choose another --home") from error
    if not is_demo(home):
        raise OfficeError("store_exists", f"the store in {home} is a real desk, not a demo", "choose another --home")
    if there:
        _say(
            _("There is a demo desk in {folder} already; it is opened as it is, whatever --size and --seed say.").format(
                folder=home
            )
        )


async def _opened(home: Path, seed: int, pace: float, login: str) -> int:
    settings = shop.settings(home, seed, pace, promised=promised_in(home))
    async with runtime.open_desk(settings, make=shop.channel_maker(seed, pace)) as desk:
        return await runtime.show(desk, await desk.office(login), desk.serve)


def _say(words: str) -> None:
    sys.stderr.write(clean_line(words, 4000) + "\n")

"""Makes a demo store: in a folder of its own beside the final place, so that it is there whole or not at all."""

from __future__ import annotations

import contextlib
import json
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from deskterm.channels import registry
from deskterm.demo import agenda, cards, history, shelf, shop
from deskterm.demo.play import Player, Telling, in_order_of_time, mark_late
from deskterm.demo.showcase import CONVERSATIONS, showcase
from deskterm.desk.signing import Signer
from deskterm.i18n import _
from deskterm.store import engine, people, teams
from deskterm.store import store as stores
from deskterm.store.engine import STORE_FILE
from deskterm.store.files import Files
from deskterm.store.multiply import Extent, multiply
from deskterm.store.people import ChannelSpec
from deskterm.store.rules import Rules
from deskterm.store.writer import Transaction

AT_ONCE = 500
"""Conversations in one transaction: large enough to be fast, small enough that ctrl+c is heard."""
SHOWN_FROM = 2_000
"""Smaller demos are made before a progress bar could be read."""
UNDO = timedelta(seconds=10)
REOPEN_MS = 3 * 86_400_000
STAFF_FOR = timedelta(days=400)
FILES = "files"


def make(home: Path, extent: Extent, seed: int, now: datetime) -> None:
    """Make a demo store in a folder without one. Raises StoreError, OSError."""
    making = Path(tempfile.mkdtemp(prefix=".making-", dir=home))
    try:
        stores.create(making, demo=True)
        with _progress(extent.size) as step:
            _fill(making, extent, seed, now, step)
            if extent.blocks:
                multiply(making, extent, now, step)
        if (making / FILES).exists():
            shutil.copytree(making / FILES, home / FILES, dirs_exist_ok=True)
        engine.sync_file(making / STORE_FILE)
        (making / STORE_FILE).rename(home / STORE_FILE)
        engine.sync_folder(home)
    finally:
        shutil.rmtree(making, ignore_errors=True)


def _fill(making: Path, extent: Extent, seed: int, now: datetime, step: Callable[[int], None]) -> None:
    """Play conversations, under ids that leave room below for the copies."""
    # Nothing of a half-made store is ever used, so it need not survive a power cut while it is made.
    connection = engine.connect_writer(making / STORE_FILE, synchronous="OFF")
    try:
        connection.execute("PRAGMA cache_size = -131072")
        tx = Transaction(connection)
        connection.execute("BEGIN IMMEDIATE")
        tx.run_many("UPDATE sequence SET next = next + ? WHERE name = ?", extent.first_ids())
        player = _player(tx, Files(making / FILES), now)
        for number, _over in enumerate(in_order_of_time(_tellings(extent.played, seed, now), player), 1):
            if number % AT_ONCE == 0:
                connection.execute("COMMIT")
                step(number)
                connection.execute("BEGIN IMMEDIATE")
        if extent.blocks:
            mark_late(tx, now)
        else:
            agenda.promise(tx, now)
        cards.fill(tx, player.staff[1], player.rules, seed, now)
        agenda.fill(tx, player.staff, player.rules, now)
        shelf.fill(tx, dict(tx.all("SELECT name, id FROM channel")), seed, now)
        connection.execute("COMMIT")
        connection.execute("PRAGMA optimize")
    finally:
        connection.close()


def _player(tx: Transaction, files: Files, now: datetime) -> Player:
    (keys,) = tx.one("SELECT value FROM meta WHERE key = 'signing_keys'")
    signer = Signer(tuple(bytes.fromhex(key) for key in json.loads(keys)))
    staff = [people.add_operator(tx, one.login, one.name, one.role, now - STAFF_FOR) for one in shop.STAFF]
    for name, places in shop.TEAMS.items():
        team = teams.add(tx, name, now - STAFF_FOR)
        teams.set_members(tx, team.id, [staff[place].id for place in places])
    configured = shop.settings(Path(), 0, 1.0).channels
    specs = [ChannelSpec(one.name, one.kind, getattr(one, "address", ""), True, REOPEN_MS) for one in configured]
    channels = people.sync_channels(tx, specs)
    carried = {one.kind: registry.capabilities(one.kind) for one in configured}
    return Player(tx, staff, channels, Rules(signer, carried, UNDO, cards.CARD), files, shop.MAIL_DOMAIN)


def _tellings(size: int, seed: int, now: datetime) -> list[Telling]:
    """Return all conversations by when they begin; a demo too small for the showcase goes without."""
    tellings: list[Telling] = []
    if size > CONVERSATIONS:
        size -= CONVERSATIONS
        for talk in showcase(seed, now):
            tellings.append((talk.steps[0].at, talk.told))
    for outline in history.outlines(size, seed, now):
        tellings.append((outline.begins, partial(history.told, outline, seed)))
    return sorted(tellings, key=lambda telling: telling[0])


@contextlib.contextmanager
def _progress(size: int) -> Iterator[Callable[[int], None]]:
    """Show on a terminal how far a large demo is."""
    if size < SHOWN_FROM or not sys.stderr.isatty():
        yield lambda done: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

    console = Console(file=sys.stderr, markup=False)
    words = TextColumn("{task.description}", markup=False)
    with Progress(words, BarColumn(), TaskProgressColumn(), TimeRemainingColumn(), console=console, transient=True) as bar:
        task = bar.add_task(_("Making the demo desk"), total=size)
        yield lambda done: bar.update(task, completed=done)

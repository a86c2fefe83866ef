"""Rules of old mail, for made-up archives: no order of files and no number of runs changes what comes of it."""

from __future__ import annotations

import asyncio
import random
import shutil
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any, Self

import pytest
from house import CAPABILITIES, DAY_MS, Clock, House
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from old_mail import US, Shelf, a_mail, as_files, as_mbox

from deskterm.background import history
from deskterm.channels.email.understand import understand
from deskterm.desk.model import Role
from deskterm.desk.post import Inbound
from deskterm.store import people
from deskterm.store.people import ChannelSpec
from deskterm.store.rules import Rules
from deskterm.store.store import Store

BEGAN = datetime(2019, 3, 4, 7, tzinfo=UTC)
PEOPLE = ("olga@client.test", "ivan@other.test", "vera@third.test")


class InThisProcess:
    """Understands mails without a process of its own: hundreds of archives are brought in here."""

    def __init__(self, own: Sequence[str], operators: Sequence[str], mail_domain: str, *, authserv_id: str) -> None:
        self._given = (tuple(own), tuple(operators), mail_domain)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_error: object) -> None:
        return None

    async def understand(self, raw: bytes) -> Inbound:
        return understand(raw, *self._given)


@st.composite
def archives(draw: st.DrawFn) -> tuple[bytes, ...]:
    """Mails, each from a customer or from us, some answering an earlier one with all that it refers to."""
    mails: list[bytes] = []
    lines: list[tuple[str, ...]] = []
    for number in range(draw(st.integers(1, 9))):
        answered = draw(st.none() | st.integers(0, number - 1)) if number else None
        chain = () if answered is None else (*lines[answered], str(answered))
        lines.append(chain)
        who = draw(st.sampled_from(PEOPLE))
        sender, to = draw(st.sampled_from([(who, US), (US, who)]))
        at = format_datetime(BEGAN + timedelta(hours=number))
        answers = "" if answered is None else str(answered)
        mails.append(a_mail(str(number), sender, to, at, f"text {number}\n", answers=answers, references=chain[:-1]))
    return tuple(mails)


async def a_house(home: Path) -> House:
    clock = Clock()
    store = Store(home, now=clock, synchronous="OFF")
    await store.open()
    spec = ChannelSpec("mail", "email", US, True, 3 * DAY_MS)
    channels = await store.writer.run(lambda tx: people.sync_channels(tx, [spec]))
    anna = await store.writer.run(lambda tx: people.add_operator(tx, "anna", "Анна", Role.OWNER, clock()))
    rules = Rules(store.signer, CAPABILITIES, timedelta(seconds=10))
    return House(store, clock, None, anna, anna, channels, rules)  # type: ignore[arg-type]


async def brought(empty: Path, runs: Sequence[Any]) -> tuple[Any, list[tuple[int, int]]]:
    """Bring archives in, one run after the other; returns the conversations, and what each run took in and found here."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder, "home")
        shutil.copytree(empty, home)
        house = await a_house(home)
        try:
            shelf = Shelf(house)
            reports = [await shelf.bring(*make(Path(folder, f"run{number}"))) for number, make in enumerate(runs)]
            await nobody_waits(house)
            return await shelf.threads(), [(report.taken, report.already) for report in reports]
        finally:
            await house.store.close()


async def nobody_waits(house: House) -> None:
    assert await house.one("SELECT count(*) FROM conversation WHERE status <> 'closed' OR waiting_since IS NOT NULL") == (0,)
    (count,) = await house.one("SELECT count(*) FROM conversation")
    counters = dict(await house.all("SELECT view, n FROM counter WHERE n <> 0"))
    assert counters == ({"all": count, "closed": count} if count else {})
    wrong = await house.all(
        "SELECT c.id FROM conversation c JOIN (SELECT conversation_id, count(*) AS n, min(at) AS first, max(at) AS last"
        " FROM message GROUP BY 1) m ON m.conversation_id = c.id"
        " WHERE (c.message_count, c.opened_at, c.closed_at, c.last_message_at) IS NOT (m.n, m.first, m.last, m.last)"
    )
    assert wrong == []


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(mails=archives(), seed=st.integers(0, 1000))
def test_no_order_and_no_repetition_changes_anything(
    empty_store: Path, monkeypatch: pytest.MonkeyPatch, mails: tuple[bytes, ...], seed: int
) -> None:
    monkeypatch.setattr(history, "ParserProcess", InThisProcess)
    shuffled = list(mails)
    random.Random(seed).shuffle(shuffled)
    half = len(shuffled) // 2

    def in_order(folder: Path) -> list[Path]:
        return [as_files(folder, mails)]

    def mixed(folder: Path) -> list[Path]:
        first = as_files(folder / "a", tuple(shuffled[:half]))
        return [as_mbox(folder / "box", tuple(shuffled[half:])), first]

    once, _ = asyncio.run(brought(empty_store, [in_order]))
    again, reports = asyncio.run(brought(empty_store, [mixed, in_order, mixed]))
    assert again == once
    assert reports == [(len(mails), 0), (0, len(mails)), (0, len(mails))]

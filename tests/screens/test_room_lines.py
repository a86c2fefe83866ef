"""The lines of the rooms for any words from outside: as wide as they should be, and nothing in them acts on a terminal."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import timedelta

from fake_office import FakeOffice
from fake_seed import NOW
from hypothesis import given
from hypothesis import strategies as st
from nasty import TEXTS

from deskterm.desk.model import Delivery, Held
from deskterm.desk.post import HealthState
from deskterm.desk.rows import AttachmentRow, ChannelRow, Counts, DeliveryRow, DeskStatus, HeldRow, OutboxRow
from deskterm.screens.attachments import file_line
from deskterm.screens.health import health_lines
from deskterm.screens.held import held_line
from deskterm.screens.outbox import outbox_line
from deskterm.screens.reading import source_text
from deskterm.widgets.cells import width
from deskterm.widgets.paint import Line

ACTS = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u200e\u200f\ud800-\udfff\U000e0000-\U000e0fff]")
WORDS = st.one_of(st.sampled_from([text[:3000] for text in TEXTS]), st.text(max_size=60))
CELLS = st.integers(50, 200)
AGO = st.timedeltas(timedelta(0), timedelta(days=4000))


def check(lines: Iterable[Line], cells: int, *, exactly: bool) -> None:
    for line in lines:
        text = "".join(span.text for span in line)
        assert ACTS.search(text) is None
        assert width(text) == cells if exactly else width(text) <= cells


@given(WORDS, WORDS, WORDS, CELLS, AGO, st.sampled_from(Delivery))
def test_outbox(name: str, preview: str, detail: str, cells: int, ago: timedelta, state: Delivery) -> None:
    delivery = DeliveryRow(state, detail, not_before=NOW + ago)
    row = OutboxRow(1, 2, 1042, "mail", name, "Anna", preview, NOW - ago, delivery)
    check([outbox_line(row, cells, NOW)], cells, exactly=True)


@given(WORDS, WORDS, WORDS, CELLS, AGO, st.integers(0, 10**9))
def test_held(channel: str, reason: str, hint: str, cells: int, ago: timedelta, size: int) -> None:
    row = HeldRow(1, channel, "email", Held.QUARANTINED, reason, NOW - ago, size, hint)
    check([held_line(row, cells, NOW)], cells, exactly=True)


@given(WORDS, WORDS, CELLS, st.none() | st.integers(0, 10**12), st.sampled_from(["stored", "pending", "failed", "unavailable"]))
def test_files(name: str, reason: str, cells: int, size: int | None, state: str) -> None:
    check([file_line(AttachmentRow(1, name, "x/y", size, state, reason), cells)], cells, exactly=True)


@given(WORDS, WORDS, WORDS, CELLS, st.sampled_from(HealthState), st.booleans())
def test_health(name: str, detail: str, gap: str, cells: int, state: HealthState, enabled: bool) -> None:
    channel = ChannelRow(1, name, "email", detail, enabled, state, detail, gap, None, None, None, 3, None, 1, gap)
    status = DeskStatus(Counts({}), (channel,), (), name, detail, "3.51.3", "wal")
    check(health_lines(status, NOW, cells), cells, exactly=False)


@given(st.binary(max_size=400) | WORDS.map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_sources(raw: bytes) -> None:
    assert ACTS.search(source_text(raw).replace("\n", "").replace("\t", "")) is None


async def test_the_seed_itself_is_harmless() -> None:
    for row in await FakeOffice.nasty(TEXTS).outbox():
        check([outbox_line(row, 80, NOW)], 80, exactly=True)

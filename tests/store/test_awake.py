"""What the desk slept through, by the moments that its heartbeats keep."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from house import House

from deskterm.desk.notice_values import Slept
from deskterm.store import awake
from deskterm.store.awake import Moment

NINE = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


def at(minutes: float, *, set_by: float = 0.0, boot: str = "this") -> Moment:
    """Return the moment so long after nine, the wall clock having been set by so many minutes."""
    return Moment(NINE + timedelta(minutes=minutes + set_by), boot, int((minutes + 60) * 60_000))


def span(since: float, until: float) -> Slept:
    return Slept(NINE + timedelta(minutes=since), NINE + timedelta(minutes=until))


def beats(*minutes: float) -> Iterator[Moment]:
    return (at(one) for one in minutes)


@pytest.mark.parametrize(
    ("kept", "now", "expected"),
    [
        ([], at(0), None),
        (beats(0, 1, 2), at(4), None),
        (beats(0), at(2.1), span(0, 2.1)),
        (beats(0, 480), at(481), span(0, 480)),
        (beats(0, 480, *range(481, 490)), at(490), span(0, 480)),
        (beats(0, 480, *range(481, 491)), at(490.5), None),
        (beats(0, 480, 481), at(490), span(0, 490)),
        (beats(0, 480, *range(481, 500)), at(600), span(499, 600)),
        ([at(0)], at(1, set_by=480), None),
        ([at(0)], at(480, set_by=-600), None),
        ([at(0)], at(480, set_by=-240), span(0, 240)),
        ([at(0, boot="earlier")], at(480), span(0, 480)),
        ([at(0, boot="earlier")], at(1), None),
        ([at(0, boot="earlier")], at(480, set_by=-600), None),
    ],
    ids=[
        "a new desk", "open", "just longer than a nap", "woke a minute ago", "still catching up", "caught up long ago",
        "killed while it caught up", "a second sleep", "the wall clock was set on", "set back beyond the sleep",
        "set back in the sleep", "the machine was started anew", "started anew at once", "started anew, and set back",
    ],
)  # fmt: skip
async def test_what_was_slept_through(house: House, kept: Iterator[Moment], now: Moment, expected: Slept | None) -> None:
    for moment in kept:
        await house.store.writer.run(lambda tx, moment=moment: awake.keep(tx, moment))
    assert await house.store.writer.run(lambda tx: awake.slept(tx, now)) == expected


async def test_it_is_kept_twice_a_minute_and_rings_no_bell(house: House) -> None:
    rang = []
    end = house.store.changes.on_change(lambda: rang.append(1))
    written = set()
    for beat in range(61):
        await house.store.writer.run(lambda tx, beat=beat: awake.keep(tx, at(beat / 30)))
        (value,) = await house.one("SELECT value FROM meta WHERE key = 'awake'")
        written.add(json.loads(value)["at"])
    end()
    assert len(written) == 5
    assert rang == []

"""The noises: for new notices of mine and new messages of nobody's, once, together, by the ways I chose, and not at night."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest
from desk_pilot import Desk, desk
from fake_office import FakeOffice
from fake_seed import EVERY_KIND, NOW

from deskterm.app import DeskApp
from deskterm.desk.rows_time import NoticeSettings
from deskterm.notification import Pace
from deskterm.screens.ringing import noise_words, quiet_now


class Noises:
    """What was heard and shown. `step` waits until the ringer has looked at all there is."""

    def __init__(self, d: Desk) -> None:
        self.desk = d
        self.bells = 0
        self.shown: list[str] = []

    async def step(self) -> None:
        look = self.desk.app._ringer._look
        await self.desk.pilot.pause()
        await self.desk.until(lambda: not look._running and not look._asked)


@asynccontextmanager
async def listening(office: FakeOffice, monkeypatch: pytest.MonkeyPatch, pace: Pace | None = None) -> AsyncIterator[Noises]:
    made: list[Noises] = []
    monkeypatch.setattr(DeskApp, "bell", lambda _self: made and setattr(made[0], "bells", made[0].bells + 1))
    monkeypatch.setattr(DeskApp, "_notify_desktop", lambda _self, words: made and made[0].shown.append(words))
    async with desk(office) as d:
        d.app._ringer._pace = pace or Pace(0.0)
        made.append(Noises(d))
        await made[0].step()
        yield made[0]


async def test_a_notice_is_heard_once_and_what_was_there_before_never(monkeypatch: pytest.MonkeyPatch) -> None:
    office = FakeOffice()
    office.tell("assigned", conversation_id=EVERY_KIND)
    async with listening(office, monkeypatch) as noises:
        assert (noises.bells, noises.shown) == (0, [])
        office.tell("sla_late", conversation_id=EVERY_KIND)
        await noises.step()
        office._ring()
        await noises.step()
        assert (noises.bells, noises.shown) == (1, ["a promised time has passed"])


async def test_what_comes_within_a_minute_is_one_noise_at_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    office, clock = FakeOffice(), [0.0]
    async with listening(office, monkeypatch, Pace(60.0, lambda: clock[0])) as noises:
        office.tell("assigned", conversation_id=EVERY_KIND)
        await noises.step()
        read = office.tell("mention", conversation_id=EVERY_KIND)
        office.tell("task", task_id=1)
        office.tell("overdue", task_id=1)
        office.advance(seconds=5)
        office.arrive("ничьё")
        await noises.step()
        await noises.desk.until(lambda: noises.desk.app._ringer._messages == 1)
        assert noises.bells == 1
        await office.read_notices([read])
        clock[0] = 60.0
        noises.desk.app._ringer._minute_over()
        await noises.desk.until(lambda: noises.bells == 2)
        assert noises.shown == ["a conversation became mine", "2 notices, 1 new message"]


async def test_each_way_is_used_as_it_was_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    office = FakeOffice()
    before = await office.notice_settings()
    ways = {**before.ways, "mention": ("console",), "task": ("console", "bell"), "overdue": ("console", "desktop")}
    await office.set_notice_settings(replace(before, ways=ways))
    async with listening(office, monkeypatch) as noises:
        office.tell("mention")
        await noises.step()
        assert (noises.bells, noises.shown) == (0, [])
        office.tell("task")
        await noises.step()
        assert (noises.bells, noises.shown) == (1, [])
        office.tell("overdue")
        await noises.step()
        assert (noises.bells, noises.shown) == (1, ["a task of mine is overdue"])


async def test_in_quiet_hours_there_is_no_noise_neither_then_nor_afterwards(monkeypatch: pytest.MonkeyPatch) -> None:
    office = FakeOffice()
    quiet = replace(await office.notice_settings(), quiet_from=9 * 60, quiet_to=10 * 60, zone="UTC")
    await office.set_notice_settings(quiet)
    async with listening(office, monkeypatch) as noises:
        office.tell("overdue")
        await noises.step()
        office.advance(minutes=40)
        await noises.step()
        assert (noises.bells, noises.shown) == (0, [])
        office.tell("mention")
        await noises.step()
        assert noises.shown == ["a note names me"]


def test_quiet_hours_go_over_midnight_in_the_operators_zone() -> None:
    night = NoticeSettings({}, quiet_from=22 * 60, quiet_to=8 * 60, zone="Asia/Vladivostok")
    assert quiet_now(night, NOW.replace(hour=13)), "23:30 there"
    assert quiet_now(night, NOW.replace(hour=21)), "7:30 there"
    assert not quiet_now(night, NOW.replace(hour=22)), "8:30 there"
    assert not quiet_now(NoticeSettings({}), NOW)


def test_words_of_the_noise_name_nobody() -> None:
    assert noise_words([], 2) == "2 new messages"
    assert noise_words(["reminder"], 0) == "a reminder's time came"
    assert noise_words(["reminder", "task"], 1) == "2 notices, 1 new message"

"""Promises while one writes, over the fake desk: what is offered, what F6 makes of it, what is handed in, what stands above."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta, tzinfo

import pytest
from desk_pilot import NARROW, WIDE, Desk, desk
from fake_office import FakeOffice

from deskterm.desk.commands import Refused, Reply
from deskterm.desk.commands_time import Promised
from deskterm.screens import promising
from deskterm.times.promise_words import promised_times

ONE = 5
PROMISE = "I'll get back to you by 15:00."


async def written(d: Desk, words: str = PROMISE, key: str = "r") -> None:
    await d.open(ONE)
    await d.press(key, *words)
    await d.until(lambda: d.inbox.pane.composer._filled)


def handed_in(d: Desk) -> list[tuple[bool, ...]]:
    """Return of each reply which of its promises are reminded of."""
    replies = [command for command in d.office.submitted if isinstance(command, Reply)]
    return [tuple(one.remind for one in reply.promises) for reply in replies]


def due(d: Desk) -> datetime:
    [found] = promised_times(PROMISE, d.office.now())
    return found.due


def clock(at: datetime) -> str:
    return f"{at.astimezone():%d.%m %H:%M}"


@pytest.mark.parametrize("size", [NARROW, WIDE])
async def test_what_the_text_promises_is_offered_as_one_pauses(size: tuple[int, int]) -> None:
    async with desk(size=size) as d:
        await written(d)
        await d.until_shown("⚑ You promise")
        assert clock(due(d)) in d.text
        assert "F6 remind me" in d.text
        await d.press("f6")
        await d.until_shown("◷ Reminder when it is sent")
        assert "F6 no promise" in d.text
        await d.press("f6")
        await d.until_shown("No promise is noted")
        await d.press("f6")
        await d.until_shown("⚑ You promise")


@pytest.mark.parametrize(
    ("presses", "remind"), [(0, (False,)), (1, (True,)), (2, ()), (3, (False,))], ids=["noted", "reminded", "none", "round"]
)
async def test_the_reply_is_handed_in_with_what_was_decided(presses: int, remind: tuple[bool, ...]) -> None:
    async with desk() as d:
        await written(d)
        await d.until_shown("You promise")
        for said in ("Reminder when it is sent", "No promise is noted", "You promise")[:presses]:
            await d.press("f6")
            await d.until_shown(said)
        await d.press("ctrl+s", "enter")
        await d.until(lambda: handed_in(d) == [remind])


@pytest.mark.parametrize("way", [("e",), ("z", "h")], ids=["close", "snooze"])
async def test_also_where_it_is_closed_or_snoozed_with_it(way: tuple[str, ...]) -> None:
    async with desk() as d:
        await written(d)
        await d.until_shown("You promise")
        await d.press("f6")
        await d.until_shown("Reminder when it is sent")
        await d.press("ctrl+s", *way)
        await d.until(lambda: handed_in(d) == [(True,)])


async def test_what_is_sent_before_one_paused_is_noted_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(promising, "PAUSE_S", 1000)
    async with desk() as d:
        await written(d)
        assert "You promise" not in d.text
        await d.press("ctrl+s", "enter")
        await d.until(lambda: handed_in(d) == [(False,)])


async def test_f6_looks_at_once_and_takes_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(promising, "PAUSE_S", 1000)
    async with desk() as d:
        await written(d)
        await d.press("f6")
        await d.until_shown("◷ Reminder when it is sent")


async def test_nothing_is_offered_where_nothing_is_promised_and_no_more_when_it_goes() -> None:
    async with desk() as d:
        await written(d, "ok")
        await d.press("f6")
        await d.pilot.pause(0.05)
        assert "promise" not in d.text
        await d.press(*f". {PROMISE}")
        await d.until_shown("You promise")
        await d.press(*("backspace",) * (len(PROMISE) + 2))
        await d.until(lambda: "You promise" not in d.text)


async def test_a_note_promises_the_customer_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(promising, "PAUSE_S", 0.01)
    async with desk() as d:
        await written(d, key="n")
        await d.press("f6")
        await d.pilot.pause(0.1)
        assert "You promise" not in d.text


async def test_a_refused_text_comes_back_with_what_was_decided(monkeypatch: pytest.MonkeyPatch) -> None:
    async with desk() as d:
        await written(d)
        await d.until_shown("You promise")
        await d.press("f6")
        await d.until_shown("Reminder when it is sent")
        with monkeypatch.context() as refusing:
            refusing.setattr(d.office, "_carry_out", lambda _command: Refused("no_address"))
            await d.press("ctrl+s", "enter")
            await d.until_shown("There is no address to answer to.")
        await d.until_shown("◷ Reminder when it is sent")
        await d.press("ctrl+s", "enter")
        await d.until(lambda: handed_in(d)[-1] == (True,))


async def test_what_was_decided_of_a_draft_holds_when_it_is_written_on() -> None:
    async with desk() as d:
        await written(d)
        await d.until_shown("You promise")
        await d.press("f6")
        await d.until_shown("◷ Reminder when it is sent")
        await d.press("escape")
        await d.until(lambda: not d.inbox.pane.composer.is_open)
        await d.open(ONE + 1)
        await d.press("r", *PROMISE)
        await d.until_shown("⚑ You promise")
        await d.press("escape")
        await d.open(ONE)
        await d.press("r")
        await d.until_shown("◷ Reminder when it is sent")
        await d.press("ctrl+s", "enter")
        await d.until(lambda: handed_in(d) == [(True,)])


async def test_what_was_decided_of_a_reply_holds_when_it_is_taken_back() -> None:
    async with desk() as d:
        await written(d)
        await d.until_shown("You promise")
        await d.press("f6")
        await d.until_shown("◷ Reminder when it is sent")
        await d.press("ctrl+s", "enter")
        await d.until(lambda: handed_in(d) == [(True,)])
        await d.press("z")
        await d.until(lambda: d.inbox.pane.composer.is_open)
        await d.until_shown("◷ Reminder when it is sent")


async def test_the_key_is_never_cut_off() -> None:
    async with desk(size=(60, 20)) as d:
        await written(d)
        for said in ("remind me", "no promise", "note it"):
            await d.until_shown(f"F6 {said}")
            await d.press("f6")


async def test_keys_go_on_while_a_text_is_searched(monkeypatch: pytest.MonkeyPatch) -> None:
    may, asked = threading.Event(), threading.Event()

    def slowly(text: str, now: datetime, zone: tzinfo | None = None) -> tuple[Promised, ...]:
        asked.set()
        assert may.wait(10)
        return promised_times(text, now, zone)

    monkeypatch.setattr(promising, "promised_times", slowly)
    async with desk() as d:
        await written(d)
        await d.until(asked.is_set)
        await d.press(*" Bye")
        assert d.inbox.pane.composer.text == f"{PROMISE} Bye"
        may.set()
        await d.until_shown("You promise")


async def test_a_text_that_cannot_be_searched_is_sent_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(_text: str, _now: datetime) -> tuple[Promised, ...]:
        raise RuntimeError("of its own")

    monkeypatch.setattr(promising, "promised_times", fails)
    async with desk() as d:
        await written(d)
        await d.press("ctrl+s", "enter")
        await d.until(lambda: handed_in(d) == [()])


@pytest.mark.parametrize("size", [NARROW, WIDE])
async def test_the_last_promises_stand_above_the_text(size: tuple[int, int]) -> None:
    office = FakeOffice()
    office.add_promise(ONE, "отвечу завтра до 15:00", office.now() - timedelta(hours=2))
    office.add_promise(ONE, "we will send it tomorrow", office.now() + timedelta(days=1))
    office.add_promise(ONE, "and one more", office.now() + timedelta(days=2))
    async with desk(office, size=size) as d:
        await written(d, "ok")
        await d.until(lambda: "we will send it" in d.text)
        overdue, standing = (line for line in d.lines if "promise overdue" in line or "promised by" in line)
        assert "⚑ promise overdue since 2h: отвечу завтра" in overdue
        assert "⚑ promised by" in standing
        assert "and one more" not in d.text


async def test_another_conversation_shows_its_own() -> None:
    office = FakeOffice()
    office.add_promise(ONE, "отвечу завтра", office.now() + timedelta(days=1))
    async with desk(office) as d:
        await written(d, "ok")
        await d.until_shown("отвечу завтра")
        await d.press("escape")
        await d.open(ONE + 1)
        await d.press("r", *"ok")
        await d.until(lambda: d.inbox.pane.composer._filled)
        await d.pilot.pause(0.05)
        assert "отвечу завтра" not in d.text

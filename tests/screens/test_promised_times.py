"""Promised times on the screen: in the head, on the row, under the thread's heading, on the customer's pane, behind `w`."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from desk_pilot import desk
from fake_notices import clock
from fake_office import FakeOffice
from fake_seed import ANNA, EVERY_KIND, NOW

from deskterm.desk.model import Status
from deskterm.desk.rows_time import AlarmRow
from deskterm.desk.sla_book import Book, Deed, Metric, Policy
from deskterm.screens.clock_bar import ClockBar, clocks_line
from deskterm.widgets.paint import ASCII, UNICODE, Line

WIDEST = (160, 50)


def text(line: Line) -> str:
    return "".join(span.text for span in line)


def promised() -> FakeOffice:
    office = FakeOffice()
    office.clock_rows[EVERY_KIND] = (
        clock(due_at=NOW + timedelta(minutes=12), warned=True),
        clock(metric=Metric.RESOLUTION, left=timedelta(hours=5)),
    )
    return office


def test_the_line_of_clocks_has_a_sign_words_and_a_role_for_each() -> None:
    office = FakeOffice()
    row = office.talk(EVERY_KIND).row
    near, late = clock(due_at=NOW + timedelta(minutes=12), warned=True), clock(due_at=NOW - timedelta(minutes=7))
    runs, still = clock(due_at=NOW + timedelta(hours=5)), clock("critical", left=timedelta(hours=5))
    line = clocks_line(row, (runs, near), NOW, UNICODE)
    assert text(line) == " ▲ first reply 12m left · ◔ first reply 5h left (general) "
    assert [span.role for span in line] == ["note", "good", "muted"]
    since = (NOW - timedelta(minutes=7)).astimezone().strftime("%H:%M")
    assert text(clocks_line(row, (late,), NOW, UNICODE)) == f" ! first reply late 7m, since {since} (general) "
    waits = "first reply stopped, 5h left: the customer's answer is awaited"
    assert text(clocks_line(row, (runs, still), NOW, UNICODE)) == (f" ◔ first reply 5h left (general) · ‖ {waits} (critical) ")
    signs = text(clocks_line(row, (runs, still, near, late), NOW, ASCII))
    assert all(sign in signs for sign in ("! first reply late", "! first reply 12m", "~ first reply 5h", "= first reply"))
    assert clocks_line(row, (), NOW, UNICODE) == ()


async def test_the_thread_says_how_the_clocks_stand_and_goes_on_with_time() -> None:
    office = promised()
    async with desk(office) as d:
        await d.open(EVERY_KIND)
        await d.until_shown("▲ first reply 12m left · ‖ resolution stopped, 5h left")
        office._now += timedelta(minutes=20)
        d.inbox.pane.query_one(ClockBar).paint()
        await d.until_shown("! first reply late 8m, since")
        await d.open(EVERY_KIND + 1)
        await d.until(lambda: not d.inbox.pane.query_one(ClockBar).display)


async def test_what_stands_still_says_why() -> None:
    office = promised()
    office._change(EVERY_KIND, status=Status.SNOOZED, snoozed_until=NOW + timedelta(hours=2))
    async with desk(office, size=(220, 50)) as d:
        await d.open(EVERY_KIND)
        await d.until_shown("‖ resolution stopped, 5h left: snoozed")


async def test_the_pane_at_the_right_has_the_clocks_too() -> None:
    office = promised()
    ended = clock(metric=Metric.NEXT_REPLY, outcome="met", ended_at=NOW, spent_ms=720_000)
    office.clock_rows[EVERY_KIND] = (*office.clock_rows[EVERY_KIND], ended)
    async with desk(office, size=WIDEST) as d:
        await d.open(EVERY_KIND)
        await d.until_shown("kept, 12m")
        pane = [line[-34:] for line in d.lines]
        assert any("first reply 12m left" in line for line in pane)
        assert any(line.strip(" │▏").startswith("promised   general") for line in pane)


async def test_without_a_policy_the_pane_says_until_when_an_answer_is_awaited() -> None:
    async with desk(FakeOffice(), size=WIDEST) as d:
        await d.until_shown("answer by")


async def test_the_head_counts_what_is_late_notices_and_reminders() -> None:
    office = FakeOffice()
    async with desk(office) as d:
        assert "✉" not in d.lines[0]
        office.add_reminder(NOW, "call", conversation_id=EVERY_KIND)
        for _ in range(3):
            office.tell("assigned", conversation_id=EVERY_KIND)
        await d.until_shown("◷ 1  ✉ 3  ! 28 late  Anna")
        await office.read_notices()
        await d.until(lambda: "✉" not in d.lines[0])
    async with desk(office, size=(120, 30)) as d:
        office.tell("assigned", conversation_id=EVERY_KIND)
        office._change(EVERY_KIND, soon=True, late=False)
        await d.until_shown("◷ 1 reminder  ✉ 1 notice  ▲ 1 soon  ! 28 late")


async def test_what_next_speaks_of_the_promise() -> None:
    office = FakeOffice()
    for talk in office._data.talks.values():
        talk.row = replace(talk.row, late=False, due_at=None, urgent_at=None, waiting_since=None)
    office._change(
        EVERY_KIND, waiting_since=NOW - timedelta(minutes=53), urgent_at=NOW + timedelta(minutes=2), asked=2,
        due_at=NOW + timedelta(minutes=7), status=Status.OPEN, assignee_id=ANNA.id,
    )  # fmt: skip
    async with desk(office) as d:
        await d.press("w")
        await d.until_shown("late in 7m · waits 53m · asked twice")


def test_a_narrow_line_of_clocks_leaves_out_whole_parts() -> None:
    row = FakeOffice().talk(EVERY_KIND).row
    near, still = clock(due_at=NOW + timedelta(minutes=12), warned=True), clock(left=timedelta(hours=5))
    whole = text(clocks_line(row, (near, still), NOW, UNICODE))
    assert whole.endswith(": the customer's answer is awaited (general) ")
    shown = {text(clocks_line(row, (near, still), NOW, UNICODE, cells)) for cells in range(20, len(whole))}
    first = " ▲ first reply 12m left "
    stopped = f"{first}· ‖ first reply stopped, 5h left"
    assert shown == {first, f"{stopped} ", f"{stopped}: the customer's answer is awaited "}


def test_what_is_late_is_so_by_the_time_it_is_due_now() -> None:
    row = FakeOffice().talk(EVERY_KIND).row
    due, missed = NOW - timedelta(minutes=7), NOW - timedelta(hours=6)
    late = clock(due_at=due, missed_at=missed)
    since, before = (at.astimezone().strftime("%H:%M") for at in (due, missed))
    assert text(clocks_line(row, (late,), NOW, UNICODE)) == f" ! first reply late 7m, since {since}, missed {before} (general) "


async def test_a_dialog_tells_what_is_promised_in_full() -> None:
    office = promised()
    office.the_book = Book(policies=(Policy("general", "tag:vip"),))
    alarms = AlarmRow(NOW - timedelta(minutes=3), True, share=0.75), AlarmRow(NOW, False, deed=Deed.NOTIFY, to="supervisor")
    office.clock_rows[EVERY_KIND] = (clock(due_at=NOW + timedelta(minutes=12), warned=True, alarms=alarms),)
    async with desk(office, size=(80, 24)) as d:
        await d.open(EVERY_KIND)
        await d.press("Y")
        await d.until_shown("Promised times of #")
        await d.until_shown("the first that fits: tag:vip (no. 1)")
        told = ("First reply", "1h by the clock", "warn the assignee · done", "tell the supervisor", "left      12m")
        assert all(words in d.text for words in told)
        await d.press("escape", "Н")
        await d.until_shown("Promised times of #")

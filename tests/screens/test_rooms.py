"""The rooms beside the inbox over a desk in memory: what they show, what their keys ask for, that they follow the bell."""

from __future__ import annotations

import stat
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from fake_office import FakeOffice
from fake_seed import BOB, EVERY_KIND, NOW, VERA
from room_app import RoomApp
from textual.pilot import Pilot
from textual.widgets import Input, Static

from deskterm.desk.commands import MarkDelivered, RetryAllFailed, RetrySend, SendNow
from deskterm.desk.model import Delivery, Held
from deskterm.desk.rows import DeliveryRow, DeskStatus, HeldRow, OutboxRow
from deskterm.screens.asking import ConfirmScreen, PathScreen
from deskterm.screens.coalesced import Coalesced
from deskterm.screens.health import HealthScreen, health_lines
from deskterm.screens.held import HeldScreen, held_line
from deskterm.screens.outbox import OutboxScreen, outbox_line
from deskterm.screens.reading import SourceScreen, VersionsScreen, source_text
from deskterm.settings import ConsoleSettings
from deskterm.widgets.cells import width
from deskterm.widgets.line_list import LineList
from deskterm.widgets.paint import Line
from deskterm.widgets.status import Bar
from deskterm.widgets.text_view import TextView


def words(line: Line) -> str:
    return "".join(span.text for span in line)


async def until(pilot: Pilot[int], condition: Callable[[], bool]) -> None:
    """Wait until a condition holds; bounded."""
    for _attempt in range(1000):
        if condition():
            return
        await pilot.pause(0.02)
    raise AssertionError("it never came")


def rows(app: RoomApp) -> tuple[object, ...]:
    return app.screen.query_one(LineList).rows


async def filled(pilot: Pilot[int], app: RoomApp) -> None:
    await until(pilot, lambda: bool(app.screen.query(LineList)) and bool(rows(app)))


def test_outbox_line() -> None:
    row = OutboxRow(
        1, 2, 1042, "mail", "Ольга К.", "Anna", "Здравствуйте", NOW - timedelta(hours=6), DeliveryRow(Delivery.FAILED, "550 no")
    )
    assert (
        words(outbox_line(row, 80, NOW)) == " × failed     #1042 Ольга К.           Здравствуйте       550 no             6h "
    )
    soon = DeliveryRow(Delivery.QUEUED, not_before=NOW + timedelta(seconds=8))
    assert words(outbox_line(OutboxRow(1, 2, 7, "m", "x", "Anna", "y", NOW, soon), 60, NOW)).startswith(" ⧗ in 8s      #7 x")
    for cells in (40, 60, 80, 200):
        assert width(words(outbox_line(row, cells, NOW))) == max(cells, 45)


def test_held_line() -> None:
    row = HeldRow(1, "mail", "email", Held.QUARANTINED, "not MIME", NOW - timedelta(days=2), 1600, "退款訂單")
    line = words(held_line(row, 80, NOW))
    assert width(line) == 80
    assert line.split() == ["mail", "not", "MIME", "退款訂單", "1.6", "KB", "2d"]


async def test_outbox_keys() -> None:
    office = FakeOffice()
    app = RoomApp(office, OutboxScreen())
    async with app.run_test(size=(100, 24)) as pilot:
        await filled(pilot, app)
        states = [row.delivery.state for row in rows(app) if isinstance(row, OutboxRow)]
        assert states == [Delivery.UNCERTAIN, Delivery.FAILED, Delivery.QUEUED, Delivery.SENDING]
        ids = [row.message_id for row in rows(app) if isinstance(row, OutboxRow)]
        assert app.screen.query_one("#head", Bar).words == " Outbox1 failed  1 uncertain  1 waits "
        await pilot.press("j", "R")
        await until(pilot, lambda: office.submitted == [RetrySend(ids[1])])
        await until(pilot, lambda: [row.message_id for row in rows(app)] == [ids[0], ids[2], ids[3], ids[1]])
        chosen = app.screen.query_one(LineList).chosen
        assert chosen is not None
        assert chosen.message_id == ids[1]
        assert app.told == ["It goes out again."]
        await pilot.press("home", "D")
        await until(pilot, lambda: office.submitted[-1] == MarkDelivered(ids[0]))
        await until(pilot, lambda: len(rows(app)) == 3)
        await pilot.press("home", "S")
        await until(pilot, lambda: isinstance(office.submitted[-1], SendNow))
        await pilot.press("enter")
        await until(pilot, lambda: app.went == [EVERY_KIND])
        await pilot.press("escape")
        assert app.answers == [None]


async def test_an_uncertain_message_is_sent_again_only_after_a_question() -> None:
    office = FakeOffice()
    app = RoomApp(office, OutboxScreen())
    async with app.run_test(size=(100, 24)) as pilot:
        await filled(pilot, app)
        await pilot.press("R")
        await until(pilot, lambda: isinstance(app.screen, ConfirmScreen))
        await pilot.press("n")
        await until(pilot, lambda: isinstance(app.screen, OutboxScreen))
        assert office.submitted == []
        await pilot.press("R")
        await until(pilot, lambda: isinstance(app.screen, ConfirmScreen))
        await pilot.press("y")
        await until(pilot, lambda: len(office.submitted) == 1)
        assert app.told == ["It goes out again."]


async def test_all_failed_again() -> None:
    office = FakeOffice()
    app = RoomApp(office, OutboxScreen())
    async with app.run_test(size=(100, 24)) as pilot:
        await filled(pilot, app)
        await pilot.press("X")
        await until(pilot, lambda: office.submitted == [RetryAllFailed()])
        await until(pilot, lambda: app.told == ["1 message goes out again."])


async def test_a_viewer_is_told_why_not() -> None:
    app = RoomApp(FakeOffice(me=VERA), OutboxScreen())
    async with app.run_test(size=(100, 24)) as pilot:
        await filled(pilot, app)
        await pilot.press("j", "R")
        await until(pilot, lambda: app.told == ["You may look, but not change anything."])


async def test_the_outbox_follows_the_bell_and_empties() -> None:
    office = FakeOffice()
    app = RoomApp(office, OutboxScreen())
    async with app.run_test(size=(100, 24)) as pilot:
        await filled(pilot, app)
        for row in await office.outbox():
            office.deliver(row.message_id, Delivery.SENT)
        await until(pilot, lambda: not rows(app))
        assert "Everything has gone out." in app.export_screenshot().replace("&#160;", " ")


async def test_keys_can_be_the_operators_own() -> None:
    office = FakeOffice()
    app = RoomApp(office, OutboxScreen(), ConsoleSettings(keys={"act.retry": "f5"}))
    app.set_keymap(app.own_keys.textual_keymap())
    async with app.run_test(size=(100, 24)) as pilot:
        await filled(pilot, app)
        await pilot.press("j", "f5")
        await until(pilot, lambda: len(office.submitted) == 1)
        assert app.screen.query_one("#foot", Bar).words.startswith(" F5 send again")


async def test_held_is_read_again() -> None:
    office = FakeOffice()
    app = RoomApp(office, HeldScreen())
    async with app.run_test(size=(100, 24)) as pilot:
        await filled(pilot, app)
        before = [row.id for row in rows(app) if isinstance(row, HeldRow)]
        assert app.screen.query_one("#head", Bar).words == " Heldquarantined: 8 "
        await pilot.press("R")
        await until(pilot, lambda: app.told == ["It is a message now."])
        await until(pilot, lambda: len(rows(app)) == len(before) - 1)
        await pilot.press("R")
        await until(pilot, lambda: len(app.told) == 2)
        assert app.told[1] == "Still held: our own copy"
        await pilot.press("right_square_bracket")
        await until(pilot, lambda: app.screen.query_one("#head", Bar).words == " Heldignored: 4 ")


async def test_held_shows_its_source_and_saves_it(tmp_path: Path) -> None:
    office = FakeOffice()
    app = RoomApp(office, HeldScreen())
    async with app.run_test(size=(100, 24)) as pilot:
        await filled(pilot, app)
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, SourceScreen) and app.screen.query_one(TextView).words != "")
        assert app.screen.query_one(TextView).words == "Subject: hello\n\na body\n\\xff\\xfe\\x80"
        await pilot.press("W")
        await until(pilot, lambda: isinstance(app.screen, PathScreen))
        app.screen.query_one(Input).value = str(tmp_path / "x.eml")
        await pilot.press("enter")
        await until(pilot, lambda: len(app.told) == 1)
        assert app.told == [f"Saved: {tmp_path}/x.eml"]
        assert (tmp_path / "x.eml").read_bytes() == b"Subject: hello\n\na body\n\xff\xfe\x80"
        assert stat.S_IMODE((tmp_path / "x.eml").stat().st_mode) == 0o600
        await pilot.press("W")
        await until(pilot, lambda: isinstance(app.screen, PathScreen))
        app.screen.query_one(Input).value = str(tmp_path / "x.eml")
        await pilot.press("enter")
        words = f"{tmp_path}/x.eml cannot be written: File exists. Choose another path."
        await until(pilot, lambda: str(app.screen.query_one(".hint", Static).render()) == words)
        assert app.screen.query_one(Input).value == str(tmp_path / "x.eml")


async def test_a_source_that_is_gone_is_said() -> None:
    app = RoomApp(FakeOffice(), SourceScreen(1))
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: app.told != [] or bool(app.screen.query(TextView)))
        await until(pilot, lambda: app.told == ["no such ledger row"] or app.screen.query_one(TextView).words != "")


def test_source_text_is_cut_and_harmless() -> None:
    text = source_text(b"\x1b]0;x\x07" + b"a" * 1_000_000 + b"\xff")
    assert len(text) <= 200_001
    assert text.startswith("␛]0;x␇aaa")


async def test_earlier_versions() -> None:
    office = FakeOffice()
    edited = next(row.id for row in (await office.messages(EVERY_KIND)).rows if row.versions > 1)
    app = RoomApp(office, VersionsScreen(edited))
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: bool(app.screen.query(TextView)) and app.screen.query_one(TextView).words != "")
        lines = app.screen.query_one(TextView).words.split("\n")
        assert lines[1:5] == ["Заказ 5001.", "", "now", "Заказ 5002, исправлено."]
        await pilot.press("q")
        assert app.answers == [None]


async def test_health_lines() -> None:
    status = await FakeOffice().status()
    lines = [words(line) for line in health_lines(status, NOW, 80)]
    assert lines[:3] == [
        "● mail help@shop.example  well",
        "  idle",
        "  118 of 118 messages · last heard 20 seconds ago · 2 held",
    ]
    assert "  To do: wait, it is tried again by itself" in lines
    assert "  ! messages before 3 March 10:00 may be missing" in lines
    assert lines[-3:] == ["  The post is fetched by: this process", "  Store: /desk/desk.db", "  SQLite 3.51.3, journal wal"]
    for cells in (20, 40, 80):
        assert max(width(words(line)) for line in health_lines(status, NOW, cells)) <= max(cells, 30)


async def test_health_without_channels_or_lease() -> None:
    known = await FakeOffice().status()
    status = DeskStatus(known.counts, (), known.operators, "", "/x", "3.51.3", "wal")
    lines = [words(line) for line in health_lines(status, NOW, 80)]
    assert lines[0] == "  No channel is set up: deskterm channel add"
    assert "  The post is fetched by: nobody: messages neither come nor go" in lines


async def test_health_room() -> None:
    app = RoomApp(FakeOffice(), HealthScreen())
    async with app.run_test(size=(80, 10)) as pilot:
        await until(pilot, lambda: bool(app.screen.query(TextView)) and app.screen.query_one(TextView).words != "")
        assert app.screen.query_one("#head", Bar).words == " Health1 channel needs you "
        await pilot.press("G", "k", "j", "pageup", "h")
        assert app.answers == [None]


@pytest.mark.parametrize("size", [(20, 5), (40, 10), (200, 60)])
async def test_rooms_fit_any_size(size: tuple[int, int]) -> None:
    for screen in (OutboxScreen(), HeldScreen(), HealthScreen()):
        app = RoomApp(FakeOffice(me=BOB), screen)
        async with app.run_test(size=size) as pilot:
            await pilot.press("j", "k", "end", "home", "pagedown", "pageup")
            await pilot.resize_terminal(30, 8)
            await pilot.pause()
        assert not app.crashed


async def test_a_bell_behind_the_end_starts_nothing() -> None:
    looks: list[int] = []

    async def look() -> None:
        looks.append(1)

    app = RoomApp(FakeOffice(), HealthScreen())
    async with app.run_test() as pilot:
        again = Coalesced(app, look, "test")
        again.ask()
        await until(pilot, lambda: len(looks) == 1)
    again.ask()
    assert len(looks) == 1

"""The application: keys of one's own, layouts, looks, the bell, leaving, and what it loads."""

import asyncio
import logging
import os
import subprocess
import sys

import pytest
from desk_pilot import WIDE, desk
from fake_office import FakeOffice
from fake_seed import EVERY_KIND
from rich.color_triplet import ColorTriplet
from rich.style import Style
from textual.events import Key
from textual.theme import BUILTIN_THEMES

from deskterm.app import DeskApp
from deskterm.desk.commands import MarkRead, Reply, SendNow, TakeBack
from deskterm.desk.rows import View
from deskterm.notification import Pace
from deskterm.screens.console import begin
from deskterm.settings import ConsoleSettings
from deskterm.theme import OWN, choose
from deskterm.widgets.paint_message import ROLES as MESSAGE_ROLES
from deskterm.widgets.status import ROLES as BAR_ROLES
from deskterm.widgets.status import Bar

ROW_ROLES = ("", "late", "unread", "waits", "muted", "own", "failed")


def test_the_console_loads_no_channel_and_no_orm() -> None:
    heavy = "{'aiogram', 'aioimaplib', 'sqlmodel', 'sqlalchemy', 'apscheduler'}"
    code = f"import sys, deskterm.app; print(*sorted({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


def test_a_bare_escape_is_not_waited_for_long() -> None:
    code = "import deskterm.app, textual.constants; print(textual.constants.ESCAPE_DELAY)"
    environ = {name: value for name, value in os.environ.items() if name != "ESCDELAY"}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environ)
    assert float(done.stdout) == 0.025


async def test_own_keys_work_and_the_footer_and_menus_show_them() -> None:
    async with desk(keys={"act.reply": "f7", "go.mine": "z", "menu.go": "f10"}) as d:
        assert d.foot.startswith(" F7 reply ")
        await d.press("r")
        assert not d.inbox.pane.composer.is_open
        await d.press("f10")
        await d.until_shown("z  Mine")
        await d.press("z")
        await d.until(lambda: d.inbox.view is View.MINE)
        await d.press("f7")
        await d.until(lambda: d.inbox.pane.composer.is_open)


async def test_own_keys_that_clash_are_named() -> None:
    async with desk(keys={"act.reply": "n"}) as d:
        await d.until_shown("act.reply: the key n is taken by act.note in the list.")


async def test_keys_of_the_russian_layout_act_and_stay_text_in_the_composer() -> None:
    async with desk() as d:
        await d.press("о", "о")
        assert d.inbox.list.position == 3
        await d.press("л")
        assert d.inbox.list.position == 2
        await d.press("т")
        await d.until_shown("INTERNAL NOTE")
        await d.press("о", "л", "ctrl+ы")
        assert d.inbox.pane.composer.text == "ол"
        await d.until_shown("Enter  Send")


async def test_the_comma_of_the_russian_layout_is_the_help_key() -> None:
    async with desk() as d:
        await d.press("comma")
        await d.until_shown("Help")


@pytest.mark.parametrize(("keys", "words"), [("go", "Outbox"), ("gq", "Held"), ("gh", "Health")])
async def test_other_rooms_open_and_come_back(keys: str, words: str) -> None:
    async with desk() as d:
        await d.press(*keys)
        await d.until(lambda: d.app.screen is not d.inbox and words in d.lines[0])
        await d.press("g", "m")
        await d.until(lambda: d.app.screen is d.inbox and d.inbox.view is View.MINE)


async def test_a_conversation_opens_from_another_room() -> None:
    async with desk() as d:
        await d.press("g", "o")
        await d.until(lambda: d.app.screen is not d.inbox)
        await d.until_shown("#1002")
        await d.press("enter")
        await d.until(lambda: d.app.screen is d.inbox and d.inbox.pane.thread.conversation_id == EVERY_KIND)


async def test_a_closed_conversation_opens_among_all() -> None:
    async with desk() as d:
        d.app.open_conversation(8)
        await d.until(lambda: d.inbox.view is View.ALL and d.inbox.list.chosen and d.inbox.list.chosen.id == 8)
        d.app.open_conversation(99_999)
        await d.until_shown("This conversation is not there any more.")


async def test_the_palette_finds_and_does() -> None:
    async with desk() as d:
        await d.press("ctrl+p")
        await d.press(*"unassigned")
        await d.until_shown("Unassigned")
        await d.pilot.pause(0.3)
        await d.press("enter")
        await d.until(lambda: d.inbox.view is View.UNASSIGNED)


async def test_no_room_changes_under_a_question() -> None:
    async with desk() as d:
        await d.press("a")
        await d.until_shown("Assign to")
        await d.press("f1")
        assert "Assign to" in d.text
        assert len(d.app.screen_stack) == 2


@pytest.mark.parametrize(
    ("wanted", "environ", "theme"),
    [
        ("auto", {"COLORTERM": "truecolor"}, "deskterm-dark"),
        ("auto", {"COLORTERM": "24bit", "COLORFGBG": "0;15"}, "deskterm-light"),
        ("auto", {}, "ansi-dark"),
        ("auto", {"COLORFGBG": "0;default;15"}, "ansi-light"),
        ("nord", {}, "nord"),
        ("deskterm-light", {}, "deskterm-light"),
        ("no-such", {}, "deskterm-dark"),
    ],
)
def test_which_theme_a_terminal_gets(wanted: str, environ: dict[str, str], theme: str) -> None:
    assert choose(wanted, environ) == theme


async def test_without_colour_the_console_is_never_in_an_ansi_theme(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.delenv("COLORTERM", raising=False)
    monkeypatch.delenv("COLORFGBG", raising=False)
    async with desk(theme="auto") as d:
        assert d.app.theme == "deskterm-dark"
        shown = [segment for strip in d.app.screen._compositor.render_strips() for segment in strip]
        styles = [segment.style for segment in shown if segment.style and segment.text.strip()]
        assert styles
        assert all(style.color != style.bgcolor for style in styles)


@pytest.mark.parametrize("theme", [*(theme.name for theme in OWN), *BUILTIN_THEMES])
async def test_every_theme_dresses_the_console(theme: str) -> None:
    async with desk(size=WIDE, theme=theme) as d:
        await d.open(EVERY_KIND)
        await d.press("n")
        await d.until_shown("INTERNAL NOTE")
        assert d.app.theme == theme


def luminance(colour: ColorTriplet) -> float:
    """Return the relative luminance of a colour (WCAG 2.1)."""
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in colour.normalized]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(style: Style) -> float:
    """Return the contrast of a text with its ground (WCAG 2.1)."""
    assert style.color is not None
    assert style.bgcolor is not None
    lights = sorted(luminance(colour.get_truecolor()) for colour in (style.color, style.bgcolor))
    return (lights[1] + 0.05) / (lights[0] + 0.05)


@pytest.mark.parametrize("theme", [theme.name for theme in OWN])
async def test_every_word_can_be_read_in_our_own_themes(theme: str) -> None:
    async with desk(size=WIDE, theme=theme) as d:
        await d.open(EVERY_KIND)
        rows, thread, bar = d.inbox.list, d.inbox.pane.thread, d.inbox.query_one("#foot", Bar)
        found = {(role, state): contrast(rows._brush.style(role, *state)) for role in ROW_ROLES for state in ((), ("cursor",))}
        found |= {(f"message {role}", ()): contrast(thread._brush.style(role)) for role in MESSAGE_ROLES}
        found |= {(f"bar {role}", ()): contrast(bar._brush.style(role)) for role in BAR_ROLES}
        d.inbox.set_focus(d.inbox.list)
        await d.pilot.pause(0.2)
        found |= {(role, ("cursor", "focus")): contrast(rows._brush.style(role, "cursor")) for role in ROW_ROLES}
        assert {where: round(ratio, 1) for where, ratio in found.items() if ratio < 4.5} == {}


async def test_ascii_symbols() -> None:
    async with desk(size=WIDE, ascii=True) as d:
        await d.open(EVERY_KIND)
        assert "v sent" in d.text
        assert "~ sending" in d.text
        assert not any(mark in d.text for mark in "▌↩✓⧗┃●◔")


async def test_the_bell_rings_for_what_is_mine_or_nobodys_and_not_for_others(monkeypatch: pytest.MonkeyPatch) -> None:
    rung: list[int] = []
    monkeypatch.setattr(DeskApp, "bell", lambda self: rung.append(1))
    async with desk() as d:
        d.app._ringer._pace = Pace(0.0)
        mine, others = 1, 8 * 5 + 3
        d.office._change(others, assignee_id=2, assignee="Bob")
        d.office.advance(seconds=5)
        d.office.arrive("для Боба", conversation_id=others)
        await d.until(lambda: d.app._newcomers._since == d.office.now())
        assert rung == []
        d.office.advance(seconds=5)
        d.office.arrive("для меня", conversation_id=mine)
        await d.until(lambda: rung == [1])
        d.office.advance(seconds=5)
        d.office.arrive("ничьё")
        await d.until(lambda: rung == [1, 1])


async def test_the_bell_is_silent_where_it_is_not_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    rung: list[int] = []
    monkeypatch.setattr(DeskApp, "bell", lambda self: rung.append(1))
    async with desk(bell=False) as d:
        d.office.advance(seconds=5)
        d.office.arrive("ничьё")
        await d.until(lambda: d.app._newcomers._since == d.office.now())
        assert rung == []


async def test_keys_typed_ahead_land_where_they_are_meant_for() -> None:
    """All at once, as from a paste or over a slow line: no letter of the text acts on the list, none is lost."""
    async with desk() as d:
        mine = [row.id for row in (await d.office.conversations(View.MINE, after=2)).rows]
        for char in "gmj\nrHello eAN quick":
            d.app.post_message(Key({" ": "space", "\n": "enter"}.get(char, char), char))
        d.app.post_message(Key("ctrl+s", None))
        d.app.post_message(Key("enter", "\r"))
        await d.until_shown("Goes out in 10s")
        replies = [command for command in d.office.submitted if not isinstance(command, MarkRead)]
        assert [(type(reply), reply.text) for reply in replies] == [(Reply, "Hello eAN quick")]
        assert d.inbox.view is View.MINE
        assert replies[0].conversation_id == mine[1]


async def test_leaving_ends_the_console() -> None:
    async with desk() as d:
        await d.press("ctrl+q")
        await d.until(lambda: not d.app.is_running or d.app._exit)


@pytest.mark.parametrize(("key", "command"), [("s", SendNow), ("t", TakeBack), ("enter", None)])
async def test_leaving_with_replies_that_wait_asks(key: str, command: type | None) -> None:
    office = FakeOffice()
    async with desk(office) as d:
        await d.open(5)
        await d.press("r", *"hi", "ctrl+s", "enter")
        await d.until_shown("Goes out in 10s")
        sent = office.talk(5).messages[-1].id
        before = len(office.submitted)
        await d.press("ctrl+q")
        await d.until_shown("1 reply has not gone out yet")
        await d.press("escape")
        assert not d.app._exit
        await d.press("ctrl+q")
        await d.until_shown("Send now, then leave")
        await d.press(key)
        await d.until(lambda: d.app._exit)
    assert office.submitted[before:] == ([] if command is None else [command(sent)])


async def test_work_that_fails_is_one_calm_sentence(caplog: pytest.LogCaptureFixture) -> None:
    async def fails() -> None:
        raise RuntimeError("customer words")

    async with desk() as d:
        with caplog.at_level(logging.ERROR):
            begin(d.inbox, fails(), group="test")
            await d.until_shown("Something went wrong. The log says more, under ")
        assert "customer words" not in d.text
        reference = d.foot.split("under ")[1].split(".")[0]
        assert reference in caplog.text


async def test_a_flood_of_changes_leaves_the_keys_alone() -> None:
    async with desk() as d:
        stop = asyncio.Event()

        async def flood() -> None:
            while not stop.is_set():
                d.office.arrive("again", conversation_id=1)
                await asyncio.sleep(0.005)

        flooding = asyncio.create_task(flood())
        await d.press(*["j"] * 10)
        assert d.inbox.list.position is not None
        stop.set()
        await flooding
        assert d.inbox.list.position > 5


async def test_opened_is_called_once_after_the_first_paint() -> None:
    calls: list[bool] = []
    app = DeskApp(FakeOffice(), ConsoleSettings(), opened=lambda: calls.append(bool(app.screen_stack)))
    async with app.run_test() as pilot:
        await pilot.pause(0.2)
    assert calls == [True]

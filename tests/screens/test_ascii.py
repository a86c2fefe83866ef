"""With `ascii = true` nothing but ASCII is painted on any screen, where customers write nothing else."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from desk_pilot import Desk, desk
from house import House
from hypothesis import given
from hypothesis import strategies as st

from deskterm.widgets import plain as signs
from deskterm.widgets.cells import width
from deskterm.widgets.plain import plain

SIZES = [(80, 24), (120, 40), (200, 50)]


async def filled(house: House) -> None:
    house.office = house.as_(house.boris)
    for name in ("Olga", "Li Wei", "Taras"):
        text = f"Where is my order? {'It was due on Monday. ' * 12}"
        await house.arrive(house.mail(text, f"{name[:2].lower()}@client.test", name=name, subject=f"Order of {name}" * 4))
        house.clock.pass_(minutes=1)


def foreign(d: Desk) -> set[str]:
    """Return what is no ASCII on the screen, but for the letters of a colleague's name."""
    return {char for char in d.text.replace("Анна", "") if not char.isascii()}


SCREENS: dict[str, tuple[tuple[str, ...], str]] = {
    "list": ((), "Inbox"),
    "thread": (("enter",), "Where is my order"),
    "composer": (("r", "x"), "ctrl+s"),
    "note": (("n", "x"), "INTERNAL NOTE"),
    "help": (("question_mark",), "Assign"),
    "filter": (("slash",), "is:open"),
    "line": (("colon",), ":"),
    "palette": (("ctrl+p",), "Find an action"),
    "go": (("g",), "Inbox"),
    "snooze": (("s",), "Snooze"),
    "tags": (("t",), "Tags"),
    "assign": (("a",), "Assign to"),
    "marks": (("space", "space"), "2 marked"),
    "query of marks": (("asterisk",), "Mark by a query"),
    "new message": (("c",), "New message"),
    "forward": (("f",), "Forwarded message"),
    "health": (("g", "h"), "Health"),
    "outbox": (("g", "o"), "Outbox"),
    "snoozed": (("g", "s"), "Snoozed"),
    "save": (("W",), "Save"),
    "told": (("A",), "is yours"),
}


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_every_screen_is_ascii(house: House, size: tuple[int, int]) -> None:
    await filled(house)
    async with desk(house.office, size=size, ascii=True) as d:  # type: ignore[arg-type]
        await d.until(lambda: len(d.inbox.list.rows) == 3)
        assert foreign(d) == set()


@pytest.mark.parametrize("name", SCREENS)
async def test_every_room_and_dialog_is_ascii(house: House, name: str) -> None:
    await filled(house)
    keys, words = SCREENS[name]
    async with desk(house.office, size=(120, 40), ascii=True) as d:  # type: ignore[arg-type]
        await d.until(lambda: len(d.inbox.list.rows) == 3)
        await d.press(*keys)
        await d.until_shown(words)
        await d.pilot.pause()
        assert foreign(d) == set()


@pytest.mark.parametrize("marks", [signs._CORNERS, signs._LEVEL, signs._UPRIGHT, signs._FULL, signs._LIGHT, *signs._SINGLE])
def test_signs_keep_their_width(marks: str) -> None:
    assert plain(marks).isascii()
    assert width(plain(marks)) == width(marks)


@given(st.text(st.characters(categories=("L", "N", "Zs"), exclude_characters="\xa0"), max_size=40))
def test_letters_stay(text: str) -> None:
    assert plain(text) == text


def test_the_same_screen_without_it_has_signs() -> None:
    looks: Callable[[str], str] = plain
    assert looks("╭─ Ольга · 2 ─╮") == "+- Ольга - 2 -+"

"""The shape of cards, changed by keys in the console, is in the configuration file, where the next start reads it."""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path

from desk_pilot import desk
from house import House
from textual.widgets import Input

from deskterm import config
from deskterm.paths import Paths
from deskterm.runtime import Desk, keep_card
from deskterm.screens.card_acts import CardActs
from deskterm.screens.card_layout import LayoutScreen
from deskterm.screens.layout_forms import FieldFormScreen

WRITTEN = """# our shop
[desk]
name = "Shop"  # as the sign says

[channels.phone]
kind = "manual"

[card.fields.size]  # they ask for it
type = "number"
label = "Shoe size"
"""


def configured(folder: Path) -> Paths:
    """Write a configuration file as people do."""
    file = folder / "config.toml"
    file.write_text(WRITTEN, encoding="utf-8")
    os.chmod(file, 0o600)
    return Paths(folder, file)


async def test_what_the_console_saves_the_next_start_reads(house: House, tmp_path: Path) -> None:
    paths = configured(tmp_path)
    settings = config.load(paths)
    house.rules.card = settings.card
    await house.arrive(house.mail("Где заказ?"))
    async with desk(house.office, size=(120, 40)) as opened:  # type: ignore[arg-type]
        opened.app.card_kept = partial(keep_card, Desk(house.store, house.rules, settings))
        await opened.press("i")
        await opened.until(lambda: (box := opened.app.screen.query(CardActs)) and box.first().known is not None)
        await opened.press("L")
        await opened.until(lambda: isinstance(opened.app.screen, LayoutScreen) and opened.app.screen.rows.rows)
        await opened.press("J", "a")
        await opened.until(lambda: isinstance(opened.app.screen, FieldFormScreen) and isinstance(opened.app.focused, Input))
        await opened.press(*"Colour", "enter")
        await opened.until(lambda: isinstance(opened.app.screen, LayoutScreen))
        await opened.press("ctrl+s")
        await opened.until_shown("Saved: cards look so from now on; other consoles follow at their next start.")
    text = paths.config.read_text(encoding="utf-8")
    assert [line for line in WRITTEN.splitlines() if "#" in line and line not in text] == []
    again = config.load(paths)
    assert again.card == house.rules.card
    assert again.card != settings.card
    assert [field.key for field in again.card.fields] == ["size", "colour"]

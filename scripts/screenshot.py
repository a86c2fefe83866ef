"""Draw the console over the demo desk into an SVG: `make screenshot`. A fixed seed and clock: the same picture each time.

`--png FILE` writes it as a PNG too, to be looked at (needs the cairo library).
"""

import deskterm.sqlite_bootstrap  # isort: skip  # noqa: F401 - before anything imports the older sqlite3

import argparse
import asyncio
import re
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from deskterm import i18n, runtime
from deskterm.app import DeskApp
from deskterm.demo import seed, shop
from deskterm.settings import ConsoleSettings
from deskterm.store.multiply import Extent

NOW = datetime(2026, 3, 12, 11, 20, tzinfo=UTC)
SEED = 7
SIZE = 300
COLUMNS, ROWS = 132, 34
_WORTH_SEEING = """
SELECT count(*) FROM conversation c, (
    SELECT sort_at, id FROM conversation
    WHERE status = 'open' AND spam = 0 AND message_count BETWEEN 5 AND 7
      AND EXISTS (SELECT 1 FROM message m WHERE m.conversation_id = conversation.id AND m.kind = 'note')
    ORDER BY sort_at, id LIMIT 1
) chosen
WHERE c.status = 'open' AND c.spam = 0 AND (c.sort_at, c.id) < (chosen.sort_at, chosen.id)
"""
"""How many rows stand above the most urgent conversation that has a note and fills the pane."""
_FETCHED_FONT = re.compile(r"@font-face \{.*?\}\s*", re.DOTALL)


async def draw(home: Path) -> str:
    """Return the picture of a console on a new demo desk in `home`."""
    seed.make(home, Extent(SIZE), SEED, NOW)
    make = shop.channel_maker(SEED, 1.0)
    async with runtime.open_desk(shop.settings(home, SEED, 1.0), now=lambda: NOW, make=make) as desk:
        down = (await desk.store.reader.one(_WORTH_SEEING))[0]
        app = DeskApp(await desk.office(shop.ME), ConsoleSettings(theme="deskterm-dark"))
        async with app.run_test(size=(COLUMNS, ROWS)) as pilot:
            await app.workers.wait_for_complete()
            await pilot.press(*"j" * down)
            await pilot.pause(1.0)
            await app.workers.wait_for_complete()
            await pilot.pause()
            return self_contained(app.export_screenshot(title="deskterm", simplify=True))


def self_contained(picture: str) -> str:
    """Return an SVG that fetches no font from anywhere: the reader's own monospaced one will do."""
    return _FETCHED_FONT.sub("", picture).replace("Fira Code", "DejaVu Sans Mono")


def main() -> None:
    """Draw it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("svg", type=Path)
    parser.add_argument("--png", type=Path)
    wanted = parser.parse_args()
    i18n.use("en")
    with tempfile.TemporaryDirectory(prefix="deskterm-screenshot-") as folder:
        picture = asyncio.run(draw(Path(folder)))
    wanted.svg.write_text(picture, encoding="utf-8")
    if wanted.png is not None:
        import cairosvg

        cairosvg.svg2png(bytestring=picture.encode(), write_to=str(wanted.png), output_width=1800)


if __name__ == "__main__":
    main()

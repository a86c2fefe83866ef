"""Rows that come later than the first ones: the lines that were empty are painted."""

from __future__ import annotations

from dataclasses import replace

from test_paint_rows import NOW, ROW
from textual.app import App, ComposeResult

from deskterm.desk.rows import RowKey, Window
from deskterm.widgets.conversation_list import ConversationList, Side

ROWS = tuple(replace(ROW, id=n, key=RowKey(n, n), number=1000 + n, customer=f"Ольга {n}") for n in range(1, 31))


class ListApp(App[None]):
    """The list alone."""

    def compose(self) -> ComposeResult:
        yield ConversationList(lambda: NOW, 1, id="list")


def shown(app: App[None]) -> list[str]:
    """Return the lines on the screen."""
    return ["".join(segment.text for segment in line) for line in app.screen._compositor.render_strips()]


async def test_lines_that_were_empty_are_painted_when_their_rows_come() -> None:
    app = ListApp()
    async with app.run_test(size=(80, 24)) as pilot:
        rows = app.query_one(ConversationList)
        rows.show(Window(ROWS[:2], 30, False, True))
        await pilot.pause()
        assert [n for n, line in enumerate(shown(app)) if "Ольга" in line] == [0, 1]
        rows.extend(Window(ROWS[2:], 30, True, False), Side.AFTER)
        await pilot.pause()
        assert [n for n, line in enumerate(shown(app)) if "Ольга" in line] == list(range(24))

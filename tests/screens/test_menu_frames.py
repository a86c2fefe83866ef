"""What a menu costs beneath it: a view is switched to without painting the whole screen, and its rows come first."""

from __future__ import annotations

from typing import Any

import pytest
from desk_pilot import WIDE, desk
from textual._compositor import Compositor

from deskterm.desk.rows import View


async def test_a_view_is_switched_without_painting_the_whole_screen(monkeypatch: pytest.MonkeyPatch) -> None:
    async with desk(size=WIDE) as d:
        await d.press("g", "a")
        await d.until(lambda: d.inbox.view is View.ALL and d.inbox.has_arrived)
        await d.press("g")
        whole: list[object] = []
        paint = Compositor.render_full_update

        def painted(self: Compositor, *given: Any, **options: Any) -> Any:
            whole.append(self)
            return paint(self, *given, **options)

        monkeypatch.setattr(Compositor, "render_full_update", painted)
        await d.press("x")
        await d.until(lambda: d.inbox.view is View.CLOSED and d.inbox.has_arrived)
        await d.pilot.pause(0.05)
        assert whole == []

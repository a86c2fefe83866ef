"""A room whose middle is one list of rows, read further as its cursor nears the last one."""

from __future__ import annotations

from typing import Generic, TypeVar

from deskterm.screens.room import RoomScreen
from deskterm.widgets.line_list import LineList

Row = TypeVar("Row")

PAGE = 200
"""Rows asked for at first, and more at a time."""


class ListRoom(RoomScreen, Generic[Row]):
    """See the module. `limit` is how many rows `load` asks for."""

    limit = PAGE

    @property
    def rows(self) -> LineList[Row]:
        """The list."""
        return self.query_one(LineList)

    def on_line_list_end_near(self, _event: LineList.EndNear) -> None:
        if len(self.rows.rows) == self.limit:
            self.limit += PAGE
            self.reload()

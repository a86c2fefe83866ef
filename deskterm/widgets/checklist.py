"""The points of a task: added by Enter, ticked by space, removed by delete, changed by Enter on them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.message import Message
from textual.widgets import Input

from deskterm.desk.commands_time import Checklist
from deskterm.desk.text import clean_line
from deskterm.i18n import _
from deskterm.widgets.cells import cut
from deskterm.widgets.line_list import LineList
from deskterm.widgets.paint import UNICODE, Line, Marks, Span


@dataclass(frozen=True, slots=True)
class Point:
    """One point and its place in the list."""

    place: int
    words: str
    done: bool


class Points(LineList[Point], inherit_bindings=False):
    """The points themselves."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,j", "down", show=False),
        Binding("up,k", "up", show=False),
        Binding("enter", "open", show=False, priority=True),
        Binding("space", "tick", show=False),
        Binding("delete,x", "remove", show=False),
    ]

    class Ticked(Message):
        """The point under the cursor is done, or not."""

    class Removed(Message):
        """The point under the cursor goes."""

    def __init__(self, marks: Marks) -> None:
        super().__init__(_line, lambda point: point.place, marks=marks)

    def action_tick(self) -> None:
        self.post_message(self.Ticked())

    def action_remove(self) -> None:
        self.post_message(self.Removed())


def _line(point: Point, cells: int) -> Line:
    box = Span(" [x] " if point.done else " [ ] ", "good" if point.done else "muted")
    return (box, Span(cut(clean_line(point.words, 400), max(1, cells - 5)), "muted" if point.done else ""))


class ChecklistField(Vertical):
    """See the module."""

    DEFAULT_CSS: ClassVar[str] = """
    ChecklistField {
        height: auto; width: 1fr; max-height: 7;
        & > Points { height: auto; max-height: 6; }
        & > Points:focus > .line--cursor { background: $primary-muted; }
        & > Input { width: 1fr; }
    }
    """

    class Changed(Message):
        """The points are others now."""

    def __init__(self, marks: Marks = UNICODE, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._signs = marks
        self._points: list[tuple[str, bool]] = []
        self._edited: int | None = None

    def compose(self) -> ComposeResult:
        yield Points(self._signs)
        yield Input(select_on_focus=False, compact=True, max_length=400, placeholder=_("+ a point, Enter adds it"))

    def on_mount(self) -> None:
        self._show()

    @property
    def points(self) -> Points:
        """The list."""
        return self.query_one(Points)

    @property
    def field(self) -> Input:
        """Where a point is typed."""
        return self.query_one(Input)

    @property
    def value(self) -> Checklist:
        """All points, with one that is typed and not added yet."""
        typed = clean_line(self.field.value, 400)
        points = list(self._points)
        if typed and self._edited is not None and self._edited < len(points):
            points[self._edited] = (typed, points[self._edited][1])
        elif typed:
            points.append((typed, False))
        return tuple(points)

    def put(self, points: Checklist) -> None:
        """Show these points."""
        self._points, self._edited = list(points), None
        self._show()

    def add(self) -> bool:
        """Take what is typed as a point; says whether there was anything."""
        if not self.field.value.strip():
            return False
        self._points, self._edited = list(self.value), None
        self.field.value = ""
        self._show()
        self.post_message(self.Changed())
        return True

    def _show(self) -> None:
        self.points.show([Point(place, words, done) for place, (words, done) in enumerate(self._points)])
        self.points.display = bool(self._points)

    def on_points_ticked(self, event: Points.Ticked) -> None:
        event.stop()
        if (point := self.points.chosen) is not None:
            self._points[point.place] = (point.words, not point.done)
            self._show()
            self.post_message(self.Changed())

    def on_points_removed(self, event: Points.Removed) -> None:
        event.stop()
        if (point := self.points.chosen) is not None:
            del self._points[point.place]
            self._edited = None
            if not self._points:
                self.field.focus()
            self._show()
            self.post_message(self.Changed())

    def on_line_list_chosen(self, event: LineList.Chosen) -> None:
        """Change a point where it is typed."""
        event.stop()
        if isinstance(event.row, Point):
            self._edited = event.row.place
            self.field.value = event.row.words
            self.field.cursor_position = len(self.field.value)
            self.field.focus()

    def on_line_list_end_near(self, event: LineList.EndNear) -> None:
        event.stop()

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        self.post_message(self.Changed())

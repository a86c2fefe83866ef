"""The pane at the left of a wide terminal: all views with their live counts, and the way to each of them."""

from __future__ import annotations

from dataclasses import dataclass

from textual.message import Message

from deskterm.desk.rows import Counts, SavedView, View
from deskterm.desk.text import clean_line
from deskterm.i18n import _
from deskterm.keys.actions import BY_ID
from deskterm.keys.keymap import Keymap
from deskterm.screens.places import Place, Shelf, sections, shown_count
from deskterm.widgets.cells import fit, width
from deskterm.widgets.line_list import LineList
from deskterm.widgets.paint import Line, Marks, Span

OUTBOX = "outbox"


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the pane: a place, a room by its id, or (neither) the title of a section. `urgent` counts ask to be seen."""

    id: str
    title: str
    count: int | None = None
    key: str = ""
    place: Place | None = None
    room: str = ""
    is_here: bool = False
    urgent: bool = False

    @property
    def is_title(self) -> bool:
        """Whether the cursor passes it by."""
        return self.place is None and not self.room


def entries(shelf: Shelf, counts: Counts | None, here: Place, keymap: Keymap) -> list[Entry]:
    """Return the lines of the pane."""
    found: list[Entry] = []
    for title, places in sections(shelf, counts):
        if places and title:
            found.append(Entry(f"title {title}", title))
        for place in places:
            count = place.count(counts)
            is_here = place.listing == here.listing and place.title == here.title
            urgent = place.view in (View.LATE, View.FAILED) and bool(count)
            found.append(Entry(_id_of(place), place.title, count, _key_of(place, keymap), place, "", is_here, urgent))
        if not title:
            unsent = counts.queued + counts.failed + counts.uncertain if counts is not None else None
            problem = counts is not None and counts.failed + counts.uncertain > 0
            found.append(Entry(OUTBOX, _("Outbox"), unsent, keymap.shown("go.outbox"), room=OUTBOX, urgent=problem))
    return found


def _id_of(place: Place) -> str:
    return f"saved {place.saved.id}" if place.saved is not None else f"{place.counter}" if place.counter else place.text


def _key_of(place: Place, keymap: Keymap) -> str:
    if place.saved is not None:
        return str(place.saved.key or "")
    action = f"go.{place.view}"
    return keymap.shown(action) if action in BY_ID else ""


def entry_line(entry: Entry, cells: int) -> Line:
    """Return a line of the pane: title, key, count."""
    if entry.is_title:
        return (Span(fit(f" {clean_line(entry.title)}", cells), "muted"),)
    count = shown_count(entry.count) if entry.count else ""
    tail = f" {entry.key:>3} {count:>6} "
    role = "failed" if entry.urgent else "name" if entry.is_here else ""
    title = fit(f" {clean_line(entry.title)}", max(0, cells - width(tail)))
    return Span(title, role), Span(f" {entry.key:>3}", "muted"), Span(f" {count:>6} ", role if entry.urgent else "muted")


class ViewsPane(LineList[Entry]):
    """See the module. Enter or `l` shows a view; F2 renames a saved one, Delete forgets it."""

    class Gone(Message):
        """The operator goes to a place or room."""

        def __init__(self, entry: Entry) -> None:
            super().__init__()
            self.entry = entry

    def __init__(self, marks: Marks, *, id: str | None = None) -> None:
        super().__init__(entry_line, lambda entry: entry.id, marks=marks, id=id)

    def fill(self, shelf: Shelf, counts: Counts | None, here: Place, keymap: Keymap) -> None:
        """Show how things are now; the cursor stands on where one is, unless the pane has the keys."""
        found = entries(shelf, counts, here, keymap)
        if tuple(found) != self.rows:
            self.show(found)
        at = next((index for index, entry in enumerate(found) if entry.is_here), None)
        if at is not None and not self.has_focus:
            self.put_cursor(at)

    @property
    def saved(self) -> SavedView | None:
        """The saved view under the cursor."""
        return self.chosen.place.saved if self.chosen is not None and self.chosen.place is not None else None

    def move(self, lines: int) -> None:
        """Move the cursor, past titles."""
        super().move(lines)
        step = 1 if lines > 0 else -1
        while self.chosen is not None and self.chosen.is_title:
            before = self.chosen
            super().move(step)
            if self.chosen is before:
                step = -step

    def on_line_list_chosen(self, event: LineList.Chosen) -> None:
        event.stop()
        if isinstance(event.row, Entry):
            self.post_message(self.Gone(event.row))

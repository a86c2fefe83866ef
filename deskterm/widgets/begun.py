"""The line that says what was begun and is in no conversation yet: a new message to somebody, or one that passes words on."""

from __future__ import annotations

from typing import ClassVar

from deskterm.desk.rows import NewMessage
from deskterm.desk.text import clean_line
from deskterm.i18n import _
from deskterm.widgets.paint import Line, Marks, Span
from deskterm.widgets.status import Bar


class BegunBar(Bar):
    """Stands above the drafts while there is such a message; else it takes no room."""

    DEFAULT_CSS: ClassVar[str] = "BegunBar { display: none; background: $surface; }"

    def tell(self, message: NewMessage | None, key: str, marks: Marks) -> None:
        """Show what was begun and the key that goes on with it, or nothing."""
        self.display = message is not None
        self.put(() if message is None else begun_new(message, key, marks))


def begun_new(message: NewMessage, key: str, marks: Marks) -> Line:
    """Return "✎ new message to … begun · c goes on", and what it is about."""
    to = clean_line(message.to, 60) or _("nobody yet")
    words = _("forward to {to} begun") if message.related_id is not None else _("new message to {to} begun")
    about = clean_line(message.subject or message.text, 200)
    return (
        Span(f" {marks.draft} {words.format(to=to)}", "name"),
        Span(" · "),
        Span(key, "key"),
        Span(f" {_('goes on')}"),
        Span(f"  {about}", "muted"),
    )

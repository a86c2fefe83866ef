"""Screens to read one thing: a message as it came, and what an edited message said before."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.events import Resize
from textual.screen import Screen

from deskterm.desk.text import MAX_TEXT, clean, clean_line
from deskterm.i18n import _, ngettext
from deskterm.keys.actions import Context
from deskterm.keys.keymap import bindings
from deskterm.office import OfficeError
from deskterm.screens.asking import PathScreen
from deskterm.screens.console import begin, console_of
from deskterm.screens.leaving import leave
from deskterm.widgets.cells import wrap
from deskterm.widgets.paint import Line, Span
from deskterm.widgets.status import Bar, key_hints
from deskterm.widgets.text_view import TextView
from deskterm.widgets.when import moment
from deskterm.words.wording import size_words


def source_text(raw: bytes) -> str:
    """Return bytes as text that is safe to show: UTF-8 where it is that, `\\xff` for other bytes, cleaned and cut."""
    shown = raw[: MAX_TEXT * 2].decode("utf-8", "backslashreplace")
    return clean(shown)


async def save_raw(raw: bytes, path: Path) -> Path:
    """Write bytes to a new file, mode 0600; in a folder under the name "message.eml". Never over another file.

    Raises OfficeError("bad_file").
    """
    return await asyncio.to_thread(_save_raw, raw, path)


def _save_raw(raw: bytes, path: Path) -> Path:
    target = path / "message.eml" if path.is_dir() else path
    try:
        descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(raw)
    except OSError as error:
        words = _("{path} cannot be written: {why}.").format(path=clean_line(str(target)), why=error.strerror)
        raise OfficeError("bad_file", words, _("Choose another path.")) from error
    return target


class ReadingScreen(Screen[None]):
    """A text under a title; `load` fetches it and shows it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings(Context.HEALTH, only=("back",)),
    ]
    FOOT: ClassVar[tuple[str, ...]] = ("move.back", "do.help")

    def __init__(self, title: str) -> None:
        super().__init__()
        self._title = title

    async def load(self) -> None:
        """Fetch what is shown and give it to `show`."""
        raise TypeError(f"{type(self).__name__} has nothing to load")

    def compose(self) -> ComposeResult:
        yield Bar(id="head")
        yield TextView()
        yield Bar(id="foot")

    def on_mount(self) -> None:
        self.query_one("#head", Bar).put((Span(f" {clean_line(self._title, 200)}", "name"),))
        begin(self, self.load(), group="rows", exclusive=True)

    def on_resize(self, event: Resize) -> None:
        keys = key_hints(self.FOOT, console_of(self).own_keys, event.size.width)
        self.query_one("#foot", Bar).put(keys)

    def action_back(self) -> None:
        leave(self, None)


class SourceScreen(ReadingScreen):
    """The bytes of a message as the channel handed them over; `W` saves them to a file."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings(Context.HELD, only=("save_raw",))]
    FOOT: ClassVar[tuple[str, ...]] = ("act.save_raw", "move.back", "do.help")

    def __init__(self, inbound_id: int, title: str = "") -> None:
        super().__init__(title or _("Source"))
        self._inbound_id = inbound_id
        self._raw = b""

    async def load(self) -> None:
        self._raw = await console_of(self).office.raw(self._inbound_id)
        text = await asyncio.to_thread(source_text, self._raw)
        size = Span(f"{size_words(len(self._raw))} ", "muted")
        self.query_one("#head", Bar).put((Span(f" {clean_line(self._title, 200)}", "name"),), (size,))
        self.query_one(TextView).show(lambda cells: _source_lines(text, len(self._raw), cells))

    def action_save_raw(self) -> None:
        self.app.push_screen(PathScreen(_("Save as"), "~/", take=self._write))

    async def _write(self, path: Path) -> None:
        target = await save_raw(self._raw, path)
        console_of(self).tell(_("Saved: {path}").format(path=clean_line(str(target))))


def _source_lines(text: str, size: int, cells: int) -> Sequence[Line]:
    lines: list[Line] = [(Span(row),) for row in wrap(text, cells)]
    if size > MAX_TEXT:
        lines.append(())
        lines.append((Span(_("Here the text is cut. Save it to see the rest."), "warning"),))
    return lines


class VersionsScreen(ReadingScreen):
    """What a message said before it was edited: the oldest first, the text of now last."""

    def __init__(self, message_id: int) -> None:
        super().__init__(_("Earlier versions"))
        self._message_id = message_id

    async def load(self) -> None:
        office = console_of(self).office
        message = await office.message(self._message_id)
        earlier = await office.versions(self._message_id)
        texts = [(moment(at, office.now()), clean(text)) for at, text in earlier]
        if message is not None:
            texts.append((_("now"), clean(message.text)))
        count = ngettext("{n} version", "{n} versions", len(texts)).format(n=len(texts))
        self.query_one("#head", Bar).put((Span(f" {_('Earlier versions')}", "name"),), (Span(f"{count} ", "muted"),))
        self.query_one(TextView).show(lambda cells: _version_lines(texts, cells))


def _version_lines(texts: Sequence[tuple[str, str]], cells: int) -> Sequence[Line]:
    lines: list[Line] = []
    for when, text in texts:
        lines.append((Span(when, "title"),))
        lines += [(Span(row),) for row in wrap(text, cells)]
        lines.append(())
    return lines

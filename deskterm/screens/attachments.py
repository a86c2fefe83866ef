"""The files of a conversation: look at the list, save one or all. Nothing is ever opened or run from here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from deskterm.desk.rows import AttachmentRow
from deskterm.desk.rows_customer import RecordRow
from deskterm.desk.text import clean_line
from deskterm.i18n import _, ngettext
from deskterm.office import Office
from deskterm.screens.asking import Dialog, PathScreen, plain
from deskterm.screens.console import begin, console_of
from deskterm.screens.leaving import leave
from deskterm.screens.records import record_line
from deskterm.screens.room import marks_of
from deskterm.widgets.cells import fit, fit_right
from deskterm.widgets.line_list import LineList
from deskterm.widgets.paint import Line, Span
from deskterm.words.reasons import shown
from deskterm.words.wording import size_words

_SIZE, _STATE = 8, 18
MOST_PAGES = 50
"""Pages of 100 messages that are looked through for files."""


def file_line(file: AttachmentRow, cells: int) -> Line:
    """Return one file as a line: its name, its size, what stands in its way."""
    name = max(8, cells - _SIZE - _STATE - 2)
    role = "warning" if file.risky or file.state in ("failed", "unavailable") else "muted"
    return (
        Span(" " + fit(clean_line(file.name), name)),
        Span(fit_right(size_words(file.size) if file.size is not None else "?", _SIZE), "muted"),
        Span(" " + fit(state_words(file), _STATE), role),
    )


def state_words(file: AttachmentRow) -> str:
    """Return why a file cannot be saved, or what to know of it."""
    if file.state == "stored":
        return _("may be dangerous") if file.risky else ""
    if file.state == "pending":
        return _("not fetched yet")
    return clean_line(shown(file.reason), 100) or _("not available")


def default_folder() -> str:
    """Return where files are saved unless another folder is chosen: ~/Downloads where there is one, else the working folder."""
    downloads = Path.home() / "Downloads"
    return f"{downloads}/" if downloads.is_dir() else f"{Path.cwd()}/"


async def files_of(office: Office, conversation_id: int) -> list[AttachmentRow]:
    """Return all files of a conversation, the newest first."""
    found: list[AttachmentRow] = []
    before: int | None = None
    for _page in range(MOST_PAGES):
        page = await office.messages(conversation_id, before_id=before, limit=100)
        found += [file for row in reversed(page.rows) for file in row.attachments]
        if not page.more_before or not page.rows:
            break
        before = page.rows[0].id
    return found


class AttachmentsScreen(Dialog[RecordRow]):
    """See the module. Enter or `s` saves the file under the cursor, `S` all that are here. `records` stand above them, where
    messages on the screen name some: Enter ends with one."""

    DEFAULT_CSS: ClassVar[str] = """
    AttachmentsScreen > .box { width: 90; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("s", "save", show=False),
        Binding("S", "save_all", show=False),
    ]

    def __init__(self, conversation_id: int, records: Sequence[RecordRow] = ()) -> None:
        super().__init__(_("Attachments"))
        self._conversation_id = conversation_id
        self._records = tuple(records)

    def body(self) -> Iterable[Widget]:
        yield LineList[AttachmentRow | RecordRow](
            self._line, lambda one: (type(one), one.id), empty=_("There are no files here."), marks=marks_of(self)
        )
        yield plain(_("Enter saves it   S saves all   Esc leaves"), "hint")

    def on_mount(self) -> None:
        begin(self, self._load(), group="rows")

    async def _load(self) -> None:
        files = await files_of(console_of(self).office, self._conversation_id)
        self.query_one(LineList).show((*self._records, *files))

    def _line(self, one: AttachmentRow | RecordRow, cells: int) -> Line:
        return (
            file_line(one, cells) if isinstance(one, AttachmentRow) else record_line(one, console_of(self).office.card, cells)
        )

    def on_line_list_chosen(self, event: LineList.Chosen) -> None:
        if isinstance(event.row, AttachmentRow):
            self._ask_folder([event.row])
        elif isinstance(event.row, RecordRow):
            leave(self, event.row)

    def action_save(self) -> None:
        self.query_one(LineList).action_open()

    def action_save_all(self) -> None:
        self._ask_folder([one for one in self.query_one(LineList).rows if isinstance(one, AttachmentRow)])

    def _ask_folder(self, files: list[AttachmentRow]) -> None:
        wanted = [file for file in files if file.state == "stored"]
        if not wanted:
            self._tell(_("This file is not here."), problem=True)
            return
        self.app.push_screen(PathScreen(_("Save into"), default_folder(), folders=True, take=partial(self._write, wanted)))

    async def _write(self, files: list[AttachmentRow], folder: Path) -> None:
        office = console_of(self).office
        saved = [await office.save_attachment(file.id, folder) for file in files]
        if len(saved) == 1:
            self._tell(_("Saved: {path}").format(path=saved[0]))
        else:
            words = ngettext("{n} file saved in {folder}", "{n} files saved in {folder}", len(saved))
            self._tell(words.format(n=len(saved), folder=folder))

    def _tell(self, words: str, *, problem: bool = False) -> None:
        hint = self.query_one(".hint", Static)
        hint.update(Content(clean_line(words, 300)))
        hint.set_class(problem, "-problem")

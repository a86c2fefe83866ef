"""Where an answer or a note is written. The two can be told apart by title, colour and border.

It holds what is being written until a screen has taken it: it says `Changed` after each change, and what was asked for by
key; saving, sending and editing outside are the screen's affair.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.events import Paste, Resize
from textual.message import Message
from textual.widgets import Static, TextArea

from deskterm.desk.rows import ConversationDetail, Draft, IdentityRow, ReplyRoute, StagedFile
from deskterm.desk.text import MAX_REPLY, clean_line, split, units
from deskterm.i18n import _, ngettext
from deskterm.keys.actions import Context
from deskterm.keys.keymap import bindings
from deskterm.widgets.paint import UNICODE, Marks, Span
from deskterm.widgets.promise_bars import LastPromises, Offer
from deskterm.widgets.status import Bar
from deskterm.words.wording import size_words

SERVED = ("editor", "attach", "detach", "as_file", "look", "other_route", "discard", "leave")
"""The commands that become messages here; the menu of sending is the screen's."""


@dataclass(frozen=True, slots=True)
class Addressed:
    """Whom an answer goes to, as far as the composer shows it."""

    title: str
    recipients: str
    warning: str
    max_units: int | None
    can_attach: bool
    is_unassigned: bool
    via_message_id: int | None = None
    """Which of several ways it goes, as `Reply.via_message_id`; None where there is one."""
    greets: str = ""
    """The customer's first name and language, as far as they are known: "Ольга · ru"."""

    @classmethod
    def of(cls, detail: ConversationDetail, route: ReplyRoute | None = None) -> Addressed:
        """Read it from a conversation: of the usual way, or of another `route` that the answer is to go."""
        if route is not None:
            return cls._by(detail, route)
        first = detail.reply_to[0] if detail.reply_to else None
        to = _("To: {people}").format(people=_people(detail.reply_to)) if detail.reply_to else ""
        cc = _("Cc: {people}").format(people=_people(detail.cc)) if detail.cc else ""
        return cls(
            title=_("Reply to {name} by {channel}").format(
                name=_person(first) if first else clean_line(detail.row.customer), channel=clean_line(detail.row.channel)
            ),
            recipients="  ".join(part for part in (to, cc) if part),
            warning=clean_line(detail.reply_warning),
            max_units=detail.max_units,
            can_attach=detail.can_attach,
            is_unassigned=detail.row.assignee_id is None,
            greets=_greeted(detail),
        )

    @classmethod
    def _by(cls, detail: ConversationDetail, route: ReplyRoute) -> Addressed:
        """Read it from one of several ways; what only the usual way warns of, and its copies, are that one's."""
        usual = route.message_id == detail.routes[0].message_id
        first = route.to[0] if route.to else None
        copies = tuple(one for one in detail.cc if usual and first is not None and one.kind == first.kind)
        cc = _("Cc: {people}").format(people=_people(copies)) if copies else ""
        to = _("To: {people}").format(people=_people(route.to)) if route.to else ""
        return cls(
            title=_("Reply to {name} by {channel}").format(
                name=_person(first) if first else clean_line(detail.row.customer), channel=clean_line(route.channel)
            ),
            recipients="  ".join(part for part in (to, cc) if part),
            warning=clean_line(detail.reply_warning) if usual else "",
            max_units=detail.max_units if usual else None,
            can_attach=detail.can_attach or not usual,
            is_unassigned=detail.row.assignee_id is None,
            via_message_id=route.message_id,
            greets=_greeted(detail),
        )


def _greeted(detail: ConversationDetail) -> str:
    return " · ".join(part for part in (clean_line(detail.greeting, 40), clean_line(detail.language, 8)) if part)


def _people(people: tuple[IdentityRow, ...]) -> str:
    return ", ".join(_person(person) for person in people)


def _person(person: IdentityRow) -> str:
    name, value = clean_line(person.name), clean_line(person.value)
    return f"{name} <{value}>" if name and name != value else f"<{value}>"


class ComposerText(TextArea):
    """The text itself: every key that edits text stays with it.

    Textual 8.2 wraps it anew when its room or its scrollbar changes, but paints only the lines that are new to the screen and
    leaves the cursor where it scrolls out of sight; here the whole is painted and the cursor's line shown.
    """

    BINDINGS: ClassVar[list[BindingType]] = []

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Textual's F6 here (it selects a line) is the composer's."""
        return action != "select_line"

    class TooLong(Message):
        """A text was pasted with which the whole would be longer than may be sent; it is not in yet."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    def on_mount(self) -> None:
        self.watch(self, "show_vertical_scrollbar", self._room_changed, init=False)

    def on_resize(self, event: Resize) -> None:
        self._room_changed()

    def _room_changed(self) -> None:
        self.call_after_refresh(self._wrap_anew)

    def _wrap_anew(self) -> None:
        if self.size.area:
            self._rewrap_and_refresh_virtual_size()
            self.scroll_cursor_visible()
            self.refresh()

    async def _on_paste(self, event: Paste) -> None:
        """Hold back what is too long: to lay it out would take seconds."""
        if len(event.text) + len(self.text) > MAX_REPLY:
            event.prevent_default()
            event.stop()
            self.post_message(self.TooLong(event.text.replace("\r\n", "\n").replace("\r", "\n")))


class Composer(Vertical):
    """See the module. `note` says that it is a note; it is set once, when it opens."""

    DEFAULT_CSS: ClassVar[str] = """
    Composer {
        height: 45%; min-height: 8; max-height: 18; border: round $primary; border-title-color: $text-primary; padding: 0 1;
        background: $surface; display: none;
        & Bar { background: $surface; }
        & #composer-text { height: 1fr; border: none; padding: 0; background: $surface; }
        & #composer-warning { display: none; height: auto; max-height: 3; color: $text-warning; text-style: bold; }
        &.-open { display: block; }
        &.-warned #composer-warning { display: block; }
        &.-note { border: heavy $warning; border-title-color: $text-warning; border-title-style: bold; }
        &.-note #composer-to { display: none; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(Context.COMPOSER)]

    class Opened(Message):
        """Something is being written."""

    class Changed(Message):
        """The text or the files changed."""

    class Asked(Message):
        """The operator asks for one of `SERVED`, by its command."""

        def __init__(self, command: str) -> None:
            super().__init__()
            self.command = command

    def __init__(self, marks: Marks = UNICODE, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._marks = marks
        self._addressed: Addressed | None = None
        self._to = Bar(id="composer-to")
        self._warning = Static(id="composer-warning", markup=False)
        self._text = ComposerText(id="composer-text", soft_wrap=True, tab_behavior="focus", show_line_numbers=False)
        self._foot = Bar(id="composer-foot")
        self.conversation_id: int | None = None
        self.note = False
        self.warning = ""
        self.files: tuple[StagedFile, ...] = ()

    def compose(self) -> ComposeResult:
        yield self._to
        yield self._warning
        yield LastPromises()
        yield self._text
        yield Offer()
        yield self._foot

    # What the screen asks and tells

    @property
    def is_open(self) -> bool:
        """Whether something is being written."""
        return self.conversation_id is not None

    @property
    def text(self) -> str:
        """What is written."""
        return self._text.text

    @property
    def draft(self) -> Draft:
        """What is written, as it is kept. Only while it is open."""
        assert self.conversation_id is not None
        return Draft(self.conversation_id, self.text, self.note, self.files)

    def begin(self, conversation_id: int, *, note: bool, title: str) -> None:
        """Open for a conversation, empty, and take the keys at once: a draft is filled in when it is read."""
        self.conversation_id = conversation_id
        self._addressed = None
        self.set_class(note, "-note")
        self.note = note
        self.files = ()
        self._text.load_text("")
        self.border_title = Content(clean_line(title))
        self.border_subtitle = ""
        self._to.put(())
        self.warn("")
        self.add_class("-open")
        self.post_message(self.Opened())
        self.screen.set_focus(self._text)
        self._show_foot()

    def fill(self, draft: Draft) -> None:
        """Put a kept draft before what was typed since; its kind (note or answer) wins."""
        typed = self.text
        self.note = draft.note
        self.set_class(draft.note, "-note")
        self.files = draft.files
        self.put_text(draft.text + typed)

    @property
    def via_message_id(self) -> int | None:
        """Which of several ways the answer goes; see `Reply`."""
        return self._addressed.via_message_id if self._addressed is not None else None

    def address(self, addressed: Addressed, more: str = "") -> None:
        """Show whom the answer goes to; `more` stands at the end of that line."""
        self._addressed = addressed
        if self.note:
            self.border_title = Content(_("INTERNAL NOTE · never sent to the customer"))
        else:
            self.border_title = Content(clean_line(addressed.title))
            self.border_subtitle = Content(addressed.greets)
            self._to.put((Span(addressed.recipients, "muted"),), (Span(more, "key"),) if more else ())
            if not self.has_class("-warned"):
                self.warn(addressed.warning)
        self._show_foot()

    def warn(self, words: str) -> None:
        """Show a warning above the text, or none."""
        self.warning = clean_line(words)
        self.set_class(bool(words), "-warned")
        self._warning.update(Content(f"{self._marks.late} {self.warning}" if words else ""))

    def put_text(self, text: str) -> None:
        """Replace the text, the cursor at its end. These are the operator's own words: not a character is changed."""
        self._text.load_text(text)
        self._text.move_cursor(self._text.document.end)

    def insert(self, text: str) -> None:
        """Put a text in at the cursor."""
        self._text.insert(text)

    @property
    def can_attach(self) -> bool:
        """Whether files can go with it."""
        return self.note or self._addressed is None or self._addressed.can_attach

    @property
    def is_unassigned(self) -> bool:
        """Whether the conversation is nobody's: with the first answer it becomes its writer's."""
        return self._addressed is not None and self._addressed.is_unassigned

    def put_files(self, files: tuple[StagedFile, ...]) -> None:
        """Replace the files that go with it."""
        self.files = files
        self._show_foot()
        self.post_message(self.Changed())

    def take_keys(self) -> None:
        """Put the focus into the text."""
        self.screen.set_focus(self._text)

    def after_typing(self, callback: Callable[[], None]) -> None:
        """Have something done when the text has taken every key that was pressed so far."""
        self._text.call_later(callback)

    def end(self) -> None:
        """Close, empty."""
        self.conversation_id = None
        self.files = ()
        self._text.load_text("")
        self.remove_class("-open", "-note", "-warned")

    # Keys

    def action_editor(self) -> None:
        self.post_message(self.Asked("editor"))

    def action_attach(self) -> None:
        self.post_message(self.Asked("attach"))

    def action_detach(self) -> None:
        self.post_message(self.Asked("detach"))

    def action_as_file(self) -> None:
        self.post_message(self.Asked("as_file"))

    def action_look(self) -> None:
        self.post_message(self.Asked("look"))

    def action_other_route(self) -> None:
        self.post_message(self.Asked("other_route"))

    def action_discard(self) -> None:
        self.post_message(self.Asked("discard"))

    def action_leave(self) -> None:
        self.post_message(self.Asked("leave"))

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        event.stop()
        if self.is_open:
            self._show_foot()
            self.post_message(self.Changed())

    # Painting

    def _show_foot(self) -> None:
        limit = self._addressed.max_units if self._addressed and not self.note else None
        words, problem = length_words(self.text, limit)
        self._foot.put((Span(file_words(self.files), "name"),), (Span(words, "problem" if problem else "muted"),))


def file_words(files: Sequence[StagedFile]) -> str:
    """Return the files that go with a message, numbered, with their sizes."""
    return "  ".join(
        f"[{number}] {clean_line(file.name)} {size_words(file.size)}" for number, file in enumerate(files, start=1)
    )


def length_words(text: str, limit: int | None) -> tuple[str, bool]:
    """Return how long a text is, counted as its channel counts (`limit` UTF-16 units in one message; None: no limit), and
    whether it is too long to be sent."""
    if len(text) > MAX_REPLY:
        return _("too long: {used} of {limit}").format(used=len(text), limit=MAX_REPLY), True
    used = units(text)
    if limit is None:
        return ngettext("{n} character", "{n} characters", used).format(n=used), False
    parts = len(split(text, limit)) if used > limit else 1
    words = ngettext("{used} of {limit} · {n} message", "{used} of {limit} · {n} messages", parts)
    return words.format(used=used, limit=limit, n=parts), False

"""The form of a new message: whom, by which channel, about what, the text and its files. What becomes of it is the screen's."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar, Generic, TypeVar

from textual.actions import SkipAction
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.events import DescendantBlur, Resize, ScreenResume
from textual.screen import Screen
from textual.widgets import Input, Static, TextArea

from deskterm.desk.rows import NewMessage, StagedFile, StartChannel
from deskterm.desk.text import clean_line
from deskterm.i18n import _
from deskterm.screens.addressing import Suggestion, Suggestions
from deskterm.screens.attaching import ask_for_files, folder_of, offer_as_file, stage_text
from deskterm.screens.console import begin, console_of
from deskterm.screens.editor import EditorFailed, write_outside
from deskterm.widgets.choice import Choice
from deskterm.widgets.composer import ComposerText, file_words, length_words
from deskterm.widgets.paint import Span
from deskterm.widgets.status import Bar, key_hints

_FOOT = ("menu.send", "compose.leave", "compose.attach", "compose.editor", "compose.discard")

Answer = TypeVar("Answer")


class MessageForm(Screen[Answer | None], Generic[Answer]):
    """See the module."""

    DEFAULT_CSS: ClassVar[str] = """
    MessageForm {
        background: $background; color: $foreground;
        & .field { height: 1; }
        & .label { width: 11; padding: 0 1; color: $text-muted; }
        & .field:focus-within .label { color: $text-accent; text-style: bold; background: $boost; }
        & Choice { padding: 0; }
        & Input { padding: 0 1 !important; background: $surface; width: 1fr; }
        & .problem { display: none; height: auto; padding: 0 1 0 12; color: $text-error; text-style: bold; }
        & .problem.-shown { display: block; }
        & #new-text { height: 1fr; border: none; border-top: solid $border-blurred; padding: 0 1; background: $surface; }
        & #new-text:focus { border-top: solid $border; }
        & #files { background: $surface; }
    }
    """

    def __init__(self) -> None:
        super().__init__()
        self.channels: tuple[StartChannel, ...] = ()
        self._files: tuple[StagedFile, ...] = ()
        self._related_id: int | None = None
        self._folder = ""
        self._head = Bar(id="head")
        self.to = Input(id="new-to", compact=True, select_on_focus=False, max_length=400)
        self._suggestions = Suggestions(id="suggestions")
        self._channel = Choice(id="new-channel")
        self._subject = Input(id="new-subject", compact=True, select_on_focus=False, max_length=500)
        self._subject_line = _field(_("Subject"), self._subject)
        self.text = ComposerText(id="new-text", soft_wrap=True, tab_behavior="focus", show_line_numbers=False)
        self._below = Bar(id="files")

    def compose(self) -> ComposeResult:
        yield self._head
        yield _field(_("To"), self.to)
        yield self._suggestions
        yield _problem("to")
        yield _field(_("By"), self._channel)
        yield _problem("channel")
        yield self._subject_line
        yield _problem("subject")
        yield self.text
        yield _problem("text")
        yield self._below
        yield Bar(id="foot")

    def changed(self) -> None:
        """Something else is written than before."""
        words, problem = length_words(self.text.text, self.channel.max_units if self.channel is not None else None)
        files = (Span(f" {file_words(self._files)}", "name"),)
        self._below.put(files, (Span(f"{words} ", "problem" if problem else "muted"),))

    @property
    def channel(self) -> StartChannel | None:
        """The channel that is chosen."""
        return next((channel for channel in self.channels if channel.name == self._channel.chosen), None)

    @property
    def chosen_channel(self) -> str:
        """The name of what is chosen: a channel, or one of those whose contacts are kept by hand."""
        return self._channel.chosen

    @property
    def message(self) -> NewMessage:
        """What is written."""
        return NewMessage(
            self._channel.chosen, self.to.value, self._subject.value, self.text.text, self._files, self._related_id
        )

    @property
    def is_empty(self) -> bool:
        """Whether nothing is written that could be lost."""
        return not (self.to.value.strip() or self._subject.value.strip() or self.text.text.strip() or self._files)

    def offer(self, channels: tuple[StartChannel, ...], by_hand: Sequence[str] = ()) -> None:
        """Offer these channels, and the names of those whose contacts are kept by hand."""
        self.channels = channels
        self._channel.show([*((channel.name, channel.address) for channel in channels), *((name, "") for name in by_hand)])
        self._show_channel()

    def fill(self, kept: NewMessage, title: str) -> None:
        """Put in what was begun, before what was typed since."""
        self._head.put((Span(f" {title}", "name"),))
        self.to.value = kept.to + self.to.value
        self.to.cursor_position = len(self.to.value)
        self._subject.value = kept.subject + self._subject.value
        self.text.load_text(kept.text + self.text.text)
        self._files, self._related_id = kept.files, kept.related_id
        self._channel.choose(kept.channel)
        self._show_channel()

    def complain(self, field: str, words: str) -> None:
        """Show what is wrong with a field, or that nothing is."""
        shown = self.query_one(f"#problem-{field}", Static)
        shown.update(Content(clean_line(words)))
        shown.set_class(bool(words), "-shown")

    def ask_for_subject(self, send_key: str) -> None:
        """Ask whether it is to go without a subject."""
        self.complain("subject", _("There is no subject. {key} once more sends it without one.").format(key=send_key))
        self.set_focus(self._subject)

    # What is typed

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        if event.input is self.to:
            self.complain("to", "")
            if self.to.has_focus:
                self._suggestions.look_for(event.value, {channel.kind for channel in self.channels})
        else:
            self.complain("subject", "")
        self.changed()

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        event.stop()
        self.complain("text", "")
        self.changed()

    def on_choice_changed(self, event: Choice.Changed) -> None:
        event.stop()
        self.complain("channel", "")
        self.complain("to", "")
        self._show_channel()
        self.changed()

    def _show_channel(self) -> None:
        self._subject_line.display = self.channel is None or self.channel.subject

    def on_descendant_blur(self, event: DescendantBlur) -> None:
        if event.widget is self.to:
            self._suggestions.hide()

    def action_suggest(self, lines: int) -> None:
        self._suggestions.move(lines)

    def _take(self, suggestion: Suggestion) -> None:
        """Write to one of those that were found: by the channel that was chosen, if that reaches them."""
        self.to.value = suggestion.address
        self.to.cursor_position = len(suggestion.address)
        self._suggestions.hide()
        if self.channel is None or self.channel.kind != suggestion.kind:
            reaching = next((channel.name for channel in self.channels if channel.kind == suggestion.kind), "")
            self._channel.choose(reaching)
            self._show_channel()
        self._go_on()

    def action_next_field(self) -> None:
        """Go on from a field; in the text the key is a new line."""
        if self.focused is self.text:
            raise SkipAction
        if self.focused is not self.to:
            self.set_focus(self._subject if self.focused is self._channel and self._subject_line.display else self.text)
        elif self._suggestions.chosen is not None:
            self._take(self._suggestions.chosen)
        else:
            self._suggestions.hide()
            self._go_on()

    def _go_on(self) -> None:
        """After the address comes what is still empty."""
        subject = self._subject if self.channel is not None and self.channel.subject and not self._subject.value else None
        self.set_focus(subject or self.text)

    def fold_suggestions(self) -> bool:
        """Take the customers found off the screen; returns whether there were any."""
        shown = bool(self._suggestions.display)
        self._suggestions.hide()
        return shown

    # Files and editor

    def action_attach(self) -> None:
        ask_for_files(self, self._stage, self._folder)

    async def _stage(self, path: Path) -> None:
        file = await console_of(self).office.stage_file(None, path)
        self._folder = folder_of(path)
        self._put_files((*self._files, file))

    def action_detach(self) -> None:
        self._put_files(self._files[:-1])

    def _put_files(self, files: tuple[StagedFile, ...]) -> None:
        self._files = files
        self.changed()

    def on_composer_text_too_long(self, event: ComposerText.TooLong) -> None:
        event.stop()
        can_attach = self.channel is None or self.channel.can_attach
        offer_as_file(self, event.text, self._attach_text, self._insert, can_attach=can_attach)

    def _insert(self, text: str) -> None:
        self.text.insert(text)

    def action_as_file(self) -> None:
        if self.text.text.strip():
            begin(self, self._text_as_file(self.text.text), group="as-file", exclusive=True)

    async def _text_as_file(self, text: str) -> None:
        await self._attach_text(text)
        if self.text.text == text:
            self.text.load_text("")

    async def _attach_text(self, text: str) -> None:
        self._put_files((*self._files, await stage_text(console_of(self).office, None, text)))

    def action_editor(self) -> None:
        begin(self, self._edit_outside(), group="editor", exclusive=True)

    async def _edit_outside(self) -> None:
        try:
            self.text.load_text(await write_outside(self.app, self.text.text))
        except EditorFailed as failure:
            console_of(self).tell(str(failure), problem=True)

    # Looks

    def on_resize(self, event: Resize) -> None:
        keys = key_hints(_FOOT, console_of(self).own_keys, event.size.width)
        self.query_one("#foot", Bar).put(keys)

    def on_screen_resume(self, event: ScreenResume) -> None:
        if self.focused is None:
            self.set_focus(self.text)


def _field(label: str, widget: Input | Choice) -> Horizontal:
    return Horizontal(Static(Content(label), classes="label", markup=False), widget, classes="field")


def _problem(field: str) -> Static:
    return Static(id=f"problem-{field}", classes="problem", markup=False)

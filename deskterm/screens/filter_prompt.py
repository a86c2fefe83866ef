"""One line above the list in which its filter text is typed: what is meant by it so far, what may follow, what is wrong."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.timer import Timer
from textual.widgets import Input, Static

from deskterm.desk.query import (
    Candidate,
    Completions,
    Mistake,
    Names,
    Query,
    check,
    complete,
    correction,
    in_right_layout,
    parse,
    with_capital_or,
    with_logins,
)
from deskterm.desk.query_fields import CONVERSATIONS, Vocabulary
from deskterm.desk.text import clean_line
from deskterm.i18n import _, language
from deskterm.query_help import help_words
from deskterm.screens.filter_help import FilterHelpScreen
from deskterm.widgets.cells import width
from deskterm.widgets.paint import Line, Span
from deskterm.widgets.status import Bar
from deskterm.words.query_words import hint_words, mistake_words, what_words

PAUSE_S = 0.15
"""How long the typing must rest before the list shows what the text says so far."""
OFFERS_S = 0.03
"""How long it must rest before the offers are worked out: a held key waits for none of that."""


class FilterPrompt(Vertical):
    """Asks for a filter text of the fields `among` which it may speak. `Asked` comes while one types, `Kept` with Enter, `Left`
    with Esc."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab", "take", show=False, priority=True),
        Binding("down", "choose(1)", show=False, priority=True),
        Binding("up", "choose(-1)", show=False, priority=True),
        Binding("escape", "leave", show=False, priority=True),
        Binding("f1", "tell_language", show=False, priority=True),
    ]
    DEFAULT_CSS: ClassVar[str] = """
    FilterPrompt {
        display: none; height: 2; background: $surface;
        &.-open { display: block; }
        & Horizontal { height: 1; }
        & Static { width: 3; color: $text-accent; text-style: bold; }
        & Input { width: 1fr; background: $surface; }
        & Bar { background: $surface; }
    }
    """

    class Asked(Message):
        """So far the text says this."""

        def __init__(self, text: str, query: Query) -> None:
            super().__init__()
            self.text, self.query = text, query

    class Kept(Asked):
        """The text is what the operator wants."""

    class Left(Message):
        """The operator wants the list as it was."""

    def __init__(self, among: Vocabulary = CONVERSATIONS, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._among = among
        self._names = Names()
        self._mistake: Mistake | None = None
        self._offers = Completions(0, 0)
        self._choice = 0
        self._chosen = False
        """Whether the arrows chose among the offers."""
        self._note = ""
        """What is said in place of the offers: that another text is meant, which Tab takes."""
        self._instead = ("", "", "")
        """A text that finds nothing, the one that finds something in its place, and what is said of it."""
        self._asking: Timer | None = None
        self._offering: Timer | None = None

    def compose(self) -> ComposeResult:
        with Horizontal():
            yield Static(Content(" / "))
            yield Input(select_on_focus=False, compact=True)
        yield Bar(id="offers")

    def on_mount(self) -> None:
        self.watch(self.field, "selection", self._offer_soon, init=False)

    @property
    def field(self) -> Input:
        """Where one types."""
        return self.query_one(Input)

    @property
    def is_open(self) -> bool:
        """Whether a text is being asked for."""
        return self.has_class("-open")

    def open(self, text: str, names: Names) -> None:
        """Ask for a text, beginning with the one given."""
        self._names = names
        self.add_class("-open")
        with self.prevent(Input.Changed):
            self.field.value = f"{text} " if text else ""
        self.field.cursor_position = len(self.field.value)
        self._offer()
        self.screen.set_focus(self.field)  # at once: keys typed ahead are its own

    def know(self, names: Names) -> None:
        """Take other names: a tag may have come meanwhile."""
        self._names = names
        if self.is_open:
            self._offer()

    def offer_instead(self, text: str, instead: str, why: str) -> None:
        """Say of a text that it finds nothing, in the words `why`, and offer another one in its place."""
        self._instead = (text, instead, why)
        if self.is_open:
            self._offer()

    def close(self) -> None:
        """Ask no more."""
        for timer in (self._asking, self._offering):
            if timer is not None:
                timer.stop()
        self.remove_class("-open")

    # Typing

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        if self._asking is not None:
            self._asking.stop()
        self._asking = self.set_timer(PAUSE_S, self._ask)
        self._offer_soon()

    def _offer_soon(self) -> None:
        """Work the offers out when the typing rests: another place of the cursor has others, too."""
        if self._offering is not None:
            self._offering.stop()
        if self.is_open:
            self._offering = self.set_timer(OFFERS_S, self._offer)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        if mended := in_right_layout(self.field.value, self._names, self._among):
            self._fill(mended)
        query = self._read()
        if isinstance(query, Mistake):
            self._show_mistake(query)
        else:
            self.post_message(self.Kept(self.field.value, query))

    def action_leave(self) -> None:
        self.post_message(self.Left())

    def action_tell_language(self) -> None:
        self.app.push_screen(FilterHelpScreen(self._among))

    def action_choose(self, step: int) -> None:
        if not self._offers.candidates:
            return
        if self._is_taken:
            self._choice = (self._choice + step) % len(self._offers.candidates)
        else:
            self._choice, self._chosen = (0 if step > 0 else len(self._offers.candidates) - 1), True
        self._show_offers()

    @property
    def _is_taken(self) -> bool:
        """Whether Tab takes what is offered: what is finished changes only where one chose to."""
        return bool(self._offers.candidates) and (self._chosen or not self._offers.finished)

    def action_take(self) -> None:
        """Put the chosen offer where it belongs. A field stands ready for its value, all else for what follows."""
        if self._offering is not None:
            self._offering.stop()
        self._offer(keep_choice=True)
        if not self._is_taken:
            return
        field, offers = self.field, self._offers
        text = offers.candidates[self._choice].text
        rest = field.value[offers.end :]
        space = "" if text.endswith(":") or rest.startswith((" ", ",", ")")) else " "
        field.value = field.value[: offers.start] + text + space + rest
        field.cursor_position = offers.start + len(text) + len(space)

    def _fill(self, text: str) -> None:
        """Put another text in place of the whole."""
        self.field.value = text
        self.field.cursor_position = len(text)

    # What it means

    def _read(self) -> Query | Mistake:
        text = self.field.value
        query = parse(text, self._among)
        if isinstance(query, Mistake):
            return query
        return check(query, self._names, text, self._among) or with_logins(query, self._names, self._among)

    def _ask(self) -> None:
        query = self._read()
        if not isinstance(query, Mistake) and not in_right_layout(self.field.value, self._names, self._among):
            self.post_message(self.Asked(self.field.value, query))

    def _offer(self, *, keep_choice: bool = False) -> None:
        """Work out what may stand at the cursor, or in place of what is wrong."""
        text, cursor = self.field.value, self.field.cursor_position
        before, query = self._offers, self._read()
        self._mistake = query if isinstance(query, Mistake) else None
        self._offers = complete(text, cursor, self._names, language(), self._among)
        self._note, meant = self._another(text)
        if meant:
            self._offers = Completions(0, len(text), (Candidate(meant),))
        elif self._mistake is not None and not self._is_typing():
            self._offers = _corrections(self._mistake, self._among)
        if not (keep_choice and before == self._offers):
            self._choice, self._chosen = 0, False
        self._show_offers()

    def _another(self, text: str) -> tuple[str, str]:
        """Return another text that may be meant, and what is said of it."""
        if mended := in_right_layout(text, self._names, self._among):
            return _("Tab: {text}").format(text=mended), mended
        nothing, instead, why = self._instead
        if instead and nothing == text.strip():
            return _("{why} · Tab: {text}").format(why=why, text=instead), instead
        capitals = with_capital_or(text, self._among) if self._mistake is None and not self._is_begun() else ""
        words = _("OR is written in capitals · Tab: {text}").format(text=capitals.strip())
        return (words, capitals.strip()) if capitals else ("", "")

    def _is_begun(self) -> bool:
        """Whether something is typed at the cursor that an offer would end."""
        return bool(self._offers.candidates) and not self._offers.finished

    def _show_mistake(self, mistake: Mistake) -> None:
        bar = self.query_one("#offers", Bar)
        words = fitting_words(mistake, bar.size.width - 3, self._among)
        left, keys = width(words) + 3, self._taking()
        fits = left + sum(width(span.text) for span in keys) <= bar.size.width
        bar.put((Span(f"   {words}", "problem"),), keys if fits else ())

    def _show_offers(self) -> None:
        bar = self.query_one("#offers", Bar)
        wrong = self._mistake is not None and not self._is_typing()
        if self._note:
            bar.put((Span(f"   {clean_line(self._note, 400)}", "note"),))
        elif wrong and self._mistake is not None:
            self._show_mistake(self._mistake)
        elif self._offers.candidates:
            cells = self.screen.size.width - 20
            bar.put(offers_line(self._offers, self._choice if self._is_taken else None, cells), self._taking())
        else:
            bar.put((Span("   " + _("Enter keeps it   Esc leaves   F1 tells more"), "muted"),))

    def _taking(self) -> Line:
        if not self._offers.candidates:
            return ()
        return (Span((_("Tab takes it") if self._is_taken else _("↓ chooses")) + " ", "muted"),)

    def _is_typing(self) -> bool:
        """Whether what is wrong is only not typed to its end: offers for it stand at the cursor."""
        mistake, cursor = self._mistake, self.field.cursor_position
        if mistake is None or not self._offers.candidates:
            return False
        reaches = mistake.position + mistake.length
        return mistake.code in ("unknown_value", "missing_value", "bad_amount", "unclosed_quote") and reaches >= cursor


def _corrections(mistake: Mistake, among: Vocabulary) -> Completions:
    """Return the known words near to what is wrong, as offers in its place."""
    colon = mistake.code == "unknown_field"
    end = mistake.position + mistake.length + (1 if colon else 0)
    words = tuple(Candidate(f"{word}:" if colon else correction(mistake, word, among)) for word in mistake.nearest)
    return Completions(mistake.position, end, words)


def fitting_words(mistake: Mistake, cells: int, among: Vocabulary = CONVERSATIONS) -> str:
    """Say what is wrong in so many cells: all of it, without the place, or what may have been meant alone."""
    hint, what = hint_words(mistake, among), what_words(mistake, among)
    forms = (mistake_words(mistake, among), f"{what}. {hint}" if hint else what)
    return next((form for form in forms if width(form) <= cells), hint or forms[-1])


def offers_line(offers: Completions, choice: int | None, cells: int) -> Line:
    """Return the offers side by side, the chosen one marked and explained; those around it where not all fit."""
    about = offers.candidates[choice].help if choice is not None else ""
    help_ = help_words(about) if about else ""
    room = cells - 3 - (width(help_) + 4 if help_ else 0)
    words = [clean_line(f"{one.text} {one.who}", 40) for one in offers.candidates]
    at = first = choice or 0
    while first > 0 and sum(width(word) + 2 for word in words[first - 1 : at + 1]) <= room // 2:
        first -= 1
    line = [Span("   ")]
    for index, word in enumerate(words[first:], start=first):
        room -= width(word) + 2
        if room < 0 and index > at:
            break
        line += [Span(word, "key" if index == choice else ""), Span("  ")]
    return (*line, Span(f"  {help_}", "muted")) if help_ else tuple(line)

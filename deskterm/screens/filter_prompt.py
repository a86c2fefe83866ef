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

from deskterm.desk.query import Candidate, Completions, Mistake, Names, Query, Term, check, complete, conjuncts, parse
from deskterm.desk.text import clean_line
from deskterm.i18n import _, language
from deskterm.keys.layout import other_layout
from deskterm.query_help import help_words
from deskterm.query_words import mistake_words
from deskterm.screens.filter_help import FilterHelpScreen
from deskterm.widgets.cells import width
from deskterm.widgets.paint import Line, Span
from deskterm.widgets.status import Bar

PAUSE_S = 0.15
"""How long the typing must rest before the list shows what the text says so far."""
OFFERS_S = 0.03
"""How long it must rest before the offers are worked out: a held key waits for none of that."""


class FilterPrompt(Vertical):
    """Asks for a filter text. `Asked` comes while one types, `Kept` with Enter, `Left` with Esc."""

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

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._names = Names()
        self._mistake: Mistake | None = None
        self._offers = Completions(0, 0)
        self._choice = 0
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
        query = self._read()
        if isinstance(query, Mistake):
            self._show_mistake(query)
        else:
            self.post_message(self.Kept(self.field.value, query))

    def action_leave(self) -> None:
        self.post_message(self.Left())

    def action_tell_language(self) -> None:
        self.app.push_screen(FilterHelpScreen())

    def action_choose(self, step: int) -> None:
        if self._offers.candidates:
            self._choice = (self._choice + step) % len(self._offers.candidates)
            self._show_offers()

    def action_take(self) -> None:
        """Put the chosen offer where it belongs. A field stands ready for its value, all else for what follows."""
        if self._offering is not None:
            self._offering.stop()
        self._offer(keep_choice=True)
        if not self._offers.candidates:
            return
        field, offers = self.field, self._offers
        text = offers.candidates[self._choice].text
        rest = field.value[offers.end :]
        space = "" if text.endswith(":") or rest.startswith((" ", ",", ")")) else " "
        field.value = field.value[: offers.start] + text + space + rest
        field.cursor_position = offers.start + len(text) + len(space)

    # What it means

    def _read(self) -> Query | Mistake:
        text = self.field.value
        query = parse(text)
        return query if isinstance(query, Mistake) else check(query, self._names, text) or query

    def _ask(self) -> None:
        query = self._read()
        if not isinstance(query, Mistake) and not _meant(self.field.value, query):
            self.post_message(self.Asked(self.field.value, query))

    def _offer(self, *, keep_choice: bool = False) -> None:
        """Work out what may stand at the cursor, or in place of what is wrong."""
        text, cursor = self.field.value, self.field.cursor_position
        before, query = self._offers, self._read()
        self._mistake = query if isinstance(query, Mistake) else None
        swapped = _meant(text, query)
        if swapped:
            self._offers = Completions(0, len(text), (Candidate(swapped),))
        else:
            self._offers = complete(text, cursor, self._names, language())
            if self._mistake is not None and not self._is_typing():
                self._offers = _corrections(self._mistake)
        self._choice = self._choice if keep_choice and before == self._offers else 0
        self._show_offers()

    def _show_mistake(self, mistake: Mistake) -> None:
        self.query_one("#offers", Bar).put((Span(f"   {mistake_words(mistake)}", "problem"),), self._taking())

    def _show_offers(self) -> None:
        bar = self.query_one("#offers", Bar)
        wrong = self._mistake is not None and not self._is_typing()
        if wrong and self._mistake is not None:
            self._show_mistake(self._mistake)
        elif self._offers.candidates:
            bar.put(offers_line(self._offers, self._choice, self.screen.size.width - 20), self._taking())
        else:
            bar.put((Span("   " + _("Enter keeps it   Esc leaves   F1 tells more"), "muted"),))

    def _taking(self) -> Line:
        return (Span(_("Tab takes it") + " ", "muted"),) if self._offers.candidates else ()

    def _is_typing(self) -> bool:
        """Whether what is wrong is only not typed to its end: offers for it stand at the cursor."""
        mistake, cursor = self._mistake, self.field.cursor_position
        if mistake is None or not self._offers.candidates:
            return False
        reaches = mistake.position + mistake.length
        return mistake.code in ("unknown_value", "missing_value", "bad_amount", "unclosed_quote") and reaches >= cursor


def _meant(text: str, query: Query | Mistake) -> str:
    """Return the text as the other keyboard layout gives it, where only that one makes fields of it; else ""."""
    if not text.strip() or (not isinstance(query, Mistake) and _has_field(query)):
        return ""
    if isinstance(query, Mistake) and query.code != "unknown_field":
        return ""
    swapped = other_layout(text)
    meant = parse(swapped)
    return swapped if not isinstance(meant, Mistake) and _has_field(meant) else ""


def _has_field(query: Query) -> bool:
    return any(isinstance(part, Term) for part in conjuncts(query))


def _corrections(mistake: Mistake) -> Completions:
    """Return the known words near to what is wrong, as offers in its place."""
    colon = mistake.code == "unknown_field"
    end = mistake.position + mistake.length + (1 if colon else 0)
    words = tuple(Candidate(f"{word}:" if colon else word) for word in mistake.nearest)
    return Completions(mistake.position, end, words)


def offers_line(offers: Completions, choice: int, cells: int) -> Line:
    """Return the offers side by side, the chosen one marked and explained; those around it where not all fit."""
    help_ = help_words(offers.candidates[choice].help) if offers.candidates[choice].help else ""
    room = cells - 3 - (width(help_) + 4 if help_ else 0)
    words = [clean_line(one.text, 40) for one in offers.candidates]
    first = choice
    while first > 0 and sum(width(word) + 2 for word in words[first - 1 : choice + 1]) <= room // 2:
        first -= 1
    line = [Span("   ")]
    for index, word in enumerate(words[first:], start=first):
        room -= width(word) + 2
        if room < 0 and index > choice:
            break
        line += [Span(word, "key" if index == choice else ""), Span("  ")]
    return (*line, Span(f"  {help_}", "muted")) if help_ else tuple(line)

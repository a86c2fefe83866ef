"""Which conversation becomes one with which: offered are those of the same customer, then what a number or words find; what was
merged into it can be parted again, and messages can be split off.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar, TypeAlias

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, Static

from deskterm.desk.commands_customer import MergeConversations, PartConversation
from deskterm.desk.model import Status
from deskterm.desk.query import Mistake, parse
from deskterm.desk.rows import ConversationDetail, ConversationRow
from deskterm.desk.text import clean_line
from deskterm.i18n import _, ngettext
from deskterm.keys.layout import other_layout
from deskterm.office import Office
from deskterm.screens.asking import Dialog, plain
from deskterm.screens.console import begin, console_of
from deskterm.screens.leaving import leave
from deskterm.screens.room import marks_of
from deskterm.verbs.talks import talks_query
from deskterm.widgets.cells import cut, fit, width
from deskterm.widgets.line_list import LineList
from deskterm.widgets.paint import Line, Marks, Span
from deskterm.widgets.paint_row import state_mark
from deskterm.words.wording import status_words

MOST = 30
"""Conversations of a customer that are offered at most."""
FOUND_MOST = 12
MARKED_MOST = 50
"""Marked conversations that are offered as the one that stays."""


@dataclass(frozen=True, slots=True)
class Part:
    """An offer to part a conversation again that was merged into this one."""

    id: int
    number: int


@dataclass(frozen=True, slots=True)
class Split:
    """An offer to choose messages, and the answer that says so."""


Offer: TypeAlias = ConversationRow | Part | Split
Wish: TypeAlias = MergeConversations | PartConversation | Split


async def matters_of(office: Office, detail: ConversationDetail) -> list[ConversationRow]:
    """Return the other conversations of a customer: the one this may belong to first, then open ones, the newest first."""
    rows: list[ConversationRow] = []
    if detail.maybe_related_number is not None:
        related = await row_of_number(office, detail.maybe_related_number)
        rows += [related] if related is not None else []
    if detail.customer_id is not None:
        found = await office.conversations(talks_query(detail.customer_id), after=MOST)
        rows += sorted(found.rows, key=lambda row: row.status is Status.CLOSED)
    return [row for row in dict.fromkeys(rows) if row.id != detail.row.id]


async def row_of_number(office: Office, number: int) -> ConversationRow | None:
    """Return the conversation of a number; of one that was merged away that which it went into."""
    found = await office.by_number(number)
    detail = None if found is None else await office.conversation(found)
    return None if detail is None else detail.row


class MergeScreen(Dialog[Wish]):
    """See the module. `ids` are the conversations: the one at hand, or those that are marked. Tab lets the other one stay."""

    DEFAULT_CSS: ClassVar[str] = """
    MergeScreen > .box { width: 90; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "move(1)", show=False, priority=True),
        Binding("up", "move(-1)", show=False, priority=True),
        Binding("tab", "turn", show=False, priority=True),
    ]

    def __init__(self, title: str, ids: tuple[int, ...]) -> None:
        super().__init__(title)
        self._ids = ids
        self._own: ConversationRow | None = None
        self._offers: list[Offer] = []
        self._turned = False

    def body(self) -> Iterable[Widget]:
        yield Input(select_on_focus=False, compact=True)
        found = LineList[Offer](self._line, _key, empty=_("Type a number or words."), marks=marks_of(self))
        found.can_focus = False
        yield found
        yield plain("", "hint")

    def on_mount(self) -> None:
        begin(self, self._load(), group="rows")

    async def _load(self) -> None:
        office = console_of(self).office
        details = [await office.conversation(one) for one in self._ids[:MARKED_MOST]]
        known = [detail for detail in details if detail is not None]
        if len(self._ids) > 1:
            self._offers = [detail.row for detail in known]
        elif known:
            self._own = known[0].row
            parts = [Part(one, number) for one, number in known[0].merged]
            self._offers = [*await matters_of(office, known[0]), *parts, Split()]
        await self._find(self.query_one(Input).value)

    async def _find(self, typed: str) -> None:
        """Show what is offered, or what a number or words find."""
        offers = self._offers if not typed.strip() else await self._found(typed.strip())
        if typed == self.query_one(Input).value:
            self.query_one(LineList).show(offers)
            self._hint()

    async def _found(self, typed: str) -> Sequence[Offer]:
        office = console_of(self).office
        digits = typed.removeprefix("#").removeprefix("№")
        if digits.isascii() and digits.isdigit() and len(digits) < 19:
            row = await row_of_number(office, int(digits))
            return [row] if row is not None and row.id not in self._ids else []
        for words in (typed, other_layout(typed)):
            query = parse(words)
            found = () if isinstance(query, Mistake) else (await office.conversations(query, after=FOUND_MOST)).rows
            if found:
                return [row for row in found if row.id not in self._ids]
        return []

    # What is shown

    def _line(self, offer: Offer, cells: int) -> Line:
        return offer_line(offer, self._own, cells, marks_of(self))

    def _hint(self) -> None:
        chosen = self.query_one(LineList).chosen
        self.query_one(".hint", Static).update(Content(self._said_of(chosen)))

    def _said_of(self, offer: object) -> str:
        if isinstance(offer, Part):
            return _("Enter parts #{number} again, with all that is its own").format(number=offer.number)
        if isinstance(offer, Split):
            return _("Enter: choose messages that become a conversation of their own")
        if not isinstance(offer, ConversationRow):
            return _("a number or words find others   Esc leaves")
        into, gone = self._direction(offer)
        if len(gone) > 1 or self._own is None:
            words = ngettext(
                "{n} conversation becomes one with #{number}", "{n} conversations become one with #{number}", len(gone)
            )
            return words.format(n=len(gone), number=offer.number)
        stays, goes = (offer, self._own) if into == offer.id else (self._own, offer)
        words = _("Enter: #{goes} becomes part of #{stays}, its number leads there   Tab the other way")
        return words.format(goes=goes.number, stays=stays.number)

    def _direction(self, offer: ConversationRow) -> tuple[int, tuple[int, ...]]:
        """Return which conversation stays, and which go into it: of two the older one stays, unless it is turned round."""
        if self._own is None:
            return offer.id, tuple(one for one in self._ids if one != offer.id)
        older, newer = sorted((offer, self._own), key=lambda row: row.number)
        stays, goes = (newer, older) if self._turned else (older, newer)
        return stays.id, (goes.id,)

    # Keys

    def action_move(self, lines: int) -> None:
        self.query_one(LineList).move(lines)
        self._hint()

    def action_turn(self) -> None:
        self._turned = not self._turned
        self._hint()

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        self.query_one(LineList).action_first()
        begin(self, self._find(event.value), group="find", exclusive=True)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        begin(self, self._take(event.value), group="keys")

    async def _take(self, typed: str) -> None:
        """End with what was found for the letters typed before Enter, also where they were typed ahead."""
        if self._own is None and not self._offers:
            await self._load()
        await self._find(typed)
        chosen = self.query_one(LineList).chosen
        if isinstance(chosen, ConversationRow):
            into, gone = self._direction(chosen)
            leave(self, MergeConversations(into, gone))
        elif isinstance(chosen, Part):
            leave(self, PartConversation(chosen.id))
        elif isinstance(chosen, Split):
            leave(self, chosen)


def offer_line(offer: Offer, own: ConversationRow | None, cells: int, marks: Marks) -> Line:
    """Return an offer as a line; of a conversation its state, number, customer where that is another, channel, and matter."""
    if isinstance(offer, Part):
        return (Span(" " + fit(_("part #{number} again").format(number=offer.number), cells - 1), "warning"),)
    if isinstance(offer, Split):
        return (Span(" " + fit(_("choose messages to split off…"), cells - 1), "muted"),)
    sign, role = state_mark(offer, marks)
    channel = clean_line(offer.channel, 40)
    other = own is None or offer.channel != own.channel
    status = status_words(offer.status)
    end = f" {channel} · {status} "
    number = f"#{offer.number} "
    name = "" if own is not None and offer.customer == own.customer else cut(clean_line(offer.customer, 60), 20) + "  "
    words = clean_line(offer.subject) or clean_line(offer.preview)
    room = max(0, cells - width(end) - width(number) - width(name) - 3)
    return (
        Span(f" {sign} ", "failed" if role == "late" else "muted"),
        Span(number, "muted"),
        Span(name, "name"),
        Span(fit(words, room)),
        Span(f" {channel}", "warning" if other else "muted"),
        Span(f" · {status} ", "muted"),
    )


def _key(offer: Offer) -> tuple[str, int]:
    return type(offer).__name__, 0 if isinstance(offer, Split) else offer.id

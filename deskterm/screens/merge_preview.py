"""Two cards side by side before they become one: what both say of each field, which of it stays, and what moves along."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import ClassVar

from textual.binding import BindingType
from textual.dom import DOMNode
from textual.geometry import Size
from textual.strip import Strip
from textual.widget import Widget

from deskterm.desk.card import CardSettings
from deskterm.desk.card_values import shown_value
from deskterm.desk.commands_customer import DismissDuplicate, MergeCustomers
from deskterm.desk.rows_customer import Card, MergeField, MergePreview
from deskterm.desk.text import clean_line
from deskterm.i18n import N_, _, language, ngettext
from deskterm.keys.actions import Context
from deskterm.keys.keymap import bindings
from deskterm.screens.console import begin, console_of
from deskterm.screens.leaving import leave
from deskterm.screens.people_room import PeopleRoom, carried_out
from deskterm.widgets.cells import cut, fit, width, wrap
from deskterm.widgets.line_list import SERVED, LineList
from deskterm.widgets.paint import Line, Span
from deskterm.widgets.paint_customer import address_words
from deskterm.widgets.status import Bar
from deskterm.widgets.strips import Brush, Painted
from deskterm.widgets.when import moment

OWN_LABELS: dict[str, str] = {"name": N_("name"), "language": N_("language"), "company": N_("company")}
"""What the fields that every card has are called."""
_LABEL = 14
_MOVES = ("down", "up", "page_down", "page_up", "first", "last")


def label_of(key: str, card: CardSettings) -> str:
    """Return what a field of a card is called in the operator's language."""
    own = card.field(key)
    return _(OWN_LABELS[key]) if key in OWN_LABELS else clean_line(own.label.shown(language()) if own is not None else key, 60)


def as_shown(field: MergeField, card: CardSettings) -> MergeField:
    """Return a field with both values as the card shows them."""
    own = card.field(field.key)
    if own is None:
        return field
    mine, other = (shown_value(value, own.type, language()) for value in (field.mine, field.other))
    return replace(field, mine=mine, other=other)


def two_words(node: DOMNode, first: str, second: str) -> str:
    """Say that two customers are two, and which key takes that back."""
    key = console_of(node).own_keys.shown("act.undo")
    names = _("{first} and {second} are two").format(first=clean_line(first, 40), second=clean_line(second, 40))
    return names + " · " + _("{key} takes it back").format(key=key)


def field_line(field: MergeField, label: str, cells: int, *, taken: bool) -> Line:
    """Return what both cards say of a field; what stays stands between brackets. `taken`: that of the card that goes."""
    room = max(4, (cells - min(_LABEL, cells // 4) - 4) // 2)
    mine, other = (_value(value, room, stays) for value, stays in ((field.mine, not taken), (field.other, taken)))
    return (Span(f" {fit(label, min(_LABEL, cells // 4))} ", "muted"), mine, Span(" "), other)


def _value(value: str, cells: int, stays: bool) -> Span:
    shown = clean_line(value, 300) or "–"
    words = f"[{cut(shown, cells - 2)}]" if stays else f" {cut(shown, cells - 2)}"
    return Span(fit(words, cells), "name" if stays else "muted")


def moving_words(preview: MergePreview) -> str:
    """Say what goes along with the card that goes."""
    parts = [
        ngettext("{n} conversation", "{n} conversations", preview.conversations).format(n=preview.conversations),
        ngettext("{n} record", "{n} records", preview.records).format(n=preview.records),
        ngettext("{n} note", "{n} notes", preview.notes).format(n=preview.notes),
        ngettext("{n} address", "{n} addresses", len(preview.identities)).format(n=len(preview.identities)),
    ]
    counts = (preview.conversations, preview.records, preview.notes, len(preview.identities))
    shown = [words for words, count in zip(parts, counts, strict=True) if count]
    addresses = ", ".join(address_words(one) for one in preview.identities[:4])
    more = f" ({addresses})" if addresses else ""
    return _("Moves along: {what}").format(what=", ".join(shown) + more) if shown else _("Nothing moves along.")


def told_of(card: Card, now: datetime) -> list[tuple[str, str]]:
    """Return what tells one card from another: its number, first and last contact, addresses, how many records it has."""
    return [
        (_("card"), str(card.id)),
        (_("first contact"), moment(card.first_at, now) if card.first_at is not None else ""),
        (_("last contact"), moment(card.last_at, now) if card.last_at is not None else ""),
        (_("addresses"), ", ".join(address_words(one) for one in card.identities)),
        (_("records"), str(len(card.records)) if card.records else ""),
    ]


def told_line(label: str, mine: str, other: str, cells: int) -> Line:
    """Return what is told of both cards, in the columns of `field_line`."""
    room = max(4, (cells - min(_LABEL, cells // 4) - 4) // 2)
    sides = (fit(f" {cut(clean_line(one, 300) or '–', room - 2)}", room) for one in (mine, other))
    return (Span(f" {fit(label, min(_LABEL, cells // 4))} ", "muted"), Span(next(sides)), Span(" "), Span(next(sides)))


class Sides(Painted):
    """What tells the two cards apart, side by side above their fields."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"sides--muted"}
    DEFAULT_CSS: ClassVar[str] = """
    Sides { height: 5; & > .sides--muted { color: $text-muted; } }
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._brush = Brush(self, "sides")
        self._told: list[tuple[str, str, str]] = []

    def tell(self, stays: Card, goes: Card, now: datetime) -> None:
        """Show two cards, the one that stays at the left."""
        pairs = zip(told_of(stays, now), told_of(goes, now), strict=True)
        self._told = [(label, mine, other) for (label, mine), (_same, other) in pairs]
        self.refresh()

    def render_line(self, y: int) -> Strip:
        cells = self.size.width - 1
        line = told_line(*self._told[y], cells) if y < len(self._told) else ()
        return self._brush.strip((Span(" "), *line), self.size.width)


class FieldList(LineList[MergeField], inherit_bindings=False):
    """The fields; what chooses among their values is the screen's."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings(Context.PREVIEW, only=_MOVES)]


class Told(Painted):
    """A few words on as many lines as they need."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"told--muted"}
    DEFAULT_CSS: ClassVar[str] = """
    Told { height: auto; max-height: 4; min-height: 1; padding: 0 1; & > .told--muted { color: $text-muted; } }
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._brush = Brush(self, "told")
        self._words = ""

    def tell(self, words: str) -> None:
        """Show other words."""
        self._words = words
        self.refresh(layout=True)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Return how many lines the words take."""
        return len(wrap(self._words, max(8, width)))

    def render_line(self, y: int) -> Strip:
        lines = wrap(self._words, max(8, self.size.width))
        return self._brush.strip((Span(lines[y] if y < len(lines) else "", "muted"),), self.size.width)


class MergePreviewScreen(PeopleRoom[MergeField]):
    """See the module. Enter merges, `x` says that they are two, `s` lets the other card be the one that stays."""

    CONTEXT = Context.PREVIEW
    context = Context.PREVIEW
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(Context.PREVIEW, but=SERVED)]

    def __init__(self, first_id: int, second_id: int, *, into_id: int | None = None) -> None:
        """Compare two cards; `into_id` is the one that stays at first, None: the older one."""
        super().__init__()
        self._pair = (first_id, second_id)
        self._into = into_id
        self._preview: MergePreview | None = None
        self._taken: dict[str, bool] = {}
        """Fields of which the operator chose the value: whether that of the card that goes."""

    def body(self) -> Iterable[Widget]:
        yield Bar(id="pair")
        yield Sides(id="sides")
        yield FieldList(self._line, lambda field: field.key, empty=_("Both cards say the same."), marks=self.marks)
        yield Told(id="moving")

    async def load(self) -> None:
        preview = await self.office.merge_preview(*self._pair, into_id=self._into)
        cards = [await self.office.customer(one) for one in (preview.into_id, preview.from_id)]
        self._preview = preview
        if cards[0] is not None and cards[1] is not None:
            self.query_one(Sides).tell(cards[0], cards[1], self.office.now())
        self.rows.show(preview.fields)
        self.query_one("#moving", Told).tell(moving_words(preview))
        self.head((Span(_("Are they one?"), "name"),))
        self._show_pair()

    def _show_pair(self) -> None:
        if self._preview is not None:
            cells = max(20, self.size.width - 1)
            self.query_one("#pair", Bar).put(pair_line(self._preview, cells))

    def on_mount(self) -> None:
        super().on_mount()
        self.set_focus(self.rows)

    def _line(self, field: MergeField, cells: int) -> Line:
        card = self.office.card
        return field_line(as_shown(field, card), label_of(field.key, card), cells, taken=self._is_taken(field))

    def _is_taken(self, field: MergeField) -> bool:
        return field.from_other or self._taken.get(field.key, False)

    # Choosing

    def action_choose(self) -> None:
        if (field := self.rows.chosen) is not None:
            self._choose(field, not self._is_taken(field))

    def action_take(self, side: int) -> None:
        if (field := self.rows.chosen) is not None:
            self._choose(field, bool(side))

    def _choose(self, field: MergeField, taken: bool) -> None:
        if field.from_other or not field.other:
            self.console_app.tell(_("Only one of the two says anything here: that stays."))
            return
        self._taken[field.key] = taken
        self.rows.refresh()

    def action_swap(self) -> None:
        if self._preview is not None:
            self._into = self._preview.from_id
            self._taken = {key: not taken for key, taken in self._taken.items()}
            self.reload()

    # Deciding

    def action_merge_cards(self) -> None:
        if self._preview is not None:
            begin(self, self._merge(self._preview), group="acts", exclusive=True)

    async def _merge(self, preview: MergePreview) -> None:
        take = tuple(field.key for field in preview.fields if self._is_taken(field) and not field.from_other)
        if await carried_out(self, MergeCustomers(preview.into_id, preview.from_id, take)) is None:
            return
        key = self.console_app.own_keys.shown("act.undo")
        name = clean_line(preview.into_name, 60)
        leave(self, None)
        self.console_app.tell(_("One card now: {name}").format(name=name) + " · " + _("{key} takes it back").format(key=key))

    def action_two(self) -> None:
        if self._preview is not None:
            begin(self, self._two(self._preview), group="acts", exclusive=True)

    async def _two(self, preview: MergePreview) -> None:
        if await carried_out(self, DismissDuplicate(min(self._pair), max(self._pair))) is not None:
            leave(self, None)
            self.console_app.tell(two_words(self, preview.into_name, preview.from_name))


def pair_line(preview: MergePreview, cells: int) -> Line:
    """Return whose card stays and whose goes, above what they say."""
    label = min(_LABEL, cells // 4)
    room = max(4, (cells - label - 4) // 2)
    stays, goes = _("stays"), _("goes")
    left = f" {cut(clean_line(preview.into_name, 80), room - width(stays) - 4)}"
    right = f" {cut(clean_line(preview.from_name, 80), room - width(goes) - 4)}"
    return (
        Span(" " * (label + 3)),
        Span(left, "name"),
        Span(fit(f" · {stays}", room - width(left)), "good"),
        Span(" "),
        Span(right, "name"),
        Span(fit(f" · {goes}", room - width(right)), "note"),
    )

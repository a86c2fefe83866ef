"""The shape of cards, edited: blocks, their order, which are folded, fields of one's own, what must be filled in.

What is changed here is a draft until it is saved; it is then written into the configuration, its comments kept, and cards look
so at once.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual.binding import BindingType
from textual.containers import Horizontal
from textual.events import Resize
from textual.widget import Widget

from deskterm.desk.card import BlockKind, CardBlock, CardField, CardSettings, Required, block_label
from deskterm.desk.card_shape import (
    Part,
    ShapeRow,
    moved,
    refolded,
    shape_rows,
    with_block,
    with_field,
    with_rule,
    without,
)
from deskterm.desk.model import Role
from deskterm.desk.rows_customer import Card
from deskterm.desk.text import clean_line
from deskterm.i18n import _, language
from deskterm.keys.actions import Context
from deskterm.keys.keymap import bindings
from deskterm.office import OfficeError
from deskterm.screens.asking import ConfirmScreen
from deskterm.screens.card_box import CardBox
from deskterm.screens.console import begin
from deskterm.screens.layout_forms import KINDS, TYPES, BlockFormScreen, FieldFormScreen, RuleFormScreen
from deskterm.screens.leaving import leave
from deskterm.screens.room import RoomScreen
from deskterm.widgets.card_paint import card_rows
from deskterm.widgets.card_rows import Shown
from deskterm.widgets.card_view import CardView
from deskterm.widgets.cells import fit
from deskterm.widgets.line_list import SERVED, LineList
from deskterm.widgets.paint import Line, Span

ROOM_FOR_BOTH = 100
"""Columns from which the card is shown beside its shape."""


def shape_line(row: ShapeRow, card: CardSettings, cells: int) -> Line:
    """Return one line of the shape: a block, a field below it, a field that is on no card, a rule."""
    if row.part is Part.BLOCK:
        block = card.blocks[row.place]
        kind = _(KINDS[block.kind]) + (", " + _("folded") if block.folded else "")
        return Span(fit(f" {_named(block.label.shown(language()))}", min(30, cells // 2)), "name"), Span(f" {kind}", "muted")
    if row.part is Part.RULE:
        rule = card.required[row.place]
        fields = ", ".join(_named(card.label(key).shown(language())) for key in rule.fields)
        where = ", ".join(clean_line(one, 40) for one in (*rule.channels, *rule.teams, *rule.tags)) or _("always")
        return Span(" " + _("before closing: {fields}").format(fields=fields), "warning"), Span(f"  {where}", "muted")
    field = card.field(row.key)
    if field is None:
        return (Span(f"   {clean_line(row.key, 40)}", "failed"),)
    kind = _(TYPES[field.type]) + (": " + ", ".join(clean_line(one, 30) for one in field.choices) if field.choices else "")
    aside = f" {kind}" + ("  · " + _("on no card") if row.part is Part.SPARE else "")
    return Span(fit(f"   {_named(field.label.shown(language()))}", min(30, cells // 2))), Span(aside, "muted")


def _named(text: str) -> str:
    return clean_line(text, 60)


class LayoutScreen(RoomScreen):
    """See the module. `card` is one to show the shape with."""

    CONTEXT = Context.LAYOUT
    context = Context.LAYOUT
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(Context.LAYOUT, but=SERVED)]
    DEFAULT_CSS: ClassVar[str] = """
    LayoutScreen {
        & #both { height: 1fr; }
        & LineList { width: 1fr; }
        & CardView { width: 1fr; border-left: solid $border-blurred; }
    }
    """

    def __init__(self, card: Card | None = None) -> None:
        super().__init__()
        self._card = card
        self._draft: CardSettings | None = None

    @property
    def draft(self) -> CardSettings:
        """The shape as it is being made."""
        return self.office.card if self._draft is None else self._draft

    @property
    def rows(self) -> LineList[ShapeRow]:
        """The lines of the shape."""
        return self.query_one(LineList)

    @property
    def is_changed(self) -> bool:
        """Whether something is not saved yet."""
        return self.draft != self.office.card

    def body(self) -> Iterable[Widget]:
        lines = LineList[ShapeRow](
            lambda row, cells: shape_line(row, self.draft, cells),
            lambda row: row,
            empty=_("The card has no blocks yet."),
            marks=self.marks,
        )
        preview = CardView(self.marks)
        preview.can_focus = False
        yield Horizontal(lines, preview, id="both")

    def on_mount(self) -> None:
        super().on_mount()
        self.set_focus(self.rows)

    def on_resize(self, event: Resize) -> None:
        super().on_resize(event)
        self.query_one(CardView).display = self._card is not None and event.size.width >= ROOM_FOR_BOTH

    async def load(self) -> None:
        self._show()

    def _show(self, on: ShapeRow | None = None) -> None:
        rows = shape_rows(self.draft)
        self.rows.show(rows)
        if on is not None and on in rows:
            self.rows.put_cursor(rows.index(on))
        self.rows.refresh()
        saved = Span(_("not saved yet") if self.is_changed else _("saved"), "problem" if self.is_changed else "muted")
        self.head((Span(_("Shape of cards"), "name"),), (saved,))
        if self._card is not None:
            shown = Shown(self._card, self.office.now(), self.draft, language=language(), marks=self.marks)
            self.query_one(CardView).show(lambda cells: card_rows(shown, cells))

    def _put(self, card: CardSettings, on: ShapeRow | None = None) -> None:
        self._draft = card
        self._show(on)

    # Keys

    def on_line_list_chosen(self, event: LineList.Chosen) -> None:
        event.stop()
        row = event.row
        if not isinstance(row, ShapeRow):
            return
        if row.part is Part.BLOCK:
            self.app.push_screen(
                BlockFormScreen(self.draft, self.draft.blocks[row.place]), lambda made: self._take_block(made, row.place)
            )
        elif row.part is Part.RULE:
            begin(self, self._ask_rule(row.place), group="ask")
        elif (field := self.draft.field(row.key)) is not None:
            self.app.push_screen(FieldFormScreen(self.draft, field), lambda made: self._take_field(made, None))

    def action_layout_up(self) -> None:
        self._move(-1)

    def action_layout_down(self) -> None:
        self._move(1)

    def _move(self, step: int) -> None:
        if (row := self.rows.chosen) is not None:
            self._put(*moved(self.draft, row, step))

    def action_layout_fold(self) -> None:
        row = self.rows.chosen
        if row is not None and row.part in (Part.BLOCK, Part.FIELD):
            self._put(refolded(self.draft, row.place), row)

    def action_layout_field(self) -> None:
        self.app.push_screen(FieldFormScreen(self.draft), lambda made: self._take_field(made, self._fields_here()))

    def _fields_here(self) -> int | None:
        """Return the place of the block of fields at hand, else of the last one."""
        row, blocks = self.rows.chosen, self.draft.blocks
        if row is not None and row.part in (Part.BLOCK, Part.FIELD) and blocks[row.place].kind is BlockKind.FIELDS:
            return row.place
        return next((place for place in range(len(blocks) - 1, -1, -1) if blocks[place].kind is BlockKind.FIELDS), None)

    def _take_field(self, made: CardField | None, place: int | None) -> None:
        if made is None:
            return
        card, known = self.draft, self.draft.field(made.key) is not None
        if not known and place is None:  # there is no block of fields yet
            card = with_block(card, CardBlock(BlockKind.FIELDS, block_label(BlockKind.FIELDS)))
            place = len(card.blocks) - 1
        on = None if known else ShapeRow(Part.FIELD, place or 0, made.key)
        self._put(with_field(card, made, place), on)

    def action_layout_block(self) -> None:
        self.app.push_screen(BlockFormScreen(self.draft), lambda made: self._take_block(made, None))

    def _take_block(self, made: CardBlock | None, place: int | None) -> None:
        if made is not None:
            there = len(self.draft.blocks) if place is None else place
            self._put(with_block(self.draft, made, place), ShapeRow(Part.BLOCK, there))

    def action_layout_required(self) -> None:
        begin(self, self._ask_rule(None), group="ask")

    async def _ask_rule(self, place: int | None) -> None:
        names = await self.office.names()
        teams = frozenset(team.name for team in await self.office.teams())
        tags = frozenset(tag.name for tag in await self.office.tags())
        known = {"channels": names.channels, "teams": teams, "tags": tags}

        def take(made: Required | None) -> None:
            if made is not None:
                there = len(self.draft.required) if place is None else place
                self._put(with_rule(self.draft, made, place), ShapeRow(Part.RULE, there))

        rule = None if place is None else self.draft.required[place]
        self.app.push_screen(RuleFormScreen(self.draft, known, rule), take)

    def action_layout_remove(self) -> None:
        row = self.rows.chosen
        if row is None:
            return
        if row.part is not Part.SPARE:
            self._put(without(self.draft, row))
            return

        def answered(yes: bool | None) -> None:
            if yes:
                self._put(without(self.draft, row))

        question = _("Forget the field {key}? What is typed into it stays in the store.").format(key=row.key)
        self.app.push_screen(ConfirmScreen(question), answered)

    def action_layout_save(self) -> None:
        begin(self, self._save(), group="save", exclusive=True)

    async def _save(self) -> None:
        if not self.is_changed:
            self.console_app.tell(_("Nothing has changed."))
            return
        keep = self.console_app.card_kept
        if keep is None or self.office.me.role not in (Role.OWNER, Role.SUPERVISOR):
            raise OfficeError("permission", _("only an owner or a supervisor of this desk may change the shape of cards"))
        await keep(self.draft)
        self._draft = None
        self._show()
        for screen in self.app.screen_stack:
            for box in screen.query(CardBox):
                box.reload()
        self.console_app.tell(_("Saved: cards look so from now on; other consoles follow at their next start."))

    def action_back(self) -> None:
        """Leave; what is not saved is asked about."""
        if not self.is_changed:
            leave(self, None)
            return

        def answered(yes: bool | None) -> None:
            if yes:
                leave(self, None)

        self.app.push_screen(ConfirmScreen(_("Throw away what is not saved?")), answered)

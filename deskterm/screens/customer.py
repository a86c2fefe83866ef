"""A customer's card as a room of its own; opened before closing it leads through what must be filled in."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import ClassVar

from textual.binding import BindingType
from textual.events import DescendantFocus
from textual.widget import Widget

from deskterm.desk.card import COMPANY, EMAIL_IDENTITY, NAME, PHONE_IDENTITY
from deskterm.desk.rows import ConversationRow
from deskterm.desk.rows_customer import Card
from deskterm.desk.text import clean_line
from deskterm.i18n import _, language, ngettext
from deskterm.keys.actions import Context
from deskterm.screens.card_acts import CardActs
from deskterm.screens.console import console_of
from deskterm.screens.leaving import leave
from deskterm.screens.room import RoomScreen
from deskterm.widgets.card_rows import On, Spot
from deskterm.widgets.paint import Span
from deskterm.widgets.status import Bar

_BUILT_IN = {
    NAME: Spot(On.NAME),
    COMPANY: Spot(On.COMPANY),
    PHONE_IDENTITY: Spot(On.NEW_IDENTITY, PHONE_IDENTITY),
    EMAIL_IDENTITY: Spot(On.NEW_IDENTITY, EMAIL_IDENTITY),
}


def spot_wanted(key: str) -> Spot:
    """Return the row in which something that must be filled in is typed."""
    return _BUILT_IN.get(key) or Spot(On.FIELD, key)


@dataclass(frozen=True, slots=True)
class Closing:
    """Why the card is open: this conversation is closed when nothing is missing any more; `then` does it."""

    conversation_id: int
    number: int
    then: Callable[[], None]


class RoomCard(CardActs):
    """The card of the room. With `closing` it goes from one missing field to the next."""

    closing: Closing | None = None
    _led = False

    def heard(self, card: Card | None) -> None:
        if isinstance(self.screen, CustomerScreen):
            self.screen.heard(card)

    async def read(self) -> None:
        if self.closing is not None:
            self.wanted = await console_of(self).office.missing_fields(self.closing.conversation_id)
        await super().read()
        if self.closing is not None and not self._led and self.known is not None:
            self._led = True
            self.lead()

    def lead(self) -> None:
        """Edit the first of what is missing; where nothing is, go on with what the card was opened for."""
        if self.closing is None or self.editing is not None:
            return
        if not self.view.spots:
            self.call_after_refresh(self.lead)  # it has no room yet
            return
        if not self.wanted:
            if isinstance(self.screen, CustomerScreen):
                self.screen.finish()
            return
        self.unfold_for(self.wanted[0])
        spot = spot_wanted(self.wanted[0])
        if self.view.put_cursor(spot):
            self.edit_spot(spot)
        else:
            words = _("{field} is wanted, and the shape of cards leaves it out.")
            label = console_of(self).office.card.label(self.wanted[0]).shown(language())
            console_of(self).tell(words.format(field=clean_line(label, 60)), problem=True)

    def kept_edit(self, spot: Spot) -> None:
        self.lead()

    def left_edit(self) -> None:
        if self.closing is not None and isinstance(self.screen, CustomerScreen):
            self.screen.action_back()

    def action_back(self) -> None:
        """Leave the card."""
        if isinstance(self.screen, CustomerScreen):
            self.screen.action_back()


class CustomerScreen(RoomScreen):
    """See the module. With a conversation its people are shown too: of a group, which is nobody's, they alone."""

    CONTEXT = Context.CARD
    context = Context.CARD
    BINDINGS: ClassVar[list[BindingType]] = []
    DEFAULT_CSS: ClassVar[str] = """
    CustomerScreen { layout: vertical; & RoomCard { height: 1fr; } }
    """

    def __init__(
        self, customer_id: int | None, closing: Closing | None = None, *, conversation: ConversationRow | None = None
    ) -> None:
        super().__init__()
        self._customer_id = customer_id
        self._conversation = conversation
        self._before = closing

    def body(self) -> Iterable[Widget]:
        box = RoomCard(self.marks)
        box.closing = self._before
        yield box

    @property
    def box(self) -> RoomCard:
        """The card."""
        return self.query_one(RoomCard)

    def on_mount(self) -> None:
        super().on_mount()
        self.set_focus(self.box.view)
        self.box.look_at(self._customer_id, None if self._conversation is None else self._conversation.id)

    def on_descendant_focus(self, event: DescendantFocus) -> None:
        self.show_foot(self.size.width)

    def show_foot(self, cells: int) -> None:
        """While a value is edited the line below it names the keys: those of the card are letters then."""
        if self.box.editing is not None:
            self.query_one("#foot", Bar).put((Span(" " + _("Letters are typed into the card here; Esc leaves that"), "muted"),))
        else:
            super().show_foot(cells)

    async def load(self) -> None:
        self.box.reload()

    def heard(self, card: Card | None) -> None:
        """The card was read: say whose it is."""
        if card is None and self._customer_id is None and self._conversation is not None:
            self._head_of_group(self._conversation)
            return
        if card is None:
            self.head((Span(_("This customer is not there any more."), "problem"),))
            return
        left = len(self.box.wanted)
        right: tuple[Span, ...] = (Span(_("card {id}").format(id=card.id), "muted"),)
        if self._before is not None and left:
            words = ngettext("{n} field before #{number} closes", "{n} fields before #{number} closes", left)
            right = (Span(words.format(n=left, number=self._before.number), "late"),)
        self.head((Span(clean_line(card.name, 80), "name"),), right)

    def _head_of_group(self, row: ConversationRow) -> None:
        count = len(self.box.people)
        words = ngettext("{n} person", "{n} people", count).format(n=count) if count else _("nobody has written here yet")
        self.head((Span(clean_line(row.customer, 80), "name"),), (Span(words, "muted"),))

    def finish(self) -> None:
        """Nothing is missing any more: leave, and close."""
        closing, self._before = self._before, None
        self.box.closing = None
        if closing is not None:
            leave(self, None)
            closing.then()

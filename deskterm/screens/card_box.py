"""A customer's card wherever it stands: read, shown, and kept as it is now. What its keys do stands in `card_acts`."""

from __future__ import annotations

from collections.abc import Iterable

from textual.app import ComposeResult
from textual.containers import Vertical

from deskterm.desk.card import EMAIL_IDENTITY, PHONE_IDENTITY, BlockKind
from deskterm.desk.rows import ConversationRow
from deskterm.desk.rows_customer import Card, ParticipantRow
from deskterm.desk.rows_time import PromiseRow, ReminderRow, TaskRow
from deskterm.i18n import _, language
from deskterm.screens.coalesced import Coalesced
from deskterm.screens.console import console_of
from deskterm.verbs.talks import talks_of
from deskterm.widgets.card_agreed import agreed_rows
from deskterm.widgets.card_paint import card_rows
from deskterm.widgets.card_people import people_rows
from deskterm.widgets.card_rows import CardRow, On, Shown, Spot
from deskterm.widgets.card_view import CardView
from deskterm.widgets.paint import Line, Marks


class CardBox(Vertical):
    """See the module. `wanted` are the keys of what must be filled in, marked on the card; `conversation_id` the conversation
    whose people are shown as well: of a group, which is nobody's, they alone."""

    def __init__(self, marks: Marks, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._marks = marks
        self.customer_id: int | None = None
        self.conversation_id: int | None = None
        self.people: tuple[ParticipantRow, ...] = ()
        self.known: Card | None = None
        self.talks: tuple[ConversationRow, ...] = ()
        self.tasks: tuple[TaskRow, ...] = ()
        self.reminders: tuple[ReminderRow, ...] = ()
        self.promises: tuple[PromiseRow, ...] = ()
        self.wanted: tuple[str, ...] = ()
        self._turned: frozenset[int] = frozenset()
        self._again = Coalesced(self, self._read, "card")

    def compose(self) -> ComposeResult:
        yield CardView(self._marks, id="card")

    @property
    def view(self) -> CardView:
        """The rows."""
        return self.query_one("#card", CardView)

    @property
    def has_keys(self) -> bool:
        """Whether the keys are the card's."""
        return self.has_focus_within

    def look_at(self, customer_id: int | None, conversation_id: int | None = None) -> None:
        """Show this customer's card (None: nobody's), and who takes part in a conversation."""
        if conversation_id != self.conversation_id:
            self.conversation_id, self.people = conversation_id, ()
        if customer_id != self.customer_id:
            self.customer_id = customer_id
            self.known, self.talks, self.tasks, self._turned = None, (), (), frozenset()
            self.reminders, self.promises = (), ()
            self.show_card(from_top=True)
        self.reload()

    def reload(self) -> None:
        """Look again soon."""
        self._again.ask()

    async def _read(self) -> None:
        if self.customer_id is not None or self.conversation_id is not None:
            await self.read()

    async def read(self) -> None:
        """Ask the desk for the card, and for who takes part, and show it."""
        office, wanted = console_of(self).office, (self.customer_id, self.conversation_id)
        card = None if self.customer_id is None else await office.customer(self.customer_id)
        talks = () if card is None else await talks_of(office, card)
        tasks = () if card is None else await office.tasks_of(customer_id=card.id)
        reminders = () if card is None else await office.reminders(customer_id=card.id, everybody=True)
        promises = () if card is None else await office.promises(customer_id=card.id)
        people = () if self.conversation_id is None else await office.participants(self.conversation_id)
        if wanted == (self.customer_id, self.conversation_id):
            first = self.known is None and not self.people
            self.known, self.talks, self.tasks, self.people = card, talks, tasks, people
            self.reminders, self.promises = reminders, promises
            self.show_card(from_top=first)
            self.heard(card)

    def heard(self, card: Card | None) -> None:
        """The card was read."""

    def above(self, cells: int) -> Iterable[Line]:
        """Return lines that stand above the card."""
        return ()

    def show_card(self, *, from_top: bool = False) -> None:
        """Paint what is known."""
        self.view.show(self._rows, from_top=from_top)

    def _rows(self, cells: int) -> list[CardRow]:
        head = [CardRow(Spot(On.FACT, f"above {place}"), (line,)) for place, line in enumerate(self.above(cells))]
        head += agreed_rows(self.reminders, self.promises, console_of(self).office, self._marks, cells)
        if self.known is None:
            return [*head, *people_rows(self.people, self._marks, cells)]
        office, keymap = console_of(self).office, console_of(self).own_keys
        shown = Shown(
            card=self.known,
            now=office.now(),
            settings=office.card,
            talks=self.talks,
            turned=self._turned,
            wanted=self.wanted,
            language=language(),
            marks=self._marks,
            open_key=keymap.shown("move.open"),
            people=self.people,
            tasks=self.tasks,
            me_id=office.me.id,
        )
        return [*head, *card_rows(shown, cells)]

    # Blocks

    def turn_block(self, place: int) -> None:
        """Show the rows of a block, or only its title."""
        self._turned ^= {place}
        self.show_card()

    def unfold_for(self, key: str) -> None:
        """Open the block in which a field stands."""
        for place, block in enumerate(console_of(self).office.card.blocks):
            holds = key in block.fields or (block.kind is BlockKind.IDENTITIES and key in (PHONE_IDENTITY, EMAIL_IDENTITY))
            if holds and block.folded and place not in self._turned:
                self.turn_block(place)

    def unfold_all(self) -> None:
        """Open all blocks."""
        blocks = console_of(self).office.card.blocks
        self._turned = frozenset(place for place, block in enumerate(blocks) if block.folded)
        self.show_card()

    def action_card_fold(self) -> None:
        """Fold the block under the cursor, or the one in which the cursor stands."""
        spots, here = self.view.spots, self.view.spot
        if here is None:
            return
        before = [spot for spot in spots[: spots.index(here) + 1] if spot.what is On.BLOCK]
        if before:
            self.turn_block(before[-1].id)
            self.view.put_cursor(before[-1])
        else:
            console_of(self).tell(_("Only blocks can be folded."))

"""The customer's card over the inbox: at the right of a wide terminal, else as a room of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.widget import Widget

from deskterm.desk.rows import ConversationRow
from deskterm.i18n import _
from deskterm.keys.actions import ACTIONS, Context
from deskterm.keys.make import HERE
from deskterm.screens.console import console_of
from deskterm.screens.customer_pane import CustomerPane

if TYPE_CHECKING:
    from deskterm.screens.acts import Acts as Base
else:
    Base = object  # a mix-in of InboxScreen

_KEYS = {key for action in ACTIONS if action.menu is None and Context.CARD in action.contexts for key in action.keys}
TAKEN = frozenset(
    action.command.partition("(")[0]
    for action in ACTIONS
    if action.menu is None and set(action.contexts) & set(HERE) and _KEYS & set(action.keys)
)
"""Commands of the list and the conversation whose keys are the card's while it has them."""


class Beside(Base):
    """The part of the inbox screen that deals with the card."""

    _before_card: Widget | None = None
    """Where the keys were before the card took them."""

    @property
    def is_widest(self) -> bool:
        """Whether the card stands at the right."""
        raise TypeError("the screen knows its width")

    @property
    def card_pane(self) -> CustomerPane:
        """The card at the right."""
        return self.query_one("#customer", CustomerPane)

    @property
    def on_card(self) -> bool:
        """Whether the keys are the card's."""
        return self.focused is not None and any(isinstance(node, CustomerPane) for node in self.focused.ancestors_with_self)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """While the card has the keys, they mean what they mean on a card."""
        if self.on_card and (action in TAKEN or self.card_pane.editing is not None):
            return False
        return super().check_action(action, parameters)

    def action_card(self) -> None:
        if self.is_widest and (self.card_pane.customer_id is not None or self.card_pane.people):
            self._before_card = self.focused
            self.card_pane.take_keys()
        elif (row := self.target) is not None:
            self.acts_underway.begin(self._open_card_of(row))

    async def _open_card_of(self, row: ConversationRow) -> None:
        from deskterm.screens.customer import CustomerScreen

        detail = await console_of(self).office.conversation(row.id)
        if detail is None:
            console_of(self).tell(_("This conversation is not there any more."))
            return
        await self.app.push_screen(CustomerScreen(detail.customer_id, conversation=detail.row))

    def on_customer_pane_back(self, event: CustomerPane.Back) -> None:
        event.stop()
        before, self._before_card = self._before_card, None
        self.set_focus(before if before is not None and before.focusable else self.list)
        self.show_foot()

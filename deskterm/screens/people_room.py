"""What the rooms of customers share: a command is carried out and what came of it said; `z` takes back what was done last."""

from __future__ import annotations

from typing import Generic, TypeVar

from textual.dom import DOMNode

from deskterm.desk.commands import Command, Done, Refused, Undo
from deskterm.screens.console import begin, console_of
from deskterm.screens.list_room import ListRoom
from deskterm.screens.taking_back import TakingBack
from deskterm.verbs.outcome import undone_words
from deskterm.words.wording import refusal_words

Row = TypeVar("Row")


class PeopleRoom(ListRoom[Row], Generic[Row]):
    """A room of customers, companies or pairs of them."""

    def action_take_back(self) -> None:
        """Take back what was done last, here or elsewhere."""
        begin(self, self._take_back(), group="acts")

    async def _take_back(self) -> None:
        done = await carried_out(self, Undo())
        if done is None:
            return
        only = done.undone[1] if done.undone is not None else None
        detail = None if only is None else await self.office.conversation(only)
        self.console_app.tell(undone_words(done, None if detail is None else detail.row, again=False))


async def carried_out(node: DOMNode, command: Command) -> Done | None:
    """Have a command carried out and return what came of it; where it was refused say why, and return None.

    The inbox is told, so that `z` takes this back there, and no message that was sent before it.
    """
    answer = await console_of(node).office.submit(command)
    if isinstance(answer, Refused):
        console_of(node).tell(refusal_words(answer), problem=True)
        return None
    inbox = node.app.screen_stack[0]
    if answer.count and isinstance(inbox, TakingBack) and not isinstance(command, Undo):
        inbox.remember(None)
    return answer


def open_card(node: DOMNode, customer_id: int) -> None:
    """Open a customer's card over the room; it leads to companies and back to cards again, so it is loaded when asked for."""
    from deskterm.screens.customer import CustomerScreen

    node.app.push_screen(CustomerScreen(customer_id))

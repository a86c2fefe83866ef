"""The ways through the console: to a view, a room, a conversation, a message, and back to where one came from."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from deskterm.desk.rows import View
from deskterm.i18n import _
from deskterm.office import Office
from deskterm.screens.inbox import InboxScreen
from deskterm.screens.places import Place, built_in, promises

if TYPE_CHECKING:
    from deskterm.typed_ahead import TypedAhead as Base
else:
    Base = object  # a mix-in of DeskApp


class Going(Base):
    """The part of the console that goes from one room to another."""

    office: Office

    def tell(self, words: str, *, problem: bool = False) -> None:
        """Say one sentence at the foot of the uppermost room."""
        raise TypeError("the console has the bars")

    def open_conversation(self, conversation_id: int) -> None:
        """Leave every other room and show this conversation."""
        self.set_out(self._open_conversation(conversation_id))

    def open_message(self, conversation_id: int, message_id: int | None, back: Callable[[], None]) -> None:
        """Leave every other room and show a message where it stands; Esc there carries `back` out."""
        self.set_out(self._open_message(conversation_id, message_id, back))

    async def _open_message(self, conversation_id: int, message_id: int | None, back: Callable[[], None]) -> None:
        await self._open_conversation(conversation_id)
        inbox = self.screen
        if isinstance(inbox, InboxScreen) and (row := inbox.pane.row) is not None:
            inbox.come_from(row.id, message_id, back)

    async def _open_conversation(self, conversation_id: int) -> None:
        detail = await self.office.conversation(conversation_id)
        if detail is None:
            self.tell(_("This conversation is not there any more."), problem=True)
            return
        in_inbox = await self.office.row(conversation_id, View.INBOX) is not None
        inbox = await self._inbox()
        inbox.visit(View.INBOX if in_inbox else View.ALL, conversation_id)
        inbox.read(detail.row)

    def go_to_view(self, view: str) -> None:
        """Leave every other room and show a view of the list."""
        self.go_to_place(built_in(View(view)))

    def go_to_place(self, place: Place) -> None:
        """Leave every other room and show a place in the list."""
        self.set_out(self._go_to_place(place))

    async def _go_to_place(self, place: Place) -> None:
        inbox = await self._inbox()
        inbox.show_list()
        inbox.go_to(place)

    async def _inbox(self) -> InboxScreen:
        while len(self.screen_stack) > 1:
            await self.pop_screen()
        screen = self.screen
        assert isinstance(screen, InboxScreen)
        screen.way_back = None
        return screen

    # Keys

    def action_view(self, name: str) -> None:
        self.go_to_view(name)

    def action_promises(self) -> None:
        self.go_to_place(promises())

    def action_room(self, name: str) -> None:
        self.set_out(self._go_to_room(name))

    async def _go_to_room(self, name: str) -> None:
        from deskterm.screens.registry import ROOMS

        await self._inbox()
        await self.push_screen(ROOMS[name]())

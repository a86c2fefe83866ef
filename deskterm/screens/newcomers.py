"""Who wrote just now: what the bell and the desktop notification are rung for."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from textual.dom import DOMNode

from deskterm.desk.model import Kind
from deskterm.desk.rows import ConversationRow, View
from deskterm.i18n import _, ngettext
from deskterm.office import Office
from deskterm.screens.coalesced import Coalesced

LOOKED_AT = 30
"""The newest conversations looked at after the bell; more at once are one notice all the same."""


class Newcomers:
    """Tells in which conversations, of those that are mine or nobody's, a customer wrote since the last look."""

    def __init__(self, node: DOMNode, office: Office, tell: Callable[[list[ConversationRow]], None]) -> None:
        self._office = office
        self._tell = tell
        self._since = office.now()
        self._look = Coalesced(node, self._look_now, "newcomers", gap_s=1.0)

    def listen(self) -> None:
        """Begin to hear the bell; ends with the application."""
        self._office.on_change(self._look.ask)

    async def _look_now(self) -> None:
        window = await self._office.conversations(View.ALL, after=LOOKED_AT)
        new = [row for row in window.rows if self._concerns_me(row) and row.last_message_at > self._since]
        newest: datetime = max((row.last_message_at for row in window.rows), default=self._since)
        self._since = max(self._since, newest)
        if new:
            self._tell(new)

    def _concerns_me(self, row: ConversationRow) -> bool:
        mine = row.assignee_id in (None, self._office.me.id)
        return mine and row.unread > 0 and row.preview_kind is Kind.INCOMING


def arrival(rows: list[ConversationRow]) -> str:
    """Return the words at the foot for conversations in which a customer wrote just now."""
    first = rows[0]
    if len(rows) > 1:
        return ngettext("Customers wrote in {n} conversation", "Customers wrote in {n} conversations", len(rows)).format(
            n=len(rows)
        )
    return _("New: #{number} {customer}: {words}").format(
        number=first.number, customer=first.customer, words=first.preview or first.subject
    )

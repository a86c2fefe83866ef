"""One transaction's facts on their way into the tables: what they have made of the conversations so far."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from deskterm.desk import facts as f
from deskterm.desk import merging, undo
from deskterm.desk.delivery import whole
from deskterm.desk.evolve import evolve, opened
from deskterm.desk.model import Conversation, Delivery, Kind
from deskterm.desk.text import preview
from deskterm.store import journal
from deskterm.store.times import to_ms
from deskterm.store.writer import Transaction

Files = dict[int, tuple[str, int]]
"""For attachments whose bytes are already under their name in the store: place in `Inbound.attachments` -> (sha256, size)."""


class Applied:
    """The states before and after, what was said last in each conversation, and the transaction to write with. `noting`: the
    command can be undone. `operator_id` is who does it (None: the desk itself, or a customer)."""

    def __init__(
        self,
        tx: Transaction,
        states: dict[int, Conversation],
        now: datetime,
        files: Files,
        *,
        noting: bool = False,
        operator_id: int | None = None,
    ) -> None:
        self.tx = tx
        self.operator_id = operator_id
        self.now = now
        self.now_ms = to_ms(now)
        self.files = files
        self.before = dict(states)
        self.after = dict(states)
        self.rows: dict[int, Conversation] = {}
        """What the row of a conversation says by now, where it was written before all was known of it."""
        self.said: dict[int, tuple[str, Kind]] = {}
        self.names: dict[int, str] = {}
        self.told_anew: set[int] = set()
        """Customers whose names or addresses changed: search learns of them once all facts are written."""
        self.changes: dict[int, journal.Change] | None = {} if noting else None

    def evolve(self, fact: f.Fact, place: int) -> None:
        """Move the conversation on that a fact is about; note what it changes, where that can be undone."""
        if isinstance(fact, f.ConversationOpened):
            self.after[fact.conversation_id] = opened(fact)
            return
        if isinstance(fact, f.ConversationMerged | f.ConversationParted | f.MessagesMoved):
            self.after.update(merging.evolved(fact, self.after, self.now))
            return
        if isinstance(fact, f.MessageReceived | f.ReplyImported):
            words = preview(fact.text) or fact.placeholder or ", ".join(file.name for file in fact.attachments[:3])
            if not _of_the_past(fact, self.after[fact.conversation_id]):
                self.said[fact.conversation_id] = (words, f.MESSAGE_KINDS[type(fact)])
        elif isinstance(fact, f.ContactLogged):
            self.said[fact.conversation_id] = (preview(fact.text), Kind.INCOMING if fact.incoming else Kind.OUTGOING)
        elif isinstance(fact, f.ReplyQueued):
            self.said[fact.conversation_id] = (preview(fact.text), Kind.OUTGOING)
        conversation_id = getattr(fact, "conversation_id", None)
        if conversation_id is not None:
            before = self.after[conversation_id]
            after = self.after[conversation_id] = evolve(before, fact, self.now)
            if self.changes is not None and after is not before:
                self.changes[place] = undo.changes(before, after)

    def identity_told_anew(self, identity_id: int) -> None:
        """Note that the customer whose address this is, if it is anybody's, is found by other words now."""
        row = self.tx.one("SELECT customer_id FROM identity WHERE id = ?", (identity_id,))
        if row is not None and row[0] is not None:
            self.told_anew.add(row[0])

    def refresh_delivery(self, message_id: int, detail: str | None = None) -> None:
        """Set a message's delivery to the worst of its parts."""
        states = [Delivery(row[0]) for row in self.tx.all("SELECT state FROM outbox WHERE message_id = ?", (message_id,))]
        state = whole(states)
        sent_at = self.now_ms if state is Delivery.SENT else None
        self.tx.run(
            "UPDATE message SET delivery = ?, delivery_detail = coalesce(?, delivery_detail), sent_at = coalesce(sent_at, ?)"
            " WHERE id = ?",
            (state.value, detail, sent_at, message_id),
        )


def _of_the_past(fact: f.MessageReceived | f.ReplyImported, state: Conversation) -> bool:
    """Whether something newer has been said in the conversation than what an archive brought."""
    archived = isinstance(fact, f.ReplyImported) or fact.history
    return archived and state.last_message_id is not None and fact.at < state.last_message_at


Handlers = dict[type[Any], Callable[[Applied, Any], None]]
"""Kind of fact -> what writes it into the tables."""

"""What undoes merging, parting and splitting conversations, and what was said of which belong together."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from deskterm.desk import commands_customer as c
from deskterm.desk.commands import Command, Refused
from deskterm.store.entries import CHANGED, Entry
from deskterm.store.writer import Transaction


def _merged(tx: Transaction, entry: Entry) -> Command | Refused | None:
    (into_id,) = tx.one("SELECT merged_into_id FROM conversation WHERE id = ?", (entry.conversation_id,))
    return c.PartConversation(_whose(entry)) if into_id == entry.data["into_id"] else CHANGED


def _parted(tx: Transaction, entry: Entry) -> Command | Refused | None:
    return c.MergeConversations(entry.data["from_id"], (_whose(entry),))


def _related(tx: Transaction, entry: Entry) -> Command | Refused | None:
    (related_id,) = tx.one("SELECT maybe_related_id FROM conversation WHERE id = ?", (entry.conversation_id,))
    was_id = entry.data.get("was_id")
    if related_id == was_id:
        return None
    if related_id != entry.data.get("related_id"):
        return CHANGED
    if was_id is None:
        return c.DismissRelated(_whose(entry))
    return c.NoteRelated(_whose(entry), was_id, entry.data.get("was_why", ""))


def _whose(entry: Entry) -> int:
    if entry.conversation_id is None:
        raise ValueError(f"entry {entry.seq} is about no conversation")
    return entry.conversation_id


INVERSES: Mapping[str, Callable[[Transaction, Entry], Command | Refused | None]] = {
    "conversation_merged": _merged,
    "conversation_parted": _parted,
    "messages_moved": _parted,
    "related_noted": _related,
}
"""What was split off goes back to where it was taken from: its messages are that one's again
(`ConversationMerged.homes`)."""

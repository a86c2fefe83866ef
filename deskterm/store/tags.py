"""Tags as things of their own; which conversations they are on stands with the conversations."""

from __future__ import annotations

from deskterm.desk.model import Tag
from deskterm.desk.naming import folded, sound_name
from deskterm.desk.tags import MAX_NAME, tag_name
from deskterm.store import sla_book
from deskterm.store.engine import StoreError
from deskterm.store.reader import Look
from deskterm.store.writer import Transaction


async def load(look: Look) -> tuple[Tag, ...]:
    """Read all tags, by name."""
    return tuple(Tag(*row) for row in await look.all("SELECT id, name FROM tag ORDER BY folded"))


def rename(tx: Transaction, tag_id: int, name: str) -> Tag:
    """Give a tag another name; it stays on its conversations. Raises StoreError: not_found, bad_name, tag_exists."""
    kept = tag_name(name)
    if kept is None or sound_name(kept, "tag") is None:
        raise StoreError(
            "bad_name", "this cannot be the name of a tag", f"use 1 to {MAX_NAME} characters, and no word of the filter"
        )
    if tx.one("SELECT 1 FROM tag WHERE id = ?", (tag_id,)) is None:
        raise StoreError("not_found", "there is no such tag", "see: deskterm tag list")
    if tx.one("SELECT 1 FROM tag WHERE folded = ? AND id <> ?", (folded(kept), tag_id)):
        raise StoreError("tag_exists", f"there is a tag {kept} already", "choose another name")
    tx.run("UPDATE tag SET name = ?, folded = ? WHERE id = ?", (kept, folded(kept), tag_id))
    sla_book.names_changed(tx)
    return Tag(tag_id, kept)

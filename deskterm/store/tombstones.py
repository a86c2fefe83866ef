"""What was erased does not come in again: its names on its channel are kept as keyed hashes, which say nothing of anybody.

A channel's name of a message may hold a person's id (Telegram: chat:message), and a hash without a key could be found by
trying all ids. The key is made with the first erasure and stands in `meta`; a copy of the store without it says nothing.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Iterable

from deskterm.desk.post import Inbound
from deskterm.store.times import to_ms
from deskterm.store.writer import Transaction

_KEY = "tombstone_key"
_DIGITS = 32
_MAIL = "Message-ID: "
"""Before a Message-ID, which is told apart by that from all other names on a channel."""


def bury(tx: Transaction, names: Iterable[tuple[int, str]], now_ms: int) -> None:
    """Keep that these (channel, external id) were erased."""
    key = _key(tx) or _made(tx)
    rows = [(_hash(key, channel_id, external_id), now_ms) for channel_id, external_id in names]
    if rows:
        tx.run_many("INSERT INTO tombstone (hash, at) VALUES (?,?) ON CONFLICT DO NOTHING", rows)


def bury_mails(tx: Transaction, mails: Iterable[tuple[int, str]], now_ms: int) -> None:
    """Keep that mails of these (channel, Message-ID) were erased: the same mail has another content, and so another name, in
    every copy whose blanks a program has changed."""
    bury(tx, [(channel_id, _MAIL + mail_id) for channel_id, mail_id in mails if mail_id], now_ms)


def is_buried(tx: Transaction, channel_id: int, inbound: Inbound) -> bool:
    """Whether this is a message that was erased, or a later version of one. A mail that was written after another of its id was
    erased is a new one: some programs give all their mails the same."""
    key = _key(tx)
    if key is None:
        return False
    names = {name for name in (inbound.external_id, inbound.edit_of) if name}
    if any(_buried_at(tx, key, channel_id, name) is not None for name in names):
        return True
    mail_id = inbound.refs.message_id if inbound.refs is not None else ""
    erased_at = _buried_at(tx, key, channel_id, _MAIL + mail_id) if mail_id else None
    return erased_at is not None and to_ms(inbound.at) <= erased_at


def _buried_at(tx: Transaction, key: bytes, channel_id: int, name: str) -> int | None:
    row = tx.one("SELECT at FROM tombstone WHERE hash = ?", (_hash(key, channel_id, name),))
    return None if row is None else int(row[0])


def _hash(key: bytes, channel_id: int, external_id: str) -> str:
    said = f"{channel_id}\n{external_id}".encode("utf-8", "surrogatepass")
    return hmac.new(key, said, hashlib.sha256).hexdigest()[:_DIGITS]


def _key(tx: Transaction) -> bytes | None:
    row = tx.one("SELECT value FROM meta WHERE key = ?", (_KEY,))
    return None if row is None else bytes.fromhex(row[0])


def _made(tx: Transaction) -> bytes:
    key = secrets.token_bytes(32)
    tx.run("INSERT INTO meta (key, value) VALUES (?, ?)", (_KEY, key.hex()))
    return key

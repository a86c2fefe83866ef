"""What writing to somebody first is judged by, read inside the write transaction."""

from __future__ import annotations

from deskterm.desk.addresses import SENDABLE, normal_email, without_plus
from deskterm.desk.commands import StartConversation
from deskterm.desk.model import Conversation
from deskterm.desk.post import Address, IdentityKind
from deskterm.desk.starting import Starting
from deskterm.store import conversations
from deskterm.store.rules import Rules
from deskterm.store.writer import Transaction

_CHAT = (
    "SELECT c.id FROM participant p JOIN conversation c ON c.id = p.conversation_id"
    " WHERE p.identity_id = ? AND c.channel_id = ? AND c.is_group = 0 AND c.thread_key <> '' ORDER BY c.id DESC LIMIT 1"
)
"""Selects the newest conversation of the chat with a person on a channel; groups are nobody's chat."""


def of_start(tx: Transaction, command: StartConversation, rules: Rules) -> Starting | None:
    """Load what the desk knows of the channel and the person; None without such a channel."""
    channel = tx.one("SELECT kind, enabled FROM channel WHERE id = ?", (command.channel_id,))
    if channel is None:
        return None
    kind, enabled = channel
    to = _address(command.to, kind)
    known = None
    if to is not None:
        known = tx.one(
            "SELECT id, customer_id, home_id, unreachable, blocked FROM identity WHERE kind = ? AND value = ?",
            (to.kind.value, to.value),
        )
    identity_id, customer_id, home_id, unreachable, blocked = known or (None, None, None, 0, 0)
    capabilities = rules.capabilities[kind]
    related = command.related_id is not None and tx.one("SELECT 1 FROM conversation WHERE id = ?", (command.related_id,))
    return Starting(
        channel_id=command.channel_id,
        enabled=bool(enabled),
        capabilities=capabilities,
        to=to,
        own=to is not None and _is_ours(tx, to),
        identity_id=identity_id,
        customer_id=customer_id,
        home_id=home_id if customer_id is not None else None,
        unreachable=bool(unreachable),
        blocked=bool(blocked),
        thread=_chat(tx, identity_id, command.channel_id) if capabilities.starts == "known" else None,
        related_id=command.related_id if related else None,
    )


def _address(to: Address, channel_kind: str) -> Address | None:
    """Return an address as identities are compared, None for one that a channel of this kind cannot write to."""
    if to.kind.value != channel_kind:
        return None
    value = normal_email(to.value) if to.kind is IdentityKind.EMAIL else to.value.strip()
    sound = bool(SENDABLE.fullmatch(value)) if to.kind is IdentityKind.EMAIL else bool(value)
    return Address(to.kind, value, to.name) if sound else None


def _is_ours(tx: Transaction, to: Address) -> bool:
    if to.kind is not IdentityKind.EMAIL:
        return False
    ours = {without_plus(normal_email(row[0])) for row in tx.all("SELECT address FROM channel WHERE kind = 'email'")}
    return without_plus(to.value) in ours


def _chat(tx: Transaction, identity_id: int | None, channel_id: int) -> Conversation | None:
    row = None if identity_id is None else tx.one(_CHAT, (identity_id, channel_id))
    return None if row is None else conversations.load(tx, row[0])

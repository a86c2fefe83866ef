"""What a card lacks before a conversation may be closed (`desk.required`), looked up only where rules are configured."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from deskterm.desk import required
from deskterm.desk.card import COMPANY, EMAIL_IDENTITY, NAME, PHONE_IDENTITY, CardSettings
from deskterm.desk.model import Conversation
from deskterm.desk.post import IdentityKind
from deskterm.desk.query import folded
from deskterm.store.writer import Transaction

NAMES = (
    "SELECT 'channel', id, name FROM channel UNION ALL SELECT 'team', id, name FROM team"
    " UNION ALL SELECT 'tag', id, name FROM tag WHERE folded IN (SELECT value FROM json_each(?))"
)
"""The names that rules may speak of, by id."""
FILLED = (
    # What stands for a name that nobody knows is only an address.
    "SELECT cu.name <> '' AND NOT EXISTS (SELECT 1 FROM identity n WHERE n.customer_id = cu.id AND n.value = cu.name),"
    " cu.company_id IS NOT NULL,"
    " (SELECT json_group_array(v.field) FROM customer_value v WHERE v.customer_id = cu.id AND v.value <> ''),"
    " (SELECT json_group_array(DISTINCT i.kind) FROM identity i WHERE i.customer_id = cu.id)"
    " FROM customer cu WHERE cu.id = ?"
)
"""What is filled in on a card; see `filled`."""


def filled(row: Any) -> frozenset[str]:
    """Return the keys of what is filled in, of a row of `FILLED`."""
    has_name, has_company, fields, kinds = row
    keys = set(json.loads(fields))
    keys |= {NAME} if has_name else set()
    keys |= {COMPANY} if has_company else set()
    known = json.loads(kinds)
    keys |= {PHONE_IDENTITY} if IdentityKind.PHONE.value in known else set()
    keys |= {EMAIL_IDENTITY} if IdentityKind.EMAIL.value in known else set()
    return frozenset(keys)


def tag_names(card: CardSettings) -> str:
    """Return the tags that rules speak of, as the value of `NAMES`."""
    return json.dumps(sorted({folded(tag) for rule in card.required for tag in rule.tags}))


class Wanted:
    """What cards must say, with the names of `NAMES` read once for many conversations."""

    def __init__(self, card: CardSettings, names: Iterable[Any]) -> None:
        self._card = card
        self._names: dict[str, dict[int, str]] = {"channel": {}, "team": {}, "tag": {}}
        for kind, row_id, name in names:
            self._names[kind][row_id] = name

    def of(self, conversation: Conversation) -> tuple[str, ...]:
        """Return what must be filled in before a conversation is closed. A group has no customer, spam needs none."""
        if conversation.customer_id is None or conversation.spam:
            return ()
        channel = self._names["channel"].get(conversation.channel_id, "")
        team = self._names["team"].get(conversation.team_id or 0, "")
        tags = [name for tag in conversation.tags if (name := self._names["tag"].get(tag))]
        return required.asked(self._card, channel, team, tags)

    def missing(self, tx: Transaction, conversation: Conversation) -> tuple[str, ...]:
        """Return what of it is missing, inside a transaction."""
        keys = self.of(conversation)
        row = tx.one(FILLED, (conversation.customer_id,)) if keys else None
        return () if row is None else required.missing(keys, filled(row))


def wanted(tx: Transaction, card: CardSettings) -> Wanted | None:
    """Read what rules need; None where there are none."""
    return Wanted(card, tx.all(NAMES, (tag_names(card),))) if card.required else None

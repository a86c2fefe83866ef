"""What must stand on a customer's card before a conversation is closed: the rules of `[[card.required]]`. Pure."""

from __future__ import annotations

from collections.abc import Collection

from deskterm.desk.card import COMPANY, EMAIL_IDENTITY, NAME, PHONE_IDENTITY, BlockKind, CardSettings, Required
from deskterm.desk.query import folded


def asked(card: CardSettings, channel: str, team: str, tags: Collection[str]) -> tuple[str, ...]:
    """Return the keys that must be filled in where a conversation came in on a channel, is in a team ("" none) and has these
    tags, in the order of the card. Teams and tags are told apart by `query.folded`."""
    worn = {folded(tag) for tag in tags}
    keys = {key for rule in card.required if _fits(rule, channel, folded(team), worn) for key in rule.fields}
    return tuple(key for key in _order(card) if key in keys)


def _fits(rule: Required, channel: str, team: str, tags: set[str]) -> bool:
    return (
        (not rule.channels or channel in rule.channels)
        and (not rule.teams or team in map(folded, rule.teams))
        and (not rule.tags or any(folded(tag) in tags for tag in rule.tags))
    )


def _order(card: CardSettings) -> tuple[str, ...]:
    keys = [NAME, COMPANY]
    for block in card.blocks:
        keys += (PHONE_IDENTITY, EMAIL_IDENTITY) if block.kind is BlockKind.IDENTITIES else block.fields
    # What no block shows is asked for last.
    return tuple(dict.fromkeys([*keys, PHONE_IDENTITY, EMAIL_IDENTITY, *(one.key for one in card.fields)]))


def missing(asked_keys: Collection[str], filled: Collection[str]) -> tuple[str, ...]:
    """Return what of the keys asked for is not filled in."""
    return tuple(key for key in asked_keys if key not in filled)

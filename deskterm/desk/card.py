"""The card as its owner wants it: which fields it has, in which blocks, what must be filled in before closing. Pure.

Read from `[card]` of the configuration (`deskterm.config.card`); used by the console, the command line and the rules alike.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class FieldType(StrEnum):
    """What a field or a column of a record holds."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    CHOICE = "choice"
    PHONE = "phone"
    EMAIL = "email"
    LINK = "link"
    YES_NO = "yes_no"


@dataclass(frozen=True, slots=True)
class Label:
    """What something is called, by language ("en", "ru"); with none of them by its key."""

    key: str
    names: Mapping[str, str] = field(default_factory=dict)

    def shown(self, language: str) -> str:
        """Return the name in a language, else in any, else the key."""
        return self.names.get(language) or next(iter(self.names.values()), self.key)


@dataclass(frozen=True, slots=True)
class CardField:
    """A field of a card, or a column of a record. `choices` are the values a CHOICE may have."""

    key: str
    type: FieldType
    label: Label
    choices: tuple[str, ...] = ()


class BlockKind(StrEnum):
    """What stands in a block of a card. FIELDS is a block of fields of the owner's; there may be several."""

    IDENTITIES = "identities"
    NOTES = "notes"
    TAGS = "tags"
    CONTACT = "contact"
    FIELDS = "fields"
    CONVERSATIONS = "conversations"
    TASKS = "tasks"
    RECORDS = "records"


@dataclass(frozen=True, slots=True)
class CardBlock:
    """A block of a card, in the order of the card. `fields` are keys, of a FIELDS block; `folded`: only its title is shown
    until it is opened."""

    kind: BlockKind
    label: Label
    fields: tuple[str, ...] = ()
    folded: bool = False


@dataclass(frozen=True, slots=True)
class Required:
    """Fields that must be filled in before a conversation may be closed, where one of the channels, teams or tags (names)
    fits; empty ones fit all. "name", "company" and "identity:phone", "identity:email" may stand beside keys of fields."""

    fields: tuple[str, ...]
    channels: tuple[str, ...] = ()
    teams: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RecordKind:
    """A kind of record of the business. `key` is its field in the filter language ("order"); a text that holds `prefix`
    (perhaps none) and `digits` (from, to) digits names one. `customer_by` are the columns whose value finds the customer."""

    key: str
    label: Label
    columns: tuple[CardField, ...]
    prefix: str = ""
    digits: tuple[int, int] = (4, 12)
    customer_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CardSettings:
    """`[card]` and `[records]` of the configuration. `region` is where telephone numbers without a country code are (ISO
    3166)."""

    fields: tuple[CardField, ...] = ()
    blocks: tuple[CardBlock, ...] = ()
    required: tuple[Required, ...] = ()
    records: tuple[RecordKind, ...] = ()
    region: str = "RU"

    def field(self, key: str) -> CardField | None:
        """Return the field with a key."""
        return next((one for one in self.fields if one.key == key), None)

    def record(self, key: str) -> RecordKind | None:
        """Return the kind of record with a key."""
        return next((one for one in self.records if one.key == key), None)


NO_CARD = CardSettings()
"""A card without fields of the owner's."""

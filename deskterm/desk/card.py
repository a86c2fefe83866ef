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
    """What something is called, by language ("en", "ru"); with none of them by its key. One name for all stands in each."""

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


NAME = "name"
COMPANY = "company"
PHONE_IDENTITY = "identity:phone"
EMAIL_IDENTITY = "identity:email"
BUILT_IN = (NAME, COMPANY, PHONE_IDENTITY, EMAIL_IDENTITY)
"""What may be required beside fields of the owner's, by key."""
RESERVED = (NAME, "language", COMPANY, "id", "tags", "notes", "identities")
"""Keys that no field of the owner's may have: they mean a part of every card."""


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


_BLOCK_NAMES = {
    BlockKind.IDENTITIES: {"en": "Addresses", "ru": "Адреса"},
    BlockKind.NOTES: {"en": "Notes", "ru": "Заметки"},
    BlockKind.TAGS: {"en": "Tags", "ru": "Теги"},
    BlockKind.CONTACT: {"en": "Contact", "ru": "Общение"},
    BlockKind.FIELDS: {"en": "About", "ru": "О клиенте"},
    BlockKind.CONVERSATIONS: {"en": "Conversations", "ru": "Обращения"},
    BlockKind.TASKS: {"en": "Tasks", "ru": "Задачи"},
    BlockKind.RECORDS: {"en": "Records", "ru": "Записи"},
}


def block_label(kind: BlockKind) -> Label:
    """Return what a block is called where its owner calls it nothing."""
    return Label(kind.value, _BLOCK_NAMES[kind])


def default_blocks(fields: tuple[CardField, ...]) -> tuple[CardBlock, ...]:
    """Return the blocks of a card whose owner has chosen none: all there are, all fields in one of them."""
    keys = tuple(one.key for one in fields)
    kinds = [kind for kind in _USUAL_ORDER if keys or kind is not BlockKind.FIELDS]
    return tuple(CardBlock(kind, block_label(kind), keys if kind is BlockKind.FIELDS else ()) for kind in kinds)


_USUAL_ORDER = (
    BlockKind.IDENTITIES,
    BlockKind.FIELDS,
    BlockKind.NOTES,
    BlockKind.TAGS,
    BlockKind.CONTACT,
    BlockKind.RECORDS,
    BlockKind.CONVERSATIONS,
    BlockKind.TASKS,
)


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
    (perhaps none) and `digits` (from, to) digits names one. `customer_by` are the columns whose value finds the customer:
    by the type of the column, or by its name (`found_by`)."""

    key: str
    label: Label
    columns: tuple[CardField, ...]
    prefix: str = ""
    digits: tuple[int, int] = (4, 12)
    customer_by: tuple[str, ...] = ()


LINK_NAMES = ("email", "phone", "telegram", "customer")
"""Columns of these names find a customer whatever their type: by address, by Telegram's numeric id, by the card's number."""


def found_by(column: CardField) -> str:
    """Return by what a column finds a customer, one of `LINK_NAMES`; "" where it does not."""
    if column.type is FieldType.EMAIL:
        return "email"
    if column.type is FieldType.PHONE:
        return "phone"
    return column.key if column.key in LINK_NAMES else ""


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

    def label(self, key: str) -> Label:
        """Return what a field is called that may be required: one of the owner's, or a part of every card."""
        found = self.field(key)
        return found.label if found else Label(key, _BUILT_IN_NAMES.get(key, {}))

    def record(self, key: str) -> RecordKind | None:
        """Return the kind of record with a key."""
        return next((one for one in self.records if one.key == key), None)


_BUILT_IN_NAMES = {
    NAME: {"en": "Name", "ru": "Имя"},
    COMPANY: {"en": "Company", "ru": "Компания"},
    PHONE_IDENTITY: {"en": "Phone", "ru": "Телефон"},
    EMAIL_IDENTITY: {"en": "E-mail", "ru": "Почта"},
}

NO_CARD = CardSettings(blocks=default_blocks(()))
"""A card without fields of the owner's."""

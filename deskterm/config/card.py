"""The `[card]` and `[records.KIND]` tables of the configuration: what a customer's card holds, and the records of the business.

```
[card.fields.birthday]            type, label, choices; in the order of the card
[[card.blocks]]                   kind, label, fields, folded; in the order of the card
[[card.required]]                 fields, channels, teams, tags
[records.order]                   label, prefix, digits, customer_by; columns as a list of names or as tables below
[records.order.columns.total]     type, label, choices
```
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection

from deskterm.config.table import Table
from deskterm.desk.card import (
    BUILT_IN,
    RESERVED,
    BlockKind,
    CardBlock,
    CardField,
    CardSettings,
    FieldType,
    Label,
    RecordKind,
    Required,
    block_label,
    default_blocks,
    found_by,
)
from deskterm.desk.query import FIELDS, LANGUAGES, folded
from deskterm.i18n import _

KEY = re.compile(r"[a-z][a-z0-9_]{0,31}")
"""The key of a field or column: it stands in the store and in commands, for ever."""
RECORD_KEY = re.compile(r"[a-z]{1,32}")
"""The key of a kind of record: it is a field of the filter language, whose names are letters only."""
MOST_FIELDS = 100
MOST_DIGITS = 32
_PREFIX = re.compile(r"[^\s\d,\"()]{0,16}")


def card_settings(card: Table, records: Table, channels: Collection[str]) -> CardSettings:
    """Return the settings of cards and records; `channels` are the names of the channels that there are. Problems go to the
    tables."""
    fields = _fields(card.take_table("fields"), _field_key)
    usual = CardSettings()
    blocks = _blocks(card.take_list("blocks"), [one.key for one in fields]) or default_blocks(fields)
    settings = CardSettings(
        fields=fields,
        blocks=blocks,
        required=_required(card.take_list("required"), blocks, channels),
        records=tuple(_record(key, table) for key, table in records.take_tables()),
        region=card.take_text("region", usual.region, rule=_region),
    )
    _called_once(settings.records, records)
    card.end()
    return settings


def _region(text: str) -> str:
    if not re.fullmatch("[A-Za-z]{2}", text):
        raise ValueError(_("Write the two letters of a country, such as RU."))
    return text.upper()


def _label(table: Table, key: str, default: Label | None = None) -> Label:
    """Return what something is called: one text for all languages, or a table by language."""
    if not table.has("label"):
        return default or Label(key)
    if not table.is_table("label"):
        text = table.take_text("label", rule=_short)
        return Label(default.key if default else key, dict.fromkeys(LANGUAGES, text) if text else {})
    inner = table.take_table("label")
    names = {language: name for language in LANGUAGES if (name := inner.take_text(language, rule=_short))}
    inner.end()
    return Label(default.key if default else key, names)


def _short(text: str) -> str:
    if not 1 <= len(text) <= 60:
        raise ValueError(_("Use 1 to {limit} characters.").format(limit=60))
    return text


def _field_key(key: str) -> str:
    if not KEY.fullmatch(key):
        return _("Use 1 to 32 of a-z, 0-9 and _, a letter first.")
    return _("Choose another: every card has one.") if key in RESERVED else ""


def _column_key(key: str) -> str:
    return "" if KEY.fullmatch(key) and key != "id" else _("Use 1 to 32 of a-z, 0-9 and _, a letter first; not id.")


def _fields(tables: Table, wrong_key: Callable[[str], str]) -> tuple[CardField, ...]:
    found = tuple(_field(key, table, wrong_key) for key, table in tables.take_tables())
    if len(found) > MOST_FIELDS:
        tables.wrong("", _("has too many"), _("Keep {limit} at most.").format(limit=MOST_FIELDS))
    return found[:MOST_FIELDS]


def _field(key: str, table: Table, wrong_key: Callable[[str], str]) -> CardField:
    if fix := wrong_key(key):
        table.wrong("", _("is no key for a field"), fix)
    kind = table.take_choice("type", FieldType.TEXT)
    choices = table.take_texts("choices", rule=_short)
    if kind is FieldType.CHOICE and not choices and not table.misspelt("choices"):
        table.wrong("choices", _("is missing"), _("Write the values to choose from."))
    if kind is not FieldType.CHOICE and choices:
        table.wrong("choices", _("has no use here"), _('Write type = "choice".'))
    if len({folded(one) for one in choices}) < len(choices):
        table.wrong("choices", _("has a value twice"), _("Remove one of them."))
    found = CardField(key, kind, _label(table, key), choices)
    table.end()
    return found


def _blocks(tables: list[Table], keys: list[str]) -> tuple[CardBlock, ...]:
    shown: set[str] = set()
    blocks: list[CardBlock] = []
    for table in tables:
        if not table.has("kind"):
            table.wrong("kind", _("is missing"), _("Add it."))
        kind = table.take_choice("kind", BlockKind.FIELDS)
        fields = table.take_known("fields", keys)
        if kind is not BlockKind.FIELDS and fields:
            table.wrong("fields", _("has no use here"), _('Write kind = "fields".'))
        if kind is not BlockKind.FIELDS and any(one.kind is kind for one in blocks):
            table.wrong("kind", _("stands twice"), _("Remove one of them."))
        if shown & set(fields) or len(set(fields)) < len(fields):
            table.wrong("fields", _("shows a field twice"), _("Remove one of them."))
        shown.update(fields)
        blocks.append(CardBlock(kind, _label(table, kind, block_label(kind)), fields, table.take_flag("folded", False)))
        table.end()
    return tuple(blocks)


def _required(tables: list[Table], blocks: tuple[CardBlock, ...], channels: Collection[str]) -> tuple[Required, ...]:
    shown = [key for block in blocks for key in block.fields]
    rules: list[Required] = []
    for table in tables:
        fields = table.take_known("fields", [*shown, *BUILT_IN])
        if not fields and not table.has("fields"):
            table.wrong("fields", _("is missing"), _("Add it."))
        rules.append(
            Required(fields, table.take_known("channels", channels), table.take_texts("teams"), table.take_texts("tags"))
        )
        table.end()
    return tuple(rules)


def _record(key: str, table: Table) -> RecordKind:
    if not RECORD_KEY.fullmatch(key):
        table.wrong("", _("is no name for records"), _("Use 1 to 32 of a-z."))
    columns = _columns(table)
    record = RecordKind(
        key=key,
        label=_label(table, key),
        columns=columns,
        prefix=table.take_text("prefix", rule=_prefix),
        digits=_digits(table),
        customer_by=_customer_by(table, columns),
    )
    table.end()
    return record


def _columns(table: Table) -> tuple[CardField, ...]:
    """Return the columns of records: names of texts, or tables that say more of each."""
    if table.is_table("columns"):
        return _fields(table.take_table("columns"), _column_key)
    keys = table.take_texts("columns")
    if any(_column_key(key) for key in keys) or len(set(keys)) < len(keys):
        table.wrong("columns", _("is not right"), _("Use each name once: 1 to 32 of a-z, 0-9 and _, a letter first; not id."))
        return ()
    return tuple(CardField(key, FieldType.TEXT, Label(key)) for key in keys)


def _customer_by(table: Table, columns: tuple[CardField, ...]) -> tuple[str, ...]:
    keys = table.take_known("customer_by", [one.key for one in columns])
    if not all(found_by(column) for column in columns if column.key in keys):
        what, fix = (
            _("names a column that finds nobody"),
            _('Give the column type = "email" or "phone", or call it telegram or customer.'),
        )
        table.wrong("customer_by", what, fix)
    return keys


def _prefix(text: str) -> str:
    if not _PREFIX.fullmatch(text):
        raise ValueError(_("Use up to 16 letters and signs, no digits."))
    return text


def _digits(table: Table) -> tuple[int, int]:
    return table.take_range("digits", RecordKind("", Label(""), ()).digits, 1, MOST_DIGITS)


def _called_once(records: tuple[RecordKind, ...], table: Table) -> None:
    """Say of kinds of records that are called as another field of the filter language is."""
    taken = {folded(name) for field in FIELDS for name in (field.name, *field.russian)}
    for record in records:
        if folded(record.key) in taken:
            table.wrong(record.key, _("is the name of a field of the filter already"), _("Choose another name."))
        taken.add(folded(record.key))

"""Writing `[card]` and `[records]` into the configuration: what did not change stays as it was written, comments and all."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, MutableMapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from deskterm import config
from deskterm.config.write import write_config
from deskterm.desk.card import (
    CardBlock,
    CardField,
    CardSettings,
    FieldType,
    Label,
    RecordKind,
    Required,
    block_label,
    default_blocks,
)
from deskterm.desk.query import LANGUAGES
from deskterm.i18n import _
from deskterm.office import OfficeError
from deskterm.paths import Paths

if TYPE_CHECKING:
    from tomlkit import TOMLDocument

Plain = dict[str, Any]
"""A TOML table as plain values."""
_IN_ORDER = ("fields", "columns")
"""Tables whose keys stand in an order that counts."""


def write_card(path: Path, card: CardSettings) -> None:
    """Put what cards look like into the configuration file, all of it or nothing.

    Raises OfficeError("configuration"), as ConfigError where the result would not be sound.
    """
    text = with_card(config.read_text(path), card)
    read = config.parse(text, Paths(path.parent, path), secrets=False)
    if read.card != card:
        raise _cannot_write()
    write_config(path, text)


def with_card(text: str, card: CardSettings) -> str:
    """Return a configuration text that says this card; everything else in it stays. Raises OfficeError("configuration")."""
    import tomlkit
    import tomlkit.exceptions

    wanted = tomllib.loads(text) if _is_toml(text) else None
    if wanted is None:
        # TOML's own words quote the file, where secrets may stand.
        raise OfficeError("configuration", _("the configuration is not TOML"), _("Run: deskterm check"))
    tables = {"card": card_table(card), "records": records_table(card)}
    for key, table in tables.items():
        wanted.pop(key, None)
        wanted |= {key: table} if table else {}
    for keep in (True, False):
        try:
            document = tomlkit.parse(text)
            for key, table in tables.items():
                _put(document, key, table, keep=keep)
            written = tomlkit.dumps(document).rstrip() + "\n"
            if _says(written, wanted):
                return written
        except (ValueError, KeyError, TypeError, tomlkit.exceptions.TOMLKitError, RecursionError):
            # A file in an unusual form, such as tables in pieces: it is tried anew without keeping the form of these two.
            continue
    raise _cannot_write()


def card_table(card: CardSettings) -> Plain:
    """Return `[card]` as plain values, without what holds anyway."""
    table: Plain = {}
    if card.region != CardSettings().region:
        table["region"] = card.region
    if card.fields:
        table["fields"] = {one.key: _field(one) for one in card.fields}
    if card.blocks and card.blocks != default_blocks(card.fields):
        table["blocks"] = [_block(one) for one in card.blocks]
    if card.required:
        table["required"] = [_required(one) for one in card.required]
    return table


def records_table(card: CardSettings) -> Plain:
    """Return `[records]` as plain values, without what holds anyway."""
    return {one.key: _record(one) for one in card.records}


def _label(label: Label, default: Label) -> Plain:
    if dict(label.names) == dict(default.names):
        return {}
    names = {language: label.names[language] for language in LANGUAGES if label.names.get(language)}
    same = len(names) == len(LANGUAGES) and len(set(names.values())) == 1
    return {"label": next(iter(names.values())) if same else names} if names else {}


def _field(one: CardField) -> Plain:
    kind = {} if one.type is FieldType.TEXT else {"type": one.type.value}
    return {**kind, **_label(one.label, Label(one.key)), **({"choices": list(one.choices)} if one.choices else {})}


def _block(one: CardBlock) -> Plain:
    fields = {"fields": list(one.fields)} if one.fields else {}
    folded = {"folded": True} if one.folded else {}
    return {"kind": one.kind.value, **_label(one.label, block_label(one.kind)), **fields, **folded}


def _required(one: Required) -> Plain:
    whole = {"fields": one.fields, "channels": one.channels, "teams": one.teams, "tags": one.tags}
    return {key: list(values) for key, values in whole.items() if values}


def _record(one: RecordKind) -> Plain:
    usual = RecordKind("", Label(""), ())
    table = _label(one.label, Label(one.key))
    if one.prefix:
        table["prefix"] = one.prefix
    if one.digits != usual.digits:
        table["digits"] = list(one.digits)
    if one.customer_by:
        table["customer_by"] = list(one.customer_by)
    columns = {column.key: _field(column) for column in one.columns}
    if any(columns.values()):
        table["columns"] = columns
    elif columns:
        table["columns"] = list(columns)
    return table


def _is_toml(text: str) -> bool:
    try:
        tomllib.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def _says(text: str, wanted: Plain) -> bool:
    """Whether a text says these values, with fields, kinds of records and columns in this order."""
    read = tomllib.loads(text)
    return read == wanted and _orders(read) == _orders(wanted)


def _orders(values: Plain) -> list[list[str]]:
    records = values.get("records", {})
    columns = [list(one["columns"]) for one in records.values() if "columns" in one]
    return [list(values.get("card", {}).get("fields", {})), list(records), *columns]


def _put(document: TOMLDocument, key: str, table: Plain, *, keep: bool) -> None:
    """Make a table of the document say this. With `keep` its parts that say it already stay as they are written."""
    if not table:
        document.pop(key, None)
    elif keep and isinstance(document.get(key), MutableMapping):
        _change(document[key], table, in_order=key == "records")
    else:
        document.pop(key, None)
        document[key] = _item(table)


def _change(item: Any, table: Plain, *, in_order: bool) -> None:
    """Change a table in place to say other values: what is equal is not touched. `in_order`: its keys stand in a new order."""
    from tomlkit.items import AbstractTable

    if not isinstance(item, AbstractTable):
        raise ValueError("a table in pieces")
    for key in [key for key in item if key not in table]:
        item.remove(key)
    kept = list(item)
    if in_order and kept != list(table)[: len(kept)]:
        old = {key: item[key] for key in kept}
        for key in kept:
            item.remove(key)
        for key, value in table.items():
            item.add(key, old[key] if key in old else _item(value, key))
    for key, value in table.items():
        if key not in item:
            item.add(key, _item(value, key))
        elif isinstance(value, Mapping) and isinstance(item[key], MutableMapping):
            _change(item[key], dict(value), in_order=key in _IN_ORDER)
        elif _plain(item[key]) != value:
            item[key] = _with_kept(item[key], value, key)


def _item(value: Any, key: str = "") -> Any:
    """Return plain values as TOML: tables and arrays of tables on lines of their own, labels on one line."""
    import tomlkit

    if isinstance(value, list) and value and isinstance(value[0], dict):
        array = tomlkit.aot()
        for one in value:
            array.append(_item(one))
        return array
    if not isinstance(value, dict):
        return tomlkit.item(value)
    table = tomlkit.inline_table() if key == "label" else tomlkit.table()
    for inner, one in value.items():
        table.add(inner, _item(one, inner))
    return table


def _with_kept(old: Any, value: Any, key: str) -> Any:
    """Return a new item; an array of tables takes over those of the old one that say the same."""
    import tomlkit
    from tomlkit.items import AoT

    if not isinstance(old, AoT) or not isinstance(value, list):
        return _item(value, key)
    tables = list(old.body)
    array = tomlkit.aot()
    for wanted in value:
        same = next((table for table in tables if _plain(table) == wanted), None)
        if same is not None:
            tables.remove(same)
        array.append(_item(wanted) if same is None else same)
    return array


def _plain(item: Any) -> Any:
    return item.unwrap() if hasattr(item, "unwrap") else item


def _cannot_write() -> OfficeError:
    return OfficeError(
        "configuration",
        _("the card cannot be written into the configuration as it stands"),
        _("Write [card] and [records] as tables on lines of their own, or change them by hand."),
    )

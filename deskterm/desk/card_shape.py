"""The shape of cards, changed step by step: blocks and fields moved, folded, added and taken away, rules kept sound. Pure.

What is taken off the card first stays as a spare field, so that nothing typed into it is lost by a slip; taking a spare one
away removes its description. A rule can only want what stands on the card, so rules follow.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TypeVar

from deskterm.desk.card import BUILT_IN, RESERVED, BlockKind, CardBlock, CardField, CardSettings, Required

_Item = TypeVar("_Item")

KEY = re.compile(r"[a-z][a-z0-9_]{0,31}")
"""What a field's key looks like, as in the configuration."""


class Part(StrEnum):
    """What a line of the shape is about."""

    BLOCK = "block"
    FIELD = "field"
    SPARE = "spare"
    RULE = "rule"


@dataclass(frozen=True, slots=True)
class ShapeRow:
    """A line: a block or a rule by its place, a field by its key (`place` is that of its block)."""

    part: Part
    place: int = 0
    key: str = ""


def shape_rows(card: CardSettings) -> list[ShapeRow]:
    """Return the lines of a shape: blocks with their fields, fields that stand nowhere, rules."""
    rows: list[ShapeRow] = []
    for place, block in enumerate(card.blocks):
        rows.append(ShapeRow(Part.BLOCK, place))
        rows += [ShapeRow(Part.FIELD, place, key) for key in block.fields]
    rows += [ShapeRow(Part.SPARE, 0, key) for key in spare_keys(card)]
    return rows + [ShapeRow(Part.RULE, place) for place in range(len(card.required))]


def spare_keys(card: CardSettings) -> list[str]:
    """Return the keys of fields that stand in no block."""
    shown = {key for block in card.blocks for key in block.fields}
    return [one.key for one in card.fields if one.key not in shown]


def moved(card: CardSettings, row: ShapeRow, step: int) -> tuple[CardSettings, ShapeRow]:
    """Move a block, a field or a rule one place up (-1) or down (1); a field goes on into the next block of fields."""
    if row.part is Part.BLOCK:
        blocks, place = _swapped(card.blocks, row.place, step)
        return replace(card, blocks=blocks), replace(row, place=place)
    if row.part is Part.RULE:
        required, place = _swapped(card.required, row.place, step)
        return replace(card, required=required), replace(row, place=place)
    if row.part is Part.SPARE:
        return _put_back(card, row) if step < 0 else (card, row)
    keys = card.blocks[row.place].fields
    at = keys.index(row.key) + step
    if 0 <= at < len(keys):
        fields, _place = _swapped(keys, at - step, step)
        return _with_fields(card, row.place, fields), row
    return _into_next(card, row, step)


def _swapped(items: tuple[_Item, ...], place: int, step: int) -> tuple[tuple[_Item, ...], int]:
    other = place + step
    if not 0 <= other < len(items):
        return items, place
    changed = list(items)
    changed[place], changed[other] = changed[other], changed[place]
    return tuple(changed), other


def _with_fields(card: CardSettings, place: int, fields: tuple[str, ...]) -> CardSettings:
    blocks = list(card.blocks)
    blocks[place] = replace(blocks[place], fields=fields)
    return replace(card, blocks=tuple(blocks))


def _into_next(card: CardSettings, row: ShapeRow, step: int) -> tuple[CardSettings, ShapeRow]:
    place = row.place + step
    while 0 <= place < len(card.blocks) and card.blocks[place].kind is not BlockKind.FIELDS:
        place += step
    if not 0 <= place < len(card.blocks):
        return card, row
    left = tuple(key for key in card.blocks[row.place].fields if key != row.key)
    there = card.blocks[place].fields
    card = _with_fields(card, row.place, left)
    return _with_fields(card, place, (row.key, *there) if step > 0 else (*there, row.key)), replace(row, place=place)


def _put_back(card: CardSettings, row: ShapeRow) -> tuple[CardSettings, ShapeRow]:
    """Put a spare field into the last block of fields."""
    places = [place for place, block in enumerate(card.blocks) if block.kind is BlockKind.FIELDS]
    if not places:
        return card, row
    place = places[-1]
    return _with_fields(card, place, (*card.blocks[place].fields, row.key)), ShapeRow(Part.FIELD, place, row.key)


def refolded(card: CardSettings, place: int) -> CardSettings:
    """Fold a block, or open it."""
    return with_block(card, replace(card.blocks[place], folded=not card.blocks[place].folded), place)


def with_block(card: CardSettings, block: CardBlock, place: int | None = None) -> CardSettings:
    """Put a block in a place, instead of what stands there; None: at the end."""
    blocks = (*card.blocks, block) if place is None else (*card.blocks[:place], block, *card.blocks[place + 1 :])
    return replace(card, blocks=blocks)


def with_field(card: CardSettings, field: CardField, place: int | None = None) -> CardSettings:
    """Describe a field anew, or add one; a new one stands in the block of a place, else it is spare."""
    known = card.field(field.key) is not None
    fields = tuple(field if one.key == field.key else one for one in card.fields)
    card = replace(card, fields=fields if known else (*card.fields, field))
    return card if known or place is None else _with_fields(card, place, (*card.blocks[place].fields, field.key))


def with_rule(card: CardSettings, rule: Required, place: int | None = None) -> CardSettings:
    """Put a rule in a place, instead of what stands there; None: at the end."""
    rules = card.required
    return replace(card, required=(*rules, rule) if place is None else (*rules[:place], rule, *rules[place + 1 :]))


def without(card: CardSettings, row: ShapeRow) -> CardSettings:
    """Take a block, a field or a rule away."""
    if row.part is Part.BLOCK:
        card = replace(card, blocks=(*card.blocks[: row.place], *card.blocks[row.place + 1 :]))
    elif row.part is Part.FIELD:
        card = _with_fields(card, row.place, tuple(key for key in card.blocks[row.place].fields if key != row.key))
    elif row.part is Part.SPARE:
        card = replace(card, fields=tuple(one for one in card.fields if one.key != row.key))
    else:
        card = replace(card, required=(*card.required[: row.place], *card.required[row.place + 1 :]))
    return replace(card, required=tuple(_sound(card.required, {*wantable(card)})))


def wantable(card: CardSettings) -> tuple[str, ...]:
    """Return the keys of what a rule may want: fields on the card, and what every card has."""
    return (*(key for block in card.blocks for key in block.fields), *BUILT_IN)


def _sound(rules: Iterable[Required], keys: set[str]) -> Iterable[Required]:
    for rule in rules:
        fields = tuple(key for key in rule.fields if key in keys)
        if fields:
            yield replace(rule, fields=fields)


def free_kinds(card: CardSettings) -> tuple[BlockKind, ...]:
    """Return the kinds of blocks that may be added: of each kind there is one, of fields as many as one likes."""
    there = {block.kind for block in card.blocks}
    return tuple(kind for kind in BlockKind if kind is BlockKind.FIELDS or kind not in there)


def wrong_key(card: CardSettings, key: str) -> bool:
    """Whether a new field cannot have this key."""
    return not KEY.fullmatch(key) or key in RESERVED or card.field(key) is not None


_LATIN = str.maketrans(
    dict(zip("абвгдеёзийклмнопрстуфыэ", "abvgdeeziiklmnoprstufye", strict=True))
    | {"ж": "zh", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch", "ъ": "", "ь": "", "ю": "yu", "я": "ya"}
)
"""Russian letters in Latin ones, near to how passports write them (ICAO 9303); hard and soft signs are left out."""


def key_of(label: str, card: CardSettings) -> str:
    """Return a key for a field of a name: its letters, Cyrillic ones written in Latin, and digits, else "field"; with a number
    where it is taken."""
    wanted = re.sub(r"[^a-z0-9]+", "_", label.lower().translate(_LATIN)).strip("_")[:28].rstrip("_")
    base = wanted if KEY.fullmatch(wanted) else "field"
    key, number = base, 1
    while wrong_key(card, key):
        number += 1
        key = f"{base}_{number}"
    return key

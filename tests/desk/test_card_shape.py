"""The shape of cards changed step by step: every step gives settings that the configuration takes."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from deskterm.desk import card_shape as shape
from deskterm.desk.card import BlockKind, CardBlock, CardField, CardSettings, FieldType, Label, Required, default_blocks
from deskterm.desk.card_shape import Part, ShapeRow

FIELDS = tuple(CardField(key, FieldType.TEXT, Label(key)) for key in ("one", "two", "three"))
CARD = CardSettings(FIELDS, default_blocks(FIELDS), (Required(("one", "name")), Required(("two",), ("mail",))))
ABOUT = next(place for place, block in enumerate(CARD.blocks) if block.kind is BlockKind.FIELDS)


def test_a_field_moves_within_its_block_and_on_into_the_next() -> None:
    down, _row = shape.moved(CARD, ShapeRow(Part.FIELD, ABOUT, "one"), 1)
    assert down.blocks[ABOUT].fields == ("two", "one", "three")
    more = shape.with_block(down, CardBlock(BlockKind.FIELDS, Label("more")))
    last = len(more.blocks) - 1
    card, row = more, ShapeRow(Part.FIELD, ABOUT, "three")
    card, row = shape.moved(card, row, 1)
    assert (card.blocks[ABOUT].fields, card.blocks[last].fields, row.place) == (("two", "one"), ("three",), last)
    card, row = shape.moved(card, row, -1)
    assert card.blocks[ABOUT].fields == ("two", "one", "three")


def test_what_is_taken_off_is_spare_and_rules_follow() -> None:
    off = shape.without(CARD, ShapeRow(Part.FIELD, ABOUT, "two"))
    assert shape.spare_keys(off) == ["two"]
    assert off.required == (Required(("one", "name")),)
    back, _row = shape.moved(off, ShapeRow(Part.SPARE, 0, "two"), -1)
    assert back.blocks[ABOUT].fields == ("one", "three", "two")
    gone = shape.without(off, ShapeRow(Part.SPARE, 0, "two"))
    assert [one.key for one in gone.fields] == ["one", "three"]


def test_a_block_of_a_kind_is_there_once() -> None:
    assert shape.free_kinds(CARD) == (BlockKind.FIELDS,)
    place = next(place for place, block in enumerate(CARD.blocks) if block.kind is BlockKind.TASKS)
    assert shape.free_kinds(shape.without(CARD, ShapeRow(Part.BLOCK, place))) == (BlockKind.FIELDS, BlockKind.TASKS)


def test_keys_are_made_of_names() -> None:
    assert shape.key_of("Shoe size, EU", CARD) == "shoe_size_eu"
    assert shape.key_of("паспорт", CARD) == "pasport"
    assert shape.key_of("День рождения", CARD) == "den_rozhdeniya"
    assert shape.key_of("имя", CARD) == "imya"
    assert shape.key_of("名前", CARD) == "field"
    assert shape.key_of("One", CARD) == "one_2"
    assert shape.key_of("Name", CARD) == "name_2"


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 40), st.sampled_from(["up", "down", "fold", "remove"])), max_size=25))
def test_no_step_breaks_the_shape(steps: list[tuple[int, str]]) -> None:
    card = CARD
    for at, what in steps:
        rows = shape.shape_rows(card)
        if not rows:
            return
        row = rows[at % len(rows)]
        if what == "remove":
            card = shape.without(card, row)
        elif what == "fold" and row.part is Part.BLOCK:
            card = shape.refolded(card, row.place)
        elif what != "fold":
            card, on = shape.moved(card, row, -1 if what == "up" else 1)
            assert on in shape.shape_rows(card)
        shown = [key for block in card.blocks for key in block.fields]
        assert len(shown) == len(set(shown))
        assert {*shown, *shape.spare_keys(card)} == {one.key for one in card.fields} | set(shown)
        assert all(card.field(key) for key in shown)
        assert all(rule.fields and set(rule.fields) <= set(shape.wantable(card)) for rule in card.required)

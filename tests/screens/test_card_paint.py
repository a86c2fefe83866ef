"""A card painted: its blocks in their order, at any width, every word cleaned; no screen is needed."""

from __future__ import annotations

from dataclasses import replace

import pytest
from card_seed import FIELDS, ORDERS, SETTINGS, full_card
from fake_seed import NOW
from hypothesis import given, settings
from hypothesis import strategies as st
from nasty import TEXTS

from deskterm.desk.card import BlockKind, CardBlock, CardSettings, Label
from deskterm.desk.rows_customer import Card, CardIdentity, CustomerNoteRow
from deskterm.desk.text import clean_line
from deskterm.widgets.card_paint import card_rows
from deskterm.widgets.card_rows import CardRow, On, Shown, Spot
from deskterm.widgets.cells import width
from deskterm.widgets.paint import ASCII


def words(rows: list[CardRow]) -> list[str]:
    return ["".join(span.text for span in line).rstrip() for row in rows for line in row.lines]


def painted(card: Card, cells: int = 76, **more: object) -> list[str]:
    return words(card_rows(Shown(card, NOW, SETTINGS, **more), cells))  # type: ignore[arg-type]


def test_the_blocks_stand_in_their_order() -> None:
    assert painted(full_card())[:20] == [
        "Ольга Каренина",
        "language          ru",
        "company           —",
        "! perhaps Olga K too  the same telephone number · Enter compares",
        "▼ Addresses",
        "✓ tg 12345  @olga",
        "  ml info@client.test  shared by several",
        "  ph +79123456789",
        "~ ph +79990000000  they typed it · Enter: it is theirs",
        "~ ml o@two.test  from a form · Enter compares",
        "+ an address",
        "▼ About",
        "Birthday          1990-05-06",
        "Shoe size         —",
        "Level             —",
        "VIP               —",
        "site              —",
        "Second phone      —",
        "▼ Notes",
        "▲ Скидка 10%",
    ]


def test_records_are_aligned_the_newest_first() -> None:
    lines = painted(full_card())
    at = lines.index("▼ Records")
    assert [line.split() for line in lines[at + 1 : at + 5]] == [
        ["Order", "Total", "state"],
        ["5533", "2026-02-26", "300", "оплачен"],
        ["5532", "2026-02-25", "200", "оплачен"],
        ["5531", "2026-02-24", "100", "оплачен"],
    ]
    assert len({line.index("оплачен") for line in lines[at + 2 : at + 5]}) == 1


def test_a_folded_block_shows_its_title_and_opens() -> None:
    blocks = tuple(replace(block, folded=True) for block in SETTINGS.blocks)
    shown = Shown(full_card(), NOW, replace(SETTINGS, blocks=blocks))
    assert "▶ Notes  2" in words(card_rows(shown, 60))
    assert "▲ Скидка 10%" not in words(card_rows(shown, 60))
    notes = next(place for place, block in enumerate(blocks) if block.kind is BlockKind.NOTES)
    assert "▲ Скидка 10%" in words(card_rows(replace(shown, turned=frozenset({notes})), 60))


def test_the_owner_chooses_the_blocks() -> None:
    blocks = (CardBlock(BlockKind.TAGS, Label("tags", {"en": "Kinds"})), CardBlock(BlockKind.FIELDS, Label("f"), ("size",)))
    only = CardSettings(FIELDS, blocks, (), (ORDERS,))
    card = replace(full_card(), duplicates=(), merged=())
    assert words(card_rows(Shown(card, NOW, only), 60))[3:] == ["▼ Kinds", "  vip  опт", "▼ f", "Shoe size         —"]


def test_what_is_wanted_is_marked() -> None:
    lines = painted(full_card(), wanted=("size", "identity:email", "company"))
    assert "Shoe size         ! to be filled in" in lines
    assert "company           ! to be filled in" in lines
    assert "! an e-mail address is wanted" in lines


def test_trust_is_told_without_colour_and_by_ascii_too() -> None:
    card = replace(full_card(), claims=())
    lines = words(card_rows(Shown(card, NOW, SETTINGS, marks=ASCII), 76))
    assert "v tg 12345  @olga" in lines
    assert "v Addresses" in lines


def test_a_name_cannot_look_like_a_sign_of_trust() -> None:
    forged = CardIdentity(1, "email", "bad@two.test", "✓ verified", "written")
    row = next(
        row for row in card_rows(Shown(replace(full_card(), identities=(forged,)), NOW, SETTINGS), 76)
        if row.spot == Spot(On.IDENTITY, "email", 1)
    )  # fmt: skip
    assert row.lines[0][0].text == "  "


@pytest.mark.parametrize("cells", [20, 28, 45, 76, 158])
def test_no_line_is_wider_and_every_row_is_another(cells: int) -> None:
    rows = card_rows(Shown(full_card(), NOW, SETTINGS), cells)
    assert max(width("".join(span.text for span in line)) for row in rows for line in row.lines) <= cells
    assert len({row.spot for row in rows}) == len(rows)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(TEXTS), st.integers(12, 120))
def test_hostile_words_are_cleaned_at_any_width(text: str, cells: int) -> None:
    card = replace(
        full_card(),
        name=text,
        company=text,
        tags=(text,),
        values={"site": text, "birthday": text, "level": text},
        identities=(CardIdentity(1, "email", text, text, "written", label=text),),
        notes=(CustomerNoteRow(1, text, False, NOW, text),),
        records=tuple(replace(one, values={"total": text, "state": text}) for one in full_card().records),
    )
    for row in card_rows(Shown(card, NOW, SETTINGS), cells):
        for line in row.lines:
            joined = "".join(span.text for span in line)
            assert width(joined) <= cells
            assert clean_line(joined).split() == joined.split()

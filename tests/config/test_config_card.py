"""`[card]` and `[records]` of the configuration: read, every mistake named, written back with its comments."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deskterm import config
from deskterm.config import ConfigError
from deskterm.config.write_card import with_card, write_card
from deskterm.desk.card import (
    NO_CARD,
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
)
from deskterm.office import OfficeError
from deskterm.paths import Paths

EXAMPLE = Path(__file__).parents[2] / "config.example.toml"
PATHS = Paths(Path("desk"), Path("c.toml"))
BOT = '[channels.bot]\nkind = "telegram"\ntoken = "env:T"\n'
WHOLE = """
[card]
region = "KZ"

[card.fields.birthday]   # when to greet
type = "date"
label = { en = "Birthday", ru = "День рождения" }

[card.fields.size]
type = "choice"
label = "Size"
choices = ["S", "M", "L"]

[[card.blocks]]
kind = "identities"

[[card.blocks]]
# what we ask
kind = "fields"
label.ru = "Анкета"
fields = ["size", "birthday"]
folded = true

[[card.required]]
fields = ["birthday", "identity:phone", "name"]
channels = ["bot"]
teams = ["Sales"]
tags = ["refund"]

[records.order]
label = { en = "Order", ru = "Заказ" }
prefix = "A-"
digits = [4, 8]
customer_by = ["mail", "customer"]

[records.order.columns.mail]
type = "email"
[records.order.columns.customer]
[records.order.columns.total]
type = "number"
label.en = "Total"

[records.parcel]
columns = ["track", "phone"]
customer_by = ["phone"]
"""
ORDER = RecordKind(
    "order",
    Label("order", {"en": "Order", "ru": "Заказ"}),
    (
        CardField("mail", FieldType.EMAIL, Label("mail")),
        CardField("customer", FieldType.TEXT, Label("customer")),
        CardField("total", FieldType.NUMBER, Label("total", {"en": "Total"})),
    ),
    "A-",
    (4, 8),
    ("mail", "customer"),
)


def read(text: str) -> CardSettings:
    return config.parse(text, PATHS, secrets=False).card


def problems(text: str) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        config.parse(text, PATHS, secrets=False)
    return [str(one).removeprefix("c.toml:") for one in caught.value.problems]


def test_a_whole_card_is_read() -> None:
    card = read(BOT + WHOLE)
    assert card == CardSettings(
        fields=(
            CardField("birthday", FieldType.DATE, Label("birthday", {"en": "Birthday", "ru": "День рождения"})),
            CardField("size", FieldType.CHOICE, Label("size", {"en": "Size", "ru": "Size"}), ("S", "M", "L")),
        ),
        blocks=(
            CardBlock(BlockKind.IDENTITIES, block_label(BlockKind.IDENTITIES)),
            CardBlock(BlockKind.FIELDS, Label("fields", {"ru": "Анкета"}), ("size", "birthday"), True),
        ),
        required=(Required(("birthday", "identity:phone", "name"), ("bot",), ("Sales",), ("refund",)),),
        records=(
            ORDER,
            RecordKind(
                "parcel",
                Label("parcel"),
                (CardField("track", FieldType.TEXT, Label("track")), CardField("phone", FieldType.TEXT, Label("phone"))),
                customer_by=("phone",),
            ),
        ),
        region="KZ",
    )
    assert card.label("identity:phone").shown("ru") == "Телефон"
    assert card.label("birthday").shown("en") == "Birthday"


def test_without_a_card_all_blocks_are_there() -> None:
    assert read("") == NO_CARD
    assert [block.kind for block in NO_CARD.blocks] == [kind for kind in _ORDER if kind is not BlockKind.FIELDS]
    card = read("[card.fields.a]\n[card.fields.b]\n")
    assert [block.kind for block in card.blocks] == list(_ORDER)
    assert next(block.fields for block in card.blocks if block.fields) == ("a", "b")


_ORDER = (
    BlockKind.IDENTITIES,
    BlockKind.FIELDS,
    BlockKind.NOTES,
    BlockKind.TAGS,
    BlockKind.CONTACT,
    BlockKind.RECORDS,
    BlockKind.CONVERSATIONS,
    BlockKind.TASKS,
)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[card]\nregion = 'Russia'", ["2: card.region: is not right. Write the two letters of a country, such as RU."]),
        ("[card.fields.Name]", ["1: card.fields.Name: is no key for a field. Use 1 to 32 of a-z, 0-9 and _, a letter first."]),
        ("[card.fields.company]", ["1: card.fields.company: is no key for a field. Choose another: every card has one."]),
        ("[card.fields.a]\ntype = 'dat'", ['2: card.fields.a.type: is not right. Did you mean "date"?']),
        (
            "[card.fields.a]\ntype = 'choice'",
            ["1: card.fields.a.choices: is missing. Write the values to choose from."],
        ),
        ("[card.fields.a]\nchoices = ['x']", ['2: card.fields.a.choices: has no use here. Write type = "choice".']),
        (
            "[card.fields.a]\ntype = 'choice'\nchoices = ['x', 'X']",
            ["3: card.fields.a.choices: has a value twice. Remove one of them."],
        ),
        ("[card.fields.a]\nlabel.de = 'x'", ["2: card.fields.a.label.de: is not known. Known here: en, ru."]),
        ("[card.fields.a]\nlabel = ''", ["2: card.fields.a.label: is not right. Use 1 to 60 characters."]),
        (
            "[card.fields.a]\n\n[[card.blocks]]\nkind = 'notes'\n[[card.blocks]]\nkind = 'fields'\nfields = ['b']",
            ["7: card.blocks.2.fields: is not right. Known here: a."],
        ),
        (
            "[[card.blocks]]\nkind = 'notes'\n[[card.blocks]]\nkind = 'notes'\nfold = true",
            [
                "4: card.blocks.2.kind: stands twice. Remove one of them.",
                '5: card.blocks.2.fold: is not known. Did you mean "folded"?',
            ],
        ),
        ("[[card.blocks]]\nfolded = true", ["1: card.blocks.1.kind: is missing. Add it."]),
        (
            "[card.blocks]\nkind = 'notes'",
            ["1: card.blocks: must be a list of tables. Write each as [[card.blocks]] on a line of its own."],
        ),
        (
            "[[card.required]]\nfields = ['nam']\nchannels = ['bit']",
            [
                '2: card.required.1.fields: is not right. Did you mean "name"?',
                "3: card.required.1.channels: is not right. There is none yet.",
            ],
        ),
        ("[[card.required]]\nteams = ['a']", ["1: card.required.1.fields: is missing. Add it."]),
        (
            "[card.fields.a]\n[[card.blocks]]\nkind = 'notes'\n[[card.required]]\nfields = ['a']",
            ["5: card.required.1.fields: is not right. Known here: name, company, identity:phone, identity:email."],
        ),
        ("[records.Order]", ["1: records.Order: is no name for records. Use 1 to 32 of a-z."]),
        ("[records.tag]", ["1: records.tag: is the name of a field of the filter already. Choose another name."]),
        (
            "[records.order]\ncolumns = ['a', 'id']",
            ["2: records.order.columns: is not right. Use each name once: 1 to 32 of a-z, 0-9 and _, a letter first; not id."],
        ),
        (
            "[records.order]\ncolumns = ['a']\ncustomer_by = ['a']",
            [
                '3: records.order.customer_by: names a column that finds nobody. Give the column type = "email" or "phone", or '
                "call it telegram or customer."
            ],
        ),
        (
            "[records.order]\ndigits = [8, 4]",
            ["2: records.order.digits: must be two whole numbers from 1 to 32. Write them as [from, to]."],
        ),
        (
            "[records.order]\nprefix = 'A1'",
            ["2: records.order.prefix: is not right. Use up to 16 letters and signs, no digits."],
        ),
    ],
)
def test_mistakes_are_named_with_their_place(text: str, said: list[str]) -> None:
    assert problems(text) == said


def test_a_card_is_written_and_comments_stay() -> None:
    card = read(BOT + WHOLE)
    text = BOT + WHOLE + "\n[desk]\n# our name\nname = 'Shop'\n"
    assert with_card(text, card) == text
    turned = CardSettings(
        fields=card.fields[::-1],
        blocks=card.blocks[::-1],
        required=card.required,
        records=card.records[:1],
        region="RU",
    )
    written = with_card(text, turned)
    assert read(written) == turned
    assert [word for word in ("# when to greet", "# what we ask", "# our name", "parcel", "region") if word in written] == [
        "# when to greet",
        "# what we ask",
        "# our name",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[desk]\nname = 'x'\n",
        pytest.param(EXAMPLE.read_text(encoding="utf-8"), id="example"),
        "card = { region = 'DE' }\n",
        "card.region = 'DE'\ncard.fields.a.type = 'date'\n",
        "[card.fields.a]\n[desk]\n[card.fields.b]\n[records.x]\n",
        "[card]\nblocks = [{ kind = 'notes' }]\n",
    ],
)
def test_a_card_goes_into_any_file(text: str) -> None:
    card = CardSettings(
        fields=(CardField("a", FieldType.NUMBER, Label("a")), CardField("c", FieldType.TEXT, Label("c", {"ru": "Це"}))),
        blocks=(CardBlock(BlockKind.FIELDS, block_label(BlockKind.FIELDS), ("c",)),),
        required=(Required(("c",), tags=("x",)),),
        records=(ORDER,),
    )
    assert read(with_card(text, card)) == card
    assert read(with_card(text, NO_CARD)) == NO_CARD


def test_what_is_no_toml_is_refused_without_its_words() -> None:
    with pytest.raises(OfficeError) as caught:
        with_card("password = canary\n", NO_CARD)
    assert caught.value.message == "the configuration is not TOML"


def test_an_unsound_card_is_not_written(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text("# mine\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"card\.fields\.name: is no key for a field"):
        write_card(path, CardSettings(fields=(CardField("name", FieldType.TEXT, Label("name")),)))
    assert path.read_text(encoding="utf-8") == "# mine\n"
    card = CardSettings(fields=(CardField("a", FieldType.TEXT, Label("a")),))
    card = CardSettings(fields=card.fields, blocks=default_blocks(card.fields))
    write_card(path, card)
    assert config.load(Paths(tmp_path, path)).card == card
    assert path.read_text(encoding="utf-8").startswith("# mine\n")


WORDS = (
    st.text(st.sampled_from("abcшЯ 'é\"\\#]="), min_size=1, max_size=8).map(lambda text: " ".join(text.split())).filter(bool)
)
LABELS = st.dictionaries(st.sampled_from(("en", "ru")), WORDS, max_size=2).map(
    lambda names: {k: names[k] for k in sorted(names)}
)
KEYS = st.text("abcd_", min_size=1, max_size=4).filter(lambda key: key[0] != "_")


@st.composite
def fields(draw: st.DrawFn) -> tuple[CardField, ...]:
    found = []
    for key in draw(st.lists(KEYS, max_size=5, unique=True)):
        kind = draw(st.sampled_from(FieldType))
        choices = draw(st.lists(WORDS, min_size=1, max_size=3, unique_by=str.casefold)) if kind is FieldType.CHOICE else ()
        found.append(CardField(key, kind, Label(key, draw(LABELS)), tuple(choices)))
    return tuple(found)


@st.composite
def cards(draw: st.DrawFn) -> CardSettings:
    own = draw(fields())
    kinds = draw(st.permutations([kind for kind in BlockKind if kind is not BlockKind.FIELDS]))
    blocks = [CardBlock(kind, block_label(kind), folded=draw(st.booleans())) for kind in kinds]
    blocks.insert(draw(st.integers(0, 7)), CardBlock(BlockKind.FIELDS, Label("fields", {"en": "F"}), tuple(f.key for f in own)))
    asked = draw(st.lists(st.sampled_from([*(f.key for f in own), "name"]), min_size=1, max_size=3, unique=True))
    kind = RecordKind("order", Label("order", draw(LABELS)), draw(fields()), draw(st.sampled_from(["", "A-"])))
    return CardSettings(
        own, tuple(blocks), (Required(tuple(asked), tags=("x",)),), (kind,), draw(st.sampled_from(["RU", "DE"]))
    )


@given(cards(), cards())
def test_any_card_comes_back_after_any_other(first: CardSettings, second: CardSettings) -> None:
    text = with_card("# head\n[desk]\nname = 'x' # mine\n\n[keys]\n# last\n", first)
    assert read(text) == first
    again = with_card(text, second)
    assert read(again) == second
    assert [mark for mark in ("# head", "# mine", "# last") if mark not in again] == []

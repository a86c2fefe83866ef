"""Saved views: sound queries, names, keys of each operator's own, and who may change what is shared."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from house import House
from hypothesis import given, settings
from hypothesis import strategies as st

from deskterm.desk.model import Operator, Role
from deskterm.desk.naming import MAX_NAME, sound_name
from deskterm.desk.rows import SavedView
from deskterm.office import OfficeError
from deskterm.store import people


def view(name: str, query: str = "is:open", key: int | None = None, owner: int | None = None, view_id: int = 0) -> SavedView:
    return SavedView(view_id, name, query, key, owner)


async def refused(work: Any) -> str:
    with pytest.raises(OfficeError) as caught:
        await work
    return caught.value.code


@pytest.fixture
async def vera(house: House) -> Operator:
    """One who may only look."""
    return await house.store.writer.run(lambda tx: people.add_operator(tx, "vera", "Vera", Role.VIEWER, house.clock()))


async def test_views_with_a_key_come_first_then_by_name(house: House) -> None:
    anna = house.anna.id
    for one in (view("Ждут", "is:waiting", 2), view("apples", owner=anna), view("Почта", "channel:mail", 1, anna), view("Ёж")):
        await house.office.save_view(one)
    assert [(one.name, one.key, one.owner_id) for one in await house.office.saved_views()] == [
        ("Почта", 1, anna),
        ("Ждут", 2, None),
        ("apples", None, anna),
        ("Ёж", None, None),
    ]


async def test_what_is_personal_is_seen_by_its_owner_only(house: House) -> None:
    boris = house.as_(house.boris)
    mine = await house.office.save_view(view("Mine", owner=house.anna.id))
    shared = await house.office.save_view(view("Ours"))
    assert await boris.saved_views() == (shared,)
    assert await refused(boris.save_view(replace(mine, name="His"))) == "not_found"
    assert await refused(boris.delete_view(mine.id)) == "not_found"
    assert await refused(boris.save_view(view("Hers", owner=house.anna.id))) == "not_yours"
    assert await house.office.saved_views() == (mine, shared)


async def test_everybody_may_share_and_leaders_change_what_is_shared(house: House, vera: Operator) -> None:
    boris = house.as_(house.boris)
    shared = await boris.save_view(view("Ours", "is:late"))
    assert shared.owner_id is None
    assert await refused(boris.save_view(replace(shared, query="is:open"))) == "not_yours"
    assert await refused(boris.save_view(view("ours", "is:open"))) == "not_yours"
    assert await refused(boris.save_view(replace(shared, owner_id=house.boris.id))) == "not_yours"
    assert await refused(boris.delete_view(shared.id)) == "not_yours"
    assert await refused(house.as_(vera).save_view(view("Hers"))) == "viewer"
    own = await house.as_(vera).save_view(view("Own", owner=vera.id))
    assert await house.as_(vera).saved_views() == (shared, own)
    changed = await house.office.save_view(replace(shared, name="All of us", query="is:open"))
    assert await boris.saved_views() == (changed,)
    await house.office.delete_view(shared.id)
    assert await boris.saved_views() == ()
    assert await refused(house.office.delete_view(shared.id)) == "not_found"


async def test_a_key_is_each_operators_own_and_opens_one_view(house: House, vera: Operator) -> None:
    boris = house.as_(house.boris)
    first = await house.office.save_view(view("First", key=3))
    assert [one.key for one in await boris.saved_views()] == [None]
    # Giving oneself a key changes nothing of what is shared.
    assert (await boris.save_view(replace(first, key=3))).key == 3
    assert (await house.as_(vera).save_view(replace(first, key=9))).key == 9
    await boris.save_view(view("Second", key=3, owner=house.boris.id))
    assert [(one.name, one.key) for one in await boris.saved_views()] == [("Second", 3), ("First", None)]
    assert [(one.name, one.key) for one in await house.office.saved_views()] == [("First", 3)]
    assert (await house.office.save_view(replace(first, key=None))).key is None
    assert [one.key for one in await house.office.saved_views()] == [None]
    assert await house.all("SELECT operator_id, key FROM view_key ORDER BY 1, 2") == [(house.boris.id, 3), (vera.id, 9)]


async def test_saving_by_name_changes_the_view_of_that_name_and_keeps_its_key(house: House) -> None:
    first = await house.office.save_view(view("Ёлка", "is:open", 4))
    again = await house.office.save_view(view("  елка ", "is:late"))
    assert again == SavedView(first.id, "елка", "is:late", 4, None)
    personal = await house.office.save_view(view("ёлка", "is:spam", owner=house.anna.id))
    assert personal.id != first.id
    assert await refused(house.office.save_view(replace(personal, owner_id=None))) == "bad_name"
    other = await house.office.save_view(view("Other"))
    assert await refused(house.office.save_view(replace(other, name="ЁЛКА"))) == "bad_name"


async def test_making_a_shared_view_ones_own_takes_the_keys_of_others(house: House) -> None:
    shared = await house.office.save_view(view("Ours", key=1))
    await house.as_(house.boris).save_view(replace(shared, key=2))
    own = await house.office.save_view(replace(shared, owner_id=house.anna.id))
    assert await house.office.saved_views() == (own,)
    assert await house.as_(house.boris).saved_views() == ()
    assert await house.all("SELECT operator_id, key FROM view_key") == [(house.anna.id, 1)]


@pytest.mark.parametrize(
    "name", ["", "  ", "\x1b", "x" * (MAX_NAME + 1), "x" * 10_000], ids=lambda name: f"{name[:3]!a}{len(name)}"
)
async def test_a_name_is_a_line_of_one_to_forty_characters(house: House, name: str) -> None:
    if name == "\x1b":
        # What could act on a terminal is made visible, not refused.
        assert (await house.office.save_view(view(name))).name == "␛"
    else:
        assert await refused(house.office.save_view(view(name))) == "bad_name"


@pytest.mark.parametrize("key", [0, 10, -1])
async def test_a_key_is_one_of_nine(house: House, key: int) -> None:
    assert await refused(house.office.save_view(view("x", key=key))) == "bad_key"


async def test_an_unknown_view_is_not_found(house: House) -> None:
    assert await refused(house.office.save_view(view("x", view_id=99))) == "not_found"
    assert await refused(house.office.delete_view(99)) == "not_found"


async def test_the_store_is_as_it_was_after_a_refusal(house: House) -> None:
    kept = await house.office.save_view(view("Ours", "is:late", 1))
    other = await house.office.save_view(view("Other", key=2))
    assert await refused(house.office.save_view(replace(other, name="ours", key=1))) == "bad_name"
    assert await house.office.saved_views() == (kept, other)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=60))
def test_a_sound_name_stays_as_it_is(text: str) -> None:
    name = sound_name(text)
    if name is not None:
        assert sound_name(name) == name
        assert 0 < len(name) <= MAX_NAME
        assert "\n" not in name


@pytest.mark.parametrize("word", ["none", "Me", "ANY", "нет", "моя"])
def test_words_of_the_filter_name_no_team(word: str) -> None:
    assert sound_name(word, "team") is None
    assert sound_name(word) == word


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("is:open (", "at 9"),
        ("is:opne", "open"),
        ("tag:возврат", "возврат"),
        ("is:open sort:newest sort:oldest", "twice"),
    ],
)
async def test_a_query_must_be_sound_and_name_what_exists(house: House, query: str, said: str) -> None:
    with pytest.raises(OfficeError) as caught:
        await house.office.save_view(view("Wrong", query))
    assert caught.value.code == "bad_query"
    assert said in caught.value.words
    assert await house.office.saved_views() == ()

"""The ticks of the tags dialog: what each turn means for one conversation and for many."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from deskterm.screens.tagging import Has, TagChange, Ticks

NAMES = ("брак", "возврат", "delivery")
ROWS = st.lists(st.lists(st.sampled_from(NAMES), unique=True), max_size=5)


def test_a_tag_that_all_or_none_have_has_two_turns() -> None:
    ticks = Ticks(NAMES, [["брак"], ["брак", "возврат"]])
    assert [ticks.has(name) for name in NAMES] == [Has.ALL, Has.SOME, Has.NONE]
    ticks.toggle("брак")
    ticks.toggle("delivery")
    assert ticks.wanted() == TagChange(("delivery",), ("брак",))
    ticks.toggle("брак")
    ticks.toggle("delivery")
    assert ticks.wanted() == TagChange()


def test_a_tag_that_some_have_can_be_left_as_it_is() -> None:
    ticks = Ticks(NAMES, [["возврат"], []])
    turns = []
    for _ in range(3):
        ticks.toggle("возврат")
        turns.append(ticks.wanted())
    assert turns == [TagChange(("возврат",), ()), TagChange((), ("возврат",)), TagChange()]


def test_where_not_all_were_looked_at_any_tag_may_be_on_some() -> None:
    ticks = Ticks(NAMES, [["возврат"]], complete=False)
    assert {ticks.has(name) for name in NAMES} == {Has.SOME}


def test_tags_that_are_there_come_first_then_by_name() -> None:
    assert Ticks(NAMES, [["возврат"], []]).names == ["возврат", "delivery", "брак"]


@given(ROWS, st.lists(st.sampled_from((*NAMES, "new")), max_size=8))
def test_what_is_wanted_makes_every_tick_true(rows: list[list[str]], toggled: list[str]) -> None:
    ticks = Ticks(NAMES, rows)
    for name in toggled:
        ticks.toggle(name)
    wanted = ticks.wanted()
    assert not set(wanted.add) & set(wanted.remove)
    after = [(set(row) | set(wanted.add)) - set(wanted.remove) for row in rows]
    for name in ticks.names:
        has = ticks.has(name)
        if rows and has is not Has.SOME:
            assert all((name in row) is (has is Has.ALL) for row in after)

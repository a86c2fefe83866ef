"""Which namesakes are taken for one person, and which are only namesakes."""

from __future__ import annotations

import pytest

from deskterm.desk.namesakes import KnownBy, likely, mailbox

NAME = "Ольга Щербакова"


def known(*addresses: str, name: str = NAME) -> KnownBy:
    """A customer known by addresses as kind:value."""
    pairs = [address.split(":") for address in addresses]
    boxes = frozenset(mailbox(value) for kind, value in pairs if kind == "email")
    return KnownBy(frozenset({name}), frozenset(kind for kind, _value in pairs), boxes)


LIKELY = {
    "mail and messenger": (known("email:olga@a.test"), known("telegram:1")),
    "another spelling": (known("email:olga@a.test"), known("telegram:1", name="Olga Shcherbakova")),
    "mail and telephone": (known("email:olga@a.test"), known("phone:+79120000000")),
    "a card without an address": (known("email:olga@a.test"), known()),
    "the same before the @": (known("email:o.sherb@a.test"), known("email:o.sherb@b.test")),
    "the same before one @ of two": (known("email:olga@a.test", "email:o.sherb@a.test"), known("email:o.sherb@b.test")),
}
UNLIKELY = {
    "two accounts of one messenger": (known("telegram:1"), known("telegram:2")),
    "two mailboxes": (known("email:olga@a.test"), known("email:o.sherb@b.test")),
    "one kind of two in common": (known("telegram:1", "email:olga@a.test"), known("telegram:2")),
    "another name": (known("email:olga@a.test"), known("telegram:1", name="Ольга Петрова")),
    "the same before the @, another name": (known("email:olga@a.test"), known("email:olga@b.test", name="Ольга Петрова")),
}


@pytest.mark.parametrize("case", LIKELY)
def test_may_be_one(case: str) -> None:
    one, other = LIKELY[case]
    assert [found for found, _score in likely(one, {7: other})] == [7]
    assert [found for found, _score in likely(other, {7: one})] == [7]


@pytest.mark.parametrize("case", UNLIKELY)
def test_are_only_namesakes(case: str) -> None:
    one, other = UNLIKELY[case]
    assert likely(one, {7: other}) == []
    assert likely(other, {7: one}) == []


def test_a_name_that_three_others_have_says_nothing() -> None:
    mine, other = known("email:olga@a.test"), known("telegram:1")
    assert likely(mine, {3: other, 5: other}) == [(3, 75), (5, 75)]
    assert likely(mine, {3: other, 5: other, 8: other}) == []
    assert likely(mine, {3: other, 5: other, 8: known("telegram:1", name="Taras Bulba")}) == [(3, 75), (5, 75)]
    assert likely(mine, {3: other, 5: other, 8: known("email:olga@b.test")}) == [(8, 90)]


def test_the_likeliest_comes_first() -> None:
    mine = known("email:olga@a.test")
    found = likely(mine, {3: known("telegram:1", name="Оля Щербакова"), 5: known("telegram:2")})
    assert found == [(5, 75), (3, 73)]

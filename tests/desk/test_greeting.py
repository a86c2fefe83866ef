"""By which name a customer is greeted."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deskterm.desk.greeting import first_name


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("Ольга Каренина", "Ольга"),
        ("Ольга", "Ольга"),
        ("Каренина, Ольга", "Ольга"),
        ("Каренина Ольга Сергеевна", "Ольга"),
        ("Ольга Сергеевна Каренина", "Ольга"),
        ("Ольга Сергеевна", "Ольга"),
        ("Anna-Maria Schmidt", "Anna-Maria"),
        ("Dr. John Smith", "John"),
        ("г-жа Мария К.", "Мария"),
        ("王小明", "王小明"),
        ("О. Каренина", ""),
        ("J Smith", ""),
        ("ООО «Ромашка»", ""),
        ("Acme Ltd", ""),
        ("olga@client.test", ""),
        ("+79123456789", ""),
        ("12345", ""),
        ("Mr", ""),
        ("", ""),
    ],
)
def test_the_first_name(name: str, first: str) -> None:
    assert first_name(name) == first


@given(st.text(max_size=80))
def test_it_is_one_word_of_the_name(name: str) -> None:
    found = first_name(name)
    assert found in name
    assert len(found.split()) <= 1

"""Which names are taken for one person's, in whatever letters, and which are not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deskterm.desk.likeness import LIKELY, alike, keys, spelled, words_of
from deskterm.desk.short_names import FULL_FORMS

ALIKE = [
    ("Иван Иванов", "Ivan Ivanov"),
    ("Иван Иванов", "Iwan Iwanow"),
    ("Иван Иванов", "IVANOV, Ivan"),
    ("Ольга Щербакова", "Olga Shcherbakova"),
    ("Ольга Щербакова", "Scherbakova Olga"),
    ("Ольга Щербакова", "Olga Schtscherbakowa"),
    ("Ольга Щербакова", "Оля Щербакова"),
    ("Саша Петров", "Александр Петров"),
    ("Саша Петрова", "Александра Петрова"),
    ("Alexander Petroff", "Саша Петров"),
    ("Семён Ткачёв", "Семен Ткачев"),
    ("Семён Ткачёв", "Semyon Tkachev"),
    ("Юлия Цветаева", "Julia Tsvetaeva"),
    ("Наталья Хабарова", "Natalia Khabarova"),
    ("Наташа Хабарова", "Наталия Хабарова"),
    ("Алексей Чайковский", "Alexey Tchaikovsky"),
    ("Пётр Жуков", "Peter Zhukov"),
    ("Михаил Шевцов", "Mikhail Shevtsov"),
    ("Роман Абрамович", "Roman Abramovich"),
    ("Дмитрий Кузнецов", "Dima Kuznetsov"),
    ("Иван Петрович Сидоров", "Сидоров Иван"),
    ("Иван Петрович Сидоров", "Sidorov Ivan Petrovich"),
    ("Володимир Шевченко", "Volodymyr Shevchenko"),
    ("Max Müller", "Max Mueller"),
    ("Marie Dupont", "DUPONT Marie"),
    ("г-н Иван Иванов", "Иван Иванов"),
    ("Иван Иванов (ООО Ромашка)", "Иванов Иван Ромашка"),
]
DIFFERENT = [
    ("Ольга", "Ольга"),
    ("Ольга", "Olga"),
    ("Ольга Петровна", "Ольга Петровна"),
    ("Ольга Щербакова", "Ольга"),
    ("olga.ivanova", "olga.ivanova@client.test"),
    ("olga@client.test", "olga@client.test"),
    ("Иван Иванов", "Иван Петров"),
    ("Иван Иванов", "Пётр Иванов"),
    ("Александр Иванов", "Александра Иванова"),
    ("Саша Иванов", "Саша Иванова"),
    ("Иван Петрович Сидоров", "Иван Иванович Сидоров"),
    ("Анна Ли", "Анна Ло"),
    ("Анна Ким", "Анна Кон"),
    ("+79123456789", "+79123456789"),
    ("ООО Ромашка", "Ромашка ООО"),
    ("И. Иванов", "И. Иванов"),
    ("", ""),
    ("李 伟", "李 伟"),
]


@pytest.mark.parametrize(("one", "other"), ALIKE)
def test_one_persons(one: str, other: str) -> None:
    assert alike(one, other) >= LIKELY
    assert keys(one) & keys(other)


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_two_peoples(one: str, other: str) -> None:
    assert alike(one, other) < LIKELY


FIRST = st.sampled_from([*FULL_FORMS, *(form for forms in FULL_FORMS.values() for form in forms), "Ксавье", "Li", "Оттилия"])
SURNAME = st.text("абвгдежзиклмнопрстуфхцчшщыьэюяё", min_size=2, max_size=12).map(str.title) | st.sampled_from(
    ["Shcherbakova", "O'Brien", "Müller", "Иванова-Петрова", "Łukasz", "de la Cruz"]
)
NAME = st.tuples(FIRST, SURNAME).map(" ".join) | st.tuples(SURNAME, FIRST, SURNAME).map(" ".join) | st.text(max_size=30)


@given(NAME, NAME)
def test_likeness_goes_both_ways_and_what_is_alike_is_found(one: str, other: str) -> None:
    score = alike(one, other)
    assert 0 <= score <= 100
    assert score == alike(other, one)
    if score:
        assert keys(one) & keys(other)


@given(NAME)
def test_a_name_that_tells_is_like_itself_in_any_order(name: str) -> None:
    if keys(name):
        assert alike(name, name) >= LIKELY
        turned = " ".join(reversed(name.split()))
        if set(words_of(turned)) == set(words_of(name)):
            assert alike(name, turned) >= LIKELY


@given(st.text(max_size=40))
def test_any_text_has_a_spelling(text: str) -> None:
    for word in words_of(text):
        assert word == word.strip()
        assert len(word) > 1
    assert isinstance(spelled(text.casefold()), str)


def test_there_are_never_many_keys() -> None:
    assert len(keys("Саша Слава Женя Валя")) <= 24
    assert keys("один два три четыре пять шесть") == frozenset()

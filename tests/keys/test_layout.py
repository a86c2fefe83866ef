"""A Cyrillic layout gives the Latin key on the same place."""

import string

import pytest

from deskterm.keys.actions import ACTIONS
from deskterm.keys.layout import latin

RUSSIAN = dict(zip("йцукенгшщзхъфывапролджэячсмитьбюё", "qwertyuiop[]asdfghjkl;'zxcvbnm,.`", strict=True))


def test_every_letter_of_the_russian_layout_has_its_place() -> None:
    named = {",": "comma", ".": "full_stop", ";": "semicolon", "'": "apostrophe", "`": "grave_accent"}
    brackets = {"[": "left_square_bracket", "]": "right_square_bracket"}
    for cyrillic, place in RUSSIAN.items():
        assert latin(cyrillic, cyrillic) == ((named | brackets).get(place, place), place)
        if place.isalpha():
            assert latin(cyrillic.upper(), cyrillic.upper()) == (place.upper(), place.upper())


def test_every_bound_letter_has_a_russian_one() -> None:
    bound = {key for action in ACTIONS for key in action.keys if len(key) == 1 and key.isalpha()}
    by_place = {place: cyrillic for cyrillic, place in RUSSIAN.items()}
    by_place |= {place.upper(): cyrillic.upper() for place, cyrillic in by_place.items() if place.isalpha()}
    assert {latin(by_place[key], by_place[key]) for key in bound} == {(key, key) for key in bound}


@pytest.mark.parametrize(
    ("typed", "key"), [("і", "s"), ("ї", "right_square_bracket"), ("є", "apostrophe"), ("ґ", "backslash"), ("Ж", "colon")]
)
def test_ukrainian_letters_and_the_colon(typed: str, key: str) -> None:
    found = latin(typed, typed)
    assert found is not None
    assert found[0] == key


def test_stop_and_comma_are_twins_of_slash_and_question_mark() -> None:
    assert latin("full_stop", ".") == ("slash", "/")
    assert latin("comma", ",") == ("question_mark", "?")


def test_a_modified_letter_is_mapped_too() -> None:
    assert latin("ctrl+ы", None) == ("ctrl+s", None)


@pytest.mark.parametrize("char", string.ascii_letters + string.digits)
def test_latin_keys_stay(char: str) -> None:
    assert latin(char, char) is None


@pytest.mark.parametrize("key", ["enter", "escape", "tab", "f1", "ctrl+s", "shift+tab", "pagedown", "down"])
def test_keys_without_a_letter_stay(key: str) -> None:
    assert latin(key, None) is None

"""Which theme a terminal gets, and that NO_COLOR leaves words that can be read."""

import pytest
from textual.color import Color
from textual.theme import BUILTIN_THEMES

from deskterm.theme import OWN, choose

THEMES = {**BUILTIN_THEMES, **{theme.name: theme for theme in OWN}}
TERMINALS = [{}, {"COLORTERM": "truecolor"}, {"COLORFGBG": "0;15"}, {"COLORTERM": "24bit", "COLORFGBG": "0;15"}]


def contrast(one: Color, other: Color) -> float:
    """Return the contrast ratio of two greys (WCAG 2.2, relative luminance): 1 to 21."""

    def luminance(color: Color) -> float:
        part = color.r / 255
        return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4

    lower, higher = sorted((luminance(one), luminance(other)))
    return (higher + 0.05) / (lower + 0.05)


@pytest.mark.parametrize(
    ("environ", "name"),
    [
        ({}, "ansi-dark"),
        ({"COLORFGBG": "0;15"}, "ansi-light"),
        ({"COLORTERM": "truecolor"}, "deskterm-dark"),
        ({"COLORTERM": "24bit", "COLORFGBG": "0;7"}, "deskterm-light"),
    ],
)
def test_auto_looks_at_the_terminal(environ: dict[str, str], name: str) -> None:
    assert choose("auto", environ) == name


def test_a_theme_that_is_not_there_is_the_dark_one() -> None:
    assert choose("no-such", {}) == "deskterm-dark"


@pytest.mark.parametrize("environ", TERMINALS, ids=str)
@pytest.mark.parametrize("wanted", ["auto", *THEMES])
def test_without_colour_words_stand_out_from_their_ground(wanted: str, environ: dict[str, str]) -> None:
    chosen = THEMES[choose(wanted, environ, no_color=True)]
    colors = chosen.to_color_system().generate()
    grounds = [Color.parse(colors[name]).monochrome for name in ("background", "surface", "panel")]
    words = Color.parse(colors["foreground"]).monochrome
    for ground in grounds:
        assert contrast(words, ground) >= 3.0


@pytest.mark.parametrize(("wanted", "name"), [("ansi-dark", "deskterm-dark"), ("ansi-light", "deskterm-light")])
def test_ansi_themes_are_not_used_without_colour(wanted: str, name: str) -> None:
    assert choose(wanted, {}, no_color=True) == name

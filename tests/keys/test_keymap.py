"""The operator's own keys: what works, and what is said of what does not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deskterm.keys.actions import ACTIONS, BY_ID, Menu
from deskterm.keys.key_names import why_never
from deskterm.keys.keymap import Keymap, normal_key, shown_key


def test_without_own_keys_the_table_holds() -> None:
    keymap = Keymap()
    assert keymap.problems == []
    assert keymap.textual_keymap() == {}
    assert keymap.keys(BY_ID["act.reply"]) == ("r",)
    assert keymap.shown("do.help") == "?"
    assert keymap.shown("go.mine") == "g m"
    assert keymap.shown("compose.send") == "ctrl+s Enter"


def test_own_keys_replace_those_of_the_table() -> None:
    keymap = Keymap({"act.reply": "f7, ctrl+_", "go.mine": "z"})
    assert keymap.problems == []
    assert keymap.keys(BY_ID["act.reply"]) == ("f7", "ctrl+underscore")
    assert keymap.textual_keymap() == {"act.reply": "f7,ctrl+underscore"}
    assert keymap.shown("act.reply") == "F7"
    assert keymap.in_menu(Menu.GO, "z") is BY_ID["go.mine"]
    assert keymap.in_menu(Menu.GO, "m") is None


def test_a_clash_names_both_actions_and_the_key_and_the_table_holds() -> None:
    keymap = Keymap({"act.reply": "n"})
    assert [(problem.action, problem.message) for problem in keymap.problems] == [
        ("act.reply", "act.reply: the key n is taken by act.note in the list.")
    ]
    assert keymap.keys(BY_ID["act.reply"]) == ("r",)


def test_two_actions_may_change_their_keys_with_one_another() -> None:
    keymap = Keymap({"act.reply": "n", "act.note": "r"})
    assert keymap.problems == []
    assert keymap.textual_keymap() == {"act.reply": "n", "act.note": "r"}


def test_two_own_keys_that_clash_name_the_later_one() -> None:
    keymap = Keymap({"act.reply": "f7", "act.note": "f7"})
    assert [problem.message for problem in keymap.problems] == ["act.note: the key F7 is taken by act.reply in the list."]
    assert keymap.keys(BY_ID["act.note"]) == ("n",)


def test_a_key_of_everywhere_clashes_with_every_place() -> None:
    keymap = Keymap({"do.help": "r"})
    assert [problem.message for problem in keymap.problems] == ["do.help: the key r is taken by act.reply in the list."]


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        ({"act.repyl": "x"}, "There is no action act.repyl. Did you mean act.reply?"),
        ({"совсем": "x"}, "There is no action совсем."),
        ({"act.reply": " , "}, "act.reply has no key."),
        ({"act.reply": "ctrl+i"}, "act.reply: the key ctrl+i cannot be used: terminals send it as Tab."),
        ({"act.reply": "ctrl+["}, "act.reply: the key ctrl+[ cannot be used: terminals send it as Esc."),
        ({"act.reply": "f7,ctrl+m"}, "act.reply: the key ctrl+m cannot be used: terminals send it as Enter."),
        ({"act.reply": "ctrl+b"}, "act.reply: the key ctrl+b cannot be used: tmux keeps it for itself."),
        ({"act.reply": "alt+r"}, "act.reply: the key alt+r cannot be used: terminals send it as Esc and another key."),
        ({"act.reply": "ctrl+/"}, "act.reply: the key ctrl+/ cannot be used: terminals do not tell it from other keys."),
        (
            {"act.reply": "ctrl+shift+x"},
            "act.reply: the key ctrl+shift+x cannot be used: terminals do not tell it from other keys.",
        ),
        ({"act.reply": "ctrl+X"}, "act.reply: the key ctrl+X cannot be used: terminals do not tell it from other keys."),
        ({"act.reply": "shift+x"}, "act.reply: the key shift+x cannot be used: write the character that it gives, as X."),
        ({"act.reply": "ентер"}, "act.reply: the key ентер cannot be used: there is no such key."),
        ({"act.reply": "win+r"}, "act.reply: the key win+r cannot be used: there is no such key."),
        (
            {"act.reply": "ы"},
            "act.reply: the key ы cannot be used: a Cyrillic letter stands for the key on its place: write s.",
        ),
        (
            {"act.reply": "."},
            "act.reply: the key . cannot be used: it is the twin of /, as that is in a Cyrillic layout.",
        ),
        ({"compose.attach": "b"}, "compose.attach: the key b cannot be used: it would be part of the text."),
        ({"go.mine": "i"}, "go.mine: the key i is taken by go.inbox in the menu Go."),
        ({"act.retry_all": "D"}, "act.retry_all: the key D is taken by act.delivered in the outbox."),
    ],
)
def test_what_cannot_work_is_said(wanted: dict[str, str], message: str) -> None:
    assert [problem.message for problem in Keymap(wanted).problems] == [message]


@pytest.mark.parametrize(
    ("written", "name"),
    [("?", "question_mark"), ("G", "G"), ("ctrl+/", "ctrl+slash"), ("[", "left_square_bracket"), ("+", "plus"), ("f4", "f4")],
)
def test_keys_are_named_as_textual_names_them(written: str, name: str) -> None:
    assert normal_key(written) == name


@pytest.mark.parametrize(
    "key", ["r", "R", "f7", "shift+f3", "shift+tab", "ctrl+s", "ctrl+home", "ctrl+_", "é", "?", "space", "delete"]
)
def test_these_keys_reach_the_program(key: str) -> None:
    assert why_never(normal_key(key)) == ""


def test_no_key_of_the_table_is_one_that_terminals_keep_or_alias() -> None:
    assert {key: why_never(key) for action in ACTIONS for key in action.keys if why_never(key)} == {}


@pytest.mark.parametrize(
    ("key", "shown"),
    [("question_mark", "?"), ("shift+f3", "shift+F3"), ("f12", "F12"), ("ctrl+s", "ctrl+s"), ("pagedown", "PgDn")],
)
def test_keys_are_shown_as_people_read_them(key: str, shown: str) -> None:
    assert shown_key(key) == shown


@given(
    st.dictionaries(st.sampled_from([action.id for action in ACTIONS]), st.sampled_from(["r", "n", "f7", "x", "?", "g", "é"]))
)
def test_whatever_is_wanted_no_key_means_two_things(own: dict[str, str]) -> None:
    keymap = Keymap(own)
    again = Keymap({action.id: ",".join(keymap.keys(action)) for action in ACTIONS})
    assert again.problems == []

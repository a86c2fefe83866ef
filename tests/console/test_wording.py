"""Every code that the desk can give has words, and none of the words can fail."""

from __future__ import annotations

import ast
import re
import string
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from nasty import TEXTS

from deskterm.desk import decide, intake
from deskterm.desk.commands import Refused
from deskterm.desk.model import Delivery, Held, Kind, Origin, Role, Status
from deskterm.desk.post import HealthState
from deskterm.i18n import use
from deskterm.store import undoing
from deskterm.words import wording


@pytest.fixture(autouse=True)
def english() -> None:
    use("en")


def texts(node: ast.expr) -> list[str]:
    """The texts that an expression may be."""
    match node:
        case ast.Constant(str(text)):
            return [text]
        case ast.IfExp(body=one, orelse=other):
            return [*texts(one), *texts(other)]
    return []


def refusals() -> Iterator[tuple[str, set[str]]]:
    """Every refusal in the source of the desk and its store: the code, and the names that it gives there."""
    for folder in (Path(decide.__file__).parent, Path(undoing.__file__).parent):
        for path in sorted(folder.glob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                match node:
                    case ast.Call(func=ast.Name("Refused" | "_refused"), args=[coded, *values]):
                        given = [one.keys for one in values if isinstance(one, ast.Dict)]
                        names = {text for keys in given for key in keys if key is not None for text in texts(key)}
                        yield from ((code, names) for code in texts(coded))


def test_every_refusal_of_the_desk_has_words_and_no_word_is_spare() -> None:
    assert {code for code, _names in refusals()} == set(wording.REFUSALS)


def test_every_activity_of_the_desk_has_words() -> None:
    source = Path(intake.__file__).read_text(encoding="utf-8")
    used = {word for line in re.findall(r"code=(.*)", source) for word in re.findall(r'"(\w+)"', line)}
    assert used
    assert used <= set(wording.ACTIVITIES)


def test_every_code_of_the_channels_has_words() -> None:
    from deskterm.channels.email import authres, body, mime, report, understand
    from deskterm.channels.telegram import content, people

    placeholders = {*content._CONTENT, *content._SERVICE, body.ENCRYPTED, body.SIGNED}
    assert placeholders <= set(wording.PLACEHOLDERS)
    sources = "".join(Path(module.__file__ or "").read_text(encoding="utf-8") for module in (body, mime, understand))
    notes = set(re.findall(r'notes\.append\("([^"]+)"\)', sources))
    notes |= {
        word
        for listed in re.findall(r"notes(?:=| = | \+= |, placeholder = \()(.*)", sources)
        for word in re.findall(r'\["([^"]+)"\]', listed)
    }
    assert len(notes) >= 10
    notes |= {people.ANONYMOUS_ADMIN, people.AS_CHANNEL, people.LINKED_POST}
    assert notes | {authres.VERIFIED, authres.FORGED, report.UNPARSEABLE} <= set(wording.NOTES)


def test_the_names_in_a_refusal_are_those_the_desk_gives() -> None:
    called = {"ago": "seconds", "size": "limit"}
    for code, given in refusals():
        fields = string.Formatter().parse(wording.REFUSALS[code])
        wanted = {called.get(name or "", name) for _text, name, _spec, _how in fields if name}
        # Without a value of its own: a code that is only counted, or whose values a function gives.
        assert not given or wanted <= given, code


@pytest.mark.parametrize(
    ("refused", "words"),
    [
        (Refused("overtaken", {"name": "Bob", "seconds": 5}), "Bob answered 5 seconds ago. Nothing was sent."),
        (Refused("customer_wrote", {"seconds": 61}), "The customer wrote again 1 minute ago. Nothing was sent."),
        (Refused("overtaken"), "? answered ? ago. Nothing was sent."),
        (Refused("too_long", {"limit": 100, "length": 101}), "The text is too long: 101 characters of 100."),
        (
            Refused("file_too_large", {"limit": 25_000_000}),
            "An attached file is larger than the 25 MB that this channel carries.",
        ),
        (Refused("of_tomorrow"), "This cannot be done: of_tomorrow."),
        (Refused("overtaken", {"name": "{0}\x1b[2J", "seconds": 0}), "{0}␛[2J answered 0 seconds ago. Nothing was sent."),
    ],
)
def test_refusals(refused: Refused, words: str) -> None:
    assert wording.refusal_words(refused) == words


@pytest.mark.parametrize(
    ("size", "words"),
    [
        (-1, "0 B"),
        (0, "0 B"),
        (999, "999 B"),
        (1000, "1.0 KB"),
        (9_940, "9.9 KB"),
        (9_999, "10 KB"),
        (120_000, "120 KB"),
        (999_499, "999 KB"),
        (999_999, "1.0 MB"),
        (2_400_000, "2.4 MB"),
        (52_428_800, "52 MB"),
        (7 * 10**9, "7.0 GB"),
        (10**16, "10000000 GB"),
    ],
)
def test_sizes(size: int, words: str) -> None:
    assert wording.size_words(size) == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(-5, "0 seconds"), (1, "1 second"), (59.9, "59 seconds"), (60, "1 minute"), (7199, "1 hour"), (86_400 * 3, "3 days")],
)
def test_spans(seconds: float, words: str) -> None:
    assert wording.span_words(seconds) == words


def test_every_state_has_words() -> None:
    assert set(wording.DELIVERIES) == set(Delivery)
    assert set(wording.HEALTH) == set(HealthState)
    assert set(wording.HELD) == set(Held)
    assert set(wording.STATUSES) == set(Status)
    assert set(wording.ROLES) == set(Role)
    assert set(wording.ORIGINS) == set(Origin)
    assert {wording.delivery_words(state) for state in Delivery} >= {"sent", "taken back"}
    assert Kind.ACTIVITY == "activity"


def test_activities_stand_in_either_field() -> None:
    assert wording.activity_words("assigned", "Bob") == "given to Bob"
    assert wording.activity_words("", "unreachable") == "the customer has blocked us"
    assert wording.activity_words("new_in_2030", "x") == "new in 2030"


@pytest.mark.parametrize("text", TEXTS)
def test_a_foreign_code_is_shown_cleaned(text: str) -> None:
    for words in (
        wording.note_words(text),
        wording.placeholder_words(text),
        wording.activity_words(text, text),
        wording.activity_words("assigned", text),
        wording.refusal_words(Refused(text, {"name": text})),
    ):
        assert re.search("[\x00-\x1f\x7f-\x9f\u202e]", words) is None


def test_words_need_no_textual() -> None:
    code = (
        "import sys, deskterm.words.wording; assert not [name for name in sys.modules if name.startswith(('textual', 'rich'))]"
    )
    subprocess.run([sys.executable, "-c", code], check=True)

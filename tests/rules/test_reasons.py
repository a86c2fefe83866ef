"""Reasons in the operator's language: every literal of the code has a template, every template its Russian words."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from literal_reasons import Literal, literals
from own_files import PACKAGE, modules

from deskterm import i18n
from deskterm.words.reason_words import ALL
from deskterm.words.reasons import MAX_LENGTH, names_of, pattern_of, recognised, shown

ROOMS = (
    "deskterm/background",
    "deskterm/channels",
    "deskterm/desk",
    "deskterm/store",
)
ALONE = ("demo/run.py", "demo/shelf.py", "logs.py", "paths.py", "runtime.py")
SAMPLES = ("7", "192.0.2.7", "imap.example.org", "/var/lib/desk/store.db", "any words at all")
NOT_OURS: dict[str, str] = {
    "550 5.1.1 the recipient does not exist": "the made-up server's own words",
    "unknown": "a code, as the names of Telegram's updates are",
}
"""Literals that need no template, and why."""


@pytest.fixture(autouse=True)
def english_afterwards() -> Iterator[None]:
    yield
    i18n.use("en")


def all_literals() -> list[Literal]:
    paths = [*modules(*ROOMS), *(PACKAGE / one for one in ALONE)]
    return [literal for path in paths for literal in literals(path)]


def has_template(literal: Literal) -> bool:
    pieces = literal.pieces()
    return matches(literal) or (len(pieces) > 1 and all(matches(one) for one in pieces if one.holds_words))


def matches(literal: Literal) -> bool:
    fillings = itertools.product(SAMPLES, repeat=len(literal.texts) - 1)
    return any(recognised(literal.filled(filling)) is not None for filling in fillings)


def test_every_literal_reason_has_a_template() -> None:
    found = all_literals()
    assert len(found) > 150
    missing = {f"{one.place}: {one}" for one in found if str(one) not in NOT_OURS and not has_template(one)}
    assert sorted(missing) == []
    assert NOT_OURS.keys() <= {str(one) for one in found}


def sample(template: str) -> str:
    values = {
        "n": "7",
        "hours": "30",
        "seconds": "2.5",
        "host": "imap.example.org",
        "path": "/var/lib/desk/store.db",
        "address": "192.0.2.7",
    }
    return template.format_map({name: values.get(name, "x") for name in names_of(template)})


@pytest.mark.parametrize("template", ALL)
def test_a_template_is_matched_by_its_own_rendering_and_shown_in_russian(template: str) -> None:
    reason = sample(template)
    known = recognised(reason)
    assert known is not None
    assert known.template == template
    i18n.use("en")
    assert shown(reason) == reason
    i18n.use("ru")
    words = shown(reason)
    assert re.search("[а-яё]", words)
    assert not re.search(r"[{}]", words)
    assert words == i18n._(template).format_map(dict(known.values))


def test_templates_are_told_apart() -> None:
    assert len(set(ALL)) == len(ALL)


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        (
            "imap.example.org:993: greeting: no answer within 30 s; this port may want security = starttls; "
            "usual are 993 with tls, 143 with starttls",
            "imap.example.org:993: greeting: нет ответа за 30 с; этому порту может быть нужно security = starttls; "
            "обычно 993 с tls, 143 с starttls",
        ),
        (
            "mx.example.org refuses the user or password: 535 no; not you; ask the provider to renew it; check this machine's "
            "clock",
            "mx.example.org не принимает имя или пароль: 535 no; not you; попросите провайдера обновить его; проверьте часы "
            "этого компьютера",
        ),
        ("bounced 5.1.1 ann@example.org unknown user", "не доставлено, 5.1.1 ann@example.org unknown user"),
        ("Free some space; deskterm goes on by itself", "Освободите место; deskterm продолжит сам"),
        ("support: IMAP server", "support: сервер IMAP"),
        ("the token is refused: no connection: reset", "токен отвергнут: нет соединения: reset"),
        ("photo.jpg is not here: too large", "файла photo.jpg здесь нет: слишком велик"),
        ("Shop bot (@shop), private chats only", "Shop bot (@shop), только личные чаты"),
        ("a {odd} name is not here: {n}", "файла a {odd} name здесь нет: {n}"),
    ],
)
def test_compounds(reason: str, words: str) -> None:
    i18n.use("ru")
    assert shown(reason) == words


@pytest.mark.parametrize(
    "reason",
    [
        "",
        "Your mailbox is full",
        "The mailbox is gone",
        "550 5.7.1 rejected: too large",
        "Bad Request: chat not found",
        "two lines\nthe file is empty",
        "уже по-русски: готово",
    ],
)
def test_unknown_words_pass_through(reason: str) -> None:
    i18n.use("ru")
    assert shown(reason) == reason


PIECES = st.sampled_from([*ALL, ": ", "; ", ", ", " ", "x", "7", "{", "}", "\n", "/tmp", "host"])


@given(st.one_of(st.text(), st.lists(PIECES, max_size=12).map("".join)), st.sampled_from(["en", "ru"]))
def test_never_raises_and_adds_no_lines(reason: str, language: str) -> None:
    i18n.use(language)
    words = shown(reason)
    assert words.count("\n") == reason.count("\n")
    if language == "en":
        assert words == reason


@pytest.mark.parametrize("template", [one for one in ALL if len(names_of(one)) > 1])
def test_no_template_tries_twice(template: str) -> None:
    """A placeholder that has found its end is not looked at again: no text makes the matching slow."""
    assert pattern_of(template).pattern.count("(?>") == len(names_of(template)) - 1


@pytest.mark.parametrize("text", ["a: ", "; ", "bounced ", "the mail parser ", "channel a is a b channel in the store, but a "])
def test_a_text_without_end_is_left_alone(text: str) -> None:
    i18n.use("ru")
    endless = text * MAX_LENGTH
    assert shown(endless) == endless

"""The words of the interface: every one is marked, in the catalogue, translated whole, and compiled."""

from __future__ import annotations

import ast
import gettext
import re
import string
import sys
from pathlib import Path

import pytest

import deskterm
from deskterm import i18n

ROOT = Path(deskterm.__file__).parent
LANGUAGES = [language for language in i18n.LANGUAGES if language != "en"]
sys.path.insert(0, str(ROOT.parent / "scripts"))

messages = pytest.importorskip("messages", reason="scripts/ is not part of the source distribution")


@pytest.fixture(autouse=True)
def english_afterwards() -> object:
    yield
    i18n.use("en")


def names(words: str) -> list[str]:
    return sorted(name for _text, name, _spec, _how in string.Formatter().parse(words) if name is not None)


def test_the_catalogues_are_up_to_date_and_whole() -> None:
    wanted, missing = messages.files()
    assert [str(path) for path, data in wanted.items() if not path.exists() or not messages.same(path, data)] == []
    assert missing == {language: [] for language in LANGUAGES}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_translation_fits_its_words(language: str) -> None:
    catalog = messages.translated(language, messages.extracted())
    for message in catalog:
        if not message.id:
            continue
        original = message.id[-1] if isinstance(message.id, tuple) else message.id
        for words in filter(None, message.string if isinstance(message.string, tuple) else (message.string,)):
            assert names(words) == names(original), original
            assert words[:1].isspace() == original[:1].isspace(), original
            assert words.rstrip()[-1:] == original.rstrip()[-1:] or original[-1] not in "….?:", original
            assert "\n" not in words


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_is_in_the_compiled_catalogue(language: str) -> None:
    compiled = gettext.translation("deskterm", i18n.LOCALE_DIR, [language])
    catalog = messages.translated(language, messages.extracted())
    for message in catalog:
        if not message.id or not message.string:
            continue
        if isinstance(message.id, tuple):
            assert tuple(compiled.ngettext(*message.id, count) for count in (1, 2, 5)) == message.string
        else:
            assert compiled.gettext(message.id) == message.string


def test_russian_plurals() -> None:
    assert i18n.use("ru") == "ru"
    from deskterm.words.wording import span_words

    assert [span_words(n) for n in (1, 2, 5, 11, 21)] == ["1 секунду", "2 секунды", "5 секунд", "11 секунд", "21 секунду"]
    assert [span_words(n * 86_400) for n in (1, 3, 112)] == ["1 день", "3 дня", "112 дней"]


def test_short_spans_stay_short() -> None:
    i18n.use("ru")
    for unit in "smhdy":
        assert len(i18n._(f"{{n}}{unit}").format(n=99)) <= 3


_EXEMPT_CALLS = re.compile(r"^(_|N_|ngettext|Binding|TypeError|ValueError|KeyError|RuntimeError|AssertionError|bindings)$")
_SHOW = {"Span", "Content", "tell", "say", "fit", "fit_right", "cut"}
"""Calls whose first argument is shown: not even a single word may stand there unmarked."""
_EXEMPT_NAMES = {"DEFAULT_CSS", "CSS", "BINDINGS", "__all__"}
_SENTENCE = re.compile(r"[A-Za-zА-Яа-я]{2,}[ ,]+[A-Za-zА-Яа-я]{2,}")


class Unmarked(ast.NodeVisitor):
    """Collects literals that read like words for people and stand outside of gettext."""

    def __init__(self) -> None:
        self.found: list[tuple[int, str]] = []

    def visit_Expr(self, node: ast.Expr) -> None:
        if not isinstance(node.value, ast.Constant):  # a docstring
            self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> None:
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        first = node.args[0] if node.args else None
        if name in _SHOW and isinstance(first, ast.Constant) and re.search("[A-Za-zА-Яа-я]{2}", str(first.value)):
            self.found.append((node.lineno, str(first.value)))
        owner = getattr(getattr(node.func, "value", None), "id", "")
        if not _EXEMPT_CALLS.match(name) and owner not in ("log", "re"):
            self.generic_visit(node)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        if getattr(node.target, "id", "") not in _EXEMPT_NAMES and node.value is not None:
            self.visit(node.value)

    def visit_Assign(self, node: ast.Assign) -> None:
        if not {getattr(target, "id", "") for target in node.targets} & _EXEMPT_NAMES:
            self.visit(node.value)

    def visit_Subscript(self, node: ast.Subscript) -> None:
        self.visit(node.value)

    def visit_Constant(self, node: ast.Constant) -> None:
        if isinstance(node.value, str) and _SENTENCE.search(node.value):
            self.found.append((node.lineno, node.value))


def test_the_scan_finds_what_it_should() -> None:
    scan = Unmarked()
    scan.visit(
        ast.parse('"""A doc string."""\nx = _("all is well")\nw = fit("ill", 3)\nlog.info("was well")\nz = f"was {x} so well"')
    )
    assert [words for _line, words in scan.found] == ["ill", " so well"]


def test_words_within_f_strings_are_found() -> None:
    assert list(messages.words_of("x = f\"{_('edited')} {ngettext('{n} a', '{n} b', 2)}\"")) == ["edited", ("{n} a", "{n} b")]


@pytest.mark.parametrize("folder", ["screens", "widgets", "keys"])
def test_no_words_for_people_outside_of_gettext(folder: str) -> None:
    found = []
    for path in sorted((ROOT / folder).glob("*.py")):
        scan = Unmarked()
        scan.visit(ast.parse(path.read_text(encoding="utf-8")))
        found += [f"{path.name}:{line}: {words}" for line, words in scan.found]
    assert found == []

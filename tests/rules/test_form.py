"""The form of the code: sizes, names, no half work, no swallowed errors."""

from __future__ import annotations

import ast
import re
from collections import Counter
from pathlib import Path

from own_files import PACKAGE, called, files, modules, name, tree_of

MODULE_LINES = 400
FUNCTION_LINES = 60
APP_LINES = 200
STYLE_LINES = 150

LONGER_FOR_A_REASON = {
    "deskterm/store/migrations/versions/0001_first.py": "frozen SQL",
}
"""Modules that may be longer than the rest; one that has become shorter is to leave this list."""

_EMPTY_WORDS = {"utils", "util", "helpers", "helper", "manager", "managers", "common", "misc", "base_utils"}
_UNFINISHED = re.compile(r"\b(?:[T]ODO|[F]IXME|[X]XX|[H]ACK)\b|#.*\b[f]or now\b")


def lines(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def test_a_module_is_short_enough_to_be_read() -> None:
    assert {name(path) for path in modules() if lines(path) > MODULE_LINES} == set(LONGER_FOR_A_REASON)


def test_functions_are_short() -> None:
    long = [
        f"{name(path, node.lineno)} {node.name}"
        for path in modules()
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and (node.end_lineno or 0) - node.lineno >= FUNCTION_LINES
    ]
    assert long == []


def test_the_app_owns_little() -> None:
    app = next(node for node in tree_of(PACKAGE / "app.py").body if isinstance(node, ast.ClassDef) and node.name == "DeskApp")
    assert (app.end_lineno or 0) - app.lineno < APP_LINES


def test_style_sheets_are_short() -> None:
    assert [name(path) for path in files("deskterm", suffixes={".tcss"}) if lines(path) > STYLE_LINES] == []


def test_names_say_what_is_inside() -> None:
    empty = [name(path) for path in modules() if _EMPTY_WORDS & {path.stem, *path.relative_to(PACKAGE).parts}]
    classes = [
        f"{name(path, node.lineno)} {node.name}"
        for path in modules()
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.ClassDef) and re.search(r"(?:Manager|Helper|Utils?)$", node.name)
    ]
    assert empty + classes == []


def test_nothing_is_left_half_done() -> None:
    found = [
        f"{name(path, number)} {line.strip()}"
        for path in files("deskterm", "tests", "bench", "scripts", suffixes={".py", ".tcss", ".sh"})
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if _UNFINISHED.search(line)
    ]
    stubs = [
        name(path, node.lineno)
        for path in modules()
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Name) and node.id == "NotImplementedError"
    ]
    assert found + stubs == []


def test_no_error_is_swallowed_unseen() -> None:
    """A broad handler does something, and `suppress` names the errors it means."""
    broad = {"Exception", "BaseException"}
    swallowed = []
    for path in modules():
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.ExceptHandler) and (node.type is None or ast.unparse(node.type) in broad):
                if all(isinstance(step, ast.Pass | ast.Continue) for step in node.body):
                    swallowed.append(name(path, node.lineno))
            elif isinstance(node, ast.Call) and called(node) == "suppress":
                swallowed += [name(path, node.lineno) for argument in node.args if ast.unparse(argument) in broad]
    assert swallowed == []


def test_test_modules_have_names_of_their_own() -> None:
    """pytest imports them by their base name; the peers are a package, and only its tests are imported so."""
    by_name = [path for path in modules("tests") if path.parent.name != "peers" or path.stem.startswith("test_")]
    names = Counter(path.stem for path in by_name if path.stem not in {"conftest", "__init__"})
    assert [stem for stem, count in names.items() if count > 1] == []

"""What customers write never becomes markup: Textual and Rich parse `[...]` in plain strings, and "[/x]" in a subject would end
the console (Textual 8.2). Words travel as `Content(text)`, or where nothing parses them."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from own_files import called, modules, name, tree_of

_PARSES_STRINGS = {"Static", "Label", "Button", "Checkbox", "RadioButton", "Option", "TabPane", "Collapsible", "Link"}
"""Textual widgets whose first argument is parsed as markup when it is a string."""
_PARSED_WHEN_SET = {"border_title", "border_subtitle", "tooltip"}
_MAKES_MARKUP = {"from_markup", "render_markup"}


def calls() -> Iterator[tuple[str, ast.Call]]:
    for path in modules():
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.Call):
                yield name(path, node.lineno), node


def calls_of_widgets() -> Iterator[tuple[str, ast.Call]]:
    """Yield the calls of Textual's widgets that parse; a name of our own (`desk.card.Label`) is no widget."""
    for path in modules():
        tree = tree_of(path)
        own = {
            alias.asname or alias.name
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("deskterm")
            for alias in node.names
        } | {node.name for node in ast.walk(tree) if isinstance(node, ast.ClassDef)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and called(node) in _PARSES_STRINGS - own:
                yield name(path, node.lineno), node


def markup_of(call: ast.Call) -> object:
    """Return what a call says of `markup`: True, False, or None where it says nothing."""
    value = next((keyword.value for keyword in call.keywords if keyword.arg == "markup"), None)
    return value.value if isinstance(value, ast.Constant) else None if value is None else ast.unparse(value)


def is_plain_content(value: ast.expr) -> bool:
    """Whether an expression is a `Content` (or joined ones), which no widget parses again."""
    if isinstance(value, ast.Call):
        if isinstance(value.func, ast.Attribute) and value.func.attr in {"join", "assemble", "styled"}:
            return "Content" in ast.unparse(value.func)
        return called(value) == "Content"
    return False


def test_markup_is_never_asked_for() -> None:
    assert [place for place, call in calls() if markup_of(call) not in (None, False)] == []
    assert [place for place, call in calls() if called(call) in _MAKES_MARKUP] == []


def test_words_reach_widgets_as_content() -> None:
    careless = [
        place
        for place, call in calls_of_widgets()
        if call.args
        and not isinstance(call.args[0], ast.Constant)
        and not is_plain_content(call.args[0])
        and markup_of(call) is not False
    ]
    assert careless == []


def test_titles_and_tooltips_are_content() -> None:
    careless = []
    for path in modules():
        for node in ast.walk(tree_of(path)):
            if not isinstance(node, ast.Assign):
                continue
            targets = {target.attr for target in node.targets if isinstance(target, ast.Attribute)}
            if targets & _PARSED_WHEN_SET and not isinstance(node.value, ast.Constant) and not is_plain_content(node.value):
                careless.append(name(path, node.lineno))
    assert careless == []


def test_nothing_is_said_through_textuals_notify() -> None:
    """`notify` parses markup unless told otherwise; the console speaks at the foot of the room (`DeskApp.tell`)."""
    assert [place for place, call in calls() if called(call) == "notify" and markup_of(call) is not False] == []


def test_the_command_line_prints_plain() -> None:
    consoles = [(place, call) for place, call in calls() if called(call) == "Console"]
    assert [place for place, call in consoles if markup_of(call) is not False] == []


def test_richs_escape_is_not_trusted() -> None:
    """`rich.markup.escape` and Textual's leave ways out; what is not markup needs no escaping."""
    imports = [
        name(path, node.lineno)
        for path in modules()
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.ImportFrom) and node.module in {"rich.markup", "textual.markup"}
    ]
    assert imports == []

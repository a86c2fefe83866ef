"""What the pages say is so: commands and options exist, links lead somewhere, the example configuration is one."""

from __future__ import annotations

import ast
import re
import shlex
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import typer.main
from own_files import ROOT, called, files, modules, name, tree_of

import deskterm
from deskterm import config
from deskterm.cli.tree import app
from deskterm.desk.query import FIELDS, Mistake, parse
from deskterm.keys.actions import ACTIONS
from deskterm.paths import Paths

PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md", *files("docs", suffixes={".md"})]
_CODE = re.compile(r"```[a-z]*\n(.*?)```|`([^`\n]+)`", re.DOTALL)
_COMMAND = re.compile(r"(?:^|\$ |\s&& )(?:[A-Z_]+=\S+ )*((?:deskterm|make)\b[^|&#\n]*)", re.MULTILINE)
_LINK = re.compile(r"\]\(([^)#][^)]*)\)")


def written(page: Path) -> list[str]:
    """Return the commands that a page shows as code."""
    pieces = (block or inline for block, inline in _CODE.findall(page.read_text(encoding="utf-8")))
    return [" ".join(found.split()) for piece in pieces for found in _COMMAND.findall(piece.strip())]


COMMANDS = sorted({command for page in PAGES for command in written(page)})


@cache
def targets() -> set[str]:
    return set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))


def options_of(command: Any) -> set[str]:
    return {"--help", "--install-completion"} | {word for parameter in command.params for word in parameter.opts}


def test_the_pages_show_commands() -> None:
    assert {"deskterm init", "deskterm check", "make demo", "make test"} <= set(COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_of_the_pages_exists(command: str) -> None:
    program, *words = shlex.split(command)
    if program == "make":
        assert {word for word in words if "=" not in word} <= targets()
        return
    found: Any = typer.main.get_command(app)
    while words and words[0] in getattr(found, "commands", {}):
        found = found.commands[words.pop(0)]
    assert not (words and hasattr(found, "commands") and not words[0].startswith("-")), f"no such command: {command}"
    assert {word for word in words if word.startswith("--")} <= options_of(found)


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_links_lead_somewhere(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    broken = [to for to in _LINK.findall(text) if "://" not in to and not (page.parent / to.partition("#")[0]).exists()]
    headings = {
        re.sub(r"[^a-z0-9 -]", "", line.lower()).strip().replace(" ", "-") for line in re.findall(r"^#+ (.*)$", text, re.M)
    }
    anchors = re.findall(r"\]\(#([^)]+)\)", text)
    assert broken == []
    assert set(anchors) <= headings


def test_files_named_on_the_pages_exist() -> None:
    named = {
        (page, path)
        for page in PAGES
        for path in re.findall(r"`((?:deskterm|tests|docs|bench|scripts)/[\w/.-]+)`", page.read_text(encoding="utf-8"))
    }
    assert [f"{name(page)}: {path}" for page, path in named if not (ROOT / path).exists()] == []


def test_keys_of_the_readme_are_bound() -> None:
    bound = {key for action in ACTIONS for key in action.keys}
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    shown = re.findall(r"`(ctrl\+[a-z]|[a-zA-Z])`", text)
    assert shown
    assert set(shown) <= bound


def test_the_example_configuration_is_one(tmp_path: Path) -> None:
    text = (ROOT / "config.example.toml").read_text(encoding="utf-8")
    settings = config.parse(text, Paths(tmp_path, tmp_path / "config.toml"), secrets=False)
    assert {channel.kind for channel in settings.channels} == {"email", "telegram", "manual"}


def test_every_line_of_the_example_holds_when_it_is_uncommented(tmp_path: Path) -> None:
    """Each optional key stands as `# key = value`, or ends a comment; with all of them in force the file is still sound."""
    text = (ROOT / "config.example.toml").read_text(encoding="utf-8")
    whole = re.sub(r"^# ([a-z_]+ = .+)$", r"\1", text, flags=re.MULTILINE)
    assert whole.count(" = ") > text.count("\n# ") / 3
    (tmp_path / "ca.pem").write_text("", encoding="utf-8")
    settings = config.parse(whole, Paths(tmp_path, tmp_path / "config.toml"), secrets=False)
    assert len(settings.channels) == 3


def test_the_changelog_names_the_version() -> None:
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert re.search(rf"^## {re.escape(deskterm.__version__)}$", changelog, re.MULTILINE)


def test_no_machine_and_no_registry_is_named() -> None:
    """The project builds anywhere: no path of one machine, no host that packages come from."""
    told = re.compile(r"[/]work/|[/]root/|[/]Users/|[/]home/(?!olga)|[p]ypi\.|--(?:extra-)?[i]ndex-url|[p]ip\.conf")
    found = [
        f"{name(path, number)} {line.strip()[:80]}"
        for path in files()
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1)
        if told.search(line)
    ]
    assert found == []


def test_every_query_of_the_page_on_the_filter_language_is_one():
    page = (ROOT / "docs" / "filter.md").read_text(encoding="utf-8")
    block = page.split("```")[1]
    queries = [line.split("   ")[0].strip() for line in block.strip().splitlines()]
    assert len(queries) >= 7
    assert [parsed for text in queries if isinstance(parsed := parse(text), Mistake)] == []


def test_the_page_on_the_filter_language_names_every_field_and_word():
    page = (ROOT / "docs" / "filter.md").read_text(encoding="utf-8")
    table = [row for row in page.splitlines() if row.startswith("| `")]
    rows = {name: row for row in table for name in re.findall(r"`(\w+)`", row.split("|")[1])}
    assert set(rows) == {field.name for field in FIELDS}
    for field in FIELDS:
        missing = [choice.name for choice in field.values if f"`{choice.name}`" not in rows[field.name]]
        assert missing == [], field.name


_PRINTED = re.compile(r"(?:^|[a-z]: |[`'\"])(deskterm [a-z][^`'\"…;,.()\n]*)")
_OF_ITSELF = {"failed", "needs", "opens", "stopped", "was"}
"""How sentences about the program go on."""
_HOLE = "\N{OBJECT REPLACEMENT CHARACTER}"


def texts_of(path: Path) -> list[str]:
    """Return the texts of a module but its docstrings; what is filled in of one stands as one character."""
    tree = tree_of(path)
    said = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    parts: dict[int, None] = {}
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            parts |= dict.fromkeys(id(one) for one in node.values)
            found.append("".join(str(one.value) if isinstance(one, ast.Constant) else _HOLE for one in node.values))
    found += [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in said and id(node) not in parts
    ]
    return found


def lacks(command: str) -> str:
    """Return what is wrong with a command that the program prints, "" where it can be typed."""
    words = command.replace(_HOLE, "x").split()[1:]
    found: Any = typer.main.get_command(app)
    if words[0] not in found.commands:
        return "no such command"
    while words and words[0] in getattr(found, "commands", {}):
        found = found.commands[words.pop(0)]
    if words and hasattr(found, "commands"):
        return f"no such command: {words[0]}"
    if wrong := {word for word in words if word.startswith("--")} - options_of(found):
        return f"no such option: {sorted(wrong)}"
    takes_words = any(parameter.param_type_name == "argument" for parameter in found.params)
    return "" if not words or words[0].startswith("-") or takes_words else f"takes no {words[0]}"


def test_a_command_that_the_program_prints_exists() -> None:
    assert [bool(lacks(one)) for one in ("deskterm channel add email", "deskterm chanel add", "deskterm check --loud")] == [
        True
    ] * 3
    printed = {(name(path), command) for path in modules() for text in texts_of(path) for command in _PRINTED.findall(text)}
    printed = {(place, command) for place, command in printed if command.split()[1].strip(":") not in _OF_ITSELF}
    assert len(printed) > 20
    assert [f"{place}: {command}: {wrong}" for place, command in sorted(printed) if (wrong := lacks(command))] == []


def test_a_fix_is_a_sentence_and_no_bare_command() -> None:
    """A command alone would be given a capital, and nobody could type it."""
    bare = []
    for path in modules():
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.Call) and called(node) in ("OfficeError", "StoreError") and len(node.args) > 2:
                fix = node.args[2]
                first = fix.values[0] if isinstance(fix, ast.JoinedStr) else fix
                if isinstance(first, ast.Constant) and str(first.value).startswith("deskterm "):
                    bare.append(name(path, node.lineno))
    assert bare == []

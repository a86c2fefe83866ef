"""The project's own files, as the rules look at them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "deskterm"
_NOT_OURS = {".git", ".venv", "dist", "build", "bench-out"}
_TEXT = {".py", ".tcss", ".toml", ".md", ".sh", ".conf", ".po", ".svg", ".cfg", ".ini", ".yml", ".yaml", ""}


def _ours(path: Path) -> bool:
    parts = path.relative_to(ROOT).parts
    return not any(
        part in _NOT_OURS or part.endswith(("cache", "cache__", ".egg-info")) or part == ".hypothesis" for part in parts
    )


def files(*folders: str, suffixes: set[str] | None = None) -> Iterator[Path]:
    """Yield the text files below folders of the project (all of it without any), in order."""
    for folder in folders or (".",):
        for path in sorted((ROOT / folder).rglob("*")):
            if path.is_file() and path.suffix in (suffixes or _TEXT) and _ours(path):
                yield path


def modules(*folders: str) -> list[Path]:
    """Return the Python modules below folders of the project."""
    return list(files(*(folders or ("deskterm",)), suffixes={".py"}))


@cache
def tree_of(path: Path) -> ast.Module:
    """Return a module's syntax tree."""
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def name(path: Path, line: int | None = None) -> str:
    """Return how a finding names its place."""
    place = path.relative_to(ROOT).as_posix()
    return place if line is None else f"{place}:{line}"


def called(call: ast.Call) -> str:
    """Return the last word of what is called: "notify" of self.app.notify(...)."""
    match call.func:
        case ast.Name(id=word) | ast.Attribute(attr=word):
            return word
        case _:
            return ""

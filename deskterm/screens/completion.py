"""Completing a path as a shell does, off the event loop: a folder may lie on a slow disk."""

from __future__ import annotations

import asyncio
import os
import shlex
from pathlib import Path
from urllib.parse import unquote, urlsplit

MOST = 500
"""Names looked at in one folder at most."""


async def completions(typed: str, *, folders: bool = False) -> tuple[str, list[str]]:
    """Return what was typed made as long as it is certain, and the names that fit. Hidden ones only after a dot."""
    return await asyncio.to_thread(_complete, typed, folders)


async def paths_beginning(typed: str) -> list[str]:
    """Return the paths that begin with what was typed, folders with a "/" at the end."""
    head = os.path.split(typed)[0].rstrip("/")
    lead = f"{head}/" if head or typed.startswith("/") else ""
    return [lead + name for name in (await completions(typed))[1]]


def home_shown(typed: str) -> Path:
    """Return the path that was typed, `~` as the home folder; an unknown user's `~name` stays as it is."""
    try:
        return Path(typed).expanduser()
    except RuntimeError:
        return Path(typed)


async def paths_meant(typed: str) -> list[Path]:
    """Return the files that were typed, or dropped on the terminal: one path as it is, spaces and all, or several as one writes
    them to a shell (quoted, escaped, as file:// addresses)."""
    return await asyncio.to_thread(_paths_meant, typed)


def _paths_meant(typed: str) -> list[Path]:
    whole = home_shown(typed)
    if whole.exists():
        return [whole]
    try:
        words = shlex.split(typed)
    except ValueError:
        return [whole]  # an odd quote: a name, not a shell's line
    paths = [home_shown(unquote(urlsplit(word).path) if word.startswith("file://") else word) for word in words]
    return paths if paths and all(path.exists() for path in paths) else [whole]


def _complete(typed: str, folders: bool) -> tuple[str, list[str]]:
    if typed == "~":
        return "~/", []
    head, tail = os.path.split(typed)
    names = _names(home_shown(head) if head else Path(), tail, folders)
    if not names:
        return typed, []
    longest = _common_beginning(names)
    return (f"{head.rstrip('/')}/{longest}" if head else longest), names


def _common_beginning(names: list[str]) -> str:
    first, last = min(names), max(names)
    return next((first[:index] for index, char in enumerate(first) if last[index : index + 1] != char), first)


def _names(folder: Path, beginning: str, folders: bool) -> list[str]:
    found = []
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                if not entry.name.startswith(beginning) or (entry.name.startswith(".") and not beginning):
                    continue
                is_folder = entry.is_dir()
                if is_folder or not folders:
                    found.append(entry.name + ("/" if is_folder else ""))
                if len(found) >= MOST:
                    break
    except OSError:
        return []  # no such folder, or not ours to read: there is nothing to complete
    return sorted(name for name in found if name.isprintable())

"""Completing a path as a shell does, off the event loop: a folder may lie on a slow disk."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

MOST = 500
"""Names looked at in one folder at most."""


async def completions(typed: str, *, folders: bool = False) -> tuple[str, list[str]]:
    """Return what was typed made as long as it is certain, and the names that fit. Hidden ones only after a dot."""
    return await asyncio.to_thread(_complete, typed, folders)


def _complete(typed: str, folders: bool) -> tuple[str, list[str]]:
    if typed == "~":
        return "~/", []
    head, tail = os.path.split(typed)
    names = _names(Path(head).expanduser() if head else Path(), tail, folders)
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

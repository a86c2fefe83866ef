"""Removing files that nothing in the store needs any more, without taking one away from whom is just about to need it.

The same bytes are kept once (`store.files`), and a file is there before the row that names it. So one that is to go is set
aside under another name first, which nobody finds: who needs the same bytes from then on writes them anew. Who had found them
just before has told the store so a moment later; then it comes back.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Protocol, TypeVar

from deskterm.store.files import Files
from deskterm.store.writer import Transaction

T = TypeVar("T")

ASIDE = ".gone-"
UNFINISHED = ".new-"
GRACE_S = 1.0
"""How long a file lies aside at least."""
ORPHAN_S = 86_400.0
"""A file that nothing names is removed when it is older than this: until then somebody may be waiting for the store."""
_AT_ONCE = 50
"""Files asked about or removed in one transaction."""
_NOTED = "file_to_remove:"
"""How the keys in `meta` begin that name files to remove; what follows is the SHA-256."""


class Writing(Protocol):
    """Runs a transaction."""

    async def __call__(self, work: Callable[[Transaction], T], /) -> T:
        """Run `work`."""
        ...


_NEEDED = (
    "SELECT value FROM json_each(?) WHERE EXISTS (SELECT 1 FROM attachment WHERE sha256 = value)"
    " OR EXISTS (SELECT 1 FROM inbound WHERE sha256 = value)"
    " OR EXISTS (SELECT 1 FROM outbox WHERE payload_sha256 = value)"
)


def needed(tx: Transaction, hashes: Iterable[str]) -> set[str]:
    """Return which files something in the store names."""
    return {row[0] for row in tx.all(_NEEDED, (json.dumps(sorted(hashes)),))}


def note(tx: Transaction, hashes: Iterable[str]) -> None:
    """Keep that these files are to go, so that a run that is killed right after leaves none behind."""
    tx.run_many("INSERT OR IGNORE INTO meta (key, value) VALUES (?, '')", [(_NOTED + sha256,) for sha256 in sorted(hashes)])


def noted(tx: Transaction) -> list[str]:
    """Return the files that are to go."""
    rows = tx.all("SELECT key FROM meta WHERE key > ? AND key < ?", (_NOTED, _NOTED + "g"))
    return [row[0].removeprefix(_NOTED) for row in rows]


def set_aside(files: Files, hashes: Iterable[str]) -> None:
    """Have nobody find these files any more; call it when nothing names them. Those that are not there are no matter."""
    for sha256 in hashes:
        path = files.path(sha256)
        if path.exists():
            path.rename(path.with_name(ASIDE + sha256))


async def remove(files: Files, write: Writing, *, grace_s: float = GRACE_S) -> int:
    """Remove what was noted for good, with what nothing names any more; returns how many files. What an earlier run left is
    done with, too."""
    wanted = await write(noted)
    for some in _stretches(wanted):
        kept: set[str] = await write(lambda tx, some=some: needed(tx, some))  # type: ignore[misc]
        await asyncio.to_thread(set_aside, files, [sha256 for sha256 in some if sha256 not in kept])
    await _set_orphans_aside(files, write)
    found = await asyncio.to_thread(_lying_aside, files)
    removed = 0
    if found:
        await asyncio.sleep(grace_s)
    for paths in _stretches(found):
        removed += await write(lambda tx, some=paths: _decide(tx, some))  # type: ignore[misc]
    for some in _stretches(wanted):
        await write(lambda tx, some=some: _done_with(tx, some))  # type: ignore[misc]
    return removed


def _stretches(all_of_them: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(all_of_them), _AT_ONCE):
        yield all_of_them[start : start + _AT_ONCE]


def _done_with(tx: Transaction, hashes: Sequence[str]) -> None:
    tx.run_many("DELETE FROM meta WHERE key = ?", [(_NOTED + sha256,) for sha256 in hashes])


def _lying_aside(files: Files) -> list[Path]:
    return sorted(files.folder.glob(f"??/{ASIDE}*"))


def _decide(tx: Transaction, paths: list[Path]) -> int:
    back = needed(tx, [path.name.removeprefix(ASIDE) for path in paths])
    removed = 0
    for path in paths:
        sha256 = path.name.removeprefix(ASIDE)
        if sha256 in back:
            path.replace(path.with_name(sha256))
        else:
            path.unlink(missing_ok=True)
            removed += 1
    return removed


async def _set_orphans_aside(files: Files, write: Writing) -> None:
    """Set aside what nothing names and nobody waits for: files of drafts that were thrown away, and what a crash left."""
    old = await asyncio.to_thread(_old_ones, files)
    for some in _stretches(old):
        kept: set[str] = await write(lambda tx, some=some: needed(tx, some))  # type: ignore[misc]
        set_aside(files, [sha256 for sha256 in some if sha256 not in kept])


def _old_ones(files: Files) -> list[str]:
    """Return the files that are old enough; what was never finished goes at once."""
    before = time.time() - ORPHAN_S
    old = []
    for path in files.folder.glob("??/*"):
        if path.stat().st_mtime >= before:
            continue
        if path.name.startswith(UNFINISHED):
            path.unlink(missing_ok=True)
        elif not path.name.startswith("."):
            old.append(path.name)
    return old

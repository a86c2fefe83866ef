"""Use a store under a disk that does not want to, and print what came of it as JSON. A program; only tests run it.

usage: disk_trouble.py limit HOME       files may grow by 64 KiB only, then as they like again
       disk_trouble.py full HOME FILLER the disk is small: write until it is full, remove FILLER, write on
       disk_trouble.py nobody HOME      as a user who owns nothing here
"""

from __future__ import annotations

import asyncio
import json
import os
import resource
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import deskterm.sqlite_bootstrap  # noqa: F401
from deskterm.store import store as stores
from deskterm.store.engine import StoreError
from deskterm.store.store import Store

NOBODY = 65534


def add(count: int) -> Callable[[Any], Any]:
    row = (f"k{count}", "x" * 2000)
    return lambda tx: tx.run("INSERT INTO meta (key, value) VALUES (?, ?)", row)


async def filled(home: Path, make_room: Callable[[], None]) -> dict[str, Any]:
    """Write until it cannot be, then make room and write on."""
    store = Store(home)
    await store.open()
    done, codes = 0, set()
    while not codes and done < 5000:
        try:
            await store.writer.run(add(done))
            done += 1
        except StoreError as error:
            codes.add((error.code, error.fix))
    for _ in range(3):
        try:
            await store.writer.run(add(done))
        except StoreError as error:
            codes.add((error.code, error.fix))
    (seen,) = await store.reader.one("SELECT count(*) FROM meta WHERE key GLOB 'k*'")
    file_error = None
    try:
        store.files.put(os.urandom(4 << 20))
    except OSError as error:
        file_error = type(error).__name__
    half = [path.name for path in (home / "files").rglob("*") if path.is_file()]
    make_room()
    for _ in range(3):
        await store.writer.run(add(done))
        done += 1
    await store.close()
    return {"codes": sorted(codes), "seen": seen, "done": done, "file": file_error, "half": half, "check": stores.check(home)}


def limited(home: Path) -> dict[str, Any]:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    largest = max(path.stat().st_size for path in home.iterdir())
    resource.setrlimit(resource.RLIMIT_FSIZE, (largest + 65536, hard))
    return asyncio.run(filled(home, lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))))


def as_nobody(home: Path) -> dict[str, Any]:
    os.setgroups([])
    os.setgid(NOBODY)
    os.setuid(NOBODY)

    async def use() -> None:
        store = Store(home)
        try:
            await store.open()
            await store.writer.run(add(1))
        finally:
            await store.close()

    try:
        asyncio.run(use())
    except StoreError as error:
        return {"code": error.code, "message": error.message, "fix": error.fix}
    return {"code": None}


def main() -> None:
    what, home = sys.argv[1], Path(sys.argv[2])
    if what == "limit":
        print(json.dumps(limited(home)))
    elif what == "full":
        filler = Path(sys.argv[3])
        print(json.dumps(asyncio.run(filled(home, filler.unlink))))
    else:
        print(json.dumps(as_nobody(home)))


if __name__ == "__main__":
    main()

"""How many acts a second: one by one, one command on many conversations, and its undoing."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from pathlib import Path

from bench.desks import opened
from bench.report import Finding
from deskterm.desk.commands import Command, Done, Many, SetPriority, SetTags, Undo
from deskterm.desk.model import Priority
from deskterm.desk.rows import View
from deskterm.store.office import StoreOffice

ALONE, TOGETHER = 200, 5_000


async def _done(office: StoreOffice, command: Command) -> None:
    done = await office.submit(command)
    assert isinstance(done, Done), done


async def _measure(home: Path, rounds: int, say: Callable[[str], None]) -> dict[str, list[float]]:
    rates: dict[str, list[float]] = {"alone": [], "many": [], "undo": []}
    async with opened(home) as desk:
        ids = await desk.office.ids(View.ALL)
        few, many = ids[:ALONE], ids[:TOGETHER]
        for number in range(rounds):
            say(f"acts: round {number + 1} of {rounds}")
            began = time.perf_counter()
            for conversation_id in few:
                await _done(desk.office, SetTags(conversation_id, add=(f"bench {number}",)))
            rates["alone"].append(len(few) / (time.perf_counter() - began))
            act = SetPriority(0, Priority.HIGH if number % 2 else Priority.LOW)
            for name, command in (("many", Many(act, many)), ("undo", Undo())):
                began = time.perf_counter()
                await _done(desk.office, command)
                rates[name].append(len(many) / (time.perf_counter() - began))
    return rates


def measure(home: Path, rounds: int, say: Callable[[str], None]) -> list[Finding]:
    """Run the rounds on a desk that is a copy."""
    rates = asyncio.run(_measure(home, rounds, say))
    return [
        Finding("acts one by one, each on disk", None, False, "/s", rates["alone"], "a tag put on"),
        Finding(f"one act on {TOGETHER} conversations", None, False, "/s", rates["many"], "a priority"),
        Finding("that undone", None, False, "/s", rates["undo"]),
    ]

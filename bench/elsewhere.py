"""What another process does to a desk meanwhile: `python -m bench.elsewhere flood|bulk|ring HOME [AMOUNT]`.

It says `ready` when the desk is open, and goes on until it is killed. `flood` takes in AMOUNT messages a second, each in a
transaction of its own, and says how many there were. `bulk` carries out one command on AMOUNT conversations, again and again,
and says how long each took. `ring` takes in each line it is given, and says when that was on disk, by `time.perf_counter`,
which is one clock for all processes of a Linux machine.
"""

import deskterm.sqlite_bootstrap  # isort: skip  # noqa: F401 - before anything imports the older sqlite3

import asyncio
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.desks import Opened, opened
from deskterm.desk.commands import Done, Many, SetPriority
from deskterm.desk.model import Priority
from deskterm.desk.rows import View

KNOWN = 200
"""The flood's messages come from so many people, each of them with one conversation that goes on."""


def say(words: object) -> None:
    """Tell the parent."""
    print(words, flush=True)


async def flood(desk: Opened, per_second: int) -> None:
    """Take in messages at a pace; where one comes late, the next ones make up for it."""
    began, number = time.perf_counter(), 0
    while True:
        number += 1
        await desk.take_in([(f"88{number % KNOWN:05}", f"Когда приедет заказ {number}? Where is my order?")])
        say(number)
        await asyncio.sleep(max(0.0, began + number / per_second - time.perf_counter()))


async def bulk(desk: Opened, count: int) -> None:
    """Give many conversations one priority, then the other."""
    ids = (await desk.office.ids(View.ALL))[:count]
    number = 0
    while True:
        number += 1
        act = SetPriority(0, Priority.HIGH if number % 2 else Priority.LOW)
        began = time.perf_counter()
        done = await desk.office.submit(Many(act, ids))
        assert isinstance(done, Done)
        say(time.perf_counter() - began)


async def ring(desk: Opened, _amount: int) -> None:
    """Take in what comes by the standard input, line by line."""
    number = 0
    while line := await asyncio.to_thread(sys.stdin.readline):
        number += 1
        await desk.take_in([(f"77{time.time_ns()}", line.strip())])
        say(time.perf_counter())


DEEDS = {"flood": flood, "bulk": bulk, "ring": ring}


class Beside:
    """Such a process, from outside."""

    def __init__(self, child: "subprocess.Popen[str]") -> None:
        self.child = child
        self.began = time.perf_counter()

    def told(self) -> str:
        """Return what it says next."""
        assert self.child.stdout is not None
        return self.child.stdout.readline().strip()

    def tell(self, line: str) -> None:
        """Give it a line."""
        assert self.child.stdin is not None
        self.child.stdin.write(line + "\n")
        self.child.stdin.flush()

    def end(self) -> list[str]:
        """Kill it; returns all that it said and nobody heard."""
        self.child.kill()
        return self.child.communicate()[0].split()


@contextmanager
def beside(deed: str, home: Path, amount: int = 0) -> Iterator[Beside]:
    """Have another process do something to a desk."""
    argv = (sys.executable, "-m", "bench.elsewhere", deed, str(home), str(amount))
    with subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as child:
        try:
            one = Beside(child)
            if one.told() != "ready":
                raise RuntimeError(f"the process that was to {deed} did not begin")
            one.began = time.perf_counter()
            yield one
        finally:
            child.kill()


async def main(deed: str, home: Path, amount: int) -> None:
    """Open the desk and begin."""
    async with opened(home) as desk:
        say("ready")
        await DEEDS[deed](desk, amount)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])))

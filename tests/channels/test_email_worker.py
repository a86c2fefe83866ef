"""The parser process: what kills it costs one mail, and nothing outlives us."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path

import pytest
from mail_bombs import BOMBS
from mail_text import OPERATORS, OWN, mail, multipart, part, read, structured

from deskterm.channels.email.caps import CAPS
from deskterm.channels.email.parser_process import ParserClosed, ParserProcess
from deskterm.desk.post import Unreadable

PDF = bytes(range(256)) * 4_000
WITH_FILE = structured(
    multipart("mixed", part("text/plain; charset=utf-8", "Чайник"), part("application/pdf; name=a.pdf", PDF))
)
QUICK = replace(CAPS, parse_s=2)


def process(caps: object = CAPS) -> ParserProcess:
    return ParserProcess(OWN, OPERATORS, "desk.gull.example", caps=caps)  # type: ignore[arg-type]


@pytest.fixture
async def parser() -> AsyncIterator[ParserProcess]:
    async with process() as one:
        yield one


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not condition():
            await asyncio.sleep(0.01)


def lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    stat = Path(f"/proc/{pid}/stat")
    return not stat.exists() or stat.read_text().rpartition(")")[2].split()[0] != "Z"


async def test_says_the_same_as_reading_here(parser: ParserProcess) -> None:
    assert parser.pid is None
    for raw in (WITH_FILE, mail(), mail("x", "X-Failed-Recipients: x@x.example"), b"", b"\xff" * 100):
        assert await parser.understand(raw) == read(raw)


async def test_one_process_answers_many_in_order(parser: ParserProcess) -> None:
    mails = [mail(f"number {number}", f"X-Number: {number}") for number in range(40)]
    answers = await asyncio.gather(*(parser.understand(raw) for raw in mails))
    assert [answer.text for answer in answers] == [f"number {number}" for number in range(40)]
    pid = parser.pid
    await parser.understand(WITH_FILE)
    assert parser.pid == pid


async def test_bombs_leave_the_process_alive(parser: ParserProcess) -> None:
    for name in ("nested 2000 deep", "100 000 parts", "nested comments", "html: nested"):
        await parser.understand(BOMBS[name])
    first = parser.pid
    assert (await parser.understand(mail("after"))).text == "after"
    assert parser.pid == first


async def test_a_process_killed_while_idle_is_replaced(parser: ParserProcess) -> None:
    await parser.understand(mail())
    first = parser.pid
    assert first is not None
    os.kill(first, signal.SIGKILL)
    assert (await parser.understand(mail("next"))).text == "next"
    assert parser.pid != first


async def test_a_mail_that_hangs_is_given_up_at_its_deadline() -> None:
    async with process(QUICK) as parser:
        await parser.understand(mail())
        first = parser.pid
        assert first is not None
        os.kill(first, signal.SIGSTOP)
        with pytest.raises(Unreadable, match="longer than 2 s"):
            await parser.understand(mail())
        assert not lives(first)
        assert (await parser.understand(mail("next"))).text == "next"


async def test_a_bomb_that_the_caps_would_have_stopped_is_killed() -> None:
    endless = replace(CAPS, parse_s=2, html=CAPS.mail)
    async with process(endless) as parser:
        with pytest.raises(Unreadable, match="longer than"):
            await parser.understand(mail(b"<p>" * 8_000_000, "Content-Type: text/html"))
        assert (await parser.understand(mail("next"))).text == "next"


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux keeps limits on the address space")
async def test_a_mail_that_takes_all_memory_costs_the_process_only() -> None:
    small = replace(CAPS, memory=150 * 2**20, parse_s=60)
    async with process(small) as parser:
        with pytest.raises(Unreadable, match="memory"):
            await parser.understand(mail(b"=41" * 16_000_000, "Content-Transfer-Encoding: quoted-printable"))
        assert (await parser.understand(mail("next"))).text == "next"


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux keeps limits on the address space")
async def test_a_mail_that_kills_its_process_twice_is_unreadable() -> None:
    # html5ever aborts the process where it gets no memory; Python would only raise.
    fragile = replace(CAPS, memory=300 * 2**20, parse_s=60, html=CAPS.mail)
    async with process(fragile) as parser:
        with pytest.raises(Unreadable, match="died while it read the mail"):
            await parser.understand(mail(b"<p>" * 8_000_000, "Content-Type: text/html"))
        assert (await parser.understand(mail("next"))).text == "next"


async def test_who_stops_waiting_does_not_disturb_the_next() -> None:
    async with process() as parser:
        await parser.understand(mail())
        assert parser.pid is not None
        os.kill(parser.pid, signal.SIGSTOP)
        waiting = asyncio.create_task(parser.understand(mail("given up")))
        await asyncio.sleep(0)
        following = asyncio.create_task(parser.understand(mail("next")))
        await asyncio.sleep(0)
        waiting.cancel()
        assert (await following).text == "next"
        with pytest.raises(asyncio.CancelledError):
            await waiting


async def test_closing_says_nothing_of_the_mail_that_waits() -> None:
    parser = process(replace(CAPS, parse_s=60))
    await parser.understand(mail())
    pid = parser.pid
    assert pid is not None
    os.kill(pid, signal.SIGSTOP)
    waiting = asyncio.create_task(parser.understand(mail()))
    await asyncio.sleep(0)
    await parser.close()
    with pytest.raises(ParserClosed):
        await waiting
    with pytest.raises(ParserClosed):
        await parser.understand(mail())
    await parser.close()
    assert not lives(pid)


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="needs /proc")
async def test_no_secrets_are_inherited(parser: ParserProcess, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DESKTERM_PASSWORD", "canary-7f3a")
    await parser.understand(mail())
    assert b"canary" not in Path(f"/proc/{parser.pid}/environ").read_bytes()
    assert b"anna@" not in Path(f"/proc/{parser.pid}/cmdline").read_bytes()


async def test_the_process_ends_with_its_parent() -> None:
    code = (
        "import asyncio, sys\n"
        "from deskterm.channels.email.parser_process import ParserProcess\n"
        "async def main():\n"
        "    parser = ParserProcess()\n"
        "    await parser.understand(b'Subject: x\\n\\nx')\n"
        "    print(parser.pid, flush=True)\n"
        "    await asyncio.Event().wait()\n"
        "asyncio.run(main())\n"
    )
    parent = await asyncio.create_subprocess_exec(sys.executable, "-c", code, stdout=subprocess.PIPE)
    try:
        assert parent.stdout is not None
        async with asyncio.timeout(60):
            pid = int(await parent.stdout.readline())
    finally:
        parent.kill()
        await parent.wait()
    await until(lambda: not lives(pid))


async def test_a_busy_process_ends_with_its_parent() -> None:
    code = (
        "import asyncio, dataclasses\n"
        "from deskterm.channels.email.caps import CAPS\n"
        "from deskterm.channels.email.parser_process import ParserProcess\n"
        "async def main():\n"
        "    caps = dataclasses.replace(CAPS, parse_s=1, html=CAPS.mail)\n"
        "    parser = ParserProcess(caps=caps)\n"
        "    await parser.understand(b'Subject: x\\n\\nx')\n"
        "    bomb = asyncio.ensure_future(parser.understand(b'Content-Type: text/html\\n\\n' + b'<p>' * 8_000_000))\n"
        "    await asyncio.sleep(0.2)\n"
        "    print(parser.pid, flush=True)\n"
        "    await bomb\n"
        "asyncio.run(main())\n"
    )
    parent = await asyncio.create_subprocess_exec(sys.executable, "-c", code, stdout=subprocess.PIPE)
    try:
        assert parent.stdout is not None
        async with asyncio.timeout(60):
            pid = int(await parent.stdout.readline())
    finally:
        parent.kill()
        await parent.wait()
    await until(lambda: not lives(pid))


def test_the_process_loads_only_what_it_needs() -> None:
    code = "import deskterm.channels.email.worker, sys; print(' '.join(sys.modules))"
    loaded = set(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split())
    assert not loaded & {"textual", "aiohttp", "aioimaplib", "aiosmtplib", "aiogram", "sqlite3", "asyncio", "ssl", "rich"}

"""A process told to end while its servers are silent and half of it is still being loaded: it ends by itself, in time."""

from __future__ import annotations

import asyncio
import contextlib
import signal

import pytest
from pty_harness import Terminal
from world import stop

pytestmark = [pytest.mark.whole, pytest.mark.peer("dovecot")]

PROMPT_S = 6.0
"""Far more than the program's own two seconds, far less than loading aiogram on a busy machine took."""


@pytest.fixture
async def silent(world):
    """The desk's world, with servers that take connections and never say a word."""

    async def say_nothing(_reader, writer):
        held.append(writer)
        await asyncio.Event().wait()

    held = []
    server = await asyncio.start_server(say_nothing, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    world.imap_port = world.smtp_port = port
    world.write_config()
    config = world.home / "config.toml"
    config.write_text(config.read_text(encoding="utf-8").replace(world.bot.url, f"http://127.0.0.1:{port}"), encoding="utf-8")
    yield world
    server.close()
    for writer in held:
        writer.close()


@pytest.mark.parametrize("after_s", [0.0, 1.0, 3.0])
async def test_a_worker_ends_by_itself_in_time(silent, after_s):
    process = await silent.start_worker()
    await silent.until(silent.polling, "it holds the lease")
    await asyncio.sleep(after_s)
    async with asyncio.timeout(PROMPT_S):
        assert await stop(process) == 0
    assert not silent.polling()


async def test_a_second_signal_ends_no_earlier_and_leaves_the_lease_free(silent):
    process = await silent.start_worker()
    await silent.until(silent.polling, "it holds the lease")
    process.send_signal(signal.SIGTERM)
    async with asyncio.timeout(PROMPT_S):
        while process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                process.send_signal(signal.SIGTERM)
            await asyncio.sleep(0.05)
    assert process.returncode == 0
    assert not silent.polling()


@pytest.mark.parametrize("after_s", [1.0, 3.0])
async def test_a_console_ends_by_itself_in_time(silent, after_s):
    with Terminal(silent.argv(), columns=100, rows=30, env={}) as terminal:
        await silent.until(silent.polling, "it holds the lease")
        await asyncio.sleep(after_s)
        terminal.signal(signal.SIGTERM)
        assert await asyncio.to_thread(terminal.wait_end, PROMPT_S) == 128 + signal.SIGTERM
        assert terminal.modes() == terminal.modes_before
    assert not silent.polling()

"""Faults of the machine around the real program: a worker that sleeps or dies, a store that is newer, broken or away."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import sqlite3
import time

import pytest
from stopped import put_to_sleep
from world import PATIENCE_S

from deskterm.background.supervisor import STAND_S
from deskterm.store.engine import STORE_FILE
from deskterm.store.lease import TTL_MS

pytestmark = [pytest.mark.whole, pytest.mark.peer("dovecot")]


def holder_pid(world) -> int:
    row = world.one("SELECT pid FROM lease WHERE holder <> ''")
    return row[0] if row else 0


async def test_a_worker_that_slept_past_its_lease_acts_no_second_time(world):
    async with world.worker() as first, world.worker() as second:
        workers = {first.pid: first, second.pid: second}
        world.bot.world.write("до сна", chat_id=7)
        await world.until(lambda: world.stored("до сна"), "the message is stored")
        sleeper = workers[holder_pid(world)]
        (epoch,) = world.one("SELECT epoch FROM lease")
        await put_to_sleep(sleeper, world.home)
        try:
            await world.until(lambda: holder_pid(world) not in (0, sleeper.pid), "the other takes over")
            await world.command("conversation", "reply", "1001", "ответ", "--wait")
            world.bot.world.write("во сне", chat_id=7)
            await world.send_mail(world.mail("письмо во сне"))
            await world.until(lambda: world.stored("во сне") == 2, "both are stored")
        finally:
            sleeper.send_signal(signal.SIGCONT)
        world.bot.world.write("после сна", chat_id=7)
        await world.until(lambda: world.stored("после сна"), "the message after it is stored")
        await world.command("conversation", "reply", "1001", "и ещё", "--wait")
        assert holder_pid(world) not in (0, sleeper.pid)
        assert world.one("SELECT epoch FROM lease") == (epoch + 1,)
    assert [sent.text for sent in world.bot.world.sent] == ["ответ", "и ещё"]
    texts = [text.strip() for (text,) in world.all("SELECT text FROM message WHERE kind = 'incoming'")]
    assert sorted(texts) == sorted(["до сна", "во сне", "письмо во сне", "после сна"])
    assert world.integrity() == "ok"


async def test_a_killed_worker_is_followed_within_its_lease(world):
    async with world.worker() as first, world.worker() as second:
        workers = {first.pid: first, second.pid: second}
        killed = workers[holder_pid(world)]
        killed.kill()
        await killed.wait()
        died = time.monotonic()
        await world.until(lambda: holder_pid(world) not in (0, killed.pid), "the other takes over")
        assert time.monotonic() - died < TTL_MS / 1000 + STAND_S + 3
        await world.send_mail(world.mail("после смерти"))
        await world.until(lambda: world.stored("после смерти"), "it takes in")


async def refusal(world, *words: str) -> dict:
    code, out, err = await world.run(*words, "--json")
    answer = json.loads(out)
    assert code != 0
    assert answer["ok"] is False
    assert "Traceback" not in err
    return answer["error"]


@pytest.mark.parametrize("words", [("status",), ("conversation", "list"), ("conversation", "reply", "1001", "да")])
async def test_a_newer_store_is_refused_by_every_command_and_not_touched(world, words):
    path = world.home / STORE_FILE
    with contextlib.closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    before = path.read_bytes()
    error = await refusal(world, *words)
    assert error["code"] == "store_newer"
    assert error["fix"].lower() == "upgrade deskterm; nothing was changed"
    assert path.read_bytes() == before


@pytest.mark.parametrize("damage", ["header", "text"])
async def test_a_damaged_store_names_the_way_back_and_is_not_touched(world, damage):
    path = world.home / STORE_FILE
    content = path.read_bytes()
    path.write_bytes(b"\0" * 100 + content[100:] if damage == "header" else b"what is this?\n" * 1000)
    before = path.read_bytes()
    error = await refusal(world, "status")
    assert error["code"] == "store_broken"
    assert str(path) in error["message"]
    assert "backups" in error["fix"]
    assert path.read_bytes() == before


async def test_a_store_replaced_under_a_worker_is_not_written_and_ends_it(world):
    async with world.worker(stderr=asyncio.subprocess.PIPE) as process:
        path = world.home / STORE_FILE
        copy = world.home / "copy.db"
        with contextlib.closing(sqlite3.connect(path)) as connection:
            connection.execute("VACUUM INTO ?", (str(copy),))
        before = copy.read_bytes()
        os.replace(copy, path)
        world.bot.world.write("в никуда", chat_id=7)
        _, said = await asyncio.wait_for(process.communicate(), PATIENCE_S)
        assert said.decode() == f"deskterm: {path} was replaced while it was open. Stop deskterm and start it again\n"
        assert process.returncode == 74
        assert "was replaced while it was open" in world.log_tail()
        assert path.read_bytes() == before

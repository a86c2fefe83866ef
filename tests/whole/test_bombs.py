"""MIME bombs through the whole desk: they end in time, their bytes are kept, and what comes behind them arrives."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "channels"))

from mail_bombs import BOMBS

pytestmark = [pytest.mark.whole, pytest.mark.peer("dovecot")]

SOME = ("a subject of a megabyte", "50 000 recipients", "nested 2000 deep", "nested comments", "html: nested", "100 000 parts")


async def test_bombs_block_nothing_and_stay_readable_raw(world):
    async with world.worker():
        bombs = [BOMBS[name].replace(b"\n", b"\r\n") for name in SOME]
        world.dovecot.deliver(world.user, *bombs)
        await world.send_mail(world.mail("живой клиент"))
        await world.until(lambda: world.stored("живой клиент"), "the mail behind the bombs is stored")
        await world.until(lambda: world.one("SELECT count(*) FROM inbound WHERE state = 'received'") == (0,), "all is settled")
        (channel,) = [one for one in (await world.command("status"))["channels"] if one["kind"] == "email"]
        assert (channel["ours_count"], channel["server_count"]) == (len(SOME) + 1,) * 2
    sizes = [size for (size,) in world.all("SELECT size FROM inbound ORDER BY id")]
    assert len(sizes) == len(SOME) + 1
    assert all(size >= len(bomb) for size, bomb in zip(sizes, bombs, strict=False))
    for inbound_id, size in world.all("SELECT id, size FROM inbound"):
        code, out, _ = await world.run("quarantine", "show", str(inbound_id), "--json")
        assert code == 0, out
        assert str(size) in out

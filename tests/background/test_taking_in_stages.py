"""The porch and the placer: kept once whatever is redelivered, told only after the commit, understood one by one."""

from __future__ import annotations

import asyncio
import random
from dataclasses import replace

import pytest
from scripted import until

from deskterm.background import collector
from deskterm.background.collector import Placer, StorePorch, parking
from deskterm.channels.base import LeaseLost, Mark, NotNow, StoreUnavailable
from deskterm.desk.model import Held
from deskterm.desk.post import CopyState, Health, HealthState, Ignored, InFile, Raw, ServerCopy, Unreadable
from deskterm.store import lease, ledger
from deskterm.store.lease import Claimant
from deskterm.store.ledger import IN_TABLE


def raw(room, key: str, data: bytes = b"bytes", position: int | None = None, epoch: int = 1) -> Raw:
    copy = None if position is None else ServerCopy("INBOX", epoch, position)
    return Raw(key, data, room.house.clock(), copy)


def porch_of(room, channel: str = "mail") -> StorePorch:
    return StorePorch(room.duty, room.house.channels[channel])


def as_text(room, channel: str = "bot"):
    """Understand bytes as the words of a chat message, or of a mail."""

    def understand(data: bytes):
        text = data.decode()
        if channel == "bot":
            return room.house.chat(text, external_id=f"7:{text}")
        return replace(room.house.mail(text, sender=f"{text}@client.test"), external_id=text)

    return understand


async def states(room):
    return [state for (state,) in await room.house.all("SELECT state FROM inbound ORDER BY id")]


async def none_received(room):
    return await room.house.one("SELECT count(*) FROM inbound WHERE state = 'received'") == (0,)


async def test_redelivery_ten_times_in_any_order_is_one_row_each(room):
    room.bot.understands = as_text(room)
    porch = porch_of(room, "bot")
    deliveries = [raw(room, f"k{n}", f"m{n}".encode()) for n in range(50)] * 10
    random.Random(5).shuffle(deliveries)
    async with room.running(Placer(room.duty)):
        for start in range(0, len(deliveries), 25):
            await porch.take(deliveries[start : start + 25], Mark("offset", str(start)))
        await until(lambda: none_received(room))
    assert await states(room) == ["stored"] * 50
    assert await room.house.one("SELECT count(*), count(DISTINCT text) FROM message") == (50, 50)
    assert await porch.mark("offset") == "475"


async def test_rows_and_checkpoint_are_kept_together_or_not_at_all(room):
    porch = porch_of(room)
    await porch.take([raw(room, "a")], Mark("INBOX", "1"))
    room.full = True
    with pytest.raises(StoreUnavailable, match="no room"):
        await porch.take([raw(room, "b")], Mark("INBOX", "2"))
    room.full = False
    assert (await porch.mark("INBOX"), await porch.mark("Other")) == ("1", None)
    broken = replace(raw(room, "c"), at=None)
    with pytest.raises(TypeError):
        await porch.take([raw(room, "b"), broken], Mark("INBOX", "3"))
    assert await porch.mark("INBOX") == "1"
    assert await room.house.all("SELECT source_key FROM inbound") == [("a",)]


async def test_who_lost_the_lease_takes_nothing_in(room):
    porch = porch_of(room)
    await room.house.store.writer.run(lambda tx: tx.run("UPDATE lease SET expires = 0"))
    await room.house.store.writer.run(lambda tx: lease.acquire(tx, Claimant(holder="other")))
    for call in (
        porch.take([raw(room, "a", position=1)], Mark("INBOX", "1")),
        porch.accounted("INBOX", 1, [1]),
        porch.note_copy(ServerCopy("INBOX", 1, 1), CopyState.GONE),
        porch.counted("INBOX", 1, [1]),
        porch.health(Health(HealthState.OK)),
        porch.gap(5, "a day"),
    ):
        with pytest.raises(LeaseLost):
            await call
    for table in ("inbound", "checkpoint", "server_copy", "server_count"):
        assert await room.house.one(f"SELECT count(*) FROM {table}") == (0,)


async def test_large_bytes_lie_in_a_file_and_a_file_that_cannot_be_written_is_not_told_as_kept(room, monkeypatch):
    porch = porch_of(room)
    await porch.take([raw(room, "small", b"s" * IN_TABLE), raw(room, "large", b"l" * (IN_TABLE + 1))])
    rows = await room.house.all("SELECT source_key, size, data IS NULL, sha256 FROM inbound ORDER BY id")
    assert [row[:3] for row in rows] == [("small", IN_TABLE, 0), ("large", IN_TABLE + 1, 1)]
    assert room.house.store.files.read(rows[1][3]) == b"l" * (IN_TABLE + 1)
    assert await room.house.office.raw(2) == b"l" * (IN_TABLE + 1)

    def full(_data):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(room.house.store.files, "put", full)
    with pytest.raises(StoreUnavailable):
        await porch.take([raw(room, "other", b"o" * (IN_TABLE + 1))], Mark("INBOX", "9"))
    assert await porch.mark("INBOX") is None


async def test_the_ledger_accounts_for_what_was_parked_and_counts_against_the_server(room):
    room.mail.understands = as_text(room, "mail")
    porch = porch_of(room)
    await porch.take([raw(room, f"k{n}", f"m{n}".encode(), n) for n in (1, 2, 3)], Mark("INBOX", "3"))
    for position, state in ((4, CopyState.GONE), (5, CopyState.POISON), (6, CopyState.SKIPPED), (7, CopyState.RETRY)):
        assert await porch.note_copy(ServerCopy("INBOX", 1, position), state) == 1
    assert await porch.note_copy(ServerCopy("INBOX", 1, 7), CopyState.RETRY) == 2
    async with room.running(Placer(room.duty)):
        await until(lambda: none_received(room))
    assert await porch.accounted("INBOX", 1, range(1, 9)) == {1, 2, 3, 4, 5, 6}
    assert await porch.accounted("INBOX", 1, [2, 8]) == {2}
    assert await porch.accounted("INBOX", 1, []) == set()
    assert await porch.accounted("INBOX", 2, [1]) == set()
    assert await porch.accounted("Other", 1, [1]) == set()
    await porch.counted("INBOX", 1, [1, 2, 3, 5, 6, 7, 8])

    async def counts():
        (channel,) = [one for one in (await room.house.office.status()).channels if one.name == "mail"]
        return channel.ours_count, channel.server_count

    assert await counts() == (5, 7)
    await porch.counted("INBOX", 2, [1])  # the server began to count anew
    assert await counts() == (0, 1)
    await porch.take([raw(room, "k1", b"m1", 1, epoch=2)])
    assert await counts() == (1, 1)
    assert await room.house.one("SELECT count(*) FROM inbound") == (3,)


async def test_a_message_that_vanished_heals_with_the_next_scan(room):
    room.mail.understands = as_text(room, "mail")
    porch = porch_of(room)
    one = raw(room, "k1", b"m1", 1)
    await porch.take([one])
    async with room.running(Placer(room.duty)):
        await until(lambda: none_received(room))
        await room.house.store.writer.run(lambda tx: tx.run("DELETE FROM message_ref"))
        await room.house.store.writer.run(lambda tx: tx.run("DELETE FROM search_doc"))
        await room.house.store.writer.run(lambda tx: tx.run("DELETE FROM message"))
        assert await porch.accounted("INBOX", 1, [1]) == set()
        await porch.take([one])
        await until(lambda: none_received(room))
        assert await porch.accounted("INBOX", 1, [1]) == {1}
    assert await room.house.all("SELECT text FROM message") == [("m1",)]
    assert await room.house.one("SELECT count(*) FROM inbound") == (1,)


FAULTS = [
    (Unreadable("no \x1b[1mmail"), "no ␛[1mmail"),
    (ZeroDivisionError(), "cannot be understood: ZeroDivisionError"),
    (RecursionError(), "cannot be understood: RecursionError"),
    (MemoryError(), "cannot be understood: MemoryError"),
    (OSError(5, "Input/output error"), "cannot be understood: OSError"),
]


@pytest.mark.parametrize(("fault", "reason"), FAULTS)
async def test_what_cannot_be_understood_is_put_aside_alone(room, fault, reason):
    good = as_text(room)

    def understand(data):
        if data == b"m1":
            raise fault
        return good(data)

    room.bot.understands = understand
    await porch_of(room, "bot").take([raw(room, f"k{n}", f"m{n}".encode()) for n in range(3)])
    async with room.running(Placer(room.duty)):
        await until(lambda: none_received(room))
    assert await states(room) == ["stored", "quarantined", "stored"]
    assert await room.house.one("SELECT reason, data FROM inbound WHERE id = 2") == (reason, b"m1")
    (held,) = await room.house.office.held()
    assert (held.id, held.reason) == (2, reason)


async def test_what_cannot_be_placed_is_put_aside_alone(room):
    good = as_text(room)

    def understand(data):
        found = good(data)
        return replace(found, sender=7) if data == b"m1" else found

    room.bot.understands = understand
    await porch_of(room, "bot").take([raw(room, f"k{n}", f"m{n}".encode()) for n in range(3)])
    async with room.running(Placer(room.duty)):
        await until(lambda: none_received(room))
    assert await states(room) == ["stored", "quarantined", "stored"]
    assert (await room.house.one("SELECT reason FROM inbound WHERE id = 2"))[0].startswith("cannot be placed: ")
    assert await room.house.one("SELECT count(*) FROM message") == (2,)
    assert await room.house.one("SELECT count(*) FROM identity") == (1,)


async def test_what_the_channel_ignores_keeps_its_reason(room):
    room.bot.understands = lambda _data: Ignored("a poll")
    await porch_of(room, "bot").take([raw(room, "a")])
    async with room.running(Placer(room.duty)):
        await until(lambda: none_received(room))
    assert await room.house.one("SELECT state, reason, settled_at IS NOT NULL FROM inbound") == ("ignored", "a poll", 1)


async def test_not_now_puts_nothing_aside_and_holds_up_no_other_channel(room):
    ready = False
    understand = as_text(room, "mail")

    def later(data):
        if not ready:
            raise NotNow("the parser does not start")
        return understand(data)

    room.mail.understands = later
    room.bot.understands = as_text(room)
    await porch_of(room).take([raw(room, f"k{n}", f"m{n}".encode()) for n in range(100)])
    await porch_of(room, "bot").take([raw(room, "b", b"chat")])
    async with room.running(Placer(room.duty)):
        await until(lambda: room.mail.parsed and len(room.bot.parsed) == 1)

        async def placed():
            return await room.house.one("SELECT count(*) FROM message") == (1,)

        await until(placed)
        assert (await states(room))[:100] == ["received"] * 100
        ready = True
        await until(lambda: none_received(room))
    assert await states(room) == ["stored"] * 101


async def test_a_slow_message_holds_up_no_other_channel(room):
    gate = asyncio.Event()
    understand = as_text(room, "mail")

    async def slowly(data):
        await gate.wait()
        return understand(data)

    room.mail.understands = slowly
    room.bot.understands = as_text(room)
    await porch_of(room).take([raw(room, "slow", b"slow")])
    async with room.running(Placer(room.duty)):
        await until(lambda: room.mail.parsed)
        for n in range(3):
            await porch_of(room, "bot").take([raw(room, f"b{n}", f"chat{n}".encode())])

        async def placed():
            return await room.house.one("SELECT count(*) FROM message") == (3,)

        await until(placed)
        gate.set()
        await until(lambda: none_received(room))


async def test_order_is_kept_within_a_channel(room):
    room.bot.understands = as_text(room)
    porch = porch_of(room, "bot")
    async with room.running(Placer(room.duty)):
        for n in range(0, 200, 20):
            await porch.take([raw(room, f"k{k}", f"m{k}".encode()) for k in range(n, n + 20)])
        await until(lambda: none_received(room))
    texts = [text for (text,) in await room.house.all("SELECT text FROM message ORDER BY id")]
    assert texts == [f"m{n}" for n in range(200)]


async def test_a_full_disk_puts_no_mail_aside(room, monkeypatch):
    room.bot.understands = lambda _data: room.house.chat("вот", external_id="7:1", attachments=(InFile("a", "a/b", b"a"),))
    put, tries = room.house.store.files.put, 0

    def full(_data):
        nonlocal tries
        tries += 1
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(room.house.store.files, "put", full)
    await porch_of(room, "bot").take([raw(room, "a")])
    async with room.running(Placer(room.duty)):
        await until(lambda: tries >= 2)
        assert await states(room) == ["received"]
        monkeypatch.setattr(room.house.store.files, "put", put)
        await until(lambda: none_received(room))
    assert await states(room) == ["stored"]


async def test_a_store_that_is_full_is_waited_for(room):
    room.bot.understands = as_text(room)
    await porch_of(room, "bot").take([raw(room, "a", b"m")])
    async with room.running(Placer(room.duty)):
        await until(lambda: none_received(room))
        gate = asyncio.Event()

        async def full(data):
            room.full = True
            await gate.wait()
            return as_text(room)(data)

        room.bot.understands = full
        await porch_of(room, "bot").take([raw(room, "b", b"n")])
        await until(lambda: room.full)
        gate.set()
        writes = room.writes
        await until(lambda: room.writes >= writes + 3)
        assert await states(room) == ["stored", "received"]
        room.full = False
        await until(lambda: none_received(room))
    assert await states(room) == ["stored", "stored"]


async def test_what_an_earlier_process_left_is_placed_first(room):
    for n in range(3):
        await room.house.keep(f"m{n}".encode(), "bot")
    room.bot.understands = as_text(room)
    async with room.running(Placer(room.duty)):
        await until(lambda: none_received(room))
    assert await states(room) == ["stored"] * 3


async def test_a_row_that_became_a_message_is_not_put_aside_afterwards(room):
    """Somebody understands a held row again while an older try still ends."""
    inbound_id = await room.house.keep(b"m", "bot")
    row = await room.house.store.writer.run(lambda tx: ledger.one(tx, inbound_id))
    late = parking(row, Held.QUARANTINED, "too late", room.duty)
    room.bot.understands = as_text(room)
    async with room.running(Placer(room.duty)):
        await until(lambda: none_received(room))
    await room.house.store.writer.run(late)
    assert await states(room) == ["stored"]


async def test_health_is_kept_and_moves_since_only_with_the_state(room):
    porch = porch_of(room)

    async def row():
        return await room.house.one("SELECT state, detail, since, last_ok_at FROM channel WHERE name = 'mail'")

    first = room.house.clock()
    await porch.health(Health(HealthState.OK))
    room.house.clock.pass_(seconds=5)
    second = room.house.clock()
    await porch.health(Health(HealthState.OK))
    ms = [int(at.timestamp() * 1000) for at in (first, second)]
    assert await row() == ("ok", "", ms[0], ms[1])
    await porch.health(Health(HealthState.RETRYING, "no answer", "look at the network"))
    assert await row() == ("retrying", "no answer", ms[1], ms[1])


async def test_a_gap_is_said_in_clean_words(room):
    await porch_of(room, "bot").gap(90000, "a day\n\x1b[2Jis missing")
    assert await room.house.one("SELECT gap FROM channel WHERE name = 'bot'") == ("a day ␛[2Jis missing",)


async def test_a_scan_of_a_large_mailbox_never_holds_the_write_door(room, monkeypatch):
    porch, many = porch_of(room), 2 * collector.SCAN_SLICE + 10
    values = [(room.house.channels["mail"], n) for n in range(1, many + 1)]
    insert = (
        "INSERT INTO server_copy (channel_id, folder, epoch, position, state, inbound_id, tries, present)"
        " VALUES (?, 'INBOX', 1, ?, 'skipped', NULL, 1, 1)"
    )
    await room.house.store.writer.run(lambda tx: tx.run_many(insert, values))
    slices = []
    mark_seen = ledger.mark_seen
    monkeypatch.setattr(ledger, "mark_seen", lambda *given: (slices.append(len(given[4])), mark_seen(*given)))
    assert await porch.accounted("INBOX", 1, range(1, many + 2)) == set(range(1, many + 1))
    await porch.counted("INBOX", 1, range(1, many + 1))
    assert slices == []
    await porch.counted("INBOX", 1, [1])
    assert slices == [collector.SCAN_SLICE, collector.SCAN_SLICE, 9]
    assert await room.house.one("SELECT sum(present), count(*) FROM server_copy") == (1, many)
    slices.clear()
    await porch.counted("INBOX", 1, range(1, 4))
    assert slices == [2]
    assert await room.house.one("SELECT on_server FROM server_count") == (3,)

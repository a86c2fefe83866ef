"""Errands: files that a channel keeps for us are fetched, copies of what was sent are filed."""

from __future__ import annotations

from collections import deque
from datetime import timedelta

import pytest
from scripted import Room, until

from deskterm.background import errands as errands_module
from deskterm.background.collector import understood
from deskterm.background.errands import FETCH_TRIES, NO_ROOM_PAUSE, Errands
from deskterm.desk.post import InFile, RemoteFile, SendLater, SendRejected
from deskterm.store import ledger
from deskterm.store.ledger import IN_TABLE
from deskterm.store.outbox import FILING_TRIES
from deskterm.store.times import from_ms


async def arrive(room: Room, *files: InFile) -> None:
    """Take in a chat message with files, as the placer does."""
    inbound = room.house.chat("вот", attachments=files)
    inbound_id = await room.house.keep(b"raw", "bot")
    row = await room.house.store.writer.run(lambda tx: ledger.one(tx, inbound_id))
    room.bot.understands = lambda _data: inbound
    work = await understood(room.duty.served[room.house.channels["bot"]], row, room.duty)
    await room.house.store.writer.run(work)


def remote(ref: str, **more) -> InFile:
    return InFile(f"{ref}.bin", "application/octet-stream", remote=RemoteFile(ref, 3), **more)


async def attachment(room: Room, columns: str, place: int = 1):
    return await room.house.one(f"SELECT {columns} FROM attachment WHERE id = ?", (place,))


async def in_state(room: Room, state: str, place: int = 1) -> None:
    async def there():
        return (await attachment(room, "state", place)) == (state,)

    await until(there, f"attachment {place} is {state}")


async def test_a_file_is_fetched_and_kept(room):
    await arrive(room, remote("a"))
    assert await attachment(room, "state, sha256") == ("pending", None)
    room.bot.files["a"] = deque([b"abc"])
    async with room.running(Errands(room.duty)):
        await in_state(room, "stored")
    sha256, size = await attachment(room, "sha256, size")
    assert size == 3
    assert room.house.store.files.read(sha256) == b"abc"


async def test_files_that_came_with_the_message_each_keep_their_own_bytes(room):
    same = InFile("same.txt", "text/plain", b"same")
    await arrive(room, InFile("one.txt", "text/plain", b"1"), same, remote("a"), same)
    rows = await room.house.all("SELECT name, state, sha256 FROM attachment ORDER BY position")
    kept = [room.house.store.files.read(sha256) if sha256 else None for _, _, sha256 in rows]
    assert [state for _, state, _ in rows] == ["stored", "stored", "pending", "stored"]
    assert kept == [b"1", b"same", None, b"same"]


async def test_what_is_not_there_now_is_asked_for_again_and_given_up_in_the_end(room):
    await arrive(room, remote("a"))
    room.bot.files["a"] = deque([SendLater("502")] * FETCH_TRIES)
    pauses = []
    errands = Errands(room.duty)
    async with room.running(errands):
        for tries in range(1, FETCH_TRIES):

            async def put_off(n=tries):
                return (await attachment(room, "tries")) == (n,)

            await until(put_off)
            at = from_ms((await attachment(room, "next_at"))[0])
            pauses.append((at - room.house.clock()).total_seconds())
            room.house.clock.at = at
            errands.wake()
        await in_state(room, "failed")
    assert pauses == [5, 10, 20, 40, 80, 160, 320]
    assert await attachment(room, "reason") == ("502",)
    assert len(room.bot.asked) == FETCH_TRIES


async def test_the_servers_own_pause_is_kept(room):
    await arrive(room, remote("a"))
    room.bot.files["a"] = deque([SendLater("429", 77)])
    async with room.running(Errands(room.duty)):
        await until(lambda: room.bot.asked)

        async def put_off():
            return (await attachment(room, "tries")) == (1,)

        await until(put_off)
    assert from_ms((await attachment(room, "next_at"))[0]) == room.house.clock() + timedelta(seconds=77)


async def test_what_is_gone_for_good_says_why(room):
    await arrive(room, remote("a"))
    room.bot.files["a"] = deque([SendRejected("too \x1b[2Jlarge: 30 MB")])
    async with room.running(Errands(room.duty)):
        await in_state(room, "failed")
    assert await attachment(room, "reason, sha256") == ("too ␛[2Jlarge: 30 MB", None)


async def test_what_the_channel_says_is_unavailable_is_never_asked_for(room):
    await arrive(room, remote("a", unavailable="too large"), remote("b"))
    room.bot.files["b"] = deque([b"b"])
    async with room.running(Errands(room.duty)):
        await in_state(room, "stored", 2)
    assert room.bot.asked == ["b"]
    assert await attachment(room, "state, reason, next_at") == ("unavailable", "too large", None)


@pytest.mark.parametrize("fault", [ZeroDivisionError(), OSError(104, "Connection reset by peer")])
async def test_a_surprise_with_one_file_keeps_no_other_from_being_fetched(room, fault):
    await arrive(room, remote("a"), remote("b"))
    room.bot.files |= {"a": deque([fault, b"a"]), "b": deque([b"b"])}
    errands = Errands(room.duty)
    async with room.running(errands):
        await in_state(room, "stored", 2)
        assert await attachment(room, "state, tries") == ("pending", 1)
        room.house.clock.pass_(seconds=5)
        errands.wake()
        await in_state(room, "stored", 1)


async def test_a_full_disk_is_nobodys_try(room, monkeypatch):
    await arrive(room, remote("a"))
    room.bot.files["a"] = deque([b"abc"] * 20)
    put = room.house.store.files.put

    def full(_data):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(room.house.store.files, "put", full)
    errands = Errands(room.duty)
    async with room.running(errands):
        for n in range(1, FETCH_TRIES + 2):
            await until(lambda n=n: len(room.bot.asked) == n)

            async def put_off():
                return from_ms((await attachment(room, "next_at"))[0]) == room.house.clock() + NO_ROOM_PAUSE

            await until(put_off)
            assert await attachment(room, "state, tries") == ("pending", 0)
            room.house.clock.pass_(minutes=1)
            errands.wake()
        monkeypatch.setattr(room.house.store.files, "put", put)
        room.house.clock.pass_(minutes=1)
        errands.wake()
        await in_state(room, "stored")


async def test_files_of_a_channel_that_is_not_served_wait_and_hold_up_nobody(room):
    await arrive(room, *(remote(f"a{n}") for n in range(30)))
    await room.house.store.writer.run(
        lambda tx: tx.run("UPDATE attachment SET channel_id = ? WHERE id <= 29", (room.house.channels["mail"],))
    )
    room.duty.served = {room.house.channels["bot"]: room.duty.served[room.house.channels["bot"]]}
    room.bot.files["a29"] = deque([b"x"])
    async with room.running(Errands(room.duty)):
        await in_state(room, "stored", 30)
    assert room.bot.asked == ["a29"]


# --- copies in Sent


async def sent(room: Room, text: str = "да") -> int:
    await room.conversation()
    message_id = await room.reply(text)
    async with room.sending():
        await room.comes_to(message_id, "sent")
    return message_id


async def filing(room: Room, message_id: int, state: str) -> None:
    async def there():
        return (await room.part(message_id, "filed")) == (state,)

    await until(there, f"its copy is {state}")


@pytest.mark.parametrize("size", [1, IN_TABLE])
async def test_a_copy_is_filed_and_the_bytes_go(room, size):
    message_id = await sent(room, "я" * size)
    assert await room.part(message_id, "filed") == ("due",)
    async with room.running(Errands(room.duty)):
        await filing(room, message_id, "done")
    assert room.mail.filed == [room.mail.sent[0][1]]
    assert await room.part(message_id, "payload, payload_sha256") == (None, None)


@pytest.mark.parametrize("fault", [SendLater("the mailbox is away"), ZeroDivisionError()])
async def test_filing_is_tried_again_and_given_up_without_a_word_to_the_message(room, fault):
    message_id = await sent(room)
    room.mail.filing.extend([fault] * FILING_TRIES)
    errands = Errands(room.duty)
    async with room.running(errands):
        for tries in range(1, FILING_TRIES + 1):

            async def tried(n=tries):
                return (await room.part(message_id, "filing_tries")) == (n,)

            await until(tried)
            room.house.clock.pass_(minutes=5)
            errands.wake()
        await filing(room, message_id, "failed")
    assert room.mail.filed == []
    assert await room.delivery(message_id) == "sent"
    assert await room.part(message_id, "payload") == (None,)


async def test_a_copy_whose_bytes_are_lost_is_given_up_and_holds_up_no_other(room):
    lost = await sent(room, "я" * IN_TABLE)
    (sha256,) = await room.part(lost, "payload_sha256")
    room.house.store.files.path(sha256).unlink()
    await room.conversation(who="petr")
    other = await room.reply("другое", 2)
    async with room.sending():
        await room.comes_to(other, "sent")
    async with room.running(Errands(room.duty)):
        await filing(room, other, "done")
    assert len(room.mail.filed) == 1


async def test_errands_with_nothing_to_do_rest(room, monkeypatch):
    monkeypatch.setattr(errands_module, "NAP_S", 60)
    message_id = await sent(room)
    room.duty.served = {room.house.channels["bot"]: room.duty.served[room.house.channels["bot"]]}
    rounds = 0
    errands = Errands(room.duty)
    look = errands._fetch_due

    async def counted():
        nonlocal rounds
        rounds += 1
        return await look()

    monkeypatch.setattr(errands, "_fetch_due", counted)
    async with room.running(errands):
        await until(lambda: rounds == 1)
        for n in range(3):
            errands.wake()
            await until(lambda n=n: rounds == n + 2)
    assert rounds == 4
    assert await room.part(message_id, "filed") == ("due",)

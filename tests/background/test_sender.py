"""Sending: every outcome and what it leaves, order, doubt, receipts, the end; with a scripted channel on a real store."""

from __future__ import annotations

import asyncio
import itertools
from datetime import timedelta
from pathlib import Path

import pytest
from scripted import Room, Scripted, Try, until

from deskterm.background import sender as sender_module
from deskterm.background.sender import AT_ONCE, ReceiptFile, Sender
from deskterm.desk import commands as c
from deskterm.desk.commands import Refused
from deskterm.desk.delivery import GIVE_UP_AFTER, LOOK_AGAIN_AFTER
from deskterm.desk.model import Delivery, Status
from deskterm.desk.post import (
    Capabilities,
    ChannelRefused,
    Health,
    HealthState,
    Receipt,
    SendLater,
    SendRejected,
    SendUncertain,
    ThreadMoved,
)
from deskterm.desk.rows import View
from deskterm.store import lease
from deskterm.store.lease import Claimant
from deskterm.store.ledger import IN_TABLE
from deskterm.store.outbox import Sent
from deskterm.store.times import from_ms, to_ms

SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)


async def shown(room: Room, message_id: int):
    message = await room.house.office.message(message_id)
    return message.delivery.state, message.delivery.detail


async def not_before(room: Room, message_id: int):
    (at,) = await room.part(message_id, "not_before")
    return from_ms(at)


async def test_a_reply_goes_out_and_its_receipt_is_kept(room):
    await room.conversation()
    message_id = await room.reply("Отправлен вчера")
    room.mail.tries.append(Try(Receipt(("ref-1", "ref-2"), detail="250 queued")))
    async with room.sending():
        await room.comes_to(message_id, "sent")
    (outbound, payload) = room.mail.sent[0]
    assert (outbound.text, outbound.attempt, [one.value for one in outbound.to]) == ("Отправлен вчера", 0, ["olga@client.test"])
    assert payload == f"{outbound.message_id} 1: Отправлен вчера".encode()
    assert room.house.store.signer.public_id(outbound.message_id) is not None
    assert await shown(room, message_id) == (Delivery.SENT, "250 queued")
    refs = await room.house.all("SELECT external_id, part FROM message_ref WHERE message_id = ? ORDER BY part", (message_id,))
    assert refs == [("ref-1", 0), ("ref-2", 1)]
    assert await room.part(message_id, "state, phase, filed, twice, attempt") == ("sent", "", "due", 0, 0)
    (actor,) = await room.house.one("SELECT actor_kind FROM journal WHERE kind = 'part_sent'")
    assert actor == "channel"


async def test_recipients_that_were_not_accepted_are_named(room):
    await room.conversation()
    message_id = await room.reply("да")
    room.mail.tries.append(Try(Receipt(("r",), refused=(("boss@client.test", "550 no such user"),))))
    async with room.sending():
        await room.comes_to(message_id, "sent")
    assert (await shown(room, message_id))[1] == "not accepted for boss@client.test: 550 no such user"


async def test_nothing_goes_out_within_the_undo_window_and_what_is_taken_back_never_does(room):
    await room.conversation()
    message_id = await room.reply("постой", undo=True)
    async with room.sending() as sender:
        room.house.clock.pass_(seconds=9.9)
        sender.wake()
        await room.house.office.submit(c.TakeBack(message_id))
        room.house.clock.pass_(days=1)
        other = await room.reply("а это да", await room.conversation(who="petr"))
        await room.comes_to(other, "sent")
        assert await room.delivery(message_id) == "cancelled"
    assert room.mail.texts() == ["а это да"]
    assert (await room.house.office.draft(1)).text == "постой"


async def test_send_now_does_not_wait_for_the_window(room):
    await room.conversation()
    message_id = await room.reply("сразу", undo=True)
    async with room.sending():
        await room.house.office.submit(c.SendNow(message_id))
        await room.comes_to(message_id, "sent")
    assert await room.house.office.submit(c.TakeBack(message_id)) == Refused("gone_out")


async def test_back_off_is_1_5_15_60_minutes_then_hourly_and_two_days_are_the_end(room):
    await room.conversation()
    message_id = await room.reply("терпение")
    queued_at = room.house.clock() - 10 * SECOND
    pauses = []
    async with room.sending() as sender:
        for attempt in range(60):
            room.mail.tries.append(Try(SendLater("451 later")))
            sender.wake()
            await until(lambda n=attempt: len(room.mail.begun) == n + 1)
            settled = await until_settled(room, message_id)
            if settled == "failed":
                break
            pauses.append(await not_before(room, message_id) - room.house.clock())
            room.house.clock.at = await not_before(room, message_id)
    assert pauses[:6] == [MINUTE, 5 * MINUTE, 15 * MINUTE, 60 * MINUTE, 60 * MINUTE, 60 * MINUTE]
    assert set(pauses[3:]) == {60 * MINUTE}
    assert GIVE_UP_AFTER < room.house.clock() - queued_at <= GIVE_UP_AFTER + timedelta(hours=1)
    assert await shown(room, message_id) == (Delivery.FAILED, "451 later")
    assert [outbound.attempt for outbound, _ in room.mail.sent] == list(range(len(room.mail.sent)))


async def until_settled(room: Room, message_id: int) -> str:
    async def settled():
        state = await room.delivery(message_id)
        return state != "sending" and state

    return await until(settled)


async def test_the_servers_own_pause_is_kept(room):
    await room.conversation()
    message_id = await room.reply("медленнее")
    room.mail.tries.append(Try(SendLater("429 slow down", 33), wire=False))
    async with room.sending():
        await until(lambda: room.mail.begun)
        assert await until_settled(room, message_id) == "queued"
    assert await not_before(room, message_id) == room.house.clock() + 33 * SECOND
    assert await shown(room, message_id) == (Delivery.QUEUED, "429 slow down")


@pytest.mark.parametrize(
    ("fault", "wire", "detail"),
    [
        (SendRejected("550 \x1b[31mno such user"), True, "550 ␛[31mno such user"),
        (OSError(2, "No such file or directory"), False, "a file of it cannot be read: No such file or directory"),
        (ZeroDivisionError(), False, "cannot be sent: ZeroDivisionError; see the log"),
    ],
)
async def test_what_will_not_arrive_fails_reopens_and_waits_again(room, fault, wire, detail):
    await room.conversation()
    since = room.house.clock()
    message_id = await room.reply("да", close=True)
    room.mail.tries.append(Try(fault, wire=wire))
    async with room.sending():
        await room.comes_to(message_id, "failed")
    assert await shown(room, message_id) == (Delivery.FAILED, detail)
    row = (await room.house.office.conversations(View.ALL)).rows[0]
    assert (row.status, row.waiting_since, row.failed) == (Status.OPEN, since, 1)


async def test_a_retry_carries_the_same_message_id_and_bytes(room):
    await room.conversation()
    message_id = await room.reply("письмо")
    room.mail.tries.append(Try(SendRejected("550 no")))
    async with room.sending():
        await room.comes_to(message_id, "failed")
        await room.house.office.submit(c.RetrySend(message_id))
        await room.comes_to(message_id, "sent")
    (first, first_bytes), (second, second_bytes) = room.mail.sent
    assert first_bytes == second_bytes
    assert first.message_id == second.message_id
    assert len(room.mail.prepared) == 1


async def test_large_bytes_lie_in_a_file_and_stay_the_same(room):
    await room.conversation()
    message_id = await room.reply("я" * IN_TABLE)
    room.mail.tries.append(Try(SendLater("451 later")))
    async with room.sending() as sender:
        await until(lambda: room.mail.begun)
        await room.comes_to(message_id, "queued")
        assert (await room.part(message_id, "payload, payload_sha256 IS NOT NULL")) == (None, 1)
        room.house.clock.pass_(minutes=1)
        sender.wake()
        await room.comes_to(message_id, "sent")
    assert room.mail.sent[0][1] == room.mail.sent[1][1]


async def test_lost_bytes_fail_their_message_and_stop_no_other(room):
    await room.conversation()
    lost = await room.reply("я" * IN_TABLE)
    room.mail.tries.append(Try(SendLater("451 later")))
    async with room.sending() as sender:
        await until(lambda: room.mail.begun)
        await room.comes_to(lost, "queued")
        (sha256,) = await room.part(lost, "payload_sha256")
        room.house.store.files.path(sha256).unlink()
        room.house.clock.pass_(minutes=1)
        sender.wake()
        await room.comes_to(lost, "failed")
        other = await room.reply("другое", await room.conversation(who="petr"))
        await room.comes_to(other, "sent")
    assert (await shown(room, lost))[1] == "a file of it cannot be read: No such file or directory"


async def test_an_uncertain_mail_is_looked_for_and_found(room):
    await room.conversation()
    message_id = await room.reply("дошло?")
    room.mail.tries.append(Try(SendUncertain("the connection went")))
    room.mail.found.append(Receipt(("found",)))
    async with room.sending() as sender:
        await room.comes_to(message_id, "uncertain")
        assert await not_before(room, message_id) == room.house.clock() + LOOK_AGAIN_AFTER
        room.house.clock.pass_(minutes=9, seconds=59)
        sender.wake()
        assert room.mail.resolved == []
        room.house.clock.pass_(seconds=1)
        sender.wake()
        await room.comes_to(message_id, "sent")
    assert len(room.mail.sent) == 1
    assert await shown(room, message_id) == (Delivery.SENT, "found among what was sent")


async def test_an_uncertain_mail_goes_out_once_more_and_then_waits_for_a_person(room):
    await room.conversation()
    message_id = await room.reply("дошло?")
    room.mail.tries += [Try(SendUncertain("went")), Try(SendUncertain("went again"))]
    async with room.sending() as sender:
        await room.comes_to(message_id, "uncertain")
        room.house.clock.pass_(minutes=10)
        sender.wake()
        await until(lambda: len(room.mail.sent) == 2)
        await room.comes_to(message_id, "uncertain")
        assert await room.part(message_id, "not_before, twice") == (None, 1)
        room.house.clock.pass_(days=1)
        sender.wake()
        await room.reply("другое", await room.conversation(who="petr"))
        await until(lambda: "другое" in room.mail.texts())
        assert len({payload for _, payload in room.mail.sent[:2]}) == 1
        assert room.mail.texts().count("дошло?") == 2
        await room.house.office.submit(c.RetrySend(message_id))
        await room.comes_to(message_id, "sent")


@pytest.mark.parametrize("fault", [SendLater("the mailbox cannot be asked"), ChannelRefused("535 no")])
async def test_doubt_stays_while_nobody_can_be_asked(room, fault):
    """That the second try surely did not arrive says nothing of the first."""
    await room.conversation()
    message_id = await room.reply("дошло?")
    room.mail.tries.append(Try(SendUncertain("went")))
    room.mail.found.append(fault)
    async with room.sending() as sender:
        await room.comes_to(message_id, "uncertain")
        room.house.clock.pass_(minutes=10)
        sender.wake()
        await until(lambda: room.mail.resolved)
        assert await until_settled(room, message_id) == "uncertain"
        assert await room.part(message_id, "twice") == (0,)
        assert await not_before(room, message_id) == room.house.clock() + LOOK_AGAIN_AFTER
        assert len(room.mail.sent) == 1


async def test_doubt_stays_when_the_second_try_is_put_off(room):
    await room.conversation()
    message_id = await room.reply("дошло?")
    room.mail.tries += [Try(SendUncertain("went")), Try(SendLater("451 greylisted"))]
    room.mail.found += [None, Receipt(("found",))]
    async with room.sending() as sender:
        await room.comes_to(message_id, "uncertain")
        for tries in (2, 2):
            room.house.clock.pass_(minutes=10)
            sender.wake()
            await until(lambda n=tries: len(room.mail.sent) == n)
            await until_settled(room, message_id)
        await room.comes_to(message_id, "sent")
    assert (await shown(room, message_id))[1] == "found among what was sent"


async def test_an_uncertain_chat_message_waits_for_a_person_and_holds_back_the_later_ones(room):
    await room.conversation("bot", "7")
    first = await room.reply("первое")
    room.bot.tries.append(Try(SendUncertain("the connection went")))
    async with room.sending() as sender:
        await room.comes_to(first, "uncertain")
        assert await room.part(first, "not_before") == (None,)
        second = await room.reply("второе")
        elsewhere = await room.reply("другому", await room.conversation("bot", "8"))
        room.house.clock.pass_(days=1)
        sender.wake()
        await room.comes_to(elsewhere, "sent")
        assert await room.delivery(second) == "queued"
        await room.house.office.submit(c.MarkDelivered(first))
        await room.comes_to(second, "sent")
    assert room.bot.texts() == ["первое", "другому", "второе"]
    assert room.bot.resolved == []


async def test_an_exception_on_the_wire_is_doubt(room):
    await room.conversation("bot", "7")
    message_id = await room.reply("да")
    room.bot.tries.append(Try(ConnectionResetError("reset")))
    async with room.sending():
        await room.comes_to(message_id, "uncertain")
    assert (await shown(room, message_id))[1] == "interrupted: ConnectionResetError"


async def test_a_refused_channel_pauses_says_so_and_keeps_the_message(room):
    await room.conversation()
    first = await room.reply("раз")
    await room.conversation("bot", "7")
    room.mail.tries.append(Try(ChannelRefused("535 wrong password"), wire=False))
    async with room.sending() as sender:
        await until(lambda: room.mail.begun)
        assert await until_settled(room, first) == "queued"
        assert await not_before(room, first) == room.house.clock() + 2 * MINUTE
        state = await room.house.one("SELECT state, detail, fix FROM channel WHERE name = 'mail'")
        assert state == ("refused", "535 wrong password", "correct the password or token of mail")
        other = await room.reply("два", 2)
        another = await room.reply("три", await room.conversation(who="petr"))
        room.house.clock.pass_(minutes=3)
        sender.wake()
        await room.comes_to(other, "sent")
        assert await room.delivery(another) == "queued"
        assert room.mail.begun == ["раз"]


async def test_a_chat_that_moved_is_followed(room):
    await room.conversation("bot", "7")
    message_id = await room.reply("да")
    room.bot.tries.append(Try(ThreadMoved("-100")))
    async with room.sending():
        await room.comes_to(message_id, "sent")
    assert [outbound.thread_key for outbound, _ in room.bot.sent] == ["7", "-100"]
    assert await room.house.all("SELECT thread_key, now_key FROM thread_alias") == [("7", "-100")]
    await room.house.arrive(room.house.chat("и я", user="7", thread_key="-100"), "bot")
    assert await room.house.one("SELECT count(*) FROM conversation") == (1,)


async def test_a_chat_that_moves_for_ever_is_not_asked_for_ever(room):
    await room.conversation("bot", "7")
    message_id = await room.reply("да")
    room.bot.tries += [Try(ThreadMoved("-100"), wire=False), Try(ThreadMoved("-200"), wire=False)]
    async with room.sending():
        await until(lambda: len(room.bot.begun) == 2)
        assert await until_settled(room, message_id) == "queued"
    assert await not_before(room, message_id) > room.house.clock()


async def test_answers_of_one_conversation_go_in_order_and_hold_up_no_other(room):
    await room.conversation("bot", "7")
    gate = asyncio.Event()
    room.bot.tries.append(Try(Receipt(("r",)), gate=gate))
    first = await room.reply("один")
    second = await room.reply("два")
    third = await room.reply("другому", await room.conversation("bot", "8"))
    async with room.sending():
        await room.comes_to(third, "sent")
        assert (await room.delivery(first), await room.delivery(second)) == ("sending", "queued")
        gate.set()
        await room.comes_to(second, "sent")
    assert room.bot.texts() == ["один", "другому", "два"]


async def test_a_part_that_fails_fails_the_message_and_lets_the_next_go(room):
    await room.conversation("bot", "7")
    long = await room.reply("слово " * 1000)
    after = await room.reply("дальше")
    room.bot.tries += [Try(Receipt(("r",))), Try(SendRejected("400 bad"))]
    async with room.sending():
        await room.comes_to(after, "sent")
    assert await room.delivery(long) == "failed"
    states = await room.house.all("SELECT state FROM outbox WHERE message_id = ? ORDER BY part_no", (long,))
    assert states == [("sent",), ("failed",)]
    assert len(room.bot.sent) == 3


async def test_the_pause_between_two_messages_to_one_chat_is_kept(room):
    paced = Capabilities(max_units=20, extra={"per_chat_s": "0.25"})
    room.bot.capabilities = paced
    await room.conversation("bot", "7")
    await room.conversation("bot", "8")
    mine = [await room.reply(f"сообщение {n}", 1) for n in range(3)]
    other = await room.reply("другому", 2)
    async with room.sending():
        for message_id in (*mine, other):
            await room.comes_to(message_id, "sent")
    at = [when for text, when in zip(room.bot.begun, room.bot.at, strict=True) if text.startswith("сообщение")]
    assert min(b - a for a, b in itertools.pairwise(at)) >= 0.24
    assert room.bot.begun.index("другому") <= 1


async def test_attachments_are_sent(room, tmp_path):
    await room.conversation()
    (tmp_path / "счёт.pdf").write_bytes(b"%PDF")
    staged = await room.house.office.stage_file(1, tmp_path / "счёт.pdf")
    message_id = await room.reply("вот", attachments=(staged.id,))
    async with room.sending():
        await room.comes_to(message_id, "sent")
    ((outbound, _),) = room.mail.sent
    (file,) = outbound.attachments
    assert (file.name, file.media_type, file.size) == ("счёт.pdf", "application/pdf", 4)
    assert Path(file.path).read_bytes() == b"%PDF"


# --- a store that cannot be written, a process that ends


async def test_a_receipt_goes_to_a_file_while_the_store_is_full_and_leaves_it_again(room):
    await room.conversation("bot", "7")
    message_id = await room.reply("да")
    gate = asyncio.Event()
    room.bot.tries.append(Try(Receipt(("r1",)), gate=gate))
    journal = room.house.store.home / "outbox.journal"
    async with room.sending():
        await until(lambda: room.bot.sent)
        room.full = True
        gate.set()
        await until(journal.exists)
        (outbox_id,) = await room.part(message_id, "id")
        assert ReceiptFile(journal).read() == [(outbox_id, Sent(("r1",), "recorded late"))]
        assert await room.delivery(message_id) == "sending"
        room.full = False
        await room.comes_to(message_id, "sent")
        await until(lambda: not journal.exists())
    assert len(room.bot.sent) == 1


async def test_a_receipt_in_the_file_is_read_at_the_next_start(room):
    await room.conversation("bot", "7")
    message_id = await room.reply("да")
    gate = asyncio.Event()
    room.bot.tries.append(Try(Receipt(("r1",)), gate=gate))
    journal = room.house.store.home / "outbox.journal"
    async with room.sending():
        await until(lambda: room.bot.sent)
        room.full = True
        gate.set()
        await until(journal.exists)
    room.full = False
    assert await room.delivery(message_id) == "sending"
    await Sender(room.duty).recover()
    assert await room.delivery(message_id) == "sent"
    assert await room.house.all("SELECT external_id FROM message_ref WHERE message_id = ?", (message_id,)) == [("r1",)]
    assert not journal.exists()


def test_a_receipt_behind_a_line_that_was_cut_short_is_read(tmp_path):
    receipts = ReceiptFile(tmp_path / "outbox.journal")
    (tmp_path / "outbox.journal").write_text('[7, ["half')
    receipts.add(8, Sent(("r8",)))
    receipts.add(9, Sent(()))
    assert receipts.read() == [(8, Sent(("r8",), "recorded late")), (9, Sent((), "recorded late"))]
    receipts.settled(8)
    assert receipts.read() != []
    receipts.settled(9)
    assert receipts.read() == []


async def test_a_full_store_stops_nothing_on_its_way_and_loses_no_outcome(room):
    await room.conversation("bot", "7")
    await room.conversation("bot", "8")
    gate = asyncio.Event()
    room.bot.tries += [Try(SendRejected("400 bad"), gate=gate)]
    message_id = await room.reply("да")
    async with room.sending() as sender:
        await until(lambda: room.bot.sent)
        room.full = True
        with pytest.raises(Exception, match="no room"):
            await room.reply("ещё", 2)
        sender.wake()
        gate.set()
        await asyncio.sleep(0)
        room.full = False
        await room.comes_to(message_id, "failed")


async def test_a_channel_that_refuses_while_the_store_is_full_is_settled_later(room):
    await room.conversation()
    message_id = await room.reply("да")
    gate = asyncio.Event()
    room.mail.tries.append(Try(ChannelRefused("535 no"), gate=gate))
    async with room.sending():
        await until(lambda: room.mail.sent)
        room.full = True
        gate.set()
        writes = room.writes
        await until(lambda: room.writes > writes + 3)
        room.full = False
        await room.comes_to(message_id, "queued")


async def test_what_is_on_the_wire_at_the_end_may_come_to_its_end(room):
    await room.conversation("bot", "7")
    message_id = await room.reply("да")
    gate = asyncio.Event()
    room.bot.tries.append(Try(Receipt(("r1",)), gate=gate))
    async with room.sending():
        await until(lambda: room.bot.sent)
        asyncio.get_running_loop().call_later(0.05, gate.set)
    assert await room.delivery(message_id) == "sent"


@pytest.mark.parametrize(
    ("channel", "wire", "state", "again"),
    [("bot", True, "uncertain", False), ("mail", True, "uncertain", True), ("bot", False, "queued", True)],
)
async def test_what_hangs_at_the_end_is_settled_by_the_next_holder(room, channel, wire, state, again):
    await room.conversation(channel, "7")
    message_id = await room.reply("да")
    one: Scripted = getattr(room, channel)
    one.tries.append(Try(Receipt(("r1",)), gate=asyncio.Event(), wire=wire))
    async with room.sending():
        await until(lambda: one.begun and (one.sent or not wire))
    assert await room.part(message_id, "state, phase") == ("sending", "wire" if wire else "")
    await Sender(room.duty).recover()
    assert await room.delivery(message_id) == state
    (due,) = await room.part(message_id, "not_before")
    assert (due is not None) is again


async def test_a_process_that_lost_the_lease_settles_nothing(room):
    await room.conversation("bot", "7")
    message_id = await room.reply("да")
    gate = asyncio.Event()
    room.bot.tries.append(Try(Receipt(("r1",)), gate=gate))
    async with room.sending() as sender:
        await until(lambda: room.bot.sent)
        await room.house.store.writer.run(lambda tx: tx.run("UPDATE lease SET expires = 0"))
        await room.house.store.writer.run(lambda tx: lease.acquire(tx, Claimant(holder="other")))
        before = await room.house.one("SELECT count(*) FROM journal")
        gate.set()
        await until(lambda: not sender._tasks)
        assert await room.delivery(message_id) == "sending"
        assert await room.house.one("SELECT count(*) FROM journal") == before


async def test_a_sender_with_nothing_to_do_or_with_its_hands_full_rests(room):
    for n in range(AT_ONCE + 2):
        await room.conversation("bot", str(n))
        await room.reply(f"to {n}", n + 1)
    gate = asyncio.Event()
    room.bot.tries += [Try(Receipt(()), gate=gate) for _ in range(AT_ONCE)]
    async with room.sending():
        await until(lambda: len(room.bot.sent) == AT_ONCE)
        await asyncio.sleep(0.3)  # what it does by itself, without a ring: nothing
        busy = room.writes
        await asyncio.sleep(0.5)
        assert room.writes - busy <= 2
        gate.set()
        await until(lambda: len(room.bot.sent) == AT_ONCE + 2)


async def test_slow_mails_hold_up_no_chat(room):
    for n in range(AT_ONCE + 1):
        await room.conversation("mail", f"slow{n}")
        await room.reply(f"mail {n}", n + 1)
    await room.conversation("bot", "7")
    answer = await room.reply("сразу", AT_ONCE + 2)
    gate = asyncio.Event()
    room.mail.tries += [Try(Receipt(()), gate=gate) for _ in range(AT_ONCE)]
    async with room.sending():
        await room.comes_to(answer, "sent")
        assert len(room.mail.sent) == AT_ONCE
        gate.set()
        await until(lambda: len(room.mail.sent) == AT_ONCE + 1)


async def test_a_pause_in_some_chats_holds_up_no_other(room):
    room.bot.capabilities = Capabilities(max_units=20, extra={"per_chat_s": "1000"})
    for n in range(AT_ONCE + 1):
        await room.conversation("bot", str(n))
    first = [await room.reply("раз", n + 1) for n in range(AT_ONCE)]
    async with room.sending():
        for message_id in first:
            await room.comes_to(message_id, "sent")
        paused = [await room.reply("два", n + 1) for n in range(AT_ONCE)]
        for message_id in paused:
            await room.comes_to(message_id, "sending")
        other = await room.reply("другому", AT_ONCE + 1)
        await room.comes_to(other, "sent")
        assert "два" not in room.bot.begun


async def channel_state(room: Room):
    return await room.house.one("SELECT state, detail, last_ok_at FROM channel WHERE id = ?", (room.house.channels["mail"],))


async def test_a_refusal_to_send_stays_to_be_seen_while_listening_is_well(room, monkeypatch):
    monkeypatch.setattr(sender_module, "REFUSED_PAUSE", timedelta(seconds=0.2))
    mail = room.house.channels["mail"]
    await room.conversation()
    message_id = await room.reply("да")
    room.mail.tries.append(Try(ChannelRefused("535 wrong password"), wire=False))
    async with room.sending():
        await until(lambda: room.duty._refused)
        await room.comes_to(message_id, "queued")
        now = to_ms(room.house.clock())
        await room.duty.health(mail, Health(HealthState.OK))
        assert await channel_state(room) == ("refused", "535 wrong password", now)
        await room.duty.health(mail, Health(HealthState.RETRYING, "no route"))
        assert (await channel_state(room))[:2] == ("retrying", "no route")
        await room.duty.health(mail, Health(HealthState.OK))
        assert (await channel_state(room))[:2] == ("refused", "535 wrong password")
        room.house.clock.pass_(minutes=3)
        await room.comes_to(message_id, "sent")
    assert (await channel_state(room))[:2] == ("ok", "")

"""Listening to a real Dovecot: nothing lost, nothing twice."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from email_support import QUICK, eventually, imap_server, listening, mail, mail_settings, trusting
from peers.dovecot import Dovecot
from peers.memory_porch import MemoryPorch
from peers.proxy import ToxicProxy

from deskterm.channels.base import LeaseLost, Mark
from deskterm.channels.email.channel import EmailChannel
from deskterm.channels.email.imap_session import logged_in
from deskterm.channels.email.parser_process import ParserProcess
from deskterm.desk.post import CopyState, HealthState, Raw, ServerCopy
from deskterm.settings import EmailSettings, Secret, Security

pytestmark = pytest.mark.peer("dovecot")
LONG = os.environ.get("DESKTERM_LONG") == "1"


def texts(*numbers: int) -> list[bytes]:
    return sorted(f"text {number}".encode() for number in numbers)


async def test_takes_what_is_there_and_what_comes(dovecot: Dovecot, mailbox_user: str) -> None:
    dovecot.deliver(mailbox_user, mail(1), mail(2))
    porch = MemoryPorch()
    async with listening(mail_settings(dovecot, mailbox_user), porch):
        await porch.until_health(HealthState.OK)
        assert porch.texts() == texts(1, 2)
        assert porch.takes == 2, "the checkpoint, then both small mails in one transaction"
        await asyncio.to_thread(dovecot.deliver, mailbox_user, mail(3))
        await porch.until_kept(3)
    assert porch.texts() == texts(1, 2, 3)
    [(folder, epoch)] = porch.counts
    assert folder == "INBOX"
    assert porch.counts[folder, epoch] == [1, 2]
    place = json.loads(porch.marks["INBOX"])
    assert (place["uidvalidity"], place["last_uid"]) == (epoch, 3)
    assert [health.state for health in porch.healths] == [HealthState.STARTING, HealthState.OK]
    assert {raw.reason for raw in porch.kept.values()} == {""}


async def test_goes_on_where_it_was(dovecot: Dovecot, mailbox_user: str) -> None:
    dovecot.deliver(mailbox_user, mail(1))
    porch = MemoryPorch()
    settings = mail_settings(dovecot, mailbox_user)
    async with listening(settings, porch):
        await porch.until_health(HealthState.OK)
    dovecot.deliver(mailbox_user, mail(2))
    before = porch.takes
    async with listening(settings, porch):
        await porch.until_kept(2)
    assert porch.texts() == texts(1, 2)
    assert porch.takes == before + 1


async def test_without_idle_it_asks_from_time_to_time(dovecot: Dovecot, mailbox_user: str) -> None:
    said = bytearray()
    porch = MemoryPorch()
    async with ToxicProxy(dovecot.imap) as proxy:
        proxy.rewrite = lambda data: data.replace(b" IDLE", b"")
        proxy.watch = said.extend
        settings = mail_settings(dovecot, mailbox_user, imap=imap_server(dovecot, mailbox_user, port=proxy.port), poll_s=0.1)
        async with listening(settings, porch):
            await porch.until_health(HealthState.OK)
            await asyncio.to_thread(dovecot.deliver, mailbox_user, mail(1))
            await porch.until_kept(1)
    assert b"NOOP" in said
    assert b"IDLE" not in said


async def test_an_idle_the_server_refuses_becomes_polling(dovecot: Dovecot, mailbox_user: str) -> None:
    porch = MemoryPorch()
    async with ToxicProxy(dovecot.imap) as proxy:
        proxy.rewrite = lambda data: data.replace(b"+ idling", b"* OK idling")
        settings = mail_settings(dovecot, mailbox_user, imap=imap_server(dovecot, mailbox_user, port=proxy.port), poll_s=0.1)
        async with listening(settings, porch, replace(QUICK, done_s=0.2)):
            await porch.until_health(HealthState.RETRYING)
            await asyncio.to_thread(dovecot.deliver, mailbox_user, mail(1))
            await porch.until_kept(1)
            assert "IDLE: no answer" in " ".join(health.detail for health in porch.healths)


async def test_all_folders_are_read(dovecot: Dovecot, mailbox_user: str) -> None:
    dovecot.deliver(mailbox_user, mail(1))
    async with logged_in(imap_server(dovecot, mailbox_user), trusting(dovecot), QUICK) as session:
        await session.append("Archive", mail(2), datetime.now(UTC))
    porch = MemoryPorch()
    async with listening(mail_settings(dovecot, mailbox_user, folders=("INBOX", "Archive")), porch):
        await porch.until_kept(2)
        await porch.until_health(HealthState.OK)
    assert {raw.copy.folder for raw in porch.kept.values() if raw.copy} == {"INBOX", "Archive"}


async def test_one_bad_folder_does_not_stop_the_others(dovecot: Dovecot, mailbox_user: str) -> None:
    dovecot.deliver(mailbox_user, mail(1))
    porch = MemoryPorch()
    async with listening(mail_settings(dovecot, mailbox_user, folders=("INBOX", "Nowhere")), porch):
        await porch.until_kept(1)
        health = await porch.until_health(HealthState.RETRYING)
    assert "Nowhere" in health.detail
    assert health.fix


async def test_old_mail_is_left_at_the_first_sight_only(dovecot: Dovecot, mailbox_user: str) -> None:
    now = datetime.now(UTC)
    async with logged_in(imap_server(dovecot, mailbox_user), trusting(dovecot), QUICK) as session:
        await session.append("INBOX", mail(1), now - timedelta(days=30))
        await session.append("INBOX", mail(2), now - timedelta(days=9))
        await session.append("INBOX", mail(3), now - timedelta(days=2))
        porch = MemoryPorch()
        settings = mail_settings(dovecot, mailbox_user)
        async with listening(settings, porch):
            await porch.until_health(HealthState.OK)
        assert porch.texts() == texts(3)
        skipped = sorted(copy.position for copy, state in porch.states.items() if state is CopyState.SKIPPED)
        assert skipped == [1, 2]
        await session.append("INBOX", mail(4), now - timedelta(days=40))
        async with listening(settings, porch):
            await porch.until_kept(2)
    assert porch.texts() == texts(3, 4)


async def test_numbered_anew_it_scans_again_and_keeps_nothing_twice(dovecot: Dovecot, mailbox_user: str) -> None:
    async with logged_in(imap_server(dovecot, mailbox_user), trusting(dovecot), QUICK) as session:
        await session.append("INBOX", mail(0), datetime.now(UTC) - timedelta(days=30))
    dovecot.deliver(mailbox_user, mail(1), mail(2))
    porch = MemoryPorch()
    async with listening(mail_settings(dovecot, mailbox_user), porch):
        await porch.until_kept(2)
        await porch.until_health(HealthState.OK)
        await asyncio.to_thread(dovecot.stop)
        await asyncio.to_thread(dovecot.forget_uids, mailbox_user)
        await asyncio.to_thread(dovecot.start)
        await asyncio.to_thread(dovecot.deliver, mailbox_user, mail(3))
        await porch.until_kept(3)
        await porch.until(lambda: len(porch.counts) == 2 and len(porch.copies) >= 5)
    assert porch.texts() == texts(1, 2, 3)
    assert len({epoch for _, epoch in porch.counts}) == 2


async def test_a_restarted_server_is_found_again(dovecot: Dovecot, mailbox_user: str) -> None:
    restarts = 50 if LONG else 4
    porch = MemoryPorch()
    async with listening(mail_settings(dovecot, mailbox_user), porch):
        for number in range(1, restarts + 1):
            await porch.until_health(HealthState.OK)
            await asyncio.to_thread(dovecot.stop, kill=number % 2 == 0)
            await asyncio.to_thread(dovecot.start)
            await asyncio.to_thread(dovecot.deliver, mailbox_user, mail(number))
            await porch.until_kept(number)
    assert porch.texts() == texts(*range(1, restarts + 1))


async def test_an_oversize_mail_is_kept_in_part(dovecot: Dovecot, mailbox_user: str) -> None:
    dovecot.deliver(mailbox_user, mail(1, b"x" * 70 + b"\r\n"), mail(2))
    porch = MemoryPorch()
    dovecot.deliver(mailbox_user, mail("big", (b"y" * 70 + b"\r\n") * 20000))
    async with listening(mail_settings(dovecot, mailbox_user, max_mail_bytes=2**20), porch):
        await porch.until_kept(3)
    big = [raw for raw in porch.kept.values() if raw.reason]
    assert [(raw.reason, len(raw.data)) for raw in big] == [("oversize", 2**20)]


async def test_a_mail_that_goes_before_it_is_fetched(dovecot: Dovecot, mailbox_user: str) -> None:
    dovecot.deliver(mailbox_user, mail(1), mail(2))
    server = imap_server(dovecot, mailbox_user)

    class DeletingPorch(MemoryPorch):
        async def accounted(self, folder: str, epoch: int, positions: Sequence[int]) -> set[int]:
            async with logged_in(server, trusting(dovecot), QUICK) as other:
                await other.select("INBOX")
                await other._ok("STORE", other._protocol.store("1", "+FLAGS.SILENT", "(\\Deleted)", by_uid=True), 10)
                await other._ok("EXPUNGE", other._protocol.expunge(), 10)
            return await super().accounted(folder, epoch, positions)

    porch = DeletingPorch()
    async with listening(mail_settings(dovecot, mailbox_user), porch):
        await porch.until_kept(1)
        await porch.until_health(HealthState.OK)
    assert porch.texts() == texts(2)
    assert [(copy.position, state) for copy, state in porch.states.items() if state is CopyState.GONE] in (
        [(1, CopyState.GONE)],
        [],
    )


async def test_a_mail_that_kills_the_connection_is_parked_and_blocks_nothing(dovecot: Dovecot, mailbox_user: str) -> None:
    dovecot.deliver(mailbox_user, mail(1), mail(2, b"BOMB"), mail(3))
    porch = MemoryPorch()
    async with ToxicProxy(dovecot.imap) as proxy:

        def bomb(data: bytes) -> bytes:
            if b"BOMB" in data:
                proxy.cut()
            return data

        proxy.rewrite = bomb
        settings = mail_settings(dovecot, mailbox_user, imap=imap_server(dovecot, mailbox_user, port=proxy.port))
        async with listening(settings, porch):
            await porch.until_kept(2)
            assert max(porch.tries.values()) <= 2, "the others came before it was tried again and again"
            health = await porch.until_health(HealthState.OK)
            await porch.until(lambda: CopyState.POISON in porch.states.values())
            health = await porch.until_health(HealthState.OK)
            await asyncio.to_thread(dovecot.deliver, mailbox_user, mail(4))
            await porch.until_kept(3)
    assert porch.texts() == texts(1, 3, 4)
    [(copy, tries)] = porch.tries.items()
    assert (copy.position, tries) == (2, 9)
    assert health.detail == "1 mail of INBOX cannot be fetched and stays on the server"


async def test_an_empty_answer_about_a_listed_mail_is_not_taken_for_gone(dovecot: Dovecot, mailbox_user: str) -> None:
    dovecot.deliver(mailbox_user, mail(1))
    porch = MemoryPorch()
    lies = iter([True, True])
    async with ToxicProxy(dovecot.imap) as proxy:
        # the record is about another UID: what was asked for is missing in the answer
        proxy.rewrite = lambda data: data.replace(b"(UID 1 ", b"(UID 9 ") if b"(UID 1 " in data and next(lies, False) else data
        settings = mail_settings(dovecot, mailbox_user, imap=imap_server(dovecot, mailbox_user, port=proxy.port))
        async with listening(settings, porch):
            await porch.until_kept(1)
    assert CopyState.GONE not in porch.states.values()


async def test_a_refused_password_is_said_with_a_fix(dovecot: Dovecot, mailbox_user: str) -> None:
    porch = MemoryPorch()
    server = replace(imap_server(dovecot, mailbox_user), password=Secret("hunter2"))
    async with listening(mail_settings(dovecot, mailbox_user, imap=server), porch):
        health = await porch.until_health(HealthState.REFUSED)
    assert "refuses the user or password" in health.detail
    assert "app password" in health.fix
    assert "hunter2" not in repr(porch.healths)


async def test_after_a_refused_password_it_waits_at_least_two_minutes() -> None:
    from deskterm.channels.email.timing import Timing, backoff

    assert Timing().refused_s >= 120
    assert all(0.5 * min(300, 2**n) <= backoff(n) <= min(300, 2**n) for n in range(1, 40))


async def test_a_store_that_cannot_write_loses_nothing(dovecot: Dovecot, mailbox_user: str) -> None:
    dovecot.deliver(mailbox_user, mail(1))
    porch = MemoryPorch()
    async with listening(mail_settings(dovecot, mailbox_user), porch) as task:
        await porch.until_kept(1)
        porch.break_down()
        await asyncio.to_thread(dovecot.deliver, mailbox_user, mail(2))
        await asyncio.sleep(0.3)
        assert not task.done()
        assert porch.texts() == texts(1)
        porch.failure = None
        await porch.until_kept(2)
    assert porch.texts() == texts(1, 2)


async def test_without_the_lease_it_ends(dovecot: Dovecot, mailbox_user: str) -> None:
    porch = MemoryPorch()
    async with listening(mail_settings(dovecot, mailbox_user, folders=("INBOX", "Archive")), porch) as task:
        await porch.until_health(HealthState.OK)
        porch.break_down(LeaseLost())
        await asyncio.to_thread(dovecot.deliver, mailbox_user, mail(1))
        await asyncio.wait_for(task, 20)


class FragilePorch(MemoryPorch):
    """Fails now and then, before or after it kept something, as a store under pressure does."""

    def __init__(self) -> None:
        super().__init__()
        self.calls = 0
        self.given: list[ServerCopy] = []

    async def take(self, raws: Sequence[Raw], mark: Mark | None = None) -> None:
        from deskterm.channels.base import StoreUnavailable

        self.calls += 1
        if self.calls % 5 == 1:
            raise StoreUnavailable
        await super().take(raws, mark)
        self.given.extend(raw.copy for raw in raws if raw.copy is not None)
        if self.calls % 5 == 3:
            raise StoreUnavailable


async def test_chaos_loses_nothing_and_keeps_nothing_twice(dovecot: Dovecot, mailbox_user: str) -> None:
    """Cuts, stalls, restarts, crashes, a failing store, one byte at a time: every mail comes once."""
    porch = FragilePorch()
    count = 150 if LONG else 60
    async with ToxicProxy(dovecot.imap) as proxy:
        settings = mail_settings(dovecot, mailbox_user, imap=imap_server(dovecot, mailbox_user, port=proxy.port), idle_s=1)
        timing = replace(QUICK, connect_s=3, login_s=3, command_s=3, fetch_s=10, done_s=3)
        for start in range(0, count, 15):
            async with listening(settings, porch, timing):  # the listener ends and begins again every fifteen mails
                for number in range(start, start + 15):
                    body = f"text {number}\r\n".encode() + b"(x :) {5}\r\n" * (7 ** (number % 5))
                    await asyncio.to_thread(dovecot.deliver, mailbox_user, mail(number, body))
                    await _misfortune(dovecot, proxy, number)
                    if number % 5 == 4:
                        proxy.chunk, proxy.cut_after = 65536, None
                        proxy.flow()
                        await porch.until_kept(number - 8, 60)
        proxy.chunk, proxy.cut_after = 65536, None
        async with listening(settings, porch, timing):
            await porch.until_kept(count, 60)
            await porch.until_health(HealthState.OK, 60)
        assert proxy.connections >= 10
    subjects = sorted(int(raw.data.split(b"Subject: mail ")[1].split()[0]) for raw in porch.kept.values())
    assert subjects == list(range(count))
    assert CopyState.POISON not in porch.states.values()


async def _misfortune(dovecot: Dovecot, proxy: ToxicProxy, number: int) -> None:
    proxy.cut_after = 3000 + 977 * number if number % 4 == 0 else None
    proxy.chunk = 1 if number % 7 == 0 else 4096
    if number % 3 == 0:
        proxy.cut()
    if number % 11 == 5:
        proxy.stall()
    if number % 11 == 7:
        proxy.flow()
    if number % 20 == 13:
        await asyncio.to_thread(dovecot.stop, kill=True)
        await asyncio.to_thread(dovecot.start)


async def test_a_black_hole_is_noticed(dovecot: Dovecot, mailbox_user: str) -> None:
    porch = MemoryPorch()
    async with ToxicProxy(dovecot.imap) as proxy:
        settings = mail_settings(dovecot, mailbox_user, imap=imap_server(dovecot, mailbox_user, port=proxy.port), idle_s=0.2)
        timing = replace(QUICK, done_s=0.3)
        async with listening(settings, porch, timing):
            await porch.until_health(HealthState.OK)
            proxy.stall()
            health = await porch.until_health(HealthState.RETRYING)
            assert "no answer" in health.detail
            proxy.flow()
            await asyncio.to_thread(dovecot.deliver, mailbox_user, mail(1))
            await porch.until_kept(1)


async def test_a_full_scan_finds_what_was_overlooked(dovecot: Dovecot, mailbox_user: str) -> None:
    dovecot.deliver(mailbox_user, mail(1), mail(2))
    porch = MemoryPorch()
    settings: EmailSettings = mail_settings(dovecot, mailbox_user, full_scan_s=0.3)
    async with listening(settings, porch):
        await porch.until_kept(2)
        # a store restored from a backup lacks what it had
        lost = next(key for key, raw in porch.kept.items() if b"text 1" in raw.data)
        copy = porch.kept.pop(lost).copy
        assert copy is not None
        del porch.copies[copy]
        await eventually(lambda: len(porch.kept) == 2)
    assert porch.texts() == texts(1, 2)


async def test_a_large_mail_comes_over_a_line_that_breaks_all_the_time(dovecot: Dovecot, mailbox_user: str) -> None:
    """What came is kept, so that twelve cuts within one mail do not make it a mail that cannot be fetched."""
    body = (b"0123456789" * 7 + b"\r\n") * (12 * 2**20 // 72)
    dovecot.deliver(mailbox_user, mail(1, body), mail(2))
    porch = MemoryPorch()
    async with ToxicProxy(dovecot.imap) as proxy:
        proxy.cut_after = 3 * 2**19
        settings = mail_settings(dovecot, mailbox_user, imap=imap_server(dovecot, mailbox_user, port=proxy.port))
        async with listening(settings, porch):
            await porch.until_kept(2)
        assert proxy.connections >= 12
    assert porch.tries == {}
    assert mail(1, body) in [raw.data[-len(mail(1, body)) :] for raw in porch.kept.values()]


async def test_a_ca_file_that_cannot_be_read_is_said(dovecot: Dovecot, mailbox_user: str, tmp_path) -> None:
    porch = MemoryPorch()
    channel = EmailChannel(mail_settings(dovecot, mailbox_user, ca_file=tmp_path / "none"), ParserProcess(), QUICK)
    task = asyncio.create_task(channel.listen(porch))
    health = await porch.until_health(HealthState.REFUSED)
    assert "ca_file cannot be read" in health.detail
    task.cancel()
    await channel.close()


async def test_no_command_asks_for_what_some_servers_refuse(dovecot: Dovecot, mailbox_user: str) -> None:
    dovecot.deliver(mailbox_user, mail(1))
    said = bytearray()
    porch = MemoryPorch()
    async with ToxicProxy(dovecot.imap) as proxy:
        proxy.watch = said.extend
        settings = mail_settings(dovecot, mailbox_user, imap=imap_server(dovecot, mailbox_user, port=proxy.port))
        async with listening(settings, porch):
            await porch.until_health(HealthState.OK)
            await asyncio.to_thread(dovecot.deliver, mailbox_user, mail(2))
            await porch.until_kept(2)
    for word in (b"CHARSET", b"ENVELOPE", b"BODYSTRUCTURE", b"UNSEEN", b"STORE", b"BODY["):
        assert word not in said
    assert said.count(b"BODY.PEEK[]<0.1048576>") == 2


async def test_a_cut_over_tls_is_noticed_at_once(dovecot: Dovecot, mailbox_user: str) -> None:
    porch = MemoryPorch()
    async with ToxicProxy(dovecot.imaps) as proxy:
        server = imap_server(dovecot, mailbox_user, Security.TLS, proxy.port)
        settings = mail_settings(dovecot, mailbox_user, imap=server, ca_file=dovecot.certificate.cert, idle_s=500)
        async with listening(settings, porch):
            await porch.until_health(HealthState.OK)
            proxy.cut()
            await porch.until_health(HealthState.RETRYING)
            await asyncio.to_thread(dovecot.deliver, mailbox_user, mail(1))
            await porch.until_kept(1)

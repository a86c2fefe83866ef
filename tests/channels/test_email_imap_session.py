"""One IMAP connection against a real Dovecot: what works, and what of the library's defects is held off."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from email_support import AT, QUICK, eventually, imap_server, mail, trusting, untrusted_certificate
from peers.dovecot import HARD_PASSWORDS, Dovecot
from peers.proxy import ToxicProxy
from peers.scripted import saying, serving

from deskterm.channels.email.faults import wire_fault
from deskterm.channels.email.imap_session import PIECE, Download, FolderRefused, ImapSession, LoginRefused, WireLost, logged_in
from deskterm.channels.email.timing import Timing
from deskterm.channels.email.tls import Unprotected, client_context
from deskterm.settings import Secret, Security, Server

pytestmark = pytest.mark.peer("dovecot")
CAP = 50 * 2**20


@pytest.mark.parametrize("security", [Security.NONE, Security.STARTTLS, Security.TLS])
async def test_logs_in_and_reads_a_mail(dovecot: Dovecot, mailbox_user: str, security: Security) -> None:
    dovecot.deliver(mailbox_user, mail(1))
    async with logged_in(imap_server(dovecot, mailbox_user, security), trusting(dovecot), QUICK) as session:
        epoch = await session.select("INBOX")
        [uid] = await session.search("ALL")
        fetched = await session.fetch(Download(uid), CAP)
    assert epoch > 0
    assert fetched is not None
    assert fetched.data.endswith(mail(1))
    assert fetched.whole
    assert fetched.size == len(fetched.data)
    assert fetched.at is not None
    assert abs((datetime.now(UTC) - fetched.at).total_seconds()) < 60


@pytest.mark.parametrize("user", ["nonascii@example.test", "quote@example.test", "name with space@example.test"])
async def test_hard_users_and_passwords(dovecot: Dovecot, user: str) -> None:
    server = replace(imap_server(dovecot, user, Security.TLS), password=Secret(HARD_PASSWORDS[user]))
    async with logged_in(server, trusting(dovecot), QUICK) as session:
        assert await session.select("INBOX") > 0


async def test_a_wrong_password_is_refused_without_showing_it(
    dovecot: Dovecot, mailbox_user: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    server = replace(imap_server(dovecot, mailbox_user), password=Secret("hunter2"))
    with pytest.raises(LoginRefused) as refused:
        async with logged_in(server, trusting(dovecot), QUICK):
            pass
    assert "Authentication failed" in str(refused.value)
    assert "hunter2" not in str(refused.value) + caplog.text


async def test_a_password_with_a_line_break_never_reaches_the_wire(dovecot: Dovecot, mailbox_user: str) -> None:
    said = bytearray()
    async with ToxicProxy(dovecot.imap) as proxy:
        proxy.watch = said.extend
        server = replace(imap_server(dovecot, mailbox_user, port=proxy.port), password=Secret("a\r\nX LOGOUT"))
        with pytest.raises(LoginRefused, match="line break"):
            async with logged_in(server, trusting(dovecot), QUICK):
                pass
    assert b"LOGIN" not in said
    assert b"LOGOUT" not in said


async def test_starttls_that_was_stripped_is_refused_before_the_password(dovecot: Dovecot, mailbox_user: str) -> None:
    said = bytearray()
    async with ToxicProxy(dovecot.imap) as proxy:
        proxy.watch = said.extend
        proxy.rewrite = lambda data: data.replace(b"STARTTLS", b"XSTRTTLS")
        server = imap_server(dovecot, mailbox_user, Security.STARTTLS, proxy.port)
        with pytest.raises(Unprotected, match="the password was not sent"):
            async with logged_in(server, trusting(dovecot), QUICK):
                pass
    assert b"LOGIN" not in said


async def test_what_is_said_before_tls_is_forgotten(dovecot: Dovecot, mailbox_user: str) -> None:
    async with ToxicProxy(dovecot.imap) as proxy:
        injected = b"OK yes\r\n* CAPABILITY IMAP4rev1 EVIL\r\n* 1 FETCH (BODY[] {9999}\r\nx"
        proxy.rewrite = lambda data: data.replace(b"OK Begin TLS", injected)
        server = imap_server(dovecot, mailbox_user, Security.STARTTLS, proxy.port)
        async with logged_in(server, trusting(dovecot), QUICK) as session:
            assert not session.can("EVIL")
            assert await session.select("INBOX") > 0


@pytest.mark.parametrize("case", ["self-signed", "other name", "expired"])
async def test_certificates_that_prove_nothing(tmp_path, case: str) -> None:
    certificate, ca_file = untrusted_certificate(tmp_path, case)
    heard = bytearray()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"* OK [CAPABILITY IMAP4rev1] ready\r\n")
        heard.extend(await reader.read(100))

    async with serving(serve, certificate.server_context()) as port:
        server = Server("localhost", port, Security.TLS, "u", Secret("secret"))
        with pytest.raises(WireLost) as lost:
            async with logged_in(server, client_context(ca_file), QUICK):
                pass
    words = {"self-signed": "signed by itself", "other name": "is not for localhost", "expired": "has expired"}
    assert words[case] in wire_fault(server, lost.value).detail
    assert bytes(heard) == b""


async def test_no_password_in_clear_to_another_machine() -> None:
    server = Server("mail.example.test", 143, Security.NONE, "u", Secret("p"))
    with pytest.raises(Unprotected):
        async with logged_in(server, client_context(None), QUICK):
            pass


@pytest.mark.parametrize("name", ["My Folder", "Заявки & жалобы", 'qu"ote\\d', "&", "中文"])
async def test_folder_names_of_all_kinds(dovecot: Dovecot, mailbox_user: str, name: str) -> None:
    async with logged_in(imap_server(dovecot, mailbox_user), trusting(dovecot), QUICK) as session:
        await create_folder(session, name)
        await session.append(name, mail(7), AT)
        await session.select(name)
        [uid] = await session.search("ALL")
        fetched = await session.fetch(Download(uid), CAP)
        assert name in [folder.name for folder in await session.folders()]
    assert fetched is not None
    assert fetched.data == mail(7)
    assert fetched.at == AT


async def create_folder(session: ImapSession, name: str) -> None:
    from deskterm.channels.email.imap_names import mailbox

    await session._ok("CREATE", session._protocol.simple_command("CREATE", mailbox(name)), 10)


async def test_an_unknown_folder_is_refused(dovecot: Dovecot, mailbox_user: str) -> None:
    async with logged_in(imap_server(dovecot, mailbox_user), trusting(dovecot), QUICK) as session:
        with pytest.raises(FolderRefused, match="Nowhere"):
            await session.select("Nowhere")


async def test_fetching_leaves_a_mail_unread(dovecot: Dovecot, mailbox_user: str) -> None:
    dovecot.deliver(mailbox_user, mail(1))
    async with logged_in(imap_server(dovecot, mailbox_user), trusting(dovecot), QUICK) as session:
        await session.select("INBOX")
        await session.fetch(Download(1), CAP)
        assert await session.search("UNSEEN") == [1]


@pytest.mark.parametrize("size", [PIECE - 1, PIECE, PIECE + 1, 3 * PIECE, 5 * PIECE + 12345])
async def test_large_mails_come_whole(dovecot: Dovecot, mailbox_user: str, size: int) -> None:
    head = b"Subject: large\r\n\r\n"
    line = b"0123456789" * 7 + b"\r\n"
    large = (head + line * (size // len(line) + 1))[: size - 2] + b"\r\n"
    async with logged_in(imap_server(dovecot, mailbox_user), trusting(dovecot), QUICK) as session:
        await session.append("INBOX", large, AT)
        await session.select("INBOX")
        fetched = await session.fetch(Download(1), CAP)
    assert fetched is not None
    assert fetched.whole
    assert fetched.data == large.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


async def test_over_the_cap_the_first_piece_is_kept(dovecot: Dovecot, mailbox_user: str) -> None:
    large = b"Subject: large\r\n\r\n" + b"x" * 70 * 30000 + b"\r\n"
    async with logged_in(imap_server(dovecot, mailbox_user), trusting(dovecot), QUICK) as session:
        await session.append("INBOX", large, AT)
        await session.select("INBOX")
        fetched = await session.fetch(Download(1), len(large) - 1)
    assert fetched is not None
    assert not fetched.whole
    assert fetched.size == len(large)
    assert fetched.data == large[:PIECE]


async def test_a_mail_that_talks_protocol_stays_a_mail(dovecot: Dovecot, mailbox_user: str) -> None:
    body = b"X1 OK pwned\r\n* 7 FETCH (UID 7 BODY[] {3}\r\nabc)\r\n)\r\n+ idling\r\n* BYE no\r\n{5}"
    dovecot.deliver(mailbox_user, mail(":) (", body))
    async with ToxicProxy(dovecot.imap) as proxy:
        proxy.chunk = 1
        async with logged_in(imap_server(dovecot, mailbox_user, port=proxy.port), trusting(dovecot), QUICK) as session:
            await session.select("INBOX")
            fetched = await session.fetch(Download(1), CAP)
    assert fetched is not None
    assert fetched.data.endswith(mail(":) (", body))


async def test_a_mail_that_is_gone(dovecot: Dovecot, mailbox_user: str) -> None:
    dovecot.deliver(mailbox_user, mail(1), mail(2))
    async with logged_in(imap_server(dovecot, mailbox_user), trusting(dovecot), QUICK) as session:
        await session.select("INBOX")
        assert await session.search("ALL") == [1, 2]
        for path in (dovecot.maildir(mailbox_user) / "new").iterdir():
            path.unlink()
        for path in (dovecot.maildir(mailbox_user) / "cur").glob("*"):
            path.unlink()
        try:
            assert await session.fetch(Download(1), CAP) is None
            assert not await session.holds(1)
        except WireLost:
            return  # Dovecot may also close the connection over a vanished file: the listener comes back and finds it gone


async def test_an_answer_with_thousands_of_lines(dovecot: Dovecot, mailbox_user: str) -> None:
    count = 1500
    dovecot.deliver(mailbox_user, mail(1))
    folder = dovecot.maildir(mailbox_user) / "cur"
    for number in range(count):
        (folder / f"17000000{number:05}.M{number}P1.x:2,").write_bytes(b"Subject: x\n\nx\n")
        (folder / f"17000000{number:05}.M{number}P1.x:2,").chmod(0o666)
    server = imap_server(dovecot, mailbox_user)
    async with logged_in(server, trusting(dovecot), QUICK) as session:
        await session.select("INBOX")
        assert len(await session.search("ALL")) == count + 1
        lines = await session._ok("FETCH", session._protocol.fetch("1:*", "(FLAGS)", by_uid=True), 30)
        assert len(lines) == count + 1
        async with logged_in(server, trusting(dovecot), QUICK) as other:
            await other.select("INBOX")
            idling = asyncio.create_task(session.wait(3, 3))
            flags = other._protocol.store("1:*", "+FLAGS.SILENT", "(\\Deleted)", by_uid=True)
            await other._ok("STORE", flags, 30)
            await other._ok("EXPUNGE", other._protocol.expunge(), 30)
        await idling
        await session.noop()
        assert await session.search("ALL") == []


async def test_news_wakes_the_wait(dovecot: Dovecot, mailbox_user: str) -> None:
    said = bytearray()
    async with ToxicProxy(dovecot.imap) as proxy:
        proxy.watch = said.extend
        async with logged_in(imap_server(dovecot, mailbox_user, port=proxy.port), trusting(dovecot), QUICK) as session:
            await session.select("INBOX")
            await session.search("ALL")
            waiting = asyncio.create_task(session.wait(60, 60))
            await eventually(lambda: b"IDLE" in said)
            assert not waiting.done()
            await asyncio.to_thread(dovecot.deliver, mailbox_user, mail(1))
            await asyncio.wait_for(waiting, 20)
            assert await session.search("ALL") == [1]


async def test_news_heard_outside_idle_is_not_forgotten(dovecot: Dovecot, mailbox_user: str) -> None:
    async with logged_in(imap_server(dovecot, mailbox_user), trusting(dovecot), QUICK) as session:
        await session.select("INBOX")
        assert await session.search("ALL") == []
        await asyncio.to_thread(dovecot.deliver, mailbox_user, mail(1))
        await session.noop()
        assert session.has_news()
        await asyncio.wait_for(session.wait(60, 60), 5)


@pytest.mark.parametrize("way", ["cut", "stop", "stall"])
async def test_a_lost_connection_ends_a_wait(dovecot: Dovecot, mailbox_user: str, way: str) -> None:
    said = bytearray()
    async with ToxicProxy(dovecot.imap) as proxy:
        proxy.watch = said.extend
        timing = replace(QUICK, done_s=0.5)
        async with logged_in(imap_server(dovecot, mailbox_user, port=proxy.port), trusting(dovecot), timing) as session:
            await session.select("INBOX")
            await session.search("ALL")
            waiting = asyncio.create_task(session.wait(60 if way != "stall" else 0.5, 60))
            await eventually(lambda: b"IDLE" in said)
            if way == "cut":
                proxy.cut()
            elif way == "stall":
                proxy.stall()
            else:
                await asyncio.to_thread(dovecot.stop)
                await asyncio.to_thread(dovecot.start)
            with pytest.raises(WireLost):
                await asyncio.wait_for(waiting, 10)


async def test_a_lost_connection_ends_a_fetch_at_once(dovecot: Dovecot, mailbox_user: str) -> None:
    dovecot.deliver(mailbox_user, mail(1, b"x" * 70 + b"\r\n"))
    async with ToxicProxy(dovecot.imap) as proxy:
        timing = replace(QUICK, fetch_s=60)
        async with logged_in(imap_server(dovecot, mailbox_user, port=proxy.port), trusting(dovecot), timing) as session:
            await session.select("INBOX")
            said = bytearray()
            proxy.watch = said.extend
            proxy.stall()
            fetching = asyncio.create_task(session.fetch(Download(1), CAP))
            await eventually(lambda: b"FETCH" in said)
            proxy.cut()
            with pytest.raises(WireLost, match="lost"):
                await asyncio.wait_for(fetching, 10)


@pytest.mark.parametrize(
    ("greeting", "words"),
    [
        (b"* BYE too many connections\r\n", "too many connections"),
        (b"", "no answer within"),
        (b"220 smtp.example.test ESMTP\r\n", "greets with"),
        (b"x" * 5_000_000, "more than was asked for"),
        (b"* OK \xff\xfe hi\r\n" + b"* 1 FETCH (\xff\r\n" * 3, "no answer within"),
    ],
)
async def test_greetings_that_are_none(greeting: bytes, words: str) -> None:
    async with serving(saying(greeting)) as port:
        server = Server("localhost", port, Security.NONE, "u", Secret("p"))
        with pytest.raises(WireLost, match=words):
            async with logged_in(server, client_context(None), Timing(connect_s=1 if "no answer" in words else 20)):
                pass


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (b"NO [AUTHENTICATIONFAILED] secret is wrong", LoginRefused),
        (b"NO LOGIN failed", LoginRefused),
        (b"BAD what", LoginRefused),
        (b"NO [UNAVAILABLE] try later", WireLost),
        (b"NO [ALERT] Too many simultaneous connections. (Failure)", WireLost),
        (b"* BYE no more", WireLost),
        (b"+ go on", WireLost),
    ],
)
async def test_what_a_login_is_answered(answer: bytes, kind: type[Exception]) -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"* OK hi\r\n")
        while line := await reader.readline():
            tag, verb = line.split()[:2]
            if verb == b"CAPABILITY":
                writer.write(b"* CAPABILITY IMAP4rev1\r\n" + tag + b" OK done\r\n")
            else:
                writer.write((b"" if answer[:1] in b"*+" else tag + b" ") + answer + b"\r\n")

    async with serving(serve) as port:
        server = Server("localhost", port, Security.NONE, "u", Secret("secret"))
        with pytest.raises(kind) as refused:
            async with logged_in(server, client_context(None), replace(QUICK, login_s=1 if answer[:1] == b"+" else 20)):
                pass
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize(
    ("told", "piece"),
    [(10, PIECE), (2**40, PIECE), (0, PIECE), (300_000, 70_000), (10, 70_000), (2_500_000, 2**19)],
    ids=["told too small", "told too large", "told nothing", "short pieces", "short and too small", "many short pieces"],
)
async def test_a_server_that_is_wrong_about_sizes_cuts_no_mail(told: int, piece: int) -> None:
    message = bytes(range(256)) * (max(300_000, min(told, 2_500_000)) // 256)
    if (told, piece) == (10, 70_000):
        message = message[:60_000]

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"* OK hi\r\n")
        while line := await reader.readline():
            tag, verb = line.split()[:2]
            if verb == b"CAPABILITY":
                writer.write(b"* CAPABILITY IMAP4rev1\r\n")
            elif verb == b"SELECT":
                writer.write(b"* OK [UIDVALIDITY 5] ok\r\n")
            elif verb == b"UID":
                offset = int(line.split(b"<")[1].split(b".")[0])
                data = message[offset : offset + piece]
                head = f"* 1 FETCH (UID 1 RFC822.SIZE {told} BODY[]<{offset}> {{{len(data)}}}\r\n"
                writer.write(head.encode() + data + b")\r\n")
            writer.write(tag + b" OK done\r\n")

    async with serving(serve) as port:
        server = Server("localhost", port, Security.NONE, "u", Secret("secret"))
        async with logged_in(server, client_context(None), QUICK) as session:
            await session.select("INBOX")
            fetched = await session.fetch(Download(1), 2**41)
    assert fetched is not None
    assert fetched.data == message


async def test_a_search_from_beyond_the_last_mail_finds_nothing(dovecot: Dovecot, mailbox_user: str) -> None:
    dovecot.deliver(mailbox_user, mail(1))
    async with logged_in(imap_server(dovecot, mailbox_user), trusting(dovecot), QUICK) as session:
        await session.select("INBOX")
        assert await session.search("UID 2:*", first=2) == []
        assert await session.search("UID 1:*", first=1) == [1]


async def test_login_disabled_sends_no_password() -> None:
    said = bytearray()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"* OK hi\r\n")
        while line := await reader.readline():
            said.extend(line)
            writer.write(b"* CAPABILITY IMAP4rev1 LOGINDISABLED\r\n" + line.split()[0] + b" OK done\r\n")

    async with serving(serve) as port:
        server = Server("localhost", port, Security.NONE, "u", Secret("secret"))
        with pytest.raises(LoginRefused, match="LOGINDISABLED"):
            async with logged_in(server, client_context(None), QUICK):
                pass
    assert b"secret" not in said


async def test_a_literal_without_end_is_cut_off() -> None:
    sent = 0

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal sent
        writer.write(b"* OK [CAPABILITY IMAP4rev1] hi\r\n")
        while line := await reader.readline():
            tag, verb = line.split()[:2]
            if verb == b"CAPABILITY":
                writer.write(b"* CAPABILITY IMAP4rev1\r\n")
            elif verb == b"SELECT":
                writer.write(b"* OK [UIDVALIDITY 5] ok\r\n")
            elif verb == b"UID":
                writer.write(b"* 1 FETCH (UID 1 RFC822.SIZE 10 BODY[]<0> {4294967296}\r\n")
                while True:
                    writer.write(b"x" * 65536)
                    await writer.drain()
                    sent += 65536
            writer.write(tag + b" OK done\r\n")

    async with serving(serve) as port:
        server = Server("localhost", port, Security.NONE, "u", Secret("p"))
        with pytest.raises(WireLost, match="more than was asked for"):
            async with logged_in(server, client_context(None), QUICK) as session:
                assert await session.select("INBOX") == 5
                await session.fetch(Download(1), CAP)
    assert sent < 40 * 2**20

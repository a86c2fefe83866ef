"""Sending over a real SMTP server that misbehaves: what each misfortune means for the message."""

from __future__ import annotations

import logging
from dataclasses import replace

import pytest
from email_support import QUICK, outbound, untrusted_certificate
from peers.certificates import make_certificate
from peers.proxy import ToxicProxy
from peers.scripted import saying, serving
from peers.smtp import DROP, SILENCE, SmtpPeer

from deskterm.channels.email.compose import Sender, compose, recipients
from deskterm.channels.email.smtp import Envelope, deliver
from deskterm.channels.email.tls import client_context
from deskterm.desk.post import ChannelRefused, Outbound, Receipt, SendLater, SendRejected, SendUncertain
from deskterm.settings import Secret, Security, Server

PASSWORD = "pa ss\\wörd-€"
USERS = {"support@example.test": PASSWORD}
SENDER = Sender("support@example.test", "Поддержка")
SHORT = replace(QUICK, smtp_s=0.4, after_dot_s=0.4)


class Wire:
    """Counts how often the message went on the wire."""

    def __init__(self) -> None:
        self.times = 0

    async def __call__(self) -> None:
        self.times += 1


async def send(
    port: int,
    out: Outbound | None = None,
    *,
    ca_file=None,
    security=Security.NONE,
    password=PASSWORD,
    user="",
    wire=None,
    timing=QUICK,
) -> Receipt:
    """Send a message to the server on this port."""
    out = out or outbound()
    server = Server("localhost", port, security, user, Secret(password))
    envelope = Envelope(SENDER.address, recipients(out), compose(out, SENDER))
    return await deliver(server, client_context(ca_file), timing, envelope, wire or Wire())


@pytest.mark.parametrize("security", [Security.NONE, Security.STARTTLS, Security.TLS])
async def test_sends_logged_in(tmp_path, security: Security) -> None:
    certificate = make_certificate(tmp_path)
    context = certificate.server_context()
    peer = SmtpPeer(
        users=USERS,
        starttls=context if security is Security.STARTTLS else None,
        implicit_tls=context if security is Security.TLS else None,
    )
    wire = Wire()
    async with peer:
        receipt = await send(peer.port, ca_file=certificate.cert, security=security, user="support@example.test", wire=wire)
    [taken] = peer.accepted
    assert taken.sender == "support@example.test"
    assert taken.recipients == ("anna@example.test",)
    assert taken.content == compose(outbound(), SENDER)
    assert receipt == Receipt(detail="250 2.0.0 OK queued as 1")
    assert wire.times == 1
    assert peer.verbs[-1] == "QUIT"


@pytest.mark.parametrize("text", [".", "..\n.\nx", ".leading\n\n.", "a\n.\nQUIT"])
async def test_dots_arrive_as_written(text: str) -> None:
    async with SmtpPeer() as peer:
        await send(peer.port, outbound(text))
    assert peer.accepted[0].content == compose(outbound(text), SENDER)


@pytest.mark.parametrize(
    ("answers", "kind", "on_wire", "taken"),
    [
        ({"EHLO": "554 5.7.1 go away"}, SendLater, 0, 0),
        ({"EHLO": DROP}, SendLater, 0, 0),
        ({"EHLO": SILENCE}, SendLater, 0, 0),
        ({"MAIL": "421 4.3.2 shutting down"}, SendLater, 0, 0),
        ({"MAIL": "450 4.2.0 greylisted"}, SendLater, 0, 0),
        ({"MAIL": "550 5.7.1 you may not send as this address"}, SendRejected, 0, 0),
        ({"MAIL": "530 5.7.0 authentication required"}, ChannelRefused, 0, 0),
        ({"MAIL": DROP}, SendLater, 0, 0),
        ({"MAIL": SILENCE}, SendLater, 0, 0),
        ({"RCPT": "450 4.2.1 greylisted"}, SendLater, 0, 0),
        ({"RCPT": "421 4.7.0 too many"}, SendLater, 0, 0),
        ({"RCPT": "550 5.1.1 no such user"}, SendRejected, 0, 0),
        ({"RCPT": DROP}, SendLater, 0, 0),
        ({"DATA": "451 4.3.0 later"}, SendLater, 1, 0),
        ({"DATA": "554 5.5.1 no"}, SendRejected, 1, 0),
        ({"DATA": DROP}, SendLater, 1, 0),
        ({"DATA": SILENCE}, SendLater, 1, 0),
        ({"TEXT": "451 4.3.0 later"}, SendLater, 1, 0),
        ({"TEXT": "452 4.2.2 mailbox full"}, SendLater, 1, 0),
        ({"TEXT": "550 5.7.1 looks like spam"}, SendRejected, 1, 0),
        ({"TEXT": DROP}, SendUncertain, 1, 1),
        ({"TEXT": SILENCE}, SendUncertain, 1, 1),
        ({"TEXT": "abc what"}, SendUncertain, 1, 1),
        ({"TEXT": "999 what"}, SendUncertain, 1, 1),
    ],
    ids=lambda value: str(value) if isinstance(value, dict) else None,
)
async def test_what_each_misfortune_means(answers: dict[str, str], kind: type[Exception], on_wire: int, taken: int) -> None:
    wire = Wire()
    async with SmtpPeer(answers=answers) as peer:
        with pytest.raises(kind) as caught:
            await send(peer.port, wire=wire, timing=SHORT if SILENCE in answers.values() else QUICK)
    assert type(caught.value) is kind
    assert (wire.times, len(peer.accepted)) == (on_wire, taken)


@pytest.mark.parametrize("answer", [DROP, SILENCE, "500 what", "421 bye"])
async def test_what_happens_after_the_mail_was_taken_does_not_matter(answer: str) -> None:
    async with SmtpPeer(answers={"QUIT": answer}) as peer:
        receipt = await send(peer.port, timing=replace(QUICK, quit_s=0.2))
    assert receipt.detail == "250 2.0.0 OK queued as 1"
    assert len(peer.accepted) == 1


async def test_the_server_words_reach_the_operator_clean() -> None:
    async with SmtpPeer(answers={"RCPT": "550 5.1.1 no\x1b]0;pwned\x07 such user"}) as peer:
        with pytest.raises(SendRejected) as rejected:
            await send(peer.port)
    assert rejected.value.reason == "550 5.1.1 no␛]0;pwned␇ such user"


async def test_some_recipients_refused() -> None:
    async with SmtpPeer(refuse={"no@example.test": "550 5.1.1 no such user", "later@example.test": "450 4.2.1 later"}) as peer:
        receipt = await send(peer.port, outbound("x", "yes@example.test", "no@example.test", "later@example.test"))
    assert peer.accepted[0].recipients == ("yes@example.test",)
    assert receipt.refused == (("no@example.test", "550 5.1.1 no such user"), ("later@example.test", "450 4.2.1 later"))


@pytest.mark.parametrize(
    ("second", "kind"), [("550 5.1.1 no such user", SendRejected), ("450 4.2.1 later", SendLater)], ids=["never", "later"]
)
async def test_all_recipients_refused(second: str, kind: type[Exception]) -> None:
    async with SmtpPeer(refuse={"no@example.test": "550 5.1.1 no such user", "other@example.test": second}) as peer:
        with pytest.raises(kind):
            await send(peer.port, outbound("x", "no@example.test", "other@example.test"))
    assert peer.accepted == []
    assert "DATA" not in peer.verbs


async def test_a_wrong_password_holds_the_channel_and_is_tried_once(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    async with SmtpPeer(users=USERS) as peer:
        with pytest.raises(ChannelRefused) as refused:
            await send(peer.port, user="support@example.test", password="hunter2")
    assert peer.verbs.count("AUTH") == 1
    assert "MAIL" not in peer.verbs
    assert "app password" in refused.value.reason
    assert "hunter2" not in refused.value.reason + caplog.text


async def test_a_login_that_fails_for_now_is_tried_later() -> None:
    async with SmtpPeer(users=USERS, answers={"AUTH": "454 4.7.0 temporary authentication failure"}) as peer:
        with pytest.raises(SendLater):
            await send(peer.port, user="support@example.test")


async def test_starttls_that_is_not_offered_is_refused_before_the_password() -> None:
    async with SmtpPeer(users=USERS) as peer:
        with pytest.raises(SendLater, match="the password was not sent"):
            await send(peer.port, user="support@example.test", security=Security.STARTTLS)
    assert "AUTH" not in peer.verbs


async def test_starttls_that_was_stripped_on_the_way(tmp_path) -> None:
    certificate = make_certificate(tmp_path)
    said = bytearray()
    async with SmtpPeer(users=USERS, starttls=certificate.server_context()) as peer, ToxicProxy(peer.port) as proxy:
        proxy.watch = said.extend
        proxy.rewrite = lambda data: data.replace(b"STARTTLS", b"XSTRTTLS")
        with pytest.raises(SendLater, match="the password was not sent"):
            await send(proxy.port, ca_file=certificate.cert, user="support@example.test", security=Security.STARTTLS)
    assert b"AUTH" not in said


@pytest.mark.parametrize("security", [Security.STARTTLS, Security.TLS])
@pytest.mark.parametrize(
    ("case", "words"),
    [("self-signed", "signed by itself"), ("other name", "is not for localhost"), ("expired", "has expired")],
)
async def test_certificates_that_prove_nothing(tmp_path, security: Security, case: str, words: str) -> None:
    certificate, ca_file = untrusted_certificate(tmp_path, case)
    context = certificate.server_context()
    peer = SmtpPeer(
        users=USERS,
        starttls=context if security is Security.STARTTLS else None,
        implicit_tls=context if security is Security.TLS else None,
    )
    async with peer:
        with pytest.raises(SendLater, match=words):
            await send(peer.port, ca_file=ca_file, user="support@example.test", security=security)
    assert "AUTH" not in peer.verbs


async def test_no_clear_text_to_another_machine() -> None:
    server = Server("mail.example.test", 25, Security.NONE, "", Secret(""))
    with pytest.raises(SendLater, match="without TLS"):
        await deliver(server, client_context(None), SHORT, Envelope("a@example.test", ["b@example.test"], b"x"), Wire())


async def test_nobody_there() -> None:
    async with SmtpPeer() as peer:
        port = peer.port
    with pytest.raises(SendLater, match="refuses connections"):
        await send(port)


@pytest.mark.parametrize(
    "greeting", [b"554 5.7.1 your address is blocked\r\n", b"421 busy\r\n", b"* OK IMAP\r\n", b"", b"220-x"]
)
async def test_greetings_that_are_none(greeting: bytes) -> None:
    async with serving(saying(greeting)) as port:
        with pytest.raises(SendLater):
            await send(port, timing=replace(QUICK, connect_s=0.4))


async def test_the_connection_is_cut_amid_the_text() -> None:
    said = bytearray()
    wire = Wire()
    async with SmtpPeer() as peer, ToxicProxy(peer.port) as proxy:

        def watch(data: bytes) -> None:
            said.extend(data)
            if b"Subject" in said:
                proxy.cut()

        proxy.watch = watch
        with pytest.raises(SendUncertain):
            await send(proxy.port, outbound("x" * 200_000), wire=wire)
    assert wire.times == 1


async def test_byte_by_byte() -> None:
    async with SmtpPeer() as peer, ToxicProxy(peer.port) as proxy:
        proxy.chunk = 1
        await send(proxy.port, timing=QUICK)
    assert len(peer.accepted) == 1


async def test_an_address_beyond_ascii() -> None:
    out = outbound("Привет", "анна@example.test")
    async with SmtpPeer() as peer:
        await send(peer.port, out)
    [taken] = peer.accepted
    assert taken.recipients == ("анна@example.test",)
    assert "SMTPUTF8" in taken.options
    async with SmtpPeer(smtputf8=False) as peer:
        with pytest.raises(SendRejected, match="SMTPUTF8"):
            await send(peer.port, out)
    assert peer.accepted == []


async def test_a_store_that_fails_before_the_wire_stops_the_message() -> None:
    class Broken(Exception):
        pass

    async def broken() -> None:
        raise Broken

    async with SmtpPeer() as peer:
        with pytest.raises(Broken):
            await send(peer.port, wire=broken)
    assert peer.accepted == []
    assert "DATA" not in peer.verbs

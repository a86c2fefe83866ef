"""The connection test of a mailbox: what it says of the usual mistakes, and that it sends no mail."""

from __future__ import annotations

from dataclasses import replace

import pytest
from email_support import QUICK, imap_server, mail, mail_settings, trusting
from peers.certificates import make_certificate
from peers.dovecot import Dovecot
from peers.ports import free_ports
from peers.smtp import SmtpPeer

from deskterm.channels.email.channel import EmailChannel
from deskterm.channels.email.check import check_mailbox
from deskterm.channels.email.faults import password_fault
from deskterm.channels.email.parser_process import ParserProcess
from deskterm.channels.email.timing import Timing
from deskterm.desk.post import CheckResult
from deskterm.settings import EmailSettings, Secret, Security, Server

pytestmark = pytest.mark.peer("dovecot")
USERS = {"support@example.test": "secret"}


async def check(dovecot: Dovecot, settings: EmailSettings, timing: Timing = QUICK) -> list[CheckResult]:
    return await check_mailbox(settings, trusting(dovecot), timing)


def smtp_server(port: int, security: Security = Security.NONE, password: str = "secret") -> Server:
    return Server("localhost", port, security, "support@example.test", Secret(password))


@pytest.mark.parametrize("security", [Security.NONE, Security.STARTTLS, Security.TLS])
async def test_a_mailbox_that_works(dovecot: Dovecot, mailbox_user: str, security: Security) -> None:
    dovecot.deliver(mailbox_user, mail(1), mail(2))
    context = dovecot.certificate.server_context()
    peer = SmtpPeer(
        users=USERS,
        starttls=context if security is Security.STARTTLS else None,
        implicit_tls=context if security is Security.TLS else None,
    )
    async with peer:
        imap = imap_server(dovecot, mailbox_user, security)
        settings = mail_settings(dovecot, mailbox_user, imap=imap, smtp=smtp_server(peer.port, security))
        results = await check(dovecot, settings)
    assert all(result.ok for result in results), results
    assert [result.step for result in results] == [
        *("IMAP server", "IMAP connection", "IMAP login", "folder INBOX", "folder of sent mail"),
        *("SMTP server", "SMTP connection", "SMTP login"),
    ]
    assert [result.detail for result in results if result.step in ("folder INBOX", "folder of sent mail")] == [
        "mails: 2",
        "Отправленные",
    ]
    assert peer.accepted == []
    assert "MAIL" not in peer.verbs


async def failure(dovecot: Dovecot, settings: EmailSettings, timing: Timing = QUICK) -> CheckResult:
    """Return the step that failed; it must be the last."""
    results = await check(dovecot, settings, timing)
    assert [result.ok for result in results] == [True] * (len(results) - 1) + [False]
    assert results[-1].fix
    return results[-1]


async def test_no_such_host(dovecot: Dovecot, mailbox_user: str) -> None:
    server = replace(imap_server(dovecot, mailbox_user), host="nowhere.invalid", security=Security.TLS)
    failed = await failure(dovecot, mail_settings(dovecot, mailbox_user, imap=server))
    assert (failed.step, failed.detail) == ("IMAP server", "there is no host nowhere.invalid")


async def test_nobody_on_this_port(dovecot: Dovecot, mailbox_user: str) -> None:
    [port] = free_ports(1)
    failed = await failure(dovecot, mail_settings(dovecot, mailbox_user, imap=imap_server(dovecot, mailbox_user, port=port)))
    assert failed.step == "IMAP connection"
    assert "refuses connections" in failed.detail
    assert "993 with tls" in failed.fix


@pytest.mark.parametrize(
    ("security", "asked"),
    [(Security.TLS, "security = starttls"), (Security.STARTTLS, "security = tls"), (Security.NONE, "tls")],
)
async def test_tls_and_port_mixed_up(dovecot: Dovecot, mailbox_user: str, security: Security, asked: str) -> None:
    port = dovecot.imap if security is Security.TLS else dovecot.imaps
    settings = mail_settings(dovecot, mailbox_user, imap=imap_server(dovecot, mailbox_user, security, port))
    failed = await failure(dovecot, settings, replace(QUICK, connect_s=1))
    assert failed.step == "IMAP connection"
    assert asked in failed.fix


async def test_a_certificate_signed_by_itself(dovecot: Dovecot, mailbox_user: str) -> None:
    server = imap_server(dovecot, mailbox_user, Security.TLS)
    channel = EmailChannel(mail_settings(dovecot, mailbox_user, imap=server), ParserProcess(), QUICK)
    failed = (await channel.check())[-1]
    assert not failed.ok
    assert "signed by itself" in failed.detail
    assert "ca_file" in failed.fix
    await channel.close()


async def test_a_ca_file_that_is_not_there(dovecot: Dovecot, mailbox_user: str, tmp_path) -> None:
    channel = EmailChannel(mail_settings(dovecot, mailbox_user, ca_file=tmp_path / "none"), ParserProcess(), QUICK)
    [failed] = await channel.check()
    assert not failed.ok
    assert "ca_file cannot be read" in failed.detail
    await channel.close()


async def test_a_wrong_password(dovecot: Dovecot, mailbox_user: str) -> None:
    server = replace(imap_server(dovecot, mailbox_user), password=Secret("hunter2"))
    failed = await failure(dovecot, mail_settings(dovecot, mailbox_user, imap=server))
    assert failed.step == "IMAP login"
    assert "app password" in failed.fix
    assert "hunter2" not in repr(failed)


async def test_an_unknown_folder_names_the_nearest(dovecot: Dovecot, mailbox_user: str) -> None:
    failed = await failure(dovecot, mail_settings(dovecot, mailbox_user, folders=("INBOX", "Архив", "Archiv")))
    assert failed.step == "folder Архив"
    failed = await failure(dovecot, mail_settings(dovecot, mailbox_user, folders=("INBOX", "Archiv")))
    assert (failed.detail, failed.fix) == ("there is no folder Archiv", "did you mean: Archive")


async def test_an_unknown_sent_folder(dovecot: Dovecot, mailbox_user: str) -> None:
    failed = await failure(dovecot, mail_settings(dovecot, mailbox_user, sent_folder="Отправленное"))
    assert (failed.step, failed.fix) == ("folder of sent mail", "did you mean: Отправленные")


async def test_smtp_refuses_the_password(dovecot: Dovecot, mailbox_user: str) -> None:
    async with SmtpPeer(users=USERS) as peer:
        settings = mail_settings(dovecot, mailbox_user, smtp=smtp_server(peer.port, password="hunter2"))
        failed = await failure(dovecot, settings)
    assert failed.step == "SMTP login"
    assert "hunter2" not in repr(failed)


async def test_smtp_tls_mixed_up(dovecot: Dovecot, mailbox_user: str, tmp_path) -> None:
    context = make_certificate(tmp_path).server_context()
    async with SmtpPeer(users=USERS) as plain, SmtpPeer(users=USERS, implicit_tls=context) as tls:
        for port, security, asked in ((plain.port, Security.TLS, "starttls"), (tls.port, Security.STARTTLS, "security = tls")):
            settings = mail_settings(dovecot, mailbox_user, smtp=smtp_server(port, security))
            failed = await failure(dovecot, settings, replace(QUICK, connect_s=1))
            assert failed.step == "SMTP connection"
            assert asked in failed.fix


@pytest.mark.parametrize(
    ("host", "words", "fix"),
    [
        ("imap.gmail.com", "[ALERT] Application-specific password required", "apppasswords"),
        ("imap.yandex.ru", "[AUTHENTICATIONFAILED] LOGIN invalid credentials or IMAP is disabled", "turn on IMAP"),
        ("imap.yandex.ru", "[AUTHENTICATIONFAILED] invalid credentials", "id.yandex.ru"),
        ("imap.mail.ru", "Authentication failed", "external applications"),
        ("outlook.office365.com", "LOGIN failed", "Microsoft takes no passwords"),
        ("imap.mail.me.com", "Authentication failed", "account.apple.com"),
        ("mail.shop.example", "no", "check user and password"),
        ("notgmail.com", "no", "check user and password"),
    ],
)
def test_the_advice_fits_the_provider(host: str, words: str, fix: str) -> None:
    fault = password_fault(Server(host, 993, Security.TLS, "u", Secret("p")), words)
    assert fix in fault.fix
    assert host in fault.detail

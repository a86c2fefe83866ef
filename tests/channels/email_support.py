"""What the tests of the mail channel share: settings for the test servers, mails, a quick sense of time."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from peers.certificates import Certificate, make_certificate, make_expired_certificate
from peers.dovecot import PASSWORD, Dovecot
from peers.memory_porch import MemoryPorch

from deskterm.channels.email.imap_listen import listen_to_folders
from deskterm.channels.email.timing import Timing
from deskterm.channels.email.tls import client_context
from deskterm.desk.post import Address, IdentityKind, Outbound
from deskterm.settings import EmailSettings, Secret, Security, Server

QUICK = Timing(
    refused_s=0.01,
    quit_s=1,
    sent_s=0.3,
    sent_poll_s=0.05,
    backoff=lambda _: 0.01,
)
"""The same rules with short pauses. What bounds an answer stays long: a slow machine is no fault."""

AT = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)


def mail(number: int | str, body: bytes = b"") -> bytes:
    """Return a small mail; its number stands in Subject, Message-ID and text."""
    head = f"From: a@example.test\r\nSubject: mail {number} :) (\r\nMessage-ID: <m{number}@example.test>\r\n\r\n"
    return head.encode() + (body or f"text {number}".encode()) + b"\r\n"


def untrusted_certificate(directory: Path, case: str) -> tuple[Certificate, Path | None]:
    """Return a certificate that proves nothing ("self-signed", "other name", "expired") and what to name as ca_file."""
    if case == "self-signed":
        return make_certificate(directory), None
    made = (
        make_certificate(directory, "other", "DNS:elsewhere.test")
        if case == "other name"
        else make_expired_certificate(directory)
    )
    return made, made.cert


def outbound(text: str = "Здравствуйте!", *to: str, **fields: object) -> Outbound:
    """Return a reply to send."""
    values: dict[str, object] = {
        "outbox_id": 1,
        "message_id": "v1.aaaaaaaaaaaaaaaaaaaa.bbbbbbbbbbbbbbbbbbbb@desk.test",
        "part_no": 0,
        "part_count": 1,
        "at": AT,
        "text": text,
        "to": tuple(Address(IdentityKind.EMAIL, one) for one in to or ("anna@example.test",)),
        "subject": "Re: Возврат",
    }
    return Outbound(**(values | fields))  # type: ignore[arg-type]


async def eventually(true: Callable[[], bool], seconds: float = 20) -> None:
    """Wait until a condition holds that nothing announces."""
    async with asyncio.timeout(seconds):
        while not true():
            await asyncio.sleep(0.01)


def imap_server(dovecot: Dovecot, user: str, security: Security = Security.NONE, port: int = 0) -> Server:
    """Return how to log in to a test mailbox."""
    usual = dovecot.imaps if security is Security.TLS else dovecot.imap
    return Server("localhost", port or usual, security, user, Secret(PASSWORD))


def mail_settings(dovecot: Dovecot, user: str, **fields: object) -> EmailSettings:
    """Return the settings of a test mailbox."""
    settings = EmailSettings("post", "email", address=user, imap=imap_server(dovecot, user), idle_s=20, poll_s=1)
    return replace(settings, **fields)  # type: ignore[arg-type]


def trusting(dovecot: Dovecot) -> ssl.SSLContext:
    """Return a context that trusts the test server."""
    return client_context(dovecot.certificate.cert)


@asynccontextmanager
async def listening(settings: EmailSettings, porch: MemoryPorch, timing: Timing = QUICK) -> AsyncIterator[asyncio.Task[None]]:
    """Listen to a mailbox while the block runs."""

    async def context() -> ssl.SSLContext:
        return client_context(settings.ca_file)

    task = asyncio.create_task(listen_to_folders(settings, porch, context, timing))
    try:
        yield task
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        if not task.cancelled() and task.exception() is not None:
            raise task.exception()  # type: ignore[misc]

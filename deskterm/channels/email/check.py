"""The connection test of a mailbox: step by step, for real, up to the first failure, with the fix in words. Sends no mail."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import AsyncGenerator

from aiosmtplib import SMTPAuthenticationError, SMTPException

from deskterm.channels.email.faults import Fault, folder_fault, password_fault, wire_fault
from deskterm.channels.email.imap_session import FolderRefused, ImapSession, LoginRefused, WireLost, connected_session
from deskterm.channels.email.sent import sent_folder
from deskterm.channels.email.smtp import connected, log_in
from deskterm.channels.email.timing import Timing
from deskterm.channels.email.tls import Unprotected
from deskterm.desk.post import CheckResult
from deskterm.desk.text import clean_line
from deskterm.settings import EmailSettings, FileSent, Security, Server


async def check_mailbox(settings: EmailSettings, context: ssl.SSLContext, timing: Timing) -> list[CheckResult]:
    """Return the steps tried; only the last one can have failed."""
    results: list[CheckResult] = []
    for steps in (_imap_steps(settings, context, timing), _smtp_steps(settings, context, timing)):
        async for result in steps:
            results.append(result)
            if not result.ok:
                await steps.aclose()
                return results
    return results


async def _imap_steps(settings: EmailSettings, context: ssl.SSLContext, timing: Timing) -> AsyncGenerator[CheckResult, None]:
    server = settings.imap
    step = "IMAP server"
    try:
        yield await _found(step, server, timing)
        step = "IMAP connection"
        async with connected_session(server, context, timing) as session:
            yield _passed(step, f"{server.host}:{server.port}, {_protection(server)}")
            step = "IMAP login"
            await session.login()
            yield _passed(step, server.user)
            for folder in settings.folders:
                step = f"folder {clean_line(folder, 80)}"
                yield await _folder_step(session, step, folder)
            step = "folder of sent mail"
            yield await _sent_step(session, step, settings)
    except LoginRefused as refused:
        yield _failed(step, password_fault(server, str(refused)))
    except (WireLost, Unprotected, OSError, UnicodeError) as error:
        yield _failed(step, wire_fault(server, error))


async def _folder_step(session: ImapSession, step: str, folder: str) -> CheckResult:
    known = [one.name for one in await session.folders()]
    try:
        await session.select(folder)
    except FolderRefused:
        return _failed(step, folder_fault(folder, known))
    return _passed(step, f"mails: {len(await session.search('ALL'))}")


async def _sent_step(session: ImapSession, step: str, settings: EmailSettings) -> CheckResult:
    if settings.file_sent is FileSent.NO:
        return _passed(step, "no copies are kept, as configured")
    folder = await sent_folder(session, settings)
    if folder is None:
        return _passed(step, "the mailbox has none: no copies will be kept")
    known = [one.name for one in await session.folders()]
    if folder not in known and folder.upper() != "INBOX":
        return _failed(step, folder_fault(folder, known))
    return _passed(step, clean_line(folder, 80))


async def _smtp_steps(settings: EmailSettings, context: ssl.SSLContext, timing: Timing) -> AsyncGenerator[CheckResult, None]:
    server = settings.smtp
    step = "SMTP server"
    try:
        yield await _found(step, server, timing)
        step = "SMTP connection"
        async with connected(server, context, timing) as client:
            yield _passed(step, f"{server.host}:{server.port}, {_protection(server)}")
            step = "SMTP login"
            await log_in(client, server)
            yield _passed(step, server.user or "none configured")
    except SMTPAuthenticationError as refused:
        yield _failed(step, password_fault(server, f"{refused.code} {refused.message}"))
    except (SMTPException, Unprotected, OSError, UnicodeError) as error:
        yield _failed(step, wire_fault(server, error))


async def _found(step: str, server: Server, timing: Timing) -> CheckResult:
    loop = asyncio.get_running_loop()
    found = loop.getaddrinfo(server.host, server.port, type=socket.SOCK_STREAM)
    addresses = await asyncio.wait_for(found, timing.connect_s)
    return _passed(step, f"{server.host} is {addresses[0][4][0]}")


def _protection(server: Server) -> str:
    return {Security.TLS: "TLS", Security.STARTTLS: "STARTTLS", Security.NONE: "no TLS (this machine)"}[server.security]


def _passed(step: str, detail: str) -> CheckResult:
    return CheckResult(step, True, clean_line(detail, 200))


def _failed(step: str, fault: Fault) -> CheckResult:
    return CheckResult(step, False, clean_line(fault.detail, 300), clean_line(fault.fix, 300))

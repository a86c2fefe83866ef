"""The e-mail channel: a mailbox as the back room sees it. IMAP in, SMTP out, a connection for each purpose."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import ClassVar, Protocol, Self

from deskterm.channels.base import OnWire, Porch
from deskterm.channels.email.check import check_mailbox
from deskterm.channels.email.compose import Sender, Unsendable, compose, recipients
from deskterm.channels.email.faults import Fault, password_fault, wire_fault
from deskterm.channels.email.imap_listen import listen_to_folders
from deskterm.channels.email.imap_session import LoginRefused, WireLost
from deskterm.channels.email.parser_process import ParserProcess
from deskterm.channels.email.sent import file_copy, find_sent
from deskterm.channels.email.smtp import Envelope, deliver
from deskterm.channels.email.timing import Timing
from deskterm.channels.email.tls import Unprotected, client_context
from deskterm.desk.post import (
    Capabilities,
    CheckResult,
    Ignored,
    Inbound,
    Outbound,
    OutFile,
    Receipt,
    RemoteFile,
    SendLater,
    SendRejected,
)
from deskterm.desk.text import clean_line
from deskterm.settings import EmailSettings

MAX_FILE_BYTES = 25 * 2**20
"""All attachments of one mail together: what the large providers take."""


class Parser(Protocol):
    """Understands raw mail, outside this process (`ParserProcess`)."""

    async def understand(self, raw: bytes) -> Inbound | Ignored:
        """Understand one raw mail. Raises `Unreadable`."""
        ...

    def operators_are(self, addresses: Sequence[str]) -> None:
        """Take the addresses of those who may forward."""
        ...

    async def close(self) -> None:
        """End the process."""
        ...


class EmailChannel:
    """A mailbox. `parser` is the understanding half of the channel; `timing` bounds every wait. See `of`."""

    kind: ClassVar[str] = "email"
    capabilities: ClassVar[Capabilities] = Capabilities(
        subject=True, idempotent=True, max_file_bytes=MAX_FILE_BYTES, starts="any"
    )

    def __init__(self, settings: EmailSettings, parser: Parser, timing: Timing | None = None) -> None:
        self._settings = settings
        self._parser = parser
        self._timing = timing or Timing()
        self._tls: ssl.SSLContext | None = None

    @classmethod
    def of(cls, settings: EmailSettings, mail_domain: str) -> Self:
        """Return the channel of a mailbox with a parser process of its own."""
        own = (settings.address, *settings.aliases)
        return cls(settings, ParserProcess(own, (), mail_domain, authserv_id=settings.authserv_id))

    async def listen(self, porch: Porch) -> None:
        """Hand over the mail of every configured folder until cancelled; returns when another process took the lease."""
        await listen_to_folders(self._settings, porch, self._context, self._timing)

    async def parse(self, data: bytes) -> Inbound | Ignored:
        """Understand one raw mail in the worker process. Raises `Unreadable`."""
        return await self._parser.understand(data)

    def operators_are(self, addresses: Sequence[str]) -> None:
        """Take the operators' addresses: what one of them forwards is read as its writer's."""
        self._parser.operators_are(addresses)

    async def prepare(self, outbound: Outbound) -> bytes:
        """Return the mail as bytes. Raises `SendRejected` for what no mail can be made of."""
        if sum(file.size for file in outbound.attachments) > MAX_FILE_BYTES:
            raise SendRejected(
                f"the attachments are over {MAX_FILE_BYTES // 2**20} MB together: mail servers refuse such mails"
            )
        files = [await asyncio.to_thread(_read, file) for file in outbound.attachments]
        sender = Sender(self._settings.address, self._settings.display_name)
        if not self._settings.plus_addresses:
            outbound = replace(outbound, reply_address="")
        try:
            return await asyncio.to_thread(compose, outbound, sender, files)
        except Unsendable as unsendable:
            raise SendRejected(str(unsendable)) from unsendable

    async def send(self, outbound: Outbound, payload: bytes, on_wire: OnWire) -> Receipt:
        """Send the bytes that `prepare` made. Raises the kinds of `SendError`."""
        envelope = Envelope(self._settings.address, recipients(outbound), payload)
        receipt = await deliver(self._settings.smtp, await self._context(), self._timing, envelope, on_wire)
        return Receipt((outbound.message_id,), receipt.refused, receipt.detail)

    async def resolve(self, outbound: Outbound, payload: bytes) -> Receipt | None:
        """Return a receipt when the provider filed the mail as sent; None where that cannot be known."""
        try:
            found = await find_sent(self._settings, await self._context(), self._timing, outbound)
        except (WireLost, LoginRefused, Unprotected, SendLater):
            return None
        return Receipt((outbound.message_id,), detail="found in the folder of sent mail") if found else None

    async def file_sent(self, outbound: Outbound, payload: bytes) -> None:
        """Put a copy into the folder of sent mail unless the provider did. Raises `SendLater`."""
        try:
            await file_copy(self._settings, await self._context(), self._timing, outbound, payload)
        except LoginRefused as refused:
            raise _later(password_fault(self._settings.imap, str(refused))) from refused
        except (WireLost, Unprotected) as lost:
            raise _later(wire_fault(self._settings.imap, lost)) from lost

    async def fetch(self, remote: RemoteFile) -> bytes:
        """Mail brings its files with it: there is nothing to fetch later."""
        raise SendRejected("a mail brings its files with it")

    async def check(self) -> list[CheckResult]:
        """Test IMAP and SMTP for real, without sending a mail; stops at the first failure."""
        try:
            context = await self._context()
        except SendLater as unreadable:
            return [CheckResult("certificates", False, unreadable.reason, "correct ca_file in the configuration")]
        return await check_mailbox(self._settings, context, self._timing)

    async def close(self) -> None:
        """End the parsing process; connections end with the calls that made them."""
        await self._parser.close()

    async def _context(self) -> ssl.SSLContext:
        if self._tls is None:
            try:
                self._tls = await asyncio.to_thread(client_context, self._settings.ca_file)
            except OSError as error:
                raise SendLater(f"ca_file cannot be read: {clean_line(str(error), 200)}") from error
        return self._tls


def _read(file: OutFile) -> bytes:
    name = clean_line(file.name, 80)
    try:
        data = Path(file.path).read_bytes()
    except OSError as error:
        raise SendRejected(f"the attachment {name} cannot be read: {error.strerror or type(error).__name__}") from error
    if len(data) != file.size:
        raise SendRejected(f"the attachment {name} is not what was attached: its size changed")
    return data


def _later(fault: Fault) -> SendLater:
    return SendLater(f"{fault.detail}; {fault.fix}" if fault.fix else fault.detail)

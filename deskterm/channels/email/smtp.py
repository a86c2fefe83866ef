"""Sending one mail, step by step, so that it is always known whether the server can have taken it.

aiosmtplib's `send` raises the same errors before and after the server took the message, hence its low level here. Up to the
moment the server asks for the text nothing can have arrived; from then until its answer anything may have; after the answer it
has.
"""

from __future__ import annotations

import contextlib
import re
import ssl
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

from aiosmtplib import (
    SMTP,
    SMTPAuthenticationError,
    SMTPConnectResponseError,
    SMTPException,
    SMTPHeloError,
    SMTPRecipientRefused,
    SMTPResponseException,
)
from aiosmtplib.response import SMTPResponse

from deskterm.channels.base import OnWire
from deskterm.channels.email.compose import needs_utf8
from deskterm.channels.email.faults import password_fault, wire_fault
from deskterm.channels.email.timing import Timing
from deskterm.channels.email.tls import Unprotected, demand_protection
from deskterm.desk.post import ChannelRefused, Receipt, SendError, SendLater, SendRejected, SendUncertain
from deskterm.desk.text import clean_line
from deskterm.settings import Security, Server

_HELO_NAME = "[127.0.0.1]"
"""What we call ourselves: an address literal (RFC 5321 4.1.3), as mail programs do, and not this machine's name."""
_GO_AHEAD = 354
_BYTES_PER_S = 20_000
_AUTH_CODES = frozenset({530, 534, 535, 538})
"""Authentication required, mechanism too weak, credentials invalid, encryption required (RFC 4954 section 6)."""
_LONE_LINE_END = re.compile(rb"\r\n|\r|\n")
_DOT = re.compile(rb"(?m)^\.")


@dataclass(frozen=True, slots=True)
class Envelope:
    """Who the mail is from and to, and its bytes."""

    sender: str
    recipients: Sequence[str]
    payload: bytes


@contextlib.asynccontextmanager
async def connected(server: Server, context: ssl.SSLContext, timing: Timing) -> AsyncIterator[SMTP]:
    """Connect and protect; quit and close whatever happens.

    Raises `Unprotected` where the server offers no TLS though configured so, `aiosmtplib` errors and `OSError` else.
    """
    demand_protection(server)
    client = SMTP(
        hostname=server.host,
        port=server.port,
        use_tls=server.security is Security.TLS,
        start_tls=False,
        tls_context=context,
        timeout=timing.smtp_s,
        local_hostname=_HELO_NAME,
    )
    try:
        await client.connect(timeout=timing.connect_s)
        await client.ehlo()
        if server.security is Security.STARTTLS:
            await _start_tls(client, server)
        yield client
        await _quit(client, timing)
    finally:
        client.close()


async def _start_tls(client: SMTP, server: Server) -> None:
    if not client.supports_extension("starttls"):
        raise Unprotected(f"{server.host} offers no STARTTLS on port {server.port}; the password was not sent")
    try:
        await client.starttls()
    except SMTPResponseException as refused:
        raise Unprotected(f"{server.host} refuses STARTTLS; the password was not sent") from refused
    await client.ehlo()


async def log_in(client: SMTP, server: Server) -> None:
    """Log in where a user is configured. Raises `SMTPAuthenticationError`.

    By one mechanism only: trying the next with the same password would count as another wrong one.
    """
    if not server.user:
        return
    user, password = server.user, server.password.reveal()
    offered = client.server_auth_methods
    if "plain" in offered:
        await client.auth_plain(user, password)
    elif "login" in offered:
        await client.auth_login(user, password)
    elif "cram-md5" in offered:
        await client.auth_crammd5(user, password)
    else:
        raise SMTPAuthenticationError(534, "the server offers no way to log in with a password on this connection")


async def _quit(client: SMTP, timing: Timing) -> None:
    with contextlib.suppress(
        SMTPException, OSError, TimeoutError
    ):  # the message is taken: how the connection ends says nothing
        await client.quit(timeout=timing.quit_s)


async def deliver(server: Server, context: ssl.SSLContext, timing: Timing, envelope: Envelope, on_wire: OnWire) -> Receipt:
    """Send one mail. Raises `SendLater`, `SendRejected`, `SendUncertain`, `ChannelRefused`."""
    receipt: Receipt | None = None
    try:
        async with connected(server, context, timing) as client:
            await log_in(client, server)
            refused = await _open_envelope(client, envelope)
            await on_wire()
            await _ask_to_send(client)
            reply = await _send_text(client, envelope.payload, timing)
            receipt = Receipt(refused=tuple(refused), detail=_words(reply))
    except (SMTPException, Unprotected, OSError, ValueError) as error:
        if receipt is None:
            raise _outcome(server, error) from error
    assert receipt is not None
    return receipt


async def _open_envelope(client: SMTP, envelope: Envelope) -> list[tuple[str, str]]:
    """Name sender and recipients; returns the refused ones with the server's words. Raises when all are refused."""
    utf8 = needs_utf8((envelope.sender, *envelope.recipients))
    if utf8 and not client.supports_extension("smtputf8"):
        raise SendRejected("an address has letters beyond ASCII, and our mail server cannot send to such (no SMTPUTF8)")
    options = [f"SIZE={len(envelope.payload)}"] if client.supports_extension("size") else []
    encoding = "utf-8" if utf8 else "ascii"
    if utf8:
        options += ["BODY=8BITMIME", "SMTPUTF8"]
    await client.mail(envelope.sender, options=options, encoding=encoding)
    refusals: list[SMTPRecipientRefused] = []
    for recipient in envelope.recipients:
        try:
            await client.rcpt(recipient, encoding=encoding)
        except SMTPRecipientRefused as refusal:
            refusals.append(refusal)
            if not client.is_connected:
                raise
    if len(refusals) == len(envelope.recipients):
        raise next((one for one in refusals if one.code < 500), refusals[0])
    return [(refusal.recipient, _words(SMTPResponse(refusal.code, refusal.message))) for refusal in refusals]


async def _ask_to_send(client: SMTP) -> None:
    reply = await client.execute_command(b"DATA")
    if reply.code != _GO_AHEAD:
        raise SMTPResponseException(reply.code, reply.message)


async def _send_text(client: SMTP, payload: bytes, timing: Timing) -> SMTPResponse:
    """Send the text and its dot, and wait for the answer: from here on a lost connection leaves it open what the server has."""
    protocol = client.protocol
    if protocol is None:
        raise SendLater("the connection was lost before the message was sent")
    text = _LONE_LINE_END.sub(b"\r\n", payload)
    text = text if text.endswith(b"\r\n") else text + b"\r\n"
    try:
        protocol.write(_DOT.sub(b"..", text) + b".\r\n")
        reply = await protocol.read_response(timeout=timing.after_dot_s + len(text) / _BYTES_PER_S)
    except (SMTPException, OSError, TimeoutError) as error:
        raise SendUncertain("the connection was lost while the message was being taken; it may have arrived") from error
    if 200 <= reply.code < 300:
        return reply
    if 400 <= reply.code < 600:
        raise SMTPResponseException(reply.code, reply.message)
    raise SendUncertain("the server's answer to the message was not understood; it may have arrived")


def _outcome(server: Server, error: BaseException) -> SendError:
    """Return what an error before the server took the message means for it."""
    if isinstance(error, SMTPResponseException):
        return _refusal(server, error)
    fault = wire_fault(server, error)
    return SendLater(f"{fault.detail}; {fault.fix}" if fault.fix else fault.detail)


def _refusal(server: Server, error: SMTPResponseException) -> SendError:
    words = _words(SMTPResponse(error.code, error.message.replace(server.password.reveal() or "\0", "***")))
    permanent = 500 <= error.code < 600
    if error.code in _AUTH_CODES or (permanent and isinstance(error, SMTPAuthenticationError)):
        fault = password_fault(server, words)
        return ChannelRefused(f"{fault.detail}; {fault.fix}")
    # a server that will not talk to us at all says nothing of this message
    if permanent and not isinstance(error, SMTPConnectResponseError | SMTPHeloError):
        return SendRejected(words)
    return SendLater(words)


def _words(reply: SMTPResponse) -> str:
    return clean_line(f"{reply.code} {reply.message}", 300)

"""An SMTP server on loopback (aiosmtpd) that speaks the real protocol and misbehaves on demand; may pass mail on to Dovecot."""

from __future__ import annotations

import asyncio
import ssl
from dataclasses import dataclass, field
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from peers.dovecot import Dovecot

DROP = "drop"
"""Cut the connection instead of answering."""
SILENCE = "silence"
"""Never answer."""


@dataclass(frozen=True)
class Accepted:
    """A mail the server has taken."""

    sender: str
    recipients: tuple[str, ...]
    content: bytes
    options: tuple[str, ...] = ()


@dataclass
class SmtpPeer:
    """Use as an async context manager; `port` is where to connect.

    `answers` says what a verb is answered instead of the usual: a reply such as "451 4.7.1 later", DROP or SILENCE. Beside the
    verbs of SMTP there is TEXT, the end of the message's text: answered so after the server has taken the mail, unless it is a
    4xx or 5xx reply. `refuse` gives replies for single recipients.
    """

    users: dict[str, str] = field(default_factory=dict)
    starttls: ssl.SSLContext | None = None
    implicit_tls: ssl.SSLContext | None = None
    dovecot: Dovecot | None = None
    smtputf8: bool = True
    answers: dict[str, str] = field(default_factory=dict)
    refuse: dict[str, str] = field(default_factory=dict)
    accepted: list[Accepted] = field(default_factory=list)
    verbs: list[str] = field(default_factory=list)
    port: int = 0
    _server: asyncio.Server | None = None
    _sessions: list[_ScriptedSmtp] = field(default_factory=list)

    async def __aenter__(self) -> SmtpPeer:
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(self._session, "127.0.0.1", 0, ssl=self.implicit_tls)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.close()
        for session in self._sessions:
            session.drop()

    def _session(self) -> _ScriptedSmtp:
        session = _ScriptedSmtp(self)
        self._sessions.append(session)
        return session

    def authenticate(self, _server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, data: Any) -> AuthResult:
        """Take the users' passwords; not handled means that aiosmtpd gives the reply."""
        right = isinstance(data, LoginPassword) and self.users.get(data.login.decode()) == data.password.decode()
        return AuthResult(success=right, handled=False)

    async def handle_RCPT(self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]) -> str:
        """Take a recipient unless told to refuse it."""
        if address in self.refuse:
            return self.refuse[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: _ScriptedSmtp, _session: Session, envelope: Envelope) -> str:
        """Take the mail, or refuse it after its text came."""
        answer = self.answers.get("TEXT", "")
        if answer[:1] in ("4", "5"):
            return answer
        assert isinstance(envelope.content, bytes)
        options = tuple(envelope.mail_options)
        taken = Accepted(envelope.mail_from or "", tuple(envelope.rcpt_tos), envelope.content, options)
        if self.dovecot is not None:
            await asyncio.to_thread(_relay, self.dovecot, taken)
        self.accepted.append(taken)
        await server.scripted("TEXT")
        return f"250 2.0.0 OK queued as {len(self.accepted)}"


class _ScriptedSmtp(SMTP):
    """aiosmtpd's server, which asks the peer before it answers a verb."""

    def __init__(self, peer: SmtpPeer) -> None:
        self._peer = peer
        super().__init__(
            peer,
            hostname="mail.example.test",
            ident="deskterm test server",
            data_size_limit=60 * 2**20,
            enable_SMTPUTF8=peer.smtputf8,
            tls_context=peer.starttls,
            authenticator=peer.authenticate,
            auth_require_tls=False,
            loop=asyncio.get_running_loop(),
        )

    def drop(self) -> None:
        """Cut the connection."""
        if self.transport is not None:
            self.transport.abort()

    async def scripted(self, verb: str) -> bool:
        """Answer as the peer was told; False where it was told nothing."""
        self._peer.verbs.append(verb)
        answer = self._peer.answers.get(verb)
        if answer is None:
            return False
        if answer == DROP:
            self.drop()
            await asyncio.sleep(0)
        elif answer == SILENCE:
            await asyncio.Event().wait()
        else:
            await self.push(answer)
        return True

    async def smtp_EHLO(self, hostname: str) -> None:
        if not await self.scripted("EHLO"):
            await super().smtp_EHLO(hostname)

    async def smtp_STARTTLS(self, arg: str) -> None:
        if not await self.scripted("STARTTLS"):
            await super().smtp_STARTTLS(arg)

    async def smtp_AUTH(self, arg: str) -> None:
        if not await self.scripted("AUTH"):
            await super().smtp_AUTH(arg)

    async def smtp_MAIL(self, arg: str | None) -> None:
        if not await self.scripted("MAIL"):
            await super().smtp_MAIL(arg)

    async def smtp_RCPT(self, arg: str | None) -> None:
        if not await self.scripted("RCPT"):
            await super().smtp_RCPT(arg)

    async def smtp_DATA(self, arg: str) -> None:
        if not await self.scripted("DATA"):
            await super().smtp_DATA(arg)

    async def smtp_QUIT(self, arg: str) -> None:
        if not await self.scripted("QUIT"):
            await super().smtp_QUIT(arg)


def _relay(dovecot: Dovecot, mail: Accepted) -> None:
    for recipient in mail.recipients:
        dovecot.deliver(recipient, mail.content)

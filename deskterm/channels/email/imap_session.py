"""One logged-in IMAP connection: every await bounded and raced against the loss of the connection; never used after an error.

The numbers name defects of aioimaplib 2.0.3 (see also `imap_wire`):

3.  IDLE never returns where the server does not answer it: bounded.
4., 5. ENVELOPE and BODYSTRUCTURE beside a literal let a mail's words act as protocol: never fetched; one message per FETCH.
7.  No STARTTLS: done by hand, what was heard before TLS is forgotten, no login unless it worked.
8.  Its TLS client forgets to report a lost connection: the plain one is given a TLS context instead.
9.  A plain client on a TLS port hears nothing: the greeting is bounded.
11. The user's name is not quoted: done here.
14. SEARCH asks for a charset, which some servers refuse: not sent.
15. A failed SELECT leaves the state as it was: an error here ends the session.
16. Folder names are neither quoted nor encoded: `imap_names`.
18. `n:*` always finds the last message: filtered.
19. Nobody closes the connection: `kill`.
20. What the server can do after login is not asked: asked.
22. A session whose folder went away does not answer: any time-out ends it.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
import socket
import ssl
from collections.abc import AsyncIterator, Awaitable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from aioimaplib import aioimaplib

from deskterm.channels.email.imap_names import mailbox, quoted
from deskterm.channels.email.imap_records import Folder, Lines, Piece, epoch_of, folders_of, piece_of, uids_of
from deskterm.channels.email.imap_wire import SMALL_REPLY, GuardedClient
from deskterm.channels.email.timing import Timing
from deskterm.channels.email.tls import Unprotected, demand_protection
from deskterm.desk.text import clean_line
from deskterm.settings import Security, Server

PIECE = 2**20
"""Bytes of a message asked for at a time."""
_SEARCH_REPLY = 64 * 2**20
_APPEND_BYTES_PER_S = 20_000
_KEEPALIVE = (("TCP_KEEPIDLE", 60), ("TCP_KEEPINTVL", 15), ("TCP_KEEPCNT", 4))
_TEMPORARY = re.compile(r"\[(?:UNAVAILABLE|INUSE|LIMIT|SERVERBUG)\]|too many", re.IGNORECASE)
"""A login refused for now, not for its password: RFC 5530, and Gmail's "Too many simultaneous connections"."""


class WireLost(Exception):
    """The connection is of no use any more; the reason is one clean line, `__cause__` the error behind it."""


class CommandRefused(WireLost):
    """The server answered NO or BAD."""


class FolderRefused(CommandRefused):
    """The folder cannot be opened: mostly there is none of this name."""


class LoginRefused(Exception):
    """The server does not take the user and password; its words, without secrets."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """A message as fetched. `whole` is False where it was over the cap: then `data` is its first piece."""

    data: bytes
    size: int
    at: datetime | None
    whole: bool


@dataclass(slots=True)
class Download:
    """A message on its way. What came of it outlives the connection: the bytes behind a UID never change (RFC 9051 2.3.1.1)."""

    uid: int
    data: bytearray = field(default_factory=bytearray)
    pieces: int = 0
    size: int = 0
    at: datetime | None = None

    def add(self, piece: Piece) -> None:
        """Take the next piece."""
        self.data += piece.data or b""
        self.pieces += 1
        self.size = max(self.size, piece.size)
        self.at = self.at or piece.at

    def is_complete(self) -> bool:
        """Say whether a piece shorter than asked came and the whole is as long as the server said.

        Real servers are wrong about sizes in both directions, and a message must never be cut because of it: before both hold,
        more is asked for, until an empty piece comes.
        """
        return self.pieces > 0 and self.size <= len(self.data) < self.pieces * PIECE

    def is_over(self, cap: int) -> bool:
        """Say whether it is larger than `cap` bytes, or comes in crumbs without an end."""
        return max(self.size, len(self.data)) > cap or self.pieces > 2 * (cap // PIECE + 8)


@contextlib.asynccontextmanager
async def connected_session(server: Server, context: ssl.SSLContext, timing: Timing) -> AsyncIterator[ImapSession]:
    """Connect and protect; close whatever happens. Raises `WireLost`, and `Unprotected` before a password could go in clear."""
    demand_protection(server)
    session = ImapSession(server, context, timing)
    try:
        await session.connect()
        yield session
    finally:
        session.kill()


@contextlib.asynccontextmanager
async def logged_in(server: Server, context: ssl.SSLContext, timing: Timing) -> AsyncIterator[ImapSession]:
    """As `connected_session`, and log in. Raises `LoginRefused` besides."""
    async with connected_session(server, context, timing) as session:
        await session.login()
        yield session


class ImapSession:
    """One connection and what the desk asks of it. `connect`, then `login`, then the rest; one command at a time."""

    def __init__(self, server: Server, context: ssl.SSLContext, timing: Timing) -> None:
        self._server = server
        self._context = context
        self._timing = timing
        self._gone: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._idle_refused = False
        implicit = context if server.security is Security.TLS else None
        self._client = GuardedClient(server.host, server.port, implicit, self._set_gone)
        self._protocol = self._client.protocol

    async def connect(self) -> None:
        """Wait for the greeting and upgrade to TLS where configured. Raises `WireLost`, `Unprotected`."""
        await self._call("greeting", self._client.wait_hello_from_server(), self._timing.connect_s)
        self._keep_alive()
        if self._server.security is Security.STARTTLS:
            await self._start_tls()

    async def _start_tls(self) -> None:
        protocol = self._protocol
        if protocol.state != aioimaplib.NONAUTH or "STARTTLS" not in protocol.capabilities:
            raise Unprotected(f"{self._server.host} offers no STARTTLS on port {self._server.port}; the password was not sent")
        loop = asyncio.get_running_loop()
        command = aioimaplib.Command("STARTTLS", protocol.new_tag(), loop=loop)
        try:
            await self._ok("STARTTLS", protocol.execute(command), self._timing.connect_s)
        except CommandRefused as refused:
            raise Unprotected(f"{self._server.host} refuses STARTTLS; the password was not sent") from refused
        protocol.forget()
        upgrade = loop.start_tls(protocol.transport, protocol, self._context, server_hostname=self._server.host)
        protocol.transport = await self._call("TLS", upgrade, self._timing.connect_s)
        await self._call("CAPABILITY", protocol.capability(), self._timing.command_s)

    async def login(self) -> None:
        """Log in. Raises `LoginRefused`, or `WireLost` where the server says that it is only busy."""
        if "LOGINDISABLED" in self._protocol.capabilities:
            raise LoginRefused("the server takes no password on this connection (LOGINDISABLED)")
        user, password = self._server.user, self._server.password.reveal()
        if any(char in user + password for char in "\r\n\0"):
            raise LoginRefused("the user or password holds a line break, which IMAP cannot carry")
        reply = await self._call("LOGIN", self._protocol.login(quoted(user), password), self._timing.login_s)
        if reply.result != "OK":
            words = self._words(reply.lines)
            raise WireLost(f"login: {words}") if _TEMPORARY.search(words) else LoginRefused(words)
        await self._call("CAPABILITY", self._protocol.capability(), self._timing.command_s)

    def can(self, capability: str) -> bool:
        """Say whether the server offers a capability."""
        return capability in self._protocol.capabilities

    async def select(self, folder: str) -> int:
        """Open a folder and return its UIDVALIDITY. Raises `FolderRefused`."""
        try:
            lines = await self._ok("SELECT", self._protocol.select(mailbox(folder)), self._timing.login_s)
        except (CommandRefused, ValueError) as error:
            raise FolderRefused(f"folder {clean_line(folder, 80)}: {error}") from error
        epoch = epoch_of(lines)
        if epoch is None:
            raise WireLost(f"folder {clean_line(folder, 80)} has no UIDVALIDITY")
        return epoch

    async def search(self, *criteria: str, first: int = 1) -> list[int]:
        """Return the UIDs that match, ascending, from `first` on. `has_news` is answered by this search."""
        self._protocol.arrived.clear()
        return [uid for uid in await self._search(*criteria) if uid >= first]

    async def holds(self, uid: int) -> bool:
        """Say whether the folder has this message, after hearing what other connections deleted."""
        await self.noop()
        return uid in await self._search(f"UID {uid}")

    async def _search(self, *criteria: str) -> list[int]:
        search = self._protocol.search(*criteria, charset=None, by_uid=True)
        return uids_of(await self._ok("SEARCH", search, self._timing.command_s, _SEARCH_REPLY))

    def has_news(self) -> bool:
        """Say whether the server spoke of new messages since the last search (17: IDLE will not repeat it)."""
        return self._protocol.arrived.is_set()

    async def fetch(self, download: Download, cap: int) -> Fetched | None:
        """Return a message, without marking it as read; None when it is gone. Over `cap` bytes only its first piece.

        After `WireLost` the same `download` goes on where it was, over another connection to the same folder and epoch.
        """
        while not download.is_complete():
            piece = await self._piece(download.uid, len(download.data))
            if piece is None or (piece.data is None and not download.data):
                return None
            download.add(piece)
            if download.is_over(cap):
                return Fetched(bytes(download.data[:PIECE]), max(download.size, len(download.data)), download.at, whole=False)
            if not piece.data:
                break
        return Fetched(bytes(download.data), len(download.data), download.at, whole=True)

    async def _piece(self, uid: int, offset: int) -> Piece | None:
        items = f"(UID RFC822.SIZE INTERNALDATE BODY.PEEK[]<{offset}.{PIECE}>)"
        fetch = self._protocol.fetch(str(uid), items, by_uid=True)
        return piece_of(await self._ok("FETCH", fetch, self._timing.fetch_s, PIECE + SMALL_REPLY), uid)

    async def wait(self, idle_s: float, poll_s: float) -> None:
        """Wait until the folder has news or the time is over: IDLE for at most `idle_s`, or where there is none `poll_s`."""
        if self.has_news():
            return
        if self.can("IDLE") and not self._idle_refused:
            await self._idle(idle_s)
            return
        await asyncio.wait({self._gone}, timeout=poll_s)
        await self.noop()

    async def _idle(self, seconds: float) -> None:
        protocol = self._protocol
        self._protocol.budget = SMALL_REPLY
        idle = asyncio.ensure_future(protocol.idle())
        accepted = asyncio.ensure_future(protocol.wait_for_idle_response())
        news = asyncio.ensure_future(protocol.arrived.wait())
        try:
            await self._first({idle, accepted}, self._timing.done_s, "IDLE")
            if idle.done():
                self._idle_refused = True
                return
            await asyncio.wait({idle, news, self._gone}, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
            self._alive()
            if not idle.done():
                protocol.idle_done()
                await self._first({idle}, self._timing.done_s, "DONE")
        finally:
            for task in (idle, accepted, news):
                task.cancel()
            await asyncio.wait({idle, accepted, news})
            while not protocol.idle_queue.empty():
                protocol.idle_queue.get_nowait()

    async def noop(self) -> None:
        """Ask whether the server is still there."""
        await self._ok("NOOP", self._protocol.simple_command("NOOP"), self._timing.login_s)

    async def folders(self) -> list[Folder]:
        """Return all folders with their attributes (RFC 6154 where the server has it)."""
        asked = ("RETURN", "(SPECIAL-USE)") if self.can("SPECIAL-USE") and self.can("LIST-EXTENDED") else ()
        listing = self._protocol.simple_command("LIST", '""', '"*"', *asked)
        return folders_of(await self._ok("LIST", listing, self._timing.command_s))

    async def append(self, folder: str, message: bytes, at: datetime) -> None:
        """File a message as read, with its own time."""
        bound = self._timing.command_s + len(message) / _APPEND_BYTES_PER_S
        await self._ok("APPEND", self._protocol.append(message, mailbox(folder), "\\Seen", at), bound)

    def kill(self) -> None:
        """Close the connection without a word. Harmless twice."""
        self._set_gone("closed")
        self._client.kill()

    async def _ok(self, what: str, reply: Awaitable[Any], seconds: float, budget: int = SMALL_REPLY) -> Lines:
        answer = await self._call(what, reply, seconds, budget)
        if answer.result != "OK":
            raise CommandRefused(f"{what}: {self._words(answer.lines)}")
        lines: Lines = answer.lines[:-1]
        return answer.lines if what == "SELECT" else lines

    async def _call(self, what: str, awaitable: Awaitable[Any], seconds: float, budget: int = SMALL_REPLY) -> Any:
        self._protocol.budget = budget
        task = asyncio.ensure_future(awaitable)
        try:
            await self._first({task}, seconds, what)
            return task.result()
        except (aioimaplib.AioImapException, OSError, ValueError, IndexError) as error:
            raise WireLost(f"{what}: {clean_line(str(error), 200) or type(error).__name__}") from error
        finally:
            task.cancel()

    async def _first(self, tasks: set[asyncio.Future[Any]], seconds: float, what: str) -> None:
        done, _ = await asyncio.wait({*tasks, self._gone}, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        if done & tasks:
            return
        self._alive()
        raise WireLost(f"{what}: no answer within {seconds:g} s")

    def _alive(self) -> None:
        if self._gone.done():
            raise WireLost(self._gone.result())

    def _set_gone(self, reason: str) -> None:
        if not self._gone.done():
            self._gone.set_result(reason)

    def _words(self, lines: Lines) -> str:
        text = bytes(lines[-1]).decode("utf-8", "replace") if lines else "no reason given"
        return clean_line(text.replace(self._server.password.reveal() or "\0", "***"), 200)

    def _keep_alive(self) -> None:
        connection = self._protocol.transport.get_extra_info("socket")
        with contextlib.suppress(OSError):  # a comfort for half-open connections; the bounds hold without it
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
            for name, value in _KEEPALIVE:
                if hasattr(socket, name):
                    connection.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)

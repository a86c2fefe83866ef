"""A whole desk among real servers: Dovecot, an SMTP server, a Bot API server, and deskterm as a process of its own."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import sqlite3
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from peers.bot_api import BotApi
from peers.dovecot import PASSWORD, Dovecot
from peers.smtp import SmtpPeer

from deskterm import runtime
from deskterm.config import load
from deskterm.paths import find
from deskterm.store.engine import STORE_FILE

PATIENCE_S = 40.0
"""How long a condition may take on a slow machine."""
SUPPORT = "support"


class World:
    """One desk in `home`, its servers, and the people who write to it. Mail addresses are of example.test."""

    def __init__(self, home: Path, dovecot: Dovecot, smtp: SmtpPeer, bot: BotApi, user: str) -> None:
        self.home = home
        self.dovecot = dovecot
        self.smtp = smtp
        self.bot = bot
        self.user = user
        self.imap_port = dovecot.imap
        self.smtp_port = smtp.port
        self.more_mail = "full_scan_seconds = 60"
        self.undo_s = 0

    # the desk

    def configure(self) -> None:
        """Write the configuration and make the store with its first operator."""
        self.home.mkdir(mode=0o700, exist_ok=True)
        self.write_config()
        runtime.create_store(self.settings(), "anna", "Анна")

    def write_config(self) -> None:
        config = self.home / "config.toml"
        config.write_text(
            f"""
[desk]
name = "Test desk"
mail_domain = "desk.example.test"
undo_seconds = {self.undo_s}

[channels.{SUPPORT}]
kind = "email"
address = "{self.user}"
display_name = "Поддержка"
{self.more_mail}

[channels.{SUPPORT}.imap]
host = "127.0.0.1"
port = {self.imap_port}
security = "none"
password = "{PASSWORD}"

[channels.{SUPPORT}.smtp]
host = "127.0.0.1"
port = {self.smtp_port}
security = "none"
user = ""

[channels.bot]
kind = "telegram"
token = "{self.bot.token}"
api_base = "{self.bot.url}"
poll_seconds = 2
""",
            encoding="utf-8",
        )
        config.chmod(0o600)

    def settings(self) -> Any:
        return load(find(self.home))

    def argv(self, *words: str) -> list[str]:
        return [sys.executable, "-m", "deskterm", *words, "--home", str(self.home)]

    def environment(self) -> dict[str, str]:
        """The child's environment: nothing of this machine's desk, English words."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("DESKTERM_")}
        return kept | {"LC_ALL": "C.UTF-8", "NO_COLOR": "1"}

    @contextlib.asynccontextmanager
    async def worker(self, **options: Any) -> AsyncIterator[asyncio.subprocess.Process]:
        """Run `deskterm worker` until it polls; at the end ask it to end, if it still runs."""
        process = await self.start_worker(options)
        try:
            await self.until(self.polling, "the worker polls")
            yield process
        finally:
            if process.returncode is None:
                process.terminate()
                await asyncio.wait_for(process.wait(), PATIENCE_S)

    async def start_worker(self, options: Mapping[str, Any] | None = None, **more: str) -> asyncio.subprocess.Process:
        return await asyncio.create_subprocess_exec(
            *self.argv("worker"), env=self.environment() | more, stdin=asyncio.subprocess.DEVNULL, **(options or {})
        )

    async def command(self, *words: str, stdin: str | None = None) -> Any:
        """Run a command with --json and return its data; fails the test where it fails."""
        code, out, err = await self.run(*words, "--json", stdin=stdin)
        answer = json.loads(out)
        assert code == 0, (words, answer, err)
        assert answer["ok"] is True, (words, answer, err)
        return answer["data"]

    async def run(self, *words: str, stdin: str | None = None) -> tuple[int, str, str]:
        process = await asyncio.create_subprocess_exec(
            *self.argv(*words),
            env=self.environment(),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        out, err = await asyncio.wait_for(process.communicate((stdin or "").encode()), PATIENCE_S)
        return process.returncode or 0, out.decode(), err.decode()

    # looking

    def all(self, sql: str, values: tuple[Any, ...] = ()) -> list[Any]:
        """Look into the store directly."""
        uri = f"{(self.home / STORE_FILE).resolve().as_uri()}?mode=ro"
        connection = sqlite3.connect(uri, uri=True, timeout=10)
        try:
            return connection.execute(sql, values).fetchall()
        finally:
            connection.close()

    def one(self, sql: str, values: tuple[Any, ...] = ()) -> Any:
        rows = self.all(sql, values)
        return rows[0] if rows else None

    def polling(self) -> bool:
        row = self.one("SELECT holder FROM lease WHERE id = 1")
        return bool(row and row[0])

    def stored(self, text: str) -> int:
        """How many messages say this."""
        return int(self.one("SELECT count(*) FROM message WHERE instr(text, ?)", (text,))[0])

    async def until(self, condition: Callable[[], Any], what: str, patience: float = PATIENCE_S) -> Any:
        """Wait until a condition holds; returns what it gave. It is looked at 50 times a second."""
        end = time.monotonic() + patience
        while True:
            value = condition()
            if isinstance(value, Awaitable):
                value = await value
            if value:
                return value
            assert time.monotonic() < end, f"waited in vain until {what}\n{self.log_tail()}"
            await asyncio.sleep(0.02)

    def log_tail(self) -> str:
        log = self.home / "logs" / "deskterm.log"
        return log.read_text(encoding="utf-8")[-3000:] if log.exists() else "(no log)"

    def integrity(self) -> str:
        connection = sqlite3.connect(self.home / STORE_FILE)
        try:
            assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
            return str(connection.execute("PRAGMA integrity_check").fetchone()[0])
        finally:
            connection.close()

    # customers

    def mail(
        self, text: str, *, sender: str = "olga@example.test", subject: str = "Заказ 5531", **headers: str
    ) -> EmailMessage:
        message = EmailMessage()
        message["From"] = f"Ольга <{sender}>"
        message["To"] = self.user
        message["Subject"] = subject
        message["Message-ID"] = headers.pop("message_id", f"<{time.monotonic_ns()}@client.test>")
        for name, value in headers.items():
            message[name.replace("_", "-")] = value
        message.set_content(text)
        return message

    async def send_mail(self, *messages: EmailMessage) -> None:
        """Deliver mails into the desk's mailbox, over LMTP."""
        await asyncio.to_thread(self.dovecot.deliver, self.user, *(message.as_bytes() for message in messages))


async def stop(process: asyncio.subprocess.Process, number: signal.Signals = signal.SIGTERM) -> int:
    """End a process by a signal and return its exit code."""
    process.send_signal(number)
    return await asyncio.wait_for(process.wait(), PATIENCE_S)

"""A little shop's mail of the time before the desk: as files, and what it must become."""

from __future__ import annotations

import mailbox
import os
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from deskterm.background.history import MailHistory, Report
from deskterm.settings import EmailSettings

US = "support@desk.test"
SETTINGS = EmailSettings("mail", "email", address=US, aliases=("shop@desk.test",), authserv_id="mx.desk.test")


def a_mail(
    number: str,
    sender: str,
    to: str,
    date: str,
    text: str,
    *,
    answers: str = "",
    references: tuple[str, ...] = (),
    subject: str = "Чайник",
    fields: tuple[tuple[str, str], ...] = (),
) -> bytes:
    """Return a mail as it lies on a server; ids are of the form number@old.test."""
    mail = EmailMessage()
    mail["From"] = sender
    mail["To"] = to
    mail["Subject"] = subject
    mail["Date"] = date
    mail["Message-ID"] = f"<{number}@old.test>"
    if answers:
        mail["In-Reply-To"] = f"<{answers}@old.test>"
        mail["References"] = " ".join(f"<{one}@old.test>" for one in (*references, answers))
    for name, value in fields:
        mail[name] = value
    mail.set_content(text)
    return mail.as_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


OLGA, IVAN = "Ольга <olga@client.test>", "Ivan <ivan@other.test>"
ASKED = a_mail("1", OLGA, US, "Mon, 04 Mar 2019 10:00:00 +0300", "Где мой чайник?\nFrom here it is far\n")
ANSWERED = a_mail("2", f"Shop <{US}>", OLGA, "Mon, 04 Mar 2019 11:00:00 +0300", "Едет.\n", answers="1")
THANKED = a_mail("3", OLGA, US, "Tue, 05 Mar 2019 09:00:00 +0300", "Спасибо!\n", answers="2", references=("1",))
OTHER = a_mail("4", IVAN, "shop@desk.test", "Wed, 06 Mar 2019 09:00:00 +0000", "Do you ship to Riga?\n", subject="Shipping")
BY_ANNA = a_mail("5", "Anna <anna@home.test>", IVAN, "Wed, 06 Mar 2019 10:00:00 +0000", "We do.\n", answers="4")
STRANGER = a_mail("6", "Eve <eve@evil.test>", US, "Thu, 07 Mar 2019 09:00:00 +0000", "Me too\n", answers="1")
LATER = a_mail("7", OLGA, US, "Mon, 06 Jan 2020 10:00:00 +0300", "Ещё один чайник\n")
AMONG_US = a_mail("8", "Anna <anna@home.test>", US, "Thu, 07 Mar 2019 10:00:00 +0000", "Lunch?\n")
SHOP = (ASKED, ANSWERED, THANKED, OTHER, BY_ANNA, STRANGER, LATER, AMONG_US)

THREADS = [
    ("Ольга", "closed", ["in Где мой чайник?", "out Едет.", "in Спасибо!"]),
    ("Ivan", "closed", ["in Do you ship to Riga?", "out We do."]),
    ("Eve", "closed", ["in Me too"]),
    ("Ольга", "closed", ["in Ещё один чайник"]),
]


def as_files(folder: Path, mails: tuple[bytes, ...]) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for number, raw in enumerate(mails):
        (folder / f"{number:03}.eml").write_bytes(raw)
    return folder


def as_mbox(path: Path, mails: tuple[bytes, ...]) -> Path:
    """Write an mbox with Python's own module, which quotes From as qmail's mbox(5) says."""
    box = mailbox.mbox(path)
    for raw in mails:
        box.add(mailbox.mboxMessage(raw.replace(b"\r\n", b"\n")))
    box.flush()
    box.close()
    return path


def as_maildir(path: Path, mails: tuple[bytes, ...]) -> Path:
    box = mailbox.Maildir(path)
    for raw in mails:
        box.add(raw)
    (path / "tmp" / "half").write_bytes(b"From: half@way.test\r\nSubject: not all the")
    os.link(next((path / "new").iterdir()), path / "cur" / "seen:2,S")
    return path


@dataclass
class Shelf:
    """Brings mail into a house's mailbox."""

    house: Any

    async def operators(self) -> None:
        await self.house.store.writer.run(
            lambda tx: tx.run("INSERT INTO operator_address VALUES ('anna@home.test', ?)", (self.house.anna.id,))
        )

    async def bring(self, *paths: Path, dry_run: bool = False, progress: Any = None) -> Report:
        history = MailHistory(self.house.store, self.house.rules, self.house.channels["mail"], SETTINGS, "desk.test")
        return await history.bring(paths, self.house.anna, progress or (lambda done, total: None), dry_run=dry_run)

    async def threads(self) -> list[tuple[str, str, list[str]]]:
        """Return every conversation in the order of its first mail: whose, its status, who said what."""
        found = []
        rows = await self.house.all("SELECT id, title, status FROM conversation ORDER BY opened_at, id")
        for conversation_id, title, status in rows:
            said = await self.house.all(
                "SELECT kind, text FROM message WHERE conversation_id = ? ORDER BY id", (conversation_id,)
            )
            lines = [f"{'in' if kind == 'incoming' else 'out'} {text.splitlines()[0]}" for kind, text in said]
            found.append((title, status, lines))
        return found

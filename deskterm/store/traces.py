"""Where there are traces of a person: their cards, addresses and conversations, what they wrote elsewhere, and what others'
messages and raw bytes say of them.

Looking goes through whole tables in stretches, since what others' messages quote has no index; nothing is locked meanwhile. A
stretch that was looked through is not looked through again: what came in since lies behind it.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from deskterm.store import erasing_reminders, erasing_tasks, stems
from deskterm.store.blanking import ERASED, as_list
from deskterm.store.files import Files
from deskterm.store.reader import Look, Reader

STRETCH = 5_000
"""Ids of messages looked at together."""
RAW_STRETCH = 200
"""Raw messages read together: 64 KB each at most, larger ones one by one."""


@dataclass(frozen=True, slots=True)
class Address:
    """One address of the person, by its row."""

    id: int
    kind: str
    value: str
    name: str
    label: str


@dataclass(frozen=True, slots=True)
class Person:
    """Whom it is about: the card that stands for all, all cards that went into it, their addresses and conversations."""

    id: int
    family: tuple[int, ...]
    addresses: tuple[Address, ...]
    conversations: tuple[int, ...]

    @property
    def identities(self) -> tuple[int, ...]:
        """The ids of the addresses."""
        return tuple(one.id for one in self.addresses)

    @property
    def values(self) -> frozenset[str]:
        """The addresses themselves, folded."""
        return frozenset(one.value.casefold() for one in self.addresses)

    def is_named(self, text: str) -> bool:
        """Whether a text is a name of theirs or holds an address that people write; a number on a channel may be any number."""
        folded = text.casefold()
        return bool(folded) and (folded in self.names or any(value.casefold() in folded for value in self.written))

    def is_called(self, text: str) -> bool:
        """Whether a text holds a whole name of theirs; one of a single word may be anybody's."""
        folded = text.casefold()
        return any(name in folded for name in self.names if " " in name)

    @property
    def written(self) -> tuple[str, ...]:
        """Their addresses that people write, and nobody else has."""
        return tuple(one.value for one in self.addresses if one.kind in ("email", "phone"))

    @property
    def addressed(self) -> re.Pattern[bytes] | None:
        """What finds their written addresses in a text (UTF-8)."""
        return _sought([one for one in self.addresses if one.kind in ("email", "phone")])

    @property
    def names(self) -> frozenset[str]:
        """The names they are known by, folded."""
        return frozenset(name.casefold() for one in self.addresses for name in (one.name, one.label) if name)


TOP = (
    "WITH RECURSIVE up(id, into_id) AS (SELECT id, merged_into_id FROM customer WHERE id = ? UNION"
    " SELECT c.id, c.merged_into_id FROM customer c JOIN up ON c.id = up.into_id) SELECT id FROM up WHERE into_id IS NULL"
)
FAMILY = (
    "WITH RECURSIVE down(id) AS (VALUES(?) UNION SELECT c.id FROM customer c JOIN down ON c.merged_into_id = down.id)"
    " SELECT id FROM down ORDER BY id"
)
_IN = "IN (SELECT value FROM json_each(?))"


ADDRESSES = (
    f"SELECT id, kind, value, name, label FROM identity WHERE customer_id {_IN} UNION ALL SELECT id, kind, value, name, label"
    f" FROM identity WHERE customer_id IS NULL AND home_id IS NOT NULL AND home_id {_IN} ORDER BY id"
)
"""Those of the cards, and those that were taken off them and are nobody's since."""
CONVERSATIONS = f"SELECT id FROM conversation WHERE customer_id {_IN} AND is_group = 0 ORDER BY id"


async def person(look: Look, customer_id: int) -> Person | None:
    """Return the person of a card, merged away or not; None where there is none."""
    top = await look.one(TOP, (customer_id,))
    if top is None:
        return None
    family = tuple(row[0] for row in await look.all(FAMILY, (top[0],)))
    addresses = await look.all(ADDRESSES, (as_list(family), as_list(family)))
    own = await look.all(CONVERSATIONS, (as_list(family),))
    return Person(top[0], family, tuple(Address(*row) for row in addresses), tuple(row[0] for row in own))


@dataclass(slots=True)
class Found:
    """What looking has found. `messages` are the person's own and all of their conversations, `touching` those of others that
    quote or name them; `raw` ledger rows that hold their addresses. `mails` and `refs` are what theirs are called.

    `called` are cards of others that only have an address of theirs for a name, `indexed` messages that search finds by one,
    `changes` what the journal keeps of others' cards for undoing that holds one, `views` saved views that name them,
    `tasks` those about others that do, `noted` the reminders and promises: (table, id)."""

    messages: dict[int, int] = field(default_factory=dict)
    touching: list[int] = field(default_factory=list)
    raw: list[int] = field(default_factory=list)
    mails: set[str] = field(default_factory=set)
    refs: set[tuple[int, str]] = field(default_factory=set)
    called: list[int] = field(default_factory=list)
    indexed: list[int] = field(default_factory=list)
    changes: list[int] = field(default_factory=list)
    views: list[int] = field(default_factory=list)
    tasks: list[int] = field(default_factory=list)
    noted: list[tuple[str, int]] = field(default_factory=list)


class Looking:
    """Looks for traces of a person, `who`. `seen_message` and `seen_raw` are how far it has come; `progress` hears of every
    stretch."""

    def __init__(self, reader: Reader, files: Files, who: Person, progress: Callable[[], None]) -> None:
        self._reader = reader
        self._files = files
        self.who = who
        self._progress = progress
        self.seen_message = self.seen_change = self.seen_task = 0
        self.seen_noted = dict.fromkeys(erasing_reminders.TABLES, 0)
        self.seen_raw = 0

    async def look(self) -> Found:
        """Look through all that has come since the last time, the first time through everything."""
        found = Found()
        last = (await self._reader.one("SELECT coalesce(max(id), 0) FROM message"))[0]
        await self._own(found)
        for start in range(self.seen_message, last, STRETCH):
            await self._written(found, start, min(start + STRETCH, last))
        await self._called(found)
        for start in range(self.seen_message, last, STRETCH):
            await self._touching(found, start, min(start + STRETCH, last))
        self.seen_message = last
        await self._raw(found)
        await self._called_so(found)
        await self._undoable(found)
        await self._tasks(found)
        await self._noted(found)
        return found

    async def _own(self, found: Found) -> None:
        own = as_list(self.who.conversations)
        for which in (f"conversation_id {_IN} AND home_id IS NULL", f"home_id {_IN}"):
            rows = await self._reader.all(
                f"SELECT id, conversation_id FROM message WHERE {which} AND kind <> 'activity' AND placeholder <> '{ERASED}'",
                (own,),
            )
            found.messages |= dict(rows)

    async def _written(self, found: Found, after: int, last: int) -> None:
        rows = await self._reader.all(
            "SELECT id, conversation_id FROM message WHERE id > ? AND id <= ?"
            f" AND author_identity_id {_IN} AND placeholder <> '{ERASED}'",
            (after, last, as_list(self.who.identities)),
        )
        found.messages |= dict(rows)
        self._progress()

    async def _called(self, found: Found) -> None:
        ids = as_list(found.messages)
        rows = await self._reader.all(f"SELECT mail_id FROM message WHERE id {_IN} AND mail_id <> ''", (ids,))
        found.mails |= {row[0] for row in rows}
        refs = await self._reader.all(f"SELECT channel_id, external_id FROM message_ref WHERE message_id {_IN}", (ids,))
        found.refs |= {(row[0], row[1]) for row in refs}

    async def _touching(self, found: Found, after: int, last: int) -> None:
        rows = await self._reader.all(
            f"SELECT {TOUCHED} FROM message WHERE id > ? AND id <= ? AND placeholder <> '{ERASED}'"
            " AND (reply_to_message_id IS NOT NULL OR reply_to_external <> '' OR mail_references <> '' OR recipients <> ''"
            " OR forwarded_from <> '' OR reply_to <> '')",
            (after, last),
        )
        found.touching += [
            row[0] for row in rows if row[0] not in found.messages and without_them(row, self.who, found) is not None
        ]
        self._progress()

    async def _raw(self, found: Found) -> None:
        sought = _sought(self.who.addresses)
        if sought is None:
            return
        while True:
            rows = await self._reader.all(
                "SELECT id, data, sha256 FROM inbound WHERE id > ? AND (data IS NOT NULL OR sha256 IS NOT NULL)"
                " ORDER BY id LIMIT ?",
                (self.seen_raw, RAW_STRETCH),
            )
            if not rows:
                return
            found.raw += await asyncio.to_thread(self._holding, rows, sought)
            self.seen_raw = rows[-1][0]
            self._progress()

    async def _called_so(self, found: Found) -> None:
        """Find what is called by an address of theirs: a card made by a form in their name, say."""
        written = self.who.written
        rows = await self._reader.all(
            f"SELECT id FROM customer WHERE name COLLATE NOCASE {_IN} AND id NOT {_IN} AND erased_at IS NULL",
            (json.dumps(written), as_list(self.who.family)),
        )
        found.called = [row[0] for row in rows]
        for words in filter(None, (" ".join(stems.stems(value)) for value in written)):
            rows = await self._reader.all("SELECT rowid FROM search WHERE search MATCH ?", (f'who : "{words}"',))
            found.indexed += [row[0] for row in rows if row[0] not in found.messages]
        sought = self.who.addressed
        for view_id, *said in await self._reader.all("SELECT id, name, query FROM saved_view"):
            if any(self.who.is_called(text) or (sought is not None and sought.search(text.encode())) for text in said):
                found.views.append(view_id)

    async def _tasks(self, found: Found) -> None:
        """Find tasks that name them. What is about them goes whole: nothing of it is left to be found."""
        (last,) = await self._reader.one("SELECT coalesce(max(id), 0) FROM task")
        for start in range(self.seen_task, last, STRETCH):
            rows = await self._reader.all(erasing_tasks.NAMED, (start, min(start + STRETCH, last)))
            found.tasks += [row[0] for row in rows if erasing_tasks.names(self.who, row)]
            self._progress()
        self.seen_task = last

    async def _noted(self, found: Found) -> None:
        """Find reminders and promises that name them."""
        for table, seen in self.seen_noted.items():
            (last,) = await self._reader.one(f"SELECT coalesce(max(id), 0) FROM {table}")
            for start in range(seen, last, STRETCH):
                sql = erasing_reminders.NAMED.format(table=table)
                rows = await self._reader.all(sql, (start, min(start + STRETCH, last)))
                found.noted += [(table, row[0]) for row in rows if erasing_tasks.names(self.who, row)]
                self._progress()
            self.seen_noted[table] = last

    async def _undoable(self, found: Found) -> None:
        sought = self.who.addressed
        (last,) = await self._reader.one("SELECT coalesce(max(seq), 0) FROM journal_text")
        for start in range(self.seen_change if sought is not None else last, last, STRETCH):
            rows = await self._reader.all(
                "SELECT seq, text FROM journal_text WHERE seq > ? AND seq <= ?", (start, min(start + STRETCH, last))
            )
            found.changes += [seq for seq, text in rows if sought is not None and sought.search(text.encode())]
            self._progress()
        self.seen_change = last

    def _holding(self, rows: Sequence[Any], sought: re.Pattern[bytes]) -> list[int]:
        return [row[0] for row in rows if sought.search(self._bytes(row[1], row[2]))]

    def _bytes(self, data: bytes | None, sha256: str | None) -> bytes:
        if sha256 is None:
            return data or b""
        path = self._files.path(sha256)
        return path.read_bytes() if path.exists() else b""


def _sought(addresses: Sequence[Address]) -> re.Pattern[bytes] | None:
    """Return what finds the addresses in raw bytes, without taking one for a part of a longer one; Telegram's ids are numbers
    like others, and only looked for where an id stands."""
    parts = []
    for one in addresses:
        value = re.escape(one.value.encode())
        parts.append(
            rb'id"\s*:\s*"?' + value + rb"(?!\d)" if one.kind == "telegram" else rb"(?<![\w.+-])" + value + rb"(?![\w-])"
        )
    return re.compile(b"|".join(parts), re.IGNORECASE) if parts else None


TOUCHED = (
    "id, channel_id, reply_to_message_id, reply_to_external, quote, text, quoted_from, mail_references, recipients,"
    " forwarded_from, reply_to"
)
"""The columns of a message of somebody else that may speak of the person, for `without_them`."""


@dataclass(frozen=True, slots=True)
class Without:
    """What a message of somebody else says without the person; `cut` says that words of theirs were taken out, which its raw
    bytes hold, too."""

    quote: str
    text: str
    quoted_from: int | None
    mail_references: str
    recipients: str
    forwarded_from: str
    reply_to: str
    cut: bool


def without_them(row: Any, who: Person, found: Found) -> Without | None:
    """Return what a message (a row of `TOUCHED`) says without what it quotes or names of the person; None where that is what
    it says now."""
    _, channel_id, reply_id, external, quote, text, quoted_from, references, recipients, forwarded, reply_to = row
    answers = reply_id in found.messages or (channel_id, external) in found.refs
    known = references.split()
    left = [one for one in known if one not in found.mails]
    quotes_mail = len(left) < len(known)
    named = who.is_named(forwarded)
    cut = quotes_mail and quoted_from is not None
    made = Without(
        quote="" if answers else quote,
        text=text[:quoted_from].rstrip() if cut else text,
        quoted_from=None if cut else quoted_from,
        mail_references=" ".join(left) if quotes_mail else references,
        recipients=_recipients(recipients, who),
        forwarded_from="" if named else forwarded,
        reply_to="" if who.is_named(reply_to) else reply_to,
        cut=cut or answers or named,
    )
    was = (quote, text, quoted_from, references, recipients, forwarded, reply_to)
    now = (
        made.quote,
        made.text,
        made.quoted_from,
        made.mail_references,
        made.recipients,
        made.forwarded_from,
        made.reply_to,
    )
    return None if was == now else made


def _recipients(text: str, who: Person) -> str:
    if not text:
        return text
    kept = json.loads(text)
    left = {role: [one for one in people if str(one[1]).casefold() not in who.values] for role, people in kept.items()}
    return text if left == kept else json.dumps(left, ensure_ascii=False)

"""All there is of a customer, in a folder of their own: customer.json, customer.html, their files, the bytes as they came.

The shape of customer.json is documented in docs/privacy.md and changes only with `VERSION`.
"""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

from deskterm import i18n
from deskterm.customer_page import page
from deskterm.desk.model import Actor
from deskterm.desk.task_columns import checklist_points
from deskterm.store import journal, situations
from deskterm.store.blanking import as_list
from deskterm.store.engine import StoreError
from deskterm.store.files import Files, save_as
from deskterm.store.reader import Look
from deskterm.store.store import Store
from deskterm.store.times import from_ms, to_ms
from deskterm.store.traces import Person
from deskterm.store.unlinking import Writing

VERSION = 1
_IN = "IN (SELECT value FROM json_each(?))"
_ENDINGS = {"email": "eml", "telegram": "json"}
Json = dict[str, Any]


async def export(store: Store, write: Writing, actor: Actor, who: Person, folder: Path) -> Path:
    """Write all there is of a person into a new folder; returns it. Raises StoreError("bad_folder")."""
    try:
        await asyncio.to_thread(folder.mkdir, mode=0o700, parents=True)
    except FileExistsError as error:
        raise StoreError("bad_folder", f"{folder} is there already", "name a folder that is not there yet") from error
    except OSError as error:
        fix = "name a folder that is not there yet, in one that you may write to"
        raise StoreError("bad_folder", f"{folder}: {error.strerror}", fix) from error
    async with store.reader.look() as look:
        data, files, raw = await _gathered(look, who, store.now())
    try:
        await asyncio.to_thread(_written, store.files, folder, data, files, raw)
        for inbound_id, name in raw:
            await _raw(store, inbound_id, folder / "raw" / name)
    except OSError as error:
        raise StoreError("bad_folder", f"{folder}: {error.strerror}", "free some space, or name another folder") from error
    note = {"customer": who.id}
    now_ms = to_ms(store.now())
    await write(
        lambda tx: journal.note(
            tx, "customer_exported", note, command_id=situations.next_command(tx), actor=actor, now_ms=now_ms
        )
    )
    return folder


def _written(files: Files, folder: Path, data: Json, held: list[tuple[Json, str]], raw: list[tuple[int, str]]) -> None:
    """Write what was gathered; a file of the store that is missing is said to be so."""
    for name in [*(["files"] if held else []), *(["raw"] if raw else [])]:
        (folder / name).mkdir(mode=0o700)
    for row, sha256 in held:
        try:
            path = save_as(files.read(sha256), folder / "files", row["name"])
        except FileNotFoundError:
            row["state"] = "missing"
            continue
        row["path"] = f"files/{path.name}"
    language = data["customer"]["language"]
    chosen = language if language in i18n.LANGUAGES else i18n.language()
    _private(folder / "customer.json", json.dumps(data, ensure_ascii=False, indent=2).encode() + b"\n")
    _private(folder / "customer.html", page(data, chosen).encode())


def _private(path: Path, data: bytes) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(data)


async def _raw(store: Store, inbound_id: int, path: Path) -> None:
    data, sha256 = await store.reader.one("SELECT data, sha256 FROM inbound WHERE id = ?", (inbound_id,))
    if sha256 is not None:
        data = await asyncio.to_thread(store.files.read, sha256)
    await asyncio.to_thread(_private, path, data)


# --- what there is


async def _gathered(look: Look, who: Person, now: datetime) -> tuple[Json, list[tuple[Json, str]], list[tuple[int, str]]]:
    """Return customer.json, which of its files lie under which SHA-256, and the ledger rows with the names they get."""
    held: list[tuple[Json, str]] = []
    raw: list[tuple[int, str]] = []
    conversations = []
    for row in await look.all(_CONVERSATIONS, (as_list(who.conversations),)):
        one = dict(zip(_CONVERSATION_KEYS, row, strict=True))
        tags = await look.all("SELECT name FROM tag WHERE instr(?, ',' || id || ',') ORDER BY folded", (row[-1],))
        one |= {"tags": [name for (name,) in tags], **_times(one, "opened_at", "closed_at")}
        conversation_id = one.pop("id")
        known = (conversation_id, as_list(who.conversations), as_list(who.identities))
        one["messages"] = await _messages(look, _OWN, known, held, raw)
        conversations.append(one)
    elsewhere = await _messages(
        look,
        f"m.author_identity_id {_IN} AND m.conversation_id NOT {_IN}",
        (as_list(who.identities), as_list(who.conversations)),
        held,
        raw,
    )
    data = {
        "format": "deskterm customer",
        "version": VERSION,
        "exported_at": _time(now),
        "customer": await _card(look, who),
        "conversations": conversations,
        "elsewhere": elsewhere,
        "tasks": await _tasks(look, who),
        "promises": await _noted(look, who, _PROMISES),
        "reminders": await _noted(look, who, _REMINDERS),
    }
    return data, held, raw


_OWN = f"m.conversation_id = ? AND (m.home_id IS NULL OR m.home_id {_IN} OR m.author_identity_id {_IN})"
"""A conversation's messages, but for those of others that would go to another customer's when it is parted."""
_CONVERSATION_KEYS = ("id", "number", "channel", "subject", "status", "opened_at", "closed_at", "tags")
_CONVERSATIONS = (
    "SELECT c.id, c.number, ch.name, c.subject, c.status, c.opened_at, c.closed_at, c.tag_ids"
    f" FROM conversation c JOIN channel ch ON ch.id = c.channel_id WHERE c.id {_IN} ORDER BY c.number"
)


_TASK_KEYS = (
    "number", "title", "description", "checklist", "status", "due_at", "created_at", "done_at", "assignee", "conversation",
)  # fmt: skip
_TASKS = (
    "SELECT t.number, t.title, t.description, t.checklist, t.status, t.due_at, t.created_at, t.done_at, coalesce(o.name, ''),"
    " c.number FROM task t LEFT JOIN operator o ON o.id = t.assignee_id LEFT JOIN conversation c ON c.id = t.conversation_id"
    f" WHERE t.dropped_at IS NULL AND (t.customer_id {_IN} OR t.conversation_id {_IN}) ORDER BY t.id"
)


async def _tasks(look: Look, who: Person) -> list[Json]:
    made = []
    for row in await look.all(_TASKS, (as_list(who.family), as_list(who.conversations))):
        one = dict(zip(_TASK_KEYS, row, strict=True))
        one["checklist"] = [{"text": words, "done": done} for words, done in checklist_points(one["checklist"])]
        made.append(one | _times(one, "due_at", "created_at", "done_at"))
    return made


_NOTED_KEYS = ("words", "due_at", "state", "created_at", "operator", "conversation")
_PROMISES = (
    "SELECT p.words, p.due_at, p.state, p.created_at, coalesce(o.name, ''), c.number FROM promise p"
    " LEFT JOIN operator o ON o.id = p.operator_id JOIN conversation c ON c.id = p.conversation_id"
    f" WHERE p.customer_id {_IN} OR p.conversation_id {_IN} ORDER BY p.id"
)
_REMINDERS = (
    "SELECT r.words, r.at, r.state, r.created_at, o.name, c.number FROM reminder r JOIN operator o ON o.id = r.operator_id"
    " LEFT JOIN conversation c ON c.id = r.conversation_id"
    f" WHERE r.customer_id {_IN} OR r.conversation_id {_IN} ORDER BY r.id"
)


async def _noted(look: Look, who: Person, sql: str) -> list[Json]:
    """Return what they were promised, or what somebody is reminded of about them."""
    rows = await look.all(sql, (as_list(who.family), as_list(who.conversations)))
    made = (dict(zip(_NOTED_KEYS, row, strict=True)) for row in rows)
    return [one | _times(one, "due_at", "created_at") for one in made]


async def _card(look: Look, who: Person) -> Json:
    family = as_list(who.family)
    row = await look.one(
        "SELECT c.name, c.language, coalesce(co.name, ''), c.created_at, c.erased_at FROM customer c"
        " LEFT JOIN company co ON co.id = c.company_id WHERE c.id = ?",
        (who.id,),
    )
    gone = [one for one in who.family if one != who.id]
    return {
        "id": who.id,
        "name": row[0],
        "language": row[1],
        "company": row[2],
        "created_at": _time(from_ms(row[3])),
        "erased_at": _time(from_ms(row[4])),
        "fields": dict(await look.all("SELECT field, value FROM customer_value WHERE customer_id = ?", (who.id,))),
        "tags": [
            name
            for (name,) in await look.all(
                "SELECT t.name FROM customer_tag ct JOIN tag t ON t.id = ct.tag_id WHERE ct.customer_id = ? ORDER BY t.folded",
                (who.id,),
            )
        ],
        "merged": await _rows(look, ("id", "name"), f"SELECT id, name FROM customer WHERE id {_IN}", as_list(gone)),
        "addresses": await _rows(look, _ADDRESS_KEYS, _ADDRESSES, family),
        "claims": await _rows(look, ("kind", "value", "evidence", "at"), _CLAIMS, family),
        "notes": await _rows(look, ("text", "pinned", "at", "author"), _NOTES, family),
        "records": [
            one | {"values": json.loads(one["values"])}
            for one in await _rows(look, ("kind", "number", "at", "values"), _RECORDS, family)
        ],
    }


_ADDRESS_KEYS = ("kind", "value", "name", "label", "proof", "shared", "blocked", "unreachable", "at")
_ADDRESSES = (
    f"SELECT kind, value, name, label, proof, shared, blocked, unreachable, created_at FROM identity WHERE customer_id {_IN}"
    " ORDER BY id"
)
_CLAIMS = f"SELECT kind, value, evidence, at FROM claim WHERE customer_id {_IN} ORDER BY at"
_NOTES = (
    "SELECT n.text, n.pinned, n.at, coalesce(o.name, '') FROM customer_note n LEFT JOIN operator o ON o.id = n.operator_id"
    f" WHERE n.customer_id {_IN} AND n.text <> '' ORDER BY n.id"
)
_RECORDS = f"SELECT kind, external_id, at, data FROM record WHERE customer_id {_IN} ORDER BY at, id"
_FLAGS = ("shared", "blocked", "unreachable", "pinned")


async def _rows(look: Look, keys: Iterable[str], sql: str, ids: str) -> list[Json]:
    made = [dict(zip(keys, row, strict=True)) for row in await look.all(sql, (ids,))]
    return [
        one | {key: bool(one[key]) for key in _FLAGS if key in one} | (_times(one, "at") if "at" in one else {}) for one in made
    ]


_MESSAGE_KEYS = (
    "id", "number", "at", "kind", "channel", "author", "subject", "text", "placeholder", "quote", "forwarded_from", "delivery",
    "sent_at", "duration_s", "outcome", "recipients", "inbound_id", "channel_kind",
)  # fmt: skip
_MESSAGES = (
    "SELECT m.id, c.number, m.at, m.kind, ch.name, coalesce(o.name, nullif(i.name, ''), i.value, ''), m.subject, m.text,"
    " m.placeholder, m.quote, m.forwarded_from, m.delivery, m.sent_at, m.duration_s, m.outcome, m.recipients, m.inbound_id,"
    " ch.kind FROM message m JOIN conversation c ON c.id = m.conversation_id JOIN channel ch ON ch.id = m.channel_id"
    " LEFT JOIN operator o ON o.id = m.author_operator_id LEFT JOIN identity i ON i.id = m.author_identity_id WHERE"
)


async def _messages(
    look: Look, which: str, values: tuple[Any, ...], held: list[tuple[Json, str]], raw: list[tuple[int, str]]
) -> list[Json]:
    found = []
    for row in await look.all(f"{_MESSAGES} {which} AND m.kind <> 'activity' ORDER BY m.id", values):
        one = dict(zip(_MESSAGE_KEYS, row, strict=True))
        recipients = json.loads(one.pop("recipients") or "{}")
        one |= {role: [_address(*person) for person in recipients.get(role, [])] for role in ("to", "cc")}
        one |= _times(one, "at", "sent_at")
        versions = await look.all("SELECT at, text FROM message_version WHERE message_id = ? ORDER BY version", (row[0],))
        one["versions"] = [{"at": _time(from_ms(at)), "text": text} for at, text in versions]
        one["files"] = await _files(look, row[0], held)
        one["raw"] = await _raw_name(look, one.pop("inbound_id"), one.pop("channel_kind"), raw)
        found.append(one)
    return found


async def _files(look: Look, message_id: int, held: list[tuple[Json, str]]) -> list[Json]:
    made = []
    for name, media_type, size, state, sha256 in await look.all(
        "SELECT name, media_type, size, state, sha256 FROM attachment WHERE message_id = ? ORDER BY position, id", (message_id,)
    ):
        one: Json = {"name": name, "media_type": media_type, "size": size, "state": state, "path": None}
        if sha256 is not None:
            held.append((one, sha256))
        made.append(one)
    return made


async def _raw_name(look: Look, inbound_id: int | None, kind: str, raw: list[tuple[int, str]]) -> str | None:
    kept = "SELECT 1 FROM inbound WHERE id = ? AND (data IS NOT NULL OR sha256 IS NOT NULL)"
    if inbound_id is None or await look.one(kept, (inbound_id,)) is None:
        return None
    name = f"{inbound_id}.{_ENDINGS.get(kind, 'txt')}"
    raw.append((inbound_id, name))
    return f"raw/{name}"


def _address(kind: str, value: str, name: str) -> Json:
    return {"kind": kind, "value": value, "name": name}


def _times(one: Json, *names: str) -> Json:
    return {name: _time(from_ms(one[name])) for name in names}


def _time(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat(timespec="seconds").replace("+00:00", "Z")

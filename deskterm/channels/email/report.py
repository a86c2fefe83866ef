"""What `deskterm mail inspect` says of a mail, as plain data."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from deskterm.channels.email.addresses import Mailbox, mailboxes
from deskterm.channels.email.caps import CAPS, Caps
from deskterm.channels.email.classify import classify
from deskterm.channels.email.forwarded import Forwarded
from deskterm.channels.email.headers import Headers, date_of, message_ids, parse_headers
from deskterm.channels.email.mime import header_end
from deskterm.channels.email.understand import Understood, read_mail
from deskterm.desk.post import InFile

UNPARSEABLE = "unparseable"
_NO_DEFECTS = frozenset({"calendar", "signature not checked"})


def report(raw: bytes, own: Sequence[str], operators: Sequence[str], caps: Caps = CAPS) -> dict[str, Any]:
    """Return what a mail says: every key always present, every text cleaned."""
    read = read_mail(raw, operators, caps)
    fold = read.quoted_from
    return {
        **_from_headers(read.headers),
        "text": read.text,
        "quoted_from": fold,
        "visible_text": read.text if fold is None else read.text[:fold],
        "attachments": [_file(file) for file in read.content.files],
        "kind": classify(read.mail, own).value,
        "forwarded": _forwarded(read.forwarded) if read.forwarded else None,
        "defects": _defects(read),
    }


def headers_report(raw: bytes) -> dict[str, Any]:
    """Return the same of a mail whose body cannot be read: its headers, and the defect."""
    try:
        headers, _ = parse_headers(raw[: header_end(raw)[0]][: CAPS.headers])
        known = _from_headers(headers)
    except (ValueError, LookupError, RecursionError, MemoryError):
        known = _from_headers(Headers())
    return {
        **known,
        "text": "",
        "quoted_from": None,
        "visible_text": "",
        "attachments": [],
        "kind": "human",
        "forwarded": None,
        "defects": [UNPARSEABLE],
    }


def _from_headers(headers: Headers) -> dict[str, Any]:
    at = date_of(headers.raw("date"))
    senders = mailboxes(headers, "from")
    return {
        "from": _person(next((one for one in senders if one.address), senders[0] if senders else Mailbox("", ""))),
        "to": [_person(one) for one in mailboxes(headers, "to")],
        "cc": [_person(one) for one in mailboxes(headers, "cc")],
        "reply_to": [_person(one) for one in mailboxes(headers, "reply-to")],
        "subject": headers.text("subject"),
        "date": at.isoformat() if at is not None else None,
        "message_id": next(iter(message_ids(headers, "message-id")), ""),
        "in_reply_to": list(message_ids(headers, "in-reply-to")),
        "references": list(message_ids(headers, "references")),
    }


def _person(mailbox: Mailbox) -> dict[str, str]:
    return {"name": mailbox.name, "address": mailbox.address}


def _file(file: InFile) -> dict[str, Any]:
    return {
        "name": file.name,
        "type": file.media_type,
        "size": len(file.data or b""),
        "inline": file.inline,
        "content_id": file.content_id,
    }


def _forwarded(forwarded: Forwarded) -> dict[str, Any]:
    return {
        "from": _person(forwarded.sender),
        "to": [_person(one) for one in forwarded.to],
        "subject": forwarded.subject,
        "date": forwarded.date or None,
        "text": forwarded.text,
    }


def _defects(read: Understood) -> list[str]:
    missing = {
        "no sender": not read.sender.address,
        "no date": not date_of(read.headers.raw("date")),
        "no message id": not message_ids(read.headers, "message-id"),
    }
    notes = [note for note in (*read.mail.notes, *read.content.notes) if note not in _NO_DEFECTS]
    return list(dict.fromkeys([*notes, *(name for name, is_missing in missing.items() if is_missing)]))

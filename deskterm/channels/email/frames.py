"""How this process and the parser process talk: frames of plain data over pipes, never pickles.

A frame is a number of pieces and their lengths (unsigned 32-bit, network order), then the pieces: a JSON head, and the bytes
that do not belong into JSON (the mail; the attachments).
"""

from __future__ import annotations

import json
import struct
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from deskterm.desk.model import Origin
from deskterm.desk.post import Address, Bounce, IdentityKind, Inbound, InFile, MailRefs

MAX_PIECES = 1_000
MAX_FRAME = 256 * 2**20
_NUMBER = struct.Struct(">I")
NUMBER_BYTES = _NUMBER.size
OUT_OF_MEMORY = 71
"""Exit code of the parser process after a mail that took all the memory allowed."""


class BadFrame(Exception):
    """The other side does not keep to the form; nothing it says after this can be trusted."""


def frame_start(head: dict[str, Any], blobs: Sequence[bytes] = ()) -> tuple[bytes, list[bytes]]:
    """Return what stands before the pieces of a frame, and the pieces."""
    pieces = [json.dumps(head, ensure_ascii=True).encode("ascii"), *blobs]
    lengths = b"".join(_NUMBER.pack(len(piece)) for piece in pieces)
    return _NUMBER.pack(len(pieces)) + lengths, pieces


def piece_count(start: bytes) -> int:
    """Read the first number of a frame. Raises `BadFrame`."""
    count: int = _NUMBER.unpack(start)[0]
    if not 1 <= count <= MAX_PIECES:
        raise BadFrame("a frame with a wrong number of pieces")
    return count


def piece_lengths(data: bytes) -> list[int]:
    """Read the lengths of a frame's pieces. Raises `BadFrame`."""
    lengths = [length for (length,) in _NUMBER.iter_unpack(data)]
    if sum(lengths) > MAX_FRAME:
        raise BadFrame("a frame that is too large")
    return lengths


def read_head(piece: bytes) -> dict[str, Any]:
    """Read the JSON head of a frame. Raises `BadFrame`."""
    try:
        head = json.loads(piece)
    except (ValueError, RecursionError) as error:
        raise BadFrame("a frame whose head is no JSON") from error
    if not isinstance(head, dict):
        raise BadFrame("a frame whose head is no object")
    return head


def inbound_to_wire(inbound: Inbound) -> tuple[dict[str, Any], list[bytes]]:
    """Return a mail's `Inbound` as a JSON head and the bytes of its attachments, in order."""
    head = {
        "external_id": inbound.external_id,
        "sender": _address_out(inbound.sender) if inbound.sender else None,
        "at": inbound.at.isoformat(),
        "text": inbound.text,
        "subject": inbound.subject,
        "quoted_from": inbound.quoted_from,
        "origin": inbound.origin.value,
        "reply_to": inbound.reply_to,
        "cc": [_address_out(address) for address in inbound.cc],
        "refs": _refs_out(inbound.refs) if inbound.refs else None,
        "bounce": _bounce_out(inbound.bounce) if inbound.bounce else None,
        "files": [[file.name, file.media_type, file.inline, file.content_id] for file in inbound.attachments],
        "forwarded_from": inbound.forwarded_from,
        "placeholder": inbound.placeholder,
        "notes": list(inbound.notes),
        "proven": inbound.proven,
        "claimed": [[evidence, *_address_out(address)] for evidence, address in inbound.claimed],
        "language": inbound.language,
        "forwarded_by": inbound.forwarded_by,
        "cover": inbound.cover,
        "forwarder_proven": inbound.forwarder_proven,
        "forged": inbound.forged,
        "hearsay": inbound.hearsay,
    }
    return head, [file.data or b"" for file in inbound.attachments]


def inbound_from_wire(head: dict[str, Any], blobs: Sequence[bytes]) -> Inbound:
    """Return the `Inbound` that `inbound_to_wire` took apart. Raises `BadFrame`."""
    try:
        files = [
            InFile(name, media_type, data, inline=inline, content_id=content_id)
            for (name, media_type, inline, content_id), data in zip(head["files"], blobs, strict=True)
        ]
        return Inbound(
            external_id=head["external_id"],
            sender=_address_in(head["sender"]) if head["sender"] else None,
            at=datetime.fromisoformat(head["at"]),
            text=head["text"],
            subject=head["subject"],
            quoted_from=head["quoted_from"],
            origin=Origin(head["origin"]),
            reply_to=head["reply_to"],
            cc=tuple(_address_in(address) for address in head["cc"]),
            refs=_refs_in(head["refs"]) if head["refs"] else None,
            bounce=Bounce(**head["bounce"]) if head["bounce"] else None,
            attachments=tuple(files),
            forwarded_from=head["forwarded_from"],
            placeholder=head["placeholder"],
            notes=tuple(head["notes"]),
            proven=head["proven"],
            claimed=tuple((evidence, _address_in(address)) for evidence, *address in head["claimed"]),
            language=head["language"],
            forwarded_by=head["forwarded_by"],
            cover=head["cover"],
            forwarder_proven=head["forwarder_proven"],
            forged=head["forged"],
            hearsay=head["hearsay"],
        )
    except (KeyError, TypeError, ValueError) as error:
        raise BadFrame("a frame that holds no message") from error


def _address_out(address: Address) -> list[str]:
    return [address.value, address.name]


def _address_in(pair: Sequence[str]) -> Address:
    value, name = pair
    return Address(IdentityKind.EMAIL, value, name)


def _refs_out(refs: MailRefs) -> list[Any]:
    return [refs.message_id, list(refs.in_reply_to), list(refs.references), list(refs.delivered_to)]


def _refs_in(parts: Sequence[Any]) -> MailRefs:
    message_id, in_reply_to, references, delivered_to = parts
    return MailRefs(message_id, tuple(in_reply_to), tuple(references), tuple(delivered_to))


def _bounce_out(bounce: Bounce) -> dict[str, Any]:
    return {
        "message_id": bounce.message_id,
        "recipient": bounce.recipient,
        "status": bounce.status,
        "permanent": bounce.permanent,
        "text": bounce.text,
    }

"""The raw messages of the demo's channels: JSON, one object for each message, with what is empty left out."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

from deskterm.desk.model import Origin
from deskterm.desk.post import Address, Bounce, IdentityKind, Inbound, InFile, MailRefs, RemoteFile, Unreadable

Message = dict[str, Any]
"""A message as JSON has it."""

_TEXTS = (
    "subject",
    "thread_key",
    "group",
    "reply_to",
    "edit_of",
    "version_key",
    "album",
    "reply_to_external",
    "quote",
    "forwarded_from",
    "placeholder",
)
_REF_LISTS = ("in_reply_to", "references", "delivered_to")


def plain(inbound: Inbound) -> Message:
    """Return a message as JSON has it."""
    made: Message = {"id": inbound.external_id, "at": inbound.at.isoformat(), "text": inbound.text}
    made |= {name: getattr(inbound, name) for name in _TEXTS if getattr(inbound, name)}
    if inbound.sender is not None:
        made["from"] = _person(inbound.sender)
    if inbound.cc:
        made["cc"] = [_person(address) for address in inbound.cc]
    if inbound.origin is not Origin.HUMAN:
        made["origin"] = inbound.origin.value
    if inbound.quoted_from is not None:
        made["quoted_from"] = inbound.quoted_from
    if inbound.unreachable is not None:
        made["unreachable"] = inbound.unreachable
    if inbound.refs is not None:
        lists = {name: list(getattr(inbound.refs, name)) for name in _REF_LISTS if getattr(inbound.refs, name)}
        made["mail"] = {"id": inbound.refs.message_id, **lists}
    if inbound.bounce is not None:
        bounce = inbound.bounce
        made["bounce"] = {
            "id": bounce.message_id,
            "to": bounce.recipient,
            "status": bounce.status,
            "permanent": bounce.permanent,
            "text": bounce.text,
        }
    if inbound.attachments:
        made["files"] = [_file(file) for file in inbound.attachments]
    return made


def packed(message: Message) -> bytes:
    """Return the bytes of a message."""
    return json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode()


def _person(address: Address) -> Message:
    return {"kind": address.kind.value, "value": address.value, "name": address.name}


def _file(file: InFile) -> Message:
    made: Message = {"name": file.name, "type": file.media_type}
    if file.data is not None:
        made["data"] = base64.b64encode(file.data).decode("ascii")
    elif file.remote is not None:
        made["ref"] = file.remote.ref
    return made


def understood(data: bytes) -> Inbound:
    """Understand a raw message. Raises `Unreadable` for anything that `plain` cannot have made."""
    try:
        message = json.loads(data)
        return _inbound(_as(dict, message))
    except (ValueError, KeyError, TypeError, OverflowError, RecursionError) as error:
        raise Unreadable(f"not a message of the demo: {type(error).__name__}") from error


def _as(kind: type[Any], value: Any) -> Any:
    # A bool is an int to Python, but not to whoever wrote the message.
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise TypeError(kind.__name__)
    return value


def _maybe(message: Message, key: str, read: Callable[[Any], Any]) -> Any:
    return read(message[key]) if key in message else None


def _texts(value: Any) -> tuple[str, ...]:
    return tuple(_as(str, one) for one in _as(list, value))


def _inbound(message: Message) -> Inbound:
    at = datetime.fromisoformat(_as(str, message["at"]))
    if at.tzinfo is None:
        raise ValueError("a time without its zone")
    quoted_from = _maybe(message, "quoted_from", lambda value: _as(int, value))
    text = _as(str, message["text"])
    if quoted_from is not None and not 0 <= quoted_from <= len(text):
        raise ValueError("quoted from beyond the text")
    external_id = _as(str, message["id"])
    if not external_id:
        raise ValueError("a message without a name")
    return Inbound(
        external_id=external_id,
        sender=_maybe(message, "from", _address),
        at=at,
        text=text,
        quoted_from=quoted_from,
        origin=Origin(message.get("origin", Origin.HUMAN)),
        cc=tuple(_address(one) for one in _as(list, message.get("cc", []))),
        refs=_maybe(message, "mail", _refs),
        bounce=_maybe(message, "bounce", _bounce),
        attachments=tuple(_in_file(one) for one in _as(list, message.get("files", []))),
        unreachable=_maybe(message, "unreachable", lambda value: _as(bool, value)),
        **{name: _as(str, message.get(name, "")) for name in _TEXTS},
    )


def _address(value: Any) -> Address:
    person = _as(dict, value)
    return Address(IdentityKind(person["kind"]), _as(str, person["value"]), _as(str, person["name"]))


def _refs(value: Any) -> MailRefs:
    mail = _as(dict, value)
    lists = {name: _texts(mail.get(name, [])) for name in _REF_LISTS}
    return MailRefs(message_id=_as(str, mail["id"]), **lists)


def _bounce(value: Any) -> Bounce:
    said = _as(dict, value)
    return Bounce(
        message_id=_as(str, said["id"]),
        recipient=_as(str, said["to"]),
        status=_as(str, said["status"]),
        permanent=_as(bool, said["permanent"]),
        text=_as(str, said["text"]),
    )


def _in_file(value: Any) -> InFile:
    file = _as(dict, value)
    data = _maybe(file, "data", lambda text: base64.b64decode(_as(str, text), validate=True))
    remote = _maybe(file, "ref", lambda ref: RemoteFile(_as(str, ref)))
    return InFile(_as(str, file["name"]), _as(str, file["type"]), data=data, remote=remote)

"""An outgoing mail as bytes: pure, and the same bytes for the same message, today and in the next version of Python.

The headers are written here and not by `email`, whose folding changes between releases and until 3.12.5 let an encoded word
with a line break in it become a header of its own (gh-121650, CVE-2024-6923). Everything is 7-bit (RFC 2045), unless an address
itself is not ASCII: then the headers are UTF-8 (RFC 6532) and the mail needs a server with SMTPUTF8.
"""

from __future__ import annotations

import base64
import hashlib
import quopri
import re
import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from email.utils import format_datetime
from urllib.parse import quote

from deskterm.desk.addresses import SENDABLE
from deskterm.desk.post import Outbound, OutFile
from deskterm.desk.text import clean_line

LOOP_HEADER = "X-Deskterm-Loop"
"""Marks our own mail, so that a copy that comes back is known as ours."""
AUTOMATIC = ("Auto-Submitted: auto-generated", "X-Auto-Response-Suppress: All")
"""What keeps other machines from answering a mail that nobody wrote (RFC 3834 section 5; Microsoft's MS-OXCMAIL)."""
MAX_REFERENCES = 21
_MAX_HEADER = 900
_MAX_FILE_NAME = 150
_LINE = 76
_WORD_BYTES = 42
"""UTF-8 bytes in one encoded word: with its frame and base64 at most 75 characters (RFC 2047 section 2)."""

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")
_ENCODED_WORD = re.compile(r"=\?[^?\s]*\?[bBqQ]\?[^?\s]*\?=")
_PLAIN = re.compile(r"[\x20-\x7e]*")
_ATOM_TEXT = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]+")
_MESSAGE_ID = re.compile(r"[\x21-\x3b\x3d\x3f-\x7e]{1,900}")
_MEDIA_TYPE = re.compile(r"(?:application|audio|font|image|model|text|video)/[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,100}")
_NO_FILE_NAME = re.compile(r'[<>:"/\\|?*]')
_UNSAFE_7BIT = re.compile(r"[^\n\x20-\x7e]|=_|(?m:^From )|[^\n]{79}")


class Unsendable(Exception):
    """The message cannot be written as a mail, and why."""


@dataclass(frozen=True, slots=True)
class Sender:
    """Who the mail is from: our address and the name shown with it."""

    address: str
    name: str = ""


def compose(outbound: Outbound, sender: Sender, files: Sequence[bytes] = ()) -> bytes:
    """Return the mail with CRLF line ends; `files` are the contents of `outbound.attachments`, in their order.

    Raises `Unsendable` for an address that is none.
    """
    body = _text_part(outbound.text)
    if outbound.attachments:
        boundary = "=_" + hashlib.sha256(f"{outbound.message_id}/{outbound.part_no}".encode()).hexdigest()[:40]
        attached = (_file_part(file, data) for file, data in zip(outbound.attachments, files, strict=True))
        body = _multipart(boundary, [body, *attached])
    lines = [*_headers(outbound, sender), "MIME-Version: 1.0"]
    return "\r\n".join(lines).encode("utf-8") + b"\r\n" + body


def _headers(outbound: Outbound, sender: Sender) -> list[str]:
    if not outbound.to:
        raise Unsendable("the message has no recipient")
    lines = [
        _field("From", [_mailbox(sender.address, sender.name)]),
        _field("To", [_mailbox(one.value, one.name) for one in outbound.to]),
    ]
    if outbound.cc:
        lines.append(_field("Cc", [_mailbox(one.value, one.name) for one in outbound.cc]))
    if outbound.reply_address:
        lines.append(_field("Reply-To", [_mailbox(outbound.reply_address, sender.name)]))
    lines.append(_text_field("Subject", outbound.subject))
    lines.append(f"Date: {format_datetime(outbound.at)}")
    lines.extend(_thread_fields(outbound))
    lines.append(f"{LOOP_HEADER}: {sender.address}")
    if outbound.automatic:
        lines.extend(AUTOMATIC)
    return lines


def _thread_fields(outbound: Outbound) -> list[str]:
    if not _MESSAGE_ID.fullmatch(outbound.message_id):
        raise Unsendable("the message has no Message-ID")
    lines = [f"Message-ID: <{outbound.message_id}>"]
    if _MESSAGE_ID.fullmatch(outbound.in_reply_to):
        lines.append(f"In-Reply-To: <{outbound.in_reply_to}>")
    ids = list(dict.fromkeys(one for one in (*outbound.references, outbound.in_reply_to) if _MESSAGE_ID.fullmatch(one)))
    if len(ids) > MAX_REFERENCES:
        ids = [ids[0], *ids[1 - MAX_REFERENCES :]]
    if ids:
        lines.append("References: " + "\r\n ".join(f"<{one}>" for one in ids))
    return lines


def recipients(outbound: Outbound) -> list[str]:
    """Return the addresses the mail goes to, each once."""
    return list(dict.fromkeys(one.value for one in (*outbound.to, *outbound.cc)))


def needs_utf8(addresses: Iterable[str]) -> bool:
    """Say whether an address can only be carried by a server with SMTPUTF8 (RFC 6531)."""
    return not all(address.isascii() for address in addresses)


def safe_header(text: str) -> str:
    """Return a text fit for a header: one line, without control characters and without anything that looks encoded."""
    words = _CONTROL.sub(" ", _ENCODED_WORD.sub(" ", text))
    return " ".join(words.split())[:_MAX_HEADER].rstrip()


def safe_file_name(name: str) -> str:
    """Return a file name that every receiver's system can keep; never empty."""
    return _NO_FILE_NAME.sub("_", safe_header(name))[:_MAX_FILE_NAME].strip() or "attachment"


def checked_address(address: str) -> str:
    """Return the address; raises `Unsendable` for what could not stand in an envelope or a header."""
    if not SENDABLE.fullmatch(address):
        raise Unsendable(f"{clean_line(address, 80) or 'an empty address'} is not an address that mail can be sent to")
    return address


def _mailbox(address: str, name: str) -> str:
    shown = safe_header(name)
    address = checked_address(address)
    if not shown:
        return address
    if _PLAIN.fullmatch(shown) and "=?" not in shown and len(shown) <= 60:
        escaped = shown.replace("\\", "\\\\").replace('"', '\\"')
        phrase = shown if _ATOM_TEXT.fullmatch(shown) else f'"{escaped}"'
    else:
        phrase = _encoded(shown)
    return f"{phrase}\r\n <{address}>" if len(phrase) + len(address) > _LINE - 12 else f"{phrase} <{address}>"


def _field(name: str, values: Sequence[str]) -> str:
    return f"{name}: " + ",\r\n ".join(values)


def _text_field(name: str, text: str) -> str:
    text = safe_header(text)
    if _PLAIN.fullmatch(text) and "=?" not in text:
        room = _LINE - len(name) - 2
        return f"{name}: " + "\r\n ".join(textwrap.wrap(text, room, break_long_words=False, break_on_hyphens=False))
    return f"{name}: {_encoded(text)}"


def _encoded(text: str) -> str:
    """Return a text as encoded words (RFC 2047), one to a line, none cutting a character."""
    return "\r\n ".join(f"=?utf-8?b?{base64.b64encode(word).decode()}?=" for word in _utf8_words(text, _WORD_BYTES))


def _utf8_words(text: str, size: int) -> Iterable[bytes]:
    word = b""
    for char in text:
        encoded = char.encode("utf-8")
        if len(word) + len(encoded) > size:
            yield word
            word = b""
        word += encoded
    yield word


def _text_part(text: str) -> bytes:
    lines = text.encode("utf-8", "replace").decode("utf-8").replace("\r\n", "\n").replace("\r", "\n")
    lines = lines if lines.endswith("\n") else lines + "\n"
    encoding, body = _encoded_text(lines)
    charset = "us-ascii" if encoding == "7bit" else "utf-8"
    head = f'Content-Type: text/plain; charset="{charset}"\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n'
    return head.encode("ascii") + body


def _encoded_text(text: str) -> tuple[str, bytes]:
    """Choose the lightest encoding that carries the text unharmed through every server: plain, quoted-printable, base64."""
    if not _UNSAFE_7BIT.search(text):
        return "7bit", text.replace("\n", "\r\n").encode("ascii")
    raw = text.encode("utf-8")
    foreign = sum(byte > 0x7E or byte < 0x20 for byte in raw)
    if foreign * 6 < len(raw):
        printable = re.sub(rb"(?m)^From ", b"=46rom ", quopri.encodestring(raw))
        return "quoted-printable", printable.replace(b"\n", b"\r\n")
    return "base64", _base64(raw.replace(b"\n", b"\r\n"))


def _base64(data: bytes) -> bytes:
    return base64.encodebytes(data).replace(b"\n", b"\r\n")


def _multipart(boundary: str, parts: Iterable[bytes]) -> bytes:
    mark = boundary.encode("ascii")
    head = f'Content-Type: multipart/mixed;\r\n boundary="{boundary}"\r\n\r\n'.encode("ascii")
    return head + b"".join(b"--" + mark + b"\r\n" + part + b"\r\n" for part in parts) + b"--" + mark + b"--\r\n"


def _file_part(file: OutFile, data: bytes) -> bytes:
    media_type = file.media_type.lower()
    if not _MEDIA_TYPE.fullmatch(media_type):
        media_type = "application/octet-stream"
    head = [
        f"Content-Type: {media_type}",
        "Content-Transfer-Encoding: base64",
        "Content-Disposition: attachment;\r\n " + ";\r\n ".join(_file_name(safe_file_name(file.name))),
    ]
    return "\r\n".join(head).encode("ascii") + b"\r\n\r\n" + _base64(data)


def _file_name(name: str) -> list[str]:
    """Return the file name as parameters: plain, or with charset and in numbered pieces (RFC 2231 sections 3 and 4)."""
    if re.fullmatch(r"[\x20-\x7e]{1,60}", name):
        return [f'filename="{name}"']
    words = [quote(word, safe="") for word in _utf8_words(name, 18)]
    if len(words) == 1:
        return [f"filename*=utf-8''{words[0]}"]
    return [
        f"filename*{number}*={'' if number else chr(39).join(('utf-8', '', ''))}{word}" for number, word in enumerate(words)
    ]

"""Header fields of a mail, read so tolerantly that nothing in them raises: RFC 5322, 2047, 2231 as they are really written.

The standard parser replaces undeclared 8-bit bytes, and its modern policy raises on many real headers; so fields are kept as
bytes here, cut to the caps, and decoded one by one.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.message import Message
from email.utils import parsedate_to_datetime

from deskterm.channels.email.caps import CAPS, Caps
from deskterm.channels.email.charset import decode
from deskterm.desk.text import clean_line

_FIELD = re.compile(rb"([!-9;-~]{1,100})[ \t]*:[ \t]*")
_KNOWN = re.compile(
    rb"(?:from|to|cc|bcc|subject|date|message-id|mime-version|content-[a-z-]+|received|return-path|reply-to|sender|x-[a-z0-9-]+|"
    rb"in-reply-to|references|delivered-to|user-agent|envelope-to|authentication-results|arc-[a-z-]+|importance|thread-[a-z]+|"
    rb"dkim-signature|list-[a-z-]+|auto-submitted|precedence)[ \t]*:",
    re.IGNORECASE,
)
_MAX_STRAYS = 20
"""So many lines that are no fields may stand between fields."""
_LONG_AT_THE_END = frozenset({"references"})
"""Fields whose end matters most: these are cut in front."""


@dataclass(slots=True)
class Headers:
    """The fields of one header block, in order, names in lower case, values unfolded and still as bytes.

    `cut` says that something was left out to keep within the caps; `size` is what the fields take up, in bytes.
    """

    fields: list[tuple[str, bytes]] = field(default_factory=list)
    cut: bool = False
    size: int = 0

    def raw(self, name: str) -> bytes:
        """Return the first field of this name as bytes; empty when there is none."""
        return next(self._named(name), b"")

    def raws(self, name: str) -> list[bytes]:
        """Return all fields of this name as bytes, in order."""
        return list(self._named(name))

    def text(self, name: str) -> str:
        """Return the first field of this name decoded, as one clean line."""
        return clean_line(decode_words(decode(self.raw(name))), 2_000)

    def plain(self, name: str) -> str:
        """Return the first field of this name in lower case, for comparing with keywords."""
        return decode(self.raw(name)).strip().lower()

    def any_known(self) -> bool:
        """Return whether any field is one that mails have; a text may begin with words and a colon too."""
        return any(_KNOWN.match(f"{name}:".encode()) for name, _ in self.fields)

    def __contains__(self, name: str) -> bool:
        return any(True for _ in self._named(name))

    def _named(self, name: str) -> Iterator[bytes]:
        return (value for key, value in self.fields if key == name)


def parse_headers(block: bytes, caps: Caps = CAPS) -> tuple[Headers, int]:
    """Read a header block; return its fields and the offset in `block` where it ends.

    The end is short of `len(block)` when lines that are no fields stand at its end: a body without the blank line before it.
    """
    headers = Headers()
    end = offset = strays = 0
    current: tuple[str, list[bytes]] | None = None
    for number, line in enumerate(block.splitlines(keepends=True)):
        offset += len(line)
        if line[:1] in b" \t" and current is not None:
            current[1].append(line)
        elif (found := _FIELD.match(line)) is not None:
            if not _keep(headers, current, caps):
                return headers, len(block)
            current = (found[1].decode("ascii").lower(), [line[found.end() :]])
        elif number > 0 or not line.startswith(b"From "):  # else the separator line of an mbox file
            strays += 1
            if strays > _MAX_STRAYS or not _fields_follow(block[offset : offset + 4_000]):
                break
            _keep(headers, current, caps)
            current = None
        end = offset
    _keep(headers, current, caps)
    return headers, end


def _fields_follow(rest: bytes) -> bool:
    return any(_KNOWN.match(line) for line in rest.splitlines()[:8])


def _keep(headers: Headers, current: tuple[str, list[bytes]] | None, caps: Caps) -> bool:
    """Add a field, cut to its cap; False when the block's cap is reached."""
    if current is None:
        return True
    name, lines = current
    value = b" ".join(line.strip(b"\r\n\t ") for line in lines).strip()
    if len(value) > caps.header:
        headers.cut = True
        value = value[-caps.header :] if name in _LONG_AT_THE_END else value[: caps.header]
    if headers.size + len(value) > caps.headers:
        headers.cut = True
        return False
    headers.size += len(name) + len(value) + 2
    headers.fields.append((name, value))
    return True


# --- encoded words -----------------------------------------------------------------------------------------------------

_WORD = re.compile(r"=\?([\w.:+()-]{1,60})(?:\*[\w-]{1,20})?\?([bq])\?(.{0,2000}?)\?=", re.IGNORECASE)
_QP = re.compile(rb"=([0-9A-Fa-f]{2})")


def decode_words(value: str) -> str:
    """Return a header value with its encoded words decoded (RFC 2047), also where senders cut a letter between two of them."""
    if "=?" not in value:
        return value
    out: list[str] = []
    run, run_charset, end = b"", "", 0
    for found in _WORD.finditer(value):
        between = value[end : found.start()]
        data = _word_bytes(found[2], found[3])
        adjoins = end > 0 and not between.strip()
        if adjoins and found[1].lower() == run_charset:
            run += data
        else:
            out.append(decode(run, run_charset))
            out.append("" if adjoins else between)
            run, run_charset = data, found[1].lower()
        end = found.end()
    return "".join((*out, decode(run, run_charset), value[end:]))


def _word_bytes(encoding: str, text: str) -> bytes:
    data = text.encode("utf-8", "replace")
    if encoding in "bB":
        return base64_bytes(data)
    return _QP.sub(lambda found: bytes([int(found[1], 16)]), data.replace(b"_", b" "))


def base64_bytes(data: bytes) -> bytes:
    """Return what base64 text holds, also when its padding or its end is missing. Never raises."""
    try:
        return binascii.a2b_base64(data)
    except binascii.Error:
        letters = re.sub(rb"[^A-Za-z0-9+/]", b"", data)
        return binascii.a2b_base64(letters[: len(letters) - (len(letters) % 4 == 1)] + b"===")


# --- ids and dates -----------------------------------------------------------------------------------------------------

_BRACKETED = re.compile(r"<\s*([^<>\s][^<>]{0,900}?)\s*>")
_BARE = re.compile(r"[^\s<>\"',;()]{1,450}@[^\s<>\"',;()]{1,450}")
_MAX_IDS = 200


def message_ids(headers: Headers, name: str) -> tuple[str, ...]:
    """Return the ids in all fields of this name, without <>, in order, each once.

    Outlook wraps long lists into encoded words, old programs write words around an id, some leave the brackets off.
    Blank ids and those without any letter or digit are no ids.
    """
    found: dict[str, None] = {}
    for raw in headers.raws(name):
        value = decode_words(decode(raw))
        for text in _BRACKETED.findall(value) or _BARE.findall(value):
            message_id = re.sub(r"\s+", "", text)
            if len(message_id) >= 3 and message_id.isprintable() and any(char.isalnum() for char in message_id):
                found[clean_line(message_id, 900)] = None
    return tuple(found)[-_MAX_IDS:]


def date_of(value: bytes) -> datetime | None:
    """Return the time that a Date field names, with its zone; None for what is no time. A missing zone counts as UTC."""
    text = decode(value).strip()
    try:
        at = parsedate_to_datetime(text)
        at = at if at.tzinfo is not None else at.replace(tzinfo=UTC)
        at.astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError, AttributeError):
        return None
    return at if at.year >= 1970 else None


# --- parameters --------------------------------------------------------------------------------------------------------

_MAX_PARAMS = 100


@dataclass(frozen=True, slots=True)
class Value:
    """A field of the form `value; name=value`: Content-Type, Content-Disposition (RFC 2045 5.1, RFC 2183, RFC 2231)."""

    value: str
    params: dict[str, str]

    def get(self, name: str) -> str:
        """Return a parameter, decoded; empty when it is missing."""
        return self.params.get(name, "")


def parse_value(raw: bytes) -> Value:
    """Read a field with parameters. Never raises; what is broken is left out."""
    text = decode(raw)
    kind = text.partition(";")[0].strip().strip("\"'").lower()
    if text.count(";") > _MAX_PARAMS:
        text = ";".join(text.split(";")[: _MAX_PARAMS + 1])
    params: dict[str, str] = {}
    holder = Message()
    holder["x"] = text
    try:
        pairs = holder.get_params(failobj=[], header="x", unquote=True)
    except (ValueError, TypeError, IndexError, LookupError, RecursionError):
        pairs = []
    for name, value in pairs[1:]:
        params.setdefault(str(name).strip().lower().removesuffix("*"), _param_text(value))
    return Value(kind, params)


def _param_text(value: str | tuple[str | None, str | None, str]) -> str:
    if isinstance(value, tuple):
        charset, _, encoded = value
        return decode(encoded.encode("latin-1", "replace"), charset or "")
    return decode_words(value)

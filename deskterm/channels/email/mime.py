"""The MIME structure of a mail (RFC 2045, 2046), found on bytes: what a mail is made of, before anything of it is decoded.

The standard parser knows no limits: a few megabytes of boundaries or nesting cost it minutes or its stack. Here a part is a
range of the mail's bytes, so that a level costs one search, and the caps hold before anything is built.
"""

from __future__ import annotations

import binascii
import io
import quopri
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from deskterm.channels.email.caps import CAPS, Caps
from deskterm.channels.email.headers import Headers, Value, base64_bytes, parse_headers, parse_value

_MAX_BLOCK = 4 * 2**20
"""Bytes of a header block that are looked at; the caps say how much of them is kept."""


@dataclass
class Part:
    """One part: its fields, and its body as a range of the mail. `parts` are the parts of a multipart.

    `digest` says that it stands in a multipart/digest, where a part that names no type is a mail; `sealed`, that it nests too
    deep to be taken apart.
    """

    mail: bytes
    headers: Headers
    start: int
    end: int
    digest: bool = False
    sealed: bool = False
    parts: list[Part] = field(default_factory=list)

    @cached_property
    def type_field(self) -> Value:
        """The Content-Type field; `value` is empty when it is missing or broken."""
        value = parse_value(self.headers.raw("content-type"))
        kind, slash, sub = value.value.partition("/")
        whole = bool(kind and slash and sub) and "/" not in sub and " " not in value.value
        return value if whole else Value("", value.params)

    @property
    def media_type(self) -> str:
        """The media type in lower case, text/plain when it is missing or broken (RFC 2045 5.2)."""
        if self.sealed:
            return "application/octet-stream"
        kind = self.type_field.value or ("message/rfc822" if self.digest else "text/plain")
        return "text/plain" if kind.startswith("multipart/") and not self.parts else kind

    @cached_property
    def disposition(self) -> Value:
        """The Content-Disposition field (RFC 2183)."""
        return parse_value(self.headers.raw("content-disposition"))

    @property
    def body(self) -> bytes:
        """The body as it stands in the mail, still encoded for transfer."""
        return self.mail[self.start : self.end]

    def content(self) -> bytes:
        """The body decoded from its transfer encoding; an unknown or broken encoding gives the bytes as they are."""
        encoding = self.headers.plain("content-transfer-encoding").partition(";")[0].strip().strip("\"'")
        if encoding == "base64":
            return base64_bytes(self.body)
        if encoding in ("quoted-printable", "quotedprintable", "qp"):
            return quopri.decodestring(self.body)
        if encoding in ("x-uuencode", "uuencode", "x-uue", "uue"):
            return _uudecoded(self.body)
        return self.body

    def walk(self) -> Iterator[Part]:
        """Yield this part and all below it, in order."""
        yield self
        for part in self.parts:
            yield from part.walk()


@dataclass
class Mail:
    """A mail taken apart. `notes` are codes for what the caps left out."""

    root: Part
    notes: list[str]

    @property
    def headers(self) -> Headers:
        """The fields of the mail itself."""
        return self.root.headers


def parse_mail(raw: bytes, caps: Caps = CAPS) -> Mail:
    """Take a mail apart. Never raises; linear in its size for each of at most `caps.depth` levels."""
    notes: list[str] = []
    if len(raw) > caps.mail:
        raw = raw[: caps.mail]
        notes.append("oversize")
    if b"\n" not in raw:
        raw = raw.replace(b"\r", b"\n")
    budget = _Budget(caps.parts, caps.candidates)
    root = _part(raw, 0, len(raw), caps)
    if not root.headers.any_known():
        root = Part(raw, Headers(), 0, len(raw))
    _split(root, 1, caps, budget, notes)
    if budget.open_end:
        notes.append("incomplete")
    if any(part.headers.cut for part in root.walk()):
        notes.append("headers cut")
    return Mail(root, list(dict.fromkeys(notes)))


def header_end(raw: bytes, start: int = 0, end: int | None = None) -> tuple[int, int]:
    """Return where the first blank line begins, and where the body after it begins. Without one both are the end."""
    end = len(raw) if end is None else end
    if raw.startswith((b"\n", b"\r\n"), start, end):
        return start, start + (1 if raw[start : start + 1] == b"\n" else 2)
    unix = raw.find(b"\n\n", start, end)
    dos = raw.find(b"\n\r\n", start, end if unix < 0 else unix)
    if dos >= 0:
        return dos + 1, dos + 3
    return (unix + 1, unix + 2) if unix >= 0 else (end, end)


@dataclass
class _Budget:
    parts: int
    candidates: int
    open_end: bool = False


def _part(raw: bytes, start: int, end: int, caps: Caps, digest: bool = False) -> Part:
    blank, body = header_end(raw, start, end)
    block = raw[start : min(blank, start + _MAX_BLOCK)]
    headers, used = parse_headers(block, caps)
    if used < len(block):
        body = start + used
    return Part(raw, headers, body, end, digest)


def _split(part: Part, depth: int, caps: Caps, budget: _Budget, notes: list[str]) -> None:
    kind = part.type_field
    boundary = kind.get("boundary").rstrip().encode("utf-8", "replace")
    if not kind.value.startswith("multipart/") or not boundary:
        return
    if depth >= caps.depth:
        part.sealed = True
        notes.append("too deep")
        return
    for start, end in _ranges(part, boundary, budget):
        if budget.parts <= 0:
            notes.append("too many parts")
            return
        budget.parts -= 1
        child = _part(part.mail, start, end, caps, digest=kind.value == "multipart/digest")
        part.parts.append(child)
        _split(child, depth + 1, caps, budget, notes)


def _ranges(part: Part, boundary: bytes, budget: _Budget) -> Iterator[tuple[int, int]]:
    """Yield the ranges between the boundary lines (RFC 2046 5.1.1), without the line end before each of them."""
    mail, needle = part.mail, b"--" + boundary
    start: int | None = None
    # The blank line before the body ends in a line feed that also begins the first boundary line.
    at = max(part.start - 1, 0)
    while budget.candidates > 0:
        found = mail.find(needle, at, part.end)
        if found < 0:
            break
        budget.candidates -= 1
        at = found + len(needle)
        if found > part.start and mail[found - 1 : found] != b"\n":
            continue
        line_end = mail.find(b"\n", at, part.end)
        line_end = part.end if line_end < 0 else line_end
        rest = mail[at : min(line_end, at + 200)].strip()
        if rest not in (b"", b"--"):
            continue
        if start is not None:
            yield start, _without_line_end(mail, start, found)
        if rest == b"--":
            return
        start = at = min(line_end + 1, part.end)
    budget.open_end = True
    if start is not None:
        yield start, part.end


def _without_line_end(mail: bytes, start: int, end: int) -> int:
    if end > start and mail[end - 1 : end] == b"\n":
        end -= 1
        if end > start and mail[end - 1 : end] == b"\r":
            end -= 1
    return end


def _uudecoded(data: bytes) -> bytes:
    out = bytearray()
    inside = False
    for line in io.BytesIO(data):
        if line.startswith(b"begin "):
            inside = True
        elif line.strip() == b"end":
            break
        elif inside:
            try:
                out += binascii.a2b_uu(line.rstrip(b"\r\n"))
            except binascii.Error:
                return data
    return bytes(out) or data

"""What a mail says and what it carries: one text, and the files beside it, out of the tree of its parts."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from deskterm.channels.email.caps import CAPS, Caps
from deskterm.channels.email.charset import codec_for, decode
from deskterm.channels.email.filenames import clean_file_name, invented_name
from deskterm.channels.email.headers import parse_headers
from deskterm.channels.email.html import html_to_text
from deskterm.channels.email.mime import Mail, Part, header_end
from deskterm.channels.email.plain import calendar_lines, is_stub, strip_enriched, unflow, wrap_long_lines
from deskterm.desk.post import InFile
from deskterm.desk.quotes import QuotedLines
from deskterm.desk.text import MAX_TEXT, clean, clean_line, cut_text

_SHOWN = frozenset({"text/plain", "text/html", "text/enriched", "text/richtext", "text"})
_ENCRYPTED = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime"})
_OTHER_WAYS = frozenset({"text/x-amp-html", "text/watch-html"})
"""The same words again for other devices: neither shown nor a file."""
_META_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]{2,40})", re.IGNORECASE)
_PGP = "-----BEGIN PGP MESSAGE-----"
ENCRYPTED = "encrypted mail"
SIGNED = "signed mail"
"""Placeholders of mails that we cannot read: the words are enciphered, or wrapped into their signature (RFC 8551 3.5.2)."""


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of the text, cleaned; `quoted` are its lines that HTML structure marks as quoted."""

    text: str
    quoted: QuotedLines = ()
    html: bool = False


@dataclass(slots=True)
class Content:
    """What a part and all below it say. `images`: the Content-IDs that HTML shows; `placeholder`: why there is no text."""

    blocks: list[Block] = field(default_factory=list)
    files: list[InFile] = field(default_factory=list)
    images: set[str] = field(default_factory=set)
    notes: list[str] = field(default_factory=list)
    placeholder: str = ""

    def add(self, other: Content) -> None:
        """Take over what another part says, after this one's."""
        self.blocks += other.blocks
        self.carry(other)

    def carry(self, other: Content) -> None:
        """Take over what another part carries, without its text."""
        self.files += other.files
        self.images |= other.images
        self.notes += other.notes
        self.placeholder = self.placeholder or other.placeholder

    def text(self) -> tuple[str, QuotedLines]:
        """Return the whole text, its blocks a blank line apart, and the quoted lines in it."""
        lines: list[str] = []
        quoted: list[tuple[int, int | None]] = []
        for block in self.blocks:
            if not block.text.strip():
                continue
            lines += [""] if lines else []
            first = len(lines)
            lines += block.text.split("\n")
            quoted += [(first + start, len(lines) if end is None else first + end) for start, end in block.quoted]
        text = "\n".join(lines)
        return text if len(text) <= MAX_TEXT else cut_text(text), quoted


def read_content(mail: Mail, caps: Caps = CAPS) -> Content:
    """Return what a mail says and carries. Files that its HTML shows by Content-ID are marked inline."""
    content = _Reader(caps).read(mail.root)
    files = [_placed(file, content.images) for file in content.files]
    cut = sum(len(block.text) for block in content.blocks) > MAX_TEXT
    notes = list(dict.fromkeys([*content.notes, *["text cut"] * cut]))
    return Content(content.blocks, files, content.images, notes, content.placeholder)


def _placed(file: InFile, images: set[str]) -> InFile:
    shown = bool(file.content_id) and file.content_id in images
    if file.inline == shown or (file.inline and file.media_type.startswith("image/")):
        return file
    return InFile(file.name, file.media_type, file.data, inline=shown, content_id=file.content_id)


@dataclass(frozen=True, slots=True)
class _Reader:
    caps: Caps

    def read(self, part: Part) -> Content:
        if part.parts:
            return self._multipart(part)
        kind = part.media_type
        name = _name_of(part)
        attached = part.disposition.value == "attachment"
        if kind in _ENCRYPTED:
            signed = part.type_field.get("smime-type").lower() == "signed-data"
            notes, placeholder = (["signature not checked"], SIGNED) if signed else (["encrypted"], ENCRYPTED)
            return Content(files=[self._file(part, name)], notes=notes, placeholder=placeholder)
        if kind in _OTHER_WAYS and not attached:
            return Content()
        if kind == "text/calendar" and not attached:
            return Content([Block(calendar_lines(self._decoded(part)))], [self._file(part, name)], notes=["calendar"])
        if kind not in _SHOWN or attached or (name and part.disposition.value):
            return Content(files=[self._file(part, name)])
        return self._shown(part, kind)

    def _multipart(self, part: Part) -> Content:
        kind = part.type_field.value
        contents = [self.read(child) for child in part.parts]
        if kind == "multipart/alternative":
            return _alternative(contents)
        content = Content()
        for child, one in zip(part.parts, contents, strict=True):
            # What a related or signed part holds besides its first is not text to be read one after another.
            if kind in ("multipart/related", "multipart/report") and content.blocks and child.media_type != "text/calendar":
                content.carry(one)
            else:
                content.add(one)
        if kind == "multipart/signed":
            content.notes.append("signature not checked")
        elif kind == "multipart/encrypted":
            content.notes.append("encrypted")
            content.placeholder = ENCRYPTED
        return content

    def _shown(self, part: Part, kind: str) -> Content:
        data = part.content()
        limit = self.caps.html if kind == "text/html" else self.caps.text
        notes = ["text cut"] if len(data) > limit else []
        text = self._decoded(part, data[:limit])
        if kind == "text/html":
            html = html_to_text(text, self.caps)
            return Content(
                [Block(html.text, html.quoted, html=True)], images=set(html.images), notes=notes or ["text cut"] * html.cut
            )
        if kind in ("text/enriched", "text/richtext"):
            text = strip_enriched(text)
        elif part.type_field.get("format").lower() == "flowed":
            text = unflow(text, delsp=part.type_field.get("delsp").lower() == "yes")
        text = clean(wrap_long_lines(text)).rstrip().lstrip("\n")
        content = Content([Block(text)], notes=notes)
        if _PGP in text:
            content.notes.append("encrypted")
        return content

    def _decoded(self, part: Part, data: bytes | None = None) -> str:
        data = part.content()[: self.caps.text] if data is None else data
        declared = part.type_field.get("charset")
        if codec_for(declared) is None and part.media_type == "text/html" and (found := _META_CHARSET.search(data[:4_000])):
            declared = found[1].decode("ascii", "replace")
        return decode(data, declared)

    def _file(self, part: Part, name: str) -> InFile:
        kind = part.media_type
        data = part.content()
        if not name:
            subject = ""
            if kind == "message/rfc822":
                subject = parse_headers(data[: header_end(data)[0]][: self.caps.headers])[0].text("subject")
            name = invented_name(kind, subject)
        elif kind == "message/rfc822" and not name.lower().endswith(".eml"):
            name += ".eml"
        inline = part.disposition.value == "inline" and kind.startswith("image/")
        return InFile(name, _safe_type(kind), data, inline=inline, content_id=_content_id(part))


def _name_of(part: Part) -> str:
    return clean_file_name(part.disposition.get("filename") or part.type_field.get("name"))


def _content_id(part: Part) -> str:
    return clean_line(decode(part.headers.raw("content-id")).strip("<> \t"), 200)


def _safe_type(kind: str) -> str:
    return kind if re.fullmatch(r"[a-z0-9!#$&^_.+-]{1,60}/[a-z0-9!#$&^_.+-]{1,90}", kind) else "application/octet-stream"


def _alternative(contents: list[Content]) -> Content:
    """Choose one way of saying it: plain text, unless that is empty or only points to the HTML. Files of all are kept."""
    said = [one for one in contents if any(block.text.strip() for block in one.blocks)]
    plain = [one for one in said if not any(block.html for block in one.blocks) and "calendar" not in one.notes]
    html = [one for one in said if any(block.html for block in one.blocks)]
    chosen = plain[0] if plain else html[-1] if html else None
    if plain and html and is_stub("\n".join(block.text for block in plain[0].blocks)):
        chosen = html[-1]
    content = Content()
    for one in contents:
        if one is chosen or "calendar" in one.notes:
            content.add(one)
        else:
            content.carry(one)
    return content

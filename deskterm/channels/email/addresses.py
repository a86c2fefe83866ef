"""Addresses in header fields (RFC 5322 3.4) as people and programs really write them, and addresses made comparable."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from deskterm.channels.email.charset import decode
from deskterm.channels.email.headers import Headers, decode_words
from deskterm.desk.addresses import PLAIN_ADDRESS, normal_email, without_plus
from deskterm.desk.post import Address, IdentityKind
from deskterm.desk.text import clean_line

MAX_ADDRESSES = 300
MAX_NAME = 200
_TOKEN = re.compile(
    r"""(?P<quoted>"(?:[^"\\]|\\.)*"?)|(?P<angle><[^<>]*>?)|(?P<comment>\()|(?P<stop>[,;])|(?P<group>:)|(?P<text>[^"<(,;:]+)"""
)
_OBSOLETE = re.compile(r"\([^()]*\)|\s+")
"""Comments and spaces inside an address, as RFC 822 allowed them."""


@dataclass(frozen=True, slots=True)
class Mailbox:
    """One address of a field: its display name and its address, empty when there is none that could be written to."""

    name: str
    address: str

    def identity(self) -> Address | None:
        """Return it as an identity; None without an address."""
        return Address(IdentityKind.EMAIL, self.address, self.name) if self.address else None


def mailboxes(headers: Headers, name: str) -> list[Mailbox]:
    """Return the addresses of all fields of this name, in order. Never raises."""
    found: list[Mailbox] = []
    for raw in headers.raws(name):
        found.extend(parse_mailboxes(decode(raw)))
        if len(found) >= MAX_ADDRESSES:
            break
    return found[:MAX_ADDRESSES]


def parse_mailboxes(value: str) -> list[Mailbox]:
    """Return the addresses in the text of one field. Commas are found before encoded words are decoded (RFC 2047 5)."""
    return [mailbox for words, angle in _entries(value) if (mailbox := _mailbox(words, angle)) is not None][:MAX_ADDRESSES]


def _entries(value: str) -> Iterator[tuple[list[str], str]]:
    words: list[str] = []
    angle = ""
    at = 0
    while at < len(value):
        found = _TOKEN.match(value, at)
        if found is None:
            at += 1
            continue
        at = found.end()
        kind, text = found.lastgroup, found.group()
        # A comma before any address belongs to a name that should have been quoted: Petrova, Anna <anna@mail.example>
        if kind == "stop" and (angle or any("@" in word for word in words)):
            yield words, angle
            words, angle = [], ""
        elif kind == "comment":
            comment, at = _comment(value, at)
            words.append(f"({comment})")
        elif kind == "group" and not any("@" in word for word in words):
            words = []
        elif kind == "angle" and not angle:
            angle = text
        else:
            words.append(text)
    yield words, angle


def _comment(value: str, at: int) -> tuple[str, int]:
    """Return the comment that begins at `at`, after its parenthesis, and where it ends; nesting costs nothing."""
    depth, start = 1, at
    while at < len(value) and depth:
        char = value[at]
        depth += (char == "(") - (char == ")")
        at += 2 if char == "\\" else 1
    return value[start : at - 1 if not depth else at], at


def _mailbox(words: Sequence[str], angle: str) -> Mailbox | None:
    comments = [word[1:-1] for word in words if word.startswith("(")]
    rest = [word for word in words if not word.startswith("(")]
    text = "".join(rest).strip()
    if angle:
        inner = angle.strip("<> ")
        address = normal_email(inner) or normal_email(_OBSOLETE.sub("", inner))
        name = text or " ".join(comments)
    else:
        found = PLAIN_ADDRESS.search(text)
        address = normal_email(found.group()) if found else ""
        name = " ".join(comments) if found else text
    name = _display(name)
    return Mailbox(name, address) if name or address else None


def _display(text: str) -> str:
    text = text.strip()
    if text.startswith('"'):
        text = re.sub(r"\\(.)", r"\1", text.strip('"'))
    return clean_line(decode_words(text).strip("\"' ,;"), MAX_NAME)


def one_of(address: str, addresses: Sequence[str]) -> bool:
    """Return whether an address is one of these, its plus part aside."""
    return bool(address) and without_plus(address) in {without_plus(normal_email(own)) for own in addresses}

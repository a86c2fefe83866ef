"""E-mail addresses made comparable, and read from what a person types. Pure."""

from __future__ import annotations

import re
import unicodedata

from deskterm.desk.post import Address, IdentityKind
from deskterm.desk.text import clean_line

PLAIN_ADDRESS = re.compile(r"""[^\s<>()\[\]",:;\\@]+@[^\s<>()",:;\\@]+|"[^"\s]{1,62}"@[^\s<>()",:;\\@]+""")
"""An address as it stands in the headers of mails, without name and comment (RFC 5322 3.4.1)."""
SENDABLE = re.compile(
    r"[^\s\x00-\x20\x7f-\x9f\ud800-\udfff<>,;:\"()\[\]\\@]{1,64}@[^\s\x00-\x20\x7f-\x9f\ud800-\udfff<>,;:\"()\\@]{1,255}"
)
"""An address that can stand in an envelope and in a header of ours without being quoted."""
MAX_ADDRESS = 320
"""Longest address, in characters: 64 of the local part, 255 of the domain (RFC 5321 4.5.3.1) and the @."""
_PLUS = re.compile(r"\+[^@]*@")
_NAMED = re.compile(r"\s*(?P<name>[^<>]*)<(?P<address>[^<>]+)>\s*")


def normal_email(text: str) -> str:
    """Return an address as identities are compared: lower case, its domain in ASCII (IDNA). Empty for what is none."""
    text = unicodedata.normalize("NFC", text.strip()).removeprefix("mailto:").lower()
    if len(text) > MAX_ADDRESS or PLAIN_ADDRESS.fullmatch(text) is None or clean_line(text) != text:
        return ""
    local, _, domain = text.rpartition("@")
    domain = domain.rstrip(".")
    if not domain.isascii():
        try:
            domain = domain.encode("idna").decode("ascii")
        except UnicodeError:
            return ""
    return f"{local}@{domain}" if domain else ""


def without_plus(address: str) -> str:
    """Return an address without what stands after a plus sign in its local part."""
    return _PLUS.sub("@", address)


def typed_email(text: str) -> Address | None:
    """Return whom a person means who types "olga@example.org" or "Ольга <olga@example.org>"; None for what no mail can be sent
    to."""
    named = _NAMED.fullmatch(text[: 8 * MAX_ADDRESS])
    name = clean_line(named["name"].strip().strip('"'), 200) if named else ""
    value = normal_email(named["address"] if named else text)
    return Address(IdentityKind.EMAIL, value, name) if SENDABLE.fullmatch(value) else None

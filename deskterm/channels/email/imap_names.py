"""Mailbox names and other strings as IMAP4rev1 carries them: quoted, and folder names in modified UTF-7."""

from __future__ import annotations

import binascii
import re

_ENCODED = re.compile(r"&([^-]*)-")
_PRINTABLE = re.compile(r"[^\x20-\x7e]+|&")


def quoted(text: str) -> str:
    """Return a quoted string (RFC 3501 section 9). Raises `ValueError` for CR, LF and NUL, which no quoted string holds."""
    if any(char in text for char in "\r\n\0"):
        raise ValueError("an IMAP string cannot hold CR, LF or NUL")
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def mailbox(name: str) -> str:
    """Return a folder name as a command argument: modified UTF-7, quoted."""
    return quoted(to_wire(name))


def to_wire(name: str) -> str:
    """Return a folder name in modified UTF-7 (RFC 3501 section 5.1.3)."""
    return _PRINTABLE.sub(lambda found: "&-" if found[0] == "&" else _shifted(found[0]), name)


def from_wire(name: str) -> str:
    """Return a folder name read from modified UTF-7; what is not valid stands as it came."""
    return _ENCODED.sub(_unshifted, name)


def _shifted(text: str) -> str:
    base64 = binascii.b2a_base64(text.encode("utf-16-be", "surrogatepass"), newline=False).decode("ascii")
    return f"&{base64.rstrip('=').replace('/', ',')}-"


def _unshifted(found: re.Match[str]) -> str:
    base64 = found[1].replace(",", "/")
    if not base64:
        return "&"
    try:
        return binascii.a2b_base64(base64 + "=" * (-len(base64) % 4)).decode("utf-16-be")
    except ValueError:
        return found[0]

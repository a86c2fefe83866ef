"""The key by which a mail is known again, wherever a copy of it turns up. Cheap: needs no parsing."""

from __future__ import annotations

import hashlib
import re

from deskterm.channels.email.mime import header_end

_KEY_FIELDS = re.compile(rb"^(?:message-id|from|to|date|subject)[ \t]*:[^\n]*(?:\n[ \t][^\n]*)*", re.IGNORECASE | re.MULTILINE)
_MAX_KEY_BLOCK = 4 * 2**20


def content_key(raw: bytes) -> str:
    """Return the key of a mail's content: SHA-256 over its Message-ID, From, To, Date and Subject lines and its body.

    Copies that differ only in their trace fields have the same key; a forged Message-ID on another body has another. Never
    raises.
    """
    blank, body = header_end(raw)
    if body == len(raw):  # no body, or no headers: then the whole is what tells mails apart
        body = 0
    kept = (field.replace(b"\r", b"").rstrip() for field in _KEY_FIELDS.findall(raw[: min(blank, _MAX_KEY_BLOCK)]))
    digest = hashlib.sha256(b"\n".join(sorted(kept)) + b"\0")
    digest.update(memoryview(raw)[body:])
    return digest.hexdigest()

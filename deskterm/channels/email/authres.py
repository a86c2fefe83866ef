"""What our own mail server found out about the sender: Authentication-Results (RFC 8601).

Anybody can write such a field, so only those of the configured server are believed, and of these the topmost: that server
adds its own above whatever came in.
"""

from __future__ import annotations

import re

from deskterm.channels.email.charset import decode
from deskterm.channels.email.headers import Headers

VERIFIED = "sender verified"
FORGED = "sender not authentic"
_COMMENT = re.compile(r"\([^()]*\)")
_DMARC = re.compile(r"(?:^|;)\s*dmarc\s*=\s*([a-z]+)", re.IGNORECASE)


def sender_note(headers: Headers, authserv_id: str) -> str:
    """Return the note for a mail whose From our server proved (DMARC pass) or disproved (fail); else an empty string."""
    if not authserv_id:
        return ""
    for raw in headers.raws("authentication-results"):
        text = _COMMENT.sub(" ", decode(raw))
        server, _, results = text.partition(";")
        if server.split()[:1] != [authserv_id] and server.strip().lower() != authserv_id.lower():
            continue
        found = _DMARC.search(f";{results}")
        verdict = found[1].lower() if found else ""
        return {"pass": VERIFIED, "fail": FORGED}.get(verdict, "")
    return ""

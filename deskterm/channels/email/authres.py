"""What our own mail server found out about the sender: Authentication-Results (RFC 8601).

Anybody can write such a field, so only those of the configured server are believed, and of these the topmost: that server
adds its own above whatever came in. What proves an address is DMARC (RFC 7489), or, for a domain without it, SPF or DKIM of
exactly the domain in From: a pass of any other domain says only that somebody sent it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from deskterm.channels.email.addresses import mailboxes
from deskterm.channels.email.charset import decode
from deskterm.channels.email.headers import Headers
from deskterm.desk.addresses import normal_email

VERIFIED = "sender verified"
FORGED = "sender not authentic"
_WORD = re.compile(r"[^\s;=\"()]+")
_LIMIT = 8_000
_NO_POLICY = ("", "none")
"""What dmarc says of a domain that asks for nothing; any other word (temperror, permerror) leaves the sender unproven."""


@dataclass(slots=True)
class _Result:
    """One method's result with its properties, all in lower case."""

    method: str
    verdict: str
    properties: dict[str, str] = field(default_factory=dict)


def sender_note(headers: Headers, authserv_id: str) -> str:
    """Return the note for a mail whose From our server proved or disproved; else an empty string.

    A From of several addresses or none proves nothing (RFC 7489 6.6.1).
    """
    results = _believed(headers, authserv_id)
    dmarc = next((one for one in results if one.method == "dmarc"), None)
    verdict = dmarc.verdict if dmarc is not None else ""
    if verdict == "fail":
        return FORGED
    domain = _from_domain(headers)
    if not domain:
        return ""
    if dmarc is not None and verdict == "pass":
        judged = dmarc.properties.get("header.from", domain)
        return VERIFIED if _domain(judged) == domain else ""
    return VERIFIED if verdict in _NO_POLICY and any(_aligned(one, domain) for one in results) else ""


def _from_domain(headers: Headers) -> str:
    senders = mailboxes(headers, "from")
    if len(senders) != 1 or len(headers.raws("from")) != 1:
        return ""
    return senders[0].address.rpartition("@")[2]


def _aligned(result: _Result, domain: str) -> bool:
    """Return whether SPF or DKIM passed for exactly this domain (RFC 7489 3.1, strict; a HELO name is nobody's address)."""
    names = {"spf": ("smtp.mailfrom", "smtp.mail"), "dkim": ("header.d", "header.i")}.get(result.method, ())
    told = next((result.properties[name] for name in names if name in result.properties), "")
    return result.verdict == "pass" and _domain(told) == domain


def _domain(value: str) -> str:
    """Return the domain of an address or of a name alone, as addresses are compared."""
    return normal_email(f"x@{value.rpartition('@')[2]}").rpartition("@")[2]


def _believed(headers: Headers, authserv_id: str) -> list[_Result]:
    if not authserv_id:
        return []
    for raw in headers.raws("authentication-results"):
        first, *others = _parts(decode(raw)[:_LIMIT])
        words = first.split()
        if words and words[0].lower() == authserv_id.lower():
            return [result for part in others if (result := _read(part)) is not None]
    return []


def _read(part: str) -> _Result | None:
    """Read `method[/version]=verdict reason="..." type.property=value` (RFC 8601 2.2)."""
    pairs = [(name.lower(), value.lower()) for name, _, value in (word.partition("=") for word in _joined(part).split())]
    if not pairs or not pairs[0][1]:
        return None
    method, verdict = pairs[0]
    result = _Result(method.partition("/")[0], verdict)
    for name, value in pairs[1:]:
        result.properties.setdefault(name, value)
    return result


def _joined(part: str) -> str:
    return re.sub(r"\s*([=/])\s*", r"\1", part)


def _parts(text: str) -> list[str]:
    """Return the field's parts between semicolons, without comments; what stands in quotes holds nothing that separates."""
    parts = [""]
    for piece in _pieces(text):
        if piece == ";":
            parts.append("")
        else:
            parts[-1] += piece
    return parts


def _pieces(text: str) -> Iterator[str]:
    at = 0
    while at < len(text):
        char = text[at]
        if char == "(":
            at = _after_comment(text, at)
            yield " "
        elif char == '"':
            end = _after_quotes(text, at)
            yield re.sub(r"[\s;=()]", "_", text[at:end].strip('"'))
            at = end
        elif char in ";=" or char.isspace() or (word := _WORD.match(text, at)) is None:
            yield " " if char.isspace() else char
            at += 1
        else:
            yield word.group()
            at = word.end()


def _after_comment(text: str, at: int) -> int:
    depth = 0
    while at < len(text):
        depth += (text[at] == "(") - (text[at] == ")")
        at += 2 if text[at] == "\\" else 1
        if depth == 0:
            break
    return at


def _after_quotes(text: str, at: int) -> int:
    at += 1
    while at < len(text) and text[at] != '"':
        at += 2 if text[at] == "\\" else 1
    return min(at + 1, len(text))

"""Plain text parts: flowed paragraphs (RFC 3676), enriched text (RFC 1896), calendars (RFC 5545), stubs beside HTML."""

from __future__ import annotations

import re
from collections.abc import Iterator

from deskterm.desk.text import MAX_LINE, clean_line

_STUB_LENGTH = 400
_STUB = re.compile(
    r"html[ -]?(?:version|verpackt|format|part|e-?mail|message|mail|capable|enabled)|(?:support|display|view|read)\w* html"
    r"|in (?:your|a) browser|в браузере|html-(?:верси|письм|формат|сообщени)|(?:верси\w+|формат\w*|поддержива\w+) html",
    re.IGNORECASE,
)
_ENRICHED = re.compile(r"<param>[^<]{0,500}</param>|</?[a-z-]{1,30}>", re.IGNORECASE)
_QUOTE_MARK = re.compile(r"[> ]*> ?")
_QUOTE_DEPTH = re.compile(r">*")
_CALENDAR = ("METHOD", "SUMMARY", "DTSTART", "DTEND", "LOCATION", "ORGANIZER")
_CALENDAR_LINE = re.compile(r"(METHOD|SUMMARY|DTSTART|DTEND|LOCATION|ORGANIZER)(?:;[^:\n]{0,300})?:(.{0,1000})", re.IGNORECASE)
_STAMP = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)\d\d(Z?))?$")


def is_stub(text: str) -> bool:
    """Return whether a plain part only says that the mail is to be read as HTML."""
    return len(text) < _STUB_LENGTH and _STUB.search(text) is not None


def unflow(text: str, delsp: bool = False) -> str:
    """Return a format=flowed text with its paragraphs joined again; lines of different quote depth are never joined."""
    out: list[str] = []
    pieces: list[str] = []
    open_depth: int | None = None

    def close() -> None:
        nonlocal open_depth
        if open_depth is not None:
            out.append((">" * open_depth + " " if open_depth else "") + "".join(pieces))
        pieces.clear()
        open_depth = None

    for line in text.replace("\r\n", "\n").split("\n"):
        depth = _QUOTE_DEPTH.match(line).end()  # type: ignore[union-attr]  # it matches the empty string too
        rest = line[depth:].removeprefix(" ")
        if open_depth != depth or rest == "-- ":
            close()
        flowed = rest.endswith(" ") and rest != "-- "
        open_depth = depth
        pieces.append(rest[:-1] if flowed and delsp else rest)
        if not flowed:
            close()
    close()
    return "\n".join(out)


def wrap_long_lines(text: str, width: int = MAX_LINE) -> str:
    """Return a text without lines longer than what `desk.text.clean` shows whole: long paragraphs break at a space.

    What continues a quoted line is marked as quoted too.
    """
    if len(text) <= width:
        return text
    return "\n".join(piece for line in text.replace("\r\n", "\n").split("\n") for piece in _wrapped(line, width))


def _wrapped(line: str, width: int) -> Iterator[str]:
    mark = _QUOTE_MARK.match(line[:60])
    prefix = mark.group() if mark else ""
    at = 0
    while len(line) - at > width - len(prefix):
        limit = at + width - len(prefix)
        space = line.rfind(" ", at + width // 2, limit)
        end = limit if space < 0 else space
        yield (prefix if at else "") + line[at:end]
        at = end + (line[end] == " ")
    yield (prefix if at else "") + line[at:]


def strip_enriched(text: str) -> str:
    """Return text/enriched without its formatting commands."""
    return _ENRICHED.sub("", text).replace("<<", "<")


def calendar_lines(text: str) -> str:
    """Return what an invitation says as lines: what, when, where, who; empty for a calendar that says nothing of it."""
    unfolded = text.replace("\r\n", "\n").replace("\n ", "").replace("\n\t", "")
    _, _, event = unfolded.partition("BEGIN:VEVENT")
    found: dict[str, str] = {}
    for part in (unfolded, event):
        for line in part.split("\n")[:2_000]:
            match = _CALENDAR_LINE.match(line)
            if match is not None and (part is event or match[1].upper() == "METHOD"):
                found.setdefault(match[1].upper(), _calendar_value(match[2]))
    return "\n".join(f"{name}: {found[name]}" for name in _CALENDAR if found.get(name))


def _calendar_value(value: str) -> str:
    stamp = _STAMP.match(value.strip())
    if stamp is not None:
        year, month, day, hour, minute, zulu = stamp.groups()
        return f"{year}-{month}-{day}" + (f" {hour}:{minute}{' UTC' if zulu else ''}" if hour else "")
    value = re.sub(r"\\([,;\\])", r"\1", value.replace("\\n", " ").replace("\\N", " "))
    return clean_line(value.removeprefix("mailto:").removeprefix("MAILTO:"), 300)

"""A message of a thread as lines: pure, tested without a screen.

Every line begins with a bar whose colour and shape say whose words these are; a note has a bar and a title of its own.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from deskterm.desk.model import Delivery, Kind, Origin
from deskterm.desk.rows import NOBODY, AttachmentRow, DeliveryRow, Hit, MessageRow
from deskterm.desk.text import clean, clean_line
from deskterm.i18n import _, ngettext
from deskterm.widgets.cells import cut, width, wrap
from deskterm.widgets.paint import UNICODE, Line, Marks, Span
from deskterm.widgets.paint_links import linked
from deskterm.widgets.when import moment, short_span
from deskterm.words.contact_words import contact_words
from deskterm.words.reasons import shown
from deskterm.words.wording import (
    GOOD_NOTES,
    activity_words,
    delivery_words,
    note_words,
    origin_words,
    placeholder_words,
    size_words,
)

ROLES = (
    "customer", "operator", "note", "note-name", "name", "muted", "quoted", "activity", "sent", "queued", "failed", "warning",
    "hit", "record",
)  # fmt: skip
"""All roles that `message_lines` gives; "" is plain text."""
_WORD = re.compile(r"\w+")


def message_lines(
    row: MessageRow,
    cells: int,
    now: datetime,
    marks: Marks = UNICODE,
    *,
    unfolded: bool = False,
    undo_key: str = "",
    found: Collection[str] = (),
    links: Collection[str] = (),
) -> list[Line]:
    """Return the lines of one message, with an empty one after it; none is wider than `cells`.

    `undo_key` takes the message back while it is held: it is named, and the seconds that are left. `found` are the words that a
    search marks, in small letters; `links` those that name a record.
    """
    if row.kind is Kind.ACTIVITY:
        return [*_activity(row, cells, now, marks), ()]
    bar = _bar(row, marks)
    inner = max(8, cells - width(bar.text) - 1)
    held = _held(row, inner, now, marks, undo_key)
    lines: list[Line] = [_heading(row, cells, now, marks, bar, counts=not held)]
    lines.extend((bar, span) for span in _before_text(row, inner, marks))
    text = _text(row, inner, marks, unfolded=unfolded)
    lines.extend((bar, *linked(_marked(span, found), links)) for span in text)
    lines.extend((bar, *spans) for spans in _files(row, inner, marks))
    lines.extend((bar, span) for span in held)
    lines.extend((bar, span) for span in _trouble(row, inner, marks))
    return [*lines, ()]


def delivery_mark(delivery: DeliveryRow, now: datetime, marks: Marks = UNICODE) -> Span:
    """Return what became of an outgoing message in a word or two: "✓ sent", "⧗ queued 8s", "! failed"."""
    words = delivery_words(delivery.state)
    if delivery.state is Delivery.SENT:
        return Span(f"{marks.sent} {words}", "sent")
    if delivery.state is Delivery.QUEUED and delivery.not_before is not None and delivery.not_before > now:
        return Span(f"{marks.queued} {words} {short_span(delivery.not_before - now)}", "queued")
    if delivery.state in (Delivery.QUEUED, Delivery.SENDING):
        return Span(f"{marks.queued} {words}", "queued")
    if delivery.state is Delivery.FAILED:
        return Span(f"{marks.late} {words}", "failed")
    if delivery.state is Delivery.UNCERTAIN:
        return Span(f"? {words}", "warning")
    return Span(words, "muted")


def _bar(row: MessageRow, marks: Marks) -> Span:
    if row.kind is Kind.NOTE:
        return Span(f" {marks.note_bar} ", "note")
    return Span(f" {marks.bar} ", "customer" if row.kind is Kind.INCOMING else "operator")


def _heading(row: MessageRow, cells: int, now: datetime, marks: Marks, bar: Span, *, counts: bool) -> Line:
    """Who, from which address, by which channel; at the right when, and what became of it (`counts`: with the time left)."""
    right = [Span(moment(row.at, now) + " ", "muted")]
    if row.delivery is not None:
        mark = delivery_mark(row.delivery if counts else replace(row.delivery, not_before=None), now, marks)
        right.append(Span(mark.text + " ", mark.role))
    room = cells - width(bar.text) - sum(width(span.text) for span in right) - 1
    left: list[Span] = []
    for span in _who(row):
        text = cut(span.text, max(0, room))
        room -= width(text)
        left.append(Span(text, span.role))
    return (bar, *left, Span(" " * (max(0, room) + 1)), *right)


def _who(row: MessageRow) -> list[Span]:
    spans = [Span(f"{_('NOTE')} ", "note-name")] if row.kind is Kind.NOTE else []
    spans.append(Span(_author(row), "note-name" if row.kind is Kind.NOTE else "name"))
    if row.sender:
        spans.append(Span(f" <{clean_line(row.sender)}>", "muted"))
    if row.kind is not Kind.NOTE:
        spans.append(Span(f" · {clean_line(row.channel)}", "muted"))
    if row.origin is not Origin.HUMAN and row.kind is Kind.INCOMING:
        spans.append(Span(f" · {origin_words(row.origin)}", "warning"))
    if row.outcome:
        spans.append(Span(f" · {clean_line(contact_words(row.outcome, row.duration_s))}", "muted"))
    if row.versions > 1:
        spans.append(Span(f" · {_('edited')}", "muted"))
    return spans


def _author(row: MessageRow) -> str:
    """Return who says it; an answer of which nobody knows who wrote it is ours."""
    if row.author and row.author != NOBODY:
        return clean_line(row.author)
    return _("our side") if row.kind is Kind.OUTGOING else _("erased") if row.placeholder == "erased" else "—"


def _before_text(row: MessageRow, cells: int, marks: Marks) -> list[Span]:
    spans = [_note(code, cells, marks) for code in row.notes]
    if row.in_copy:
        copied = ngettext("{n} person in copy", "{n} people in copy", row.in_copy).format(n=row.in_copy)
        spans.append(Span(cut(copied, cells), "muted"))
    if row.forwarded_from:
        words = _("Forwarded from {name}").format(name=clean_line(row.forwarded_from))
        spans.append(Span(cut(words, cells), "quoted"))
    if row.quote:
        spans.append(Span(cut(f"> {clean_line(row.quote)}", cells), "quoted"))
    if row.placeholder:
        spans.append(Span(cut(f"[{placeholder_words(row.placeholder)}]", cells), "muted"))
    return spans


def _note(code: str, cells: int, marks: Marks) -> Span:
    """What the reader should know of a message: a warning, but for good news."""
    good = code in GOOD_NOTES
    return Span(cut(f"{marks.sent if good else marks.late} {note_words(code)}", cells), "muted" if good else "warning")


def _text(row: MessageRow, cells: int, marks: Marks, *, unfolded: bool) -> list[Span]:
    fold = row.quoted_from is not None and not unfolded
    said = row.text[: row.quoted_from] if row.quoted_from is not None else row.text
    spans = [Span(line) for line in wrap(clean(said).strip("\n"), cells)] if said.strip() else []
    quoted = clean(row.text[row.quoted_from :]).strip("\n") if row.quoted_from is not None else ""
    if quoted and fold:
        count = quoted.count("\n") + 1
        words = ngettext("{n} quoted line", "{n} quoted lines", count).format(n=count)
        spans.append(Span(f"{marks.fold} {words}", "quoted"))
    elif quoted:
        spans.extend(Span(line, "quoted") for line in wrap(quoted, cells))
    if row.cut:
        spans.append(Span(cut(f"{marks.fold} {_('the message goes on')}", cells), "warning"))
    return spans


def found_words(hit: Hit) -> frozenset[str]:
    """Return the words that a find consists of, as they stand in the message, in small letters: they are marked there."""
    return frozenset(
        word.group().casefold()
        for word in _WORD.finditer(hit.text)
        if any(start < word.end() and word.start() < end for start, end in hit.spans)
    )


def _marked(span: Span, found: Collection[str]) -> Line:
    """A line of text, the words that a search found standing out of it."""
    if not found:
        return (span,)
    spans: list[Span] = []
    at = 0
    for word in _WORD.finditer(span.text):
        if word.group().casefold() in found:
            spans += [Span(span.text[at : word.start()], span.role), Span(word.group(), "hit")]
            at = word.end()
    return (*(one for one in spans if one.text), Span(span.text[at:], span.role))


def _held(row: MessageRow, cells: int, now: datetime, marks: Marks, undo_key: str) -> list[Span]:
    """How long a message still waits for its writer to think again; one that was tried before waits for the server."""
    delivery = row.delivery
    if not undo_key or delivery is None or delivery.state is not Delivery.QUEUED or delivery.attempt:
        return []
    if delivery.not_before is None or delivery.not_before <= now:
        return []
    span = short_span(delivery.not_before - now)
    words = _("goes out in {span} · {key} takes it back").format(span=span, key=undo_key)
    return [Span(cut(f"{marks.queued} {words}", cells), "queued")]


def _files(row: MessageRow, cells: int, marks: Marks) -> list[Line]:
    lines: list[Line] = []
    for number, file in enumerate(row.attachments, start=1):
        state = _file_state(file)
        size = f" {size_words(file.size)}" if file.size is not None else ""
        tail = size + (f" · {state}" if state else "")
        name = cut(clean_line(file.name), max(4, cells - width(tail) - 4 - len(str(number))))
        role = "warning" if file.risky or file.state in ("failed", "unavailable") else "muted"
        lines.append((Span(f"[{number}] ", "muted"), Span(name, "name"), Span(cut(tail, cells - width(name) - 4), role)))
    return lines


def _file_state(file: AttachmentRow) -> str:
    if file.state == "pending":
        return _("not fetched yet")
    if file.state in ("failed", "unavailable"):
        return clean_line(shown(file.reason)) or _("could not be fetched")
    return _("may be dangerous") if file.risky else ""


def _trouble(row: MessageRow, cells: int, marks: Marks) -> list[Span]:
    """The server's words where a message did not simply arrive."""
    delivery = row.delivery
    if delivery is None or not delivery.detail or delivery.state in (Delivery.SENT, Delivery.CANCELLED):
        return []
    role = "failed" if delivery.state is Delivery.FAILED else "warning" if delivery.state is Delivery.UNCERTAIN else "muted"
    return [Span(line, role) for line in wrap(f"{marks.late} {clean_line(shown(delivery.detail))}", cells)]


def _activity(row: MessageRow, cells: int, now: datetime, marks: Marks) -> list[Line]:
    words = activity_words(row.placeholder, clean_line(row.text))
    sign = f"   {marks.rule * 2} "
    lines = wrap(f"{words} · {moment(row.at, now)}", max(8, cells - width(sign)))
    heads = (sign, *(" " * width(sign) for _more in lines[1:]))
    return [(Span(cut(head + line, cells), "activity"),) for head, line in zip(heads, lines, strict=True)]

"""A customer's words passed on to somebody else: which messages, under what subject, and how they stand below one's own words.

For the console and the command line alike.
"""

from __future__ import annotations

from collections.abc import Sequence

from deskterm.desk.model import Kind, Origin
from deskterm.desk.rows import AttachmentRow, ConversationRow, MessageRow
from deskterm.desk.text import bare_subject, clean, clean_line, one_prefix
from deskterm.i18n import _

PASSED_ON = (Origin.HUMAN, Origin.LIST, Origin.AUTO)
"""Whose words are passed on; reports about our own mail are not."""


def asked_last(rows: Sequence[MessageRow]) -> list[MessageRow]:
    """Return what the customer wrote since we answered last; where nothing, their last message. `rows` are oldest first."""
    incoming = [row for row in rows if row.kind is Kind.INCOMING and row.origin in PASSED_ON]
    answered = max((row.id for row in rows if row.kind is Kind.OUTGOING), default=0)
    return [row for row in incoming if row.id > answered] or incoming[-1:]


def forward_subject(row: ConversationRow) -> str:
    """Return the subject of the new mail: that of the conversation, or whose it is."""
    about = bare_subject(clean_line(row.subject)) or clean_line(row.customer)
    return _("Fwd: {subject}").format(subject=about)


def forward_text(passed: Sequence[MessageRow], own: str = "") -> str:
    """Return one's own words and below them the messages; without any, room for them."""
    return "\n\n".join([own.strip() or "\n", *(quoted(one) for one in passed)]) if passed else own.strip()


def own_end(text: str) -> tuple[int, int] | None:
    """Return the line and the column where one's own words end, above those passed on; None where none are passed on."""
    heading = text.find(f"{_('---------- Forwarded message ----------')}\n")
    if heading < 0:
        return None
    own = text[:heading].rstrip().split("\n")
    return len(own) - 1, len(own[-1])


def quoted(row: MessageRow) -> str:
    """Return a message as it is passed on: who, when and what about, then its words, without what they quote themselves."""
    who = clean_line(row.author)
    if row.channel_kind == "email" and row.sender and row.sender != row.author:
        who = f"{who} <{clean_line(row.sender)}>"
    lines = [
        _("---------- Forwarded message ----------"),
        _("From: {name}").format(name=who),
        _("Date: {at}").format(at=row.at.astimezone().strftime("%d.%m.%Y %H:%M")),
    ]
    if row.subject:
        lines.append(_("Subject: {subject}").format(subject=one_prefix(clean_line(row.subject))))
    said = row.text[: row.quoted_from] if row.quoted_from is not None else row.text
    return "\n".join([*lines, "", clean(said).strip()])


def files_of(passed: Sequence[MessageRow]) -> tuple[list[AttachmentRow], list[AttachmentRow]]:
    """Return the files of these messages that can be sent on, and those that are not here."""
    files = [file for row in passed for file in row.attachments]
    return [file for file in files if file.state == "stored"], [file for file in files if file.state != "stored"]

"""A message handed on to somebody else: its subject and its words below one's own, for the console and the command line."""

from __future__ import annotations

from email.utils import format_datetime

from deskterm.desk.model import Kind
from deskterm.desk.rows import AttachmentRow, ConversationDetail, MessagePage, MessageRow
from deskterm.desk.text import bare_subject, clean_line
from deskterm.i18n import _

STORED = "stored"
"""State of an attachment whose bytes are here; others cannot be sent on."""


def newest_incoming(page: MessagePage) -> MessageRow | None:
    """Return the newest message of a page that came in; what deskterm is asked to hand on."""
    return next((row for row in reversed(page.rows) if row.kind is Kind.INCOMING), None)


def forward_subject(message: MessageRow, detail: ConversationDetail) -> str:
    """Return the subject: one "Fwd:" before the bare one; as mail programs everywhere know it, so it is not translated."""
    return f"Fwd: {bare_subject(message.subject or detail.row.subject)}".rstrip()


def forward_text(message: MessageRow, own: str = "") -> str:
    """Return one's own words and below them the message with who wrote it, when, and about what."""
    who = f"{message.author} <{message.sender}>" if message.sender and message.sender != message.author else message.author
    head = [
        f"---------- {_('Forwarded message')} ----------",
        _("From: {who}").format(who=clean_line(who)),
        _("Date: {when}").format(when=format_datetime(message.at.astimezone())),
    ]
    if message.subject:
        head.append(_("Subject: {subject}").format(subject=clean_line(message.subject)))
    quoted = "\n".join([*head, "", message.text.strip()])
    return f"{own.strip()}\n\n{quoted}" if own.strip() else quoted


def sendable_files(message: MessageRow) -> tuple[tuple[AttachmentRow, ...], tuple[AttachmentRow, ...]]:
    """Return the files of a message that can be sent on, and those that are not here."""
    here = tuple(file for file in message.attachments if file.state == STORED)
    return here, tuple(file for file in message.attachments if file.state != STORED)

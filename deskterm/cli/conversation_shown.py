"""Conversations and threads as a person reads them on the command line."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from deskterm.cli.answer import Paper
from deskterm.desk.model import Kind
from deskterm.desk.rows import AttachmentRow, ConversationDetail, ConversationRow, IdentityRow, MessagePage, MessageRow
from deskterm.i18n import _, ngettext
from deskterm.words import wording
from deskterm.words.contact_words import contact_words
from deskterm.words.reasons import shown


def local(at: datetime | None) -> str:
    """Return a time in the zone of the one who reads, to the minute; empty for none."""
    return at.astimezone().strftime("%Y-%m-%d %H:%M") if at is not None else ""


def gap_words(gap: str, at: datetime | None) -> str:
    """Return that messages may be missing, and when that was found; empty where nothing is."""
    return " · ".join(filter(None, [local(at), shown(gap)])) if gap else ""


def show_list(paper: Paper, rows: Sequence[ConversationRow]) -> None:
    """Print one line per conversation."""
    titles = [_("number"), _("status"), _("channel"), _("customer"), _("subject"), _("assignee"), _("waiting since")]
    paper.table(titles, [_list_row(row) for row in rows])


def _list_row(row: ConversationRow) -> list[str]:
    status = _("late") if row.late else wording.status_words(row.status)
    return [
        f"#{row.number}",
        status,
        row.channel,
        row.customer,
        row.subject or row.preview,
        row.assignee,
        local(row.waiting_since),
    ]


def show_thread(paper: Paper, detail: ConversationDetail, page: MessagePage) -> None:
    """Print a conversation: what stands around it, then its messages with whole texts."""
    row = detail.row
    paper.line(
        f"#{row.number} {wording.status_words(row.status)} · {row.channel} · {row.customer} · {row.subject}".rstrip(" ·")
    )
    who = ", ".join(map(_person, detail.reply_to))
    if who:
        paper.line(_("answers go to {who}").format(who=who))
    if detail.cc:
        paper.line(_("copies go to {who}").format(who=", ".join(map(_person, detail.cc))))
    if detail.reply_warning:
        paper.line(f"! {detail.reply_warning}")
    if row.assignee:
        paper.line(_("assigned to {name}").format(name=row.assignee))
    for line in merged_words(detail):
        paper.line(line)
    for message in page.rows:
        paper.line()
        _show_message(paper, message)


def merged_words(detail: ConversationDetail) -> list[str]:
    """Return what went into a conversation and when, what it was split off, and what it may belong to: a line for each."""
    lines = []
    for (_id, number), at in zip(detail.merged, detail.merged_at or (None,) * len(detail.merged), strict=True):
        lines.append(_("merged: #{number} {at}").format(number=number, at=local(at)).rstrip())
    if detail.split_from_number is not None:
        lines.append(_("split off #{number}").format(number=detail.split_from_number))
    if detail.maybe_related_number is not None:
        why = wording.related_words(detail.related_why)
        lines.append(_("maybe one with #{number}: {why}").format(number=detail.maybe_related_number, why=why))
    return lines


def _person(identity: IdentityRow) -> str:
    return f"{identity.name} <{identity.value}>" if identity.name else identity.value


def _show_message(paper: Paper, message: MessageRow) -> None:
    by = {
        Kind.INCOMING: _("from {who}"),
        Kind.OUTGOING: _("answer by {who}"),
        Kind.NOTE: _("note by {who}"),
        Kind.ACTIVITY: _("activity {who}"),
    }
    who = by[message.kind].format(who=message.author).rstrip()
    sender = f" <{message.sender}>" if message.sender and message.kind is Kind.INCOMING else ""
    delivery = message.delivery
    state = f" · {wording.delivery_words(delivery.state)} {shown(delivery.detail)}".rstrip() if delivery is not None else ""
    if message.outcome:
        state += f" · {contact_words(message.outcome, message.duration_s)}"
    paper.line(f"[{message.id}] {local(message.at)} {who}{sender}{state}")
    for note in message.notes:
        paper.line(f"  ! {wording.note_words(note)}")
    if message.in_copy:
        paper.line("  " + ngettext("{n} person in copy", "{n} people in copy", message.in_copy).format(n=message.in_copy))
    text = _text(message)
    paper.block("\n".join(f"  {line}" for line in text.split("\n")))
    for attachment in message.attachments:
        paper.line("  " + _attachment(attachment))


def _text(message: MessageRow) -> str:
    if message.kind is Kind.ACTIVITY:
        return wording.activity_words(message.placeholder, message.text)
    placeholder = f"({wording.placeholder_words(message.placeholder)})" if message.placeholder else ""
    return "\n".join(filter(None, [placeholder, message.text]))


def _attachment(attachment: AttachmentRow) -> str:
    size = wording.size_words(attachment.size) if attachment.size is not None else _("size unknown")
    state = "" if attachment.state == "stored" else f" · {attachment.state} {shown(attachment.reason)}".rstrip()
    return _("file {id}: {name} ({size}){state}").format(id=attachment.id, name=attachment.name, size=size, state=state)

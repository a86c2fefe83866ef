"""Passing a customer's words on to somebody else: the beginning of a new message, made of a conversation."""

from __future__ import annotations

from collections.abc import Sequence

from deskterm.desk.model import Kind, Origin
from deskterm.desk.rows import ConversationRow, MessageRow, NewMessage, StagedFile
from deskterm.desk.text import MAX_REPLY, bare_subject, clean, clean_line
from deskterm.i18n import _
from deskterm.office import Office, OfficeError
from deskterm.screens.attaching import stage_text

LOOKED_AT = 60
"""How far back the messages that are passed on are looked for."""


def asked_last(rows: Sequence[MessageRow]) -> list[MessageRow]:
    """Return what the customer wrote since we answered last; where nothing, their last message."""
    incoming = [row for row in rows if row.kind is Kind.INCOMING and row.origin in (Origin.HUMAN, Origin.LIST, Origin.AUTO)]
    answered = max((row.id for row in rows if row.kind is Kind.OUTGOING), default=0)
    return [row for row in incoming if row.id > answered] or incoming[-1:]


async def forwarded(office: Office, row: ConversationRow) -> tuple[NewMessage, list[str]]:
    """Return the message to begin with, its files staged, and the names of files that are not here to be passed on.

    What was begun before is thrown away: there is one new message at a time.
    """
    page = await office.messages(row.id, limit=LOOKED_AT)
    passed = [await office.message(one.id) or one for one in asked_last(page.rows)]
    await office.save_new_message(None)
    files, missing = await _files(office, passed)
    text = "\n\n\n" + "\n\n".join(_quoted(one) for one in passed)
    if len(text) > MAX_REPLY:
        files.append(await stage_text(office, None, text.strip()))
        text = ""
    about = bare_subject(clean_line(row.subject)) or clean_line(row.customer)
    subject = _("Fwd: {subject}").format(subject=about)
    channels = await office.start_channels()
    name = next((channel.name for channel in channels if channel.starts == "any"), "")
    message = NewMessage(name, "", subject, text, tuple(files), row.id)
    await office.save_new_message(message)
    return message, missing


async def _files(office: Office, passed: Sequence[MessageRow]) -> tuple[list[StagedFile], list[str]]:
    files: list[StagedFile] = []
    missing: list[str] = []
    for attachment in (one for row in passed for one in row.attachments):
        try:
            files.append(await office.stage_attachment(attachment.id, None))
        except OfficeError:
            missing.append(clean_line(attachment.name))  # it was never fetched: who forwards is told which
    return files, missing


def _quoted(row: MessageRow) -> str:
    """A message as it is passed on: who, when and what about, then its words, without what they quote themselves."""
    at = row.at.astimezone().strftime("%d.%m.%Y %H:%M")
    who = clean_line(row.author)
    if row.channel_kind == "email" and row.sender and row.sender != row.author:
        who = f"{who} <{clean_line(row.sender)}>"
    lines = [
        _("---------- Forwarded message ----------"),
        _("From: {name}").format(name=who),
        _("Date: {at}").format(at=at),
    ]
    if row.subject:
        lines.append(_("Subject: {subject}").format(subject=clean_line(row.subject)))
    said = row.text[: row.quoted_from] if row.quoted_from is not None else row.text
    return "\n".join([*lines, "", clean(said).strip()])

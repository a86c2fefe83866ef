"""Passing a customer's words on to somebody else: the beginning of a new message, made of a conversation."""

from __future__ import annotations

from collections.abc import Sequence

from deskterm import forwarding
from deskterm.desk.rows import ConversationRow, MessageRow, NewMessage, StagedFile
from deskterm.desk.text import MAX_REPLY, clean_line
from deskterm.office import Office, OfficeError
from deskterm.screens.attaching import stage_text

LOOKED_AT = 60
"""How far back the messages that are passed on are looked for."""


async def forwarded(office: Office, row: ConversationRow, own: str = "") -> tuple[NewMessage, list[str]]:
    """Return the message to begin with, its files staged, and the names of files that are not here to be passed on.

    `own` are words to stand above those that are passed on.
    What was begun before is thrown away: there is one new message at a time.
    """
    page = await office.messages(row.id, limit=LOOKED_AT)
    passed = [await office.message(one.id) or one for one in forwarding.asked_last(page.rows)]
    await office.save_new_message(None)
    files, missing = await _files(office, passed)
    text = forwarding.forward_text(passed, own)
    if len(text) > MAX_REPLY:
        files.append(await stage_text(office, None, forwarding.forward_text(passed).strip()))
        text = own
    subject = forwarding.forward_subject(row)
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

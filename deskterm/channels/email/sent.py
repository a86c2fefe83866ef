"""The folder of sent mail: whether a mail of ours lies there, and putting it there where the provider does not."""

from __future__ import annotations

import asyncio
import ssl
import time

from deskterm.channels.email.imap_names import quoted
from deskterm.channels.email.imap_session import ImapSession, logged_in
from deskterm.channels.email.timing import Timing
from deskterm.desk.post import Outbound
from deskterm.settings import EmailSettings, FileSent

_USUAL_NAMES = ("sent", "sent items", "sent messages", "sent mail", "отправленные", "inbox/sent", "inbox.sent")


async def sent_folder(session: ImapSession, settings: EmailSettings) -> str | None:
    """Return the folder of sent mail: as configured, as the server marks it (RFC 6154), or one with a usual name."""
    if settings.sent_folder:
        return settings.sent_folder
    folders = await session.folders()
    marked = next((one.name for one in folders if "\\sent" in one.attributes), None)
    return marked or next((one.name for one in folders if one.name.lower() in _USUAL_NAMES), None)


async def is_filed(session: ImapSession, message_id: str) -> bool:
    """Say whether the folder that is open holds the mail with this Message-ID (without <>)."""
    return bool(await session.search("HEADER", "Message-ID", quoted(f"<{message_id}>")))


async def find_sent(settings: EmailSettings, context: ssl.SSLContext, timing: Timing, outbound: Outbound) -> bool:
    """Say whether the provider filed the mail as sent, which proves that it took it. Raises what `logged_in` raises."""
    async with logged_in(settings.imap, context, timing) as session:
        folder = await sent_folder(session, settings)
        if folder is None:
            return False
        await session.select(folder)
        return await is_filed(session, outbound.message_id)


async def file_copy(
    settings: EmailSettings, context: ssl.SSLContext, timing: Timing, outbound: Outbound, payload: bytes
) -> None:
    """Put a copy into the folder of sent mail unless it is there; AUTO gives the provider `sent_s` seconds to do it.

    A mailbox without such a folder keeps no copies: nothing is done. Raises what `logged_in` raises, and `WireLost`.
    """
    if settings.file_sent is FileSent.NO:
        return
    patience = timing.sent_s if settings.file_sent is FileSent.AUTO else 0.0
    async with logged_in(settings.imap, context, timing) as session:
        folder = await sent_folder(session, settings)
        if folder is None:
            return
        await session.select(folder)
        until = time.monotonic() + patience
        while not await is_filed(session, outbound.message_id):
            left = until - time.monotonic()
            if left <= 0:
                await session.append(folder, payload, outbound.at)
                return
            await asyncio.sleep(min(timing.sent_poll_s, left))
            await session.noop()

"""What was brought in from the past: mail of the time before the desk. See `desk.facts`.

What others wrote is `MessageReceived` with `history`; what we wrote is told here, since it never stood in the outbox.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from deskterm.desk.facts_customer import words
from deskterm.desk.post import Address, InFile


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyImported:
    """A mail of ours was found in an archive: it went out at `at`, from nobody's outbox. `operator_id` is whose address it came
    from, None for the desk's own."""

    conversation_id: int
    message_id: int
    channel_id: int
    at: datetime
    operator_id: int | None = None
    inbound_id: int | None = None
    home_id: int | None = None
    quoted_from: int | None = None
    placeholder: str = ""
    external_ids: tuple[str, ...] = words(())
    public_id: str = words()
    text: str = words()
    subject: str = words()
    mail_id: str = words()
    mail_references: tuple[str, ...] = words(())
    notes: tuple[str, ...] = words(())
    to: tuple[Address, ...] = words(())
    cc: tuple[Address, ...] = words(())
    attachments: tuple[InFile, ...] = words(())

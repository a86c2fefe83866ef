"""The tables of what crosses the porch and of what happened: ledger, outbox, journal, counters, lease. See `schema`."""

from __future__ import annotations

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from deskterm.store.schema import WITHOUT_ROWID


class Inbound(SQLModel, table=True):
    """The ledger: one row for each thing a channel handed over, with its bytes here or in a file under their SHA-256. `reason`
    says why it is no message; `flag` what the channel said of it ("oversize")."""

    __table_args__ = (
        Index("ux_inbound_source", "channel_id", "source_key", unique=True),
        Index("ix_inbound_open", "id", sqlite_where=text("state = 'received'")),
        Index("ix_inbound_held", "state", "id", sqlite_where=text("state IN ('quarantined','ignored')")),
        Index("ix_inbound_file", "sha256", sqlite_where=text("sha256 IS NOT NULL")),
    )
    id: int | None = Field(default=None, primary_key=True)
    channel_id: int = Field(foreign_key="channel.id")
    source_key: str
    state: str
    reason: str = ""
    flag: str = ""
    received_at: int
    settled_at: int | None = None
    size: int
    data: bytes | None = None
    sha256: str | None = None


class Checkpoint(SQLModel, table=True):
    """How far a channel has read, as it says itself."""

    __table_args__ = WITHOUT_ROWID
    channel_id: int = Field(primary_key=True, foreign_key="channel.id")
    key: str = Field(primary_key=True)
    value: str
    at: int


class ServerCopy(SQLModel, table=True):
    """One position on a server (folder, UIDVALIDITY, UID) and what became of it: held (with its ledger row), retry, gone,
    poison or skipped. `present` says that the last full scan saw it there."""

    __tablename__ = "server_copy"
    __table_args__ = WITHOUT_ROWID
    channel_id: int = Field(primary_key=True, foreign_key="channel.id")
    folder: str = Field(primary_key=True)
    epoch: int = Field(primary_key=True)
    position: int = Field(primary_key=True)
    state: str
    inbound_id: int | None = None
    tries: int = 0
    present: bool = True


class ServerCount(SQLModel, table=True):
    """How many messages a folder held at the last full scan."""

    __tablename__ = "server_count"
    __table_args__ = WITHOUT_ROWID
    channel_id: int = Field(primary_key=True, foreign_key="channel.id")
    folder: str = Field(primary_key=True)
    epoch: int
    on_server: int
    at: int


class Outbox(SQLModel, table=True):
    """One part of an outgoing message. `phase` is "" or "wire" (the server may have it); `payload` the bytes that go out, fixed
    at the first try; `filed` whether a copy is to be put into Sent: "", due, done, failed."""

    __table_args__ = (
        Index("ix_outbox_message", "message_id", "part_no"),
        Index("ix_outbox_due", "not_before", "id", sqlite_where=text("state = 'queued'")),
        Index(
            "ix_outbox_conversation", "conversation_id", "id", sqlite_where=text("state IN ('queued','sending','uncertain')")
        ),
        Index("ix_outbox_unsettled", "state", "not_before", sqlite_where=text("state IN ('sending','uncertain')")),
        Index("ix_outbox_filing", "filed", "not_before", sqlite_where=text("filed = 'due'")),
        Index("ix_outbox_file", "payload_sha256", sqlite_where=text("payload_sha256 IS NOT NULL")),
    )
    id: int | None = Field(default=None, primary_key=True)
    message_id: int = Field(foreign_key="message.id")
    conversation_id: int = Field(foreign_key="conversation.id")
    channel_id: int = Field(foreign_key="channel.id")
    part_no: int
    part_count: int
    text: str
    attachments: str = "[]"
    at: int
    not_before: int | None
    state: str
    phase: str = ""
    epoch: int | None = None
    attempt: int = 0
    twice: bool = False
    detail: str = ""
    payload: bytes | None = None
    payload_sha256: str | None = None
    sent_at: int | None = None
    filed: str = ""
    filing_tries: int = 0


class Journal(SQLModel, table=True):
    """What happened, when, by whom: append-only. `data` holds ids, codes and numbers only."""

    __table_args__ = (
        Index("ix_journal_conversation", "conversation_id", "seq"),
        Index("ix_journal_command", "command_id"),
        Index("ix_journal_customer", "customer_id", "seq", sqlite_where=text("customer_id IS NOT NULL")),
        {"sqlite_autoincrement": True},
    )
    seq: int | None = Field(default=None, primary_key=True)
    command_id: int
    cause_seq: int | None = None
    at: int
    stored_at: int
    kind: str
    version: int
    actor_kind: str
    actor_id: int | None = None
    conversation_id: int | None = None
    customer_id: int | None = None
    message_id: int | None = None
    task_id: int | None = None
    data: str


class JournalText(SQLModel, table=True):
    """What undo needs of the words there were before; erasing a person may empty it."""

    __tablename__ = "journal_text"
    seq: int = Field(primary_key=True, foreign_key="journal.seq")
    text: str


class Counter(SQLModel, table=True):
    """How many conversations a view holds, kept in the transaction that changes it. `scope` is an operator id, 0 for all."""

    __table_args__ = WITHOUT_ROWID
    view: str = Field(primary_key=True)
    scope: int = Field(primary_key=True)
    n: int


class Lease(SQLModel, table=True):
    """Who does the polling. `expires` is milliseconds of the boot clock of the boot `boot_id`; `epoch` fences late writers."""

    id: int | None = Field(default=None, primary_key=True)
    holder: str
    pid: int
    host: str
    epoch: int
    boot_id: str
    expires: int

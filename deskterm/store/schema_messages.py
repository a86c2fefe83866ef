"""The tables of what was said: messages, their names on channels, versions, files, drafts. See `schema`."""

from __future__ import annotations

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from deskterm.store.schema import EMPTY, WITHOUT_ROWID


class Message(SQLModel, table=True):
    """One message. The thread's order is the order of ids: as the desk learned of them. `delivery` is the state of the whole
    (null for what never leaves); `answered_wait` and `answered_asked` are the wait that a reply ended; `recipients` is JSON
    {"to": [[kind, value, name]...], "cc": [...]} of an outgoing message; `notes` a JSON list of codes. `home_id` is the
    conversation it belongs to when what was merged is parted again (null: this one). A contact logged by hand has `duration_s`
    and `outcome`."""

    __table_args__ = (
        Index("ux_message_public", "public_id", unique=True),
        Index("ix_message_thread", "conversation_id", "id"),
        Index("ix_message_mail", "mail_id", sqlite_where=text("mail_id <> ''")),
        Index("ix_message_album", "channel_id", "album", sqlite_where=text("album <> ''")),
        Index(
            "ix_message_delivery", "delivery", "id", sqlite_where=text("delivery IN ('queued','sending','failed','uncertain')")
        ),
        Index("ix_message_inbound", "inbound_id", sqlite_where=text("inbound_id IS NOT NULL")),
        Index("ix_message_home", "home_id", "id", sqlite_where=text("home_id IS NOT NULL")),
    )
    id: int | None = Field(default=None, primary_key=True)
    public_id: str
    conversation_id: int = Field(foreign_key="conversation.id")
    kind: str
    origin: str = "human"
    channel_id: int = Field(foreign_key="channel.id")
    thread_key: str = ""
    author_identity_id: int | None = Field(default=None, foreign_key="identity.id")
    author_operator_id: int | None = Field(default=None, foreign_key="operator.id")
    at: int
    stored_at: int
    subject: str = ""
    text: str = ""
    quoted_from: int | None = None
    placeholder: str = ""
    quote: str = ""
    forwarded_from: str = ""
    reply_to: str = ""
    reply_to_external: str = ""
    reply_to_message_id: int | None = None
    notes: str = "[]"
    album: str = ""
    mail_id: str = ""
    mail_references: str = ""
    recipients: str = ""
    version: int = 1
    inbound_id: int | None = None
    delivery: str | None = None
    delivery_detail: str = ""
    sent_at: int | None = None
    answered_wait: int | None = None
    answered_asked: int = 0
    home_id: int | None = Field(default=None, foreign_key="conversation.id")
    duration_s: int | None = None
    outcome: str = Field(default="", sa_column_kwargs=EMPTY)


class MessageRef(SQLModel, table=True):
    """What a message is called on its channel; an album or a reply in parts has several names."""

    __tablename__ = "message_ref"
    __table_args__ = (Index("ix_message_ref_message", "message_id"), WITHOUT_ROWID)
    channel_id: int = Field(primary_key=True, foreign_key="channel.id")
    external_id: str = Field(primary_key=True)
    message_id: int = Field(foreign_key="message.id")
    part: int = 0


class MessageVersion(SQLModel, table=True):
    """What a message said before it was edited. `version_key` is the channel's name of the version that replaced it."""

    __tablename__ = "message_version"
    __table_args__ = (Index("ux_message_version_key", "message_id", "version_key", unique=True), WITHOUT_ROWID)
    message_id: int = Field(primary_key=True, foreign_key="message.id")
    version: int = Field(primary_key=True)
    version_key: str
    text: str
    at: int
    replaced_at: int


class Attachment(SQLModel, table=True):
    """A file beside a message, or staged for one (`operator_id`, `conversation_id` of the draft, no `message_id`). Its bytes
    lie under its SHA-256; `state` is stored, pending, failed or unavailable."""

    __table_args__ = (
        Index("ix_attachment_message", "message_id", "position", sqlite_where=text("message_id IS NOT NULL")),
        Index("ix_attachment_staged", "operator_id", "conversation_id", sqlite_where=text("message_id IS NULL")),
        Index("ix_attachment_pending", "next_at", sqlite_where=text("state = 'pending'")),
        Index("ix_attachment_file", "sha256", sqlite_where=text("sha256 IS NOT NULL")),
    )
    id: int | None = Field(default=None, primary_key=True)
    message_id: int | None = Field(default=None, foreign_key="message.id")
    operator_id: int | None = Field(default=None, foreign_key="operator.id")
    conversation_id: int | None = Field(default=None, foreign_key="conversation.id")
    channel_id: int | None = Field(default=None, foreign_key="channel.id")
    position: int = 0
    name: str
    media_type: str
    size: int | None = None
    sha256: str | None = None
    inline: bool = False
    content_id: str = ""
    remote_ref: str = ""
    state: str
    reason: str = ""
    tries: int = 0
    next_at: int | None = None


class Draft(SQLModel, table=True):
    """What an operator has begun to write in a conversation."""

    __table_args__ = WITHOUT_ROWID
    operator_id: int = Field(primary_key=True, foreign_key="operator.id")
    conversation_id: int = Field(primary_key=True, foreign_key="conversation.id")
    note: bool
    text: str
    saved_at: int

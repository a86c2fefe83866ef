"""The tables, declared with SQLModel: for migrations and administration. Reading and writing at run time is prepared SQL.

Times are integer milliseconds since 1970 in UTC. Ids of what the journal names come from `sequence` and are never used again.
Never imported by a console or a command: it costs more start time than all the rest (see the import tests).
"""

from __future__ import annotations

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

WITHOUT_ROWID = {"sqlite_with_rowid": False}
EMPTY = {"server_default": text("''")}


class Meta(SQLModel, table=True):
    """What the store knows of itself: its id, the signing keys (newest first, hexadecimal), whether it is a demo."""

    key: str = Field(primary_key=True)
    value: str


class Sequence(SQLModel, table=True):
    """The next free id of each kind, so that none is ever used twice."""

    __table_args__ = WITHOUT_ROWID
    name: str = Field(primary_key=True)
    next: int


class Operator(SQLModel, table=True):
    """A person who works here."""

    id: int | None = Field(default=None, primary_key=True)
    login: str = Field(unique=True)
    name: str
    role: str
    created_at: int
    disabled: bool = False


class Channel(SQLModel, table=True):
    """A configured way in and out; `name` is its key in the configuration. A row outlives its configuration."""

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(unique=True)
    kind: str
    address: str = ""
    enabled: bool = True
    reopen_ms: int
    state: str = "starting"
    detail: str = ""
    fix: str = ""
    since: int | None = None
    last_ok_at: int | None = None
    gap: str = ""
    gap_at: int | None = None
    ask_tags: bool = Field(default=False, sa_column_kwargs={"server_default": text("0")})
    retention_days: int | None = None


class Customer(SQLModel, table=True):
    """A person that writes to us. Ids come from `sequence`. `version` grows with every change of the card."""

    __table_args__ = (
        Index("ix_customer_company", "company_id", "id", sqlite_where=text("company_id IS NOT NULL")),
        Index("ix_customer_merged", "merged_into_id", sqlite_where=text("merged_into_id IS NOT NULL")),
    )
    id: int | None = Field(default=None, primary_key=True)
    name: str
    language: str = ""
    created_at: int
    merged_into_id: int | None = Field(default=None, foreign_key="customer.id")
    company_id: int | None = Field(default=None, foreign_key="company.id")
    erased_at: int | None = None
    version: int = Field(default=0, sa_column_kwargs={"server_default": text("0")})


class Identity(SQLModel, table=True):
    """One address of a person; `customer_id` is null while nobody wrote from it. `proof` is "verified" (the channel proves it),
    "written" (they wrote from it), "entered" (an operator or an import says so) or "claimed"; `shared`: several people write
    from it; `label` is what it is called today and may be another's tomorrow (a Telegram user name); `plain` an e-mail address
    without what follows a plus sign, "" where that is not safe to compare. `home_id`: see `schema_customer`; of
    an address that is nobody's, whose it was."""

    __table_args__ = (
        Index("ux_identity_value", "kind", "value", unique=True),
        Index("ix_identity_plain", "plain", sqlite_where=text("plain <> ''")),
        Index("ix_identity_customer", "customer_id"),
        Index("ix_identity_former", "home_id", sqlite_where=text("customer_id IS NULL AND home_id IS NOT NULL")),
    )
    id: int | None = Field(default=None, primary_key=True)
    customer_id: int | None = Field(default=None, foreign_key="customer.id")
    kind: str
    value: str
    name: str = ""
    unreachable: bool = False
    created_at: int
    blocked: bool = Field(default=False, sa_column_kwargs={"server_default": text("0")})
    home_id: int | None = Field(default=None, foreign_key="customer.id")
    proof: str = Field(default="written", sa_column_kwargs={"server_default": text("'written'")})
    shared: bool = Field(default=False, sa_column_kwargs={"server_default": text("0")})
    label: str = Field(default="", sa_column_kwargs=EMPTY)
    plain: str = Field(default="", sa_column_kwargs=EMPTY)


_OPEN = text("status = 'open' AND spam = 0 AND merged_into_id IS NULL")
_CLOSED = text("status = 'closed' AND spam = 0 AND merged_into_id IS NULL")
_OF_ANY = (
    "priority",
    "assignee_id",
    "team_id",
    "channel_id",
    "tag_ids",
    "unread",
    "files",
    "notes",
    "opened_at",
    "updated_at",
)
"""What queries ask of a conversation most, kept in the indexes of the long lists: rows that do not fit are passed over in the
index, twenty times as fast as by looking each up. A message moves its conversation in these lists anyway."""
_OF_OPEN = (*_OF_ANY, "waiting_since", "asked", "urgent_at", "late", "newest_at")
NEVER = 1 << 52
"""`returns_at` of what is not snoozed, or until the customer writes: after every time."""


class Conversation(SQLModel, table=True):
    """One exchange about one matter. `title` is the name shown in the list (customer or group), `sort_at` the place in the
    order of urgency (`desk.urgency.sort_value`), `newest_at` minus the time of the
    last message or of closing (so that every list ascends), `urgent_at` what it is sorted by (`desk.urgency`), `returns_at`
    when a snoozed one comes back. `due_at` is the promised time (`sla_policy` says by which policy, "" by the allowance alone),
    `left_ms` what is left of it while its clock stands still, `late` and `soon` whether it has passed or is near, `alarm_at`
    when the clock has to look at it next. `home_customer_id` is whose it was before customers were merged (null: it never
    changed hands), `related_why` why `maybe_related_id` is named ("refers", "similar", "elsewhere"). `emptied_at` is when its
    words were taken out, because the channel keeps them no longer or the person was erased. `tag_ids` are the ids of its tags,
    ascending, between commas (",3,17,"), "" for none."""

    __table_args__ = (
        Index("ux_conversation_number", "number", unique=True),
        Index("ix_conversation_thread", "channel_id", "thread_key", "id", sqlite_where=text("thread_key <> ''")),
        Index("ix_conversation_customer", "customer_id", "id"),
        Index("ix_conversation_previous", "previous_id", sqlite_where=text("previous_id IS NOT NULL")),
        Index("ix_list_inbox", "sort_at", "id", *_OF_OPEN, sqlite_where=_OPEN),
        Index("ix_list_assignee", "assignee_id", "sort_at", "id", sqlite_where=_OPEN),
        Index(
            "ix_list_waiting",
            "sort_at",
            "id",
            sqlite_where=text("status = 'open' AND spam = 0 AND merged_into_id IS NULL AND waiting_since IS NOT NULL"),
        ),
        Index(
            "ix_list_late",
            "sort_at",
            "id",
            sqlite_where=text("status = 'open' AND spam = 0 AND merged_into_id IS NULL AND late = 1"),
        ),
        Index("ix_alarm", "alarm_at", sqlite_where=text("alarm_at IS NOT NULL")),
        Index("ix_list_due", "due_at", "id", sqlite_where=text(f"{_OPEN.text} AND due_at IS NOT NULL")),
        Index("ix_list_soon", "sort_at", "id", sqlite_where=text(f"{_OPEN.text} AND soon = 1")),
        Index(
            "ix_list_paused",
            "newest_at",
            "id",
            sqlite_where=text("left_ms IS NOT NULL AND spam = 0 AND merged_into_id IS NULL"),
        ),
        Index("ix_conversation_undone", "id", sqlite_where=text("status <> 'closed' AND merged_into_id IS NULL")),
        Index(
            "ix_list_untagged",
            "sort_at",
            "id",
            sqlite_where=text("status = 'open' AND spam = 0 AND merged_into_id IS NULL AND tag_ids = ''"),
        ),
        Index("ix_list_channel", "channel_id", "sort_at", "id", sqlite_where=_OPEN),
        Index(
            "ix_list_team",
            "team_id",
            "sort_at",
            "id",
            sqlite_where=text("status = 'open' AND spam = 0 AND merged_into_id IS NULL AND team_id IS NOT NULL"),
        ),
        Index(
            "ix_list_snoozed",
            "returns_at",
            "id",
            sqlite_where=text("status = 'snoozed' AND spam = 0 AND merged_into_id IS NULL"),
        ),
        Index(
            "ix_list_closed",
            "newest_at",
            "id",
            *_OF_ANY,
            "closed_at",
            sqlite_where=_CLOSED,
        ),
        Index(
            "ix_list_all",
            "newest_at",
            "id",
            "spam",
            "status",
            *_OF_ANY,
            "closed_at",
            sqlite_where=text("merged_into_id IS NULL"),
        ),
        Index(
            "ix_list_group",
            "newest_at",
            "id",
            sqlite_where=text("is_group = 1 AND spam = 0 AND merged_into_id IS NULL"),
        ),
        Index("ix_list_urgent", "sort_at", "id", "spam", "status", sqlite_where=text("merged_into_id IS NULL")),
        Index("ix_closed_assignee", "assignee_id", "newest_at", "id", sqlite_where=_CLOSED),
        Index("ix_closed_channel", "channel_id", "newest_at", "id", sqlite_where=_CLOSED),
        Index("ix_closed_team", "team_id", "newest_at", "id", sqlite_where=_CLOSED),
        Index("ix_conversation_opened", "opened_at"),
        Index("ix_conversation_closed", "closed_at", sqlite_where=text("closed_at IS NOT NULL")),
        Index("ix_conversation_merged", "merged_into_id", "number", sqlite_where=text("merged_into_id IS NOT NULL")),
        Index("ix_list_failed", "newest_at", "id", sqlite_where=text("failed > 0 AND spam = 0 AND merged_into_id IS NULL")),
        Index("ix_list_spam", "newest_at", "id", sqlite_where=text("spam = 1 AND merged_into_id IS NULL")),
    )
    id: int | None = Field(default=None, primary_key=True)
    number: int
    channel_id: int = Field(foreign_key="channel.id")
    customer_id: int | None = Field(default=None, foreign_key="customer.id")
    thread_key: str = ""
    title: str = ""
    is_group: bool = False
    subject: str = ""
    status: str
    priority: int
    assignee_id: int | None = Field(default=None, foreign_key="operator.id")
    opened_at: int
    updated_at: int
    closed_at: int | None = None
    snoozed_until: int | None = None
    last_message_at: int
    newest_at: int
    last_incoming_at: int | None = None
    last_message_id: int | None = None
    preview: str = ""
    preview_kind: str = "incoming"
    message_count: int = 0
    waiting_since: int | None = None
    asked: int = 0
    urgent_at: int | None = None
    sort_at: int
    late: bool = False
    unread: int = 0
    failed: int = 0
    spam: bool = False
    merged_into_id: int | None = Field(default=None, foreign_key="conversation.id")
    previous_id: int | None = Field(default=None, foreign_key="conversation.id")
    maybe_related_id: int | None = Field(default=None, foreign_key="conversation.id")
    version: int = 0
    team_id: int | None = Field(default=None, foreign_key="team.id")
    tag_ids: str = Field(default="", sa_column_kwargs=EMPTY)
    woken_at: int | None = None
    returns_at: int = Field(default=NEVER, sa_column_kwargs={"server_default": text(str(NEVER))})
    files: int = Field(default=0, sa_column_kwargs={"server_default": text("0")})
    notes: int = Field(default=0, sa_column_kwargs={"server_default": text("0")})
    home_customer_id: int | None = Field(default=None, foreign_key="customer.id")
    split_from_id: int | None = Field(default=None, foreign_key="conversation.id")
    related_why: str = Field(default="", sa_column_kwargs=EMPTY)
    emptied_at: int | None = None
    sla_policy: str = Field(default="", sa_column_kwargs=EMPTY)
    due_at: int | None = None
    left_ms: int | None = None
    soon: bool = Field(default=False, sa_column_kwargs={"server_default": text("0")})
    alarm_at: int | None = None


class ThreadAlias(SQLModel, table=True):
    """An id that a chat had before it moved on its channel."""

    __tablename__ = "thread_alias"
    __table_args__ = WITHOUT_ROWID
    channel_id: int = Field(primary_key=True, foreign_key="channel.id")
    thread_key: str = Field(primary_key=True)
    now_key: str


class Participant(SQLModel, table=True):
    """Who takes part in a conversation: "customer", "cc" or "member" of a group. `via_id`: they came with a conversation that
    was merged into this one."""

    __table_args__ = (Index("ix_participant_identity", "identity_id", "conversation_id"), WITHOUT_ROWID)
    conversation_id: int = Field(primary_key=True, foreign_key="conversation.id")
    identity_id: int = Field(primary_key=True, foreign_key="identity.id")
    role: str
    added_at: int
    via_id: int | None = Field(default=None, foreign_key="conversation.id")

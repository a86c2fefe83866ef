"""The tables of time: SLA clocks, tasks, reminders, promises, notices. See `schema`."""

from __future__ import annotations

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from deskterm.store.schema import WITHOUT_ROWID


class SlaClock(SQLModel, table=True):
    """How long one wait, or the work on one conversation, has run (`desk.sla.Clock`). `metric` as in `desk.sla_book`,
    `started_at` the customer's first unanswered message, or when the conversation began or was reopened by its customer.
    `policy`, `calendar` ("" the wall clock) and `target_ms` are what it is measured by (null: nothing is promised); `due_at` is
    null while it stands still. `spent_ms` is what it ran up to `running_since` (null: it stands still, or has ended), `runs`
    JSON [[from, to], ...] of when it ran before, so that another measure can be taken. `stage` is the last alarm that it has
    rung (warnings from 1 on, 100 the miss, then its steps), `missed_at` is when the promise was broken: its due time, or,
    where that was over when it was made, `terms_since` (then `missed_by_terms`). `steps_since`: see `desk.sla.Clock`.
    `outcome`: "", "met", "missed", or "dropped" (spam, merged, no reply needed)."""

    __tablename__ = "sla_clock"
    __table_args__ = (
        Index("ux_sla_clock", "conversation_id", "metric", "started_at", unique=True),
        Index("ix_sla_clock_running", "conversation_id", sqlite_where=text("ended_at IS NULL")),
    )
    id: int | None = Field(default=None, primary_key=True)
    conversation_id: int = Field(foreign_key="conversation.id")
    metric: str
    started_at: int
    policy: str = ""
    calendar: str = ""
    target_ms: int | None = None
    due_at: int | None = None
    running_since: int | None = None
    spent_ms: int = 0
    runs: str = "[]"
    stage: int = 0
    missed_at: int | None = None
    ended_at: int | None = None
    outcome: str = ""
    terms_since: int = 0
    steps_since: int = 0
    missed_by_terms: bool = False


class SlaAlarm(SQLModel, table=True):
    """An alarm that was rung, by what makes it the only one of its kind: so that none is ever rung twice. `stage` as in
    `sla_clock`, `at` its true time, `rung_at` when the desk was awake to ring it."""

    __tablename__ = "sla_alarm"
    __table_args__ = WITHOUT_ROWID
    conversation_id: int = Field(primary_key=True, foreign_key="conversation.id")
    metric: str = Field(primary_key=True)
    started_at: int = Field(primary_key=True)
    due_at: int = Field(primary_key=True)
    stage: int = Field(primary_key=True)
    at: int
    rung_at: int


_UNDONE = text("status IN ('open', 'started') AND dropped_at IS NULL")


class Task(SQLModel, table=True):
    """Work that outlives a message. Ids come from `sequence`; `number` is what people call it (#T7) and is the id. `status`:
    "open", "started", "done" or "cancelled". `conversation_id`, `message_id` and `customer_id` are where it came from, and stay
    so when these are merged. `tag_ids` as in `conversation`; `checklist` JSON [[words, done], ...]; `recurrence` an RRULE
    (RFC 5545) of a series, whose first task is `series_id`. `folded` holds what words are looked for in. `overdue` is set by
    the clock at `due_at`; `dropped_at`: it was added by mistake and taken back. `version` grows with every change; `touched`,
    JSON {column: [version, operator id]}, says which change was the last of each column, and whose."""

    __table_args__ = (
        Index("ux_task_number", "number", unique=True),
        Index("ix_task_due", "due_at", "id", sqlite_where=_UNDONE),
        Index("ix_task_alarm", "due_at", sqlite_where=text(f"{_UNDONE.text} AND overdue = 0 AND due_at IS NOT NULL")),
        Index("ix_task_assignee", "assignee_id", "due_at", "id", sqlite_where=_UNDONE),
        Index("ix_task_done", "done_at", "id", sqlite_where=text("status = 'done' AND dropped_at IS NULL")),
        Index("ix_task_conversation", "conversation_id", "id", sqlite_where=text("conversation_id IS NOT NULL")),
        Index("ix_task_message", "message_id", sqlite_where=text("message_id IS NOT NULL")),
        Index("ix_task_customer", "customer_id", "id", sqlite_where=text("customer_id IS NOT NULL")),
        Index("ix_task_series", "series_id", "id", sqlite_where=text("series_id IS NOT NULL")),
    )
    id: int | None = Field(default=None, primary_key=True)
    number: int
    title: str
    description: str = ""
    folded: str = ""
    status: str = "open"
    priority: int = 1
    due_at: int | None = None
    assignee_id: int | None = Field(default=None, foreign_key="operator.id")
    team_id: int | None = Field(default=None, foreign_key="team.id")
    tag_ids: str = ""
    checklist: str = "[]"
    recurrence: str = ""
    series_id: int | None = Field(default=None, foreign_key="task.id")
    conversation_id: int | None = Field(default=None, foreign_key="conversation.id")
    message_id: int | None = Field(default=None, foreign_key="message.id")
    customer_id: int | None = Field(default=None, foreign_key="customer.id")
    created_by: int | None = Field(default=None, foreign_key="operator.id")
    created_at: int
    updated_at: int
    done_at: int | None = None
    overdue: bool = False
    dropped_at: int | None = None
    version: int = 0
    touched: str = "{}"


class Reminder(SQLModel, table=True):
    """Something to come back to, for `operator_id`, set by `by_id`, about a conversation, a customer or a task. `state`: "set",
    "due" (its time came: a row that must be acknowledged), "done" or "cancelled"; `how` as in `facts_time.ReminderMoved`,
    `rang_at` the time for which it has come up. Ids come from `sequence`."""

    __table_args__ = (
        Index("ix_reminder_alarm", "at", sqlite_where=text("state = 'set'")),
        Index("ix_reminder_operator", "operator_id", "at", "id", sqlite_where=text("state IN ('set', 'due')")),
        Index("ix_reminder_conversation", "conversation_id", "id", sqlite_where=text("conversation_id IS NOT NULL")),
        Index("ix_reminder_customer", "customer_id", "id", sqlite_where=text("customer_id IS NOT NULL")),
        Index("ix_reminder_task", "task_id", "id", sqlite_where=text("task_id IS NOT NULL")),
        Index("ix_reminder_promise", "promise_id", sqlite_where=text("promise_id IS NOT NULL")),
    )
    id: int | None = Field(default=None, primary_key=True)
    at: int
    words: str = ""
    operator_id: int = Field(foreign_key="operator.id")
    by_id: int | None = Field(default=None, foreign_key="operator.id")
    conversation_id: int | None = Field(default=None, foreign_key="conversation.id")
    customer_id: int | None = Field(default=None, foreign_key="customer.id")
    task_id: int | None = Field(default=None, foreign_key="task.id")
    promise_id: int | None = Field(default=None, foreign_key="promise.id")
    state: str = "set"
    how: str = ""
    created_at: int
    settled_at: int | None = None
    rang_at: int | None = None
    version: int = 0


class Promise(SQLModel, table=True):
    """A time that an operator's own reply promised. It is of the conversation that its message is in, and moves with it.
    `words` are those that promise it; `state`: "open", "overdue", "kept" (the next reply after it, or somebody says so) or
    "dropped" (it was none, its message was taken back, or the matter was closed); `how` as in `facts_time.PromiseSettled`.
    `missed_at` is its time where that passed before it was kept, `kept_by_id` the message that kept it. Ids come from
    `sequence`."""

    __table_args__ = (
        Index("ix_promise_alarm", "due_at", sqlite_where=text("state = 'open'")),
        Index("ix_promise_overdue", "conversation_id", sqlite_where=text("state = 'overdue'")),
        Index("ix_promise_conversation", "conversation_id", "id"),
        Index("ix_promise_customer", "customer_id", "id", sqlite_where=text("customer_id IS NOT NULL")),
        Index("ix_promise_message", "message_id"),
    )
    id: int | None = Field(default=None, primary_key=True)
    conversation_id: int = Field(foreign_key="conversation.id")
    message_id: int = Field(foreign_key="message.id")
    customer_id: int | None = Field(default=None, foreign_key="customer.id")
    operator_id: int | None = Field(default=None, foreign_key="operator.id")
    words: str = ""
    due_at: int
    state: str = "open"
    how: str = ""
    created_at: int
    settled_at: int | None = None
    missed_at: int | None = None
    kept_by_id: int | None = None


class Notice(SQLModel, table=True):
    """What one operator is told (`desk.noticing`): `kind` says what of, `key` makes it the only one of its kind for this
    operator; `data` is JSON of ids, codes and numbers, never words. Kept until read. Ids come from `sequence`: they stand in
    the Message-IDs of mails, so none is used again."""

    __table_args__ = (
        Index("ux_notice", "operator_id", "key", unique=True),
        Index("ix_notice_unread", "operator_id", "id", sqlite_where=text("read_at IS NULL")),
        Index("ix_notice_operator", "operator_id", "id"),
        Index("ix_notice_conversation", "conversation_id", sqlite_where=text("conversation_id IS NOT NULL")),
        Index("ix_notice_task", "task_id", sqlite_where=text("task_id IS NOT NULL")),
        Index("ix_notice_reminder", "reminder_id", sqlite_where=text("reminder_id IS NOT NULL")),
        Index("ix_notice_read", "read_at", sqlite_where=text("read_at IS NOT NULL")),
    )
    id: int | None = Field(default=None, primary_key=True)
    operator_id: int = Field(foreign_key="operator.id")
    kind: str
    key: str
    at: int
    created_at: int
    conversation_id: int | None = Field(default=None, foreign_key="conversation.id")
    message_id: int | None = Field(default=None, foreign_key="message.id")
    task_id: int | None = Field(default=None, foreign_key="task.id")
    reminder_id: int | None = Field(default=None, foreign_key="reminder.id")
    data: str = "{}"
    read_at: int | None = None


class NoticeDelivery(SQLModel, table=True):
    """A notice on its way to an operator beside the console. `way`: "email" or "telegram"; `state`: "queued", "sending",
    "sent", "failed" or "dropped" (it was read first); `batch` is the first notice of the digest it goes out with."""

    __tablename__ = "notice_delivery"
    __table_args__ = (
        Index("ix_notice_delivery", "not_before", sqlite_where=text("state IN ('queued', 'sending')")),
        WITHOUT_ROWID,
    )
    notice_id: int = Field(primary_key=True, foreign_key="notice.id")
    way: str = Field(primary_key=True)
    state: str = "queued"
    not_before: int
    attempt: int = 0
    batch: int | None = None
    detail: str = ""
    sent_at: int | None = None


class NoticeChoice(SQLModel, table=True):
    """By which ways an operator is told of a kind of notice: names between commas ("console,bell,email"); what is not here goes
    as `desk.noticing` says."""

    __tablename__ = "notice_choice"
    __table_args__ = WITHOUT_ROWID
    operator_id: int = Field(primary_key=True, foreign_key="operator.id")
    kind: str = Field(primary_key=True)
    ways: str


class NoticePerson(SQLModel, table=True):
    """Where and when an operator is told: `email` ("" none), the chat with one of our bots, quiet hours as minutes of the day
    in `zone` (no bell, no mail, no Telegram; what came is told afterwards), and how many minutes are gathered into one mail or
    message (0: each by itself). `code_hash` is that of the code that links a Telegram chat until `code_until`; `supervisor_id`
    who is told of what this operator missed (null: the team's supervisors, else all)."""

    __tablename__ = "notice_person"
    operator_id: int = Field(primary_key=True, foreign_key="operator.id")
    email: str = ""
    telegram_channel_id: int | None = Field(default=None, foreign_key="channel.id")
    telegram_chat: str = ""
    quiet_from: int | None = None
    quiet_to: int | None = None
    zone: str = ""
    digest_minutes: int = 0
    code_hash: str = ""
    code_until: int | None = None
    supervisor_id: int | None = Field(default=None, foreign_key="operator.id")

"""Time: SLA clocks and their alarms, tasks, reminders, promises, notices.

The statements are frozen, as in 0001. Conversations that wait are held to the allowance, as they were, until the policies of
the configuration are applied to them (`store.sla`).
"""

from __future__ import annotations

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

TABLES = (
    """
CREATE TABLE sla_clock (
    id INTEGER NOT NULL,
    conversation_id INTEGER NOT NULL,
    metric VARCHAR NOT NULL,
    started_at INTEGER NOT NULL,
    policy VARCHAR NOT NULL,
    calendar VARCHAR NOT NULL,
    target_ms INTEGER,
    due_at INTEGER,
    running_since INTEGER,
    spent_ms INTEGER NOT NULL,
    runs VARCHAR NOT NULL,
    stage INTEGER NOT NULL,
    missed_at INTEGER,
    ended_at INTEGER,
    outcome VARCHAR NOT NULL,
    terms_since INTEGER NOT NULL,
    steps_since INTEGER NOT NULL,
    missed_by_terms BOOLEAN NOT NULL,
    PRIMARY KEY (id),
    FOREIGN KEY(conversation_id) REFERENCES conversation (id)
)
    """,
    "CREATE INDEX ix_sla_clock_running ON sla_clock (conversation_id) WHERE ended_at IS NULL",
    "CREATE UNIQUE INDEX ux_sla_clock ON sla_clock (conversation_id, metric, started_at)",
    """
CREATE TABLE sla_alarm (
    conversation_id INTEGER NOT NULL,
    metric VARCHAR NOT NULL,
    started_at INTEGER NOT NULL,
    due_at INTEGER NOT NULL,
    stage INTEGER NOT NULL,
    at INTEGER NOT NULL,
    rung_at INTEGER NOT NULL,
    PRIMARY KEY (conversation_id, metric, started_at, due_at, stage),
    FOREIGN KEY(conversation_id) REFERENCES conversation (id)
)
 WITHOUT ROWID
    """,
    """
CREATE TABLE task (
    id INTEGER NOT NULL,
    number INTEGER NOT NULL,
    title VARCHAR NOT NULL,
    description VARCHAR NOT NULL,
    folded VARCHAR NOT NULL,
    status VARCHAR NOT NULL,
    priority INTEGER NOT NULL,
    due_at INTEGER,
    assignee_id INTEGER,
    team_id INTEGER,
    tag_ids VARCHAR NOT NULL,
    checklist VARCHAR NOT NULL,
    recurrence VARCHAR NOT NULL,
    series_id INTEGER,
    conversation_id INTEGER,
    message_id INTEGER,
    customer_id INTEGER,
    created_by INTEGER,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    done_at INTEGER,
    overdue BOOLEAN NOT NULL,
    dropped_at INTEGER,
    version INTEGER NOT NULL,
    touched VARCHAR NOT NULL,
    PRIMARY KEY (id),
    FOREIGN KEY(assignee_id) REFERENCES operator (id),
    FOREIGN KEY(team_id) REFERENCES team (id),
    FOREIGN KEY(series_id) REFERENCES task (id),
    FOREIGN KEY(conversation_id) REFERENCES conversation (id),
    FOREIGN KEY(message_id) REFERENCES message (id),
    FOREIGN KEY(customer_id) REFERENCES customer (id),
    FOREIGN KEY(created_by) REFERENCES operator (id)
)
    """,
    """
CREATE INDEX ix_task_alarm ON task (due_at)
    WHERE status IN ('open', 'started') AND dropped_at IS NULL AND overdue = 0 AND due_at IS NOT NULL
    """,
    """
CREATE INDEX ix_task_assignee ON task (assignee_id, due_at, id)
    WHERE status IN ('open', 'started') AND dropped_at IS NULL
    """,
    "CREATE INDEX ix_task_conversation ON task (conversation_id, id) WHERE conversation_id IS NOT NULL",
    "CREATE INDEX ix_task_customer ON task (customer_id, id) WHERE customer_id IS NOT NULL",
    "CREATE INDEX ix_task_done ON task (done_at, id) WHERE status = 'done' AND dropped_at IS NULL",
    "CREATE INDEX ix_task_due ON task (due_at, id) WHERE status IN ('open', 'started') AND dropped_at IS NULL",
    "CREATE INDEX ix_task_message ON task (message_id) WHERE message_id IS NOT NULL",
    "CREATE INDEX ix_task_series ON task (series_id, id) WHERE series_id IS NOT NULL",
    "CREATE UNIQUE INDEX ux_task_number ON task (number)",
    """
CREATE TABLE promise (
    id INTEGER NOT NULL,
    conversation_id INTEGER NOT NULL,
    message_id INTEGER NOT NULL,
    customer_id INTEGER,
    operator_id INTEGER,
    words VARCHAR NOT NULL,
    due_at INTEGER NOT NULL,
    state VARCHAR NOT NULL,
    how VARCHAR NOT NULL,
    created_at INTEGER NOT NULL,
    settled_at INTEGER,
    missed_at INTEGER,
    kept_by_id INTEGER,
    PRIMARY KEY (id),
    FOREIGN KEY(conversation_id) REFERENCES conversation (id),
    FOREIGN KEY(message_id) REFERENCES message (id),
    FOREIGN KEY(customer_id) REFERENCES customer (id),
    FOREIGN KEY(operator_id) REFERENCES operator (id)
)
    """,
    "CREATE INDEX ix_promise_alarm ON promise (due_at) WHERE state = 'open'",
    "CREATE INDEX ix_promise_conversation ON promise (conversation_id, id)",
    "CREATE INDEX ix_promise_customer ON promise (customer_id, id) WHERE customer_id IS NOT NULL",
    "CREATE INDEX ix_promise_message ON promise (message_id)",
    "CREATE INDEX ix_promise_overdue ON promise (conversation_id) WHERE state = 'overdue'",
    """
CREATE TABLE reminder (
    id INTEGER NOT NULL,
    at INTEGER NOT NULL,
    words VARCHAR NOT NULL,
    operator_id INTEGER NOT NULL,
    by_id INTEGER,
    conversation_id INTEGER,
    customer_id INTEGER,
    task_id INTEGER,
    promise_id INTEGER,
    state VARCHAR NOT NULL,
    how VARCHAR NOT NULL,
    created_at INTEGER NOT NULL,
    settled_at INTEGER,
    rang_at INTEGER,
    version INTEGER NOT NULL,
    PRIMARY KEY (id),
    FOREIGN KEY(operator_id) REFERENCES operator (id),
    FOREIGN KEY(by_id) REFERENCES operator (id),
    FOREIGN KEY(conversation_id) REFERENCES conversation (id),
    FOREIGN KEY(customer_id) REFERENCES customer (id),
    FOREIGN KEY(task_id) REFERENCES task (id),
    FOREIGN KEY(promise_id) REFERENCES promise (id)
)
    """,
    "CREATE INDEX ix_reminder_alarm ON reminder (at) WHERE state = 'set'",
    "CREATE INDEX ix_reminder_conversation ON reminder (conversation_id, id) WHERE conversation_id IS NOT NULL",
    "CREATE INDEX ix_reminder_customer ON reminder (customer_id, id) WHERE customer_id IS NOT NULL",
    "CREATE INDEX ix_reminder_operator ON reminder (operator_id, at, id) WHERE state IN ('set', 'due')",
    "CREATE INDEX ix_reminder_promise ON reminder (promise_id) WHERE promise_id IS NOT NULL",
    "CREATE INDEX ix_reminder_task ON reminder (task_id, id) WHERE task_id IS NOT NULL",
    """
CREATE TABLE notice (
    id INTEGER NOT NULL,
    operator_id INTEGER NOT NULL,
    kind VARCHAR NOT NULL,
    "key" VARCHAR NOT NULL,
    at INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    conversation_id INTEGER,
    message_id INTEGER,
    task_id INTEGER,
    reminder_id INTEGER,
    data VARCHAR NOT NULL,
    read_at INTEGER,
    PRIMARY KEY (id),
    FOREIGN KEY(operator_id) REFERENCES operator (id),
    FOREIGN KEY(conversation_id) REFERENCES conversation (id),
    FOREIGN KEY(message_id) REFERENCES message (id),
    FOREIGN KEY(task_id) REFERENCES task (id),
    FOREIGN KEY(reminder_id) REFERENCES reminder (id)
)
    """,
    "CREATE INDEX ix_notice_conversation ON notice (conversation_id) WHERE conversation_id IS NOT NULL",
    "CREATE INDEX ix_notice_operator ON notice (operator_id, id)",
    "CREATE INDEX ix_notice_read ON notice (read_at) WHERE read_at IS NOT NULL",
    "CREATE INDEX ix_notice_reminder ON notice (reminder_id) WHERE reminder_id IS NOT NULL",
    "CREATE INDEX ix_notice_task ON notice (task_id) WHERE task_id IS NOT NULL",
    "CREATE INDEX ix_notice_unread ON notice (operator_id, id) WHERE read_at IS NULL",
    """
CREATE UNIQUE INDEX ux_notice ON notice (operator_id, "key")
    """,
    """
CREATE TABLE notice_delivery (
    notice_id INTEGER NOT NULL,
    way VARCHAR NOT NULL,
    state VARCHAR NOT NULL,
    not_before INTEGER NOT NULL,
    attempt INTEGER NOT NULL,
    batch INTEGER,
    detail VARCHAR NOT NULL,
    sent_at INTEGER,
    PRIMARY KEY (notice_id, way),
    FOREIGN KEY(notice_id) REFERENCES notice (id)
)
 WITHOUT ROWID
    """,
    "CREATE INDEX ix_notice_delivery ON notice_delivery (not_before) WHERE state IN ('queued', 'sending')",
    """
CREATE TABLE notice_choice (
    operator_id INTEGER NOT NULL,
    kind VARCHAR NOT NULL,
    ways VARCHAR NOT NULL,
    PRIMARY KEY (operator_id, kind),
    FOREIGN KEY(operator_id) REFERENCES operator (id)
)
 WITHOUT ROWID
    """,
    """
CREATE TABLE notice_person (
    operator_id INTEGER NOT NULL,
    email VARCHAR NOT NULL,
    telegram_channel_id INTEGER,
    telegram_chat VARCHAR NOT NULL,
    quiet_from INTEGER,
    quiet_to INTEGER,
    zone VARCHAR NOT NULL,
    digest_minutes INTEGER NOT NULL,
    code_hash VARCHAR NOT NULL,
    code_until INTEGER,
    supervisor_id INTEGER,
    PRIMARY KEY (operator_id),
    FOREIGN KEY(operator_id) REFERENCES operator (id),
    FOREIGN KEY(telegram_channel_id) REFERENCES channel (id),
    FOREIGN KEY(supervisor_id) REFERENCES operator (id)
)
    """,
)

COLUMNS = (
    "ALTER TABLE conversation ADD COLUMN sla_policy VARCHAR NOT NULL DEFAULT ''",
    "ALTER TABLE conversation ADD COLUMN due_at INTEGER",
    "ALTER TABLE conversation ADD COLUMN left_ms INTEGER",
    "ALTER TABLE conversation ADD COLUMN soon BOOLEAN NOT NULL DEFAULT 0",
    "ALTER TABLE conversation ADD COLUMN alarm_at INTEGER",
)

FILL = (
    "UPDATE conversation SET due_at = urgent_at WHERE urgent_at IS NOT NULL AND merged_into_id IS NULL",
    "UPDATE conversation SET alarm_at = due_at WHERE due_at IS NOT NULL AND late = 0",
    *(f"INSERT INTO sequence (name, next) VALUES ('{name}', 1)" for name in ("task", "reminder", "promise", "notice")),
)

INDEXES = (
    "DROP INDEX ix_due",
    "CREATE INDEX ix_alarm ON conversation (alarm_at) WHERE alarm_at IS NOT NULL",
    "CREATE INDEX ix_conversation_undone ON conversation (id) WHERE status <> 'closed' AND merged_into_id IS NULL",
    """
CREATE INDEX ix_list_due ON conversation (due_at, id)
    WHERE status = 'open' AND spam = 0 AND merged_into_id IS NULL AND due_at IS NOT NULL
    """,
    """
CREATE INDEX ix_list_soon ON conversation (sort_at, id)
    WHERE status = 'open' AND spam = 0 AND merged_into_id IS NULL AND soon = 1
    """,
    """
CREATE INDEX ix_list_paused ON conversation (newest_at, id)
    WHERE left_ms IS NOT NULL AND spam = 0 AND merged_into_id IS NULL
    """,
)


def upgrade() -> None:
    """Make the tables and columns, fill them from what is there, then index them."""
    for statement in (*TABLES, *COLUMNS, *FILL, *INDEXES):
        op.execute(statement)

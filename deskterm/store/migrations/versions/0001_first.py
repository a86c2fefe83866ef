"""The first schema: conversations, messages, customers, the ledger, the outbox, the journal.

The statements are frozen: what the tables were on the day this was written. `deskterm.store.schema` says what they are now.
"""

from __future__ import annotations

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

STATEMENTS = (
    """
CREATE TABLE channel (
    id INTEGER NOT NULL,
    name VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    address VARCHAR NOT NULL,
    enabled BOOLEAN NOT NULL,
    reopen_ms INTEGER NOT NULL,
    state VARCHAR NOT NULL,
    detail VARCHAR NOT NULL,
    fix VARCHAR NOT NULL,
    since INTEGER,
    last_ok_at INTEGER,
    gap VARCHAR NOT NULL,
    gap_at INTEGER,
    PRIMARY KEY (id),
    UNIQUE (name)
)
    """,
    """
CREATE TABLE counter (
    "view" VARCHAR NOT NULL,
    scope INTEGER NOT NULL,
    n INTEGER NOT NULL,
    PRIMARY KEY ("view", scope)
) WITHOUT ROWID
    """,
    """
CREATE TABLE customer (
    id INTEGER NOT NULL,
    name VARCHAR NOT NULL,
    language VARCHAR NOT NULL,
    created_at INTEGER NOT NULL,
    merged_into_id INTEGER,
    PRIMARY KEY (id),
    FOREIGN KEY(merged_into_id) REFERENCES customer (id)
)
    """,
    """
CREATE TABLE journal (
    seq INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    command_id INTEGER NOT NULL,
    cause_seq INTEGER,
    at INTEGER NOT NULL,
    stored_at INTEGER NOT NULL,
    kind VARCHAR NOT NULL,
    version INTEGER NOT NULL,
    actor_kind VARCHAR NOT NULL,
    actor_id INTEGER,
    conversation_id INTEGER,
    customer_id INTEGER,
    message_id INTEGER,
    task_id INTEGER,
    data VARCHAR NOT NULL
)
    """,
    "CREATE INDEX ix_journal_command ON journal (command_id)",
    "CREATE INDEX ix_journal_conversation ON journal (conversation_id, seq)",
    """
CREATE TABLE lease (
    id INTEGER NOT NULL,
    holder VARCHAR NOT NULL,
    pid INTEGER NOT NULL,
    host VARCHAR NOT NULL,
    epoch INTEGER NOT NULL,
    boot_id VARCHAR NOT NULL,
    expires INTEGER NOT NULL,
    PRIMARY KEY (id)
)
    """,
    """
CREATE TABLE meta (
    "key" VARCHAR NOT NULL,
    value VARCHAR NOT NULL,
    PRIMARY KEY ("key")
)
    """,
    """
CREATE TABLE operator (
    id INTEGER NOT NULL,
    login VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    role VARCHAR NOT NULL,
    created_at INTEGER NOT NULL,
    disabled BOOLEAN NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (login)
)
    """,
    """
CREATE TABLE sequence (
    name VARCHAR NOT NULL,
    next INTEGER NOT NULL,
    PRIMARY KEY (name)
) WITHOUT ROWID
    """,
    """
CREATE TABLE checkpoint (
    channel_id INTEGER NOT NULL,
    "key" VARCHAR NOT NULL,
    value VARCHAR NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (channel_id, "key"),
    FOREIGN KEY(channel_id) REFERENCES channel (id)
) WITHOUT ROWID
    """,
    """
CREATE TABLE conversation (
    id INTEGER NOT NULL,
    number INTEGER NOT NULL,
    channel_id INTEGER NOT NULL,
    customer_id INTEGER,
    thread_key VARCHAR NOT NULL,
    title VARCHAR NOT NULL,
    is_group BOOLEAN NOT NULL,
    subject VARCHAR NOT NULL,
    status VARCHAR NOT NULL,
    priority INTEGER NOT NULL,
    assignee_id INTEGER,
    opened_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    closed_at INTEGER,
    snoozed_until INTEGER,
    last_message_at INTEGER NOT NULL,
    newest_at INTEGER NOT NULL,
    last_incoming_at INTEGER,
    last_message_id INTEGER,
    preview VARCHAR NOT NULL,
    preview_kind VARCHAR NOT NULL,
    message_count INTEGER NOT NULL,
    waiting_since INTEGER,
    asked INTEGER NOT NULL,
    urgent_at INTEGER,
    sort_at INTEGER NOT NULL,
    late BOOLEAN NOT NULL,
    unread INTEGER NOT NULL,
    failed INTEGER NOT NULL,
    spam BOOLEAN NOT NULL,
    merged_into_id INTEGER,
    previous_id INTEGER,
    maybe_related_id INTEGER,
    version INTEGER NOT NULL,
    PRIMARY KEY (id),
    FOREIGN KEY(channel_id) REFERENCES channel (id),
    FOREIGN KEY(customer_id) REFERENCES customer (id),
    FOREIGN KEY(assignee_id) REFERENCES operator (id),
    FOREIGN KEY(merged_into_id) REFERENCES conversation (id),
    FOREIGN KEY(previous_id) REFERENCES conversation (id),
    FOREIGN KEY(maybe_related_id) REFERENCES conversation (id)
)
    """,
    "CREATE INDEX ix_conversation_customer ON conversation (customer_id, id)",
    "CREATE INDEX ix_conversation_previous ON conversation (previous_id) WHERE previous_id IS NOT NULL",
    "CREATE INDEX ix_conversation_thread ON conversation (channel_id, thread_key, id) WHERE thread_key <> ''",
    """
CREATE INDEX ix_due
ON conversation (urgent_at)
WHERE status = 'open' AND spam = 0 AND urgent_at IS NOT NULL AND late = 0
    """,
    "CREATE INDEX ix_list_all ON conversation (newest_at, id) WHERE merged_into_id IS NULL",
    """
CREATE INDEX ix_list_assignee
ON conversation (assignee_id, sort_at, id)
WHERE status = 'open' AND spam = 0 AND merged_into_id IS NULL
    """,
    "CREATE INDEX ix_list_closed ON conversation (newest_at, id) WHERE status = 'closed' AND merged_into_id IS NULL",
    "CREATE INDEX ix_list_failed ON conversation (newest_at, id) WHERE failed > 0",
    """
CREATE INDEX ix_list_inbox
ON conversation (sort_at, id)
WHERE status = 'open' AND spam = 0 AND merged_into_id IS NULL
    """,
    """
CREATE INDEX ix_list_late
ON conversation (sort_at, id)
WHERE status = 'open' AND spam = 0 AND merged_into_id IS NULL AND late = 1
    """,
    "CREATE INDEX ix_list_snoozed ON conversation (snoozed_until, id) WHERE status = 'snoozed'",
    """
CREATE INDEX ix_list_waiting
ON conversation (sort_at, id)
WHERE status = 'open' AND spam = 0 AND merged_into_id IS NULL AND waiting_since IS NOT NULL
    """,
    "CREATE UNIQUE INDEX ux_conversation_number ON conversation (number)",
    """
CREATE TABLE identity (
    id INTEGER NOT NULL,
    customer_id INTEGER,
    kind VARCHAR NOT NULL,
    value VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    unreachable BOOLEAN NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (id),
    FOREIGN KEY(customer_id) REFERENCES customer (id)
)
    """,
    "CREATE INDEX ix_identity_customer ON identity (customer_id)",
    "CREATE UNIQUE INDEX ux_identity_value ON identity (kind, value)",
    """
CREATE TABLE inbound (
    id INTEGER NOT NULL,
    channel_id INTEGER NOT NULL,
    source_key VARCHAR NOT NULL,
    state VARCHAR NOT NULL,
    reason VARCHAR NOT NULL,
    flag VARCHAR NOT NULL,
    received_at INTEGER NOT NULL,
    settled_at INTEGER,
    size INTEGER NOT NULL,
    data BLOB,
    sha256 VARCHAR,
    PRIMARY KEY (id),
    FOREIGN KEY(channel_id) REFERENCES channel (id)
)
    """,
    "CREATE INDEX ix_inbound_held ON inbound (state, id) WHERE state IN ('quarantined','ignored')",
    "CREATE INDEX ix_inbound_open ON inbound (id) WHERE state = 'received'",
    "CREATE UNIQUE INDEX ux_inbound_source ON inbound (channel_id, source_key)",
    """
CREATE TABLE journal_text (
    seq INTEGER NOT NULL,
    text VARCHAR NOT NULL,
    PRIMARY KEY (seq),
    FOREIGN KEY(seq) REFERENCES journal (seq)
)
    """,
    """
CREATE TABLE server_copy (
    channel_id INTEGER NOT NULL,
    folder VARCHAR NOT NULL,
    epoch INTEGER NOT NULL,
    position INTEGER NOT NULL,
    state VARCHAR NOT NULL,
    inbound_id INTEGER,
    tries INTEGER NOT NULL,
    present BOOLEAN NOT NULL,
    PRIMARY KEY (channel_id, folder, epoch, position),
    FOREIGN KEY(channel_id) REFERENCES channel (id)
) WITHOUT ROWID
    """,
    """
CREATE TABLE server_count (
    channel_id INTEGER NOT NULL,
    folder VARCHAR NOT NULL,
    epoch INTEGER NOT NULL,
    on_server INTEGER NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (channel_id, folder),
    FOREIGN KEY(channel_id) REFERENCES channel (id)
) WITHOUT ROWID
    """,
    """
CREATE TABLE thread_alias (
    channel_id INTEGER NOT NULL,
    thread_key VARCHAR NOT NULL,
    now_key VARCHAR NOT NULL,
    PRIMARY KEY (channel_id, thread_key),
    FOREIGN KEY(channel_id) REFERENCES channel (id)
) WITHOUT ROWID
    """,
    """
CREATE TABLE draft (
    operator_id INTEGER NOT NULL,
    conversation_id INTEGER NOT NULL,
    note BOOLEAN NOT NULL,
    text VARCHAR NOT NULL,
    saved_at INTEGER NOT NULL,
    PRIMARY KEY (operator_id, conversation_id),
    FOREIGN KEY(operator_id) REFERENCES operator (id),
    FOREIGN KEY(conversation_id) REFERENCES conversation (id)
) WITHOUT ROWID
    """,
    """
CREATE TABLE message (
    id INTEGER NOT NULL,
    public_id VARCHAR NOT NULL,
    conversation_id INTEGER NOT NULL,
    kind VARCHAR NOT NULL,
    origin VARCHAR NOT NULL,
    channel_id INTEGER NOT NULL,
    thread_key VARCHAR NOT NULL,
    author_identity_id INTEGER,
    author_operator_id INTEGER,
    at INTEGER NOT NULL,
    stored_at INTEGER NOT NULL,
    subject VARCHAR NOT NULL,
    text VARCHAR NOT NULL,
    quoted_from INTEGER,
    placeholder VARCHAR NOT NULL,
    quote VARCHAR NOT NULL,
    forwarded_from VARCHAR NOT NULL,
    reply_to VARCHAR NOT NULL,
    reply_to_external VARCHAR NOT NULL,
    reply_to_message_id INTEGER,
    notes VARCHAR NOT NULL,
    album VARCHAR NOT NULL,
    mail_id VARCHAR NOT NULL,
    mail_references VARCHAR NOT NULL,
    recipients VARCHAR NOT NULL,
    version INTEGER NOT NULL,
    inbound_id INTEGER,
    delivery VARCHAR,
    delivery_detail VARCHAR NOT NULL,
    sent_at INTEGER,
    answered_wait INTEGER,
    answered_asked INTEGER NOT NULL,
    PRIMARY KEY (id),
    FOREIGN KEY(conversation_id) REFERENCES conversation (id),
    FOREIGN KEY(channel_id) REFERENCES channel (id),
    FOREIGN KEY(author_identity_id) REFERENCES identity (id),
    FOREIGN KEY(author_operator_id) REFERENCES operator (id)
)
    """,
    "CREATE INDEX ix_message_album ON message (channel_id, album) WHERE album <> ''",
    """
CREATE INDEX ix_message_delivery
ON message (delivery, id)
WHERE delivery IN ('queued','sending','failed','uncertain')
    """,
    "CREATE INDEX ix_message_inbound ON message (inbound_id) WHERE inbound_id IS NOT NULL",
    "CREATE INDEX ix_message_mail ON message (mail_id) WHERE mail_id <> ''",
    "CREATE INDEX ix_message_thread ON message (conversation_id, id)",
    "CREATE UNIQUE INDEX ux_message_public ON message (public_id)",
    """
CREATE TABLE participant (
    conversation_id INTEGER NOT NULL,
    identity_id INTEGER NOT NULL,
    role VARCHAR NOT NULL,
    added_at INTEGER NOT NULL,
    PRIMARY KEY (conversation_id, identity_id),
    FOREIGN KEY(conversation_id) REFERENCES conversation (id),
    FOREIGN KEY(identity_id) REFERENCES identity (id)
) WITHOUT ROWID
    """,
    "CREATE INDEX ix_participant_identity ON participant (identity_id, conversation_id)",
    """
CREATE TABLE attachment (
    id INTEGER NOT NULL,
    message_id INTEGER,
    operator_id INTEGER,
    conversation_id INTEGER,
    channel_id INTEGER,
    position INTEGER NOT NULL,
    name VARCHAR NOT NULL,
    media_type VARCHAR NOT NULL,
    size INTEGER,
    sha256 VARCHAR,
    inline BOOLEAN NOT NULL,
    content_id VARCHAR NOT NULL,
    remote_ref VARCHAR NOT NULL,
    state VARCHAR NOT NULL,
    reason VARCHAR NOT NULL,
    tries INTEGER NOT NULL,
    next_at INTEGER,
    PRIMARY KEY (id),
    FOREIGN KEY(message_id) REFERENCES message (id),
    FOREIGN KEY(operator_id) REFERENCES operator (id),
    FOREIGN KEY(conversation_id) REFERENCES conversation (id),
    FOREIGN KEY(channel_id) REFERENCES channel (id)
)
    """,
    "CREATE INDEX ix_attachment_file ON attachment (sha256) WHERE sha256 IS NOT NULL",
    "CREATE INDEX ix_attachment_message ON attachment (message_id, position) WHERE message_id IS NOT NULL",
    "CREATE INDEX ix_attachment_pending ON attachment (next_at) WHERE state = 'pending'",
    "CREATE INDEX ix_attachment_staged ON attachment (operator_id, conversation_id) WHERE message_id IS NULL",
    """
CREATE TABLE message_ref (
    channel_id INTEGER NOT NULL,
    external_id VARCHAR NOT NULL,
    message_id INTEGER NOT NULL,
    part INTEGER NOT NULL,
    PRIMARY KEY (channel_id, external_id),
    FOREIGN KEY(channel_id) REFERENCES channel (id),
    FOREIGN KEY(message_id) REFERENCES message (id)
) WITHOUT ROWID
    """,
    "CREATE INDEX ix_message_ref_message ON message_ref (message_id)",
    """
CREATE TABLE message_version (
    message_id INTEGER NOT NULL,
    version INTEGER NOT NULL,
    version_key VARCHAR NOT NULL,
    text VARCHAR NOT NULL,
    at INTEGER NOT NULL,
    replaced_at INTEGER NOT NULL,
    PRIMARY KEY (message_id, version),
    FOREIGN KEY(message_id) REFERENCES message (id)
) WITHOUT ROWID
    """,
    "CREATE UNIQUE INDEX ux_message_version_key ON message_version (message_id, version_key)",
    """
CREATE TABLE outbox (
    id INTEGER NOT NULL,
    message_id INTEGER NOT NULL,
    conversation_id INTEGER NOT NULL,
    channel_id INTEGER NOT NULL,
    part_no INTEGER NOT NULL,
    part_count INTEGER NOT NULL,
    text VARCHAR NOT NULL,
    attachments VARCHAR NOT NULL,
    at INTEGER NOT NULL,
    not_before INTEGER,
    state VARCHAR NOT NULL,
    phase VARCHAR NOT NULL,
    epoch INTEGER,
    attempt INTEGER NOT NULL,
    twice BOOLEAN NOT NULL,
    detail VARCHAR NOT NULL,
    payload BLOB,
    payload_sha256 VARCHAR,
    sent_at INTEGER,
    filed VARCHAR NOT NULL,
    filing_tries INTEGER NOT NULL,
    PRIMARY KEY (id),
    FOREIGN KEY(message_id) REFERENCES message (id),
    FOREIGN KEY(conversation_id) REFERENCES conversation (id),
    FOREIGN KEY(channel_id) REFERENCES channel (id)
)
    """,
    """
CREATE INDEX ix_outbox_conversation
ON outbox (conversation_id, id)
WHERE state IN ('queued','sending','uncertain')
    """,
    "CREATE INDEX ix_outbox_due ON outbox (not_before, id) WHERE state = 'queued'",
    "CREATE INDEX ix_outbox_filing ON outbox (filed, not_before) WHERE filed = 'due'",
    "CREATE INDEX ix_outbox_message ON outbox (message_id, part_no)",
    "CREATE INDEX ix_outbox_unsettled ON outbox (state, not_before) WHERE state IN ('sending','uncertain')",
)

FIRST_IDS = (
    ("conversation", 1),
    ("number", 1001),
    ("message", 1),
    ("customer", 1),
    ("identity", 1),
    ("command", 1),
    ("bell", 1),
)


def upgrade() -> None:
    """Make the tables, and the first id of each kind."""
    for statement in STATEMENTS:
        op.execute(statement)
    for name, first in FIRST_IDS:
        op.execute(f"INSERT INTO sequence (name, next) VALUES ('{name}', {first})")

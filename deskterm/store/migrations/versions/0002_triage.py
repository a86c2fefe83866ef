"""Triage: tags, teams, spam and blocked senders, saved views, undo, full-text search.

The statements are frozen, as in 0001. What stood in the store before is indexed for search and counted anew.
"""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

TABLES = (
    """
CREATE TABLE tag (
    id INTEGER NOT NULL,
    name VARCHAR NOT NULL,
    folded VARCHAR NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (folded)
)
    """,
    """
CREATE TABLE team (
    id INTEGER NOT NULL,
    name VARCHAR NOT NULL,
    folded VARCHAR NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (folded)
)
    """,
    """
CREATE TABLE team_member (
    team_id INTEGER NOT NULL,
    operator_id INTEGER NOT NULL,
    PRIMARY KEY (team_id, operator_id),
    FOREIGN KEY(team_id) REFERENCES team (id),
    FOREIGN KEY(operator_id) REFERENCES operator (id)
) WITHOUT ROWID
    """,
    """
CREATE TABLE conversation_tag (
    tag_id INTEGER NOT NULL,
    list VARCHAR NOT NULL,
    sort INTEGER NOT NULL,
    conversation_id INTEGER NOT NULL,
    PRIMARY KEY (tag_id, list, sort, conversation_id),
    FOREIGN KEY(tag_id) REFERENCES tag (id),
    FOREIGN KEY(conversation_id) REFERENCES conversation (id)
) WITHOUT ROWID
    """,
    """
CREATE TABLE saved_view (
    id INTEGER NOT NULL,
    name VARCHAR NOT NULL,
    folded VARCHAR NOT NULL,
    "query" VARCHAR NOT NULL,
    owner_id INTEGER,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (id),
    FOREIGN KEY(owner_id) REFERENCES operator (id)
)
    """,
    "CREATE UNIQUE INDEX ux_saved_view_name ON saved_view (coalesce(owner_id, 0), folded)",
    """
CREATE TABLE view_key (
    operator_id INTEGER NOT NULL,
    "key" INTEGER NOT NULL,
    view_id INTEGER NOT NULL,
    PRIMARY KEY (operator_id, "key"),
    FOREIGN KEY(operator_id) REFERENCES operator (id),
    FOREIGN KEY(view_id) REFERENCES saved_view (id)
) WITHOUT ROWID
    """,
    """
CREATE TABLE undo_entry (
    command_id INTEGER NOT NULL,
    operator_id INTEGER NOT NULL,
    kind VARCHAR NOT NULL,
    at INTEGER NOT NULL,
    count INTEGER NOT NULL,
    conversation_id INTEGER,
    undoes INTEGER,
    undone_by INTEGER,
    passed_over BOOLEAN DEFAULT 0 NOT NULL,
    PRIMARY KEY (command_id),
    FOREIGN KEY(operator_id) REFERENCES operator (id)
)
    """,
    "CREATE INDEX ix_undo_entry_operator ON undo_entry (operator_id, command_id)",
    """
CREATE TABLE new_message (
    operator_id INTEGER NOT NULL,
    channel VARCHAR NOT NULL,
    recipient VARCHAR NOT NULL,
    subject VARCHAR NOT NULL,
    text VARCHAR NOT NULL,
    related_id INTEGER,
    saved_at INTEGER NOT NULL,
    PRIMARY KEY (operator_id),
    FOREIGN KEY(operator_id) REFERENCES operator (id),
    FOREIGN KEY(related_id) REFERENCES conversation (id)
)
    """,
    """
CREATE TABLE search_doc (
    id INTEGER NOT NULL,
    conversation_id INTEGER NOT NULL,
    subject VARCHAR NOT NULL,
    body VARCHAR NOT NULL,
    files VARCHAR NOT NULL,
    who VARCHAR NOT NULL,
    PRIMARY KEY (id),
    FOREIGN KEY(id) REFERENCES message (id),
    FOREIGN KEY(conversation_id) REFERENCES conversation (id)
)
    """,
    "CREATE INDEX ix_search_doc_conversation ON search_doc (conversation_id, id)",
    "CREATE INDEX ix_search_doc_place ON search_doc (id, conversation_id)",
    """
CREATE TABLE customer_doc (
    id INTEGER NOT NULL,
    names VARCHAR NOT NULL,
    addresses VARCHAR NOT NULL,
    PRIMARY KEY (id),
    FOREIGN KEY(id) REFERENCES customer (id)
)
    """,
    """
CREATE VIRTUAL TABLE search USING fts5(subject, body, files, who, content='search_doc', content_rowid='id',
    tokenize='unicode61 remove_diacritics 0', prefix='2 3')
    """,
    """
CREATE VIRTUAL TABLE customer_search USING fts5(names, addresses, content='customer_doc', content_rowid='id',
    tokenize='unicode61 remove_diacritics 0', prefix='2 3')
    """,
)

COLUMNS = (
    "ALTER TABLE channel ADD COLUMN ask_tags BOOLEAN NOT NULL DEFAULT 0",
    "ALTER TABLE identity ADD COLUMN blocked BOOLEAN NOT NULL DEFAULT 0",
    "ALTER TABLE conversation ADD COLUMN team_id INTEGER REFERENCES team (id)",
    "ALTER TABLE conversation ADD COLUMN tag_ids VARCHAR NOT NULL DEFAULT ''",
    "ALTER TABLE conversation ADD COLUMN woken_at INTEGER",
    "ALTER TABLE conversation ADD COLUMN returns_at INTEGER NOT NULL DEFAULT 4503599627370496",
    "ALTER TABLE conversation ADD COLUMN files INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE conversation ADD COLUMN notes INTEGER NOT NULL DEFAULT 0",
)

_OF_ANY = "priority, assignee_id, team_id, channel_id, tag_ids, unread, files, notes, opened_at, updated_at"

INDEXES = (
    "DROP INDEX ix_list_inbox",
    "DROP INDEX ix_list_snoozed",
    "DROP INDEX ix_list_closed",
    "DROP INDEX ix_list_all",
    "DROP INDEX ix_list_failed",
    f"CREATE INDEX ix_list_inbox ON conversation (sort_at, id, {_OF_ANY}, waiting_since, asked, urgent_at, late, newest_at)"
    " WHERE status = 'open' AND spam = 0 AND merged_into_id IS NULL",
    "CREATE INDEX ix_list_untagged ON conversation (sort_at, id)"
    " WHERE status = 'open' AND spam = 0 AND merged_into_id IS NULL AND tag_ids = ''",
    "CREATE INDEX ix_list_channel ON conversation (channel_id, sort_at, id)"
    " WHERE status = 'open' AND spam = 0 AND merged_into_id IS NULL",
    "CREATE INDEX ix_list_team ON conversation (team_id, sort_at, id)"
    " WHERE status = 'open' AND spam = 0 AND merged_into_id IS NULL AND team_id IS NOT NULL",
    "CREATE INDEX ix_list_snoozed ON conversation (returns_at, id)"
    " WHERE status = 'snoozed' AND spam = 0 AND merged_into_id IS NULL",
    f"CREATE INDEX ix_list_closed ON conversation (newest_at, id, {_OF_ANY}, closed_at)"
    " WHERE status = 'closed' AND spam = 0 AND merged_into_id IS NULL",
    f"CREATE INDEX ix_list_all ON conversation (newest_at, id, spam, status, {_OF_ANY}, closed_at)"
    " WHERE merged_into_id IS NULL",
    "CREATE INDEX ix_list_group ON conversation (newest_at, id) WHERE is_group = 1 AND spam = 0 AND merged_into_id IS NULL",
    "CREATE INDEX ix_list_urgent ON conversation (sort_at, id, spam, status) WHERE merged_into_id IS NULL",
    "CREATE INDEX ix_closed_assignee ON conversation (assignee_id, newest_at, id)"
    " WHERE status = 'closed' AND spam = 0 AND merged_into_id IS NULL",
    "CREATE INDEX ix_closed_channel ON conversation (channel_id, newest_at, id)"
    " WHERE status = 'closed' AND spam = 0 AND merged_into_id IS NULL",
    "CREATE INDEX ix_closed_team ON conversation (team_id, newest_at, id)"
    " WHERE status = 'closed' AND spam = 0 AND merged_into_id IS NULL",
    "CREATE INDEX ix_conversation_opened ON conversation (opened_at)",
    "CREATE INDEX ix_conversation_closed ON conversation (closed_at) WHERE closed_at IS NOT NULL",
    "CREATE INDEX ix_conversation_merged ON conversation (merged_into_id, number) WHERE merged_into_id IS NOT NULL",
    "CREATE INDEX ix_list_failed ON conversation (newest_at, id) WHERE failed > 0 AND spam = 0 AND merged_into_id IS NULL",
    "CREATE INDEX ix_list_spam ON conversation (newest_at, id) WHERE spam = 1 AND merged_into_id IS NULL",
)

_OPEN = "status = 'open' AND spam = 0 AND merged_into_id IS NULL"
_COUNTERS = {
    "all": "spam = 0 AND merged_into_id IS NULL",
    "spam": "spam = 1 AND merged_into_id IS NULL",
    "failed": "failed > 0 AND spam = 0 AND merged_into_id IS NULL",
    "closed": "status = 'closed' AND spam = 0 AND merged_into_id IS NULL",
    "snoozed": "status = 'snoozed' AND spam = 0 AND merged_into_id IS NULL",
    "inbox": _OPEN,
    "unassigned": f"{_OPEN} AND assignee_id IS NULL",
    "untagged": f"{_OPEN} AND tag_ids = ''",
    "waiting": f"{_OPEN} AND waiting_since IS NOT NULL",
    "late": f"{_OPEN} AND late = 1",
}
_COUNTERS_BY = {"mine": "assignee_id", "channel": "channel_id"}

FILL = (
    "UPDATE conversation SET returns_at = coalesce(snoozed_until, 4503599627370496) WHERE status = 'snoozed'",
    """
UPDATE conversation SET
    notes = (SELECT count(*) FROM message m WHERE m.conversation_id = conversation.id AND m.kind = 'note'),
    files = (SELECT count(*) FROM message m JOIN attachment a ON a.message_id = m.id WHERE m.conversation_id = conversation.id)
    """,
    "INSERT INTO sequence (name, next) VALUES ('tag', 1)",
    "DELETE FROM counter",
    *(
        f"INSERT INTO counter (view, scope, n) SELECT '{view}', 0, count(*) FROM conversation WHERE {where}"
        for view, where in _COUNTERS.items()
    ),
    *(
        f"INSERT INTO counter (view, scope, n) SELECT '{view}', {column}, count(*) FROM conversation"
        f" WHERE {_OPEN} AND {column} IS NOT NULL GROUP BY {column}"
        for view, column in _COUNTERS_BY.items()
    ),
)


def upgrade() -> None:
    """Make the tables and columns, then fill them from what is there."""
    for statement in (*TABLES, *COLUMNS, *INDEXES, *FILL):
        op.execute(statement)
    # The words are indexed behind the last step (`upgrade.reindex`): by the rules, and from the columns, of the program that
    # will look for them.

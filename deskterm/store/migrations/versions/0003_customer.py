"""The customer: cards with fields, notes and companies, claims and doubles, records; merging and parting; erasure.

The statements are frozen, as in 0001. What the rules of the program make of old rows is made by its own functions.
"""

from __future__ import annotations

from typing import Any

from alembic import op

from deskterm.store import duplicates

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

TABLES = (
    """
CREATE TABLE company (
    id INTEGER NOT NULL,
    name VARCHAR NOT NULL,
    folded VARCHAR NOT NULL,
    note VARCHAR NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (folded)
)
    """,
    """
CREATE TABLE company_word (
    company_id INTEGER NOT NULL,
    word VARCHAR NOT NULL,
    PRIMARY KEY (company_id, word),
    FOREIGN KEY(company_id) REFERENCES company (id)
)
 WITHOUT ROWID
    """,
    "CREATE INDEX ix_company_word ON company_word (word, company_id)",
    """
CREATE TABLE customer_value (
    customer_id INTEGER NOT NULL,
    field VARCHAR NOT NULL,
    value VARCHAR NOT NULL,
    PRIMARY KEY (customer_id, field),
    FOREIGN KEY(customer_id) REFERENCES customer (id)
)
 WITHOUT ROWID
    """,
    "CREATE INDEX ix_customer_value ON customer_value (field, value)",
    """
CREATE TABLE customer_note (
    id INTEGER NOT NULL,
    customer_id INTEGER NOT NULL,
    home_id INTEGER,
    text VARCHAR NOT NULL,
    pinned BOOLEAN NOT NULL,
    at INTEGER NOT NULL,
    operator_id INTEGER,
    PRIMARY KEY (id),
    FOREIGN KEY(customer_id) REFERENCES customer (id),
    FOREIGN KEY(home_id) REFERENCES customer (id),
    FOREIGN KEY(operator_id) REFERENCES operator (id)
)
    """,
    "CREATE INDEX ix_customer_note ON customer_note (customer_id, id)",
    """
CREATE TABLE customer_tag (
    customer_id INTEGER NOT NULL,
    tag_id INTEGER NOT NULL,
    PRIMARY KEY (customer_id, tag_id),
    FOREIGN KEY(customer_id) REFERENCES customer (id),
    FOREIGN KEY(tag_id) REFERENCES tag (id)
)
 WITHOUT ROWID
    """,
    "CREATE INDEX ix_customer_tag ON customer_tag (tag_id, customer_id)",
    """
CREATE TABLE customer_key (
    "key" VARCHAR NOT NULL,
    customer_id INTEGER NOT NULL,
    PRIMARY KEY ("key", customer_id),
    FOREIGN KEY(customer_id) REFERENCES customer (id)
)
 WITHOUT ROWID
    """,
    "CREATE INDEX ix_customer_key_customer ON customer_key (customer_id)",
    """
CREATE TABLE claim (
    kind VARCHAR NOT NULL,
    value VARCHAR NOT NULL,
    customer_id INTEGER NOT NULL,
    evidence VARCHAR NOT NULL,
    message_id INTEGER,
    at INTEGER NOT NULL,
    PRIMARY KEY (kind, value, customer_id),
    FOREIGN KEY(customer_id) REFERENCES customer (id)
)
 WITHOUT ROWID
    """,
    "CREATE INDEX ix_claim_customer ON claim (customer_id)",
    """
CREATE TABLE duplicate (
    id INTEGER NOT NULL,
    low_id INTEGER NOT NULL,
    high_id INTEGER NOT NULL,
    reason VARCHAR NOT NULL,
    score INTEGER NOT NULL,
    state VARCHAR NOT NULL,
    at INTEGER NOT NULL,
    decided_by INTEGER,
    PRIMARY KEY (id),
    FOREIGN KEY(low_id) REFERENCES customer (id),
    FOREIGN KEY(high_id) REFERENCES customer (id),
    FOREIGN KEY(decided_by) REFERENCES operator (id)
)
    """,
    "CREATE INDEX ix_duplicate_high ON duplicate (high_id)",
    "CREATE INDEX ix_duplicate_open ON duplicate (score, id) WHERE state = 'open'",
    "CREATE UNIQUE INDEX ux_duplicate ON duplicate (low_id, high_id)",
    """
CREATE TABLE record (
    id INTEGER NOT NULL,
    kind VARCHAR NOT NULL,
    external_id VARCHAR NOT NULL,
    folded VARCHAR NOT NULL,
    customer_id INTEGER,
    home_id INTEGER,
    at INTEGER NOT NULL,
    data VARCHAR NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (id),
    FOREIGN KEY(customer_id) REFERENCES customer (id),
    FOREIGN KEY(home_id) REFERENCES customer (id)
)
    """,
    "CREATE INDEX ix_record_customer ON record (customer_id, at) WHERE customer_id IS NOT NULL",
    "CREATE INDEX ix_record_folded ON record (folded)",
    "CREATE UNIQUE INDEX ux_record ON record (kind, folded)",
    """
CREATE TABLE record_key (
    kind VARCHAR NOT NULL,
    value VARCHAR NOT NULL,
    record_id INTEGER NOT NULL,
    PRIMARY KEY (kind, value, record_id),
    FOREIGN KEY(record_id) REFERENCES record (id)
)
 WITHOUT ROWID
    """,
    "CREATE INDEX ix_record_key_record ON record_key (record_id)",
    """
CREATE TABLE tombstone (
    hash VARCHAR NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (hash)
)
 WITHOUT ROWID
    """,
    """
CREATE TABLE operator_address (
    address VARCHAR NOT NULL,
    operator_id INTEGER NOT NULL,
    PRIMARY KEY (address),
    FOREIGN KEY(operator_id) REFERENCES operator (id)
)
 WITHOUT ROWID
    """,
)

COLUMNS = (
    "ALTER TABLE channel ADD COLUMN retention_days INTEGER",
    "ALTER TABLE customer ADD COLUMN company_id INTEGER REFERENCES company (id)",
    "ALTER TABLE customer ADD COLUMN erased_at INTEGER",
    "ALTER TABLE customer ADD COLUMN version INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE identity ADD COLUMN home_id INTEGER REFERENCES customer (id)",
    "ALTER TABLE identity ADD COLUMN proof VARCHAR NOT NULL DEFAULT 'written'",
    "ALTER TABLE identity ADD COLUMN shared BOOLEAN NOT NULL DEFAULT 0",
    "ALTER TABLE identity ADD COLUMN label VARCHAR NOT NULL DEFAULT ''",
    "ALTER TABLE identity ADD COLUMN plain VARCHAR NOT NULL DEFAULT ''",
    "ALTER TABLE conversation ADD COLUMN home_customer_id INTEGER REFERENCES customer (id)",
    "ALTER TABLE conversation ADD COLUMN split_from_id INTEGER REFERENCES conversation (id)",
    "ALTER TABLE conversation ADD COLUMN related_why VARCHAR NOT NULL DEFAULT ''",
    "ALTER TABLE conversation ADD COLUMN emptied_at INTEGER",
    "ALTER TABLE participant ADD COLUMN via_id INTEGER REFERENCES conversation (id)",
    "ALTER TABLE message ADD COLUMN home_id INTEGER REFERENCES conversation (id)",
    "ALTER TABLE message ADD COLUMN duration_s INTEGER",
    "ALTER TABLE message ADD COLUMN outcome VARCHAR NOT NULL DEFAULT ''",
)

INDEXES = (
    "CREATE INDEX ix_customer_company ON customer (company_id, id) WHERE company_id IS NOT NULL",
    "CREATE INDEX ix_customer_merged ON customer (merged_into_id) WHERE merged_into_id IS NOT NULL",
    "CREATE INDEX ix_identity_former ON identity (home_id) WHERE customer_id IS NULL AND home_id IS NOT NULL",
    "CREATE INDEX ix_identity_plain ON identity (plain) WHERE plain <> ''",
    "CREATE INDEX ix_journal_customer ON journal (customer_id, seq) WHERE customer_id IS NOT NULL",
    "CREATE INDEX ix_message_home ON message (home_id, id) WHERE home_id IS NOT NULL",
    "CREATE INDEX ix_inbound_file ON inbound (sha256) WHERE sha256 IS NOT NULL",
    "CREATE INDEX ix_outbox_file ON outbox (payload_sha256) WHERE payload_sha256 IS NOT NULL",
)

FILL = (
    "UPDATE identity SET proof = 'verified' WHERE kind = 'telegram'",
    "UPDATE conversation SET related_why = 'refers' WHERE maybe_related_id IS NOT NULL",
    *(f"INSERT INTO sequence (name, next) VALUES ('{name}', 1)" for name in ("company", "customer_note", "record")),
)


def upgrade() -> None:
    """Make the tables and columns, then fill them from what is there."""
    for statement in (*TABLES, *COLUMNS, *INDEXES, *FILL):
        op.execute(statement)
    # Names are compared by the rules of the program that will look for them.
    connection: Any = op.get_bind().connection.driver_connection
    duplicates.fill(connection)

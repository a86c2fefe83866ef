"""How Alembic runs our steps: each in one explicit transaction.

Alembic's own `transactional_ddl` leaves SQLite half migrated when the process is killed, since the driver commits before
DDL. With the driver in autocommit and a BEGIN IMMEDIATE of ours, a step and its version number become true together.
"""

from __future__ import annotations

from alembic import context
from sqlalchemy.engine import Connection
from sqlmodel import SQLModel

from deskterm.store import schema_customer, schema_messages, schema_porch, schema_time, schema_triage  # noqa: F401 - declare the tables, with those of schema

connection: Connection = context.config.attributes["connection"]
context.configure(
    connection=connection, target_metadata=SQLModel.metadata, transactional_ddl=False, transaction_per_migration=False
)
context.run_migrations()

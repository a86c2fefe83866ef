"""The tables of customers beyond their names: fields, notes, companies, claims, likely doubles, records. See `schema`.

What is merged is only pointed elsewhere: a row that moved keeps in `home_id` whose it is when everything is parted again (null:
it never moved). So parting is one statement for each table, however much came in since.
"""

from __future__ import annotations

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from deskterm.store.schema import WITHOUT_ROWID


class Company(SQLModel, table=True):
    """A firm that customers belong to. `folded` is the name as it is compared. Ids come from `sequence`."""

    id: int | None = Field(default=None, primary_key=True)
    name: str
    folded: str = Field(unique=True)
    note: str = ""
    created_at: int


class CompanyWord(SQLModel, table=True):
    """A word of a company's name, as `store.companies` cuts and compares it."""

    __tablename__ = "company_word"
    __table_args__ = (Index("ix_company_word", "word", "company_id"), WITHOUT_ROWID)
    company_id: int = Field(primary_key=True, foreign_key="company.id")
    word: str = Field(primary_key=True)


class CustomerValue(SQLModel, table=True):
    """What stands in a field of a card; `field` is its key in the configuration, `value` as `desk.card` normalises it."""

    __tablename__ = "customer_value"
    __table_args__ = (Index("ix_customer_value", "field", "value"), WITHOUT_ROWID)
    customer_id: int = Field(primary_key=True, foreign_key="customer.id")
    field: str = Field(primary_key=True)
    value: str


class CustomerNote(SQLModel, table=True):
    """A note on a card. Ids come from `sequence` ("customer_note")."""

    __tablename__ = "customer_note"
    __table_args__ = (Index("ix_customer_note", "customer_id", "id"),)
    id: int | None = Field(default=None, primary_key=True)
    customer_id: int = Field(foreign_key="customer.id")
    home_id: int | None = Field(default=None, foreign_key="customer.id")
    text: str
    pinned: bool = False
    at: int
    operator_id: int | None = Field(default=None, foreign_key="operator.id")


class CustomerTag(SQLModel, table=True):
    """A tag on a customer."""

    __tablename__ = "customer_tag"
    __table_args__ = (Index("ix_customer_tag", "tag_id", "customer_id"), WITHOUT_ROWID)
    customer_id: int = Field(primary_key=True, foreign_key="customer.id")
    tag_id: int = Field(primary_key=True, foreign_key="tag.id")


class CustomerKey(SQLModel, table=True):
    """By which keys a customer's names are looked up when a like one comes (`desk.likeness.keys`)."""

    __tablename__ = "customer_key"
    __table_args__ = (Index("ix_customer_key_customer", "customer_id"), WITHOUT_ROWID)
    key: str = Field(primary_key=True)
    customer_id: int = Field(primary_key=True, foreign_key="customer.id")


class Claim(SQLModel, table=True):
    """An address that somebody only said was theirs. `evidence`: "typed", "form", "reply_to" or "field"; it proves nothing."""

    __table_args__ = (Index("ix_claim_customer", "customer_id"), WITHOUT_ROWID)
    kind: str = Field(primary_key=True)
    value: str = Field(primary_key=True)
    customer_id: int = Field(primary_key=True, foreign_key="customer.id")
    evidence: str
    message_id: int | None = None
    at: int


class Duplicate(SQLModel, table=True):
    """Two customers who are likely one. `reason`: "phone", "email", "plus", "name", "record"; `score` 0-100; `state`: "open",
    "dismissed" or "merged"."""

    __table_args__ = (
        Index("ux_duplicate", "low_id", "high_id", unique=True),
        Index("ix_duplicate_high", "high_id"),
        Index("ix_duplicate_open", "score", "id", sqlite_where=text("state = 'open'")),
    )
    id: int | None = Field(default=None, primary_key=True)
    low_id: int = Field(foreign_key="customer.id")
    high_id: int = Field(foreign_key="customer.id")
    reason: str
    score: int
    state: str = "open"
    at: int
    decided_by: int | None = Field(default=None, foreign_key="operator.id")


class Record(SQLModel, table=True):
    """An order, a shipment, a payment: a row of the business's own system. `kind` is its key in the configuration, `folded` its
    external id as it is compared, `data` JSON {column: value}. Ids come from `sequence`."""

    __table_args__ = (
        Index("ux_record", "kind", "folded", unique=True),
        Index("ix_record_customer", "customer_id", "at", sqlite_where=text("customer_id IS NOT NULL")),
        Index("ix_record_folded", "folded"),
    )
    id: int | None = Field(default=None, primary_key=True)
    kind: str
    external_id: str
    folded: str
    customer_id: int | None = Field(default=None, foreign_key="customer.id")
    home_id: int | None = Field(default=None, foreign_key="customer.id")
    at: int
    data: str
    created_at: int
    updated_at: int


class RecordKey(SQLModel, table=True):
    """Addresses that a record names, by which it finds its customer, also one who comes later."""

    __tablename__ = "record_key"
    __table_args__ = (Index("ix_record_key_record", "record_id"), WITHOUT_ROWID)
    kind: str = Field(primary_key=True)
    value: str = Field(primary_key=True)
    record_id: int = Field(primary_key=True, foreign_key="record.id")


class Tombstone(SQLModel, table=True):
    """What was erased, as a keyed hash of its name on its channel: so that it does not come in again."""

    __table_args__ = WITHOUT_ROWID
    hash: str = Field(primary_key=True)
    at: int


class OperatorAddress(SQLModel, table=True):
    """An e-mail address that an operator forwards mail to the desk from."""

    __tablename__ = "operator_address"
    __table_args__ = WITHOUT_ROWID
    address: str = Field(primary_key=True)
    operator_id: int = Field(foreign_key="operator.id")

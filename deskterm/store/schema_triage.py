"""The tables of triage: tags, teams, saved views, what can be undone, and the texts that search looks through. See `schema`.

The full-text indexes themselves (FTS5, external content) are virtual tables, which SQLModel cannot declare: `search` over
`search_doc`, `customer_search` over `customer_doc`. `deskterm.store.search_index` keeps them.
"""

from __future__ import annotations

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from deskterm.store.schema import WITHOUT_ROWID


class Tag(SQLModel, table=True):
    """What a conversation can be about. `folded` is the name as it is compared. Ids come from `sequence`."""

    id: int | None = Field(default=None, primary_key=True)
    name: str
    folded: str = Field(unique=True)
    created_at: int


class ConversationTag(SQLModel, table=True):
    """Which conversations a tag is on, in the order of two lists: "o" the open ones by `sort_at`, "a" all by `newest_at`.

    So a list by tag is read like any other, by keyset, however rare or common the tag is.
    """

    __tablename__ = "conversation_tag"
    __table_args__ = WITHOUT_ROWID
    tag_id: int = Field(primary_key=True, foreign_key="tag.id")
    list: str = Field(primary_key=True)
    sort: int = Field(primary_key=True)
    conversation_id: int = Field(primary_key=True, foreign_key="conversation.id")


class Team(SQLModel, table=True):
    """Operators who share a queue."""

    id: int | None = Field(default=None, primary_key=True)
    name: str
    folded: str = Field(unique=True)
    created_at: int


class TeamMember(SQLModel, table=True):
    """Who is in a team."""

    __tablename__ = "team_member"
    __table_args__ = WITHOUT_ROWID
    team_id: int = Field(primary_key=True, foreign_key="team.id")
    operator_id: int = Field(primary_key=True, foreign_key="operator.id")


class SavedView(SQLModel, table=True):
    """A query with a name; `owner_id` null is shared with everybody."""

    __tablename__ = "saved_view"
    __table_args__ = (Index("ux_saved_view_name", text("coalesce(owner_id, 0)"), "folded", unique=True),)
    id: int | None = Field(default=None, primary_key=True)
    name: str
    folded: str
    query: str
    owner_id: int | None = Field(default=None, foreign_key="operator.id")
    created_at: int


class ViewKey(SQLModel, table=True):
    """Which key 1-9 opens which saved view, for each operator."""

    __tablename__ = "view_key"
    __table_args__ = WITHOUT_ROWID
    operator_id: int = Field(primary_key=True, foreign_key="operator.id")
    key: int = Field(primary_key=True)
    view_id: int = Field(foreign_key="saved_view.id")


class UndoEntry(SQLModel, table=True):
    """A command that can be undone, or that undid one. `undoes` is the command it undid, `undone_by` the one that undid it;
    what it changed stands in the journal. `conversation_id` is set where it was about one only. `passed_over`: undoing it was
    wholly refused, so that undo and redo go to the one before it."""

    __tablename__ = "undo_entry"
    __table_args__ = (Index("ix_undo_entry_operator", "operator_id", "command_id"),)
    command_id: int = Field(primary_key=True)
    operator_id: int = Field(foreign_key="operator.id")
    kind: str
    at: int
    count: int
    conversation_id: int | None = None
    undoes: int | None = None
    undone_by: int | None = None
    passed_over: bool = Field(default=False, sa_column_kwargs={"server_default": text("0")})


class NewMessage(SQLModel, table=True):
    """What an operator has begun to write to somebody first. Its files are staged without a conversation."""

    __tablename__ = "new_message"
    operator_id: int = Field(primary_key=True, foreign_key="operator.id")
    channel: str
    recipient: str
    subject: str
    text: str
    related_id: int | None = Field(default=None, foreign_key="conversation.id")
    saved_at: int


class SearchDoc(SQLModel, table=True):
    """The words of one message as search compares them: folded and stemmed, a space before and after each. `id` is the
    message's. `who` holds the name and address of its author and the name of its customer, as they were when it came.

    `ix_search_doc_place` says whose a found message is without touching the texts, which are a thousand times as large.
    """

    __tablename__ = "search_doc"
    __table_args__ = (
        Index("ix_search_doc_conversation", "conversation_id", "id"),
        Index("ix_search_doc_place", "id", "conversation_id"),
    )
    id: int = Field(primary_key=True, foreign_key="message.id")
    conversation_id: int = Field(foreign_key="conversation.id")
    subject: str
    body: str
    files: str
    who: str


class CustomerDoc(SQLModel, table=True):
    """The words of a customer's names and of their addresses, folded, each once."""

    __tablename__ = "customer_doc"
    id: int = Field(primary_key=True, foreign_key="customer.id")
    names: str
    addresses: str

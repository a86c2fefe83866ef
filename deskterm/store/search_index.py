"""The words of messages and customers, kept for search in the transaction that writes the message.

`search_doc` holds what search compares (`stems`), `search` is the FTS5 index over it (external content: it stores no text of
its own, so an old row has to be taken out of it by what that row said). `customer_doc` and `customer_search` are the same for
people, folded but not stemmed: names have no word forms.

Activity of the desk itself is not indexed. `who` of a message keeps the names as they were when it came.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable
from typing import Any

from deskterm.store import stems
from deskterm.store.writer import Transaction

RULES = "1"
"""Version of the rules by which words are cut, folded and stemmed; under "search_rules" in `meta`."""
MOST = 100_000
"""How much of a text is indexed, in code points: more is data, not words."""
_BATCH = 1_000

_MESSAGE = (
    "SELECT m.id, m.conversation_id, m.subject, substr(m.text, 1, ?),"
    " (SELECT group_concat(a.name, ' ') FROM attachment a WHERE a.message_id = m.id),"
    " coalesce(o.name || ' ' || o.login, i.name || ' ' || i.value, ''), coalesce(cu.name, ''), coalesce(i.name, '')"
    " FROM message m JOIN conversation c ON c.id = m.conversation_id"
    " LEFT JOIN identity i ON i.id = m.author_identity_id LEFT JOIN operator o ON o.id = m.author_operator_id"
    " LEFT JOIN customer cu ON cu.id = c.customer_id"
    " WHERE m.kind <> 'activity'"
)
_ONE = f"{_MESSAGE} AND m.id = ?"
_SOME = f"{_MESSAGE} AND m.id > ? ORDER BY m.id LIMIT ?"
_CUSTOMER = (
    "SELECT cu.id,"
    " (WITH RECURSIVE one (id, name) AS (SELECT cu.id, cu.name UNION ALL SELECT gone.id, gone.name FROM customer gone"
    " JOIN one ON gone.merged_into_id = one.id) SELECT group_concat(one.name, ' ') FROM one)"
    " || coalesce((SELECT group_concat(' ' || i.name, '') FROM identity i WHERE i.customer_id = cu.id), '')"
    " || coalesce((SELECT ' ' || co.name FROM company co WHERE co.id = cu.company_id), ''),"
    " coalesce((SELECT group_concat(i.value, ' ') FROM identity i WHERE i.customer_id = cu.id), '') FROM customer cu"
)
_PERSON = f"{_CUSTOMER} WHERE cu.merged_into_id IS NULL AND cu.id = ?"
_PEOPLE = f"{_CUSTOMER} WHERE cu.merged_into_id IS NULL AND cu.id > ? ORDER BY cu.id LIMIT ?"

_ADD = "INSERT INTO search_doc (id, conversation_id, subject, body, files, who) VALUES (?,?,?,?,?,?)"
_INDEX = (
    "INSERT INTO search (rowid, subject, body, files, who) SELECT id, subject, body, files, who FROM search_doc WHERE id = ?"
)
_FORGET = (
    "INSERT INTO search (search, rowid, subject, body, files, who)"
    " SELECT 'delete', id, subject, body, files, who FROM search_doc WHERE id = ?"
)
_ADD_PERSON = "INSERT INTO customer_doc (id, names, addresses) VALUES (?,?,?)"
_INDEX_PERSON = (
    "INSERT INTO customer_search (rowid, names, addresses) SELECT id, names, addresses FROM customer_doc WHERE id = ?"
)
_FORGET_PERSON = (
    "INSERT INTO customer_search (customer_search, rowid, names, addresses)"
    " SELECT 'delete', id, names, addresses FROM customer_doc WHERE id = ?"
)


def message_changed(tx: Transaction, message_id: int) -> None:
    """Have search find a message by what it says now, and no more by what it said."""
    message_forgotten(tx, message_id)
    message_written(tx, message_id)


def message_forgotten(tx: Transaction, message_id: int) -> None:
    """Have search find a message no more."""
    tx.run(_FORGET, (message_id,))
    tx.run("DELETE FROM search_doc WHERE id = ?", (message_id,))


def message_written(tx: Transaction, message_id: int) -> None:
    """Have search find a message that has just been written, with its files and the names of its author and customer."""
    row = tx.one(_ONE, (MOST, message_id))
    if row is not None:
        tx.run(_ADD, _document(row))
        tx.run(_INDEX, (message_id,))


def customer_forgotten(tx: Transaction, customer_id: int) -> None:
    """Have search find a customer no more."""
    tx.run(_FORGET_PERSON, (customer_id,))
    tx.run("DELETE FROM customer_doc WHERE id = ?", (customer_id,))


def customer_written(tx: Transaction, customer_id: int) -> None:
    """Have search find a customer by the names, addresses and company they have now; one that was merged away is found by what
    the one has who stays."""
    if tx.one("SELECT 1 FROM customer_doc WHERE id = ?", (customer_id,)) is not None:
        customer_forgotten(tx, customer_id)
    row = tx.one(_PERSON, (customer_id,))
    if row is not None:
        tx.run(_ADD_PERSON, _person(row))
        tx.run(_INDEX_PERSON, (customer_id,))


def _document(row: Any) -> tuple[int, int, str, str, str, str]:
    message_id, conversation_id, subject, text, files, author, customer, author_name = row
    who = author if customer == author_name else f"{author} {customer}"
    return message_id, conversation_id, *map(stems.column, (subject, text, files or "", who))


def _person(row: Any) -> tuple[int, str, str]:
    names, addresses = (" ".join(dict.fromkeys(stems.folded_words(text))) for text in row[1:])
    return row[0], names, addresses


def purge(tx: Transaction, index: str, pages: int, *, first: bool) -> bool:
    """Write some pages of an index ("search" or "customer_search") anew, without what was taken out of it; returns whether
    there is more to do.

    Taking a row out only marks it: its words stay in the index until its pieces are merged, also in the names of its pages
    (`search_idx`), which FTS5's own "secure-delete" leaves as they are (SQLite 3.53). A negative number of pages has FTS5
    begin to merge all pieces into one (sqlite.org/fts5.html, "The merge command").
    """
    (before,) = tx.one("SELECT total_changes()")
    tx.quietly(f"INSERT INTO {index} ({index}, rank) VALUES ('merge', ?)", (-pages if first else pages,))
    (after,) = tx.one("SELECT total_changes()")
    return bool(after - before >= 2)


Rebuilt = Callable[[int, int], None]
"""Hears how many of how many messages are done."""


def is_current(connection: sqlite3.Connection) -> bool:
    """Whether what is indexed was indexed by these rules."""
    return bool(connection.execute("SELECT 1 FROM meta WHERE key = 'search_rules' AND value = ?", (RULES,)).fetchone())


def rebuild(connection: sqlite3.Connection, progress: Rebuilt = lambda _done, _of: None) -> None:
    """Index all messages and customers anew, within the caller's transaction."""
    (of,) = connection.execute("SELECT count(*) FROM message").fetchone()
    connection.execute("DELETE FROM search_doc")
    connection.execute("DELETE FROM customer_doc")
    done = 0
    for rows in _batches(connection, _SOME, (MOST,)):
        connection.executemany(_ADD, map(_document, rows))
        done += len(rows)
        progress(done, of)
    for rows in _batches(connection, _PEOPLE, ()):
        connection.executemany(_ADD_PERSON, map(_person, rows))
    reindex(connection)
    connection.execute("INSERT OR REPLACE INTO meta (key, value) VALUES ('search_rules', ?)", (RULES,))
    progress(of, of)


def reindex(connection: sqlite3.Connection) -> None:
    """Make the indexes anew from the words that are kept (FTS5's own command), within the caller's transaction."""
    connection.execute("INSERT INTO search (search) VALUES ('rebuild')")
    connection.execute("INSERT INTO customer_search (customer_search) VALUES ('rebuild')")


def _batches(connection: sqlite3.Connection, sql: str, values: tuple[int, ...]) -> Iterable[list[Any]]:
    last = 0
    while rows := connection.execute(sql, (*values, last, _BATCH)).fetchall():
        yield rows
        last = rows[-1][0]

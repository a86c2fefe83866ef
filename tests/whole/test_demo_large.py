"""A demo larger than what is played: copies that are as whole as the originals, quickly made, the same from the same seed."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from deskterm.demo import seed as seeding
from deskterm.store import conversations, recount, stems
from deskterm.store.engine import STORE_FILE
from deskterm.store.multiply import Extent

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
EXTENT = Extent(1_234, most_played=200)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("large")
    seeding.make(home, EXTENT, 7, NOW)
    return home


@pytest.fixture
def look(made: Path) -> Iterator[Any]:
    with closing(sqlite3.connect(f"file:{made / STORE_FILE}?mode=ro", uri=True)) as connection:
        yield lambda sql: connection.execute(sql).fetchall()


def test_it_is_as_large_as_asked_and_whole(look):
    assert look("SELECT count(*), count(DISTINCT number) FROM conversation") == [(1_234, 1_234)]
    assert look("PRAGMA integrity_check") == [("ok",)]
    assert look("PRAGMA foreign_key_check") == []
    assert look("SELECT count(*) FROM conversation WHERE message_count <> (SELECT count(*) FROM message m"
                " WHERE m.conversation_id = conversation.id)") == [(0,)]  # fmt: skip
    assert look("SELECT count(*) FROM message WHERE inbound_id IS NOT NULL AND inbound_id NOT IN (SELECT id FROM inbound)") == [
        (0,)
    ]


def test_counters_count_what_is_there(look):
    counted: dict[tuple[str, int], int] = {}
    for row in look(f"SELECT {conversations.COLUMNS} FROM conversation"):
        for key in conversations.counted_in(conversations.from_row(row)):
            counted[key] = counted.get(key, 0) + 1
    assert {(view, scope): n for view, scope, n in look("SELECT view, scope, n FROM counter") if n} == counted


def test_a_recount_changes_nothing_where_all_was_played(tmp_path):
    seeding.make(tmp_path, Extent(60), 7, NOW)
    with closing(sqlite3.connect(tmp_path / STORE_FILE, isolation_level=None)) as connection:
        queries = (
            "SELECT view, scope, n FROM counter WHERE n ORDER BY 1, 2",
            "SELECT * FROM conversation_tag ORDER BY 1, 2, 3, 4",
        )
        before = [connection.execute(query).fetchall() for query in queries]
        recount.recount(connection.execute)
        assert [connection.execute(query).fetchall() for query in queries] == before


def test_every_message_has_its_row_in_the_ledger_and_its_bytes(look, made):
    assert look("SELECT count(*) FROM message WHERE kind = 'incoming' AND inbound_id IS NULL AND origin <> 'bounce'") == [(0,)]
    for (sha256,) in look("SELECT DISTINCT sha256 FROM inbound WHERE sha256 IS NOT NULL"):
        assert (made / "files" / sha256[:2] / sha256).exists()
    assert look("SELECT count(*) FROM inbound WHERE data IS NULL AND sha256 IS NULL") == [(0,)]


def test_what_was_played_is_the_newest_and_goes_on_behind_the_copies(look):
    newest = "SELECT max(opened_at) FROM conversation WHERE status = 'closed' AND id "
    ids = [row[0] for row in look("SELECT id FROM conversation ORDER BY id")]
    played_from = ids[-EXTENT.played]
    assert look(f"{newest} >= {played_from}") > look(f"{newest} < {played_from}")
    for name, table, column in (
        ("conversation", "conversation", "id"),
        ("number", "conversation", "number"),
        ("message", "message", "id"),
    ):
        ((following, last),) = look(f"SELECT next, (SELECT max({column}) FROM {table}) FROM sequence WHERE name = '{name}'")
        assert following == last + 1


def test_the_journal_of_a_copy_speaks_of_the_copy(look):
    rows = look(
        "SELECT json_extract(j.data, '$.number'), c.number FROM journal j JOIN conversation c ON c.id = j.conversation_id"
        " WHERE j.kind = 'conversation_opened'"
    )
    assert len(rows) == 1_234
    assert [row for row in rows if row[0] != row[1]] == []
    rows = look(
        "SELECT json_extract(j.data, '$.inbound_id'), m.inbound_id FROM journal j JOIN message m ON m.id = j.message_id"
        " WHERE j.kind = 'message_received'"
    )
    assert [row for row in rows if row[0] != row[1]] == []


def test_the_same_seed_makes_the_same_desk(made, tmp_path, look):
    later = timedelta(days=40)
    seeding.make(tmp_path, EXTENT, 7, NOW + later)
    query = "SELECT title, subject, status, assignee_id, priority, message_count, tag_ids FROM conversation ORDER BY id"
    with closing(sqlite3.connect(tmp_path / STORE_FILE)) as connection:
        assert connection.execute(query).fetchall() == look(query)


def test_copies_are_found_by_their_words_and_by_an_address_of_their_own(look):
    assert look("SELECT count(*) FROM search_doc") == look("SELECT count(*) FROM message WHERE kind <> 'activity'")
    ((value, message_id),) = look(
        "SELECT i.value, m.id FROM message m JOIN identity i ON i.id = m.author_identity_id WHERE i.kind = 'email'"
        " AND i.value LIKE '%.b3@%' ORDER BY m.id LIMIT 1"
    )
    words = " ".join(f'"{word}"' for word in stems.stems(value))
    found = [row[0] for row in look(f"SELECT rowid FROM search WHERE search MATCH '{words}'")]
    assert message_id in found
    whole = " ".join(f'"{word}"' for word in stems.folded_words(value))
    assert len(look(f"SELECT rowid FROM customer_search WHERE customer_search MATCH '{whole}'")) == 1

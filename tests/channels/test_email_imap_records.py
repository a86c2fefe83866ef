"""IMAP answers, read: what is about the message asked for, and what only looks like it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deskterm.channels.email.imap_records import Folder, Piece, epoch_of, folders_of, piece_of, uids_of

HEAD = b'1 FETCH (UID 5 RFC822.SIZE 30 INTERNALDATE "22-Nov-2026 12:43:47 +0300" BODY[]<0> {3}'
AT = datetime(2026, 11, 22, 9, 43, 47, tzinfo=UTC)
ABC = bytearray(b"abc")


@pytest.mark.parametrize(
    ("lines", "piece"),
    [
        ([HEAD, ABC, b")"], Piece(b"abc", 30, AT)),
        ([b"* " + HEAD, ABC, b")"], Piece(b"abc", 30, AT)),
        ([b"1 FETCH (BODY[]<0> {3}", ABC, b" UID 5 RFC822.SIZE 30)"], Piece(b"abc", 30, None)),
        ([b'1 FETCH (UID 5 RFC822.SIZE 3 BODY[]<0> "a\\"c")'], Piece(b'a"c', 3, None)),
        ([b'1 FETCH (UID 5 RFC822.SIZE 3 BODY[]<3> "")'], Piece(b"", 3, None)),
        ([b"1 FETCH (UID 5 RFC822.SIZE 3 BODY[]<0> NIL)"], Piece(None, 3, None)),
        ([b"1 FETCH (UID 5 FLAGS (\\Seen))", HEAD, ABC, b")", b"2 FETCH (FLAGS ())"], Piece(b"abc", 30, AT)),
        ([b"2 FETCH (UID 6 FLAGS ())"], None),
        ([b"1 FETCH (UID 6 BODY[]<0> {3}", ABC, b")"], None),
        ([b"1 FETCH (UID 55 BODY[]<0> {3}", ABC, b")"], None),
        ([b"1 FETCH (UID 5 RFC822.SIZE 30)"], None),
        ([b"1 FETCH (UID 5 RFC822.SIZE 30 BODY[]<0> {3}"], Piece(None, 30, None)),
        ([bytearray(b"1 FETCH (UID 5 BODY[] {3}"), ABC], None),
        ([], None),
    ],
)
def test_the_piece_asked_for(lines: list[bytes | bytearray], piece: Piece | None) -> None:
    assert piece_of(lines, 5) == piece


@pytest.mark.parametrize(
    "date",
    [
        b"99-Nov-2026 12:43:47 +0300",
        b"22-Foo-2026 12:43:47 +0300",
        b"x",
        b"1-Jan-0001 00:00:00 +2359",
        b"1-Jan-1970 00:00:00 +0000",
    ],
)
def test_dates_that_are_none(date: bytes) -> None:
    piece = piece_of([b'1 FETCH (UID 5 RFC822.SIZE 1 INTERNALDATE "' + date + b'" BODY[] NIL)'], 5)
    assert piece == Piece(None, 1, None)


def test_uids_of_a_search() -> None:
    assert uids_of([b"3 1 2", b"10 3", b"", b"x 0 99999999999 4294967296 4294967295"]) == [1, 2, 3, 10, 4294967295]


def test_the_epoch_of_a_folder() -> None:
    assert epoch_of([b"FLAGS ()", b"OK [UIDVALIDITY 1795344964] UIDs valid", b"[READ-WRITE] done"]) == 1795344964
    assert epoch_of([b"OK done"]) is None


def test_folders_of_a_listing() -> None:
    lines = [
        b'(\\HasNoChildren \\Sent) "/" "&BB4EQgQ,BEAEMAQyBDsENQQ9BD0ESwQ1-"',
        b'() "." INBOX.Work',
        b'(\\Noselect) NIL "with \\"quotes\\""',
        b'() "/" {7}',
        bytearray(b"literal"),
        b"garbage",
    ]
    assert folders_of(lines) == [
        Folder("Отправленные", frozenset({"\\hasnochildren", "\\sent"})),
        Folder("INBOX.Work", frozenset()),
        Folder('with "quotes"', frozenset({"\\noselect"})),
        Folder("literal", frozenset()),
    ]


@given(st.lists(st.binary(max_size=80) | st.builds(bytearray, st.binary(max_size=20))), st.integers(1, 9))
def test_reading_never_fails(lines: list[bytes | bytearray], uid: int) -> None:
    piece_of(lines, uid)
    folders_of(lines)
    uids_of(lines)
    epoch_of(lines)

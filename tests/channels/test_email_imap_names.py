"""Folder names and strings as IMAP carries them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deskterm.channels.email.imap_names import from_wire, mailbox, quoted, to_wire


@pytest.mark.parametrize(
    ("name", "wire"),
    [
        ("INBOX", "INBOX"),
        ("Отправленные", "&BB4EQgQ,BEAEMAQyBDsENQQ9BD0ESwQ1-"),
        ("~peter/mail/台北/日本語", "~peter/mail/&U,BTFw-/&ZeVnLIqe-"),  # the example of RFC 3501 5.1.3
        ("a & b", "a &- b"),
        ("😀", "&2D3eAA-"),
    ],
)
def test_known_names(name: str, wire: str) -> None:
    assert to_wire(name) == wire
    assert from_wire(wire) == name


@given(st.text(st.characters(exclude_categories=("Cs",))))
def test_every_name_comes_back(name: str) -> None:
    wire = to_wire(name)
    assert all(" " <= char <= "~" for char in wire)
    assert from_wire(wire) == name


@given(st.text())
def test_reading_never_fails(wire: str) -> None:
    from_wire(wire)


def test_quoting() -> None:
    assert quoted('a "b" \\c') == '"a \\"b\\" \\\\c"'
    assert mailbox("Заявки & co") == '"&BBcEMARPBDIEOgQ4- &- co"'
    for bad in ("a\r\nb", "a\nb", "a\0b"):
        with pytest.raises(ValueError, match="cannot hold"):
            quoted(bad)

"""Mail that lies in files: what is found in which form, and that it comes out as it went in."""

from __future__ import annotations

import mailbox
import os
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deskterm.channels.email import archive
from deskterm.channels.email.archive import Found, Stray
from deskterm.channels.email.content_key import content_key

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
HEAD = b"From: a@x.test\r\nSubject: one\r\nDate: Mon, 04 Mar 2019 10:00:00 +0300\r\nMessage-ID: <1@x.test>\r\n\r\n"
LINES = st.sampled_from(
    [
        b"",
        b"text",
        b"From here it is far",
        b">From there",
        b">>From there",
        b"From a@x.test Mon Mar  4 10:00:00 2019",
        b"From - Mon Mar  4 10:00:00 2019",
        b"Subject: no header",
        b"\xd0\xaf",
    ]
)
BODIES = st.lists(LINES, max_size=6).map(lambda lines: b"".join(line + b"\r\n" for line in lines))


def found(*paths: Path) -> list[Found]:
    everything = list(archive.look(paths, NOW))
    assert [one for one in everything if isinstance(one, Stray)] == []
    return [one for one in everything if isinstance(one, Found)]


@given(st.lists(BODIES, min_size=1, max_size=4))
def test_what_qmail_mbox_quotes_comes_out_as_it_went_in(bodies: list[bytes]) -> None:
    """RFC 4155 with the quoting of mbox(5), "mboxrd": every line that begins with any number of > and "From " gets one more."""
    mails = [HEAD + body for body in bodies]
    with TemporaryDirectory() as folder:
        path = Path(folder, "box")
        with path.open("wb") as box:
            for raw in mails:
                lines = raw.replace(b"\r\n", b"\n").split(b"\n")
                quoted = [b">" + line if line.lstrip(b">").startswith(b"From ") else line for line in lines]
                box.write(b"From a@x.test Mon Mar  4 10:00:00 2019\n" + b"\n".join(quoted) + b"\n")
        out = [archive.read(one, 1 << 20) for one in found(path)]
    assert [(raw, whole) for raw, whole in out] == [(raw, True) for raw in mails]


@given(BODIES)
def test_copies_that_lost_their_last_line_end_are_known(body: bytes) -> None:
    raw = HEAD + b"text\r\n" + body
    for copy in (raw, raw.rstrip(b"\r\n"), raw.rstrip(b"\r\n") + b"\r\n"):
        assert content_key(raw.rstrip(b"\r\n") + b"\r\n") in archive.keys_of(copy)
    assert archive.keys_of(raw)[0] == content_key(raw)


def test_a_single_mail_with_bare_newlines_is_as_the_server_has_it(tmp_path: Path) -> None:
    (tmp_path / "a.eml").write_bytes((HEAD + b"one\r\ntwo\r\n").replace(b"\r\n", b"\n"))
    (one,) = found(tmp_path)
    assert archive.read(one, 1 << 20) == (HEAD + b"one\r\ntwo\r\n", True)
    assert (one.at, one.ids, str(one)) == (datetime(2019, 3, 4, 7, tzinfo=UTC), ("1@x.test",), str(tmp_path / "a.eml"))


def test_apples_form_has_a_length_before_it_and_a_list_after(tmp_path: Path) -> None:
    raw = HEAD + b"one\r\n"
    (tmp_path / "1.emlx").write_bytes(b"%d      \n" % len(raw) + raw + b'<?xml version="1.0"?><plist/>')
    (one,) = found(tmp_path)
    assert archive.read(one, 1 << 20) == (raw, True)


def test_a_mail_is_cut_at_the_limit(tmp_path: Path) -> None:
    (tmp_path / "big.eml").write_bytes(HEAD + b"x" * 5000)
    raw, whole = archive.read(found(tmp_path)[0], 1000)
    assert (len(raw), whole) == (1000, False)


def test_mails_of_an_mbox_are_numbered(tmp_path: Path) -> None:
    box = mailbox.mbox(tmp_path / "box")
    for _ in range(3):
        box.add(mailbox.mboxMessage(HEAD.replace(b"\r\n", b"\n") + b"text\n"))
    box.close()
    assert [str(one) for one in found(tmp_path / "box")] == [f"{tmp_path / 'box'}:{number}" for number in (1, 2, 3)]


@pytest.mark.parametrize(
    ("head", "at"),
    [
        (b"Date: Mon, 04 Mar 2019 10:00:00 +0300\nReceived: by x; Fri, 08 Mar 2024 10:00:00 +0000\n", "2019-03-04T07:00:00"),
        (b"Date: nonsense\nReceived: by x; Fri, 08 Mar 2019 10:00:00 +0000\n", "2019-03-08T10:00:00"),
        (b"Date: Mon, 04 Mar 2069 10:00:00 +0300\nReceived: by x; Fri, 08 Mar 2019 10:00:00 +0000\n", "2019-03-08T10:00:00"),
        (b"Date: Sun, 22 Nov 2026 20:00:00 +0000\n", "2026-11-22T09:00:00"),
        (b"", "2019-03-05T10:00:00"),
    ],
)
def test_when_it_was_written(tmp_path: Path, head: bytes, at: str) -> None:
    path = tmp_path / "box"
    path.write_bytes(b"From a@x.test Tue Mar  5 10:00:00 2019\nFrom: a@x.test\nSubject: s\n" + head + b"\ntext\n")
    assert found(path)[0].at.isoformat() == f"{at}+00:00"


def test_undated_mail_is_as_old_as_its_file(tmp_path: Path) -> None:
    (tmp_path / "a.eml").write_bytes(b"From: a@x.test\nSubject: s\n\ntext\n")
    os.utime(tmp_path / "a.eml", (1_500_000_000, 1_500_000_000))
    assert found(tmp_path)[0].at == datetime.fromtimestamp(1_500_000_000, UTC)


def test_what_is_no_mail_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Dear diary\n")
    (tmp_path / "empty").write_bytes(b"")
    (tmp_path / ".hidden").write_bytes(HEAD)
    (tmp_path / "link").symlink_to(tmp_path / "a.txt")
    os.mkfifo(tmp_path / "pipe")
    strays = list(archive.look([tmp_path], NOW))
    assert strays == [Stray(tmp_path / name, "not a mail") for name in ("a.txt", "empty", "pipe")]
    assert list(archive.look([tmp_path / "gone"], NOW)) == [Stray(tmp_path / "gone", "No such file or directory")]

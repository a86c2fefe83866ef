"""Names of outside and the file system: what a name may do, where bytes land."""

from __future__ import annotations

import os
import stat
import unicodedata
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from nasty import TEXTS

from deskterm.store import files as files_module
from deskterm.store.files import NAME_BYTES, Files, safe_name, save_as

BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
letters = st.characters(exclude_categories=())
hostile = st.text(
    st.sampled_from([*'/\\.~- :*?"<>|\x00\n\x1b\x9b', "\u202e", "\u2067", "\u200b", "\ud800", "\u0301", "é", "я", "😀", "a"]),
    max_size=400,
)
names = st.one_of(st.text(letters, max_size=400), hostile, st.sampled_from(TEXTS))


@given(names)
@example("-.bashrc")
@example("~ .ssh")
@example("../../etc/passwd")
@example("..")
@example("\u202efdp.exe")
@example("a" * 300 + ".pdf")
@example("я" * 300 + "." + "я" * 16)
@example("CON")
@example("x" * 149 + "é.b")
def test_a_safe_name_can_do_nothing(name):
    safe = safe_name(name)
    assert safe
    assert Path(safe).name == safe
    assert safe not in (".", "..")
    assert not safe.startswith((".", "-", "~"))
    assert len(safe.encode()) <= NAME_BYTES
    assert not set(safe) & set('/\\:*?"<>|')
    assert not set(safe) & BIDI
    assert [char for char in safe if unicodedata.category(char) in ("Cc", "Cs")] == []
    assert safe == safe.strip()
    assert not safe.endswith(".")
    assert safe_name(safe) == safe


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("report.pdf", "report.pdf"),
        ("Счёт № 5.pdf", "Счёт № 5.pdf"),
        ("C:\\Users\\x\\run.bat", "run.bat"),
        ("/etc/passwd", "passwd"),
        (".bashrc", "bashrc"),
        ("", "file"),
        ("...", "file"),
        ("a" * 300 + ".pdf", "a" * 146 + ".pdf"),
    ],
)
def test_ordinary_names_stay_readable(name, safe):
    assert safe_name(name) == safe


@given(name=names)
def test_every_name_is_written_inside_the_folder(tmp_path_factory, name):
    folder = tmp_path_factory.mktemp("save")
    path = save_as(b"bytes", folder, name)
    assert path.parent == folder
    assert path.read_bytes() == b"bytes"
    assert [one.name for one in folder.iterdir()] == [path.name]


def test_nothing_is_overwritten(tmp_path):
    made = [save_as(str(n).encode(), tmp_path, "a.txt") for n in range(3)]
    assert [path.name for path in made] == ["a.txt", "a (1).txt", "a (2).txt"]
    assert [path.read_bytes() for path in made] == [b"0", b"1", b"2"]
    assert {stat.S_IMODE(path.stat().st_mode) for path in made} == {0o600}


@pytest.mark.parametrize("there", [True, False])
def test_no_link_is_followed(tmp_path, there):
    target = tmp_path / "precious"
    if there:
        target.write_bytes(b"precious")
    (tmp_path / "save").mkdir()
    (tmp_path / "save" / "a.txt").symlink_to(target)
    assert save_as(b"new", tmp_path / "save", "a.txt").name == "a (1).txt"
    assert target.exists() is there
    assert not there or target.read_bytes() == b"precious"


def test_a_file_that_cannot_be_written_whole_leaves_nothing(tmp_path, monkeypatch):
    def full(handle, mode):
        os.close(handle)
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files_module.os, "fdopen", full)
    with pytest.raises(OSError, match="No space"):
        save_as(b"data", tmp_path, "a.txt")
    assert list(tmp_path.iterdir()) == []


def test_the_same_bytes_are_kept_once_and_privately(tmp_path):
    files = Files(tmp_path / "files")
    sha256 = files.put(b"abc")
    assert sha256 == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert files.put(b"abc") == sha256
    assert files.read(sha256) == b"abc"
    found = [path for path in (tmp_path / "files").rglob("*") if path.is_file()]
    assert found == [files.path(sha256)]
    assert stat.S_IMODE(found[0].stat().st_mode) == 0o600
    assert stat.S_IMODE(found[0].parent.stat().st_mode) == 0o700


def test_bytes_that_cannot_be_kept_leave_no_half_file(tmp_path, monkeypatch):
    files = Files(tmp_path / "files")
    monkeypatch.setattr(files_module.os, "fsync", lambda _handle: (_ for _ in ()).throw(OSError(28, "No space left on device")))
    monkeypatch.setattr(files_module, "sync_folder", lambda _path: None)
    with pytest.raises(OSError, match="No space"):
        files.put(b"abc")
    assert [path for path in (tmp_path / "files").rglob("*") if path.is_file()] == []


def test_what_is_no_file_or_too_large_is_not_taken_in(tmp_path):
    files = Files(tmp_path / "files")
    (tmp_path / "big").write_bytes(b"12345")
    with pytest.raises(ValueError, match="too large"):
        files.copy_in(tmp_path / "big", 4)
    assert files.copy_in(tmp_path / "big", 5)[1] == 5
    os.mkfifo(tmp_path / "pipe")
    for other in (tmp_path / "pipe", Path("/dev/zero"), tmp_path, tmp_path / "missing"):
        with pytest.raises(OSError):
            files.copy_in(other, 4)

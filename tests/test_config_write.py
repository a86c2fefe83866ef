"""Writing the configuration: comments and sense stay, the file is private and whole at every moment."""

from __future__ import annotations

import os
import stat
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deskterm.config.write import new_text, with_channel, write_config, write_secret
from deskterm.office import OfficeError

BOT = {"kind": "telegram", "token": "env:T"}
EXAMPLE = Path(__file__).parents[1] / "config.example.toml"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "# only a comment",
        new_text("Лавка"),
        EXAMPLE.read_text(encoding="utf-8"),
        "[channels.a]\nkind = 'telegram' # a comment\n\n[keys]\nreply = 'R' # mine\n",
        "[channels]\na = {kind = 'telegram'}\n[keys]\n",
        "channels.a.kind = 'telegram'\n",
        "[channels.a.imap]\nhost = 'h'\n[desk]\n[channels.b]\n",
        "[channels]\n",
        '[desk]\nname = """\n[channels.z]\n"""\n',
    ],
)
def test_a_channel_is_added_and_every_line_stays(text: str) -> None:
    written = with_channel(text, "new", BOT)
    expected = tomllib.loads(text)
    expected.setdefault("channels", {})["new"] = BOT
    assert tomllib.loads(written) == expected
    for line in text.splitlines():
        assert line in written.splitlines()


@given(name=st.text(min_size=1, max_size=80))
def test_any_name_of_a_desk_comes_back(name: str) -> None:
    assert tomllib.loads(new_text(name))["desk"]["name"] == name


@pytest.mark.parametrize("text", ["channels = {a = {kind = 'telegram'}}\n", "channels = 3\n", "[[channels]]\n"])
def test_what_cannot_be_added_to_is_refused(text: str) -> None:
    with pytest.raises(OfficeError) as caught:
        with_channel(text, "new", BOT)
    assert caught.value.code == "configuration"


def test_what_is_no_toml_is_refused_without_its_words() -> None:
    with pytest.raises(OfficeError) as caught:
        with_channel("password = canary\n", "new", BOT)
    assert (caught.value.message, caught.value.fix) == ("the configuration is not TOML", "Run: deskterm check")
    assert caught.value.__cause__ is None


def test_the_file_is_private_whatever_it_was(tmp_path: Path) -> None:
    path = tmp_path / "new" / "config.toml"
    write_config(path, "a")
    path.chmod(0o644)
    write_config(path, "b")
    assert path.read_text() == "b"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert [item.name for item in path.parent.iterdir()] == ["config.toml"]


def test_a_failed_write_leaves_the_old_file_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "config.toml"
    write_config(path, "old")

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OfficeError, match="No space left on device") as caught:
        write_secret(path, "canary")
    assert caught.value.code == "cannot_create"
    assert path.read_text() == "old"
    assert [item.name for item in tmp_path.iterdir()] == ["config.toml"]

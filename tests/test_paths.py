"""Where a desk is: options before the environment, the environment before the platform's folders."""

from __future__ import annotations

from pathlib import Path

import platformdirs
import pytest

from deskterm.office import OfficeError
from deskterm.paths import Paths, find, make_private_dir


def test_a_home_holds_its_configuration() -> None:
    environ = {"DESKTERM_HOME": "/env"}
    assert find(Path("/a"), environ=environ) == Paths(Path("/a"), Path("/a/config.toml"))
    assert find(environ=environ) == Paths(Path("/env"), Path("/env/config.toml"))
    assert find(config=Path("/c/x.toml"), environ=environ) == Paths(Path("/env"), Path("/c/x.toml"))
    assert find(environ={"DESKTERM_HOME": ""}) == find(environ={})


def test_without_a_home_the_platform_s_folders_count() -> None:
    data, configuration = platformdirs.user_data_path("deskterm"), platformdirs.user_config_path("deskterm")
    assert find(environ={}) == Paths(data, configuration / "config.toml")


def test_paths_are_absolute(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", "/home/olga")
    assert find(Path("desk"), Path("../c.toml")) == Paths(tmp_path / "desk", tmp_path.parent / "c.toml")
    assert find(Path("~/desk")).home == Path("/home/olga/desk")
    assert find(Path("~nobody-by-this-name/x")).home == tmp_path / "~nobody-by-this-name" / "x"


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OfficeError) as caught:
        make_private_dir(tmp_path / "file" / "below")
    assert caught.value.code == "cannot_create"
    assert str(tmp_path / "file" / "below") in caught.value.message

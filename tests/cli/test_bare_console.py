"""The console without a command is opened past the tree of commands; everything else goes through it."""

from __future__ import annotations

from pathlib import Path

import pytest

from deskterm.cli.bare import COMPLETING, Bare, bare


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ((), Bare()),
        (("--home", "/desk"), Bare(home=Path("/desk"))),
        (("--home=/desk", "--operator", "anna"), Bare(Path("/desk"), None, "anna")),
        (("--config", "c.toml", "--home", "a", "--home", "b"), Bare(Path("b"), Path("c.toml"))),
    ],
)
def test_the_options_of_a_console(words: tuple[str, ...], expected: Bare) -> None:
    assert bare(words) == expected


@pytest.mark.parametrize(
    "words",
    [
        ("status",),
        ("--home", "/desk", "status"),
        ("--help",),
        ("--version",),
        ("--json",),
        ("--home",),
        ("--home=",),
        ("--home", "--operator"),
        ("--hom", "/desk"),
    ],
)
def test_all_else_is_the_trees(words: tuple[str, ...]) -> None:
    assert bare(words) is None


def test_a_shell_that_completes_asks_the_tree(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(COMPLETING, "complete_bash")
    assert bare(()) is None

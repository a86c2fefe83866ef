"""Paths as people type them, complete them, and drop them on a terminal."""

from pathlib import Path

import pytest
from desk_pilot import WIDE, desk
from textual.widgets import Input

from deskterm.screens.completion import completions, home_shown, paths_meant

ONE = 5


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("счёт за май.pdf", "счёт за июнь.pdf", "it's.txt", "plain.txt", "a b"):
        (tmp_path / name).write_bytes(b"x")
    monkeypatch.setenv("HOME", str(tmp_path))
    return tmp_path


async def test_a_path_is_completed_with_spaces_and_cyrillic_letters(folder: Path) -> None:
    assert await completions("~/сч") == ("~/счёт за ", ["счёт за июнь.pdf", "счёт за май.pdf"])
    assert await completions("~/счёт за м") == ("~/счёт за май.pdf", ["счёт за май.pdf"])


async def test_an_unknown_users_home_is_no_failure() -> None:
    assert await completions("~nobody-of-this-name/x") == ("~nobody-of-this-name/x", [])
    assert home_shown("~nobody-of-this-name/x") == Path("~nobody-of-this-name/x")


async def test_one_path_is_taken_as_it_is(folder: Path) -> None:
    for typed in ("~/счёт за май.pdf", f"{folder}/it's.txt", f"{folder}/a b"):
        assert await paths_meant(typed) == [home_shown(typed)]


@pytest.mark.parametrize(
    "typed",
    [
        r"~/счёт\ за\ май.pdf ~/plain.txt",
        "'{0}/счёт за май.pdf' '{0}/plain.txt'",
        "file://{0}/%D1%81%D1%87%D1%91%D1%82%20%D0%B7%D0%B0%20%D0%BC%D0%B0%D0%B9.pdf file://{0}/plain.txt",
    ],
)
async def test_several_paths_are_read_as_a_shell_reads_them(folder: Path, typed: str) -> None:
    assert await paths_meant(typed.format(folder)) == [folder / "счёт за май.pdf", folder / "plain.txt"]


@pytest.mark.parametrize("typed", ["nowhere at all", "an 'odd quote"])
async def test_what_is_no_file_stays_one_path(folder: Path, typed: str) -> None:
    assert await paths_meant(typed) == [Path(typed)]


async def test_several_files_are_attached_at_once_and_the_next_question_begins_in_their_folder(folder: Path) -> None:
    async with desk(size=WIDE) as d:
        await d.open(ONE)
        await d.press("r", "ctrl+o", *r"~/plain.txt ~/a\ b", "enter")
        await d.until_shown("[1] plain.txt 1 B  [2] a b 1 B")
        await d.press("ctrl+o")
        await d.until_shown("Attach a file")
        assert d.app.screen.query_one(Input).value == f"{folder}/"
        await d.press(*"сч", "tab")
        await d.until_shown("счёт за май.pdf")

"""The lines given before: kept privately, found by their beginning, shared by two consoles."""

from __future__ import annotations

import stat
from pathlib import Path

from deskterm.screens.line_history import MOST, LineHistory, history_file


async def test_lines_are_kept_in_a_private_file_and_found_again(tmp_path: Path) -> None:
    file = history_file(tmp_path, "anna")
    history = LineHistory(file)
    await history.load()
    for line in ("close 1042", "tag vip", "close 1042"):
        await history.add(line)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert file.read_text(encoding="utf-8") == "tag vip\nclose 1042\n"
    again = LineHistory(file)
    await again.load()
    assert [again.older("x"), again.newer()] == [None, None]
    assert [again.older(""), again.older(""), again.older("")] == ["close 1042", "tag vip", None]
    assert [again.newer(), again.newer(), again.newer()] == ["close 1042", "", None]
    assert list(tmp_path.iterdir()) == [file]


async def test_what_was_typed_is_what_is_looked_for(tmp_path: Path) -> None:
    history = LineHistory(None)
    for line in ("tag vip", "close", "tag refund"):
        await history.add(line)
    assert [history.older("ta"), history.older("tag refund"), history.older("")] == ["tag refund", "tag vip", None]
    assert [history.newer(), history.newer()] == ["tag refund", "ta"]


async def test_two_consoles_add_to_one_file_and_it_stays_short(tmp_path: Path) -> None:
    file = tmp_path / "lines-anna.txt"
    first, second = LineHistory(file), LineHistory(file)
    await first.load()
    await second.load()
    await first.add("one")
    await second.add("two")
    assert file.read_text(encoding="utf-8") == "one\ntwo\n"
    file.write_text("".join(f"go {n}\n" for n in range(2 * MOST)), encoding="utf-8")
    await first.add("three")
    lines = file.read_text(encoding="utf-8").splitlines()
    assert (len(lines), lines[0], lines[-1]) == (MOST, f"go {MOST + 1}", "three")


async def test_a_file_that_cannot_be_written_disturbs_nobody(tmp_path: Path) -> None:
    history = LineHistory(tmp_path / "nowhere" / "lines.txt")
    await history.load()
    await history.add("close")
    assert history.older("") == "close"

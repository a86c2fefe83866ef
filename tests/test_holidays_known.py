"""Public holidays as the library knows them: countries, parts of them, days of rest that are worked."""

from __future__ import annotations

import json
import stat
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from deskterm.times.holidays_known import KEPT, Holidays, NoSuchPlace, holidays_of

TODAY = date(2026, 11, 22)


def test_a_country_moves_its_working_days() -> None:
    """Russia's 2025: Saturday 1 November was worked for Monday the 3rd (government decree of 4 October 2024, No. 1335)."""
    found = holidays_of("RU", "", TODAY)
    assert date(2025, 11, 1) in found.worked
    assert {date(2025, 11, 3), date(2025, 11, 4), date(2025, 12, 31), date(2026, 1, 9)} <= found.off
    assert date(2025, 11, 5) not in found.off
    assert found.until == date(2029, 12, 31)
    assert {day.year for day in found.off | found.worked} == {2025, 2026, 2027, 2028, 2029}


def test_a_part_of_a_country_has_holidays_of_its_own_in_any_case() -> None:
    assert date(2026, 1, 6) in holidays_of("de", "by", TODAY).off
    assert date(2026, 1, 6) not in holidays_of("DE", "", TODAY).off
    assert date(2026, 3, 8) in holidays_of("DE", "BE", TODAY).off  # women's day, in Berlin


@pytest.mark.parametrize("country", ["", "R", "ZZ", "Russia", "RUS", "__", "ECB"])
def test_what_is_no_country(country: str) -> None:
    with pytest.raises(NoSuchPlace, match="Write the two letters of a country") as caught:
        holidays_of(country, "", TODAY)
    assert not caught.value.part


def test_what_is_no_part_of_a_country() -> None:
    with pytest.raises(NoSuchPlace, match='Did you mean "NSW"') as caught:
        holidays_of("AU", "NSV", TODAY)
    assert caught.value.part
    with pytest.raises(NoSuchPlace, match="Known here: Augsburg, BB, BE"):
        holidays_of("DE", "XXXXX", TODAY)


def test_what_was_asked_once_is_kept_for_the_year(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = holidays_of("RU", "", TODAY, tmp_path)
    assert holidays_of("de", "BY", TODAY, tmp_path) == holidays_of("DE", "by", TODAY)
    kept = tmp_path / KEPT
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == [KEPT]
    assert set(json.loads(kept.read_text())["known"]) == {"RU/", "DE/BY"}
    asked: list[tuple[object, ...]] = []

    def ask(*place: object) -> Holidays:
        asked.append(place)
        return first

    monkeypatch.setattr("deskterm.times.holidays_known._asked", ask)
    assert holidays_of("ru", "", TODAY, tmp_path) == first
    assert asked == []
    holidays_of("RU", "", date(2027, 1, 1), tmp_path)
    assert asked == [("RU", "", date(2027, 1, 1))]


@pytest.mark.parametrize("text", ["", "{", "[]", "3", '{"stamp": "x", "known": {}}', '{"known": {}}'])
def test_a_kept_file_that_is_none_is_made_anew(tmp_path: Path, text: str) -> None:
    (tmp_path / KEPT).write_text(text)
    assert holidays_of("AT", "", TODAY, tmp_path) == holidays_of("AT", "", TODAY)
    assert list(json.loads((tmp_path / KEPT).read_text())["known"]) == ["AT/"]


@pytest.mark.parametrize("place", [3, None, {"off": ["2026-13-01"], "worked": []}, {"off": [1], "worked": []}, {"off": []}])
def test_kept_days_that_are_none_are_asked_for(tmp_path: Path, place: object) -> None:
    sound = holidays_of("AT", "", TODAY, tmp_path)
    whole = json.loads((tmp_path / KEPT).read_text())
    (tmp_path / KEPT).write_text(json.dumps({**whole, "known": {"AT/": place}}))
    assert holidays_of("AT", "", TODAY, tmp_path) == sound


def test_a_folder_that_is_not_there_or_not_ours_keeps_nothing(tmp_path: Path) -> None:
    sound = holidays_of("AT", "", TODAY)
    assert holidays_of("AT", "", TODAY, tmp_path / "none") == sound
    (tmp_path / KEPT).mkdir()
    assert holidays_of("AT", "", TODAY, tmp_path) == sound
    assert [path.name for path in tmp_path.iterdir()] == [KEPT]


def test_a_kept_year_needs_no_library(tmp_path: Path) -> None:
    child = (
        "import sys; from datetime import date; from pathlib import Path;"
        "from deskterm.times.holidays_known import holidays_of;"
        "print(len(holidays_of('RU', '', date(2026, 11, 22), Path(sys.argv[1])).off), 'holidays' in sys.modules)"
    )

    def run() -> list[str]:
        done = subprocess.run([sys.executable, "-c", child, str(tmp_path)], capture_output=True, text=True, check=True)
        return done.stdout.split()

    count, loaded = run()
    assert loaded == "True"
    assert run() == [count, "False"]

"""Which names are time zones, how a wrong one is mended, and which zone the machine has."""

from __future__ import annotations

from pathlib import Path

import pytest

from deskterm.times.zones import is_zone, machine_zone, zone_fix


@pytest.mark.parametrize("name", ["UTC", "Europe/Moscow", "America/Argentina/Buenos_Aires", "Etc/GMT+3"])
def test_zones(name: str) -> None:
    assert is_zone(name)


@pytest.mark.parametrize(
    "name",
    [
        "",
        "Europe",
        "Europe/Moskva",
        "europe moscow",
        "../UTC",
        "/etc/passwd",
        "right/UTC",
        "localtime",
        "zone.tab",
        "x" * 300,
        "Е/М",
    ],
)
def test_what_is_no_zone(name: str) -> None:
    assert not is_zone(name)


@pytest.mark.parametrize(
    ("name", "fix"),
    [
        ("moscow", 'Did you mean "Europe/Moscow"?'),
        ("New York", 'Did you mean "America/New_York"?'),
        ("Europe/Berln", 'Did you mean "Europe/Berlin"?'),
        ("Москва", "Write a name such as Europe/Moscow or UTC."),
    ],
)
def test_how_a_wrong_one_is_mended(name: str, fix: str) -> None:
    assert zone_fix(name) == fix


def test_the_machines_zone_is_what_it_says_first(tmp_path: Path) -> None:
    none = tmp_path / "none"
    zone = tmp_path / "zoneinfo" / "Europe" / "Berlin"
    link = tmp_path / "localtime"
    link.symlink_to(zone)
    name = tmp_path / "timezone"
    name.write_text("Asia/Kolkata\n", encoding="utf-8")
    assert machine_zone({"TZ": ":Europe/Paris"}, link, name) == "Europe/Paris"
    assert machine_zone({"TZ": "MSK-3"}, link, name) == "Europe/Berlin"
    assert machine_zone({}, none, name) == "Asia/Kolkata"
    assert machine_zone({}, none, none) == "UTC"

"""What `deskterm init` writes of promises: it is sound, it promises what is said, and every line in it holds."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

from deskterm import config
from deskterm.config.write import new_text, with_channel
from deskterm.config.write_card import with_card
from deskterm.desk.card import CardField, CardSettings, FieldType, Label, default_blocks
from deskterm.desk.sla_book import Book, Deed, Metric, Target
from deskterm.paths import Paths

PATHS = Paths(Path("desk"), Path("c.toml"))
HOUR = Target(timedelta(hours=1))
FIELD = CardField("plan", FieldType.TEXT, Label("plan"))


def promised(text: str) -> Book:
    return config.parse(text, PATHS, secrets=False, today=date(2026, 11, 22)).promised


def test_a_new_desk_promises_a_first_reply_within_the_hour() -> None:
    book = promised(new_text("Лавка", "Europe/Moscow"))
    (office,) = book.calendars
    assert (office.key, office.zone, office.week) == ("office", "Europe/Moscow", (((540, 1080),),) * 5 + ((), ()))
    critical, general = book.policies
    assert (critical.key, critical.query) == ("critical", "priority:urgent")
    assert critical.targets == {
        Metric.FIRST_REPLY: HOUR,
        Metric.NEXT_REPLY: HOUR,
        Metric.RESOLUTION: Target(timedelta(hours=4), business=False),
    }
    assert (general.key, general.query) == ("general", "")
    assert general.targets == {
        Metric.FIRST_REPLY: HOUR,
        Metric.NEXT_REPLY: HOUR,
        Metric.RESOLUTION: Target(timedelta(hours=24)),
    }
    assert {one.warn for one in book.policies} == {(0.75,)}


def test_every_line_that_is_left_out_holds_as_well() -> None:
    text = new_text("Shop", "Europe/Moscow")
    whole = re.sub(r"^# ([a-z_]+ = .+)$", r"\1", text, flags=re.MULTILINE)
    assert whole.count("\n# ") == text.count("\n# ") - 7
    (office,) = promised(whole).calendars
    assert office.week[5:] == (((600, 900),), ((1320, 1800),))
    assert office.days[date(2026, 12, 27)] == ((600, 900),)
    assert office.days[date(2026, 12, 31)] == ()


def test_channels_and_cards_are_added_and_what_is_promised_stays_with_its_comments() -> None:
    text = new_text("Shop", "Europe/Moscow")
    written = with_channel(with_channel(text, "bot", {"kind": "telegram", "token": "env:T"}), "b", {"kind": "manual"})
    written = with_card(written, CardSettings(fields=(FIELD,), blocks=default_blocks((FIELD,))))
    assert written.startswith(text.rstrip())
    assert promised(written) == promised(text)
    assert list(tomllib.loads(written)["channels"]) == ["bot", "b"]


_CHILD = """
import sys
from pathlib import Path
from deskterm import config
from deskterm.paths import Paths
config.parse(sys.argv[1], Paths(Path("desk"), Path("c.toml")), secrets=False)
print(*sys.modules, sep="\\n")
"""


def loaded_by(text: str) -> set[str]:
    """Return the modules that reading a configuration loads in a process of its own."""
    done = subprocess.run([sys.executable, "-c", _CHILD, text], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_holidays_are_loaded_only_where_a_calendar_names_a_country() -> None:
    text = new_text("Shop", "Europe/Moscow")
    assert loaded_by(text) & {"holidays", "tomlkit", "dateutil"} == set()
    assert "holidays" in loaded_by(text.replace("# holidays", "holidays"))


def test_a_desk_that_names_no_zone_loads_none() -> None:
    assert "zoneinfo" not in loaded_by('[desk]\nname = "Shop"\n')


def test_the_example_shows_all_that_can_be_promised() -> None:
    text = (Path(__file__).parents[2] / "config.example.toml").read_text(encoding="utf-8")
    whole = re.sub(r"^# ([a-z_]+ = .+)$", r"\1", text, flags=re.MULTILINE).replace('ca_file = "ca.pem"\n', "")
    values = tomllib.loads(whole)
    assert set(values["calendars"]["office"]) == {"timezone", "weekdays", "fri", "holidays", "off", "on"}
    assert set(values["calendars"]["night"]) == {"every", "channels", "teams"}
    assert set(values["sla"][0]) == {
        *("name", "query", "first_reply", "next_reply", "resolution", "hours", "calendar", "warn", "pause", "escalate")
    }
    assert promised(whole).policies == (
        replace(promised(text).policies[0], calendar="office"),
        promised(text).policies[1],
    )
    deeds = {step.deed for policy in promised(text).policies for step in policy.steps}
    assert deeds == set(Deed)

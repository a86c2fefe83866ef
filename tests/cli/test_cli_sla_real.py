"""`deskterm sla check` on a real store: what it judges by, which policy a conversation falls under, how its clocks stand."""

from __future__ import annotations

import asyncio
import json
from datetime import datetime, timedelta

from house import empty_store, home
from real_desk import CONFIG, RealDesk, real

from deskterm import runtime
from deskterm.config import load
from deskterm.paths import find
from deskterm.store import sla_retarget

__all__ = ["empty_store", "home", "real"]

ANNA = ("--operator", "anna")
PROMISED = """
[channels.phone]
kind = "manual"

[calendars.office]
timezone = "Europe/Moscow"
weekdays = "9:00-18:00"
holidays = "RU"
teams = ["Billing desk"]

[[sla]]
name = "critical"
query = "priority:urgent"
resolution = { within = "4h", hours = "calendar" }
escalate = [{ after = "1h", assign = "boris" }]

[[sla]]
name = "general"
first_reply = "60m"
"""


def promise(desk: RealDesk, text: str = PROMISED) -> None:
    """Write a configuration, open the desk with it as a console or worker does, and have all conversations follow it."""
    (desk.home / "config.toml").write_text(CONFIG + text, encoding="utf-8")

    async def opened() -> None:
        async with runtime.open_desk(load(find(desk.home)), sync=True) as opened:
            store = opened.store
            while await store.writer.run(lambda tx: sla_retarget.ring(tx, store.now(), 100)):
                pass

    asyncio.run(opened())


def test_what_is_written_is_in_force_once_the_desk_was_opened_with_it(real: RealDesk) -> None:
    (real.home / "config.toml").write_text(CONFIG + PROMISED, encoding="utf-8")
    before = real.data("sla", "check")
    assert before["problems"] == 0
    assert [(one["step"], one["detail"]) for one in before["steps"]] == [
        ("policy critical", ""),
        ("policy general", ""),
        ("calendar office", ""),
        ("in force", "from the next start of deskterm or deskterm worker"),
    ]
    promise(real)
    after = real.data("sla", "check")
    assert (after["problems"], len(after["steps"])) == (0, 3)


def test_a_conversation_s_policy_follows_its_priority(real: RealDesk) -> None:
    promise(real)
    number = str(real.numbers[0])
    general = real.data("sla", "check", number)
    assert (general["policy"], {clock["metric"] for clock in general["clocks"]}) == ("general", {"first_reply", "resolution"})
    reply = next(clock for clock in general["clocks"] if clock["metric"] == "first_reply")
    assert (reply["calendar"], reply["target_ms"]) == ("office", 3_600_000)
    since = reply["started_at"]
    assert reply["due_at"] == real.data("sla", "when", "60m", "--from", since)["due"]
    real.data("conversation", "priority", number, "urgent", *ANNA)
    critical = real.data("sla", "check", number)
    assert critical["policy"] == "critical"
    work = next(clock for clock in critical["clocks"] if clock["metric"] == "resolution")
    assert (work["calendar"], work["target_ms"]) == ("", 14_400_000)
    begun, due = (datetime.fromisoformat(work[name]) for name in ("started_at", "due_at"))
    assert due - begun == timedelta(hours=4)


def test_a_desk_with_calendars_alone_judges_by_nothing_and_that_is_in_order(real: RealDesk) -> None:
    calendars = PROMISED.partition("[[sla]]")[0]
    promise(real, calendars)
    assert real.data("sla", "check")["problems"] == 0
    said = real.run("sla", "check", str(real.numbers[0]))
    assert said.out.endswith("all in order\npolicy: none: no policy's query fits, or nothing has begun to run\n")


def test_a_desk_s_check_finds_what_cannot_be_kept_to(real: RealDesk) -> None:
    promise(real, PROMISED + '[[sla.escalate]]\nnotify = "nemo"\n')
    said = real.run("check", "--json")
    steps = {step["step"]: step for step in json.loads(said.out)["data"]["steps"]}
    assert steps["policy general"]["detail"] == "there is nobody called nemo"
    assert (steps["policy critical"]["ok"], said.status) == (True, 1)

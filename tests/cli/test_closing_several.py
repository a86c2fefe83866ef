"""Closing several conversations where the card must say something first."""

from __future__ import annotations

from house import empty_store, home
from real_desk import CONFIG, RealDesk, real

__all__ = ["empty_store", "home", "real"]

REQUIRED = """
[card.fields.size]
[[card.required]]
fields = ["size"]
"""
AS = ("--operator", "anna")


def test_only_those_that_are_open_are_named_as_lacking(real: RealDesk) -> None:
    first, second, third = map(str, real.numbers[:3])
    assert real.run("conversation", "close", first, *AS).status == 0
    (real.home / "config.toml").write_text(CONFIG + REQUIRED, encoding="utf-8")
    told = real.run("conversation", "close", first, second, third, *AS)
    assert told.status == 1
    lines = [line.removeprefix("deskterm: ") for line in told.err.splitlines()]
    assert [line.split(":")[0] for line in lines[1:]] == [f"#{second}", f"#{third}"]

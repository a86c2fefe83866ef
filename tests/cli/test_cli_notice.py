"""`deskterm notice` on a real desk: what one is told, settings, the code, a test that nobody sends."""

from __future__ import annotations

import json

import pytest
from house import empty_store, home
from real_desk import RealDesk, real

__all__ = ["empty_store", "home", "real"]


def give(real: RealDesk) -> int:
    number = real.numbers[0]
    real.data("conversation", "assign", str(number), "boris", "--operator", "anna")
    return number


def boris(real: RealDesk, *words: str):
    return real.data("notice", *words, "--operator", "boris")


def test_what_one_is_told_is_listed_and_read(real: RealDesk) -> None:
    number = give(real)
    (notice,) = boris(real, "list")
    assert (notice["kind"], notice["by"], notice["conversation_number"]) == ("assigned", "Анна", number)
    assert notice["words"] == f"#{number} olga: About olga is yours now, by Анна"
    assert boris(real, "read", str(notice["id"])) == {"changed": 1}
    assert boris(real, "list") == []
    (read,) = boris(real, "list", "--all")
    assert read["read_at"] is not None
    assert boris(real, "read", "--all", "--unread") == {"changed": 1}
    assert len(boris(real, "list")) == 1


def test_pages(real: RealDesk) -> None:
    for number in real.numbers[:3]:
        real.data("conversation", "assign", str(number), "boris", "--operator", "anna")
    first = real.json("notice", "list", "--limit", "2", "--operator", "boris")
    rest = real.json("notice", "list", "--limit", "2", "--after", json.loads(first.out)["next"], "--operator", "boris")
    assert [len(first.data), len(rest.data)] == [2, 1]
    assert json.loads(rest.out)["next"] is None


def test_settings_are_shown_and_changed_one_by_one(real: RealDesk) -> None:
    before = boris(real, "settings", "show")
    assert before["ways"]["assigned"] == ["console", "bell", "desktop", "email", "telegram"]
    boris(real, "settings", "set", "--email", "Boris@Home.test", "--quiet", "22-8", "--zone", "Europe/Moscow")
    boris(real, "settings", "set", "--kind", "assigned", "--kind", "task", "--ways", "bell")
    after = boris(real, "settings", "set", "--digest", "1h", "--supervisor", "anna")
    assert after["email"] == "boris@home.test"
    assert (after["quiet"], after["zone"], after["digest_minutes"], after["supervisor"]) == (
        "22:00-08:00",
        "Europe/Moscow",
        60,
        "anna",
    )
    assert after["ways"]["assigned"] == after["ways"]["task"] == ["console", "bell"]
    assert after["ways"]["sla_late"] == before["ways"]["sla_late"]
    cleared = boris(real, "settings", "set", "--email", "off", "--quiet", "off", "--digest", "off", "--supervisor", "off")
    assert (cleared["email"], cleared["quiet"], cleared["digest_minutes"], cleared["supervisor"]) == ("", "", 0, "")


def test_all_ways_off_is_to_be_told_nothing(real: RealDesk) -> None:
    boris(real, "settings", "set", "--ways", "off")
    give(real)
    assert boris(real, "list", "--all") == []


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("--quiet", "22-25"), "bad_quiet"),
        (("--quiet", "25:00-08:00"), "bad_quiet"),
        (("--quiet", "08:00-08:00"), "bad_quiet"),
        (("--digest", "soon"), "bad_digest"),
        (("--digest", "48h"), "bad_digest"),
        (("--email", "nobody"), "bad_address"),
        (("--email", "support@desk.test"), "bad_address"),
        (("--ways", "pigeon"), "bad_way"),
        (("--kind", "gossip", "--ways", "bell"), "bad_kind"),
        (("--kind", "assigned"), "usage"),
        (("--supervisor", "nobody"), "unknown_operator"),
        (("--supervisor", "boris"), "not_found"),
        (("--zone", "Mars/Olympus"), "bad_zone"),
        (("--for", "anna"), "permission"),
    ],
)
def test_settings_that_cannot_be(real: RealDesk, words: tuple[str, ...], code: str) -> None:
    assert real.json("notice", "settings", "set", *words, "--operator", "boris").error["code"] == code


def test_an_owner_sets_anothers(real: RealDesk) -> None:
    changed = real.data("notice", "settings", "set", "--for", "boris", "--email", "b@home.test", "--operator", "anna")
    assert changed["email"] == boris(real, "settings", "show")["email"] == "b@home.test"


def test_it_must_be_said_which(real: RealDesk) -> None:
    for words in ((), ("1", "--all")):
        assert real.json("notice", "read", *words, "--operator", "boris").error["code"] == "usage"


def test_without_a_bot_nothing_is_linked(real: RealDesk) -> None:
    assert real.json("notice", "link", "--operator", "boris").error["code"] == "no_bot"
    assert boris(real, "unlink") == {"changed": False}


def test_a_test_says_that_nobody_sends(real: RealDesk) -> None:
    boris(real, "settings", "set", "--email", "b@home.test")
    found = boris(real, "test")
    assert found["ways"] == [{"way": "email", "state": "queued", "detail": ""}]
    printed = real.run("notice", "test", "--operator", "boris")
    assert "e-mail: queued" in printed.out
    assert printed.err

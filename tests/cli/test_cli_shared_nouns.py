"""Teams, tags, saved views, and conversations that we begin: the commands on a real store."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import pytest
from house import empty_store, home
from real_desk import RealDesk, real

from deskterm import runtime
from deskterm.config import load
from deskterm.paths import find

__all__ = ["empty_store", "home", "real"]

ANNA = ("--operator", "anna")
BORIS = ("--operator", "boris")


def data(real: RealDesk, *words: str) -> Any:
    return real.data(*words, *ANNA)


def error(real: RealDesk, *words: str) -> tuple[int, str]:
    result = real.json(*words)
    return result.status, result.error["code"]


def test_teams_come_with_their_members(real: RealDesk) -> None:
    assert data(real, "team", "add", "Night shift", "boris", "Anna") == {
        "id": 2, "name": "Night shift", "members": ["anna", "boris"],
    }  # fmt: skip
    assert data(real, "team", "member", "night SHIFT", "boris", "--remove")["members"] == ["anna"]
    assert real.run("team", "member", "Billing desk", "boris", *ANNA).out == "Billing desk: boris\n"
    assert real.run("team", "list").out == "Billing desk\t0\tboris\nNight shift\t0\tanna\n"
    real.data("conversation", "team", str(real.numbers[0]), "Night shift", *ANNA)
    assert real.data("team", "list")[1] == {"id": 2, "name": "Night shift", "members": ["anna"], "open": 1}
    assert real.listed("team:me", *ANNA) == [real.numbers[0]]
    assert real.listed("team:me", *BORIS) == []


def test_a_removed_team_lets_its_conversations_go(real: RealDesk) -> None:
    real.data("conversation", "team", *map(str, real.numbers[:3]), "Billing desk", *ANNA)
    real.data("conversation", "close", str(real.numbers[1]), *ANNA)
    assert data(real, "team", "remove", "billing desk") == {"team": {"id": 1, "name": "Billing desk"}, "conversations": 3}
    assert real.data("team", "list") == []
    assert real.listed("team:none", "--view", "all") == real.listed("", "--view", "all")
    assert real.row(real.numbers[0])["team"] == ""
    # Its number is given to no other team: the journal speaks of it.
    assert data(real, "team", "add", "Billing desk")["id"] == 2


@pytest.mark.parametrize(
    ("words", "status", "code"),
    [
        (("team", "add", "x", *BORIS), 77, "permission"),
        (("team", "remove", "Billing desk", *BORIS), 77, "permission"),
        (("team", "member", "Billing desk", "anna", *BORIS), 77, "permission"),
        (("team", "add", "billing DESK", *ANNA), 1, "team_exists"),
        (("team", "add", "none", *ANNA), 64, "bad_name"),
        (("team", "add", "x" * 41, *ANNA), 64, "bad_name"),
        (("team", "add", "x", "nina", *ANNA), 64, "unknown_operator"),
        (("team", "remove", "y", *ANNA), 66, "not_found"),
        (("team", "member", "Billing desk", *ANNA), 64, "usage"),
        (("team", "add", "x"), 64, "operator_needed"),
        (("tag", "rename", "a", "b", *ANNA), 66, "not_found"),
        (("view", "delete", "x", *ANNA), 66, "not_found"),
        (("view", "save", "", "is:open", *ANNA), 64, "bad_name"),
        (("view", "save", "x", "is:open"), 64, "operator_needed"),
    ],
    ids=lambda value: " ".join(value[:3])[:30] if isinstance(value, tuple) else None,
)
def test_what_cannot_be(real: RealDesk, words: tuple[str, ...], status: int, code: str) -> None:
    assert error(real, *words) == (status, code)


def test_a_team_that_is_not_made_whole_is_not_made(real: RealDesk) -> None:
    assert error(real, "team", "add", "x", "nina", *ANNA)[1] == "unknown_operator"
    assert [team["name"] for team in real.data("team", "list")] == ["Billing desk"]


def test_a_renamed_tag_stays_on_its_conversations(real: RealDesk) -> None:
    number = str(real.numbers[0])
    real.data("conversation", "tag", number, "+refund", "+vip", *ANNA)
    assert real.data("tag", "list") == [{"id": 1, "name": "refund", "open": 1}, {"id": 2, "name": "vip", "open": 1}]
    assert data(real, "tag", "rename", "Refund", "возврат") == {"id": 1, "name": "возврат"}
    assert real.listed("tag:возврат") == real.listed("tag:vip") == [int(number)]
    assert error(real, "conversation", "list", "tag:refund") == (64, "bad_query")
    assert error(real, "tag", "rename", "возврат", "VIP", *ANNA) == (1, "tag_exists")
    assert error(real, "tag", "rename", "возврат", "none", *ANNA) == (64, "bad_name")
    assert error(real, "tag", "rename", "возврат", "x", *BORIS) == (77, "permission")
    assert data(real, "tag", "rename", "vip", "VIP") == {"id": 2, "name": "VIP"}
    assert real.run("tag", "list").out == "VIP\t1\nвозврат\t1\n"


def test_views_are_kept_listed_and_forgotten(real: RealDesk) -> None:
    assert data(real, "view", "save", "Waiting long", "is:waiting waiting:>1h", "--key", "2", "--shared") == {
        "id": 1, "name": "Waiting long", "query": "is:waiting waiting:>1h", "key": 2, "shared": True,
    }  # fmt: skip
    data(real, "view", "save", "mine", "assignee:me is:open")
    assert [(one["name"], one["key"], one["shared"]) for one in data(real, "view", "list")] == [
        ("Waiting long", 2, True),
        ("mine", None, False),
    ]
    assert [one["name"] for one in real.data("view", "list")] == ["Waiting long"]
    assert real.run("view", "list", *BORIS).out == "\tWaiting long\teverybody's\tis:waiting waiting:>1h\n"
    assert real.listed("--view", "waiting LONG", *ANNA) == real.numbers
    assert error(real, "view", "delete", "Waiting long", "--shared", *BORIS) == (77, "not_yours")
    assert error(real, "view", "delete", "Waiting long", *ANNA) == (66, "not_found")
    assert error(real, "view", "save", "odd", "is:opne", *ANNA) == (64, "bad_query")
    assert data(real, "view", "delete", "waiting long", "--shared")["id"] == 1
    assert [one["name"] for one in data(real, "view", "list")] == ["mine"]


def test_a_conversation_is_begun(real: RealDesk, tmp_path: Path) -> None:
    (tmp_path / "план.txt").write_text("x")
    words = ("conversation", "start", "--to", "Li Wei <Li@Client.TEST>", "--subject", "Ваш заказ", "Готов.")
    begun = real.data(*words, "--attach", str(tmp_path / "план.txt"), *ANNA)
    row = begun["conversation"]
    assert (row["customer"], row["subject"], row["assignee"], row["status"]) == ("Li Wei", "Ваш заказ", "Анна", "open")
    assert (begun["delivery"], begun["reopened"]) == ("queued", False)
    assert begun["notice"] == "nothing sends now: start deskterm or deskterm worker"
    shown = real.data("conversation", "show", str(row["number"]))
    assert [file["name"] for file in shown["messages"][0]["attachments"]] == ["план.txt"]
    plain = real.run(*words, "--channel", "mail", *ANNA)
    assert plain.out.startswith("queued: message ")


def test_what_was_refused_leaves_no_file_behind(real: RealDesk, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("x")
    attach = ("--attach", str(tmp_path / "a.txt"), *ANNA)
    assert error(real, "conversation", "start", "--to", "support@desk.test", "x", *attach) == (1, "own_address")
    with sqlite3.connect(real.home / "desk.db") as store:
        assert store.execute("SELECT count(*) FROM attachment").fetchone() == (0,)
    assert error(real, "conversation", "start", "--to", "nobody", "x", *attach) == (64, "usage")
    assert error(real, "conversation", "start", "--to", "a@b.test", "--channel", "bot", "x", *attach) == (78, "no_channel")
    assert error(real, "conversation", "start", "--to", "a@b.test", " ", *ANNA) == (1, "empty")
    missing = ("--attach", str(tmp_path / "b.txt"), *ANNA)
    assert error(real, "conversation", "start", "--to", "a@b.test", "x", *missing) == (66, "no_input")


def test_a_customers_message_is_handed_on_with_its_files(real: RealDesk, tmp_path: Path) -> None:
    number = str(real.numbers[0])
    real.data("conversation", "reply", number, "One moment.", *ANNA)
    begun = real.data("conversation", "forward", number, "--to", "supplier@works.test", "Can you help?", *ANNA)
    row = begun["conversation"]
    assert (row["customer"], row["subject"]) == ("supplier@works.test", "Fwd: About olga")
    shown = real.data("conversation", "show", str(row["number"]))
    assert shown["conversation"]["maybe_related_number"] == int(number)
    text = shown["messages"][0]["text"].splitlines()
    assert text[:4] == ["Can you help?", "", "---------- Forwarded message ----------", "From: olga <olga@client.test>"]
    assert text[-1] == "order of olga"
    own = str(row["number"])
    assert error(real, "conversation", "forward", own, "--to", "x@works.test", *ANNA) == (1, "nothing_there")


def test_a_channel_that_asks_for_tags_is_not_closed_without_one(real: RealDesk) -> None:
    config = real.home / "config.toml"
    config.write_text(config.read_text().replace('kind = "email"', 'kind = "email"\nask_tags = true'))
    runtime.add_channels(load(find(real.home)))
    number = str(real.numbers[0])
    assert error(real, "conversation", "close", number, *ANNA) == (1, "tags_wanted")
    real.data("conversation", "tag", number, "+refund", *ANNA)
    real.data("conversation", "close", number, *ANNA)
    assert real.row(int(number))["status"] == "closed"

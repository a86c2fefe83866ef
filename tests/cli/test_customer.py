"""`deskterm customer` and `deskterm company` on a real desk."""

from __future__ import annotations

from typing import Any

import pytest
from fake_root import Result
from house import empty_store, home
from real_desk import RealDesk, real

__all__ = ["empty_store", "home", "real"]


class Anna:
    """The real desk, with Anna acting."""

    def __init__(self, desk: RealDesk) -> None:
        self._desk = desk

    def run(self, *arguments: str) -> Result:
        return self._desk.run(*arguments, "--operator", "anna")

    def json(self, *arguments: str) -> Result:
        return self._desk.json(*arguments, "--operator", "anna")

    def data(self, *arguments: str) -> Any:
        return self._desk.data(*arguments, "--operator", "anna")


@pytest.fixture
def anna(real: RealDesk) -> Anna:
    return Anna(real)


def test_a_card_is_made_edited_and_found(anna: Anna) -> None:
    card = anna.data(
        "customer",
        "add",
        "Пётр Ильин",
        "--address",
        "8 912 345-67-89",
        "--address",
        "P.Ilin@Example.org",
        "--company",
        "Ромашка",
    )
    assert card["name"] == "Пётр Ильин"
    assert [(one["kind"], one["value"], one["proof"]) for one in card["identities"]] == [
        ("phone", "+79123456789", "entered"),
        ("email", "p.ilin@example.org", "entered"),
    ]
    edited = anna.data("customer", "edit", str(card["id"]), "--name", "Пётр Ильич Ильин", "--tag", "vip")
    assert (edited["name"], edited["tags"], edited["company"]) == ("Пётр Ильич Ильин", ["vip"], "Ромашка")
    assert [row["id"] for row in anna.data("customer", "list", "иль")] == [card["id"]]
    assert [row["id"] for row in anna.data("customer", "list", "ромаш")] == [card["id"]]
    assert anna.data("customer", "show", str(card["id"])) == edited
    shown = anna.run("customer", "show", str(card["id"])).out
    assert "Пётр Ильич Ильин" in shown
    assert "+79123456789" in shown
    again = anna.json("customer", "add", "Другой", "--address", "+7 912 345 67 89")
    assert again.error["code"] == "identity_taken"


def test_the_newest_conversations_stand_on_the_card(anna: Anna) -> None:
    card = anna.data("customer", "show", "1")
    (talk,) = card["conversations"]
    assert (talk["number"], talk["channel"], talk["subject"], talk["status"]) == (1001, "mail", "About olga", "open")
    assert "#1001 mail · open · About olga" in anna.run("customer", "show", "1").out.splitlines()
    both = anna.data("customer", "merge", "2", "1")["conversations"]
    assert [one["number"] for one in both] == [1002, 1001]
    anna.data("conversation", "close", "1002")
    assert [one["status"] for one in anna.data("customer", "show", "1")["conversations"]] == ["closed", "open"]


def test_notes(anna: Anna) -> None:
    card = anna.data("customer", "note", "1", "звонить вечером", "--pin")
    (note,) = card["notes"]
    assert (note["text"], note["pinned"], note["author"]) == ("звонить вечером", True, "Анна")
    card = anna.data("customer", "note", "1", "звонить утром", "--note", str(note["id"]))
    assert [(one["text"], one["pinned"]) for one in card["notes"]] == [("звонить утром", False)]
    assert anna.data("customer", "note", "1", "--note", str(note["id"]))["notes"] == []
    assert anna.json("customer", "note", "1").error["code"] == "empty_note"


def test_merge_part_and_undo(anna: Anna) -> None:
    preview = anna.data("customer", "merge", "2", "1", "--preview")
    assert (preview["into_id"], preview["from_id"], preview["conversations"]) == (2, 1, 1)
    assert anna.data("customer", "show", "2")["open_count"] == 1
    card = anna.data("customer", "merge", "2", "1")
    assert (card["id"], card["open_count"], [one["id"] for one in card["merged"]]) == (2, 2, [1])
    assert anna.data("customer", "show", "1")["id"] == 2
    assert anna.json("customer", "merge", "1", "2").error["code"] == "same_customer"
    assert anna.data("customer", "part", "1")["id"] == 1
    assert anna.data("customer", "show", "2")["open_count"] == 1
    anna.data("conversation", "undo")
    assert anna.data("customer", "show", "2")["open_count"] == 2
    anna.data("conversation", "redo")
    assert anna.data("customer", "show", "2")["open_count"] == 1
    assert "goes into" in anna.run("customer", "merge", "1", "2", "--preview").out


def test_likely_doubles(anna: Anna) -> None:
    first = anna.data("customer", "add", "Иван Щербаков")["id"]
    second = anna.data("customer", "add", "Shcherbakov Ivan")["id"]
    (pair,) = anna.data("customer", "duplicates")
    assert (pair["first_id"], pair["second_id"], pair["reason"], pair["score"]) == (first, second, "name", 75)
    assert "names alike" in anna.run("customer", "duplicates").out
    anna.data("customer", "dismiss", str(second), str(first))
    assert anna.data("customer", "duplicates") == []
    anna.data("customer", "edit", str(first), "--name", "Иван Щербаков младший")
    anna.data("customer", "edit", str(first), "--name", "Иван Щербаков")
    assert anna.data("customer", "duplicates") == []
    anna.data("customer", "dismiss", str(second), str(first), "--again")
    assert len(anna.data("customer", "duplicates")) == 1


def test_addresses(anna: Anna) -> None:
    card = anna.data("customer", "identity", "add", "1", "telegram:123")
    added = card["identities"][-1]
    assert (added["kind"], added["value"]) == ("telegram", "123")
    assert anna.json("customer", "identity", "add", "2", "telegram:123").error["code"] == "identity_taken"
    assert anna.json("customer", "identity", "add", "2", "12").error["code"] == "bad_address"
    anna.data("customer", "identity", "share", str(added["id"]))
    assert anna.data("customer", "show", "1")["identities"][-1]["shared"] is True
    anna.data("customer", "identity", "remove", str(added["id"]))
    assert len(anna.data("customer", "show", "1")["identities"]) == 1
    written = anna.data("customer", "show", "1")["identities"][0]["id"]
    assert anna.json("customer", "identity", "remove", str(written)).error["code"] == "identity_used"
    anna.data("conversation", "undo")
    assert len(anna.data("customer", "show", "1")["identities"]) == 2


def test_companies(anna: Anna) -> None:
    made = anna.data("company", "add", "ООО Ромашка", "--note", "платят вовремя")["company"]
    assert (made["name"], made["note"], made["people"]) == ("ООО Ромашка", "платят вовремя", 0)
    assert anna.json("company", "add", "ооо ромашка").error["code"] == "company_exists"
    anna.data("customer", "edit", "1", "--company", "ооо РОМАШКА")
    anna.data("customer", "edit", "2", "--company", "Лютик")
    shown = anna.data("company", "show", "ООО Ромашка")
    assert (shown["company"]["people"], shown["company"]["open_count"], shown["customers"]) == (
        1,
        1,
        [{"id": 1, "name": "olga"}],
    )
    assert [row["name"] for row in anna.data("company", "list")] == ["Лютик", "ООО Ромашка"]
    assert [row["name"] for row in anna.data("company", "list", "ром")] == ["ООО Ромашка"]
    renamed = anna.data("company", "edit", str(made["id"]), "--name", "Ромашка")["company"]
    assert (renamed["name"], renamed["note"]) == ("Ромашка", "платят вовремя")
    assert anna.data("customer", "show", "1")["company"] == "Ромашка"
    anna.data("customer", "edit", "2", "--company", "")
    assert anna.data("customer", "show", "2")["company"] == ""
    assert anna.json("company", "show", "нет такой").error["code"] == "not_found"


def test_what_is_not_there(anna: Anna) -> None:
    assert anna.json("customer", "show", "99").error["code"] == "not_found"
    assert anna.json("customer", "edit", "99", "--name", "x").error["code"] == "not_found"
    assert anna.json("customer", "edit", "1", "--set", "nofield=1").error["code"] == "unknown_field"
    assert anna.json("customer", "edit", "1", "--set", "nofield").error["code"] == "usage"

"""The verbs of `deskterm conversation` on a real store: by number, by query, undone, stopped."""

from __future__ import annotations

import pytest
from house import empty_store, home
from real_desk import RealDesk, real

__all__ = ["empty_store", "home", "real"]

ANNA = ("--operator", "anna")


def act(real: RealDesk, *words: str) -> dict[str, object]:
    return real.data("conversation", *words, *ANNA)


def test_one_conversation_by_number(real: RealDesk) -> None:
    number = real.numbers[0]
    done = act(real, "take", f"#{number}")
    assert (done["changed"], done["refused"]) == (1, [])
    assert done["conversation"]["assignee"] == "Анна"  # type: ignore[index]
    assert real.row(number)["assignee"] == "Анна"
    assert real.run("conversation", "assign", str(number), "boris", *ANNA).out == f"#{number} is passed on.\n"
    assert real.row(number)["assignee"] == "Boris"
    act(real, "assign", str(number), "nobody")
    assert real.row(number)["assignee"] == ""


def test_several_conversations_are_one_command(real: RealDesk) -> None:
    first, second, third = real.numbers[:3]
    done = act(real, "close", str(first), str(second), str(first))
    assert (done["changed"], done["refused"]) == (2, [])
    assert sorted(real.listed("--view", "closed")) == [first, second]
    undone = act(real, "undo")
    assert undone["changed"] == 2
    assert real.listed("--view", "closed") == []
    assert act(real, "redo")["changed"] == 2
    assert sorted(real.listed("--view", "closed")) == [first, second]
    assert real.row(third)["status"] == "open"


def test_what_a_query_finds(real: RealDesk) -> None:
    numbers = real.numbers
    assert act(real, "tag", str(numbers[0]), str(numbers[1]), "+refund", "vip")["changed"] == 2
    assert sorted(real.listed("tag:refund tag:vip")) == numbers[:2]
    assert act(real, "priority", "--query", "tag:refund", "urgent")["changed"] == 2
    assert real.listed("priority:urgent -tag:none") == real.listed("tag:refund")
    assert act(real, "tag", "--query", "tag:vip", "-refund")["changed"] == 2
    assert real.listed("tag:refund") == []
    assert act(real, "untag", str(numbers[0]), "vip")["changed"] == 1
    assert real.listed("tag:vip") == [numbers[1]]
    assert real.data("conversation", "list", "tag:vip", "--count") == {"count": 1}
    assert act(real, "close", "--query", "tag:refund") == {"changed": 0, "refused": []}


def test_every_other_verb(real: RealDesk) -> None:
    one = str(real.numbers[0])
    act(real, "team", one, "Billing desk")
    assert real.row(int(one))["team"] == "Billing desk"
    act(real, "team", one, "none")
    act(real, "snooze", one, "2", "hours")
    assert real.row(int(one))["snoozed_until"] is not None
    act(real, "reopen", one)
    act(real, "snooze", one, "customer")
    assert (real.row(int(one))["status"], real.row(int(one))["snoozed_until"]) == ("snoozed", None)
    act(real, "reopen", one)
    act(real, "read", one)
    assert real.row(int(one))["unread"] == 0
    act(real, "unread", one)
    assert real.row(int(one))["unread"] > 0
    act(real, "no-reply", one)
    assert real.row(int(one))["waiting_since"] is None
    act(real, "spam", one, "--block")
    assert real.listed("--view", "spam") == [int(one)]
    act(real, "not-spam", one)
    assert real.listed("is:spam") == []


def test_pages_of_a_query_join_without_gap_or_double(real: RealDesk) -> None:
    newest = [row["number"] for row in real.data("conversation", "list", "sort:newest")]
    assert real.listed("sort:newest") == newest == real.numbers[::-1]
    assert real.listed("--view", "inbox", "(subject:olga OR subject:eve) sort:number") == [real.numbers[0], real.numbers[3]]
    assert real.listed("-subject:olga sort:number") == real.numbers[1:]


def test_saved_views_by_name(real: RealDesk) -> None:
    assert (
        real.run("conversation", "list", "--view", "inbxo", *ANNA).err
        == "deskterm: there is no view inbxo. Did you mean inbox?\n"
    )


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (("close",), 64, "it is not said which conversations. Name them by number, or by --query."),
        (("close", "x7"), 64, "close has no use for x7. A conversation is named by its number, as 1042."),
        (("close", "7"), 66, "there is no conversation #7"),
        (("assign", "{one}", "broris"), 64, "nobody here has this login. Did you mean boris?"),
        (("team", "{one}", "Billing deks"), 64, "there is no such team. Did you mean Billing desk?"),
        (("untag", "{one}", "nope"), 64, "there is no tag nope."),
        (("priority", "{one}", "hihg"), 64, "there is no priority hihg. Did you mean high?"),
        (
            ("snooze", "{one}", "gestern"),
            64,
            "gestern is no time that is understood. Write it as 2h, tomorrow 9:00, monday or 2026-12-01.",
        ),
        (("snooze", "{one}", "yesterday"), 64, "yesterday has passed. Write it as 2h, tomorrow 9:00, monday or 2026-12-01."),
        (("assign", "{one}"), 64, "assign lacks something. Write: assign LOGIN|nobody"),
        (("list", "tga:x"), 64, "the query is wrong at 1: there is no field tga. Did you mean tag?"),
        (
            ("close", "--query", ""),
            64,
            "the query says nothing, and would find every conversation. If you mean all of them, add --all.",
        ),
        (("close", "--query", "is:opne"), 64, "the query is wrong at 4: is has no value opne. Did you mean open?"),
        (("list", "assignee:broris"), 64, "the query is wrong at 10: assignee has no value broris. Did you mean boris?"),
    ],
)
def test_errors_say_what_where_and_how(real: RealDesk, words: tuple[str, ...], status: int, said: str) -> None:
    filled = [word.format(one=real.numbers[0]) for word in words]
    result = real.run("conversation", *filled, *ANNA)
    assert (result.status, result.out, result.err.rstrip(".\n")) == (status, "", f"deskterm: {said}".rstrip("."))
    assert real.json("conversation", *filled, *ANNA).status == status


def test_parts_that_refuse_are_counted_and_the_others_go_on(real: RealDesk) -> None:
    one, two = map(str, real.numbers[:2])
    act(real, "no-reply", one)
    done = act(real, "no-reply", one, two)
    assert done["changed"] == 1
    assert done["refused"] == [{"code": "nobody_waits", "count": 1, "message": "nobody waits for an answer here"}]
    nothing = real.json("conversation", "no-reply", one, two, *ANNA)
    assert (nothing.status, nothing.error["code"]) == (1, "nobody_waits")


@pytest.mark.parametrize("query", ["", "  ", "sort:newest"])
def test_all_conversations_must_be_meant(real: RealDesk, query: str) -> None:
    refused = real.json("conversation", "close", "--query", query, *ANNA)
    assert (refused.status, refused.error["code"]) == (64, "empty_query")
    assert real.listed("--view", "closed") == []
    assert act(real, "close", "--query", query, "--all")["changed"] == len(real.numbers)
    assert act(real, "reopen", "--all")["changed"] == len(real.numbers)
    assert real.run("conversation", "close", str(real.numbers[0]), "--all", *ANNA).status == 64

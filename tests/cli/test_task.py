"""`deskterm task` on a real desk."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from fake_root import Result
from house import empty_store, home
from real_desk import RealDesk, real

__all__ = ["empty_store", "home", "real"]


ANNA = ("--operator", "anna")


def data_(real: RealDesk, *arguments: str) -> Any:
    return real.data(*arguments, *ANNA)


def json_(real: RealDesk, *arguments: str) -> Result:
    return real.json(*arguments, *ANNA)


def run_(real: RealDesk, *arguments: str) -> Result:
    return real.run(*arguments, *ANNA)


def added(real: RealDesk, *arguments: str) -> int:
    return int(data_(real, "task", "add", *arguments)["row"]["number"])


def listed(real: RealDesk, *query: str) -> list[int]:
    return [one["number"] for one in data_(real, "task", "list", *query)]


def test_a_task_is_made_shown_and_changed(real: RealDesk) -> None:
    data = data_(
        real,
        "task", "add", "Call the courier", "--text", "about 5531", "--due", "2h", "--assign", "boris", "--team", "billing desk",
        "--tag", "courier", "--tag", "urgent one", "--priority", "high", "--check", "find it", "--check", "[x] ask",
        "--repeat", "every monday", "--conversation", str(real.numbers[0]),
    )  # fmt: skip
    row = data["row"]
    assert (row["title"], row["status"], row["priority"], row["assignee"]) == ("Call the courier", "open", "high", "Boris")
    assert (row["team"], row["tags"], row["recurrence"]) == ("Billing desk", ["courier", "urgent one"], "FREQ=WEEKLY;BYDAY=MO")
    assert (row["conversation_number"], row["customer"], row["checked"], row["points"]) == (real.numbers[0], "olga", 1, 2)
    assert data["description"] == "about 5531"
    assert data["checklist"] == [["find it", False], ["ask", True]]
    due = datetime.fromisoformat(row["due"])
    assert timedelta(hours=1) < due - datetime.now(UTC) <= timedelta(hours=2)
    printed = run_(real, "task", "show", "T1").out
    assert "T1 Call the courier" in printed
    assert "every week on Mon" in printed
    assert "[x] ask" in printed
    edited = data_(real, "task", "edit", "1", "--title", "Ring", "--due", "none", "--repeat", "none", "--untag", "courier")
    assert (edited["row"]["title"], edited["row"]["due"], edited["row"]["recurrence"]) == ("Ring", None, "")
    assert edited["row"]["tags"] == ["urgent one"]
    assert data_(real, "task", "show", "#1")["row"]["version"] == 1


def test_points_are_ticked_by_their_places(real: RealDesk) -> None:
    added(real, "Pack", "--check", "socks", "--check", "[x] shirt", "--check", "hat")
    assert data_(real, "task", "check", "T1", "1", "3")["checklist"] == [["socks", True], ["shirt", True], ["hat", True]]
    assert data_(real, "task", "check", "1", "2", "--off")["checklist"] == [["socks", True], ["shirt", False], ["hat", True]]
    assert "T1 has no point 4" in run_(real, "task", "check", "T1", "4").err


def test_a_task_from_a_message_quotes_it(real: RealDesk) -> None:
    messages = data_(real, "conversation", "show", str(real.numbers[1]))["messages"]
    data = data_(real, "task", "add", "--from-message", str(messages[-1]["id"]))
    assert (data["row"]["title"], data["description"]) == ("order of liwei", "> order of liwei")
    assert data["row"]["conversation_number"] == real.numbers[1]


def test_lists_are_queries_in_pages(real: RealDesk) -> None:
    for n in range(5):
        added(real, f"job {n}", "--due", f"{9 - n}h")
    added(real, "without a time")
    assert listed(real) == [5, 4, 3, 2, 1, 6]
    assert listed(real, "due:none") == [6]
    assert listed(real, "sort:number job") == [1, 2, 3, 4, 5]
    first = json_(real, "task", "list", "--limit", "4")
    cursor = json.loads(first.out)["next"]
    rest = json_(real, "task", "list", "--limit", "4", "--after", cursor)
    assert [one["number"] for one in rest.data] == [1, 6]
    assert json.loads(rest.out)["next"] is None
    wrong = json_(real, "task", "list", "is:curent")
    assert (wrong.status != 0, wrong.error["code"]) == (True, "bad_query")
    assert "current" in wrong.error["fix"]
    assert run_(real, "task", "list", "is:done").out == ""


def test_verbs_change_one_or_many_and_are_undone(real: RealDesk) -> None:
    for n in range(3):
        added(real, f"job {n}")
    assert run_(real, "task", "done", "1", "T2").out == "Done: 2 tasks\n"
    assert listed(real) == [3]
    assert run_(real, "conversation", "undo").status == 0
    assert listed(real) == [1, 2, 3]
    assert data_(real, "task", "start", "2")["task"]["status"] == "started"
    assert data_(real, "task", "assign", "1", "2", "me")["changed"] == 2
    assert listed(real, "assignee:me") == [1, 2]
    data = data_(real, "task", "due", "--query", "assignee:me", "tomorrow 10:00")
    assert (data["changed"], data["refused"]) == (2, [])
    assert listed(real, "due:tomorrow") == [1, 2]
    assert data_(real, "task", "due", "3", "1", "10 december")["changed"] == 2
    assert listed(real, "due:none") == []
    data_(real, "task", "tag", "1", "3", "+later", "-b")
    assert listed(real, "tag:later") == [1, 3]
    data_(real, "task", "tag", "1", "-later")
    assert listed(real, "tag:later") == [3]
    data_(real, "task", "priority", "1", "urgent")
    assert listed(real, "priority:>=high") == [1]
    data_(real, "task", "team", "1", "billing desk")
    assert listed(real, "team:any") == [1]
    assert data_(real, "task", "cancel", "--all")["changed"] == 3
    assert listed(real) == []
    assert data_(real, "task", "reopen", "3")["task"]["status"] == "open"


def test_what_is_wrong_is_said(real: RealDesk) -> None:
    number = added(real, "job")
    for arguments, code in (
        (("add",), "task_title_wanted"),
        (("add", "x", "--due", "some day"), "usage"),
        (("add", "x", "--assign", "zoe"), "unknown_operator"),
        (("add", "x", "--repeat", "daily"), "task_recurrence_due"),
        (("add", "x", "--due", "1h", "--repeat", "at times"), "task_bad_recurrence"),
        (("show", "99"), "not_found"),
        (("show", "x"), "usage"),
        (("done",), "usage"),
        (("done", "99"), "not_found"),
        (("done", "--query", ""), "empty_query"),
        (("assign", str(number)), "usage"),
    ):
        result = json_(real, "task", *arguments)
        assert (arguments, result.error["code"]) == (arguments, code)
        assert result.status != 0

"""`deskterm conversation`: what it prints, what it asks of the desk, how it ends."""

from __future__ import annotations

import asyncio
import io
import json
import sys
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from fake_root import Desk
from fake_seed import NOW

from deskterm.desk.commands import Assign, Close, Note, Reopen, Reply, Take
from deskterm.desk.model import Delivery


def first(desk: Desk) -> int:
    return int(desk.json("conversation", "list", "--limit", "1").data[0]["number"])


def test_the_pages_of_a_list_join_without_gap_or_double(desk: Desk) -> None:
    whole = [row["id"] for row in desk.json("conversation", "list", "--view", "all", "--limit", "500").data]
    pages: list[int] = []
    arguments = ["conversation", "list", "--view", "all", "--limit", "37"]
    answer = desk.json(*arguments)
    while True:
        pages += [row["id"] for row in answer.data]
        cursor = json.loads(answer.out)["next"]
        if cursor is None:
            break
        answer = desk.json(*arguments, "--after", cursor)
    assert pages == whole
    assert len(whole) == len(set(whole)) == 300


def test_a_row_has_these_fields(desk: Desk) -> None:
    row = desk.json("conversation", "list", "--limit", "1").data[0]
    assert set(row) == {
        "id", "number", "channel", "channel_kind", "customer", "subject", "preview", "preview_kind", "status", "priority",
        "assignee_id", "assignee", "waiting_since", "urgent_at", "last_message_at", "asked", "late", "unread", "failed",
        "is_group", "draft", "tags", "team", "snoozed_until", "spam", "hit", "sorted_at", "due_at", "left_ms", "soon",
        "sla_policy",
    }  # fmt: skip
    assert row["status"] == "open"
    assert row["priority"] in ("low", "normal", "high", "urgent")
    assert row["last_message_at"].endswith("Z")


def test_a_pipe_gets_lines_of_fields_parted_by_tabs(desk: Desk) -> None:
    lines = desk.run("conversation", "list", "--limit", "3").out.splitlines()
    assert len(lines) == 3
    assert all(line.count("\t") == 6 and line.startswith("#") for line in lines)


def test_show_gives_the_newest_messages_and_a_cursor_to_the_older_ones(desk: Desk) -> None:
    rows = desk.json("conversation", "list", "--view", "all", "--limit", "500").data
    number = str(max(rows, key=lambda row: len(desk.office._data.talks[row["id"]].messages))["number"])
    newest = desk.json("conversation", "show", f"#{number}", "--limit", "10")
    assert newest.data["conversation"]["row"]["number"] == int(number)
    older = desk.json("conversation", "show", number, "--limit", "10", "--after", json.loads(newest.out)["next"])
    ids = [row["id"] for row in older.data["messages"] + newest.data["messages"]]
    assert len(ids) == 20
    assert ids == sorted(ids)
    said = desk.run("conversation", "show", number, "--limit", "2").out
    assert said.startswith(f"#{number} ")
    assert f"[{ids[-1]}]" in said


def test_a_reply_is_queued_with_what_the_writer_had_seen(desk: Desk, tmp_path: Path) -> None:
    number = first(desk)
    detail = desk.json("conversation", "show", str(number)).data["conversation"]
    file = tmp_path / "bill.pdf"
    file.write_bytes(b"%PDF")
    answer = desk.json("conversation", "reply", str(number), "Your order is on its way.", "--attach", str(file), "--close")
    assert answer.data == {"promises": [], "message_id": answer.data["message_id"], "delivery": "queued", "notice": ""}
    assert desk.office.submitted == [
        Reply(detail["row"]["id"], "Your order is on its way.", detail["last_message_id"], (1,), close=True)
    ]


def test_a_reply_from_standard_input(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO("Привет\nи до свидания\n".encode())))
    assert desk.run("conversation", "reply", str(first(desk)), "-").status == 0
    reply = desk.office.submitted[0]
    assert isinstance(reply, Reply)
    assert reply.text == "Привет\nи до свидания"


@pytest.mark.parametrize(("typed", "code"), [(b"\xff\xfe", "bad_file"), (b"x" * (2**20 + 1), "bad_file")])
def test_what_cannot_be_a_text_is_refused(desk: Desk, monkeypatch: pytest.MonkeyPatch, typed: bytes, code: str) -> None:
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(typed)))
    answer = desk.json("conversation", "reply", "1001", "-")
    assert (answer.status, answer.error["code"]) == (65, code)
    assert desk.office.submitted == []


def test_a_reply_over_a_newer_message_is_refused_with_the_way_to_send_it(desk: Desk) -> None:
    number = first(desk)
    messages = desk.json("conversation", "show", str(number)).data["messages"]
    seen = str(messages[0]["id"])
    desk.office.arrive("One more thing", conversation_id=messages[0]["conversation_id"])
    answer = desk.json("conversation", "reply", str(number), "x", "--seen", seen)
    assert answer.status == 1
    assert answer.error["code"] == "customer_wrote"
    assert answer.error["fix"] == "Read it again, or send with --anyway."
    assert desk.run("conversation", "reply", str(number), "x", "--seen", seen, "--anyway").status == 0


def test_when_nobody_sends_a_reply_says_so(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    status = desk.office.status

    async def idle() -> object:
        return replace(await status(), polling="")

    monkeypatch.setattr(desk.office, "status", idle)
    number = str(first(desk))
    said = desk.run("conversation", "reply", number, "x")
    assert said.status == 0
    assert said.out.startswith("queued: message ")
    assert said.err == "nothing sends now: start deskterm or deskterm worker\n"
    assert desk.json("conversation", "reply", number, "y").data["notice"] == said.err.strip()


@pytest.mark.parametrize(
    ("state", "status", "said"),
    [
        (Delivery.SENT, 0, "sent: message {id}"),
        (Delivery.FAILED, 1, "deskterm: message {id}: failed · 550 no such user. See: deskterm outbox list"),
        (Delivery.UNCERTAIN, 1, "deskterm: message {id}: uncertain · 550 no such user. See: deskterm outbox list"),
    ],
)
def test_wait_waits_for_the_receipt(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, state: Delivery, status: int, said: str
) -> None:
    number = str(first(desk))
    look = desk.office.message

    async def look_then_deliver(message_id: int) -> object:
        row = await look(message_id)
        asyncio.get_running_loop().call_soon(desk.office.deliver, message_id, state, "550 no such user")
        return row

    monkeypatch.setattr(desk.office, "message", look_then_deliver)
    result = desk.run("conversation", "reply", number, "x", "--wait")
    written = desk.json("conversation", "show", number).data["messages"][-1]["id"]
    assert result.status == status
    assert (result.out + result.err).strip() == said.format(id=written)


def test_waiting_is_bounded(desk: Desk) -> None:
    answer = desk.json("conversation", "reply", str(first(desk)), "x", "--wait", "--timeout", "1")
    assert answer.status == 69
    assert answer.error["code"] == "not_sent_yet"
    assert answer.error["message"].endswith("has not gone out after 1 s; it stays queued")


def test_waiting_while_nothing_sends_says_so_at_once_and_in_the_error(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    status = desk.office.status

    async def idle() -> object:
        return replace(await status(), polling="")

    monkeypatch.setattr(desk.office, "status", idle)
    words = ["conversation", "reply", str(first(desk)), "x", "--wait", "--timeout", "1"]
    at_once, at_last = desk.run(*words).err.splitlines()
    assert at_once == "nothing sends now: start deskterm or deskterm worker"
    assert at_last.endswith("it stays queued. Nothing sends now: start deskterm or deskterm worker")
    assert desk.json(*words).error["fix"] == "Nothing sends now: start deskterm or deskterm worker"


def test_a_note_is_a_note(desk: Desk) -> None:
    number = first(desk)
    assert desk.run("conversation", "note", str(number), "call back").status == 0
    (note,) = desk.office.submitted
    assert isinstance(note, Note)
    assert note.text == "call back"


def test_assign_take_close_reopen(desk: Desk) -> None:
    number = str(first(desk))
    found = desk.json("conversation", "show", number).data["conversation"]["row"]["id"]
    for arguments in (["assign", number, "bob"], ["take", number], ["close", number], ["reopen", f"#{number}"]):
        assert desk.run("conversation", *arguments).status == 0
    answer = desk.json("conversation", "assign", number, "none")
    assert desk.run("conversation", "assign", number, "nobody").status == 0
    nobody = Assign(found, None)
    assert desk.office.submitted == [Assign(found, 2), Take(found), Close(found), Reopen(found), nobody, nobody]
    assert (answer.data["changed"], answer.data["refused"]) == (1, [])
    assert answer.data["conversation"]["assignee"] == ""


def test_the_operator_of_the_option_acts_before_and_after_the_command(desk: Desk) -> None:
    number = str(first(desk))
    assert desk.run("--operator", "bob", "conversation", "take", number).status == 0
    assert desk.run("conversation", "take", number, "--operator", "anna").status == 0
    assert [call for call in desk.runtime.calls if call[0] == "open_office"][-2:] == [
        ("open_office", "bob"),
        ("open_office", "anna"),
    ]


def test_a_viewer_may_not(desk: Desk) -> None:
    answer = desk.json("conversation", "close", str(first(desk)), "--operator", "vera")
    assert (answer.status, answer.error["code"]) == (77, "viewer")


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (("show", "7"), 66, "there is no conversation #7. See: deskterm conversation list --view all"),
        (("show", "x7"), 64, "a conversation is named by its number. Write it as 1042."),
        (("show", "9" * 30), 64, "a conversation is named by its number. Write it as 1042."),
        (("assign", "1001", "eve"), 64, "nobody here has this login. Known: anna, bob, vera"),
        (("list", "--after", "!"), 64, 'the cursor is not one of ours. Give back "next" as it was printed.'),
        (("reply", "1001", "x", "--attach", "/no/such"), 66, "there is no file /no/such. Name a file that can be read."),
        (("close", "1001", "--operator", "eve"), 64, "nobody here is called eve. Known: anna, bob, vera"),
    ],
)
def test_each_error_has_its_words_and_its_status(desk: Desk, arguments: tuple[str, ...], status: int, said: str) -> None:
    result = desk.run("conversation", *arguments)
    assert (result.status, result.out, result.err) == (status, "", f"deskterm: {said}\n")
    as_json = desk.json("conversation", *arguments)
    assert as_json.status == status
    assert set(as_json.error) == {"code", "message", "fix"}
    assert as_json.err == ""


def test_a_wrong_option_is_a_usage_error(desk: Desk) -> None:
    result = desk.run("conversation", "list", "--limit", "0")
    assert result.status == 64
    assert result.err.startswith("deskterm: Invalid value for '--limit'")
    assert result.err.endswith("See: deskterm --help\n")
    assert desk.json("conversation", "list", "--limit", "0").error["code"] == "usage"


def test_times_are_the_moment_itself(desk: Desk) -> None:
    desk.office.arrive("now")
    newest = desk.json("conversation", "list", "--view", "all", "--limit", "1").data[0]
    assert newest["last_message_at"] == NOW.isoformat(timespec="milliseconds").replace("+00:00", "Z")

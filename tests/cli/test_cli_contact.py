"""`deskterm contact log` as a script uses it: a channel is added, calls are written down, what is wrong has its fix."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest


class Program:
    """`python -m deskterm` on one home."""

    def __init__(self, home: Path) -> None:
        self.home = home

    def __call__(self, *arguments: str, typed: str = "") -> Any:
        environ = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "DESKTERM_HOME": str(self.home)}
        command = [sys.executable, "-m", "deskterm", *arguments, "--json"]
        done = subprocess.run(command, capture_output=True, text=True, timeout=90, env=environ, check=False, input=typed)
        return json.loads(done.stdout)

    def log(self, *arguments: str, typed: str = "") -> Any:
        answer = self("contact", "log", *arguments, typed=typed)
        assert answer["ok"], answer
        return answer["data"]

    def refused(self, *arguments: str) -> tuple[str, str]:
        answer = self("contact", "log", *arguments)
        assert not answer["ok"], answer
        return answer["error"]["code"], answer["error"]["message"]


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Program:
    program = Program(tmp_path_factory.mktemp("contact") / "home")
    assert program("init", "--no-input", "--no-channel", "--login", "olga", "--name", "Ольга")["ok"]
    without = program("contact", "log", "--text", "x", "--name", "y")
    assert (without["error"]["code"], without["error"]["fix"]) == (
        "not_found",
        "Add one: deskterm channel add --kind manual",
    )
    added = program("channel", "add", "--no-input", "--kind", "manual", "--contact", "phone", "--channel", "phone")
    assert added["ok"], added
    return program


def test_whose_a_call_was_must_be_said(program: Program) -> None:
    assert program.refused("--text", "x") == ("name_wanted", "it is not said who it was")


def test_a_call_is_written_down_and_read_again(program: Program) -> None:
    made = program.log(
        "--channel", "phone", "--address", "8 912 345-67-89", "--name", "Вера", "--text", "Спросила про чай",
        "--minutes", "3", "--outcome", "solved",
    )  # fmt: skip
    assert (made["conversation"]["status"], made["conversation"]["customer"]) == ("closed", "Вера")
    shown = program("conversation", "show", str(made["conversation"]["number"]))["data"]
    (message,) = shown["messages"]
    assert (message["text"], message["duration_s"], message["outcome"]) == ("Спросила про чай", 180, "solved")
    assert (message["author"], message["sender"], message["channel"]) == ("Вера", "+79123456789", "phone")


def test_the_same_customer_by_number_by_letters_by_id_and_from_standard_input(program: Program) -> None:
    first = program.log("--address", "+7 913 000-00-01", "--name", "Захар Зимин", "--text", "раз")["customer_id"]
    assert program.log("--address", "8 (913) 000 00 01", "--text", "два")["customer_id"] == first
    assert program.log("--customer", "захар зим", "--text", "три", "--outgoing")["customer_id"] == first
    assert program.log("--customer", str(first), "--text", "-", typed="четыре\n")["customer_id"] == first
    numbers = program.log("--customer", str(first), "--text", "пять")["conversation"]["number"]
    again = program.log("--conversation", str(numbers), "--text", "шесть")
    assert again["conversation"]["number"] == numbers


def test_what_is_wrong_has_its_words(program: Program) -> None:
    program.log("--name", "Иван Первый", "--text", "x")
    program.log("--name", "Иван Второй", "--text", "x")
    code, words = program.refused("--customer", "иван", "--text", "x")
    assert code == "usage"
    assert "Иван Первый" in words
    assert "Иван Второй" in words
    assert program.refused("--customer", "никого", "--text", "x")[0] == "not_found"
    assert program.refused("--address", "12", "--text", "x")[0] == "bad_address"
    assert program.refused("--name", "Иван", "--text", "")[0] == "empty_contact"
    assert program.refused("--text", "x")[0] == "name_wanted"
    assert program.refused("--channel", "door", "--name", "x", "--text", "x")[0] == "usage"
    assert program.refused("--name", "x", "--text", "x", "--minutes", "2000")[0] == "bad_duration"


def test_an_answer_in_writing_is_refused_with_the_reason(program: Program) -> None:
    number = program.log("--name", "Пётр", "--text", "x")["conversation"]["number"]
    answer = program("conversation", "reply", str(number), "Добрый день")
    assert not answer["ok"]
    assert (answer["error"]["code"], "nothing can be sent" in answer["error"]["message"]) == ("by_hand", True)

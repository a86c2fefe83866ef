"""Every command answers in JSON, takes the options of all, and explains itself and each of its options."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import typer.main

from deskterm.cli.tree import app

NAMES = {
    "demo", "init", "check", "worker", "status", "channel add", "channel list", "channel seen",
    "conversation list", "conversation show",
    "conversation reply", "conversation note", "conversation assign", "conversation take", "conversation close",
    "conversation reopen", "conversation team", "conversation tag", "conversation untag", "conversation priority",
    "conversation snooze", "conversation read", "conversation unread", "conversation spam", "conversation not-spam",
    "conversation no-reply", "conversation undo", "conversation redo",
    "outbox list", "outbox retry", "quarantine list", "quarantine show", "quarantine reparse",
    "attachment save", "operator list", "operator add", "mail inspect",
    "operator address list", "operator address add", "operator address remove", "import mail",
    "conversation merge", "conversation part", "conversation split", "conversation unrelated",
    "conversation start", "conversation forward", "team list", "team add", "team remove", "team member",
    "customer list", "customer show", "customer add", "customer edit", "customer note", "customer duplicates",
    "customer merge", "customer part", "customer dismiss", "customer identity add", "customer identity remove",
    "customer export", "customer erase", "customer import", "customer export-list",
    "customer identity share", "company list", "company show", "company add", "company edit",
    "record import", "record put", "record list", "record show", "contact log",
    "tag list", "tag rename", "view list", "view save", "view delete",
    "task add", "task list", "task show", "task edit", "task check", "task done", "task start", "task cancel", "task reopen",
    "task assign", "task team", "task due", "task priority", "task tag",
    "reminder add", "reminder list", "reminder move", "reminder done", "reminder cancel",
    "promise list", "promise kept", "promise drop",
    "notice list", "notice read", "notice link", "notice unlink", "notice test", "notice settings show", "notice settings set",
    "sla show", "sla when", "sla check",
}  # fmt: skip


def leaves(command: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    if not hasattr(command, "commands"):
        yield name, command
        return
    for word, below in command.commands.items():
        yield from leaves(below, f"{name} {word}".strip())


TREE = dict(leaves(typer.main.get_command(app)))


def test_these_are_the_commands() -> None:
    assert set(TREE) == NAMES


@pytest.mark.parametrize("name", sorted(TREE))
def test_a_command_takes_what_all_take_and_explains_itself(name: str) -> None:
    command = TREE[name]
    options = {word: parameter for parameter in command.params for word in parameter.opts}
    assert {"--home", "--config", "--json"} <= set(options)
    assert command.help
    assert [word for word, parameter in options.items() if not parameter.help] == []


@pytest.mark.parametrize(
    "name", sorted(name for name in TREE if name.split()[0] in ("conversation", "outbox", "quarantine", "tag", "team", "view"))
)
def test_who_acts_can_be_said_after_the_command(name: str) -> None:
    assert "--operator" in [word for parameter in TREE[name].params for word in parameter.opts]

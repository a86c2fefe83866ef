"""The append-only journal: a fact as one row of ids, codes and numbers, without any words from outside."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import fields
from datetime import datetime
from enum import Enum
from typing import Any, get_args

from deskterm.desk.facts import Fact
from deskterm.desk.model import Actor
from deskterm.store.times import to_ms
from deskterm.store.writer import Transaction

VERSION = 1
"""The shape of `data`; a reader of old entries looks at it."""

_COLUMNS = ("conversation_id", "customer_id", "message_id")
_INSERT = (
    "INSERT INTO journal (command_id, at, stored_at, kind, version, actor_kind, actor_id, conversation_id, customer_id,"
    " message_id, data) VALUES (?,?,?,?,?,?,?,?,?,?,?)"
)


def kind_of(fact: type[Any]) -> str:
    """Return the journal's name of a fact: MessageReceived is "message_received"."""
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in fact.__name__).lstrip("_")


class _Plan:
    """How a kind of fact is written: its name, the fields that go into `data`, and those that go into `journal_text`."""

    __slots__ = ("before", "kept", "kind")

    def __init__(self, fact: type[Any]) -> None:
        self.kind = kind_of(fact)
        self.kept = tuple(
            f.name for f in fields(fact) if not f.metadata.get("words") and f.name not in _COLUMNS and f.name != "at"
        )
        self.before = tuple(f.name for f in fields(fact) if f.metadata.get("before"))


_plans: dict[type[Any], _Plan] = {fact: _Plan(fact) for fact in get_args(Fact)}


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return to_ms(value)
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    return value


def entry_data(fact: Fact) -> dict[str, Any]:
    """Return what the journal keeps of a fact beside its columns; empty values are left out."""
    data = {}
    for name in _plans[type(fact)].kept:
        value = getattr(fact, name)
        if value not in (None, "", ()):
            data[name] = _plain(value)
    return data


_encode: Callable[[Any], str] = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def note(
    tx: Transaction,
    kind: str,
    data: dict[str, Any],
    *,
    command_id: int,
    actor: Actor,
    now_ms: int,
    conversation_id: int | None = None,
) -> None:
    """Append what changes the state of no conversation: ids, codes and numbers only."""
    about = (conversation_id, None, None)
    values = (command_id, now_ms, now_ms, kind, VERSION, actor.kind.value, actor.id, *about, _encode(data))
    tx.run(_INSERT, values)


Change = tuple[dict[str, Any], dict[str, Any]]
"""The fields of a conversation that a fact changed: as they were, and as it left them."""


def write(
    tx: Transaction,
    facts: list[Fact],
    *,
    command_id: int,
    actor: Actor,
    now_ms: int,
    changes: Mapping[int, Change] | None = None,
) -> None:
    """Append the facts of one command. `changes` are what undoing needs to know, by the place of the fact."""
    noted = changes or {}
    tx.run_many(
        _INSERT,
        [
            (
                command_id,
                to_ms(fact.at) if hasattr(fact, "at") else now_ms,
                now_ms,
                _plans[type(fact)].kind,
                VERSION,
                actor.kind.value,
                actor.id,
                getattr(fact, "conversation_id", None),
                getattr(fact, "customer_id", None),
                getattr(fact, "message_id", None),
                _encode(_with_change(entry_data(fact), noted.get(place))),
            )
            for place, fact in enumerate(facts)
        ],
    )
    if any(_plans[type(fact)].before for fact in facts):
        _keep_words(tx, facts)


def _keep_words(tx: Transaction, facts: list[Fact]) -> None:
    """Keep beside the entries that were just appended what undoing needs and is words."""
    (last,) = tx.one("SELECT max(seq) FROM journal")
    first = last - len(facts) + 1  # the write door is held: nobody appends between
    for place, fact in enumerate(facts):
        kept = {name: value for name in _plans[type(fact)].before if (value := getattr(fact, name)) not in ("", ())}
        if kept:
            tx.run("INSERT INTO journal_text (seq, text) VALUES (?,?)", (first + place, _encode(_plain(kept))))


def _with_change(data: dict[str, Any], change: Change | None) -> dict[str, Any]:
    if change is None:
        return data
    was, now = ({name: _plain(value) for name, value in values.items()} for values in change)
    return {**data, "was": was, "now": now}

"""The page of an export: its words, its times and its first contact, in the customer's language."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest

from deskterm.customer_page import page


@pytest.fixture(autouse=True)
def moscow(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "MSK-3")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def message(at: str) -> dict[str, Any]:
    plain = dict.fromkeys(("channel", "author", "subject", "text", "placeholder", "quote"), "")
    return plain | {"at": at, "kind": "incoming", "to": [], "cc": [], "versions": [], "files": []}


def exported() -> dict[str, Any]:
    address = {"kind": "email", "value": "olga@client.test", "name": "", "label": "", "proof": "written"}
    card = {"id": 1, "name": "Ольга", "language": "ru", "company": "", "created_at": "2026-11-20T10:00:00Z", "fields": {}}
    talk = {
        "number": 1042,
        "subject": "",
        "channel": "mail",
        "status": "closed",
        "opened_at": "2019-03-04T07:00:00Z",
        "tags": [],
    }
    return {
        "exported_at": "2026-11-22T21:30:00Z",
        "tasks": [],
        "promises": [],
        "reminders": [],
        "customer": card | {"tags": [], "addresses": [address], "claims": [], "notes": [], "records": []},
        "conversations": [talk | {"messages": [message("2019-03-04T07:00:00Z"), message("2020-01-01T00:00:00Z")]}],
        "elsewhere": [],
    }


def test_codes_are_words_and_times_are_of_the_desk() -> None:
    text = page(exported(), "ru")
    assert "<td>почта</td><td>olga@client.test</td><td></td><td>писали с него</td>" in text
    assert "mail · закрыто · 2019-03-04 10:00 MSK" in text
    assert "2026-11-23 00:30 MSK" in text


def test_the_first_contact_is_the_first_message_and_not_the_day_of_the_card() -> None:
    data = exported()
    assert "<td>first contact</td><td>2019-03-04 10:00 MSK</td>" in page(data, "en")
    data["conversations"] = []
    assert "<td>first contact</td><td>2026-11-20 13:00 MSK</td>" in page(data, "en")

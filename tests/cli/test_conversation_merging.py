"""`deskterm conversation merge`, `part`, `split` and `unrelated` on a real store."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from fake_root import Result
from house import empty_store, home
from real_desk import RealDesk, real

__all__ = ["empty_store", "home", "real"]

ANNA = ("--operator", "anna")


@dataclass
class Anna:
    """The desk as anna uses it."""

    desk: RealDesk

    @property
    def numbers(self) -> list[int]:
        return self.desk.numbers

    def run(self, *arguments: str) -> Result:
        return self.desk.run(*arguments, *ANNA)

    def json(self, *arguments: str) -> Result:
        return self.desk.json(*arguments, *ANNA)

    def data(self, *arguments: str) -> Any:
        return self.desk.data(*arguments, *ANNA)


@pytest.fixture
def anna(real: RealDesk) -> Anna:
    return Anna(real)


@pytest.fixture
def one_person(anna: Anna) -> Anna:
    """The desk after olga and liwei turned out to be one."""
    first, second = (
        anna.data("conversation", "show", str(number))["conversation"]["customer_id"] for number in anna.numbers[:2]
    )
    anna.data("customer", "merge", str(first), str(second))
    return anna


def texts(desk: Anna, number: int) -> list[str]:
    return [message["text"] for message in desk.data("conversation", "show", str(number))["messages"]]


def test_two_are_merged_shown_and_parted(one_person: Anna) -> None:
    first, second = one_person.numbers[:2]
    done = one_person.data("conversation", "merge", str(first), f"#{second}")
    assert (done["changed"], done["conversation"]["row"]["number"]) == (1, first)
    assert [number for _id, number in done["conversation"]["merged"]] == [second]
    assert texts(one_person, second) == ["order of olga", "order of liwei"]
    shown = one_person.run("conversation", "show", str(second)).out
    assert f"merged: #{second} 20" in shown
    again = one_person.json("conversation", "merge", str(first), str(second))
    assert (again.status != 0, again.error["code"]) == (True, "already_merged")
    parted = one_person.data("conversation", "part", str(second))
    assert parted["conversation"]["row"]["number"] == second
    assert texts(one_person, first) == ["order of olga"]
    assert texts(one_person, second) == ["order of liwei"]
    assert one_person.json("conversation", "part", str(second)).error["code"] == "stands_alone"


def test_undo_takes_a_merge_back_in_another_run(one_person: Anna) -> None:
    first, second = one_person.numbers[:2]
    one_person.data("conversation", "merge", str(first), str(second))
    one_person.data("conversation", "undo")
    assert texts(one_person, second) == ["order of liwei"]


def test_others_stay_apart(anna: Anna) -> None:
    first, second = anna.numbers[:2]
    refused = anna.json("conversation", "merge", str(first), str(second))
    assert refused.error["code"] == "other_customer"
    assert f"#{second}" in refused.error["message"]


def test_messages_are_split_off(one_person: Anna) -> None:
    first, second = one_person.numbers[:2]
    one_person.data("conversation", "merge", str(first), str(second))
    ids = [message["id"] for message in one_person.data("conversation", "show", str(first))["messages"]]
    done = one_person.data("conversation", "split", str(first), "--messages", str(ids[1]))
    number = done["conversation"]["row"]["number"]
    assert number not in one_person.numbers
    assert texts(one_person, number) == ["order of liwei"]
    assert f"split off #{first}" in one_person.run("conversation", "show", str(number)).out
    assert one_person.json("conversation", "split", str(first), "--messages", str(ids[0])).error["code"] == "all_chosen"
    assert one_person.json("conversation", "split", str(first), "--messages", "x").error["code"] == "usage"


def test_an_answer_goes_where_it_is_told(one_person: Anna) -> None:
    first, second = one_person.numbers[:2]
    one_person.data("conversation", "merge", str(first), str(second))
    routes = one_person.data("conversation", "show", str(first))["conversation"]["routes"]
    assert [route["to"][0]["value"] for route in routes] == ["liwei@client.test", "olga@client.test"]
    via = str(routes[1]["message_id"])
    one_person.data("conversation", "reply", str(first), "Едет", "--via", via)
    assert one_person.json("conversation", "reply", str(first), "?", "--via", "999").error["code"] == "not_its_message"


def test_nothing_is_put_away_where_nothing_was_suggested(anna: Anna) -> None:
    done = anna.run("conversation", "unrelated", str(anna.numbers[0]))
    assert (done.status, done.out) == (0, "there was nothing to do\n")

"""Random days of a desk with promises: whatever is done, undone, merged and slept through, clocks and rows agree."""

from __future__ import annotations

import os
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from recounted import all_is_right
from sla_house import DAY_AND_NIGHT, ESCALATING, MINUTE, PLAIN, URGENT_FIRST, policy, promise, ring
from test_undo_machine import DOING, PICK, Day

from deskterm.desk import commands as c
from deskterm.desk.commands_customer import MergeConversations, PartConversation
from deskterm.desk.sla_book import Book, Pause

LONG = os.environ.get("DESKTERM_LONG") == "1"
BY_TAG = Book((DAY_AND_NIGHT,), (policy("vip", "tag:vip", reply=5 * MINUTE), policy("rest", work=None, pause=frozenset())))
SNOOZED_RUN_ON = Book((), (policy(pause=frozenset({Pause.AWAITED}), warn=(0.5, 0.75)),))
BOOKS = (PLAIN, URGENT_FIRST, ESCALATING, BY_TAG, SNOOZED_RUN_ON)

HAPPENING = st.one_of(
    st.tuples(st.just("does"), DOING),
    st.tuples(st.just("does"), DOING),
    st.tuples(st.just("writes"), PICK),
    st.tuples(st.just("answers"), PICK),
    st.tuples(st.just("takes back"), PICK),
    st.tuples(st.just("undo"), st.none()),
    st.tuples(st.just("redo"), st.none()),
    st.tuples(st.just("merge"), st.lists(PICK, min_size=2, max_size=2, unique=True)),
    st.tuples(st.just("part"), PICK),
    st.tuples(st.just("passes"), st.sampled_from([1, 5, 44, 45, 60, 61, 200, 600])),
    st.tuples(st.just("is set back"), st.sampled_from([5, 3600])),
    st.tuples(st.just("rings"), st.none()),
    st.tuples(st.just("promise"), st.sampled_from(BOOKS)),
)


async def happens(day: Day, kind: str, what: Any, replies: list[int]) -> None:
    house = day.house
    match kind:
        case "does":
            await day.acts(house.anna, *what)
        case "writes":
            await day.writes(what)
        case "answers":
            done = await house.office.submit(c.Reply(day.conversations[what], "да"))
            if getattr(done, "message_id", None):
                replies.append(done.message_id)
        case "takes back" if replies:
            await house.office.submit(c.TakeBack(replies.pop()))
        case "undo" | "redo":
            await house.office.submit(c.Undo() if kind == "undo" else c.Redo())
        case "merge":
            first, second = (day.conversations[pick] for pick in what)
            await house.office.submit(MergeConversations(first, (second,)))
        case "part":
            await house.office.submit(PartConversation(day.conversations[what]))
        case "passes":
            house.clock.pass_(minutes=what)
        case "is set back":
            house.clock.pass_(seconds=-what)
        case "rings":
            await ring(house)
        case "promise":
            await promise(house, what)


@pytest.mark.timeout(900)
@settings(
    max_examples=300 if LONG else 25,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(book=st.sampled_from(BOOKS), happenings=st.lists(HAPPENING, min_size=5, max_size=25))
async def test_clocks_and_rows_agree_whatever_happens(house: Any, book: Book, happenings: list[Any]) -> None:
    house.count += 1
    day = Day(house, f"s{house.count}")
    await promise(house, book)
    await day.begins()
    replies: list[int] = []
    latest = house.clock()
    for kind, what in happenings:
        house.clock.pass_(seconds=1)
        await happens(day, kind, what, replies)
        latest = max(latest, house.clock())
        await all_is_right(house)
    house.clock.at = latest
    await ring(house)
    await all_is_right(house)
    now = int(house.clock().timestamp() * 1000)
    assert await house.all("SELECT id, alarm_at FROM conversation WHERE alarm_at <= ?", (now,)) == []
    late = await house.all(
        "SELECT id FROM conversation WHERE sla_policy <> '' AND status = 'open' AND spam = 0 AND merged_into_id IS NULL"
        " AND late <> coalesce(due_at <= ?, 0)",
        (now,),
    )
    assert late == []
    twice = await house.all(
        "SELECT conversation_id, data, count(*) FROM journal WHERE kind IN ('sla_warned', 'sla_missed', 'sla_escalated')"
        " GROUP BY conversation_id, kind, at, data HAVING count(*) > 1"
    )
    assert twice == []

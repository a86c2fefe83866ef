"""Queries of tasks against a plain reading of what they mean, on random tasks; and a random life of tasks."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from recounted import all_is_right

from deskterm.desk import commands as c
from deskterm.desk import commands_customer as cc
from deskterm.desk.commands import Done
from deskterm.desk.commands_time import KEEP, AddTask, ChangeTask, DropTask, ManyTasks
from deskterm.desk.model import Priority, TaskStatus
from deskterm.desk.query import And, Compare, Day, Everything, Names, Not, Number, Or, Query, Term, Word, bounds
from deskterm.desk.query_task import TASKS, order_of, task_query
from deskterm.desk.rows_time import TaskCounts
from deskterm.store import stems, tasks

import sys  # isort: skip
from pathlib import Path  # isort: skip

sys.path.insert(0, str(Path(__file__).parent.parent / "desk"))
from queries import queries

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
TITLES = ("вернуть деньги", "Позвонить курьеру", "refund the order", "Заказы 5531", "ёлка", "e-mail клиенту")
WORDS = ("деньги", "денег", "позвон", "orders", "5531", "ёлка", "заказ", "e-mail", "нет такого")
TAGS = ("возврат", "vip", "courier")
NAMES = Names(
    tags=frozenset(TAGS),
    operators=frozenset({"anna", "boris"}),
    teams=frozenset({"Billing", "Sales"}),
    people=(("anna", "Анна"), ("boris", "Boris")),
)
NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Plain:
    """A task as plain values."""

    id: int
    words: tuple[tuple[str, ...], ...]
    status: str
    priority: int
    due: datetime | None
    overdue: bool
    assignee: str
    team: str
    tags: tuple[str, ...]
    created: datetime
    done: datetime | None
    recurring: bool
    numbers: frozenset[int]
    customer: tuple[str, ...]
    customer_ids: frozenset[int]


async def read(house: Any) -> list[Plain]:
    """All tasks, from their own tables, without any query of tasks."""
    family = {1: {1001, 1002}, 2: {1001, 1002}, 3: {1003}}
    names = dict(await house.all("SELECT id, name FROM customer"))
    tags = dict(await house.all("SELECT id, name FROM tag"))
    people = dict(await house.all("SELECT id, login FROM operator"))
    teams = dict(await house.all("SELECT id, name FROM team"))
    found = []
    for row in await house.all(
        "SELECT id, title, description, status, priority, due_at, overdue, assignee_id, team_id, tag_ids, created_at, done_at,"
        " recurrence, conversation_id, customer_id FROM task WHERE dropped_at IS NULL"
    ):
        customer = names.get(row[14], "")
        found.append(
            Plain(
                row[0],
                tuple(tuple(stems.stems(text)) for text in (row[1], row[2])),
                row[3],
                row[4],
                _at(row[5]),
                bool(row[6]),
                people.get(row[7], ""),
                teams.get(row[8], ""),
                tuple(tags[int(one)] for one in row[9].split(",") if one),
                _at(row[10]) or NEVER,
                _at(row[11]),
                bool(row[12]),
                frozenset(family.get(row[13], set())),
                tuple(stems.folded_words(customer)),
                frozenset() if row[14] is None else frozenset({row[14]}),
            )
        )
    return found


def _at(ms: int | None) -> datetime | None:
    return None if ms is None else datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=ms)


def holds(query: Query, task: Plain) -> bool:
    match query:
        case Everything() | Term("sort"):
            return True
        case Word(text, phrase):
            return _has_words(text, phrase, task)
        case Not(inner):
            return not holds(inner, task)
        case And(parts):
            return all(holds(part, task) for part in parts)
        case Or(parts):
            return any(holds(part, task) for part in parts)
        case Term(name, values):
            return any(_value(name, value, task) for value in values)


def _has_words(text: str, phrase: bool, task: Plain) -> bool:
    wanted = stems.stems(text)
    if not wanted:
        return True
    begun = [*wanted[:-1], stems.folded_words(text)[-1]]
    for words in task.words:
        for place in range(len(words) - len(wanted) + 1):
            here = list(words[place : place + len(wanted)])
            if here == wanted:
                return True
            if not phrase and len(begun[-1]) > 1 and here[:-1] == begun[:-1] and here[-1].startswith(begun[-1]):
                return True
    return False


def _value(name: str, value: Any, task: Plain) -> bool:
    to_do = task.status in ("open", "started")
    if isinstance(value, Compare) and isinstance(value.amount, Number):
        number = value.amount.value
        match name:
            case "priority":
                return _compared(value.op, task.priority, number)
            case "id":
                return _compared(value.op, task.id, number)
            case _:
                return (
                    number in task.numbers if value.op == "=" else any(_compared(value.op, one, number) for one in _own(task))
                )
    if isinstance(value, Compare):
        at = {"due": task.due, "created": task.created, "done": task.done if task.status == "done" else None}[name]
        return at is not None and at in bounds(value, NOW, UTC, ahead=name == "due")
    match name, value.text:
        case "is", "current":
            return to_do
        case "is", "overdue":
            return to_do and task.overdue
        case "is", "recurring":
            return task.recurring
        case "is", status:
            return task.status == status
        case "due", ("today" | "tomorrow") as word:
            day = date(2026, 11, 22 + (word == "tomorrow"))
            return task.due is not None and task.due in bounds(Compare("=", Day(day)), NOW, UTC)
        case (("assignee" | "team" | "tag" | "due" | "customer" | "conversation"), ("none" | "any") as word):
            held = {
                "assignee": task.assignee,
                "team": task.team,
                "tag": task.tags,
                "due": task.due,
                "customer": task.customer_ids,
                "conversation": task.numbers,
            }[name]
            return bool(held) is (word == "any")
        case "assignee", login:
            return task.assignee == ("anna" if login == "me" else login)
        case "team", "me":
            return task.team == "Billing"
        case "team", team:
            return task.team == team
        case "tag", tag:
            return tag in task.tags
        case "priority", word:
            return task.priority == Priority[word.upper()]
        case "customer", words if words.isdigit():
            return int(words) in task.customer_ids
        case "customer", words:
            wanted = stems.folded_words(words)
            return bool(wanted) and all(any(_begins(own, one) for own in task.customer) for one in wanted)
    raise AssertionError((name, value))


def _own(task: Plain) -> set[int]:
    """The number of its own conversation: two of three were made one, whose tasks keep their own."""
    return {min(task.numbers)} if len(task.numbers) == 1 else OWN[task.id]


OWN: dict[int, set[int]] = {}


def _begins(own: str, wanted: str) -> bool:
    return own.startswith(wanted) if len(wanted) > 1 else own == wanted


def _compared(op: str, left: int, right: int) -> bool:
    return {"=": left == right, "<": left < right, ">": left > right, "<=": left <= right, ">=": left >= right}[op]


def key(order: str, task: Plain) -> tuple[Any, ...]:
    due = task.due or NEVER
    match order:
        case "date":
            return (-task.created.timestamp(), -task.id)
        case "status":
            return (("started", "open", "done", "cancelled").index(task.status), due, task.id)
        case "assignee":
            return (not task.assignee, {"anna": "Анна", "boris": "boris"}.get(task.assignee, ""), due, task.id)
        case "priority":
            return (-task.priority, due, task.id)
        case "number":
            return (task.id,)
        case _:
            return (task.status not in ("open", "started"), due, task.id)


@pytest.fixture
async def desk(house: Any) -> tuple[Any, list[Plain]]:
    dice = random.Random(7)
    house.rules = replace(house.rules, zone=UTC)
    house.office = office = house.as_(house.anna)
    house.clock.at = NOW - timedelta(days=9)
    for sender, name in (("olga", "Ольга Королёва"), ("olga", "Ольга Королёва"), ("ivan", "Ivan Grozny")):
        await house.arrive(house.mail("слово", f"{sender}@client.test", name=name))
    for team in ("Billing", "Sales"):
        await office.add_team(team)
    await house.store.writer.run(
        lambda tx: tx.run("INSERT INTO team_member (team_id, operator_id) SELECT min(id), 1 FROM team")
    )
    for n in range(60):
        house.clock.at = NOW - timedelta(hours=dice.randrange(200))
        due = NOW + timedelta(minutes=dice.choice((-3000, -1440, -90, -30, 0, 30, 60, 90, 1440, 2880, 9999)))
        conversation = dice.choice((None, None, 1, 2, 3))
        task = AddTask(
            dice.choice(TITLES),
            dice.choice(("", "", *TITLES)),
            due=dice.choice((None, due)),
            assignee_id=dice.choice((None, 1, 2)),
            team_id=dice.choice((None, 1, 2)),
            tags=tuple(dice.sample(TAGS, dice.randrange(3))),
            priority=dice.choice(list(Priority)),
            conversation_id=conversation,
            customer_id=None if conversation else dice.choice((None, 1, 2)),
        )
        task = replace(task, recurrence="daily" if task.due is not None and n % 5 == 0 else "")
        done = await office.submit(task)
        assert isinstance(done, Done), done
        OWN[done.task_id or 0] = set() if conversation is None else {1000 + conversation}
        status = dice.choice((None, None, *TaskStatus))
        if status is not None and not task.recurrence:
            await office.submit(ChangeTask(done.task_id or 0, status=status))
        if n % 17 == 3:
            await office.submit(DropTask(done.task_id or 0))
    house.clock.at = NOW
    await house.store.writer.run(lambda tx: tasks.ring(tx, NOW, 100))
    assert isinstance(await office.submit(cc.MergeConversations(1, (2,))), Done)
    return house, await read(house)


QUERIES = queries(
    NAMES, words=(*WORDS, "Ольга", "коро", "1"), numbers=(1, 2, 7, 30, 1001, 1002, 1003), among=TASKS
)  # cards and conversations among the numbers


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(query=QUERIES, size=st.integers(1, 30))
async def test_a_list_of_tasks_is_what_its_query_says(desk: Any, query: Query, size: int) -> None:
    house, plain = desk
    expected = sorted((one for one in plain if holds(query, one)), key=lambda one: key(order_of(query), one))
    wanted = [one.id for one in expected]
    assert list(await house.office.task_ids(task_query(query))) == wanted
    found: list[int] = []
    while page := await house.office.tasks(task_query(query), after=found[-1] if found else None, limit=size):
        found += [one.id for one in page]
    assert found == wanted


# --- a random life

DAYS = st.integers(-3, 3)
ONE = st.integers(1, 9)
DOING = st.one_of(
    st.tuples(st.just("add"), DAYS, st.sampled_from(["", "daily", "weekly"])),
    st.tuples(st.just("change"), ONE, st.sampled_from(["title", "due", "undue", "assign", "tag", "untag", "check", "rule"])),
    st.tuples(st.just("status"), ONE, st.sampled_from(list(TaskStatus))),
    st.tuples(st.just("many"), st.lists(ONE, min_size=1, max_size=5), st.sampled_from(list(TaskStatus))),
    st.tuples(st.just("undo"), st.booleans(), st.none()),
    st.tuples(st.just("redo"), st.booleans(), st.none()),
    st.tuples(st.just("wait"), st.integers(1, 40), st.none()),
)


def command(what: Any, now: datetime, numbers: list[int]) -> Any:
    kind, one, more = what
    if kind == "add":
        due = now + timedelta(days=one) if more or one else None
        return AddTask("дело", due=due, recurrence=more, conversation_id=1 if one % 2 else None, tags=("раз",))
    if kind == "many":
        return ManyTasks(ChangeTask(0, status=more), tuple(numbers[n % len(numbers)] for n in one))
    task_id = numbers[one % len(numbers)]
    if kind == "status":
        return ChangeTask(task_id, status=more)
    changes: dict[str, Any] = {
        "title": {"title": f"дело {one}"},
        "due": {"due": now + timedelta(hours=one - 4)},
        "undue": {"due": None, "recurrence": ""},
        "assign": {"assignee_id": 1 + one % 2},
        "tag": {"add_tags": (f"тег {one}",)},
        "untag": {"remove_tags": ("раз",)},
        "check": {"checklist": (("раз", bool(one % 2)),)},
        "rule": {"recurrence": "daily"},
    }
    return ChangeTask(task_id, **{"due": KEEP, **changes[more]})


@settings(max_examples=40, deadline=None, phases=[Phase.generate], suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(life=st.lists(st.tuples(st.booleans(), DOING), min_size=3, max_size=25))
async def test_whatever_is_done_counts_stay_right_and_each_overdue_time_is_told_once(house: Any, life: list[Any]) -> None:
    if not await house.one("SELECT 1 FROM conversation"):
        await house.arrive(house.mail())
    offices = (house.office, house.as_(house.boris))
    await house.office.submit(AddTask("первое", due=house.clock() + timedelta(hours=1)))
    for is_boris, what in life:
        house.clock.pass_(minutes=1)
        numbers = [row[0] for row in await house.all("SELECT id FROM task ORDER BY id DESC LIMIT 9")]
        office = offices[is_boris]
        match what[0]:
            case "wait":
                house.clock.pass_(hours=what[1])
                await house.store.writer.run(lambda tx: tasks.ring(tx, house.clock(), 100))
            case "undo" | "redo":
                answer = await office.submit(c.Undo() if what[0] == "undo" else c.Redo())
                assert isinstance(answer, Done) or answer.code in (
                    "nothing_to_undo", "nothing_to_redo", "changed_since", "task_recurrence_due", "task_gone",
                ), answer  # fmt: skip
            case _:
                answer = await office.submit(command(what, house.clock(), numbers))
                allowed = ("task_gone", "task_recurrence_due", "task_bad_recurrence", "too_many_tags")
                assert isinstance(answer, Done) or answer.code in allowed, answer
    await is_right(house)


async def is_right(house: Any) -> None:
    await house.store.writer.run(lambda tx: tasks.ring(tx, house.clock(), 100))
    await all_is_right(house)
    now = int(house.clock().timestamp() * 1000)
    rows = await house.all("SELECT status, overdue, due_at, assignee_id, done_at FROM task WHERE dropped_at IS NULL")
    current = [row for row in rows if row[0] in ("open", "started")]
    assert all(bool(row[1]) is (row[2] is not None and row[2] <= now) for row in current)
    assert all((row[4] is not None) is (row[0] == "done") for row in rows)
    assert await house.office.task_counts() == TaskCounts(
        current=len(current),
        overdue=sum(row[1] for row in current),
        done=sum(row[0] == "done" for row in rows),
        mine=sum(row[3] == 1 for row in current),
        unassigned=sum(row[3] is None for row in current),
    )
    by_clock = "SELECT count(*), count(DISTINCT json_extract(data, '$.task_id') || ':' || at) FROM journal WHERE"
    told, different = await house.one(f"{by_clock} kind = 'task_overdue' AND actor_kind = 'clock'")
    assert told == different
    open_ones = await house.all(
        "SELECT series_id, count(*) FROM task WHERE dropped_at IS NULL AND recurrence <> '' GROUP BY series_id"
    )
    assert all(series is not None for series, _count in open_ones)

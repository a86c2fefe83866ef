"""What SLA clocks cost the write door, what has policies be chosen anew, and what is told where nothing rings."""

from __future__ import annotations

import pytest
from recounted import all_is_right
from sla_house import HOUR, MINUTE, PLAIN, policy, promise, ring, state, told

from deskterm.desk import commands as c
from deskterm.desk.commands import Done
from deskterm.desk.model import Role
from deskterm.desk.query import Query, sure
from deskterm.desk.sla_book import Book
from deskterm.store import alarms, people, sla_alarms, sla_book, snoozes
from deskterm.store.alarms import a_few_at_a_time
from deskterm.store.reader import Look
from deskterm.store.writer import Transaction

BY_TAG = Book((), (policy("vip", "tag:vip", reply=10 * MINUTE), policy("rest")))


@pytest.fixture
def statements(monkeypatch):
    """All that transactions run, in order."""
    heard: list[str] = []
    for name in ("run", "run_many", "one", "all"):
        kept = getattr(Transaction, name)

        def spy(self, sql, values=(), kept=kept):
            heard.append(sql)
            return kept(self, sql, values)

        monkeypatch.setattr(Transaction, name, spy)
    return heard


async def counted(statements, doing) -> tuple[int, int]:
    """How many statements something takes, and how many of them write a conversation's row."""
    statements.clear()
    await doing
    return len(statements), sum(sql.startswith("UPDATE conversation") and "due_at = ?" in sql for sql in statements)


@pytest.mark.parametrize(("book", "most"), [(None, (38, 22, 32, 25)), (PLAIN, (42, 22, 36, 29))], ids=["nothing", "promised"])
async def test_a_message_costs_a_few_statements_more_where_anything_is_promised(open_house, statements, book, most):
    house = await open_house()
    if book is not None:
        await promise(house, book)
    for user in ("100", "101", "102"):
        await house.arrive(house.chat(user=user), "bot")
    new = await counted(statements, house.arrive(house.chat(user="7"), "bot"))
    burst = await counted(statements, house.arrive(house.chat(user="7"), "bot"))
    answer = await counted(statements, house.office.submit(c.Reply(4, "да")))
    again = await counted(statements, house.arrive(house.chat(user="7"), "bot"))
    taken = (new[0], burst[0], again[0], answer[0])
    assert all(count <= limit for count, limit in zip(taken, most, strict=True)), taken
    assert (burst[1], answer[1], again[1]) == (1, 1, 1)  # the row is written once, whatever its clocks come to


async def test_a_long_chat_costs_no_more_statements_nor_clocks_than_a_short_one(open_house, statements):
    house = await open_house()
    await promise(house, PLAIN)
    await house.arrive(house.chat(), "bot")
    loaded = []
    for _ in range(12):
        house.clock.pass_(minutes=5)
        await house.office.submit(c.Reply(1, "да", anyway=True))
        house.clock.pass_(minutes=5)
        loaded.append(await counted(statements, house.arrive(house.chat(), "bot")))
    assert loaded[1] == loaded[-1]
    await all_is_right(house)


def test_a_transaction_ends_when_it_has_taken_its_time(monkeypatch):
    seconds = iter(range(100))
    monkeypatch.setattr(alarms, "ENOUGH_S", 0.5)
    monkeypatch.setattr("time.perf_counter", lambda: next(seconds))
    assert a_few_at_a_time(lambda few: few, 5, 100) == 100
    assert a_few_at_a_time(lambda few: few - 1, 5, 100) == 0


async def test_what_comes_back_together_is_woken_a_few_at_a_time(open_house):
    house = await open_house()
    await promise(house, PLAIN)
    count = 3 * snoozes.FEW + 1
    for number in range(count):
        await house.arrive(house.mail(sender=f"c{number}@x.test"))
    ids = tuple(range(1, count + 1))
    assert isinstance(await house.office.submit(c.Many(c.Snooze(0, house.clock() + HOUR), ids)), Done)
    house.clock.pass_(hours=1)
    while await house.store.writer.run(lambda tx: snoozes.wake(tx, house.clock(), 100)) == 100:
        pass
    assert await house.all("SELECT DISTINCT status FROM conversation") == [("open",)]
    await all_is_right(house)


async def test_a_tag_renamed_to_one_that_a_policy_names_has_it_chosen(open_house):
    house = await open_house()
    await promise(house, BY_TAG)
    await house.arrive(house.mail())
    await house.office.submit(c.SetTags(1, add=("gold",)))
    (tag,) = await house.one("SELECT id FROM tag WHERE name = 'gold'")
    assert (await state(house))["sla_policy"] == "rest"
    await house.office.rename_tag(tag, "vip")
    await ring(house)
    assert (await state(house))["sla_policy"] == "vip"
    await all_is_right(house)


async def test_new_names_have_policies_chosen_anew_only_where_they_go_by_names(open_house):
    house = await open_house()
    for book, again in ((PLAIN, False), (BY_TAG, True)):
        await promise(house, book)
        for number, make in enumerate(
            (
                lambda tx, book=book: people.add_operator(tx, f"new{len(book.policies)}", "New", Role.OPERATOR, house.clock()),
                lambda tx: sla_book.names_changed(tx),
            )
        ):
            await house.store.writer.run(make)
            applied = await house.one("SELECT value FROM meta WHERE key = 'promised_applied'")
            assert (applied is None) is again, number
        await ring(house)


async def test_what_a_silent_look_finds_is_told_too(open_house):
    house = await open_house()
    await promise(house, Book((), (policy("a", reply=HOUR, work=None),)))
    await house.arrive(house.mail())
    house.clock.pass_(minutes=46)
    await house.store.writer.run(lambda tx: sla_book.keep(tx, Book((), (policy("b", reply=30 * MINUTE, work=None),))))
    while await house.store.writer.run(lambda tx: sla_alarms.ring(tx, house.clock(), 100)) == 100:
        pass
    await ring(house)
    assert [kind for kind, _, _ in await told(house, "sla_chosen", "sla_missed", "late_marked")] == [
        "sla_chosen",
        "sla_chosen",
        "sla_missed",
        "late_marked",
    ]
    await all_is_right(house)


@pytest.mark.parametrize("text", ["sla:soon", "sla:<30m", "sla:paused", "sla:late", "segment:gold"])
async def test_lists_by_promised_times_read_no_table_through(open_house, monkeypatch, text):
    house = await open_house()
    await promise(house, PLAIN)
    await house.arrive(house.mail())
    asked = []
    look_all = Look.all

    async def spy(self, sql, values=()):
        asked.append((sql, values))
        return await look_all(self, sql, values)

    monkeypatch.setattr(Look, "all", spy)
    query: Query = sure(text)
    await house.office.conversations(query)
    plans = [row[3] for sql, values in list(asked) for row in await house.all(f"EXPLAIN QUERY PLAN {sql}", values)]
    assert plans
    assert not [step for step in plans if f"{step} ".startswith("SCAN c ") and "USING" not in step]

"""Search in a real store: forms of words, beginnings, phrases, columns, and that it keeps up with what is written."""

from __future__ import annotations

from typing import Any

import pytest

from deskterm.desk import commands as c
from deskterm.desk.post import InFile
from deskterm.desk.query import Query, Word, parse
from deskterm.store import list_trial, search, search_index, stems
from deskterm.store.reader import Look


def asked(text: str) -> Query:
    query = parse(text)
    assert not hasattr(query, "code"), query
    return query


async def found(house: Any, text: str) -> tuple[int, ...]:
    return tuple(sorted(await house.office.ids(asked(text))))


@pytest.fixture
async def desk(house: Any) -> Any:
    await house.arrive(house.mail("Ёлку ещё не доставили, верните деньги", subject="Заказ 5531", name="Ольга Королёва"))
    await house.arrive(
        house.mail(
            "I want refunds for the running shoes",
            sender="li@client.test",
            name="Li Wei",
            subject="Complaint",
            attachments=(InFile("чек-оплаты.pdf", "application/pdf", unavailable="too large"),),
        )
    )
    await house.arrive(house.chat("где скидки на café?", user="7", name="Тарас"), "bot")
    await house.office.submit(c.Note(3, "обещал перезвонить"))
    return house


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("елка", (1,)),
        ("ЁЛКИ", (1,)),
        ("заказов", (1,)),
        ("зак", (1,)),
        ("з", ()),
        ("5531", (1,)),
        ("553", (1,)),
        ("refund", (2,)),
        ("run", (2,)),
        ('"running shoe"', (2,)),
        ('"shoes running"', ()),
        ('"run sho"', ()),
        ("скидка", (3,)),
        ("cafe", (3,)),
        ("CAFÉ", (3,)),
        ("королева", (1,)),
        ("li@client.test", (2,)),
        ("li@client.te", (2,)),
        ("чек", (2,)),
        ("оплата.pdf", (2,)),
        ("перезвонить", (3,)),
        ("деньги заказ", (1,)),
        ("деньги refund", ()),
        ("деньги OR refund", (1, 2)),
        ("-деньги", (2, 3)),
        ("subject:заказ", (1,)),
        ("body:заказ", ()),
        ("body:деньги", (1,)),
        ("subject:деньги", ()),
        ("customer:кор", (1,)),
        ("customer:olga@client.test", (1,)),
        ("customer:olga", ()),
        ("—", (1, 2, 3)),
        ("— деньги", (1,)),
    ],
)
async def test_words_find_what_people_mean(desk, text, expected):
    assert await found(desk, text) == expected


@pytest.mark.parametrize(
    "text", ['"', "'", '" OR *', "NEAR(a b)", "subject : x", "a* ^b", "{body}:x", "-", "\\", "%_", "a\x00b", "(", "' OR 1=1 --"]
)
async def test_hostile_words_are_words(desk, text):
    for phrase in (False, True):
        assert await desk.office.ids(Word(text, phrase)) in ((), (3, 2, 1), (1, 2, 3), (3, 1, 2))
    assert await desk.office.find_in_thread(1, text) is None or not stems.stems(text)
    await desk.office.customers(text)


async def test_the_hit_is_shown_with_its_surroundings(desk):
    long = "слово " * 100 + "Наконец\nвернули   деньги за ёлку " + "слово " * 100
    desk.clock.pass_(minutes=1)
    await desk.arrive(desk.mail(long, sender="pavel@client.test", name="Павел"))
    (row,) = (await desk.office.conversations(asked("деньгам наконец"))).rows
    assert row.hit is not None
    assert "Наконец вернули деньги за ёлку" in row.hit.text
    assert len(row.hit.text) <= 170
    assert [row.hit.text[start:end] for start, end in row.hit.spans] == ["Наконец", "деньги"]
    (named,) = (await desk.office.conversations(asked("королева"))).rows
    assert named.hit is not None


async def test_words_are_found_through_a_thread(desk):
    for minute in range(3):
        desk.clock.pass_(minutes=1)
        await desk.office.submit(c.Note(1, f"заказ проверен {minute}"))
    newest = await desk.office.find_in_thread(1, "заказы")
    assert newest is not None
    older = await desk.office.find_in_thread(1, "заказы", before_id=newest.message_id)
    assert older is not None
    assert older.message_id < newest.message_id
    back = await desk.office.find_in_thread(1, "заказы", after_id=older.message_id)
    assert back == newest
    assert await desk.office.find_in_thread(1, "заказы", after_id=newest.message_id) is None
    assert await desk.office.find_in_thread(1, "нигде") is None


async def test_an_edit_is_found_by_its_new_words_only(house):
    await house.arrive(house.chat("старые слова", external_id="7:1"), "bot")
    house.clock.pass_(minutes=1)
    await house.store.writer.run(
        lambda tx: (tx.run("UPDATE message SET text = 'новое начало' WHERE id = 1"), search_index.message_changed(tx, 1))
    )
    assert await found(house, "старые") == ()
    assert await found(house, "новый") == (1,)


async def test_a_rebuilt_index_finds_the_same(desk):
    before = [await found(desk, text) for text in ("елка", "refund", "перезвонить", "чек", "customer:кор")]
    documents = await desk.all("SELECT * FROM search_doc ORDER BY id"), await desk.all("SELECT * FROM customer_doc ORDER BY id")
    heard: list[tuple[int, int]] = []
    await desk.store.writer.run(lambda tx: search_index.rebuild(tx._connection, lambda *done: heard.append(done)))
    assert [await found(desk, text) for text in ("елка", "refund", "перезвонить", "чек", "customer:кор")] == before
    assert documents == (
        await desk.all("SELECT * FROM search_doc ORDER BY id"),
        await desk.all("SELECT * FROM customer_doc ORDER BY id"),
    )
    assert heard[-1][0] == heard[-1][1]


async def test_customers_are_found_by_beginnings(desk):
    assert [row.name for row in await desk.office.customers("коро")] == ["Ольга Королёва"]
    assert [row.name for row in await desk.office.customers("client.te")] == ["Li Wei", "Ольга Королёва"]
    assert [row.name for row in await desk.office.customers("wei li")] == ["Li Wei"]
    assert [row.name for row in await desk.office.customers("", limit=2)] == ["Тарас", "Li Wei"]
    assert await desk.office.customers("—") == ()


async def test_rows_that_do_not_move_are_seen_once(house):
    for number in range(30):
        await house.arrive(house.mail(f"письмо {number}", sender=f"p{number}@client.test"))
        house.clock.pass_(minutes=1)
    seen: list[int] = []
    moved = set()
    query = asked("is:open sort:newest")
    window = await house.office.conversations(query, after=4)
    while True:
        seen += [row.id for row in window.rows]
        if not window.more_after:
            break
        mover = 1 + len(seen) % 30
        moved.add(mover)
        house.clock.pass_(minutes=1)
        await house.office.submit(c.Reply(mover, "ответ"))
        last = window.rows[-1].key
        below = await house.office.conversations(query, at=type(last)(last.sort, last.id + 1), after=4)
        window = below
    still = [row_id for row_id in seen if row_id not in moved]
    assert sorted(still) == sorted(set(range(1, 31)) - moved)


@pytest.fixture
async def sorted_desk(house: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Twenty conversations, the newest last; "заказ" is in all, "ёлка" in the two oldest. Every word counts as common."""
    for number in range(20):
        text = "заказ и ёлка" if number < 2 else "заказ"
        await house.arrive(house.mail(f"{text} {number}", sender=f"p{number}@client.test"))
        house.clock.pass_(minutes=1)
    monkeypatch.setattr(search, "FEW", 0)
    return house


@pytest.fixture
def asked_of_the_index(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Statements that have the full-text index name all its hits."""
    statements: list[str] = []
    real = Look.all

    async def spied(self: Look, sql: str, values: Any = ()) -> list[Any]:
        if "search MATCH" in sql and "LIMIT ?" not in sql:
            statements.append(sql)
        return await real(self, sql, values)

    monkeypatch.setattr(Look, "all", spied)
    return statements


async def test_a_common_word_is_found_in_the_order_of_the_list_and_the_index_is_not_asked(sorted_desk, asked_of_the_index):
    window = await sorted_desk.office.conversations(asked("заказ"), after=4)
    assert [row.id for row in window.rows] == [20, 19, 18, 17]
    assert (window.more_before, window.more_after) == (False, True)
    around = await sorted_desk.office.conversations(asked("заказ is:open"), at=window.rows[-1].key, before=2, after=2)
    assert [row.id for row in around.rows] == [19, 18, 17, 16]
    assert (around.more_before, around.more_after) == (True, True)
    assert asked_of_the_index == []


async def test_a_word_of_old_conversations_is_left_to_the_index(sorted_desk, asked_of_the_index, monkeypatch):
    monkeypatch.setattr(list_trial, "STRETCH", 2)
    monkeypatch.setattr(list_trial, "MOST", 10)
    window = await sorted_desk.office.conversations(asked("елка"), after=1)
    assert ([row.id for row in window.rows], window.more_after) == ([2], True)
    assert len(asked_of_the_index) == 1


async def test_a_trial_goes_on_while_it_promises_a_full_window(sorted_desk, asked_of_the_index, monkeypatch):
    monkeypatch.setattr(list_trial, "STRETCH", 2)
    window = await sorted_desk.office.conversations(asked("елка"), after=4)
    assert ([row.id for row in window.rows], window.more_after) == ([2, 1], False)
    assert asked_of_the_index == []

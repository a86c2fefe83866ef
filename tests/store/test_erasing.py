"""Erasing a person: afterwards no byte of any file of the desk says anything of them, and all others keep what is theirs."""

from __future__ import annotations

import asyncio
import contextlib
import json
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from erased_home import left_of
from house import House
from recounted import all_is_right
from sla_house import PLAIN, promise, ring

from deskterm import logs
from deskterm.desk import commands as c
from deskterm.desk.commands import Done
from deskterm.desk.model import Held
from deskterm.desk.post import Address, IdentityKind, Inbound, InFile, MailRefs, Raw
from deskterm.desk.rows import Draft, NewMessage
from deskterm.office import OfficeError
from deskterm.store import ledger, outbox
from deskterm.store import store as stores
from deskterm.store.erasing import Erasing
from deskterm.store.ledger import Kept
from deskterm.store.outbox import Sent
from deskterm.store.writer import Transaction

NAME = "Феврония Крутогорская"
MAIL = "fevronia.krutogorskaya@zhuravlik.example"
CHAT = "770044551"
HER_WORDS = ("Заверюха пропала с прилавка", "Бронзулетка разбилась", "кракозябрица", "Хворостинка вторая", "выхухолевый мех")
OUR_WORDS = ("Высылаем бронзулеточный паспорт", "служебная загогулина", "черновичок недописанный", "застрявшее письмецо")
HER_FILE = b"zavitushka " * 400
SHARED_FILE = b"katavasia " * 400
ALL = (NAME, MAIL, CHAT, *HER_WORDS, *OUR_WORDS, "zavitushka", "перепукалка.pdf", "Щебетальня")


class Desk:
    """A desk with one person in every corner of it, among others."""

    def __init__(self, house: House) -> None:
        self.house = house

    async def take(self, inbound: Inbound, raw: bytes, channel: str = "mail", files: tuple[bytes, ...] = ()) -> int:
        """Have a message come in with these raw bytes; returns its conversation, 0 where it made none."""
        house = self.house
        house.count += 1
        sha = house.store.files.put(raw) if len(raw) > ledger.IN_TABLE else None
        row = Kept(Raw(f"r{house.count}", raw, house.clock()), sha)
        ids = await house.store.writer.run(lambda tx: ledger.keep(tx, house.channels[channel], [row], None, house.clock()))
        placed = {place: (house.store.files.put(data), len(data)) for place, data in enumerate(files)}

        def work(tx: Transaction) -> Held:
            pending = ledger.one(tx, ids[0])
            assert pending is not None
            return ledger.take_in(tx, pending, inbound, placed, house.rules, house.clock())

        await house.store.writer.run(work)
        found = await house.one("SELECT conversation_id FROM message WHERE inbound_id = ?", (ids[0],))
        return int(found[0]) if found else 0

    async def mail(self, text: str, sender: str = MAIL, name: str = NAME, files: tuple[bytes, ...] = (), **more: Any) -> int:
        attachments = tuple(InFile(more.pop("file_name", "перепукалка.pdf"), "application/pdf", data) for data in files)
        inbound = self.house.mail(text, sender, name=name, attachments=attachments, **more)
        return await self.take(inbound, f"From: {name} <{sender}>\r\n\r\n{text}".encode(), files=files)

    async def chat(self, text: str, user: str = CHAT, name: str = NAME, **more: Any) -> int:
        inbound = self.house.chat(text, user, name=name, **more)
        return await self.take(inbound, json.dumps({"from": {"id": int(user)}, "text": text}).encode(), "bot")

    async def answer(self, conversation_id: int, text: str, *, sent: bool) -> None:
        """Answer; what is not sent stays in the outbox with its bytes fixed."""
        house = self.house
        assert isinstance(await house.office.submit(c.Reply(conversation_id, text, anyway=True)), Done)
        house.clock.pass_(seconds=11)
        channels = list(house.channels.values())
        claims = await house.store.writer.run(
            lambda tx: outbox.claim(tx, channels, None, house.clock(), house.store.files, house.rules, "desk.test")
        )
        for claim in claims:
            outbox_id = claim.outbound.outbox_id
            payload = f"To: {MAIL}\r\n\r\n{text}".encode()
            await house.store.writer.run(lambda tx, i=outbox_id, p=payload: outbox.fix_payload(tx, i, p, None, None))
            if sent:
                receipt = Sent((f"{CHAT}:9{outbox_id}",))
                await house.store.writer.run(lambda tx, i=outbox_id, r=receipt: outbox.settle(tx, i, r, None, house.clock()))

    async def card(self, address: str) -> int:
        return int((await self.house.one("SELECT customer_id FROM identity WHERE value = ?", (address,)))[0])


@pytest.fixture
async def desk(house: House) -> Desk:
    return Desk(house)


async def fill(desk: Desk) -> tuple[int, int]:
    """Put the person everywhere, and others beside; returns the card, and a group's conversation."""
    house = desk.house
    logs.start(house.store.home)
    conversation = await desk.mail(HER_WORDS[0], files=(HER_FILE, SHARED_FILE), subject="Щебетальня")
    await desk.answer(conversation, OUR_WORDS[0], sent=True)
    await desk.mail(f"{HER_WORDS[1]}\n" + "кракозябрица " * 20_000, subject="Re: Щебетальня")  # raw bytes in a file
    assert isinstance(await house.office.submit(c.Note(conversation, OUR_WORDS[1])), Done)
    await house.office.save_draft(Draft(conversation, OUR_WORDS[2], False))
    await house.office.save_new_message(NewMessage("mail", f"{NAME} <{MAIL}>", "Щебетальня", OUR_WORDS[2], ()))
    first = await desk.chat(HER_WORDS[3], external_id=f"{CHAT}:1")
    await desk.chat("Выхухолевый мех", edit_of=f"{CHAT}:1", external_id=f"{CHAT}:1", version_key="2")
    await desk.answer(first, OUR_WORDS[3], sent=False)
    group = await desk.chat(HER_WORDS[4], thread_key="-100", group="Соседи", external_id="-100:1")
    await desk.chat("А я согласен", "8", "Тарас", thread_key="-100", group="Соседи", external_id="-100:2",
                    reply_to_external="-100:1", quote=HER_WORDS[4])  # fmt: skip
    await desk.mail("Жалоба на доставку", "ivan@other.test", "Иван", files=(SHARED_FILE,), file_name="чек.pdf")
    await house.keep(f"From: {MAIL}\r\n\r\n{HER_WORDS[0]}".encode(), key="held")
    await merged(desk, await desk.card(MAIL), await desk.card(CHAT))
    await written_on_the_card(desk, await desk.card(MAIL))
    stores.keep_copy(house.store.home, "before-0003")
    return await desk.card(MAIL), group


async def merged(desk: Desk, into: int, gone: int) -> None:
    """Merge two cards the way merging does: rows are pointed elsewhere and keep their home."""

    def work(tx: Transaction) -> None:
        tx.run("UPDATE customer SET merged_into_id = ? WHERE id = ?", (into, gone))
        for table, home in (("identity", "home_id"), ("conversation", "home_customer_id")):
            tx.run(
                f"UPDATE {table} SET {home} = coalesce({home}, customer_id), customer_id = ? WHERE customer_id = ?",
                (into, gone),
            )

    await desk.house.store.writer.run(work)


async def written_on_the_card(desk: Desk, card: int) -> None:
    """Put words of the person's into every table of the card."""

    def work(tx: Transaction) -> None:
        tx.run("INSERT INTO customer_value (customer_id, field, value) VALUES (?, 'city', 'Щебетальня')", (card,))
        tx.run("INSERT INTO customer_note (id, customer_id, text, pinned, at) VALUES (1, ?, 'кракозябрица', 1, 0)", (card,))
        tx.run("INSERT INTO claim (kind, value, customer_id, evidence, at) VALUES ('email', ?, ?, 'form', 0)", (MAIL, card))
        tx.run("INSERT INTO customer_key (key, customer_id) VALUES ('крутогорская', ?)", (card,))
        data = json.dumps({"to": NAME}, ensure_ascii=False)
        tx.run(
            "INSERT INTO record (id, kind, external_id, folded, customer_id, at, data, created_at, updated_at)"
            " VALUES (1, 'order', 'щебетальня', 'щебетальня', ?, 0, ?, 0, 0)",
            (card, data),
        )
        tx.run("INSERT INTO record_key (kind, value, record_id) VALUES ('email', ?, 1)", (MAIL,))
        tx.run(
            "INSERT INTO journal (command_id, at, stored_at, kind, version, actor_kind, customer_id, data)"
            " VALUES (99, 0, 0, 'customer_changed', 1, 'desk', ?, '{}')",
            (card,),
        )
        tx.run("INSERT INTO journal_text (seq, text) SELECT max(seq), ? FROM journal", (NAME,))

    await desk.house.store.writer.run(work)


async def test_no_byte_of_any_file_says_anything_of_them(desk: Desk) -> None:
    house = desk.house
    card, group = await fill(desk)
    home = house.store.home
    before = left_of(home, ALL)
    assert any(name.startswith("files/") for name in before)
    assert any(name.startswith("backups/") for name in before)
    numbers = await house.all("SELECT number FROM conversation ORDER BY number")

    erased = await house.office.erase_customer(card)

    assert left_of(home, ALL) == {}
    assert erased.customer_id == card
    assert erased.copies == 1
    await house.store.close()
    assert left_of(home, ALL) == {}
    with contextlib.closing(sqlite3.connect(home / "desk.db")) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        for index in ("search", "customer_search"):
            connection.execute(f"INSERT INTO {index} ({index}, rank) VALUES ('integrity-check', 1)")
        assert connection.execute("SELECT number FROM conversation ORDER BY number").fetchall() == numbers
        assert [row[0] for row in connection.execute("SELECT text FROM message WHERE conversation_id = ?", (group,))] == [
            "",
            "А я согласен",
        ]
        assert connection.execute("SELECT name FROM attachment WHERE sha256 IS NOT NULL").fetchall() == [("чек.pdf",)]
        kinds = connection.execute("SELECT actor_kind, actor_id, data FROM journal WHERE kind = 'customer_erased'").fetchall()
    assert [(row[0], row[1]) for row in kinds] == [("operator", house.anna.id)]
    assert set(json.loads(kinds[0][2])) <= {"messages", "files"}
    (left,) = list((home / "files").rglob("*/*"))
    assert left.read_bytes() == SHARED_FILE


async def test_others_keep_their_words_and_are_found_by_them(desk: Desk) -> None:
    card, group = await fill(desk)
    await desk.house.office.erase_customer(card)
    house = desk.house
    (found,) = await house.all("SELECT text FROM message WHERE text LIKE 'Жалоба%'")
    assert found == ("Жалоба на доставку",)
    hits = await house.all("SELECT rowid FROM search WHERE search MATCH 'доставк'")
    assert len(hits) == 1
    page = await house.office.messages(group)
    assert [(row.text, row.placeholder, row.quote) for row in page.rows] == [("", "erased", ""), ("А я согласен", "", "")]
    counts = await house.office.counts()
    assert counts.queued == counts.failed == counts.uncertain == 0


async def test_what_was_erased_does_not_come_in_again(desk: Desk) -> None:
    card, _group = await fill(desk)
    house = desk.house
    await house.office.erase_customer(card)
    before = await house.one("SELECT count(*) FROM message")
    await desk.chat("Выхухолевый мех", edit_of=f"{CHAT}:1", external_id=f"{CHAT}:1", version_key="3")
    await desk.chat(HER_WORDS[4], thread_key="-100", group="Соседи", external_id="-100:1")
    assert await house.one("SELECT count(*) FROM message") == before
    rows = await house.all("SELECT state, reason, data FROM inbound ORDER BY id DESC LIMIT 2")
    assert rows == [("ignored", "erased", None), ("ignored", "erased", None)]


async def test_who_writes_again_is_somebody_new(desk: Desk) -> None:
    card, _group = await fill(desk)
    await desk.house.office.erase_customer(card)
    assert await desk.chat("Здравствуйте ещё раз", external_id=f"{CHAT}:77")
    assert await desk.card(CHAT) != card


async def test_a_run_that_was_stopped_is_finished_by_the_next(desk: Desk) -> None:
    card, _group = await fill(desk)
    house = desk.house

    class Stop(Exception):
        pass

    writes = 0
    for most in range(1, 400):
        writes = 0

        async def write(work: Callable[[Transaction], Any], limit: int = most) -> Any:
            nonlocal writes
            writes += 1
            if writes > limit:
                raise Stop
            return await house.store.writer.run(work)

        async with house.store.reader.look() as look:
            from deskterm.store.traces import person

            who = await person(look, card)
        assert who is not None
        from deskterm.desk.model import Actor, ActorKind

        try:
            await Erasing(house.store, write, Actor(ActorKind.OPERATOR, house.anna.id), who, grace_s=0).run()
        except Stop:
            continue
        break
    assert left_of(house.store.home, ALL) == {}
    assert len(await house.all("SELECT 1 FROM journal WHERE kind = 'customer_erased'")) == 1


async def test_messages_that_come_in_meanwhile_are_erased_too(desk: Desk) -> None:
    card, _group = await fill(desk)
    house = desk.house
    sent: list[asyncio.Task[int]] = []

    def progress(_done: int, _total: int) -> None:
        if len(sent) < 3:
            sent.append(
                asyncio.get_running_loop().create_task(desk.mail(f"Хворостинка вторая {len(sent)}", subject="Щебетальня"))
            )

    await house.office.erase_customer(card, progress)
    await asyncio.gather(*sent)
    again = await house.one("SELECT customer_id FROM identity WHERE value = ?", (MAIL,))
    if again is not None:  # it came in after the card was gone: they are somebody new
        await house.office.erase_customer(int(again[0]))
    assert left_of(house.store.home, ALL) == {}


async def test_only_owners_and_supervisors_erase(desk: Desk) -> None:
    card, _group = await fill(desk)
    with pytest.raises(OfficeError) as refused:
        await desk.house.as_(desk.house.boris).erase_customer(card)
    assert refused.value.code == "permission"
    with pytest.raises(OfficeError) as refused:
        await desk.house.office.erase_customer(9_999)
    assert refused.value.code == "not_found"


async def test_a_mail_of_another_loses_what_it_quotes_of_them(desk: Desk) -> None:
    house = desk.house
    theirs = house.mail(HER_WORDS[0], MAIL, name=NAME, refs=MailRefs(message_id="hers@client.test"))
    await desk.take(theirs, f"From: {MAIL}\r\n\r\n{HER_WORDS[0]}".encode())
    text = f"Мне то же самое.\n\n> {HER_WORDS[0]}"
    cc = (Address(IdentityKind.EMAIL, MAIL, NAME),)
    other = house.mail(
        text, "ivan@other.test", name="Иван", quoted_from=18, cc=cc,
        refs=MailRefs(message_id="his@other.test", references=("hers@client.test",)),
    )  # fmt: skip
    await desk.take(other, f"From: ivan@other.test\r\nCc: {MAIL}\r\n\r\n{text}".encode())
    await house.office.erase_customer(await desk.card(MAIL))
    rows = await house.all("SELECT text, mail_references, recipients FROM message WHERE text <> ''")
    assert rows == [("Мне то же самое.", "", json.dumps({"to": [], "cc": []}))]
    assert left_of(house.store.home, (MAIL, NAME, HER_WORDS[0])) == {}


def test_the_folder_is_really_searched(tmp_path: Path) -> None:
    (tmp_path / "one").write_bytes("…заверюх…".encode())
    assert left_of(tmp_path, ("Заверюха пропала",)) == {"one": ["заверюх"]}


async def test_what_was_promised_them_is_dropped_and_nobody_missed_it(desk: Desk) -> None:
    house = desk.house
    await promise(house, PLAIN)
    card, _group = await fill(desk)
    await house.office.erase_customer(card)
    await all_is_right(house)
    house.clock.pass_(days=3)
    await ring(house)
    await all_is_right(house)
    theirs = "conversation_id IN (SELECT id FROM conversation WHERE emptied_at IS NOT NULL)"
    outcomes = await house.all(f"SELECT DISTINCT ended_at IS NULL, outcome FROM sla_clock WHERE {theirs}")
    assert (0, "dropped") in outcomes
    assert all(not live and outcome != "missed" for live, outcome in outcomes)
    assert await house.all(f"SELECT kind FROM journal WHERE kind = 'sla_missed' AND {theirs}") == []
    assert await house.all(f"SELECT id FROM notice WHERE read_at IS NULL AND {theirs}") == []
    assert await house.all(f"SELECT id FROM promise WHERE state IN ('open', 'overdue') AND {theirs}") == []

"""Years of mail brought in: whatever the files are called, once and for all, and no news to anybody."""

from __future__ import annotations

import asyncio
import random
from pathlib import Path
from typing import Any

import pytest
from old_mail import (
    ANSWERED,
    ASKED,
    LATER,
    OTHER,
    SETTINGS,
    SHOP,
    STRANGER,
    THANKED,
    THREADS,
    Shelf,
    a_mail,
    as_files,
    as_maildir,
    as_mbox,
)
from scripted import Scripted

from deskterm.background import collector
from deskterm.background.duty import Duty, Served
from deskterm.channels.email.understand import understand
from deskterm.desk import commands as c
from deskterm.desk.model import Held, Status
from deskterm.desk.post import Capabilities
from deskterm.desk.query_tree import Word
from deskterm.store import ledger


@pytest.fixture
async def shelf(house: Any) -> Shelf:
    made = Shelf(house)
    await made.operators()
    return made


async def take_live(house: Any, raw: bytes) -> Held:
    """Have a mail come in from the server, as the poller hands it over."""
    inbound = understand(raw, ("support@desk.test",), (), "desk.test")
    inbound_id = await house.keep(raw, key=inbound.external_id)

    def work(tx: Any) -> Held:
        row = ledger.one(tx, inbound_id)
        assert row is not None
        return ledger.take_in(tx, row, inbound, {}, house.rules, house.clock())

    return await house.store.writer.run(work)


async def understood_again(house: Any, raw: bytes) -> Held:
    """Have the row that is held understood again, as `deskterm quarantine reparse` does."""
    (inbound_id,) = await house.one("SELECT id FROM inbound WHERE state = 'quarantined'")
    row = await house.store.writer.run(lambda tx: ledger.one(tx, inbound_id))
    channel = Scripted("email", Capabilities())
    channel.understands = lambda data: understand(data, (SETTINGS.address,), (), "desk.test")
    served = Served(house.channels["mail"], SETTINGS, channel)
    duty = Duty(house.store, house.rules, None, "desk.test", {served.id: served})
    return await house.store.writer.run(await collector.understood(served, row, duty))


@pytest.mark.parametrize("form", [as_files, as_mbox, as_maildir])
async def test_every_form_gives_the_same_conversations(shelf: Shelf, tmp_path: Path, form: Any) -> None:
    report = await shelf.bring(form(tmp_path / "old", SHOP))
    assert await shelf.threads() == THREADS
    twice = 1 if form is as_maildir else 0
    assert (report.found, report.taken, report.already) == (len(SHOP) + twice, 7, twice)
    assert (dict(report.ignored), report.held, report.strays) == ({"between ourselves": 1}, [], [])
    assert (report.conversations, report.customers) == (4, 3)


async def test_dates_and_people_are_the_mails_own(shelf: Shelf, tmp_path: Path) -> None:
    await shelf.bring(as_files(tmp_path / "old", SHOP))
    ms = 1551682800000  # Mon, 04 Mar 2019 10:00 in Moscow
    (row,) = await shelf.house.all(
        "SELECT opened_at, closed_at, last_message_at, last_incoming_at, message_count, unread, waiting_since, assignee_id"
        " FROM conversation ORDER BY id LIMIT 1"
    )
    assert row == (ms, ms + 82_800_000, ms + 82_800_000, ms + 82_800_000, 3, 0, None, None)
    mails = await shelf.house.all(
        "SELECT m.kind, m.at, m.delivery, m.sent_at, i.value, m.author_operator_id FROM message m"
        " LEFT JOIN identity i ON i.id = m.author_identity_id WHERE m.mail_id IN ('2@old.test', '3@old.test', '5@old.test')"
        " ORDER BY m.id"
    )
    assert mails == [
        ("outgoing", ms + 3_600_000, "sent", ms + 3_600_000, None, None),
        ("incoming", ms + 82_800_000, None, None, "olga@client.test", None),
        ("outgoing", 1551866400000, "sent", 1551866400000, None, shelf.house.anna.id),
    ]
    assert await shelf.house.one("SELECT count(*) FROM outbox") == (0,)


async def test_it_is_no_news(shelf: Shelf, tmp_path: Path) -> None:
    await shelf.bring(as_files(tmp_path / "old", SHOP))
    counters = dict(await shelf.house.all("SELECT view, n FROM counter WHERE scope = 0 AND n <> 0"))
    assert counters == {"all": 4, "closed": 4}
    kinds = {row[0] for row in await shelf.house.all("SELECT kind FROM journal WHERE actor_kind = 'desk'")}
    assert {"conversation_opened", "message_received", "reply_imported", "conversation_closed"} <= kinds
    assert not await shelf.house.all("SELECT 1 FROM journal WHERE kind IN ('reply_queued', 'conversation_reopened')")


async def test_again_and_again_brings_nothing_twice(shelf: Shelf, tmp_path: Path) -> None:
    files = as_files(tmp_path / "old", SHOP)
    box = as_mbox(tmp_path / "old.mbox", SHOP)
    await shelf.bring(files)
    before = await shelf.house.all("SELECT * FROM message")
    for paths in ((files,), (box,), (box, files)):
        report = await shelf.bring(*paths)
        assert (report.taken, report.already, report.conversations) == (0, report.found, 0)
    assert await shelf.house.all("SELECT * FROM message") == before


@pytest.mark.parametrize("seed", range(6))
async def test_any_order_and_any_names_give_the_same(shelf: Shelf, tmp_path: Path, seed: int) -> None:
    shuffled = list(SHOP)
    random.Random(seed).shuffle(shuffled)
    half = len(shuffled) // 2
    as_files(tmp_path / "a", tuple(shuffled[:half]))
    as_mbox(tmp_path / "b", tuple(shuffled[half:]))
    await shelf.bring(tmp_path / "b", tmp_path / "a")
    assert await shelf.threads() == THREADS


@pytest.mark.parametrize("first", [(ASKED,), (THANKED,), (ANSWERED, LATER), (THANKED, STRANGER)])
async def test_in_two_runs_threads_meet(shelf: Shelf, tmp_path: Path, first: tuple[bytes, ...]) -> None:
    """What comes later finds its conversation also where that begins with an answer to it."""
    await shelf.bring(as_files(tmp_path / "one", first))
    await shelf.bring(as_files(tmp_path / "two", SHOP))
    found = await shelf.threads()
    assert [(title, status, sorted(lines)) for title, status, lines in found] == [
        (title, status, sorted(lines)) for title, status, lines in THREADS
    ]


class TestBesideLiveMail:
    async def test_what_came_in_live_is_here_already(self, shelf: Shelf, tmp_path: Path) -> None:
        assert await take_live(shelf.house, LATER) is Held.STORED
        report = await shelf.bring(as_mbox(tmp_path / "box", (LATER,)), as_files(tmp_path / "old", (LATER,)))
        assert (report.taken, report.already) == (0, 2)
        assert await shelf.house.one("SELECT count(*) FROM message") == (1,)

    async def test_another_programs_copy_of_the_same_mail_too(self, shelf: Shelf, tmp_path: Path) -> None:
        await take_live(shelf.house, LATER)
        exported = LATER.replace(b"Subject: ", b"Subject:  ").replace(b"Content-Type", b"X-Exported: yes\r\nContent-Type")
        report = await shelf.bring(as_files(tmp_path / "old", (exported,)))
        assert dict(report.ignored) == {"already here": 1}

    async def test_what_was_brought_in_does_not_come_in_live(self, shelf: Shelf, tmp_path: Path) -> None:
        await shelf.bring(as_files(tmp_path / "old", (LATER,)))
        inbound = understand(LATER, ("support@desk.test",), (), "desk.test")
        rows = await shelf.house.all("SELECT source_key, state, flag FROM inbound")
        assert rows == [(inbound.external_id, "stored", "history")]

    async def test_a_waiting_conversation_goes_on_waiting(self, shelf: Shelf, tmp_path: Path) -> None:
        house = shelf.house
        written = ("9", "olga@client.test", "support@desk.test", "Sun, 22 Nov 2026 09:00:00 +0000", "Ну как?")
        fresh = a_mail(*written, answers="3", references=("1", "2"))
        await take_live(house, fresh)
        columns = "status, waiting_since, asked, unread, last_message_at, last_incoming_at, preview, closed_at, sort_at"
        before = await house.one(f"SELECT {columns} FROM conversation")
        await shelf.bring(as_files(tmp_path / "old", (ASKED, ANSWERED, THANKED)))
        assert await house.one(f"SELECT {columns} FROM conversation") == before
        said = [(status, lines) for _title, status, lines in await shelf.threads()]
        assert said == [THREADS[0][1:], ("open", ["in Ну как?"])]
        assert await house.one("SELECT previous_id FROM conversation WHERE status = 'open'") == (2,)

    async def test_a_customer_who_writes_again_is_known(self, shelf: Shelf, tmp_path: Path) -> None:
        await shelf.bring(as_files(tmp_path / "old", SHOP))
        await take_live(
            shelf.house, a_mail("9", "olga@client.test", "support@desk.test", "Sun, 22 Nov 2026 09:00:00 +0000", "Hi")
        )
        assert await shelf.house.one("SELECT count(*) FROM customer") == (3,)

    async def test_our_own_reply_is_not_brought_in_again(self, shelf: Shelf, tmp_path: Path) -> None:
        house = shelf.house
        await take_live(house, LATER)
        (conversation_id,) = await house.one("SELECT id FROM conversation")
        await house.office.submit(c.Reply(conversation_id, "Есть"))
        (public_id,) = await house.one("SELECT public_id FROM message WHERE kind = 'outgoing'")
        raw = a_mail("x", "support@desk.test", "olga@client.test", "Sun, 22 Nov 2026 09:00:00 +0000", "Есть")
        signed = house.store.signer.message_id(public_id, "desk.test")
        report = await shelf.bring(as_files(tmp_path / "sent", (raw.replace(b"x@old.test", signed.encode()),)))
        assert dict(report.ignored) == {"a copy of what we sent": 1}


async def test_a_dry_run_keeps_nothing(shelf: Shelf, tmp_path: Path) -> None:
    files = as_files(tmp_path / "old", (*SHOP, ASKED))
    before = await shelf.house.one("SELECT count(*) FROM journal")
    report = await shelf.bring(files, dry_run=True)
    assert (report.found, report.taken, report.already) == (9, 7, 1)
    assert dict(report.ignored) == {"between ourselves": 1}
    assert await shelf.house.one("SELECT count(*) FROM journal") == before
    assert await shelf.house.one("SELECT count(*) FROM inbound") == (0,)


async def test_what_cannot_be_read_is_held_and_named(shelf: Shelf, tmp_path: Path) -> None:
    folder = as_files(tmp_path / "old", (ASKED,))
    bomb = b"From: a@x.test\r\nSubject: deep\r\n" + b"Content-Type: message/rfc822\r\n\r\n" * 50 + b"end"
    (folder / "bomb.eml").write_bytes(bomb)
    (folder / "notes.txt").write_text("Dear diary\n")
    (folder / "nobody.eml").write_bytes(b"Subject: no sender\r\nDate: Mon, 04 Mar 2019 10:00:00 +0300\r\n\r\nHi\r\n")
    (folder / "link.eml").symlink_to(folder / "000.eml")
    report = await shelf.bring(folder)
    assert (report.taken, dict(report.ignored)) == (2, {"no sender": 1})
    assert report.strays == [(str(folder / "notes.txt"), "not a mail")]


async def test_a_blocked_sender_stays_outside(shelf: Shelf, tmp_path: Path) -> None:
    await shelf.bring(as_files(tmp_path / "one", (STRANGER,)))
    await shelf.house.store.writer.run(lambda tx: tx.run("UPDATE identity SET blocked = 1"))
    more = a_mail("10", "eve@evil.test", "support@desk.test", "Fri, 08 Mar 2019 09:00:00 +0000", "Buy!")
    report = await shelf.bring(as_files(tmp_path / "two", (more,)))
    assert [reason for _where, reason in report.held] == ["blocked sender"]
    await shelf.house.store.writer.run(lambda tx: tx.run("UPDATE identity SET blocked = 0"))
    assert await understood_again(shelf.house, more) is Held.STORED
    assert (await shelf.threads())[-1] == ("Eve", "closed", ["in Buy!"]), "it is still of the past"


async def test_stopped_it_keeps_what_is_done_and_goes_on_later(shelf: Shelf, tmp_path: Path) -> None:
    folder = as_files(tmp_path / "old", SHOP)
    reached = asyncio.Event()

    def progress(done: int, total: int) -> None:
        if done == 4:
            reached.set()

    bringing = asyncio.create_task(shelf.bring(folder, progress=progress))
    await reached.wait()
    bringing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await bringing
    (kept,) = await shelf.house.one("SELECT count(*) FROM message")
    assert 0 < kept < 7
    await shelf.bring(folder)
    assert await shelf.threads() == THREADS


async def test_it_is_found_by_search(shelf: Shelf, tmp_path: Path) -> None:
    await shelf.bring(as_files(tmp_path / "old", SHOP))
    found = await shelf.house.office.conversations(Word("far", phrase=False))
    assert [(row.customer, row.status) for row in found.rows] == [("Ольга", Status.CLOSED)]


async def test_our_mail_alone_makes_a_card_of_whom_it_went_to(shelf: Shelf, tmp_path: Path) -> None:
    first = a_mail("20", "support@desk.test", "Нина <nina@new.test>", "Mon, 04 Mar 2019 10:00:00 +0300", "Добрый день")
    answer = a_mail("21", "nina@new.test", "support@desk.test", "Mon, 04 Mar 2019 12:00:00 +0300", "Здравствуйте", answers="20")
    await shelf.bring(as_files(tmp_path / "old", (answer, first)))
    assert await shelf.threads() == [("Нина", "closed", ["out Добрый день", "in Здравствуйте"])]
    assert await shelf.house.one("SELECT proof FROM identity WHERE value = 'nina@new.test'") == ("entered",)


async def test_what_was_erased_stays_away_however_a_program_wrote_it(shelf: Shelf, tmp_path: Path) -> None:
    house = shelf.house
    await shelf.bring(as_files(tmp_path / "old", (ASKED, ANSWERED, OTHER)))
    (olga_id,) = await house.one("SELECT customer_id FROM identity WHERE value = 'olga@client.test'")
    await house.office.erase_customer(olga_id)
    olga, monday = "Ольга <olga@client.test>", "Mon, 04 Mar 2019 1{}:00:00 +0300"
    asked = a_mail("1", olga, SETTINGS.address, monday.format(0), " Где  мой чайник?\n\n")
    answered = a_mail("2", f"Shop <{SETTINGS.address}>", olga, monday.format(1), " Едет. \n\n", answers="1")
    report = await shelf.bring(as_files(tmp_path / "again", (asked, answered, OTHER)))
    assert (report.taken, report.already, dict(report.ignored)) == (0, 1, {"erased": 2})
    moved = a_mail("1", olga, SETTINGS.address, monday.format(0), "Где мой  чайник? \n")
    assert await take_live(house, moved) is Held.IGNORED
    assert await house.all("SELECT text FROM message WHERE text <> ''") == [("Do you ship to Riga?",)]
    assert await house.all("SELECT name FROM customer WHERE name <> ''") == [("Ivan",)]


async def test_a_new_mail_under_the_id_of_an_erased_one_is_a_mail(shelf: Shelf, tmp_path: Path) -> None:
    house = shelf.house
    await shelf.bring(as_files(tmp_path / "old", (ASKED,)))
    await house.office.erase_customer(1)
    later = a_mail("1", "Ольга <olga@client.test>", SETTINGS.address, "Mon, 23 Nov 2026 10:00:00 +0300", "И снова я\n")
    assert await take_live(house, later) is Held.STORED

"""Exporting a customer: everything, for a program and for a person, in a folder that only its owner may look into."""

from __future__ import annotations

import json
import re
import stat
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from house import House

from deskterm.desk import commands as c
from deskterm.desk.post import InFile
from deskterm.office import OfficeError
from deskterm.store import ledger
from deskterm.store.writer import Transaction

NASTY = "<script>alert('5531')</script> & <img src=http://evil.test/x.png>"


async def filled(house: House) -> int:
    """A customer with a mail and a file, an answer, a note, a chat that was edited, words in a group and a card; their id."""
    inbound = house.mail(NASTY, subject="<b>Заказ</b>", attachments=(InFile("../<чек>.pdf", "application/pdf", b"cheque"),))
    inbound_id = await house.keep(b"From: olga@client.test\r\n\r\nraw bytes")
    files = {0: (house.store.files.put(b"cheque"), 6)}

    def work(tx: Transaction) -> None:
        row = ledger.one(tx, inbound_id)
        assert row is not None
        ledger.take_in(tx, row, inbound, files, house.rules, house.clock())
        tx.run("UPDATE customer SET language = 'ru'")
        tx.run("INSERT INTO customer_value (customer_id, field, value) VALUES (1, 'city', 'Тверь')")
        tx.run("INSERT INTO customer_note (id, customer_id, text, pinned, at, operator_id) VALUES (1, 1, 'звонить', 1, 0, 1)")
        tx.run("INSERT INTO claim (kind, value, customer_id, evidence, at) VALUES ('phone', '+79120000000', 1, 'typed', 0)")
        tx.run(
            "INSERT INTO record (id, kind, external_id, folded, customer_id, at, data, created_at, updated_at)"
            " VALUES (1, 'order', '5531', '5531', 1, 0, ?, 0, 0)",
            (json.dumps({"sum": "990"}),),
        )
        tx.run("UPDATE identity SET customer_id = 1")

    await house.store.writer.run(work)
    conversation = (await house.one("SELECT id FROM conversation"))[0]
    await house.office.submit(c.Reply(conversation, "Отправлен"))
    await house.office.submit(c.Note(conversation, "проверить"))
    await house.arrive(house.mail("Спасибо"))
    return 1


async def read(folder: Path) -> Any:
    return json.loads((folder / "customer.json").read_text())


async def test_everything_is_there(house: House, tmp_path: Path) -> None:
    customer = await filled(house)
    folder = await house.office.export_customer(customer, tmp_path / "out" / "olga")
    data = await read(folder)
    assert (data["format"], data["version"], data["exported_at"]) == ("deskterm customer", 1, "2026-11-22T09:00:00Z")
    card = data["customer"]
    assert (card["id"], card["name"], card["language"], card["fields"]) == (1, "Ольга К.", "ru", {"city": "Тверь"})
    assert [(one["kind"], one["value"]) for one in card["addresses"]] == [("email", "olga@client.test")]
    assert [(one["value"], one["evidence"]) for one in card["claims"]] == [("+79120000000", "typed")]
    assert [(one["text"], one["pinned"], one["author"]) for one in card["notes"]] == [("звонить", True, "Анна")]
    assert [(one["kind"], one["number"], one["values"]) for one in card["records"]] == [("order", "5531", {"sum": "990"})]
    said = [(one["kind"], one["text"]) for talk in data["conversations"] for one in talk["messages"]]
    assert said == [("incoming", NASTY), ("outgoing", "Отправлен"), ("note", "проверить"), ("incoming", "Спасибо")]
    first = data["conversations"][0]["messages"][0]
    (file,) = first["files"]
    assert (folder / file["path"]).read_bytes() == b"cheque"
    assert Path(file["path"]).parent == Path("files")
    assert (folder / first["raw"]).read_bytes() == b"From: olga@client.test\r\n\r\nraw bytes"


async def test_only_the_owner_may_look_into_the_folder(house: House, tmp_path: Path) -> None:
    folder = await house.office.export_customer(await filled(house), tmp_path / "olga")
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    for path in folder.rglob("*"):
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0
    with pytest.raises(OfficeError) as refused:
        await house.office.export_customer(1, folder)
    assert refused.value.code == "bad_folder"


async def test_the_page_runs_and_fetches_nothing(house: House, tmp_path: Path) -> None:
    folder = await house.office.export_customer(await filled(house), tmp_path / "olga")
    text = (folder / "customer.html").read_text()
    tags: list[tuple[str, dict[str, str | None]]] = []

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            tags.append((tag, dict(attrs)))

    Reader().feed(text)
    assert {tag for tag, _ in tags} <= {
        "html", "head", "meta", "title", "style", "body", "h1", "h2", "p", "table", "tr", "th", "td", "article", "b", "pre",
        "a", "blockquote",
    }  # fmt: skip
    links = [attributes["href"] or "" for tag, attributes in tags if tag == "a"]
    assert links
    assert all(re.fullmatch(r"files/[^:]+", link) for link in links)
    assert not any(name in {"src", "onclick", "onload"} for _, attributes in tags for name in attributes)
    assert "&lt;script&gt;" in text
    assert '<html lang="ru">' in text


async def test_the_journal_says_who_exported_whom_and_nothing_else(house: House, tmp_path: Path) -> None:
    await house.office.export_customer(await filled(house), tmp_path / "olga")
    rows = await house.all("SELECT actor_kind, actor_id, data FROM journal WHERE kind = 'customer_exported'")
    assert rows == [("operator", house.anna.id, '{"customer":1}')]


async def test_operators_export_nobody(house: House, tmp_path: Path) -> None:
    customer = await filled(house)
    with pytest.raises(OfficeError) as refused:
        await house.as_(house.boris).export_customer(customer, tmp_path / "olga")
    assert refused.value.code == "permission"
    assert not (tmp_path / "olga").exists()


async def test_what_goes_to_another_when_it_is_parted_is_not_theirs(house: House, tmp_path: Path) -> None:
    """Two cards, parted before parting cards parted their conversations: one's is merged into the other's still."""
    await house.arrive(house.mail("слова Анны", "ann@a.test"))
    await house.arrive(house.mail("слова Берта", "bert@b.test"))

    def merge(tx: Transaction) -> None:
        tx.run("UPDATE conversation SET merged_into_id = 1 WHERE id = 2")
        tx.run("UPDATE message SET conversation_id = 1, home_id = 2 WHERE conversation_id = 2")

    await house.store.writer.run(merge)
    ann = await read(await house.office.export_customer(1, tmp_path / "ann"))
    bert = await read(await house.office.export_customer(2, tmp_path / "bert"))
    assert [one["text"] for talk in ann["conversations"] for one in talk["messages"]] == ["слова Анны"]
    assert [one["text"] for one in bert["elsewhere"]] == ["слова Берта"]

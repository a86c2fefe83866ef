"""The fake keeps the office's promises: windows, undo of a send, the bell."""

from __future__ import annotations

import inspect

import pytest
from fake_office import FakeOffice
from fake_seed import EVERY_KIND, LONG_THREAD, VERA
from nasty import TEXTS

from deskterm.desk.commands import Done, Refused, Reply, TakeBack
from deskterm.desk.model import Delivery, Kind
from deskterm.desk.rows import RowKey, View
from deskterm.desk.text import clean_line
from deskterm.office import Office
from deskterm.office_customers import CustomersOffice
from deskterm.office_time import TimeOffice


def test_the_fake_has_every_word_of_the_protocol() -> None:
    wanted = {name for part in (Office, CustomersOffice, TimeOffice) for name in vars(part) if not name.startswith("_")}
    fake = FakeOffice()
    assert {name for name in wanted if not hasattr(fake, name)} == set()
    for name in wanted - {"me", "demo", "card", "zone"}:
        ours = list(inspect.signature(getattr(fake, name)).parameters)
        asked = getattr(Office, name)
        assert ours == [word for word in inspect.signature(asked).parameters if word != "self"], name


async def test_windows_join_without_gap_or_double() -> None:
    office = FakeOffice()
    whole = await office.conversations(View.INBOX, after=1000)
    assert whole.total == len(whole.rows)
    assert [row.key for row in whole.rows] == sorted(row.key for row in whole.rows)
    middle = whole.rows[70].key
    around = await office.conversations(View.INBOX, at=middle, before=10, after=10)
    assert around.rows == whole.rows[60:80]
    assert (around.more_before, around.more_after) == (True, True)
    end = await office.conversations(View.INBOX, at=RowKey(2**62, 0), before=5, after=0)
    assert end.rows == whole.rows[-5:]
    assert not end.more_after


async def test_thread_pages() -> None:
    office = FakeOffice()
    newest = await office.messages(LONG_THREAD)
    assert len(newest.rows) == 60
    assert newest.more_before
    older = await office.messages(LONG_THREAD, before_id=newest.rows[0].id)
    again = await office.messages(LONG_THREAD, after_id=older.rows[-1].id)
    assert again.rows == newest.rows
    kinds = {row.kind for row in (await office.messages(EVERY_KIND)).rows}
    assert kinds == set(Kind)


async def test_a_reply_can_be_taken_back_until_it_went() -> None:
    office = FakeOffice()
    sent = await office.submit(Reply(EVERY_KIND, "Да"))
    assert isinstance(sent, Done)
    assert await office.submit(TakeBack(sent.message_id or 0)) == Done(2)
    draft = await office.draft(EVERY_KIND)
    assert draft is not None
    assert draft.text == "Да"
    second = await office.submit(Reply(EVERY_KIND, "Да!"))
    assert isinstance(second, Done)
    office.advance(seconds=11)
    row = await office.message(second.message_id or 0)
    assert row is not None
    assert row.delivery is not None
    assert row.delivery.state is Delivery.SENT
    assert await office.submit(TakeBack(row.id)) == Refused("gone_out")


async def test_overtaken_and_viewer() -> None:
    office = FakeOffice()
    seen = (await office.messages(EVERY_KIND)).rows[-1].id
    office.arrive("ещё вопрос", conversation_id=EVERY_KIND)
    refused = await office.submit(Reply(EVERY_KIND, "Да", seen_message_id=seen))
    assert refused == Refused("customer_wrote", {"seconds": 0})
    assert isinstance(await office.submit(Reply(EVERY_KIND, "Да", seen_message_id=seen, anyway=True)), Done)
    assert await FakeOffice(me=VERA).submit(Reply(EVERY_KIND, "Да")) == Refused("viewer")


@pytest.mark.parametrize("raw", [False, True])
async def test_the_nasty_desk_speaks_the_corpus(raw: bool) -> None:
    office = FakeOffice.nasty(TEXTS, raw=raw)
    names = [row.customer for row in (await office.conversations(View.ALL, after=1000)).rows]
    assert ("[/x]" in names) is True
    assert any("\x1b" in name for name in names) is raw
    assert all(name == clean_line(name) for name in names) is not raw

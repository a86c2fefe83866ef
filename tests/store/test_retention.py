"""Words are kept as long as their channel says, counted from closing; then they go as in erasing."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from erased_home import left_of
from house import House

from deskterm import config
from deskterm.config import ConfigError
from deskterm.desk import commands as c
from deskterm.desk.commands import Done
from deskterm.desk.post import InFile
from deskterm.paths import Paths
from deskterm.store import ledger
from deskterm.store import store as stores
from deskterm.store.retention import Expired, expire
from deskterm.store.writer import Transaction

OLD = "Заверюха с кракозябрицей"
NEW = "Выхухолевая шуба"
FILE = b"zavitushka " * 50


async def kept_for(house: House, days: int | None, channel: str = "mail") -> None:
    await house.store.writer.run(lambda tx: tx.run("UPDATE channel SET retention_days = ? WHERE name = ?", (days, channel)))


async def closed(house: House, text: str, sender: str = "olga@zhuravlik.example") -> int:
    """A mail with a file, answered with a note, and closed; returns its conversation."""
    inbound = house.mail(text, sender, subject=text, attachments=(InFile("a.pdf", "application/pdf", FILE),))
    inbound_id = await house.keep(f"From: {sender}\r\n\r\n{text}".encode())

    def work(tx: Transaction) -> None:
        row = ledger.one(tx, inbound_id)
        assert row is not None
        ledger.take_in(tx, row, inbound, {0: (house.store.files.put(FILE), len(FILE))}, house.rules, house.clock())

    await house.store.writer.run(work)
    (conversation,) = await house.one("SELECT conversation_id FROM message WHERE inbound_id = ?", (inbound_id,))
    await house.office.submit(c.Note(conversation, f"про {text}"))
    await house.office.submit(c.Close(conversation))
    return int(conversation)


async def run(house: House) -> Expired:
    return await expire(house.store, house.store.writer.run, grace_s=0)


async def test_words_go_when_their_time_is_over_and_not_before(house: House) -> None:
    await kept_for(house, 30)
    conversation = await closed(house, OLD)
    house.clock.pass_(days=29)
    assert not await run(house)
    assert left_of(house.store.home, (OLD,)) != {}
    house.clock.pass_(days=2)
    done = await run(house)
    assert (done.conversations, done.messages, done.cards) == (1, 2, 1)
    assert left_of(house.store.home, (OLD, "olga@zhuravlik.example", "zavitushka")) == {}
    row = await house.one("SELECT status, subject, preview, message_count FROM conversation WHERE id = ?", (conversation,))
    assert row == ("closed", "", "", 2)
    kinds = await house.all(
        "SELECT kind, actor_kind, data FROM journal WHERE kind IN ('conversation_emptied', 'customer_erased')"
    )
    assert kinds == [
        ("conversation_emptied", "clock", '{"messages":2,"files":1}'),
        ("customer_erased", "clock", '{"messages":0,"files":0}'),
    ]
    assert not await run(house)


async def test_a_card_stays_while_another_conversation_does(house: House) -> None:
    await kept_for(house, 30)
    await closed(house, OLD)
    house.clock.pass_(days=20)
    await house.arrive(house.mail(NEW, "olga@zhuravlik.example"))
    house.clock.pass_(days=20)
    done = await run(house)
    assert (done.conversations, done.cards) == (1, 0)
    assert left_of(house.store.home, (OLD,)) == {}
    assert left_of(house.store.home, (NEW,)) != {}
    assert await house.one("SELECT c.name FROM customer c JOIN identity i ON i.customer_id = c.id") == ("Ольга К.",)


async def test_other_channels_keep_for_ever(house: House) -> None:
    await kept_for(house, 30, "bot")
    await closed(house, OLD)
    house.clock.pass_(days=4000)
    assert not await run(house)
    assert left_of(house.store.home, (OLD,)) != {}


async def test_open_conversations_are_not_touched(house: House) -> None:
    await kept_for(house, 1)
    await house.arrive(house.mail(NEW))
    house.clock.pass_(days=4000)
    assert not await run(house)


async def test_who_writes_again_begins_the_time_anew(house: House) -> None:
    await kept_for(house, 30)
    conversation = await closed(house, OLD)
    house.clock.pass_(days=31)
    await house.arrive(house.mail(NEW, "ivan@other.test"))
    await run(house)
    for command in (c.Reopen(conversation), c.Note(conversation, NEW), c.Close(conversation)):
        assert isinstance(await house.office.submit(command), Done), command
    house.clock.pass_(days=29)
    assert not await run(house)
    house.clock.pass_(days=2)
    assert (await run(house)).messages == 1


async def test_raw_bytes_that_are_no_message_go_too(house: House) -> None:
    await kept_for(house, 30)
    held = await house.keep(f"From: x\r\n\r\n{OLD}".encode())
    await house.store.writer.run(lambda tx: tx.run("UPDATE inbound SET state = 'quarantined' WHERE id = ?", (held,)))
    house.clock.pass_(days=31)
    await run(house)
    assert left_of(house.store.home, (OLD,)) == {}
    assert await house.one("SELECT state, reason FROM inbound WHERE id = ?", (held,)) == ("ignored", "erased")


async def test_copies_older_than_words_are_kept_go(house: House) -> None:
    await kept_for(house, 30)
    old = stores.keep_copy(house.store.home, "before-0003")
    young = stores.keep_copy(house.store.home, "before-0004")
    now = house.clock().timestamp()
    os.utime(old, (now - 31 * 86_400, now - 31 * 86_400))
    os.utime(young, (now - 86_400, now - 86_400))
    await run(house)
    assert [old.exists(), young.exists()] == [False, True]


async def test_a_run_that_was_stopped_goes_on(house: House) -> None:
    await kept_for(house, 30)
    for number in range(3):
        await closed(house, f"{OLD} {number}", f"olga{number}@zhuravlik.example")
    house.clock.pass_(days=31)
    left = 0

    async def write(work: Callable[[Transaction], Any]) -> Any:
        nonlocal left
        left -= 1
        if left < 0:
            raise InterruptedError
        return await house.store.writer.run(work)

    for most in range(1, 100):
        left = most
        try:
            await expire(house.store, write, grace_s=0)
        except InterruptedError:
            continue
        break
    assert left_of(house.store.home, (OLD, "zhuravlik", "zavitushka")) == {}


BOT = '[channels.bot]\nkind = "telegram"\ntoken = "123456:{token}"\n'


@pytest.mark.parametrize(
    ("line", "wrong"),
    [("retention_days = 365", None), ("retention_days = 0", "retention_days"), ("retention_days = 2", "retention_days")],
)
def test_the_configuration_says_how_long(tmp_path: Path, line: str, wrong: str | None) -> None:
    file = tmp_path / "config.toml"
    file.write_text(BOT.format(token="t" * 35) + line + "\n")
    file.chmod(0o600)
    if wrong is None:
        (channel,) = config.load(Paths(tmp_path, file)).channels
        assert channel.retention_days == 365
        return
    with pytest.raises(ConfigError) as refused:
        config.load(Paths(tmp_path, file))
    assert [problem.key.rpartition(".")[2] for problem in refused.value.problems] == [wrong]

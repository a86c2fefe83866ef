"""Commands about many messages: several short transactions under one command id."""

from __future__ import annotations

from typing import Any

import pytest

from deskterm.desk import commands as c
from deskterm.desk.commands import Done
from deskterm.store import situations

MANY = 2 * situations.BULK + 7


@pytest.fixture
async def closures(house: Any, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """A desk with many queued replies; the list is of the transactions from then on."""
    for nth in range(MANY):
        await house.arrive(house.mail(sender=f"c{nth}@client.test"))
        await house.office.submit(c.Reply(nth + 1, "да"))
    ran: list[Any] = []
    run = house.store.writer.run

    async def counted(work: Any) -> Any:
        ran.append(work)
        return await run(work)

    monkeypatch.setattr(house.store.writer, "run", counted)
    return ran


async def fail_all(house: Any) -> None:
    def work(tx: Any) -> None:
        tx.run("UPDATE outbox SET state = 'failed'")
        tx.run("UPDATE message SET delivery = 'failed' WHERE kind = 'outgoing'")
        tx.run("UPDATE conversation SET failed = 1")

    await house.store.writer.run(work)


async def test_retrying_all_takes_many_transactions_and_one_command(house: Any, closures: list[Any]) -> None:
    await fail_all(house)
    closures.clear()
    done = await house.office.submit(c.RetryAllFailed())
    assert isinstance(done, Done)
    assert (done.count, len(closures)) == (MANY, 3)
    rows = await house.all("SELECT DISTINCT command_id FROM journal WHERE kind = 'send_requeued'")
    assert rows == [(done.command_id,)]
    assert await house.one("SELECT count(*) FROM message WHERE delivery = 'queued'") == (MANY,)
    assert await house.one("SELECT count(*) FROM conversation WHERE failed > 0") == (0,)
    assert await house.office.submit(c.RetryAllFailed()) == Done(0, None, 0)


async def test_sending_all_now_ends(house: Any, closures: list[Any]) -> None:
    """What is sent now stays queued until it goes: the command must not take it up again and again."""
    done = await house.office.submit(c.SendNow())
    assert isinstance(done, Done)
    assert (done.count, len(closures)) == (MANY, 3)
    first = await house.one("SELECT min(id) FROM message WHERE kind = 'outgoing'")
    assert (done.message_id,) == first
    assert await house.one("SELECT count(*) FROM outbox WHERE not_before = ?", (int(house.clock().timestamp() * 1000),)) == (
        MANY,
    )


async def test_what_is_done_stays_when_the_rest_cannot_be(house: Any, closures: list[Any], monkeypatch: Any) -> None:
    await fail_all(house)
    run = house.store.writer.run
    closures.clear()

    async def once(work: Any) -> Any:
        if closures:
            raise RuntimeError("stopped")
        return await run(work)

    monkeypatch.setattr(house.store.writer, "run", once)
    with pytest.raises(RuntimeError, match="stopped"):
        await house.office.submit(c.RetryAllFailed())
    assert await house.one("SELECT count(*) FROM message WHERE delivery = 'queued'") == (situations.BULK,)

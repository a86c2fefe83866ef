"""Sending again what failed or may have arrived: it begins anew, with two days of tries."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from deskterm.desk import commands as c
from deskterm.desk.commands import Done
from deskterm.desk.delivery import BACK_OFF
from deskterm.desk.model import Delivery
from deskterm.desk.post import LONGEST_PAUSE_S, SendLater
from deskterm.store import outbox


async def tried(house: Any, *outcomes: outbox.Outcome) -> None:
    """Try what is due, one part after the other, with these outcomes."""
    channels = list(house.channels.values())
    for outcome in outcomes:

        def work(tx: Any, outcome: outbox.Outcome = outcome) -> None:
            (claim,) = outbox.claim(tx, channels, None, house.clock(), house.store.files, house.rules, "desk.test")
            outbox.settle(tx, claim.outbound.outbox_id, outcome, None, house.clock())

        await house.store.writer.run(work)


@pytest.mark.parametrize(
    ("became", "state"),
    [(outbox.Failed("no"), Delivery.FAILED), (outbox.Uncertain("gone", idempotent=False), Delivery.UNCERTAIN)],
    ids=["failed", "uncertain"],
)
@pytest.mark.parametrize("parts_before", [0, 1])
async def test_a_retry_days_later_may_be_put_off_again(house: Any, became: outbox.Outcome, state: Delivery, parts_before: int):
    await house.arrive(house.chat(), "bot")
    done = await house.office.submit(c.Reply(1, "да" * 2000 + " да" * 1000 if parts_before else "да"))
    assert isinstance(done, Done)
    house.clock.pass_(seconds=11)
    await tried(house, *[outbox.Sent()] * parts_before, became)
    assert (await house.office.message(done.message_id)).delivery.state is state
    house.clock.pass_(days=3)
    await house.office.submit(c.RetrySend(done.message_id))
    await tried(house, outbox.PutOff("later"))
    delivery = (await house.office.message(done.message_id)).delivery
    assert (delivery.state, delivery.not_before) == (Delivery.QUEUED, house.clock() + BACK_OFF[0])
    house.clock.pass_(days=2, seconds=1)
    await tried(house, outbox.PutOff("later"))
    assert (await house.office.message(done.message_id)).delivery.state is Delivery.FAILED


async def test_sending_now_does_not_begin_anew(house: Any):
    await house.arrive(house.mail())
    done = await house.office.submit(c.Reply(1, "да"))
    (before,) = await house.one("SELECT at FROM outbox")
    house.clock.pass_(seconds=5)
    await house.office.submit(c.SendNow(done.message_id))
    assert await house.one("SELECT at, not_before FROM outbox") == (before, before + 5000)


@pytest.mark.parametrize("seconds", [1e300, float("inf"), 2.0**63])
def test_an_absurd_pause_is_cut_to_one_that_time_can_tell(seconds: float):
    after_s = SendLater("Telegram asks to wait", seconds).after_s
    assert after_s == LONGEST_PAUSE_S
    assert timedelta(seconds=after_s) == timedelta(days=2)
    assert (SendLater("soon", 3).after_s, SendLater("soon").after_s) == (3, None)

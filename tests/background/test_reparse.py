"""A held row is understood again by a person's wish: it becomes a message, or says why not."""

from __future__ import annotations

import pytest
from scripted import Scripted

from deskterm import runtime
from deskterm.channels.base import NotNow
from deskterm.desk.model import Held, Role
from deskterm.desk.post import Address, Capabilities, IdentityKind, Ignored, Inbound, Raw, Unreadable
from deskterm.office import OfficeError
from deskterm.settings import ChannelSettings, Settings
from deskterm.store import ledger
from deskterm.store import store as stores
from deskterm.store.ledger import Kept


@pytest.fixture
async def held(home):
    """A desk with one quarantined row: its office, its channel, and how to keep rows."""
    stores.add_operator(home, "anna", "Anna", Role.OWNER)
    channel = Scripted("telegram", Capabilities(max_units=4096))
    settings = Settings(home, None, channels=(ChannelSettings("bot", "telegram"),))
    async with runtime.open_desk(settings, make=lambda _settings: channel) as desk:
        office = await desk.office("anna")
        now = desk.store.now()

        def work(tx):
            (inbound_id,) = ledger.keep(tx, 1, [Kept(Raw("k", b"bytes", now), None)], None, now)
            ledger.settle(tx, inbound_id, Held.QUARANTINED, "no mail", now)

        await desk.store.writer.run(work)
        yield office, channel, now


async def test_what_is_understood_now_is_a_message(held):
    office, channel, now = held
    channel.understands = lambda data: Inbound(
        "7:1", Address(IdentityKind.TELEGRAM, "7", "T"), now, data.decode(), thread_key="7"
    )
    assert await office.reparse(1) is None
    assert [row.text for row in (await office.messages(1)).rows] == ["bytes"]
    assert await office.held() == ()
    assert channel.closed == 1
    channel.understands = lambda _data: Ignored("not again")
    assert await office.reparse(1) is None
    assert len((await office.messages(1)).rows) == 1


@pytest.mark.parametrize(
    ("answer", "state", "reason"),
    [(Unreadable("still no mail"), Held.QUARANTINED, "still no mail"), (Ignored("a poll"), Held.IGNORED, "a poll")],
)
async def test_what_is_no_message_still_says_why(held, answer, state, reason):
    office, channel, _ = held

    def understand(_data):
        if isinstance(answer, Exception):
            raise answer
        return answer

    channel.understands = understand
    row = await office.reparse(1)
    assert (row.state, row.reason) == (state, reason)


async def test_a_channel_that_cannot_now_says_so_and_changes_nothing(held):
    office, channel, _ = held

    def understand(_data):
        raise NotNow("the parser does not start")

    channel.understands = understand
    with pytest.raises(OfficeError, match="the parser does not start") as told:
        await office.reparse(1)
    assert told.value.code == "not_now"
    (row,) = await office.held()
    assert (row.state, row.reason) == (Held.QUARANTINED, "no mail")
    assert channel.closed == 1


async def test_what_never_came_is_not_found(held):
    office, _, _ = held
    with pytest.raises(OfficeError) as told:
        await office.reparse(99)
    assert told.value.code == "not_found"

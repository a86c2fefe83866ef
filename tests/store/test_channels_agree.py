"""The channel rows say what the configuration says, tags asked on closing included."""

from __future__ import annotations

from dataclasses import replace

from house import DAY_MS, House

from deskterm.store import people
from deskterm.store.people import ChannelSpec

SPECS = (
    ChannelSpec("mail", "email", "support@desk.test", True, 3 * DAY_MS),
    ChannelSpec("bot", "telegram", "@desk_bot", True, 3 * DAY_MS),
)


async def test_a_changed_wish_for_tags_is_seen_and_kept(house: House) -> None:
    assert people.agree(await house.all(people.CHANNELS), SPECS)
    wanted = (replace(SPECS[0], ask_tags=True), SPECS[1])
    assert not people.agree(await house.all(people.CHANNELS), wanted)
    await house.store.writer.run(lambda tx: people.sync_channels(tx, wanted))
    assert people.agree(await house.all(people.CHANNELS), wanted)
    assert await house.all("SELECT name, ask_tags FROM channel ORDER BY id") == [("mail", 1), ("bot", 0)]


async def test_a_channel_that_is_configured_no_more_stays_switched_off(house: House) -> None:
    await house.store.writer.run(lambda tx: people.sync_channels(tx, SPECS[:1]))
    assert await house.all("SELECT name, enabled FROM channel ORDER BY id") == [("mail", 1), ("bot", 0)]
    assert people.agree(await house.all(people.CHANNELS), SPECS[:1])

"""A mail that copies more people than anybody answers: they are kept beside it, and take no part."""

from __future__ import annotations

from typing import Any

import pytest
from mail_desk import MailDesk, mail

from deskterm.desk.recognise import MOST_IN_COPY


def copies(count: int) -> str:
    return "Cc: " + ",\n ".join(f"P{number} <p{number}@many.test>" for number in range(count))


@pytest.mark.parametrize(("count", "taking_part", "told"), [(MOST_IN_COPY, MOST_IN_COPY, 0), (300, 0, 300)])
async def test_who_takes_part(house: Any, count: int, taking_part: int, told: int) -> None:
    desk = MailDesk(house)
    placed = await desk.take(mail("E <e@client.test>", copies(count)))
    assert placed.conversation_id is not None
    assert await house.one("SELECT count(*) FROM identity WHERE value LIKE 'p%'") == (taking_part,)
    assert await house.one("SELECT count(*) FROM participant WHERE role = 'cc'") == (taking_part,)
    assert await house.one("SELECT json_array_length(recipients, '$.cc') FROM message") == (count,)
    (row,) = (await house.office.messages(placed.conversation_id)).rows
    assert row.in_copy == told
    detail = await house.office.conversation(placed.conversation_id)
    assert len(detail.cc) == taking_part


async def test_who_takes_part_already_still_does(house: Any) -> None:
    desk = MailDesk(house)
    first = await desk.take(mail("E <e@client.test>", "Cc: P1 <p1@many.test>", message_id="one@client.test"))
    later = await desk.take(mail("E <e@client.test>", copies(300), "In-Reply-To: <one@client.test>", text="all of you"))
    assert later.conversation_id == first.conversation_id
    assert await house.all("SELECT i.value FROM participant p JOIN identity i ON i.id = p.identity_id WHERE p.role = 'cc'") == [
        ("p1@many.test",)
    ]

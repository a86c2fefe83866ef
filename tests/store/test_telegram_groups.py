"""Groups of Telegram on a real store: one conversation for each chat or topic, a card for each person who writes."""

from __future__ import annotations

import json
from typing import Any

import pytest

from deskterm.channels.telegram.understand import understand
from deskterm.desk import commands as c
from deskterm.desk.post import Inbound

SHOP = {"id": -100, "type": "supergroup", "title": "Shop", "is_forum": True}
NEWS = {"id": -200, "type": "channel", "title": "News"}
IVAN = {"id": 7, "is_bot": False, "first_name": "Иван", "language_code": "ru", "username": "ivan"}
ANNA = {"id": 8, "is_bot": False, "first_name": "Anna", "language_code": "en"}
ANONYMOUS = {"id": 1087968824, "is_bot": True, "first_name": "Group"}
RETURNS = {"message_id": 9, "chat": SHOP, "date": 1_795_000_000, "forum_topic_created": {"name": "Возвраты"}}


class Group:
    """A group in which people write; each message has the next number."""

    def __init__(self, house: Any) -> None:
        self.house = house
        self.number = 10

    async def says(self, who: dict[str, Any], text: str, topic: int | None = None, **fields: Any) -> None:
        self.number += 1
        at = int(self.house.clock().timestamp())
        body = {"message_id": self.number, "date": at, "chat": SHOP, "from": who, "text": text, **fields}
        if topic is not None:
            body |= {"message_thread_id": topic, "is_topic_message": True, "reply_to_message": RETURNS}
        understood = understand(json.dumps({"update_id": self.number, "message": body}).encode())
        assert isinstance(understood, Inbound)
        await self.house.arrive(understood, "bot")
        self.house.clock.pass_(minutes=1)


@pytest.fixture
def group(house: Any) -> Group:
    return Group(house)


async def test_a_conversation_for_each_topic_and_a_card_for_each_person(group: Group) -> None:
    await group.says(IVAN, "верну", topic=9)
    await group.says(ANNA, "me too", topic=9)
    await group.says(ANNA, "hello")
    talks = await group.house.all(
        "SELECT title, thread_key, customer_id, is_group, message_count FROM conversation ORDER BY id"
    )
    assert talks == [("Shop · Возвраты", "-100:9", None, 1, 2), ("Shop", "-100", None, 1, 1)]
    cards = await group.house.all(
        "SELECT c.name, c.language, i.value, i.proof, i.label FROM customer c"
        " JOIN identity i ON i.customer_id = c.id ORDER BY c.id"
    )
    assert cards == [("Иван", "ru", "7", "verified", "@ivan"), ("Anna", "en", "8", "verified", "")]
    taking_part = await group.house.all("SELECT conversation_id, role, identity_id FROM participant ORDER BY 1, 3")
    assert taking_part == [(1, "member", 1), (1, "member", 2), (2, "member", 2)]


async def test_those_who_write_as_a_chat_have_no_card(group: Group) -> None:
    await group.says(ANONYMOUS, "rules", sender_chat=SHOP)
    await group.says(ANONYMOUS, "rules again")
    await group.says({"id": 136817688, "is_bot": True, "first_name": "Channel"}, "hi", sender_chat=NEWS)
    await group.says({"id": 777000, "first_name": "Telegram"}, "news", sender_chat=NEWS, is_automatic_forward=True)
    assert await group.house.one("SELECT count(*) FROM customer") == (0,)
    told = await group.house.all(
        "SELECT i.value, m.notes, m.origin FROM message m JOIN identity i ON i.id = m.author_identity_id ORDER BY m.id"
    )
    assert told == [
        ("-100", '["anonymous admin"]', "human"),
        ("-100", '["anonymous admin"]', "human"),
        ("-200", '["writes as a channel"]', "human"),
        ("-200", '["post of the linked channel"]', "list"),
    ]


async def test_an_answer_goes_into_the_same_topic(group: Group) -> None:
    await group.says(IVAN, "верну", topic=9)
    await group.house.office.submit(c.Reply(1, "Хорошо"))
    assert await group.house.one("SELECT thread_key FROM message WHERE kind = 'outgoing'") == ("-100:9",)


async def test_a_number_shared_in_a_group_is_its_owners(group: Group) -> None:
    card = {"phone_number": "79161234567", "first_name": "Иван", "user_id": 7}
    await group.says(IVAN, "", contact=card)
    await group.says(ANNA, "", contact=card)
    rows = await group.house.all("SELECT customer_id, value, proof FROM identity WHERE kind = 'phone'")
    assert rows == [(1, "+79161234567", "verified")]

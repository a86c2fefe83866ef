"""Who stands behind a message: people, those who write as a chat, and what Telegram proves of them."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from peers.bot_api import BotApi
from peers.telegram_updates import DATE, IVAN, IVAN_ADDRESS, SHOP, inbound, message
from telegram_support import a_channel

from deskterm.channels.telegram.channel import TelegramChannel
from deskterm.desk.model import Origin
from deskterm.desk.post import Address, IdentityKind, Inbound

TOKEN = "123456789:AAtest-token_of_a_bot-that-is-none-0"
SHOP_ADDRESS = Address(IdentityKind.TELEGRAM, "-100", "Shop")
NEWS = {"id": -200, "type": "channel", "title": "News"}
ANONYMOUS = {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot", "language_code": "en"}
CHANNEL_BOT = {"id": 136817688, "is_bot": True, "first_name": "Channel", "username": "Channel_Bot"}
TELEGRAM = {"id": 777000, "is_bot": False, "first_name": "Telegram"}


def contact(**fields: Any) -> dict[str, Any]:
    return {"phone_number": "79161234567", "first_name": "Иван", "user_id": 7, **fields}


class TestAPerson:
    def test_is_proven_and_the_user_name_is_a_label(self) -> None:
        understood = inbound(text="hi", **{"from": IVAN | {"username": "ivan_p", "language_code": "ru"}})
        assert understood.sender == Address(IdentityKind.TELEGRAM, "7", "Иван Петров", "@ivan_p")
        assert (understood.proven, understood.language) == (True, "ru")

    def test_who_changes_the_user_name_stays_who_they_are(self) -> None:
        before, after = (inbound(text="hi", **{"from": IVAN | {"username": name}}).sender for name in ("old_name", "new_name"))
        assert before is not None
        assert after is not None
        assert (before.value, before.label, after.value, after.label) == ("7", "@old_name", "7", "@new_name")

    @pytest.mark.parametrize(
        ("code", "language"),
        [("pt-br", "pt"), ("RU", "ru"), ("zh_hans", "zh"), ("", ""), (5, ""), ("x", ""), ("русский", ""), ("en\x1b", "")],
    )
    def test_the_language_is_the_first_part_of_the_tag(self, code: object, language: str) -> None:
        assert inbound(text="hi", **{"from": IVAN | {"language_code": code}}).language == language

    def test_who_blocks_the_bot_or_presses_a_button_is_proven_too(self) -> None:
        pressed = inbound("callback_query", {"id": "q", "from": IVAN, "message": message(message_id=2), "data": "x"})
        assert (pressed.sender, pressed.proven) == (IVAN_ADDRESS, True)
        reaction = {"chat": SHOP, "message_id": 2, "date": DATE, "actor_chat": SHOP, "new_reaction": []}
        anonymous = inbound("message_reaction", reaction)
        assert (anonymous.sender, anonymous.proven) == (SHOP_ADDRESS, False)


class TestASharedContact:
    @pytest.mark.parametrize("number", ["79161234567", "+79161234567", "+7 916 123-45-67", "+7 (916) 123 45 67"])
    def test_ones_own_number_is_proven(self, number: str) -> None:
        understood = inbound(contact=contact(phone_number=number))
        assert understood.shared == (Address(IdentityKind.PHONE, "+79161234567"),)
        assert understood.placeholder == "contact"

    @pytest.mark.parametrize(
        "fields",
        [
            {"contact": contact(user_id=8)},
            {"contact": {"phone_number": "79161234567", "first_name": "Анна"}},
            {"contact": contact(), "via_bot": {"id": 5, "is_bot": True, "first_name": "Inline"}},
            {"contact": contact(), "forward_origin": {"type": "user", "sender_user": IVAN}},
            {"contact": contact(phone_number="89161234567 доб. 5")},
            {"contact": contact(phone_number="123")},
            {"contact": contact(phone_number="٧٩١٦١٢٣٤٥٦٧")},
            {"contact": contact(phone_number="0" * 12)},
            {"contact": contact(user_id=True)},
            {"text": "+79161234567"},
        ],
    )
    def test_nothing_else_proves_a_number(self, fields: dict[str, Any]) -> None:
        assert inbound(**fields).shared == ()

    def test_another_persons_contact_is_shown_and_claimed_for_nobody(self) -> None:
        understood = inbound(contact=contact(user_id=8, first_name="Анна"))
        assert (understood.text, understood.shared, understood.claimed) == ("contact Анна, 79161234567", (), ())

    def test_what_the_owner_of_a_business_account_shares_is_not_the_customers(self) -> None:
        fields = {"business_connection_id": "conn_1", "from": {"id": 99, "first_name": "Owner"}}
        assert inbound("business_message", contact=contact(user_id=99), **fields).shared == ()


class TestChatsThatWrite:
    @pytest.mark.parametrize("fields", [{"sender_chat": SHOP, "from": ANONYMOUS}, {"from": ANONYMOUS}])
    def test_an_anonymous_admin_is_no_person(self, fields: dict[str, Any]) -> None:
        understood = inbound(chat=SHOP, text="hi", **fields)
        assert (understood.sender, understood.proven, understood.language) == (SHOP_ADDRESS, False, "")
        assert (understood.notes, understood.origin) == (("anonymous admin",), Origin.HUMAN)

    def test_who_writes_as_a_channel_is_no_person(self) -> None:
        understood = inbound(chat=SHOP, text="hi", sender_chat=NEWS, **{"from": CHANNEL_BOT})
        assert (understood.sender, understood.proven) == (Address(IdentityKind.TELEGRAM, "-200", "News"), False)
        assert (understood.notes, understood.origin) == (("writes as a channel",), Origin.HUMAN)

    def test_a_post_of_the_linked_channel_asks_nothing_of_us(self) -> None:
        fields = {"sender_chat": NEWS, "from": TELEGRAM, "is_automatic_forward": True}
        understood = inbound(chat=SHOP, text="news", **fields)
        assert (understood.notes, understood.origin, understood.proven) == (("post of the linked channel",), Origin.LIST, False)

    def test_a_person_beside_them_is_one(self) -> None:
        understood = inbound(chat=SHOP, text="hi")
        assert (understood.sender, understood.proven, understood.notes) == (IVAN_ADDRESS, True, ())

    def test_the_account_telegram_writes_to_people_itself(self) -> None:
        chat = {"id": 777000, "type": "private", "first_name": "Telegram"}
        assert inbound(chat=chat, text="Login code", **{"from": TELEGRAM}).sender == Address(
            IdentityKind.TELEGRAM, "777000", "Telegram"
        )


class TestTopics:
    FIELDS = {"chat": SHOP, "message_thread_id": 5, "is_topic_message": True}

    def test_the_opening_names_the_topic(self) -> None:
        understood = inbound(**self.FIELDS, forum_topic_created={"name": "Возвраты", "icon_color": 1})
        assert (understood.group, understood.thread_key) == ("Shop · Возвраты", "-100:5")

    def test_so_does_every_message_that_answers_no_other(self) -> None:
        opening = {"message_id": 5, "chat": SHOP, "date": DATE, "forum_topic_created": {"name": "Возвраты"}}
        assert inbound(text="hi", **self.FIELDS, reply_to_message=opening).group == "Shop · Возвраты"
        assert inbound(text="hi", **self.FIELDS, reply_to_message=message(message_id=6)).group == "Shop"

    def test_a_new_name_is_told(self) -> None:
        assert inbound(**self.FIELDS, forum_topic_edited={"name": "Обмен"}).group == "Shop · Обмен"
        assert inbound(**self.FIELDS, forum_topic_edited={"icon_custom_emoji_id": "1"}).group == "Shop"

    def test_outside_topics_there_is_the_group_alone(self) -> None:
        opening = {"message_id": 5, "chat": SHOP, "date": DATE, "forum_topic_created": {"name": "Возвраты"}}
        assert inbound(chat=SHOP, text="hi", reply_to_message=opening).group == "Shop"


class TestOnTheServer:
    @pytest.fixture
    async def server(self) -> AsyncIterator[BotApi]:
        async with BotApi(TOKEN) as running:
            yield running

    @pytest.fixture
    async def channel(self, server: BotApi) -> AsyncIterator[TelegramChannel]:
        made = a_channel(server)
        yield made
        await made.close()

    async def test_two_people_in_two_topics(self, server: BotApi, channel: TelegramChannel) -> None:
        server.world.group(-100, "Shop", topics=(9, 12))
        ivan, anna = server.world.customer(7, "Иван"), server.world.customer(8, "Анна", username="anna")
        read: list[Inbound] = []
        for person, topic in ((ivan, 9), (anna, 9), (anna, 12)):
            sent = server.world.message(-100, person, text="hi", message_thread_id=topic, is_topic_message=True)
            understood = await channel.parse(json.dumps({"update_id": len(read), "message": sent}).encode())
            assert isinstance(understood, Inbound)
            read.append(understood)
        assert [(one.thread_key, one.sender.value if one.sender else "", one.proven) for one in read] == [
            ("-100:9", "7", True),
            ("-100:9", "8", True),
            ("-100:12", "8", True),
        ]

    @pytest.mark.parametrize(
        ("can", "detail"),
        [
            ({"can_read_all_group_messages": True}, "reads all messages of its groups"),
            ({"can_join_groups": False}, "private chats only"),
        ],
    )
    async def test_what_the_bot_sees_in_groups(
        self, server: BotApi, channel: TelegramChannel, can: dict[str, bool], detail: str
    ) -> None:
        server.world.bot |= can
        assert [step.detail for step in await channel.check() if step.step == "groups"] == [detail]

"""What every kind of update means."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest
from peers.telegram_updates import DATE, IVAN, IVAN_ADDRESS, PRIVATE, RECEIVED, SENT, SHOP, inbound, message, read

from deskterm.channels.telegram.understand import understand
from deskterm.channels.telegram.vocabulary import ALLOWED_UPDATES
from deskterm.desk.model import Origin
from deskterm.desk.post import Address, IdentityKind, Ignored, Inbound, Unreadable


def test_a_private_message_in_full() -> None:
    assert inbound(text="Где мой заказ?") == Inbound(
        external_id="7:3",
        sender=IVAN_ADDRESS,
        at=SENT,
        text="Где мой заказ?",
        thread_key="7",
        proven=True,
    )


def test_start_is_a_message_like_any_other() -> None:
    understood = inbound(text="/start", entities=[{"type": "bot_command", "offset": 0, "length": 6}])
    assert (understood.text, understood.origin, understood.placeholder) == ("/start", Origin.HUMAN, "")


@pytest.mark.parametrize(
    ("origin", "shown"),
    [
        ({"type": "user", "sender_user": IVAN}, "Иван Петров"),
        ({"type": "hidden_user", "sender_user_name": "Someone"}, "Someone"),
        ({"type": "chat", "sender_chat": SHOP}, "Shop"),
        ({"type": "channel", "chat": {"id": -5, "title": "News"}, "author_signature": "Анна"}, "News (Анна)"),
        ({"type": "hologram"}, "hologram"),
    ],
)
def test_forwards_name_their_author_and_are_the_forwarders(origin: dict[str, Any], shown: str) -> None:
    understood = inbound(text="look", forward_origin=origin)
    assert (understood.forwarded_from, understood.sender) == (shown, IVAN_ADDRESS)


class TestReplies:
    def test_a_reply_names_the_message_and_the_quote(self) -> None:
        understood = inbound(text="да", reply_to_message=message(message_id=2), quote={"text": "завтра", "position": 0})
        assert (understood.reply_to_external, understood.quote) == ("7:2", "завтра")

    def test_an_inaccessible_original_still_counts(self) -> None:
        assert inbound(text="да", reply_to_message={"message_id": 2, "chat": PRIVATE, "date": 0}).reply_to_external == "7:2"

    def test_every_message_of_a_topic_is_no_reply_to_its_opening(self) -> None:
        opening = {"message_id": 5, "chat": SHOP, "date": DATE, "forum_topic_created": {"name": "Returns"}}
        fields = {"chat": SHOP, "message_thread_id": 5, "is_topic_message": True, "reply_to_message": opening}
        assert inbound(text="hi", **fields).reply_to_external == ""

    def test_a_story_is_noted(self) -> None:
        assert inbound(text="hi", reply_to_story={"id": 1}).notes == ("reply to a story",)


class TestEdits:
    @pytest.mark.parametrize("kind", ["edited_message", "edited_channel_post", "edited_business_message"])
    def test_an_edit_is_a_version_of_its_message(self, kind: str) -> None:
        understood = inbound(kind, text="two", edit_date=DATE + 9)
        assert (understood.edit_of, understood.version_key, understood.text) == ("7:3", str(DATE + 9), "two")
        assert (understood.external_id, understood.at) == ("7:3", SENT)

    def test_without_a_date_the_update_tells_versions_apart(self) -> None:
        assert inbound("edited_message", text="two").version_key == "u1"

    def test_a_new_message_is_no_edit(self) -> None:
        assert inbound(text="one", edit_date=DATE).version_key == ""


class TestGroups:
    def test_a_group_has_a_title_and_its_chat_as_thread(self) -> None:
        understood = inbound(chat=SHOP, text="hi", message_thread_id=9)
        assert (understood.thread_key, understood.group, understood.external_id) == ("-100", "Shop", "-100:3")
        assert understood.sender == IVAN_ADDRESS

    def test_a_group_without_a_title_is_still_a_group(self) -> None:
        assert inbound(chat={"id": -5, "type": "group"}, text="hi").group == "-5"
        assert inbound(chat={"id": -5}, text="hi").group == "-5"
        assert inbound(chat={"id": 7}, text="hi").group == ""

    def test_a_forum_topic_is_a_thread_of_its_own(self) -> None:
        understood = inbound(chat=SHOP, text="hi", message_thread_id=9, is_topic_message=True)
        assert (understood.thread_key, understood.external_id) == ("-100:9", "-100:3")

    def test_a_channels_direct_messages_are_threads_by_person(self) -> None:
        assert inbound(chat=SHOP, text="hi", direct_messages_topic={"topic_id": 42}).thread_key == "-100:d42"

    def test_an_anonymous_admin_writes_as_the_group(self) -> None:
        bot = {"id": 1087968824, "is_bot": True, "first_name": "Group"}
        understood = inbound(chat=SHOP, text="hi", sender_chat=SHOP, **{"from": bot})
        assert understood.sender == Address(IdentityKind.TELEGRAM, "-100", "Shop")
        assert understood.origin is Origin.HUMAN

    def test_other_bots_start_no_wait(self) -> None:
        assert inbound(chat=SHOP, text="hi", **{"from": IVAN | {"is_bot": True}}).origin is Origin.AUTO

    def test_a_channel_post_has_the_channel_as_author(self) -> None:
        body = {"message_id": 3, "date": DATE, "chat": SHOP, "text": "news", "sender_chat": SHOP}
        understood = inbound("channel_post", body)
        assert (understood.origin, understood.group) == (Origin.LIST, "Shop")
        assert understood.sender == Address(IdentityKind.TELEGRAM, "-100", "Shop")

    def test_a_post_forwarded_by_itself_to_the_discussion_is_like_a_post(self) -> None:
        assert inbound(chat=SHOP, text="news", sender_chat=SHOP, is_automatic_forward=True).origin is Origin.LIST

    @pytest.mark.parametrize(("chat", "field", "other"), [(-5, "migrate_to_chat_id", -100), (-100, "migrate_from_chat_id", -5)])
    def test_a_move_is_told_alike_from_both_sides(self, chat: int, field: str, other: int) -> None:
        understood = inbound(chat={"id": chat, "type": "group", "title": "Shop"}, **{field: other})
        assert (understood.moved_from, understood.thread_key) == ("-5", "-100")
        assert understood.external_id == f"{chat}:3"
        assert understood.origin is Origin.AUTO


class TestBusiness:
    def test_a_customer_of_the_account(self) -> None:
        understood = inbound("business_message", text="hi", business_connection_id="conn_1")
        assert (understood.thread_key, understood.external_id) == ("conn_1/7", "conn_1/7:3")
        assert (understood.origin, understood.sender) == (Origin.HUMAN, IVAN_ADDRESS)

    def test_the_owner_writing_by_telephone_is_us(self) -> None:
        fields = {"business_connection_id": "conn_1", "from": {"id": 99, "first_name": "Owner"}}
        understood = inbound("business_message", text="hi", **fields)
        assert (understood.origin, understood.thread_key) == (Origin.OWN, "conn_1/7")
        assert understood.sender == Address(IdentityKind.TELEGRAM, "99", "Owner")
        assert understood.cc == (Address(IdentityKind.TELEGRAM, "7", "Иван"),)

    def test_a_bot_of_the_account_is_us(self) -> None:
        fields = {"business_connection_id": "conn_1", "sender_business_bot": {"id": 5}}
        assert inbound("business_message", text="hi", **fields).origin is Origin.OWN

    def test_deleted_messages_are_told(self) -> None:
        body = {"business_connection_id": "conn_1", "chat": PRIVATE, "message_ids": [3, 4]}
        understood = inbound("deleted_business_messages", body)
        assert (understood.text, understood.placeholder) == ("deleted messages: 3, 4", "deleted_business_messages")
        assert (understood.thread_key, understood.at, understood.origin) == ("conn_1/7", RECEIVED, Origin.AUTO)

    def test_the_connection_itself_is_nothing_for_a_conversation(self) -> None:
        body = {"id": "conn_1", "user": IVAN, "user_chat_id": 7, "date": DATE, "is_enabled": True}
        assert read("business_connection", body) == Ignored("business_connection")


class TestEvents:
    @pytest.mark.parametrize(
        ("chat", "member", "gone", "words"),
        [
            (PRIVATE, {"status": "kicked"}, True, "blocked the bot"),
            (PRIVATE, {"status": "member"}, False, "let the bot write again"),
            (SHOP, {"status": "left"}, True, "the bot was removed"),
            (SHOP, {"status": "kicked"}, True, "the bot was removed"),
            (SHOP, {"status": "administrator"}, False, "the bot is administrator here"),
            (SHOP, {"status": "restricted", "is_member": False}, True, "the bot was removed"),
        ],
    )
    def test_membership_says_whether_the_chat_can_be_reached(
        self, chat: dict[str, Any], member: dict[str, Any], gone: bool, words: str
    ) -> None:
        body = {"chat": chat, "from": IVAN, "date": DATE, "old_chat_member": {}, "new_chat_member": member}
        understood = inbound("my_chat_member", body)
        assert (understood.unreachable, understood.text, understood.origin) == (gone, words, Origin.AUTO)
        assert (understood.external_id, understood.at) == (f"{chat['id']}:my_chat_member:1", SENT)

    def test_a_pressed_button(self) -> None:
        body = {"id": "q", "from": IVAN, "message": message(message_id=2), "data": "rate:5"}
        understood = inbound("callback_query", body)
        assert (understood.text, understood.placeholder) == ("pressed rate:5", "callback_query")
        assert (understood.reply_to_external, understood.sender, understood.at) == ("7:2", IVAN_ADDRESS, RECEIVED)
        assert read("callback_query", {"id": "q", "from": IVAN}) == Ignored("callback_query without a chat")

    def test_reactions(self) -> None:
        body = {"chat": PRIVATE, "message_id": 2, "user": IVAN, "date": DATE, "old_reaction": []}
        given_one = inbound("message_reaction", body | {"new_reaction": [{"type": "emoji", "emoji": "👍"}]})
        assert (given_one.text, given_one.reply_to_external) == ("reacted 👍", "7:2")
        assert inbound("message_reaction", body | {"new_reaction": []}).text == "took the reaction back"

    def test_what_belongs_to_no_chat_is_ignored_with_its_name(self) -> None:
        assert read("poll_answer", {"poll_id": "1"}) == Ignored("poll_answer")
        assert read("inline_query", {"id": "1", "query": "x"}) == Ignored("inline_query")
        assert understand(b'{"update_id":1}') == Ignored("empty update")

    @pytest.mark.parametrize("kind", ["shipping_query", "pre_checkout_query", "purchased_paid_media", "chosen_inline_result"])
    def test_a_query_outside_a_chat_stands_in_the_ledger_with_its_name(self, kind: str) -> None:
        assert read(kind, {"id": "1", "from": IVAN}) == Ignored(kind)

    @pytest.mark.parametrize(
        "kind", ["chat_member", "chat_join_request", "chat_boost", "removed_chat_boost", "message_reaction_count"]
    )
    def test_what_happens_in_a_chat_is_kept_and_starts_no_wait(self, kind: str) -> None:
        understood = inbound(kind, {"chat": SHOP, "date": DATE})
        assert (understood.placeholder, understood.text) == (kind, kind.replace("_", " "))
        assert (understood.thread_key, understood.origin) == (str(SHOP["id"]), Origin.AUTO)

    def test_every_kind_of_update_is_asked_for(self) -> None:
        from aiogram.types import Update

        assert set(ALLOWED_UPDATES) == set(Update.model_fields) - {"update_id"}

    def test_an_unknown_kind_is_kept_where_it_belongs_to_a_chat(self) -> None:
        understood = inbound("telepathy_received", {"chat": PRIVATE, "from": IVAN})
        assert (understood.placeholder, understood.text) == ("telepathy_received", "telepathy received")
        assert (understood.thread_key, understood.origin) == ("7", Origin.AUTO)
        assert read("telepathy_received", {"thoughts": []}) == Ignored("telepathy_received")


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "not JSON"),
        (b"\xff\xfe\x00", "not JSON"),
        (b"[1]", "not an object"),
        (b'{"message":{}}', "no update_id"),
        (b'{"update_id":true,"message":{}}', "no update_id"),
        (b'{"update_id":1,"message":7}', "a message without chat or id"),
        (b'{"update_id":1,"message":{"message_id":1,"chat":{"id":"7"}}}', "a message without chat or id"),
        (b'{"update_id":1,"message":{"message_id":1,"chat":{"id":7},"date":99999999999999}}', "a message without a date"),
        (b'{"update_id":1,"x":' + b"[" * 100_000, "nested too deeply"),
        (b'{"update_id":' + b"9" * 5000 + b"}", "not JSON"),
    ],
)
def test_nonsense_is_unreadable_with_a_reason(data: bytes, reason: str) -> None:
    with pytest.raises(Unreadable, match=f"^{reason}$"):
        understand(data, RECEIVED)


def test_lone_surrogates_become_replacement_characters() -> None:
    understood = inbound(text="a\ud800b", **{"from": {"id": 7, "first_name": "\udfff"}})
    assert understood.text == "a\ufffdb"
    assert understood.sender == Address(IdentityKind.TELEGRAM, "7", "\ufffd")


def test_the_reader_and_the_channel_load_neither_aiogram_nor_aiohttp() -> None:
    program = (
        "import sys, deskterm.channels.telegram.channel, deskterm.channels.telegram.understand\n"
        "print([name for name in ('aiogram', 'aiohttp', 'pydantic') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"

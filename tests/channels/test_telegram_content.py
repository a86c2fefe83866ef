"""What messages hold: media, places, polls, service messages, hidden links; each kept with a code and a readable line."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from peers.telegram_updates import IVAN, SHOP, inbound

from deskterm.channels.telegram.content import linked
from deskterm.desk.model import Origin
from deskterm.desk.post import InFile, RemoteFile

FILE = {"file_id": "F1", "file_unique_id": "u", "file_size": 10}


@pytest.mark.parametrize(
    ("fields", "code", "text", "file"),
    [
        (
            {"document": FILE | {"file_name": "счёт.pdf", "mime_type": "application/pdf"}},
            "document",
            "document счёт.pdf",
            ("счёт.pdf", "application/pdf"),
        ),
        ({"document": FILE | {"mime_type": "a/b\r\nX: y"}}, "document", "document", ("document", "application/octet-stream")),
        (
            {
                "photo": [
                    FILE | {"file_id": "S", "width": 9, "height": 9},
                    FILE | {"width": 90, "height": 90},
                    FILE | {"file_id": "M", "width": 50, "height": 50},
                ]
            },
            "photo",
            "photo",
            ("photo.jpg", "image/jpeg"),
        ),
        ({"video": FILE | {"duration": 65}}, "video", "video 1:05", ("video.mp4", "video/mp4")),
        ({"voice": FILE | {"duration": 5, "mime_type": "audio/ogg"}}, "voice", "voice 0:05", ("voice.ogg", "audio/ogg")),
        (
            {"audio": FILE | {"performer": "Кино", "title": "Группа крови", "duration": 285}},
            "audio",
            "audio Кино - Группа крови 4:45",
            ("audio.mp3", "audio/mpeg"),
        ),
        ({"video_note": FILE | {"duration": 7}}, "video_note", "video note 0:07", ("video note.mp4", "video/mp4")),
        ({"animation": FILE, "document": FILE | {"file_id": "OLD"}}, "animation", "animation", ("animation.mp4", "video/mp4")),
        ({"sticker": FILE | {"emoji": "😀"}}, "sticker", "😀", ("sticker.webp", "image/webp")),
        ({"sticker": FILE | {"is_animated": True}}, "sticker", "sticker", ("sticker.tgs", "application/x-tgsticker")),
        ({"sticker": FILE | {"is_video": True, "emoji": "🔥"}}, "sticker", "🔥", ("sticker.webm", "video/webm")),
        (
            {"paid_media": {"star_count": 5, "paid_media": [{"type": "preview"}, {"type": "video", "video": FILE}]}},
            "paid_media",
            "paid media, 5 stars",
            ("video.mp4", "video/mp4"),
        ),
    ],
)
def test_media_without_words(fields: dict[str, Any], code: str, text: str, file: tuple[str, str]) -> None:
    understood = inbound(**fields)
    assert (understood.placeholder, understood.text) == (code, text)
    assert understood.attachments == (InFile(*file, remote=RemoteFile("F1", 10), content_id="u"),)
    assert understood.origin is Origin.HUMAN


@pytest.mark.parametrize(
    ("fields", "code", "text"),
    [
        ({"location": {"latitude": 55.751244, "longitude": 37.618423}}, "location", "location 55.751244, 37.618423"),
        ({"location": {"latitude": "x"}}, "location", "location"),
        (
            {
                "venue": {"title": "ГУМ", "address": "Красная пл., 3", "location": {"latitude": 1, "longitude": 2}},
                "location": {"latitude": 1, "longitude": 2},
            },
            "venue",
            "venue ГУМ, Красная пл., 3 (1.000000, 2.000000)",
        ),
        ({"contact": {"phone_number": "+79161234567", "first_name": "Анна"}}, "contact", "contact Анна, +79161234567"),
        (
            {"poll": {"question": "Когда?", "options": [{"text": "сегодня"}, {"text": "завтра"}]}},
            "poll",
            "poll Когда?: сегодня / завтра",
        ),
        ({"dice": {"emoji": "🎲", "value": 4}}, "dice", "🎲 4"),
        ({"story": {"chat": SHOP, "id": 1}}, "story", "story of Shop"),
        ({"game": {"title": "Chess"}}, "game", "game Chess"),
        (
            {"checklist": {"title": "Дела", "tasks": [{"text": "раз"}, {"text": "два"}]}},
            "checklist",
            "checklist Дела: раз; два",
        ),
        ({"hologram": {"file_id": "X"}}, "hologram", "hologram"),
        ({}, "empty", "empty"),
    ],
)
def test_what_has_neither_words_nor_files(fields: dict[str, Any], code: str, text: str) -> None:
    understood = inbound(**fields)
    assert (understood.placeholder, understood.text, understood.attachments) == (code, text, ())
    assert understood.origin is Origin.HUMAN


@pytest.mark.parametrize(
    ("fields", "code", "text"),
    [
        ({"new_chat_members": [IVAN, {"id": 8, "first_name": "Bob"}]}, "new_chat_members", "joined: Иван Петров, Bob"),
        ({"left_chat_member": IVAN}, "left_chat_member", "left: Иван Петров"),
        ({"new_chat_title": "Склад"}, "new_chat_title", "new title: Склад"),
        ({"pinned_message": {"message_id": 1, "chat": SHOP, "date": 1, "text": "rules"}}, "pinned_message", "pinned: rules"),
        ({"pinned_message": {"message_id": 1, "chat": SHOP, "date": 0}}, "pinned_message", "pinned: empty"),
        ({"successful_payment": {"total_amount": 9900, "currency": "RUB"}}, "successful_payment", "paid 9900 RUB"),
        ({"group_chat_created": True}, "group_chat_created", "group chat created"),
        ({"video_chat_started": {}}, "video_chat_started", "video chat started"),
    ],
)
def test_service_messages_start_no_wait(fields: dict[str, Any], code: str, text: str) -> None:
    understood = inbound(chat=SHOP, **fields)
    assert (understood.placeholder, understood.text, understood.origin) == (code, text, Origin.AUTO)


def test_a_caption_is_the_text_and_an_album_is_joined() -> None:
    understood = inbound(photo=[FILE | {"width": 1, "height": 1}], caption="оба", media_group_id="A1")
    assert (understood.text, understood.placeholder, understood.album) == ("оба", "", "A1")
    assert len(understood.attachments) == 1


def test_a_file_too_large_for_a_bot_is_said_to_be() -> None:
    limit = 20 * 2**20
    (file,) = inbound(document=FILE | {"file_size": limit}).attachments
    assert file.unavailable == ""
    (file,) = inbound(document=FILE | {"file_size": limit + 1}).attachments
    assert (file.unavailable, file.remote) == ("too large", RemoteFile("F1", limit + 1))
    (file,) = inbound(document={"file_id": "a b\n", "file_size": -1}).attachments
    assert (file.unavailable, file.remote) == ("no file id", None)


def test_a_rich_message_is_text_with_a_line_for_every_block() -> None:
    bold = {"type": "bold", "text": "you"}
    blocks = [
        {"type": "paragraph", "text": ["Hello, ", bold, "!"]},
        {"type": "list", "items": [{"blocks": [{"text": "one"}]}, {"blocks": [{"text": "two"}]}]},
        {"type": "divider"},
    ]
    understood = inbound(rich_message={"blocks": blocks})
    assert (understood.text, understood.placeholder) == ("Hello, you!\none\ntwo", "")
    assert inbound(rich_message={"blocks": 7}).placeholder == "rich_message"


class TestLinks:
    def test_hidden_links_are_shown_after_their_words(self) -> None:
        entities = [
            {"type": "text_link", "offset": 3, "length": 4, "url": "https://a.example"},
            {"type": "bold", "offset": 0, "length": 2},
            {"type": "text_link", "offset": 8, "length": 5, "url": "https://b.example"},
        ]
        assert linked("😀 here there", entities) == "😀 here (https://a.example) there (https://b.example)"

    def test_what_shows_its_address_already_stays(self) -> None:
        entity = {"type": "text_link", "offset": 0, "length": 17, "url": "https://a.example"}
        assert linked("https://a.example", [entity]) == "https://a.example"

    @settings(deadline=None)
    @given(
        st.text(max_size=30),
        st.lists(st.fixed_dictionaries({"offset": st.integers(-5, 40), "length": st.integers(-5, 40)}), max_size=5),
    )
    def test_without_the_links_the_text_is_whole(self, words: str, places: list[dict[str, int]]) -> None:
        entities = [{"type": "text_link", "url": "X", **place} for place in places]
        clean = words.replace("X", "x")
        if any(0xD800 <= ord(char) <= 0xDFFF or ord(char) > 0xFFFF for char in clean):
            linked(clean.encode("utf-16", "replace").decode("utf-16"), entities)
        else:
            assert linked(clean, entities).replace(" (X)", "") == clean

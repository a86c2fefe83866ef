"""Nothing from outside makes the reader of updates fall over."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from peers.telegram_updates import RECEIVED, message

from deskterm.channels.telegram import wire
from deskterm.channels.telegram.places import Place, message_in, place_of
from deskterm.channels.telegram.understand import understand
from deskterm.channels.telegram.wire import Arrived, CallFailed, canonical, read_updates
from deskterm.desk.post import Ignored, Inbound, Unreadable


@settings(deadline=None)
@given(st.integers(-(2**52), 2**52), st.integers(0, 2**52), st.text(min_size=1, max_size=20), st.integers(0, 2**52))
def test_thread_keys_and_external_ids_read_back(chat: int, topic: int, connection: str, number: int) -> None:
    connection = connection.encode("utf-8", "replace").decode()
    for place in (Place(chat), Place(chat, str(topic)), Place(chat, f"d{topic}"), Place(chat, str(topic), connection)):
        assert place_of(place.thread_key) == place
        assert message_in(place.external_id(number), place) == number
        assert message_in(Place(chat + 1).external_id(number), place) is None


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=12,
)
FIELDS = re.findall(
    r"\w+",
    "message_id date chat from text entities caption caption_entities photo document voice sticker poll venue location "
    "contact dice paid_media rich_message pinned_message new_chat_members forward_origin reply_to_message quote "
    "media_group_id edit_date business_connection_id message_thread_id is_topic_message direct_messages_topic "
    "migrate_to_chat_id sender_chat new_chat_member message_ids new_reaction message data user",
)
KINDS = re.findall(
    r"\w+",
    "message edited_message channel_post business_message my_chat_member callback_query message_reaction "
    "deleted_business_messages business_connection poll chat_member future_kind",
)
BODIES = st.dictionaries(st.sampled_from(FIELDS), JSON, max_size=8).map(lambda fields: message(**fields))


@settings(max_examples=300, deadline=None)
@given(JSON | st.builds(lambda kind, body: {"update_id": 1, kind: body}, st.sampled_from(KINDS), BODIES | JSON))
def test_arbitrary_json_is_understood_or_unreadable(value: Any) -> None:
    try:
        understood = understand(json.dumps(value).encode(), RECEIVED)
    except Unreadable:
        return
    assert isinstance(understood, Inbound | Ignored)
    if isinstance(understood, Inbound):
        assert place_of(understood.thread_key) is not None
        understood.text.encode()


@settings(deadline=None)
@given(
    st.lists(st.dictionaries(st.text(max_size=5), JSON, max_size=3).map(lambda extra: {**extra, "update_id": 1}), max_size=4)
)
def test_cutting_a_batch_apart_finds_the_same_updates_as_reading_it(updates: list[dict[str, Any]]) -> None:
    body = json.dumps({"ok": True, "result": updates})
    assert wire._cut_apart(body) == read_updates(200, body)


@settings(deadline=None)
@given(st.text(max_size=300) | st.text('{}[]",:update_id12result', max_size=300).map('{"result":['.__add__))
def test_any_answer_is_updates_or_a_failed_call(body: str) -> None:
    try:
        arrived = read_updates(200, body)
    except CallFailed:
        return
    assert all(isinstance(item.data, bytes) for item in arrived)


def test_what_can_be_read_but_not_written_is_kept_as_it_came(monkeypatch: pytest.MonkeyPatch) -> None:
    """Reading and writing JSON have limits of depth of their own."""

    def limited(value: Any) -> bytes:
        if "deep" in value:
            raise RecursionError
        return canonical(value)

    monkeypatch.setattr(wire, "canonical", limited)
    body = '{"ok": true, "result": [{"update_id": 1}, {"update_id": 2, "deep": []}]}'
    assert read_updates(200, body) == [Arrived(1, b'{"update_id":1}'), Arrived(2, b'{"update_id": 2, "deep": []}')]


@settings(deadline=None)
@given(st.binary(max_size=200))
def test_arbitrary_bytes_are_understood_or_unreadable(data: bytes) -> None:
    try:
        understand(data, RECEIVED)
    except Unreadable:
        return

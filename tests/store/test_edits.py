"""Edits of messages and of albums: new words, new files, and what stays."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from deskterm.desk.model import Held
from deskterm.desk.post import Inbound, InFile, RemoteFile


def photo(n: int) -> InFile:
    return InFile(f"p{n}.jpg", "image/jpeg", remote=RemoteFile(f"F{n}", 10), content_id=f"u{n}")


def piece(house: Any, n: int, words: str = "") -> Inbound:
    """A photo of an album as Telegram sends it: without a caption its text only names its kind."""
    plain = {"text": words} if words else {"text": "photo", "placeholder": "photo"}
    return house.chat(**plain, external_id=f"7:{n}", album="A", attachments=(photo(n),))


def edit(inbound: Inbound, key: str, **changes: Any) -> Inbound:
    return replace(inbound, edit_of=inbound.external_id, version_key=key, **changes)


async def shown(house: Any) -> tuple[str, str, list[str], int]:
    """Text, placeholder, files and versions of the only message."""
    (row,) = (await house.office.messages(1)).rows
    return row.text, row.placeholder, [file.name for file in row.attachments], row.versions


async def test_a_replaced_photo_is_added_and_fetched(house):
    first = house.chat("look", external_id="7:1", attachments=(photo(1),))
    await house.arrive(first, "bot")
    assert await house.arrive(edit(first, "9", attachments=(photo(2),)), "bot") is Held.STORED
    assert await shown(house) == ("look", "", ["p1.jpg", "p2.jpg"], 2)
    rows = await house.all("SELECT remote_ref, state, position, next_at IS NOT NULL FROM attachment ORDER BY position")
    assert rows == [("F1", "pending", 0, 1), ("F2", "pending", 1, 1)]
    assert (await house.office.conversation(1)).row.unread == 1
    assert await house.arrive(edit(first, "10", attachments=(photo(2),)), "bot") is Held.IGNORED


@pytest.mark.parametrize("captioned", [1, 2])
async def test_a_photo_of_an_album_is_replaced_and_the_caption_stays(house, captioned):
    pieces = {n: piece(house, n, "the caption" if n == captioned else "") for n in (1, 2, 3)}
    for one in pieces.values():
        await house.arrive(one, "bot")
    assert await shown(house) == ("the caption", "", ["p1.jpg", "p2.jpg", "p3.jpg"], 1)
    await house.arrive(edit(pieces[3], "100", attachments=(photo(4),)), "bot")
    assert await shown(house) == ("the caption", "", ["p1.jpg", "p2.jpg", "p3.jpg", "p4.jpg"], 2)
    await house.arrive(edit(pieces[captioned], "101", attachments=(photo(5),)), "bot")
    assert await shown(house) == ("the caption", "", [f"p{n}.jpg" for n in (1, 2, 3, 4, 5)], 3)


async def test_the_only_caption_of_an_album_is_changed_and_taken_away(house):
    first, second = piece(house, 1, "one"), piece(house, 2)
    await house.arrive(first, "bot")
    await house.arrive(second, "bot")
    await house.arrive(edit(first, "100", text="changed"), "bot")
    assert (await shown(house))[:2] == ("changed", "")
    await house.arrive(edit(first, "101", text="photo", placeholder="photo"), "bot")
    assert (await shown(house))[:2] == ("photo", "photo")
    await house.arrive(edit(second, "102", text="now here", placeholder=""), "bot")
    assert (await shown(house))[:2] == ("now here", "")
    await house.arrive(edit(first, "103", text="and there"), "bot")
    assert (await shown(house))[:2] == ("now here\nand there", "")
    assert [text for _, text in await house.office.versions(1)] == ["one", "changed", "photo", "now here"]


async def test_with_several_captions_none_is_lost(house):
    pieces = [piece(house, 1, "one"), piece(house, 2, "two")]
    for one in pieces:
        await house.arrive(one, "bot")
    await house.arrive(edit(pieces[1], "100", text="two, corrected"), "bot")
    assert (await shown(house))[0] == "one\ntwo\ntwo, corrected"


async def test_a_caption_added_later_takes_the_placeholders_place(house):
    first = house.chat("photo", placeholder="photo", external_id="7:1", attachments=(photo(1),))
    await house.arrive(first, "bot")
    await house.arrive(edit(first, "9", text="a dress", placeholder=""), "bot")
    assert (await shown(house))[:2] == ("a dress", "")

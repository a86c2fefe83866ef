"""What a Telegram message holds, in words: its text, or a code and one readable line for what has no text of its own."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from deskterm.channels.telegram.fields import Json, integer, number, rows, table, text
from deskterm.channels.telegram.files import files_of
from deskterm.channels.telegram.vocabulary import ABOUT, PLAIN_SERVICE
from deskterm.desk.post import InFile


@dataclass(frozen=True, slots=True)
class Content:
    """`code` names what has no text of its own ("sticker", "pinned_message"); `service` says that Telegram wrote it."""

    text: str
    code: str = ""
    files: tuple[InFile, ...] = ()
    service: bool = False


def content_of(message: Json) -> Content:
    """Return the content of a message. What this release does not know keeps its field's name as its code."""
    words = text(message.get("text"))
    if words:
        return Content(linked(words, message.get("entities")))
    if words := _rich(message.get("rich_message")):
        return Content(words)
    for kind, describe in _CONTENT.items():
        if kind in message:
            value = message[kind]
            files = files_of(kind, value)
            caption = linked(text(message.get("caption")), message.get("caption_entities"))
            return Content(caption, "", files) if caption else Content(describe(value), kind, files)
    for kind, describe in _SERVICE.items():
        if kind in message:
            return Content(describe(message[kind]), kind, service=True)
    for kind in message:
        if kind in PLAIN_SERVICE:
            return Content(_spoken(kind), kind, service=True)
    return _unknown(message)


def _unknown(message: Json) -> Content:
    caption = linked(text(message.get("caption")), message.get("caption_entities"))
    kind = next((key for key in message if key not in ABOUT and _CODE.fullmatch(key)), "empty")
    return Content(caption or _spoken(kind), "" if caption else kind)


_CODE = re.compile(r"[a-z][a-z0-9_]{0,63}")


def _spoken(code: str) -> str:
    return code.replace("_", " ")


def linked(words: str, entities: object) -> str:
    """Return a text in which every hidden link (entity text_link) is shown after its words: "here (https://…)".

    Offsets of entities count UTF-16 units (Bot API, MessageEntity).
    """
    marks = []
    for entity in rows(entities):
        offset, length = integer(entity.get("offset")), integer(entity.get("length"))
        url = text(entity.get("url"))
        if text(entity.get("type")) == "text_link" and url and offset is not None and length is not None:
            marks.append((offset, offset + length, url))
    if not marks:
        return words
    wire = words.encode("utf-16-le")
    pieces, done = [], 0
    for start, end, url in sorted(marks, key=lambda mark: mark[1]):
        if not 0 <= start < end <= len(wire) // 2 or url == _units(wire, start, end):
            continue
        pieces.append(_units(wire, done, end))
        pieces.append(f" ({url})")
        done = end
    pieces.append(_units(wire, done, len(wire) // 2))
    return "".join(pieces)


def _units(wire: bytes, start: int, end: int) -> str:
    return wire[start * 2 : end * 2].decode("utf-16-le", "replace")


def person(user: object) -> str:
    """Return the name of a user or chat: first and last name, or the title, or @username, or the id."""
    info = table(user)
    name = " ".join(part for part in (text(info.get("first_name")), text(info.get("last_name"))) if part)
    username = text(info.get("username"))
    return name or text(info.get("title")) or (f"@{username}" if username else str(integer(info.get("id")) or ""))


def _clock(seconds: object) -> str:
    value = integer(seconds)
    return "" if value is None or value < 0 else f"{value // 60}:{value % 60:02}"


def _line(*parts: str) -> str:
    return " ".join(part for part in parts if part)


def _timed(word: str) -> Callable[[object], str]:
    return lambda value: _line(word, _clock(table(value).get("duration")))


def _audio(value: object) -> str:
    info = table(value)
    song = " - ".join(part for part in (text(info.get("performer")), text(info.get("title"))) if part)
    return _line("audio", song or text(info.get("file_name")), _clock(info.get("duration")))


def _point(value: object) -> str:
    info = table(value)
    latitude, longitude = number(info.get("latitude")), number(info.get("longitude"))
    return "" if latitude is None or longitude is None else f"{latitude:.6f}, {longitude:.6f}"


def _venue(value: object) -> str:
    info = table(value)
    where = ", ".join(part for part in (text(info.get("title")), text(info.get("address"))) if part)
    point = _point(info.get("location"))
    return _line("venue", where, f"({point})" if point else "")


def _contact(value: object) -> str:
    name, phone = person(value), text(table(value).get("phone_number"))
    return _line("contact", ", ".join(part for part in (name, phone) if part))


def _poll(value: object) -> str:
    info = table(value)
    options = " / ".join(text(option.get("text")) for option in rows(info.get("options")))
    return _line("poll", ": ".join(part for part in (text(info.get("question")), options) if part))


def _dice(value: object) -> str:
    info = table(value)
    points = integer(info.get("value"))
    return _line(text(info.get("emoji")) or "dice", "" if points is None else str(points))


def _paid(value: object) -> str:
    stars = integer(table(value).get("star_count"))
    return "paid media" if stars is None else f"paid media, {stars} stars"


def _checklist(value: object) -> str:
    info = table(value)
    tasks = "; ".join(text(task.get("text")) for task in rows(info.get("tasks")))
    return _line("checklist", ": ".join(part for part in (text(info.get("title")), tasks) if part))


_INLINE = ("text", "caption", "summary", "label")
_NESTED = ("blocks", "items", "rows", "cells")


def _rich(value: object) -> str:
    """Return the words of a rich message (RichMessage): its pieces of text joined, every block on a line of its own."""
    words: list[str] = []
    _gather(table(value), words)
    return "\n".join(line for line in "".join(words).split("\n") if line.strip())


def _gather(value: object, words: list[str]) -> None:
    """Collect words in order; a text is a string, a list of texts, or an object that holds one."""
    if isinstance(value, str):
        words.append(text(value))
    elif isinstance(value, list):
        for item in value:
            _gather(item, words)
    elif isinstance(value, dict):
        for key in _INLINE:
            _gather(value.get(key), words)
        for key in _NESTED:
            for block in rows(value.get(key)):
                _gather(block, words)
                words.append("\n")


def _named(word: str, field: str) -> Callable[[object], str]:
    return lambda value: _line(word, text(table(value).get(field)))


def _people(word: str) -> Callable[[object], str]:
    return lambda value: _line(word, ", ".join(person(user) for user in rows(value)))


def _said(word: str) -> Callable[[object], str]:
    return lambda value: _line(word, text(value))


def _pinned(value: object) -> str:
    return _line("pinned:", content_of(table(value)).text if value else "")


def _paying(word: str) -> Callable[[object], str]:
    def describe(value: object) -> str:
        info = table(value)
        amount = integer(info.get("total_amount"))
        return _line(word, text(info.get("title")), "" if amount is None else str(amount), text(info.get("currency")))

    return describe


_CONTENT: dict[str, Callable[[object], str]] = {
    "animation": _named("animation", "file_name"),
    "audio": _audio,
    "live_photo": _timed("live photo"),
    "document": _named("document", "file_name"),
    "paid_media": _paid,
    "photo": lambda _: "photo",
    "sticker": lambda value: text(table(value).get("emoji")) or "sticker",
    "story": lambda value: _line("story of", person(table(value).get("chat"))),
    "video": _timed("video"),
    "video_note": _timed("video note"),
    "voice": _timed("voice"),
    "checklist": _checklist,
    "contact": _contact,
    "dice": _dice,
    "game": _named("game", "title"),
    "poll": _poll,
    "venue": _venue,
    "location": lambda value: _line("location", _point(value)),
    "invoice": _paying("invoice"),
    "web_app_data": _named("web app:", "data"),
    "users_shared": lambda value: _people("shared users")(table(value).get("users")),
    "chat_shared": _named("shared chat", "title"),
    "passport_data": lambda _: "passport data",
    "giveaway": lambda _: "giveaway",
}
"""What people send, in the order to look: an animation also has a document, a venue a location (for older programs)."""

_SERVICE: dict[str, Callable[[object], str]] = {
    "new_chat_members": _people("joined:"),
    "left_chat_member": lambda value: _line("left:", person(value)),
    "new_chat_title": _said("new title:"),
    "pinned_message": _pinned,
    "successful_payment": _paying("paid"),
    "refunded_payment": _paying("refunded"),
    "forum_topic_created": _named("topic created:", "name"),
    "forum_topic_edited": _named("topic renamed:", "name"),
    "connected_website": _said("logged in at"),
    "migrate_to_chat_id": lambda _: "the group became a supergroup",
    "migrate_from_chat_id": lambda _: "the supergroup was a group before",
}
"""What Telegram itself writes into a chat and has a detail worth showing."""

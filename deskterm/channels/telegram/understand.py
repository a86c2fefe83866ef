"""From one raw update to what the desk takes in. Pure, standard library only: the command line reads old updates again.

Rules are those of the Bot API (core.telegram.org/bots/api). Nothing a customer sends is dropped: what has no text has a code
and a readable line, and what this release does not know keeps its field's name.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime

from deskterm.channels.telegram import people
from deskterm.channels.telegram.content import content_of, person
from deskterm.channels.telegram.fields import Json, integer, moment, rows, table, text
from deskterm.channels.telegram.places import Place
from deskterm.desk.model import Origin
from deskterm.desk.post import Ignored, Inbound, Unreadable

EDITED = "edited_"
_MESSAGES = frozenset({"message", "channel_post", "business_message", "guest_message"})


def understand(data: bytes, received: datetime | None = None) -> Inbound | Ignored:
    """Return what one update (JSON) means. Raises `Unreadable` for what is no update.

    `received` dates the few updates that Telegram gives no time (a deleted business message, a pressed button).
    """
    try:
        return _read(_decoded(data), received)
    except RecursionError:
        raise Unreadable("nested too deeply") from None


def _decoded(data: bytes) -> Json:
    try:
        update = json.loads(data)
    except ValueError:
        raise Unreadable("not JSON") from None
    if not isinstance(update, dict):
        raise Unreadable("not an object")
    return update


def _read(update: Json, received: datetime | None) -> Inbound | Ignored:
    update_id = integer(update.get("update_id"))
    if update_id is None:
        raise Unreadable("no update_id")
    kinds = [kind for kind in update if kind != "update_id"]
    if not kinds:
        return Ignored("empty update")
    kind = next((known for known in kinds if known.removeprefix(EDITED) in _MESSAGES or known in _EVENTS), kinds[0])
    body = table(update[kind])
    if kind.removeprefix(EDITED) in _MESSAGES:
        return _message(kind, body, update_id)
    return _EVENTS.get(kind, _other)(kind, body, update_id, received)


def _place(message: Json) -> Place | None:
    chat = integer(table(message.get("chat")).get("id"))
    if chat is None:
        return None
    topic = ""
    direct = integer(table(message.get("direct_messages_topic")).get("topic_id"))
    thread = integer(message.get("message_thread_id"))
    if direct is not None and direct >= 0:
        topic = f"d{direct}"
    elif message.get("is_topic_message") is True and thread is not None and thread >= 0:
        topic = str(thread)
    return Place(chat, topic, text(message.get("business_connection_id")))


def _message(kind: str, message: Json, update_id: int) -> Inbound:
    """Read a message. What the owner of a business account wrote (OWN) names the customer it went to in `cc`."""
    place = _place(message)
    number = integer(message.get("message_id"))
    at = moment(message.get("date"))
    if place is None or number is None or number < 0:
        raise Unreadable("a message without chat or id")
    if at is None:
        raise Unreadable("a message without a date")
    content = content_of(message)
    external_id = place.external_id(number)
    edited = kind.startswith(EDITED)
    old, place = _moved(message, place)
    origin = _origin(kind, message, place, content.service)
    customer = people.address(message.get("chat")) if origin is Origin.OWN else None
    sender = people.sender(message)
    return Inbound(
        external_id=external_id,
        sender=sender,
        at=at,
        text=content.text,
        origin=origin,
        thread_key=place.thread_key,
        group=people.group(message),
        cc=(customer,) if customer else (),
        attachments=content.files,
        edit_of=external_id if edited else "",
        version_key=str(integer(message.get("edit_date")) or f"u{update_id}") if edited else "",
        album=text(message.get("media_group_id")),
        reply_to_external=_answers(message, place),
        quote=text(table(message.get("quote")).get("text")),
        forwarded_from=_forwarded(table(message.get("forward_origin"))),
        placeholder=content.code,
        moved_from=old,
        notes=(*people.notes(message, kind), *(["reply to a story"] if "reply_to_story" in message else [])),
        proven=people.is_person(sender),
        shared=people.own_phone(message, sender) if origin is Origin.HUMAN else (),
        language=people.language(message, sender),
    )


def _moved(message: Json, place: Place) -> tuple[str, Place]:
    """Return the former thread key ("" if the chat did not move) and where the chat is now.

    Both the old group (migrate_to_chat_id) and the new supergroup (migrate_from_chat_id) tell of the move.
    """
    target, source = integer(message.get("migrate_to_chat_id")), integer(message.get("migrate_from_chat_id"))
    if target is not None:
        return place.thread_key, Place(target, connection=place.connection)
    if source is not None:
        return Place(source, connection=place.connection).thread_key, place
    return "", place


def _origin(kind: str, message: Json, place: Place, service: bool) -> Origin:
    """Return who is behind a message; only HUMAN starts a wait.

    The private chat of a business account has the customer's own id, so whoever else writes there is the account's owner
    or a bot of theirs. A channel's posts go to its readers and ask nothing of us.
    """
    writer = table(message.get("from"))
    if place.connection and (integer(writer.get("id")) != place.chat or "sender_business_bot" in message):
        return Origin.OWN
    if service:
        return Origin.AUTO
    if kind.endswith("channel_post") or message.get("is_automatic_forward") is True:
        return Origin.LIST
    as_chat = "sender_chat" in message or people.is_stand_in(message)
    return Origin.AUTO if writer.get("is_bot") is True and not as_chat else Origin.HUMAN


def _answers(message: Json, place: Place) -> str:
    """Return the message it replies to. Every message of a forum topic "replies" to the one that opened the topic."""
    original = table(message.get("reply_to_message"))
    number = integer(original.get("message_id"))
    if number is None or number <= 0 or "forum_topic_created" in original:
        return ""
    chat = integer(table(original.get("chat")).get("id"))
    return Place(place.chat if chat is None else chat, connection=place.connection).external_id(number)


def _forwarded(origin: Json) -> str:
    """Return whom a forwarded message is from (MessageOrigin: user, hidden_user, chat, channel)."""
    kind = text(origin.get("type"))
    if kind == "user":
        return person(origin.get("sender_user"))
    if kind == "hidden_user":
        return text(origin.get("sender_user_name"))
    title = person(origin.get("sender_chat") or origin.get("chat"))
    signature = text(origin.get("author_signature"))
    return f"{title} ({signature})" if title and signature else title or signature or kind


def _event(
    *,
    place: Place,
    at: datetime | None,
    key: str,
    code: str,
    words: str,
    body: Json,
    about: str = "",
    unreachable: bool | None = None,
) -> Inbound:
    """Return something that happened in a chat and is no message: it never starts a wait."""
    if at is None:
        raise Unreadable("an event without a date")
    sender = people.sender({"sender_chat": body.get("actor_chat"), "from": body.get("from") or body.get("user")})
    return Inbound(
        external_id=f"{place.thread_key}:{key}",
        sender=sender,
        at=at,
        text=words,
        origin=Origin.AUTO,
        thread_key=place.thread_key,
        group=people.group(body),
        reply_to_external=about,
        placeholder=code,
        unreachable=unreachable,
        proven=people.is_person(sender),
        language=people.language(body, sender),
    )


_GONE = frozenset({"kicked", "left"})


def _membership(kind: str, body: Json, update_id: int, received: datetime | None) -> Inbound | Ignored:
    """Read my_chat_member: a person blocked the bot (or let it in again), a group removed it (or took it in)."""
    place = _place(body)
    member = table(body.get("new_chat_member"))
    status = text(member.get("status"))
    if place is None or not status:
        return Ignored(f"{kind} without chat or status")
    gone = status in _GONE or (status == "restricted" and member.get("is_member") is False)
    if people.is_private(table(body.get("chat"))):
        words = "blocked the bot" if gone else "let the bot write again"
    else:
        words = "the bot was removed" if gone else f"the bot is {status} here"
    at = moment(body.get("date")) or received
    key = f"{kind}:{update_id}"
    return _event(place=place, at=at, key=key, code=kind, words=words, body=body, unreachable=gone)


def _pressed(kind: str, body: Json, update_id: int, received: datetime | None) -> Inbound | Ignored:
    """Read callback_query: a button pressed under one of our messages."""
    message = table(body.get("message"))
    place = _place(message)
    number = integer(message.get("message_id"))
    if place is None:
        return Ignored(f"{kind} without a chat")
    about = place.external_id(number) if number is not None and number > 0 else ""
    words = text(body.get("data")) or text(body.get("game_short_name")) or "button"
    at = received or moment(message.get("date"))
    return _event(
        place=place,
        at=at,
        key=f"{kind}:{update_id}",
        code=kind,
        words=f"pressed {words}",
        body={**body, "chat": message.get("chat")},
        about=about,
    )


def _reaction(kind: str, body: Json, update_id: int, received: datetime | None) -> Inbound | Ignored:
    place, number = _place(body), integer(body.get("message_id"))
    if place is None or number is None or number <= 0:
        return Ignored(f"{kind} without chat or message")
    marks = [text(mark.get("emoji")) or text(mark.get("type")) for mark in rows(body.get("new_reaction"))]
    words = f"reacted {' '.join(marks)}" if marks else "took the reaction back"
    at = moment(body.get("date")) or received
    about = place.external_id(number)
    return _event(place=place, at=at, key=f"{kind}:{update_id}", code=kind, words=words, body=body, about=about)


def _deleted(kind: str, body: Json, update_id: int, received: datetime | None) -> Inbound | Ignored:
    place = _place(body)
    if place is None:
        return Ignored(f"{kind} without a chat")
    listed = body.get("message_ids")
    numbers = [number for item in listed if (number := integer(item)) is not None] if isinstance(listed, list) else []
    words = f"deleted messages: {', '.join(str(number) for number in numbers)}"
    about = place.external_id(numbers[0]) if len(numbers) == 1 and numbers[0] > 0 else ""
    return _event(place=place, at=received, key=f"{kind}:{update_id}", code=kind, words=words, body=body, about=about)


def _nothing(kind: str, body: Json, update_id: int, received: datetime | None) -> Ignored:
    return Ignored(kind)


def _other(kind: str, body: Json, update_id: int, received: datetime | None) -> Inbound | Ignored:
    """Read a kind of update that this release does not know: kept where it belongs to a chat."""
    place = _place(body)
    at = moment(body.get("date")) or received
    code = kind if kind.isascii() and kind.isidentifier() and len(kind) <= 64 else "unknown"
    if place is None or at is None:
        return Ignored(code)
    words = code.replace("_", " ")
    return _event(place=place, at=at, key=f"{code}:{update_id}", code=code, words=words, body=body)


_EVENTS: dict[str, Callable[[str, Json, int, datetime | None], Inbound | Ignored]] = {
    "my_chat_member": _membership,
    "callback_query": _pressed,
    "message_reaction": _reaction,
    "deleted_business_messages": _deleted,
    "business_connection": _nothing,
    "inline_query": _nothing,
    "chosen_inline_result": _nothing,
    "poll": _nothing,
    "poll_answer": _nothing,
}

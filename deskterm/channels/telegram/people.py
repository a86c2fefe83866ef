"""Who stands behind an update: a person, or a group or channel that writes in its own name.

People's ids are positive, those of groups and channels negative (Bot API, Chat.id), so a negative id never is a person. Who
writes as a chat is announced by `sender_chat`; `from` then names a stand-in of Telegram's, which is nobody at all.
"""

from __future__ import annotations

import re

from deskterm.channels.telegram.content import person
from deskterm.channels.telegram.fields import Json, integer, table, text
from deskterm.desk.post import Address, IdentityKind

ANONYMOUS_ADMIN = "anonymous admin"
AS_CHANNEL = "writes as a channel"
LINKED_POST = "post of the linked channel"
"""Notes for the reader of a message that no person signs."""
_STAND_INS = frozenset({1087968824, 136817688, 777000})
"""@GroupAnonymousBot, @Channel_Bot and the account "Telegram": `from` where a chat writes, for programs that know only people
(Bot API, Message.from and Message.sender_chat)."""
_PHONE = re.compile(r"\+?([1-9]\d{6,14})")
_NO_DIGITS = re.compile(r"[ ()\-\u00a0]")


def address(info: object) -> Address | None:
    """Return the address of a user or chat; its user name is only what it is called today."""
    row = table(info)
    key, username = integer(row.get("id")), text(row.get("username"))
    if key is None:
        return None
    return Address(IdentityKind.TELEGRAM, str(key), person(info), f"@{username}" if username else "")


def sender(message: Json) -> Address | None:
    """Return who wrote it: the chat that anonymous admins and channels write as, else the user.

    In a private chat without `from` (allowed for channel posts only, yet seen from other servers) it is the chat's person.
    """
    writer = address(message.get("sender_chat"))
    if writer is None and not is_stand_in(message):
        writer = address(message.get("from"))
    return writer or address(message.get("chat"))


def is_person(writer: Address | None) -> bool:
    """Say whether an address is that of a user, which Telegram itself vouches for."""
    return writer is not None and not writer.value.startswith("-")


def language(message: Json, writer: Address | None) -> str:
    """Return the language of a person's program: the first part of an IETF tag ("pt-br" is "pt"), "" where it is not told."""
    user = table(message.get("from")) or table(message.get("user"))
    if writer is None or str(integer(user.get("id"))) != writer.value:
        return ""
    code = re.split("[-_]", text(user.get("language_code")))[0].lower()
    return code if code.isascii() and code.isalpha() and 2 <= len(code) <= 3 else ""


def own_phone(message: Json, writer: Address | None) -> tuple[Address, ...]:
    """Return the telephone number of a contact that is the writer's own card.

    Telegram itself looks up whose number it is (Bot API, Contact.user_id). Not believed where somebody else made the message:
    one that was forwarded (the number may be another's by now) or that came through an inline bot.
    """
    contact = table(message.get("contact"))
    owner = integer(contact.get("user_id"))
    if owner is None or writer is None or not is_person(writer) or str(owner) != writer.value:
        return ()
    if any(field in message for field in ("forward_origin", "forward_date", "via_bot")):
        return ()
    found = _PHONE.fullmatch(_NO_DIGITS.sub("", text(contact.get("phone_number"))))
    return (Address(IdentityKind.PHONE, f"+{found[1]}"),) if found is not None and found[1].isascii() else ()


def is_private(chat: Json) -> bool:
    """Say whether a chat is with one person."""
    kind = text(chat.get("type"))
    return kind == "private" or (not kind and (integer(chat.get("id")) or 0) > 0)


def group(message: Json) -> str:
    """Return the title of the group a message was written in, with the topic's name where the message tells it; "" for none.

    What is written in a topic "replies" to the message that opened the topic, unless it replies to another.
    """
    chat = table(message.get("chat"))
    if is_private(chat):
        return ""
    opening = table(table(message.get("reply_to_message")).get("forum_topic_created"))
    told = (message.get("forum_topic_created"), message.get("forum_topic_edited"), opening)
    topic = next((name for one in told if (name := text(table(one).get("name")))), "")
    in_topic = message.get("is_topic_message") is True
    return f"{person(chat)} · {topic}" if topic and in_topic else person(chat)


def notes(message: Json, kind: str) -> tuple[str, ...]:
    """Return what the reader should know of a message that a chat wrote; a channel's own posts speak for themselves."""
    if message.get("is_automatic_forward") is True:
        return (LINKED_POST,)
    writer, chat = integer(table(message.get("sender_chat")).get("id")), integer(table(message.get("chat")).get("id"))
    if kind.endswith("channel_post") or (writer is None and not is_stand_in(message)):
        return ()
    return (ANONYMOUS_ADMIN,) if writer is None or writer == chat else (AS_CHANNEL,)


def is_stand_in(message: Json) -> bool:
    """Say whether `from` is nobody. In a private chat the account "Telegram" is the one that writes."""
    user = integer(table(message.get("from")).get("id"))
    return user in _STAND_INS and not is_private(table(message.get("chat")))

"""The world behind the loopback Bot API server: chats, the people in them, and the bot's queue of updates. No HTTP here.

What people do (`write`, `edit`, `send_file`, `block`) becomes updates as core.telegram.org/bots/api describes them; what the
bot does is checked as there and kept in `sent`.
"""

from __future__ import annotations

import base64
import time
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]

NOT_BY_DEFAULT = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
MAX_TEXT_UNITS = 4096
MAX_CAPTION_UNITS = 1024
MAX_PHOTO = 10 * 2**20
MAX_UPLOAD = 50 * 2**20
MAX_DOWNLOAD = 20 * 2**20
IMAGE_STARTS = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF")


class Refused(Exception):
    """An error answer of the Bot API."""

    def __init__(self, code: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.code, self.description, self.parameters = code, description, parameters


def utf16_units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


@dataclass
class Chat:
    """A chat as the server knows it: `closed` is the error a send gets, `moved_to` the supergroup it became."""

    info: Json
    topics: set[int] = field(default_factory=set)
    closed: str = ""
    moved_to: int | None = None
    messages: dict[int, Json] = field(default_factory=dict)
    next_message: int = 1


@dataclass
class Sent:
    """A message of the bot that the server took."""

    method: str
    chat_id: int
    message_id: int
    params: Json
    text: str = ""
    file_name: str = ""
    file_type: str = ""
    data: bytes = b""


@dataclass
class Upload:
    name: str
    media_type: str
    data: bytes


class BotWorld:
    """One bot and everybody who writes to it."""

    def __init__(self, token: str) -> None:
        self.token = token
        self.bot: Json = {
            "id": int(token.split(":", maxsplit=1)[0]),
            "is_bot": True,
            "first_name": "Desk",
            "username": "desk_test_bot",
        }
        self.chats: dict[int, Chat] = {}
        self.queue: list[Json] = []
        self.next_update = 1000
        self.allowed: list[str] | None = None
        self.webhook = ""
        self.files: dict[str, bytes] = {}
        self.sizes: dict[str, int] = {}
        self.sent: list[Sent] = []
        self.answered_callbacks: list[str] = []
        self.wake = lambda: None

    def who_am_i(self) -> Json:
        """getMe, which alone says what the bot may do."""
        can = {"can_join_groups": True, "can_read_all_group_messages": False, "supports_inline_queries": False}
        return can | self.bot

    # Who there is

    def customer(self, user_id: int = 7, first_name: str = "Иван", last_name: str = "", username: str = "") -> Json:
        """Return a person, who is known to the bot (has started it)."""
        person: Json = {"id": user_id, "is_bot": False, "first_name": first_name}
        person |= {key: value for key, value in (("last_name", last_name), ("username", username)) if value}
        self.chats.setdefault(user_id, Chat({**person, "type": "private"})).info.pop("is_bot", None)
        return person

    def group(self, chat_id: int, title: str, topics: tuple[int, ...] = (), kind: str = "supergroup") -> Json:
        info: Json = {"id": chat_id, "type": kind, "title": title}
        if topics:
            info["is_forum"] = True
        self.chats[chat_id] = Chat(info, set(topics))
        return info

    # What people do

    def push(self, kind: str, body: Any) -> int:
        """Queue an update, if the bot asked for its kind; returns its id."""
        asked = kind in self.allowed if self.allowed else kind not in NOT_BY_DEFAULT
        self.next_update += 1
        if asked:
            self.queue.append({"update_id": self.next_update, kind: body})
            self.wake()
        return self.next_update

    def message(self, chat_id: int, sender: Json | None = None, **fields: Any) -> Json:
        """Return a new message in a chat, without an update."""
        chat = self.chats[chat_id]
        number, chat.next_message = chat.next_message, chat.next_message + 1
        writer = sender or {**{k: v for k, v in chat.info.items() if k != "type"}, "is_bot": False}
        message = {"message_id": number, "date": int(time.time()), "chat": chat.info, "from": writer, **fields}
        chat.messages[number] = message
        return message

    def write(self, text: str, chat_id: int = 7, sender: Json | None = None, **fields: Any) -> Json:
        """A person writes; the private chat is made at the first word."""
        if chat_id not in self.chats and chat_id > 0:
            self.customer(chat_id)
        message = self.message(chat_id, sender, text=text, **fields)
        self.push("message", message)
        return message

    def edit(self, text: str, message_id: int, chat_id: int = 7) -> Json:
        """A person edits a message; an update of it that still waits keeps the old words."""
        messages = self.chats[chat_id].messages
        old = messages[message_id]
        edited_at = max(int(time.time()), old.get("edit_date", old["date"]) + 1)
        messages[message_id] = {**old, "text": text, "edit_date": edited_at}
        self.push("edited_message", messages[message_id])
        return messages[message_id]

    def keep_file(self, data: bytes, size: int | None = None) -> Json:
        """Put a file on the server; `size` claims another length than it has (a file too large to make)."""
        file_id = f"FILE-{len(self.files) + 1}"
        self.files[file_id] = data
        self.sizes[file_id] = len(data) if size is None else size
        return {"file_id": file_id, "file_unique_id": f"u{file_id}", "file_size": self.sizes[file_id]}

    def send_file(
        self,
        data: bytes = b"",
        *,
        kind: str = "document",
        chat_id: int = 7,
        name: str = "",
        media_type: str = "",
        caption: str = "",
        size: int | None = None,
        album: str = "",
        data_base64: str = "",
        **more: Any,
    ) -> Json:
        """A person sends a file: `kind` is the message's field (document, photo, voice…), `more` its further fields."""
        if chat_id not in self.chats:
            self.customer(chat_id)
        info = self.keep_file(data or base64.b64decode(data_base64), size)
        info |= {key: value for key, value in (("file_name", name), ("mime_type", media_type)) if value} | more
        small = {**self.keep_file(b"small"), "width": 90, "height": 90}
        content: Any = [small, {**info, "width": 900, "height": 900}] if kind == "photo" else info
        fields = {kind: content} | {key: value for key, value in (("caption", caption), ("media_group_id", album)) if value}
        message = self.message(chat_id, **fields)
        self.push("message", message)
        return message

    def album(self, pictures: list[bytes], chat_id: int = 7, caption: str = "") -> list[Json]:
        """A person sends several pictures at once: a message each, joined by media_group_id."""
        group = f"album{self.next_update}"
        captions = [caption, *[""] * len(pictures)]
        return [
            self.send_file(data, kind="photo", chat_id=chat_id, caption=captions[at], album=group)
            for at, data in enumerate(pictures)
        ]

    def forward(self, text: str, origin: Json, chat_id: int = 7) -> Json:
        return self.write(text, chat_id, forward_origin={"date": int(time.time()) - 60, **origin})

    def press(self, data: str, message_id: int, chat_id: int = 7) -> str:
        """A person presses a button under a message of the bot; returns the id that wants an answer."""
        query = f"query{self.next_update}"
        person = {**{k: v for k, v in self.chats[chat_id].info.items() if k != "type"}, "is_bot": False}
        message = self.chats[chat_id].messages[message_id]
        self.push("callback_query", {"id": query, "from": person, "message": message, "chat_instance": "1", "data": data})
        return query

    def block(self, user_id: int = 7) -> None:
        self.chats[user_id].closed = "Forbidden: bot was blocked by the user"
        self._member(user_id, "member", "kicked")

    def unblock(self, user_id: int = 7) -> None:
        self.chats[user_id].closed = ""
        self._member(user_id, "kicked", "member")

    def _member(self, chat_id: int, old: str, new: str) -> None:
        chat = self.chats[chat_id].info
        person = {**{k: v for k, v in chat.items() if k != "type"}, "is_bot": False}
        body = {"chat": chat, "from": person, "date": int(time.time())}
        for key, status in (("old_chat_member", old), ("new_chat_member", new)):
            body[key] = {"user": self.bot, "status": status} | ({"until_date": 0} if status == "kicked" else {})
        self.push("my_chat_member", body)

    def migrate(self, chat_id: int, new_id: int) -> None:
        """A group becomes a supergroup: both chats get a service message, sends to the old one the new id."""
        old = self.chats[chat_id]
        self.group(new_id, old.info["title"])
        self.push("message", self.message(chat_id, self.bot, migrate_to_chat_id=new_id))
        self.push("message", self.message(new_id, self.bot, migrate_from_chat_id=chat_id))
        old.moved_to = new_id

    # The queue

    def restart_ids(self, at: int) -> None:
        """Number updates anew, as the server may after a week without any (Bot API, Update.update_id)."""
        self.next_update = at

    def expire(self) -> None:
        """Forget what waits, as the server does after 24 hours."""
        self.queue.clear()

    def confirm(self, offset: int | None) -> None:
        """Apply getUpdates' offset: forget what stands before it; a negative one counts from the end."""
        if offset is None or offset == 0:
            return
        if offset < 0:
            self.queue = self.queue[offset:]
        else:
            self.queue = [update for update in self.queue if update["update_id"] >= offset]

    # What the bot does

    def take_text(self, params: Json) -> Json:
        """sendMessage."""
        chat = self._open_chat(params)
        text = str(params.get("text") or "")
        if not text:
            raise Refused(400, "Bad Request: message text is empty")
        if not text.strip():
            raise Refused(400, "Bad Request: text must be non-empty")
        if utf16_units(text) > MAX_TEXT_UNITS:
            raise Refused(400, "Bad Request: message is too long")
        return self._take("sendMessage", chat, params, {"text": text}, Sent("sendMessage", 0, 0, params, text))

    def take_file(self, method: str, params: Json, upload: Upload | None) -> Json:
        """sendPhoto and sendDocument."""
        chat = self._open_chat(params)
        kind = "photo" if method == "sendPhoto" else "document"
        if utf16_units(str(params.get("caption") or "")) > MAX_CAPTION_UNITS:
            raise Refused(400, "Bad Request: message caption is too long")
        if upload is None:
            raise Refused(400, f"Bad Request: there is no {kind} in the request")
        if len(upload.data) > (MAX_PHOTO if kind == "photo" else MAX_UPLOAD):
            raise Refused(413, "Request Entity Too Large")
        if not upload.data:
            raise Refused(400, "Bad Request: file must be non-empty")
        if kind == "photo" and not upload.data.startswith(IMAGE_STARTS):
            raise Refused(400, "Bad Request: IMAGE_PROCESS_FAILED")
        info = self.keep_file(upload.data)
        photo = [{**info, "width": 100, "height": 100}]
        content: Any = photo if kind == "photo" else {**info, "file_name": upload.name, "mime_type": upload.media_type}
        sent = Sent(method, 0, 0, params, "", upload.name, upload.media_type, upload.data)
        return self._take(method, chat, params, {kind: content}, sent)

    def _open_chat(self, params: Json) -> Chat:
        if params.get("chat_id") in (None, ""):
            raise Refused(400, "Bad Request: chat_id is empty")
        try:
            chat = self.chats[int(params["chat_id"])]
        except (KeyError, ValueError):
            raise Refused(400, "Bad Request: chat not found") from None
        if chat.moved_to is not None:
            description = "Bad Request: group chat was upgraded to a supergroup chat"
            raise Refused(400, description, migrate_to_chat_id=chat.moved_to)
        if chat.closed:
            raise Refused(403, chat.closed)
        topic = params.get("message_thread_id")
        if topic is not None and int(topic) not in chat.topics:
            raise Refused(400, "Bad Request: message thread not found")
        return chat

    def _take(self, method: str, chat: Chat, params: Json, content: Json, sent: Sent) -> Json:
        reply = params.get("reply_parameters") or {}
        answered = chat.messages.get(int(reply.get("message_id", 0)))
        if reply and answered is None and not reply.get("allow_sending_without_reply"):
            raise Refused(400, "Bad Request: message to be replied not found")
        fields = dict(content)
        if answered is not None:
            fields["reply_to_message"] = {k: v for k, v in answered.items() if k != "reply_to_message"}
        if params.get("message_thread_id") is not None:
            fields |= {"message_thread_id": int(params["message_thread_id"]), "is_topic_message": True}
        message = self.message(chat.info["id"], self.bot, **fields)
        sent.chat_id, sent.message_id = chat.info["id"], message["message_id"]
        self.sent.append(sent)
        return message

    def file_info(self, file_id: str) -> Json:
        """getFile."""
        if file_id not in self.files:
            raise Refused(400, "Bad Request: invalid file_id")
        size = self.sizes[file_id]
        if size > MAX_DOWNLOAD:
            raise Refused(400, "Bad Request: file is too big")
        return {
            "file_id": file_id,
            "file_unique_id": f"u{file_id}",
            "file_size": size,
            "file_path": f"documents/{file_id}",
        }

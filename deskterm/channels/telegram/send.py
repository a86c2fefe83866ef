"""Sending: the bytes of one part, and what the server's answer means for it.

Telegram has no idempotency and a bot cannot read its chats, so whatever may have arrived is uncertain and waits for a person.
"""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

from deskterm.channels.base import OnWire
from deskterm.channels.telegram.fields import Json, integer, table, text
from deskterm.channels.telegram.places import Place, message_in, place_of
from deskterm.channels.telegram.wire import CallFailed, Failure, Opener, Upload, canonical
from deskterm.desk.post import (
    ChannelRefused,
    Outbound,
    OutFile,
    Receipt,
    SendError,
    SendLater,
    SendRejected,
    SendUncertain,
    ThreadMoved,
)
from deskterm.desk.text import clean_line, units

MAX_UNITS = 4096
"""Longest text of one message, in UTF-16 units (Bot API, sendMessage)."""
MAX_FILE = 50 * 2**20
MAX_PHOTO = 10 * 2**20
"""Largest uploads in bytes (Bot API, "Sending files")."""
PHOTO_TYPES = frozenset({"image/jpeg", "image/png", "image/webp"})


def prepare(outbound: Outbound) -> bytes:
    """Return the method and parameters of one part as canonical JSON; the file itself stays in the store.

    Raises `SendRejected` for what no chat can take.
    """
    place = place_of(outbound.thread_key or _only_recipient(outbound))
    if place is None:
        raise SendRejected("no Telegram chat to send to")
    params = _where(outbound, place)
    if outbound.attachments:
        return canonical({"method": _file_method(outbound), "params": params, "file": _file_of(outbound)})
    if not outbound.text.strip():
        raise SendRejected("nothing to send")
    if units(outbound.text) > MAX_UNITS:
        raise SendRejected(f"longer than {MAX_UNITS} characters")
    # No parse_mode: the customer sees what the operator typed, and no character can make the server refuse it.
    return canonical({"method": "sendMessage", "params": {**params, "text": outbound.text}})


def _only_recipient(outbound: Outbound) -> str:
    return outbound.to[0].value if len(outbound.to) == 1 else ""


def _where(outbound: Outbound, place: Place) -> Json:
    params: Json = {"chat_id": place.chat}
    if place.connection:
        params["business_connection_id"] = place.connection
    if place.topic.startswith("d"):
        params["direct_messages_topic_id"] = int(place.topic[1:])
    elif place.topic:
        params["message_thread_id"] = int(place.topic)
    answered = message_in(outbound.reply_to_external, place)
    if answered is not None:
        params["reply_parameters"] = {"message_id": answered, "allow_sending_without_reply": True}
    return params


def _the_file(outbound: Outbound) -> OutFile:
    if len(outbound.attachments) != 1 or outbound.text.strip():
        raise SendRejected("a file goes by itself, without text")
    return outbound.attachments[0]


def _file_method(outbound: Outbound) -> str:
    file = _the_file(outbound)
    if file.size > MAX_FILE:
        raise SendRejected("larger than 50 MB")
    return "sendPhoto" if file.media_type in PHOTO_TYPES and file.size <= MAX_PHOTO else "sendDocument"


def _file_of(outbound: Outbound) -> Json:
    file = _the_file(outbound)
    name = clean_line(file.name, 120).replace("/", "_").replace("\\", "_").replace('"', "'")
    return {"name": name or "file", "size": file.size}


async def deliver(opener: Opener, outbound: Outbound, payload: bytes, on_wire: OnWire) -> Receipt:
    """Send what `prepare` made. Raises the `SendError` kinds."""
    call = table(json.loads(payload))
    method, params = text(call.get("method")), table(call.get("params"))
    upload = await _upload(outbound, table(call.get("file")), method) if "file" in call else None
    try:
        server = await opener()
        await on_wire()
        try:
            result = await server.call(method, params, upload)
        except CallFailed as failure:
            if upload is None or not _no_photo(method, failure):
                raise
            upload = Upload("document", upload.name, upload.data)
            result = await server.call("sendDocument", params, upload)
    except CallFailed as failure:
        error = _meaning(failure, params)
    else:
        return _receipt(result, params)
    raise error


async def _upload(outbound: Outbound, file: Json, method: str) -> Upload:
    path = Path(outbound.attachments[0].path) if outbound.attachments else Path()
    try:
        data = await asyncio.to_thread(path.read_bytes)
    except OSError:
        raise SendRejected("the file cannot be read any more") from None
    if len(data) != integer(file.get("size")):
        raise SendRejected("the file is not what it was")
    if not data:
        raise SendRejected("the file is empty")
    return Upload("photo" if method == "sendPhoto" else "document", text(file.get("name")), data)


def _no_photo(method: str, failure: CallFailed) -> bool:
    """Say whether the server refused an image as a photo (too long, too narrow, broken); as a document it takes it."""
    words = failure.reason.upper()
    return method == "sendPhoto" and failure.kind is Failure.REJECTED and ("PHOTO" in words or "IMAGE" in words)


def _meaning(failure: CallFailed, params: Json) -> SendError:
    match failure.kind:
        case Failure.UNSENT:
            return SendLater(failure.reason)
        case Failure.FLOOD:
            return SendLater("Telegram asks to wait", failure.retry_after_s)
        case Failure.MOVED if failure.moved_to is not None:
            return ThreadMoved(Place(failure.moved_to, connection=_connection(params)).thread_key)
        case Failure.UNAUTHORIZED | Failure.NOT_FOUND:
            return ChannelRefused(f"the token is refused: {failure.reason}")
        case Failure.FORBIDDEN:
            return SendRejected(_forbidden(failure.reason))
        case Failure.REJECTED | Failure.CONFLICT:
            return SendRejected(failure.reason)
    return SendUncertain(failure.reason)


_FORBIDDEN = {
    "blocked": "the customer blocked the bot",
    "deactivated": "the customer's account is deleted",
    "initiate": "the customer has not written to the bot yet",
    "kicked": "the bot was removed from the group",
    "not a member": "the bot is not in the group",
}


def _forbidden(reason: str) -> str:
    return next((words for mark, words in _FORBIDDEN.items() if mark in reason), reason)


def _connection(params: Json) -> str:
    return text(params.get("business_connection_id"))


def _receipt(result: object, params: Json) -> Receipt:
    """Return what the server said of the message. Id 0 means that it will send it by and by (Bot API, Message)."""
    message = table(result)
    number = integer(message.get("message_id"))
    chat = integer(table(message.get("chat")).get("id")) or integer(params.get("chat_id"))
    if number is None or number < 0 or chat is None:
        raise SendUncertain("an answer without a message")
    if number == 0:
        return Receipt(detail="Telegram sends it by and by")
    return Receipt((Place(chat, connection=_connection(params)).external_id(number),))

"""What the Bot API's server says, told apart by what it means for the caller. Standard library only.

Every answer of the Bot API is `{"ok", "result"}` or `{"ok", "error_code", "description", "parameters"}` (core.telegram.org/
bots/api, "Making requests"); proxies and broken servers answer anything.
"""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from deskterm.channels.telegram.fields import Json, integer, table, text
from deskterm.desk.text import clean_line


class Failure(StrEnum):
    """Why a call failed, by what the caller may conclude."""

    UNSENT = "unsent"
    """No connection: the server surely saw nothing of the request."""
    UNCLEAR = "unclear"
    """The server may have acted: time-out, broken connection, 5xx, an answer that is none."""
    FLOOD = "flood"
    MOVED = "moved"
    UNAUTHORIZED = "unauthorized"
    NOT_FOUND = "not found"
    FORBIDDEN = "forbidden"
    CONFLICT = "conflict"
    REJECTED = "rejected"


class CallFailed(Exception):
    """A call of the Bot API failed. `reason` is one clean line without the token.

    `retry_after_s` comes with FLOOD, `moved_to` (a chat id) with MOVED.
    """

    def __init__(self, kind: Failure, reason: str, *, retry_after_s: float | None = None, moved_to: int | None = None) -> None:
        super().__init__(f"{kind}: {reason}")
        self.kind = kind
        self.reason = reason
        self.retry_after_s = retry_after_s
        self.moved_to = moved_to


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that goes with a call, under the parameter `field`."""

    field: str
    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Arrived:
    """One update as it is kept. `update_id` is None where the server gave none; `callback_id` waits for an answer."""

    update_id: int | None
    data: bytes
    callback_id: str = ""


class BotServer(Protocol):
    """A Bot API server as the channel uses it. All methods raise `CallFailed` and end in bounded time."""

    async def updates(self, offset: int | None, wait_s: int) -> list[Arrived]:
        """Return up to 100 updates, waiting `wait_s` seconds for the first (getUpdates)."""
        ...

    async def call(self, method: str, params: Mapping[str, object], upload: Upload | None = None) -> object:
        """Return the result of a method."""
        ...

    async def download(self, path: str, limit: int) -> bytes:
        """Return a file of at most `limit` bytes (getFile's file_path); REJECTED where it is larger or gone."""
        ...

    async def close(self) -> None:
        """Let go of the connections."""
        ...


Opener = Callable[[], Awaitable[BotServer]]
"""Opens the connection to the server at first use."""

_TOKEN = re.compile(r"\d{6,}:[\w-]{30,}")
_IN_URL = re.compile(r"(/bot)[^/\s]+(?=/)")


def redact(words: str, token: str) -> str:
    """Return a text as one clean line in which no bot token stands, neither ours nor another (it is in every URL)."""
    if token:
        words = words.replace(token, "***")
    return clean_line(_IN_URL.sub(r"\1***", _TOKEN.sub("***", words)), 300)


def read_answer(status: int, body: str) -> object:
    """Return the `result` of an answer with this HTTP status. Raises `CallFailed`.

    Its reason may still hold a token, if the server repeats it: callers pass it through `redact`.
    """
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        raise CallFailed(Failure.UNCLEAR, f"HTTP {status}: not an answer of a Bot API server") from None
    if not isinstance(answer, dict):
        raise CallFailed(Failure.UNCLEAR, f"HTTP {status}: not an answer of a Bot API server")
    if 200 <= status < 300 and answer.get("ok") is True:
        if answer.get("result") is None:
            raise CallFailed(Failure.UNCLEAR, f"HTTP {status}: an answer without a result")
        return answer["result"]
    raise _refusal(status, answer)


_BY_STATUS = {
    401: Failure.UNAUTHORIZED,
    403: Failure.FORBIDDEN,
    404: Failure.NOT_FOUND,
    409: Failure.CONFLICT,
    429: Failure.FLOOD,
}


def _refusal(status: int, answer: Json) -> CallFailed:
    parameters = table(answer.get("parameters"))
    reason = text(answer.get("description")) or f"HTTP {status}"
    moved_to, wait = integer(parameters.get("migrate_to_chat_id")), integer(parameters.get("retry_after"))
    if not 400 <= status < 500:
        return CallFailed(Failure.UNCLEAR, reason)
    if moved_to:
        return CallFailed(Failure.MOVED, reason, moved_to=moved_to)
    kind = Failure.FLOOD if wait is not None else _BY_STATUS.get(status, Failure.REJECTED)
    return CallFailed(kind, reason, retry_after_s=None if wait is None else float(max(0, wait)))


def read_updates(status: int, body: str) -> list[Arrived]:
    """Return the updates of an answer to getUpdates, each by itself: what is wrong with one does not touch the others."""
    if 200 <= status < 300:
        try:
            return _each(read_answer(status, body))
        except RecursionError:
            return _cut_apart(body)
        except CallFailed:
            if pieces := _cut_apart(body):
                return pieces
            raise
    read_answer(status, body)
    raise CallFailed(Failure.UNCLEAR, f"HTTP {status}")


def _each(result: object) -> list[Arrived]:
    if not isinstance(result, list):
        raise CallFailed(Failure.UNCLEAR, "updates that are no list")
    return [_arrived(item) for item in result]


def canonical(value: object) -> bytes:
    """Return the one form in which equal JSON values have equal bytes: sorted keys, no spaces, UTF-8."""
    words = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return words.encode("utf-8", "surrogatepass")


def _arrived(item: object) -> Arrived:
    update = table(item)
    return Arrived(integer(update.get("update_id")), canonical(item), text(table(update.get("callback_query")).get("id")))


_MARK = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{}]', re.DOTALL)
_RESULT = re.compile(r'"result"\s*:\s*\[')
_UPDATE_ID = re.compile(r'\{\s*"update_id"\s*:\s*(\d{1,18})\b')


def _cut_apart(body: str) -> list[Arrived]:
    """Return the updates of a body that no JSON reader takes as a whole (nested too deeply), cut at their outer braces."""
    opening = _RESULT.search(body)
    return [] if opening is None else [_piece(words) for words in _objects(body, opening.end())]


def _objects(body: str, start: int) -> Sequence[str]:
    found = []
    depth = begin = 0
    for mark in _MARK.finditer(body, start):
        char = mark.group()
        if char in "{[":
            begin = mark.start() if depth == 0 else begin
            depth += 1
        elif char in "]}":
            depth -= 1
            if depth < 0:
                break
            if depth == 0:
                found.append(body[begin : mark.end()])
    return found


def _piece(words: str) -> Arrived:
    try:
        return _arrived(json.loads(words))
    except (ValueError, RecursionError):
        known = _UPDATE_ID.match(words)
        return Arrived(int(known[1]) if known else None, words.encode("utf-8", "surrogatepass"))

"""Where a Telegram message stands, as the desk keeps it: thread keys and external ids.

A thread key is `chat`, `chat:topic` (a forum topic) or `chat:dTOPIC` (a topic of a channel's direct messages); an external
id is `chat:message`. What came through a business account has its connection in front: `connection/chat`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote, unquote

_THREAD = re.compile(r"(?:(?P<connection>[^/]+)/)?(?P<chat>-?\d{1,19})(?::(?P<topic>d?\d{1,19}))?", re.ASCII)
_MESSAGE = re.compile(r"(?:(?P<connection>[^/]+)/)?(?P<chat>-?\d{1,19}):(?P<message>\d{1,19})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Place:
    """A chat, or a topic in it, perhaps of a business account that the bot answers for."""

    chat: int
    topic: str = ""
    connection: str = ""

    @property
    def thread_key(self) -> str:
        """The key of the conversation in this place."""
        return f"{self._chat_key}:{self.topic}" if self.topic else self._chat_key

    @property
    def _chat_key(self) -> str:
        prefix = f"{quote(self.connection, safe='')}/" if self.connection else ""
        return f"{prefix}{self.chat}"

    def external_id(self, message: int) -> str:
        """The id of a message in this chat (message ids are unique in a chat, not in a topic)."""
        return f"{self._chat_key}:{message}"


def place_of(thread_key: str) -> Place | None:
    """Return the place that a thread key names, None where it is none of ours."""
    match = _THREAD.fullmatch(thread_key)
    if match is None:
        return None
    return Place(int(match["chat"]), match["topic"] or "", unquote(match["connection"] or ""))


def message_in(external_id: str, place: Place) -> int | None:
    """Return the message id of an external id that stands in the same chat, else None."""
    match = _MESSAGE.fullmatch(external_id)
    if match is None or int(match["chat"]) != place.chat or unquote(match["connection"] or "") != place.connection:
        return None
    return int(match["message"])

"""The files of a Telegram message: which of its variants to fetch, under which name, and which are too large for a bot."""

from __future__ import annotations

import re

from deskterm.channels.telegram.fields import Json, integer, rows, table, text
from deskterm.desk.post import InFile, RemoteFile

MAX_FETCH = 20 * 2**20
"""A bot may fetch files up to this size (Bot API, getFile), in bytes."""
TOO_LARGE = "too large"

_MEDIA_TYPE = re.compile(r"[\w.+-]{1,64}/[\w.+-]{1,64}", re.ASCII)
_FILE_ID = re.compile(r"[!-~]{1,512}", re.ASCII)

_NAMES = {
    "animation": ("animation.mp4", "video/mp4"),
    "audio": ("audio.mp3", "audio/mpeg"),
    "document": ("document", "application/octet-stream"),
    "live_photo": ("live photo.mp4", "video/mp4"),
    "photo": ("photo.jpg", "image/jpeg"),
    "sticker": ("sticker.webp", "image/webp"),
    "video": ("video.mp4", "video/mp4"),
    "video_note": ("video note.mp4", "video/mp4"),
    "voice": ("voice.ogg", "audio/ogg"),
}
"""What kinds of media have a file, with the name and type it gets where the message says none."""


def files_of(kind: str, value: object) -> tuple[InFile, ...]:
    """Return the files of one content of a message: `kind` is the field's name, `value` what stands in it."""
    if kind == "paid_media":
        return tuple(file for item in rows(table(value).get("paid_media")) for file in files_of(*_paid(item)))
    if kind not in _NAMES:
        return ()
    info = largest(value) if kind == "photo" else table(value)
    return (_file(info, *_names(kind, info)),) if info else ()


def largest(sizes: object) -> Json:
    """Return the biggest of a photo's sizes; an empty object where there is none."""
    return max(rows(sizes), key=_area, default={})


def _area(size: Json) -> tuple[int, int]:
    width, height = integer(size.get("width")) or 0, integer(size.get("height")) or 0
    return width * height, integer(size.get("file_size")) or 0


def _paid(item: Json) -> tuple[str, object]:
    kind = text(item.get("type"))
    return kind, item.get(kind)


def _names(kind: str, info: Json) -> tuple[str, str]:
    if kind == "sticker" and info.get("is_animated") is True:
        return "sticker.tgs", "application/x-tgsticker"
    if kind == "sticker" and info.get("is_video") is True:
        return "sticker.webm", "video/webm"
    return _NAMES[kind]


def _file(info: Json, name: str, media_type: str) -> InFile:
    said = text(info.get("mime_type"))
    size = integer(info.get("file_size"))
    ref = text(info.get("file_id"))
    known = _FILE_ID.fullmatch(ref) is not None
    unique = text(info.get("file_unique_id"))
    unavailable = "" if known else "no file id"
    if size is not None and size > MAX_FETCH:
        unavailable = TOO_LARGE
    return InFile(
        name=text(info.get("file_name")) or name,
        media_type=said if _MEDIA_TYPE.fullmatch(said) else media_type,
        remote=RemoteFile(ref, size if size is None or size >= 0 else None) if known else None,
        # The file_id of one file may change, this one does not (Bot API, PhotoSize): an edit shows which files are new.
        content_id=unique if _FILE_ID.fullmatch(unique) else "",
        unavailable=unavailable,
    )

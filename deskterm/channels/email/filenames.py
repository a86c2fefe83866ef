"""Names of attachments as we keep them: no path, no control or bidi characters, of bounded length, with their ending."""

from __future__ import annotations

import re
import unicodedata

from deskterm.desk.text import clean_line

MAX_FILE_NAME = 150
_SEPARATORS = re.compile(r"[/\\]")
_ODD = re.compile(r'[<>:"|?*]')
_HIDDEN = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\U000e0000-\U000e0fff]")
_ENDINGS = {
    "text/html": ".html",
    "text/calendar": ".ics",
    "text/csv": ".csv",
    "image/jpeg": ".jpg",
    "image/jpg": ".jpg",
    "image/png": ".png",
    "image/gif": ".gif",
    "image/webp": ".webp",
    "image/heic": ".heic",
    "application/pdf": ".pdf",
    "application/zip": ".zip",
    "application/pgp-encrypted": ".asc",
    "application/pgp-signature": ".asc",
    "application/pkcs7-mime": ".p7m",
    "application/pkcs7-signature": ".p7s",
    "audio/ogg": ".ogg",
    "audio/mpeg": ".mp3",
    "video/mp4": ".mp4",
    "message/rfc822": ".eml",
}


def clean_file_name(name: str) -> str:
    """Return the last path part of a name, safe to show and to offer for saving; empty when nothing is left."""
    name = _SEPARATORS.split(_HIDDEN.sub("", name[:4_000]))[-1]
    name = clean_line(_ODD.sub("_", unicodedata.normalize("NFC", name)), 4_000).strip(". ")
    if len(name) <= MAX_FILE_NAME:
        return name
    stem, dot, ending = name.rpartition(".")
    if not dot or len(ending) > 10:
        return name[:MAX_FILE_NAME].rstrip()
    return f"{stem[: MAX_FILE_NAME - len(ending) - 1].rstrip()}.{ending}"


def invented_name(media_type: str, subject: str = "") -> str:
    """Return a name for a part without one: of its kind, or of the subject of an enclosed mail."""
    stem = clean_file_name(subject.replace("/", "-").replace("\\", "-"))[:80].strip(". ")
    if not stem:
        kind = media_type.partition("/")[0]
        stem = kind if kind in ("image", "audio", "video", "message", "text") else "attachment"
    default = ".txt" if media_type.startswith(("text/", "message/")) else ".bin"
    return stem + _ENDINGS.get(media_type, default)

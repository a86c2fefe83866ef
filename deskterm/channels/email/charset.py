"""Bytes of a mail to text, whatever the mail says of itself: declared charset, UTF-8, a guess, and at last Latin-1."""

from __future__ import annotations

import codecs
import re
from itertools import pairwise

# What senders mean rather than what they say: supersets as browsers take them (WHATWG Encoding Standard 4.2), and misspellings.
_MEANT = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "latin1": "cp1252",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "iso8859-9": "cp1254",
}
_MISSPELT = {
    "win-1251": "cp1251",
    "windows1251": "cp1251",
    "cp-1251": "cp1251",
    "x-cp1251": "cp1251",
    "koi8r": "koi8_r",
    "koi8": "koi8_r",
    "x-mac-cyrillic": "mac_cyrillic",
    "x-sjis": "cp932",
    "iso-8859-8-i": "iso8859_8",
    "iso-8859-8-e": "iso8859_8",
    "unicode-1-1-utf-7": "utf_7",
    "utf8mb4": "utf_8",
    "x-gbk": "gb18030",
    "cp936": "gb18030",
}
# Codecs that are no charset of a mail: some are quadratic, some make text of escapes.
_REFUSED = frozenset({"idna", "punycode", "unicode_escape", "raw-unicode-escape", "unicode-escape", "undefined", "mbcs", "oem"})
_ENOUGH = 64
"""So many bytes beyond ASCII are needed before a statistical guess beats looking at the letters."""
_WHOLE_FOR_BROKEN = 3
"""A charset that breaks some letters is still believed when it gives so many whole ones for each of them."""
_FREQUENT = frozenset("оеаинтсрвлкОЕАИНТСРВЛК")
_CYRILLIC = re.compile("[\u0400-\u045f]")
_MIXED = re.compile(rb"[A-Za-z][\x80-\xff]|[\x80-\xff][A-Za-z]")
_HIGH = re.compile(rb"[\x80-\xff]+")
_LANGUAGES = [
    "cp1251",
    "koi8_r",
    "cp866",
    "iso8859_5",
    "mac_cyrillic",
    "cp1252",
    "cp1250",
    "iso8859_2",
    "cp1254",
    "gb18030",
    "cp932",
]


def codec_for(name: str) -> str | None:
    """Return the name of the codec for a charset as a mail names it; None for what is unknown or no charset."""
    name = name.strip().strip("\"'").lower()[:60]
    name = _MISSPELT.get(name, name)
    try:
        info = codecs.lookup(name)
    except (LookupError, ValueError):
        return None
    if info.name in _REFUSED or not getattr(info, "_is_text_encoding", True):
        return None
    return _MEANT.get(info.name, info.name)


def decode(data: bytes, declared: str = "") -> str:
    """Return the text of these bytes. Never raises; holds no lone surrogates."""
    if data.isascii() and not declared.lower().startswith(("utf-7", "utf-16", "utf-32", "iso-2022", "hz", "unicode")):
        return data.decode("ascii")
    # An undeclared or "us-ascii" body with high bytes says nothing of its charset.
    named = codec_for(declared) if declared and declared.lower() not in ("us-ascii", "ascii") else None
    for codec in (named, "utf-8"):
        if codec is not None and (text := _strictly(data, codec)) is not None:
            return text
    for codec in (named, "utf-8"):
        if codec is not None and (text := _mostly(data, codec)) is not None:
            return text
    return _strictly(data, guess(data)) or data.decode("latin-1")


def _strictly(data: bytes, codec: str) -> str | None:
    try:
        text = data.decode(codec)
        text.encode("utf-8")
    except (UnicodeError, LookupError, ValueError):
        return None
    return text.removeprefix("\ufeff")


def _mostly(data: bytes, codec: str) -> str | None:
    """Return the text where this codec fits but for a few broken letters: cut off in the middle of one, or damaged."""
    text = data.decode(codec, "replace")
    broken = text.count("\ufffd")
    whole = sum(char > "\x7f" for char in text) - broken
    return text.encode("utf-8", "replace").decode("utf-8") if whole >= _WHOLE_FOR_BROKEN * broken else None


def guess(data: bytes) -> str:
    """Return the codec that bytes without a declared charset are most likely in. Not for valid UTF-8."""
    high = sum(map(len, _HIGH.findall(data[:100_000])))
    if high >= _ENOUGH:
        from charset_normalizer import from_bytes

        best = from_bytes(data[:100_000], cp_isolation=_LANGUAGES).best()
        if best is not None:
            return best.encoding
    if 2 * len(_MIXED.findall(data[:100_000])) > high:
        return "cp1252"
    return max(("cp1251", "koi8_r"), key=lambda codec: _russian(data.decode(codec, "replace")))


def _russian(text: str) -> float:
    """Return how much a text looks like Russian: frequent letters count for it, a capital after a small letter against it."""
    letters = _CYRILLIC.findall(text)
    score = float(sum(letter in _FREQUENT for letter in letters))
    for before, after in pairwise(text):
        if before.islower() and after.isupper():
            score -= 2
    return score

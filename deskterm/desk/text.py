"""The only text hygiene in the project: outside text made safe to show, and text cut to what a channel carries."""

from __future__ import annotations

import re
from collections.abc import Iterator

MAX_TEXT = 200_000
"""Longest text kept for show, in code points; the raw bytes keep the rest."""
MAX_REPLY = 100_000
"""Longest text that an operator may send or note, in characters."""
MAX_LINE = 2_000
"""Longest line kept as one, in code points: what paints lines takes time by their length."""
_MAX_READ = 4 * MAX_TEXT
"""How much of a text is looked at, so that cleaning has a bounded cost."""
MAX_COMBINING = 4
"""More marks than this on one letter serve no language and paint over other lines (security.md 1.1 of the facts)."""

_BIDI = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
_INVISIBLE = "\u00ad\u115f\u1160\u180e\u200b\u2060-\u2065\u206a-\u206f\u3164\ufeff\uffa0\ufff0-\ufffb\U000e0000-\U000e0fff"
_NEVER = f"\x7f-\x9f{_BIDI}{_INVISIBLE}\u2028\u2029\ud800-\udfff\ufdd0-\ufdef"
_BAD_BLOCK = re.compile(f"[\x00-\x08\x0b-\x1f{_NEVER}]")
_BAD_LINE = re.compile(f"[\x00-\x1f{_NEVER}]")
COMBINING = (
    "\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u0610-\u061a\u064b-\u065f\u0e31\u0e34-\u0e3a\u0e47-\u0e4e"
    "\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe00-\ufe0f\ufe20-\ufe2f"
)
"""Marks that stack on the letter before them, as the inside of a character class."""
_STACKED = re.compile(f"([{COMBINING}]{{{MAX_COMBINING}}})[{COMBINING}]+")
_JOINER = "\u200d"
_STICKS = re.compile(f"[{COMBINING}{_JOINER}\U0001f3fb-\U0001f3ff]")
_SPACES = re.compile(r"\s+")
_PLAIN_LINE = re.compile("[ -~\u00a1-\u00ac\u00ae-\u02af\u0400-\u0482\u048a-\u052f]*")
"""Letters and signs, Latin and Cyrillic, that a line keeps as they are: most names and subjects have no others."""


def _shown(match: re.Match[str]) -> str:
    char = match.group()
    code = ord(char)
    if code < 0x20:
        return chr(0x2400 + code)
    if code == 0x7F:
        return "\u2421"
    if code in (0x2028, 0x2029):
        return "\n"
    if char in "\u00ad\u200b\ufeff":
        return ""
    return f"<U+{code:04X}>"


def clean(text: str) -> str:
    """Return a text of many lines in which nothing can act on a terminal; what was hidden becomes visible.

    C0, C1 and DEL become pictures or `<U+009B>`, bidi controls, tags and lone surrogates likewise; soft hyphens and zero-width
    spaces, which mail programs strew about, go; stacked marks are cut. Lines over `MAX_LINE` break, at a space where there is
    one; nothing of them is lost. Only a text over `MAX_TEXT` is cut, with an ellipsis. Zero-width joiners stay (emoji).
    Idempotent.
    """
    whole = len(text) <= _MAX_READ
    text = text[:_MAX_READ].replace("\r\n", "\n").replace("\r", "\n")
    text = _BAD_BLOCK.sub(_shown, text)
    if not text.isascii():
        text = _STACKED.sub(r"\1", text)
    if len(text) > MAX_LINE:
        text = "\n".join(piece for line in text.split("\n") for piece in _pieces(line))
    return text if whole and len(text) <= MAX_TEXT else cut_text(text)


def cut_text(text: str) -> str:
    """Return the beginning of a text that is too long to keep, at most `MAX_TEXT` code points and an ellipsis."""
    kept = text[:MAX_TEXT]
    if len(kept) - kept.rfind("\n") > MAX_LINE:
        # The last line is full: with an ellipsis more it would be broken when it is cleaned again.
        kept = kept[:-1]
    return kept + "…"


def _pieces(line: str) -> Iterator[str]:
    at = 0
    while len(line) - at > MAX_LINE:
        space = line.rfind(" ", at + MAX_LINE // 2, at + MAX_LINE + 1)
        end = space if space > 0 else _between_letters(line, at + MAX_LINE, at + MAX_LINE // 2)
        yield line[at:end]
        at = end + (space > 0)
    yield line[at:]


def _between_letters(text: str, end: int, least: int) -> int:
    """Return the last place up to `end` where no mark or joiner belongs to the letter before; `end` where that is too early."""
    at = end
    while at > least and (_STICKS.match(text[at]) or text[at - 1] == _JOINER):
        at -= 1
    return at if at > least else end


def clean_line(text: str, limit: int = 500) -> str:
    """Return one line, safe to show: as `clean`, with every run of white space as one space. Idempotent."""
    if len(text) <= limit and _PLAIN_LINE.fullmatch(text) and "  " not in text:
        return text.strip(" ")
    text = _SPACES.sub(" ", text[: limit * 8])
    text = _BAD_LINE.sub(_shown, text)
    if not text.isascii():
        text = _STACKED.sub(r"\1", text)
    text = _SPACES.sub(" ", text).strip()
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def units(text: str) -> int:
    """Return the length in UTF-16 units, which is how Telegram counts."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


_BREAKS = ("\n\n", "\n", ". ", "! ", "? ", " ")


def split(text: str, limit: int) -> list[str]:
    """Cut a text into parts of at most `limit` UTF-16 units: at a paragraph, a line, a sentence, a word, else between letters.

    No part is empty unless the text is; the parts joined give the text but for white space at the cuts.
    """
    if limit < 2:
        raise ValueError("a part must hold at least one character beyond the BMP: limit >= 2")
    parts = []
    rest = text.strip()
    # The whole rest is never measured: a long text would be measured once for each of its parts.
    while len(rest) * 2 > limit and _fits(rest, limit) < len(rest):
        at = _cut_at(rest, limit)
        parts.append(rest[:at].rstrip())
        rest = rest[at:].lstrip()
    return [*parts, rest] if rest or not parts else parts


def _cut_at(text: str, limit: int) -> int:
    end = _fits(text, limit)
    for mark in _BREAKS:
        at = text.rfind(mark, end // 2, end)
        if at > 0 and text[:at].strip():
            return at + len(mark.rstrip(" ")) if mark.strip() else at
    while end > 1 and (_STICKS.match(text[end]) or text[end - 1] == _JOINER):
        end -= 1
    return end if end > 1 else max(1, _fits(text, limit))


def _fits(text: str, limit: int) -> int:
    """Return how many characters from the start make up at most `limit` UTF-16 units."""
    used = 0
    for index, char in enumerate(text):
        used += 2 if ord(char) > 0xFFFF else 1
        if used > limit:
            return index
    return len(text)


_PREFIX = re.compile(
    r"^\s*(?:(?:re|fwd?|fw|aw|wg|sv|vs|ответ|отв|пересл|перенаправлено)\s*(?:\[\d+\])?\s*:\s*)+", re.IGNORECASE
)


def bare_subject(subject: str) -> str:
    """Return a subject without its reply and forward prefixes, in the languages of the usual mail programs."""
    return _PREFIX.sub("", subject).strip()


def reply_subject(subject: str) -> str:
    """Return the subject of an answer: one "Re:" before the bare subject."""
    return f"Re: {bare_subject(subject)}".rstrip()


def one_prefix(subject: str) -> str:
    """Return a subject with the first of its reply and forward prefixes only: "Re: Re: Fwd: Заказ" is "Re: Заказ"."""
    found = _PREFIX.match(subject)
    if found is None:
        return subject
    first = found.group().strip().partition(":")[0].strip()
    return f"{first}: {subject[found.end() :].strip()}".rstrip()


def preview(text: str, limit: int = 160) -> str:
    """Return the last words of a message as one line for the list."""
    return clean_line(text, limit)

"""Well-formed HTML read as lines: paragraphs, lists, tables, links, and which lines are quoted."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import ClassVar
from urllib.parse import unquote

from deskterm.channels.email.plain import wrap_long_lines
from deskterm.desk.quotes import QuotedLines, is_attribution
from deskterm.desk.text import MAX_LINE, clean

MAX_HREF = 500
MAX_QUOTE_DEPTH = 20
_VOID = frozenset({"br", "hr", "img"})
_PARAGRAPHS = frozenset({"p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "table", "pre"})
BLOCKS = _PARAGRAPHS | {"div", "tr", "li", "blockquote", "section", "center", "tbody"}
SPACES = re.compile("[ \t\r\n\f\u2028\u2029]+")
_HIDDEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all|max-height\s*:\s*0(?:px|pt|em)?\s*(?:[;!]|$)"
    r"|opacity\s*:\s*0?(?:\.0+)?0\s*(?:[;!]|$)",
    re.IGNORECASE,
)
_NO_MARGIN = re.compile(r"(?:^|;)\s*margin\s*:\s*0(?:px|pt|cm|in)?\s*(?:[;!]|$)", re.IGNORECASE)
_FONT_SIZE = re.compile(r"font-size\s*:\s*([\d.]+)", re.IGNORECASE)
_QUOTE_CLASS = re.compile(
    r"(?:^|\s)(?:gmail_quote|gmail_quote_container|gmail_attr|\w*yahoo_quoted|moz-cite-prefix|mailru-blockquote|"
    r"protonmail_quote|tutanota_quote|OutlookMessageHeader)(?:\s|$)",
    re.IGNORECASE,
)
_QUOTE_BLOCK_CLASS = re.compile(r"(?:^|\s)(?:gmail_quote|cite|mailru-blockquote|protonmail_quote|tutanota_quote)(?:\s|$)", re.I)
_QUOTE_FROM_HERE = re.compile(
    r"(?:x_)*(?:divRplyFwdMsg|appendonsend|reply-intro|mail-editor-reference-message-container|OLK_SRC_BODY_SECTION|stopSpelling)",
    re.IGNORECASE,
)


@dataclass(slots=True)
class _Open:
    """An element whose end has not come. `loose`: a paragraph with space around it; `mark`: where a quote in it begins."""

    tag: str
    loose: bool = False
    hidden: bool = False
    tiny: bool = False
    cited: bool = False
    mark: int | None = None
    href: str = ""
    href_at: tuple[int, int] = (0, 0)
    number: int | None = None


@dataclass
class _Page:
    """The lines written so far, and the one being written."""

    lines: list[str] = field(default_factory=list)
    current: list[str] = field(default_factory=list)
    depth: int = 0
    bullet: str = ""

    @property
    def prefix(self) -> str:
        return "> " * min(self.depth, MAX_QUOTE_DEPTH)

    def write(self, text: str) -> None:
        if self.current or text.strip(" "):
            self.current.append(text if self.current else text.lstrip(" "))

    def at_bullet(self) -> bool:
        """Return whether nothing but a bullet stands in the line being written."""
        return self.current == [self.bullet]

    def end_line(self, always: bool = False) -> None:
        if self.current or always:
            line = self.prefix + "".join(self.current).replace("\xa0", " ")
            self.lines += [_trimmed(piece) for piece in wrap_long_lines(line, MAX_LINE).split("\n")]
            self.current = []

    def end_paragraph(self) -> None:
        self.end_line()
        if self.lines and self.lines[-1].strip("> "):
            self.lines.append(self.prefix.rstrip())


class HtmlReader(HTMLParser):
    """Reads what nh3 made well-formed. `images` are the Content-IDs of the pictures it shows."""

    _LIMIT: ClassVar[int] = 1_000_000

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.images: set[str] = set()
        self._page = _Page()
        self._stack: list[_Open] = [_Open("")]
        self._quoted: list[tuple[int, int | None]] = []
        self._hidden = 0
        self._pre = 0
        self._size = 0

    def result(self) -> tuple[str, QuotedLines]:
        """Return the text and its quoted lines. Lines are cleaned one by one, so that they keep their numbers."""
        while len(self._stack) > 1:
            self._leave(self._stack.pop())
        self._page.end_line()
        lines = [clean(line).replace("\n", " ") for line in self._page.lines]
        kept: list[str] = []
        moved: list[int] = []
        for line in lines:
            moved.append(len(kept))
            if line or (kept and kept[-1]):
                kept.append(line)
        moved.append(len(kept))
        quoted = tuple((moved[start], None if end is None else moved[min(end, len(lines))]) for start, end in self._quoted)
        return "\n".join(kept).rstrip(), quoted

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        if tag in _VOID:
            self._void(tag, attributes)
            return
        loose = tag in _PARAGRAPHS and not _is_tight(attributes)
        opened = _Open(tag, loose, hidden=_is_hidden(attributes), tiny=self._tiny(attributes))
        self._stack.append(opened)
        self._hidden += opened.hidden
        if self._hidden:
            return
        self._break_before(opened)
        self._enter(opened, attributes)

    def handle_endtag(self, tag: str) -> None:
        # nh3 closes what it opens, in order; a stray end tag closes nothing.
        if len(self._stack) > 1 and self._stack[-1].tag == tag:
            self._leave(self._stack.pop())

    def handle_data(self, data: str) -> None:
        if self._hidden or self._stack[-1].tiny or self._size > self._LIMIT:
            return
        self._size += len(data)
        if not self._pre:
            text = SPACES.sub(" ", data)
            if self._page.current and self._page.current[-1].endswith(" "):
                text = text.lstrip(" ")
            self._page.write(text)
            return
        first, *rest = data.replace("\r\n", "\n").split("\n")
        self._page.current.append(first)
        for line in rest:
            self._page.end_line(always=True)
            self._page.current = [line] if line else []

    def _void(self, tag: str, attributes: dict[str, str]) -> None:
        source = attributes.get("src", "")
        if source.lower().startswith("cid:"):
            self.images.add(unquote(source[4:]).strip("<>"))
        if self._hidden or _is_hidden(attributes):
            return
        if tag == "br":
            self._page.end_line(always=True)
        elif tag == "hr":
            self._page.end_line()
            self._mark_open_ended(attributes)
            self._page.write("----------")
            self._page.end_line()
        elif alt := SPACES.sub(" ", attributes.get("alt", "")).strip():
            self._page.write(f"[{alt[:200]}]")

    def _break_before(self, opened: _Open) -> None:
        if opened.tag not in ("li", "ul", "ol") and self._page.at_bullet():
            return
        if opened.loose:
            self._page.end_paragraph()
        elif opened.tag in BLOCKS:
            self._page.end_line()
        elif opened.tag in ("td", "th") and self._page.current:
            self._page.write("  ")

    def _enter(self, opened: _Open, attributes: dict[str, str]) -> None:
        if opened.tag == "blockquote":
            opened.cited = self._is_cited(attributes)
            if opened.cited:
                self._close_marks()
                self._page.depth += 1
                opened.mark = len(self._page.lines)
        elif _QUOTE_CLASS.search(attributes.get("class", "")):
            self._page.end_line()
            opened.mark = len(self._page.lines)
        elif opened.tag == "li":
            self._page.bullet = self._bullet()
            self._page.write(self._page.bullet)
        elif opened.tag == "ol":
            opened.number = 0
        elif opened.tag == "pre":
            self._pre += 1
        elif opened.tag == "a":
            opened.href = attributes.get("href", "").strip()
            opened.href_at = (len(self._page.lines), len(self._page.current))
        self._mark_open_ended(attributes)

    def _leave(self, closed: _Open) -> None:
        self._hidden -= closed.hidden
        if self._hidden or closed.hidden:
            return
        if closed.tag == "a":
            self._show_link(closed)
        if closed.loose:
            self._page.end_paragraph()
        elif closed.tag in BLOCKS or closed.mark is not None:
            self._page.end_line()
        self._pre -= closed.tag == "pre"
        self._page.depth -= closed.cited
        if closed.mark is not None:
            self._quoted.append((closed.mark, len(self._page.lines)))

    def _is_cited(self, attributes: dict[str, str]) -> bool:
        """Yandex and Mail.ru quote in a bare blockquote, which elsewhere only indents: the words before it tell."""
        if attributes.get("type", "").lower() == "cite" or attributes.get("cite"):
            return True
        if self._page.depth or _QUOTE_BLOCK_CLASS.search(attributes.get("class", "")):
            return True
        before = [line for line in self._page.lines[-4:] if line]
        return is_attribution(before)

    def _mark_open_ended(self, attributes: dict[str, str]) -> None:
        if _QUOTE_FROM_HERE.match(attributes.get("id", "")):
            self._quoted.append((len(self._page.lines), None))

    def _close_marks(self) -> None:
        """From a cited block on, the ">" before the lines tell what is quoted, also where answers stand between them."""
        for opened in self._stack:
            if opened.mark is not None:
                self._quoted.append((opened.mark, len(self._page.lines)))
                opened.mark = None

    def _bullet(self) -> str:
        for opened in reversed(self._stack):
            if opened.tag == "ul":
                break
            if opened.number is not None:
                opened.number += 1
                return f"{opened.number}. "
        return "- "

    def _show_link(self, closed: _Open) -> None:
        line, piece = closed.href_at
        text = "".join(self._page.current[piece:]) if line == len(self._page.lines) else ""
        href = closed.href[:MAX_HREF]
        target = href.removeprefix("mailto:") if href.lower().startswith("mailto:") else href
        if href.lower().startswith(("http://", "https://", "mailto:")) and not _same_link(target, text):
            self._page.write(f" <{target}>" if text.strip() else f"<{target}>")

    def _tiny(self, attributes: dict[str, str]) -> bool:
        """Senders hide preview texts at size 0, but also wrap whole mails in it and set the size again inside."""
        found = _FONT_SIZE.search(attributes.get("style", ""))
        if found is None:
            return self._stack[-1].tiny
        return not found[1].strip("0.")


def _trimmed(line: str) -> str:
    """The space after the two dashes before a signature tells them from other dashes (RFC 3676 4.3)."""
    return line if line == "-- " else line.rstrip()


def _same_link(target: str, text: str) -> bool:
    def bare(link: str) -> str:
        return re.sub(r"^https?://(?:www\.)?", "", link.strip().lower()).rstrip("/")

    return bare(target) == bare(text)


def _is_hidden(attributes: dict[str, str]) -> bool:
    return "hidden" in attributes or _HIDDEN.search(attributes.get("style", "")[:2_000]) is not None


def _is_tight(attributes: dict[str, str]) -> bool:
    return "MsoNormal" in attributes.get("class", "") or _NO_MARGIN.search(attributes.get("style", "")[:2_000]) is not None

"""HTML mail to plain text for a terminal: what is shown stays, what hides goes, links stand beside their words, quotes get ">".

html5ever (nh3) first makes well-formed HTML of a few tags out of anything; the standard parser alone is quadratic on broken
input (CVE-2025-6069). Where html5ever itself is quadratic (nesting, long tags) the caps act before it.
"""

from __future__ import annotations

import html as entities
import re
from dataclasses import dataclass

import nh3

from deskterm.channels.email.caps import CAPS, Caps
from deskterm.channels.email.html_reader import BLOCKS, SPACES, HtmlReader
from deskterm.channels.email.plain import wrap_long_lines
from deskterm.desk.quotes import QuotedLines
from deskterm.desk.text import clean

MAX_DEPTH = 2_000
MAX_TAG = 8_192
_INLINE = frozenset({"a", "span", "b", "i", "font", "td", "th", "img", "br", "hr"})
_DROPPED = {"script", "style", "title", "template", "noscript", "svg", "math", "iframe", "object", "textarea", "select"}
_TAGS = set(BLOCKS | _INLINE)
_ATTRIBUTES = {
    "*": {"style", "class", "id", "hidden"},
    "a": {"href"},
    "blockquote": {"type", "cite"},
    "img": {"alt", "src"},
}
_SCHEMES = {"http", "https", "mailto", "tel", "cid"}

_LONG_TAG = re.compile(rf"<[a-zA-Z!/?][^<>]{{{MAX_TAG},}}>?")
_ANY_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]{0,20})")
_UNNESTED = frozenset(
    {"br", "hr", "img", "input", "meta", "link", "area", "base", "col", "embed", "source", "track", "wbr"}
    # what ends the one before it, as in lists and tables whose rows nobody closed
    | {"p", "li", "dt", "dd", "option", "tr", "td", "th", "tbody", "thead"}
)


@dataclass(frozen=True, slots=True)
class HtmlText:
    """What an HTML part says. `quoted` are the lines of `text` that its structure marks as quoted; `images` the Content-IDs
    it shows; `cut` says that a cap left something out."""

    text: str
    quoted: QuotedLines = ()
    images: frozenset[str] = frozenset()
    cut: bool = False


def html_to_text(source: str, caps: Caps = CAPS) -> HtmlText:
    """Return an HTML part as text. Never raises, fetches nothing, linear in time."""
    cut = len(source) > caps.html
    source = _LONG_TAG.sub("", source[: caps.html])
    if _depth(source) > MAX_DEPTH:
        stripped = entities.unescape(re.sub(r"<[^<>]*>", " ", source))
        return HtmlText(clean(wrap_long_lines(SPACES.sub(" ", stripped).strip())), cut=True)
    tidy = nh3.clean(
        source,
        tags=_TAGS,
        clean_content_tags=_DROPPED,
        attributes=_ATTRIBUTES,
        url_schemes=_SCHEMES,
        link_rel=None,
        strip_comments=True,
    )
    reader = HtmlReader()
    reader.feed(tidy)
    reader.close()
    text, quoted = reader.result()
    return HtmlText(text, quoted, frozenset(reader.images), cut)


def _depth(source: str) -> int:
    depth = deepest = 0
    for found in _ANY_TAG.finditer(source):
        if found[2].lower() not in _UNNESTED:
            depth = max(0, depth - 1) if found[1] else depth + 1
            deepest = max(deepest, depth)
    return deepest

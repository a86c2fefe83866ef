"""Words in a message that name a record of the business, shown as links: pure."""

from __future__ import annotations

import re
from collections.abc import Collection

from deskterm.widgets.paint import Line, Span


def names(text: str, words: str) -> bool:
    """Whether a text names a record by these words, and not only as a part of longer ones."""
    return _whole(words).search(text) is not None


def linked(line: Line, links: Collection[str]) -> Line:
    """Return a line with the words that name a record in the role "record"; what a search has marked stays so."""
    if not links:
        return line
    either = re.compile("|".join(_whole(words).pattern for words in sorted(links, key=len, reverse=True)), re.IGNORECASE)
    spans: list[Span] = []
    for span in line:
        at = 0
        for found in either.finditer(span.text) if span.role != "hit" else ():
            spans += [Span(span.text[at : found.start()], span.role), Span(found.group(), "record")]
            at = found.end()
        spans.append(Span(span.text[at:], span.role))
    return tuple(span for span in spans if span.text) or line


def _whole(words: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){re.escape(words)}(?!\w)", re.IGNORECASE)

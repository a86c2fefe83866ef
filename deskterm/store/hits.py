"""Where a search found its words: the newest message of a conversation that holds them, and its words around the find."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from deskterm.desk.query import And, Or, Query, Term, Word, together
from deskterm.desk.rows import ConversationRow, Hit
from deskterm.desk.text import clean_line
from deskterm.store import list_text, stems
from deskterm.store.bound import Bound
from deskterm.store.list_conditions import holds
from deskterm.store.list_text import Sought, Text
from deskterm.store.reader import Look

AROUND = 160
"""About so many code points of a message are shown."""
_BEFORE = 50
"""At most so many of them before the find."""

_READ = (
    "SELECT m.id, m.subject, substr(m.text, 1, :most), coalesce((SELECT group_concat(a.name, ', ') FROM attachment a"
    " WHERE a.message_id = m.id), ''), coalesce(o.name, i.name || ' ' || i.value, '') FROM message m"
    " LEFT JOIN identity i ON i.id = m.author_identity_id LEFT JOIN operator o ON o.id = m.author_operator_id"
)
_SHOWN = ("body", "subject", "files")
"""The columns in the order in which a find is shown."""


def sought_in(query: Query) -> tuple[Text, ...]:
    """Return the texts that a message may be a hit for: not those of a NOT."""
    match query:
        case Word():
            found: Iterable[Text] = (list_text.of_words((query,)),)
        case Term("subject" | "body"):
            found = list_text.of_term(query)
        case And():
            found = (
                text
                for part in together(query)
                for text in ((list_text.of_words(part),) if isinstance(part, tuple) else sought_in(part))
            )
        case Or(parts):
            found = (text for part in parts for text in sought_in(part))
        case _:
            found = ()
    return tuple(dict.fromkeys(text for text in found if text.sought))


async def with_hits(look: Look, rows: Sequence[ConversationRow], query: Query) -> list[ConversationRow]:
    """Return rows with their hits, where the query has words."""
    texts = sought_in(query)
    if not texts or not rows:
        return list(rows)
    newest = await _newest(look, [row.id for row in rows], texts)
    read = {raw[0]: raw for raw in await _messages(look, newest.values())}
    return [replace(row, hit=_hit(read[newest[row.id]], texts)) if row.id in newest else row for row in rows]


async def _newest(look: Look, conversations: list[int], texts: Iterable[Text]) -> dict[int, int]:
    """Return the newest message of each conversation that holds one of the texts."""
    bound = Bound()
    any_of = _any_of(texts, bound)
    found = (
        "SELECT d.id FROM search_doc d INDEXED BY ix_search_doc_conversation"
        f" WHERE d.conversation_id = k.value AND {any_of} ORDER BY d.id DESC LIMIT 1"
    )
    sql = f"SELECT k.value, ({found}) FROM json_each(:ids) k"
    rows = await look.all(sql, {**bound.values, "ids": json.dumps(conversations)})
    return {conversation: message for conversation, message in rows if message is not None}


def _any_of(texts: Iterable[Text], bound: Bound) -> str:
    held = (" AND ".join(holds(text, bound, "d")) for text in texts)
    return f"({' OR '.join(f'({one})' for one in held)})"


async def _messages(look: Look, ids: Iterable[int]) -> list[Any]:
    values = {"ids": json.dumps(list(ids)), "most": 100_000}
    return await look.all(f"{_READ} WHERE m.id IN (SELECT value FROM json_each(:ids))", values)


async def find_in_thread(
    look: Look, conversation_id: int, query: Query, before_id: int | None, after_id: int | None
) -> Hit | None:
    """Return the newest message of a thread with the words of a query, or the next before or after a message."""
    texts = sought_in(query)
    if not texts:
        return None
    bound = Bound()
    where = f"d.conversation_id = :conversation AND {_any_of(texts, bound)}"
    if after_id is not None:
        where, order = f"{where} AND d.id > :edge", "ASC"
    else:
        where, order = f"{where} AND d.id < :edge", "DESC"
    edge = after_id if after_id is not None else before_id if before_id is not None else 2**62
    row = await look.one(
        f"SELECT d.id FROM search_doc d INDEXED BY ix_search_doc_conversation WHERE {where} ORDER BY d.id {order} LIMIT 1",
        {**bound.values, "conversation": conversation_id, "edge": edge},
    )
    if row is None:
        return None
    return _hit((await _messages(look, (row[0],)))[0], texts)


def _hit(raw: Any, texts: Iterable[Text]) -> Hit:
    """Return where the first column shown that holds a find holds it; the beginning of the text where only names do."""
    message_id, subject, body, files, _who = raw
    columns = {"body": body, "subject": subject, "files": files}
    for name in _SHOWN:
        sought = [one for text in texts if name in text.columns for one in text.sought]
        cut = _cut(columns[name], sought)
        if cut is not None:
            return Hit(message_id, *cut)
    return Hit(message_id, clean_line(body[:AROUND]), ())


def _cut(text: str, sought: Sequence[Sought]) -> tuple[str, tuple[tuple[int, int], ...]] | None:
    """Return a text around its first find, in one line, and the finds in it; None where there is none."""
    spans: list[tuple[int, int]] = []
    end = len(text)
    for start, stop in _finds(text, sought):
        if not spans:
            end = max(stop, start - _BEFORE + AROUND)
        if start >= end:
            break
        spans.append((start, stop))
    if not spans:
        return None
    begin = max(0, spans[0][0] - _BEFORE)
    return _in_one_line(text[begin : min(end, len(text))], [(a - begin, b - begin) for a, b in spans])


def _finds(text: str, sought: Sequence[Sought]) -> Iterator[tuple[int, int]]:
    """Yield the stretches of a text that are what is sought, by where they end."""
    longest = max((len(one.exact) for one in sought), default=0)
    last: list[tuple[int, int, str]] = []
    for start, stop, words in stems.placed(text):
        for word in words:
            last = [*last[-longest + 1 :], (start, stop, word)] if longest > 1 else [(start, stop, word)]
            stretch = max((len(one.exact) for one in sought if _is_found(one, last)), default=0)
            if stretch:
                yield last[-stretch][0], stop


def _is_found(one: Sought, last: Sequence[tuple[int, int, str]]) -> bool:
    words = tuple(word for _, _, word in last[-len(one.exact) :])
    if len(words) < len(one.exact):
        return False
    return words == one.exact or bool(one.begun and words[:-1] == one.begun[:-1] and words[-1].startswith(one.begun[-1]))


def _in_one_line(text: str, spans: Iterable[tuple[int, int]]) -> tuple[str, tuple[tuple[int, int], ...]]:
    """Return a text without line breaks, and its spans as they lie then; spans that overlap are one."""
    line, at = "", 0
    moved: list[tuple[int, int]] = []
    for start, stop in spans:
        if moved and start < at:
            if stop <= at:
                continue
            start = at
        line += _flat(text[at:start], line)
        begin = len(line)
        line += _flat(text[start:stop], line)
        moved.append((begin, len(line)))
        at = stop
    return (line + _flat(text[at:], line)).rstrip(), tuple(moved)


def _flat(text: str, before: str) -> str:
    """Return a piece of a line with runs of white space as one space, none where the line has just one."""
    flat = " ".join(text.split())
    if not flat:
        return " " if text and before and not before.endswith(" ") else ""
    left = " " if text[0].isspace() and before and not before.endswith(" ") else ""
    return f"{left}{flat}{' ' if text[-1].isspace() else ''}"

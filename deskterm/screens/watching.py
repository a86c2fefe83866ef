"""What happened in a conversation since an answer to it was begun."""

from __future__ import annotations

from collections.abc import Sequence

from deskterm.desk.model import Kind, Origin
from deskterm.desk.rows import MessageRow
from deskterm.desk.text import clean_line
from deskterm.i18n import _
from deskterm.office import Office
from deskterm.widgets.when import moment

_NAME, _WORDS = 40, 60


def newer_words(rows: Sequence[MessageRow], seen_message_id: int, office: Office) -> tuple[int | None, str]:
    """Return the newest message that another person wrote after the one last seen, and words that say who, when and what.

    A colleague's answer counts before the customer's: it may make ours needless. (None, "") where nobody wrote.
    """
    newer = [row for row in rows if row.id > seen_message_id]
    answers = [row for row in newer if row.kind is Kind.OUTGOING and row.author_operator_id not in (None, office.me.id)]
    questions = [row for row in newer if row.kind is Kind.INCOMING and row.origin is Origin.HUMAN]
    if not answers and not questions:
        return None, ""
    said = (answers or questions)[-1]
    words = _("{name} answered at {when}: {words}") if answers else _("{name} wrote again at {when}: {words}")
    told = words.format(
        name=clean_line(said.author, _NAME), when=moment(said.at, office.now()), words=clean_line(said.text, _WORDS)
    )
    return max(row.id for row in (*answers, *questions)), told if told.endswith(("…", ".", "!", "?")) else f"{told}."

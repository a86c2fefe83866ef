"""Counters and lists by tag made anew from the conversations: after many rows were written past the rules, as a large demo is.

What each counter counts is `conversations.counted_in`; tests hold the two to the same numbers.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

_SHOWN = "spam = 0 AND merged_into_id IS NULL"
_OPEN = f"status = 'open' AND {_SHOWN}"
_ONE_OF_ALL = {
    "all": _SHOWN,
    "spam": "spam = 1 AND merged_into_id IS NULL",
    "failed": f"failed > 0 AND {_SHOWN}",
    "closed": f"status = 'closed' AND {_SHOWN}",
    "snoozed": f"status = 'snoozed' AND {_SHOWN}",
    "inbox": _OPEN,
    "unassigned": f"{_OPEN} AND assignee_id IS NULL",
    "untagged": f"{_OPEN} AND tag_ids = ''",
    "waiting": f"{_OPEN} AND waiting_since IS NOT NULL",
    "late": f"{_OPEN} AND late = 1",
    "soon": f"{_OPEN} AND soon = 1",
}
_BY_COLUMN = {"mine": "assignee_id", "channel": "channel_id", "team": "team_id"}
_BY_LIST = {"tag": "o", "any_tag": "a"}

STATEMENTS = (
    "DELETE FROM conversation_tag",
    "INSERT INTO conversation_tag (tag_id, list, sort, conversation_id)"
    " SELECT t.id, 'a', c.newest_at, c.id FROM conversation c JOIN tag t ON instr(c.tag_ids, ',' || t.id || ',')"
    f" WHERE c.tag_ids <> '' AND {_SHOWN} ORDER BY 1, 3, 4",
    "INSERT INTO conversation_tag (tag_id, list, sort, conversation_id)"
    " SELECT t.id, 'o', c.sort_at, c.id FROM conversation c JOIN tag t ON instr(c.tag_ids, ',' || t.id || ',')"
    f" WHERE c.tag_ids <> '' AND {_OPEN} ORDER BY 1, 3, 4",
    "DELETE FROM counter",
    *(
        f"INSERT INTO counter (view, scope, n) SELECT '{view}', 0, count(*) FROM conversation WHERE {where}"
        for view, where in _ONE_OF_ALL.items()
    ),
    *(
        f"INSERT INTO counter (view, scope, n) SELECT '{view}', {column}, count(*) FROM conversation"
        f" WHERE {_OPEN} AND {column} IS NOT NULL GROUP BY {column}"
        for view, column in _BY_COLUMN.items()
    ),
    *(
        f"INSERT INTO counter (view, scope, n) SELECT '{view}', tag_id, count(*) FROM conversation_tag"
        f" WHERE list = '{kind}' GROUP BY tag_id"
        for view, kind in _BY_LIST.items()
    ),
)


def recount(run: Callable[[str], Any]) -> None:
    """Make them anew, with what runs a statement; inside the caller's transaction."""
    for statement in STATEMENTS:
        run(statement)

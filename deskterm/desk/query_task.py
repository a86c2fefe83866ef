"""Queries of tasks: the filter language with the fields that tasks have. See `desk.query` for its grammar."""

from __future__ import annotations

from dataclasses import dataclass

from deskterm.desk.query import Query


@dataclass(frozen=True, slots=True)
class TaskQuery:
    """A query of tasks, checked. `query` is its tree, whose fields are those of tasks; `text` as it was typed."""

    query: Query
    text: str = ""

"""Which conversations an SLA policy is for: what its query may speak of.

A policy is chosen by what a conversation is, in one read of its row. What time, reading or words change would have it chosen
anew all the time, so it may speak of these fields alone.
"""

from __future__ import annotations

from deskterm.desk.query import And, Mistake, Name, Not, Or, Query, Term, parse

FIELDS = ("channel", "tag", "priority", "team", "assignee", "company", "customer", "segment")
"""The fields that a policy's query may use, beside `is:group`."""


def policy_query_mistake(query: str) -> str | None:
    """Return why a text is no query that a policy can have: a plain English line; None where it is one.

    Whether the names in it exist is not asked: they may come later, and until then it fits no conversation."""
    read = parse(query)
    if isinstance(read, Mistake):
        return f"not a filter: {read.code.replace('_', ' ')} at character {read.position + 1}"
    return _mistake(read)


def _mistake(query: Query) -> str | None:
    match query:
        case Term("is", values):
            other = [value.text for value in values if isinstance(value, Name) and value.text != "group"]
            return f"a policy cannot go by is:{other[0]}, only by is:group" if other else None
        case Term("assignee" | "team", values) if Name("me") in values:
            return f"a policy cannot go by {query.field}:me: name somebody"
        case Term(field, _) if field not in FIELDS:
            return f"a policy cannot go by {field}:, only by {', '.join(FIELDS)} and is:group"
        case Not(inner):
            return _mistake(inner)
        case And(parts) | Or(parts):
            return next((found for part in parts if (found := _mistake(part)) is not None), None)
        case Term():
            return None
        case _ if query == parse(""):
            return None
        case _:
            return f"a policy cannot go by words, only by {', '.join(FIELDS)} and is:group"


def fields_of(query: Query) -> frozenset[str]:
    """Return the fields that a query speaks of."""
    match query:
        case Term(field, _):
            return frozenset({field})
        case Not(inner):
            return fields_of(inner)
        case And(parts) | Or(parts):
            return frozenset().union(*map(fields_of, parts))
        case _:
            return frozenset()

"""What completion knows without asking the desk, and which candidates fit what is typed."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from deskterm.desk.layouts import other_layout
from deskterm.desk.query import Candidate, folded

MOST = 50
"""How many candidates are offered at most."""


async def _no_paths(_typed: str) -> Sequence[str]:
    return ()


@dataclass(frozen=True, slots=True)
class Known:
    """What the console knows without asking: the conversations that the list shows, as (number, what it is); and how a path is
    completed, off the event loop."""

    rows: Sequence[tuple[int, str]] = ()
    paths: Callable[[str], Awaitable[Sequence[str]]] = _no_paths


NOTHING = Known()


def matching(found: Sequence[Candidate], typed: str, *, helped: bool = True) -> list[Candidate]:
    """Return the candidates that begin with what is typed, else those that hold it, be it in their `help`; else by the other
    keyboard layout."""
    for wanted in (folded(typed), folded(other_layout(typed))):
        begin = [one for one in found if folded(one.text.strip('"')).startswith(wanted)]
        if begin:
            return begin
        if within := [one for one in found if wanted in folded(f"{one.text} {one.help}" if helped else one.text)]:
            return within
    return []

"""Whether what a customer begins to write may be about a matter that is open already. Pure.

People who get no answer write again, on another channel and in nearly the same words. The desk only suggests: an operator
merges, or says that it is something else.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from rapidfuzz import fuzz

from deskterm.desk.query import folded

SIMILAR_WITHIN = timedelta(hours=24)
"""How long ago the same may have been said elsewhere."""
OPEN_WITHIN = timedelta(days=7)
"""How long ago a matter that is open on another channel may have been spoken of at last."""
FEWEST_LETTERS = 10
"""What is shorter ("hello?") is like everything."""
LONGEST = 600
"""How much of a text is compared, in code points: what it is about stands at its beginning."""
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class OpenMatter:
    """A conversation of the same customer that is not closed, with what they said there last, the newest first."""

    conversation_id: int
    channel_id: int
    spoken_at: datetime
    texts: tuple[tuple[datetime, str], ...] = ()


def related(text: str, channel_id: int, at: datetime, matters: Sequence[OpenMatter]) -> tuple[int, str] | None:
    """Return the conversation on another channel that a text may belong to, and why: "similar" where nearly the same was said
    there within `SIMILAR_WITHIN`, "elsewhere" where it is only open. On one channel people see what they have said. The best of
    `matters` stand first."""
    others = [matter for matter in matters if matter.channel_id != channel_id]
    for matter in others:
        if any(abs(at - said_at) <= SIMILAR_WITHIN and alike(text, said) for said_at, said in matter.texts):
            return matter.conversation_id, "similar"
    for matter in others:
        if at - matter.spoken_at <= OPEN_WITHIN:
            return matter.conversation_id, "elsewhere"
    return None


def alike(first: str, second: str) -> bool:
    """Whether two texts say nearly the same, in any order of words; greetings and a word more or less do not matter."""
    one, other = _words(first), _words(second)
    if min(len(one), len(other)) < FEWEST_LETTERS:
        return False
    ratio = fuzz.token_sort_ratio(one, other)
    return ratio >= 80 or (ratio >= 60 and fuzz.token_set_ratio(one, other) >= 90)


def _words(text: str) -> str:
    return " ".join(_WORD.findall(folded(text[:LONGEST])))

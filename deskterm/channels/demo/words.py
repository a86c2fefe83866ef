"""What customers of a small shop and its support write, by language and matter: the parts that stories are put together from.

Texts may name {order}, {item}, {city}, {sum}, {name} (of the customer) and {me} (of the operator).
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Topic:
    """One kind of matter. A customer opens it, adds a detail, and asks a question once we replied; we reply and explain.

    The replies stand in the order of the openings, the explanations in that of the questions. `notes` are what operators tell
    each other about it; `photo` says that a picture comes with the first of the openings.
    """

    code: str
    subjects: tuple[str, ...]
    openings: tuple[str, ...]
    details: tuple[str, ...]
    replies: tuple[str, ...]
    questions: tuple[str, ...]
    explanations: tuple[str, ...]
    notes: tuple[str, ...]
    photo: bool = False


@dataclass(frozen=True, slots=True)
class Language:
    """One language of customers: its people and its words. `signature` ends an operator's mail, `wrote` introduces a quote."""

    code: str
    first_names: tuple[str, ...]
    last_names: tuple[str, ...]
    items: tuple[str, ...]
    cities: tuple[str, ...]
    money: str
    greetings: tuple[str, ...]
    thanks: tuple[str, ...]
    afterwards: tuple[str, ...]
    nudges: tuple[str, ...]
    goodbyes: tuple[str, ...]
    wrote: str
    topics: tuple[Topic, ...]

    def topic(self, code: str) -> Topic | None:
        """Return the topic with this code."""
        return next((one for one in self.topics if one.code == code), None)

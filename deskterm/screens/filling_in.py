"""What must be filled in before a conversation is closed: the card is opened at it, and those of many are named."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from textual.dom import DOMNode

from deskterm.desk.card import CardSettings
from deskterm.desk.commands import Done, Refused
from deskterm.desk.model import Status
from deskterm.desk.text import clean_line
from deskterm.i18n import _, language, ngettext
from deskterm.screens.console import console_of
from deskterm.words.wording import refusal_words

WANTED = "fields_wanted"
LOOKED_AT = 200
"""Conversations of many that are looked at one by one."""
NAMED = 8
"""Conversations named by number."""


def lacks_fields(answer: Done | Refused | None) -> bool:
    """Whether closing was refused, or parts of it, because a card lacks something."""
    if isinstance(answer, Refused):
        return answer.code == WANTED
    return isinstance(answer, Done) and any(code == WANTED for code, _count in answer.refused)


async def fill_in(node: DOMNode, refused: Refused, conversation_id: int, then: Callable[[], None]) -> None:
    """Open the card of a conversation's customer at the first thing missing; `then` closes when nothing is any more."""
    from deskterm.screens.customer import Closing, CustomerScreen

    detail = await console_of(node).office.conversation(conversation_id)
    if detail is None or detail.customer_id is None:
        console_of(node).tell(refusal_words(refused), problem=True)
        return
    await node.app.push_screen(CustomerScreen(detail.customer_id, Closing(conversation_id, detail.row.number, then)))


@dataclass(frozen=True, slots=True)
class NotClosed:
    """Conversations that a card keeps open, by id and by number, and the keys of what their cards lack."""

    ids: tuple[int, ...]
    numbers: tuple[int, ...]
    lacking: tuple[str, ...]


async def not_closed(node: DOMNode, ids: Iterable[int]) -> NotClosed:
    """Return those of these conversations that a card keeps open."""
    office, found = console_of(node).office, []
    lacking: dict[str, None] = {}
    for one in list(ids)[:LOOKED_AT]:
        if missing := await office.missing_fields(one):
            detail = await office.conversation(one)
            if detail is not None and detail.row.status is not Status.CLOSED:
                found.append((detail.row.id, detail.row.number))
                lacking |= dict.fromkeys(missing)
    return NotClosed(tuple(id_ for id_, _number in found), tuple(number for _id, number in found), tuple(lacking))


def not_closed_words(left_open: NotClosed, card: CardSettings) -> str:
    """Name conversations that were not closed, and what their cards lack: "Not closed for the card: #1042, #1045 and 3 more
    (Contract, Passport)"."""
    numbers = left_open.numbers
    named = ", ".join(f"#{number}" for number in numbers[:NAMED])
    left = len(numbers) - NAMED
    if left > 0:
        named += " " + ngettext("and {n} more", "and {n} more", left).format(n=left)
    labels = ", ".join(clean_line(card.label(key).shown(language()), 40) for key in left_open.lacking)
    return _("Not closed for the card: {named}").format(named=f"{named} ({labels})" if labels else named)

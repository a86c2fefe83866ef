"""What must be filled in before a conversation is closed: the card is opened at it, and those of many are named."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from textual.dom import DOMNode

from deskterm.desk.commands import Done, Refused
from deskterm.desk.model import Status
from deskterm.i18n import _, ngettext
from deskterm.screens.console import console_of
from deskterm.wording import refusal_words

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


async def not_closed(node: DOMNode, ids: Iterable[int]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return those of these conversations that a card keeps open, by id and by number."""
    office, found = console_of(node).office, []
    for one in list(ids)[:LOOKED_AT]:
        if await office.missing_fields(one):
            detail = await office.conversation(one)
            if detail is not None and detail.row.status is not Status.CLOSED:
                found.append((detail.row.id, detail.row.number))
    return tuple(id_ for id_, _number in found), tuple(number for _id, number in found)


def not_closed_words(numbers: tuple[int, ...]) -> str:
    """Name conversations that were not closed for what their cards lack: "Not closed for the card: #1042, #1045 and 3 more"."""
    named = ", ".join(f"#{number}" for number in numbers[:NAMED])
    left = len(numbers) - NAMED
    if left > 0:
        named += " " + ngettext("and {n} more", "and {n} more", left).format(n=left)
    return _("Not closed for the card: {named}").format(named=named)

"""A call carried out: which conversations it is about, and one command for them all."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

from deskterm.desk.commands import Command, ConversationAct, Done, Many, Redo, Refused, Undo
from deskterm.i18n import _
from deskterm.office import Office, OfficeError, Progress
from deskterm.verbs.acts import act_of
from deskterm.verbs.call import Call
from deskterm.verbs.outcome import refused_words
from deskterm.verbs.table import About
from deskterm.words.query_words import understood
from deskterm.words.wording import refusal_words


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked of the desk: a command, and the conversations it is about (none for undo and redo)."""

    call: Call
    command: Command
    ids: tuple[int, ...] = ()


async def conversations_of(call: Call, office: Office) -> tuple[int, ...]:
    """Return the ids of the conversations that a call names. Raises OfficeError where one does not exist."""
    if call.query is not None:
        return await office.ids(understood(call.query, await office.names()))
    return tuple(dict.fromkeys([await by_number(office, number) for number in call.numbers]))


async def by_number(office: Office, number: int) -> int:
    """Return the id of the conversation with a number. Raises OfficeError("not_found")."""
    found = await office.by_number(number)
    if found is None:
        raise OfficeError("not_found", _("there is no conversation #{number}").format(number=number))
    return found


async def wish_of(call: Call, office: Office, at_hand: Sequence[int] = ()) -> Wish:
    """Return what a call asks of the desk; one that names no conversations is about those `at_hand`. Raises OfficeError."""
    if call.verb.about is About.HISTORY:
        return Wish(call, Undo() if call.verb.name == "undo" else Redo())
    act = await act_of(call, office)
    ids = await conversations_of(call, office) if call.names_its_own else tuple(at_hand)
    return Wish(call, about(act, ids), ids)


def about(act: ConversationAct, ids: Sequence[int]) -> Command:
    """Return an act as one command about one conversation or about many."""
    if len(ids) == 1:
        return dataclasses.replace(act, conversation_id=ids[0])
    return Many(act, tuple(ids))


async def carry_out(wish: Wish, office: Office, progress: Progress | None = None) -> Done:
    """Have it done. A refusal becomes an OfficeError with its code and its sentence; so does a command about many of which
    every part was refused."""
    answer = await (office.submit(wish.command) if progress is None else office.submit(wish.command, progress))
    if isinstance(answer, Refused):
        raise OfficeError(answer.code, refusal_words(answer).rstrip("."))
    if answer.refused and not answer.count:
        raise OfficeError(answer.refused[0][0], refused_words(answer))
    return answer

"""A call carried out: which conversations it is about, one command for them all, and what came of it in words."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

from deskterm.desk.commands import Command, ConversationAct, Done, Many, Redo, Refused, Undo
from deskterm.i18n import N_, _
from deskterm.office import Office, OfficeError, Progress
from deskterm.query_words import understood
from deskterm.verbs.acts import act_of
from deskterm.verbs.call import Call
from deskterm.verbs.table import About
from deskterm.wording import refusal_words

DONE: dict[str, str] = {
    "take": N_("taken"),
    "assign": N_("assigned"),
    "team": N_("put into the team's queue"),
    "tag": N_("tagged"),
    "untag": N_("untagged"),
    "priority": N_("priority set"),
    "snooze": N_("snoozed"),
    "close": N_("closed"),
    "reopen": N_("reopened"),
    "read": N_("marked as read"),
    "unread": N_("marked as unread"),
    "spam": N_("put away as spam"),
    "not-spam": N_("no spam any more"),
    "no-reply": N_("needs no reply"),
    "undo": N_("undone"),
    "redo": N_("done again"),
}
"""What was done, by verb: "#1042 closed", "closed: 12"."""


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


def done_words(wish: Wish, done: Done, number: int | None = None) -> str:
    """Say what came of it: "#1042 closed", "closed: 12 · refused: 3 (…)"."""
    verb = _(DONE[wish.call.verb.name])
    if number is not None and not done.refused:
        return f"#{number} {verb}" if done.count else _("#{number}: there was nothing to do").format(number=number)
    if not done.count and not done.refused:
        return _("there was nothing to do")
    said = f"{verb}: {done.count}"
    return f"{said} · {refused_words(done)}" if done.refused else said


def refused_words(done: Done) -> str:
    """Say how often and why parts of a command about many were refused."""
    total = sum(count for _code, count in done.refused)
    why = [f"{count} {refusal_words(Refused(code)).rstrip('.')}" for code, count in done.refused]
    return _("refused: {count} ({reasons})").format(count=total, reasons="; ".join(why))

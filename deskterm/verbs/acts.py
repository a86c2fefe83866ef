"""From a call to the act that the desk is asked for: names become ids, words become times. Whatever is not known is said."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from datetime import datetime

from deskterm.desk.commands import (
    Assign,
    Close,
    ConversationAct,
    MarkRead,
    MarkSpam,
    MarkUnread,
    NoReplyNeeded,
    Reopen,
    SetPriority,
    SetTags,
    SetTeam,
    Snooze,
    Take,
)
from deskterm.desk.layouts import other_layout
from deskterm.desk.model import Priority
from deskterm.desk.query import FIELD, folded
from deskterm.desk.query_near import nearest
from deskterm.desk.text import clean_line
from deskterm.i18n import N_, _
from deskterm.office import Office, OfficeError
from deskterm.verbs.call import Call
from deskterm.verbs.line import is_time
from deskterm.verbs.table import CUSTOMER, NOBODY
from deskterm.when_words import Mistake, time_in_words

ANY = 0
"""Stands in an act for the conversation: `work` puts the ids in its place."""

_TIMES: dict[Mistake, str] = {
    Mistake.EMPTY: N_("a time is missing"),
    Mistake.NOT_UNDERSTOOD: N_("{words} is no time that is understood"),
    Mistake.PAST: N_("{words} has passed"),
    Mistake.TOO_FAR: N_("{words} is too far ahead"),
}


async def act_of(call: Call, office: Office) -> ConversationAct:
    """Return the act that a call asks for, about conversation `ANY`. Raises OfficeError where a name or a time is unknown."""
    return await _MAKERS[call.verb.name](call, office)


async def _take(_call: Call, _office: Office) -> ConversationAct:
    return Take(ANY)


async def _assign(call: Call, office: Office) -> ConversationAct:
    wanted = folded(" ".join(call.words))
    if wanted in NOBODY:
        return Assign(ANY, None)
    if wanted in ("me", "мне", "я"):
        return Assign(ANY, office.me.id)
    people = await office.operators()
    for name in (wanted, folded(other_layout(wanted))):
        found = [one for one in people if folded(one.login) == name] or [one for one in people if folded(one.name) == name]
        if len(found) == 1:
            return Assign(ANY, found[0].id)
    raise unknown("unknown_operator", _("nobody here has this login"), wanted, sorted(one.login for one in people))


async def _team(call: Call, office: Office) -> ConversationAct:
    wanted = folded(" ".join(call.words))
    if wanted in NOBODY:
        return SetTeam(ANY, None)
    teams = await office.teams()
    meant = (wanted, folded(other_layout(wanted)))
    found = next((one for name in meant for one in teams if folded(one.name) == name), None)
    if found is None:
        raise unknown("unknown_team", _("there is no such team"), wanted, [one.name for one in teams])
    return SetTeam(ANY, found.id)


async def _tag(call: Call, office: Office) -> ConversationAct:
    names = [name for word in call.words for name in word.split(",") if name.strip()]
    add = [name.removeprefix("+").strip() for name in names if not name.startswith("-")]
    remove = [name.removeprefix("-").strip() for name in names if name.startswith("-")]
    return await _tags(add, remove, office)


async def _untag(call: Call, office: Office) -> ConversationAct:
    names = [name for word in call.words for name in word.split(",")]
    return await _tags([], [name.removeprefix("-").removeprefix("+").strip() for name in names], office)


async def _tags(add: list[str], remove: list[str], office: Office) -> ConversationAct:
    """Tags to be taken off must be known; those to be put on are made where they are not."""
    if not any((*add, *remove)):
        raise OfficeError("usage", _("a tag is missing"), _("Write: {usage}").format(usage="tag +refund -spam"))
    known = {folded(tag.name): tag.name for tag in await office.tags()}
    add, remove = ([_as_known(name, known) for name in names] for names in (add, remove))
    for name in filter(None, remove):
        if folded(name) not in known:
            raise unknown("unknown_tag", _("there is no tag {name}").format(name=clean_line(name, 60)), name, known.values())
    return SetTags(
        ANY,
        add=tuple(dict.fromkeys(filter(None, add))),
        remove=tuple(dict.fromkeys(filter(None, remove))),
    )


def _as_known(name: str, known: Mapping[str, str]) -> str:
    """Return a tag as it is known, also where it was typed in the other keyboard layout; a new one as it is."""
    return known.get(folded(name)) or known.get(folded(other_layout(name))) or name


async def _priority(call: Call, _office: Office) -> ConversationAct:
    field = FIELD["priority"]
    wanted = " ".join(call.words)
    choice = field.choice(wanted) or field.choice(other_layout(wanted))
    if choice is None:
        names = [name for one in field.values for name in (one.name, *one.russian)]
        words = _("there is no priority {name}").format(name=clean_line(wanted, 60))
        raise unknown("usage", words, wanted, names, [one.name for one in field.values])
    return SetPriority(ANY, Priority[choice.name.upper()])


async def _snooze(call: Call, office: Office) -> ConversationAct:
    words = " ".join(call.words)
    if not is_time(words, office.now()) and is_time(swapped := other_layout(words), office.now()):
        words = swapped
    return Snooze(ANY, None if words.casefold() in CUSTOMER else time_of(words, office.now()))


def time_of(words: str, now: datetime) -> datetime:
    """Return the time that words mean. Raises OfficeError("usage")."""
    when = time_in_words(words, now)
    if isinstance(when, Mistake):
        fix = _("Write it as 2h, tomorrow 9:00, monday or 2026-12-01.")
        raise OfficeError("usage", _(_TIMES[when]).format(words=clean_line(words, 60)), fix)
    return when


async def _close(call: Call, _office: Office) -> ConversationAct:
    return Close(ANY, without_tags="without-tags" in call.choices)


async def _reopen(_call: Call, _office: Office) -> ConversationAct:
    return Reopen(ANY)


async def _read(_call: Call, _office: Office) -> ConversationAct:
    return MarkRead(ANY, by_hand=True)


async def _unread(_call: Call, _office: Office) -> ConversationAct:
    return MarkUnread(ANY)


async def _spam(call: Call, _office: Office) -> ConversationAct:
    return MarkSpam(ANY, spam=True, block="block" in call.choices)


async def _not_spam(_call: Call, _office: Office) -> ConversationAct:
    return MarkSpam(ANY, spam=False)


async def _no_reply(_call: Call, _office: Office) -> ConversationAct:
    return NoReplyNeeded(ANY)


_MAKERS: dict[str, Callable[[Call, Office], Awaitable[ConversationAct]]] = {
    "take": _take,
    "assign": _assign,
    "team": _team,
    "tag": _tag,
    "untag": _untag,
    "priority": _priority,
    "snooze": _snooze,
    "close": _close,
    "reopen": _reopen,
    "read": _read,
    "unread": _unread,
    "spam": _spam,
    "not-spam": _not_spam,
    "no-reply": _no_reply,
}


def unknown(code: str, message: str, wanted: str, names: Iterable[str], shown: Iterable[str] | None = None) -> OfficeError:
    """Return the error for a name that does not exist: it names the nearest ones, or else some that do (of `shown`)."""
    known = list(names)
    near = nearest(wanted, known)
    if near:
        return OfficeError(code, message, _("Did you mean {near}?").format(near=_(" or ").join(map(clean_line, near))))
    some = list(known if shown is None else shown)[:12]
    return OfficeError(code, message, _("Known: {names}").format(names=", ".join(map(clean_line, some))) if some else "")

"""From a call to the act that the desk is asked for: names become ids, words become times. Whatever is not known is said."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

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
from deskterm.desk.query import folded
from deskterm.desk.text import clean_line
from deskterm.i18n import _
from deskterm.office import Office, OfficeError
from deskterm.verbs.call import Call
from deskterm.verbs.line import says_customer
from deskterm.verbs.named import operator_named, priority_named, team_named, time_of, unknown

ANY = 0
"""Stands in an act for the conversation: `work` puts the ids in its place."""


async def act_of(call: Call, office: Office) -> ConversationAct:
    """Return the act that a call asks for, about conversation `ANY`. Raises OfficeError where a name or a time is unknown."""
    return await _MAKERS[call.verb.name](call, office)


async def _take(_call: Call, _office: Office) -> ConversationAct:
    return Take(ANY)


async def _assign(call: Call, office: Office) -> ConversationAct:
    return Assign(ANY, await operator_named(" ".join(call.words), office))


async def _team(call: Call, office: Office) -> ConversationAct:
    return SetTeam(ANY, await team_named(" ".join(call.words), office))


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
    return SetPriority(ANY, priority_named(" ".join(call.words)))


async def _snooze(call: Call, office: Office) -> ConversationAct:
    words = " ".join(call.words)
    return Snooze(ANY, None if says_customer(words) else time_of(words, office.now(), office.zone))


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

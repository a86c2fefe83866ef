"""What people name on a command line: who, which team, how important, when; and what is said where nothing is called so."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, tzinfo

from deskterm.desk.layouts import other_layout
from deskterm.desk.model import Priority
from deskterm.desk.query import FIELD, folded
from deskterm.desk.query_near import nearest
from deskterm.desk.text import clean_line
from deskterm.i18n import N_, _
from deskterm.office import Office, OfficeError
from deskterm.times.when_typed import typed_time
from deskterm.times.when_words import Mistake
from deskterm.verbs.table import NOBODY

_TIMES: dict[Mistake, str] = {
    Mistake.EMPTY: N_("a time is missing"),
    Mistake.NOT_UNDERSTOOD: N_("{words} is no time that is understood"),
    Mistake.PAST: N_("{words} has passed"),
    Mistake.TOO_FAR: N_("{words} is too far ahead"),
}


async def operator_named(words: str, office: Office) -> int | None:
    """Return the id of whom words name, by login or by a name that one only has; None for nobody. Raises OfficeError."""
    wanted = folded(words)
    if wanted in NOBODY:
        return None
    if wanted in ("me", "мне", "я"):
        return office.me.id
    people = await office.operators()
    for name in (wanted, folded(other_layout(wanted))):
        found = [one for one in people if folded(one.login) == name] or [one for one in people if folded(one.name) == name]
        if len(found) == 1:
            return found[0].id
    raise unknown("unknown_operator", _("nobody here has this login"), wanted, sorted(one.login for one in people))


async def team_named(words: str, office: Office) -> int | None:
    """Return the id of the team of a name; None for none. Raises OfficeError."""
    wanted = folded(words)
    if wanted in NOBODY:
        return None
    teams = await office.teams()
    meant = (wanted, folded(other_layout(wanted)))
    found = next((one for name in meant for one in teams if folded(one.name) == name), None)
    if found is None:
        raise unknown("unknown_team", _("there is no such team"), wanted, [one.name for one in teams])
    return found.id


def priority_named(wanted: str) -> Priority:
    """Return the priority of a name in any language. Raises OfficeError."""
    field = FIELD["priority"]
    choice = field.choice(wanted) or field.choice(other_layout(wanted))
    if choice is None:
        names = [name for one in field.values for name in (one.name, *one.russian)]
        words = _("there is no priority {name}").format(name=clean_line(wanted, 60))
        raise unknown("usage", words, wanted, names, [one.name for one in field.values])
    return Priority[choice.name.upper()]


def time_of(words: str, now: datetime, zone: tzinfo | None) -> datetime:
    """Return the time that words mean, also in the wrong layout, on the clock of a zone (None: the machine's). Raises
    OfficeError("usage")."""
    when = typed_time(words, now, zone)
    if isinstance(when, Mistake):
        fix = _("Write it as 2h, tomorrow 9:00, monday or 2026-12-01.")
        raise OfficeError("usage", _(_TIMES[when]).format(words=clean_line(words, 60)), fix)
    return when


def unknown(code: str, message: str, wanted: str, names: Iterable[str], shown: Iterable[str] | None = None) -> OfficeError:
    """Return the error for a name that does not exist: it names the nearest ones, or else some that do (of `shown`)."""
    known = list(names)
    near = nearest(wanted, known)
    if near:
        return OfficeError(code, message, _("Did you mean {near}?").format(near=_(" or ").join(map(clean_line, near))))
    some = list(known if shown is None else shown)[:12]
    return OfficeError(code, message, _("Known: {names}").format(names=", ".join(map(clean_line, some))) if some else "")

"""What a notice says, in the operator's language: one sentence of its kind and its data, for the console, the command line and
mail alike.

`NoticeRow.data` by kind: `sla_soon`, `sla_late`, `escalated` and `missed` name the clock ("metric", "due_at" in ms);
`escalated` what was done ("deed", "to", "done"); `missed` whose it was ("operator") where `by` does not say so; `overdue` and
`task` the time ("due", ms); a digest how many of which kind it tells of ("counts": {kind: n}). What is not there is left out of
the sentence.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from deskterm.desk.rows_time import NoticeRow
from deskterm.desk.sla_book import Deed
from deskterm.desk.text import clean_line
from deskterm.i18n import N_, _, ngettext
from deskterm.widgets.when import moment
from deskterm.words.sla_words import metric_words

KIND_NAMES = {
    "assigned": N_("a conversation became mine"),
    "answered": N_("a customer wrote in what is mine"),
    "new": N_("a new message of nobody's"),
    "task": N_("a task was given to me"),
    "overdue": N_("a task of mine is overdue"),
    "sla_soon": N_("a promised time is near"),
    "sla_late": N_("a promised time has passed"),
    "escalated": N_("a missed promise was passed on"),
    "mention": N_("a note names me"),
    "reminder": N_("a reminder's time came"),
    "missed": N_("somebody else missed a promise or a task"),
    "digest": N_("what came while the desk was closed"),
    "linked": N_("a Telegram was linked"),
    "test": N_("a test"),
}
"""Kinds of notices as a notification names them."""

KIND_HEADS = {
    "assigned": N_("given to me"),
    "answered": N_("a customer wrote again"),
    "new": N_("new and nobody's"),
    "task": N_("a task for me"),
    "overdue": N_("a task overdue"),
    "reminder": N_("a reminder"),
    "sla_soon": N_("a promise near its end"),
    "sla_late": N_("a promise missed"),
    "escalated": N_("a missed one passed on"),
    "mention": N_("my name in a note"),
    "missed": N_("missed by others"),
    "digest": N_("while the desk was closed"),
}
"""Kinds of notices as they stand in the table of the settings: in at most 26 cells."""

WAY_NAMES = {
    "console": N_("console"),
    "bell": N_("bell"),
    "desktop": N_("desktop"),
    "email": N_("e-mail"),
    "telegram": N_("Telegram"),
}
"""By which ways one is told."""


def kind_name(kind: str) -> str:
    """Return what a kind of notice is about in a few words; of one that is not known its code."""
    return _(KIND_NAMES[kind]) if kind in KIND_NAMES else clean_line(kind, 40)


def kind_head(kind: str) -> str:
    """Return a kind of notice in the few words that a table has room for; of one that is not known its code."""
    return _(KIND_HEADS[kind]) if kind in KIND_HEADS else clean_line(kind, 26)


def way_name(way: str) -> str:
    """Return a way of telling in a word; of one that is not known its code."""
    return _(WAY_NAMES[way]) if way in WAY_NAMES else clean_line(way, 40)


def notice_words(row: NoticeRow, now: datetime) -> str:
    """Return what a notice says: "#1042 Olga is yours now, by Bob". Its words are cleaned; `now` is what times are told by."""
    say = _SENTENCES.get(row.kind)
    words = clean_line(row.kind, 40) + ": " + _what(row) if say is None else say(row, now)
    return clean_line(words + _more(row), 300)


def _more(row: NoticeRow) -> str:
    """Return how many others one notice tells of: given by the same command, written meanwhile."""
    count = row.data.get("count")
    others = count - 1 if isinstance(count, int) else 0
    return f" · {ngettext('and {n} more', 'and {n} more', others).format(n=others)}" if others > 0 else ""


def notice_mail_subject(row: NoticeRow, now: datetime) -> str:
    """Return the head of a mail about one notice: "deskterm: #1042 Olga is yours now, by Bob"."""
    return f"deskterm: {notice_words(row, now)}"


def _what(row: NoticeRow) -> str:
    """Return what a notice is about: the number, then whose or which it is."""
    about = clean_line(row.about, 120)
    if row.task_number is not None and row.kind in ("task", "overdue", "missed"):
        return f"T{row.task_number} {about}".rstrip()
    if row.conversation_number is not None and not about.startswith(f"#{row.conversation_number}"):
        return f"#{row.conversation_number} {about}".rstrip()
    return about


def _time(data: Mapping[str, Any], name: str) -> datetime | None:
    value = data.get(name)
    return datetime.fromtimestamp(value / 1000, UTC) if isinstance(value, int) else None


def _clock(row: NoticeRow) -> str:
    metric = row.data.get("metric")
    return metric_words(metric) if isinstance(metric, str) else _("promised time")


def _assigned(row: NoticeRow, _now: datetime) -> str:
    if row.by:
        return _("{what} is yours now, by {name}").format(what=_what(row), name=row.by)
    return _("{what} is yours now").format(what=_what(row))


def _answered(row: NoticeRow, _now: datetime) -> str:
    return _("{what} wrote again").format(what=_what(row))


def _new(row: NoticeRow, _now: datetime) -> str:
    return _("{what} is new").format(what=_what(row))


def _task(row: NoticeRow, now: datetime) -> str:
    words = _("{what} is your task").format(what=_what(row))
    if row.by:
        words = _("{what} is your task, by {name}").format(what=_what(row), name=row.by)
    due = _time(row.data, "due")
    return words if due is None else f"{words} · {_('due {time}').format(time=moment(due, now))}"


def _overdue(row: NoticeRow, now: datetime) -> str:
    since = _time(row.data, "due") or row.at
    return _("{what} is overdue since {time}").format(what=_what(row), time=moment(since, now))


def _soon(row: NoticeRow, now: datetime) -> str:
    due = _time(row.data, "due_at")
    if due is None:
        return _("{what}: {clock} is due soon").format(what=_what(row), clock=_clock(row))
    return _("{what}: {clock} is due {time}").format(what=_what(row), clock=_clock(row), time=moment(due, now))


def _late(row: NoticeRow, now: datetime) -> str:
    since = _time(row.data, "due_at") or row.at
    return _("{what}: {clock} is late since {time}").format(what=_what(row), clock=_clock(row), time=moment(since, now))


def _escalated(row: NoticeRow, _now: datetime) -> str:
    words = _("{what}: {clock} was missed").format(what=_what(row), clock=_clock(row))
    deed, to = row.data.get("deed"), clean_line(str(row.data.get("to", "")), 60)
    if not row.data.get("done", True):
        return f"{words} · {_('the next step could not be taken')}"
    if deed == Deed.ASSIGN:
        return f"{words} · {_('given to {name}').format(name=to)}"
    if deed == Deed.RAISE:
        return f"{words} · {_('priority raised')}"
    return words


def _mention(row: NoticeRow, _now: datetime) -> str:
    if row.by:
        return _("{what}: {name} names you in a note").format(what=_what(row), name=row.by)
    return _("{what}: a note names you").format(what=_what(row))


def _reminder(row: NoticeRow, _now: datetime) -> str:
    return _("Reminder: {what}").format(what=_what(row))


def _missed(row: NoticeRow, now: datetime) -> str:
    name = clean_line(str(row.data.get("operator", "")) or row.by, 60)
    if row.task_number is not None:
        words = _overdue(row, now)
    else:
        words = _late(row, now)
    return f"{words} · {name}" if name else words


def digest_parts(counts: Mapping[str, Any]) -> list[str]:
    """Return how many of each kind a digest tells of: "3 promises missed", "2 tasks overdue"."""
    forms: dict[str, Callable[[int], str]] = {
        "sla_late": lambda n: ngettext("{n} promise missed", "{n} promises missed", n),
        "missed": lambda n: ngettext("{n} missed by others", "{n} missed by others", n),
        "escalated": lambda n: ngettext("{n} passed on", "{n} passed on", n),
        "overdue": lambda n: ngettext("{n} task overdue", "{n} tasks overdue", n),
        "reminder": lambda n: ngettext("{n} reminder", "{n} reminders", n),
        "answered": lambda n: ngettext("{n} customer wrote", "{n} customers wrote", n),
        "sla_soon": lambda n: ngettext("{n} promise near", "{n} promises near", n),
    }
    known = [(form, counts[kind]) for kind, form in forms.items() if isinstance(counts.get(kind), int) and counts[kind] > 0]
    others = sum(n for kind, n in counts.items() if kind not in forms and isinstance(n, int))
    parts = [form(n).format(n=n) for form, n in known]
    return [*parts, ngettext("{n} other", "{n} others", others).format(n=others)] if others else parts


def _digest(row: NoticeRow, _now: datetime) -> str:
    counts = row.data.get("counts")
    parts = digest_parts(counts) if isinstance(counts, dict) else []
    if not parts:
        return _("While the desk was closed: nothing more")
    return _("While the desk was closed: {parts}").format(parts=", ".join(parts))


def _linked(_row: NoticeRow, _now: datetime) -> str:
    return _("This Telegram chat is linked: notices come here from now on")


def _test(_row: NoticeRow, _now: datetime) -> str:
    return _("This is a test: you are told this way")


_SENTENCES: dict[str, Callable[[NoticeRow, datetime], str]] = {
    "assigned": _assigned,
    "answered": _answered,
    "new": _new,
    "task": _task,
    "overdue": _overdue,
    "sla_soon": _soon,
    "sla_late": _late,
    "escalated": _escalated,
    "mention": _mention,
    "reminder": _reminder,
    "missed": _missed,
    "digest": _digest,
    "linked": _linked,
    "test": _test,
}

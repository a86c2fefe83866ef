"""The promised times of one conversation told in full: why this policy, what each clock promised, used up and rang, and what
happens next. The console's dialog and `deskterm sla check` say the same."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeAlias

from deskterm.desk.model import Priority
from deskterm.desk.rows_time import AlarmRow, ClockRow
from deskterm.desk.sla_book import Book, Deed
from deskterm.desk.text import clean_line
from deskterm.i18n import N_, _
from deskterm.words.sla_words import length_words, metric_words, missed_before
from deskterm.words.wording import priority_words

Shown: TypeAlias = Callable[[datetime], str]
"""How a time is written: in whose zone, with or without its date."""
NOBODY = "nobody"
TOLD = {
    "assignee": N_("tell the assignee"),
    "team": N_("tell the team"),
    "supervisor": N_("tell the supervisor"),
    "owner": N_("tell the owner"),
}
_OUTCOMES = {"met": N_("kept"), "missed": N_("missed"), "dropped": N_("dropped")}


@dataclass(frozen=True, slots=True)
class Told:
    """A line: its heading ("" it goes on), its words, and how they are meant: "late", "good", "note", "muted" or ""."""

    head: str
    words: str
    role: str = ""


def deed_words(deed: Deed, to: str) -> str:
    """Return what a step of an escalation does."""
    match deed:
        case Deed.NOTIFY:
            return _(TOLD[to]) if to in TOLD else _("tell {login}").format(login=clean_line(to, 40))
        case Deed.ASSIGN if to == NOBODY:
            return _("back to the team")
        case Deed.ASSIGN:
            return _("give it to {login}").format(login=clean_line(to, 40))
        case Deed.RAISE:
            return _("priority {priority}").format(priority=priority_words(Priority[to.upper()]))


def target_words(length: timedelta, *, business: bool, calendar: str) -> str:
    """Return a promised time and how it counts: "1h of the hours of office", "30 days by the clock"."""
    words = length_words(length, business=business)
    if not business:
        return _("{span} by the clock").format(span=words)
    if calendar:
        return _("{span} of the hours of {calendar}").format(span=words, calendar=clean_line(calendar, 40))
    return _("{span} of business hours").format(span=words)


def policy_told(clocks: Sequence[ClockRow], book: Book) -> tuple[Told, ...]:
    """Return which policy holds, and why: its query is the first that fits."""
    named = next((clock.policy for clock in clocks if clock.ended_at is None), clocks[0].policy if clocks else "")
    if not named:
        return (Told(_("policy"), _("none: no policy's query fits, or nothing has begun to run"), "muted"),)
    place, policy = next(((at, one) for at, one in enumerate(book.policies, 1) if one.key == named), (0, None))
    lines = [Told(_("policy"), clean_line(named, 60))]
    if policy is None:
        why = _("no policy is called so any more")
    elif policy.query:
        why = _("the first that fits: {query} (no. {n})").format(query=clean_line(policy.query, 200), n=place)
    else:
        why = _("for all that is left (no. {n})").format(n=place)
    return (*lines, Told(_("why"), why))


def clock_told(clock: ClockRow, now: datetime, still: str, shown: Shown) -> Iterator[Told]:
    """Yield a clock in lines; `still` is why it stands still, if it does."""
    if clock.target_ms is None:
        yield Told(_("promised"), _("nothing"), "muted")
        yield Told(_("since"), shown(clock.started_at))
        return
    business = bool(clock.calendar)
    target = timedelta(milliseconds=clock.target_ms)
    yield Told(_("promised"), target_words(target, business=business, calendar=clock.calendar))
    yield Told(_("since"), shown(clock.started_at))
    yield Told(_("spent"), length_words(timedelta(milliseconds=clock.spent_ms), business=business))
    yield from _ending(clock, now, still, shown, business=business)
    yield from _alarms(clock.alarms, shown)


def _ending(clock: ClockRow, now: datetime, still: str, shown: Shown, *, business: bool) -> Iterator[Told]:
    """Yield until when, how it stands, and what was missed before."""
    if clock.due_at is not None:
        yield Told(_("due"), shown(clock.due_at))
    if clock.ended_at is not None:
        known = _OUTCOMES.get(clock.outcome)
        words = _(known) if known is not None else clean_line(clock.outcome, 40)
        yield Told(_("ended"), f"{shown(clock.ended_at)} · {words}", "late" if clock.outcome == "missed" else "good")
    elif clock.due_at is None:
        left = timedelta(milliseconds=clock.left_ms or 0)
        span = length_words(abs(left), business=business)
        words = (_("late {span}") if left < timedelta(0) else _("{span} left")).format(span=span)
        yield Told(_("stopped"), f"{words}: {still}" if still else words, "muted")
    elif clock.due_at <= now:
        yield Told(_("late"), length_words(now - clock.due_at), "late")
    else:
        yield Told(_("left"), length_words(clock.due_at - now), "note" if clock.warned else "good")
    if (before := missed_before(clock)) is not None:
        yield Told(_("missed"), _("{time}, by what was promised then").format(time=shown(before)), "late")


def _alarms(alarms: Sequence[AlarmRow], shown: Shown) -> Iterator[Told]:
    """Yield what was rung, then what is to come."""
    rung = [_alarm(alarm, shown) for alarm in alarms if alarm.rung]
    ahead = [_alarm(alarm, shown) for alarm in alarms if not alarm.rung]
    for place, words in enumerate(rung):
        yield Told("" if place else _("rung"), f"{words} · {_('done')}", "muted")
    for place, words in enumerate(ahead):
        yield Told("" if place else _("next"), words)


def _alarm(alarm: AlarmRow, shown: Shown) -> str:
    if alarm.deed is not None:
        what = deed_words(alarm.deed, alarm.to)
    elif alarm.share is not None:
        what = _("{share} of the time is over: warn the assignee").format(share=f"{alarm.share:.0%}")
    else:
        what = _("missed: tell the assignee")
    return f"{shown(alarm.at)} {what}"


def clocks_told(clocks: Sequence[ClockRow], now: datetime, still: str, shown: Shown) -> Iterator[tuple[str, tuple[Told, ...]]]:
    """Yield each clock, what is due first at the head, as its name and its lines; those that promise nothing come last."""
    for clock in sorted(clocks, key=lambda one: (one.ended_at is not None, one.target_ms is None)):
        yield metric_words(clock.metric), tuple(clock_told(clock, now, still, shown))

"""Times in the few cells that a list or a message's heading has for them."""

from __future__ import annotations

from datetime import datetime, timedelta

from deskterm.i18n import _
from deskterm.words.wording import day_and_time


def short_span(span: timedelta) -> str:
    """Return a length of time in its largest unit, at most four cells: "40s", "12m", "2h", "3d", "2y". Below zero is zero."""
    seconds = max(0, int(span.total_seconds()))
    if seconds < 60:
        return _("{n}s").format(n=seconds)
    if seconds < 3600:
        return _("{n}m").format(n=seconds // 60)
    if seconds < 86_400:
        return _("{n}h").format(n=seconds // 3600)
    days = seconds // 86_400
    return _("{n}d").format(n=days) if days < 1000 else _("{n}y").format(n=days // 365)


def moment(at: datetime, now: datetime) -> str:
    """Return a time of day in the operator's zone, with its date unless it is today: "14:05", "03.03 14:05", "03.03.2025 …"."""
    local, today = at.astimezone(), now.astimezone()
    if local.date() == today.date():
        return local.strftime("%H:%M")
    return local.strftime("%d.%m %H:%M") if local.year == today.year else local.strftime("%d.%m.%Y %H:%M")


def short_moment(at: datetime, now: datetime) -> str:
    """Return a time to come in at most five cells, in the operator's zone: "9:00" within a day, else "31.12", else the year."""
    local = at.astimezone()
    if at - now < timedelta(days=1):
        return f"{local.hour}:{local.minute:02}"
    return local.strftime("%d.%m") if at - now < timedelta(days=300) else str(local.year)


def to_come(at: datetime, now: datetime) -> str:
    """Return a time to come with its day and how far it is: "Mon 23.11 10:00 · in 14h"."""
    return f"{day_and_time(at)} · {_('in {span}').format(span=short_span(at - now))}"

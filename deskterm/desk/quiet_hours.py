"""Hours in which nobody is to be disturbed: from one minute of the day to another, by the clock on the wall. Pure."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo


def quiet_until(at: datetime, start: int | None, end: int | None, zone: tzinfo | None) -> datetime | None:
    """Return when the quiet hours end that `at` lies in, in UTC; None where it lies in none. `start` and `end` are minutes of
    the day in `zone` (None: the machine's); hours that begin in the evening end in the morning."""
    if start is None or end is None or start == end:
        return None
    local = at.astimezone(zone)
    minute = local.hour * 60 + local.minute
    inside = start <= minute < end if start < end else minute >= start or minute < end
    if not inside:
        return None
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None)
    wall = midnight + timedelta(days=int(minute >= end), minutes=end)
    # By the wall: the night in which clocks change ends when they show that time.
    ends = wall.replace(tzinfo=zone) if zone is not None else wall
    return ends.astimezone(UTC)

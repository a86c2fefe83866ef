"""How often a task comes again, in words that are understood again: "every 2 weeks", "every mon, fri".

The way back, from words to a rule, is `deskterm.times.recurring`.
"""

from __future__ import annotations

from deskterm.i18n import _, ngettext

_WORKING = ["MO", "TU", "WE", "TH", "FR"]


def rule_words(rule: str) -> str:
    """Return a rule (RFC 5545) in words; the rule itself where there are none for it."""
    parts = dict(part.split("=", 1) for part in rule.split(";") if "=" in part)
    if not {"FREQ"} <= set(parts) <= {"FREQ", "INTERVAL", "BYDAY"}:
        return rule
    count = int(parts["INTERVAL"]) if parts.get("INTERVAL", "1").isdigit() and "INTERVAL" in parts else 1
    if "BYDAY" not in parts:
        return every(parts["FREQ"], count) or rule
    days, names = parts["BYDAY"].split(","), _day_names()
    if parts["FREQ"] != "WEEKLY" or count != 1 or not set(days) <= set(names):
        return rule
    if days == _WORKING:
        return _("every weekday")
    return _("every {days}").format(days=", ".join(names[day] for day in days))


def every(unit: str, count: int) -> str:
    """Return how often a frequency of a rule comes: "every day", "every 2 weeks"; "" for one that is not known."""
    if count == 1:
        once = {"DAILY": _("every day"), "WEEKLY": _("every week"), "MONTHLY": _("every month"), "YEARLY": _("every year")}
        return once.get(unit, "")
    words = {
        "DAILY": ngettext("every {n} day", "every {n} days", count),
        "WEEKLY": ngettext("every {n} week", "every {n} weeks", count),
        "MONTHLY": ngettext("every {n} month", "every {n} months", count),
        "YEARLY": ngettext("every {n} year", "every {n} years", count),
    }
    return words.get(unit, "").format(n=count)


def _day_names() -> dict[str, str]:
    return {"MO": _("mon"), "TU": _("tue"), "WE": _("wed"), "TH": _("thu"), "FR": _("fri"), "SA": _("sat"), "SU": _("sun")}

"""A rule of `deskterm.times.recurring` in people's words: "every 2 weeks on Mon, Thu"."""

from __future__ import annotations

from deskterm.desk.text import clean_line
from deskterm.i18n import N_, _, ngettext
from deskterm.times.repeat_words import every

_DAYS: dict[str, str] = {
    "MO": N_("Mon"),
    "TU": N_("Tue"),
    "WE": N_("Wed"),
    "TH": N_("Thu"),
    "FR": N_("Fri"),
    "SA": N_("Sat"),
    "SU": N_("Sun"),
}
_SAID = {"FREQ", "INTERVAL", "BYDAY", "COUNT", "UNTIL", "BYHOUR", "BYMINUTE", "WKST"}


def recurrence_words(rule: str) -> str:
    """Return how a task recurs; a rule that says more than words for it do is shown as it is, "" is ""."""
    if not rule:
        return ""
    parts = dict(part.partition("=")[::2] for part in rule.split(";"))
    if parts.get("BYSETPOS") == "-1" and parts.get("BYMONTHDAY", "").startswith("28"):
        parts = {name: value for name, value in parts.items() if name not in ("BYSETPOS", "BYMONTHDAY")}
    days = [one for one in parts.get("BYDAY", "").split(",") if one]
    if not _SAID.issuperset(parts) or not every(parts.get("FREQ", ""), 1) or any(day not in _DAYS for day in days):
        return clean_line(rule, 120)
    said = [every(parts["FREQ"], int(parts.get("INTERVAL", "1")))]
    if days:
        said.append(_("on {days}").format(days=", ".join(_(_DAYS[day]) for day in days)))
    if "COUNT" in parts:
        n = int(parts["COUNT"])
        said.append(ngettext("{n} time more", "{n} times more", n - 1).format(n=n - 1))
    if "UNTIL" in parts:
        until = parts["UNTIL"]
        said.append(_("until {day}").format(day=f"{until[6:8]}.{until[4:6]}.{until[:4]}"))
    return " ".join(said)

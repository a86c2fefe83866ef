"""Queries of the filter language worth showing, each with what it means: for the help page."""

from __future__ import annotations

from deskterm.i18n import N_

RULES: tuple[tuple[str, str], ...] = (
    ("is:open tag:refund", N_("a space: both must hold")),
    ("tag:refund OR tag:vip", N_("OR between alternatives; a space binds stronger")),
    ("tag:refund,vip", N_("a comma: any of the values")),
    ("-channel:email", N_("a minus: what the rest does not find")),
    ("(tag:refund OR tag:vip) is:open", N_("brackets keep together")),
    ("refund order", N_("free words are sought in all texts, in all their forms")),
    ('"late delivery"', N_("words in quotes: side by side")),
    ("priority:>=high", N_("> < >= <= compare")),
)
"""How a query is put together."""

EXAMPLES: tuple[tuple[str, str], ...] = (
    ("is:open assignee:me,none", N_("open, and mine or nobody's")),
    ("is:waiting waiting:>1h sort:oldest", N_("customers who wait longer than an hour, the longest first")),
    ("sla:<30m -is:late", N_("what is due within half an hour")),
    ("is:open tag:none opened:<7d", N_("of the last week, without a tag")),
    ("has:attachment channel:email is:closed", N_("closed mails with files")),
    ("opened:>2026-01-01 priority:urgent", N_("urgent ones since a day")),
)
"""Queries worth trying."""

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

TASK_EXAMPLES: tuple[tuple[str, str], ...] = (
    ("is:current assignee:me,none", N_("to be done, and mine or nobody's")),
    ("is:overdue -assignee:none sort:assignee", N_("whose time has passed, by who has them")),
    ("is:current due:<2d", N_("what is due within two days, or was")),
    ("is:current due:none tag:none", N_("what nobody has sorted yet")),
    ("is:done done:<7d", N_("what was done in the last week")),
    ("courier tag:refund", N_("free words are sought in title, description and checklist")),
)
"""Queries of tasks worth trying."""

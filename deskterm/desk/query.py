r"""The filter language: text to tree and back, and what a tree means. The one door to it; `query_*` are its rooms.

```
query  = [ or ]
or     = and { ("OR" | "ИЛИ") and }             binds weaker than a space
and    = not { not }                            a space is AND
not    = [ "-" ] ( term | word | phrase | "(" or ")" )
term   = field ":" value { "," value }          no space within, but in quotes
value  = name | phrase | [ ">" | "<" | ">=" | "<=" | "=" ] amount
amount = span (30m 1h30m 7d 2w 30s) | day (2026-11-22, 22.11.2026) | number (1042, #1042)
phrase = '"' words '"'                          \" and \\ within stand for a quote and a backslash
```
A field's name is letters only and not followed by "//": `10:30`, `https://example.org` and `a@example.org` are words. Names
of fields and their own words are understood in English and Russian, in any case, "ё" as "е". What is in no list, tags and
logins and the like, is compared by `folded`. The words of a field's own list (`none`, `me`) are these in quotes too, so
nothing may be named so.

What it means (`now` is the time of asking; times are kept in milliseconds; `me` is the operator who asks, of none nothing):

- Every query leaves out what was merged into another conversation, and spam unless `is:spam` stands anywhere in the query.
- Several values of one term: any of them. `Not`: all that is not left out and that the inner does not find.
- A free word is found in a message: in its text, its subject, the names of its files, or the name of its author or of the
  conversation's customer. Adjacent free words of one AND (`together`) are all found in the same message. Messages that the desk
  itself wrote (activity) are not looked at; notes are. A phrase is words side by side in this order; a bare word of several
  parts ("e-mail") is one too. Which forms of a word are the same is the search's matter (`store.search`).

| field | finds conversations |
| --- | --- |
| `is:open` `snoozed` `closed` | of this status |
| `is:waiting` | open, no spam, `waiting_since` set |
| `is:late` | whose flag `late` is set |
| `is:unread`, `read` | with `unread` > 0, = 0 |
| `is:spam`, `group` | with the flag spam; with a group of people instead of one customer |
| `is:failed`, `uncertain` | with at least one outgoing message whose delivery is failed; uncertain |
| `is:asked` | as `is:waiting`, and `asked` > 1: the customer wrote again |
| `has:attachment`, `note` | with a message that has a file; with a note |
| `has:tag`, `draft`, `failed` | with any tag; with a draft of mine; as `is:failed` |
| `tag` | with this tag; `none`: without any, `any`: with at least one |
| `assignee` | of this login, or the one person shown by this name; `me`, `none`, `any` |
| `team` | of this team; `me`: of one of my teams; `none`, `any` |
| `channel` | begun on the channel of this name or kind |
| `customer` | whose customer (or a participant) has these words in the name or the company's, exactly this address on a \
channel, or the card of this number (of one that was merged: the card it went into) |
| `company` | whose customer (or a participant) belongs to a company of whose name every word begins so |
| a kind of record | whose customer (or a participant) has the record of this number, or with a message that names it |
| `segment` | whose customer's card has this tag; `none`: no customer, or none; `any`: at least one |
| `priority` | of this priority; compared by place: low < normal < high < urgent |
| `sla:late`, `soon` | as `is:late`; not late, and warned of (`soon`), or by the allowance alone due at most `SOON` from now |
| `sla:paused`, `none` | whose clocks stand still (`left_ms`); with neither a due time nor one that stands still |
| `sla:<30m` | open, no spam, with a due time: due - now compared with the span; what is overdue is less than any span |
| `waiting` | as `is:waiting`, and its `waiting_since` compared |
| `opened` `updated` `closed` | by `opened_at`, `updated_at`, `closed_at` (set, whatever the status) |
| `snoozed` | of status snoozed with a time to come back at, by that time |
| `subject`, `body` | with a message whose subject, whose text has this word; several words: side by side in this order |
| `id` | by number, also one that was given up in a merge |
| `sort` | no condition: the order of all, once, only in the topmost AND |

The due time is `due_at` of `desk.urgency`: by the SLA policy that holds, else by the allowance, as long as somebody waits. A
time compared with a span is compared by its age, `now` - time (for `snoozed` and `sla` by how far ahead it is, time - `now`):
`waiting:>1h` is `waiting_since` < now - 1 h. `=` with a span holds from that age to less than one unit more, the unit being the
largest of day, hour, minute and second that counts the span whole (`width`): `opened:7d` is 7 d <= age < 8 d. A time compared
with a day goes by the calendar of the asker's time zone, midnight to midnight: `opened:>2026-11-22` began on the 23rd or later,
`opened:2026-11-22` on that day. `bounds` gives either as an interval.
"""

from __future__ import annotations

from deskterm.desk.query_amounts import width
from deskterm.desk.query_check import Names, check, logins_by_name, with_logins
from deskterm.desk.query_complete import Candidate, Completions, complete
from deskterm.desk.query_fields import (
    CONVERSATIONS,
    FIELD,
    FIELDS,
    LANGUAGES,
    Amounts,
    Choice,
    Field,
    Kind,
    Vocabulary,
    field_called,
    fields,
    folded,
    know,
    know_kinds,
    record_field,
    vocabulary,
)
from deskterm.desk.query_moments import SOON, bounds
from deskterm.desk.query_parse import MAX_DEPTH, MAX_LENGTH, parse, sure
from deskterm.desk.query_show import show
from deskterm.desk.query_slips import correction, in_right_layout, retyped, with_capital_or
from deskterm.desk.query_tree import (
    CODES,
    And,
    Compare,
    Day,
    Everything,
    Mistake,
    Name,
    Not,
    Number,
    Or,
    Query,
    Span,
    Term,
    Value,
    Word,
    both,
    conjuncts,
    either,
    every,
    negated,
    order_of,
    together,
    without_order,
)

__all__ = [
    "CODES",
    "CONVERSATIONS",
    "FIELD",
    "FIELDS",
    "LANGUAGES",
    "MAX_DEPTH",
    "MAX_LENGTH",
    "SOON",
    "Amounts",
    "And",
    "Candidate",
    "Choice",
    "Compare",
    "Completions",
    "Day",
    "Everything",
    "Field",
    "Kind",
    "Mistake",
    "Name",
    "Names",
    "Not",
    "Number",
    "Or",
    "Query",
    "Span",
    "Term",
    "Value",
    "Vocabulary",
    "Word",
    "both",
    "bounds",
    "check",
    "complete",
    "conjuncts",
    "correction",
    "either",
    "every",
    "field_called",
    "fields",
    "folded",
    "in_right_layout",
    "know",
    "know_kinds",
    "logins_by_name",
    "negated",
    "order_of",
    "parse",
    "record_field",
    "retyped",
    "show",
    "sure",
    "together",
    "vocabulary",
    "width",
    "with_capital_or",
    "with_logins",
    "without_order",
]

"""Customers, companies and likely doubles as lines of a list: pure, tested without a screen."""

from __future__ import annotations

from deskterm.desk.rows import CustomerRow, IdentityRow
from deskterm.desk.rows_customer import CardIdentity, CompanyRow, DuplicateRow
from deskterm.desk.text import clean_line
from deskterm.i18n import _, ngettext
from deskterm.widgets.cells import cut, fit, fit_right, width
from deskterm.widgets.paint import CHANNEL_SHORT, Line, Span
from deskterm.words.double_words import VERY_LIKELY, double_words, score_words

_NUMBER = 7


def customer_line(row: CustomerRow, cells: int) -> Line:
    """Return a customer as a line: the name, the addresses, the company, the number of the newest conversation."""
    number = fit_right(f"#{row.number}" if row.number is not None else "", _NUMBER)
    name_cells = max(12, min(30, cells // 3))
    company_cells = min(24, cells // 5) if row.company else 0
    addresses = ", ".join(address_words(one) for one in row.identities)
    room = max(0, cells - name_cells - company_cells - _NUMBER - 5)
    return (
        Span(f" {fit(clean_line(row.name, 80), name_cells)} ", "name"),
        Span(f"{fit(addresses, room)} ", "muted"),
        Span(fit(clean_line(row.company, 80), company_cells)),
        Span(f" {number} ", "muted"),
    )


def address_words(one: IdentityRow | CardIdentity) -> str:
    """Return an address; one that does not say so itself with its channel before it."""
    value = clean_line(one.value, 80)
    return value if "@" in value or value.startswith("+") else f"{CHANNEL_SHORT.get(one.kind, one.kind[:2])} {value}"


def company_line(row: CompanyRow, cells: int) -> Line:
    """Return a company as a line: its name, how many people it has, how many of their conversations are open."""
    people = ngettext("{n} customer", "{n} customers", row.people).format(n=row.people)
    counts = people + (" · " + _("{n} open").format(n=row.open_count) if row.open_count else "")
    room = max(8, cells - width(counts) - 3)
    name = cut(clean_line(row.name, 120), room)
    note = cut(clean_line(row.note, 200), max(0, room - width(name) - 2))
    gap = " " * max(0, room - width(name) - width(note) - 2)
    return (Span(f" {name}  ", "name"), Span(f"{note}{gap}", "muted"), Span(f" {counts}", "muted"))


def duplicate_line(row: DuplicateRow, cells: int) -> Line:
    """Return a pair as a line: both names with what they are known by, then why they are likely one and how likely."""
    why = f"{double_words(row.reason)} · {score_words(row.score)}"
    room = max(16, cells - min(width(why), cells // 2) - 6)
    half = room // 2
    first, second = _known(row.first_name, row.first_known_by, half), _known(row.second_name, row.second_known_by, half)
    left = cells - 2 * half - 5
    return (
        Span(" "),
        *first,
        Span(" = ", "muted"),
        *second,
        Span(" " + fit(why, max(0, left)), "warning" if row.score >= VERY_LIKELY else "muted"),
    )


def _known(name: str, known_by: str, cells: int) -> Line:
    """Return a name and, where there is room, an address, in exactly so many cells."""
    shown = cut(clean_line(name, 80), cells)
    rest = cells - width(shown)
    more = cut(f" {clean_line(known_by, 80)}", rest) if known_by and rest > 5 else ""
    return (Span(shown, "name"), Span(fit(more, rest), "muted"))

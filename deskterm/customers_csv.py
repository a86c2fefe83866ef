"""Customers as a table: which column holds what, and what a row says of a customer."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from deskterm.desk.card import CardSettings
from deskterm.desk.post import Address, IdentityKind
from deskterm.desk.text import clean_line
from deskterm.i18n import _
from deskterm.tables import BadTable

MAX_CELL = 10_000
"""Longest cell, in characters: more is no table of customers."""
_PHONES_APART = re.compile(r"[;,/\n]")
_MAILS_APART = re.compile(r"[;,\s]+")

NAMES: Mapping[str, str] = {
    **dict.fromkeys(("name", "full name", "customer", "имя", "фио", "клиент", "имя клиента"), "name"),
    **dict.fromkeys(("phone", "telephone", "mobile", "телефон", "тел", "мобильный", "номер телефона"), "phone"),
    **dict.fromkeys(("email", "e-mail", "mail", "почта", "эл. почта", "электронная почта"), "email"),
    **dict.fromkeys(("telegram", "telegram id", "телеграм", "телеграм id"), "telegram"),
    **dict.fromkeys(("company", "organization", "компания", "организация", "фирма"), "company"),
    **dict.fromkeys(("language", "язык"), "language"),
    **dict.fromkeys(("tags", "теги", "метки"), "tags"),
}
"""What columns are called, folded, and what they hold."""
OURS = frozenset(NAMES.values())


def columns(head: Sequence[str], wanted: Mapping[str, str], card: CardSettings) -> dict[int, str]:
    """Return what each column holds, by its place: `name`, `phone`, ... or the key of a field of the card.

    `wanted` (what -> column) goes before what the columns are called. Raises BadTable.
    """
    folded = [title.strip().casefold() for title in head]
    fields = {one.key for one in card.fields}
    called = {**{name.casefold(): one.key for one in card.fields for name in (one.key, *one.label.names.values())}, **NAMES}
    found = {place: called[title] for place, title in enumerate(folded) if title in called}
    for what, title in wanted.items():
        if what not in OURS | fields:
            known = ", ".join(sorted(OURS | fields))
            raise BadTable(_("a customer has no {name}; known: {names}").format(name=what, names=known))
        if title.strip().casefold() not in folded:
            raise BadTable(_("there is no column {name}; there are: {names}").format(name=title, names=", ".join(head)))
        found = {place: one for place, one in found.items() if one != what}
        found[folded.index(title.strip().casefold())] = what
    if not {"name", "phone", "email", "telegram"} & set(found.values()):
        names = ", ".join(head)
        raise BadTable(_("no column holds names or addresses; there are: {names}").format(names=names))
    return found


@dataclass(frozen=True, slots=True)
class Wanted:
    """A customer as a row of the table has them. `wrong` says what is no address."""

    line: int
    name: str = ""
    addresses: tuple[Address, ...] = ()
    language: str = ""
    company: str = ""
    tags: tuple[str, ...] = ()
    values: tuple[tuple[str, str], ...] = ()
    wrong: tuple[str, ...] = field(default=())


def customer(line: int, row: Sequence[str], held: Mapping[int, str], normal: Callable[[Address], Address | None]) -> Wanted:
    """Return the customer of a row; `normal` makes an address comparable, None for what is none."""
    said: dict[str, str] = {}
    addresses: dict[tuple[IdentityKind, str], Address] = {}
    values: list[tuple[str, str]] = []
    wrong: list[str] = []
    for place, what in held.items():
        cell = clean_line(row[place], MAX_CELL).strip() if place < len(row) else ""
        if what in ("phone", "email", "telegram"):
            for typed in filter(None, (one.strip() for one in _apart(what, cell))):
                address = normal(Address(IdentityKind(what), typed))
                if address is None:
                    wrong.append(typed)
                else:
                    addresses[address.kind, address.value] = address
        elif what in OURS:
            said[what] = said.get(what) or cell
        elif cell:
            values.append((what, cell))
    tags = tuple(filter(None, (one.strip() for one in said.get("tags", "").split(","))))
    return Wanted(
        line,
        said.get("name", ""),
        tuple(addresses.values()),
        said.get("language", ""),
        said.get("company", ""),
        tags,
        tuple(values),
        tuple(wrong),
    )


def _apart(what: str, cell: str) -> list[str]:
    return (_PHONES_APART if what == "phone" else _MAILS_APART).split(cell)

"""Whom a new message goes to: customers found by a few letters, or an address as it was typed."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import ClassVar

from textual.binding import BindingType

from deskterm.desk.addresses import typed_email
from deskterm.desk.post import Address, IdentityKind
from deskterm.desk.rows import StartChannel
from deskterm.desk.text import clean_line
from deskterm.i18n import _
from deskterm.screens.console import begin, console_of
from deskterm.widgets.cells import cut, width
from deskterm.widgets.line_list import LineList
from deskterm.widgets.paint import Line, Span

MOST = 8
"""Customers shown at once."""
_NAMED = re.compile(r"\s*(?P<name>[^<>]*)<(?P<value>[^<>]+)>\s*")


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One address of a customer that was found."""

    name: str
    value: str
    kind: str
    number: int | None

    @property
    def address(self) -> str:
        """The address as it stands in the field: "Ольга К. <olga@example.org>"."""
        name = " ".join(re.sub(r'[<>",;]', " ", self.name).split())
        return f"{name} <{self.value}>" if name and name != self.value else self.value


def address_of(typed: str, channel: StartChannel) -> Address | None:
    """Return the address that was typed or chosen, if the channel may reach it; only the desk knows whether it does."""
    if channel.kind == IdentityKind.EMAIL:
        return typed_email(typed)
    named = _NAMED.fullmatch(typed)
    name, value = (clean_line(named["name"]), named["value"].strip()) if named else ("", typed.strip())
    if not value or (channel.starts == "known" and named is None and not value.isdigit()):
        return None
    return Address(IdentityKind(channel.kind), value, name)


class Suggestions(LineList[Suggestion]):
    """The customers that begin with the letters typed; the keys stay with the field above, but for the arrows."""

    DEFAULT_CSS: ClassVar[str] = """
    Suggestions { height: auto; max-height: 8; margin: 0 0 0 11; background: $boost; display: none; }
    """
    BINDINGS: ClassVar[list[BindingType]] = []

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(_line, lambda one: (one.kind, one.value), empty=_("Nobody is called so."), id=id)
        self.can_focus = False
        self.display = False
        self._letters = ""

    @property
    def chosen(self) -> Suggestion | None:
        """The suggestion under the cursor, while there are any on the screen."""
        return super().chosen if self.display else None

    def look_for(self, letters: str, kinds: Collection[str]) -> None:
        """Find customers with an address of one of these kinds of channel."""
        self._letters = letters
        if "<" in letters or not letters.strip():
            self.hide()
        else:
            begin(self, self._find(letters, kinds), group="find", exclusive=True)

    async def _find(self, letters: str, kinds: Collection[str]) -> None:
        found = await console_of(self).office.customers(letters, limit=MOST)
        if letters != self._letters:
            return
        lines = [
            Suggestion(customer.name, identity.value, identity.kind, customer.number)
            for customer in found
            for identity in customer.identities
            if identity.kind in kinds
        ]
        whole = len(lines) == 1 and lines[0].value == letters.strip()
        self.show(lines[:MOST])
        self.display = bool(lines) and not whole

    def hide(self) -> None:
        """Show nothing until other letters are typed."""
        self._letters = ""
        self.display = False


def _line(one: Suggestion, cells: int) -> Line:
    number = f"#{one.number} " if one.number is not None else ""
    kind = f" {one.kind} {number}"
    room = max(8, cells - width(kind) - 2)
    name = cut(clean_line(one.name, 80), room * 2 // 3)
    value = cut(clean_line(one.value, 200), max(4, room - width(name) - 2))
    gap = " " * max(1, room - width(name) - width(value) - 1)
    return (Span(f" {name} ", "name"), Span(value, "muted"), Span(gap), Span(kind, "muted"))

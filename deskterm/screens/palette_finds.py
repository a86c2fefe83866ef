"""The command palette's offers beside actions: views, conversations by number, customers by a few letters.

Names of customers and views are anybody's words: cleaned, and `Text` or the markup of `Content`, never markup themselves.
"""

from __future__ import annotations

from functools import partial

from rich.text import Text
from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.content import Content

from deskterm.desk.rows import Counts, CustomerRow
from deskterm.desk.text import clean_line
from deskterm.i18n import _
from deskterm.keys.layout import other_layout
from deskterm.office import Office, OfficeError
from deskterm.screens.console import Console, console_of
from deskterm.screens.places import Place, all_places, look_at_shelf, shown_count
from deskterm.words.wording import status_words

FEWEST = 2
"""From how many letters on customers are looked for."""
MOST = 12
"""How many customers are offered."""
NUMBER_SCORE = 1000.0
"""Above all: a number means one conversation."""
LETTER_SCORE = 3.0
"""What each letter of a customer's name or address counts, that the desk found: Textual 8.2 gives an action's title up to 5 for
each, and letters scattered over it less than 2."""


class _Finder(Provider):
    @property
    def console(self) -> Console:
        """The application."""
        return console_of(self.screen)

    @property
    def office(self) -> Office:
        """The desk."""
        return self.console.office


class PlaceProvider(_Finder):
    """Offers views: built-in and saved ones, those of channels, teams and tags."""

    _places: tuple[Place, ...] = ()
    _counts: Counts | None = None

    async def startup(self) -> None:
        """Ask the desk which there are."""
        try:
            self._counts = await self.office.counts()
            self._places = tuple(all_places(await look_at_shelf(self.office, await self.office.status()), self._counts))
        except OfficeError as error:
            self.console.tell(error.words, problem=True)

    def _shown(self, place: Place) -> Text:
        count = place.count(self._counts)
        words = Text.assemble((_("View: {title}").format(title=place.title), "bold"))
        if count is not None:
            words.append(f"  {shown_count(count)}", "dim")
        if place.saved is not None and place.saved.key:
            words.append(f"  {place.saved.key}")
        return words

    async def discover(self) -> Hits:
        """Offer the saved views: the others have keys of their own, among the actions."""
        for place in self._places:
            if place.saved is not None:
                yield DiscoveryHit(self._shown(place), self._go(place), place.title, Content(clean_line(place.text)).markup)

    async def search(self, query: str) -> Hits:
        """Offer the views whose title or filter matches."""
        for typed in (query, other_layout(query)):
            matcher = self.matcher(typed)
            scored = [(max(0.9 * matcher.match(one.title), 0.5 * matcher.match(one.text)), one) for one in self._places]
            found = [(score, place) for score, place in scored if score > 0]
            for score, place in found:
                yield Hit(score, self._shown(place), self._go(place), place.title, Content(clean_line(place.text)).markup)
            if found:
                return

    def _go(self, place: Place) -> partial[None]:
        return partial(self.console.go_to_place, place)


class ConversationProvider(_Finder):
    """Offers the conversation of a number: 1042 or #1042."""

    async def search(self, query: str) -> Hits:
        """Offer the conversation, or say that there is none."""
        digits = query.strip().removeprefix("#")
        if not (digits.isascii() and digits.isdigit() and len(digits) < 19):
            return
        found = await self.office.by_number(int(digits))
        detail = await self.office.conversation(found) if found is not None else None
        if found is None or detail is None:
            words = _("there is no conversation #{number}").format(number=digits)
            yield Hit(NUMBER_SCORE, Text(words, "dim"), partial(self.console.tell, words, problem=True), words)
            return
        row = detail.row
        text = clean_line(f"#{row.number} {row.customer} · {row.subject or row.preview}", 120)
        about = f"{status_words(row.status)} · {clean_line(row.channel)}"
        open_it = partial(self.console.open_conversation, found)
        yield Hit(NUMBER_SCORE, Text(text, "bold"), open_it, text, Content(about).markup)


class CustomerProvider(_Finder):
    """Offers customers of whose names or addresses words begin so, in either keyboard layout: their newest conversation."""

    async def search(self, query: str) -> Hits:
        """Offer the customers, the newest first."""
        letters = query.strip()
        if len(letters) < FEWEST or letters.removeprefix("#").isdigit():
            return
        found = await self.office.customers(letters, limit=MOST)
        if not found:
            letters = other_layout(letters)
            found = await self.office.customers(letters, limit=MOST)
        matcher = self.matcher(letters)
        for place, customer in enumerate(found):
            name = clean_line(customer.name, 60)
            score = max(LETTER_SCORE * len(letters), 0.9 * matcher.match(name)) - place / 100
            yield Hit(
                score, self._shown(customer, name), self._open(customer, name), name, Content(_addresses(customer)).markup
            )

    def _shown(self, customer: CustomerRow, name: str) -> Text:
        number = f"  #{customer.number}" if customer.number is not None else ""
        return Text.assemble((_("Customer: {name}").format(name=name), "bold"), (number, "dim"))

    def _open(self, customer: CustomerRow, name: str) -> partial[None]:
        if customer.conversation_id is None:
            return partial(self.console.tell, _("{name} has no conversation.").format(name=name))
        return partial(self.console.open_conversation, customer.conversation_id)


def _addresses(customer: CustomerRow) -> str:
    return ", ".join(clean_line(identity.value, 60) for identity in customer.identities[:3])

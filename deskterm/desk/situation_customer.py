"""What a command about a customer's card is judged by: the store loads it for `desk.decide_customer` and `desk.uniting`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from deskterm.desk.card import NO_CARD, CardSettings
from deskterm.desk.post import IdentityKind

OWN_FIELDS = ("name", "language", "company")
"""The fields that every card has, beside those of its owner's."""


@dataclass(frozen=True, slots=True)
class CardState:
    """A card as rules judge it. `company` is the id of the company in digits, "" for none; `values` are the fields of the
    owner's by key. `nameless`: what stands for the name is only an address, since nobody knows the name."""

    id: int
    name: str
    language: str = ""
    company: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    tags: frozenset[int] = frozenset()
    version: int = 0
    merged_into_id: int | None = None
    nameless: bool = False
    erased: bool = False

    def says(self, key: str) -> str:
        """Return what stands in a field."""
        match key:
            case "name":
                return self.name
            case "language":
                return self.language
            case "company":
                return self.company
        return self.values.get(key, "")

    @property
    def keys(self) -> tuple[str, ...]:
        """The fields that a card has, its own first."""
        return (*OWN_FIELDS, *sorted(self.values))


@dataclass(frozen=True, slots=True)
class Taken:
    """What a merge gave to the card that stayed: fields with what they said after and before it, and tags. `how` as in
    `CustomersMerged`."""

    fields: tuple[str, ...] = ()
    values: tuple[str, ...] = ()
    was: tuple[str, ...] = ()
    tags: tuple[int, ...] = ()
    how: str = "operator"


@dataclass(frozen=True, slots=True)
class Holder:
    """A card that holds another one since a merge, which gave it `taken`."""

    card: CardState
    taken: Taken


@dataclass(frozen=True, slots=True)
class KnownAddress:
    """An address that has a row already; `owner_id` is its customer, `used`: somebody has written from it or to it."""

    id: int
    kind: IdentityKind
    value: str
    name: str = ""
    owner_id: int | None = None
    owner_name: str = ""
    proof: str = "written"
    shared: bool = False
    used: bool = True


@dataclass(frozen=True, slots=True)
class KnownNote:
    """A note on a card; an empty text is one that was taken away."""

    id: int
    customer_id: int
    text: str
    pinned: bool


@dataclass(frozen=True, slots=True)
class KnownCompany:
    """A company."""

    id: int
    name: str
    note: str = ""


def no_number(_text: str) -> str:
    """Take nothing for a telephone number."""
    return ""


@dataclass(frozen=True, slots=True)
class CustomerSituation:
    """What the store loads for a command about a card.

    `card` is the card that the command names, or the one it was merged into; `other` the second one of a merge, likewise.
    `parted` is the card itself that is to be parted, `holders` those that hold it, the nearest first. `addresses` are those
    that the command names, in its order (None: not known yet), `address` the one it names by id. `companies` are those it
    names, by folded name. `phone` makes E.164 of a number as it is typed here. `changed_since`: fields that were changed
    after the version that the command has seen, and by whom (`model.ActorKind`, name). `pair` is the state of the two
    customers as likely one ("" for never thought so), `how` how they were merged before, where that is done again.
    """

    settings: CardSettings = NO_CARD
    card: CardState | None = None
    other: CardState | None = None
    parted: CardState | None = None
    holders: tuple[Holder, ...] = ()
    addresses: tuple[KnownAddress | None, ...] = ()
    address: KnownAddress | None = None
    note: KnownNote | None = None
    companies: Mapping[str, KnownCompany] = field(default_factory=dict)
    company: KnownCompany | None = None
    changed_since: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    pair: str = ""
    how: str = "operator"
    phone: Callable[[str], str] = no_number

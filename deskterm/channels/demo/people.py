"""Made-up customers: the same number of the same seed is always the same person."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from deskterm.channels.demo.english import ENGLISH
from deskterm.channels.demo.russian import RUSSIAN
from deskterm.channels.demo.words import Language, Topic
from deskterm.desk.post import Address, IdentityKind

LANGUAGES: dict[str, Language] = {one.code: one for one in (RUSSIAN, ENGLISH)}
IDENTITY = {"email": IdentityKind.EMAIL, "telegram": IdentityKind.TELEGRAM}
"""What people are known by on each kind of channel; any other kind is the demo's own."""
_DOMAINS = ("post.example", "mail.example", "inbox.example")
_GONE = "gone-"
_FIRST_CHAT = 500_000_000
_LATIN = str.maketrans(
    dict(zip("абвгдеёзийклмнопрстуфыэ", "abvgdeeziyklmnoprstufye", strict=True))
    | {"ж": "zh", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "sch", "ъ": "", "ь": "", "ю": "yu", "я": "ya"}
)


@dataclass(frozen=True, slots=True)
class Person:
    """A customer and what they bought. `gone`: nothing that is sent to them arrives."""

    number: int
    language: Language
    name: str
    order: str
    item: str
    city: str
    total: int
    gone: bool = False

    def address(self, kind: str) -> Address:
        """Return who this person is on a kind of channel. The domains are reserved ones (RFC 2606): they belong to nobody."""
        identity = IDENTITY.get(kind, IdentityKind.DEMO)
        if identity is IdentityKind.TELEGRAM:
            return Address(identity, str(_FIRST_CHAT + self.number), self.name)
        plain = ".".join(_latin(word) for word in self.name.lower().split())
        value = f"{_GONE if self.gone else ''}{plain}.{self.number}"
        if identity is IdentityKind.EMAIL:
            value = f"{value}@{_DOMAINS[self.number % len(_DOMAINS)]}"
        return Address(identity, value, self.name)

    def say(self, text: str, me: str = "") -> str:
        """Return a text of `words` with this person's order in it; `me` is the operator who writes it."""
        money = self.language.money.format(n=f"{self.total:,}".replace(",", "\u00a0"))
        return text.format(order=self.order, item=self.item, city=self.city, sum=money, name=self.name.split()[0], me=me)


def is_gone(address: Address) -> bool:
    """Whether nothing that is sent to this address arrives."""
    return address.value.startswith(_GONE)


def person(seed: int, number: int, *, language: str = "", gone: bool = False) -> Person:
    """Return the customer with this number; `language` chooses one, else six of ten write Russian."""
    rng = Random(f"{seed}:person:{number}")
    drawn = "ru" if rng.random() < 0.6 else "en"
    speaks = LANGUAGES[language or drawn]
    return Person(
        number=number,
        language=speaks,
        name=f"{rng.choice(speaks.first_names)} {rng.choice(speaks.last_names)}",
        order=str(5000 + rng.randrange(90_000)),
        item=rng.choice(speaks.items),
        city=rng.choice(speaks.cities),
        total=rng.randrange(9, 260) * (70 if speaks is RUSSIAN else 1),
        gone=gone,
    )


def _latin(word: str) -> str:
    return "".join(letter for letter in word.translate(_LATIN) if letter.isalpha())


@dataclass(frozen=True, slots=True)
class Clue:
    """What a message's name on the demo's channels says: who wrote it, in what language, about what. It stands in every
    message's external id, so that an answer fits its conversation after any restart."""

    topic: str
    language: str
    person: int

    def name(self, rest: str) -> str:
        """Return the external id of one message; `rest` tells messages of one person apart."""
        return f"{self.topic}.{self.language}.{self.person}.{rest}"

    def found(self) -> Topic | None:
        """Return the topic, where it is one that we know."""
        return LANGUAGES[self.language].topic(self.topic)


def clue_of(external_id: str) -> Clue | None:
    """Read the clue in an external id; None for one that is not of our making."""
    topic, language, number, *_rest = (*external_id.split("."), "", "", "")
    if language not in LANGUAGES or not (number.isascii() and number.isdigit()) or len(number) > 12:
        return None
    return Clue(topic, language, int(number))

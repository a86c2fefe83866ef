"""The fields of the filter language: one registry that reading, printing, checking, completion and errors share.

A later part of the desk adds a field by adding a row. Those that the configuration adds, one for each kind of record, are told
once when a desk is opened (`know`), as the language of the interface is. Words are told apart without case and with "ё" as "е"
(`folded`).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum, auto

from deskterm.desk.card import RecordKind
from deskterm.desk.query_tree import SORT

LANGUAGES = ("en", "ru")


def folded(text: str) -> str:
    """Return a text as names are compared: composed, without case, runs of white space as one space, "ё" as "е"."""
    return " ".join(unicodedata.normalize("NFC", text).casefold().split()).replace("ё", "е")


class Kind(StrEnum):
    """What a field's values are."""

    CHOICE = auto()
    """Words of the field's own list."""
    NAME = auto()
    """Names that people gave, and the words of the field's own list."""
    WORDS = auto()
    """Any words."""
    AMOUNT = auto()
    """Amounts only."""


class Amounts(StrEnum):
    """What a field is compared with."""

    NOTHING = auto()
    ORDER = auto()
    """The words of its own list, in their order."""
    SPAN = auto()
    MOMENT = auto()
    """A span or a day."""
    AHEAD = auto()
    """A span ahead, or after a minus one that has passed; or a day."""
    NUMBER = auto()


@dataclass(frozen=True, slots=True)
class Choice:
    """A word of a field's own list: its English name, its Russian names (the first is the one shown), and what it is. `also`
    are words that are understood and never shown: what it is called where other things are listed."""

    name: str
    russian: tuple[str, ...]
    help: str = ""
    also: tuple[str, ...] = ()

    def names(self, language: str) -> tuple[str, ...]:
        """Return its names in a language, the one that is shown first."""
        return self.russian if language == "ru" else (self.name,)


@dataclass(frozen=True, slots=True)
class Field:
    """One field. `names_in` is the attribute of `Names` that holds its names, beside which the names of `always` are known;
    `typical` are values worth offering; `help` is one English line that the interface translates. `prefix` is that of the
    numbers of a kind of record; None for what is no kind of record."""

    name: str
    russian: tuple[str, ...]
    kind: Kind
    help: str
    values: tuple[Choice, ...] = ()
    compares: Amounts = Amounts.NOTHING
    names_in: str = ""
    always: tuple[str, ...] = ()
    typical: tuple[str, ...] = ()
    prefix: str | None = None
    _by_word: dict[str, Choice] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        self._by_word.update((folded(name), one) for one in self.values for name in (one.name, *one.russian, *one.also))

    @property
    def comparable(self) -> bool:
        """Whether its values may begin with an operator."""
        return self.compares is not Amounts.NOTHING

    def names(self, language: str) -> tuple[str, ...]:
        """Return its names in a language, the one that is shown first."""
        return self.russian if language == "ru" else (self.name,)

    def choice(self, text: str) -> Choice | None:
        """Return the word of its own list that a text is, in any language."""
        return self._by_word.get(folded(text))


@dataclass(frozen=True, slots=True, eq=False)
class Vocabulary:
    """The fields that the queries of one kind of thing know, by canonical name and by any name, folded."""

    by_name: dict[str, Field]
    by_any_name: dict[str, Field]

    def called(self, name: str) -> Field | None:
        """Return the field that has this name in any language."""
        return self.by_any_name.get(folded(name))

    def fields(self) -> tuple[Field, ...]:
        """Return all fields there are now, those that the configuration adds last."""
        return tuple(self.by_name.values())


def vocabulary(known: Iterable[Field]) -> Vocabulary:
    """Return the vocabulary of these fields; where two are called the same, it is the last one's name."""
    known = tuple(known)
    return Vocabulary(
        {one.name: one for one in known}, {folded(name): one for one in known for name in (one.name, *one.russian)}
    )


_NONE = Choice("none", ("нет",))
_ANY = Choice("any", ("любой", "любая"))
_ME = Choice("me", ("я",))

FIELDS: tuple[Field, ...] = (
    Field(
        "is",
        ("статус", "это"),
        Kind.CHOICE,
        "what state it is in",
        (
            Choice("open", ("открыто", "открыт", "открытые"), "there is work to do"),
            Choice("snoozed", ("отложено", "отложен", "отложенные"), "comes back at a time"),
            Choice("closed", ("закрыто", "закрыт", "закрытые"), "done"),
            Choice("waiting", ("ждёт", "ждут", "ожидает"), "the customer waits for an answer"),
            Choice("late", ("просрочено", "просрочен", "просроченные"), "the promised time has passed", ("overdue",)),
            Choice("unread", ("непрочитано", "непрочитанные", "новое"), "something has not been read"),
            Choice("read", ("прочитано", "прочитанные"), "all has been read"),
            Choice("spam", ("спам",), "marked as spam"),
            Choice("group", ("группа",), "a group of people"),
            Choice("failed", ("ошибка", "неудача"), "an answer was not delivered"),
            Choice("uncertain", ("неясно",), "it is not known whether an answer was delivered"),
            Choice("asked", ("переспросил", "переспрашивает"), "the customer asked again"),
            Choice("promised", ("обещано", "обещали"), "a time that we promised has passed"),
        ),
    ),
    Field(
        "has",
        ("есть", "с"),
        Kind.CHOICE,
        "what it has",
        (
            Choice("attachment", ("вложение", "файл"), "a file"),
            Choice("note", ("заметка",), "an internal note"),
            Choice("tag", ("тег", "метка"), "a tag"),
            Choice("draft", ("черновик",), "an answer begun"),
            Choice("promise", ("обещание",), "a promise that is to be kept"),
            Choice("reminder", ("напоминание",), "a reminder of mine"),
            Choice("failed", ("ошибка", "неудача"), "an answer that was not delivered"),
        ),
    ),
    Field("tag", ("тег", "метка"), Kind.NAME, "what it is about", (_NONE, _ANY), names_in="tags"),
    Field(
        "assignee",
        ("исполнитель", "оператор"),
        Kind.NAME,
        "whose it is, by login or name",
        (_ME, Choice("none", ("нет", "никто")), _ANY),
        names_in="operators",
    ),
    Field(
        "team",
        ("команда", "отдел"),
        Kind.NAME,
        "which team has it",
        (Choice("me", ("моя", "я")), _NONE, Choice("any", ("любая", "любой"))),
        names_in="teams",
    ),
    Field(
        "channel",
        ("канал",),
        Kind.NAME,
        "the channel's name or kind",
        names_in="channels",
        always=("email", "telegram", "demo"),
    ),
    Field("customer", ("клиент", "покупатель"), Kind.WORDS, "words of the customer's name, an address, or the card's number"),
    Field("company", ("компания", "фирма"), Kind.WORDS, "words of the name of the customer's company"),
    Field("segment", ("сегмент",), Kind.NAME, "a tag on the customer's card", (_NONE, _ANY), names_in="tags"),
    Field(
        "priority",
        ("приоритет", "важность"),
        Kind.CHOICE,
        "how much it matters",
        (
            Choice("low", ("низкий",)),
            Choice("normal", ("обычный", "нормальный", "средний")),
            Choice("high", ("высокий",)),
            Choice("urgent", ("срочный", "срочно")),
        ),
        Amounts.ORDER,
        typical=(">=high",),
    ),
    Field(
        "sla",
        ("срок",),
        Kind.CHOICE,
        "the promised time, or how long until then",
        (
            Choice("late", ("просрочен", "просрочено"), "the promised time has passed", ("overdue",)),
            Choice("soon", ("скоро",), "it is near: warned of, or ends within 15 minutes"),
            Choice("paused", ("пауза", "стоит"), "its clock stands still"),
            Choice("none", ("нет",), "nothing is promised"),
        ),
        Amounts.SPAN,
        typical=("<30m", "<1h"),
    ),
    Field(
        "waiting",
        ("ждёт", "ожидает"),
        Kind.AMOUNT,
        "how long the customer waits",
        (),
        Amounts.MOMENT,
        typical=(">30m", ">1h", ">1d"),
    ),
    Field(
        "opened",
        ("начато", "создано", "открыто"),
        Kind.AMOUNT,
        "how long ago it began",
        (),
        Amounts.MOMENT,
        typical=("<1d", "<7d", "<30d"),
    ),
    Field(
        "updated",
        ("изменено", "обновлено"),
        Kind.AMOUNT,
        "how long ago something happened in it",
        (),
        Amounts.MOMENT,
        typical=("<1h", "<1d", ">7d"),
    ),
    Field(
        "closed", ("закрыто",), Kind.AMOUNT, "how long ago it was closed", (), Amounts.MOMENT, typical=("<1d", "<7d", "<30d")
    ),
    Field(
        "snoozed", ("отложено",), Kind.AMOUNT, "how long until it comes back", (), Amounts.MOMENT, typical=("<1h", "<1d", "<7d")
    ),
    Field("subject", ("тема",), Kind.WORDS, "words of the subject"),
    Field("body", ("текст",), Kind.WORDS, "words of a message's text"),
    Field("id", ("номер",), Kind.AMOUNT, "its number", (), Amounts.NUMBER),
    Field(
        SORT,
        ("порядок", "сортировка", "сначала"),
        Kind.CHOICE,
        "in which order",
        (
            Choice("urgent", ("срочные", "срочность"), "the most urgent first"),
            Choice("newest", ("новые",), "the newest first"),
            Choice("oldest", ("старые",), "the oldest first"),
            Choice("rank", ("близкие", "близость"), "what fits the words best first"),
            Choice("number", ("номер", "номера"), "by number"),
        ),
    ),
)

CONVERSATIONS = vocabulary(FIELDS)
"""What queries of conversations speak of; those of records as well."""
FIELD = CONVERSATIONS.by_name
"""Its fields by their canonical name."""
RECORD_HELP = "the number of a record: its customer's conversations, and those that name it"
_BUILT_IN = dict(CONVERSATIONS.by_any_name)


def field_called(name: str) -> Field | None:
    """Return the field of conversations that has this name in any language."""
    return CONVERSATIONS.called(name)


def fields() -> tuple[Field, ...]:
    """Return all fields of conversations there are now, those of records last."""
    return CONVERSATIONS.fields()


def record_field(key: str, russian: str, prefix: str) -> Field:
    """Return the field of a kind of record. Its Russian name is what the kind is called, where that is one word of letters and
    nothing else is called so."""
    name = folded(russian)
    fit = name.isalpha() and name not in _BUILT_IN
    return Field(key, (name if fit else key,), Kind.WORDS, RECORD_HELP, prefix=prefix)


def know(records: Iterable[Field]) -> None:
    """Have these be the fields of records, in place of those known before. One that is called as another field is left out."""
    named = CONVERSATIONS.by_any_name
    for name in [one.name for one in fields() if one.prefix is not None]:
        del FIELD[name]
    named.clear()
    named.update(_BUILT_IN)
    for one in records:
        if folded(one.name) not in named:
            FIELD[one.name] = one
            for name in (one.name, *one.russian):
                named.setdefault(folded(name), one)


def know_kinds(kinds: Iterable[RecordKind]) -> None:
    """Have the kinds of records that a desk keeps be fields: to be called before any of its queries is read."""
    know(record_field(kind.key, kind.label.names.get("ru", ""), kind.prefix) for kind in kinds)

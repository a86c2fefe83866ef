"""The verbs, in one table: names, arguments, help. Both the shell's commands and the console's `:` line are made from it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from deskterm.i18n import N_


class Kind(StrEnum):
    """What stands behind a verb, after the numbers of conversations."""

    NOTHING = "nothing"
    OPERATOR = "operator"
    TEAM = "team"
    TAGS = "tags"
    PRIORITY = "priority"
    TIME = "time"
    QUERY = "query"
    NUMBER = "number"
    VIEW = "view"
    NEW_VIEW = "new_view"
    """A name, and optionally a key and "shared"."""
    TEXT = "text"
    """A text as it is typed, in quotes or without."""
    ADDRESSED = "addressed"
    """An address, then a text."""


class About(StrEnum):
    """What a verb is about."""

    CONVERSATIONS = "conversations"
    """Named by number or by a query; on the console else the marked ones, or the one at hand."""
    HISTORY = "history"
    """What I did last."""
    MESSAGE = "message"
    """A text to a customer or to colleagues, in one conversation at most; its command of the shell waits for receipts, too, and
    so is made apart from this table."""
    CONSOLE = "console"
    """The screen; where the shell has a command of this name (`list`, `show`), it prints the same."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A word that may be added to a verb: `--name` in the shell, there and on the console also without the dashes."""

    name: str
    russian: str
    help: str


@dataclass(frozen=True, slots=True)
class Option:
    """A word with a value that may be added to a verb: `--attach PATH`. `takes` shows the value in a line of usage."""

    name: str
    russian: str
    takes: str
    help: str
    again: bool = False
    """Whether it may be said several times."""


@dataclass(frozen=True, slots=True)
class Verb:
    """One verb. `takes` shows its argument in a line of usage; `needs` says that it cannot go without one. `help` is marked for
    translation."""

    name: str
    russian: str
    help: str
    about: About = About.CONVERSATIONS
    kind: Kind = Kind.NOTHING
    takes: str = ""
    needs: bool = True
    choices: tuple[Choice, ...] = ()
    options: tuple[Option, ...] = ()

    @property
    def extras(self) -> tuple[Choice | Option, ...]:
        """All words with dashes that may be added."""
        return (*self.options, *self.choices)

    @property
    def usage(self) -> str:
        """The verb as it is written, with what it takes."""
        options = [f"[--{option.name} {option.takes}]" for option in self.options]
        choices = [f"[--{choice.name}]" for choice in self.choices]
        return " ".join(filter(None, [self.name, self.takes, *options, *choices]))


def _console(name: str, russian: str, help_: str, kind: Kind = Kind.NOTHING, takes: str = "", needs: bool = True) -> Verb:
    return Verb(name, russian, help_, About.CONSOLE, kind, takes, needs)


_ATTACH = Option("attach", "файл", "PATH", N_("Send a file with it"), again=True)
_TO = Option("to", "кому", "ADDRESS", N_("Whom to write to"))
_CHANNEL = Option("channel", "канал", "NAME", N_("On which channel; not needed where there is only one"))

MESSAGES: tuple[Verb, ...] = (
    Verb(
        "reply",
        "ответить",
        N_("Answer the customer; without a text: begin to write"),
        About.MESSAGE,
        Kind.TEXT,
        "[#NUMBER] [TEXT]",
        needs=False,
        choices=(
            Choice("close", "закрыть", N_("Close the conversation as well")),
            Choice("anyway", "все-равно", N_("Send although somebody was faster")),
        ),
        options=(_ATTACH,),
    ),
    Verb(
        "note",
        "заметка",
        N_("Write a note that only operators see; without a text: begin to write"),
        About.MESSAGE,
        Kind.TEXT,
        "[#NUMBER] [TEXT]",
        needs=False,
    ),
    Verb(
        "forward",
        "переслать",
        N_("Hand on what the customer wrote last, with its files; without an address: fill in the form"),
        About.MESSAGE,
        Kind.ADDRESSED,
        "[#NUMBER] [ADDRESS [TEXT]]",
        needs=False,
        options=(_TO, _CHANNEL, _ATTACH),
    ),
    Verb(
        "start",
        "написать",
        N_("Write to somebody first; without an address or a text: fill in the form"),
        About.MESSAGE,
        Kind.ADDRESSED,
        "[ADDRESS [TEXT]]",
        needs=False,
        options=(_TO, _CHANNEL, Option("subject", "тема", "WORDS", N_("What it is about")), _ATTACH),
    ),
)
"""The verbs with which one writes."""

VERBS: tuple[Verb, ...] = (
    *MESSAGES,
    Verb("take", "взять", N_("Make conversations mine")),
    Verb(
        "assign", "назначить", N_("Give conversations to an operator, or to nobody"), kind=Kind.OPERATOR, takes="LOGIN|nobody"
    ),
    Verb("team", "команда", N_("Put conversations into a team's queue, or take them out"), kind=Kind.TEAM, takes="NAME|none"),
    Verb("tag", "тег", N_("Put tags on (+a or a) and take others off (-b)"), kind=Kind.TAGS, takes="[+]TAG|-TAG..."),
    Verb("untag", "снять-тег", N_("Take tags off"), kind=Kind.TAGS, takes="TAG..."),
    Verb("priority", "приоритет", N_("Say how much it matters"), kind=Kind.PRIORITY, takes="low|normal|high|urgent"),
    Verb(
        "snooze",
        "отложить",
        N_("Out of sight until a time in words, or until the customer writes"),
        kind=Kind.TIME,
        takes="TIME|customer",
    ),
    Verb(
        "close",
        "закрыть",
        N_("The matter is done"),
        choices=(Choice("without-tags", "без-тегов", N_("Also where the channel asks for tags")),),
    ),
    Verb("reopen", "открыть", N_("The matter is not done after all")),
    Verb("read", "прочитано", N_("Mark as read")),
    Verb("unread", "непрочитано", N_("Mark as not yet seen")),
    Verb(
        "spam",
        "спам",
        N_("Put away as spam"),
        choices=(Choice("block", "блокировать", N_("Hold back what its customer writes from now on")),),
    ),
    Verb("not-spam", "не-спам", N_("It is no spam after all")),
    Verb("no-reply", "без-ответа", N_("End the customer's wait without an answer")),
    Verb("undo", "отменить", N_("Undo what I did last"), About.HISTORY),
    Verb("redo", "повторить", N_("Do again what I undid last"), About.HISTORY),
    _console("view", "подборка", N_("Show a view, a saved one, or what a query finds"), Kind.VIEW, "NAME|QUERY"),
    _console("list", "список", N_("Show the inbox, or what a query finds"), Kind.QUERY, "QUERY", needs=False),
    _console("show", "показать", N_("Open a conversation by its number"), Kind.NUMBER, "NUMBER"),
    _console("go", "перейти", N_("Open a conversation by its number"), Kind.NUMBER, "NUMBER"),
    _console("save", "сохранить", N_("Save what the list shows as a view"), Kind.NEW_VIEW, "NAME [1-9] [shared]"),
    _console("filter", "фильтр", N_("Show what a query finds"), Kind.QUERY, "QUERY", needs=False),
    _console("mark", "отметить", N_("Mark all that a query finds"), Kind.QUERY, "QUERY"),
    _console("help", "справка", N_("All keys and verbs")),
    _console("quit", "выход", N_("Leave deskterm")),
)

BY_NAME: dict[str, Verb] = {name: verb for verb in VERBS for name in (verb.name, verb.russian)}
"""Verbs by either name."""

SHELL: tuple[Verb, ...] = tuple(verb for verb in VERBS if verb.about in (About.CONVERSATIONS, About.HISTORY))
"""The verbs whose commands of the shell are made from this table."""

NOBODY = ("nobody", "none", "никому", "никто", "нет")
"""Words that stand for no operator and no team."""
CUSTOMER = ("customer", "клиент")
"""Words for "until the customer writes"."""
SHARED = ("shared", "общий", "всем")
"""Words that make a saved view everybody's."""


def verb_called(word: str) -> Verb | None:
    """Return the verb of this name, English or Russian, in any case; None where there is none."""
    return BY_NAME.get(word.casefold().replace("ё", "е"))

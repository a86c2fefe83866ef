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


class About(StrEnum):
    """What a verb is about."""

    CONVERSATIONS = "conversations"
    """Named by number or by a query; on the console else the marked ones, or the one at hand."""
    HISTORY = "history"
    """What I did last."""
    CONSOLE = "console"
    """The screen: the shell has no such command."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A word that may be added to a verb: `--name` in the shell, there and on the console also without the dashes."""

    name: str
    russian: str
    help: str


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

    @property
    def usage(self) -> str:
        """The verb as it is written, with what it takes."""
        choices = [f"[--{choice.name}]" for choice in self.choices]
        return " ".join(filter(None, [self.name, self.takes, *choices]))


def _console(name: str, russian: str, help_: str, kind: Kind = Kind.NOTHING, takes: str = "", needs: bool = True) -> Verb:
    return Verb(name, russian, help_, About.CONSOLE, kind, takes, needs)


VERBS: tuple[Verb, ...] = (
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
    _console("go", "перейти", N_("Open a conversation by its number"), Kind.NUMBER, "NUMBER"),
    _console("save", "сохранить", N_("Save what the list shows as a view"), Kind.NEW_VIEW, "NAME [1-9] [shared]"),
    _console("filter", "фильтр", N_("Show what a query finds"), Kind.QUERY, "QUERY", needs=False),
    _console("mark", "отметить", N_("Mark all that a query finds"), Kind.QUERY, "QUERY"),
    _console("help", "справка", N_("All keys and verbs")),
    _console("quit", "выход", N_("Leave deskterm")),
)

BY_NAME: dict[str, Verb] = {name: verb for verb in VERBS for name in (verb.name, verb.russian)}
"""Verbs by either name."""

SHELL: tuple[Verb, ...] = tuple(verb for verb in VERBS if verb.about is not About.CONSOLE)
"""The verbs that are commands of the shell as well."""

NOBODY = ("nobody", "none", "никому", "никто", "нет")
"""Words that stand for no operator and no team."""
CUSTOMER = ("customer", "клиент")
"""Words for "until the customer writes"."""
SHARED = ("shared", "общий", "всем")
"""Words that make a saved view everybody's."""


def verb_called(word: str) -> Verb | None:
    """Return the verb of this name, English or Russian, in any case; None where there is none."""
    return BY_NAME.get(word.casefold().replace("ё", "е"))

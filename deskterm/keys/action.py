"""What an action of the keyboard is; `deskterm.keys.actions` is the table of them all."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from deskterm.i18n import N_


class Context(StrEnum):
    """Where an action works. ANYWHERE yields to a text field for printable keys."""

    ANYWHERE = "anywhere"
    LIST = "list"
    THREAD = "thread"
    COMPOSER = "composer"
    OUTBOX = "outbox"
    HELD = "held"
    HEALTH = "health"
    CUSTOMERS = "customers"
    DUPLICATES = "duplicates"
    PREVIEW = "preview"
    COMPANY = "company"
    CARD = "card"
    LAYOUT = "layout"
    TASKS = "tasks"
    TASK = "task"
    NOTICES = "notices"


class Group(StrEnum):
    """How the help page orders actions."""

    MOVE = "move"
    GO = "go"
    ACT = "act"
    MANY = "many"
    FIND = "find"
    DO = "do"
    COMPOSE = "compose"
    LATER = "later"


class Menu(StrEnum):
    """A small modal menu that waits for a second key, opened by the action `menu.<name>` or what `OPENERS` names."""

    GO = "go"
    SEND = "send"
    COPY = "copy"
    QUIT = "quit"
    PRIORITY = "priority"
    SNOOZE = "snooze"
    SPAM = "spam"
    TASK_SORT = "task_sort"
    PROMISE = "promise"


OPENERS: dict[Menu, str] = {
    Menu.QUIT: "do.quit",
    Menu.PRIORITY: "act.priority",
    Menu.SNOOZE: "act.snooze",
    Menu.SPAM: "act.spam",
    Menu.TASK_SORT: "tasks.sort",
    Menu.PROMISE: "act.promise",
}
"""The actions that open a menu and are not called `menu.<name>`."""


@dataclass(frozen=True, slots=True)
class Action:
    """One thing a key does. `title` and `help` are marked for translation; `_` is applied where they are shown.

    `at_once` actions change where the next key goes (a menu, the composer): they are carried out before the next key is
    looked at, so that fast typing never lands in the wrong place. `hint` is a shorter title for the footer.
    """

    id: str
    keys: tuple[str, ...]
    title: str
    help: str
    group: Group
    contexts: tuple[Context, ...]
    command: str
    menu: Menu | None = None
    in_palette: bool = True
    at_once: bool = False
    hint: str = ""


GROUP_TITLES: dict[Group, str] = {
    Group.MOVE: N_("Move"),
    Group.GO: N_("Go"),
    Group.ACT: N_("Act"),
    Group.MANY: N_("Many at once"),
    Group.FIND: N_("Find"),
    Group.DO: N_("Do"),
    Group.COMPOSE: N_("Compose"),
    Group.LATER: N_("Later"),
}

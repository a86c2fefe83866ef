"""Short ways to write the rows of the action table: each kind of action with what its kind has in common."""

from __future__ import annotations

from deskterm.i18n import N_
from deskterm.keys.action import OPENERS, Action, Context, Group, Menu

HERE = (Context.LIST, Context.THREAD)
"""Where most acts work."""


def move(id_: str, keys: str, title: str, help_: str, contexts: tuple[Context, ...], command: str, hint: str = "") -> Action:
    """A way to move; not in the palette."""
    return Action(f"move.{id_}", tuple(keys.split()), title, help_, Group.MOVE, contexts, command, in_palette=False, hint=hint)


def go(id_: str, key: str, title: str, help_: str, command: str) -> Action:
    """A second key of the menu of places."""
    return Action(f"go.{id_}", (key,), title, help_, Group.GO, (Context.ANYWHERE,), command, Menu.GO)


def act(
    id_: str,
    keys: str,
    title: str,
    help_: str,
    contexts: tuple[Context, ...] = HERE,
    command: str = "",
    at_once: bool = False,
    hint: str = "",
) -> Action:
    """What is done to the conversation at hand or to the marked ones."""
    return Action(
        f"act.{id_}", tuple(keys.split()), title, help_, Group.ACT, contexts, command or id_, at_once=at_once, hint=hint
    )


def compose(id_: str, keys: str, title: str, help_: str, menu: Menu | None = None) -> Action:
    """What works while one writes."""
    return Action(f"compose.{id_}", tuple(keys.split()), title, help_, Group.COMPOSE, (Context.COMPOSER,), id_, menu, False)


def choice(
    menu: Menu, id_: str, keys: str, title: str, help_: str, command: str, contexts: tuple[Context, ...] = HERE
) -> Action:
    """A second key of a menu of acts."""
    return Action(f"{menu}.{id_}", tuple(keys.split()), title, help_, Group.ACT, contexts, command, menu)


def menu(menu: Menu, key: str, title: str, help_: str, contexts: tuple[Context, ...] = HERE) -> Action:
    """The key that opens a menu of acts."""
    return Action(OPENERS[menu], (key,), title, help_, Group.ACT, contexts, f"menu('{menu}')", in_palette=False, at_once=True)


def mark(id_: str, key: str, title: str, help_: str, contexts: tuple[Context, ...] = (Context.LIST,)) -> Action:
    """A way to mark."""
    return Action(f"mark.{id_}", (key,), title, help_, Group.MANY, contexts, f"mark_{id_}")


def find(
    id_: str,
    key: str,
    title: str,
    help_: str,
    command: str,
    contexts: tuple[Context, ...] = HERE,
    hint: str = "",
    at_once: bool = False,
) -> Action:
    """A way to find."""
    return Action(f"find.{id_}", (key,), title, help_, Group.FIND, contexts, command, at_once=at_once, hint=hint)


def later(id_: str, key: str, title: str, menu: Menu | None = None) -> Action:
    """A key that the keyboard's page keeps for what is to come: it says so, and means nothing else until then."""
    where = HERE if menu is None else (Context.ANYWHERE,)
    return Action(f"later.{id_}", (key,), title, N_("Comes later"), Group.LATER, where, f"later('{id_}')", menu, False)


def do(
    id_: str, keys: str, title: str, help_: str, command: str, at_once: bool = False, in_palette: bool = True, hint: str = ""
) -> Action:
    """What works everywhere."""
    where = (Context.ANYWHERE,)
    return Action(
        f"do.{id_}", tuple(keys.split()), title, help_, Group.DO, where, command, None, in_palette, at_once=at_once, hint=hint
    )


def leave(id_: str, key: str, title: str, help_: str) -> Action:
    """A way to leave while replies still wait."""
    return Action(f"quit.{id_}", (key,), title, help_, Group.DO, (Context.ANYWHERE,), f"leave('{id_}')", Menu.QUIT, False)

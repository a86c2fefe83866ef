"""The operator's own keys: the action table with `[keys]` of the configuration laid over it, and what is wrong with that.

Direct keys go to Textual as bindings with ids and a keymap (`textual_keymap`); second keys of a menu are looked up here.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from itertools import combinations

from textual.binding import Binding

from deskterm.i18n import N_, _
from deskterm.keys.actions import ACTIONS, BY_ID, OPENERS, Action, Context, Menu
from deskterm.keys.key_names import is_text, normal_key, shown_key, why_never

__all__ = ["CONTEXTS", "KeyProblem", "Keymap", "bindings", "clash", "normal_key", "opener", "shown_key", "where"]

CONTEXTS: dict[Context, str] = {
    Context.ANYWHERE: N_("everywhere"),
    Context.LIST: N_("in the list"),
    Context.THREAD: N_("in a conversation"),
    Context.COMPOSER: N_("while writing"),
    Context.OUTBOX: N_("in the outbox"),
    Context.HELD: N_("in what is held"),
    Context.HEALTH: N_("in health"),
    Context.CUSTOMERS: N_("among the customers"),
    Context.DUPLICATES: N_("among likely doubles"),
    Context.PREVIEW: N_("where two cards are compared"),
    Context.COMPANY: N_("in a company"),
    Context.CARD: N_("on a customer's card"),
    Context.LAYOUT: N_("in the shape of cards"),
    Context.TASKS: N_("among the tasks"),
    Context.TASK: N_("while writing a task"),
    Context.NOTICES: N_("among the notices"),
}
"""Where a context is, in words."""


@dataclass(frozen=True, slots=True)
class KeyProblem:
    """Something wrong in `[keys]`: `action` is the id at fault, `message` says what and where."""

    action: str
    message: str


class Keymap:
    """Which keys an operator has. `problems` names what cannot work; such entries are left at their default."""

    def __init__(self, own: Mapping[str, str] | None = None) -> None:
        self.problems: list[KeyProblem] = []
        self._own: dict[str, tuple[str, ...]] = {}
        for action_id, keys in (own or {}).items():
            self._lay_over(action_id, keys)
        self._drop_clashes()

    def keys(self, action: Action) -> tuple[str, ...]:
        """Return the keys of an action in Textual's form, the foremost first."""
        return self._own.get(action.id, action.keys)

    def shown(self, action_id: str) -> str:
        """Return the foremost key of an action as people read it, with its menu's key before it: "g i"."""
        action = BY_ID[action_id]
        own = shown_key(self.keys(action)[0])
        return own if action.menu is None else f"{self.shown(opener(action.menu))} {own}"

    def textual_keymap(self) -> dict[str, str]:
        """Return what differs from the table, as `App.set_keymap` takes it."""
        return {action_id: ",".join(keys) for action_id, keys in self._own.items() if BY_ID[action_id].menu is None}

    def in_menu(self, menu: Menu, key: str) -> Action | None:
        """Return the action that a second key means in a menu, if any."""
        for action in ACTIONS:
            if action.menu == menu and key in self.keys(action):
                return action
        return None

    def _lay_over(self, action_id: str, keys: str) -> None:
        if action_id not in BY_ID:
            near = _nearest(action_id)
            hint = _(" Did you mean {near}?").format(near=near) if near else ""
            self.problems.append(KeyProblem(action_id, _("There is no action {id}.").format(id=action_id) + hint))
            return
        wanted = tuple(dict.fromkeys(normal_key(key) for key in keys.split(",") if key.strip()))
        if not wanted:
            self.problems.append(KeyProblem(action_id, _("{id} has no key.").format(id=action_id)))
            return
        action = BY_ID[action_id]
        for key in wanted:
            if why := why_never(key) or _why_not_here(key, action):
                words = _("{id}: the key {key} cannot be used: {why}.").format(id=action_id, key=shown_key(key), why=why)
                self.problems.append(KeyProblem(action_id, words))
                return
        if wanted != action.keys:
            self._own[action_id] = wanted

    def _drop_clashes(self) -> None:
        """Leave clashing entries at their default, one after another: a default may be what another entry clashes with."""
        while (found := self._first_clash()) is not None:
            loser, other, key = found
            message = _("{id}: the key {key} is taken by {other} {where}.").format(
                id=loser.id, key=shown_key(key), other=other.id, where=where(loser, other)
            )
            self.problems.append(KeyProblem(loser.id, message))
            del self._own[loser.id]

    def _first_clash(self) -> tuple[Action, Action, str] | None:
        for first, second in combinations(ACTIONS, 2):
            if first.id in self._own or second.id in self._own:
                key = clash(first, self.keys(first), second, self.keys(second))
                if key is not None:
                    return (second, first, key) if second.id in self._own else (first, second, key)
        return None


def bindings(
    *contexts: Context, only: Collection[str] | None = None, but: Collection[str] = (), at_once: bool = False
) -> list[Binding]:
    """Return Textual bindings for the direct keys of a widget's or screen's contexts.

    `only` and `but` name commands that the widget serves, or leaves to others. Letters are carried out before the next key
    is looked at, so that what is typed ahead stays in order; with `at_once` (for a widget that has no text field within)
    so are all other keys. The bindings' ids are what `Keymap.textual_keymap` names.
    """
    found = []
    for action in ACTIONS:
        here = action.menu is None and not set(contexts).isdisjoint(action.contexts)
        if not here or action.command in but or (only is not None and action.command not in only):
            continue
        letters = tuple(key for key in action.keys if len(key) == 1)
        others = tuple(key for key in action.keys if len(key) > 1)
        for keys, first in ((letters, True), (others, at_once or action.at_once)):
            if keys:
                found.append(Binding(",".join(keys), action.command, action.title, show=False, priority=first, id=action.id))
    return found


def opener(menu: Menu) -> str:
    """Return the id of the action that opens a menu."""
    return OPENERS.get(menu, f"menu.{menu}")


def clash(first: Action, first_keys: tuple[str, ...], second: Action, second_keys: tuple[str, ...]) -> str | None:
    """Return a key that two actions would both have in one place, or None.

    ANYWHERE meets every context; a menu is a place of its own.
    """
    if first.menu != second.menu:
        return None
    both = set(first.contexts) & set(second.contexts)
    if first.menu is None and not both and Context.ANYWHERE not in first.contexts + second.contexts:
        return None
    return next((key for key in first_keys if key in second_keys), None)


def where(first: Action, second: Action) -> str:
    """Say where two actions meet: "in the list", or in which menu."""
    if first.menu is not None:
        return _("in the menu {title}").format(title=_(BY_ID[opener(first.menu)].title).rstrip("…"))
    both = [context for context in first.contexts if context in second.contexts]
    narrow = [context for context in (*first.contexts, *second.contexts) if context is not Context.ANYWHERE]
    return _(CONTEXTS[(both or narrow or [Context.ANYWHERE])[0]])


def _why_not_here(key: str, action: Action) -> str:
    """Say why a key that reaches us cannot be this action's own."""
    if action.menu is None and not {Context.COMPOSER, Context.TASK}.isdisjoint(action.contexts) and is_text(key):
        return _("it would be part of the text")
    return ""


def _nearest(action_id: str) -> str:
    from difflib import get_close_matches

    found = get_close_matches(action_id, BY_ID, n=1)
    return found[0] if found else ""

"""Whether an action can be carried out where one is, and why not."""

from __future__ import annotations

from textual.dom import DOMNode

from deskterm.desk.model import Role
from deskterm.i18n import _
from deskterm.keys.actions import Action, Context, Group
from deskterm.keys.keymap import CONTEXTS
from deskterm.screens.console import console_of

_ROWS = (Context.LIST, Context.THREAD)


def why_not(action: Action, start: DOMNode) -> str:
    """Say why an action cannot be carried out from a widget or screen; "" where it can."""
    if action.group is Group.LATER:
        return _("comes later")
    if not _is_served(action, start):
        return _("works {where}").format(where=_(CONTEXTS[action.contexts[0]]))
    if (
        action.group in (Group.ACT, Group.COMPOSE)
        and console_of(start).office.me.role is Role.VIEWER
        and not _only_looks(action)
    ):
        return _("you may look, but not change anything")
    row = getattr(start.screen, "target", start)
    if row is None and action.group is Group.ACT and set(action.contexts) <= set(_ROWS):
        return _("there is no conversation at hand")
    return ""


def _only_looks(action: Action) -> bool:
    return action.id in _LOOKS or action.id.startswith("copy.")


_LOOKS = frozenset(
    {
        "act.attachments",
        "act.next_urgent",
        "act.unfold",
        "act.versions",
        "act.source",
        "act.save_raw",
        "act.held_state",
        "act.before",
        "act.after",
        "act.record",
        "customers.doubles",
        "customers.company",
        "customers.kind",
        "company.talks",
        "preview.swap",
        "menu.copy",
        "act.card",
        "card.copy",
        "card.fold",
        "card.next",
        "card.previous",
    }
)
"""Acts that change nothing."""


def _is_served(action: Action, start: DOMNode) -> bool:
    """Whether something carries the action out: the focused widget, what it stands in, the screen, the application."""
    name = f"action_{action.command.partition('(')[0]}"
    places = [node for node in start.ancestors_with_self if hasattr(node, name)]
    if not places or (places[0] is start.app and Context.ANYWHERE not in action.contexts):
        return False
    here = getattr(start.screen, "context", None)
    return not isinstance(here, Context) or here in action.contexts or Context.ANYWHERE in action.contexts

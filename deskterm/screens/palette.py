"""The command palette's offers of actions: the action table, nothing else. What cannot be done here is shown, and says why.

The palette reads strings as markup (Textual 8.2): all words, even our own, go to it as `Text`, or as the markup of `Content`.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from rich.text import Text
from textual import on
from textual.app import App
from textual.command import CommandList, CommandPalette, DiscoveryHit, Hit, Hits, Provider
from textual.content import Content
from textual.widgets import Input
from textual.widgets.option_list import Option
from textual.worker import WorkerError

from deskterm.i18n import _
from deskterm.keys.actions import ACTIONS, BY_ID, Action, Menu
from deskterm.keys.keymap import opener
from deskterm.keys.layout import other_layout
from deskterm.screens.console import console_of
from deskterm.screens.possible import why_not

BELOW = 0.4
"""What counts of a find that cannot be done here: it stands below those that can."""


class Palette(CommandPalette):
    """Textual's palette, which says in the operator's language that nothing was found (Textual 8.2 has that only in English),
    and takes what was found for all letters: Enter behind quick letters would take an offer for the first of them."""

    def on_mount(self) -> None:
        self.query_one(CommandList).add_option = self._add_option  # type: ignore[method-assign, assignment]

    @on(Input.Submitted)
    def _take_when_found(self, event: Input.Submitted) -> None:
        event.stop()
        event.prevent_default()
        self.run_worker(self._take(), group="take", exclusive=True)

    async def _take(self) -> None:
        for search in [one for one in self.workers if one.group == self._GATHER_COMMANDS_GROUP and not one.is_finished]:
            with contextlib.suppress(WorkerError):
                await search.wait()
        self._select_or_command()

    def _add_option(self, option: Option) -> CommandList:
        rows = self.query_one(CommandList)
        if option.id == self._NO_MATCHES:
            option = Option(Content(_("Nothing is called so.")), id=option.id, disabled=True)
        return type(rows).add_option(rows, option)


def open_palette(app: App[Any]) -> None:
    """Open the palette, unless it is open."""
    if not CommandPalette.is_open(app):
        app.push_screen(Palette(placeholder=_("Find an action, a view, a customer, #1042…")))


class ActionProvider(Provider):
    """Offers all actions of the table; those that work where the palette was opened come first."""

    def _offers(self, *, most_useful: bool) -> Iterator[tuple[Action, str]]:
        """Yield actions and why each cannot be done now ("" where it can)."""
        start = self.focused or self.screen
        for action in ACTIONS:
            if action.menu is not Menu.QUIT and (action.in_palette or not most_useful):
                yield action, why_not(action, start)

    def _run(self, action: Action, why: str) -> Callable[[], object]:
        console = console_of(self.screen)
        if why:
            return partial(console.tell, _("{title}: {why}").format(title=title_of(action).rstrip("…"), why=why), problem=True)
        return partial(console.perform, action)

    def _shown(self, action: Action, why: str) -> Text:
        key = console_of(self.screen).own_keys.shown(action.id)
        return Text.assemble((title_of(action), "dim" if why else "bold"), "  ", (key, "dim" if why else ""))

    def _help(self, action: Action, why: str) -> str:
        return Content(f"{_(action.help)} · {why}" if why else _(action.help)).markup

    async def discover(self) -> Hits:
        """Offer what works here, then what does not."""
        offers = sorted(self._offers(most_useful=True), key=lambda offer: bool(offer[1]))
        for action, why in offers:
            yield DiscoveryHit(self._shown(action, why), self._run(action, why), title_of(action), self._help(action, why))

    async def search(self, query: str) -> Hits:
        """Offer what matches the query, by title first, then by help, then by the action's id; else by the other layout."""
        for typed in (query, other_layout(query)):
            hits = list(self._hits(typed))
            for hit in hits:
                yield hit
            if hits:
                return

    def _hits(self, query: str) -> Iterator[Hit]:
        matcher = self.matcher(query)
        for action, why in self._offers(most_useful=False):
            texts = ((1.0, title_of(action)), (0.8, f"{title_of(action)} {_(action.help)}"), (0.6, action.id))
            score = max(weight * matcher.match(text) for weight, text in texts) * (BELOW if why else 1.0)
            if score > 0:
                yield Hit(score, self._shown(action, why), self._run(action, why), title_of(action), self._help(action, why))


def title_of(action: Action) -> str:
    """Return the title of an action as it stands outside of its menu: "Priority: High"."""
    if action.menu is None or action.menu is Menu.GO:
        return _(action.title)
    return f"{_(BY_ID[opener(action.menu)].title).rstrip('…')}: {_(action.title)}"

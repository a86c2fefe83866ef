"""The command palette's offers: the action table, nothing else. No word of a customer ever comes here: the palette reads
strings as markup (Textual 8.2), so even our own words go to it as `Text`."""

from __future__ import annotations

from collections.abc import Coroutine
from functools import partial
from typing import Any

from rich.text import Text
from textual.app import App
from textual.command import CommandPalette, DiscoveryHit, Hit, Hits, Provider
from textual.content import Content

from deskterm.i18n import _
from deskterm.keys.actions import ACTIONS, Action, Context
from deskterm.screens.console import console_of


def open_palette(app: App[Any]) -> None:
    """Open the palette, unless it is open."""
    if not CommandPalette.is_open(app):
        app.push_screen(CommandPalette(placeholder=_("Find an action…")))


class ActionProvider(Provider):
    """Offers the actions that work where the palette was opened."""

    def _possible(self) -> list[Action]:
        return [action for action in ACTIONS if action.in_palette and self._handled(action)]

    def _handled(self, action: Action) -> bool:
        """Return whether something carries the action out: the focused widget, what it stands in, the screen, the app."""
        name = f"action_{action.command.partition('(')[0]}"
        start = self.focused or self.screen
        places = [node for node in start.ancestors_with_self if hasattr(node, name)]
        return bool(places) and (Context.ANYWHERE in action.contexts or places[0] is not self.app)

    def _run(self, action: Action) -> partial[Coroutine[Any, Any, None]]:
        return partial(console_of(self.screen).perform, action)

    def _shown(self, action: Action) -> Text:
        return Text.assemble((_(action.title), "bold"), "  ", console_of(self.screen).own_keys.shown(action.id))

    def _help(self, action: Action) -> str:
        return Content(_(action.help)).markup

    async def discover(self) -> Hits:
        """Offer everything that works here."""
        for action in self._possible():
            yield DiscoveryHit(self._shown(action), self._run(action), _(action.title), self._help(action))

    async def search(self, query: str) -> Hits:
        """Offer what matches the query, by title first, then by help, then by the action's id."""
        matcher = self.matcher(query)
        for action in self._possible():
            texts = ((1.0, _(action.title)), (0.8, f"{_(action.title)} {_(action.help)}"), (0.6, action.id))
            score = max(weight * matcher.match(text) for weight, text in texts)
            if score > 0:
                yield Hit(score, self._shown(action), self._run(action), _(action.title), self._help(action))

"""The console: an application that owns nothing but its looks and keys. The desk is handed in; rooms are screens.

What the first screen does not need is loaded when it is first asked for: rooms, the command line, the palette, the help.
"""

from __future__ import annotations

# Before Textual, which reads its switches when it is imported.
import deskterm.quick_escape  # noqa: F401  # isort: skip

import os
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import ClassVar

from textual.actions import parse
from textual.binding import BindingType
from textual.command import Provider
from textual.dom import DOMNode
from textual.filter import LineFilter
from textual.screen import ModalScreen, Screen

from deskterm.desk.card import CardSettings
from deskterm.desk.commands import SendNow, TakeBack
from deskterm.desk.rows import ConversationRow
from deskterm.i18n import _, ngettext
from deskterm.keys.actions import BY_ID, Action, Context, Menu
from deskterm.keys.keymap import Keymap, bindings
from deskterm.notification import sequence
from deskterm.office import Office
from deskterm.screens.console import begin
from deskterm.screens.going import Going
from deskterm.screens.held_back import held_back, untried
from deskterm.screens.inbox import InboxScreen
from deskterm.screens.line_history import LineHistory, history_file
from deskterm.screens.newcomers import Newcomers, arrival
from deskterm.screens.ringing import Ringer
from deskterm.screens.which_key import open_menu
from deskterm.settings import ConsoleSettings
from deskterm.theme import OWN, choose
from deskterm.typed_ahead import TypedAhead
from deskterm.widgets.plain import PlainSigns
from deskterm.widgets.status import Bar


def _provider(module: str, name: str) -> type[Provider]:
    found: type[Provider] = getattr(import_module(f"deskterm.screens.{module}"), name)
    return found


class DeskApp(Going, TypedAhead, inherit_bindings=False):
    """The console over an office. `opened` is called once, after the inbox was painted for the first time; in `home` it keeps
    the operator's lines; `card_kept` writes what cards look like."""

    TITLE = "deskterm"
    # Here and not on the screen: Textual 8.2 loads no style sheet of a default screen.
    CSS_PATH = Path(__file__).parent / "screens" / "inbox.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(Context.ANYWHERE)]
    COMMANDS: ClassVar[set[type[Provider] | Callable[[], type[Provider]]]] = {
        partial(_provider, *place)
        for place in (
            ("palette", "ActionProvider"),
            ("palette_finds", "PlaceProvider"),
            ("palette_finds", "ConversationProvider"),
            ("palette_finds", "CustomerProvider"),
        )
    }

    def __init__(
        self,
        office: Office,
        settings: ConsoleSettings,
        *,
        opened: Callable[[], None] | None = None,
        home: Path | None = None,
        card_kept: Callable[[CardSettings], Awaitable[None]] | None = None,
    ) -> None:
        super().__init__()
        self.office = office
        self.looks = settings
        self.own_keys = Keymap(settings.keys)
        self.lines = LineHistory(None if home is None else history_file(home, office.me.login))
        self.animation_level = "none"
        self._opened = opened
        self.card_kept = card_kept
        for theme in OWN:
            self.register_theme(theme)
        self._signs = [PlainSigns()] if settings.ascii else []
        self.theme = choose(settings.theme, os.environ, no_color=self.no_color)
        self.set_keymap(self.own_keys.textual_keymap())

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Return what every line passes before it is painted."""
        return [*super().get_line_filters(), *self._signs]

    def get_default_screen(self) -> Screen[None]:
        """Return the inbox: the room that is always open."""
        return InboxScreen.dressed(ascii_only=self.looks.ascii)

    def on_mount(self) -> None:
        self._newcomers = Newcomers(self, self.office, self._tell_of_new)
        self._newcomers.listen()
        self._ringer = Ringer(self, self.office, self.bell, self._notify_desktop)

    def on_ready(self) -> None:
        if self.looks.bell:
            self._ringer.listen()
        for problem in self.own_keys.problems:
            self.tell(problem.message, problem=True)
        begin(self, self._open_up(), group="opened")

    async def _open_up(self) -> None:
        """Say which replies of mine waited for this start; only then is the desk told, which sends them."""
        try:
            waited = len(await untried(self.office))
        finally:
            if self._opened is not None:
                self._opened()
        if waited:
            words = ngettext("{n} reply that waited goes out now", "{n} replies that waited go out now", waited)
            self.tell(words.format(n=waited))

    # What screens use

    def tell(self, words: str, *, problem: bool = False) -> None:
        """Say one sentence at the foot of the uppermost room."""
        if (foot := self._foot()) is not None:
            foot.say(words, problem=problem)

    def _whisper(self, words: str) -> None:
        """Say a sentence that gives way to any other, and to the keys of what is being written."""
        if getattr(self.screen, "context", None) in (Context.COMPOSER, Context.TASK):
            return
        if (foot := self._foot()) is not None and not foot.speaks:
            foot.say(words)

    def _foot(self) -> Bar | None:
        feet = (foot for screen in reversed(self.screen_stack) for foot in screen.query("#foot").results(Bar))
        return next(feet, None)

    async def perform(self, action: Action) -> None:
        """Carry out an action where the focus is, as its key would."""
        name = parse(action.command)[1]
        start: DOMNode = self.focused or self.screen
        for node in start.ancestors_with_self:
            if hasattr(node, f"action_{name}"):
                await self.run_action(action.command, node)
                return

    # Keys

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """No room changes under a question: only leaving works there."""
        return action == "quit" or not isinstance(self.screen, ModalScreen)

    def action_command_palette(self) -> None:
        from deskterm.screens.palette import open_palette

        open_palette(self)

    def action_command_line(self) -> None:
        from deskterm.screens.command_line import CommandLineScreen

        self.push_screen(CommandLineScreen())

    def action_menu(self, name: str) -> None:
        open_menu(self, Menu(name))

    def action_help(self) -> None:
        from deskterm.screens.help import HelpScreen

        here = getattr(self.screen, "context", None)
        self.push_screen(HelpScreen(here if isinstance(here, Context) else None))

    def action_later(self, name: str) -> None:
        self.tell(_("Comes later: {name}").format(name=_(BY_ID[f"later.{name}"].title)))

    async def action_quit(self) -> None:
        """Leave; where replies of mine still wait for their undo window, ask what becomes of them."""
        begin(self, self._quit(), group="quit", exclusive=True)

    async def _quit(self) -> None:
        waiting = len(await held_back(self.office))
        if not waiting:
            self.exit()
            return
        title = ngettext("{n} reply has not gone out yet", "{n} replies have not gone out yet", waiting).format(n=waiting)
        open_menu(self, Menu.QUIT, title=title)

    def action_leave(self, how: str) -> None:
        begin(self, self._leave(how), group="quit", exclusive=True)

    async def _leave(self, how: str) -> None:
        for message_id in [] if how == "leave" else await held_back(self.office):
            await self.office.submit(SendNow(message_id) if how == "send_now" else TakeBack(message_id))
        self.exit()

    def _tell_of_new(self, rows: list[ConversationRow]) -> None:
        """Tell at the foot of new messages that are mine or nobody's; the noise is the ringer's affair."""
        self._whisper(arrival(rows))
        if self.looks.bell:
            self._ringer.new_messages(rows)

    def _notify_desktop(self, words: str) -> None:
        """Have the terminal show a notification on the desktop."""
        if self._driver is not None and not self.is_headless:
            self._driver.write(sequence(words))

"""How each registered screen is opened over a fake desk, in the state where it shows the most words from outside."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fake_office import FakeOffice
from fake_seed import EVERY_KIND
from textual.screen import Screen

from deskterm.desk.rows import NewMessage, SavedView, StagedFile
from deskterm.desk.text import clean_line
from deskterm.keys.actions import Context, Menu
from deskterm.screens.asking import ConfirmScreen, PathScreen
from deskterm.screens.assigning import AssignScreen
from deskterm.screens.attachments import AttachmentsScreen
from deskterm.screens.carrying import ProgressScreen
from deskterm.screens.command_line import CommandLineScreen
from deskterm.screens.filter_help import FilterHelpScreen
from deskterm.screens.finding import FindScreen
from deskterm.screens.health import HealthScreen
from deskterm.screens.held import HeldScreen
from deskterm.screens.help import HelpScreen
from deskterm.screens.new_message import NewMessageScreen
from deskterm.screens.outbox import OutboxScreen
from deskterm.screens.querying import QueryScreen
from deskterm.screens.reading import SourceScreen, VersionsScreen
from deskterm.screens.saved_list import SavedListScreen
from deskterm.screens.saved_views import SaveViewScreen
from deskterm.screens.snoozing import SnoozeScreen
from deskterm.screens.tagging import TagsScreen
from deskterm.screens.which_key import WhichKeyScreen

HELD_ID = 5001
"""A ledger row of the fake whose bytes are hostile too."""


def _question(office: FakeOffice) -> Screen[Any]:
    name = office.talk(EVERY_KIND).row.customer
    return ConfirmScreen(f"Send it again to {name}?")


def _versions(office: FakeOffice) -> Screen[Any]:
    return VersionsScreen(next(row.id for row in office.talk(EVERY_KIND).messages if row.versions > 1))


def _source(office: FakeOffice) -> Screen[Any]:
    return SourceScreen(HELD_ID, office.talk(EVERY_KIND).row.customer)


def _new_message(office: FakeOffice) -> Screen[Any]:
    talk = office.talk(EVERY_KIND)
    file = StagedFile(1, talk.row.customer, 9)
    return NewMessageScreen(NewMessage(talk.row.channel, talk.row.customer, talk.row.subject, talk.messages[0].text, (file,)))


def _path(office: FakeOffice) -> Screen[Any]:
    return PathScreen("Save into", clean_line(office.talk(EVERY_KIND).row.customer))


def _assign(office: FakeOffice) -> Screen[Any]:
    return AssignScreen(office.talk(EVERY_KIND).row.customer, 1)


def _tags(office: FakeOffice) -> Screen[Any]:
    async def look() -> tuple[list[tuple[str, ...]], bool]:
        return [(office.talk(EVERY_KIND).row.customer,)], True

    return TagsScreen(office.talk(EVERY_KIND).row.customer, look)


OPENINGS: dict[str, Callable[[FakeOffice], Screen[Any]]] = {
    "outbox": lambda _office: OutboxScreen(),
    "held": lambda _office: HeldScreen(),
    "health": lambda _office: HealthScreen(),
    "help": lambda _office: HelpScreen(Context.LIST),
    "filter_help": lambda _office: FilterHelpScreen(),
    "command_line": lambda _office: CommandLineScreen("go 10"),
    "which_key": lambda _office: WhichKeyScreen(Menu.GO),
    "source": _source,
    "versions": _versions,
    "attachments": lambda _office: AttachmentsScreen(EVERY_KIND),
    "assign": _assign,
    "tags": _tags,
    "snooze": lambda office: SnoozeScreen(office.talk(EVERY_KIND).row.customer),
    "save_view": lambda office: SaveViewScreen(SavedView(0, office.talk(EVERY_KIND).row.customer, "is:open")),
    "saved_list": lambda office: SavedListScreen([SavedView(1, office.talk(EVERY_KIND).row.customer, "is:open", 1)]),
    "query": lambda office: QueryScreen(office.talk(EVERY_KIND).row.customer),
    "progress": lambda office: ProgressScreen(office.talk(EVERY_KIND).row.customer, 7),
    "find": lambda office: FindScreen(clean_line(office.talk(EVERY_KIND).row.customer)),
    "new_message": _new_message,
    "path": _path,
    "confirm": _question,
}
"""Screen id -> how to open it. A screen of the registry that is not here fails `test_hostile`; the inbox is always open."""

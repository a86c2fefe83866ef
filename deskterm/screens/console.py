"""What a screen may use of the application around it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine
from logging import getLogger
from secrets import token_hex
from typing import Any, Protocol, cast
from weakref import finalize

from textual.dom import DOMNode
from textual.worker import Worker

from deskterm.desk.card import CardSettings
from deskterm.i18n import _
from deskterm.keys.actions import Action
from deskterm.keys.keymap import Keymap
from deskterm.office import Office, OfficeError
from deskterm.screens.line_history import LineHistory
from deskterm.screens.places import Place
from deskterm.settings import ConsoleSettings

log = getLogger(__name__)


class Console(Protocol):
    """The application as its screens see it: the desk, the operator's keys and looks, and the way to other rooms."""

    @property
    def office(self) -> Office:
        """The desk."""
        ...

    @property
    def looks(self) -> ConsoleSettings:
        """How the operator wants it to look."""
        ...

    @property
    def own_keys(self) -> Keymap:
        """The operator's keys."""
        ...

    @property
    def lines(self) -> LineHistory:
        """The lines given before."""
        ...

    @property
    def card_kept(self) -> Callable[[CardSettings], Awaitable[None]] | None:
        """Writes what cards look like into the configuration; they look so at once. Raises OfficeError. None: nothing does."""
        ...

    def tell(self, words: str, *, problem: bool = False) -> None:
        """Say one sentence at the foot of the screen; a `problem` stays longer and stands out. Cleaned, never markup."""
        ...

    async def perform(self, action: Action) -> None:
        """Carry out an action where the focus is, as its key would."""
        ...

    def open_conversation(self, conversation_id: int) -> None:
        """Leave every other room and show this conversation."""
        ...

    def go_to_view(self, view: str) -> None:
        """Leave every other room and show a view of the list, by its name in `deskterm.desk.rows.View`."""
        ...

    def go_to_place(self, place: Place) -> None:
        """Leave every other room and show a place in the list."""
        ...


def console_of(node: DOMNode) -> Console:
    """Return the application that a widget or screen lives in."""
    return cast(Console, node.app)


def begin(node: DOMNode, work: Coroutine[Any, Any, None], *, group: str, exclusive: bool = False) -> Worker[None]:
    """Start work that awaits the desk, outside of the handler; the one place where a failure becomes a calm message.

    `exclusive` work ends what runs in its group on the same node.
    """

    async def run() -> None:
        await _calm(node, work)

    worker: Worker[None] = node.run_worker(run, group=group, exclusive=exclusive, exit_on_error=False)
    finalize(worker, work.close)  # a worker that is cancelled before it began never awaits its work
    return worker


async def _calm(node: DOMNode, work: Coroutine[Any, Any, None]) -> None:
    try:
        await work
    except OfficeError as error:
        log.warning("the desk could not: %s", error.code)
        console_of(node).tell(error.words, problem=True)
    except Exception:
        reference = token_hex(3)
        log.exception("a piece of work failed, reference %s", reference)
        words = _("Something went wrong. The log says more, under {reference}.").format(reference=reference)
        console_of(node).tell(words, problem=True)

"""What a line of the console does: the verbs of `deskterm.verbs` on the marked conversations, or the one at hand."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from deskterm.desk.query import folded
from deskterm.desk.rows import View
from deskterm.i18n import _
from deskterm.keys.actions import BY_ID
from deskterm.office import Office, OfficeError
from deskterm.screens.console import Console
from deskterm.screens.inbox import InboxScreen
from deskterm.screens.places import Place, all_places, built_in, of_query
from deskterm.screens.verb_messages import Deed, Messages
from deskterm.verbs.acts import act_of
from deskterm.verbs.call import Call
from deskterm.verbs.line import read_line
from deskterm.verbs.table import SHARED, About
from deskterm.verbs.work import by_number, conversations_of
from deskterm.words.query_words import meant


class Spoken:
    """Lines of one console: read, looked up with the desk, and only then carried out."""

    def __init__(self, console: Console, inbox: InboxScreen, *, here: bool) -> None:
        """`here`: the inbox is the room in which the line was given, and has conversations at hand."""
        self._console = console
        self._inbox = inbox
        self._here = here

    @property
    def _office(self) -> Office:
        return self._console.office

    async def understand(self, line: str) -> Deed:
        """Return what a line asks for. Raises OfficeError where it cannot be: nothing was done then."""
        call = read_line(line, self._office.now())
        if call.verb.about is About.CONVERSATIONS:
            return await self._about_conversations(call)
        if call.verb.about is About.MESSAGE:
            return await Messages(self._console, self._inbox, self._here).understand(call)
        if call.verb.about is About.HISTORY:
            return self._action("act.undo" if call.verb.name == "undo" else "act.redo")
        return await _CONSOLE[call.verb.name](self, call)

    async def _about_conversations(self, call: Call) -> Deed:
        act = await act_of(call, self._office)
        if call.names_its_own:
            ids = await conversations_of(call, self._office)
            if not ids:
                raise OfficeError("nothing", _("nothing was found"))
        else:
            ids = await self._inbox.targets() if self._here else ()
            if not ids:
                raise OfficeError("nothing", _("there is no conversation at hand"), _("Name one by its number, as 1042."))

        async def done() -> None:
            await self._inbox.do_to(ids, act)

        return done

    def _action(self, action_id: str) -> Deed:
        async def done() -> None:
            await self._console.perform(BY_ID[action_id])

        return done

    # The console's own verbs

    async def _help(self, _call: Call) -> Deed:
        return self._action("do.help")

    async def _quit(self, _call: Call) -> Deed:
        return self._action("do.quit")

    async def _go(self, call: Call) -> Deed:
        digits = call.rest.removeprefix("#")
        if not (digits.isascii() and digits.isdigit() and len(digits) < 19):
            raise OfficeError("usage", _("a conversation is named by its number"), _("Write it as 1042."))
        found = await by_number(self._office, int(digits))

        async def done() -> None:
            self._console.open_conversation(found)

        return done

    async def _view(self, call: Call) -> Deed:
        await self._inbox.look_at_shelf()
        place = self._place_called(call.rest)
        if place is None:
            place = of_query(*meant(call.rest, await self._office.names()))
        return self._show(place)

    async def _filter(self, call: Call) -> Deed:
        if not call.rest:
            return self._action("find.filter")
        return self._show(of_query(*meant(call.rest, await self._office.names())))

    async def _list(self, call: Call) -> Deed:
        return await self._filter(call) if call.rest else self._show(built_in(View.INBOX))

    async def _mark(self, call: Call) -> Deed:
        if not self._here:
            raise OfficeError("nothing", _("only the list has marks"), _("Go there first."))
        _text, query = meant(call.rest, await self._office.names())

        async def done() -> None:
            self._inbox.show_list()
            await self._inbox.mark_found(query)

        return done

    async def _save(self, call: Call) -> Deed:
        words = list(call.words)
        shared = len(words) > 1 and folded(words[-1]) in SHARED
        if shared:
            words.pop()
        key = int(words.pop()) if len(words) > 1 and words[-1] in tuple("123456789") else None
        await self._inbox.keep_view(" ".join(words), key, shared=shared)

        async def done() -> None:
            """It is kept, and said."""

        return done

    def _place_called(self, name: str) -> Place | None:
        """Return the place of this name: a built-in view by its title or English name, a saved one by its name or key."""
        wanted = folded(name)
        for place in all_places(self._inbox.shelf, None):
            names = [place.title]
            if place.view is not None:
                names.append(place.view.value)
            if place.saved is not None and place.saved.key:
                names.append(str(place.saved.key))
            if wanted in map(folded, names):
                return place
        return None

    def _show(self, place: Place) -> Deed:
        async def done() -> None:
            self._console.go_to_place(place)

        return done


_CONSOLE: dict[str, Callable[[Spoken, Call], Awaitable[Deed]]] = {
    "help": Spoken._help,
    "quit": Spoken._quit,
    "go": Spoken._go,
    "show": Spoken._go,
    "list": Spoken._list,
    "view": Spoken._view,
    "filter": Spoken._filter,
    "mark": Spoken._mark,
    "save": Spoken._save,
}

"""Saved views: opened by the keys 1-9, kept, renamed and forgotten."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, Static

from deskterm.desk.query import show
from deskterm.desk.rows import SavedView
from deskterm.desk.text import clean_line
from deskterm.desk.views import as_query
from deskterm.i18n import _
from deskterm.office import OfficeError
from deskterm.screens.asking import ConfirmScreen, Dialog, plain
from deskterm.screens.console import begin, console_of
from deskterm.screens.leaving import leave
from deskterm.screens.places import Place, of_saved, shown_query
from deskterm.screens.saved_list import SavedListScreen, Wish
from deskterm.screens.views_pane import ViewsPane

if TYPE_CHECKING:
    from deskterm.screens.views import Views as Base
else:
    Base = object  # a mix-in of InboxScreen


class Tick(Static, can_focus=True):
    """A yes or no that space changes, told by its sign and not by colour alone."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("space", "tick", show=False)]
    DEFAULT_CSS: ClassVar[str] = """
    Tick {
        height: 1; width: auto; padding: 0 1;
        &:focus { background: $primary-muted; text-style: bold; }
    }
    """

    def __init__(self, words: str, value: bool) -> None:
        super().__init__(markup=False)
        self._words = words
        self.value = value

    def render(self) -> Content:
        return Content(f"[{'x' if self.value else ' '}] {self._words}")

    def action_tick(self) -> None:
        self.value = not self.value
        self.refresh()


class SaveViewScreen(Dialog[SavedView]):
    """Asks for a view's name, its key, and whether all see it; what the desk refuses can be mended here."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab,down", "next_field", show=False, priority=True),
        Binding("shift+tab,up", "previous_field", show=False, priority=True),
        Binding("enter", "save", show=False, priority=True),
    ]
    DEFAULT_CSS: ClassVar[str] = """
    SaveViewScreen {
        & Input { background: $panel; }
        & Tick { margin: 0 0 1 0; }
        & .label { height: 1; color: $text-muted; }
    }
    """

    def __init__(self, view: SavedView) -> None:
        super().__init__(_("Rename the view") if view.id else _("Save this view"))
        self._view = view

    def body(self) -> Iterable[Widget]:
        yield plain(shown_query(self._view.query) or _("everything"), "words")
        yield plain(_("Name"), "label")
        yield Input(clean_line(self._view.name, 60), id="name", compact=True, max_length=60)
        yield plain(_("Key, 1 to 9, or none"), "label")
        yield Input(str(self._view.key or ""), id="key", compact=True, max_length=1, restrict="[1-9]?")
        yield Tick(_("for everybody"), bool(self._view.id) and self._view.owner_id is None)
        yield plain(_("Tab next   Space ticks   Enter saves   Esc leaves"), "hint")

    def action_next_field(self) -> None:
        self.focus_next()

    def action_previous_field(self) -> None:
        self.focus_previous()

    def action_save(self) -> None:
        begin(self, self._save(), group="take", exclusive=True)

    async def _save(self) -> None:
        office = console_of(self).office
        name, key = (self.query_one(f"#{field}", Input).value.strip() for field in ("name", "key"))
        shared = self.query_one(Tick).value
        wanted = SavedView(self._view.id, name, self._view.query, int(key) if key else None, None if shared else office.me.id)
        try:
            saved = await office.save_view(wanted)
        except OfficeError as error:
            self._hint(error.words)
            return
        leave(self, saved)

    def _hint(self, words: str) -> None:
        hint = self.query_one(".hint", Static)
        hint.update(Content(clean_line(words, 300)))
        hint.add_class("-problem")


class SavedViews(Base):
    """The part of the inbox screen that deals with saved views."""

    def action_saved_view(self, key: int) -> None:
        """Show the saved view of a key: one's own before a shared one, as the desk lists them."""
        saved = next((one for one in self.shelf.saved if one.key == key), None)
        if saved is None:
            own = console_of(self).own_keys
            words = _("No view has the key {key} yet. {find} filters the list, then {save} saves it under a key.")
            console_of(self).tell(words.format(key=key, find=own.shown("find.filter"), save=own.shown("find.save")))
            return
        self.open_saved(saved)

    def open_saved(self, saved: SavedView) -> None:
        """Show a saved view."""
        place = of_saved(saved)
        if place is None:
            console_of(self).tell(
                _("The query of this view is not understood: {query}").format(query=saved.query), problem=True
            )
            return
        self.show_list()
        self.go_to(place)

    def action_rename_view(self) -> None:
        if (saved := self.saved_at_hand) is not None:
            self.change_saved(saved)
        else:
            self.list_saved()

    def action_forget_view(self) -> None:
        if (saved := self.saved_at_hand) is not None:
            self.forget_saved(saved)
        else:
            console_of(self).tell(_("This view was not saved by anybody."))

    @property
    def saved_at_hand(self) -> SavedView | None:
        """The saved view that is meant: under the cursor of the views, else what the list shows."""
        pane = self.query_one(ViewsPane)
        return pane.saved if self.focused is pane else self.place.saved

    def action_save_view(self) -> None:
        """Keep what the list shows under a name."""
        here = self.place
        name = here.title if here.saved is not None else ""
        key = here.saved.key if here.saved is not None else self._free_key()
        self._ask_to_save(SavedView(0, name, query_text(here), key, console_of(self).office.me.id))

    def _free_key(self) -> int | None:
        """Return the first of the keys 1-9 that opens no view yet."""
        taken = {one.key for one in self.shelf.saved}
        return next((key for key in range(1, 10) if key not in taken), None)

    def list_saved(self) -> None:
        """Show all saved views, and do with one what is wished."""
        if not self.shelf.saved:
            words = _("No view is saved yet. {find} filters the list, then {save} saves it under a key.")
            own = console_of(self).own_keys
            console_of(self).tell(words.format(find=own.shown("find.filter"), save=own.shown("find.save")))
            return

        def wished(wish: Wish | None) -> None:
            if wish is not None:
                {"show": self.open_saved, "rename": self.change_saved, "forget": self.forget_saved}[wish.what](wish.view)

        self.app.push_screen(SavedListScreen(self.shelf.saved), wished)

    def change_saved(self, saved: SavedView) -> None:
        """Ask for another name or key for a saved view."""
        self._ask_to_save(saved)

    def _ask_to_save(self, view: SavedView) -> None:
        def saved(answer: SavedView | None) -> None:
            if answer is not None:
                begin(self, self._know_saved(answer), group="saved")

        self.app.push_screen(SaveViewScreen(view), saved)

    async def keep_view(self, name: str, key: int | None = None, *, shared: bool = False) -> SavedView:
        """Keep what the list shows; raises what `Office.save_view` does."""
        office = console_of(self).office
        owner_id = None if shared else office.me.id
        saved = await office.save_view(SavedView(0, name, query_text(self.place), key, owner_id))
        await self._know_saved(saved)
        return saved

    async def _know_saved(self, saved: SavedView) -> None:
        await self.look_at_shelf()
        place = of_saved(saved)
        if place is not None and place.listing == as_query(self.place.listing):
            self.go_to(place)
        words = _("The view {name} is kept.").format(name=clean_line(saved.name, 40))
        if saved.key:
            words = _("The view {name} is kept, on the key {key}.").format(name=clean_line(saved.name, 40), key=saved.key)
        console_of(self).tell(words)

    def forget_saved(self, saved: SavedView) -> None:
        """Ask, then forget a saved view."""

        def answered(yes: bool | None) -> None:
            if yes:
                begin(self, self._forget(saved), group="saved")

        self.app.push_screen(ConfirmScreen(_("Forget the view {name}?").format(name=clean_line(saved.name, 40))), answered)

    async def _forget(self, saved: SavedView) -> None:
        await console_of(self).office.delete_view(saved.id)
        await self.look_at_shelf()
        console_of(self).tell(_("The view {name} is forgotten.").format(name=clean_line(saved.name, 40)))

    async def look_at_shelf(self) -> None:
        """Ask the desk again which views, teams and tags there are."""
        raise TypeError("the screen knows the desk's state")


def query_text(place: Place) -> str:
    """Return the canonical English text of what a place shows: what is kept of it."""
    return show(as_query(place.listing))

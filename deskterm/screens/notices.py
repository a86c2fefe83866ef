"""The room of notices: reminders whose time came, which must be acknowledged, then what I was told, the newest first.

Enter goes to what a row is about and counts as reading it. Read notices stay below `tab`, so that nothing is lost by a key.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import ClassVar, TypeAlias

from textual.binding import BindingType
from textual.dom import DOMNode
from textual.widget import Widget

from deskterm.desk.commands import Redo
from deskterm.desk.commands_time import MoveReminder, SettleReminder
from deskterm.desk.rows_time import DueCounts, NoticeRow, NoticeSettings, ReminderRow
from deskterm.desk.text import clean_line
from deskterm.i18n import _, ngettext
from deskterm.keys.actions import FOOTER, Context
from deskterm.keys.keymap import bindings
from deskterm.screens.console import begin
from deskterm.screens.leaving import leave
from deskterm.screens.list_room import PAGE
from deskterm.screens.people_room import PeopleRoom, carried_out, open_card
from deskterm.screens.snoozing import SnoozeScreen
from deskterm.widgets.cells import width
from deskterm.widgets.line_list import SERVED, LineList
from deskterm.widgets.paint import Line, Span
from deskterm.widgets.paint_notice import notice_line, reminder_line
from deskterm.widgets.status import Bar, key_hints
from deskterm.words.wording import day_and_time

Entry: TypeAlias = ReminderRow | NoticeRow

TICK_S = 20.0
"""How often "12m" ago is painted anew."""


def entry_key(row: Entry) -> tuple[str, int]:
    """Return what tells a row from all others."""
    return ("reminder" if isinstance(row, ReminderRow) else "notice"), row.id


def open_task(node: DOMNode, task_id: int) -> None:
    """Open a task over the room; tasks lead to conversations and back again, so it is loaded when asked for."""
    from deskterm.screens.task_form import TaskFormScreen

    node.app.push_screen(TaskFormScreen(task_id))


class NoticesScreen(PeopleRoom[Entry]):
    """See the module."""

    CONTEXT = Context.NOTICES
    context = Context.NOTICES
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(Context.NOTICES, but=SERVED)]

    def __init__(self) -> None:
        super().__init__()
        self.unread_only = True
        self._marked: frozenset[int] = frozenset()
        """Notices that are marked."""
        self._every = False
        """Whether all are marked, also those that are not loaded."""
        self._ways_before: list[NoticeSettings] = []
        """What was set before each change of the ways, the newest last, unless something else was done since."""
        self._stay: dict[int, NoticeRow] = {}
        """Notices read here: they do not go from under the cursor."""

    def body(self) -> Iterable[Widget]:
        yield LineList[Entry](self._line, entry_key, empty=_("Nothing asks to be looked at."), marks=self.marks)

    def on_mount(self) -> None:
        super().on_mount()
        self.set_focus(self.rows)
        self.set_interval(TICK_S, self.rows.refresh)

    def _line(self, row: Entry, cells: int) -> Line:
        now = self.office.now()
        if isinstance(row, ReminderRow):
            return reminder_line(row, cells, now, self.marks)
        return notice_line(row, cells, now, self.marks, marked=row.id in self._marked)

    async def load(self) -> None:
        reminders = [row for row in await self.office.reminders(limit=self.limit) if row.state == "due"]
        notices = await self.office.notices(unread=self.unread_only, limit=self.limit)
        if self.unread_only:
            kept = {**self._stay, **{row.id: row for row in notices}}
            notices = tuple(kept[one] for one in sorted(kept, reverse=True))
        waiting = {row.id for row in reminders}
        told = [row for row in notices if row.kind != "reminder" or row.reminder_id not in waiting]
        self._marked &= {row.id for row in told}
        self.rows.show((*reminders, *told))
        self._show_head(await self.office.due())
        self.show_foot(self.size.width)

    def on_line_list_end_near(self, _event: LineList.EndNear) -> None:
        loaded = sum(isinstance(row, NoticeRow) and row.id not in self._stay for row in self.rows.rows)
        if loaded >= self.limit - 1:  # that of a due reminder may be left out
            self.limit += PAGE
            self.reload()

    def _show_head(self, due: DueCounts) -> None:
        which = _("not read") if self.unread_only else _("all")
        unread = ngettext("{n} not read", "{n} not read", due.notices).format(n=due.notices)
        right = [Span(unread, "name" if due.notices else "muted")]
        if due.reminders:
            words = ngettext("{n} reminder", "{n} reminders", due.reminders).format(n=due.reminders)
            right.insert(0, Span(f"{self.marks.reminder} {words}  ", "note"))
        self.head((Span(_("Notices"), "name"), Span(f"  {which}", "muted")), tuple(right))

    def show_foot(self, cells: int) -> None:
        words = ngettext("{n} marked", "{n} marked", len(self._marked)).format(n=len(self._marked)) if self._marked else ""
        marked = (Span(f" {words} ", "note"),) if words else ()
        hints = key_hints(FOOTER[self.CONTEXT], self.console_app.own_keys, cells - width(words) - 2 * len(marked))
        self.query_one("#foot", Bar).put((*marked, *hints))

    # Going there

    def on_line_list_chosen(self, event: LineList.Chosen) -> None:
        event.stop()
        if isinstance(event.row, ReminderRow | NoticeRow):
            begin(self, self._go(event.row), group="acts")

    async def _go(self, row: Entry) -> None:
        """Read a notice, and go to what a row is about."""
        if isinstance(row, NoticeRow) and row.read_at is None:
            await self.office.read_notices([row.id])
            self._stay[row.id] = replace(row, read_at=self.office.now())
        if row.task_id is not None:
            open_task(self, row.task_id)
        elif row.conversation_id is not None:
            self.console_app.open_conversation(row.conversation_id)
        elif isinstance(row, ReminderRow) and row.customer_id is not None:
            open_card(self, row.customer_id)
        elif isinstance(row, NoticeRow) and row.kind == "digest":
            self.console_app.go_to_view("late")

    # Acts

    def _aimed(self) -> list[NoticeRow]:
        """Return the marked notices, else the one under the cursor."""
        rows = [row for row in self.rows.rows if isinstance(row, NoticeRow)]
        chosen = self.rows.chosen
        return [row for row in rows if row.id in self._marked] or ([chosen] if isinstance(chosen, NoticeRow) else [])

    def action_notice_read(self) -> None:
        """Mark as read, or as not read where all of them are read."""
        rows = self._aimed()
        if rows:
            begin(self, self._read(rows, read=any(row.read_at is None for row in rows)), group="acts")
        elif self.rows.chosen is not None:
            self.console_app.tell(_("A reminder is acknowledged by {key}.").format(key=self._key("notices.done")))

    async def _read(self, rows: list[NoticeRow], *, read: bool) -> None:
        every, many = self._every and read, bool(self._marked)
        count = await self.office.read_notices(None if every else [row.id for row in rows], read=read)
        for row in rows:
            self._stay.pop(row.id, None)
            if read:
                self._stay[row.id] = replace(row, read_at=self.office.now())
        self._mark(frozenset())
        self.reload()
        if many:
            words = ngettext("{n} notice is read", "{n} notices are read", count)
            if not read:
                words = ngettext("{n} notice is not read", "{n} notices are not read", count)
            self.console_app.tell(words.format(n=count))
        else:
            self.rows.move(1)

    def action_notice_done(self) -> None:
        """Acknowledge a reminder; a notice is read."""
        row = self.rows.chosen
        if isinstance(row, ReminderRow):
            begin(self, self._acknowledge(row), group="acts")
        elif row is not None and row.read_at is None:
            begin(self, self._read([row], read=True), group="acts")

    async def _acknowledge(self, row: ReminderRow) -> None:
        if await carried_out(self, SettleReminder(row.id)) is not None:
            self._ways_before.clear()
            self.reload()
            self.console_app.tell(_("Acknowledged · {key} takes it back").format(key=self._key("act.undo")))

    def action_notice_move(self) -> None:
        """Ask for another time of a reminder."""
        row = self.rows.chosen
        if not isinstance(row, ReminderRow):
            self.console_app.tell(_("Only a reminder comes at another time."))
            return
        title = _("Remind me again") + (f" · {clean_line(row.about, 40)}" if row.about else "")

        def move(at: datetime | None) -> None:
            if at is not None:
                begin(self, self._move(row, at), group="acts")

        self.app.push_screen(SnoozeScreen(title), move)

    async def _move(self, row: ReminderRow, at: datetime) -> None:
        if await carried_out(self, MoveReminder(row.id, at)) is not None:
            self._ways_before.clear()
            self.reload()
            words = _("You are reminded {when}").format(when=day_and_time(at))
            self.console_app.tell(f"{words} · {_('{key} takes it back').format(key=self._key('act.undo'))}")

    def action_redo(self) -> None:
        begin(self, self._redo(), group="acts")

    async def _redo(self) -> None:
        if await carried_out(self, Redo()) is not None:
            self.console_app.tell(_("Done again"))

    def _key(self, action_id: str) -> str:
        return self.console_app.own_keys.shown(action_id)

    # What is listed and marked

    def action_notice_other(self) -> None:
        """Show only what is not read, or everything."""
        self.unread_only = not self.unread_only
        self._stay = {}
        self._mark(frozenset())
        self.reload()

    def action_notice_settings(self) -> None:
        from deskterm.screens.notice_ways import NoticeWaysScreen

        self.app.push_screen(NoticeWaysScreen(self._ways_before))

    def action_take_back(self) -> None:
        """Take back the last change of the ways, where nothing was done since; else my last act."""
        if self._ways_before:
            begin(self, self._ways_back(self._ways_before.pop()), group="acts")
        else:
            super().action_take_back()

    async def _ways_back(self, settings: NoticeSettings) -> None:
        await self.office.set_notice_settings(settings)
        self.console_app.tell(_("Taken back: the ways of notices"))

    def action_mark_toggle(self) -> None:
        row = self.rows.chosen
        if isinstance(row, NoticeRow):
            self._mark(self._marked ^ {row.id})
            self.rows.move(1)

    def action_mark_all(self) -> None:
        ids = frozenset(row.id for row in self.rows.rows if isinstance(row, NoticeRow))
        self._mark(frozenset() if ids == self._marked else ids, every=ids != self._marked)

    def _mark(self, ids: frozenset[int], *, every: bool = False) -> None:
        self._marked, self._every = ids, every
        self.rows.refresh()
        self.show_foot(self.size.width)

    def action_back(self) -> None:
        if self._marked:
            self._mark(frozenset())
        else:
            leave(self, None)

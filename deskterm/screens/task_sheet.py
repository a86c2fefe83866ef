"""The fields of a task on the screen, filled and read; what is typed is understood beside each field before it is taken."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar

from textual.actions import SkipAction
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Input, Static, TextArea

from deskterm.desk.model import Operator, Role, Tag, Team
from deskterm.desk.text import clean_line
from deskterm.i18n import _
from deskterm.keys.actions import Context
from deskterm.screens.console import console_of
from deskterm.screens.room import marks_of
from deskterm.screens.task_fields import PRIORITIES, STATUSES, TagNames, TaskValues
from deskterm.times.repeat_words import rule_words
from deskterm.widgets.checklist import ChecklistField, Points
from deskterm.widgets.choice import LetterChoice
from deskterm.widgets.composer import ComposerText
from deskterm.widgets.pick_field import Pick, PickField
from deskterm.widgets.status import Bar
from deskterm.widgets.time_field import TimeField

TITLE = 300
"""Longest title, in characters."""
REPEATS_SHOWN = 3
"""How many of the next times of a series are shown."""


class Description(ComposerText):
    """The text in which the form's own keys work as everywhere in it."""

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Textual's F7 here (it selects all) is the form's, as F6 is."""
        return action != "select_all" and super().check_action(action, parameters)


class TaskSheet(Screen[int | None]):
    """See the module. `before` is the task as it was when it was filled."""

    context = Context.TASK
    DEFAULT_CSS: ClassVar[str] = """
    TaskSheet {
        background: $background; color: $foreground;
        & .field { height: 1; }
        & .tall { height: auto; }
        & .label { width: 12; padding: 0 1; color: $text-muted; }
        & .field:focus-within .label { color: $text-accent; text-style: bold; background: $boost; }
        & Choice { padding: 0; }
        & Input { padding: 0 1 !important; margin: 0 !important; background: $surface; width: 1fr; height: 1; }
        & .aside { width: 1fr; height: 1; padding: 0 1; color: $text-muted; }
        & .aside.-time { color: $text-success; }
        & .aside.-problem { color: $text-error; text-style: bold; }
        & TimeField { layout: horizontal; height: 1; width: 1fr; }
        & TimeField > Input, & PickField > Input, & #repeat, & #tags { width: 26; }
        & TimeField > .understood { width: 1fr; height: 1; min-height: 1; }
        & #description { height: 1fr; min-height: 3; padding: 0 1; background: $surface; border: none; }
        & #description { border-top: solid $border-blurred; border-title-color: $text-muted; }
        & #description:focus { border-top: solid $border; border-title-color: $text-accent; }
        & #reminders { display: none; height: auto; max-height: 2; padding: 0 1; color: $text-muted; }
        & #problem { display: none; height: auto; max-height: 3; padding: 0 1; color: $text-error; text-style: bold; }
        & #problem.-shown, & #reminders.-shown { display: block; }
    }
    """

    def __init__(self) -> None:
        super().__init__()
        self.before = TaskValues()
        self._due_before = ""
        """The words that the due time was shown by: where they still stand there, it is the same."""
        self._known_tags: tuple[str, ...] = ()
        self._tag_names = TagNames()
        self._people: tuple[Pick, ...] = ()
        self._viewers: frozenset[int] = frozenset()
        """Those who may only look: a task can stay with one of them, but is given to none."""
        self._teams: tuple[Pick, ...] = ()
        self._title = Input(id="title", select_on_focus=False, compact=True, max_length=TITLE)
        self._due = TimeField(self.now, optional=True, zone=lambda: console_of(self).office.zone, id="due")
        self._repeat = Input(id="repeat", select_on_focus=False, compact=True, max_length=200)
        self._assignee = PickField(_("nobody"), id="assignee")
        self._team = PickField(_("no team"), id="team")
        self._tags = Input(id="tags", select_on_focus=False, compact=True, max_length=400, suggester=self._tag_names)
        self._priority = LetterChoice(id="priority")
        self._status = LetterChoice(id="status")
        self._description = Description(id="description", soft_wrap=True, tab_behavior="focus", show_line_numbers=False)

    def compose(self) -> ComposeResult:
        yield Bar(id="head")
        yield _field("title", _("Task"), self._title)
        yield _field("due", _("Due"), self._due)
        yield _field("repeat", _("Again"), self._repeat, _aside("repeat"))
        yield _field("assignee", _("Who"), self._assignee)
        yield _field("team", _("Team"), self._team)
        yield _field("tags", _("Tags"), self._tags, _aside("tags"))
        yield _field("priority", _("Priority"), self._priority)
        yield _field("status", _("Stands"), self._status)
        self._description.border_title = Content(_("Description"))
        yield self._description
        self._checklist = ChecklistField(marks_of(self), id="checklist")
        yield _field("checklist", _("Checklist"), self._checklist)
        yield Static(id="reminders", markup=False)
        yield Static(id="problem", markup=False)
        yield Bar(id="foot")

    def now(self) -> datetime:
        """The time at the desk."""
        return console_of(self).office.now()

    def understand(self) -> None:
        """Other words stand somewhere: say what is understood of them."""
        raise TypeError("the form reads them")

    # Filling

    def offer_names(self, people: Sequence[Operator], teams: Sequence[Team], tags: Sequence[Tag]) -> None:
        """Offer who can have it, and what it can be about."""
        me = console_of(self).office.me.id
        self._known_tags = self._tag_names.known = tuple(tag.name for tag in tags)
        self._viewers = frozenset(one.id for one in people if one.role is Role.VIEWER)
        self._people = tuple(Pick(one.id, one.name, f"{one.login} {_('me') if one.id == me else ''}".strip()) for one in people)
        self._teams = tuple(Pick(team.id, team.name) for team in teams)
        self.query_one("#field-team").display = bool(teams)

    def begin_empty(self, *, new: bool) -> None:
        """Show the fields as they are before they are filled; a new task is yet to be done."""
        self.query_one("#field-status").display = not new
        self._title.placeholder = _("what is to be done")
        self._repeat.placeholder = _("every monday")
        self._tags.placeholder = _("with commas between")
        self._priority.offer([(letter, str(int(value)), _(words)) for letter, value, words in PRIORITIES])
        self._status.offer([(letter, value.value, _(words)) for letter, value, words in STATUSES])
        self.query_one("#field-checklist").add_class("tall")
        self.set_focus(self._title)

    def fill(self, values: TaskValues) -> None:
        """Show these values in place of all that stands there."""
        with self.prevent(Input.Changed, TextArea.Changed):
            self._title.value = clean_line(values.title, TITLE)
            self._title.cursor_position = len(self._title.value)
            self._description.load_text(values.description)
            self._repeat.value = rule_words(values.recurrence)
            self._tags.value = ", ".join(values.tags)
        self._due_before = "" if values.due is None else typed_for(values.due)
        self._due.put(self._due_before)
        has = values.assignee_id
        self._assignee.offer([one for one in self._people if one.id not in self._viewers or one.id == has], has)
        self._team.offer(self._teams, values.team_id)
        self._priority.pick(str(int(values.priority)))
        self._status.pick(values.status.value)
        self._checklist.put(values.checklist)
        self.understand()

    def say_aside(self, field: str, words: str, *, problem: bool = False, good: bool = False) -> None:
        """Say beside a field what is understood of it."""
        shown = self.query_one(f"#aside-{field}", Static)
        shown.update(Content(clean_line(words, 200)))
        shown.set_class(problem, "-problem")
        shown.set_class(good, "-time")

    def complain(self, words: str) -> None:
        """Say what is wrong, or that nothing is."""
        shown = self.query_one("#problem", Static)
        shown.update(Content(clean_line(words, 400)))
        shown.set_class(bool(words), "-shown")

    def action_next_field(self) -> None:
        """Go on from a field; in the description the key is a new line, in the checklist a new point."""
        here = self.focused
        if here is self._description or isinstance(here, Points):
            raise SkipAction
        if here is self._checklist.field:
            if not self._checklist.add():
                self.app.action_focus_next()
            return
        self.app.action_focus_next()


def typed_for(due: datetime) -> str:
    """Return a time as it can be typed: "23.11.2026 10:00"."""
    return due.astimezone().strftime("%d.%m.%Y %H:%M")


def _field(name: str, label: str, *widgets: Widget) -> Horizontal:
    return Horizontal(Static(Content(label), classes="label", markup=False), *widgets, id=f"field-{name}", classes="field")


def _aside(field: str) -> Static:
    return Static(id=f"aside-{field}", classes="aside", markup=False)

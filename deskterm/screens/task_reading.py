"""What is typed into the form of a task, understood: beside each field before it is taken, and all of it as values."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, tzinfo

from dateutil import tz
from textual.widget import Widget
from textual.widgets import Input

from deskterm.desk.model import Priority, TaskStatus
from deskterm.desk.text import clean_line
from deskterm.i18n import _, ngettext
from deskterm.screens.console import console_of
from deskterm.screens.task_fields import TaskValues, tags_typed
from deskterm.screens.task_sheet import TITLE, TaskSheet
from deskterm.times.recurring import checked, next_of
from deskterm.times.repeat_words import rule_words
from deskterm.widgets.time_field import TimeField
from deskterm.words.wording import day_and_time

REPEATS_SHOWN = 3
"""How many of the next times of a series are shown."""


class TaskReading(TaskSheet):
    """See the module."""

    @property
    def _due_value(self) -> datetime | None:
        return self.before.due if self._due.typed == self._due_before else _time_of(self._due)

    @property
    def _its_zone(self) -> tzinfo:
        """The zone by which tasks recur."""
        return console_of(self).office.zone or tz.tzlocal()

    @property
    def _rule(self) -> str | None:
        """The rule that is typed: "" for none, None for what is none."""
        typed = self._repeat.value.strip()
        if typed == rule_words(self.before.recurrence):
            return self.before.recurrence
        due = self._due_value
        if not typed:
            return ""
        return None if due is None else checked(typed, due, self._its_zone)

    @property
    def values(self) -> TaskValues:
        """All that stands there."""
        return TaskValues(
            clean_line(self._title.value, TITLE),
            self._description.text.strip("\n"),
            self._due_value,
            self._rule or "",
            self._assignee.picked_id,
            self._team.picked_id if self._teams else self.before.team_id,
            self._same_tags(tags_typed(self._tags.value, self._known_tags)[0]),
            Priority(int(self._priority.picked)),
            TaskStatus(self._status.picked),
            self._checklist.value,
        )

    def _same_tags(self, tags: tuple[str, ...]) -> tuple[str, ...]:
        """Return tags in the order in which they were before, where they are the same."""
        return self.before.tags if set(tags) == set(self.before.tags) else tags

    def wants(self) -> bool:
        """Whether something would be lost."""
        values = self.values
        before = replace(self.before, description=self.before.description.strip("\n"))
        wrong = self._assignee.is_wrong or self._team.is_wrong or self._rule is None or _is_wrong(self._due, self._due_before)
        return bool(values.changed(before)) or wrong

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        self.understand()

    def on_time_field_understood(self, event: TimeField.Understood) -> None:
        event.stop()
        self.understand()

    def understand(self) -> None:
        """Say what is understood of what is typed."""
        self.complain("")
        typed, rule, due = self._repeat.value.strip(), self._rule, self._due_value
        if not typed:
            self.say_aside("repeat", _("once"))
        elif due is None:
            self.say_aside("repeat", _("say first when it is due"), problem=True)
        elif rule is None:
            self.say_aside("repeat", _("not understood; every monday, every 2 weeks"), problem=True)
        else:
            self.say_aside("repeat", _("then {days}").format(days=", ".join(_next_days(rule, due, self._its_zone))), good=True)
        tags, wrong = tags_typed(self._tags.value, self._known_tags)
        new = [name for name in tags if name not in self._known_tags]
        words = ngettext("new tag {names}", "new tags {names}", len(new)).format(names=", ".join(new)) if new else ""
        self.say_aside("tags", _("no name of a tag: {name}").format(name=wrong) if wrong else words, problem=bool(wrong))

    def is_right(self) -> bool:
        """Whether all that is typed is understood; what is not has the keys, and says why."""
        checks: tuple[tuple[bool, Widget, str], ...] = (
            (not self._title.value.strip(), self._title, _("What is to be done?")),
            (_is_wrong(self._due, self._due_before), self._due.query_one(Input), _("This is no time to come.")),
            (self._rule is None, self._repeat, _("How often it comes again is not understood, or when it is due first.")),
            (self._assignee.is_wrong, self._assignee.query_one(Input), _("Who: nobody is called so.")),
            (self._team.is_wrong, self._team.query_one(Input), _("Team: none is called so.")),
            (bool(tags_typed(self._tags.value, ())[1]), self._tags, _("A tag cannot be called so.")),
        )
        wrong = next(((field, words) for bad, field, words in checks if bad), None)
        if wrong is not None:
            self.set_focus(wrong[0])
            self.complain(wrong[1])
        return wrong is None


def _time_of(field: TimeField) -> datetime | None:
    return field.found if isinstance(field.found, datetime) else None


def _is_wrong(field: TimeField, before: str) -> bool:
    """Whether words stand there that are no time; those of a time that has passed meanwhile may stay."""
    return bool(field.typed.strip()) and field.typed != before and not isinstance(field.found, datetime)


def _next_days(rule: str, due: datetime, zone: tzinfo) -> list[str]:
    """Return the days on which a task comes again after the first one."""
    days, at = [], due
    for _count in range(REPEATS_SHOWN):
        following = next_of(rule, at, at, zone)
        if following is None:
            break
        at, rule = following.due, following.recurrence
        days.append(day_and_time(at).rpartition(" ")[0])
        if not rule:
            break
    return days

"""Why nothing was done about a task, a reminder or a promise, in people's words. A part of `deskterm.words.wording`."""

from __future__ import annotations

from deskterm.i18n import N_

REFUSALS_OF_TIME: dict[str, str] = {
    "in_the_past": N_("That time has passed already."),
    "too_far_ahead": N_("That is more than three years ahead."),
    "reminds_viewer": N_("Whoever may only look is reminded of nothing: acknowledging it would be an act."),
    "not_your_reminder": N_("It is {name}'s reminder."),
    "bad_state": N_("It cannot become that."),
    "task_gone": N_("The task is not there any more."),
    "task_origin_lost": N_("What the task was to come from is not there any more."),
    "task_viewer": N_("{name} may only look, and cannot be given work."),
    "task_title_wanted": N_("What is to be done? The task wants a title."),
    "task_title_long": N_("The title is too long: {n} characters at most."),
    "task_description_long": N_("The description is too long: {n} characters at most."),
    "task_checklist_long": N_("A checklist has {n} points at most, of {length} characters each."),
    "task_changed": N_("{name} has changed the same since you saw the task. Nothing was changed: look at it again first."),
    "task_bad_recurrence": N_("“{text}” is no way to recur: write it as “every Monday”, “monthly” or “every 3 days”."),
    "task_recurrence_due": N_("What recurs wants a due time to begin with."),
}
"""Codes of `deskterm.desk.commands.Refused`, and their words."""

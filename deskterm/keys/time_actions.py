"""What is done to tasks, reminders, promises and notices: rows of the table of actions."""

from __future__ import annotations

from deskterm.i18n import N_
from deskterm.keys import make
from deskterm.keys.action import Action, Context, Group, Menu
from deskterm.keys.make import HERE

TIMES = (Context.TASKS, Context.NOTICES)
"""The rooms that list tasks, and what asks to be looked at."""
_TASKS = (Context.TASKS,)
_NEXT = " ".join(("tab", "right_square_bracket"))
_PREVIOUS = " ".join(("shift+tab", "left_square_bracket"))


def _task(
    id_: str,
    keys: str,
    title: str,
    help_: str,
    command: str,
    hint: str = "",
    *,
    group: Group = Group.ACT,
    at_once: bool = False,
) -> Action:
    """What is done in the room of tasks."""
    return Action(f"tasks.{id_}", tuple(keys.split()), title, help_, group, _TASKS, command, at_once=at_once, hint=hint)


def _sort(id_: str, keys: str, title: str, help_: str) -> Action:
    """An order of the tasks: a second key."""
    return Action(
        f"task_sort.{id_}", tuple(keys.split()), title, help_, Group.FIND, _TASKS, f"sort('{id_}')", Menu.TASK_SORT, False
    )


def _form(id_: str, key: str, title: str, help_: str, hint: str = "") -> Action:
    """What works while a task is written: letters are text there."""
    where = (Context.TASK,)
    return Action(f"task.{id_}", (key,), title, help_, Group.COMPOSE, where, f"task_{id_}", in_palette=False, hint=hint)


def _notices(id_: str, key: str, title: str, help_: str, hint: str = "") -> Action:
    """What is done to notices and to reminders whose time came."""
    return Action(
        f"notices.{id_}", (key,), title, help_, Group.ACT, (Context.NOTICES,), f"notice_{id_}", hint=hint
    )  # fmt: skip


_ANYWHERE = (
    make.go(
        "tasks", "t", N_("Tasks"), N_("What is to be done: mine, overdue, nobody's, and where it came from"), "room('tasks')"
    ),
    make.go(
        "notices",
        "e",
        N_("Notices"),
        N_("What asks to be looked at: reminders whose time came, and what I was told"),
        "room('notices')",
    ),
    make.go("promises", "p", N_("Promises"), N_("Conversations in which a time that we promised has passed"), "promises"),
    make.act(
        "task",
        "T",
        N_("Task from this message…"),
        N_("Make a task: the message becomes its description, the conversation stays linked"),
        at_once=True,
        hint=N_("task"),
    ),
    make.act(
        "tasks_here",
        "L",
        N_("Tasks here…"),
        N_("Open the task of this conversation, or choose among several"),
        at_once=True,
        hint=N_("tasks"),
    ),
    make.act(
        "remind",
        "b",
        N_("Remind me…"),
        N_("Be told at a time of this conversation, customer or task"),
        (*HERE, Context.CARD, Context.TASKS),
        at_once=True,
        hint=N_("remind"),
    ),
    make.act(
        "reminder_done",
        "d",
        N_("Reminder done"),
        N_("Acknowledge my reminder that stands here: the one whose time came, else the next one"),
        (*HERE, Context.CARD),
    ),
    make.act(
        "promised_times",
        "Y",
        N_("Promised times"),
        N_("Which policy holds for the conversation and why, how its clocks stand, and what happens next"),
        hint=N_("promised"),
    ),
    make.menu(Menu.PROMISE, "D", N_("Promise…"), N_("Say whether what was promised here was kept, or was no promise")),
    make.choice(Menu.PROMISE, "kept", "k", N_("Kept"), N_("What was promised here is kept"), "promise('kept')"),
    make.choice(Menu.PROMISE, "none", "n", N_("Was none"), N_("What was found here was no promise"), "promise('dropped')"),
    make.choice(Menu.PROMISE, "remind", "b", N_("Remind me…"), N_("Be reminded of what was promised here"), "promise_remind"),
    Action(
        "compose.take_reminder",
        ("f6",),
        N_("Remind me of the promise"),
        N_("Be reminded of the time that the reply promises; once more: it is no promise; once more: it is only noted"),
        Group.COMPOSE,
        (Context.COMPOSER,),
        "take_reminder",
        in_palette=False,
    ),
)

_LISTED = (
    _task(
        "open",
        "o",
        N_("Open"),
        N_("Open the task: all of it, to be read and changed"),
        "open_task",
        N_("open"),
        group=Group.MOVE,
    ),
    _task(
        "source",
        "enter l right",
        N_("Where it came from"),
        N_("To the message that the task came from; back returns to the tasks. One that came from nowhere is opened"),
        "task_source",
        N_("message"),
        group=Group.MOVE,
    ),
    _task("new", "c", N_("New task…"), N_("Make a task of its own"), "new_task", N_("new"), at_once=True),
    _task("done", "e", N_("Done or not"), N_("The task is done, or is not done after all"), "task_done", N_("done")),
    _task("begun", "w", N_("In progress or not"), N_("The task is being worked on, or waits again"), "task_begun"),
    _task("cancel", "x", N_("Cancel or not"), N_("The task is not to be done any more, or is after all"), "task_cancelled"),
    _task("assign", "a", N_("Give to…"), N_("Give the task to an operator, a team, or nobody"), "assign", at_once=True),
    _task("take", "A", N_("Take"), N_("Make the task mine"), "take"),
    _task("due", "s", N_("Due…"), N_("Say when it is due, in words; none: no time"), "task_due", N_("due"), at_once=True),
    _task("tags", "t", N_("Tags…"), N_("Say what the task is about: tick tags, or type a new one"), "tags", at_once=True),
    _task(
        "next", _NEXT, N_("Next tasks"), N_("Current, overdue, done, mine, nobody's"), "step(1)", N_("others"), group=Group.GO
    ),
    _task(
        "previous", _PREVIOUS, N_("Previous tasks"), N_("Nobody's, mine, done, overdue, current"), "step(-1)", group=Group.GO
    ),
    _task(
        "filter",
        "slash",
        N_("Filter…"),
        N_("Change which tasks are shown: words, is:overdue, due:<2d, tag:none and more"),
        "filter",
        N_("filter"),
        group=Group.FIND,
        at_once=True,
    ),
    Action(
        "tasks.sort",
        ("S",),
        N_("Sort…"),
        N_("Choose the order of the tasks"),
        Group.FIND,
        _TASKS,
        f"menu('{Menu.TASK_SORT}')",
        in_palette=False,
        at_once=True,
        hint=N_("sort"),
    ),
    _sort("due", "u d", N_("Due"), N_("What is due first")),
    _sort("date", "n", N_("Newest"), N_("What was made last")),
    _sort("status", "s", N_("Status"), N_("Open, in progress, done, cancelled")),
    _sort("assignee", "a", N_("Who has it"), N_("By who has the task")),
)

_WRITTEN = (
    _form("save", "ctrl+s", N_("Save"), N_("Keep the task as it stands here"), N_("save")),
    _form("theirs", "f5", N_("Show theirs"), N_("Show the task as it is kept now, in place of what is typed")),
    _form("remind", "f6", N_("Remind me…"), N_("Be told of the task at a time"), N_("remind")),
    _form("done", "f7", N_("Done or not"), N_("The task is done, or is not done after all"), N_("done")),
    _form("source", "f9", N_("Where it came from"), N_("To the message that the task came from"), N_("message")),
    _form("leave", "escape", N_("Leave"), N_("Leave; asks first where something would be lost"), N_("leave")),
)

_NOTICED = (
    _notices("read", "u", N_("Read or unread"), N_("Mark the notice as read, or as not read"), N_("read")),
    _notices("done", "e", N_("Acknowledge"), N_("What the reminder was about is done"), N_("done")),
    _notices("move", "s", N_("At another time…"), N_("Have the reminder come at another time, or again"), N_("later")),
    _notices("other", "tab", N_("Unread or all"), N_("Only the notices that are not read, or all of them"), N_("all")),
    _notices("settings", "S", N_("Ways of notices…"), N_("Choose by which ways I am told of what, and when not"), N_("ways")),
)

TIME_ACTIONS: tuple[Action, ...] = (*_ANYWHERE, *_LISTED, *_WRITTEN, *_NOTICED)

TIME_FOOTER: dict[Context, tuple[str, ...]] = {
    Context.TASKS: (
        "tasks.source",
        "tasks.open",
        "tasks.done",
        "tasks.due",
        "tasks.new",
        "tasks.next",
        "tasks.filter",
        "tasks.sort",
        "move.back",
        "do.help",
    ),
    Context.TASK: ("task.save", "task.done", "task.source", "task.remind", "task.leave"),
    Context.NOTICES: (
        "move.open",
        "notices.done",
        "notices.move",
        "notices.read",
        "notices.other",
        "notices.settings",
        "move.back",
        "do.help",
    ),
}
"""See `actions.FOOTER`."""
MARKED_TASKS_FOOTER = ("tasks.done", "tasks.assign", "tasks.due", "tasks.tags", "move.back", "do.help")
"""Those where tasks are marked, beside their count."""

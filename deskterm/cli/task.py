"""`deskterm task`: work that outlives a message, made, listed, shown, changed. What is done to many stands in `task_verbs`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import typer

from deskterm.cli import cursors, task_verbs
from deskterm.cli.acting import carry_out, conversation_id
from deskterm.cli.answer import Answer
from deskterm.cli.as_json import as_json
from deskterm.cli.groups import group
from deskterm.cli.invocation import Invocation, command
from deskterm.cli.task_shown import show_list, show_task
from deskterm.cli.task_verbs import Number, detail_of
from deskterm.cli.typed import typed_text
from deskterm.desk.commands_time import KEEP, AddTask, ChangeTask, Checklist
from deskterm.desk.decide_task import MAX_TITLE
from deskterm.desk.model import Priority
from deskterm.desk.query_task import TASKS, TaskQuery
from deskterm.desk.rows_time import TaskDetail
from deskterm.desk.text import clean_line
from deskterm.i18n import _
from deskterm.office import Office, OfficeError
from deskterm.verbs.listing import speaks_of_me
from deskterm.verbs.named import operator_named, priority_named, team_named, time_of
from deskterm.verbs.table import NOBODY
from deskterm.words.query_words import understood

app = group()
task_verbs.register(app)

CURRENT = "is:current"
"""What is listed where no query is given."""


@dataclass(frozen=True)
class Said:
    """What a task may say, as options of `add` and `edit`."""

    text: Annotated[str | None, typer.Option("--text", metavar="TEXT", help=_("The description, or - to read it."))] = None
    due: Annotated[str | None, typer.Option("--due", metavar="TIME", help=_("Until when: 2h, tomorrow 9:00, monday."))] = None
    assign: Annotated[
        str | None,
        typer.Option(
            "--assign", metavar="LOGIN", help=_("Whose it is: a login, me, or nobody; a new one is nobody's unless said.")
        ),
    ] = None
    team: Annotated[str | None, typer.Option("--team", metavar="TEAM", help=_("In which team's queue, or none."))] = None
    tag: Annotated[list[str] | None, typer.Option("--tag", metavar="TAG", help=_("Put a tag on."))] = None
    priority: Annotated[str | None, typer.Option("--priority", metavar="PRIORITY", help=_("low, normal, high or urgent."))] = (
        None
    )
    check: Annotated[
        list[str] | None,
        typer.Option("--check", metavar="WORDS", help=_("A point of the checklist; '[x] words' is one that is done.")),
    ] = None
    repeat: Annotated[
        str | None,
        typer.Option(
            "--repeat", metavar="RULE", help=_("How it recurs: 'every monday', monthly, 'every 3 days', or an RRULE.")
        ),
    ] = None

    @property
    def points(self) -> Checklist:
        """The points of the checklist; one that begins with [x] is done."""
        return tuple((words.removeprefix("[x]").strip(), words.startswith("[x]")) for words in self.check or ())


@app.command("add", help=_("Make a task."))
@command
def add(
    invocation: Invocation,
    said: Said,
    title: Annotated[str, typer.Argument(metavar="[TITLE]", help=_("What is to be done; a message says it itself."))] = "",
    message: Annotated[
        int | None, typer.Option("--from-message", metavar="ID", min=1, help=_("The message that it is from, by id."))
    ] = None,
    conversation: Annotated[
        str | None, typer.Option("--conversation", metavar="NUMBER", help=_("The conversation that it is about."))
    ] = None,
    customer: Annotated[
        int | None, typer.Option("--customer", metavar="ID", min=1, help=_("The customer it is about."))
    ] = None,
) -> Answer:
    """Make a task; from a message its text is the description, quoted."""

    async def act(office: Office) -> Answer:
        words, description = await _of_message(office, message, title, said.text)
        wish = AddTask(
            words,
            description,
            due=None if said.due is None else time_of(said.due, office.now(), office.zone),
            assignee_id=None if said.assign is None else await operator_named(said.assign, office),
            team_id=None if said.team is None else await team_named(said.team, office),
            tags=tuple(said.tag or ()),
            priority=Priority.NORMAL if said.priority is None else priority_named(said.priority),
            checklist=said.points,
            recurrence=said.repeat or "",
            conversation_id=None if conversation is None else await conversation_id(office, conversation),
            message_id=message,
            customer_id=customer,
        )
        return _shown(await _detail(office, (await carry_out(office, wish)).task_id))

    return invocation.ask(act)


async def _of_message(office: Office, message_id: int | None, title: str, text: str | None) -> tuple[str, str]:
    """Return the title and the description; what is not said is what the message says. Raises OfficeError."""
    if message_id is None:
        return title, typed_text(text or "")
    row = await office.message(message_id)
    if row is None:
        raise OfficeError("not_found", _("there is no message {id}").format(id=message_id))
    said = row.text.strip()
    first = next((line for line in said.splitlines() if line.strip()), "") or row.subject or row.placeholder
    quoted = "\n".join(f"> {line}" for line in said.splitlines())
    return title or clean_line(first, MAX_TITLE), quoted if text is None else typed_text(text)


@app.command("list", help=_("List tasks: those that are to be done, or what a query finds."))
@command
def list_(
    invocation: Invocation,
    words: Annotated[
        list[str] | None,
        typer.Argument(metavar="[QUERY]", help=_("In the filter language: 'is:overdue assignee:me', 'due:<1d'.")),
    ] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, max=500, help=_("How many at most."))] = 50,
    after: Annotated[str | None, typer.Option("--after", metavar="CURSOR", help=_("The page behind this cursor."))] = None,
) -> Answer:
    """Show tasks in the query's order."""
    query = " ".join(words or ()) or CURRENT

    async def look(office: Office) -> Answer:
        tree = understood(query, await office.names(), TASKS)
        behind = None if after is None else cursors.read(after, 1)[0]
        rows = await office.tasks(TaskQuery(tree, query), after=behind, limit=limit + 1)
        page = rows[:limit]
        more = cursors.write(page[-1].id) if len(rows) > limit else None
        return Answer(as_json(page), lambda paper: show_list(paper, page), next=more)

    return invocation.ask(look, acting=lambda: speaks_of_me(understood(query, among=TASKS)))


@app.command("show", help=_("Show a task."))
@command
def show(number: Number, invocation: Invocation) -> Answer:
    """Show a task whole."""

    async def look(office: Office) -> Answer:
        return _shown(await detail_of(office, number))

    return invocation.ask(look, acting=False)


@app.command("edit", help=_("Change a task; what is not named stays."))
@command
def edit(
    number: Number,
    invocation: Invocation,
    said: Said,
    title: Annotated[str | None, typer.Option("--title", metavar="TITLE", help=_("What is to be done."))] = None,
    untag: Annotated[list[str] | None, typer.Option("--untag", metavar="TAG", help=_("Take a tag off."))] = None,
) -> Answer:
    """Change a task; points of the checklist take the place of those that there were."""

    async def act(office: Office) -> Answer:
        detail = await detail_of(office, number)
        wish = ChangeTask(
            detail.row.id,
            title=title,
            description=None if said.text is None else typed_text(said.text),
            priority=None if said.priority is None else priority_named(said.priority),
            due=KEEP
            if said.due is None
            else None
            if said.due.casefold() in NOBODY
            else time_of(said.due, office.now(), office.zone),
            assignee_id=KEEP if said.assign is None else await operator_named(said.assign, office),
            team_id=KEEP if said.team is None else await team_named(said.team, office),
            add_tags=tuple(said.tag or ()),
            remove_tags=tuple(untag or ()),
            checklist=None if said.check is None else said.points,
            recurrence="" if (said.repeat or "-").casefold() in NOBODY else said.repeat,
            seen_version=detail.row.version,
        )
        await carry_out(office, wish)
        return _shown(await _detail(office, detail.row.id))

    return invocation.ask(act)


@app.command("check", help=_("Tick points of a task's checklist, by their places: deskterm task check T7 2."))
@command
def check(
    number: Number,
    places: Annotated[list[int], typer.Argument(metavar="PLACE...", min=1, help=_("Which points: 1 is the first."))],
    invocation: Invocation,
    off: Annotated[bool, typer.Option("--off", help=_("They are not done after all."))] = False,
) -> Answer:
    """Tick points, or take the ticks off; the others stay."""

    async def act(office: Office) -> Answer:
        detail = await detail_of(office, number)
        count = len(detail.checklist)
        for place in places:
            if place > count:
                words = _("T{number} has no point {place}").format(number=detail.row.number, place=place)
                raise OfficeError(
                    "not_found", words, _("See: {command}").format(command=f"deskterm task show {detail.row.number}")
                )
        points = tuple(
            (words, not off if place in places else done) for place, (words, done) in enumerate(detail.checklist, start=1)
        )
        await carry_out(office, ChangeTask(detail.row.id, checklist=points, seen_version=detail.row.version))
        return _shown(await _detail(office, detail.row.id))

    return invocation.ask(act)


async def _detail(office: Office, task_id: int | None) -> TaskDetail:
    detail = None if task_id is None else await office.task(task_id)
    if detail is None:
        raise OfficeError("not_found", _("the task is not there any more"))
    return detail


def _shown(detail: TaskDetail) -> Answer:
    return Answer(as_json(detail), lambda paper: show_task(paper, detail))

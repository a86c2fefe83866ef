"""The commands of `deskterm task` that do something to tasks: `task done 7 8`, `task assign --query is:overdue me`."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from deskterm.cli.answer import Answer, Json, Paper
from deskterm.cli.as_json import as_json
from deskterm.cli.conversation_verbs import MINUS_IS_OURS
from deskterm.cli.invocation import Invocation, command
from deskterm.cli.progress import counted
from deskterm.desk.commands import Done, Refused
from deskterm.desk.commands_time import ChangeTask, ManyTasks
from deskterm.desk.model import TaskStatus
from deskterm.desk.query import Everything, Mistake, parse, without_order
from deskterm.desk.query_task import TASKS, TaskQuery
from deskterm.desk.rows_time import TaskDetail
from deskterm.i18n import N_, _
from deskterm.office import Office, OfficeError
from deskterm.times.when_typed import typed_time
from deskterm.times.when_words import Mistake as NoTime
from deskterm.verbs.named import operator_named, priority_named, team_named, time_of
from deskterm.verbs.table import NOBODY
from deskterm.words.query_words import understood
from deskterm.words.task_words import many_tasks_words, task_changed_words
from deskterm.words.wording import reason_words, refusal_words

ANY = 0
_NUMBER = re.compile(r"[#tTтТ]?([0-9]{1,15})")
Number = Annotated[str, typer.Argument(metavar="NUMBER", help=_("The task's number: 7 or T7."))]
Make = Callable[[Sequence[str], Office], Awaitable[ChangeTask]]


async def _status_done(_words: Sequence[str], _office: Office) -> ChangeTask:
    return ChangeTask(ANY, status=TaskStatus.DONE)


async def _started(_words: Sequence[str], _office: Office) -> ChangeTask:
    return ChangeTask(ANY, status=TaskStatus.STARTED)


async def _cancelled(_words: Sequence[str], _office: Office) -> ChangeTask:
    return ChangeTask(ANY, status=TaskStatus.CANCELLED)


async def _reopened(_words: Sequence[str], _office: Office) -> ChangeTask:
    return ChangeTask(ANY, status=TaskStatus.OPEN)


async def _assigned(words: Sequence[str], office: Office) -> ChangeTask:
    return ChangeTask(ANY, assignee_id=await operator_named(" ".join(words), office))


async def _given(words: Sequence[str], office: Office) -> ChangeTask:
    return ChangeTask(ANY, team_id=await team_named(" ".join(words), office))


async def _due(words: Sequence[str], office: Office) -> ChangeTask:
    said = " ".join(words)
    return ChangeTask(ANY, due=None if said.casefold() in NOBODY else time_of(said, office.now(), office.zone))


async def _prioritised(words: Sequence[str], _office: Office) -> ChangeTask:
    return ChangeTask(ANY, priority=priority_named(" ".join(words)))


async def _tagged(words: Sequence[str], _office: Office) -> ChangeTask:
    names = [name.strip() for word in words for name in word.split(",") if name.strip()]
    add = tuple(name.removeprefix("+") for name in names if not name.startswith("-"))
    return ChangeTask(ANY, add_tags=add, remove_tags=tuple(name[1:] for name in names if name.startswith("-")))


@dataclass(frozen=True, slots=True)
class Verb:
    """One verb. `takes` is what stands behind the numbers ("" nothing)."""

    name: str
    help: str
    make: Make
    takes: str = ""


VERBS = (
    Verb("done", N_("Tasks are done. One of a series makes the next one."), _status_done),
    Verb("start", N_("Tasks are in progress."), _started),
    Verb("cancel", N_("Tasks are not wanted any more. A series ends with it."), _cancelled),
    Verb("reopen", N_("Tasks are to be done after all."), _reopened),
    Verb("assign", N_("Give tasks to an operator, or to nobody."), _assigned, "LOGIN"),
    Verb("team", N_("Put tasks into a team's queue, or into none."), _given, "TEAM"),
    Verb("due", N_("Set until when tasks are to be done, or: none."), _due, "TIME"),
    Verb("priority", N_("Say how much tasks matter."), _prioritised, "PRIORITY"),
    Verb("tag", N_("Put tags on tasks (+a or a) and take others off (-b)."), _tagged, "TAG..."),
)


def register(app: typer.Typer) -> None:
    """Add a command for each verb."""
    for verb in VERBS:
        settings: dict[str, Any] = MINUS_IS_OURS if verb.name == "tag" else {}
        app.command(verb.name, help=_(verb.help), context_settings=settings)(command(_function_of(verb)))


def _function_of(verb: Verb) -> Callable[..., Answer]:
    metavar = f"NUMBER... {verb.takes}".strip()
    help_ = _("Numbers of tasks, then what they get.") if verb.takes else _("Numbers of tasks.")

    def act(
        invocation: Invocation,
        words: list[str] | None = None,
        query: str | None = None,
        every: bool = False,
    ) -> Answer:
        limited = _limited(query, every=every)

        async def carried_out(office: Office) -> Answer:
            numbers, rest = _parted(words or [], verb, by_query=limited is not None)
            ids = await _ids(office, numbers, limited)
            return await _carry_out(office, await verb.make(rest, office), ids, as_json=invocation.json)

        return invocation.ask(carried_out)

    act.__annotations__ = {
        "invocation": Invocation,
        "words": Annotated[list[str] | None, typer.Argument(metavar=metavar, help=help_)],
        "query": Annotated[
            str | None,
            typer.Option("--query", metavar="QUERY", help=_("All that a query finds, in place of numbers: 'is:overdue'.")),
        ],
        "every": Annotated[bool, typer.Option("--all", help=_("All tasks, with a query that says nothing."))],
        "return": Answer,
    }
    return act


def _limited(query: str | None, *, every: bool) -> str | None:
    """Return the query; with `every` one of all tasks where there is none. Raises OfficeError("empty_query") for one that
    limits nothing and was not meant so."""
    if every:
        return query or ""
    tree = parse(query, TASKS) if query is not None else None
    if tree is not None and not isinstance(tree, Mistake) and isinstance(without_order(tree), Everything):
        fix = _("If you mean all of them, add --all.")
        raise OfficeError("empty_query", _("the query says nothing, and would find every task"), fix)
    return query


def _parted(words: Sequence[str], verb: Verb, *, by_query: bool) -> tuple[list[int], list[str]]:
    """Return the numbers and what stands behind them. Raises OfficeError("usage").

    A time may begin with a number: where what stands behind the numbers is none, the last of them is its first word
    ("10 december").
    """
    if by_query:
        return [], list(words)
    count = next((place for place, word in enumerate(words) if not _NUMBER.fullmatch(word)), len(words))
    if verb.takes and count == len(words):
        count -= 1
    if verb.name == "due" and count > 1 and isinstance(typed_time(" ".join(words[count:]), datetime.now(UTC)), NoTime):
        count -= 1
    if count < 1:
        raise OfficeError("usage", _("it is not said which tasks"), _("Name them by number, or by --query."))
    if not verb.takes and count < len(words):
        raise OfficeError("usage", _("a task is named by its number"), _("Write it as 7 or T7."))
    return [number_of(word) for word in words[:count]], list(words[count:])


def number_of(word: str) -> int:
    """Return the number that a word says (7, T7, #7). Raises OfficeError("usage")."""
    match = _NUMBER.fullmatch(word)
    if match is None:
        raise OfficeError("usage", _("a task is named by its number"), _("Write it as 7 or T7."))
    return int(match[1])


async def detail_of(office: Office, number: str) -> TaskDetail:
    """Return a task by its number. Raises OfficeError."""
    (task_id,) = await _ids(office, [number_of(number)], None)
    detail = await office.task(task_id)
    if detail is None:
        raise OfficeError("not_found", _("there is no task {number}").format(number=number))
    return detail


async def _ids(office: Office, numbers: Sequence[int], query: str | None) -> tuple[int, ...]:
    if query is not None:
        return await office.task_ids(TaskQuery(understood(query, await office.names(), TASKS), query))
    found = []
    for number in dict.fromkeys(numbers):
        task_id = await office.task_by_number(number)
        if task_id is None:
            see = _("See: {command}").format(command="deskterm task list")
            raise OfficeError("not_found", _("there is no task T{number}").format(number=number), see)
        found.append(task_id)
    return tuple(found)


async def _carry_out(office: Office, act: ChangeTask, ids: tuple[int, ...], *, as_json: bool) -> Answer:
    if not ids:
        return Answer({"changed": 0, "refused": []}, lambda paper: paper.line(_("nothing was found")))
    done = await _counted(office, act, ids, quiet=as_json)
    data: dict[str, Json] = {
        "command_id": done.command_id,
        "changed": done.count,
        "refused": [{"code": code, "count": count, "message": reason_words(code)} for code, count in done.refused],
    }
    detail = await office.task(ids[0]) if len(ids) == 1 else None
    if detail is not None:
        data["task"] = _row_json(detail)
    words = many_tasks_words(done, len(ids))
    if detail is not None and done.count:
        words = task_changed_words(act, detail.row.number)
    elif not done.count and not done.refused:
        words = _("there was nothing to do")

    def show(paper: Paper) -> None:
        paper.line(words)

    return Answer(data, show)


def _row_json(detail: TaskDetail) -> Json:
    return as_json(detail.row)


async def _counted(office: Office, act: ChangeTask, ids: tuple[int, ...], *, quiet: bool) -> Done:
    """Have it done, with a bar where it is long; when it is stopped, say how much is done. Raises OfficeError."""
    with counted(shown=not quiet) as count:
        try:
            if len(ids) == 1:
                answer = await office.submit(replace(act, task_id=ids[0]))
            else:
                answer = await office.submit(ManyTasks(act, ids), count)
        except asyncio.CancelledError:
            words = _("stopped: {done} of {total} are done and stay so").format(done=count.done, total=count.total)
            fix = _("Undo takes them back: {command}").format(command="deskterm conversation undo")
            raise OfficeError("interrupted", words, fix) from None
    if isinstance(answer, Refused):
        raise OfficeError(answer.code, refusal_words(answer).rstrip("."))
    if answer.refused and not answer.count:
        raise OfficeError(answer.refused[0][0], many_tasks_words(answer, len(ids)))
    return answer

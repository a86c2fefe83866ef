"""The commands of `deskterm conversation` that do something to conversations: one for each verb that the shell has.

They are the same verbs as those of the console's `:` line (`deskterm.verbs`): `deskterm conversation close 1042 1043`,
`deskterm conversation tag --query 'subject:refund' +refund`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from inspect import Parameter, Signature
from typing import Annotated, Any

import typer

from deskterm.cli.answer import Answer, Json, Paper
from deskterm.cli.as_json import as_json as as_json_row
from deskterm.cli.invocation import Invocation, command
from deskterm.cli.progress import counted
from deskterm.cli.wanted import wanted_error, wanted_lines
from deskterm.desk.commands import ConversationAct, Done, Many, Redo, Undo
from deskterm.desk.model import Status
from deskterm.desk.query import Everything, Mistake, parse, without_order
from deskterm.desk.rows import ConversationRow
from deskterm.i18n import N_, _
from deskterm.office import Office, OfficeError
from deskterm.verbs import work
from deskterm.verbs.call import Call
from deskterm.verbs.line import read_words
from deskterm.verbs.outcome import act_words, many_words, undone_words
from deskterm.verbs.table import SHELL, About, Choice, Kind, Verb
from deskterm.verbs.work import Wish
from deskterm.words.wording import reason_words

Query = Annotated[
    str | None,
    typer.Option("--query", metavar="QUERY", help=_("All that a query finds, in place of numbers: 'is:open tag:refund'.")),
]

All = Annotated[
    bool, typer.Option("--all", help=_("All conversations, in place of numbers or with a query that says nothing."))
]

MINUS_IS_OURS: dict[str, Any] = {"ignore_unknown_options": True, "help_option_names": ["--help"]}
"""Settings of a command whose words may begin with a minus: "-b" is a tag to be taken off and no option, and so is "-h"."""

ARGUMENTS: dict[Kind, str] = {
    Kind.OPERATOR: N_("Numbers of conversations, then a login, or nobody."),
    Kind.TEAM: N_("Numbers of conversations, then a team's name, or none."),
    Kind.TAGS: N_("Numbers of conversations, then tags: +a or a puts one on, -b takes one off."),
    Kind.PRIORITY: N_("Numbers of conversations, then low, normal, high or urgent."),
    Kind.TIME: N_("Numbers of conversations, then a time as 2h, tomorrow 9:00 or monday, or: customer."),
    Kind.NOTHING: N_("Numbers of conversations."),
}
"""What stands behind a verb, by its kind."""

CHOICES = {
    "without-tags": typer.Option("--without-tags", help=_("Also where the channel asks for tags.")),
    "block": typer.Option("--block", help=_("Hold back what its customer writes from now on.")),
}
"""The options of the verbs' own, by name."""


def register(app: typer.Typer) -> None:
    """Add a command for each verb that the shell has."""
    for verb in SHELL:
        settings = MINUS_IS_OURS if verb.kind is Kind.TAGS else {}
        app.command(verb.name, help=f"{_(verb.help)}.", context_settings=settings)(command(_function_of(verb)))


def _function_of(verb: Verb) -> Callable[..., Answer]:
    """Return the function of a verb's command, with the parameters that Typer reads."""
    if verb.about is About.HISTORY:

        def repeat(invocation: Invocation) -> Answer:
            return invocation.ask(lambda office: _carry_out(office, Call(verb), invocation.json))

        return repeat

    def act(invocation: Invocation, words: list[str] | None, query: str | None, every: bool, **choices: bool) -> Answer:
        said = frozenset(choice.name for choice in verb.choices if choices[_parameter(choice)])
        query = _limited(query, every=every)

        async def carried_out(office: Office) -> Answer:
            call = read_words(verb, words or [], office.now(), query=query, choices=said)
            if not call.names_its_own:
                raise OfficeError("usage", _("it is not said which conversations"), _("Name them by number, or by --query."))
            return await _carry_out(office, call, invocation.json)

        return invocation.ask(carried_out)

    takes = f"NUMBER... {verb.takes}".strip()
    hints: dict[str, Any] = {
        "invocation": Invocation,
        "words": Annotated[list[str] | None, typer.Argument(metavar=takes, help=_(ARGUMENTS[verb.kind]))],
        "query": Query,
        "every": All,
    }
    for choice in verb.choices:
        hints[_parameter(choice)] = Annotated[bool, CHOICES[choice.name]]
    defaults: dict[str, Any] = {"invocation": Parameter.empty, "words": None, "query": None}
    parameters = [
        Parameter(name, Parameter.KEYWORD_ONLY, default=defaults.get(name, False), annotation=hint)
        for name, hint in hints.items()
    ]
    act.__annotations__ = {**hints, "return": Answer}
    act.__signature__ = Signature(parameters)  # type: ignore[attr-defined]
    return act


def _limited(query: str | None, *, every: bool) -> str | None:
    """Return the query; with `every` one of all conversations where there is none. Raises OfficeError("empty_query") for one
    that limits nothing and was not meant so: a shell variable that is empty must not close the whole desk."""
    if every:
        return query or ""
    tree = parse(query) if query is not None else None
    if tree is not None and not isinstance(tree, Mistake) and isinstance(without_order(tree), Everything):
        raise OfficeError(
            "empty_query",
            _("the query says nothing, and would find every conversation"),
            _("If you mean all of them, add --all."),
        )
    return query


def _parameter(choice: Choice) -> str:
    return choice.name.replace("-", "_")


async def _carry_out(office: Office, call: Call, as_json: bool) -> Answer:
    wish = await work.wish_of(call, office)
    if isinstance(wish.command, Many) and not wish.ids:
        return Answer({"changed": 0, "refused": []}, lambda paper: paper.line(_("nothing was found")))
    try:
        done = await _counted(office, wish, as_json=as_json)
    except OfficeError as error:
        if error.code == "fields_wanted":
            raise await _wanted(office, wish, error) from None
        raise
    lines, numbers = await wanted_lines(office, dict(done.refused_ids).get("fields_wanted", ()))
    data: dict[str, Json] = {"command_id": done.command_id, "changed": done.count, "refused": _refused(done)}
    row = None
    if (only := _only_one(wish, done)) is not None:
        detail = await office.conversation(only)
        row = None if detail is None else detail.row
    if len(wish.ids) == 1:
        data["conversation"] = as_json_row(row)
    if numbers:
        data["fields_wanted"] = numbers

    def show(paper: Paper) -> None:
        for line in (_said(wish, done, row), *lines):
            paper.line(line)

    return Answer(data, show)


async def _wanted(office: Office, wish: Wish, error: OfficeError) -> OfficeError:
    """Return an error that says what must be filled in on the card of the only conversation, or on which cards of several."""
    if len(wish.ids) == 1:
        return await wanted_error(office, wish.ids[0])
    details = [await office.conversation(one) for one in wish.ids]
    unclosed = [one.row.id for one in details if one is not None and one.row.status is not Status.CLOSED]
    lines, _numbers = await wanted_lines(office, unclosed)
    return OfficeError(error.code, "\n".join((error.message, *lines)))


def _only_one(wish: Wish, done: Done) -> int | None:
    """Return the conversation that a command was about, where it was one."""
    if len(wish.ids) == 1:
        return wish.ids[0]
    return done.undone[1] if done.undone is not None else None


def _said(wish: Wish, done: Done, row: ConversationRow | None) -> str:
    if isinstance(wish.command, Undo | Redo):
        return undone_words(done, row, again=isinstance(wish.command, Redo))
    if not done.count and not done.refused:
        return _("there was nothing to do")
    if isinstance(wish.command, ConversationAct) and row is not None:
        return act_words(wish.command, row.number)
    return many_words(done, len(wish.ids))


async def _counted(office: Office, wish: Wish, *, as_json: bool) -> Done:
    """Have a command carried out, with a bar where it is long; when it is stopped, say how much is done."""
    if not isinstance(wish.command, Many | Undo | Redo):
        return await work.carry_out(wish, office)
    with counted(shown=not as_json) as count:
        try:
            return await work.carry_out(wish, office, count)
        except asyncio.CancelledError:
            words = _("stopped: {done} of {total} are done and stay so").format(done=count.done, total=count.total)
            fix = _("Undo takes them back: {command}").format(command="deskterm conversation undo")
            raise OfficeError("interrupted", words, fix) from None


def _refused(done: Done) -> Json:
    return [{"code": code, "count": count, "message": reason_words(code)} for code, count in done.refused]

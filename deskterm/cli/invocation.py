"""What all commands share: the options that stand before or after any of them, who acts, and how an error ends the program.

Options that several commands have are dataclasses whose fields are annotated as Typer wants it; `command` spreads them into
the options of a function and hands it the values back as one argument.
"""

from __future__ import annotations

import asyncio
import dataclasses
import functools
import inspect
import typing
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Self, TypeVar

import typer

from deskterm.cli.answer import Answer, print_answer, print_error
from deskterm.cli.bare import read_settings
from deskterm.i18n import _
from deskterm.office import Office, OfficeError
from deskterm.paths import Paths, find
from deskterm.settings import ChannelSettings, Settings

if TYPE_CHECKING:
    from deskterm.channels.base import Channel

_Result = TypeVar("_Result")


@dataclass(frozen=True)
class Place:
    """Which desk a command is about, and how it answers."""

    home: Annotated[
        Path | None, typer.Option("--home", metavar="FOLDER", help=_("The folder of the desk (also: DESKTERM_HOME)."))
    ] = None
    config: Annotated[Path | None, typer.Option("--config", metavar="FILE", help=_("Another configuration file."))] = None
    json: Annotated[bool, typer.Option("--json", help=_("Print JSON for scripts."))] = False

    def paths(self) -> Paths:
        """Return where this desk is."""
        return find(self.home, self.config)

    def settings(self, *, secrets: bool = False) -> Settings:
        """Read the configuration, see `read_settings`. Raises ConfigError."""
        return read_settings(self.paths(), secrets=secrets)

    def under(self, outer: object) -> Self:
        """Return these options, completed by those that stood before the command."""
        if not isinstance(outer, Place):
            return self
        given = {field.name: getattr(self, field.name) or getattr(outer, field.name) for field in dataclasses.fields(self)}
        return dataclasses.replace(self, **given)


@dataclass(frozen=True)
class Invocation(Place):
    """One run of a command that somebody carries out on a desk."""

    operator: Annotated[
        str | None, typer.Option("--operator", metavar="LOGIN", help=_("Who acts; not needed where there is only one."))
    ] = None

    @asynccontextmanager
    async def office(self, *, acting: bool | Callable[[], bool]) -> AsyncIterator[Office]:
        """Open the desk as the one who acts, or who only looks (see `ask`). A demo's desk needs no configuration.

        Raises OfficeError.
        """
        made_up = self._demo()
        settings, make = made_up if made_up is not None else (self.settings(), None)
        from deskterm import runtime
        from deskterm.desk.query import know_kinds

        know_kinds(settings.card.records)
        acts = acting() if callable(acting) else acting
        async with runtime.open_office(settings, self.operator, acting=acts, make=make) as office:
            yield office

    def _demo(self) -> tuple[Settings, Callable[[ChannelSettings], Channel]] | None:
        """Return the settings of the demo that lies where no configuration is, and what makes its channels."""
        paths = self.paths()
        try:
            if paths.config.exists() or not paths.home.is_dir():
                return None
        except OSError:
            return None  # reading the configuration will say what is wrong with the folder
        from deskterm import demo, i18n, logs

        made_up = demo.visited(paths.home)
        if made_up is not None:
            i18n.use(made_up[0].console.language)
            logs.start(paths.home)
        return made_up

    def ask(
        self, question: Callable[[Office], Coroutine[Any, Any, _Result]], *, acting: bool | Callable[[], bool] = True
    ) -> _Result:
        """Open the desk, have one thing done there, and close it. Who only looks (`acting` False) need not be named.

        Where a query says whether somebody acts, `acting` is asked once the fields of queries are known: those of the desk's
        own records are among them. Raises OfficeError.
        """

        async def run() -> _Result:
            async with self.office(acting=acting) as office:
                return await question(office)

        return asyncio.run(run())


def command(function: Callable[..., Answer | None]) -> Callable[..., None]:
    """Make a function that answers into what Typer registers: options spread, answer printed, errors turned into exit codes.

    Parameters annotated with a dataclass become one option per field.
    """
    parameters: list[inspect.Parameter] = [
        inspect.Parameter("context", inspect.Parameter.KEYWORD_ONLY, annotation=typer.Context)
    ]
    grouped: dict[str, type[Any]] = {}
    hints = typing.get_type_hints(function, include_extras=True)
    wants_context = "context" in hints
    for name, parameter in inspect.signature(function).parameters.items():
        if name == "context":
            continue
        if dataclasses.is_dataclass(hints[name]):
            grouped[name] = typing.cast(type[Any], hints[name])
        else:
            parameters.append(parameter.replace(annotation=hints[name], kind=inspect.Parameter.KEYWORD_ONLY))
    for kind in grouped.values():
        parameters += _options_of(kind)

    @functools.wraps(function)
    def run(context: typer.Context, **values: Any) -> None:
        as_json = False
        for name, kind in grouped.items():
            values[name] = kind(**{field.name: values.pop(field.name) for field in dataclasses.fields(kind)})
            if isinstance(values[name], Place):
                values[name] = values[name].under(context.obj)
                as_json = values[name].json
        if wants_context:
            values["context"] = context
        status = _carry_out(functools.partial(function, **values), as_json=as_json)
        if status is not None:
            raise typer.Exit(status)

    # What inspect and typing find on the wrapper must be its own signature, not that of the wrapped.
    vars(run).pop("__wrapped__")
    run.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    run.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    return run


def _options_of(kind: type[Any]) -> list[inspect.Parameter]:
    hints = typing.get_type_hints(kind, include_extras=True)
    return [
        inspect.Parameter(field.name, inspect.Parameter.KEYWORD_ONLY, default=field.default, annotation=hints[field.name])
        for field in dataclasses.fields(kind)
    ]


def _carry_out(work: Callable[[], Answer | None], *, as_json: bool) -> int | None:
    try:
        answer = work()
        if answer is None:
            return None
        print_answer(answer, as_json=as_json)
        return int(answer.status)
    except OfficeError as error:
        return print_error(error, as_json=as_json)
    except KeyboardInterrupt:
        return print_error(OfficeError("interrupted", _("interrupted")), as_json=as_json)

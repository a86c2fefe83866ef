"""`deskterm demo`: the whole program over made-up customers, apart from any real desk."""

from __future__ import annotations

from typing import Annotated

import typer

from deskterm.cli.answer import Answer
from deskterm.cli.invocation import Invocation, command
from deskterm.i18n import _


@command
def demo(
    invocation: Invocation,
    size: Annotated[int, typer.Option("--size", min=1, max=1_000_000, help=_("How many conversations to begin with."))] = 200,
    seed: Annotated[int, typer.Option("--seed", help=_("The same seed makes the same customers."))] = 7,
    pace: Annotated[
        float, typer.Option("--pace", min=0, max=1000, help=_("How slowly customers answer: 1 is lifelike, 0 at once."))
    ] = 1.0,
    no_console: Annotated[bool, typer.Option("--no-console", help=_("Only make the desk, and say where it is."))] = False,
) -> Answer:
    """Run the demo. DESKTERM_HOME does not count here: a demo never touches a real desk unless told its folder."""
    from deskterm import demo as made_up

    status = made_up.run(
        size=size, seed=seed, home=invocation.home, pace=pace, console=not no_console, login=invocation.operator
    )
    return Answer(None, lambda paper: None, status=status)

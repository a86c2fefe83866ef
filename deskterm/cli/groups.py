"""How a noun's group of commands is made: alike for all of them."""

from __future__ import annotations

import typer


def group() -> typer.Typer:
    """Return an empty group of commands that shows its help when called alone."""
    return typer.Typer(no_args_is_help=True, rich_markup_mode=None)

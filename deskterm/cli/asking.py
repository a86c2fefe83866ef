"""Asking a person step by step, or not at all: what a script leaves out is then an error that names the option.

Questions go to stderr, so that standard output stays the answer.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

import typer

from deskterm.desk.text import clean_line
from deskterm.i18n import _
from deskterm.office import OfficeError

Rule = Callable[[str], str]
"""Returns an answer as it is kept, or raises ValueError(what to write instead)."""
_Value = TypeVar("_Value")


class Asker:
    """Asks questions on the terminal; with `interactive` False takes defaults and refuses where there is none.

    `asked` counts the questions that were answered.
    """

    def __init__(self, *, interactive: bool) -> None:
        self.interactive = interactive
        self.asked = 0
        self._answers: dict[str, str] = {}

    def say(self, text: str) -> None:
        """Tell a person something, on stderr; a script is told nothing."""
        if self.interactive:
            typer.echo(clean_line(text, 1000), err=True)

    def text(self, question: str, option: str, given: str | None, default: str = "", rule: Rule | None = None) -> str:
        """Return an answer: the option's value, else what is typed, asked again until the rule is content.

        Asked a second time, the answer of the first is the default.

        Raises OfficeError("usage") for an option that breaks the rule, and without a terminal where there is no default.
        """
        check = rule or _needed
        if given is not None:
            return _option(option, given, check)
        if not self.interactive:
            if not default:
                raise OfficeError(
                    "usage", _("{option} is missing").format(option=option), _("Add it, or leave out --no-input.")
                )
            return _option(option, default, check)
        default = self._answers.get(option, default)
        while True:
            self.asked += 1
            answer = str(typer.prompt(question, default=default or None, err=True)).strip()
            try:
                kept = check(answer)
            except ValueError as error:
                self.say(f"  {error}")
            else:
                self._answers[option] = kept
                return kept

    def choice(self, question: str, option: str, given: str | None, words: Sequence[str], default: str) -> str:
        """Return one of some words."""

        def rule(answer: str) -> str:
            matching = [word for word in words if word.startswith(answer.lower())] if answer else []
            if len(matching) != 1:
                raise ValueError(_("Write one of: {words}.").format(words=", ".join(words)))
            return matching[0]

        return self.text(f"{question} ({'/'.join(words)})", option, given, default, rule)

    def secret(self, question: str) -> str:
        """Return a secret typed without being shown. Only where somebody is there to type it."""
        while True:
            self.asked += 1
            answer = typer.prompt(question, hide_input=True, err=True)
            if str(answer).strip():
                return str(answer).strip()

    def confirm(self, question: str, *, default: bool) -> bool:
        """Return a yes or no; the default where nobody is asked."""
        return typer.confirm(question, default=default, err=True) if self.interactive else default


def _needed(answer: str) -> str:
    if not answer:
        raise ValueError(_("Write something."))
    return answer


def _option(option: str, given: str, rule: Rule) -> str:
    try:
        return rule(given.strip())
    except ValueError as error:
        raise OfficeError("usage", _("{option} is not right").format(option=option), str(error)) from error

"""The console alone: whoever opens it pays for no command. The tree of commands, and Typer with it, is loaded for all else."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from deskterm.paths import Paths, find
from deskterm.settings import Settings

OPTIONS = ("--home", "--config", "--operator")
"""What may stand before nothing else; the same options as in `deskterm.cli.invocation`."""
COMPLETING = "_DESKTERM_COMPLETE"
"""Typer's variable with which a shell asks for completions."""


@dataclass(frozen=True)
class Bare:
    """A call of the program without a command: which desk the console opens, and for whom."""

    home: Path | None = None
    config: Path | None = None
    operator: str | None = None

    def run(self) -> int:
        """Open the console. Returns the exit status. Raises OfficeError."""
        settings = read_settings(find(self.home, self.config), secrets=True)
        from deskterm import runtime

        return runtime.run_console(settings, self.operator)


def bare(arguments: Sequence[str]) -> Bare | None:
    """Return what a command line without a command says; None where the tree of commands must look at it."""
    if COMPLETING in os.environ:
        return None
    given: dict[str, str] = {}
    words = iter(arguments)
    for word in words:
        name, is_joined, value = word.partition("=")
        if not is_joined:
            value = next(words, "")
        if name not in OPTIONS or not value or value.startswith("-"):
            return None
        given[name] = value
    home, config, operator = (given.get(name) for name in OPTIONS)
    return Bare(Path(home) if home else None, Path(config) if config else None, operator)


def read_settings(paths: Paths, *, secrets: bool) -> Settings:
    """Read the configuration, choose its language and start the log. Raises ConfigError.

    With `secrets` the passwords and tokens are there too: only for what connects to a channel.
    """
    from deskterm import config, i18n, logs

    i18n.use(config.language(paths.config))
    settings = config.load(paths, secrets=secrets)
    logs.start(settings.home, logs.secrets_of(settings))
    return settings

"""Secrets of the configuration: from the environment, a private file, systemd, or written out in a private configuration.

Never from the command line, which every user of the machine can read. No error here repeats a secret.
"""

from __future__ import annotations

import os
import shlex
import stat
from collections.abc import Mapping
from pathlib import Path

from deskterm.config.table import MAX_TEXT, Table
from deskterm.i18n import _
from deskterm.paths import OTHERS, absolute
from deskterm.settings import Secret

ENV = "env:"
FILE = "file:"
CREDENTIAL = "credential:"
"""A credential that systemd passes to a service (LoadCredential=, systemd.exec(5)), by its name."""
CREDENTIALS_FOLDER = "CREDENTIALS_DIRECTORY"


class SecretReader:
    """Resolves the secrets of one configuration file. With `wanted` False they stay empty: who only looks at the store needs
    none, and need not be given the environment of the one who polls."""

    def __init__(self, config: Path, environ: Mapping[str, str], *, wanted: bool, private: bool) -> None:
        self._folder = config.parent
        self._config = config
        self._environ = environ
        self._wanted = wanted
        self._private = private

    def take(self, table: Table, key: str, *, needed: bool = True) -> Secret:
        """Return the secret that a key names. Problems go to the table."""
        given = table.take_needed_text(key) if needed else table.take_text(key)
        if not given:
            return Secret("")
        if not given.startswith((ENV, FILE, CREDENTIAL)):
            self._check_inline(table, key)
            return Secret(given if self._wanted else "")
        if not self._wanted:
            return Secret("")
        if given.startswith(ENV):
            return self._from_environment(table, key, given.removeprefix(ENV))
        if given.startswith(CREDENTIAL):
            return self._from_systemd(table, key, given.removeprefix(CREDENTIAL))
        return self._from_file(table, key, given.removeprefix(FILE))

    def _check_inline(self, table: Table, key: str) -> None:
        if not self._private:
            table.wrong(
                key,
                _("is a secret in a file that others can read"),
                _("Run: {command}").format(command=f"chmod 600 {shlex.quote(str(self._config))}"),
            )

    def _from_environment(self, table: Table, key: str, name: str) -> Secret:
        value = self._environ.get(name, "")
        if not value:
            table.wrong(
                key,
                _("names an environment variable that is not set"),
                _("Set it before the start, or put the secret into a file and write file:PATH."),
            )
        return Secret(value)

    def _from_systemd(self, table: Table, key: str, name: str) -> Secret:
        folder = self._environ.get(CREDENTIALS_FOLDER, "")
        try:
            if not folder or "/" in name:
                raise ValueError("not a credential of ours")
            # Its mode bits show the mask of an access list; systemd itself keeps others out.
            return Secret(read_line(Path(folder) / name, private=False))
        except (OSError, ValueError):
            table.wrong(key, _("names a credential that systemd did not pass"), _("Add LoadCredential= to the service."))
        return Secret("")

    def _from_file(self, table: Table, key: str, name: str) -> Secret:
        try:
            value = read_line(absolute(Path(name), self._folder), private=True)
        except NotPrivate as error:
            table.wrong(
                key,
                _("names a file that others can read"),
                _("Run: {command}").format(command=f"chmod 600 {shlex.quote(str(error.path))}"),
            )
        except (OSError, ValueError):  # ValueError also for what no file can be called
            table.wrong(key, _("names a file that cannot be read"), _("Make it with the secret as its only line, mode 600."))
        else:
            if not value:
                table.wrong(key, _("names an empty file"), _("Write the secret into it."))
            return Secret(value)
        return Secret("")


class NotPrivate(Exception):
    """A file with a secret in it that group or world may read or write."""

    def __init__(self, path: Path) -> None:
        super().__init__("open to others")
        self.path = path


def read_line(path: Path, *, private: bool) -> str:
    """Return the one line of a file, without the white space around it. With `private` nobody else may have access to it.

    Raises NotPrivate; OSError; ValueError for what is no regular file, too long, or not UTF-8.
    """
    # O_NONBLOCK: a named pipe must not hold up the start.
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    with os.fdopen(descriptor, "rb") as file:
        info = os.fstat(file.fileno())
        if not stat.S_ISREG(info.st_mode):
            raise ValueError("not a regular file")
        if private and info.st_mode & OTHERS:
            raise NotPrivate(path)
        data = file.read(4 * MAX_TEXT + 1)
    text = data.decode("utf-8").strip()
    if len(text) > MAX_TEXT or "\n" in text or "\0" in text:
        raise ValueError("not one line")
    return text

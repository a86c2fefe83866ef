"""The program's entry: what must happen before anything else, and what ends it.

Only this module may stop the process. Whatever goes wrong leaves one line for a person and an exit status; a fault of our own
goes to the log with its traceback.
"""

from __future__ import annotations

import contextlib
import os
import sys
import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING, NoReturn

import deskterm.sqlite_bootstrap  # noqa: F401 - first: before anything imports the older sqlite3
from deskterm import i18n, paths, quick_start

if TYPE_CHECKING:
    from deskterm.office import OfficeError

GONE = 1
"""The exit status when nobody reads our output any more (Python's own advice, docs of the signal module)."""


def run() -> None:
    """Run deskterm with the arguments of the process, and end the process."""
    quick_start.begin()
    paths.keep_private()
    i18n.use("auto")
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    try:
        status = main(sys.argv[1:])
        sys.stdout.flush()
    except BrokenPipeError:
        # The reader of our output left (`| head`): there is nobody to tell, and the interpreter must not try at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        status = GONE
    _leave(status)


def _leave(status: int) -> NoReturn:
    """End the process. A thread that still works (aiogram being loaded) is not torn down by the interpreter, whose end would
    unwind native code in the middle: the process is simply gone."""
    if threading.active_count() == 1:
        sys.exit(status)
    with contextlib.suppress(OSError, ValueError):
        sys.stderr.flush()
    os._exit(status)


def main(arguments: Sequence[str]) -> int:
    """Carry out one command line and return the exit status."""
    from deskterm.cli.answer import print_error
    from deskterm.cli.bare import bare
    from deskterm.office import OfficeError

    as_json = "--json" in arguments
    try:
        opened = bare(arguments)
        return _by_tree(arguments) if opened is None else opened.run()
    except OfficeError as error:
        return print_error(error, as_json=as_json)
    except KeyboardInterrupt:
        return print_error(OfficeError("interrupted", i18n._("interrupted")), as_json=as_json)
    except SystemExit as end:  # Typer's own answer to a reader that left
        return end.code if isinstance(end.code, int) else GONE
    except BrokenPipeError:
        return GONE
    except Exception as error:
        return print_error(_fault(error), as_json=as_json)


def _by_tree(arguments: Sequence[str]) -> int:
    """Have the tree of commands carry out a command line. Raises OfficeError where it is none."""
    import typer

    from deskterm.cli.tree import app
    from deskterm.office import OfficeError

    quick_start.done()
    try:
        return int(app(list(arguments), prog_name="deskterm", standalone_mode=False) or 0)
    except typer.TyperException as error:
        message = error.format_message().rstrip(".")
        raise OfficeError("usage", message, i18n._("See: deskterm --help")) from error
    except typer.Abort as error:
        raise OfficeError("interrupted", i18n._("interrupted")) from error


def _fault(error: Exception) -> OfficeError:
    import logging
    import traceback

    from deskterm.logs import Redactor
    from deskterm.office import OfficeError

    if logging.getLogger().handlers:
        logging.getLogger("deskterm.cli").critical("the command failed", exc_info=error)
        fix = i18n._("The log says where; please report it.")
    else:
        # No configuration was read, so no secret is known yet; the pattern of tokens is taken out all the same.
        sys.stderr.write(Redactor()("".join(traceback.format_exception(error))))
        fix = i18n._("Please report the lines above.")
    kind = type(error).__name__
    return OfficeError("fault", i18n._("deskterm failed for a reason of its own: {kind}").format(kind=kind), fix)

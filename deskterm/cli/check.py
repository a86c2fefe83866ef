"""`deskterm check`: is everything in order? Each step says so, or what is wrong and how to mend it."""

from __future__ import annotations

import asyncio
import os
import shlex
from collections.abc import Iterator
from pathlib import Path

from deskterm.cli.answer import Answer, Json, Paper
from deskterm.cli.as_json import as_json
from deskterm.cli.channel_dialog import step_line, try_channel
from deskterm.cli.exits import Exit
from deskterm.cli.invocation import Place, command
from deskterm.config import ConfigError
from deskterm.config.write import SECRETS
from deskterm.desk.post import CheckResult
from deskterm.i18n import _, ngettext
from deskterm.office import OfficeError
from deskterm.paths import Paths, logs_dir, open_to_others
from deskterm.settings import Settings
from deskterm.sqlite_bootstrap import SAFE_WAL, version


@command
def check(place: Place) -> Answer:
    """Test configuration, permissions, SQLite, store and connections; ends with 1 where something is wrong."""
    paths = place.paths()
    settings, steps = _configuration(place)
    steps += _permissions(paths)
    steps.append(_sqlite())
    if settings is not None:
        steps += _keys(settings)
        store = _store(settings)
        steps += store
        if all(step.ok for step in store):
            steps += _promised(settings)
        for channel in settings.channels:
            if channel.enabled:
                found = try_channel(channel)
                steps += [CheckResult(f"{channel.name}: {step.step}", step.ok, step.detail, step.fix) for step in found]
    wrong = sum(not step.ok for step in steps)
    data: Json = {"problems": wrong, "steps": as_json(tuple(steps))}

    def show(paper: Paper) -> None:
        for step in steps:
            paper.line(step_line(step))
        paper.line(ngettext("{count} problem", "{count} problems", wrong).format(count=wrong) if wrong else _("all in order"))

    return Answer(data, show, status=Exit.REFUSED if wrong else Exit.OK)


def _configuration(place: Place) -> tuple[Settings | None, list[CheckResult]]:
    try:
        settings = place.settings(secrets=True)
    except ConfigError as error:
        step = _("configuration")
        return None, [
            CheckResult(step, False, ": ".join(filter(None, [f"{item.file}:{item.line}", item.key, item.what])), item.fix)
            for item in error.problems
        ]
    except OfficeError as error:
        return None, [CheckResult(_("configuration"), False, error.message, error.fix)]
    step = _("configuration")  # in the language that the configuration asks for
    detail = str(settings.config_file)
    if not settings.channels:
        return settings, [CheckResult(step, False, _("it names no channel"), _("Run: deskterm channel add"))]
    return settings, [CheckResult(step, True, detail), *_retention(settings)]


def _retention(settings: Settings) -> list[CheckResult]:
    """Say how long words are kept, where that is not for ever: once it is over they are gone for good."""
    words = _("words are erased {days} days after closing")
    kept = [(one.name, one.retention_days) for one in settings.channels if one.retention_days is not None]
    return [CheckResult(name, True, words.format(days=days)) for name, days in kept]


def _permissions(paths: Paths) -> list[CheckResult]:
    """Look at every file of the desk; one result for each that others may open, or one good one."""
    step = _("permissions")
    found = []
    for path in _private_things(paths):
        try:
            if open_to_others(path):
                mode = "700" if path.is_dir() else "600"
                fix = _("Run: {command}").format(command=f"chmod {mode} {shlex.quote(str(path))}")
                found.append(CheckResult(step, False, _("others may open {path}").format(path=path), fix))
        except OSError as error:
            found.append(CheckResult(step, False, f"{path}: {error.strerror}", _("Run deskterm as its owner.")))
    if paths.home.exists() and not os.access(paths.home, os.W_OK):
        found.append(
            CheckResult(step, False, _("{path} cannot be written").format(path=paths.home), _("Run deskterm as its owner."))
        )
    return found or [CheckResult(step, True, _("nobody else may read {path}").format(path=paths.home))]


def _private_things(paths: Paths) -> Iterator[Path]:
    """Yield the folder, its files, the logs and the secrets. Files inside a private folder are out of others' reach anyway, but
    a folder's mode is soon changed."""
    folders = [paths.home, logs_dir(paths.home), paths.config.parent / SECRETS]
    for folder in folders:
        if folder.is_dir():
            yield folder
            yield from sorted(item for item in folder.iterdir() if item.is_file() and item != paths.config)
    if paths.config.exists():
        yield paths.config


def _sqlite() -> CheckResult:
    detail = ".".join(map(str, version()))
    if version() < SAFE_WAL:
        wanted = ".".join(map(str, SAFE_WAL))
        # The store copes with it, more slowly: no problem, but worth saying.
        detail = _("{version}: older than {wanted}, so the store uses journal_mode=TRUNCATE and is slower").format(
            version=detail, wanted=wanted
        )
    return CheckResult("SQLite", True, detail)


def _keys(settings: Settings) -> list[CheckResult]:
    """Look whether the operator's own keys can work. Nothing to say, and no console to load, where there are none."""
    if not settings.console.keys:
        return []
    from deskterm.keys.keymap import Keymap

    problems = Keymap(settings.console.keys).problems
    fix = _("Change it under [keys]; the console's help (?) shows the ids.")
    return [CheckResult(_("keys"), False, problem.message, fix) for problem in problems] or [CheckResult(_("keys"), True)]


def _promised(settings: Settings) -> list[CheckResult]:
    """Look whether what is promised can be kept to, as `deskterm sla check` does; nothing where nothing is promised."""
    if not (settings.promised.policies or settings.promised.calendars):
        return []
    from deskterm import runtime
    from deskterm.cli.sla_findings import sla_findings
    from deskterm.desk.query import know_kinds

    know_kinds(settings.card.records)

    async def look() -> list[CheckResult]:
        async with runtime.open_office(settings, None, acting=False) as office:
            return await sla_findings(office, settings.promised)

    try:
        return asyncio.run(look())
    except OfficeError as error:
        return [CheckResult(_("what is promised"), False, error.message, error.fix)]


def _store(settings: Settings) -> list[CheckResult]:
    from deskterm import runtime

    try:
        return list(runtime.check_store(settings))
    except OfficeError as error:
        return [CheckResult(_("store"), False, error.message, error.fix)]

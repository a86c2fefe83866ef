"""The configuration file as frozen settings: TOML in, `Settings` out, and every mistake in it named at once.

All errors are `ConfigError`s that say file, line, key, what is wrong and how to mend it, and never a value. `config.write`
writes the file; `config.example.toml` shows every key.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from pathlib import Path

from deskterm.config.card import card_settings
from deskterm.config.channels import channel_settings, same_twice
from deskterm.config.hours import Around, zone_rule
from deskterm.config.lines import lines_of
from deskterm.config.promises import book
from deskterm.config.secrets import SecretReader
from deskterm.config.table import ConfigError, Problem, Problems, Table, nearest
from deskterm.i18n import _
from deskterm.paths import Paths, open_to_others
from deskterm.settings import ChannelSettings, ConsoleSettings, DeskSettings, EmailSettings, Settings
from deskterm.times.zones import NO_ZONE

__all__ = ["ConfigError", "Problem", "language", "load", "parse", "read_text"]

MAX_FILE = 2**20
"""A configuration of more than a mebibyte is some other file."""
LANGUAGES = ("auto", "en", "ru")
DEFAULT_DOMAIN = "deskterm.invalid"
"""The mail domain of a desk without a mailbox: RFC 2606 keeps .invalid free for ever."""
_AT = re.compile(r"\s*\((?:at line (\d+), column (\d+)|at end of document)\)$")
_BARE = re.compile(r"\s*(\[[^\]\"'#]*[^\x00-\x7f]|[^=\"'#\x00-\x7f][^=\"'#]*=)")
"""A line whose table or key has a letter that TOML knows between quotes only."""
_SAFE = ("Expected ", "Unescaped ", "Unclosed ", "Unterminated ", "Invalid ", "Cannot overwrite ")
"""tomllib's messages that begin so repeat nothing of the file but punctuation (Python 3.11 to 3.13)."""
_DOMAIN = re.compile(r"(?=.{1,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}", re.IGNORECASE)


def load(paths: Paths, environ: Mapping[str, str] = os.environ, *, secrets: bool = True) -> Settings:
    """Read the configuration file. With `secrets` False they stay empty: enough for what only looks at the store.

    Raises ConfigError.
    """
    text = read_text(paths.config)
    return parse(text, paths, environ, secrets=secrets, private=not open_to_others(paths.config), keep=paths.home)


def parse(
    text: str,
    paths: Paths,
    environ: Mapping[str, str] = os.environ,
    *,
    secrets: bool = True,
    private: bool = True,
    today: date | None = None,
    keep: Path | None = None,
) -> Settings:
    """Return the settings that a TOML text says. `private` says whether others are kept from reading the file; holidays are
    those known on `today` (None: by the machine's clock), and kept in the folder `keep`.

    Raises ConfigError with all problems of the text.
    """
    values = _toml(text, paths.config)
    problems = Problems(paths.config, lines_of(text))
    reader = SecretReader(paths.config, environ, wanted=secrets, private=private)
    root = Table(values, (), problems)
    channels = tuple(
        channel
        for name, table in root.take_table("channels").take_tables()
        if (channel := channel_settings(name, table, reader, paths.config.parent)) is not None
    )
    same_twice(channels, root.take_table("channels"))
    desk = _desk(root.take_table("desk"), channels)
    console = _console(root.take_table("console"), root.take_table("keys"))
    card = card_settings(root.take_table("card"), root.take_table("records"), root.take_table("channels").names())
    day = today or datetime.now(UTC).date()
    zone = desk.zone or (NO_ZONE if root.take_table("desk").has("timezone") else "")  # a wrong one is told of once
    promised = book(root, Around(zone, root.take_table("channels").names(), day, keep))
    root.end()
    problems.raise_any()
    return Settings(paths.home, paths.config, desk, console, channels, card, promised)


def language(path: Path) -> str:
    """Return the language that a file asks for, also where something else in it is wrong: what is wrong is told in it.

    "auto" where it asks for none, or cannot be read at all.
    """
    try:
        console = _toml(read_text(path), path).get("console")
    except ConfigError:
        return "auto"
    wanted = console.get("language") if isinstance(console, dict) else None
    return wanted if isinstance(wanted, str) and wanted in LANGUAGES else "auto"


def read_text(path: Path) -> str:
    """Return the configuration file's text. Raises ConfigError."""
    try:
        with path.open("rb") as file:
            data = file.read(MAX_FILE + 1)
        if len(data) > MAX_FILE:
            raise _whole_file(path, _("is too large for a configuration"), _("Name the right file with --config."))
        return data.decode("utf-8-sig").replace("\r\n", "\n")
    except FileNotFoundError as error:
        raise _whole_file(path, _("there is no configuration here"), _("Run: deskterm init")) from error
    except PermissionError as error:
        raise _whole_file(path, _("may not be read"), _("Run deskterm as its owner, or name another with --config.")) from error
    except UnicodeDecodeError:
        raise _whole_file(path, _("is not UTF-8"), _("Save it as UTF-8 text.")) from None
    except OSError as error:
        raise _whole_file(path, str(error.strerror), _("Name another file with --config.")) from error


def _whole_file(path: Path, what: str, fix: str) -> ConfigError:
    return ConfigError((Problem(path, 1, "", what, fix),))


def _toml(text: str, path: Path) -> dict[str, object]:
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        # tomllib's words may hold a piece of the file, and the error the whole of it: neither is passed on.
        message = str(error)
        at = _AT.search(message)
        line = int(at[1]) if at and at[1] else text.count("\n") + 1 if at else 1
        words = (
            message[: at.start()]
            if at and message.startswith(_SAFE)
            else _("a key or table stands twice, or a stray character")
        )
        fix = _("Mend this line or the one before it.")
        if _BARE.match(text.splitlines()[line - 1] if line <= text.count("\n") + 1 and text else ""):
            fix = _('Write a name with other letters than a-z between quotes, as [calendars."лавка"].')
        problem = Problem(path, line, "", _("is not TOML: {words}").format(words=words), fix)
    raise ConfigError((problem,))


def _desk(table: Table, channels: tuple[ChannelSettings, ...]) -> DeskSettings:
    first = next((channel for channel in channels if isinstance(channel, EmailSettings)), None)
    default = first.address.rpartition("@")[2] if first else DEFAULT_DOMAIN
    usual = DeskSettings()
    desk = DeskSettings(
        name=table.take_text("name", usual.name, rule=_shorter(80)),
        mail_domain=table.take_text("mail_domain", default, rule=_domain),
        undo_s=table.take_number("undo_seconds", usual.undo_s, 0, 600),
        zone=table.take_text("timezone", usual.zone, rule=zone_rule),
    )
    table.end()
    return desk


def _shorter(limit: int) -> Callable[[str], str]:
    def rule(text: str) -> str:
        if not 1 <= len(text) <= limit:
            raise ValueError(_("Use 1 to {limit} characters.").format(limit=limit))
        return text

    return rule


def _domain(text: str) -> str:
    try:
        ascii_form = text.encode("idna").decode("ascii").lower()
    except UnicodeError:
        ascii_form = ""
    if not _DOMAIN.fullmatch(ascii_form):
        raise ValueError(_("Write a domain such as example.org."))
    return ascii_form


def _language(text: str) -> str:
    if text not in LANGUAGES:
        raise ValueError(nearest(text[:20], list(LANGUAGES)))
    return text


def _keys(table: Table, before: str = "") -> dict[str, str]:
    """Return action ids and keys. The ids have dots, and TOML makes tables of `act.reply = "R"` where they are not quoted."""
    keys: dict[str, str] = {}
    for name in table.names():
        if table.is_table(name):
            keys |= _keys(table.take_table(name), f"{before}{name}.")
        else:
            keys[before + name] = table.take_text(name, rule=_shorter(60))
    return keys


def _console(table: Table, keys: Table) -> ConsoleSettings:
    usual = ConsoleSettings()
    console = ConsoleSettings(
        language=table.take_text("language", usual.language, rule=_language),
        theme=table.take_text("theme", usual.theme, rule=_shorter(60)),
        ascii=table.take_flag("ascii", usual.ascii),
        bell=table.take_flag("bell", usual.bell),
        keys=_keys(keys),
    )
    table.end()
    return console

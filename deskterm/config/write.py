"""Writing the configuration: channels are added to the file as it is, comments kept, and it is whole at every moment.

Secrets never go into the configuration itself: they lie in private files in `secrets` beside it, or in the environment.
tomlkit is loaded where it writes, not when the program starts.
"""

from __future__ import annotations

import os
import secrets as randomness
import tomllib
from collections.abc import Mapping, MutableMapping
from pathlib import Path
from typing import TYPE_CHECKING

from deskterm.config.ready_made import READY_MADE
from deskterm.i18n import _
from deskterm.office import OfficeError
from deskterm.paths import PRIVATE_FILE, make_private_dir

if TYPE_CHECKING:
    from tomlkit.items import Table

SECRETS = "secrets"
"""The folder of secret files, beside the configuration."""
HEAD = (
    "# The configuration of deskterm. `deskterm check` tests it; `deskterm channel add` adds to it and keeps your comments.\n"
)

Value = str | int | float | bool | list[str]
ChannelTable = Mapping[str, "Value | Mapping[str, Value]"]
"""A channel as it stands in the file: plain values, and tables of them (imap, smtp)."""


def new_text(desk_name: str, zone: str = "") -> str:
    """Return the text of a configuration without channels, for a desk in a time zone ("": the machine's)."""
    import tomlkit

    document = tomlkit.document()
    desk = tomlkit.table()
    desk["name"] = desk_name
    if zone:
        desk.add(tomlkit.comment("The time zone of business hours, such as Europe/Moscow."))
        desk["timezone"] = zone
    document["desk"] = desk
    return "\n".join((HEAD, tomlkit.dumps(document), READY_MADE))


def with_channel(text: str, name: str, channel: ChannelTable) -> str:
    """Return a configuration text with one more channel at its end. Raises OfficeError where it has one of this name."""
    import tomlkit
    import tomlkit.exceptions

    try:
        document = tomlkit.parse(text)
    except (tomlkit.exceptions.TOMLKitError, RecursionError):
        # Its words quote the file, where secrets may stand.
        raise OfficeError("configuration", _("the configuration is not TOML"), _("Run: deskterm check")) from None
    channels = document.get("channels")
    if channels is None:
        channels = document["channels"] = tomlkit.table(is_super_table=True)
    if not isinstance(channels, MutableMapping):
        raise _cannot_add()
    if name in channels:
        raise OfficeError(
            "configuration", _('there is a channel "{name}" already').format(name=name), _("Choose another name.")
        )
    try:
        channels[name] = _table(channel)
        written = tomlkit.dumps(document).rstrip() + "\n"
        expected = tomllib.loads(text)
        expected.setdefault("channels", {})[name] = channel
        if tomllib.loads(written) == expected:
            return written
    except ValueError:
        # An inline table takes no table in; the answer is the same as for a file that would change its sense.
        pass
    raise _cannot_add()


def _cannot_add() -> OfficeError:
    return OfficeError(
        "configuration",
        _("the configuration is written in a way that cannot be added to"),
        _("Write its channels as [channels.NAME] tables, or add this one by hand."),
    )


def _table(values: ChannelTable) -> Table:
    import tomlkit

    table = tomlkit.table()
    for key, value in values.items():
        table[key] = _table(value) if isinstance(value, Mapping) else value
    return table


def write_config(path: Path, text: str) -> None:
    """Put a text in place of the configuration, mode 0600: all of it or nothing. A link is followed. Raises OfficeError."""
    _write_private(Path(os.path.realpath(path)), text)


def write_secret(path: Path, value: str) -> None:
    """Keep a secret in a private file of its own, mode 0600. Raises OfficeError("cannot_create")."""
    _write_private(path, value + "\n")


def _write_private(path: Path, text: str) -> None:
    make_private_dir(path.parent)
    draft = path.with_name(f".{path.name}.{randomness.token_hex(6)}")
    try:
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, PRIVATE_FILE)
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            draft.replace(path)
        except OSError:
            draft.unlink(missing_ok=True)
            raise
        _sync_dir(path.parent)
    except OSError as error:
        raise OfficeError(
            "cannot_create", f"{path}: {error.strerror}", _("Make room there, or choose another place with --home.")
        ) from error


def _sync_dir(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

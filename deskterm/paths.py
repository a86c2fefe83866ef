"""Where a desk keeps its things, and that nobody else may read them.

Without options the configuration lies in the platform's configuration folder and everything else (store, attachments, logs) in
its data folder. With `--home` or DESKTERM_HOME one folder holds it all, the configuration included.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from deskterm.office import OfficeError

HOME_VARIABLE = "DESKTERM_HOME"
CONFIG_NAME = "config.toml"
PRIVATE_DIR = 0o700
PRIVATE_FILE = 0o600
OTHERS = 0o077
"""The mode bits that let group or world in."""


@dataclass(frozen=True, slots=True)
class Paths:
    """The two places of a desk: `home` (store, attachments, logs) and the configuration file, both absolute."""

    home: Path
    config: Path


def keep_private() -> None:
    """Set umask 077 for this process: SQLite makes its files with 0644 and the umask, and there is no second chance.

    Called before anything can make a file.
    """
    os.umask(OTHERS)


def find(home: Path | None = None, config: Path | None = None, environ: Mapping[str, str] = os.environ) -> Paths:
    """Return the places: an option goes before DESKTERM_HOME, which goes before the platform's own folders."""
    named = home or (Path(environ[HOME_VARIABLE]) if environ.get(HOME_VARIABLE) else None)
    if named is not None:
        folder = absolute(named)
        return Paths(folder, absolute(config) if config else folder / CONFIG_NAME)
    import platformdirs

    folder = platformdirs.user_data_path("deskterm", appauthor=False)
    return Paths(
        folder, absolute(config) if config else platformdirs.user_config_path("deskterm", appauthor=False) / CONFIG_NAME
    )


def absolute(path: Path, folder: Path | None = None) -> Path:
    """Return a path as a person wrote it, "~" included, below `folder` (default: the current one). Links are not followed.

    Unlike `Path.expanduser` it never raises: the home of a user there is not stays as written.
    """
    written = os.path.expanduser(path)  # noqa: PTH111
    return Path(os.path.abspath((folder or Path.cwd()) / written))  # noqa: PTH100 - Path.absolute() keeps "..".


def make_private_dir(folder: Path) -> None:
    """Make a folder, and the missing ones above it, that only we may enter. One that exists stays as it is.

    Raises OfficeError("cannot_create").
    """
    try:
        folder.mkdir(mode=PRIVATE_DIR, parents=True, exist_ok=True)
    except OSError as error:
        raise OfficeError(
            "cannot_create", f"the folder {folder} cannot be made: {error.strerror}", "choose another with --home"
        ) from error


def open_to_others(path: Path) -> bool:
    """Return whether group or world may do anything with a file or folder. Raises OSError where it cannot be looked at."""
    return bool(path.stat().st_mode & OTHERS)


def logs_dir(home: Path) -> Path:
    """Return the folder of the log files."""
    return home / "logs"

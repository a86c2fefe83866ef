"""Files of the store, named by the SHA-256 of their bytes: attachments, large raw messages, what goes out.

A name of outside never touches the file system but in `save_as`, which makes it safe first. A file appears whole or not at all
(temporary file, fsync, rename, fsync of the folder), 0600.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import re
import stat
import tempfile
import unicodedata
from pathlib import Path

from deskterm.desk.text import clean_line
from deskterm.store.engine import sync_folder

CHUNK = 1 << 20
NAME_BYTES = 150
_NAME_READ = 2000
"""Characters of a name that are looked at: far more than are kept, so that its ending, which says what it is, stays."""
_UNSAFE = re.compile(r'[\x00-\x1f\x7f-\x9f/\\:*?"<>|\u2400-\u2426]|<U\+[0-9A-F]+>')
RISKY = re.compile(
    r"\.(?:exe|scr|com|pif|bat|cmd|msi|msix|ps1|vbs?|vbe|jse?|wsf|wsh|hta|lnk|url|desktop|jar|apk|app|dmg|pkg|sh|bash|zsh|py|pl|rb"
    r"|reg|cpl|dll|iso|img|vhdx?|docm|xlsm|pptm|svg|html?|xhtml)$",
    re.IGNORECASE,
)
"""Endings that a system runs, or opens with something that runs what is in them."""


class Files:
    """The folder of the store's files."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @property
    def folder(self) -> Path:
        """The folder itself."""
        return self._folder

    def path(self, sha256: str) -> Path:
        """Return where the bytes with this hash lie."""
        return self._folder / sha256[:2] / sha256

    def put(self, data: bytes) -> str:
        """Keep bytes durably; returns their SHA-256 in hexadecimal. The same bytes are kept once."""
        sha256 = hashlib.sha256(data).hexdigest()
        target = self.path(sha256)
        if not target.exists():
            self._make_shelf(target.parent)
            with tempfile.NamedTemporaryFile(dir=target.parent, prefix=".new-", delete=False) as file:
                try:
                    file.write(data)
                    file.flush()
                    os.fsync(file.fileno())
                    Path(file.name).rename(target)
                except BaseException:
                    Path(file.name).unlink(missing_ok=True)
                    raise
            sync_folder(target.parent)
        return sha256

    def _make_shelf(self, shelf: Path) -> None:
        """Make the folder for files whose names begin alike, its own name durable before a file in it counts."""
        if not shelf.exists():
            shelf.mkdir(mode=0o700, parents=True, exist_ok=True)
            sync_folder(self._folder)
            sync_folder(self._folder.parent)

    def copy_in(self, source: Path, limit: int) -> tuple[str, int]:
        """Keep a copy of a file; returns (sha256, size). Raises ValueError if it is larger than `limit` bytes, OSError; a pipe
        or device, which might never end, is no file."""
        with os.fdopen(os.open(source, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0)), "rb") as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise OSError(errno.EINVAL, "not a file of bytes")
            data = file.read(limit + 1)
        if len(data) > limit:
            raise ValueError("too large")
        return self.put(data), len(data)

    def read(self, sha256: str) -> bytes:
        """Return the bytes. Raises OSError."""
        return self.path(sha256).read_bytes()


def safe_name(name: str) -> str:
    """Return a file name that can do nothing: no path, no control or bidi characters, not hidden, at most 150 bytes."""
    name = unicodedata.normalize("NFC", clean_line(name.replace("\\", "/").rsplit("/", 1)[-1], _NAME_READ))
    name = _UNSAFE.sub("_", name).lstrip(" .-~").rstrip(" .")
    stem, dot, ending = name.rpartition(".")
    if not dot or len(ending) > 16:
        stem, ending = name, ""
    while len(f"{stem}.{ending}".encode()) > NAME_BYTES and stem:
        stem = stem[:-1]
    name = f"{stem}.{ending}" if ending else stem
    return name or "file"


def save_as(data: bytes, folder: Path, name: str) -> Path:
    """Write bytes into a folder under a safe name, never over another file nor through a link; returns the path."""
    safe = safe_name(name)
    stem, dot, ending = safe.rpartition(".")
    if not dot:
        stem, ending = safe, ""
    for attempt in range(1000):
        tried = safe if attempt == 0 else f"{stem} ({attempt}){'.' + ending if ending else ''}"
        target = folder / tried
        try:
            handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0), 0o600)
        except FileExistsError:
            continue
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
        except BaseException:
            with contextlib.suppress(OSError):
                target.unlink()
            raise
        return target
    raise FileExistsError(f"{folder} already holds a thousand files named {safe}")

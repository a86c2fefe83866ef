"""The test peers for pytest: the `peer` marker, and fixtures for servers that many tests share."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from peers.dovecot import Dovecot, dovecot_program

_PROGRAMS = {
    "dovecot": dovecot_program,
    "openssh": lambda: shutil.which("sshd", path=os.environ.get("PATH", "") + ":/usr/sbin"),
}
_USERS = count(1)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest tests first, so that several workers end together."""
    items.sort(key=lambda item: item.get_closest_marker("whole") is None)


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip a test whose peer is not installed; where peers are required, as in CI, it fails."""
    for marker in item.iter_markers("peer"):
        name = marker.args[0]
        if _PROGRAMS[name]() is None:
            words = f"{name} is not installed: `make peers` installs it"
            if os.environ.get("DESKTERM_REQUIRE_PEERS") == "1":
                pytest.fail(words, pytrace=False)
            pytest.skip(words)


@pytest.fixture(scope="session")
def dovecot() -> Iterator[Dovecot]:
    """A running Dovecot. A test takes a mailbox of its own (`mailbox_user`); who stops it starts it again.

    Its folder is not one of pytest's, which only root may enter and whose names are too long for sockets.
    """
    directory = Path(tempfile.mkdtemp(prefix="deskterm-dovecot-"))
    directory.chmod(0o755)
    peer = Dovecot(directory)
    try:
        peer.start()
        yield peer
    finally:
        peer.stop()
        shutil.rmtree(directory, ignore_errors=True)


@pytest.fixture
def mailbox_user() -> str:
    """The address of a mailbox nobody used before."""
    return f"user{os.getpid()}-{next(_USERS)}@example.test"


@pytest.fixture(scope="session")
def certificate_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for certificates of test servers."""
    return tmp_path_factory.mktemp("certificates")

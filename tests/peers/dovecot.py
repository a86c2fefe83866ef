"""A private Dovecot on loopback: IMAP, IMAPS and LMTP on random ports, every mailbox name welcome.

As root it drops to the user named in PEER_USER (default nobody), else it runs as the caller. On Debian: dovecot-imapd and
dovecot-lmtpd.
"""

from __future__ import annotations

import contextlib
import grp
import os
import pwd
import shutil
import signal
import smtplib
import socket
import subprocess
import time
from pathlib import Path

from peers.certificates import Certificate, make_certificate
from peers.ports import free_ports

PASSWORD = "secret"
"""The password of every user that is not in HARD_PASSWORDS."""
HARD_PASSWORDS = {
    "nonascii@example.test": "пароль-ü-€",
    "quote@example.test": 'pa"ss\\w ord{5}',
    "name with space@example.test": "secret",
    "refused@example.test": "not what you think",
}
"""Passwords that need quoting, end like a literal, hold letters beyond ASCII."""
_PLACES = os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin", "/opt/homebrew/sbin"))


def dovecot_program() -> str | None:
    """Return the path of the Dovecot program, or None where it is not installed."""
    return shutil.which("dovecot", path=_PLACES)


class Dovecot:
    """One private instance. `start`, then `deliver` and connect; `stop` ends it, `stop(kill=True)` as a crash would."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.imap, self.imaps, self.lmtp = free_ports(3)
        self._process: subprocess.Popen[bytes] | None = None
        self._root = os.geteuid() == 0
        self._user = pwd.getpwnam(os.environ.get("PEER_USER", "nobody")) if self._root else pwd.getpwuid(os.geteuid())
        self.certificate: Certificate = make_certificate(directory)
        self._write_files()

    def start(self, timeout: float = 20) -> None:
        """Start and wait until IMAP and LMTP greet."""
        program = dovecot_program()
        assert program is not None
        as_user: dict[str, object] = {}
        if self._root:
            as_user = {"user": self._user.pw_uid, "group": self._user.pw_gid, "extra_groups": []}
        command = [program, "-F", "-c", str(self.directory / "dovecot.conf")]
        self._process = subprocess.Popen(command, cwd="/", start_new_session=True, **as_user)  # type: ignore[call-overload]
        deadline = time.monotonic() + timeout
        while not (_greets(self.imap, b"* OK") and _greets(self.lmtp, b"220")):
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"dovecot did not start:\n{self.log()[-2000:]}")
            time.sleep(0.02)

    def stop(self, kill: bool = False) -> None:
        """End the instance. The whole session is signalled: ending the master alone leaves logged-in processes serving."""
        if self._process is None:
            return
        self._signal(signal.SIGKILL if kill else signal.SIGTERM)
        self._process.wait(10)
        self._signal(signal.SIGKILL)
        deadline = time.monotonic() + 10
        while (_greets(self.imap, b"") or _greets(self.lmtp, b"")) and time.monotonic() < deadline:
            time.sleep(0.01)
        self._process = None
        for lock in (self.directory / "mail").rglob("*.lock"):
            lock.unlink(missing_ok=True)  # of a killed process; Dovecot would honour it for minutes

    def _signal(self, number: signal.Signals) -> None:
        assert self._process is not None
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, number)

    def deliver(self, user: str, *messages: bytes) -> None:
        """Deliver messages to a user's INBOX over LMTP, as a mail server does."""
        with smtplib.LMTP("127.0.0.1", self.lmtp) as lmtp:
            for message in messages:
                lmtp.sendmail("sender@example.test", [user], message)

    def maildir(self, user: str) -> Path:
        """Return where a user's mail lies."""
        return self.directory / "mail" / user / "Maildir"

    def forget_uids(self, user: str) -> None:
        """Make Dovecot number a user's mail anew, with another UIDVALIDITY. Only while stopped."""
        # UIDVALIDITY is made from the time in whole seconds, so a new one needs another second than the old list was made in
        for path in [*self.maildir(user).glob("dovecot*")]:
            while path.name == "dovecot-uidlist" and int(time.time()) <= int(path.stat().st_mtime):
                time.sleep(0.05)
            path.unlink()

    def log(self) -> str:
        """Return what the instance logged so far."""
        path = self.directory / "dovecot.log"
        return path.read_text("utf-8", "replace") if path.exists() else ""

    def _write_files(self) -> None:
        for name in ("run", "state", "mail"):
            (self.directory / name).mkdir(exist_ok=True)
        passwords = "".join(f"{user}:{{PLAIN}}{password}\n" for user, password in HARD_PASSWORDS.items())
        (self.directory / "passwd").write_text(passwords, "utf-8")
        version = subprocess.run([str(dovecot_program()), "--version"], capture_output=True, text=True, check=True).stdout
        template = "dovecot-2.4.conf" if version.startswith("2.4") else "dovecot-2.3.conf"
        text = (Path(__file__).parent / template).read_text("utf-8")
        values = {
            "DIR": self.directory,
            "USER": self._user.pw_name,
            "GROUP": grp.getgrgid(self._user.pw_gid).gr_name,
            "UID": self._user.pw_uid,
            "GID": self._user.pw_gid,
            "IMAPS": self.imaps,
            "IMAP": self.imap,
            "LMTP": self.lmtp,
            "CERT": self.certificate.cert,
            "KEY": self.certificate.key,
            "PASSWORD": PASSWORD,
            "VERSION": version.split()[0],
        }
        for name, value in values.items():
            text = text.replace(f"@{name}@", str(value))
        (self.directory / "dovecot.conf").write_text(text, "utf-8")
        if self._root:
            for path in (self.directory, *self.directory.rglob("*")):
                os.chown(path, self._user.pw_uid, self._user.pw_gid, follow_symlinks=False)


def _greets(port: int, start: bytes) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), 1) as connection:
            return connection.recv(64).startswith(start)
    except OSError:
        return False

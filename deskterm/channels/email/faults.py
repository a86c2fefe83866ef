"""Why a mail server cannot be used, in words, and what to do about it: for the status line and `deskterm check`."""

from __future__ import annotations

import difflib
import socket
import ssl
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from deskterm.channels.email.tls import Unprotected
from deskterm.desk.text import clean_line
from deskterm.settings import Security, Server

_EXPIRED, _SELF_SIGNED, _OTHER_NAME = {10}, {18, 19}, {62, 64}
"""OpenSSL's verification codes (x509_vfy.h): expired; self-signed, alone or in the chain; another host name or IP address."""

_PROVIDERS = (
    (
        ("gmail.com", "googlemail.com", "google.com"),
        "Gmail takes an app password only: turn on 2-step verification, make one at myaccount.google.com/apppasswords",
    ),
    (
        ("yandex.ru", "yandex.com", "ya.ru", "yandex.net"),
        "Yandex takes an app password only (id.yandex.ru, Security, App passwords, Mail), and IMAP must be allowed in the "
        "mail settings; changing the account's password cancels all app passwords",
    ),
    (
        ("mail.ru", "inbox.ru", "list.ru", "bk.ru", "internet.ru"),
        "Mail.ru takes a password for external applications only: make one in the account's security settings, with IMAP",
    ),
    (
        ("outlook.com", "office365.com", "hotmail.com", "live.com"),
        "Microsoft takes no passwords over IMAP any more; forward this mailbox to one with an app password",
    ),
    (("icloud.com", "me.com"), "iCloud takes an app-specific password only: make one at account.apple.com"),
)


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong, and the fix; both one clean line."""

    detail: str
    fix: str


def password_fault(server: Server, words: str) -> Fault:
    """Return what to say when the server refuses the user and password."""
    detail = f"{server.host} refuses the user or password: {clean_line(words, 160)}"
    host = server.host.lower().rstrip(".")
    if "imap" in words.lower() and any(word in words.lower() for word in ("disabled", "not enabled", "enable")):
        return Fault(detail, "turn on IMAP access in the settings of the mailbox at the provider")
    for domains, advice in _PROVIDERS:
        if any(host == domain or host.endswith("." + domain) for domain in domains):
            return Fault(detail, advice)
    return Fault(detail, "check user and password; many providers want an app password and IMAP allowed in the settings")


def wire_fault(server: Server, error: BaseException) -> Fault:
    """Return what to say when the connection failed: by the first known cause in the chain of exceptions."""
    where = f"{server.host}:{server.port}"
    for cause in _causes(error):
        if isinstance(cause, Unprotected):
            return Fault(str(cause), "use security = tls with the provider's TLS port (IMAP 993, SMTP 465)")
        if isinstance(cause, ssl.SSLCertVerificationError):
            return _certificate_fault(server, cause)
        if isinstance(cause, ssl.SSLError):
            reason = clean_line(cause.reason or "no reason given", 60)
            return Fault(f"{where} does not speak TLS as expected ({reason})", _other_port(server))
        if isinstance(cause, socket.gaierror):
            return Fault(f"there is no host {clean_line(server.host, 80)}", "check the server's name and the network")
        if isinstance(cause, ConnectionRefusedError):
            return Fault(
                f"{where} refuses connections", f"see whether the server is up; if so, check the port: {_usual_ports(server)}"
            )
    detail = clean_line(str(error), 200) or type(error).__name__
    return Fault(f"{where}: {detail}", _other_port(server) if "greeting" in detail or "ready message" in detail else "")


def folder_fault(folder: str, known: Sequence[str]) -> Fault:
    """Return what to say of a folder that does not open, naming the nearest that exists."""
    near = difflib.get_close_matches(folder.lower(), [name.lower() for name in known], n=1, cutoff=0.3)
    names = [name for name in known if name.lower() in near] or list(known[:5])
    shown = ", ".join(clean_line(name, 60) for name in names)
    return Fault(f"there is no folder {clean_line(folder, 80)}", f"did you mean: {shown}" if shown else "")


def _certificate_fault(server: Server, error: ssl.SSLCertVerificationError) -> Fault:
    name = clean_line(server.host, 80)
    if error.verify_code in _EXPIRED:
        return Fault(f"the certificate of {name} has expired", "ask the provider to renew it; check this machine's clock")
    if error.verify_code in _SELF_SIGNED:
        return Fault(
            f"the certificate of {name} is signed by itself", "if the server is yours, name the certificate as ca_file"
        )
    if error.verify_code in _OTHER_NAME:
        return Fault(f"the certificate is not for {name}", "write the host as the provider names it")
    detail = f"the certificate of {name} cannot be trusted: {clean_line(error.verify_message, 120)}"
    return Fault(detail, "if the server is yours, name its authority as ca_file")


def _other_port(server: Server) -> str:
    if server.security is Security.TLS:
        return f"this port may want security = starttls; {_usual_ports(server)}"
    return f"this port may want security = tls; {_usual_ports(server)}"


def _usual_ports(server: Server) -> str:
    if server.port in (25, 465, 587, 2525):
        return "usual are 465 with tls, 587 with starttls"
    if server.port in (143, 993):
        return "usual are 993 with tls, 143 with starttls"
    return "usual are 993 with tls or 143 with starttls for IMAP, 465 with tls or 587 with starttls for SMTP"


def _causes(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        yield current
        current = current.__cause__ or current.__context__

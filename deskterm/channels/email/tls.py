"""How mail connections are protected: certificates always checked, nothing in clear but to this very machine."""

from __future__ import annotations

import ipaddress
import ssl
from pathlib import Path

from deskterm.settings import Security, Server


class Unprotected(Exception):
    """The connection would carry the password in clear; nothing was sent. `str()` says why and what to do."""


def client_context(ca_file: Path | None) -> ssl.SSLContext:
    """Return the context for IMAP and SMTP: TLS 1.2 or newer, certificate and host name checked.

    `ca_file` is a certificate to trust besides the system's (a company's own mail server). Raises `OSError` for one
    that cannot be read.
    """
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if ca_file is not None:
        context.load_verify_locations(cafile=str(ca_file))
    return context


def is_loopback(host: str) -> bool:
    """Say whether a host name or address means this machine."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def demand_protection(server: Server) -> None:
    """Raise `Unprotected` for a server configured without TLS that is not on this machine."""
    if server.security is Security.NONE and not is_loopback(server.host):
        raise Unprotected(f"{server.host} is configured without TLS, which is allowed on this machine only")

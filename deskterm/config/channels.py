"""The `[channels.NAME]` tables of the configuration as the settings of a mailbox, a bot, or of what is logged by hand."""

from __future__ import annotations

import ipaddress
import re
import urllib.parse
from enum import StrEnum
from pathlib import Path

from deskterm.config.secrets import SecretReader
from deskterm.config.table import Table, nearest
from deskterm.i18n import _
from deskterm.paths import absolute
from deskterm.settings import (
    ChannelSettings,
    EmailSettings,
    FileSent,
    ManualSettings,
    Secret,
    Security,
    Server,
    TelegramSettings,
)

NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,31}")
"""A channel's name: it stands in commands, filters and the store, for ever."""


class Kind(StrEnum):
    """The kinds of channel that a configuration may name."""

    EMAIL = "email"
    TELEGRAM = "telegram"
    MANUAL = "manual"


class Contact(StrEnum):
    """What is logged by hand on a channel of the kind MANUAL."""

    PHONE = "phone"
    VISIT = "visit"


IMAP_PORTS = {Security.TLS: 993, Security.STARTTLS: 143, Security.NONE: 143}
"""RFC 8314 7.3 and RFC 9051."""
SMTP_PORTS = {Security.TLS: 465, Security.STARTTLS: 587, Security.NONE: 25}
"""RFC 8314 7.3 and RFC 6409."""
DAY_S = 86_400
REOPEN_DAYS = 3.0
MAX_RETENTION_DAYS = 36_500
MAX_IDLE_S = 29 * 60
"""RFC 2177: a server may log out whoever idles for 30 minutes."""
TELEGRAM_API = "https://api.telegram.org"

_ADDRESS = re.compile(r"[^@\s<>,;:\"\\()\[\]]{1,64}@([^@\s<>,;:\"\\()\[\]]{1,253})")
_HOST = re.compile(r"[A-Za-z0-9._:\-]{1,253}")
_TOKEN = re.compile(r"\d{3,20}:[A-Za-z0-9_-]{8,200}")


def address(text: str) -> str:
    """Return an e-mail address as the desk keeps it: lower case, its domain in ASCII (IDNA). Raises ValueError(fix)."""
    found = _ADDRESS.fullmatch(text)
    try:
        domain = found[1].encode("idna").decode("ascii") if found else ""
    except UnicodeError:
        domain = ""
    if not domain:
        raise ValueError(_("Write an address such as help@example.org."))
    return f"{text.partition('@')[0]}@{domain}".lower()


def host(text: str) -> str:
    """Return a host name or IP address in ASCII. Raises ValueError(fix)."""
    try:
        name = text if text.isascii() else text.encode("idna").decode("ascii")
    except UnicodeError:
        name = ""
    if not _HOST.fullmatch(name) or name.startswith("-"):
        raise ValueError(_("Write a host name such as imap.example.org, without a port."))
    return name.lower()


def is_loopback(name: str) -> bool:
    """Return whether a host can only be this machine."""
    if name == "localhost":
        return True
    try:
        return ipaddress.ip_address(name.strip("[]")).is_loopback
    except ValueError:
        return False


def api_base(text: str) -> str:
    """Return the address of a Bot API server, without a slash at its end. Raises ValueError(fix)."""
    try:
        url = urllib.parse.urlsplit(text)
        name, port = url.hostname or "", url.port
    except ValueError:
        name, port, url = "", None, urllib.parse.urlsplit("")
    sound = bool(name) and port != 0 and not (url.query or url.fragment or url.username or url.password)
    if not sound or not (url.scheme == "https" or (url.scheme == "http" and is_loopback(name))):
        raise ValueError(_("Write https://host, or http://localhost:port for a server on this machine."))
    return text.rstrip("/")


def channel_settings(name: str, table: Table, secrets: SecretReader, folder: Path) -> ChannelSettings | None:
    """Return the settings of one channel, or None where its kind is not known. Problems go to the table."""
    if not NAME.fullmatch(name):
        table.wrong("", _("is no name for a channel"), _("Use 1 to 32 of a-z, 0-9, - and _."))
    if not table.has("kind"):
        table.wrong("", _("has no kind"), _('Add kind = "email", kind = "telegram" or kind = "manual".'))
        return None
    kind = table.take_text("kind", rule=_kind)
    if not kind:
        return None
    settings: ChannelSettings
    if kind == Kind.EMAIL:
        settings = _email(name, table, secrets, folder)
    elif kind == Kind.TELEGRAM:
        settings = _telegram(name, table, secrets)
    else:
        settings = _manual(name, table)
    if settings.retention_days is not None and settings.retention_days < settings.reopen_days:
        what = _("is shorter than reopen_days: who writes again would find an empty conversation")
        table.wrong("retention_days", what, _("Change one of them."))
    table.end()
    return settings


def _kind(text: str) -> str:
    words = [kind.value for kind in Kind]
    if text not in words:
        raise ValueError(nearest(text[:60], words))
    return text


def _email(name: str, table: Table, secrets: SecretReader, folder: Path) -> EmailSettings:
    ours = table.take_needed_text("address", rule=address)
    imap = _server(table.take_table("imap"), secrets, IMAP_PORTS, default_user=ours)
    smtp = _server(table.take_table("smtp"), secrets, SMTP_PORTS, default_user=imap.user, default_password=imap.password)
    return EmailSettings(
        name=name,
        kind=Kind.EMAIL.value,
        enabled=table.take_flag("enabled", True),
        reopen_days=table.take_number("reopen_days", REOPEN_DAYS, 0, 365),
        ask_tags=table.take_flag("ask_tags", False),
        retention_days=table.take_whole("retention_days", 0, 1, MAX_RETENTION_DAYS) or None,
        address=ours,
        display_name=table.take_text("display_name"),
        imap=imap,
        smtp=smtp,
        folders=table.take_texts("folders", ("INBOX",)) or ("INBOX",),
        sent_folder=table.take_text("sent_folder"),
        file_sent=table.take_choice("file_sent", FileSent.AUTO),
        aliases=table.take_texts("aliases", rule=address),
        plus_addresses=table.take_flag("plus_addresses", True),
        history_days=table.take_whole("history_days", 7, 0, 3650),
        ca_file=_ca_file(table, folder),
        authserv_id=table.take_text("authserv_id"),
        max_mail_bytes=table.take_whole("max_mail_mb", 50, 1, 200) * 2**20,
        poll_s=table.take_whole("poll_seconds", 60, 1, DAY_S),
        idle_s=table.take_whole("idle_seconds", 300, 1, MAX_IDLE_S),
        full_scan_s=table.take_whole("full_scan_seconds", 900, 1, DAY_S),
    )


def _ca_file(table: Table, folder: Path) -> Path | None:
    name = table.take_text("ca_file")
    if not name:
        return None
    try:
        file = absolute(Path(name), folder)
        found = file.is_file()
    except (OSError, ValueError):
        found = False
    if not found:
        table.wrong("ca_file", _("names a file that is not there"), _("Name a PEM file."))
        return None
    return file


def _server(
    table: Table,
    secrets: SecretReader,
    ports: dict[Security, int],
    default_user: str,
    default_password: Secret | None = None,
) -> Server:
    """Read one server. SMTP without a user and password of its own logs in as IMAP does; `user = ""` means not at all."""
    name = table.take_needed_text("host", rule=host)
    security = table.take_choice("security", Security.TLS)
    if security == Security.NONE and name and not is_loopback(name):
        table.wrong(
            "security",
            _("would send the password in the clear"),
            _('Use "tls" or "starttls"; "none" is for servers on this machine only.'),
        )
    user = table.take_text("user", default_user)
    inherits = default_password is not None and not table.has("password")
    password = default_password or Secret("")
    if not inherits:
        password = secrets.take(table, "password", needed=bool(user))
    elif not user:
        password = Secret("")
    port = table.take_whole("port", ports[security], 1, 65_535)
    table.allow("password")
    table.end()
    return Server(name, port, security, user, password)


def _telegram(name: str, table: Table, secrets: SecretReader) -> TelegramSettings:
    token = secrets.take(table, "token")
    if token and not _TOKEN.fullmatch(token.reveal()):
        table.wrong(
            "token", _("does not look like the token of a bot"), _("Copy it from @BotFather: digits, a colon, letters.")
        )
    return TelegramSettings(
        name=name,
        kind=Kind.TELEGRAM.value,
        enabled=table.take_flag("enabled", True),
        reopen_days=table.take_number("reopen_days", REOPEN_DAYS, 0, 365),
        ask_tags=table.take_flag("ask_tags", False),
        retention_days=table.take_whole("retention_days", 0, 1, MAX_RETENTION_DAYS) or None,
        token=token,
        api_base=table.take_text("api_base", TELEGRAM_API, rule=api_base),
        poll_s=table.take_whole("poll_seconds", 50, 0, 50),
    )


def _manual(name: str, table: Table) -> ManualSettings:
    return ManualSettings(
        name=name,
        kind=Kind.MANUAL.value,
        enabled=table.take_flag("enabled", True),
        reopen_days=table.take_number("reopen_days", REOPEN_DAYS, 0, 365),
        ask_tags=table.take_flag("ask_tags", False),
        retention_days=table.take_whole("retention_days", 0, 1, MAX_RETENTION_DAYS) or None,
        contact=table.take_choice("contact", Contact.PHONE).value,
    )


def same_twice(channels: tuple[ChannelSettings, ...], table: Table) -> None:
    """Say of channels that would poll the same mailbox or bot: each message would come in twice, or one starve the other."""
    seen: dict[tuple[object, ...], str] = {}
    for channel in channels:
        key: tuple[object, ...] | None = None
        if isinstance(channel, EmailSettings):
            key = (channel.imap.host, channel.imap.port, channel.imap.user.lower()) if channel.imap.host else None
        elif isinstance(channel, TelegramSettings) and channel.token:
            key = (channel.api_base, channel.token)
        if key is None:
            continue
        if key in seen:
            what = _('reads the same mailbox or bot as "{name}"').format(name=seen[key])
            table.wrong(channel.name, what, _("Remove one of them."))
        seen.setdefault(key, channel.name)

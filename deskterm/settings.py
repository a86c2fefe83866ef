"""What a desk is configured with, as frozen values. `deskterm.config` reads them from TOML; channels get theirs handed in."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from deskterm.desk.card import NO_CARD, CardSettings
from deskterm.desk.sla_book import NOTHING_PROMISED, Book


class Secret:
    """A password or token that shows itself to nobody by accident: str and repr give stars."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """Return the secret itself, for the wire only."""
        return self._value

    def __repr__(self) -> str:
        return "Secret(***)"

    __str__ = __repr__

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._value == self._value

    def __hash__(self) -> int:
        return hash(self._value)

    def __bool__(self) -> bool:
        return bool(self._value)


class Security(StrEnum):
    """How a connection is protected. NONE is accepted for loopback hosts only."""

    TLS = "tls"
    STARTTLS = "starttls"
    NONE = "none"


class FileSent(StrEnum):
    """Whether a copy of what was sent is put into the Sent folder: AUTO looks first whether the provider did it."""

    AUTO = "auto"
    YES = "yes"
    NO = "no"


@dataclass(frozen=True, slots=True)
class Server:
    """A mail server as we log in to it. `user` empty means no authentication (SMTP relays)."""

    host: str
    port: int
    security: Security
    user: str
    password: Secret


@dataclass(frozen=True, slots=True)
class ChannelSettings:
    """What every channel has. `name` is its key in the configuration and stays its name for ever; `reopen_days` counts from
    closing: within it a customer's message reopens the conversation. `ask_tags`: what is closed there should have a tag.
    `retention_days`: how long after closing the words of a conversation are kept (None: for ever)."""

    name: str
    kind: str
    enabled: bool = True
    reopen_days: float = 3.0
    ask_tags: bool = False
    retention_days: int | None = None


@dataclass(frozen=True, slots=True)
class ManualSettings(ChannelSettings):
    """A way of contact that is logged by hand: the telephone, a visit. `contact` is "phone" or "visit"."""

    contact: str = "phone"


@dataclass(frozen=True, slots=True)
class EmailSettings(ChannelSettings):
    """A mailbox. `aliases` are further addresses of ours on it; `plus_addresses` says that local+anything@domain arrives here
    too, so that replies may carry a signed address; `history_days` is how far back the first scan fetches (older mail is
    counted in the ledger, not fetched); `authserv_id` names the server whose Authentication-Results we believe."""

    address: str = ""
    display_name: str = ""
    imap: Server = field(default_factory=lambda: Server("", 993, Security.TLS, "", Secret("")))
    smtp: Server = field(default_factory=lambda: Server("", 465, Security.TLS, "", Secret("")))
    folders: tuple[str, ...] = ("INBOX",)
    sent_folder: str = ""
    file_sent: FileSent = FileSent.AUTO
    aliases: tuple[str, ...] = ()
    plus_addresses: bool = True
    history_days: int = 7
    ca_file: Path | None = None
    authserv_id: str = ""
    max_mail_bytes: int = 50 * 2**20
    poll_s: int = 60
    idle_s: int = 300
    full_scan_s: int = 900


@dataclass(frozen=True, slots=True)
class TelegramSettings(ChannelSettings):
    """A Telegram bot. `api_base` is another Bot API server than Telegram's own."""

    token: Secret = field(default_factory=lambda: Secret(""))
    api_base: str = "https://api.telegram.org"
    poll_s: int = 50


@dataclass(frozen=True, slots=True)
class DemoSettings(ChannelSettings):
    """The scripted channel of `deskterm demo`. `pace` scales the customers' answering times (0: as fast as asked)."""

    seed: int = 7
    pace: float = 1.0


@dataclass(frozen=True, slots=True)
class DeskSettings:
    """The desk as a whole. `mail_domain` is the right side of our Message-IDs and must never change once mail went out. `zone`
    is its time zone ("" the machine's)."""

    name: str = "deskterm"
    mail_domain: str = ""
    undo_s: float = 10.0
    zone: str = ""


@dataclass(frozen=True, slots=True)
class ConsoleSettings:
    """How the console looks and which keys it has; `keys` maps action ids to keys."""

    language: str = "auto"
    theme: str = "auto"
    ascii: bool = False
    bell: bool = True
    keys: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything of the configuration file. `home` holds the store, attachments and logs."""

    home: Path
    config_file: Path | None
    desk: DeskSettings = DeskSettings()
    console: ConsoleSettings = ConsoleSettings()
    channels: tuple[ChannelSettings, ...] = ()
    card: CardSettings = NO_CARD
    promised: Book = NOTHING_PROMISED

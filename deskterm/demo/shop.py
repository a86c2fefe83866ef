"""The demo's business: who works there and which channels it has. All channels are scripted, whatever kind they show, but the
telephone: calls are logged by hand here as well."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from deskterm.channels.base import Channel
from deskterm.channels.demo import DemoChannel
from deskterm.channels.demo.script import Rhythm
from deskterm.channels.email.channel import EmailChannel
from deskterm.channels.manual import ManualChannel
from deskterm.channels.telegram.channel import TelegramChannel
from deskterm.demo.cards import CARD
from deskterm.demo.promised import BOOK
from deskterm.desk.model import Role
from deskterm.desk.sla_book import Book
from deskterm.settings import (
    ChannelSettings,
    DemoSettings,
    DeskSettings,
    EmailSettings,
    ManualSettings,
    Settings,
    TelegramSettings,
)

MAIL, BOT, CHAT, PHONE = "mail", "bot", "chat", "phone"
MAIL_DOMAIN = "shop.example"
ADDRESS = f"help@{MAIL_DOMAIN}"
ME = "anna"
"""Who sits at the console."""
UNDO_S = 5.0
"""The undo window at pace 1: shorter than a real desk's, so that an answer comes within the minute."""


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody who works in the shop."""

    login: str
    name: str
    role: Role


STAFF = (
    Member(ME, "Анна", Role.OWNER),
    Member("boris", "Борис", Role.SUPERVISOR),
    Member("vera", "Vera", Role.OPERATOR),
    Member("sam", "Sam", Role.OPERATOR),
)


TAGS = {
    "delivery": "доставка",
    "return": "возврат",
    "payment": "оплата",
    "size": "размер",
    "damaged": "брак",
    "stock": "наличие",
    "invoice": "счёт",
    "address": "адрес",
}
"""What each matter is tagged with, where nobody forgets it."""
FURTHER_TAGS = (
    "опт",
    "постоянный",
    "подарок",
    "гарантия",
    "самовывоз",
    "Китай",
    "срок",
    "жалоба",
    "похвала",
    "сайт",
    "промокод",
)
"""What some are tagged with besides."""
TEAMS = {"Продажи": (0, 2), "Возвраты": (1, 3)}
"""Teams, with the places of their members in `STAFF`."""
TEAM_OF = {"return": 2, "damaged": 2, "stock": 1, "size": 1}
"""Whose queue a matter is put into: the team's id, which a new store counts from 1 as well."""


class ScriptedMailbox(DemoChannel):
    """Stands for the mailbox."""

    kind = "email"
    capabilities = EmailChannel.capabilities


class ScriptedBot(DemoChannel):
    """Stands for the Telegram bot."""

    kind = "telegram"
    capabilities = TelegramChannel.capabilities


_SCRIPTED: dict[str, type[DemoChannel]] = {one.kind: one for one in (ScriptedMailbox, ScriptedBot, DemoChannel)}


def operator_id(place: int) -> int:
    """Return the id of a member by place in `STAFF`: a new store counts from 1."""
    return place + 1


_RHYTHMS = {CHAT: Rhythm(4.0, 50.0, 100.0), BOT: Rhythm(30.0, 60.0, 120.0), MAIL: Rhythm(50.0, 60.0, 120.0)}
"""Together somebody new writes about every half minute, the first of them at once."""


def settings(home: Path, seed: int, pace: float, *, promised: Book = BOOK) -> Settings:
    """Return the demo's settings, and what it promises. Mailbox and bot have their own kind, so that lists show it, but no
    server."""
    channels: tuple[ChannelSettings, ...] = (
        EmailSettings(MAIL, "email", address=ADDRESS, display_name="Shop"),
        TelegramSettings(BOT, "telegram"),
        DemoSettings(CHAT, "demo", seed=seed, pace=pace),
        ManualSettings(PHONE, "manual"),
    )
    desk = DeskSettings(name="Demo", mail_domain=MAIL_DOMAIN, undo_s=UNDO_S * min(pace, 1.0))
    return Settings(home=home, config_file=None, desk=desk, channels=channels, card=CARD, promised=promised)


def channel_maker(seed: int, pace: float) -> Callable[[ChannelSettings], Channel]:
    """Return what makes the demo's channels: each scripted, with what its kind carries, but the telephone."""

    def make(channel: ChannelSettings) -> Channel:
        if isinstance(channel, ManualSettings):
            return ManualChannel.of(channel, MAIL_DOMAIN)
        scripted = DemoSettings(channel.name, channel.kind, seed=seed, pace=pace)
        return _SCRIPTED[channel.kind](scripted, rhythm=_RHYTHMS[channel.name])

    return make

"""Where, when and by which ways operators are told: what they chose, and who works here."""

from __future__ import annotations

import zoneinfo
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from deskterm.desk.addresses import typed_email
from deskterm.desk.model import Role
from deskterm.desk.notice_kinds import CARRIED, DEFAULT_WAYS, NoticeKind, Way, sound_ways
from deskterm.desk.notice_people import People, Person
from deskterm.desk.quiet_hours import quiet_until
from deskterm.desk.rows_time import NoticeSettings
from deskterm.store.engine import StoreError
from deskterm.store.reader import Look
from deskterm.store.times import to_ms
from deskterm.store.writer import Transaction

MINUTES_A_DAY = 1440
MAX_DIGEST = MINUTES_A_DAY
"""Longest time that is gathered into one mail or message (minutes)."""
CODE_LIVES = timedelta(minutes=10)
"""How long a code links a Telegram chat."""

_PERSON = (
    "SELECT email, telegram_channel_id, telegram_chat, quiet_from, quiet_to, zone, digest_minutes, supervisor_id"
    " FROM notice_person WHERE operator_id = ?"
)
_LAST = (
    "SELECT d.state, d.detail FROM notice n INDEXED BY ix_notice_operator JOIN notice_delivery d ON d.notice_id = n.id"
    " WHERE n.operator_id = ? AND d.way = ? AND d.state IN ('sent', 'failed') ORDER BY n.id DESC LIMIT 1"
)
"""What became of the last notice by a way."""
_KEEP = (
    "INSERT INTO notice_person (operator_id, email, telegram_chat, quiet_from, quiet_to, zone, digest_minutes, supervisor_id,"
    " code_hash) VALUES (?,?,'',?,?,?,?,?,'') ON CONFLICT (operator_id) DO UPDATE SET email = excluded.email,"
    " quiet_from = excluded.quiet_from, quiet_to = excluded.quiet_to, zone = excluded.zone,"
    " digest_minutes = excluded.digest_minutes, supervisor_id = excluded.supervisor_id"
)


async def load(look: Look, operator_id: int) -> NoticeSettings:
    """Read what an operator chose; the kinds that they chose nothing for go as `DEFAULT_WAYS` says."""
    chosen = await look.all("SELECT kind, ways FROM notice_choice WHERE operator_id = ?", (operator_id,))
    row = await look.one(_PERSON, (operator_id,))
    bot = None if row is None or row[1] is None else await look.one("SELECT name FROM channel WHERE id = ?", (row[1],))
    settings = _settings(chosen, row, "" if bot is None else bot[0])
    leads = {Way.EMAIL: settings.email, Way.TELEGRAM: settings.telegram}
    ended = {way: await look.one(_LAST, (operator_id, way.value)) for way, where in leads.items() if where}
    trouble = {way.value: last[1] for way, last in ended.items() if last is not None and last[0] == "failed"}
    return replace(settings, trouble=trouble)


def _settings(chosen: Iterable[Any], row: Any, bot: str) -> NoticeSettings:
    ways = {kind.value: tuple(way.value for way in ways) for kind, ways in DEFAULT_WAYS.items()}
    for kind, names in chosen:
        if kind in ways:
            ways[kind] = tuple(name for name in names.split(",") if name)
    if row is None:
        return NoticeSettings(ways)
    email, _channel_id, chat, quiet_from, quiet_to, zone, digest_minutes, supervisor_id = row
    return NoticeSettings(
        ways,
        email,
        f"{bot}:{chat}" if chat else "",
        quiet_from,
        quiet_to,
        zone,
        digest_minutes,
        supervisor_id,
    )


def keep(tx: Transaction, operator_id: int, settings: NoticeSettings) -> None:
    """Keep what an operator chose. Raises StoreError: bad_address, bad_way, bad_kind, bad_quiet, bad_zone, bad_digest,
    not_found."""
    chosen = _sound_choices(settings)
    settings = _sound(tx, operator_id, settings)
    tx.run(
        _KEEP,
        (
            operator_id,
            settings.email,
            settings.quiet_from,
            settings.quiet_to,
            settings.zone,
            settings.digest_minutes,
            settings.supervisor_id,
        ),
    )
    tx.run("DELETE FROM notice_choice WHERE operator_id = ?", (operator_id,))
    differing = [(kind, ways) for kind, ways in chosen.items() if ways != DEFAULT_WAYS[kind]]
    tx.run_many(
        "INSERT INTO notice_choice (operator_id, kind, ways) VALUES (?,?,?)",
        [(operator_id, kind.value, ",".join(ways)) for kind, ways in differing],
    )
    if not settings.telegram:
        unlink(tx, operator_id)


def unlink(tx: Transaction, operator_id: int) -> bool:
    """Forget the chat that an operator linked; returns whether there was one."""
    cursor = tx.run(
        "UPDATE notice_person SET telegram_channel_id = NULL, telegram_chat = '' WHERE operator_id = ? AND telegram_chat <> ''",
        (operator_id,),
    )
    return cursor.rowcount > 0


def _sound_choices(settings: NoticeSettings) -> dict[NoticeKind, tuple[Way, ...]]:
    chosen = {}
    for name, names in settings.ways.items():
        if name not in DEFAULT_WAYS:
            known = ", ".join(DEFAULT_WAYS)
            raise StoreError("bad_kind", "there is no such kind of notice", f"use one of: {known}")
        kind = NoticeKind(name)
        ways = sound_ways(kind, tuple(names))
        if ways is None:
            raise StoreError("bad_way", f"there is no such way for {kind}", "use: console, bell, desktop, email, telegram")
        chosen[kind] = ways
    return chosen


def _sound(tx: Transaction, operator_id: int, settings: NoticeSettings) -> NoticeSettings:
    start, end = settings.quiet_from, settings.quiet_to
    times = [minute for minute in (start, end) if minute is not None]
    if len(times) == 1 or any(not 0 <= minute < MINUTES_A_DAY for minute in times) or (times and start == end):
        raise StoreError("bad_quiet", "quiet hours need a beginning and another end", "for example: 22:00-08:00")
    if settings.zone and not _is_zone(settings.zone):
        raise StoreError("bad_zone", "there is no such time zone", "for example: Europe/Moscow")
    if not 0 <= settings.digest_minutes <= MAX_DIGEST:
        raise StoreError("bad_digest", "notices are gathered for a day at most", "for example: 30m")
    supervisor_id = settings.supervisor_id
    if supervisor_id is not None and (
        supervisor_id == operator_id or tx.one("SELECT 1 FROM operator WHERE id = ? AND disabled = 0", (supervisor_id,)) is None
    ):
        raise StoreError("not_found", "nobody else here has this id", "see: deskterm operator list")
    return replace(settings, email=_sound_email(tx, settings.email))


def _sound_email(tx: Transaction, text: str) -> str:
    if not text.strip():
        return ""
    address = typed_email(text)
    if address is None:
        raise StoreError("bad_address", "no mail can be sent to this address", "name your own address")
    ours = tx.one("SELECT 1 FROM channel WHERE kind = 'email' AND lower(address) = ?", (address.value,))
    if ours is not None:
        raise StoreError("bad_address", "this is a mailbox of the desk", "name your own address")
    return address.value


def _is_zone(name: str) -> bool:
    try:
        zoneinfo.ZoneInfo(name)
    except (ValueError, OSError, zoneinfo.ZoneInfoNotFoundError):
        return False
    return True


def keep_code(tx: Transaction, operator_id: int, code_hash: str, now: datetime) -> None:
    """Have a code link the operator's Telegram for `CODE_LIVES`; an earlier one links nothing any more."""
    tx.run(
        "INSERT INTO notice_person (operator_id, email, telegram_chat, zone, digest_minutes, code_hash, code_until)"
        " VALUES (?,'','','',0,?,?) ON CONFLICT (operator_id) DO UPDATE SET code_hash = excluded.code_hash,"
        " code_until = excluded.code_until",
        (operator_id, code_hash, to_ms(now + CODE_LIVES)),
    )


@dataclass(frozen=True, slots=True)
class Reached:
    """Where and when one operator is told; `ways` are those chosen for a kind."""

    ways: tuple[Way, ...]
    email: str = ""
    telegram: str = ""
    quiet_from: int | None = None
    quiet_to: int | None = None
    zone: str = ""
    digest_minutes: int = 0

    def carried(self) -> tuple[Way, ...]:
        """Return the ways out of the house that lead somewhere."""
        leads = {Way.EMAIL: self.email, Way.TELEGRAM: self.telegram}
        return tuple(way for way in CARRIED if way in self.ways and leads[way])

    def gathered(self, at: datetime) -> datetime:
        """Return until when what is told at a time waits for more."""
        return at + timedelta(minutes=self.digest_minutes)

    def undisturbed(self, at: datetime) -> datetime:
        """Return a time, or when the quiet hours end that it lies in."""
        zone = zoneinfo.ZoneInfo(self.zone) if self.zone else None
        return quiet_until(at, self.quiet_from, self.quiet_to, zone) or at


def at_work(tx: Transaction) -> People:
    """Return who works here, with their teams."""
    persons = tx.all(
        "SELECT o.id, o.login, o.name, o.role, p.supervisor_id FROM operator o"
        " LEFT JOIN notice_person p ON p.operator_id = o.id WHERE o.disabled = 0 ORDER BY o.id"
    )
    members: dict[int, set[int]] = {}
    for team_id, operator_id in tx.all("SELECT team_id, operator_id FROM team_member"):
        members.setdefault(team_id, set()).add(operator_id)
    return People(
        tuple(Person(row[0], row[1], row[2], Role(row[3]), row[4]) for row in persons),
        {team_id: frozenset(ids) for team_id, ids in members.items()},
    )


def reached(tx: Transaction, operator_id: int, kind: NoticeKind) -> Reached:
    """Return where, when and by which ways an operator is told of a kind."""
    ways = DEFAULT_WAYS.get(kind, tuple(Way))
    choice = tx.one("SELECT ways FROM notice_choice WHERE operator_id = ? AND kind = ?", (operator_id, kind.value))
    if choice is not None:
        ways = tuple(Way(name) for name in choice[0].split(",") if name)
    row = tx.one(
        "SELECT email, telegram_chat, quiet_from, quiet_to, zone, digest_minutes FROM notice_person WHERE operator_id = ?",
        (operator_id,),
    )
    return Reached(ways) if row is None else Reached(ways, *row)

"""What the demo holds beside its conversations: raw messages that became none, the mailbox's count, how the channels are."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from deskterm.channels.demo import wire
from deskterm.channels.demo.channel import EPOCH, FOLDER, MARK
from deskterm.channels.demo.people import Clue, person
from deskterm.channels.demo.script import message_of
from deskterm.channels.demo.state import Progress
from deskterm.demo import shop
from deskterm.desk.model import Held
from deskterm.desk.post import HealthState, Raw
from deskterm.store import ledger
from deskterm.store.ledger import Kept
from deskterm.store.times import to_ms
from deskterm.store.writer import Transaction

ON_SERVER = 118
"""How many mails the demo's mailbox holds, at most: those that came last."""
_HELD_PERSON = 1_900_000

_BROKEN = """\
From: "Newsletter" <news@bulk.example>
To: help@shop.example
Subject: =?utf-8?B?0KHQutC40LTQutC4?=
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="=_outer"

--=_outer
Content-Type: multipart/mixed; boundary="=_outer"

--=_outer
Content-Type: application/octet-stream; name="price.list.exe"
Content-Transfer-Encoding: base64

TVqQAAMAAAAEAAAA//8AALgAAAA
"""
_STRANGE = """\
From: Sabine <sabine@post.example>
To: help@shop.example
Subject: Bestellung
Content-Type: text/plain; charset=x-unknown-8bit

Guten Tag, ...
"""
_LIST = """\
From: "Shop owners" <list@lists.example>
To: help@shop.example
Subject: [owners] Digest 214
List-Id: <owners.lists.example>
Precedence: list

Today's topics: ...
"""


def fill(tx: Transaction, channels: Mapping[str, int], seed: int, now: datetime) -> None:
    """Put what is held on its shelf, count the mailbox, and say that all channels are well."""
    mail, chat = channels[shop.MAIL], channels[shop.CHAT]
    _hold(tx, mail, _BROKEN.encode(), Held.QUARANTINED, "parts nested in themselves", now - timedelta(hours=6))
    _hold(tx, mail, _STRANGE.encode(), Held.QUARANTINED, "the parser was stopped after 5 s", now - timedelta(hours=3))
    _hold(tx, mail, _LIST.encode(), Held.IGNORED, "mailing list", now - timedelta(hours=2))
    _hold(tx, chat, _readable(seed, now), Held.QUARANTINED, "cannot be understood: KeyError", now - timedelta(minutes=19))
    position = _count_mailbox(tx, mail, now)
    for name, channel_id in channels.items():
        if name != shop.PHONE:
            progress = Progress(position=position if name == shop.MAIL else 0)
            ledger.set_mark(tx, channel_id, (MARK, progress.kept()), now)
        detail = "telephone calls are logged by hand" if name == shop.PHONE else "made-up customers"
        tx.run(
            "UPDATE channel SET state = ?, detail = ?, since = ?, last_ok_at = ? WHERE id = ?",
            (HealthState.OK.value, detail, to_ms(now), to_ms(now), channel_id),
        )


def _readable(seed: int, now: datetime) -> bytes:
    """Return a message that an older program could not read, and this one can: `u` in the shelf's room makes it a message."""
    who = person(seed, _HELD_PERSON, language="en")
    topic = who.language.topics[0]
    name = Clue(topic.code, who.language.code, who.number).name("held")
    at = now - timedelta(minutes=19)
    return wire.packed(wire.plain(message_of(who, "demo", name, at, who.say(topic.openings[0]))))


def _hold(tx: Transaction, channel_id: int, data: bytes, state: Held, reason: str, at: datetime) -> None:
    raw = Raw(f"held.{state.value}.{reason}", data, at)
    inbound_id = ledger.keep(tx, channel_id, [Kept(raw, None)], None, at)[0]
    ledger.settle(tx, inbound_id, state, reason, at)


def _count_mailbox(tx: Transaction, mail: int, now: datetime) -> int:
    """Give the newest mails their places in the mailbox, and count it; returns the last place."""
    newest = tx.all("SELECT id FROM inbound WHERE channel_id = ? ORDER BY id DESC LIMIT ?", (mail, ON_SERVER))
    rows = [(mail, FOLDER, EPOCH, place, row[0]) for place, row in enumerate(reversed(newest), 1)]
    tx.run_many(
        "INSERT INTO server_copy (channel_id, folder, epoch, position, state, inbound_id, tries, present)"
        " VALUES (?,?,?,?,'held',?,1,1)",
        rows,
    )
    ledger.counted(tx, mail, FOLDER, EPOCH, len(rows), now)
    return len(rows)

"""A desk with one mailbox for tests of threading: raw bytes in, really composed replies out, on a real store."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from email import message_from_bytes
from email.utils import parseaddr
from typing import Any
from zlib import crc32

from deskterm.channels.email.compose import Sender, compose
from deskterm.channels.email.understand import understand
from deskterm.desk import commands as c
from deskterm.desk.commands import Done
from deskterm.desk.model import Held
from deskterm.desk.post import Inbound
from deskterm.store import ledger, outbox
from deskterm.store.outbox import Sent

US = "support@desk.test"
DOMAIN = "desk.test"


@dataclass(frozen=True)
class OurMail:
    """A reply as the customer got it."""

    raw: bytes
    message_id: str
    reply_address: str


@dataclass(frozen=True)
class Placed:
    """What became of a mail: its ledger state, and the message it is now."""

    held: Held
    reason: str
    message_id: int | None = None
    conversation_id: int | None = None
    number: int | None = None


class MailDesk:
    """Mails come in as bytes and replies go out as bytes; what stands in the store is looked up by the conversation's id."""

    def __init__(self, house: Any) -> None:
        self.house = house

    def understood(self, raw: bytes) -> Inbound:
        return understand(raw, (US,), (), DOMAIN)

    async def take(self, raw: bytes | str, placed_after: timedelta = timedelta()) -> Placed:
        """Take a mail in: ledger row, understanding, and, when this time has passed, placing."""
        raw = raw if isinstance(raw, bytes) else raw.replace("\n", "\r\n").encode()
        house = self.house
        inbound_id = await house.keep(raw)
        inbound = self.understood(raw)
        house.clock.at += placed_after

        def work(tx: Any) -> Held:
            row = ledger.one(tx, inbound_id)
            assert row is not None
            return ledger.take_in(tx, row, inbound, {}, house.rules, house.clock())

        held = await house.store.writer.run(work)
        (reason,) = await house.one("SELECT reason FROM inbound WHERE id = ?", (inbound_id,))
        row = await house.one(
            "SELECT m.id, c.id, c.number FROM message m JOIN conversation c ON c.id = m.conversation_id WHERE m.inbound_id = ?",
            (inbound_id,),
        )
        return Placed(held, reason) if row is None else Placed(held, reason, *row)

    async def answer(
        self, conversation_id: int, text: str = "Отправлен вчера", *, close: bool = False, anyway: bool = False
    ) -> OurMail:
        """Answer and send: from the outbox's own claim, by the channel's own composer."""
        house = self.house
        done = await house.office.submit(c.Reply(conversation_id, text, close=close, anyway=anyway))
        assert isinstance(done, Done)
        house.clock.pass_(seconds=11)
        channel = house.channels["mail"]
        claims = await house.store.writer.run(
            lambda tx: outbox.claim(tx, [channel], None, house.clock(), house.store.files, house.rules, DOMAIN)
        )
        (claim,) = [one for one in claims if one.message_id == done.message_id]
        raw = compose(claim.outbound, Sender(US, "Чайка"))
        await house.store.writer.run(lambda tx: outbox.settle(tx, claim.outbound.outbox_id, Sent(), None, house.clock()))
        mail = message_from_bytes(raw)
        return OurMail(raw, mail["Message-ID"].strip("<>"), parseaddr(mail["Reply-To"])[1])

    async def state(self, conversation_id: int) -> dict[str, Any]:
        """What a test may ask about a conversation."""
        names = (
            "status",
            "waiting_since",
            "asked",
            "failed",
            "previous_id",
            "maybe_related_id",
            "customer_id",
            "message_count",
        )
        row = await self.house.one(f"SELECT {', '.join(names)} FROM conversation WHERE id = ?", (conversation_id,))
        return dict(zip(names, row, strict=True))

    async def conversations(self) -> int:
        return int((await self.house.one("SELECT count(*) FROM conversation"))[0])


def mail(sender: str, *fields: str, text: str = "Где мой заказ?", to: str = US, message_id: str = "") -> str:
    """Return a mail of these header fields, with a Message-ID of its own unless one is given."""
    unique = message_id or f"{crc32(repr((sender, fields, text)).encode())}@client.test"
    head = [f"From: {sender}", f"To: {to}", "Subject: Заказ 5531", f"Message-ID: <{unique}>", "MIME-Version: 1.0"]
    named = {field.partition(":")[0].lower() for field in fields}
    head = [line for line in head if line.partition(":")[0].lower() not in named]
    head += [*fields, "Content-Type: text/plain; charset=utf-8", ""]
    return "\n".join([*head, text, ""])

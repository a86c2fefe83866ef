"""What a `FakeOffice` begins with: deterministic conversations in Russian and English, or the same shape in hostile words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from deskterm.desk.model import Delivery, Held, Kind, Operator, Origin, Priority, Role, Status
from deskterm.desk.post import HealthState
from deskterm.desk.rows import (
    AttachmentRow,
    ChannelRow,
    ConversationRow,
    DeliveryRow,
    HeldRow,
    IdentityRow,
    MessageRow,
    RowKey,
)
from deskterm.desk.text import clean, clean_line

NOW = datetime(2026, 3, 4, 9, 30, tzinfo=UTC)
ALLOWANCE = timedelta(minutes=60)
ANNA = Operator(1, "anna", "Anna", Role.OWNER)
BOB = Operator(2, "bob", "Bob", Role.OPERATOR)
VERA = Operator(3, "vera", "Вера", Role.VIEWER)
OPERATORS = (ANNA, BOB, VERA)
CHANNELS = (("mail", "email"), ("telegram", "telegram"))
LONG_THREAD, EVERY_KIND = 1, 2
"""Ids of the conversation with 500 messages, and of the one that holds every kind of message."""

_NAMES = ("Ольга К.", "Li Wei", "Тарас", "Mary O'Neil", "Sabine Groß", "Пётр Ильич", "王小明", "Ana 🌷", "Заказчик без имени")
_MATTERS = (
    ("Не пришёл заказ {n}", "Здравствуйте! Заказ {n} должен был прийти вчера, а его всё нет."),
    ("Refund for order {n}", "Hello, I sent order {n} back a week ago. When do I get my money?"),
    ("Доставка", "а когда доставка?"),
    ("Wrong size, order {n}", "The shoes are size 41, I ordered 42.\n\nCan you change them?"),
    ("Счёт на оплату", "Пришлите, пожалуйста, счёт на ООО «Ромашка» для заказа {n}."),
    ("Thanks!", "Got it, thank you very much 👍"),
)


class Voice:
    """What customers and servers say: everything in a desk that comes from outside."""

    def line(self, index: int, plain: str) -> str:
        """Return a one-line word from outside (name, subject, file name, server's words)."""
        return plain

    def text(self, index: int, plain: str) -> str:
        """Return a text of many lines from outside."""
        return plain


class NastyVoice(Voice):
    """Speaks the corpus instead: cleaned as intake does, or raw, to prove the last line of defence."""

    def __init__(self, corpus: Sequence[str], *, raw: bool) -> None:
        self._corpus = tuple(corpus)
        self._line: Callable[[str], str] = (lambda text: text[:20_000]) if raw else clean_line
        self._text: Callable[[str], str] = (lambda text: text[:50_000]) if raw else clean

    def line(self, index: int, plain: str) -> str:
        return self._line(self._corpus[index % len(self._corpus)]) or plain

    def text(self, index: int, plain: str) -> str:
        return self._text(self._corpus[index % len(self._corpus)]) or plain


@dataclass
class Talk:
    """One conversation as the fake keeps it. `elsewhere`: where the customer asked for answers, which refuses a reply once."""

    row: ConversationRow
    messages: list[MessageRow]
    sender: IdentityRow
    opened_at: datetime
    cc: tuple[IdentityRow, ...] = ()
    reply_warning: str = ""
    elsewhere: str = ""
    closed_at: datetime | None = None
    asked_before: datetime | None = None


@dataclass
class Seed:
    """All that a fake desk begins with."""

    talks: dict[int, Talk]
    channels: tuple[ChannelRow, ...]
    held: list[HeldRow]
    raw: dict[int, bytes]
    versions: dict[int, tuple[tuple[datetime, str], ...]] = field(default_factory=dict)
    next_message_id: int = 1


def seed(count: int = 300, voice: Voice | None = None) -> Seed:
    """Return a desk of `count` conversations; the same for the same arguments."""
    voice = voice or Voice()
    made = Seed({}, _channels(voice), [], {})
    for index in range(count):
        talk = _talk(made, index, voice)
        made.talks[talk.row.id] = talk
    _held(made, voice)
    return made


def _channels(voice: Voice) -> tuple[ChannelRow, ...]:
    common = {"enabled": True, "counted_at": NOW - timedelta(minutes=2), "since": NOW - timedelta(hours=5)}
    return (
        ChannelRow(
            1, "mail", "email", "help@shop.example", state=HealthState.OK, detail=voice.line(3, "idle"), fix="", held=2,
            last_ok_at=NOW - timedelta(seconds=20), server_count=118, ours_count=118, **common,
        ),
        ChannelRow(
            2, "telegram", "telegram", "@shop_bot", state=HealthState.RETRYING, detail=voice.line(17, "HTTP 502"),
            fix=voice.line(18, "wait, it is tried again by itself"), held=0, last_ok_at=NOW - timedelta(seconds=4),
            server_count=None, ours_count=90, gap=voice.line(20, "messages before 3 March 10:00 may be missing"), **common,
        ),
    )  # fmt: skip


def _talk(made: Seed, index: int, voice: Voice) -> Talk:
    number = index + 1
    channel, kind = CHANNELS[index % 2]
    name = voice.line(index, _NAMES[index % len(_NAMES)])
    subject, text = (words.format(n=5000 + number) for words in _MATTERS[index % len(_MATTERS)])
    status = Status.CLOSED if index % 10 in (7, 8) else Status.SNOOZED if index % 10 == 9 else Status.OPEN
    waits = status is Status.OPEN and index % 3 != 2
    at = NOW - timedelta(minutes=(index * 13) % 75 + 1) if waits else NOW - timedelta(minutes=90 + index * 7)
    owner = {0: ANNA, 1: ANNA, 2: BOB}.get(index % 5)
    value = f"customer{number}@example.org" if kind == "email" else str(700_000 + number)
    talk = Talk(
        row=ConversationRow(
            key=RowKey(0, number), id=number, number=1000 + number, channel=channel, channel_kind=kind, customer=name,
            subject=voice.line(index + 1, subject) if kind == "email" else "", preview="", preview_kind=Kind.INCOMING,
            status=status, priority=Priority(index % 4), assignee_id=owner.id if owner else None,
            assignee=owner.name if owner else "", waiting_since=at if waits else None,
            urgent_at=at + ALLOWANCE if waits else None,
            due_at=at + ALLOWANCE if waits else None,
            last_message_at=at, asked=1 if waits else 0, late=waits and at + ALLOWANCE <= NOW,
            unread=1 + index % 3 if waits and index % 4 == 0 else 0, is_group=index % 17 == 5, draft=index % 29 == 4,
        ),
        messages=[], sender=IdentityRow(kind, voice.line(index + 2, value), name), opened_at=at - timedelta(days=1),
        closed_at=at if status is Status.CLOSED else None,
    )  # fmt: skip
    _fill(made, talk, index, voice.text(index, text), voice)
    last = talk.messages[-1]
    failed = sum(1 for m in talk.messages if m.delivery and m.delivery.state in (Delivery.FAILED, Delivery.UNCERTAIN))
    talk.row = _with_last(talk.row, last, failed)
    return talk


def _with_last(row: ConversationRow, last: MessageRow, failed: int) -> ConversationRow:
    return replace(row, preview=clean_line(last.text, 160) or "·", preview_kind=last.kind, failed=failed)


def message(made: Seed, talk: Talk, kind: Kind, at: datetime, text: str, **more: Any) -> MessageRow:
    """Add a message to a conversation's thread and return it."""
    outside = kind is Kind.INCOMING
    row = MessageRow(
        id=made.next_message_id,
        conversation_id=talk.row.id,
        kind=kind,
        origin=Origin.HUMAN,
        channel=talk.row.channel,
        channel_kind=talk.row.channel_kind,
        author=talk.row.customer if outside else ANNA.name,
        author_operator_id=None if outside else ANNA.id,
        sender=talk.sender.value if outside else "",
        at=at,
        text=text,
        inbound_id=made.next_message_id if outside else None,
    )
    row = replace(row, **more)
    if row.inbound_id is not None:
        made.raw[row.inbound_id] = f"From: {row.sender}\nSubject: {talk.row.subject}\n\n{text}\n".encode(
            "utf-8", "surrogatepass"
        )
    made.next_message_id += 1
    talk.messages.append(row)
    return row


def _fill(made: Seed, talk: Talk, index: int, text: str, voice: Voice) -> None:
    at = talk.row.last_message_at
    if talk.row.id == LONG_THREAD:
        for step in range(499):
            kind = (Kind.INCOMING, Kind.OUTGOING, Kind.INCOMING, Kind.NOTE)[step % 4]
            sent = DeliveryRow(Delivery.SENT, sent_at=at) if kind is Kind.OUTGOING else None
            words = voice.text(step, f"Message {step + 1}. " + "Слово за слово. " * (step % 9))
            message(made, talk, kind, at - timedelta(minutes=500 - step), words, delivery=sent)
    if talk.row.id == EVERY_KIND:
        _every_kind(made, talk, voice)
    if index % 4 == 1:
        message(made, talk, Kind.OUTGOING, at - timedelta(hours=3), "Здравствуйте! Уже смотрим.",
                delivery=DeliveryRow(Delivery.SENT, sent_at=at - timedelta(hours=3)))  # fmt: skip
    if index % 6 == 3:
        message(made, talk, Kind.NOTE, at - timedelta(hours=2), "Check with the warehouse first.")
    quoted = "\n\n> Вы писали:\n> когда же\n> он придёт?"
    if talk.row.channel_kind == "email" and index % 8 == 2:
        message(made, talk, Kind.INCOMING, at, text + quoted, subject=talk.row.subject, quoted_from=len(text))
    else:
        message(made, talk, Kind.INCOMING, at, text, subject=talk.row.subject)
    if talk.row.status is Status.CLOSED:
        message(made, talk, Kind.ACTIVITY, at, "", placeholder="closed")


def _every_kind(made: Seed, talk: Talk, voice: Voice) -> None:
    at = talk.row.last_message_at - timedelta(hours=6)
    files = (
        AttachmentRow(1, voice.line(5, "счёт.pdf"), "application/pdf", 120_000, "stored"),
        AttachmentRow(2, voice.line(6, "photo.jpg"), "image/jpeg", 2_400_000, "pending", inline=True),
        AttachmentRow(3, voice.line(7, "setup.exe"), "application/x-msdownload", 9_000, "stored", risky=True),
        AttachmentRow(
            4, voice.line(8, "video.mp4"), "video/mp4", None, "unavailable", reason=voice.line(9, "larger than 20 MB")
        ),
        AttachmentRow(
            5, voice.line(10, "lost.bin"), "application/octet-stream", 10, "failed", reason=voice.line(11, "timed out")
        ),
    )
    made.versions[
        message(made, talk, Kind.INCOMING, at, voice.text(30, "Заказ 5002, исправлено."), versions=2, attachments=files).id
    ] = ((at - timedelta(minutes=4), voice.text(31, "Заказ 5001.")),)
    message(made, talk, Kind.INCOMING, at, "", placeholder="sticker", quote=voice.text(12, "Уже смотрим."))
    message(made, talk, Kind.INCOMING, at, voice.text(13, "Hi"), forwarded_from=voice.line(14, "Склад"),
            notes=("unparseable", "reply-to differs"))  # fmt: skip
    message(made, talk, Kind.INCOMING, at, voice.text(15, "Delivery failed"), origin=Origin.BOUNCE)
    message(made, talk, Kind.INCOMING, at, voice.text(16, "I am away"), origin=Origin.AUTO, cut=True)
    message(made, talk, Kind.ACTIVITY, at, "Bob", placeholder="assigned")
    message(made, talk, Kind.NOTE, at, "Он уже спрашивал в субботу.", author=BOB.name, author_operator_id=BOB.id)
    states = (
        DeliveryRow(Delivery.SENT, sent_at=at),
        DeliveryRow(Delivery.FAILED, detail=voice.line(16, "550 no such user"), attempt=1),
        DeliveryRow(Delivery.UNCERTAIN, detail=voice.line(17, "the connection went"), attempt=1),
        DeliveryRow(Delivery.CANCELLED),
        DeliveryRow(Delivery.SENDING, attempt=1),
        DeliveryRow(Delivery.QUEUED, detail=voice.line(18, "451 try later"), not_before=NOW + timedelta(minutes=3), attempt=2),
    )
    for step, state in enumerate(states):
        message(made, talk, Kind.OUTGOING, at + timedelta(minutes=step), f"Ответ {step + 1}", delivery=state)
    talk.cc = (IdentityRow("email", voice.line(19, "boss@example.org"), voice.line(20, "Boss")),)
    talk.reply_warning = voice.line(21, "the answer goes to other@example.net, not to the sender")


def _held(made: Seed, voice: Voice) -> None:
    reasons = ("no From header", "not MIME", "oversize", "out of office", "our own copy")
    for index in range(12):
        state = Held.IGNORED if index % 3 == 2 else Held.QUARANTINED
        row = HeldRow(
            5000 + index, *CHANNELS[index % 2], state, voice.line(index + 40, reasons[index % len(reasons)]),
            NOW - timedelta(hours=index + 1), 1000 + index * 77, voice.line(index + 41, f"mail {index} from nobody"),
        )  # fmt: skip
        made.held.append(row)
        body = f"Subject: {voice.line(index + 42, 'hello')}\n\n{voice.text(index + 43, 'a body')}\n"
        made.raw[row.id] = body.encode("utf-8", "surrogatepass") + b"\xff\xfe\x80"

"""What the demo's cards hold: fields, notes, firms, and the orders that its customers write about."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random

from deskterm.channels.demo.people import Person, clue_of, person
from deskterm.desk.card import (
    BlockKind,
    CardBlock,
    CardField,
    CardSettings,
    FieldType,
    Label,
    RecordKind,
)
from deskterm.desk.commands_customer import EditCustomer, WriteCustomerNote
from deskterm.desk.model import Actor, ActorKind, Operator
from deskterm.desk.record_rows import RecordData
from deskterm.store import acting, records, situations
from deskterm.store.rules import Rules
from deskterm.store.writer import Transaction

ORDER = "order"
_FIRMS = ("ООО «Ромашка»", "Северный ветер", "Lind & Sons", "ИП Ковалёв")
_STATES = {"ru": ("собран", "в пути", "доставлен", "возврат"), "en": ("packed", "on the way", "delivered", "returned")}
_NOTES = {"ru": ("Звонить после 18:00.", "Просит накладную к каждой посылке."), "en": ("Call after 6 pm.", "Wants an invoice.")}
_ORDERED = timedelta(days=4)


def _label(key: str, english: str, russian: str) -> Label:
    return Label(key, {"en": english, "ru": russian})


def _field(key: str, type: FieldType, english: str, russian: str, choices: tuple[str, ...] = ()) -> CardField:
    return CardField(key, type, _label(key, english, russian), choices)


def _block(kind: BlockKind, english: str, russian: str, fields: tuple[str, ...] = ()) -> CardBlock:
    return CardBlock(kind, _label(kind.value, english, russian), fields)


CARD = CardSettings(
    fields=(
        _field("city", FieldType.TEXT, "City", "Город"),
        _field("birthday", FieldType.DATE, "Birthday", "День рождения"),
        _field("size", FieldType.CHOICE, "Size", "Размер", ("S", "M", "L", "XL")),
        _field("wholesale", FieldType.YES_NO, "Wholesale", "Опт"),
    ),
    blocks=(
        _block(BlockKind.IDENTITIES, "Addresses", "Адреса"),
        _block(BlockKind.FIELDS, "Buyer", "Покупатель", ("city", "birthday", "size", "wholesale")),
        _block(BlockKind.NOTES, "Notes", "Заметки"),
        _block(BlockKind.TAGS, "Tags", "Метки"),
        _block(BlockKind.RECORDS, "Orders", "Заказы"),
        _block(BlockKind.CONVERSATIONS, "Conversations", "Обращения"),
        _block(BlockKind.CONTACT, "Contact", "Общение"),
    ),
    records=(
        RecordKind(
            ORDER,
            _label(ORDER, "Order", "Заказ"),
            (
                _field("date", FieldType.DATE, "Date", "Дата"),
                _field("item", FieldType.TEXT, "Item", "Товар"),
                _field("sum", FieldType.NUMBER, "Sum", "Сумма"),
                _field("state", FieldType.TEXT, "State", "Состояние"),
                _field("customer", FieldType.TEXT, "Customer", "Клиент"),
            ),
            digits=(4, 6),
            customer_by=("customer",),
        ),
    ),
)
"""The card of the demo's shop."""

_WHO = (
    "SELECT c.customer_id, r.external_id, min(m.at) FROM message m JOIN message_ref r ON r.message_id = m.id"
    " JOIN conversation c ON c.id = m.conversation_id WHERE m.kind = 'incoming' AND c.customer_id IS NOT NULL"
    " GROUP BY c.customer_id ORDER BY c.customer_id"
)


def fill(tx: Transaction, me: Operator, rules: Rules, seed: int, now: datetime) -> None:
    """Fill in the cards of everybody who was played, as `me` and the shop's own system would have."""
    command_id = situations.next_command(tx)
    desk = Actor(ActorKind.DESK)
    kind = CARD.records[0]
    for customer_id, who, first_ms in _people(tx, seed):
        rng = Random(f"{seed}:card:{who.number}")
        ordered = datetime.fromtimestamp(first_ms / 1000, tz=now.tzinfo) - _ORDERED
        state = rng.choice(_STATES[who.language.code])
        data = {
            "date": ordered.date().isoformat(),
            "item": who.item,
            "sum": str(who.total),
            "state": state,
            "customer": str(customer_id),
        }
        row = RecordData(who.order, who.order, data)
        records.put(tx, kind, [row], actor=desk, command_id=command_id, now=now)
        for edit in _edits(customer_id, who, rng):
            acting.carry_out(tx, edit, me, rules, now)


def _people(tx: Transaction, seed: int) -> Iterator[tuple[int, Person, int]]:
    """Yield who wrote: their card's id, who they are, and when they first wrote in milliseconds."""
    for customer_id, external_id, first_ms in tx.all(_WHO):
        clue = clue_of(external_id)
        if clue is not None:
            yield customer_id, person(seed, clue.person, language=clue.language), first_ms


def _edits(customer_id: int, who: Person, rng: Random) -> Iterator[EditCustomer | WriteCustomerNote]:
    """Yield what the operators have written on a card: on every second one something."""
    if rng.random() < 0.5:
        values = [("city", who.city)]
        if rng.random() < 0.3:
            values.append(("birthday", f"{rng.randrange(1960, 2004)}-{rng.randrange(1, 13):02}-{rng.randrange(1, 29):02}"))
        if rng.random() < 0.3:
            values.append(("size", rng.choice(("S", "M", "L", "XL"))))
        firm = rng.choice(_FIRMS) if rng.random() < 0.12 else None
        yield EditCustomer(customer_id, values=tuple(values), company=firm)
    if rng.random() < 0.15:
        yield WriteCustomerNote(customer_id, rng.choice(_NOTES[who.language.code]), pinned=rng.random() < 0.5)

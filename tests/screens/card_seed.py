"""A card that says something in every block, for tests."""

from __future__ import annotations

from datetime import timedelta

from fake_seed import NOW

from deskterm.desk.card import CardField, CardSettings, FieldType, Label, RecordKind, default_blocks
from deskterm.desk.rows_customer import (
    Card,
    CardIdentity,
    ClaimRow,
    CustomerNoteRow,
    DuplicateRow,
    MergedCard,
    RecordRow,
)

FIELDS = (
    CardField("birthday", FieldType.DATE, Label("birthday", {"en": "Birthday", "ru": "День рождения"})),
    CardField("size", FieldType.NUMBER, Label("size", {"en": "Shoe size"})),
    CardField("level", FieldType.CHOICE, Label("level", {"en": "Level"}), ("new", "regular", "best")),
    CardField("vip", FieldType.YES_NO, Label("vip", {"en": "VIP"})),
    CardField("site", FieldType.LINK, Label("site")),
    CardField("second", FieldType.PHONE, Label("second", {"en": "Second phone"})),
)
ORDERS = RecordKind(
    "order",
    Label("order", {"en": "Order"}),
    (CardField("total", FieldType.NUMBER, Label("total", {"en": "Total"})), CardField("state", FieldType.TEXT, Label("state"))),
)
SETTINGS = CardSettings(FIELDS, default_blocks(FIELDS), (), (ORDERS,))


def full_card(customer_id: int = 2) -> Card:
    """Return the card."""
    return Card(
        id=customer_id,
        name="Ольга Каренина",
        language="ru",
        company_id=None,
        company="",
        identities=(
            CardIdentity(21, "telegram", "12345", "Ольга", "verified", label="@olga"),
            CardIdentity(22, "email", "info@client.test", "", "written", shared=True),
            CardIdentity(23, "phone", "+79123456789", "", "entered"),
        ),
        values={"birthday": "1990-05-06"},
        notes=(
            CustomerNoteRow(1, "Звонить утром.\nНе в пятницу.", False, NOW, "Anna"),
            CustomerNoteRow(2, "Скидка 10%", True, NOW - timedelta(days=2), "Bob"),
        ),
        tags=("vip", "опт"),
        claims=(ClaimRow("phone", "+79990000000", "typed", NOW), ClaimRow("email", "o@two.test", "form", NOW, 3)),
        duplicates=(DuplicateRow(customer_id, "Ольга Каренина", 3, "Olga K", "phone", 90, NOW),),
        merged=(MergedCard(9, "Olga", NOW),),
        records=tuple(
            RecordRow(n, "order", str(5530 + n), NOW - timedelta(days=9 - n), {"total": str(100 * n), "state": "оплачен"})
            for n in (1, 2, 3)
        ),
        created_at=NOW,
        first_at=NOW - timedelta(days=400),
        last_at=NOW,
        open_count=2,
        closed_count=14,
        message_count=214,
        version=3,
        satisfaction=4.6,
    )

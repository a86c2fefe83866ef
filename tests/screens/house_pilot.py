"""The whole console over a real store, for tests."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from desk_pilot import NARROW, Desk, desk
from house import House

from deskterm.desk.commands import Command, Done

PEOPLE = ("Ольга К.", "Li Wei", "Тарас", "Anna-Maria", "王小明", "Пётр")
MATTERS = (
    ("Возврат кроссовок", "Хочу вернуть кроссовки, не подошёл размер"),
    ("Refund for order 8812", "I would like a refund please"),
    ("Где посылка?", "Посылка не пришла, прошла неделя"),
    ("Invoice", "Please send the invoice again"),
)


async def customers_write(house: House, count: int = 12) -> None:
    """Let so many people write mails, a minute apart; each begins a conversation."""
    for number in range(count):
        subject, text = MATTERS[number % len(MATTERS)]
        sender = f"p{number}@client.test"
        await house.arrive(house.mail(text, sender, subject=subject, name=f"{PEOPLE[number % len(PEOPLE)]}"))
        house.clock.pass_(minutes=1)


async def done(house: House, command: Command) -> None:
    """Have a command carried out."""
    answer = await house.office.submit(command)
    assert isinstance(answer, Done), answer


@asynccontextmanager
async def console_on(house: House, *, size: tuple[int, int] = NARROW, **looks: Any) -> AsyncIterator[Desk]:
    """Open the console on a store; it shows its first rows."""
    async with desk(house.office, size=size, **looks) as opened:  # type: ignore[arg-type]
        yield opened

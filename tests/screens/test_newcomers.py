"""A customer who writes is noticed at the foot of whatever room is open; other words are never pushed away by it."""

from __future__ import annotations

from desk_pilot import WIDE, desk


async def test_who_wrote_stands_at_the_foot_for_a_while() -> None:
    async with desk(size=WIDE) as d:
        d.office.advance(seconds=5)
        d.office.arrive("Где мой заказ?", name="Ольга К.")
        await d.until(lambda: "Ольга К.: Где мой заказ?" in d.foot)
        assert d.foot.startswith(" New: #")


async def test_a_sentence_that_is_being_said_stays() -> None:
    async with desk(size=WIDE) as d:
        d.app.tell("Nobody is waiting.")
        d.office.advance(seconds=5)
        d.office.arrive("Где мой заказ?", name="Ольга К.")
        await d.until(lambda: d.app._newcomers._since == d.office.now())
        assert "Nobody is waiting." in d.foot


async def test_several_at_once_are_counted() -> None:
    async with desk(size=WIDE) as d:
        d.office.advance(seconds=5)
        for n in range(3):
            d.office.arrive(f"Вопрос {n}", name=f"Клиент {n}")
        await d.until(lambda: "Customers wrote in 3 conversations" in d.foot)

"""Where nobody is named: erased people are said to be erased, what we sent before the desk was ours, calls have two letters."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from house import DAY_MS, House
from house_pilot import console_on, done

from deskterm.desk.commands_customer import LogContact
from deskterm.screens.card_acts import CardActs
from deskterm.store.people import ChannelSpec


async def test_an_erased_person_is_called_so_in_list_thread_and_on_the_card(house: House) -> None:
    await house.arrive(house.mail("Где заказ?"))
    await house.arrive(house.chat("Кто здесь?", "7", thread_key="-5", group="Жильцы"), "bot")
    await house.office.erase_customer(1)
    await house.office.erase_customer(2)
    async with console_on(house) as opened:
        await opened.press("g", "a")
        await opened.until(lambda: len(opened.inbox.list.rows) == 2)
        assert "—" not in opened.text.replace("———", "")
        assert [line for line in opened.lines if "erased" in line]
        while opened.chosen != 1002:
            await opened.press("j")
        await opened.press("enter")
        await opened.until(lambda: opened.inbox.pane.thread.rows)
        (row,) = opened.inbox.pane.thread.rows
        assert (row.author, row.sender) == ("", "")
        await opened.until(lambda: "│ erased · " in opened.text)
        await opened.press("escape", "i")


async def test_what_was_imported_is_our_address(house: House) -> None:
    await house.arrive(house.mail("Где заказ?"))

    def without_author(tx: Any) -> None:
        tx.run("UPDATE message SET kind = 'outgoing', author_identity_id = NULL WHERE id = 1")

    await house.store.writer.run(without_author)
    (row,) = (await house.office.messages(1)).rows
    assert row.author == "support@desk.test"


async def test_a_call_is_told_by_two_letters_in_the_list(open_house: Callable[[ChannelSpec], Awaitable[House]]) -> None:
    house = await open_house(ChannelSpec("phone", "manual", "", True, 3 * DAY_MS))
    await done(house, LogContact(house.channels["phone"], "Звонила", name="Ольга", outcome="open"))
    async with console_on(house, ascii=True) as opened:
        await opened.until(lambda: "ph Ольга" in opened.text)


async def test_an_erased_card_says_so(house: House) -> None:
    await house.arrive(house.mail("Где заказ?"))
    async with console_on(house) as opened:
        await opened.press("i")
        await opened.until(lambda: opened.app.screen.query(CardActs) and opened.app.screen.query_one(CardActs).known)
        await house.office.erase_customer(1)
        await opened.until(lambda: opened.app.screen.query_one(CardActs).view.words.startswith("erased"))

"""The composer says whom one greets and in which language; what is known of the customer, not what the mail says today."""

from __future__ import annotations

from house import House
from house_pilot import console_on, done

from deskterm.desk.commands_customer import EditCustomer


async def test_the_composer_names_the_first_name_and_the_language(house: House) -> None:
    await house.arrive(house.mail("Где заказ?", name="Каренина Ольга Сергеевна"))
    async with console_on(house) as opened:
        await opened.press("r")
        await opened.until(lambda: "Ольга · ru" in str(opened.inbox.pane.composer.border_subtitle))
        await opened.until_shown("Ольга · ru")
        await opened.press("escape")
    await done(house, EditCustomer(1, name="Olga K", language="en"))
    async with console_on(house) as opened:
        await opened.press("r")
        await opened.until_shown("Olga · en")


async def test_a_business_is_greeted_by_no_first_name(house: House) -> None:
    await house.arrive(house.mail("Where is it?", "office@acme.test", name="Acme Ltd"))
    async with console_on(house) as opened:
        await opened.press("r")
        await opened.until(lambda: str(opened.inbox.pane.composer.border_subtitle) == "en")

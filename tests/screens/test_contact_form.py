"""Calls and visits kept by hand, over the real store: with few keys, in either layout, and nothing typed is lost."""

from __future__ import annotations

import pytest
from desk_pilot import Desk, desk
from house import House

from deskterm.desk.commands import Done
from deskterm.desk.commands_customer import EditCustomer
from deskterm.desk.rows import ConversationRow, View
from deskterm.screens.asking import ConfirmScreen
from deskterm.screens.contact import ContactScreen
from deskterm.screens.contact_words import address_typed, is_number, minutes_typed
from deskterm.screens.new_message import NewMessageScreen
from deskterm.store import people
from deskterm.store.people import ChannelSpec

MOST_KEYS = 8
"""Keys for a call of a known customer beside the words of what was said: C, three letters, Enter, Tab, a letter, ctrl+s."""


@pytest.fixture
async def phone(house: House) -> House:
    """A house with a channel of calls, known to Olga."""
    await house.arrive(house.mail(name="Ольга Кузнецова"))
    specs = [
        ChannelSpec("mail", "email", "support@desk.test", True, 0),
        ChannelSpec("bot", "telegram", "@desk_bot", True, 0),
        ChannelSpec("calls", "manual", "", True, 0),
    ]
    house.channels = await house.store.writer.run(lambda tx: people.sync_channels(tx, specs))
    return house


async def form(d: Desk, *keys: str) -> ContactScreen:
    await d.press(*keys)
    await d.until(lambda: isinstance(d.app.screen, ContactScreen) and d.app.screen._channels)
    assert isinstance(d.app.screen, ContactScreen)
    return d.app.screen


async def calls(house: House) -> list[ConversationRow]:
    rows = (await house.office.conversations(View.ALL)).rows
    return [row for row in rows if row.channel == "calls"]


async def test_a_call_of_a_known_customer_takes_few_keys(phone: House) -> None:
    said = "Спросила, где заказ"
    async with desk(phone.office, size=(100, 30)) as d:  # type: ignore[arg-type]
        before, after = ("C", *"оль", "enter"), ("tab", "s", "ctrl+s")
        assert len(before) + len(after) == MOST_KEYS
        screen = await form(d, before[0])
        await d.press(*before[1:])
        await d.until(lambda: d.app.focused is screen._said)
        await d.press(*said, *after)
        await d.until_shown("Kept: #")
        (row,) = await calls(phone)
        assert (row.customer, row.status.value) == ("Ольга Кузнецова", "closed")
        page = await phone.office.messages(row.id)
        logged = next(one for one in page.rows if one.outcome)
        assert (logged.text.strip(), logged.outcome, logged.duration_s) == (said, "solved", None)


async def test_a_new_customer_is_made_with_a_number(phone: House) -> None:
    async with desk(phone.office, size=(100, 30)) as d:  # type: ignore[arg-type]
        screen = await form(d, "C")
        await d.press(*"Пётр", "enter")
        await d.until(lambda: d.app.focused is screen._phone)
        await d.press(*"8 912 345-67-89", "enter", *"Спрашивал о сроках", "tab", "b", "tab", *"5", "tab", "w", "ctrl+s")
        await d.until_shown("Kept: #")
        (row,) = await calls(phone)
        detail = await phone.office.conversation(row.id)
        assert detail is not None
        assert row.customer == "Пётр"
        assert [one.value for one in detail.identities] == ["+79123456789"]
        logged = next(one for one in (await phone.office.messages(row.id)).rows if one.outcome)
        assert (logged.outcome, logged.duration_s) == ("call_back", 300)


async def test_a_number_alone_is_enough(phone: House) -> None:
    async with desk(phone.office, size=(100, 30)) as d:  # type: ignore[arg-type]
        screen = await form(d, "C")
        await d.press(*"+7 912 345-67-89", "enter")
        await d.until(lambda: d.app.focused is screen._called)
        await d.press("enter")
        await d.press(*"Молчал", "ctrl+s")
        await d.until_shown("Kept: #")
        assert len(await calls(phone)) == 1


async def test_a_new_callers_number_leads_to_the_name(phone: House) -> None:
    async with desk(phone.office, size=(100, 30)) as d:  # type: ignore[arg-type]
        screen = await form(d, "C")
        await d.press(*"8 912 345-67-89", "enter")
        await d.until(lambda: d.app.focused is screen._called)
        await d.press(*"Пётр", "enter", *"Спрашивал о сроках", "ctrl+s")
        await d.until_shown("Kept: #")
        (row,) = await calls(phone)
        assert row.customer == "Пётр"
        detail = await phone.office.conversation(row.id)
        assert detail is not None
        assert [one.value for one in detail.identities] == ["+79123456789"]
        assert [one.author for one in (await phone.office.messages(row.id)).rows if one.outcome] == ["Пётр"]


async def test_a_caller_without_a_name_is_called_by_the_card_once_it_has_one(phone: House) -> None:
    async with desk(phone.office, size=(100, 30)) as d:  # type: ignore[arg-type]
        await form(d, "C")
        await d.press(*"8 912 345-67-89", "enter", "enter", *"Спрашивал о сроках", "ctrl+s")
        await d.until_shown("Kept: #")
    (row,) = await calls(phone)
    detail = await phone.office.conversation(row.id)
    assert detail is not None
    assert detail.customer_id is not None
    assert isinstance(await phone.office.submit(EditCustomer(detail.customer_id, name="Пётр")), Done)
    assert [one.author for one in (await phone.office.messages(row.id)).rows if one.outcome] == ["Пётр"]
    assert [one.customer for one in await calls(phone)] == ["Пётр"]


async def test_all_fields_begin_in_one_column(phone: House) -> None:
    async with desk(phone.office, size=(100, 30)) as d:  # type: ignore[arg-type]
        await form(d, "C")
        await d.press(*"оль", "enter", "x", "tab", "tab", *"5")
        await d.until_shown("Took")
        starts = {
            name: next(line for line in d.lines if line.startswith(f" {name}")).index(value)
            for name, value in (("With", "Ольга"), ("Outcome", "s solved"), ("Took", "5"), ("Who called", "t they"))
        }
        assert set(starts.values()) == {15}, starts


async def test_a_call_is_not_answered_before_a_word_is_written(phone: House) -> None:
    async with desk(phone.office, size=(100, 30)) as d:  # type: ignore[arg-type]
        await form(d, "C")
        await d.press(*"оль", "enter", *"Звонила", "ctrl+s")
        await d.until_shown("Kept: #")
        (row,) = await calls(phone)
        await d.open(row.id)
        await d.press("r")
        await d.until_shown("A call or a visit is not answered from here: C keeps another one, n a note.")
        assert not d.inbox.pane.composer.is_open


async def test_a_desk_with_only_a_telephone_offers_to_keep_calls(phone: House) -> None:
    only = [ChannelSpec("calls", "manual", "", True, 0)]
    phone.channels = await phone.store.writer.run(lambda tx: people.sync_channels(tx, only))
    async with desk(phone.office, size=(100, 30)) as d:  # type: ignore[arg-type]
        await d.until(lambda: "C call or visit" in d.foot)
        assert "stopped" not in d.foot
        assert "r reply" not in d.foot
        await d.press("c")
        await d.until_shown("Nothing can be written from here; C keeps a call or a visit.")
        await form(d, "C")


async def test_what_is_missing_is_said_at_its_field(phone: House) -> None:
    async with desk(phone.office, size=(100, 30)) as d:  # type: ignore[arg-type]
        screen = await form(d, "C")
        await d.press("ctrl+s")
        await d.until_shown("What was said?")
        await d.press(*"да", "ctrl+s")
        await d.until_shown("With whom?")
        assert d.app.focused is screen._who
        await d.press("escape")
        await d.until(lambda: isinstance(d.app.screen, ConfirmScreen))
        await d.press("n")
        await d.until(lambda: d.app.screen is screen)
        assert screen._said.text == "да"


async def test_while_a_conversation_is_read_the_call_is_about_it(phone: House) -> None:
    (mail,) = (await phone.office.conversations(View.ALL)).rows
    async with desk(phone.office, size=(100, 30)) as d:  # type: ignore[arg-type]
        await d.open(mail.id)
        await form(d, "C")
        await d.until_shown(f"[#{mail.number} this conversation]")
        await d.press(*"Перезвонила, всё в порядке", "ctrl+s")
        await d.until_shown(f"Kept: #{mail.number}")
        assert await calls(phone) == []
        await d.until_shown("Перезвонила, всё в порядке")


async def test_it_is_one_of_the_channels_of_a_new_message(phone: House) -> None:
    async with desk(phone.office, size=(100, 30)) as d:  # type: ignore[arg-type]
        await d.press("c")
        await d.until(lambda: isinstance(d.app.screen, NewMessageScreen) and d.app.screen._loaded)
        await d.press("tab", "left")
        await d.until(lambda: isinstance(d.app.screen, ContactScreen) and d.app.screen._channels)
        await d.press(*"оль", "enter", *"Звонила", "ctrl+s")
        await d.until_shown("Kept: #")
        assert len(await calls(phone)) == 1
        assert await phone.office.new_message() is None


@pytest.mark.parametrize(
    ("typed", "seconds"),
    [
        ("", 0),
        ("5", 300),
        ("5m", 300),
        ("5 м", 300),
        ("1:30", 90),
        ("1h 5m", 3900),
        ("2ч", 7200),
        ("soon", None),
        ("9999", None),
    ],
)
def test_lengths_of_calls(typed: str, seconds: int | None) -> None:
    assert minutes_typed(typed) == seconds


async def test_numbers_and_names_are_told_apart() -> None:
    assert is_number("8 (912) 345-67-89")
    assert not is_number("Пётр 2")
    found = await address_typed("8 912 345-67-89", "Пётр", "RU")
    assert found is not None
    assert (found.kind.value, found.value, found.name) == ("phone", "+79123456789", "Пётр")
    assert await address_typed("12", "", "RU") is None
    mail = await address_typed("petr@client.test", "", "RU")
    assert mail is not None
    assert (mail.kind.value, mail.value) == ("email", "petr@client.test")

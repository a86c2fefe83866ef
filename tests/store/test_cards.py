"""Cards on a real store: what is entered, shown, found and undone."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from deskterm.desk import commands as c
from deskterm.desk import commands_customer as cc
from deskterm.desk.card import CardField, CardSettings, FieldType, Label
from deskterm.desk.commands import Done, Refused
from deskterm.desk.post import Address, IdentityKind

FIELDS = CardSettings(
    fields=(
        CardField("city", FieldType.TEXT, Label("city")),
        CardField("since", FieldType.DATE, Label("since")),
        CardField("mobile", FieldType.PHONE, Label("mobile")),
    )
)
OLGA = Address(IdentityKind.EMAIL, "olga@client.test", "Ольга К.")


def carded(house: Any) -> Any:
    house.rules = replace(house.rules, card=FIELDS)
    house.office = house.as_(house.anna)
    return house.office


async def do(house: Any, command: Any) -> Done:
    done = await house.office.submit(command)
    assert isinstance(done, Done), done
    return done


async def code(house: Any, command: Any) -> str:
    refused = await house.office.submit(command)
    assert isinstance(refused, Refused), refused
    return refused.code


async def test_a_card_made_by_hand_is_found_by_who_writes_then(house: Any) -> None:
    done = await do(house, cc.AddCustomer("Ольга Ким", (OLGA, Address(IdentityKind.PHONE, "8 912 345-67-89"))))
    assert done.customer_id == 1
    await house.arrive(house.mail())
    card = await house.office.customer(1)
    assert (card.name, card.open_count, card.message_count) == ("Ольга Ким", 1, 1)
    assert [(one.kind, one.value) for one in card.identities] == [("email", "olga@client.test"), ("phone", "+79123456789")]
    assert await house.all("SELECT title FROM conversation") == [("Ольга Ким",)]
    assert await code(house, cc.AddCustomer("Другая", (OLGA,))) == "identity_taken"
    assert await code(house, cc.AddCustomer("")) == "name_wanted"
    assert await house.all("SELECT count(*) FROM customer") == [(1,)]


async def test_every_change_of_a_card_is_undone_and_done_again(house: Any) -> None:
    office = carded(house)
    await house.arrive(house.mail())
    changes = [
        cc.EditCustomer(1, name="Ольга Ким", language="ru"),
        cc.EditCustomer(1, values=(("city", "Пермь"), ("since", "31.12.2024")), add_tags=("vip", "опт")),
        cc.EditCustomer(1, values=(("city", ""),), remove_tags=("VIP",)),
        cc.EditCustomer(1, company="Ромашка"),
        cc.EditCustomer(1, company=""),
        cc.AddIdentity(1, Address(IdentityKind.PHONE, "+79123456789")),
        cc.ShareIdentity(1),
        cc.WriteCustomerNote(1, "первая", pinned=True),
        cc.WriteCustomerNote(1, "вторая"),
        cc.WriteCustomerNote(1, "первая, дополненная", note_id=1),
        cc.WriteCustomerNote(1, "", note_id=1),
        cc.EditCompany(1, name="ООО Ромашка", note="платят вовремя"),
    ]

    async def seen() -> Any:
        return (
            replace(await office.customer(1), version=0),
            await office.companies(),
            await house.all("SELECT title FROM conversation"),
        )

    states = [await seen()]
    for change in changes:
        house.clock.pass_(seconds=1)
        await do(house, change)
        states.append(await seen())
        assert states[-1] != states[-2] or change == changes[3], change
    made = states[4][1]  # a company that was made stays
    for n in range(len(changes) - 1, -1, -1):
        house.clock.pass_(seconds=1)
        await do(house, c.Undo())
        card, companies, titles = await seen()
        assert (card, titles) == (states[n][0], states[n][2]), changes[n]
        assert [one.name for one in companies] == [one.name for one in states[n][1] or made]
    assert await code(house, c.Undo()) == "nothing_to_undo"
    for n in range(len(changes)):
        await do(house, c.Redo())
        card, _companies, titles = await seen()
        assert (card, titles) == (states[n + 1][0], states[n + 1][2]), changes[n]


async def test_what_somebody_else_changed_is_not_overwritten(house: Any) -> None:
    office = carded(house)
    boris = house.as_(house.boris)
    await house.arrive(house.mail())
    seen = (await office.customer(1)).version
    await do(house, cc.EditCustomer(1, values=(("city", "Пермь"),), seen_version=seen))
    assert isinstance(await boris.submit(cc.EditCustomer(1, name="Ольга Ким", seen_version=seen)), Done)
    refused = await boris.submit(cc.EditCustomer(1, values=(("city", "Томск"),), seen_version=seen))
    assert refused == Refused("card_changed", {"name": "Анна", "by": "operator"})
    await boris.submit(cc.EditCustomer(1, values=(("city", "Томск"),)))
    undone = await office.submit(c.Undo())
    assert undone == Refused("changed_since", {"name": "Boris", "by": "operator"})


async def test_a_name_is_followed_by_titles_and_by_search(house: Any) -> None:
    await house.arrive(house.mail())
    await house.arrive(house.chat("в группе", "7", thread_key="-5", group="Опт"), "bot")
    await do(house, cc.EditCustomer(1, name="Ольга Щербакова", company="Ромашка"))
    await do(house, cc.EditCustomer(2, name="Тарас Бульба"))
    assert await house.all("SELECT title FROM conversation ORDER BY id") == [("Ольга Щербакова",), ("Опт",)]
    assert [row.id for row in await house.office.customers("щерб")] == [1]
    assert [row.id for row in await house.office.customers("ромаш")] == [1]
    await do(house, cc.EditCompany(1, name="Лютик"))
    assert await house.office.customers("ромаш") == ()
    assert [row.id for row in await house.office.customers("люти")] == [1]


async def test_likely_doubles_by_name(house: Any) -> None:
    await house.arrive(house.mail(name="Ольга Щербакова"))
    await house.arrive(house.mail(sender="o@other.test", name="Ольга"))
    await house.arrive(house.mail(sender="p@other.test", name="olga.shcherbakova@other.test"))
    assert await house.office.duplicates() == ()
    await house.arrive(house.chat(user="7", name="Olya Scherbakova"), "bot")
    (pair,) = await house.office.duplicates()
    assert (pair.first_id, pair.second_id, pair.reason, pair.first_known_by) == (1, 4, "name", "olga@client.test")
    assert (await house.office.customer(4)).duplicates == (pair,)
    await do(house, cc.DismissDuplicate(4, 1))
    assert await house.office.duplicates() == ()
    await do(house, cc.EditCustomer(4, name="Shcherbakova Olga"))
    assert await house.office.duplicates() == ()
    await do(house, c.Undo())
    await do(house, c.Undo())
    assert await house.office.duplicates() == (pair,)


async def test_likely_doubles_by_what_is_entered(house: Any) -> None:
    carded(house)
    await house.arrive(house.mail())
    await do(house, cc.AddCustomer("Иван", (Address(IdentityKind.PHONE, "+79123456789"),)))
    await do(house, cc.EditCustomer(1, values=(("mobile", "8 (912) 345-67-89"),)))
    await do(house, cc.AddCustomer("Пётр", (Address(IdentityKind.EMAIL, "olga+shop@client.test"),)))
    pairs = {(one.first_id, one.second_id, one.reason) for one in await house.office.duplicates()}
    assert pairs == {(1, 2, "phone"), (1, 3, "plus")}


async def test_a_name_that_many_have_says_nothing(house: Any) -> None:
    for n in range(25):
        await do(house, cc.AddCustomer("Иван Кузнецов", (Address(IdentityKind.TELEGRAM, str(n)),)))
    assert await house.office.duplicates() == ()
    await do(house, cc.AddCustomer("Кузнецов Иван", (Address(IdentityKind.EMAIL, "ivan@a.test"),)))
    assert await house.office.duplicates() == ()
    await do(house, cc.AddCustomer("Иван Кузнецов", (Address(IdentityKind.EMAIL, "ivan+shop@b.test"),)))
    (pair,) = await house.office.duplicates()
    assert (pair.first_known_by, pair.second_known_by) == ("ivan@a.test", "ivan+shop@b.test")


async def test_namesakes_on_one_kind_of_channel_are_two(house: Any) -> None:
    await house.arrive(house.mail(sender="olga@client.test", name="Ольга Щербакова"))
    await house.arrive(house.mail(sender="scherb@other.test", name="Ольга Щербакова"))
    await house.arrive(house.mail(sender="olgas@other.test", name="Ольга Щербакова"))
    assert await house.office.duplicates() == ()
    await house.arrive(house.mail(sender="scherb@client.test", name="Ольга Щербакова"))
    assert [(one.first_id, one.second_id) for one in await house.office.duplicates()] == [(2, 4)]


async def test_addresses_refuse_what_they_must(house: Any) -> None:
    await house.arrive(house.mail())
    await house.arrive(house.chat(), "bot")
    assert await code(house, cc.AddIdentity(2, OLGA)) == "identity_taken"
    assert await code(house, cc.AddIdentity(2, Address(IdentityKind.EMAIL, "нет"))) == "bad_address"
    assert await code(house, cc.AddIdentity(2, Address(IdentityKind.PHONE, "12"))) == "bad_address"
    assert await code(house, cc.AddIdentity(9, OLGA)) == "not_found"
    assert await code(house, cc.RemoveIdentity(1)) == "identity_used"
    assert await code(house, cc.RemoveIdentity(99)) == "not_found"
    assert (await do(house, cc.AddIdentity(1, OLGA))).count == 0


async def test_a_viewer_changes_nothing(house: Any) -> None:
    from deskterm.desk.model import Role

    await house.arrive(house.mail())
    viewer = house.as_(replace(house.boris, role=Role.VIEWER))
    for command in (cc.AddCustomer("x"), cc.EditCustomer(1, name="x"), cc.MergeCustomers(1, 1), cc.EditCompany(None, "x")):
        assert await viewer.submit(command) == Refused("viewer")

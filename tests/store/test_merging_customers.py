"""Cards merged and parted on a real store: nothing is lost, and parting leaves all as if there had been no merge."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from recounted import all_is_right

from deskterm.desk import commands as c
from deskterm.desk import commands_customer as cc
from deskterm.desk.card import CardField, CardSettings, FieldType, Label
from deskterm.desk.commands import Done, Refused
from deskterm.desk.post import Address, IdentityKind, MailRefs
from deskterm.store import read_duplicates
from deskterm.words.wording import activity_words

FIELDS = CardSettings(
    fields=(CardField("city", FieldType.TEXT, Label("city")), CardField("size", FieldType.NUMBER, Label("size")))
)


def carded(house: Any) -> Any:
    """Have the house's cards carry fields."""
    house.rules = replace(house.rules, card=FIELDS)
    house.office = house.as_(house.anna)
    return house.office


async def do(house: Any, command: Any) -> Done:
    done = await house.office.submit(command)
    assert isinstance(done, Done), done
    return done


async def three(house: Any) -> None:
    """Olga by mail (card 1), Olga by chat (2), Taras by mail (3)."""
    await house.arrive(house.mail("раз", "olga@client.test", name="Ольга Щербакова"))
    await house.arrive(house.chat("два", "7", name="Olga Shcherbakova"), "bot")
    await house.arrive(house.mail("три", "taras@client.test", name="Тарас Бульба"))


TABLES = {
    "customer": "id, name, language, merged_into_id, company_id",
    "identity": "id, customer_id, home_id, kind, value",
    "conversation": "id, customer_id, home_customer_id, title, message_count",
    "customer_note": "id, customer_id, home_id, text, pinned",
    "customer_value": "customer_id, field, value",
    "customer_tag": "customer_id, tag_id",
    "customer_key": "customer_id, key",
    "customer_doc": "id, names, addresses",
    "record": "id, customer_id, home_id",
    "message": "id, conversation_id, author_identity_id",
}


async def everything(house: Any) -> dict[str, list[Any]]:
    return {table: sorted(await house.all(f"SELECT {columns} FROM {table}"), key=repr) for table, columns in TABLES.items()}


async def test_what_was_two_peoples_is_one_persons(house: Any) -> None:
    await three(house)
    await do(house, cc.WriteCustomerNote(2, "звонить вечером", pinned=True))
    await do(house, cc.MergeCustomers(1, 2))
    card = await house.office.customer(2)
    assert (card.id, card.name, [one.value for one in card.identities]) == (1, "Ольга Щербакова", ["olga@client.test", "7"])
    assert [note.text for note in card.notes] == ["звонить вечером"]
    assert [(one.id, one.name) for one in card.merged] == [(2, "Olga Shcherbakova")]
    assert (card.open_count, card.message_count) == (2, 2)
    assert await house.all("SELECT id, customer_id, title FROM conversation ORDER BY id") == [
        (1, 1, "Ольга Щербакова"),
        (2, 1, "Ольга Щербакова"),
        (3, 3, "Тарас Бульба"),
    ]
    assert await house.all("SELECT id FROM customer_doc ORDER BY id") == [(1,), (3,)]
    assert [row.id for row in await house.office.customers("shcher")] == [1]
    assert [row.id for row in await house.office.customers("olga@cl")] == [1]


async def test_parted_all_is_as_if_never_merged(house: Any) -> None:
    office = carded(house)
    await three(house)
    await do(house, cc.EditCustomer(2, company="Ромашка", values=(("city", "Пермь"), ("size", "42")), add_tags=("vip",)))
    await do(house, cc.EditCustomer(1, values=(("city", "Томск"),)))
    before = await everything(house)
    await do(house, cc.MergeCustomers(1, 2, take=("name", "city")))
    card = await office.customer(1)
    assert (card.name, card.company, card.values, card.tags) == (
        "Olga Shcherbakova",
        "Ромашка",
        {"city": "Пермь", "size": "42"},
        ("vip",),
    )
    await do(house, cc.PartCustomer(2))
    assert await everything(house) == before


async def test_what_came_since_goes_with_whose_it_is(house: Any) -> None:
    """Messages and conversations that came while two cards were one, on either side, are each side's own when they are two."""
    await three(house)
    await do(house, cc.MergeCustomers(1, 2))
    await house.arrive(house.chat("ещё в чате", "7", name="Olga Shcherbakova"), "bot")
    await house.arrive(house.mail("новое письмо", "olga@client.test", name="Ольга Щербакова"))
    await house.arrive(house.chat("из группы", "7", name="Olga Shcherbakova", thread_key="g1", group=""), "bot")
    assert {row[0] for row in await house.all("SELECT customer_id FROM conversation")} == {1, 3}
    await do(house, cc.PartCustomer(2))
    owners = await house.all(
        "SELECT DISTINCT i.customer_id, c.customer_id FROM message m JOIN identity i ON i.id = m.author_identity_id"
        " JOIN conversation c ON c.id = m.conversation_id ORDER BY 1"
    )
    assert owners == [(1, 1), (2, 2), (3, 3)]
    assert await house.all("SELECT count(*) FROM conversation WHERE home_customer_id IS NOT NULL") == [(0,)]
    assert await house.all("SELECT title FROM conversation WHERE customer_id = 2") == [("Olga Shcherbakova",)] * 2


async def test_what_somebody_changed_since_stays(house: Any) -> None:
    office = carded(house)
    await three(house)
    await do(house, cc.EditCustomer(2, values=(("city", "Пермь"), ("size", "42"))))
    await do(house, cc.MergeCustomers(1, 2))
    await do(house, cc.EditCustomer(1, values=(("city", "Уфа"),)))
    await do(house, cc.PartCustomer(2))
    assert (await office.customer(1)).values == {"city": "Уфа"}
    assert (await office.customer(2)).values == {"city": "Пермь", "size": "42"}


async def test_a_chain_is_parted_at_either_end(house: Any) -> None:
    office = carded(house)
    await three(house)
    await do(house, cc.EditCustomer(3, values=(("city", "Пермь"),)))
    alone = await everything(house)
    await do(house, cc.MergeCustomers(2, 3))
    first = await everything(house)
    await do(house, cc.MergeCustomers(1, 2))
    assert {one.id for one in (await office.customer(3)).merged} == {2, 3}
    assert (await office.customer(1)).values == {"city": "Пермь"}
    both = await everything(house)

    await do(house, cc.PartCustomer(2))
    assert await everything(house) == first
    await do(house, c.Undo())
    assert await everything(house) == both

    await do(house, cc.PartCustomer(3))
    await do(house, c.Undo())
    assert await everything(house) == both
    await do(house, c.Redo())
    assert (await office.customer(3)).values == {"city": "Пермь"}
    assert ((await office.customer(1)).values, (await office.customer(1)).id) == ({}, 1)
    await do(house, cc.PartCustomer(2))
    assert await everything(house) == alone


async def test_no_card_holds_itself(house: Any) -> None:
    """What was parted may have swallowed its holder since: undoing the parting is refused."""
    await three(house)
    await do(house, cc.MergeCustomers(1, 2))
    parted = await do(house, cc.PartCustomer(2))
    await do(house, cc.MergeCustomers(2, 1))
    before = await everything(house)
    refused = await house.office.submit(c.Undo(parted.command_id))
    assert isinstance(refused, Refused)
    assert refused.code == "changed_since"
    assert await house.office.submit(cc.MergeCustomers(1, 2, again=True)) == Refused("same_customer")
    assert await everything(house) == before


async def test_merging_there_and_back(house: Any) -> None:
    await three(house)
    before = await everything(house)
    for _ in range(3):
        await do(house, cc.MergeCustomers(1, 2))
        await do(house, cc.PartCustomer(2))
        await do(house, cc.MergeCustomers(2, 1))
        await do(house, cc.PartCustomer(1))
    assert await everything(house) == before


async def test_refusals(house: Any) -> None:
    await three(house)
    assert await house.office.submit(cc.MergeCustomers(1, 1)) == Refused("same_customer")
    assert await house.office.submit(cc.MergeCustomers(1, 99)) == Refused("not_found")
    assert await house.office.submit(cc.PartCustomer(1)) == Refused("not_merged")
    assert await house.office.submit(cc.PartCustomer(99)) == Refused("not_found")
    await do(house, cc.MergeCustomers(1, 2))
    assert await house.office.submit(cc.MergeCustomers(2, 1)) == Refused("same_customer")
    await do(house, cc.MergeCustomers(3, 2))  # that is 1 by now, and 2 with it
    assert {one.id for one in (await house.office.customer(3)).merged} == {1, 2}
    assert await house.office.submit(cc.MergeCustomers(1, 3)) == Refused("same_customer")


async def test_undone_and_done_again_over_a_restart(open_house: Any) -> None:
    house = await open_house()
    await three(house)
    before = await everything(house)
    done = await do(house, cc.MergeCustomers(1, 2, take=("name",)))
    merged = await everything(house)
    await house.store.close()

    house = await open_house()
    house.count = 10
    undone = await do(house, c.Undo())
    assert undone.undone == ("merge_customers", None)
    assert await everything(house) == before
    await house.store.close()

    house = await open_house()
    assert (await do(house, c.Redo())).undone == ("merge_customers", None)
    assert await everything(house) == merged
    assert (await do(house, c.Undo(done.command_id))).count == 1
    assert await everything(house) == before


async def test_undone_after_new_messages(house: Any) -> None:
    await three(house)
    await do(house, cc.MergeCustomers(1, 2))
    await house.arrive(house.chat("ещё", "7", name="Olga Shcherbakova"), "bot")
    await do(house, c.Undo())
    assert await house.all("SELECT customer_id, message_count FROM conversation ORDER BY id") == [(1, 1), (2, 2), (3, 1)]
    assert await house.one("SELECT name FROM customer WHERE id = 2") == ("Olga Shcherbakova",)


async def test_what_others_undid_is_not_undone_again(house: Any) -> None:
    await three(house)
    await do(house, cc.MergeCustomers(1, 2))
    boris = house.as_(house.boris)
    assert isinstance(await boris.submit(cc.PartCustomer(2)), Done)
    refused = await house.office.submit(c.Undo())
    assert isinstance(refused, Refused)
    assert (refused.code, refused.values["name"]) == ("changed_since", "Boris")


async def test_a_pair_that_was_merged_is_likely_again_when_parted(house: Any) -> None:
    await three(house)
    (pair,) = await house.office.duplicates()
    assert (pair.first_id, pair.second_id, pair.reason) == (1, 2, "name")
    await do(house, cc.MergeCustomers(3, 2))
    (pair,) = await house.office.duplicates()
    assert (pair.first_id, pair.second_id) == (1, 3)
    await do(house, cc.MergeCustomers(1, 3))
    assert await house.office.duplicates() == ()
    await do(house, cc.PartCustomer(3))
    await do(house, cc.PartCustomer(2))
    assert [(one.first_id, one.second_id) for one in await house.office.duplicates()] == [(1, 2)]


async def test_a_name_that_is_only_an_address_gives_way(house: Any) -> None:
    await house.arrive(house.mail("a", "olga@client.test", name=""))
    await house.arrive(house.chat("b", "7", name="Ольга"), "bot")
    assert (await house.office.customer(1)).name == "olga@client.test"
    preview = await house.office.merge_preview(1, 2)
    assert (preview.fields[0].key, preview.fields[0].from_other) == ("name", True)
    await do(house, cc.MergeCustomers(1, 2))
    assert (await house.office.customer(1)).name == "Ольга"
    await do(house, c.Undo())
    assert (await house.office.customer(1)).name == "olga@client.test"


async def test_the_preview_says_what_merging_does(house: Any) -> None:
    office = carded(house)
    await three(house)
    await do(house, cc.EditCustomer(1, values=(("city", "Томск"),)))
    await do(house, cc.EditCustomer(2, company="Ромашка", values=(("city", "Пермь"), ("size", "42"))))
    await do(house, cc.WriteCustomerNote(2, "заметка"))
    preview = await office.merge_preview(2, 1)
    assert (preview.into_id, preview.from_id, preview.conversations, preview.notes) == (1, 2, 1, 1)
    assert {(one.key, one.mine, one.other, one.from_other) for one in preview.fields if one.key not in ("language",)} == {
        ("name", "Ольга Щербакова", "Olga Shcherbakova", False),
        ("company", "", "Ромашка", True),
        ("city", "Томск", "Пермь", False),
        ("size", "", "42", True),
    }
    assert [one.value for one in preview.identities] == ["7"]
    assert (await office.merge_preview(1, 2, into_id=2)).into_id == 2


async def test_an_identity_is_never_two_peoples(house: Any) -> None:
    await three(house)
    await do(house, cc.MergeCustomers(1, 2))
    refused = await house.office.submit(cc.AddIdentity(3, Address(IdentityKind.EMAIL, "Olga@Client.test")))
    assert isinstance(refused, Refused)
    assert refused.code == "identity_taken"
    await house.arrive(house.mail("re", "olga@client.test", name="Ольга Щербакова", refs=MailRefs(message_id="x@client.test")))
    assert await house.all("SELECT value, count(*) FROM identity GROUP BY kind, value HAVING count(*) > 1") == []


async def test_pairs_behind_those_that_became_one_are_listed(house: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(read_duplicates, "LEAST_AT_ONCE", 1)
    await three(house)
    await house.arrive(house.mail("четыре", "taras+shop@client.test", name="Тарас"))
    await house.arrive(house.mail("пять", "taras+work@client.test", name="Тарас"))
    pairs = [(one.first_id, one.second_id) for one in await house.office.duplicates()]
    assert pairs == [(4, 5), (3, 5), (3, 4), (1, 2)]
    await do(house, cc.MergeCustomers(1, 2))
    await do(house, cc.MergeCustomers(4, 5))
    assert [(one.first_id, one.second_id) for one in await house.office.duplicates(limit=1)] == [(3, 4)]
    assert [(one.first_id, one.second_id) for one in await house.office.duplicates()] == [(3, 4)]


async def two_at_one_desk(house: Any) -> tuple[int, int]:
    """Ann and Bert, who write by mail, taken for one person: their conversations are one as well."""
    ann = await lands(house, house.mail("вопрос Анны", "ann@a.test", name="Anna", refs=MailRefs(message_id="a1@a.test")))
    bert = await lands(house, house.mail("вопрос Берта", "bert@b.test", name="Bert", refs=MailRefs(message_id="b1@b.test")))
    await do(house, cc.MergeCustomers(1, 2))
    return ann, bert


async def lands(house: Any, inbound: Any) -> int:
    """Take in a message; returns the conversation that it is in."""
    await house.arrive(inbound)
    ((conversation_id,),) = await house.all(
        "SELECT conversation_id FROM message WHERE kind = 'incoming' ORDER BY id DESC LIMIT 1"
    )
    return int(conversation_id)


async def whose(house: Any) -> list[Any]:
    """Conversations: whose, and into what they went."""
    return list(await house.all("SELECT id, customer_id, merged_into_id FROM conversation ORDER BY id"))


async def stands(house: Any) -> list[Any]:
    """Where all stands: conversations, messages, people."""
    return [
        await house.all(
            "SELECT id, customer_id, home_customer_id, merged_into_id, message_count FROM conversation ORDER BY id"
        ),
        await house.all("SELECT id, conversation_id, home_id FROM message ORDER BY id"),
        await house.all("SELECT conversation_id, identity_id, role, via_id FROM participant ORDER BY 1, 2"),
    ]


@pytest.mark.parametrize("way", ["into the one that stays", "into the one that goes"])
@pytest.mark.parametrize("by", ["parting", "undoing"])
async def test_parted_cards_share_no_conversation(house: Any, way: str, by: str) -> None:
    """Else the next letter of the one would land with the other, and the answer to it go to both."""
    ann, bert = await two_at_one_desk(house)
    merged = (await house.all("SELECT max(command_id) FROM undo_entry"))[0][0]
    into, gone = (ann, bert) if way == "into the one that stays" else (bert, ann)
    await do(house, cc.MergeConversations(into, (gone,)))
    together = await stands(house)
    parted = await do(house, cc.PartCustomer(2) if by == "parting" else c.Undo(merged))
    assert await whose(house) == [(ann, 1, None), (bert, 2, None)]
    apart = await stands(house)
    await all_is_right(house)

    await do(house, c.Undo(parted.command_id) if by == "parting" else c.Redo())
    assert await stands(house) == together
    await do(house, c.Redo() if by == "parting" else c.Undo(merged))
    assert await stands(house) == apart

    refs = MailRefs(message_id="b2@b.test", in_reply_to=("b1@b.test",))
    assert await lands(house, house.mail("ещё от Берта", "bert@b.test", name="Bert", refs=refs)) == bert
    house.clock.pass_(minutes=1)
    await do(house, c.Reply(ann, "Анне", anyway=True))
    ((recipients,),) = await house.all("SELECT recipients FROM message WHERE kind = 'outgoing'")
    assert "ann@a.test" in recipients
    assert "bert@b.test" not in recipients


async def test_a_chain_of_conversations_is_parted_where_the_cards_are(house: Any) -> None:
    """Ann's second conversation holds Bert's and went into her first: hers stay one."""
    ann, bert = await two_at_one_desk(house)
    second = await lands(house, house.mail("Анна о другом", "ann@a.test", name="Anna"))
    await do(house, cc.MergeConversations(second, (bert,)))
    await do(house, cc.MergeConversations(ann, (second,)))
    together = await stands(house)
    await do(house, cc.PartCustomer(2))
    assert await whose(house) == [(ann, 1, None), (bert, 2, None), (second, 1, ann)]
    assert await house.all("SELECT id, conversation_id, home_id FROM message ORDER BY id") == [
        (1, ann, None),
        (2, bert, None),
        (3, ann, second),
    ]
    await all_is_right(house)
    await do(house, c.Undo())
    assert await stands(house) == together


async def test_a_conversation_with_nothing_left_goes_with_its_card(house: Any) -> None:
    ann, bert = await two_at_one_desk(house)
    await do(house, cc.MergeConversations(ann, (bert,)))
    split = await do(house, cc.SplitConversation(ann, (2,)))
    assert await do_refused(house, cc.PartConversation(bert)) == "nothing_left"
    await do(house, cc.PartCustomer(2))
    assert await house.all("SELECT id, customer_id, merged_into_id, status, message_count FROM conversation ORDER BY id") == [
        (ann, 1, None, "open", 1),
        (bert, 2, None, "closed", 0),
        (split.conversation_id, 2, None, "open", 1),
    ]
    await all_is_right(house)
    before = await stands(house)
    await do(house, cc.MergeConversations(split.conversation_id or 0, (bert,)))
    await do(house, c.Undo())
    assert await stands(house) == before
    await all_is_right(house)


async def do_refused(house: Any, command: Any) -> str:
    refused = await house.office.submit(command)
    assert isinstance(refused, Refused), refused
    return refused.code


async def test_what_is_split_off_is_whose_who_wrote_it(house: Any) -> None:
    ann, bert = await two_at_one_desk(house)
    await do(house, cc.MergeConversations(ann, (bert,)))
    split = await do(house, cc.SplitConversation(ann, (2,)))
    owned = f"SELECT customer_id, home_customer_id FROM conversation WHERE id = {split.conversation_id}"
    assert await house.all(owned) == [(1, 2)]
    assert await people_of(house, split.conversation_id) == ["bert@b.test"]
    await do(house, c.Undo())
    await do(house, c.Redo())
    await do(house, cc.PartCustomer(2))
    assert await whose(house) == [(ann, 1, None), (bert, 2, None), (split.conversation_id, 2, None)]
    refs = MailRefs(message_id="b2@b.test", in_reply_to=("b1@b.test",))
    assert await lands(house, house.mail("ещё от Берта", "bert@b.test", name="Bert", refs=refs)) == split.conversation_id


async def test_what_one_wrote_to_the_other_is_split_off_as_theirs(house: Any) -> None:
    """Bert answers in Ann's conversation; his letter is his, and so is what is made of it."""
    ann, _bert = await two_at_one_desk(house)
    box = house.store.signer.reply_address(1001, "support@desk.test")
    copied = {"cc": (Address(IdentityKind.EMAIL, "bert@b.test"),), "refs": MailRefs("a2@a.test", delivered_to=(box,))}
    assert await lands(house, house.mail("Анна с копией Берту", "ann@a.test", name="Anna", **copied)) == ann
    refs = MailRefs(message_id="b2@b.test", delivered_to=(box,))
    assert await lands(house, house.mail("от Берта", "bert@b.test", name="Bert", refs=refs)) == ann
    split = await do(house, cc.SplitConversation(ann, (4,)))
    assert await people_of(house, split.conversation_id) == ["bert@b.test"]
    await do(house, cc.PartCustomer(2))
    assert (split.conversation_id, 2, None) in await whose(house)


async def people_of(house: Any, conversation_id: int | None) -> list[str]:
    rows = await house.all(
        "SELECT i.value FROM participant p JOIN identity i ON i.id = p.identity_id"
        f" WHERE p.conversation_id = {conversation_id} ORDER BY i.id"
    )
    return [row[0] for row in rows]


PHONE = Address(IdentityKind.PHONE, "+79123456789")


async def test_what_the_desk_merged_stays_two_once_parted(house: Any) -> None:
    """The same contact does not join the cards again; the pair is listed as dismissed; undoing the parting joins them."""
    await do(house, cc.AddCustomer("Ольга Коваль", (PHONE,)))
    await house.arrive(house.chat("", "77", proven=True, shared=(PHONE,)), "bot")
    merged = [(1, None), (2, 1)]
    cards = "SELECT id, merged_into_id FROM customer ORDER BY id"
    assert await house.all(cards) == merged
    ((code, value),) = await house.all("SELECT placeholder, text FROM message WHERE kind = 'activity'")
    assert activity_words(code, value).endswith("deskterm customer part 2")

    await do(house, cc.PartCustomer(2))
    await house.arrive(house.chat("", "77", proven=True, shared=(PHONE,)), "bot")
    parted = [(1, None), (2, None)]
    assert await house.all(cards) == parted
    assert await house.all("SELECT low_id, high_id, reason, state FROM duplicate") == [(1, 2, "phone", "dismissed")]

    for _again in range(2):
        await do(house, c.Undo())
        assert await house.all(cards) == merged
        assert await house.all("SELECT state FROM duplicate") == [("merged",)]
        await do(house, c.Redo())
        assert await house.all(cards) == parted
        assert await house.all("SELECT state FROM duplicate") == [("dismissed",)]


async def test_whose_number_it_is_may_have_gone_into_another_card_since(house: Any) -> None:
    await do(house, cc.AddCustomer("Ольга Коваль", (PHONE,)))
    await house.arrive(house.chat("", "77", proven=True, shared=(PHONE,)), "bot")
    await do(house, cc.PartCustomer(2))
    await do(house, cc.AddCustomer("Olga Koval"))
    await do(house, cc.MergeCustomers(3, 1))
    await house.arrive(house.chat("", "77", proven=True, shared=(PHONE,)), "bot")
    assert await house.all("SELECT id, merged_into_id FROM customer ORDER BY id") == [(1, 3), (2, None), (3, None)]

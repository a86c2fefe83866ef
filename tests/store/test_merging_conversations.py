"""Conversations merged, parted and split on a real store: what undoing gives back, where late messages go."""

from __future__ import annotations

from typing import Any

import pytest
from recounted import all_is_right

from deskterm.desk import commands as c
from deskterm.desk.commands import Done, Refused
from deskterm.desk.commands_customer import DismissRelated, MergeConversations, PartConversation, SplitConversation
from deskterm.desk.model import Priority
from deskterm.desk.post import MailRefs
from deskterm.desk.rows import Draft
from deskterm.store import outbox
from deskterm.words.query_words import understood


async def one_person(house: Any) -> tuple[int, int]:
    """Return a mail and a chat that are one customer's: the mail is the older one."""
    await house.arrive(house.mail("Где мой заказ?", refs=MailRefs(message_id="first@client.test")))
    house.clock.pass_(minutes=1)
    await house.arrive(house.chat("Где заказ 5531"), "bot")
    house.clock.pass_(minutes=1)
    mail, chat = [row[0] for row in await house.all("SELECT id FROM conversation ORDER BY id DESC LIMIT 2")][::-1]
    await make_one(house, mail, chat)
    return mail, chat


async def make_one(house: Any, first: int, second: int) -> None:
    await house.store.writer.run(
        lambda tx: tx.run(
            "UPDATE conversation SET customer_id = (SELECT customer_id FROM conversation WHERE id = ?) WHERE id = ?",
            (first, second),
        )
    )


async def rows(house: Any) -> dict[int, dict[str, Any]]:
    """All of every conversation but when it changed last and how often."""
    names = [row[1] for row in await house.all("PRAGMA table_info(conversation)")]
    kept = [name for name in names if name not in ("version", "updated_at")]
    found = await house.all(f"SELECT {', '.join(kept)} FROM conversation ORDER BY id")
    return {row[0]: dict(zip(kept, row, strict=True)) for row in found}


async def places(house: Any) -> list[Any]:
    """Where all else stands: messages, outbox, search, people, lists."""
    return [
        await house.all("SELECT id, conversation_id, home_id FROM message ORDER BY id"),
        await house.all("SELECT id, conversation_id FROM outbox ORDER BY id"),
        await house.all("SELECT id, conversation_id FROM search_doc ORDER BY id"),
        await house.all("SELECT conversation_id, identity_id, role, via_id FROM participant ORDER BY 1, 2"),
        sorted(await house.all("SELECT * FROM conversation_tag")),
        sorted(await house.all("SELECT view, scope, n FROM counter WHERE n <> 0")),
    ]


async def act(house: Any, command: Any) -> Done:
    house.clock.pass_(seconds=1)
    answer = await house.office.submit(command)
    assert isinstance(answer, Done), answer
    return answer


async def test_two_become_one(house: Any) -> None:
    mail, chat = await one_person(house)
    await act(house, c.SetTags(chat, add=("возврат",)))
    await act(house, c.SetPriority(chat, Priority.HIGH))
    before = await rows(house)
    await act(house, MergeConversations(mail, (chat,)))
    after = (await rows(house))[mail]
    assert after["waiting_since"] == before[mail]["waiting_since"]
    assert (after["asked"], after["unread"], after["message_count"]) == (2, 2, 2)
    assert (after["priority"], after["tag_ids"]) == (Priority.HIGH, before[chat]["tag_ids"])
    assert after["preview"] == "Где заказ 5531"
    page = await house.office.messages(mail)
    assert [row.text for row in page.rows] == ["Где мой заказ?", "Где заказ 5531"]
    assert await house.office.by_number(before[chat]["number"]) == mail
    await all_is_right(house)


async def test_undoing_a_merge_gives_both_back_exactly_and_redoing_merges_again(house: Any) -> None:
    mail, chat = await one_person(house)
    await act(house, c.SetTags(chat, add=("возврат",)))
    await act(house, c.Take(chat))
    before = await rows(house), await places(house)
    await act(house, MergeConversations(mail, (chat,)))
    merged = await rows(house), await places(house)
    for _again in range(2):
        await act(house, c.Undo())
        assert (await rows(house), await places(house)) == before
        await act(house, c.Redo())
        assert (await rows(house), await places(house)) == merged
    await all_is_right(house)


@pytest.mark.parametrize("way", ["undo", "part"])
async def test_what_came_late_goes_where_it_belongs(house: Any, way: str) -> None:
    mail, chat = await one_person(house)
    before = await rows(house)
    merged = await act(house, MergeConversations(mail, (chat,)))
    house.clock.pass_(minutes=5)
    await house.arrive(house.chat("Ау!"), "bot")
    house.clock.pass_(minutes=5)
    refs = MailRefs(message_id="second@client.test", in_reply_to=("first@client.test",))
    await house.arrive(house.mail("И ещё вопрос", refs=refs))
    page = await house.office.messages(mail)
    assert [row.text for row in page.rows] == ["Где мой заказ?", "Где заказ 5531", "Ау!", "И ещё вопрос"]
    homes = [row[0] for row in await house.all("SELECT coalesce(home_id, conversation_id) FROM message ORDER BY id")]
    assert homes == [mail, chat, chat, mail]
    await all_is_right(house)
    await act(house, c.Undo(merged.command_id) if way == "undo" else PartConversation(chat))
    assert [row.text for row in (await house.office.messages(mail)).rows] == ["Где мой заказ?", "И ещё вопрос"]
    assert [row.text for row in (await house.office.messages(chat)).rows] == ["Где заказ 5531", "Ау!"]
    after = await rows(house)
    for one in (mail, chat):
        assert after[one]["waiting_since"] == before[one]["waiting_since"]
        assert (after[one]["asked"], after[one]["unread"], after[one]["message_count"]) == (2, 2, 2)
    assert (after[mail]["preview"], after[chat]["preview"]) == ("И ещё вопрос", "Ау!")
    await all_is_right(house)


async def test_whoever_was_answered_while_they_were_one_does_not_wait_again(house: Any) -> None:
    mail, chat = await one_person(house)
    await act(house, MergeConversations(mail, (chat,)))
    await act(house, c.Reply(mail, "Едет", anyway=True))
    house.clock.pass_(minutes=5)
    wrote = house.clock()
    await house.arrive(house.chat("Спасибо, а когда?"), "bot")
    await act(house, PartConversation(chat))
    after = await rows(house)
    assert (after[mail]["waiting_since"], after[mail]["asked"]) == (None, 0)
    assert (after[chat]["waiting_since"], after[chat]["asked"]) == (int(wrote.timestamp() * 1000), 1)
    # The answer went to the chat, where the customer had written last: there it belongs.
    assert [row.text for row in (await house.office.messages(chat)).rows] == ["Где заказ 5531", "Едет", "Спасибо, а когда?"]
    await all_is_right(house)


async def test_what_was_decided_while_they_were_one_holds(house: Any) -> None:
    mail, chat = await one_person(house)
    await act(house, MergeConversations(mail, (chat,)))
    await act(house, c.Close(mail))
    await act(house, PartConversation(chat))
    after = await rows(house)
    assert [after[one]["status"] for one in (mail, chat)] == ["closed", "closed"]
    await all_is_right(house)


async def test_a_chain_is_parted_from_its_end(house: Any) -> None:
    mail, chat = await one_person(house)
    await house.arrive(house.mail("Третье", refs=MailRefs(message_id="third@client.test")))
    (third,) = await house.one("SELECT max(id) FROM conversation")
    before = await rows(house), await places(house)
    await act(house, MergeConversations(mail, (chat,)))
    middle = await rows(house), await places(house)
    await act(house, MergeConversations(third, (mail,)))
    assert [await house.office.by_number(row["number"]) for row in before[0].values()] == [third, third, third]
    number = before[0][mail]["number"]
    assert await house.office.submit(PartConversation(chat)) == Refused("merged_further", {"number": number})
    await act(house, c.Undo())
    assert (await rows(house), await places(house)) == middle
    await act(house, c.Undo())
    assert (await rows(house), await places(house)) == before
    await all_is_right(house)


async def test_what_is_not_one_matter_stays_apart(house: Any) -> None:
    mail, chat = await one_person(house)
    await house.arrive(house.mail("Другой", "pavel@client.test"))
    (other, number) = await house.one("SELECT id, number FROM conversation ORDER BY id DESC LIMIT 1")
    numbers = {key: row["number"] for key, row in (await rows(house)).items()}
    submit = house.office.submit
    assert await submit(MergeConversations(mail, (other,))) == Refused("other_customer", {"number": number})
    assert await submit(MergeConversations(mail, (mail,))) == Refused("same_conversation", {"number": numbers[mail]})
    assert await submit(PartConversation(mail)) == Refused("stands_alone", {"number": numbers[mail]})
    assert await submit(MergeConversations(mail, (999,))) == Refused("not_found")
    await act(house, MergeConversations(mail, (chat,)))
    assert await submit(MergeConversations(mail, (chat,))) == Refused("already_merged", {"number": numbers[chat]})
    await act(house, c.Undo())
    await act(house, c.MarkSpam(chat))
    assert await submit(MergeConversations(mail, (chat,))) == Refused("spam_differs", {"number": numbers[chat]})


async def talk(house: Any) -> list[int]:
    """A chat of four messages about two matters."""
    for text in ("Где заказ?", "И верните деньги за прошлый", "Заказ 5531", "Возврат по 4420"):
        house.clock.pass_(minutes=1)
        await house.arrive(house.chat(text), "bot")
    return [row[0] for row in await house.all("SELECT id FROM message ORDER BY id")]


async def test_messages_are_split_off(house: Any) -> None:
    first, second, third, fourth = await talk(house)
    (whole,) = await house.one("SELECT id FROM conversation")
    done = await act(house, SplitConversation(whole, (second, fourth)))
    assert done.conversation_id is not None
    new = done.conversation_id
    assert [row.id for row in (await house.office.messages(whole)).rows] == [first, third]
    assert [row.id for row in (await house.office.messages(new)).rows] == [second, fourth]
    after = await rows(house)
    assert (after[new]["asked"], after[new]["unread"], after[new]["preview"]) == (2, 2, "Возврат по 4420")
    assert (after[whole]["asked"], after[whole]["unread"], after[whole]["preview"]) == (2, 2, "Заказ 5531")
    assert (after[new]["split_from_id"], after[new]["customer_id"]) == (whole, after[whole]["customer_id"])
    assert after[new]["number"] != after[whole]["number"]
    await all_is_right(house)


async def test_undoing_a_split_gives_back_homes_and_redoing_splits_again(house: Any) -> None:
    mail, chat = await one_person(house)
    await house.arrive(house.chat("Ещё"), "bot")
    await act(house, MergeConversations(mail, (chat,)))
    before = await rows(house), await places(house)
    ids = [row[0] for row in await house.all("SELECT id FROM message ORDER BY id")]
    done = await act(house, SplitConversation(mail, (ids[0], ids[2])))
    split = await rows(house), await places(house)
    for _again in range(2):
        await act(house, c.Undo())
        undone = await rows(house)
        assert undone.pop(done.conversation_id)["merged_into_id"] == mail
        assert undone == before[0]
        assert (await places(house))[:3] == before[1][:3]
        await act(house, c.Redo())
        assert (await rows(house), await places(house)) == split
    await act(house, c.Undo())
    await act(house, c.Undo())
    assert [row.id for row in (await house.office.messages(chat)).rows] == ids[1:]
    await all_is_right(house)


async def test_what_cannot_be_split(house: Any) -> None:
    ids = await talk(house)
    (whole,) = await house.one("SELECT id FROM conversation")
    submit = house.office.submit
    assert await submit(SplitConversation(whole, ())) == Refused("nothing_chosen")
    assert await submit(SplitConversation(whole, tuple(ids))) == Refused("all_chosen")
    assert await submit(SplitConversation(whole, (ids[0], 999))) == Refused("not_its_message")


async def test_an_answer_that_waits_goes_with_its_outbox(house: Any) -> None:
    ids = await talk(house)
    (whole,) = await house.one("SELECT id FROM conversation")
    reply = await act(house, c.Reply(whole, "Вернём", anyway=True))
    done = await act(house, SplitConversation(whole, (ids[1], ids[3], reply.message_id or 0)))
    assert await house.all("SELECT conversation_id, state FROM outbox") == [(done.conversation_id, "queued")]
    await act(house, c.TakeBack(reply.message_id or 0))
    await all_is_right(house)


async def test_search_finds_what_moved(house: Any) -> None:
    ids = await talk(house)
    (whole,) = await house.one("SELECT id FROM conversation")
    done = await act(house, SplitConversation(whole, (ids[1], ids[3])))
    names = await house.office.names()
    window = await house.office.conversations(understood("возврат", names))
    assert [row.id for row in window.rows] == [done.conversation_id]
    await act(house, MergeConversations(whole, (done.conversation_id or 0,)))
    window = await house.office.conversations(understood("возврат", names))
    assert [row.id for row in window.rows] == [whole]


async def test_ten_thousand_messages_move(house: Any) -> None:
    mail, chat = await one_person(house)

    def fill(tx: Any) -> None:
        (last,) = tx.one("SELECT max(id) FROM message")
        names = [row[1] for row in tx.all("PRAGMA table_info(message)")]
        new = {"id": f"{last} + i", "public_id": "'p' || i", "mail_id": "''", "inbound_id": "NULL"}
        tx.run(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000)"
            f" INSERT INTO message ({', '.join(names)})"
            f" SELECT {', '.join(new.get(name, name) for name in names)} FROM n, message WHERE id = 2"
        )
        tx.run("UPDATE sequence SET next = ? WHERE name = 'message'", (last + 10_001,))
        tx.run(
            "UPDATE conversation SET message_count = 10001, asked = 10001, unread = 10001, last_message_id = ? WHERE id = ?",
            (last + 10_000, chat),
        )

    await house.store.writer.run(fill)
    before = await rows(house), await places(house)
    await act(house, MergeConversations(mail, (chat,)))
    assert (await rows(house))[mail]["message_count"] == 10_002
    await act(house, c.Undo())
    assert (await rows(house))[chat]["message_count"] == 10_001
    assert await places(house) == before[1]


async def detail(house: Any, conversation_id: int) -> Any:
    return await house.office.conversation(conversation_id)


async def related(house: Any) -> list[Any]:
    return await house.all("SELECT id, maybe_related_id, related_why FROM conversation ORDER BY id")


async def known_by_both(house: Any) -> None:
    """Olga writes from two addresses, and the desk knows it."""
    await house.arrive(house.mail("Добрый день", refs=MailRefs(message_id="a@client.test")))
    await house.arrive(house.chat("Добрый день"), "bot")
    await house.store.writer.run(lambda tx: tx.run("UPDATE identity SET customer_id = 1"))
    await house.store.writer.run(lambda tx: tx.run("UPDATE conversation SET customer_id = 1, spam = 1"))
    house.clock.pass_(days=1)


@pytest.mark.parametrize(
    ("text", "why"), [("когда привезут заказ 7712", "similar"), ("И ещё: дайте скидку на всё", "elsewhere")]
)
async def test_what_a_customer_has_open_elsewhere_is_suggested_when_they_write_anew(house: Any, text: str, why: str) -> None:
    await known_by_both(house)
    await house.arrive(house.chat("Когда привезут заказ 7712?", thread_key="topic"), "bot")
    (chat,) = await house.one("SELECT max(id) FROM conversation")
    house.clock.pass_(minutes=40)
    await house.arrive(house.mail(text))
    (mail,) = await house.one("SELECT max(id) FROM conversation")
    assert (await related(house))[-1] == (mail, chat, why)
    shown = await detail(house, mail)
    number = (await detail(house, chat)).row.number
    assert (shown.maybe_related_number, shown.related_why) == (number, why)
    await act(house, DismissRelated(mail))
    assert (await detail(house, mail)).maybe_related_number is None
    await act(house, c.Undo())
    assert (await detail(house, mail)).maybe_related_number == number
    await act(house, MergeConversations(chat, (mail,)))
    assert (await detail(house, mail)).maybe_related_number is None


async def test_a_conversation_shows_what_went_into_it_and_where_answers_can_go(house: Any) -> None:
    mail, chat = await one_person(house)
    number = (await detail(house, chat)).row.number
    await act(house, MergeConversations(mail, (chat,)))
    shown = await detail(house, mail)
    assert shown.merged == ((chat, number),)
    assert shown.merged_at == (house.clock(),)
    assert [(route.channel, [to.value for to in route.to]) for route in shown.routes] == [
        ("bot", ["7"]),
        ("mail", ["olga@client.test"]),
    ]
    usual, other = shown.routes
    reply = await act(house, c.Reply(mail, "по почте", via_message_id=other.message_id, anyway=True))
    sent = await house.one("SELECT channel_id, home_id, thread_key FROM message WHERE id = ?", (reply.message_id,))
    assert sent == (house.channels["mail"], None, "")
    reply = await act(house, c.Reply(mail, "в чат", via_message_id=usual.message_id, anyway=True))
    sent = await house.one("SELECT channel_id, home_id, thread_key FROM message WHERE id = ?", (reply.message_id,))
    assert sent == (house.channels["bot"], chat, "7")
    assert await house.office.submit(c.Reply(mail, "?", via_message_id=999)) == Refused("not_its_message")
    await act(house, PartConversation(chat))
    assert [row.text for row in (await house.office.messages(chat)).rows] == ["Где заказ 5531", "в чат"]
    await all_is_right(house)


async def test_two_chats_in_one_conversation_are_answered_each_in_its_own(house: Any) -> None:
    await house.arrive(house.chat("один", "7", thread_key="7"), "bot")
    await house.arrive(house.chat("два", "8", thread_key="8"), "bot")
    await make_one(house, 1, 2)
    await act(house, MergeConversations(1, (2,)))
    await act(house, c.Reply(1, "ответ", anyway=True))
    house.clock.pass_(minutes=1)
    claims = await house.store.writer.run(
        lambda tx: outbox.claim(
            tx, list(house.channels.values()), None, house.clock(), house.store.files, house.rules, "desk.test"
        )
    )
    assert [claim.outbound.thread_key for claim in claims] == ["8"]


async def test_drafts_go_along_and_join(house: Any) -> None:
    mail, chat = await one_person(house)
    await house.office.save_draft(Draft(mail, "Едет"))
    await house.office.save_draft(Draft(chat, "Проверяю"))
    await act(house, MergeConversations(mail, (chat,)))
    draft = await house.office.draft(mail)
    assert draft is not None
    assert draft.text == "Едет\n\nПроверяю"


async def test_what_is_open_in_a_split_chat_takes_what_comes(house: Any) -> None:
    ids = await talk(house)
    done = await act(house, SplitConversation(1, (ids[3],)))
    await act(house, c.Close(done.conversation_id or 0))
    await house.arrive(house.chat("Ну что?"), "bot")
    assert await house.one("SELECT conversation_id FROM message ORDER BY id DESC LIMIT 1") == (1,)


async def test_a_chat_goes_on_where_it_was_spoken_last(house: Any) -> None:
    """What is split off is the old matter as often as the new one; what answers a message goes where that is."""
    await house.arrive(house.chat("старое", external_id="7:old"), "bot")
    house.clock.pass_(minutes=1)
    await house.arrive(house.chat("новое", external_id="7:new"), "bot")
    ((whole,),) = await house.all("SELECT id FROM conversation")
    old = (await act(house, SplitConversation(whole, (1,)))).conversation_id

    async def landed(text: str, **more: Any) -> int:
        house.clock.pass_(minutes=1)
        await house.arrive(house.chat(text, **more), "bot")
        ((found,),) = await house.all("SELECT conversation_id FROM message ORDER BY id DESC LIMIT 1")
        return int(found)

    assert await landed("ещё о новом") == whole
    assert await landed("о старом", reply_to_external="7:old") == old
    assert await landed("и ещё о старом") == old
    assert await landed("опять о новом", reply_to_external="7:new") == whole
    await act(house, c.Close(whole))
    assert await landed("о новом, но закрыто", reply_to_external="7:new") == old


async def test_a_chat_that_was_split_often_goes_on_where_it_was_spoken_last(house: Any) -> None:
    for text in ("один", "два", "три", "четыре", "пять"):
        house.clock.pass_(minutes=1)
        await house.arrive(house.chat(text), "bot")
    ((whole,),) = await house.all("SELECT id FROM conversation")
    for message_id in range(1, 5):
        await act(house, SplitConversation(whole, (message_id,)))
    await house.arrive(house.chat("шесть"), "bot")
    assert await house.all("SELECT conversation_id FROM message ORDER BY id DESC LIMIT 1") == [(whole,)]

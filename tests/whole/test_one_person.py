"""One person on two channels, through real peers: recognised, merged, answered on each, parted again."""

from __future__ import annotations

import email
import email.policy

import pytest

pytestmark = [pytest.mark.whole, pytest.mark.peer("dovecot")]

PHONE = "+79123456789"
MAIL = "olga@example.test"


def share_phone(world, phone: str, user_id: int = 7) -> None:
    """Have a person press "share my number" in the bot's chat."""
    bot = world.bot.world
    bot.push("message", bot.message(7, contact={"phone_number": phone, "first_name": "Ольга", "user_id": user_id}))


def owner(world, kind: str, value: str) -> int:
    """Return whose an address is."""
    return world.one("SELECT customer_id FROM identity WHERE kind = ? AND value = ?", (kind, value))[0]


async def test_one_person_on_two_channels_is_recognised_answered_on_each_and_parted_again(world):
    async with world.worker():
        await world.send_mail(world.mail("Где мой заказ?", sender=MAIL, message_id="<first@client.test>"))
        await world.until(lambda: world.stored("Где мой заказ?"), "the mail is stored")
        by_mail = owner(world, "email", MAIL)
        await world.command("customer", "identity", "add", str(by_mail), PHONE)

        world.bot.world.write("Это снова я, спрашивала про заказ", chat_id=7)
        await world.until(lambda: world.stored("Это снова я"), "the chat is stored")
        by_chat = owner(world, "telegram", "7")
        assert by_chat != by_mail

        # A number proven by Telegram, and on the card since an operator wrote it there: it is she.
        share_phone(world, "79123456789")
        await world.until(lambda: owner(world, "telegram", "7") == by_mail, "she is recognised")
        card = await world.command("customer", "show", str(by_chat))
        assert card["id"] == by_mail
        assert sorted(one["value"] for one in card["identities"]) == ["+79123456789", "7", MAIL]

        # Each conversation is answered where it is.
        await world.command("conversation", "reply", "1001", "Он в пути.", "--wait")
        await world.command("conversation", "reply", "1002", "Здравствуйте, Ольга!", "--wait")
        (mailed,) = world.smtp.accepted
        assert mailed.recipients == (MAIL,)
        assert [(sent.chat_id, sent.text) for sent in world.bot.world.sent] == [(7, "Здравствуйте, Ольга!")]

        # One matter: what comes late to either arrives in the one that stays; the answer goes where she wrote last.
        await world.command("conversation", "merge", "1001", "1002")
        world.bot.world.write("А трек-номер?", chat_id=7)
        await world.until(lambda: world.stored("А трек-номер?"), "the late message is stored")
        assert await numbers_of(world, "А трек-номер?") == 1001
        await world.command("conversation", "reply", "1002", "RR123456789RU", "--wait")
        assert world.bot.world.sent[-1].text == "RR123456789RU"
        answer = email.message_from_bytes(mailed.content, policy=email.policy.default)
        await world.send_mail(world.mail("Спасибо!", sender=MAIL, In_Reply_To=answer["Message-ID"]))
        await world.until(lambda: world.stored("Спасибо!"), "the answer by mail is stored")
        assert await numbers_of(world, "Спасибо!") == 1001
        await world.command("conversation", "reply", "1001", "Рады помочь.", "--wait")
        assert world.smtp.accepted[-1].recipients == (MAIL,)

        # It was somebody else's telephone after all.
        await world.command("conversation", "part", "1002")
        assert await numbers_of(world, "А трек-номер?") == 1002
        assert await numbers_of(world, "Спасибо!") == 1001
        await world.command("customer", "part", str(by_chat))
        assert (owner(world, "email", MAIL), owner(world, "telegram", "7")) == (by_mail, by_chat)
        world.bot.world.write("Вы не ошиблись?", chat_id=7)
        await world.until(lambda: world.stored("Вы не ошиблись?"), "the chat goes on")
        assert await numbers_of(world, "Вы не ошиблись?") == 1002
        assert world.one("SELECT customer_id FROM conversation WHERE number = 1002") == (by_chat,)
    assert world.integrity() == "ok"


async def numbers_of(world, text: str) -> int:
    """Return the number of the conversation that holds a text."""
    sql = "SELECT c.number FROM message m JOIN conversation c ON c.id = m.conversation_id WHERE instr(m.text, ?)"
    ((number,),) = world.all(sql, (text,))
    return number

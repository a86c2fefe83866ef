"""A customer writes, an operator answers: both channels, through `deskterm worker` as a process and the command line."""

from __future__ import annotations

import email
import email.policy
import signal

import pytest
from world import stop

pytestmark = [pytest.mark.whole, pytest.mark.peer("dovecot")]


async def test_a_mail_comes_in_and_the_answer_arrives_with_right_threading(world):
    first = world.mail("Где мой заказ?", message_id="<first@client.test>")
    async with world.worker():
        await world.send_mail(first)
        await world.until(lambda: world.stored("Где мой заказ?"), "the mail is stored")
        rows = await world.command("conversation", "list")
        assert [(row["number"], row["customer"]) for row in rows] == [(1001, "Ольга")]
        await world.command("conversation", "reply", "1001", "Отправлен вчера.", "--wait")
        (sent,) = world.smtp.accepted
        answer = email.message_from_bytes(sent.content, policy=email.policy.default)
        assert answer["In-Reply-To"] == "<first@client.test>"
        assert answer["References"] == "<first@client.test>"
        assert answer["Subject"] == "Re: Заказ 5531"
        assert sent.recipients == ("olga@example.test",)
        assert answer.get_content().strip() == "Отправлен вчера."
        back = world.mail("Спасибо!", In_Reply_To=answer["Message-ID"], message_id="<second@client.test>")
        await world.send_mail(back)
        await world.until(lambda: world.stored("Спасибо!"), "the answer to the answer is stored")
    assert world.one("SELECT count(*) FROM conversation") == (1,)
    assert world.one("SELECT delivery FROM message WHERE kind = 'outgoing'") == ("sent",)


async def test_a_telegram_message_comes_in_and_is_answered(world):
    async with world.worker():
        world.bot.world.write("Привет, бот", chat_id=7)
        await world.until(lambda: world.stored("Привет, бот"), "the message is stored")
        await world.command("conversation", "reply", "1001", "Здравствуйте!", "--wait")
        assert [(sent.chat_id, sent.text) for sent in world.bot.world.sent] == [(7, "Здравствуйте!")]
    assert world.one("SELECT assignee_id IS NOT NULL, waiting_since FROM conversation") == (1, None)


async def test_the_ledger_proves_itself_and_says_what_is_missing(world):
    await world.send_mail(*(world.mail(f"mail {n}") for n in range(118)))
    async with world.worker():
        await world.until(lambda: world.one("SELECT count(*) FROM message") == (118,), "all mails are stored")

        async def counts():
            (channel,) = [one for one in (await world.command("status"))["channels"] if one["kind"] == "email"]
            return channel["ours_count"], channel["server_count"]

        async def complete():
            return await counts() == (118, 118)

        await world.until(complete, "the ledger counts 118 of 118")
    delete_a_message(world)
    assert await counts() == (117, 118)
    assert "117/118" in (await world.run("status", "--line"))[1]
    async with world.worker():
        await world.until(complete, "the next full scan heals it")


def delete_a_message(world):
    import sqlite3

    from deskterm.store.engine import STORE_FILE

    connection = sqlite3.connect(world.home / STORE_FILE)
    with connection:
        connection.execute("DELETE FROM message_ref WHERE message_id = 50")
        connection.execute("DELETE FROM message WHERE id = 50")
    connection.close()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
async def test_the_worker_ends_in_time_with_the_lease_free(world, number):
    process = await world.start_worker()
    await world.until(world.polling, "it polls")
    assert await stop(process, number) == 0
    assert not world.polling()


async def test_another_process_takes_over_at_once(world):
    async with world.worker() as first, world.worker():
        await stop(first)
        await world.until(world.polling, "the second polls")
        await world.send_mail(world.mail("для второго"))
        await world.until(lambda: world.stored("для второго"), "the second takes it in")

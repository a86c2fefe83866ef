"""We write first: through the command line and `deskterm worker` to real servers, and the answers find back."""

from __future__ import annotations

import email
import email.policy
from email.utils import parseaddr

import pytest

pytestmark = [pytest.mark.whole, pytest.mark.peer("dovecot")]


async def test_a_started_mail_goes_out_and_its_answer_joins_it(world, tmp_path):
    (tmp_path / "план.txt").write_text("вторник", encoding="utf-8")
    words = (
        "conversation",
        "start",
        "--channel",
        "support",
        "--to",
        "Ольга <Olga@Example.TEST>",
        "--subject",
        "Ваш заказ 5531",
    )
    async with world.worker():
        begun = await world.command(*words, "Готов, приходите.", "--attach", str(tmp_path / "план.txt"), "--wait")
        assert (begun["delivery"], begun["conversation"]["number"], begun["reopened"]) == ("sent", 1001, False)
        (sent,) = world.smtp.accepted
        assert sent.recipients == ("olga@example.test",)
        first = email.message_from_bytes(sent.content, policy=email.policy.default)
        assert (first["In-Reply-To"], first["References"], first["Subject"]) == (None, None, "Ваш заказ 5531")
        assert first["To"] == "Ольга <olga@example.test>"
        assert first.get_body().get_content().strip() == "Готов, приходите."
        assert [part.get_filename() for part in first.iter_attachments()] == ["план.txt"]

        await world.send_mail(world.mail("Буду в шесть!", subject="Re: Ваш заказ 5531", In_Reply_To=first["Message-ID"]))
        await world.until(lambda: world.stored("Буду в шесть!"), "the answer is stored")
        assert world.one("SELECT count(*), min(waiting_since) IS NOT NULL FROM conversation") == (1, 1)

        await world.command("conversation", "reply", "1001", "Ждём.", "--wait")
        second = email.message_from_bytes(world.smtp.accepted[1].content, policy=email.policy.default)
        assert (second["Subject"], parseaddr(second["To"])[1]) == ("Re: Ваш заказ 5531", "olga@example.test")
        assert second["References"].split()[-1] == second["In-Reply-To"]

        # The signed address alone finds the conversation, too; somebody else's mail does not.
        aside = world.mail("И ещё спасибо", subject="Заказ")
        aside.replace_header("To", parseaddr(first["Reply-To"])[1])
        await world.send_mail(aside, world.mail("А я?", sender="eve@example.test", In_Reply_To=first["Message-ID"]))
        await world.until(lambda: world.stored("И ещё спасибо") and world.stored("А я?"), "both are stored")
    rows = world.all(
        "SELECT c.number, group_concat(m.kind) FROM conversation c JOIN message m ON m.conversation_id = c.id GROUP BY 1"
    )
    assert rows == [(1001, "outgoing,incoming,outgoing,incoming"), (1002, "incoming")]


async def test_a_customers_mail_is_handed_on_with_its_file_and_the_two_are_apart(world):
    question = world.mail("Есть такая ткань?", subject="Ткань")
    question.add_attachment("красный".encode(), maintype="application", subtype="octet-stream", filename="образец.bin")
    async with world.worker():
        await world.send_mail(question)
        await world.until(lambda: world.stored("Есть такая ткань?"), "the question is stored")
        handed = await world.command(
            "conversation", "forward", "1001", "--channel", "support", "--to", "works@example.test", "Есть у вас?", "--wait"
        )
        assert handed["conversation"]["number"] == 1002
        (sent,) = world.smtp.accepted
        mail = email.message_from_bytes(sent.content, policy=email.policy.default)
        assert (sent.recipients, mail["Subject"]) == (("works@example.test",), "Fwd: Ткань")
        lines = mail.get_body().get_content().splitlines()
        assert (lines[0], lines[-1]) == ("Есть у вас?", "Есть такая ткань?")
        assert "From: Ольга <olga@example.test>" in lines
        (part,) = mail.iter_attachments()
        assert (part.get_filename(), part.get_content()) == ("образец.bin", "красный".encode())
        await world.send_mail(world.mail("Есть, 3 м", sender="works@example.test", In_Reply_To=mail["Message-ID"]))
        await world.until(lambda: world.stored("Есть, 3 м"), "the works' answer is stored")
    assert world.one(
        "SELECT c.number FROM message m JOIN conversation c ON c.id = m.conversation_id WHERE m.text LIKE 'Есть, 3 м%'"
    ) == (1002,)
    # The customer still waits: nobody has answered them.
    assert world.one("SELECT waiting_since IS NOT NULL FROM conversation WHERE number = 1001") == (1,)


async def test_a_bot_writes_first_where_a_person_wrote_before(world):
    start = ("conversation", "start", "--channel", "bot", "--to", "7", "Ваш заказ в пути")
    async with world.worker():
        code, out, _err = await world.run(*start, "--json")
        assert (code, '"no_address"' in out) == (1, True)
        world.bot.world.write("Привет, бот", chat_id=7)
        await world.until(lambda: world.stored("Привет, бот"), "the message is stored")
        code, out, _err = await world.run(*start, "--json")
        assert (code, '"already_open"' in out, "#1001" in out) == (1, True, True)
        await world.command("conversation", "close", "1001")
        begun = await world.command(*start, "--wait")
        assert (begun["reopened"], begun["conversation"]["number"]) == (True, 1001)
        assert [(sent.chat_id, sent.text) for sent in world.bot.world.sent] == [(7, "Ваш заказ в пути")]
    assert world.one("SELECT count(*), min(status) FROM conversation") == (1, "open")

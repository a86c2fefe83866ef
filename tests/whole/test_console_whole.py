"""The real console in a pseudo-terminal, with real servers: a mail appears, is read and answered by keyboard alone."""

from __future__ import annotations

import asyncio
import email
import email.policy
import signal

import pytest
from pty_harness import Terminal

pytestmark = [pytest.mark.whole, pytest.mark.peer("dovecot")]


def console(world, columns=120, rows=40, **env):
    return Terminal(world.argv(), columns=columns, rows=rows, env={**env})


async def shown(terminal, what):
    return await asyncio.to_thread(terminal.wait_for, what)


async def begin_a_reply(world, terminal, words):
    await world.until(world.polling, "the console polls")
    await world.send_mail(world.mail("Где мой заказ?"))
    await shown(terminal, "Заказ 5531")
    terminal.press("r")
    await shown(terminal, "Reply to")
    terminal.press(words)


async def test_a_mail_appears_and_the_typed_answer_arrives(world):
    with console(world) as terminal:
        await world.until(world.polling, "the console polls")
        await world.send_mail(world.mail("Где мой заказ?", message_id="<first@client.test>"))
        await shown(terminal, "Заказ 5531")
        terminal.press("r")
        await shown(terminal, "Reply to")
        terminal.press("Отправлен вчера")
        await shown(terminal, "Отправлен вчера")
        terminal.press("\x13")  # ctrl+s
        await asyncio.to_thread(terminal.settle)
        terminal.press("\r")
        (sent,) = await world.until(lambda: world.smtp.accepted, "the answer leaves")
        answer = email.message_from_bytes(sent.content, policy=email.policy.default)
        assert answer["In-Reply-To"] == "<first@client.test>"
        assert answer.get_content().strip() == "Отправлен вчера"
        await world.until(lambda: world.one("SELECT 1 FROM message WHERE delivery = 'sent'"), "it is recorded")
        world.bot.world.write("Привет из чата", chat_id=7)
        await shown(terminal, "Привет из чата")
        terminal.press("\x11")  # ctrl+q
        assert await asyncio.to_thread(terminal.wait_end) == 0
        assert terminal.modes() == terminal.modes_before
    assert not world.polling()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
async def test_a_signal_ends_it_with_the_draft_kept_and_the_lease_free(world, number):
    with console(world) as terminal:
        await begin_a_reply(world, terminal, "недописан")
        await shown(terminal, "недописан")
        terminal.signal(number)
        await asyncio.to_thread(terminal.wait_end)
        assert terminal.modes() == terminal.modes_before
    assert world.one("SELECT text FROM draft") == ("недописан",)
    assert not world.polling()


async def test_a_lost_terminal_ends_it_too(world):
    with console(world) as terminal:
        await begin_a_reply(world, terminal, "недописан")
        await shown(terminal, "недописан")
        terminal.hang_up()
        await asyncio.to_thread(terminal.wait_end)
    assert world.one("SELECT text FROM draft") == ("недописан",)
    assert not world.polling()


async def test_a_draft_survives_kill_9(world):
    with console(world) as terminal:
        await begin_a_reply(world, terminal, "недописан")
        await world.until(lambda: world.one("SELECT text FROM draft") == ("недописан",), "the draft is kept")
        terminal.signal(signal.SIGKILL)
        await asyncio.to_thread(terminal.wait_end)
    with console(world) as terminal:
        await shown(terminal, "Заказ 5531")
        terminal.press("r")
        await shown(terminal, "недописан")

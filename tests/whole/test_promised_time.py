"""A real mail waits past its promised time, in the real console by a clock that is moved: everybody hears of what is theirs."""

from __future__ import annotations

import asyncio
import email
import email.policy
import sys
from pathlib import Path

import pytest
from pty_harness import Terminal

pytestmark = [pytest.mark.whole, pytest.mark.peer("dovecot")]

PROGRAM = Path(__file__).with_name("moved_desk.py")
VERA = "vera@example.test"
PROMISED = """
[[sla]]
name = "general"
first_reply = { within = "60m", hours = "calendar" }
warn = [50]
escalate = [{ after = "0m", notify = "supervisor" }, { after = "30m", raise = "urgent" }]
"""


def promise(world) -> None:
    """Have the desk promise a first reply within the hour, a supervisor being told of what is missed."""
    config = world.home / "config.toml"
    config.write_text(config.read_text(encoding="utf-8") + PROMISED, encoding="utf-8")


async def staff(world) -> None:
    """Have a supervisor work here, who is told by mail, and somebody whom tasks are given to."""
    for login, name, role in (("vera", "Вера", "supervisor"), ("boris", "Борис", "operator")):
        await world.command("operator", "add", login, "--name", name, "--role", role, "--operator", "anna")
    await world.command("notice", "settings", "set", "--email", VERA, "--operator", "vera")
    await world.command("notice", "settings", "set", "--kind", "sla_late", "--ways", "console,email", "--operator", "vera")


def told(world, login: str) -> list[str]:
    """Return the kinds of what an operator was told of, in order."""
    sql = "SELECT n.kind FROM notice n JOIN operator o ON o.id = n.operator_id WHERE o.login = ? ORDER BY n.id"
    return [kind for (kind,) in world.all(sql, (login,))]


async def test_a_mail_that_waits_past_its_time_is_told_to_whom_it_concerns(world):
    promise(world)
    await staff(world)
    ahead = world.home / "ahead"
    ahead.write_text("0", encoding="ascii")
    with Terminal([sys.executable, str(PROGRAM), str(world.home), str(ahead), "anna"], columns=100, rows=30) as console:
        await world.until(world.polling, "the console polls")
        await world.send_mail(world.mail("Где мой заказ?"))
        await asyncio.to_thread(console.wait_for, "Заказ 5531")
        await world.command("conversation", "assign", "1001", "anna", "--operator", "anna")
        words = ("task", "add", "Позвонить курьеру", "--conversation", "1001", "--due", "in 45 minutes")
        await world.command(*words, "--assign", "boris", "--operator", "anna")
        await world.until(lambda: told(world, "boris") == ["task"], "boris is told of his task")
        assert world.one("SELECT late, soon FROM conversation") == (0, 0)

        # Half of the time is over: it is warned of, to whose it is.
        ahead.write_text(str(31 * 60), encoding="ascii")
        await world.until(lambda: world.one("SELECT soon FROM conversation") == (1,), "the row is soon due")
        assert "sla_soon" in told(world, "anna")

        # It is missed: the row turns, the supervisor's mail arrives, the task's assignee is told of the task.
        ahead.write_text(str(61 * 60), encoding="ascii")
        await world.until(lambda: world.one("SELECT late FROM conversation") == (1,), "the row is late")
        await asyncio.to_thread(console.wait_for, "−1m")
        mails = await world.until(lambda: [m for m in world.smtp.accepted if m.recipients == (VERA,)], "vera's mail arrives")
        notice = email.message_from_bytes(mails[0].content, policy=email.policy.default)
        assert notice["Auto-Submitted"] == "auto-generated"
        assert notice["Subject"] == "deskterm: 2 notices", "what is missed at one moment goes as one mail"
        assert "#1001" in notice.get_content()
        assert "Где мой заказ" not in notice.get_content()
        await world.until(lambda: "overdue" in told(world, "boris"), "boris is told that his task is overdue")

        # Nobody answers: it becomes urgent, and none is told anything twice.
        ahead.write_text(str(95 * 60), encoding="ascii")
        await world.until(lambda: world.one("SELECT priority FROM conversation") == (3,), "it is urgent")
        due, missed = world.one("SELECT due_at, missed_at FROM sla_clock WHERE metric = 'first_reply'")
        assert due == missed
        stages = world.all("SELECT stage, at - due_at FROM sla_alarm WHERE metric = 'first_reply' ORDER BY stage")
        assert [late // 60_000 for _stage, late in stages] == [-30, 0, 0, 30]
        for login in ("anna", "boris", "vera"):
            kinds = told(world, login)
            assert len(kinds) == len(set(kinds)), (login, kinds)
        console.press("\x11")  # ctrl+q
        assert await asyncio.to_thread(console.wait_end) == 0
    assert world.integrity() == "ok"

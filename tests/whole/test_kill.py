"""kill -9 at named and at random points of taking in and sending, over both channels; afterwards everything is counted.

12 kills here, 200 with DESKTERM_LONG=1; the long form also shows that the same count finds losses when the checkpoint is moved
before the commit.
"""

from __future__ import annotations

import asyncio
import email
import os
import random
import signal
import sys
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from killable_worker import FETCHED, ON_WIRE, PLACING, UNCONFIRMED, UNRECORDED, WINDOWS

from deskterm import runtime
from deskterm.desk import commands as c
from deskterm.desk.commands import Done
from deskterm.desk.rows import View

pytestmark = [pytest.mark.whole, pytest.mark.peer("dovecot"), pytest.mark.timeout(3600)]

LONG = os.environ.get("DESKTERM_LONG") == "1"
KILLS = 200 if LONG else 12
IN_EACH_WINDOW = 18 if LONG else 1
"""How often each named window is hit, on each of the two channels."""
KINDS = ("email", "telegram")
PROGRAM = Path(__file__).with_name("killable_worker.py")


@dataclass
class Traffic:
    """What customers wrote and operators answered, by words that occur nowhere else."""

    world: Any
    office: Any
    random: random.Random
    mails: list[str] = field(default_factory=list)
    chats: list[str] = field(default_factory=list)
    mail_replies: list[str] = field(default_factory=list)
    chat_replies: list[str] = field(default_factory=list)
    kills: Counter[str] = field(default_factory=Counter)
    round: int = 0

    async def customers_write(self) -> None:
        self.round += 1
        mails = [f"mail-{self.round}-{n}." for n in range(2)]
        self.mails += mails
        await self.world.send_mail(
            *(self.world.mail(text, sender=f"c{self.random.randrange(20)}@example.test") for text in mails)
        )
        for n in range(3):
            text = f"chat-{self.round}-{n}."
            self.chats.append(text)
            self.world.bot.world.write(text, chat_id=self.random.randrange(100, 120))

    async def operators_answer(self) -> None:
        """Answer one conversation of each channel, the one that waits longest."""
        rows = (await self.office.conversations(View.WAITING, after=200)).rows
        for kind, sent in (("email", self.mail_replies), ("telegram", self.chat_replies)):
            row = next((row for row in rows if row.channel_kind == kind), None)
            if row is not None:
                text = f"reply-{kind}-{self.round}."
                done = await self.office.submit(c.Reply(row.id, text))
                assert isinstance(done, Done)
                sent.append(text)

    async def until_killed(self, window: str, kind: str, *, mutate: bool = False) -> None:
        """Run the worker among traffic until it dies: at a named point, or by us at a random moment."""
        nth = self.random.choice((1, 1, 2))
        process = await self.start(window, kind, str(nth), *(["--mutate"] if mutate else []))
        try:
            if window == "random":
                await self.traffic(2)
                with suppress(TimeoutError):
                    await asyncio.wait_for(process.wait(), self.random.uniform(0.2, 2.5))
            else:
                for _ in range(60):
                    await self.traffic(1)
                    with suppress(TimeoutError):
                        await asyncio.wait_for(process.wait(), 1.0)
                    if process.returncode is not None:
                        break
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        assert process.returncode == -signal.SIGKILL
        self.kills[window] += 1
        self.kills[kind] += 1

    async def traffic(self, rounds: int) -> None:
        for _ in range(rounds):
            await self.customers_write()
            await self.operators_answer()

    async def start(self, *words: str) -> asyncio.subprocess.Process:
        return await asyncio.create_subprocess_exec(
            sys.executable, str(PROGRAM), str(self.world.home), *words, env=self.world.environment()
        )

    async def drain(self) -> None:
        """Run undisturbed until nothing moves any more."""
        process = await self.start("none", "none")
        try:
            wanted = len(self.mails) + len(self.chats)
            with suppress(AssertionError):
                await self.world.until(lambda: self.stored() >= wanted, "all is stored", 30)
            await self.world.until(lambda: self.moving() == 0, "nothing is on its way", 60)
        finally:
            process.kill()
            await process.wait()

    def stored(self) -> int:
        return int(self.world.one("SELECT count(*) FROM message WHERE kind = 'incoming'")[0])

    def moving(self) -> int:
        """Parts on their way, but for uncertain ones of Telegram and what waits behind them."""
        return int(
            self.world.one(
                "SELECT count(*) FROM outbox o WHERE (o.state = 'sending' OR o.state = 'queued' OR (o.state = 'uncertain' AND"
                " o.not_before IS NOT NULL)) AND NOT EXISTS (SELECT 1 FROM outbox e WHERE e.conversation_id = o.conversation_id"
                " AND e.id < o.id AND e.state = 'uncertain' AND e.not_before IS NULL)"
            )[0]
        )

    async def settle_doubts(self) -> int:
        """Do what the console asks an operator to: send mails again that died twice on the wire. Returns how many."""
        doubtful = self.world.all(
            "SELECT DISTINCT o.message_id FROM outbox o JOIN channel ch ON ch.id = o.channel_id WHERE ch.kind = 'email'"
            " AND o.state = 'uncertain' AND o.not_before IS NULL"
        )
        for (message_id,) in doubtful:
            assert isinstance(await self.office.submit(c.RetrySend(message_id)), Done)
        if doubtful:
            await self.drain()
        return len(doubtful)

    # counting

    def missing_and_doubled(self) -> tuple[list[str], list[str]]:
        """Words of customers that are in no message, and in more than one."""
        found = Counter(text.strip() for (text,) in self.world.all("SELECT text FROM message WHERE kind = 'incoming'"))
        said = self.mails + self.chats
        return [text for text in said if not found[text]], [text for text in said if found[text] > 1]

    def check_mail_replies(self) -> int:
        """Every answer by mail arrived; copies carry the same Message-ID. Returns how many extra copies there were."""
        ids: dict[str, list[str]] = {}
        for accepted in self.world.smtp.accepted:
            message = email.message_from_bytes(accepted.content)
            ids.setdefault(message.get_payload(decode=True).decode().strip(), []).append(message["Message-ID"])
        states = dict(self.world.all("SELECT text, delivery || ': ' || delivery_detail FROM message WHERE kind = 'outgoing'"))
        assert {text: states[text] for text in self.mail_replies if text not in ids} == {}
        assert [text for text, copies in ids.items() if len(set(copies)) > 1] == []
        return sum(len(copies) - 1 for copies in ids.values())

    def check_chat_replies(self) -> int:
        """No answer by Telegram arrived twice; one that did not arrive stands as uncertain, or waits behind such a one. Returns
        how many are uncertain."""
        arrived = Counter(sent.text for sent in self.world.bot.world.sent)
        assert [text for text, times in arrived.items() if times > 1] == []
        states = dict(self.world.all("SELECT m.text, m.delivery FROM message m WHERE m.kind = 'outgoing'"))
        missing = [text for text in self.chat_replies if not arrived[text]]
        assert [text for text in missing if states[text] not in ("uncertain", "queued")] == []
        return sum(1 for text in self.chat_replies if states[text] == "uncertain")


@pytest.fixture
async def traffic(world):
    async with runtime.open_desk(world.settings()) as desk:
        yield Traffic(world, await desk.office("anna"), random.Random(20261122))


async def test_nothing_is_lost_or_doubled_by_kill_9(traffic, capsys):
    plan = [(window, kind) for window in WINDOWS for kind in KINDS for _ in range(1 if window is PLACING else IN_EACH_WINDOW)]
    plan += [("random", "any")] * (KILLS - len(plan))
    traffic.random.shuffle(plan)
    for window, kind in plan:
        await traffic.until_killed(window, kind)
        assert traffic.world.integrity() == "ok"
    await traffic.drain()
    missing, doubled = traffic.missing_and_doubled()
    assert (missing, doubled) == ([], [])
    by_hand = await traffic.settle_doubts()
    copies = traffic.check_mail_replies()
    uncertain = traffic.check_chat_replies()
    assert min(traffic.kills[window] for window in (FETCHED, UNCONFIRMED, ON_WIRE, UNRECORDED)) >= 2 * IN_EACH_WINDOW - 1
    assert traffic.chat_replies
    with capsys.disabled():
        print(
            f"\nkill -9: {len(plan)} times {dict(traffic.kills)}"
            f"\ncame in: {len(traffic.mails)} mails, {len(traffic.chats)} Telegram messages: 0 lost, 0 doubled"
            f"\nanswers by mail: {len(traffic.mail_replies)}, 0 lost, {copies} extra copies with the same Message-ID,"
            f" {by_hand} sent again by a person"
            f"\nanswers by Telegram: {len(traffic.chat_replies)}, 0 doubled, {uncertain} shown as uncertain"
        )


@pytest.mark.long
@pytest.mark.skipif(not LONG, reason="the long form: DESKTERM_LONG=1")
async def test_the_count_finds_a_checkpoint_that_is_kept_before_the_commit(traffic):
    for _ in range(3):
        await traffic.customers_write()
        await traffic.until_killed("mutated", "telegram", mutate=True)
    await traffic.drain()
    missing, _ = traffic.missing_and_doubled()
    assert missing

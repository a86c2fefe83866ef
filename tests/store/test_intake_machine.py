"""Random days at a desk, through the real write door: after each, what is stored equals what can be counted anew."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from recounted import all_is_right

from deskterm.desk import commands as c
from deskterm.desk import facts as f
from deskterm.desk.commands import Done
from deskterm.desk.model import Actor, ActorKind, Origin
from deskterm.desk.post import Address, Bounce, IdentityKind, InFile, MailRefs
from deskterm.store import conversations, outbox, situations
from deskterm.store.apply import apply

LONG = os.environ.get("DESKTERM_LONG") == "1"
WORD = "канарейка"
"""Stands in everything that comes from outside, and in nothing that the journal keeps."""
ASCII_WORD = "canary"

PERSON = st.sampled_from(["olga", "pavel", "chat"])
PICK = st.integers(0, 7)
HAPPENING = st.one_of(
    st.tuples(st.just("writes"), PERSON, st.booleans()),
    st.tuples(st.just("writes"), PERSON, st.booleans()),
    st.tuples(st.just("machine_writes"), PERSON, st.sampled_from([Origin.AUTO, Origin.LIST])),
    st.tuples(st.just("is_answered"), PICK, st.booleans()),
    st.tuples(st.just("is_answered"), PICK, st.booleans()),
    st.tuples(st.just("is_answered"), PICK, st.just(False)),
    st.tuples(st.just("goes_out"), st.sampled_from(["sent", "failed", "put off", "uncertain"])),
    st.tuples(st.just("goes_out"), st.sampled_from(["sent", "failed"])),
    st.tuples(st.just("bounces"), PICK),
    st.tuples(st.just("is_taken_back"), PICK),
    st.tuples(st.just("is_noted"), PICK),
    st.tuples(st.just("is_taken"), PICK),
    st.tuples(st.just("is_closed"), PICK),
    st.tuples(st.just("is_reopened"), PICK),
    st.tuples(st.just("is_snoozed"), PICK, st.sampled_from([None, 20, 60 * 24 * 3])),
    st.tuples(st.just("is_tagged"), PICK, st.sampled_from(["возврат", "vip", "Ёлка"]), st.booleans()),
    st.tuples(st.just("is_spam"), PICK, st.booleans()),
    st.tuples(
        st.just("time_comes"),
    ),
    st.tuples(st.just("needs_no_reply"), PICK),
    st.tuples(st.just("is_marked"), PICK, st.booleans()),
    st.tuples(st.just("passes"), st.sampled_from([1, 30, 60 * 24 * 2, 60 * 24 * 4])),
)

OUTCOMES: dict[str, outbox.Outcome] = {
    "sent": outbox.Sent((), f"queued as {WORD}"),
    "failed": outbox.Failed(f"550 {WORD}"),
    "put off": outbox.PutOff(f"451 {WORD}"),
    "uncertain": outbox.Uncertain(WORD, idempotent=True),
}


@dataclass
class Day:
    """What happens to three customers of this day's own, and who of them is unanswered by the plain reading of the rules."""

    house: Any
    tag: str
    conversations: list[int] = field(default_factory=list)
    unanswered: dict[int, dict[int, datetime]] = field(default_factory=dict)
    answered_by: dict[int, dict[int, datetime]] = field(default_factory=dict)
    replies: list[int] = field(default_factory=list)
    last_mail: dict[str, str] = field(default_factory=dict)

    async def happens(self, what: str, *details: Any) -> None:
        await getattr(self, what)(*details)
        self.house.clock.pass_(seconds=1)

    def inbound(self, person: str, origin: Origin, threaded: bool) -> tuple[Any, str]:
        house, value = self.house, f"{person}-{self.tag}-{ASCII_WORD}"
        if person == "chat":
            message = house.chat(
                WORD,
                value,
                name=WORD,
                external_id=f"{value}:{house.count}",
                group="",
                origin=origin,
                quote=WORD,
                forwarded_from=WORD,
            )
            return message, "bot"
        earlier = self.last_mail.get(person, "") if threaded else ""
        refs = MailRefs(
            f"{ASCII_WORD}{house.count}-{self.tag}@client.test", (earlier,) if earlier else (), (earlier,) if earlier else ()
        )
        self.last_mail[person] = refs.message_id
        message = house.mail(
            WORD,
            f"{value}@client.test",
            name=WORD,
            subject=WORD,
            refs=refs,
            origin=origin,
            reply_to=f"{ASCII_WORD}@home.test",
            notes=(WORD,),
            attachments=(InFile(WORD, f"x/{ASCII_WORD}", unavailable=WORD),),
            cc=(Address(IdentityKind.EMAIL, f"{ASCII_WORD}@copy.test", WORD),),
        )
        return message, "mail"

    async def comes_in(self, message: Any, channel: str) -> tuple[int, int]:
        await self.house.arrive(message, channel)
        row = await self.house.one("SELECT id, conversation_id FROM message ORDER BY id DESC LIMIT 1")
        if row[1] not in self.conversations:
            self.conversations.append(row[1])
            self.unanswered[row[1]] = {}
        return row

    async def writes(self, person: str, threaded: bool) -> None:
        message_id, conversation_id = await self.comes_in(*self.inbound(person, Origin.HUMAN, threaded))
        self.unanswered[conversation_id][message_id] = self.house.clock()

    async def machine_writes(self, person: str, origin: Origin) -> None:
        await self.comes_in(*self.inbound(person, origin, True))

    def pick(self, pick: int) -> int | None:
        return self.conversations[pick % len(self.conversations)] if self.conversations else None

    async def act(self, pick: int, make: Any) -> tuple[int, Done] | None:
        conversation_id = self.pick(pick)
        if conversation_id is None:
            return None
        office = self.house.as_(self.house.boris if pick % 3 == 0 else self.house.anna)
        done = await office.submit(make(conversation_id))
        return (conversation_id, done) if isinstance(done, Done) else None

    async def is_answered(self, pick: int, close: bool) -> None:
        acted = await self.act(pick, lambda one: c.Reply(one, WORD, close=close))
        if acted is not None and acted[1].message_id is not None:
            self.replies.append(acted[1].message_id)
            self.answered_by[acted[1].message_id] = self.unanswered[acted[0]]
            self.unanswered[acted[0]] = {}

    async def comes_back(self, message_id: int) -> None:
        """The message did not arrive: whom it had answered waits again."""
        (conversation_id,) = await self.house.one("SELECT conversation_id FROM message WHERE id = ?", (message_id,))
        self.unanswered[conversation_id] |= self.answered_by.get(message_id, {})

    async def goes_out(self, outcome: str) -> None:
        house = self.house
        house.clock.pass_(seconds=20)
        claims = await house.store.writer.run(
            lambda tx: outbox.claim(
                tx, list(house.channels.values()), None, house.clock(), house.store.files, house.rules, "desk.test", 100
            )
        )
        for claim in claims:
            # A message of an earlier day only has to leave.
            result = OUTCOMES[outcome] if claim.message_id in self.answered_by else outbox.Sent()
            await house.store.writer.run(
                lambda tx, i=claim.outbound.outbox_id, r=result: outbox.settle(tx, i, r, None, house.clock())
            )
            (state,) = await house.one("SELECT delivery FROM message WHERE id = ?", (claim.message_id,))
            if state == "failed":
                await self.comes_back(claim.message_id)

    async def bounces(self, pick: int) -> None:
        row = await self.house.one(
            "SELECT id, public_id FROM message WHERE delivery = 'sent' AND id IN (SELECT value FROM json_each(?))"
            " ORDER BY id LIMIT 1 OFFSET ?",
            (json.dumps(self.replies), pick % max(1, len(self.replies))),
        )
        if row is None:
            return
        original = self.house.store.signer.message_id(row[1], "desk.test")
        report = self.house.mail(
            WORD,
            f"{ASCII_WORD}@mx.test",
            origin=Origin.BOUNCE,
            bounce=Bounce(original, f"{ASCII_WORD}@client.test", "5.1.1", True, WORD),
        )
        await self.comes_in(report, "mail")
        await self.comes_back(row[0])

    async def is_taken_back(self, pick: int) -> None:
        if not self.replies:
            return
        message_id = self.replies[pick % len(self.replies)]
        (before,) = await self.house.one("SELECT delivery FROM message WHERE id = ?", (message_id,))
        done = await self.house.office.submit(c.TakeBack(message_id))
        if isinstance(done, Done) and before == "queued":
            await self.comes_back(message_id)

    async def is_noted(self, pick: int) -> None:
        await self.act(pick, lambda one: c.Note(one, WORD))

    async def is_taken(self, pick: int) -> None:
        await self.act(pick, c.Take)

    async def is_closed(self, pick: int) -> None:
        await self.settled(await self.act(pick, c.Close))

    async def needs_no_reply(self, pick: int) -> None:
        await self.settled(await self.act(pick, c.NoReplyNeeded))

    async def settled(self, acted: tuple[int, Done] | None) -> None:
        if acted is not None:
            self.unanswered[acted[0]] = {}

    async def is_reopened(self, pick: int) -> None:
        await self.act(pick, c.Reopen)

    async def is_snoozed(self, pick: int, minutes: int | None) -> None:
        until = None if minutes is None else self.house.clock() + timedelta(minutes=minutes)
        await self.act(pick, lambda one: c.Snooze(one, until))

    async def is_tagged(self, pick: int, name: str, on: bool) -> None:
        await self.act(pick, lambda one: c.SetTags(one, add=(name,)) if on else c.SetTags(one, remove=(name,)))

    async def is_spam(self, pick: int, spam: bool) -> None:
        await self.act(pick, lambda one: c.MarkSpam(one, spam))

    async def time_comes(self) -> None:
        """The clock flips what is due."""
        now = self.house.clock()

        def work(tx: Any) -> None:
            woken = conversations.returning_before(tx, now, 1000)
            facts = [f.SnoozeEnded(conversation_id=one.id, at=one.snoozed_until or now, how="clock") for one in woken]
            states = {one.id: one for one in woken}
            apply(tx, facts, states, situations.fresh(tx), command_id=1, actor=Actor(ActorKind.CLOCK), now=now)

        await self.house.store.writer.run(work)

    async def is_marked(self, pick: int, unread: bool) -> None:
        await self.act(pick, c.MarkUnread if unread else c.MarkRead)

    async def passes(self, minutes: int) -> None:
        self.house.clock.pass_(minutes=minutes)


async def waits_are_right(house: Any, day: Day) -> None:
    rows = await house.all(
        "SELECT id, waiting_since, asked FROM conversation WHERE id IN (SELECT value FROM json_each(?))",
        (json.dumps(day.conversations),),
    )
    kept = {conversation_id: (since, asked) for conversation_id, since, asked in rows}
    expected = {}
    for conversation_id, waiting in day.unanswered.items():
        first = min(waiting.values(), default=None)
        expected[conversation_id] = (None if first is None else int(first.timestamp() * 1000), len(waiting))
    assert kept == expected


async def journal_is_silent(house: Any) -> None:
    rows = await house.all("SELECT * FROM journal")
    said = json.dumps(rows, ensure_ascii=False)
    assert WORD not in said
    assert ASCII_WORD not in said
    assert [row[0] for row in rows] == list(range(1, len(rows) + 1))


@pytest.mark.timeout(900)
@settings(
    max_examples=200 if LONG else 25,
    deadline=None,
    phases=[Phase.generate],  # the store goes on from day to day, so that a day cannot be made smaller by trying it again
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(happenings=st.lists(HAPPENING, min_size=20, max_size=60))
async def test_random_days(house: Any, happenings: list[tuple[Any, ...]]):
    house.count += 1
    day = Day(house, f"d{house.count}")
    for person in ("olga", "pavel", "chat"):
        await day.happens("writes", person, False)
    for what, *details in happenings:
        await day.happens(what, *details)
        await waits_are_right(house, day)
    await all_is_right(house)
    await journal_is_silent(house)
    unsettled = await house.one("SELECT count(*) FROM inbound WHERE state <> 'stored'")
    assert unsettled == (0,)
    # What this day left to be sent must not disturb the next one.
    await day.happens("passes", 60)
    await day.happens("goes_out", "sent")
    await day.happens("passes", 60)
    await day.happens("goes_out", "sent")

"""Notices that leave the house: by mail and Telegram, once each, with a scripted channel on a real store."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from scripted import Room, Try, until

from deskterm.background.clock import ALARMS
from deskterm.background.notify import NO_MAILBOX, Notifier
from deskterm.desk import commands as c
from deskterm.desk.commands import Done
from deskterm.desk.model import Held, Origin
from deskterm.desk.post import (
    Bounce,
    ChannelRefused,
    MailRefs,
    SendLater,
    SendRejected,
    SendUncertain,
)
from deskterm.store import awake, lease, notice_leaving
from deskterm.store.notice_post import TRIES, UNCERTAIN
from deskterm.store.office_notices import NoticesOffice

MAIL = "boris@home.test"


@pytest.fixture(autouse=True)
def nothing_is_gathered(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have what is told leave at once: the house's clock stands still."""
    monkeypatch.setattr(notice_leaving, "GATHERED", timedelta(0))


@asynccontextmanager
async def telling(room: Room):
    notifier = Notifier(room.duty)
    await notifier.recover()
    async with room.running(notifier):
        yield notifier


def boris(room: Room) -> NoticesOffice:
    return room.house.as_(room.house.boris)


async def told_at(room: Room, **more: Any) -> None:
    settings = await boris(room).notice_settings()
    await boris(room).set_notice_settings(replace(settings, **more))


async def link(room: Room, chat: str = "77", text: str | None = None) -> Held:
    code = await boris(room).telegram_code()
    return await room.house.arrive(room.house.chat(text or f"/start {code}", user=chat), "bot")


async def assigned(room: Room) -> int:
    talk = await room.conversation()
    assert isinstance(await room.house.office.submit(c.Assign(talk, room.house.boris.id)), Done)
    return talk


async def states(room: Room, way: str = "email") -> list[tuple[str, str]]:
    return await room.house.all("SELECT state, detail FROM notice_delivery WHERE way = ? ORDER BY notice_id", (way,))


async def comes_to(room: Room, state: str, way: str = "email") -> None:
    async def there() -> bool:
        rows = await states(room, way)
        return bool(rows) and all(row[0] == state for row in rows)

    await until(there, f"all by {way} is {state}")


async def test_a_mail_says_what_and_whose_and_no_words_of_the_customer(room):
    await told_at(room, email=MAIL)
    await room.house.arrive(room.house.mail("Секретные слова клиента", subject="Заказ 5531"))
    await room.house.office.submit(c.Assign(1, room.house.boris.id))
    async with telling(room):
        await comes_to(room, "sent")
    (outbound, _payload) = room.mail.sent[0]
    assert [one.value for one in outbound.to] == [MAIL]
    assert outbound.subject == "deskterm: #1001 Ольга К.: Заказ 5531 is yours now, by Анна"
    assert outbound.automatic
    assert outbound.reply_address == ""
    assert "Секретные" not in outbound.subject + outbound.text
    (notice,) = await boris(room).notices()
    assert room.house.store.signer.notice_id(outbound.message_id) == notice.id


async def test_what_is_read_before_it_leaves_is_dropped(room):
    await told_at(room, email=MAIL)
    await assigned(room)
    await boris(room).read_notices()
    async with telling(room):
        await comes_to(room, "dropped")
    assert room.mail.sent == []


async def test_a_code_links_once_and_the_bot_says_so(room):
    code = await boris(room).telegram_code()
    assert await room.house.arrive(room.house.chat(f"/start {code}", user="77"), "bot") is Held.IGNORED
    (reason,) = await room.house.one("SELECT reason FROM inbound")
    assert reason == "an operator linked their Telegram"
    assert (await boris(room).notice_settings()).telegram == "bot:77"
    async with telling(room):
        await comes_to(room, "sent", "telegram")
    (outbound, _payload) = room.bot.sent[0]
    assert (outbound.thread_key, outbound.text) == ("77", "This Telegram chat is linked: notices come here from now on")
    assert await room.house.arrive(room.house.chat(f"/start {code}", user="78"), "bot") is Held.STORED, "once"
    assert await room.house.one("SELECT count(*) FROM conversation") == (1,)


async def test_an_old_code_a_wrong_one_and_one_in_a_group_link_nothing(room):
    code = await boris(room).telegram_code()
    wrong = "A" * 16
    assert await room.house.arrive(room.house.chat(f"/start {wrong}", user="77"), "bot") is Held.STORED
    in_group = room.house.chat(f"/start {code}", user="77", thread_key="-100", group="Друзья")
    assert await room.house.arrive(in_group, "bot") is Held.STORED
    of_business = room.house.chat(f"/start {code}", user="77", thread_key="abc/77")
    assert await room.house.arrive(of_business, "bot") is Held.STORED
    room.house.clock.pass_(minutes=10, seconds=1)
    assert await room.house.arrive(room.house.chat(f"/start {code}", user="77"), "bot") is Held.STORED
    assert (await boris(room).notice_settings()).telegram == ""


async def test_a_chat_that_guesses_is_not_listened_to(room):
    code = await boris(room).telegram_code()
    for _ in range(5):
        await room.house.arrive(room.house.chat(f"/start {'B' * 16}", user="66"), "bot")
    assert await room.house.arrive(room.house.chat(f"/start {code}", user="66"), "bot") is Held.STORED
    assert await room.house.arrive(room.house.chat(f"/start {code}", user="77"), "bot") is Held.IGNORED, "its owner's"


async def test_a_code_is_not_kept_itself(room):
    code = await boris(room).telegram_code()
    (kept,) = await room.house.one("SELECT code_hash FROM notice_person")
    assert len(kept) == 64
    assert code not in kept


async def test_a_mail_in_doubt_goes_again_under_its_id_and_telegram_does_not(room):
    await told_at(room, email=MAIL)
    await link(room)
    await boris(room).read_notices()
    await assigned(room)
    room.mail.tries.append(Try(SendUncertain("the connection was lost")))
    room.bot.tries.append(Try(SendUncertain("no answer in time")))
    async with telling(room) as notifier:
        await comes_to_last(room, "telegram", "failed")
        await until(lambda: len(room.mail.sent) == 1)
        await put_off(room)
        room.house.clock.pass_(minutes=5)
        notifier.wake()
        await comes_to_last(room, "email", "sent")
    first, second = (outbound.message_id for outbound, _payload in room.mail.sent)
    assert first == second
    assert len(room.bot.sent) == 1
    assert (await states(room, "telegram"))[-1] == ("failed", UNCERTAIN)


async def comes_to_last(room: Room, way: str, state: str) -> None:
    async def there() -> bool:
        return (await states(room, way))[-1][0] == state

    await until(there, f"the last by {way} is {state}")


async def put_off(room: Room) -> None:
    async def there() -> bool:
        (attempt, state) = await room.house.one(
            "SELECT attempt, state FROM notice_delivery WHERE way = 'email' ORDER BY notice_id DESC LIMIT 1"
        )
        return attempt == 1 and state == "queued"

    await until(there, "it is put off")


async def test_after_a_crash_a_mail_goes_again_and_telegram_does_not(room):
    """As `kill -9` leaves them: on the wire, nothing recorded."""
    await told_at(room, email=MAIL)
    await link(room)
    await boris(room).read_notices()
    await assigned(room)
    await room.house.store.writer.run(lambda tx: tx.run("UPDATE notice_delivery SET state = 'sending', attempt = 1"))
    async with telling(room):
        await comes_to_last(room, "email", "sent")
    assert (len(room.mail.sent), len(room.bot.sent)) == (1, 0)
    assert (await states(room, "telegram"))[-1] == ("failed", UNCERTAIN)


async def test_what_cannot_be_sent_waits_longer_each_time_and_is_given_up(room):
    await told_at(room, email=MAIL)
    await assigned(room)
    room.mail.tries.extend(Try(SendLater("451 later"), wire=False) for _ in range(TRIES))
    async with telling(room) as notifier:
        for count in range(TRIES):
            await until(lambda n=count + 1: len(room.mail.begun) == n)
            room.house.clock.pass_(minutes=61)
            notifier.wake()
        await comes_to(room, "failed")
    assert await states(room) == [("failed", "451 later")]


async def test_a_refused_address_is_said(room):
    await told_at(room, email=MAIL)
    await assigned(room)
    room.mail.tries.append(Try(SendRejected("550 no such user")))
    async with telling(room):
        await comes_to(room, "failed")
    assert await states(room) == [("failed", "550 no such user")]
    assert (await boris(room).notice_settings()).trouble == {"email": "550 no such user"}


async def test_a_refused_password_is_shown_at_the_channel(room):
    await told_at(room, email=MAIL)
    await assigned(room)
    room.mail.tries.append(Try(ChannelRefused("535 no"), wire=False))
    async with telling(room) as notifier:

        async def refused() -> bool:
            return (await room.house.one("SELECT state FROM channel WHERE name = 'mail'"))[0] == "refused"

        await until(refused)
        room.house.clock.pass_(minutes=3)
        notifier.wake()
        await comes_to(room, "sent")


async def test_without_a_mailbox_nothing_can_leave(room):
    await told_at(room, email=MAIL)
    await assigned(room)
    served = {one.id: one for one in room.duty.served.values() if one.settings.kind != "email"}
    room.duty.served = served
    async with telling(room):
        await comes_to(room, "failed")
    assert await states(room) == [("failed", NO_MAILBOX)]


async def test_what_is_gathered_is_one_mail(room):
    await told_at(room, email=MAIL, digest_minutes=30)
    for _ in range(3):
        await assigned(room)
        room.house.clock.pass_(minutes=5)
    async with telling(room) as notifier:
        assert room.mail.sent == []
        room.house.clock.pass_(minutes=20)
        notifier.wake()
        await comes_to(room, "sent")
    (outbound, _payload) = room.mail.sent[0]
    assert (len(room.mail.sent), outbound.subject) == (1, "deskterm: 3 notices")
    assert outbound.text.count("is yours now") == 3


@pytest.mark.parametrize("permanent", [True, False])
async def test_a_bounce_of_a_notice_is_no_conversation(room, permanent):
    await told_at(room, email=MAIL)
    await assigned(room)
    async with telling(room):
        await comes_to(room, "sent")
    before = await room.house.one("SELECT count(*) FROM conversation")
    sent_id = room.mail.sent[0][0].message_id
    report = room.house.mail(
        "не доставлено", sender="mailer-daemon@mx.test", origin=Origin.BOUNCE,
        bounce=Bounce(sent_id, MAIL, "5.1.1", permanent, "no such user"),
    )  # fmt: skip
    assert await room.house.arrive(report) is Held.IGNORED
    assert await room.house.one("SELECT count(*) FROM conversation") == before
    assert await states(room) == [("failed", "bounced 5.1.1") if permanent else ("sent", "")]


@pytest.mark.parametrize("origin", [Origin.HUMAN, Origin.AUTO])
async def test_an_answer_to_a_notice_is_no_conversation(room, origin):
    await told_at(room, email=MAIL)
    await assigned(room)
    async with telling(room):
        await comes_to(room, "sent")
    before = await room.house.one("SELECT count(*) FROM conversation")
    refs = MailRefs(message_id="a@home.test", in_reply_to=(room.mail.sent[0][0].message_id,))
    assert await room.house.arrive(room.house.mail("я в отпуске", sender=MAIL, refs=refs, origin=origin)) is Held.IGNORED
    alone = room.house.mail("я в отпуске", sender=MAIL, origin=Origin.AUTO)
    assert await room.house.arrive(alone) is Held.IGNORED, "an automatic answer that refers to nothing"
    assert await room.house.one("SELECT count(*) FROM conversation") == before
    forged = replace(refs, in_reply_to=("n1.1.aaaaaaaaaaaaaaaaaaaa@desk.test",))
    assert await room.house.arrive(room.house.mail("привет", sender="x@y.test", refs=forged)) is Held.STORED


async def test_what_was_missed_is_one_mail(room):
    """Eight hours asleep: one digest in the console, one mail."""
    await told_at(room, email=MAIL)
    talks = [await room.conversation(who=f"c{n}") for n in range(4)]
    await room.house.office.submit(c.Many(c.Assign(talks[0], room.house.boris.id), tuple(talks)))
    await boris(room).read_notices()
    now = awake.this_moment(room.house.clock())
    long_ago = replace(now, boot_ms=now.boot_ms - 8 * 3_600_000)
    await room.house.store.writer.run(lambda tx: awake.keep(tx, long_ago))
    room.house.clock.pass_(hours=8)

    def ring(tx: Any) -> None:
        for alarms in ALARMS:
            alarms.ring(tx, room.house.clock(), 100)

    await room.house.store.writer.run(ring)
    (digest,) = await boris(room).notices(unread=True)
    assert (digest.kind, digest.data) == ("digest", {"counts": {"sla_late": 4}})
    async with telling(room) as notifier:
        assert room.mail.sent == []
        room.house.clock.pass_(seconds=21)
        notifier.wake()
        await comes_to_last(room, "email", "sent")
    assert [outbound.subject for outbound, _payload in room.mail.sent] == [
        "deskterm: While the desk was closed: 4 promises missed"
    ]


async def test_a_lost_lease_ends_it(room):
    notifier = Notifier(room.duty)
    async with room.running(notifier) as (task,):
        await room.house.store.writer.run(lambda tx: tx.run("UPDATE lease SET epoch = epoch + 1"))
        notifier.wake()
        await until(task.done)
        with pytest.raises(lease.Lost):
            task.result()

"""Notices in the store: who is told, once; what is read by itself; digests; quiet hours."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from house import House
from sla_house import policy, promise

from deskterm.background.clock import ALARMS
from deskterm.desk import commands as c
from deskterm.desk import commands_time as ct
from deskterm.desk import facts_time as ft
from deskterm.desk.commands import Done
from deskterm.desk.commands_customer import MergeConversations, PartConversation
from deskterm.desk.model import Actor, ActorKind, Role, TaskStatus
from deskterm.desk.notice_kinds import Way
from deskterm.desk.rows_time import NoticeRow, NoticeSettings
from deskterm.desk.sla_book import Book, Deed, Metric
from deskterm.office import OfficeError
from deskterm.store import awake, conversations, notice_post, notices, people, situations
from deskterm.store.apply import apply
from deskterm.store.notice_post import Parcel

CLOCK = Actor(ActorKind.CLOCK)


async def told(house: House, who: Any) -> list[NoticeRow]:
    return list(await house.as_(who).notices(unread=True))


async def happen(house: House, *facts: Any, actor: Actor = CLOCK) -> None:
    """Have facts happen as the clock writes them."""

    def work(tx: Any) -> None:
        ids = {fact.conversation_id for fact in facts}
        states = {one: conversations.load(tx, one) for one in ids}
        command_id = situations.next_command(tx)
        apply(tx, list(facts), states, situations.fresh(tx), command_id=command_id, actor=actor, now=house.clock())  # type: ignore[arg-type]

    await house.store.writer.run(work)


def missed(house: House, conversation_id: int, at: datetime, **more: Any) -> ft.SlaMissed:
    values: dict[str, Any] = {"metric": Metric.FIRST_REPLY, "started_at": at - timedelta(hours=1), "due_at": at, "stage": 2}
    return ft.SlaMissed(conversation_id=conversation_id, at=at, **(values | more))


async def falls_asleep(house: House, hours: float) -> datetime:
    """Have nobody keep the clock for so long, which is over now; returns when it was over."""
    now = awake.this_moment(house.clock())
    long_ago = replace(now, boot_ms=now.boot_ms - int(hours * 3_600_000))
    await house.store.writer.run(lambda tx: awake.keep(tx, long_ago))
    return house.clock.pass_(hours=hours)  # type: ignore[no-any-return]


async def wakes(house: House) -> None:
    """Have somebody keep the clock again."""
    await house.store.writer.run(lambda tx: awake.keep(tx, awake.this_moment(house.clock())))


async def conversation(house: House, mine: Any = None) -> int:
    await house.arrive(house.mail())
    (row,) = await house.all("SELECT id FROM conversation ORDER BY id DESC LIMIT 1")
    if mine is not None:
        assert isinstance(await house.as_(house.anna).submit(c.Assign(row[0], mine.id)), Done)
    return int(row[0])


async def add(house: House, login: str, role: Role) -> Any:
    return await house.store.writer.run(lambda tx: people.add_operator(tx, login, login.title(), role, house.clock()))


async def test_who_gets_a_conversation_is_told_by_whom_and_not_of_their_own(house: House) -> None:
    talk = await conversation(house)
    await house.as_(house.anna).submit(c.Assign(talk, house.anna.id))
    assert await told(house, house.anna) == []
    await house.as_(house.anna).submit(c.Assign(talk, house.boris.id))
    (notice,) = await told(house, house.boris)
    assert (notice.kind, notice.by, notice.conversation_id, notice.about) == ("assigned", "Анна", talk, "Ольга К.: Заказ 5531")
    assert await told(house, house.anna) == []


async def test_many_given_by_one_command_are_one_notice(house: House) -> None:
    talks = [await conversation(house) for _ in range(5)]
    assert isinstance(await house.office.submit(c.Many(c.Assign(talks[0], house.boris.id), tuple(talks))), Done)
    (notice,) = await told(house, house.boris)
    assert notice.data["count"] == 5


async def test_undo_takes_the_notice_back_and_redo_tells_anew(house: House) -> None:
    talk = await conversation(house)
    await house.office.submit(c.Assign(talk, house.boris.id))
    assert isinstance(await house.office.submit(c.Undo()), Done)
    assert await told(house, house.boris) == []
    assert isinstance(await house.office.submit(c.Redo()), Done)
    (again,) = await told(house, house.boris)
    assert (again.kind, again.conversation_id) == ("assigned", talk)


async def test_a_customer_who_writes_five_times_is_one_notice_until_it_is_read(house: House) -> None:
    talk = await conversation(house, house.boris)
    await house.as_(house.boris).read_notices()
    for _ in range(5):
        (ref,) = await house.all("SELECT mail_id FROM message WHERE conversation_id = ? ORDER BY id LIMIT 1", (talk,))
        refs = replace(house.mail().refs, in_reply_to=(ref[0],))  # type: ignore[type-var]
        await house.arrive(house.mail("ещё", refs=refs))
    (notice,) = await told(house, house.boris)
    assert (notice.kind, notice.data["count"], notice.conversation_id) == ("answered", 5, talk)
    await house.as_(house.boris).submit(c.MarkRead(talk))
    assert await told(house, house.boris) == []


async def test_a_note_names_people(house: House) -> None:
    talk = await conversation(house)
    await house.office.submit(c.Note(talk, "@boris посмотри, пожалуйста; @anna@shop.test не надо, @анна тоже"))
    (notice,) = await told(house, house.boris)
    assert (notice.kind, notice.by) == ("mention", "Анна")
    assert await told(house, house.anna) == []


async def test_a_missed_promise_is_told_to_the_assignee_and_the_supervisor(house: House) -> None:
    sofia = await add(house, "sofia", Role.SUPERVISOR)
    talk = await conversation(house, house.boris)
    await house.as_(house.boris).read_notices()
    await happen(house, missed(house, talk, house.clock()))
    (late,), (above,) = await told(house, house.boris), await told(house, sofia)
    assert (late.kind, late.data["metric"]) == ("sla_late", "first_reply")
    assert (above.kind, above.by) == ("missed", "Boris")
    assert await told(house, house.anna) == []


async def test_nobodys_missed_promise_is_everybodys_but_the_viewers(house: House) -> None:
    viewer = await add(house, "vera", Role.VIEWER)
    talk = await conversation(house)
    await happen(house, missed(house, talk, house.clock()))
    for who in (house.anna, house.boris):
        assert [one.kind for one in await told(house, who)] == ["sla_late"]
    assert await told(house, viewer) == []


async def test_an_escalation_tells_whom_its_step_names_once(house: House) -> None:
    talk = await conversation(house, house.boris)
    await house.as_(house.boris).read_notices()
    at = house.clock()
    step = ft.SlaEscalated(
        conversation_id=talk, metric=Metric.FIRST_REPLY, started_at=at - timedelta(hours=1), due_at=at, stage=3, at=at,
        deed=Deed.NOTIFY, to="supervisor",
    )  # fmt: skip
    await happen(house, missed(house, talk, at), step)
    assert [one.kind for one in await told(house, house.boris)] == ["sla_late"]
    assert [one.kind for one in await told(house, house.anna)] == ["escalated"], "not also as missed"


async def test_what_was_missed_in_eight_hours_asleep_is_one_digest(house: House) -> None:
    talks = [await conversation(house, house.boris) for _ in range(7)]
    await house.as_(house.boris).read_notices()
    woke = await falls_asleep(house, 8)
    for place, talk in enumerate(talks):
        await happen(house, missed(house, talk, woke - timedelta(hours=7 - place)))
    (digest,) = await told(house, house.boris)
    assert (digest.kind, digest.data) == ("digest", {"counts": {"sla_late": 7}})
    (above,) = await told(house, house.anna)
    assert above.data == {"counts": {"missed": 7}}
    kept = await house.all("SELECT at, data FROM notice WHERE operator_id = ? AND kind = 'sla_late'", (house.boris.id,))
    assert len(kept) == 7
    assert {json.loads(data)["digest"] for _at, data in kept} == {digest.id}


async def test_a_second_sleep_makes_a_second_digest(house: House) -> None:
    talk = await conversation(house, house.boris)
    await house.as_(house.boris).read_notices()
    for _ in range(2):
        await falls_asleep(house, 8)
        await happen(house, missed(house, talk, house.clock() - timedelta(hours=1)))
        await wakes(house)
    assert [one.kind for one in await told(house, house.boris)] == ["digest", "digest"]


async def test_an_answer_reads_what_was_told_of_the_promise(house: House) -> None:
    talk = await conversation(house, house.boris)
    at = house.clock()
    await happen(house, missed(house, talk, at))
    ended = ft.SlaEnded(
        conversation_id=talk, metric=Metric.FIRST_REPLY, started_at=at, at=at, outcome="missed", spent_ms=1
    )  # fmt: skip
    await happen(house, ended)
    assert "sla_late" not in [one.kind for one in await told(house, house.boris)]
    assert [one.kind for one in await told(house, house.anna)] == ["missed"], "the supervisor is to know"


async def test_who_wants_nothing_of_a_kind_is_not_told(house: House) -> None:
    office = house.as_(house.boris)
    settings = await office.notice_settings()
    await office.set_notice_settings(replace(settings, ways=settings.ways | {"assigned": ()}))
    await conversation(house, house.boris)
    assert await told(house, house.boris) == []


async def test_quiet_hours_hold_mails_back_and_gather_them(house: House) -> None:
    office = house.as_(house.boris)
    settings = await office.notice_settings()
    await office.set_notice_settings(
        replace(settings, email="Boris@Home.test", quiet_from=22 * 60, quiet_to=8 * 60, zone="UTC")
    )
    house.clock.at = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)
    talks = [await conversation(house) for _ in range(2)]
    for talk in talks:
        await house.office.submit(c.Assign(talk, house.boris.id))
    rows = await house.all("SELECT way, state, not_before, batch FROM notice_delivery ORDER BY notice_id")
    morning = int(datetime(2026, 11, 23, 8, 0, tzinfo=UTC).timestamp() * 1000)
    first = (await house.one("SELECT min(notice_id) FROM notice_delivery"))[0]
    assert rows == [("email", "queued", morning, first)] * 2


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"email": "nobody"}, "bad_address"),
        ({"email": "support@desk.test"}, "bad_address"),
        ({"ways": {"assigned": ("pigeon",)}}, "bad_way"),
        ({"ways": {"new": ("email",)}}, "bad_way"),
        ({"ways": {"gossip": ("bell",)}}, "bad_kind"),
        ({"quiet_from": 5}, "bad_quiet"),
        ({"quiet_from": 5, "quiet_to": 1440}, "bad_quiet"),
        ({"zone": "../../etc/passwd"}, "bad_zone"),
        ({"digest_minutes": -1}, "bad_digest"),
        ({"supervisor_id": 99}, "not_found"),
    ],
)
async def test_settings_that_cannot_be(house: House, wrong: dict[str, Any], code: str) -> None:
    settings = replace(NoticeSettings({}), **wrong)
    with pytest.raises(OfficeError) as refused:
        await house.office.set_notice_settings(settings)
    assert refused.value.code == code


async def test_whose_settings(house: House) -> None:
    with pytest.raises(OfficeError) as refused:
        await house.as_(house.boris).notice_settings(house.anna.id)
    assert refused.value.code == "permission"
    changed = await house.office.set_notice_settings(NoticeSettings({}, supervisor_id=house.anna.id), house.boris.id)
    assert changed.supervisor_id == house.anna.id


async def test_a_task_given_is_told_and_read_when_it_is_done(house: House) -> None:
    talk = await conversation(house)
    added = await house.office.submit(ct.AddTask("Позвонить", conversation_id=talk, assignee_id=house.anna.id))
    assert isinstance(added, Done)
    assert added.task_id is not None
    assert await told(house, house.boris) == []
    await house.office.submit(ct.ChangeTask(added.task_id, assignee_id=house.boris.id))
    (notice,) = await told(house, house.boris)
    assert (notice.kind, notice.by, notice.about, notice.task_id) == ("task", "Анна", "Позвонить", added.task_id)
    await house.office.submit(ct.ChangeTask(added.task_id, status=TaskStatus.DONE))
    assert await told(house, house.boris) == []


async def test_a_reminder_is_told_when_it_comes_and_read_when_it_is_acknowledged(house: House) -> None:
    talk = await conversation(house)
    at = house.clock() + timedelta(hours=1)
    done = await house.office.submit(ct.Remind(at, "перезвонить", house.boris.id, conversation_id=talk))
    assert isinstance(done, Done), done
    assert done.reminder_id is not None
    assert await told(house, house.boris) == []
    house.clock.at = at
    await ring(house)
    (notice,) = [one for one in await told(house, house.boris) if one.kind == "reminder"]
    assert (notice.about, notice.reminder_id) == ("перезвонить", done.reminder_id)
    await house.as_(house.boris).submit(ct.SettleReminder(done.reminder_id))
    assert "reminder" not in [one.kind for one in await told(house, house.boris)]


async def ring(house: House) -> None:
    def work(tx: Any) -> None:
        for alarms in ALARMS:
            alarms.ring(tx, house.clock(), 100)

    await house.store.writer.run(work)


async def test_an_overdue_task_is_told_to_whose_it_is_and_above(house: House) -> None:
    at = house.clock() + timedelta(hours=1)
    added = await house.office.submit(ct.AddTask("Отчёт", due=at, assignee_id=house.boris.id))
    assert isinstance(added, Done)
    await house.as_(house.boris).read_notices()
    house.clock.at = at
    await ring(house)
    await ring(house)
    (overdue,), (above,) = await told(house, house.boris), await told(house, house.anna)
    assert (overdue.kind, overdue.about, above.kind, above.by) == ("overdue", "Отчёт", "missed", "Boris")
    assert (await house.as_(house.boris).due()).tasks == 1


async def test_read_notices_are_forgotten_after_ninety_days(house: House) -> None:
    await conversation(house, house.boris)
    await house.as_(house.boris).read_notices()
    await conversation(house, house.boris)
    house.clock.pass_(days=91)
    assert await house.store.writer.run(lambda tx: notices.forget_read(tx, house.clock())) == 1
    assert await house.store.writer.run(lambda tx: notices.forget_read(tx, house.clock())) == 0
    assert len(await told(house, house.boris)) == 1, "what is not read stays"


async def test_what_stands_at_the_head(house: House) -> None:
    await conversation(house, house.boris)
    counts = await house.as_(house.boris).due()
    (notice,) = await told(house, house.boris)
    assert (counts.notices, counts.reminders, counts.tasks, counts.newest_notice) == (1, 0, 0, notice.id)


async def test_the_same_alarms_again_are_told_to_nobody(house: House) -> None:
    talks = [await conversation(house, house.boris) for _ in range(3)]
    await house.as_(house.boris).read_notices()
    slept = await falls_asleep(house, 2) - timedelta(hours=1)
    alarms = [missed(house, talk, at) for talk in talks for at in (slept, house.clock())]
    await happen(house, *alarms)
    assert sorted(one.kind for one in await told(house, house.boris)) == ["digest", *["sla_late"] * 3]
    await house.as_(house.boris).read_notices()
    await happen(house, *alarms)
    assert await told(house, house.boris) == []


async def test_the_first_heartbeat_does_not_end_the_telling_of_a_sleep(house: House) -> None:
    talks = [await conversation(house, house.boris) for _ in range(2)]
    await house.as_(house.boris).read_notices()
    woke = await falls_asleep(house, 8)
    for talk in talks:
        await happen(house, missed(house, talk, woke - timedelta(hours=3)))
        await wakes(house)
        house.clock.pass_(minutes=1)
    assert [one.data for one in await told(house, house.boris)] == [{"counts": {"sla_late": 2}}]


async def test_a_clock_that_was_set_is_no_sleep(house: House) -> None:
    talk = await conversation(house, house.boris)
    await house.as_(house.boris).read_notices()
    await wakes(house)
    for hours in (8, -20, 30):
        house.clock.pass_(hours=hours)
        await happen(house, missed(house, talk, house.clock() - timedelta(hours=1)))
        await wakes(house)
    assert [one.kind for one in await told(house, house.boris)] == ["sla_late"] * 3


async def test_a_change_in_an_open_desk_is_told_at_once_however_old_its_time(house: House) -> None:
    talk = await conversation(house, house.boris)
    await house.as_(house.boris).read_notices()
    await falls_asleep(house, 8)
    await wakes(house)
    house.clock.pass_(minutes=11)
    for hours in (1, 50):
        await happen(house, missed(house, talk, house.clock() - timedelta(hours=hours)))
    assert [one.kind for one in await told(house, house.boris)] == ["sla_late"] * 2


async def test_forty_promises_missed_at_the_opening_hour_are_one_mail(house: House) -> None:
    office = house.as_(house.boris)
    await office.set_notice_settings(replace(await office.notice_settings(), email="boris@home.test"))
    for _ in range(2):
        for talk in [await conversation(house) for _ in range(20)]:
            await happen(house, missed(house, talk, house.clock()))
        house.clock.pass_(seconds=8)
    assert await leaving(house) == []
    house.clock.pass_(seconds=4)
    (parcel,) = await leaving(house)
    assert len(parcel.rows) == 40


async def leaving(house: House) -> list[Parcel]:
    return await house.store.writer.run(lambda tx: notice_post.due(tx, Way.EMAIL, house.clock()))


async def test_nobody_gets_more_than_twenty_mails_an_hour(house: House) -> None:
    office = house.as_(house.boris)
    await office.set_notice_settings(replace(await office.notice_settings(), email="boris@home.test"))
    sent = []
    for _ in range(40):
        await conversation(house, house.boris)
        house.clock.pass_(seconds=25)
        for parcel in await leaving(house):
            await house.store.writer.run(lambda tx, parcel=parcel: notice_post.sent(tx, parcel, house.clock()))
            sent.append(len(parcel.rows))
    assert sent == [1] * 20
    house.clock.pass_(minutes=43)
    assert await leaving(house) == []
    house.clock.pass_(minutes=1)
    (rest,) = await leaving(house)
    assert len(rest.rows) == 20


async def test_changed_quiet_hours_move_what_waits(house: House) -> None:
    office = house.as_(house.boris)
    quiet = replace(await office.notice_settings(), email="boris@home.test", quiet_from=0, quiet_to=23 * 60, zone="UTC")
    await office.set_notice_settings(quiet)
    await conversation(house, house.boris)
    house.clock.pass_(minutes=5)
    assert await leaving(house) == []
    await office.set_notice_settings(replace(quiet, quiet_from=None, quiet_to=None))
    assert len(await leaving(house)) == 1
    await office.set_notice_settings(quiet)
    assert await leaving(house) == []
    house.clock.at = house.clock().replace(hour=23, minute=0, second=0)
    assert len(await leaving(house)) == 1


async def test_a_promise_late_again_after_it_was_settled_is_told_again_once(house: House) -> None:
    await promise(house, Book((), (policy("plain", reply=timedelta(hours=1), work=None),)))
    talk = await conversation(house, house.boris)
    office = house.as_(house.boris)
    await office.read_notices()
    house.clock.pass_(minutes=61)
    await ring(house)
    (first,) = await told(house, house.boris)
    for _ in range(2):
        done = await office.submit(c.Reply(talk, "да"))
        assert isinstance(done, Done)
        assert await told(house, house.boris) == []
        assert isinstance(await office.submit(c.TakeBack(done.message_id)), Done)  # type: ignore[arg-type]
        await ring(house)
        (again,) = await told(house, house.boris)
        assert (again.kind, again.data, again.at) == ("sla_late", first.data, first.at)
        assert again.id > first.id
    await office.read_notices()
    done = await office.submit(c.Reply(talk, "да"))
    assert isinstance(await office.submit(c.TakeBack(done.message_id)), Done)  # type: ignore[arg-type,union-attr]
    assert await told(house, house.boris) == [], "who read it knows"


async def test_notices_of_a_conversation_go_where_it_goes_and_come_back(house: House) -> None:
    stays, goes = [await conversation(house, house.boris) for _ in range(2)]
    assert isinstance(await house.office.submit(MergeConversations(stays, (goes,))), Done)
    assert await house.all("SELECT DISTINCT conversation_id FROM notice WHERE read_at IS NULL") == [(stays,)]
    assert isinstance(await house.office.submit(PartConversation(goes)), Done)
    rows = "SELECT conversation_id FROM notice WHERE read_at IS NULL AND kind = 'assigned' ORDER BY 1"
    assert await house.all(rows) == [(stays,), (goes,)]
    assert isinstance(await house.office.submit(MergeConversations(stays, (goes,))), Done)
    assert isinstance(await house.as_(house.boris).submit(c.MarkRead(stays)), Done)
    assert await told(house, house.boris) == []

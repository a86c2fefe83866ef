"""Reminders on a real store: set, come up once at their true time, acknowledged, moved, undone; followed through mergers."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from house import T0, House

from deskterm.desk import commands as c
from deskterm.desk.commands import Done, Redo, Refused, Undo
from deskterm.desk.commands_customer import MergeConversations
from deskterm.desk.commands_time import ManyReminders, MoveReminder, Remind, SettleReminder
from deskterm.desk.model import Operator, Role
from deskterm.store import people
from deskterm.store.reminder_alarms import REMINDERS
from deskterm.store.times import to_ms

HOUR = timedelta(hours=1)


async def ring(house: House, limit: int = 100) -> int:
    return await house.store.writer.run(lambda tx: REMINDERS.ring(tx, house.clock(), limit))


async def remind(house: House, after: timedelta = HOUR, by: Operator | None = None, **more: Any) -> int:
    done = await house.as_(by or house.anna).submit(Remind(house.clock() + after, **more))
    assert isinstance(done, Done), done
    assert done.reminder_id is not None
    return done.reminder_id


async def refused(house: House, command: c.Command, by: Operator | None = None) -> Refused:
    answer = await house.as_(by or house.anna).submit(command)
    assert isinstance(answer, Refused), answer
    return answer


async def states(house: House) -> list[Any]:
    return await house.all("SELECT id, state, at FROM reminder ORDER BY id")


async def rung(house: House) -> list[Any]:
    return await house.all(
        "SELECT json_extract(data, '$.reminder_id'), at FROM journal WHERE kind = 'reminder_moved' AND actor_kind = 'clock'"
        " ORDER BY seq"
    )


async def test_a_reminder_of_nothing_at_all(house: House):
    await remind(house, words="  drink\n\x1bwater ")
    (row,) = await house.office.reminders()
    seen = (row.words, row.at, row.state, row.operator, row.by, row.about)
    assert seen == ("drink ␛water", T0 + HOUR, "set", "Анна", "Анна", "")
    assert await house.as_(house.boris).reminders() == ()
    assert [one.id for one in await house.as_(house.boris).reminders(everybody=True)] == [1]


async def test_it_comes_up_once_with_its_true_time_however_late_the_desk_wakes(house: House):
    await house.arrive(house.mail())
    first = await remind(house, conversation_id=1, words="позвонить")
    later = await remind(house, 5 * HOUR)
    await remind(house, 30 * HOUR)
    assert (await house.one(REMINDERS.next_at))[0] == to_ms(T0 + HOUR)
    house.clock.pass_(hours=8)
    assert await ring(house, 1) == 1
    assert await ring(house) == 1
    assert await ring(house) == 0
    assert await rung(house) == [(first, to_ms(T0 + HOUR)), (later, to_ms(T0 + 5 * HOUR))]
    assert [(one.id, one.state) for one in await house.office.reminders()] == [(1, "due"), (2, "due"), (3, "set")]


async def test_acknowledged_moved_and_had_again(house: House):
    reminder = await remind(house)
    house.clock.pass_(hours=2)
    await ring(house)
    await house.office.submit(SettleReminder(reminder))
    assert await states(house) == [(1, "done", to_ms(T0 + HOUR))]
    assert await house.office.reminders() == ()
    await house.office.submit(SettleReminder(reminder, "set"))
    assert (await states(house))[0][1] == "due", "it has come up before"
    assert await ring(house) == 0
    await house.office.submit(MoveReminder(reminder, house.clock() + HOUR))
    assert await states(house) == [(1, "set", to_ms(T0 + 3 * HOUR))]
    house.clock.pass_(hours=1)
    assert await ring(house) == 1
    assert [at for _id, at in await rung(house)] == [to_ms(T0 + HOUR), to_ms(T0 + 3 * HOUR)]


async def test_what_is_refused(house: House):
    viewer = await house.store.writer.run(lambda tx: people.add_operator(tx, "vera", "Вера", Role.VIEWER, house.clock()))
    past = T0 - timedelta(seconds=6)
    assert (await refused(house, Remind(past))).code == "in_the_past"
    assert (await refused(house, Remind(T0 + timedelta(days=4 * 366)))).code == "too_far_ahead"
    assert (await refused(house, Remind(T0 + HOUR, "ы" * 301))).values == {"limit": 300, "length": 301}
    assert (await refused(house, Remind(T0 + HOUR, conversation_id=9))).code == "not_found"
    assert (await refused(house, Remind(T0 + HOUR, customer_id=9))).code == "not_found"
    assert (await refused(house, Remind(T0 + HOUR, task_id=9))).code == "not_found"
    assert (await refused(house, Remind(T0 + HOUR, promise_id=9))).code == "not_found"
    assert (await refused(house, Remind(T0 + HOUR, operator_id=99))).code == "unknown_operator"
    assert (await refused(house, Remind(T0 + HOUR, operator_id=viewer.id))).code == "reminds_viewer"
    assert (await refused(house, Remind(T0 + HOUR), viewer)).code == "viewer"
    assert (await refused(house, SettleReminder(9))).code == "not_found"
    assert (await refused(house, MoveReminder(9, T0 + HOUR))).code == "not_found"
    reminder = await remind(house)
    assert (await refused(house, MoveReminder(reminder, past))).code == "in_the_past"
    assert (await refused(house, SettleReminder(reminder, "asleep"))).code == "bad_state"
    assert await remind(house, timedelta(seconds=-3)) == 2, "it passed while its words were typed"


async def test_whose_it_is(house: House):
    mine = await remind(house)
    from_boris = await remind(house, by=house.boris, operator_id=house.anna.id)
    of_boris = await remind(house, operator_id=house.boris.id)
    no = await refused(house, SettleReminder(mine), house.boris)
    assert (no.code, no.values) == ("not_your_reminder", {"name": "Анна"})
    assert (await refused(house, SettleReminder(from_boris), house.boris)).code == "not_your_reminder"
    assert isinstance(await house.as_(house.boris).submit(SettleReminder(from_boris, "cancelled")), Done)
    assert isinstance(await house.office.submit(SettleReminder(of_boris)), Done), "an owner may"


@pytest.mark.parametrize("rings", [False, True])
async def test_every_act_is_undone_and_done_again(house: House, rings: bool):
    reminder = await remind(house)
    steps = [await states(house)]
    for command in (MoveReminder(reminder, T0 + 2 * HOUR), SettleReminder(reminder), SettleReminder(reminder, "cancelled")):
        assert isinstance(await house.office.submit(command), Done)
        steps.append(await states(house))
        if rings:
            house.clock.pass_(hours=3)
    for expected in reversed(steps[:-1]):
        assert isinstance(await house.office.submit(c.Undo()), Done)
        assert await states(house) == expected
    assert isinstance(await house.office.submit(c.Undo()), Done)
    assert (await states(house))[0][1] == "cancelled", "it was never set"
    for expected in steps:
        assert isinstance(await house.office.submit(c.Redo()), Done)
        assert await states(house) == expected


async def test_another_hand_stands_in_the_way_of_undoing(house: House):
    reminder = await remind(house, operator_id=house.boris.id)
    await house.as_(house.boris).submit(SettleReminder(reminder))
    assert (await refused(house, c.Undo())).code == "changed_since"


async def test_it_follows_what_is_merged(house: House):
    await house.arrive(house.mail())
    await house.arrive(house.mail(subject="Другое"))
    await remind(house, conversation_id=2, words="позвонить")
    answer = await house.office.submit(MergeConversations(1, (2,)))
    assert isinstance(answer, Done), answer
    (row,) = await house.office.reminders(conversation_id=1)
    assert (row.conversation_number, row.about) == (1001, "#1001 Ольга К.")
    assert [one.id for one in await house.office.reminders(conversation_id=2)] == [1]
    house.clock.pass_(hours=2)
    assert await ring(house) == 1
    row = await house.one("SELECT conversation_id FROM journal WHERE kind = 'reminder_moved'")
    assert row[0] == 1


async def test_many_are_set_and_acknowledged_by_one_command_which_one_undo_takes_back(house: House):
    for _ in range(9):
        await house.arrive(house.mail())
    many = ManyReminders(tuple(Remind(T0 + HOUR, "позвонить", conversation_id=one) for one in range(1, 10)))
    done = await house.office.submit(many)
    assert isinstance(done, Done)
    assert done.count == 9
    assert [state for _id, state, _at in await states(house)] == ["set"] * 9
    settled = await house.office.submit(ManyReminders(tuple(SettleReminder(one) for one in range(1, 10))))
    assert isinstance(settled, Done)
    assert [state for _id, state, _at in await states(house)] == ["done"] * 9
    back = await house.office.submit(Undo())
    assert isinstance(back, Done)
    assert [state for _id, state, _at in await states(house)] == ["set"] * 9
    assert isinstance(await house.office.submit(Undo()), Done)
    assert [state for _id, state, _at in await states(house)] == ["cancelled"] * 9
    assert isinstance(await house.office.submit(Redo()), Done)
    assert [state for _id, state, _at in await states(house)] == ["set"] * 9
    none = await house.office.submit(ManyReminders((SettleReminder(77), SettleReminder(78))))
    assert isinstance(none, Refused)

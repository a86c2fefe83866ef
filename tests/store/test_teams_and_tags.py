"""Teams and tags as things of their own: made, changed, renamed, forgotten, while conversations are in them."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from house import House

from deskterm.desk import commands as c
from deskterm.desk.commands import Done
from deskterm.desk.model import Role, Tag, Team
from deskterm.office import OfficeError
from deskterm.store import people
from deskterm.store.disbanding import BATCH


async def refused(work: Any) -> str:
    with pytest.raises(OfficeError) as caught:
        await work
    return caught.value.code


async def test_teams_stand_by_name_with_their_members(house: House) -> None:
    night = await house.office.add_team("  Ночная   смена ")
    early = await house.office.add_team("early")
    await house.office.set_team_members(night.id, [house.anna.id, house.boris.id])
    await house.office.set_team_members(night.id, [house.boris.id])
    assert await house.office.teams() == (early, Team(night.id, "Ночная смена", frozenset({house.boris.id})))
    names = await house.office.names()
    assert (names.teams, names.operators) == ({"early", "Ночная смена"}, {"anna", "boris"})
    assert names.channels == {"mail", "bot"}


async def test_who_may_and_what_may_be(house: House) -> None:
    boris = house.as_(house.boris)
    team = await house.office.add_team("Ёлки")
    for work in (boris.add_team("x"), boris.set_team_members(team.id, []), boris.remove_team(team.id)):
        assert await refused(work) == "permission"
    assert await refused(house.office.add_team("елки")) == "team_exists"
    for name in ("", " \n", "me", "НЕТ", "x" * 41):
        assert await refused(house.office.add_team(name)) == "bad_name"
    assert await refused(house.office.set_team_members(99, [])) == "not_found"
    assert await refused(house.office.remove_team(99)) == "not_found"
    assert await refused(house.office.set_team_members(team.id, [house.anna.id, 99])) == "unknown_operator"
    assert await house.office.teams() == (team,)
    sue = await house.store.writer.run(lambda tx: people.add_operator(tx, "sue", "Sue", Role.SUPERVISOR, house.clock()))
    assert (await house.as_(sue).add_team("by a supervisor")).name == "by a supervisor"


async def test_a_forgotten_team_lets_all_go_and_its_number_is_not_used_again(house: House) -> None:
    team = await house.office.add_team("one")
    other = await house.office.add_team("other")
    for n in range(BATCH + 3):
        await house.arrive(house.mail(sender=f"c{n}@client.test"))
    ids = tuple(row[0] for row in await house.all("SELECT id FROM conversation"))
    await house.office.submit(c.Many(c.SetTeam(0, team.id), ids))
    await house.office.submit(c.SetTeam(1, other.id))
    await house.office.submit(c.Close(2))
    assert await house.office.remove_team(team.id) == BATCH + 2
    assert await house.all("SELECT id, team_id FROM conversation WHERE team_id IS NOT NULL") == [(1, other.id)]
    assert await house.all("SELECT scope, n FROM counter WHERE view = 'team'") == [(other.id, 1)]
    # It is in the journal as one command of the one who did it.
    rows = await house.all(
        "SELECT count(*), count(DISTINCT command_id), min(actor_id) FROM journal WHERE kind = 'team_changed'"
        " AND data = ?", (f'{{"from_id":{team.id}}}',),
    )  # fmt: skip
    assert rows == [(BATCH + 2, 1, house.anna.id)]
    assert (await house.office.add_team("one")).id > other.id


async def test_undo_brings_no_forgotten_team_back(house: House) -> None:
    await house.arrive(house.mail())
    first, second = await house.office.add_team("first"), await house.office.add_team("second")
    await house.office.submit(c.SetTeam(1, first.id))
    await house.office.submit(c.SetTeam(1, second.id))
    await house.office.remove_team(first.id)
    answer = await house.office.submit(c.Undo())
    assert isinstance(answer, Done), answer
    assert await house.one("SELECT team_id FROM conversation") == (None,)


async def test_two_who_forget_one_team_at_once_do_it_once(house: House) -> None:
    team = await house.office.add_team("one")
    await house.arrive(house.mail())
    await house.office.submit(c.SetTeam(1, team.id))
    done = await asyncio.gather(*(house.office.remove_team(team.id) for _ in range(2)), return_exceptions=True)
    assert await house.office.teams() == ()
    assert sum(isinstance(one, OfficeError) and one.code == "not_found" for one in done) == 1


async def test_a_tag_keeps_its_conversations_under_another_name(house: House) -> None:
    await house.arrive(house.mail())
    answer = await house.office.submit(c.SetTags(1, ("Возврат", "vip")))
    assert isinstance(answer, Done)
    assert await house.office.tags() == (Tag(2, "vip"), Tag(1, "Возврат"))
    assert await house.office.rename_tag(1, "Refund") == Tag(1, "Refund")
    assert await house.one("SELECT tag_ids FROM conversation") == (",1,2,",)
    assert (await house.office.names()).tags == {"Refund", "vip"}
    # Another case is another name of the same tag; that of another tag is taken.
    assert await house.office.rename_tag(1, "REFUND") == Tag(1, "REFUND")
    assert await refused(house.office.rename_tag(1, "VIP")) == "tag_exists"
    assert await refused(house.office.rename_tag(9, "x")) == "not_found"
    for name in ("", "none", "любой", "a,b", "x" * 41):
        assert await refused(house.office.rename_tag(1, name)) == "bad_name"
    assert await refused(house.as_(house.boris).rename_tag(1, "x")) == "permission"
    again = await house.office.submit(c.SetTags(1, ("refund",)))
    assert isinstance(again, Done)
    assert again.count == 0

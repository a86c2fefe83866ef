"""Teams and their members."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from deskterm.desk.model import Team
from deskterm.desk.naming import MAX_NAME, folded, sound_name
from deskterm.store import sla_book
from deskterm.store.engine import StoreError
from deskterm.store.reader import Look
from deskterm.store.times import to_ms
from deskterm.store.writer import Transaction

_SHOWN = "spam = 0 AND merged_into_id IS NULL"
_FROM = "SELECT id FROM conversation INDEXED BY"
OF_TEAM = " UNION ALL ".join(
    (
        f"{_FROM} ix_list_team WHERE status = 'open' AND {_SHOWN} AND team_id = :team",
        f"{_FROM} ix_closed_team WHERE status = 'closed' AND {_SHOWN} AND team_id = :team",
        f"{_FROM} ix_list_snoozed WHERE status = 'snoozed' AND {_SHOWN} AND team_id = :team",
        f"{_FROM} ix_list_spam WHERE spam = 1 AND merged_into_id IS NULL AND team_id = :team",
        f"{_FROM} ix_conversation_merged WHERE merged_into_id IS NOT NULL AND team_id = :team",
    )
)
"""The conversations of a team, in whatever state, without looking at all others."""


async def load(look: Look) -> tuple[Team, ...]:
    """Read all teams, by name."""
    members: dict[int, set[int]] = {}
    for team_id, operator_id in await look.all("SELECT team_id, operator_id FROM team_member"):
        members.setdefault(team_id, set()).add(operator_id)
    rows = await look.all("SELECT id, name FROM team ORDER BY folded")
    return tuple(Team(team_id, name, frozenset(members.get(team_id, ()))) for team_id, name in rows)


def add(tx: Transaction, name: str, now: datetime) -> Team:
    """Make a team. Its id is never used again: the journal names it. Raises StoreError: bad_name, team_exists."""
    kept = sound_name(name, "team")
    if kept is None:
        raise StoreError(
            "bad_name", "this cannot be the name of a team", f"use 1 to {MAX_NAME} characters, and no word of the filter"
        )
    if tx.one("SELECT 1 FROM team WHERE folded = ?", (folded(kept),)):
        raise StoreError("team_exists", f"there is a team {kept} already", "choose another name")
    row = tx.run(
        "INSERT INTO sequence (name, next) VALUES ('team', 2) ON CONFLICT (name) DO UPDATE SET next = next + 1"
        " RETURNING next - 1"
    ).fetchone()
    tx.run("INSERT INTO team (id, name, folded, created_at) VALUES (?,?,?,?)", (row[0], kept, folded(kept), to_ms(now)))
    sla_book.names_changed(tx)
    return Team(int(row[0]), kept)


def set_members(tx: Transaction, team_id: int, operator_ids: Iterable[int]) -> None:
    """Have exactly these operators in a team. Raises StoreError: not_found."""
    see(tx, team_id)
    tx.run("DELETE FROM team_member WHERE team_id = ?", (team_id,))
    known = {row[0] for row in tx.all("SELECT id FROM operator WHERE disabled = 0")}
    wanted = sorted(set(operator_ids))
    if not known.issuperset(wanted):
        raise StoreError("unknown_operator", "nobody here has this id", "see: deskterm operator list")
    tx.run_many("INSERT INTO team_member (team_id, operator_id) VALUES (?,?)", [(team_id, one) for one in wanted])


def see(tx: Transaction, team_id: int) -> None:
    """See that a team exists. Raises StoreError: not_found."""
    if tx.one("SELECT 1 FROM team WHERE id = ?", (team_id,)) is None:
        raise StoreError("not_found", "there is no such team", "see: deskterm team list")


def remove(tx: Transaction, team_id: int) -> bool:
    """Forget a team; returns False where a conversation is still in it. Raises StoreError: not_found."""
    see(tx, team_id)
    if tx.one(f"{OF_TEAM} LIMIT 1", {"team": team_id}) is not None:
        return False
    tx.run("DELETE FROM team_member WHERE team_id = ?", (team_id,))
    tx.run("DELETE FROM counter WHERE view = 'team' AND scope = ?", (team_id,))
    tx.run("DELETE FROM team WHERE id = ?", (team_id,))
    return True

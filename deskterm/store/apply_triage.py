"""Facts of triage that say more than what a conversation is: into their tables."""

from __future__ import annotations

from deskterm.desk import facts as f
from deskterm.desk.query import folded
from deskterm.store.applied import Applied, Handlers


def _tag_added(run: Applied, fact: f.TagAdded) -> None:
    run.tx.run(
        "INSERT INTO tag (id, name, folded, created_at) VALUES (?,?,?,?)",
        (fact.tag_id, fact.name, folded(fact.name), run.now_ms),
    )


def _identity_blocked(run: Applied, fact: f.IdentityBlocked) -> None:
    run.tx.run("UPDATE identity SET blocked = ? WHERE id = ?", (int(fact.blocked), fact.identity_id))


HANDLERS: Handlers = {f.TagAdded: _tag_added, f.IdentityBlocked: _identity_blocked}

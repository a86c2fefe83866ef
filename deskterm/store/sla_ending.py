"""SLA clocks of a conversation whose customer is gone."""

from __future__ import annotations

from dataclasses import replace

from deskterm.desk import facts as f
from deskterm.desk import facts_time as ft
from deskterm.desk.sla import end
from deskterm.store import sla_book, sla_clocks
from deskterm.store.applied import Applied
from deskterm.store.times import from_ms, to_ms


def dropped(run: Applied, conversation_id: int) -> list[f.Fact]:
    """End the clocks of a conversation as nobody's wait, and have it wait for nothing; returns the facts of it, none of
    which is a miss. The policy that held stays with what it was."""
    promised = sla_book.current(run.tx)
    now = to_ms(run.now)
    ended = []
    for clock in sla_clocks.live(run.tx, [conversation_id])[conversation_id]:
        terms = replace(sla_clocks.terms_under(promised, clock), target_ms=clock.target_ms)
        ended.append(end(clock, now, terms, dropped=True, judged=False))
    sla_clocks.save(run.tx, [(conversation_id, clock) for clock in ended])
    state = run.after[conversation_id]
    if state.sla_policy:
        run.after[conversation_id] = replace(state, sla_due_at=None, left_ms=None, soon=False, late=False, alarm_at=None)
    return [
        ft.SlaEnded(
            conversation_id=conversation_id,
            metric=clock.metric,
            started_at=from_ms(clock.started_at),
            at=run.now,
            outcome=clock.outcome,
            spent_ms=clock.spent_ms,
            due_at=from_ms(clock.due_at),
        )
        for clock in ended
    ]

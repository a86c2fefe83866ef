"""SLA clocks in the store: they follow what happens to their conversations. See `desk.sla_follow`.

With an empty book nothing is kept and one small read is made. With any policy every conversation that is not closed has its
clocks, also where nothing is promised, so that a policy that comes later knows the past.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from deskterm.desk import facts as f
from deskterm.desk import facts_time as ft
from deskterm.desk.model import Conversation, Status
from deskterm.desk.sla import MISS_STAGE, REPLIES, Clock, stored
from deskterm.desk.sla_book import Metric
from deskterm.desk.sla_follow import ByMetric, Change, ended_by, missed_by, replaced_by
from deskterm.desk.sla_follow import followed as clocks_after
from deskterm.desk.sla_terms import NOTHING, Terms
from deskterm.desk.urgency import allowed_until
from deskterm.store import conversations, sla_book, sla_clocks, sla_policy
from deskterm.store.applied import Applied
from deskterm.store.sla_book import Promised
from deskterm.store.times import from_ms, to_ms
from deskterm.store.writer import Transaction

_LOOKED_AT = (
    "status",
    "spam",
    "merged_into_id",
    "waiting_since",
    "tags",
    "priority",
    "team_id",
    "customer_id",
    "assignee_id",
    "closed_at",
    "late",
)
"""What of a conversation its clocks, or the choice of its policy, may depend on."""
_TIMED = (f.MessageReceived, f.ReplyQueued, f.ContactLogged, f.ConversationClosed, f.ConversationSnoozed, f.SnoozeEnded)
"""Facts whose own time is when the clocks have to know of them; of all others that is now."""
_RUNG = (ft.SlaWarned, ft.SlaMissed, ft.SlaEscalated)
FEW = 20
"""Conversations of one customer that follow a change of the card at once; where there are more, the clock does it."""


def follow(run: Applied, facts: Sequence[f.Fact]) -> list[f.Fact]:
    """Have the clocks follow what facts did, before the rows of conversations are written; returns what that made happen. Rows
    of all else are written by now."""
    promised = sla_book.current(run.tx)
    if not promised and not any(state.sla_policy for state in run.after.values()):
        return []
    touched = _touched(run, facts)
    if promised:
        touched |= _of_customers(run, promised, facts)
    if not touched:
        return []
    if promised.fields & {"company", "customer"}:
        _write_owners(run, touched)
    opened = {one: run.after[one] for one in touched if one not in run.before}
    made = followed(run.tx, promised, run.before, run.after, touched, facts, run.now)
    run.rows.update((one, row) for one, row in opened.items() if run.after[one] != row)
    return made


def _write_owners(run: Applied, touched: set[int]) -> None:
    """Write whose conversations these are now: a policy may find a customer's by their rows."""
    for one in touched & run.before.keys():
        if run.before[one].customer_id != run.after[one].customer_id:
            conversations.update(run.tx, run.before[one], run.after[one], None)
            run.rows[one] = run.after[one]


def _touched(run: Applied, facts: Sequence[f.Fact]) -> set[int]:
    """Return the conversations of which something changed that clocks look at."""
    touched = {fact.conversation_id for fact in facts if isinstance(fact, _RUNG)}
    for conversation_id, after in run.after.items():
        before = run.before.get(conversation_id)
        if before is after:
            continue
        if before is None or any(getattr(before, name) != getattr(after, name) for name in _LOOKED_AT):
            touched.add(conversation_id)
    return touched


def _of_customers(run: Applied, promised: Promised, facts: Sequence[f.Fact]) -> set[int]:
    """Return the conversations of customers whose cards changed, where a policy goes by that."""
    if promised.fields.isdisjoint({"segment", "company", "customer"}):
        return set()
    changed: set[int] = set()
    for fact in facts:
        if isinstance(fact, f.CompanyChanged) and not fact.made:
            sla_book.apply_again(run.tx)
        elif isinstance(fact, f.CustomersMerged | f.CustomerParted):
            changed |= {fact.customer_id, fact.from_id if isinstance(fact, f.CustomersMerged) else fact.customer_id}
        elif isinstance(fact, f.CustomerChanged | f.CustomerErased | f.IdentityAdded | f.IdentityRemoved | f.ClaimMade):
            customer_id = getattr(fact, "customer_id", None)
            changed |= {customer_id} if customer_id is not None else set()
    found: set[int] = set()
    for customer_id in changed:
        rows = run.tx.all(
            f"SELECT {conversations.COLUMNS} FROM conversation INDEXED BY ix_conversation_customer WHERE customer_id = ?"
            f" AND status <> 'closed' AND merged_into_id IS NULL LIMIT {FEW + 1}",
            (customer_id,),
        )
        if len(rows) > FEW:
            sla_book.apply_again(run.tx)
            continue
        for state in map(conversations.from_row, rows):
            run.before.setdefault(state.id, state)
            run.after.setdefault(state.id, state)
            found.add(state.id)
    return found


def followed(
    tx: Transaction,
    promised: Promised,
    before: Mapping[int, Conversation],
    after: dict[int, Conversation],
    touched: Iterable[int],
    facts: Sequence[f.Fact],
    now: datetime,
    *,
    anew: bool = False,
) -> list[f.Fact]:
    """Have the clocks of these conversations follow, and write them; `after` is brought up to what they come to, for the caller
    to write. `anew`: the book has changed. Returns what happened by that."""
    states = {one: after[one] for one in sorted(touched)}
    work = _Work(tx, promised, before, states, facts, now, anew=anew)
    made: list[f.Fact] = []
    for one, state in states.items():
        come_to, told = work.conversation(before.get(one), state)
        if come_to != state:
            after[one] = come_to
        made += told
    sla_clocks.replaced(tx, work.replaced)
    sla_clocks.save(tx, work.changed)
    return made


class _Work:
    """One transaction's conversations with their clocks and what holds for them."""

    def __init__(
        self,
        tx: Transaction,
        promised: Promised,
        before: Mapping[int, Conversation],
        states: Mapping[int, Conversation],
        facts: Sequence[f.Fact],
        now: datetime,
        *,
        anew: bool,
    ) -> None:
        self.tx = tx
        self.promised = promised
        self.now = now
        self.facts = facts
        self.anew = anew
        self.clocks = self._loaded(before, states)
        """The clocks as they were before this transaction, also of two conversations that become one: those that are live, and
        of those that have ended what may come back."""
        self.changed: list[tuple[int, Clock]] = []
        self.replaced: list[tuple[int, Clock]] = []
        self._chosen = sla_policy.choose(tx, promised, states.values())

    def _loaded(self, before: Mapping[int, Conversation], states: Mapping[int, Conversation]) -> dict[int, tuple[Clock, ...]]:
        live = sla_clocks.live(self.tx, states)
        waits = [
            (one, to_ms(state.waiting_since)) for one, state in states.items() if one in before and _begins(state, live[one])
        ]
        found = sla_clocks.behind(self.tx, waits) if waits else {}
        moved = {
            one
            for fact in self.facts
            if isinstance(fact, f.ConversationMerged | f.ConversationParted | f.MessagesMoved)
            for one in (fact.conversation_id, fact.into_id if isinstance(fact, f.ConversationMerged) else fact.from_id)
        }
        for one, clocks in (sla_clocks.work_of(self.tx, moved) if moved else {}).items():
            found[one] = [*found.get(one, ()), *(clock for clock in clocks if clock not in found.get(one, ()))]
        return {one: (*live.get(one, ()), *found.get(one, ())) for one in live.keys() | found.keys()}

    def conversation(self, before: Conversation | None, after: Conversation) -> tuple[Conversation, list[f.Fact]]:
        """Return a conversation with what its clocks come to, and what happened by that."""
        clocks = self.clocks[after.id]
        if not clocks and after.status is Status.CLOSED:
            return _with_stored(after, {}, (), self.now, after.sla_policy), []
        chosen = self._chosen[after.id]
        was = _under(self.promised, clocks)
        change = self._change(before, after, clocks)
        terms = chosen.terms()
        if not self.promised:
            change, terms = replace(change, after=replace(after, spam=True)), dict.fromkeys(Metric, NOTHING)
        kept = clocks_after(clocks, change, was, terms)
        known = set(clocks)
        self.changed += [(after.id, clock) for clock in kept if clock not in known]
        self.replaced += [(after.id, clock) for clock in replaced_by(clocks, kept)]
        told: list[f.Fact] = []
        if chosen.key != after.sla_policy:
            told.append(ft.SlaChosen(conversation_id=after.id, policy=chosen.key, was=after.sla_policy))
        told += self._happened(after.id, clocks, kept)
        state = _with_stored(after, terms, kept, self.now, chosen.key)
        if state.late and not after.late:
            told.append(f.LateMarked(conversation_id=after.id, at=state.sla_due_at or self.now))
        return state, told

    def _change(self, before: Conversation | None, after: Conversation, clocks: tuple[Clock, ...]) -> Change:
        mine = [fact for fact in self.facts if getattr(fact, "conversation_id", None) == after.id]
        since = to_ms(after.waiting_since)
        merged = [fact for fact in self.facts if isinstance(fact, f.ConversationMerged) and fact.into_id == after.id]
        left = [
            fact for fact in self.facts if isinstance(fact, f.ConversationParted | f.MessagesMoved) and fact.from_id == after.id
        ]
        joined = tuple(clock for fact in merged for clock in self.clocks.get(fact.conversation_id, ()))
        return Change(
            after=after,
            at=_at(mine, self.now),
            waits_since=since,
            before=before,
            answered=any(isinstance(fact, f.ReplyQueued) or _talked(fact) for fact in mine),
            by_customer=any(isinstance(fact, f.ConversationReopened) and fact.how == "customer" for fact in mine),
            first=self._is_first(before, after, clocks),
            cycle_at=None if any(clock.metric is Metric.RESOLUTION for clock in clocks) else self._cycle_at(after, mine),
            joined=joined,
            joined_under=_under(self.promised, joined),
            parted=tuple(clock for fact in left for clock in self.clocks.get(fact.conversation_id, ())),
            anew=self.anew,
            now=to_ms(self.now),
        )

    def _is_first(self, before: Conversation | None, after: Conversation, clocks: tuple[Clock, ...]) -> bool:
        """Whether nobody was answered in it before its clocks began: a book may come to a desk that is years old."""
        if before is None or after.waiting_since is None or any(clock.metric in REPLIES for clock in clocks):
            return True
        row = self.tx.one(
            "SELECT 1 FROM message o WHERE o.conversation_id = ? AND o.kind = 'outgoing' AND o.at < ? AND o.at >="
            " (SELECT min(i.at) FROM message i WHERE i.conversation_id = o.conversation_id AND i.kind = 'incoming'"
            " AND i.origin = 'human') LIMIT 1",
            (after.id, to_ms(after.waiting_since)),
        )
        return row is None

    def _cycle_at(self, after: Conversation, mine: Sequence[f.Fact]) -> int | None:
        """Return from when work on a conversation is promised that has no clock of it yet."""
        if any(isinstance(fact, f.ConversationOpened) and fact.split_from_id is not None for fact in mine):
            return to_ms(after.opened_at)
        if any(isinstance(fact, f.ConversationReopened | f.ConversationRestored) for fact in mine):
            return to_ms(self.now)
        if any(isinstance(fact, f.ConversationOpened) for fact in mine):
            return None
        row = self.tx.one(
            "SELECT kind = 'incoming', at FROM message WHERE conversation_id = ? AND (kind = 'outgoing' OR kind = 'incoming'"
            " AND origin = 'human') ORDER BY at, id LIMIT 1",
            (after.id,),
        )
        if row is None or not row[0]:
            return None
        return min(int(row[1]), to_ms(after.opened_at))

    def _happened(self, conversation_id: int, before: tuple[Clock, ...], after: tuple[Clock, ...]) -> list[f.Fact]:
        told: list[f.Fact] = []
        for clock in missed_by(before, after):
            missed = clock.missed_at
            if missed is None:
                continue
            due = (clock.due_at or missed) if clock.missed_by_terms else missed
            if sla_clocks.rung(self.tx, conversation_id, clock, due, MISS_STAGE, missed, to_ms(self.now)):
                told.append(
                    ft.SlaMissed(
                        conversation_id=conversation_id,
                        metric=clock.metric,
                        started_at=from_ms(clock.started_at),
                        due_at=from_ms(due),
                        stage=MISS_STAGE,
                        at=from_ms(missed),
                    )
                )
        for clock in ended_by(before, after):
            if clock.ended_at is not None:
                told.append(
                    ft.SlaEnded(
                        conversation_id=conversation_id,
                        metric=clock.metric,
                        started_at=from_ms(clock.started_at),
                        at=from_ms(clock.ended_at),
                        outcome=clock.outcome,
                        spent_ms=clock.spent_ms,
                        due_at=from_ms(clock.due_at),
                    )
                )
        return told


def _begins(state: Conversation, live: Iterable[Clock]) -> bool:
    """Whether a wait or the work on a conversation begins, or comes back: then clocks that have ended matter."""
    if state.status is Status.CLOSED or state.spam or state.merged_into_id is not None:
        return False
    since = to_ms(state.waiting_since)
    waits = since is None or any(clock.metric in REPLIES and clock.started_at == since for clock in live)
    return not waits or not any(clock.metric is Metric.RESOLUTION for clock in live)


def _talked(fact: Any) -> bool:
    return isinstance(fact, f.ContactLogged) and fact.talked


def _at(mine: Sequence[f.Fact], now: datetime) -> int:
    """Return when what these facts tell happened: the latest of those that have a time of their own, never after now."""
    times = [fact.at for fact in mine if isinstance(fact, _TIMED)]
    others = any(isinstance(fact, f.WaitEnded | f.SpamMarked | f.ConversationRestored) for fact in mine)
    return to_ms(now) if others or not times else to_ms(min(now, max(times)))


def _under(promised: Promised, clocks: Iterable[Clock]) -> ByMetric:
    """Return the terms that the live clocks of a conversation are under."""
    found: dict[Metric, Terms] = dict.fromkeys(Metric, NOTHING)
    for clock in clocks:
        if clock.live:
            terms = sla_clocks.terms_under(promised, clock)
            found[clock.metric] = replace(terms, target_ms=clock.target_ms)
    return found


def _with_stored(state: Conversation, terms: ByMetric, clocks: Iterable[Clock], now: datetime, policy: str) -> Conversation:
    """Return a conversation with what its clocks come to. Only what is open is late, or nearly so: what is snoozed stands where
    it will be seen when it is back."""
    come_to = stored(clocks, terms, to_ms(now))
    is_open = state.status is Status.OPEN and not state.spam
    return replace(
        state,
        sla_policy=policy,
        sla_due_at=from_ms(come_to.due_at) if policy else None,
        left_ms=come_to.left_ms,
        soon=come_to.soon and is_open,
        late=(come_to.late and is_open) if policy else state.late and _allowance_over(state, now),
        alarm_at=from_ms(come_to.alarm_at) if policy else None,
    )


def _allowance_over(state: Conversation, now: datetime) -> bool:
    allowed = allowed_until(state)
    return allowed is not None and allowed <= now

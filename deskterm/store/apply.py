"""From facts to tables: one transaction's facts change the rows, the counters, the outbox, and are appended to the journal."""

from __future__ import annotations

from datetime import datetime

from deskterm.desk import facts as f
from deskterm.desk import facts_time as ft
from deskterm.desk.model import Actor, ActorKind, Conversation, Fresh
from deskterm.store import (
    apply_customer,
    apply_delivery,
    apply_history,
    apply_merging,
    apply_messages,
    apply_people,
    apply_reminders,
    apply_tasks,
    apply_triage,
    conversations,
    duplicates,
    journal,
    notices,
    promises,
    same_matter,
    search_index,
    sla,
)
from deskterm.store.applied import Applied, Files, Handlers
from deskterm.store.times import to_ms
from deskterm.store.writer import Transaction

_HANDLERS: Handlers = {
    **apply_people.HANDLERS,
    **apply_messages.HANDLERS,
    **apply_delivery.HANDLERS,
    **apply_history.HANDLERS,
    **apply_triage.HANDLERS,
    **apply_customer.HANDLERS,
    **apply_merging.HANDLERS,
    **apply_tasks.HANDLERS,
    **apply_reminders.HANDLERS,
}
"""Facts that are not here change the conversation alone, whose state says it all."""


def apply(
    tx: Transaction,
    facts: list[f.Fact],
    states: dict[int, Conversation],
    fresh: Fresh,
    *,
    command_id: int,
    actor: Actor,
    now: datetime,
    files: Files | None = None,
    undoable: bool = False,
) -> None:
    """Write the facts of one command, in order. `states` are the conversations they may change, as they were loaded;
    `undoable` has the journal keep what undoing needs."""
    operator_id = actor.id if actor.kind is ActorKind.OPERATOR else None
    run = Applied(tx, states, now, files or {}, noting=undoable, operator_id=operator_id)
    for place, fact in enumerate(facts):
        run.evolve(fact, place)
    for fact in facts:
        write = _HANDLERS.get(type(fact))
        if write is not None:
            write(run, fact)
    for customer_id in sorted(run.told_anew):
        search_index.customer_written(tx, customer_id)
    timed = sla.follow(run, facts)
    _write(run)
    _bump(tx, facts, fresh)
    found = duplicates.looked_up(tx, facts)
    for likely in found:
        apply_customer.duplicate_found(run, likely)
    suggestions = same_matter.suggested(tx, facts)
    for suggestion in suggestions:
        apply_merging.related_noted(run, suggestion)
    facts = [*facts, *found, *suggestions, *promises.follow(run, facts), *timed]
    journal.write(tx, facts, command_id=command_id, actor=actor, now_ms=to_ms(now), changes=run.changes)
    notices.tell(run, facts, actor)


def _write(run: Applied) -> None:
    """Write the rows of conversations, each as it is in the end. New ones were written by what opened them."""
    for conversation_id, after in run.after.items():
        before = run.rows.get(conversation_id, run.before.get(conversation_id))
        if before is not None and (before is not after or conversation_id in run.said):
            conversations.update(run.tx, before, after, run.said.get(conversation_id))


def _bump(tx: Transaction, facts: list[f.Fact], fresh: Fresh) -> None:
    """Move the sequences past the ids that these facts used."""
    used = {"conversation": 0, "message": 0, "customer": 0, "identity": 0, "tag": 0, "company": 0, "customer_note": 0}
    used |= {"task": 0, "reminder": 0, "promise": 0}
    for fact in facts:
        if isinstance(fact, f.ConversationOpened):
            used["conversation"] += 1
        elif isinstance(fact, f.CustomerAdded):
            used["customer"] += 1
        elif isinstance(fact, f.IdentityAdded) and fact.identity_id >= fresh.identity:
            used["identity"] += 1
        elif isinstance(fact, f.TagAdded):
            used["tag"] += 1
        elif isinstance(fact, f.CompanyChanged):
            used["company"] += fact.made
        elif isinstance(fact, f.CustomerNoteWritten):
            used["customer_note"] += fact.made
        elif isinstance(fact, ft.TaskAdded):
            used["task"] += 1
        elif isinstance(fact, ft.ReminderSet):
            used["reminder"] += 1
        elif isinstance(fact, ft.PromiseMade):
            used["promise"] += 1
        elif type(fact) in f.MESSAGE_KINDS:
            used["message"] += 1
    changes = [(count, name) for name, count in used.items() if count]
    if used["conversation"]:
        changes.append((used["conversation"], "number"))
    if changes:
        tx.run_many("UPDATE sequence SET next = next + ? WHERE name = ?", changes)

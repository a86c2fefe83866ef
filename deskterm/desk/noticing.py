"""Who is told of what: the rules by which facts become notices. Pure; kinds and ways stand in `desk.notice_kinds`.

Nobody is told of what they did themselves, nor twice of one thing: every notice has a key that is the only one of its kind for
its operator, and of one missed promise or task each hears in one way, the most telling. What happened while the desk was closed
is told as a digest (`Told.missed`); while it is open also an old true time is told at once: a change brought it about.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from deskterm.desk import facts as f
from deskterm.desk import facts_time as ft
from deskterm.desk import noticing_late as late
from deskterm.desk.mentions import mentioned
from deskterm.desk.model import Actor, ActorKind, Conversation
from deskterm.desk.notice_kinds import NoticeKind
from deskterm.desk.notice_people import People
from deskterm.desk.notice_values import Gathered, Run, Scene, TaskOf, Told, ms

_ALWAYS = (
    f.Assigned,
    f.LateMarked,
    f.ConversationRestored,
    ft.SlaWarned,
    ft.SlaMissed,
    ft.SlaEscalated,
    ft.TaskAdded,
    ft.TaskChanged,
    ft.TaskOverdue,
    ft.ReminderMoved,
)


def concerns(fact: f.Fact, states: Mapping[int, Conversation]) -> bool:
    """Whether a fact may be somebody's matter at all: asked of every fact, so that the others cost nothing."""
    if isinstance(fact, f.MessageReceived):
        return fact.waits and not fact.history and states[fact.conversation_id].assignee_id is not None
    if isinstance(fact, f.NoteAdded):
        return "@" in fact.text
    return isinstance(fact, _ALWAYS)


def wanted(facts: Sequence[f.Fact], scene: Scene, people: People, actor: Actor, now: datetime) -> list[Told]:
    """Return the notices that facts make, in their order."""
    doer = actor.id if actor.kind is ActorKind.OPERATOR else None
    run = Run(scene, people, doer, now, _first_holders(facts, scene))
    run.clocked = {fact.conversation_id for fact in facts if isinstance(fact, ft.SlaMissed)}
    told: list[Told] = []
    for fact in facts:
        rule = _RULES.get(type(fact))
        if rule is not None:
            told += rule(run, fact)
        if isinstance(fact, f.Assigned):
            run.holders[fact.conversation_id] = fact.to_id
    at_work = set(people.known(one.operator_id for one in told))
    ours = (one for one in told if one.operator_id in at_work and one.operator_id != doer)
    slept = scene.slept
    return [replace(one, missed=slept is not None and slept.through(one.at)) for one in _each_once(ours)]


def _first_holders(facts: Sequence[f.Fact], scene: Scene) -> dict[int, int | None]:
    """Return whose each conversation was before the facts: a missed promise is that one's, also where it was given away for
    it."""
    holders = {conversation.id: conversation.assignee_id for conversation in scene.states.values()}
    for fact in reversed(facts):
        if isinstance(fact, f.Assigned):
            holders[fact.conversation_id] = fact.from_id
    return holders


def late_again(facts: Sequence[f.Fact], scene: Scene) -> list[Conversation]:
    """Return the conversations under a policy that became late without a clock's ringing: a reply that had ended the wait was
    taken back or did not arrive, a conversation was opened again."""
    clocked = {fact.conversation_id for fact in facts if isinstance(fact, ft.SlaMissed)}
    late_ids = {fact.conversation_id for fact in facts if isinstance(fact, f.LateMarked)} - clocked
    states = (scene.states.get(one) for one in sorted(late_ids))
    return [state for state in states if state is not None and state.sla_policy]


_TELLING = (NoticeKind.ESCALATED, NoticeKind.SLA_LATE, NoticeKind.OVERDUE, NoticeKind.MISSED, NoticeKind.SLA_SOON)
"""Of several notices about one thing each person gets the one that stands first here."""


def _each_once(told: Iterable[Told]) -> list[Told]:
    kept: dict[tuple[int, str], Told] = {}
    for one in told:
        about = f"{one.key}:{one.conversation_id}:{one.task_id}" if one.gathered is Gathered.COUNTED else one.key
        place = (one.operator_id, one.subject or about)
        other = kept.get(place)
        if other is None or (one.subject and _TELLING.index(one.kind) < _TELLING.index(other.kind)):
            kept[place] = one
    return list(kept.values())


def _assigned(run: Run, fact: f.Assigned) -> Iterator[Told]:
    if fact.to_id is not None:
        yield _given(run, fact.conversation_id, fact.to_id)


def _given(run: Run, conversation_id: int, operator_id: int) -> Told:
    return Told(
        operator_id=operator_id,
        kind=NoticeKind.ASSIGNED,
        key=f"assigned:{run.scene.command_id}",
        at=run.now,
        conversation_id=conversation_id,
        data=run.by(),
        gathered=Gathered.COUNTED,
    )


def _restored(run: Run, fact: f.ConversationRestored) -> Iterator[Told]:
    """Undo and redo give conversations back to people, too."""
    operator_id = dict(fact.values).get("assignee_id")
    if operator_id is not None:
        yield _given(run, fact.conversation_id, operator_id)


def _answered(run: Run, fact: f.MessageReceived) -> Iterator[Told]:
    holder = run.holders.get(fact.conversation_id)
    if holder is not None and fact.waits and not fact.history:
        yield Told(
            operator_id=holder,
            kind=NoticeKind.ANSWERED,
            key=f"answered:{fact.conversation_id}:{fact.message_id}",
            at=fact.at,
            conversation_id=fact.conversation_id,
            message_id=fact.message_id,
            gathered=Gathered.UNREAD,
        )


def _note(run: Run, fact: f.NoteAdded) -> Iterator[Told]:
    for person in sorted(mentioned(fact.text, run.people.names()) - {fact.operator_id}):
        yield Told(
            operator_id=person,
            kind=NoticeKind.MENTION,
            key=f"mention:{fact.message_id}",
            at=fact.at,
            conversation_id=fact.conversation_id,
            message_id=fact.message_id,
            data={"by": fact.operator_id},
        )


def _task_added(run: Run, fact: ft.TaskAdded) -> Iterator[Told]:
    task = run.scene.tasks.get(fact.task_id)
    if task is not None and task.assignee_id is not None:
        yield _task_given(run, fact.task_id, task, task.assignee_id)


def _task_changed(run: Run, fact: ft.TaskChanged) -> Iterator[Told]:
    task = run.scene.tasks.get(fact.task_id)
    if task is not None and fact.now.get("assignee_id") is not None:
        yield _task_given(run, fact.task_id, task, fact.now["assignee_id"])


def _task_given(run: Run, task_id: int, task: TaskOf, operator_id: int) -> Told:
    due = {} if task.due_at is None else {"due": ms(task.due_at)}
    return Told(
        operator_id=operator_id,
        kind=NoticeKind.TASK,
        key=f"task:{run.scene.command_id}",
        at=run.now,
        conversation_id=task.conversation_id,
        task_id=task_id,
        data={**run.by(), **due},
        gathered=Gathered.COUNTED,
    )


def _reminded(_run: Run, fact: ft.ReminderMoved) -> Iterator[Told]:
    if fact.state == "due":
        yield Told(
            operator_id=fact.operator_id,
            kind=NoticeKind.REMINDER,
            key=f"reminder:{fact.reminder_id}:{ms(fact.due)}",
            at=fact.due,
            conversation_id=fact.conversation_id,
            task_id=fact.task_id,
            reminder_id=fact.reminder_id,
            data={"due": ms(fact.due)},
        )


_RULES: dict[type[Any], Callable[[Run, Any], Iterator[Told]]] = {
    f.Assigned: _assigned,
    f.ConversationRestored: _restored,
    f.MessageReceived: _answered,
    f.NoteAdded: _note,
    f.LateMarked: late.late_marked,
    ft.SlaWarned: late.sla_warned,
    ft.SlaMissed: late.sla_missed,
    ft.SlaEscalated: late.escalated,
    ft.TaskAdded: _task_added,
    ft.TaskChanged: _task_changed,
    ft.TaskOverdue: late.overdue,
    ft.ReminderMoved: _reminded,
}
"""Kind of fact -> who is told of it."""

"""Who is told of what was not done in time: promises near and broken, escalations, overdue tasks. See `desk.noticing`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypeAlias

from deskterm.desk import facts as f
from deskterm.desk import facts_time as ft
from deskterm.desk.model import Role
from deskterm.desk.notice_kinds import NoticeKind
from deskterm.desk.notice_values import Run, TaskOf, Told, ms
from deskterm.desk.sla_book import Deed

_Alarm: TypeAlias = ft.SlaWarned | ft.SlaMissed | ft.SlaEscalated


def _of_clock(run: Run, fact: _Alarm, kind: NoticeKind, audience: Iterable[int], more: Mapping[str, Any]) -> Iterator[Told]:
    clock = f"{fact.conversation_id}:{fact.metric}:{ms(fact.started_at)}"
    for person in audience:
        yield Told(
            operator_id=person,
            kind=kind,
            key=f"{kind}:{clock}:{ms(fact.due_at)}:{fact.stage}",
            at=fact.at,
            conversation_id=fact.conversation_id,
            data={"metric": fact.metric.value, "due_at": ms(fact.due_at), **more},
            subject=f"clock:{clock}",
        )


def sla_warned(run: Run, fact: ft.SlaWarned) -> Iterator[Told]:
    """A promised time is near: told to whose matter it is."""
    yield from _of_clock(run, fact, NoticeKind.SLA_SOON, run.whose(fact.conversation_id), {"share": fact.share})


def sla_missed(run: Run, fact: ft.SlaMissed) -> Iterator[Told]:
    """A promise is broken: told to whose matter it is, and to the supervisor of who has it."""
    yield from _of_clock(run, fact, NoticeKind.SLA_LATE, run.whose(fact.conversation_id), {})
    holder, above = _above(run, fact.conversation_id)
    yield from _of_clock(run, fact, NoticeKind.MISSED, above, {"by": holder})


def _above(run: Run, conversation_id: int) -> tuple[int | None, tuple[int, ...]]:
    """Return who has a conversation, and who is told of what they miss; nobody where nobody has it: then all are told."""
    holder = run.holders.get(conversation_id)
    if not run.people.known([holder]):
        return None, ()
    return holder, run.people.supervisors(holder, run.team_of(conversation_id))


def late_marked(run: Run, fact: f.LateMarked) -> Iterator[Told]:
    """Without a policy the allowance is the promise. Under one its clocks are told of, whenever they miss their time."""
    state = run.scene.states.get(fact.conversation_id)
    if fact.conversation_id in run.clocked or (state is not None and state.sla_policy):
        return
    holder, above = _above(run, fact.conversation_id)
    audiences: tuple[tuple[NoticeKind, tuple[int, ...], dict[str, Any]], ...] = (
        (NoticeKind.SLA_LATE, run.whose(fact.conversation_id), {}),
        (NoticeKind.MISSED, above, {"by": holder}),
    )
    for kind, audience, more in audiences:
        for person in audience:
            yield Told(
                operator_id=person,
                kind=kind,
                key=f"{kind}:{fact.conversation_id}:{ms(fact.at)}",
                at=fact.at,
                conversation_id=fact.conversation_id,
                data={"due_at": ms(fact.at), **more},
                subject=f"late:{fact.conversation_id}:{ms(fact.at)}",
            )


def escalated(run: Run, fact: ft.SlaEscalated) -> Iterator[Told]:
    """A step that tells somebody; and one that would give the conversation to who works here no more: that must not be lost.
    What other steps change is told by facts of its own."""
    lost = fact.deed is Deed.ASSIGN and not fact.done and fact.to != "nobody" and not run.people.called(fact.to)
    if fact.deed is not Deed.NOTIFY and not lost:
        return
    to = fact.to if fact.deed is Deed.NOTIFY else "supervisor"
    audience = _named(run, fact.conversation_id, to) or run.people.having(Role.OWNER)
    more = {"deed": fact.deed.value, "to": fact.to, "done": not lost}
    yield from _of_clock(run, fact, NoticeKind.ESCALATED, audience, more)


def _named(run: Run, conversation_id: int, to: str) -> tuple[int, ...]:
    team_id = run.team_of(conversation_id)
    match to:
        case "assignee":
            return run.whose(conversation_id)
        case "team":
            return run.people.of_queue(team_id)
        case "supervisor":
            return run.people.supervisors(run.holders.get(conversation_id), team_id)
        case "owner":
            return run.people.having(Role.OWNER)
    return run.people.called(to)


def overdue(run: Run, fact: ft.TaskOverdue) -> Iterator[Told]:
    """A task is overdue: told to whose it is, else to its team, else to who made it; and to the supervisor of who has it."""
    task = run.scene.tasks.get(fact.task_id, TaskOf())
    people = run.people
    own = people.known([task.assignee_id])
    team = people.of_queue(task.team_id) if task.team_id is not None else ()
    audience = own or team or people.known([task.created_by]) or people.of_queue(None)
    above = people.supervisors(task.assignee_id, task.team_id) if own else ()
    for kind, whom, more in ((NoticeKind.OVERDUE, audience, {}), (NoticeKind.MISSED, above, {"by": task.assignee_id})):
        for person in whom:
            yield Told(
                operator_id=person,
                kind=kind,
                key=f"{kind}:task:{fact.task_id}:{ms(fact.at)}",
                at=fact.at,
                conversation_id=fact.conversation_id,
                task_id=fact.task_id,
                data={"due": ms(fact.at), **more},
                subject=f"task:{fact.task_id}:{ms(fact.at)}",
            )

"""A person's command through the write door: judged by the rules, written as facts.

One about many things takes many short transactions under one command id; between them the door serves others, and whoever stops
it keeps what is done.
"""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any, Protocol, TypeVar

from deskterm.desk import commands as c
from deskterm.desk import facts as f
from deskterm.desk import facts_time as ft
from deskterm.desk.commands import Command, Done, Refused
from deskterm.desk.commands_customer import CustomerCommand
from deskterm.desk.commands_time import ManyReminders, ManyTasks, Remind, SettleReminder, TaskCommand
from deskterm.desk.decide import decide, forbidden
from deskterm.desk.model import Actor, ActorKind, Conversation, Operator
from deskterm.desk.undo import can_be_undone
from deskterm.store import (
    acting_reminders,
    acting_tasks,
    conversations,
    duplicates,
    parting,
    situations,
    situations_tasks,
    undoing,
)
from deskterm.store.apply import apply
from deskterm.store.rules import Rules
from deskterm.store.undoing import BATCH, FEW, Target, Undoing
from deskterm.store.writer import ENOUGH_S, Transaction

T = TypeVar("T")
Progress = Callable[[int, int], None]


class Write(Protocol):
    """Runs a transaction and returns what it returns, once that is on disk."""

    async def __call__(self, work: Callable[[Transaction], T], /) -> T:
        """Run `work`."""
        ...


@dataclass(frozen=True, slots=True)
class Desk:
    """Who acts, by which rules and at what time."""

    write: Write
    me: Operator
    rules: Rules
    now: Callable[[], datetime]


async def submit(desk: Desk, command: Command, progress: Progress | None = None) -> Done | Refused:
    """Carry out a command; `progress` hears of every transaction of one about many conversations."""
    if isinstance(command, c.Many | ManyTasks):
        return await _many(desk, command, progress)
    if isinstance(command, ManyReminders):
        return await _many_reminders(desk, command, progress)
    if isinstance(command, c.Undo):
        wanted = command.command_id
        return await _undo(desk, lambda tx: undoing.to_undo(tx, desk.me, wanted), progress)
    if isinstance(command, c.Redo):
        return await _undo(desk, lambda tx: undoing.to_redo(tx, desk.me), progress)
    now = desk.now()
    step = await desk.write(lambda tx: carry_out(tx, command, desk.me, desk.rules, now))
    while step.last_id:
        step = await desk.write(lambda tx, before=step: carry_out(tx, command, desk.me, desk.rules, now, before))  # type: ignore[misc]
    return step.answer


async def _to_its_end(work: Coroutine[Any, Any, T]) -> tuple[T, bool]:
    """Await a transaction to its end, which cannot be stopped any more, and say whether the command was stopped meanwhile: so
    that who stops it hears of all that was done."""
    task, stopped = asyncio.ensure_future(work), False
    while not task.done():
        try:
            await asyncio.wait({task})
        except asyncio.CancelledError:
            stopped = True
    return task.result(), stopped


async def _tell(progress: Progress | None, done: int, total: int, *, stopped: bool) -> None:
    """Say how far a command is, and stop it here where that is wanted: the next transaction has not begun."""
    if progress is not None:
        progress(done, total)
    if stopped:
        raise asyncio.CancelledError
    await asyncio.sleep(0)


# --- one command


@dataclass(frozen=True, slots=True)
class Step:
    """What one transaction of a command did. `last_id` is the last message it looked at: a bulk command goes on behind it;
    0 when there is nothing more."""

    answer: Done | Refused
    last_id: int = 0


def carry_out(tx: Transaction, command: Command, me: Operator, rules: Rules, now: datetime, before: Step | None = None) -> Step:
    """Carry out a command as an operator; a refusal has changed nothing. `before` is the step that a bulk command has just
    made: what follows is done under the same command id."""
    if isinstance(command, TaskCommand):
        situation, states = situations_tasks.of_command(tx, command, me, rules)
    else:
        situation, states = situations.of_command(tx, command, me, rules, after_id=before.last_id if before else 0)
    decided = decide(command, situation, now)
    if isinstance(decided, Refused):
        return Step(decided)
    full = situations.is_bulk(command) and len(situation.messages) == situations.BULK
    last_id = situation.messages[-1].message_id if full else 0
    done = before.answer if before is not None and isinstance(before.answer, Done) else Done(0, None, 0)
    if not decided:
        return Step(done, last_id)
    if isinstance(command, CustomerCommand):
        decided = [*decided, *duplicates.by_addresses(tx, decided, rules.card)]
    command_id = done.command_id or situations.next_command(tx)
    undoable = can_be_undone(command)
    parting.part_conversations(tx, command, me, rules, now, command_id, undoable=undoable)
    actor = Actor(ActorKind.OPERATOR, me.id)
    apply(tx, decided, states, situation.fresh, command_id=command_id, actor=actor, now=now, undoable=undoable)
    touched = {message_id for fact in decided if (message_id := getattr(fact, "message_id", None)) is not None}
    first = done.message_id if done.message_id is not None else min(touched, default=None)
    begun = next(filter(None, map(_begun, decided)), None)
    card = next((fact.customer_id for fact in decided if isinstance(fact, f.CustomerAdded)), None)
    reminder = next((fact.reminder_id for fact in decided if isinstance(fact, ft.ReminderSet)), None)
    task = next((fact.task_id for fact in decided if isinstance(fact, ft.TaskAdded | ft.TaskChanged)), None)
    count = done.count + max(1, len(touched))
    answer = Done(command_id, first, count, conversation_id=begun, customer_id=card, task_id=task, reminder_id=reminder)
    if undoable:
        undoing.remember(tx, command, answer, me, now, next(iter(states), None))
    return Step(answer, last_id)


def _begun(fact: f.Fact) -> int | None:
    """Return the conversation that a person's command began: a message to somebody first, a contact, a split."""
    if isinstance(fact, f.MessagesMoved | f.ContactLogged) or (isinstance(fact, f.ReplyQueued) and fact.begins):
        return fact.conversation_id
    return None


# --- many conversations, or tasks


async def _many(desk: Desk, command: c.Many | ManyTasks, progress: Progress | None) -> Done | Refused:
    refusal = forbidden(command.act, desk.me)
    if refusal is not None:
        return refusal
    ids = tuple(dict.fromkeys(command.conversation_ids if isinstance(command, c.Many) else command.task_ids))
    only = ids[0] if len(ids) == 1 else None
    refused: defaultdict[str, list[int]] = defaultdict(list)
    done = Done(0, None, 0)
    reached = 0
    while reached < len(ids):
        batch = _Batch(command, ids[reached : reached + BATCH], only, done)
        (done, codes, count), stopped = await _to_its_end(desk.write(partial(_carry_out_batch, desk=desk, batch=batch)))
        for code, conversation_id in codes:
            refused[code].append(conversation_id)
        reached += count
        await _tell(progress, reached, len(ids), stopped=stopped)
    kept = sorted(refused.items())
    return replace(
        done,
        refused=tuple((code, len(which)) for code, which in kept),
        refused_ids=tuple((code, tuple(which)) for code, which in kept),
    )


async def _many_reminders(desk: Desk, command: ManyReminders, progress: Progress | None) -> Done | Refused:
    """Set or acknowledge several reminders; refused only where nothing at all came of it."""
    done, first, total = Done(0, None, 0), None, len(command.acts)
    for start in range(0, total, FEW):
        acts = command.acts[start : start + FEW]
        work = partial(_some_reminders, desk=desk, command=command, acts=acts, before=done)
        (done, refused), stopped = await _to_its_end(desk.write(work))
        first = first or next(iter(refused), None)
        await _tell(progress, start + len(acts), total, stopped=stopped)
    return first if first is not None and not done.count else done


def _some_reminders(
    tx: Transaction, desk: Desk, command: ManyReminders, acts: Sequence[Remind | SettleReminder], before: Done
) -> tuple[Done, list[Refused]]:
    return acting_reminders.carry_out(tx, command, acts, desk.me, desk.rules, desk.now(), before)


@dataclass(frozen=True, slots=True)
class _Batch:
    """The conversations or tasks of one transaction; `only` is the only one of the whole command. `done` is what was done
    before."""

    command: c.Many | ManyTasks
    ids: Sequence[int]
    only: int | None
    done: Done


def _carry_out_batch(tx: Transaction, desk: Desk, batch: _Batch) -> tuple[Done, list[tuple[str, int]], int]:
    """Carry out an act on each of these, or on the first of them where that takes long; returns what is done by now, why which
    of these refused, and how many were looked at."""
    ends = time.perf_counter() + ENOUGH_S
    codes: list[tuple[str, int]] = []
    count = 0
    done = batch.done
    while count < len(batch.ids) and (not count or time.perf_counter() < ends):
        some = replace(batch, ids=batch.ids[count : count + FEW], done=done)
        done, refused = _carry_out_some(tx, desk, some)
        codes += refused
        count += len(some.ids)
    return done, codes, count


def _carry_out_some(tx: Transaction, desk: Desk, batch: _Batch) -> tuple[Done, list[tuple[str, int]]]:
    if isinstance(batch.command, ManyTasks):
        return acting_tasks.carry_out(tx, batch.command, batch.ids, desk.me, desk.rules, desk.now(), batch.done)
    act, now = batch.command.act, desk.now()
    around = situations.Around(tx, act, desk.me, desk.rules)
    fresh = around.fresh
    states: dict[int, Conversation] = {}
    facts: list[f.Fact] = []
    codes = []
    for conversation_id in batch.ids:
        conversation = conversations.load(tx, conversation_id)
        if conversation is not None and conversation.id in states:
            continue  # another that was merged into the same one
        decided = Refused("not_found") if conversation is None else decide(act, around.situation(conversation), now)
        if isinstance(decided, Refused):
            codes.append((decided.code, conversation_id))
        elif conversation is not None and decided:
            states[conversation.id] = conversation
            facts += decided
            around.learn(decided)
    if not facts:
        return batch.done, codes
    command_id = batch.done.command_id or situations.next_command(tx)
    done = Done(command_id, None, batch.done.count + len(states))
    undoable = can_be_undone(batch.command)
    actor = Actor(ActorKind.OPERATOR, desk.me.id)
    apply(tx, facts, states, fresh, command_id=command_id, actor=actor, now=now, undoable=undoable)
    if undoable:
        undoing.remember(tx, batch.command, done, desk.me, now, batch.only)
    return done, codes


# --- undo and redo


async def _undo(desk: Desk, choose: Callable[[Transaction], Target | Refused], progress: Progress | None) -> Done | Refused:
    def begin(tx: Transaction) -> Undoing | Refused:
        target = choose(tx)
        return target if isinstance(target, Refused) else undoing.step(tx, Undoing(target), desk.me, desk.rules, desk.now())

    begun, stopped = await _to_its_end(desk.write(begin))
    if isinstance(begun, Refused):
        return begun
    undone = begun
    while True:
        await _tell(progress, undone.seen, max(undone.seen, undone.target.count), stopped=stopped)
        if undone.over:
            return undone.answer
        undone, stopped = await _to_its_end(desk.write(partial(_undo_more, before=undone, desk=desk)))


def _undo_more(tx: Transaction, before: Undoing, desk: Desk) -> Undoing:
    return undoing.step(tx, before, desk.me, desk.rules, desk.now())

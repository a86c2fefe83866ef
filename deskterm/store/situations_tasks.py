"""What a command about a task is judged by, read inside the write transaction. See `desk.situation_task`."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from deskterm.desk.commands_time import AddTask, ChangeTask, TaskCommand
from deskterm.desk.facts import Fact, TagAdded
from deskterm.desk.facts_time import TaskAdded
from deskterm.desk.model import Conversation, Operator, Priority, Role, TaskStatus
from deskterm.desk.query import folded
from deskterm.desk.situation import Situation
from deskterm.desk.situation_task import TO_DO, Follower, Origin, TaskSituation, TaskState
from deskterm.desk.task_columns import checklist_points
from deskterm.store import conversations, situations
from deskterm.store.rules import Rules
from deskterm.store.times import from_ms
from deskterm.store.writer import Transaction
from deskterm.times import recurring

COLUMNS = (
    "id, title, description, status, priority, due_at, assignee_id, team_id, tag_ids, checklist, recurrence, series_id,"
    " conversation_id, message_id, customer_id, overdue, dropped_at, version, touched"
)


def state_of(row: Any) -> TaskState:
    """Make the value of a row selected by `COLUMNS`."""
    return TaskState(
        id=row[0],
        title=row[1],
        description=row[2],
        status=TaskStatus(row[3]),
        priority=Priority(row[4]),
        due=from_ms(row[5]),
        assignee_id=row[6],
        team_id=row[7],
        tags=conversations.tag_ids(row[8]),
        checklist=checklist_points(row[9]),
        recurrence=row[10],
        series_id=row[11],
        conversation_id=row[12],
        message_id=row[13],
        customer_id=row[14],
        overdue=bool(row[15]),
        dropped=row[16] is not None,
        version=row[17],
        touched={name: (version, who) for name, (version, who) in json.loads(row[18]).items()},
    )


def load(tx: Transaction, task_id: int) -> TaskState | None:
    """Return a task, also one that was added by mistake."""
    row = tx.one(f"SELECT {COLUMNS} FROM task WHERE id = ?", (task_id,))
    return None if row is None else state_of(row)


class AroundTasks:
    """What a command is judged by beside its task: read once in a transaction, for one task or for many."""

    def __init__(self, tx: Transaction, command: TaskCommand, me: Operator, rules: Rules) -> None:
        self._tx = tx
        checked, following = recurring.in_zone(rules.zone)
        names = _tags_of(command)
        known = tx.all("SELECT id, name, role FROM operator")
        people = {row[0]: row[1] for row in known}
        viewers = frozenset(row[0] for row in known if row[2] == Role.VIEWER)
        self._known = TaskSituation(people=people, viewers=viewers, checked=checked, following=following)
        self._common = Situation(
            me=me,
            fresh=situations.fresh(tx),
            undo=rules.undo,
            operators=situations.known_operators(tx),
            teams=situations.known_teams(tx),
            tags=situations.known_tags(tx, names) if names else {},
        )

    @property
    def common(self) -> Situation:
        """What is the same for every task."""
        return self._common

    def of_new(self, command: AddTask) -> tuple[Situation, dict[int, Conversation]]:
        """Return what making a task is judged by."""
        conversation, origin = _origin(self._tx, command)
        known = replace(self._known, origin=origin, conversation=conversation)
        return replace(self._common, task=known), {} if conversation is None else {conversation.id: conversation}

    def of_task(self, task_id: int) -> tuple[Situation, dict[int, Conversation]]:
        """Return what changing a task is judged by."""
        task = load(self._tx, task_id)
        if task is None:
            return replace(self._common, task=self._known), {}
        conversation = None if task.conversation_id is None else conversations.load(self._tx, task.conversation_id)
        known = replace(self._known, task=task, conversation=conversation, follower=_follower(self._tx, task))
        return replace(self._common, task=known), {} if conversation is None else {conversation.id: conversation}

    def learn(self, facts: Iterable[Fact]) -> None:
        """Take in what was decided for one task, before the next one is judged: the tags and tasks that are made exist then."""
        made = {folded(fact.name): fact.tag_id for fact in facts if isinstance(fact, TagAdded)}
        tasks = sum(isinstance(fact, TaskAdded) for fact in facts)
        if made or tasks:
            fresh = self._common.fresh
            later = replace(fresh, tag=fresh.tag + len(made), task=fresh.task + tasks)
            self._common = replace(self._common, fresh=later, tags={**self._common.tags, **made})


def _tags_of(command: TaskCommand) -> tuple[str, ...]:
    match command:
        case AddTask():
            return command.tags
        case ChangeTask():
            return *command.add_tags, *command.remove_tags
        case _:
            return ()


def of_command(tx: Transaction, command: TaskCommand, me: Operator, rules: Rules) -> tuple[Situation, dict[int, Conversation]]:
    """Load what a command about one task is judged by, and the conversation it is told of."""
    around = AroundTasks(tx, command, me, rules)
    return around.of_new(command) if isinstance(command, AddTask) else around.of_task(command.task_id)


def _follower(tx: Transaction, task: TaskState) -> Follower | None:
    if task.series_id is None:
        return None
    row = tx.one(
        "SELECT id, dropped_at, status, touched FROM task WHERE series_id = ? AND id > ? ORDER BY id LIMIT 1",
        (task.series_id, task.id),
    )
    if row is None:
        return None
    return Follower(row[0], row[1] is not None, touched=TaskStatus(row[2]) not in TO_DO or row[3] != "{}")


def _origin(tx: Transaction, command: AddTask) -> tuple[Conversation | None, Origin]:
    """Return what a task is to come from: a message is of its conversation, that of its customer."""
    conversation_id, customer_id = command.conversation_id, command.customer_id
    if command.message_id is not None:
        row = tx.one("SELECT conversation_id FROM message WHERE id = ?", (command.message_id,))
        if row is None:
            return None, Origin(lost="message")
        conversation_id = row[0]
    conversation = None if conversation_id is None else conversations.load(tx, conversation_id)
    if conversation_id is not None and conversation is None:
        return None, Origin(lost="conversation")
    if conversation is not None and customer_id is None:
        customer_id = conversation.customer_id
    if customer_id is not None and not tx.one("SELECT 1 FROM customer WHERE id = ? AND erased_at IS NULL", (customer_id,)):
        if command.customer_id is not None:
            return None, Origin(lost="customer")
        customer_id = None
    return conversation, Origin(None if conversation is None else conversation.id, command.message_id, customer_id)

"""Triage in the fake desk: tags, teams, snooze, spam, many at once, undo and redo, each as short as a fake may be."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from functools import singledispatchmethod

from fake_acting import Acting
from fake_seed import OPERATORS

from deskterm.desk import commands as do
from deskterm.desk.commands import Command, ConversationAct, Done, Refused
from deskterm.desk.model import Status, Tag, Team
from deskterm.desk.query import Query
from deskterm.desk.query_tree import And, Everything, Name, Not, Or, Term, Word
from deskterm.desk.rows import ConversationRow

TEAMS = (Team(1, "Склад"), Team(2, "Sales"))


@dataclass(frozen=True, slots=True)
class Step:
    """What a command changed: each row before and after."""

    command_id: int
    kind: str
    rows: tuple[tuple[ConversationRow, ConversationRow], ...]

    def reversed(self, command_id: int) -> Step:
        return Step(command_id, self.kind, tuple((after, before) for before, after in self.rows))


class Triage(Acting):
    """The commands of triage. `known_tags` are all tags, also those on nothing."""

    known_tags: list[str]
    ask_tags: bool
    _steps: list[Step]
    _undone: list[Step]

    def _carry_out(self, command: Command) -> Done | Refused:
        if isinstance(command, do.Undo | do.Redo):
            return self._back_or_again(isinstance(command, do.Undo))
        before = {talk.row.id: talk.row for talk in self._data.talks.values()}
        answer = self._many(command) if isinstance(command, do.Many) else self._one(command)
        after = {talk.row.id: talk.row for talk in self._data.talks.values()}
        changed = tuple((row, after[row.id]) for row in before.values() if row.id in after and row != after[row.id])
        act = command.act if isinstance(command, do.Many) else command
        if changed and isinstance(act, ConversationAct) and not (isinstance(act, do.MarkRead) and not act.by_hand):
            self._steps.append(Step(self._command_id, type(act).__name__.lower(), changed))
            self._undone.clear()
        return answer

    def _many(self, command: do.Many) -> Done | Refused:
        answers = [self._one(replace(command.act, conversation_id=one)) for one in command.conversation_ids]
        refused = [answer.code for answer in answers if isinstance(answer, Refused)]
        counts = tuple((code, refused.count(code)) for code in sorted(set(refused)))
        return Done(self._command_id, None, sum(a.count for a in answers if isinstance(a, Done)), counts)

    def _back_or_again(self, back: bool) -> Done | Refused:
        mine, other = (self._steps, self._undone) if back else (self._undone, self._steps)
        if not mine:
            return Refused("nothing_to_undo" if back else "nothing_to_redo")
        step = mine[-1]
        for before, after in step.rows:
            now = self._data.talks[after.id].row
            if any(getattr(now, name) != getattr(after, name) for name in _changed(before, after)):
                mine.pop()
                return Refused("changed_since", {"number": after.number, "name": "Bob"})
        mine.pop()
        for before, after in step.rows:
            talk = self._data.talks[after.id]
            talk.row = replace(talk.row, **{name: getattr(before, name) for name in _changed(before, after)})
        other.append(step.reversed(self._command_id))
        only = step.rows[0][1].id if len(step.rows) == 1 else None
        return Done(self._command_id, None, len(step.rows), undone=(step.kind, only))

    @singledispatchmethod
    def _one(self, command: Command) -> Done | Refused:
        return self._do(command)

    @_one.register
    def _close_tagged(self, command: do.Close) -> Done | Refused:
        talk = self._data.talks.get(command.conversation_id)
        if self.ask_tags and talk is not None and not talk.row.tags and not command.without_tags:
            return Refused("tags_wanted")
        return self._do(command)

    @_one.register
    def _set_tags(self, command: do.SetTags) -> Done | Refused:
        tags = {*self._data.talks[command.conversation_id].row.tags, *command.add} - {*command.remove}
        self.known_tags += [name for name in command.add if name not in self.known_tags]
        return self._change(command.conversation_id, tags=tuple(sorted(tags)))

    @_one.register
    def _set_priority(self, command: do.SetPriority) -> Done | Refused:
        return self._change(command.conversation_id, priority=command.priority)

    @_one.register
    def _set_team(self, command: do.SetTeam) -> Done | Refused:
        return self._change(command.conversation_id, team=next((team.name for team in TEAMS if team.id == command.team_id), ""))

    @_one.register
    def _snooze(self, command: do.Snooze) -> Done | Refused:
        return self._change(command.conversation_id, status=Status.SNOOZED, snoozed_until=command.until)

    @_one.register
    def _mark_spam(self, command: do.MarkSpam) -> Done | Refused:
        return self._change(command.conversation_id, spam=command.spam)

    def _fits(self, query: Query, row: ConversationRow) -> bool:
        """Whether a query holds: words, `is:`, `assignee:`, `tag:` and `customer:` are all that the fake understands."""
        match query:
            case Everything():
                return True
            case And(parts):
                return all(self._fits(part, row) for part in parts)
            case Or(parts):
                return any(self._fits(part, row) for part in parts)
            case Not(inner):
                return not self._fits(inner, row)
            case Word(text):
                return text.casefold() in f"{row.customer} {row.subject} {row.preview}".casefold()
            case Term(field, values):
                return any(self._has(field, value.text, row) for value in values if isinstance(value, Name))

    def _has(self, field: str, value: str, row: ConversationRow) -> bool:
        if field == "assignee":
            login = next((one.login for one in OPERATORS if one.id == row.assignee_id), "none")
            return login == (self.me.login if value == "me" else value)
        if field == "tag":
            return value in row.tags or (value == "none" and not row.tags)
        if field == "is":
            flags = {"waiting": row.waiting_since is not None, "late": row.late, "unread": row.unread > 0, "spam": row.spam}
            return flags.get(value, row.status.value == value)
        if field == "sla":
            return value == ("late" if row.late else "soon" if row.soon else "none" if row.due_at is None else "")
        if field == "customer":
            return value == str(row.id)  # a card behind each conversation, under its number
        return field == "sort"

    def _tags(self) -> tuple[Tag, ...]:
        return tuple(Tag(index, name) for index, name in enumerate(sorted(self.known_tags), start=1))


def _changed(before: ConversationRow, after: ConversationRow) -> list[str]:
    return [one.name for one in fields(before) if getattr(before, one.name) != getattr(after, one.name)]

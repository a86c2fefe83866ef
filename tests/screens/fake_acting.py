"""What the fake desk does when it is asked to: the commands, each as short as a fake may be."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from functools import singledispatchmethod

from fake_seed import ALLOWANCE, OPERATORS, Seed, Talk, message

from deskterm.desk import commands as do
from deskterm.desk.commands import Command, Done, Refused
from deskterm.desk.model import Delivery, Kind, Operator, Role, Status
from deskterm.desk.rows import DeliveryRow, Draft, MessageRow, OutboxRow, StagedFile

UNDO = timedelta(seconds=10)
_STUCK = (Delivery.FAILED, Delivery.UNCERTAIN)
_ANSWERED = {"waiting_since": None, "urgent_at": None, "due_at": None, "late": False}
_UNSENT = (*_STUCK, Delivery.SENDING, Delivery.QUEUED)


class Acting:
    """The half of `FakeOffice` that changes it."""

    me: Operator
    _data: Seed
    _now: datetime
    _drafts_of: dict[int, dict[int, Draft]]
    _sent_files: dict[int, tuple[StagedFile, ...]]
    _command_id: int

    @property
    def _drafts(self) -> dict[int, Draft]:
        """My drafts, by conversation."""
        return self._drafts_of.setdefault(self.me.id, {})

    def _find(self, message_id: int) -> tuple[Talk, int] | None:
        for talk in self._data.talks.values():
            for index, row in enumerate(talk.messages):
                if row.id == message_id:
                    return talk, index
        return None

    def _unsent(self) -> list[OutboxRow]:
        found = [
            OutboxRow(row.id, talk.row.id, talk.row.number, talk.row.channel, talk.row.customer, row.author, row.text[:160],
                      row.at, row.delivery, row.author_operator_id)
            for talk in self._data.talks.values()
            for row in talk.messages
            if row.delivery is not None and row.delivery.state in _UNSENT
        ]  # fmt: skip
        return sorted(found, key=lambda row: (row.delivery.state not in _STUCK, -row.message_id))

    def _done(self, count: int = 1, message_id: int | None = None) -> Done:
        return Done(self._command_id, message_id, count)

    @singledispatchmethod
    def _do(self, command: Command) -> Done | Refused:
        raise TypeError(f"the fake does not know {type(command).__name__}")

    def _change(self, conversation_id: int, **values: object) -> Done | Refused:
        talk = self._data.talks.get(conversation_id)
        if talk is None:
            return Refused("not_found")
        changed = replace(talk.row, **values)
        count = 0 if changed == talk.row else 1
        talk.row = changed
        return self._done(count)

    @_do.register
    def _reply(self, command: do.Reply) -> Done | Refused:
        talk = self._data.talks.get(command.conversation_id)
        if talk is None:
            return Refused("not_found")
        if not command.text.strip() and not command.attachments:
            return Refused("empty")
        newer = [row for row in talk.messages if row.id > (command.seen_message_id or row.id) and row.kind is not Kind.ACTIVITY]
        if newer and not command.anyway:
            seconds = int((self._now - newer[-1].at).total_seconds())
            if newer[-1].kind is Kind.INCOMING:
                return Refused("customer_wrote", {"seconds": seconds})
            return Refused("overtaken", {"name": newer[-1].author, "seconds": seconds})
        if talk.elsewhere and not command.anyway:
            return Refused("reply_to_differs", {"address": talk.elsewhere})
        waiting = DeliveryRow(Delivery.QUEUED, not_before=self._now + UNDO)
        row = message(self._data, talk, Kind.OUTGOING, self._now, command.text, author=self.me.name,
                      author_operator_id=self.me.id, delivery=waiting)  # fmt: skip
        talk.asked_before = talk.row.waiting_since
        mine = {} if talk.row.assignee_id else {"assignee_id": self.me.id, "assignee": self.me.name}
        self._change(command.conversation_id, waiting_since=None, urgent_at=None, due_at=None, late=False, asked=0,
                     unread=0,
                     last_message_at=self._now, preview=command.text[:160], preview_kind=Kind.OUTGOING,
                     status=Status.CLOSED if command.close else talk.row.status, **mine)  # fmt: skip
        draft = self._drafts.pop(command.conversation_id, None)
        if draft is not None:
            self._sent_files[row.id] = tuple(file for file in draft.files if file.id in command.attachments)
        return self._done(message_id=row.id)

    @_do.register
    def _note(self, command: do.Note) -> Done | Refused:
        talk = self._data.talks.get(command.conversation_id)
        if talk is None or not command.text.strip():
            return Refused("not_found" if talk is None else "empty")
        row = message(self._data, talk, Kind.NOTE, self._now, command.text, author=self.me.name, author_operator_id=self.me.id)
        self._drafts.pop(command.conversation_id, None)
        return self._done(message_id=row.id)

    @_do.register
    def _assign(self, command: do.Assign) -> Done | Refused:
        who = next((one for one in OPERATORS if one.id == command.assignee_id), None)
        if command.assignee_id is not None and who is None:
            return Refused("unknown_operator")
        return self._change(command.conversation_id, assignee_id=command.assignee_id, assignee=who.name if who else "")

    @_do.register
    def _take(self, command: do.Take) -> Done | Refused:
        return self._change(command.conversation_id, assignee_id=self.me.id, assignee=self.me.name)

    @_do.register
    def _close(self, command: do.Close) -> Done | Refused:
        return self._change(command.conversation_id, status=Status.CLOSED, **_ANSWERED)

    @_do.register
    def _reopen(self, command: do.Reopen) -> Done | Refused:
        since = command.waiting_since
        if since is None:
            return self._change(command.conversation_id, status=Status.OPEN)
        due = since + ALLOWANCE
        again = {"waiting_since": since, "urgent_at": due, "due_at": due, "asked": max(1, command.asked)}
        return self._change(command.conversation_id, status=Status.OPEN, **again)

    @_do.register
    def _read(self, command: do.MarkRead) -> Done | Refused:
        return self._change(command.conversation_id, unread=0)

    @_do.register
    def _unread(self, command: do.MarkUnread) -> Done | Refused:
        return self._change(command.conversation_id, unread=1)

    @_do.register
    def _no_reply(self, command: do.NoReplyNeeded) -> Done | Refused:
        talk = self._data.talks.get(command.conversation_id)
        if talk is not None and talk.row.waiting_since is None:
            return Refused("nobody_waits")
        return self._change(command.conversation_id, asked=0, **_ANSWERED)

    def _set_delivery(self, message_id: int, delivery: DeliveryRow) -> None:
        found = self._find(message_id)
        if found is None:
            raise KeyError(message_id)
        talk, index = found
        talk.messages[index] = replace(talk.messages[index], delivery=delivery)
        states = [row.delivery.state for row in talk.messages if row.delivery]
        talk.row = replace(talk.row, failed=states.count(Delivery.FAILED) + states.count(Delivery.UNCERTAIN))

    def _move(self, message_id: int, states: tuple[Delivery, ...], to: DeliveryRow, code: str) -> Done | Refused:
        found = self._find(message_id)
        if found is None:
            return Refused("not_found")
        now = found[0].messages[found[1]].delivery
        if now is None or now.state not in states:
            return Refused(code)
        self._set_delivery(message_id, to)
        return self._done()

    @_do.register
    def _retry(self, command: do.RetrySend) -> Done | Refused:
        again = DeliveryRow(Delivery.QUEUED, not_before=self._now)
        return self._move(command.message_id, (Delivery.FAILED, Delivery.UNCERTAIN), again, "not_failed")

    @_do.register
    def _retry_all(self, command: do.RetryAllFailed) -> Done | Refused:
        failed = [row.message_id for row in self._unsent() if row.delivery.state is Delivery.FAILED]
        for message_id in failed:
            self._set_delivery(message_id, DeliveryRow(Delivery.QUEUED, not_before=self._now))
        return self._done(len(failed))

    @_do.register
    def _delivered(self, command: do.MarkDelivered) -> Done | Refused:
        return self._move(
            command.message_id, (Delivery.UNCERTAIN,), DeliveryRow(Delivery.SENT, sent_at=self._now), "not_uncertain"
        )

    @_do.register
    def _take_back(self, command: do.TakeBack) -> Done | Refused:
        found = self._find(command.message_id)
        if found is None:
            return Refused("not_found")
        talk, index = found
        row = talk.messages[index]
        writer = row.author_operator_id or self.me.id
        if writer != self.me.id and self.me.role not in (Role.OWNER, Role.SUPERVISOR):
            return Refused("not_yours", {"name": row.author})
        failed = row.delivery is not None and row.delivery.state is Delivery.FAILED
        answer = self._move(row.id, (Delivery.QUEUED, Delivery.FAILED), DeliveryRow(Delivery.CANCELLED), "gone_out")
        if isinstance(answer, Done):
            self._return_words(talk, row, writer)
            since = talk.row.waiting_since if failed else talk.asked_before
            due = since and since + ALLOWANCE
            talk.row = replace(talk.row, status=Status.OPEN, waiting_since=since, urgent_at=due, due_at=due)
        return answer

    def _return_words(self, talk: Talk, row: MessageRow, writer: int) -> None:
        drafts = self._drafts_of.setdefault(writer, {})
        begun = drafts.get(talk.row.id, Draft(talk.row.id, ""))
        texts = [text for text in (row.text, begun.text) if text.strip()]
        files = (*self._sent_files.pop(row.id, ()), *begun.files)
        drafts[talk.row.id] = replace(begun, text="\n\n".join(texts), files=files, saved_at=self._now)

    @_do.register
    def _send_now(self, command: do.SendNow) -> Done | Refused:
        waiting = [row.message_id for row in self._unsent() if row.delivery.state is Delivery.QUEUED]
        chosen = waiting if command.message_id is None else [command.message_id]
        for message_id in chosen:
            self._set_delivery(message_id, DeliveryRow(Delivery.SENT, sent_at=self._now))
        return self._done(len(chosen))

"""An `Office` in memory for tests of screens: same shapes, same promises, a clock that stands still until it is moved."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from fake_seed import ALLOWANCE, ANNA, NOW, OPERATORS, NastyVoice, Seed, Talk, message, seed
from fake_time import Times
from fake_triage import TEAMS, Step

from deskterm.desk.commands import Command, Done, Refused
from deskterm.desk.model import Delivery, Held, Kind, Operator, Role, Status, Tag, Team
from deskterm.desk.query import Names
from deskterm.desk.rows import (
    AttachmentRow,
    ConversationDetail,
    ConversationRow,
    Counts,
    CustomerRow,
    DeliveryRow,
    DeskStatus,
    Draft,
    HeldRow,
    Hit,
    IdentityRow,
    MessagePage,
    MessageRow,
    NewMessage,
    OutboxRow,
    RowKey,
    SavedView,
    StagedFile,
    Standing,
    StartChannel,
    View,
    Window,
)
from deskterm.office import Listing, OfficeError, Progress

_BY_MOMENT = (View.SNOOZED, View.CLOSED, View.ALL, View.DRAFTS, View.FAILED, View.SPAM)


def _ms(at: datetime) -> int:
    return int(at.timestamp() * 1000)


class FakeOffice(Times):
    """The desk as Anna sees it. `submitted` keeps every command in order; `saved` every attachment written.

    `gate`, where set, is awaited before each read or write: a test holds the desk still with it.
    """

    def __init__(self, seeded: Seed | None = None, *, me: Operator = ANNA, demo: bool = False) -> None:
        self.me = me
        self.demo = demo
        self.submitted: list[Command] = []
        self.gate: asyncio.Event | None = None
        self.write_error: OfficeError | None = None
        self._data = seeded or seed()
        self._now = NOW
        self._drafts_of: dict[int, dict[int, Draft]] = {}
        self._sent_files: dict[int, tuple[StagedFile, ...]] = {}
        self._rings: list[Callable[[], None]] = []
        self._command_id = 0
        self._staged = 0
        self.known_tags = ["возврат", "delivery"]
        self.ask_tags = False
        self._steps: list[Step] = []
        self._undone: list[Step] = []
        self._new: NewMessage | None = None

    @classmethod
    def nasty(cls, corpus: Sequence[str], *, raw: bool = False) -> FakeOffice:
        """Return a desk whose every word from outside is one of the corpus: cleaned as intake does, or raw."""
        return cls(seed(max(60, 2 * len(corpus)), NastyVoice(corpus, raw=raw)))

    # What a test does to the desk

    def advance(self, **delta: float) -> None:
        """Let time pass (`timedelta` words): what waits goes out, what was promised becomes late."""
        self._now += timedelta(**delta)
        for talk in self._data.talks.values():
            for index, row in enumerate(talk.messages):
                due = row.delivery and row.delivery.state is Delivery.QUEUED and row.delivery.not_before
                if due and due <= self._now:
                    talk.messages[index] = replace(row, delivery=DeliveryRow(Delivery.SENT, sent_at=self._now))
            due = talk.row.due_at
            talk.row = replace(talk.row, late=due is not None and due <= self._now)
        self._time_passes()
        self._ring()

    def arrive(
        self, text: str = "Есть кто?", *, conversation_id: int | None = None, name: str = "Новая", subject: str = ""
    ) -> int:
        """A customer writes: in a conversation, or a new one begins. Returns its id."""
        talk = self._data.talks[conversation_id] if conversation_id else self._begin(name, subject)
        message(self._data, talk, Kind.INCOMING, self._now, text, subject=subject)
        waiting = talk.row.waiting_since or self._now
        talk.row = replace(
            talk.row, status=Status.OPEN, waiting_since=waiting, urgent_at=waiting + ALLOWANCE,
            due_at=waiting + ALLOWANCE, asked=talk.row.asked + 1,
            unread=talk.row.unread + 1, last_message_at=self._now, preview=text[:160], preview_kind=Kind.INCOMING,
        )  # fmt: skip
        if talk.row.assignee_id == self.me.id:
            self.tell("answered", conversation_id=talk.row.id)
        self._ring()
        return talk.row.id

    def deliver(self, message_id: int, state: Delivery, detail: str = "") -> None:
        """Let the sender report on an outgoing message."""
        self._set_delivery(message_id, DeliveryRow(state, detail, attempt=1, sent_at=self._now))
        self._ring()

    def talk(self, conversation_id: int) -> Talk:
        """Return a conversation as the fake keeps it."""
        return self._data.talks[conversation_id]

    def _begin(self, name: str, subject: str) -> Talk:
        pattern = self._data.talks[2]
        new = max(self._data.talks) + 1
        row = replace(
            pattern.row, id=new, number=1000 + new, customer=name, subject=subject, assignee_id=None, assignee="", unread=0,
            asked=0, waiting_since=None, failed=0, late=False, draft=False, is_group=False,
        )  # fmt: skip
        talk = Talk(row, [], IdentityRow("telegram", str(800_000 + new), name), self._now)
        self._data.talks[new] = talk
        return talk

    # Looking

    def now(self) -> datetime:
        return self._now

    def on_change(self, ring: Callable[[], None]) -> Callable[[], None]:
        self._rings.append(ring)
        return lambda: self._rings.remove(ring)

    def _ring(self) -> None:
        for ring in tuple(self._rings):
            try:
                asyncio.get_running_loop().call_soon(ring)
            except RuntimeError:
                ring()

    async def _wait(self) -> None:
        if self.gate is not None:
            await self.gate.wait()

    def _in_view(self, view: Listing, row: ConversationRow) -> bool:
        if not isinstance(view, View):
            return not row.spam and self._fits(view, row)
        if row.spam:
            return view is View.SPAM
        is_open = row.status is Status.OPEN
        return {
            View.INBOX: is_open,
            View.MINE: is_open and row.assignee_id == self.me.id,
            View.UNASSIGNED: is_open and row.assignee_id is None,
            View.WAITING: is_open and row.waiting_since is not None,
            View.LATE: is_open and row.late,
            View.SNOOZED: row.status is Status.SNOOZED,
            View.CLOSED: row.status is Status.CLOSED,
            View.ALL: True,
            View.FAILED: row.failed > 0,
            View.UNTAGGED: is_open and not row.tags,
            View.DRAFTS: row.id in self._drafts,
            View.SPAM: False,
        }[view]

    def _key(self, view: Listing, row: ConversationRow) -> RowKey:
        if view not in _BY_MOMENT and row.urgent_at is not None:
            return RowKey(_ms(row.urgent_at), row.id)
        return RowKey((0 if view in _BY_MOMENT else 2**52) - _ms(row.last_message_at), row.id)

    def _rows(self, view: Listing) -> list[ConversationRow]:
        talks = [talk.row for talk in self._data.talks.values() if self._in_view(view, talk.row)]
        return sorted((replace(row, key=self._key(view, row), draft=row.id in self._drafts or row.draft) for row in talks),
                      key=lambda row: row.key)  # fmt: skip

    async def conversations(self, listing: Listing, *, at: RowKey | None = None, before: int = 0, after: int = 100) -> Window:
        await self._wait()
        rows = self._rows(listing)
        start = 0 if at is None else sum(1 for row in rows if row.key < at)
        first = max(0, start - before) if at is not None else 0
        return Window(tuple(rows[first : start + after]), len(rows), first > 0, start + after < len(rows))

    async def conversation(self, conversation_id: int) -> ConversationDetail | None:
        await self._wait()
        talk = self._data.talks.get(conversation_id)
        if talk is None:
            return None
        mail = talk.row.channel_kind == "email"
        return ConversationDetail(
            row=replace(talk.row, key=self._key(View.INBOX, talk.row)), customer_id=conversation_id, identities=(talk.sender,),
            reply_to=(talk.sender,), cc=talk.cc, reply_warning=talk.elsewhere or talk.reply_warning, can_attach=True,
            max_units=None if mail else 4096, opened_at=talk.opened_at, closed_at=talk.closed_at, previous_number=None,
            next_number=None, maybe_related_number=None, unreachable=False,
            last_message_id=talk.messages[-1].id if talk.messages else None,
        )  # fmt: skip

    async def by_number(self, number: int) -> int | None:
        await self._wait()
        return next((talk.row.id for talk in self._data.talks.values() if talk.row.number == number), None)

    async def row(self, conversation_id: int, listing: Listing) -> RowKey | None:
        await self._wait()
        return next((row.key for row in self._rows(listing) if row.id == conversation_id), None)

    async def count(self, listing: Listing, *, at_most: int = 10_000) -> int:
        await self._wait()
        return min(at_most, len(self._rows(listing)))

    async def ids(self, listing: Listing) -> tuple[int, ...]:
        await self._wait()
        return tuple(row.id for row in self._rows(listing))

    async def standing(self, conversation_ids: Iterable[int]) -> Standing:
        await self._wait()
        rows = [talk.row for one in conversation_ids if (talk := self._data.talks.get(one)) is not None]
        active = sum(row.status is not Status.CLOSED for row in rows)
        return Standing(len(rows), active, sum(row.unread > 0 for row in rows))

    async def names(self) -> Names:
        people = tuple((one.login, one.name) for one in OPERATORS)
        return Names(operators=frozenset(login for login, _name in people), people=people)

    async def tags(self) -> tuple[Tag, ...]:
        await self._wait()
        return self._tags()

    async def teams(self) -> tuple[Team, ...]:
        return TEAMS

    async def rename_tag(self, tag_id: int, name: str) -> Tag:
        raise OfficeError("permission", "the fake keeps its tags")

    async def add_team(self, name: str) -> Team:
        raise OfficeError("permission", "the fake keeps its teams")

    async def set_team_members(self, team_id: int, operator_ids: Iterable[int]) -> None:
        raise OfficeError("permission", "the fake keeps its teams")

    async def remove_team(self, team_id: int) -> int:
        raise OfficeError("permission", "the fake keeps its teams")

    async def stage_attachment(self, attachment_id: int, conversation_id: int | None) -> StagedFile:
        found = next((file for file in self._attachments() if file.id == attachment_id), None)
        if found is None:
            raise OfficeError("not_found", "no such attachment")
        self._staged += 1
        return StagedFile(self._staged, found.name, found.size or 0)

    async def saved_views(self) -> tuple[SavedView, ...]:
        return ()

    async def save_view(self, view: SavedView) -> SavedView:
        raise OfficeError("bad_name", "the fake keeps no views")

    async def delete_view(self, view_id: int) -> None:
        raise OfficeError("not_found", "the fake keeps no views")

    async def customers(self, letters: str, *, limit: int = 20) -> tuple[CustomerRow, ...]:
        wanted = letters.casefold()
        rows = [talk for talk in self._data.talks.values() if wanted in talk.row.customer.casefold()]
        return tuple(CustomerRow(t.row.id, t.row.customer, (t.sender,), t.row.id, t.row.number) for t in rows[:limit])

    async def find_in_thread(
        self, conversation_id: int, text: str, *, before_id: int | None = None, after_id: int | None = None
    ) -> Hit | None:
        found = [row for row in self._data.talks[conversation_id].messages if text.casefold() in row.text.casefold()]
        if after_id is not None:
            found = [row for row in found if row.id > after_id][:1]
        elif before_id is not None:
            found = [row for row in found if row.id < before_id]
        start = found[-1].text.casefold().index(text.casefold()) if found else 0
        return Hit(found[-1].id, found[-1].text, ((start, start + len(text)),)) if found else None

    async def start_channels(self) -> tuple[StartChannel, ...]:
        return tuple(
            StartChannel(one.id, one.name, one.kind, one.address, "any" if one.kind == "email" else "known", True, True)
            for one in self._data.channels
        )

    async def new_message(self) -> NewMessage | None:
        return self._new

    async def save_new_message(self, message: NewMessage | None) -> None:
        self._new = message

    async def messages(
        self, conversation_id: int, *, before_id: int | None = None, after_id: int | None = None, limit: int = 60
    ) -> MessagePage:
        await self._wait()
        rows = self._data.talks[conversation_id].messages if conversation_id in self._data.talks else []
        first, last = 0, len(rows)
        if after_id is not None:
            first = next((i for i, row in enumerate(rows) if row.id > after_id), last)
            last = min(last, first + limit)
        else:
            last = next((i for i, row in enumerate(rows) if row.id == before_id), last)
            first = max(0, last - limit)
        return MessagePage(tuple(rows[first:last]), first > 0, last < len(rows))

    async def message(self, message_id: int) -> MessageRow | None:
        await self._wait()
        found = self._find(message_id)
        return found[0].messages[found[1]] if found else None

    async def versions(self, message_id: int) -> tuple[tuple[datetime, str], ...]:
        await self._wait()
        return self._data.versions.get(message_id, ())

    async def counts(self) -> Counts:
        await self._wait()
        rows = [talk.row for talk in self._data.talks.values()]
        unsent = self._unsent()
        return Counts(
            {view: sum(1 for row in rows if self._in_view(view, row)) for view in View},
            queued=sum(1 for row in unsent if row.delivery.state is Delivery.QUEUED),
            failed=sum(1 for row in unsent if row.delivery.state is Delivery.FAILED),
            uncertain=sum(1 for row in unsent if row.delivery.state is Delivery.UNCERTAIN),
            held=sum(1 for row in self._data.held if row.state is Held.QUARANTINED),
        )

    async def status(self) -> DeskStatus:
        return DeskStatus(await self.counts(), self._data.channels, OPERATORS, "this process", "/desk/desk.db", "3.51.3", "wal")

    async def operators(self) -> tuple[Operator, ...]:
        await self._wait()
        return OPERATORS

    async def outbox(self, *, before_id: int | None = None, limit: int = 100) -> tuple[OutboxRow, ...]:
        await self._wait()
        rows = self._unsent()
        start = next((i + 1 for i, row in enumerate(rows) if row.message_id == before_id), 0)
        return tuple(rows[start : start + limit])

    async def held(
        self, state: Held = Held.QUARANTINED, *, before_id: int | None = None, limit: int = 100
    ) -> tuple[HeldRow, ...]:
        await self._wait()
        rows = sorted((row for row in self._data.held if row.state is state), key=lambda row: -row.id)
        return tuple([row for row in rows if before_id is None or row.id < before_id][:limit])

    async def raw(self, inbound_id: int) -> bytes:
        await self._wait()
        if inbound_id not in self._data.raw:
            raise OfficeError("not_found", "no such ledger row")
        return self._data.raw[inbound_id]

    async def reparse(self, inbound_id: int) -> HeldRow | None:
        """Even rows are understood the second time."""
        await self._wait()
        row = next((row for row in self._data.held if row.id == inbound_id), None)
        if row is None:
            raise OfficeError("not_found", "no such ledger row")
        if inbound_id % 2:
            return row
        self._data.held.remove(row)
        self._ring()
        return None

    async def draft(self, conversation_id: int) -> Draft | None:
        await self._wait()
        return self._drafts.get(conversation_id)

    async def save_draft(self, draft: Draft) -> None:
        await self._wait()
        if self.write_error:
            raise self.write_error
        self._drafts.pop(draft.conversation_id, None)
        if draft.text or draft.files:
            self._drafts[draft.conversation_id] = replace(draft, saved_at=self._now)
        self._ring()

    async def stage_file(self, conversation_id: int | None, path: Path) -> StagedFile:
        await self._wait()
        if not path.is_file():
            raise OfficeError("bad_file", f"no such file: {path.name}", "choose another one")
        self._staged += 1
        return StagedFile(self._staged, path.name, path.stat().st_size)

    async def save_attachment(self, attachment_id: int, folder: Path) -> Path:
        await self._wait()
        if not folder.is_dir():
            raise OfficeError("bad_folder", f"no such folder: {folder}", "make it first")
        found = next((f for f in self._attachments() if f.id == attachment_id), None)
        if found is None:
            raise OfficeError("not_found", "no such attachment")
        if found.state != "stored":
            raise OfficeError("not_stored", "the file is not here")
        path = folder / f"attachment-{attachment_id}"
        path.write_bytes(b"x" * 10)
        return path

    def _attachments(self) -> list[AttachmentRow]:
        return [file for talk in self._data.talks.values() for row in talk.messages for file in row.attachments]

    async def submit(self, command: Command, progress: Progress | None = None) -> Done | Refused:
        await self._wait()
        if self.write_error:
            raise self.write_error
        self.submitted.append(command)
        if self.me.role is Role.VIEWER:
            return Refused("viewer")
        self._command_id += 1
        answer = self._carry_out(command)
        if isinstance(answer, Done):
            self._ring()
        return answer

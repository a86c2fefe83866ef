"""What every office does alike: the one in memory that tests of screens use, and the one on the store."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any, Protocol

import pytest
from fake_office import FakeOffice
from fake_seed import BOB

from deskterm.desk import commands as c
from deskterm.desk.commands import Command, Done, Refused
from deskterm.desk.model import Delivery, Status
from deskterm.desk.rows import ConversationRow, Draft, View
from deskterm.office import Office
from deskterm.store import outbox


class Desk(Protocol):
    """A desk with one mail conversation in which a customer waits; Anna owns the desk, Bob (or Boris) works there."""

    office: Office
    colleague: Office
    colleague_name: str
    talk: int

    async def customer_writes(self, conversation_id: int | None = None) -> int:
        """Let the customer write, in a conversation or a new one; returns its id."""
        ...

    async def wants_answers_at(self, address: str) -> int:
        """Let a customer write who asks for answers at another address; returns the conversation's id."""
        ...

    async def tried(self, message_id: int, outcome: Delivery) -> None:
        """Let the sender try a reply whose undo window is over: sent, failed or uncertain."""
        ...


class _As:
    """The fake desk as somebody else sees it."""

    def __init__(self, office: FakeOffice, me: Any) -> None:
        self._office, self._me = office, me

    def __getattr__(self, name: str) -> Any:
        async def call(*values: Any, **more: Any) -> Any:
            before, self._office.me = self._office.me, self._me
            try:
                return await getattr(self._office, name)(*values, **more)
            finally:
                self._office.me = before

        return call


class FakeDesk:
    def __init__(self) -> None:
        self.office = FakeOffice()
        for talk in self.office._data.talks.values():
            talk.messages = [row for row in talk.messages if row.delivery is None]
        self.colleague: Any = _As(self.office, BOB)
        self.colleague_name = BOB.name
        self.talk = self.office.arrive(name="Ольга К.")

    async def customer_writes(self, conversation_id: int | None = None) -> int:
        return self.office.arrive(conversation_id=conversation_id)

    async def wants_answers_at(self, address: str) -> int:
        conversation_id = self.office.arrive(name="Ольга")
        self.office.talk(conversation_id).elsewhere = address
        return conversation_id

    async def tried(self, message_id: int, outcome: Delivery) -> None:
        self.office.deliver(message_id, outcome, "said the server")


class StoreDesk:
    def __init__(self, house: Any) -> None:
        self.house = house
        self.office = house.office
        self.colleague = house.as_(house.boris)
        self.colleague_name = house.boris.name
        self.talk = 1

    async def customer_writes(self, conversation_id: int | None = None) -> int:
        house = self.house
        who = f"c{conversation_id or house.count}"
        if conversation_id is not None:
            (who,) = await house.one("SELECT thread_key FROM conversation WHERE id = ?", (conversation_id,))
        await house.arrive(house.chat(user=who), "bot")
        (found,) = await house.one("SELECT max(id) FROM conversation WHERE thread_key = ?", (who,))
        return int(found)

    async def wants_answers_at(self, address: str) -> int:
        await self.house.arrive(self.house.mail(reply_to=address))
        return int((await self.house.one("SELECT max(id) FROM conversation"))[0])

    async def tried(self, message_id: int, outcome: Delivery) -> None:
        house = self.house
        house.clock.pass_(seconds=11)
        made: dict[Delivery, outbox.Outcome] = {
            Delivery.SENT: outbox.Sent(),
            Delivery.FAILED: outbox.Failed("said the server"),
            Delivery.UNCERTAIN: outbox.Uncertain("said the server", idempotent=False),
        }

        def work(tx: Any) -> None:
            channels = list(house.channels.values())
            claims = outbox.claim(tx, channels, None, house.clock(), house.store.files, house.rules, "desk.test")
            for claim in claims:
                mine = claim.message_id == message_id
                became = made[outcome] if mine else outbox.PutOff("not now", timedelta(seconds=1))
                outbox.settle(tx, claim.outbound.outbox_id, became, None, house.clock())

        await house.store.writer.run(work)


@pytest.fixture(params=["fake", "store"])
async def desk(request: pytest.FixtureRequest, house: Any) -> Desk:
    made: Any = FakeDesk() if request.param == "fake" else StoreDesk(house)
    if request.param == "store":
        made.talk = await made.customer_writes()
    return made


async def row(desk: Desk) -> ConversationRow:
    detail = await desk.office.conversation(desk.talk)
    assert detail is not None
    return detail.row


async def replied(desk: Desk, text: str, *, by: Any = None, **more: Any) -> int:
    done = await (by or desk.office).submit(c.Reply(desk.talk, text, **more))
    assert isinstance(done, Done)
    assert done.message_id is not None
    return done.message_id


async def text_of(office: Any, conversation_id: int) -> str | None:
    draft = await office.draft(conversation_id)
    return None if draft is None else draft.text


async def test_a_draft_is_kept_and_an_empty_one_goes(desk: Desk) -> None:
    assert await desk.office.draft(desk.talk) is None
    await desk.office.save_draft(Draft(desk.talk, "начато", note=True))
    kept = await desk.office.draft(desk.talk)
    assert kept is not None
    assert (kept.text, kept.note, kept.files, kept.saved_at) == ("начато", True, (), desk.office.now())
    assert await desk.colleague.draft(desk.talk) is None
    await desk.office.save_draft(Draft(desk.talk, ""))
    assert await desk.office.draft(desk.talk) is None


async def test_a_reply_takes_the_draft_with_it_and_ends_the_wait(desk: Desk) -> None:
    await desk.office.save_draft(Draft(desk.talk, "ответ"))
    assert (await row(desk)).waiting_since is not None
    await replied(desk, "ответ")
    assert await desk.office.draft(desk.talk) is None
    after = await row(desk)
    assert (after.waiting_since, after.assignee_id, after.unread) == (None, desk.office.me.id, 0)


async def test_what_is_taken_back_is_the_draft_again_and_the_wait_is_back(desk: Desk) -> None:
    since = (await row(desk)).waiting_since
    message_id = await replied(desk, "не то")
    assert isinstance(await desk.office.submit(c.TakeBack(message_id)), Done)
    assert await text_of(desk.office, desk.talk) == "не то"
    assert (await row(desk)).waiting_since == since
    taken = await desk.office.message(message_id)
    assert taken is not None
    assert taken.delivery is not None
    assert taken.delivery.state is Delivery.CANCELLED


@pytest.mark.parametrize("note", [False, True])
async def test_what_is_taken_back_stands_before_what_was_begun_since(desk: Desk, note: bool) -> None:
    message_id = await replied(desk, "первое")
    await desk.office.save_draft(Draft(desk.talk, "второе начато", note=note))
    assert isinstance(await desk.office.submit(c.TakeBack(message_id)), Done)
    draft = await desk.office.draft(desk.talk)
    assert draft is not None
    assert (draft.text, draft.note) == ("первое\n\nвторое начато", note)


async def test_the_files_of_what_is_taken_back_join_the_new_ones(desk: Desk, tmp_path: Path) -> None:
    files = []
    for name in ("one.txt", "two.txt"):
        (tmp_path / name).write_text(name, encoding="utf-8")
        files.append(await desk.office.stage_file(desk.talk, tmp_path / name))
        if name == "one.txt":
            await desk.office.save_draft(Draft(desk.talk, "", files=(files[0],)))
            message_id = await replied(desk, "", attachments=(files[0].id,))
    await desk.office.save_draft(Draft(desk.talk, "ещё", files=(files[1],)))
    assert isinstance(await desk.office.submit(c.TakeBack(message_id)), Done)
    draft = await desk.office.draft(desk.talk)
    assert draft is not None
    assert (draft.text, [file.name for file in draft.files]) == ("ещё", ["one.txt", "two.txt"])


async def test_a_reply_that_closed_opens_again_when_it_is_taken_back(desk: Desk) -> None:
    message_id = await replied(desk, "готово", close=True)
    assert (await row(desk)).status is Status.CLOSED
    await desk.office.submit(c.TakeBack(message_id))
    assert (await row(desk)).status is Status.OPEN


async def test_only_the_writer_takes_back_or_who_leads_and_the_words_are_the_writers(desk: Desk) -> None:
    mine = await replied(desk, "Аннино")
    assert await desk.colleague.submit(c.TakeBack(mine)) == Refused("not_yours", {"name": desk.office.me.name})
    assert await desk.colleague.draft(desk.talk) is None
    theirs = await replied(desk, "коллеги", by=desk.colleague)
    assert isinstance(await desk.office.submit(c.TakeBack(theirs)), Done)
    assert await desk.office.draft(desk.talk) is None
    assert await text_of(desk.colleague, desk.talk) == "коллеги"


async def test_what_has_gone_out_is_not_taken_back_but_what_failed_is(desk: Desk) -> None:
    gone = await replied(desk, "ушло")
    await desk.tried(gone, Delivery.SENT)
    assert await desk.office.submit(c.TakeBack(gone)) == Refused("gone_out")
    failed = await replied(desk, "не ушло")
    await desk.tried(failed, Delivery.FAILED)
    assert isinstance(await desk.office.submit(c.TakeBack(failed)), Done)
    assert await text_of(desk.office, desk.talk) == "не ушло"
    assert await desk.office.submit(c.TakeBack(10**9)) == Refused("not_found")


async def test_who_was_faster_is_named(desk: Desk) -> None:
    detail = await desk.office.conversation(desk.talk)
    assert detail is not None
    seen = detail.last_message_id
    await replied(desk, "уже", by=desk.colleague, seen_message_id=seen)
    late = c.Reply(desk.talk, "и я", seen_message_id=seen)
    assert await desk.office.submit(late) == Refused("overtaken", {"name": desk.colleague_name, "seconds": 0})
    await desk.customer_writes(desk.talk)
    assert await desk.office.submit(late) == Refused("customer_wrote", {"seconds": 0})
    assert isinstance(await desk.office.submit(c.Reply(desk.talk, "и я", seen_message_id=seen, anyway=True)), Done)


@pytest.mark.parametrize("text", ["", " \n"])
async def test_nothing_to_say_is_refused(desk: Desk, text: str) -> None:
    assert await desk.office.submit(c.Reply(desk.talk, text)) == Refused("empty")
    assert await desk.office.submit(c.Note(desk.talk, text)) == Refused("empty")
    assert await desk.office.submit(c.Reply(10**9, "да")) == Refused("not_found")


async def test_closing_reopening_and_giving_away_show_in_the_row(desk: Desk) -> None:
    async def count(command: Command) -> int:
        done = await desk.office.submit(command)
        assert isinstance(done, Done)
        return done.count

    assert (await count(c.Close(desk.talk)), await count(c.Close(desk.talk))) == (1, 0)
    closed = await row(desk)
    assert (closed.status, closed.waiting_since, closed.late) == (Status.CLOSED, None, False)
    assert await desk.office.row(desk.talk, View.INBOX) is None
    assert await desk.office.row(desk.talk, View.CLOSED) is not None
    assert (await count(c.Reopen(desk.talk)), await count(c.Reopen(desk.talk))) == (1, 0)
    assert (await row(desk)).status is Status.OPEN
    assert (await count(c.Take(desk.talk)), await count(c.Take(desk.talk))) == (1, 0)
    assert (await row(desk)).assignee == desk.office.me.name
    await count(c.Assign(desk.talk, None))
    assert ((await row(desk)).assignee_id, (await row(desk)).assignee) == (None, "")
    assert await desk.office.submit(c.Assign(desk.talk, 10**9)) == Refused("unknown_operator")


async def test_what_was_closed_by_mistake_keeps_its_place(desk: Desk) -> None:
    before = await row(desk)
    assert before.waiting_since is not None
    await desk.office.submit(c.Close(desk.talk))
    await desk.office.submit(c.Reopen(desk.talk, before.waiting_since, before.asked))
    after = await row(desk)
    assert (after.waiting_since, after.asked, after.urgent_at) == (before.waiting_since, before.asked, before.urgent_at)


async def test_no_reply_needed_ends_the_wait_once(desk: Desk) -> None:
    assert isinstance(await desk.office.submit(c.NoReplyNeeded(desk.talk)), Done)
    after = await row(desk)
    assert (after.waiting_since, after.urgent_at, after.status) == (None, None, Status.OPEN)
    assert await desk.office.submit(c.NoReplyNeeded(desk.talk)) == Refused("nobody_waits")


async def test_the_outbox_pages_through_everything(desk: Desk) -> None:
    office = desk.office
    messages = []
    for nth in range(6):
        desk.talk = await desk.customer_writes()
        messages.append(await replied(desk, f"ответ {nth}", by=desk.colleague if nth == 1 else None))
    await desk.tried(messages[1], Delivery.FAILED)
    messages.append(await replied(desk, "ещё"))
    await desk.tried(messages[3], Delivery.UNCERTAIN)
    whole = await office.outbox()
    stuck = [row.message_id for row in whole if row.delivery.state in (Delivery.FAILED, Delivery.UNCERTAIN)]
    assert stuck == [messages[3], messages[1]]
    assert [row.message_id for row in whole][:2] == stuck
    assert sorted(row.message_id for row in whole) == sorted(messages)
    assert [row.message_id for row in whole[2:]] == sorted((row.message_id for row in whole[2:]), reverse=True)
    assert {row.message_id: row.operator_id for row in whole}[messages[0]] == office.me.id
    assert next(row for row in whole if row.message_id == messages[1]).operator == desk.colleague_name
    assert {row.operator_id for row in whole} == {office.me.id, whole[1].operator_id}
    paged: list[int] = []
    while page := await office.outbox(before_id=paged[-1] if paged else None, limit=2):
        paged += [row.message_id for row in page]
    assert paged == [row.message_id for row in whole]


async def test_an_answer_to_another_address_wants_a_second_word(desk: Desk) -> None:
    desk.talk = await desk.wants_answers_at("olga@home.test")
    detail = await desk.office.conversation(desk.talk)
    assert detail is not None
    assert detail.reply_warning == "olga@home.test"
    refused = await desk.office.submit(c.Reply(desk.talk, "да"))
    assert refused == Refused("reply_to_differs", {"address": "olga@home.test"})
    assert await replied(desk, "да", anyway=True)

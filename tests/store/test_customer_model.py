"""Any sequence of messages, merges, splits, undoing and erasure on a real store keeps what nobody may lose.

One owner for each address, every message in the desk once and only once, every number leads somewhere, what is counted is
right, and undoing an act of merging at once leaves all as it was.
"""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import Coroutine
from pathlib import Path
from typing import Any, TypeVar

import pytest
from house import House, begin
from hypothesis import HealthCheck, Phase, event, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule, run_state_machine_as_test
from recounted import all_is_right

from deskterm.desk import commands as c
from deskterm.desk import commands_customer as cc
from deskterm.desk.commands import Done, Refused
from deskterm.desk.post import Address, IdentityKind, MailRefs

LONG = os.environ.get("DESKTERM_LONG") == "1"
T = TypeVar("T")
PERSON = st.integers(0, 2)
PICK = st.integers(0, 50)
NAMES = ("Ольга Коваль", "Тарас Бойко", "Nina Weber")
SURVIVOR = (
    "WITH RECURSIVE chain(first, id, into_id) AS (SELECT id, id, merged_into_id FROM {table} UNION"
    " SELECT chain.first, c.id, c.merged_into_id FROM {table} c JOIN chain ON c.id = chain.into_id)"
    " SELECT first, id FROM chain WHERE into_id IS NULL"
)
WHOLE = {
    "conversation": "version, updated_at",
    "customer": "version",
    "message": "",
    "identity": "",
    "participant": "",
    "customer_note": "",
    "customer_tag": "",
    "customer_value": "",
    "search_doc": "",
    "conversation_tag": "",
    "outbox": "",
}
"""All that an undone merge gives back: tables, but for these columns."""


class Customers(RuleBasedStateMachine):
    """Three people who write by mail, in a chat and in a group, and an operator who sorts them."""

    empty: Path
    folder: Path
    count = 0

    @initialize()
    def opens(self) -> None:
        self.loop = asyncio.new_event_loop()
        Customers.count += 1
        home = self.folder / str(Customers.count)
        shutil.copytree(self.empty, home)
        self.house: House = self.wait(begin(home))
        self.said = 0
        self.texts: dict[str, int] = {}
        self.undone = 0
        self.erased = False
        for person in (0, 0, 1):
            self.mails(person, None)
            self.chats(person)
        first, second = self._ids("SELECT id FROM customer ORDER BY id LIMIT 2")
        self._do(cc.MergeCustomers(first, second))

    def teardown(self) -> None:
        self.wait(self.house.store.close())
        self.loop.close()
        shutil.rmtree(self.folder / str(Customers.count))

    def wait(self, work: Coroutine[Any, Any, T]) -> T:
        return self.loop.run_until_complete(work)

    # --- what customers do

    def _says(self, person: int) -> str:
        self.house.clock.pass_(minutes=7)
        self.said += 1
        text = f"слова{self.said}конец"
        self.texts[text] = person
        return text

    @rule(person=PERSON, about=st.none() | PICK)
    def mails(self, person: int, about: int | None) -> None:
        text = self._says(person)
        ids = [row[0] for row in self.wait(self.house.all("SELECT mail_id FROM message WHERE mail_id <> '' ORDER BY id"))]
        answered = (ids[about % len(ids)],) if ids and about is not None else ()
        refs = MailRefs(message_id=f"{text}@client.test", in_reply_to=answered)
        self.wait(self.house.arrive(self.house.mail(text, f"p{person}@client.test", name=NAMES[person], refs=refs)))

    @rule(person=PERSON)
    def chats(self, person: int) -> None:
        self.wait(self.house.arrive(self.house.chat(self._says(person), f"10{person}", name=NAMES[person]), "bot"))

    @rule(person=PERSON)
    def writes_in_the_group(self, person: int) -> None:
        said = self.house.chat(self._says(person), f"10{person}", name=NAMES[person], thread_key="-500", group="Жильцы")
        self.wait(self.house.arrive(said, "bot"))

    @rule(person=PERSON, phone=st.integers(0, 1))
    def shares_a_phone(self, person: int, phone: int) -> None:
        shared = (Address(IdentityKind.PHONE, f"+7912000000{phone}"),)
        said = self.house.chat(self._says(person), f"10{person}", name=NAMES[person], shared=shared)
        self.wait(self.house.arrive(said, "bot"))

    @rule(person=PERSON, phone=st.integers(0, 1))
    def types_a_phone(self, person: int, phone: int) -> None:
        text = f"{self._says(person)} +7912000000{phone}"
        self.texts[text] = self.texts.pop(text.split(maxsplit=1)[0])
        refs = MailRefs(message_id=f"t{self.said}@client.test")
        self.wait(self.house.arrive(self.house.mail(text, f"p{person}@client.test", name=NAMES[person], refs=refs)))

    # --- what the operator does

    def _ids(self, sql: str) -> list[int]:
        return [row[0] for row in self.wait(self.house.all(sql))]

    @property
    def conversations(self) -> list[int]:
        return self._ids("SELECT id FROM conversation WHERE merged_into_id IS NULL ORDER BY id")

    def _do(self, command: Any) -> Done | Refused:
        self.house.clock.pass_(seconds=1)
        before = self._whole() if isinstance(command, cc.MergingCommand | cc.MergeCustomers | cc.PartCustomer) else None
        answer = self.wait(self.house.office.submit(command))
        event(f"{type(command).__name__}: {answer.code if isinstance(answer, Refused) else 'done'}")
        if isinstance(answer, Refused) and before is not None:
            assert self._whole() == before
        return answer

    def _whole(self) -> dict[str, Any]:
        found = {}
        for table, left_out in WHOLE.items():
            # Erasing empties the last words of a conversation, also where somebody else's are left.
            but = f"{left_out}, preview" if self.erased and table == "conversation" else left_out
            names = [
                row[1] for row in self.wait(self.house.all(f"PRAGMA table_info({table})")) if row[1] not in but.split(", ")
            ]
            found[table] = sorted(self.wait(self.house.all(f"SELECT {', '.join(names)} FROM {table}")), key=repr)
        return found

    @rule(into=PICK, gone=PICK, at_once=st.booleans())
    def merges_conversations(self, into: int, gone: int, at_once: bool) -> None:
        pairs = self._pairs()
        if pairs:
            self._done_and_undone(cc.MergeConversations(*pairs[(into * 51 + gone) % len(pairs)]), at_once)

    @rule(into=PICK, gone=PICK)
    def merges_any(self, into: int, gone: int) -> None:
        known = self.conversations
        self._do(cc.MergeConversations(known[into % len(known)], (known[gone % len(known)],)))

    def _pairs(self) -> list[tuple[int, tuple[int, ...]]]:
        """What may become one: conversations of one customer, two of them or three."""
        rows = self.wait(
            self.house.all(
                "SELECT a.id, b.id FROM conversation a JOIN conversation b ON a.customer_id = b.customer_id AND a.id <> b.id"
                " AND a.spam = b.spam WHERE a.merged_into_id IS NULL AND b.merged_into_id IS NULL ORDER BY a.id, b.id"
            )
        )
        threes = [(a, (b, other)) for a, b in rows for again, other in rows if again == a and b < other]
        return [*((a, (b,)) for a, b in rows), *threes]

    @rule(which=PICK, at_once=st.booleans())
    def parts_a_conversation(self, which: int, at_once: bool) -> None:
        merged = self._ids("SELECT id FROM conversation WHERE merged_into_id IS NOT NULL ORDER BY id")
        if merged:
            self._done_and_undone(cc.PartConversation(merged[which % len(merged)]), at_once=False)
            if at_once:
                self.undoes()

    @rule(which=PICK, chosen=st.sets(st.integers(0, 7), min_size=1, max_size=4))
    def splits(self, which: int, chosen: set[int]) -> None:
        known = self.conversations
        if known:
            whole = known[which % len(known)]
            ids = self._ids(f"SELECT id FROM message WHERE conversation_id = {whole} ORDER BY id")
            picked = sorted({ids[one % len(ids)] for one in chosen})
            self._do(cc.SplitConversation(whole, tuple(picked[: max(1, len(ids) - 1)])))

    @rule(into=PICK, gone=PICK, at_once=st.booleans())
    def merges_customers(self, into: int, gone: int, at_once: bool) -> None:
        known = self._ids("SELECT id FROM customer WHERE merged_into_id IS NULL AND erased_at IS NULL ORDER BY id")
        if len(known) > 1:
            first = known.pop(into % len(known))
            self._done_and_undone(cc.MergeCustomers(first, known[gone % len(known)]), at_once)

    @rule(which=PICK, at_once=st.booleans())
    def parts_a_customer(self, which: int, at_once: bool) -> None:
        merged = self._ids("SELECT id FROM customer WHERE merged_into_id IS NOT NULL ORDER BY id")
        if merged:
            self._do(cc.PartCustomer(merged[which % len(merged)]))
            if at_once:
                self.undoes()

    def _done_and_undone(self, command: Any, at_once: bool) -> None:
        """Carry out a command; where it is undone at once, all is as it was."""
        before = self._whole()
        answer = self._do(command)
        if at_once and isinstance(answer, Done) and answer.command_id:
            undone = self.wait(self.house.office.submit(c.Undo(answer.command_id)))
            assert isinstance(undone, Done), undone
            after = self._whole()
            for table in WHOLE:
                assert after[table] == before[table], table

    @rule(which=PICK, close=st.booleans())
    def answers(self, which: int, close: bool) -> None:
        known = self.conversations
        if known:
            self._do(c.Reply(known[which % len(known)], "да", anyway=True, close=close))

    @rule(which=PICK, act=st.sampled_from(["close", "no reply", "tag", "note", "spam", "snooze", "take"]))
    def sorts(self, which: int, act: str) -> None:
        known = self.conversations
        if known:
            one = known[which % len(known)]
            made: dict[str, Any] = {
                "close": c.Close(one),
                "no reply": c.NoReplyNeeded(one),
                "tag": c.SetTags(one, add=(f"t{which % 3}",)),
                "note": c.Note(one, "заметка"),
                "spam": c.MarkSpam(one),
                "snooze": c.Snooze(one, None),
                "take": c.Take(one),
            }
            self._do(made[act])

    @rule()
    def undoes(self) -> None:
        if isinstance(self._do(c.Undo()), Done):
            self.undone += 1

    @precondition(lambda self: self.undone)
    @rule()
    def does_again(self) -> None:
        self.undone -= 1
        self._do(c.Redo())

    @precondition(lambda self: self.said > 12)
    @rule(which=PICK)
    def erases(self, which: int) -> None:
        known = self._ids("SELECT id FROM customer WHERE merged_into_id IS NULL AND erased_at IS NULL ORDER BY id")
        if known:
            self.erased = True
            self.wait(self.house.office.erase_customer(known[which % len(known)]))
            left = {row[0] for row in self.wait(self.house.all("SELECT text FROM message WHERE kind = 'incoming'"))}
            self.texts = {text: person for text, person in self.texts.items() if text in left}

    # --- what always holds

    @invariant()
    def every_address_has_one_owner(self) -> None:
        wrong = self.wait(
            self.house.all(
                "SELECT i.id FROM identity i JOIN customer c ON c.id = i.customer_id WHERE c.merged_into_id IS NOT NULL"
                " UNION ALL SELECT min(id) FROM identity WHERE value <> '' GROUP BY kind, value HAVING count(*) > 1"
                " UNION ALL SELECT v.id FROM conversation v JOIN customer c ON c.id = v.customer_id"
                " WHERE c.merged_into_id IS NOT NULL"
            )
        )
        assert wrong == []

    @invariant()
    def every_message_is_there_once(self) -> None:
        found = self.wait(self.house.all("SELECT text FROM message WHERE kind = 'incoming' AND text <> ''"))
        assert sorted(row[0] for row in found) == sorted(self.texts)

    @invariant()
    def everything_is_where_it_belongs(self) -> None:
        survivors = dict(self.wait(self.house.all(SURVIVOR.format(table="conversation"))))
        places = self.wait(self.house.all("SELECT id, conversation_id, coalesce(home_id, conversation_id) FROM message"))
        assert [row for row in places if survivors[row[1]] != row[1] or survivors[row[2]] != row[1]] == []
        moved = self.wait(
            self.house.all(
                "SELECT d.id FROM search_doc d JOIN message m ON m.id = d.id WHERE d.conversation_id <> m.conversation_id"
                " UNION ALL SELECT o.id FROM outbox o JOIN message m ON m.id = o.message_id"
                " WHERE o.conversation_id <> m.conversation_id"
            )
        )
        assert moved == []

    @invariant()
    def what_different_people_write_stays_apart(self) -> None:
        mixed = self.wait(
            self.house.all(
                "SELECT gone.id, into_.id FROM conversation gone JOIN conversation into_ ON into_.id = gone.merged_into_id"
                " WHERE gone.customer_id IS NOT into_.customer_id"
            )
        )
        assert mixed == []

    @invariant()
    def every_number_leads_somewhere(self) -> None:
        survivors = dict(self.wait(self.house.all(SURVIVOR.format(table="conversation"))))
        for conversation_id, number in self.wait(self.house.all("SELECT id, number FROM conversation")):
            assert self.wait(self.house.office.by_number(number)) == survivors[conversation_id]

    @invariant()
    def all_that_is_counted_is_right(self) -> None:
        self.wait(all_is_right(self.house))


@pytest.mark.timeout(1800)
def test_nothing_is_lost_whatever_happens(empty_store: Path, tmp_path: Path) -> None:
    Customers.empty, Customers.folder = empty_store, tmp_path
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        Customers,
        settings=settings(
            max_examples=300 if LONG else 15,
            stateful_step_count=60 if LONG else 30,
            deadline=None,
            phases=[Phase.explicit, Phase.reuse, Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )

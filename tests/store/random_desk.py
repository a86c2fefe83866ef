"""A random desk, both as a store, written by the store's own hand, and as the plain values of `brute`."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from brute import Person, Said, Talk, World

from deskterm.desk.model import Conversation, Priority, Status
from deskterm.desk.query import Names
from deskterm.desk.urgency import urgent_at
from deskterm.store import companies, conversations, search_index
from deskterm.store.apply_messages import insert_message
from deskterm.store.times import to_ms
from deskterm.store.writer import Transaction

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
WORDS = (
    "возврат",
    "заказ",
    "заказы",
    "Возвраты",
    "5531",
    "refund",
    "refunds",
    "деньги",
    "e-mail",
    "ёлка",
    "Елки",
    "orders",
    "—",
)
COMPANIES = ("Refund Королева", "Ян")
PEOPLE = ("Ольга Королёва", "Li Wei", "Иван Заказов", "José Refund", "Ян")
TAGS = ("возврат", "Доставка", "vip client")
TEAMS = ("Возвраты", "Sales")
NAMES = Names(
    tags=frozenset(TAGS), operators=frozenset({"anna", "boris"}), teams=frozenset(TEAMS), channels=frozenset({"mail", "bot"})
)


class Maker:
    """Writes one desk."""

    def __init__(self, tx: Transaction, seed: int, house: Any) -> None:
        self.tx = tx
        self.random = random.Random(seed)
        self.channels = house.channels
        self.anna, self.boris = house.anna.id, house.boris.id
        self.messages = 0
        self.people: list[Person] = []

    def put(self, table: str, **values: Any) -> None:
        marks = ", ".join("?" * len(values))
        self.tx.run(f"INSERT INTO {table} ({', '.join(values)}) VALUES ({marks})", list(values.values()))

    def some_time(self) -> datetime:
        """Hours and whole days ago, so that comparisons meet their edges; few times, so that orders have ties."""
        choice = self.random.choice
        return NOW - timedelta(seconds=choice((0, 30, 60, 1_800, 3_600, 5_400, 86_400, 7 * 86_400))) * choice((1, 1, 2))

    def coming(self) -> datetime | None:
        return self.random.choice((None, NOW + timedelta(minutes=self.random.choice((0, 1, 30, 60, 1_440)))))

    def words(self) -> str:
        return " ".join(self.random.choices(WORDS, k=self.random.randint(0, 6)))

    def make(self, size: int) -> World:
        names = enumerate(TAGS, 1), enumerate(TEAMS, 1)
        for row_id, name in names[0]:
            self.put("tag", id=row_id, name=name, folded=name.casefold(), created_at=0)
        for row_id, name in names[1]:
            self.put("team", id=row_id, name=name, folded=name.casefold(), created_at=0)
        self.put("team_member", team_id=1, operator_id=self.anna)
        for row_id, name in enumerate(COMPANIES, 1):
            self.put("company", id=row_id, name=name, folded=name.casefold(), note="", created_at=0)
            companies.keep_words(self.tx, row_id, name)
        for row_id, name in enumerate(PEOPLE, 1):
            self.person(row_id, name)
        self.put("identity", id=99, kind="email", value="copy@client.test", name="Копия", unreachable=0, created_at=0)
        talks = {row_id: self.talk(row_id) for row_id in range(1, size + 1)}
        drafts = frozenset(self.random.sample(sorted(talks), 4))
        for row_id in drafts:
            self.put("draft", operator_id=self.anna, conversation_id=row_id, note=0, text="…", saved_at=0)
        segments = {1: frozenset({1}), 2: frozenset({1, 3}), 4: frozenset({2})}
        for customer_id, tag_ids in segments.items():
            for tag_id in tag_ids:
                self.put("customer_tag", customer_id=customer_id, tag_id=tag_id)
        promises, reminded = self.promises(talks), self.reminders(talks)
        mail, bot = self.channels["mail"], self.channels["bot"]
        return World(
            talks=talks,
            me=self.anna,
            now=NOW,
            zone=UTC,
            tags={name.casefold(): row_id for row_id, name in enumerate(TAGS, 1)},
            operators={"anna": self.anna, "boris": self.boris},
            teams={name.casefold(): row_id for row_id, name in enumerate(TEAMS, 1)},
            my_teams=frozenset({1}),
            channels={
                "mail": frozenset({mail}),
                "email": frozenset({mail}),
                "bot": frozenset({bot}),
                "telegram": frozenset({bot}),
            },
            drafts=drafts,
            segments=segments,
            overdue=frozenset(row_id for row_id, state in promises if state == "overdue"),
            promised=frozenset(row_id for row_id, state in promises if state in ("open", "overdue")),
            reminded=reminded,
        )

    def promises(self, talks: dict[int, Talk]) -> list[tuple[int, str]]:
        """Some conversations with promises, some of them settled."""
        made = []
        for row_id, talk in talks.items():
            if talk.said and self.random.random() < 0.35:
                state = self.random.choice(("open", "overdue", "kept", "dropped"))
                told = {"message_id": talk.said[-1].id, "words": "…", "how": "", "due_at": to_ms(NOW), "created_at": 0}
                self.put("promise", conversation_id=row_id, state=state, **told)
                made.append((row_id, state))
        return made

    def reminders(self, talks: dict[int, Talk]) -> frozenset[int]:
        """Reminders of both operators; returns the conversations that Anna is reminded of, merged ones among them."""
        mine = set()
        for row_id, talk in talks.items():
            if self.random.random() < (0.6 if talk.state.merged_into_id else 0.1):
                who, state = self.random.choice((self.anna, self.boris)), self.random.choice(("set", "due", "done"))
                told = {"words": "…", "how": "", "at": to_ms(NOW), "created_at": 0, "version": 0}
                self.put("reminder", conversation_id=row_id, operator_id=who, state=state, **told)
                if who == self.anna and state != "done":
                    mine.add(row_id)
        return frozenset(mine)

    def person(self, row_id: int, name: str) -> None:
        address = f"p{row_id}@client.test"
        company_id = {1: 1, 2: 1, 3: 2}.get(row_id)
        company = "" if company_id is None else COMPANIES[company_id - 1]
        self.put("customer", id=row_id, name=name, language="", created_at=0, company_id=company_id)
        self.put("identity", id=row_id, customer_id=row_id, kind="email", value=address, name=name, unreachable=0, created_at=0)
        search_index.customer_written(self.tx, row_id)
        self.people.append(Person(row_id, (name, company), (address,), company))

    def state(self, row_id: int) -> Conversation:
        pick = self.random
        status = pick.choice((Status.OPEN, Status.OPEN, Status.OPEN, Status.SNOOZED, Status.CLOSED, Status.CLOSED))
        last = self.some_time()
        state = Conversation(
            id=row_id,
            number=1000 + row_id * 7 % 101,
            channel_id=pick.choice((self.channels["mail"], self.channels["bot"])),
            status=status,
            opened_at=min(last, self.some_time()),
            updated_at=self.some_time(),
            last_message_at=last,
            customer_id=pick.choice((None, 1, 2, 3, 4, 5)),
            assignee_id=pick.choice((None, self.anna, self.boris)),
            priority=pick.choice(tuple(Priority)),
            waiting_since=self.some_time() if status is Status.OPEN and pick.random() < 0.6 else None,
            asked=pick.choice((0, 1, 2)),
            closed_at=self.some_time() if status is Status.CLOSED else None,
            snoozed_until=NOW + timedelta(hours=pick.randint(0, 30))
            if status is Status.SNOOZED and pick.random() < 0.7
            else None,
            unread=pick.choice((0, 0, 2)),
            failed=pick.choice((0, 0, 0, 1)),
            spam=pick.random() < 0.1,
            merged_into_id=pick.randint(1, row_id - 1) if row_id > 5 and pick.random() < 0.05 else None,
            team_id=pick.choice((None, 1, 2)),
            tags=tuple(sorted(pick.sample(range(1, len(TAGS) + 1), pick.choice((0, 0, 1, 2))))),
            woken_at=self.some_time() if pick.random() < 0.1 else None,
            files=pick.choice((0, 0, 1)),
            notes=pick.choice((0, 0, 1)),
        )
        if status is not Status.CLOSED and not state.spam and pick.random() < 0.4:
            return self.promised(state)
        due = urgent_at(state)
        return replace(state, late=due is not None and due <= NOW and pick.random() < 0.8)

    def promised(self, state: Conversation) -> Conversation:
        """A conversation that an SLA policy holds for: its clock runs, stands still, or promises nothing now."""
        pick = self.random
        state = replace(state, sla_policy="plain")
        match pick.choice(("running", "running", "still", "nothing")):
            case "still":
                return replace(state, left_ms=60_000 * pick.choice((-5, 0, 30)))
            case "nothing":
                return state
        due = NOW + timedelta(minutes=pick.choice((-60, -1, 0, 1, 14, 30, 60)))
        is_open = state.status is Status.OPEN
        late = is_open and due <= NOW and pick.random() < 0.8
        return replace(state, sla_due_at=due, late=late, soon=is_open and not late and pick.random() < 0.5)

    def talk(self, row_id: int) -> Talk:
        state = self.state(row_id)
        born = {
            "title": "?",
            "is_group": int(state.customer_id is None),
            "subject": "",
            "preview": "",
            "preview_kind": "incoming",
            "previous_id": None,
            "maybe_related_id": None,
        }
        conversations.insert(self.tx, state, born)
        people = [] if state.customer_id is None else [self.people[state.customer_id - 1]]
        if self.random.random() < 0.2:
            other = self.random.choice((*self.people, Person(None, ("Копия",), ("copy@client.test",))))
            people.append(other)
            self.put("participant", conversation_id=row_id, identity_id=other.id or 99, role="cc", added_at=0)
        said = [self.message(row_id, state, people) for _ in range(self.random.randint(0, 3))]
        return Talk(state, state.customer_id is None, said, people)

    def message(self, row_id: int, state: Conversation, people: list[Person]) -> Said:
        self.messages += 1
        subject, text, file = self.words(), self.words(), self.random.choice(("", "", "заказ-5531.pdf"))
        kind = self.random.choice(("incoming", "outgoing", "note", "activity"))
        delivery = self.random.choice(("sent", "uncertain", "failed")) if kind == "outgoing" else None
        author = self.random.choice(self.people) if kind == "incoming" else None
        insert_message(
            self.tx,
            id=self.messages,
            public_id=f"p{self.messages}",
            conversation_id=row_id,
            kind=kind,
            channel_id=state.channel_id,
            author_identity_id=author.id if author else None,
            author_operator_id=None if author else self.boris,
            at=to_ms(state.last_message_at),
            stored_at=0,
            subject=subject,
            text=text,
            delivery=delivery,
        )
        if file:
            values = {"size": 1, "inline": 0, "content_id": "", "remote_ref": "", "state": "stored", "reason": "", "tries": 0}
            self.put("attachment", message_id=self.messages, position=0, name=file, media_type="a/b", **values)
        search_index.message_written(self.tx, self.messages)
        if kind == "activity":
            return Said(self.messages, {})
        by = f"{author.names[0]} {author.addresses[0]}" if author else "Boris boris"
        customer = "" if state.customer_id is None else self.people[state.customer_id - 1].names[0]
        return Said(
            self.messages,
            {"subject": (subject,), "body": (text,), "files": (file,), "who": (by, customer)},
            delivery or "",
        )

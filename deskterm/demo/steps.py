"""What happened in a conversation, step by step, before it is played into a store."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from deskterm.channels.demo.people import Clue, Person
from deskterm.channels.demo.script import message_of
from deskterm.channels.demo.words import Topic
from deskterm.desk import commands as c
from deskterm.desk.commands import Command
from deskterm.desk.post import Inbound, InFile
from deskterm.store.outbox import Outcome, Sent
from deskterm.times.promise_words import promised_times

ARRIVED = Sent()
Asked = Callable[[int], Command]
"""Makes a command for the conversation with this id."""


@dataclass(frozen=True, slots=True)
class Wrote:
    """Something came in."""

    at: datetime
    inbound: Inbound


@dataclass(frozen=True, slots=True)
class Bounced:
    """The other server says that our last reply did not arrive."""

    at: datetime
    recipient: str
    text: str


@dataclass(frozen=True, slots=True)
class Did:
    """An operator (by place in `shop.STAFF`) gave a command; a reply with these files came to this outcome."""

    at: datetime
    who: int
    asked: Asked
    outcome: Outcome = ARRIVED
    files: tuple[InFile, ...] = ()


@dataclass(frozen=True, slots=True)
class Drafted:
    """An operator began to write and went away."""

    at: datetime
    who: int
    text: str


Step = Wrote | Bounced | Did | Drafted


@dataclass(slots=True)
class Talk:
    """Writes down what a customer and the operators did, in order. `at` is the time of the last step; `after` moves it on."""

    channel: str
    kind: str
    who: Person
    topic: Topic
    name: str
    at: datetime
    steps: list[Step] = field(default_factory=list)
    last: Inbound | None = None

    def after(self, **parts: float) -> Talk:
        """Let time pass (as `timedelta` takes it)."""
        self.at += timedelta(**parts)
        return self

    def until(self, at: datetime) -> Talk:
        """Let time pass up to a moment, never back."""
        self.at = max(self.at, at)
        return self

    def message(self, text: str, subject: str = "") -> Inbound:
        """Return the customer's next message; who asks may change it before it is `wrote`."""
        external_id = Clue(self.topic.code, self.who.language.code, self.who.number).name(f"{self.name}.{len(self.steps)}")
        words, title = self.who.say(text), self.who.say(subject)
        return message_of(self.who, self.kind, external_id, self.at, words, subject=title, earlier=self.last)

    def wrote(self, inbound: Inbound) -> Talk:
        """Something came in."""
        if inbound.refs is not None and inbound.bounce is None:
            self.last = inbound
        self.steps.append(Wrote(self.at, inbound))
        return self

    def says(self, text: str, subject: str = "") -> Talk:
        """The customer writes."""
        return self.wrote(self.message(text, subject))

    def did(self, who: int, asked: Asked) -> Talk:
        """An operator gives a command."""
        self.steps.append(Did(self.at, who, asked))
        return self

    def replies(
        self, who: int, text: str, outcome: Outcome = ARRIVED, *, files: tuple[InFile, ...] = (), close: bool = False
    ) -> Talk:
        """An operator answers."""
        words = self.who.say(text)
        self.steps.append(Did(self.at, who, lambda number: c.Reply(number, words, close=close, anyway=True), outcome, files))
        return self

    def promises(self, who: int, text: str, *, remind: bool = False) -> Talk:
        """An operator answers, and promises a time by that."""
        words = self.who.say(text)
        made = tuple(replace(one, remind=remind) for one in promised_times(words, self.at, UTC))
        self.steps.append(Did(self.at, who, lambda number: c.Reply(number, words, anyway=True, promises=made)))
        return self

    def notes(self, who: int, text: str) -> Talk:
        """An operator writes a note."""
        words = self.who.say(text)
        return self.did(who, lambda number: c.Note(number, words))

    def told(self) -> tuple[str, list[Step]]:
        """Return the channel and the steps."""
        return self.channel, self.steps

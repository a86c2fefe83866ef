"""The script: who writes next, with what words, and how a customer answers a reply. Pure; times are seconds from "now"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from random import Random

from deskterm.channels.demo import wire
from deskterm.channels.demo.people import IDENTITY, Clue, Person, clue_of, person
from deskterm.channels.demo.pictures import photo_of
from deskterm.channels.demo.words import Topic
from deskterm.desk.post import IdentityKind, Inbound, MailRefs, Outbound

FIRST_NEWCOMER = 2_000_000
"""Numbers of people from here on come live; a demo's history has fewer."""
QUICKEST_S = 1.0
"""Newcomers never follow each other faster, at any pace: nobody could read along."""
_MANY_TURNS = 9
_NO_TIME = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Line:
    """Something a customer is going to write: after how many seconds, under which key, the message without its time."""

    after_s: float
    key: str
    message: wire.Message


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How often new customers come: the first after `first_s`, the next ones after `least_s` to `most_s` (seconds)."""

    first_s: float = 4.0
    least_s: float = 20.0
    most_s: float = 60.0


class Script:
    """What the customers of one channel do. The same seed, channel name and replies make the same customers."""

    def __init__(self, seed: int, channel: str, kind: str, pace: float, rhythm: Rhythm) -> None:
        self._seed = seed
        self._channel = channel
        self._kind = kind
        self._pace = pace
        self._rhythm = rhythm

    def pause_before(self, number: int) -> float:
        """Return how many seconds pass before this newcomer (from 0) writes, counted from the one before, or from the start."""
        if number == 0:
            return self._rhythm.first_s * self._pace
        drawn = Random(f"{self._seed}:{self._channel}:pause:{number}").uniform(self._rhythm.least_s, self._rhythm.most_s)
        return max(drawn * self._pace, QUICKEST_S)

    def newcomer(self, number: int) -> list[Line]:
        """Return what a new customer writes: an opening, and now and then a detail a little later."""
        rng = Random(f"{self._seed}:{self._channel}:newcomer:{number}")
        who = person(self._seed, FIRST_NEWCOMER + number)
        topic = rng.choice(who.language.topics)
        place = rng.randrange(len(topic.openings))
        opening = f"{rng.choice(who.language.greetings)} {topic.openings[place]}".strip()
        inbound = self._inbound(who, topic, f"live{number}", opening, subject=rng.choice(topic.subjects))
        if topic.photo and place == 0:
            inbound = _with_photo(inbound, who)
        lines = [self._line(0.0, inbound)]
        if rng.random() < 0.4:
            detail = self._inbound(who, topic, f"live{number}b", rng.choice(topic.details), earlier=inbound)
            lines.append(self._line(rng.uniform(5, 9), detail))
        return lines

    def answer(self, heard: Outbound, turn: int) -> tuple[list[Line], int]:
        """Return what the customer writes back to a reply, and the turn that is next.

        At their first turn (0) they ask further or say thanks; who asked says thanks to the next reply; after that, nothing.
        """
        who, topic = self._recipient(heard)
        if topic is None or not heard.to or turn >= _MANY_TURNS:
            return [], turn
        rng = Random(f"{self._seed}:{self._channel}:answer:{heard.to[0].value}:{turn}")
        rest = f"re{heard.outbox_id}"
        if turn == 0 and rng.random() < 0.5:
            asked = self._reply(heard, who, topic, rest, rng.choice(topic.questions))
            return [self._line(rng.uniform(5, 12), asked)], 1
        thanked = self._reply(heard, who, topic, rest, rng.choice(who.language.thanks))
        wait = rng.uniform(5, 12)
        lines = [self._line(wait, thanked)]
        if rng.random() < 0.25:
            more = self._reply(heard, who, topic, f"{rest}b", rng.choice(who.language.afterwards))
            lines.append(self._line(wait + rng.uniform(3, 6), more))
        return lines, _MANY_TURNS

    def _recipient(self, heard: Outbound) -> tuple[Person, Topic | None]:
        clue = clue_of(heard.reply_to_external)
        if clue is None:
            return person(self._seed, 0), None
        return person(self._seed, clue.person, language=clue.language), clue.found()

    def _line(self, after_s: float, inbound: Inbound) -> Line:
        return Line(after_s * self._pace, inbound.external_id, wire.plain(inbound))

    def _inbound(
        self, who: Person, topic: Topic, rest: str, text: str, *, subject: str = "", earlier: Inbound | None = None
    ) -> Inbound:
        name = Clue(topic.code, who.language.code, who.number).name(rest)
        return message_of(who, self._kind, name, _NO_TIME, who.say(text), subject=who.say(subject), earlier=earlier)

    def _reply(self, heard: Outbound, who: Person, topic: Topic, rest: str, text: str) -> Inbound:
        """Answer as whoever the reply went to, in its chat or to its mail."""
        name = Clue(topic.code, who.language.code, who.number).name(rest)
        sender = heard.to[0]
        words = who.say(text)
        if sender.kind is not IdentityKind.EMAIL:
            return Inbound(name, sender, _NO_TIME, words, thread_key=heard.thread_key)
        quoted = "".join(f"\n> {line}" for line in heard.text.splitlines())
        refs = MailRefs(
            message_id=f"{name}@customers.example",
            in_reply_to=(heard.message_id,),
            references=(*heard.references, heard.message_id),
        )
        whole = f"{words}\n\n{who.language.wrote}{quoted}"
        return Inbound(name, sender, _NO_TIME, whole, subject=heard.subject, quoted_from=len(words), refs=refs)


def message_of(
    who: Person, kind: str, name: str, at: datetime, text: str, *, subject: str = "", earlier: Inbound | None = None
) -> Inbound:
    """Return a customer's message on a kind of channel. A chat is its own thread; a mail refers to the `earlier` one."""
    sender = who.address(kind)
    if IDENTITY.get(kind) is not IdentityKind.EMAIL:
        return Inbound(name, sender, at, text, thread_key=sender.value)
    before: Sequence[str] = ()
    if earlier is not None and earlier.refs is not None:
        before = (*earlier.refs.references, earlier.refs.message_id)
    refs = MailRefs(message_id=f"{name}@customers.example", in_reply_to=tuple(before[-1:]), references=tuple(before))
    return Inbound(name, sender, at, text, subject=subject or (f"Re: {earlier.subject}" if earlier else ""), refs=refs)


def _with_photo(inbound: Inbound, who: Person) -> Inbound:
    return replace(inbound, attachments=(photo_of(who.number, remote=inbound.refs is None),))

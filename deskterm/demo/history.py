"""The demo's past: which conversations there were and how they went. Pure; the same seed makes the same ones, at times counted
back from now."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import cycle, islice
from random import Random

from deskterm.channels.demo.people import person
from deskterm.channels.demo.pictures import photo_of, slip_of
from deskterm.demo import shop
from deskterm.demo.steps import Step, Talk
from deskterm.desk import commands as c
from deskterm.desk.model import Priority

RECENT = 0.2
"""The share of conversations that began within the last day or so; most of what is open is among them."""
RECENT_H = 26.0
STILL_OPEN = 0.62
"""How many of the recent ones are open: an eighth of all."""
ASK_AGAIN = 0.12
"""How many mails come from somebody who wrote before."""
SNOOZED = 0.5
"""How many open ones in which nobody waits or thanked are snoozed."""
_CHANNELS = ((shop.MAIL, "email"), (shop.BOT, "telegram"), (shop.CHAT, "demo"))
_WEIGHTS = (45, 40, 15)
_DESK_WEIGHTS = (35, 25, 22, 18)
"""How the work falls to the staff."""


@dataclass(frozen=True, slots=True)
class Outline:
    """A conversation before anybody spoke: when it began and when its last message came, whether it is still open, whether
    the customer waits, and when it comes back, should it be snoozed."""

    number: int
    begins: datetime
    ends: datetime
    is_open: bool = False
    waits: bool = False
    comes_back: datetime | None = None


def outlines(size: int, seed: int, now: datetime) -> list[Outline]:
    """Return `size` conversations in the order in which they began."""
    return sorted((_outline(number, size, seed, now) for number in range(size)), key=lambda one: (one.begins, one.number))


def _outline(number: int, size: int, seed: int, now: datetime) -> Outline:
    rng = Random(f"{seed}:outline:{number}")
    age = _age(number, size, rng)
    lasts = timedelta(hours=min(age.total_seconds() / 3600 * 0.8, rng.lognormvariate(0.5, 1.2)))
    begins = now - age
    if age > timedelta(hours=RECENT_H) or rng.random() > STILL_OPEN:
        return Outline(number, begins, begins + lasts)
    if rng.random() < 0.5:
        return Outline(number, begins, begins + lasts, is_open=True, comes_back=now + timedelta(hours=rng.randint(2, 90)))
    late = rng.random() < 0.25
    waited = timedelta(minutes=rng.uniform(64, 300) if late else rng.triangular(1, 56, 12))
    ends = now - waited
    return Outline(number, min(begins, ends), ends, is_open=True, waits=True)


def _age(number: int, size: int, rng: Random) -> timedelta:
    """How long ago a conversation began: the last fifth within a day, the others over weeks, the more the longer."""
    place = 1 - (number + rng.random()) / size
    if place < RECENT:
        return timedelta(hours=max(0.2, place / RECENT * RECENT_H))
    weeks = 6 * max(1.0, math.sqrt(size / 1000))
    return timedelta(hours=RECENT_H) + timedelta(weeks=weeks * math.pow((place - RECENT) / (1 - RECENT), 1.3))


def told(outline: Outline, seed: int) -> tuple[str, list[Step]]:
    """Return a conversation's channel and its steps."""
    rng = Random(f"{seed}:talk:{outline.number}")
    channel, kind = rng.choices(_CHANNELS, _WEIGHTS)[0]
    number = outline.number
    if kind == "email" and number and rng.random() < ASK_AGAIN:
        number = rng.randrange(number)
    who = person(seed, number)
    talk = Talk(channel, kind, who, rng.choice(who.language.topics), str(outline.number), outline.begins)
    _Telling(talk, outline, rng).tell()
    return channel, talk.steps


class _Telling:
    """Tells one conversation: an opening, rounds of question and answer, an end."""

    def __init__(self, talk: Talk, outline: Outline, rng: Random) -> None:
        self._talk = talk
        self._outline = outline
        self._rng = rng
        self._who = rng.choices(range(len(shop.STAFF)), _DESK_WEIGHTS)[0]
        self._rounds = rng.choices((0, 1, 2, 3, 4), (40, 30, 17, 8, 5))[0]
        self._lines = 2 * self._rounds + 3
        topic = talk.topic
        self._matter = rng.randrange(len(topic.openings))
        self._asks = cycle(rng.sample(range(len(topic.questions)), len(topic.questions)))
        self._said = 0

    def tell(self) -> None:
        """Write down all steps."""
        talk, rng = self._talk, self._rng
        at_once = self._outline.waits and rng.random() < 0.55
        if at_once:
            talk.at = self._outline.ends
        self._open()
        self._sort()
        if not at_once:
            self._answer(talk.topic.replies[self._matter], first=True)
            self._go_on()
        if not self._outline.waits:
            self._end()
            return
        if not at_once:
            self._customer(talk.who.language.nudges if rng.random() < 0.3 else talk.topic.questions, last=True)
        self._seen()

    def _pass(self, *, last: bool = False) -> None:
        """Let the time pass up to the next message: what is left until the end, shared out among what is still to say."""
        self._said += 1
        left = self._outline.ends - self._talk.at
        share = 1.0 if last else self._rng.uniform(0.4, 1.2) / max(2, self._lines - self._said)
        self._talk.until(self._talk.at + min(left, left * share))

    def _open(self) -> None:
        rng, talk = self._rng, self._talk
        language, topic = talk.who.language, talk.topic
        text = f"{rng.choice(language.greetings)} {topic.openings[self._matter]}".strip()
        inbound = talk.message(text, rng.choice(topic.subjects))
        if topic.photo and self._matter == 0:
            inbound = replace(inbound, attachments=(photo_of(talk.who.number, remote=False),))
        talk.wrote(inbound)
        if rng.random() < 0.25:
            # A detail follows in the same breath, so that it asks again but not later.
            talk.says(rng.choice(topic.details))

    def _sort(self) -> None:
        """Somebody looks at what came in and says what it is about; a third of it stays as it came."""
        rng, talk = self._rng, self._talk
        if rng.random() < 0.33:
            return
        code = talk.topic.code
        further = (rng.choice(shop.FURTHER_TAGS),) if rng.random() < 0.2 else ()
        talk.after(seconds=1).did(self._who, lambda number: c.SetTags(number, (shop.TAGS[code], *further)))
        if code in shop.TEAM_OF and rng.random() < 0.6:
            talk.did(self._who, lambda number: c.SetTeam(number, shop.TEAM_OF[code]))
        weight = rng.choices((None, Priority.LOW, Priority.HIGH, Priority.URGENT), (78, 9, 10, 3))[0]
        if weight is not None:
            talk.did(self._who, lambda number: c.SetPriority(number, weight))

    def _answer(self, words: str, *, first: bool = False) -> None:
        rng, talk = self._rng, self._talk
        if first and rng.random() < 0.15:
            other = (self._who + 1) % len(shop.STAFF)
            talk.after(seconds=1).did(other, lambda number: c.Assign(number, shop.operator_id(self._who)))
        if rng.random() < 0.14:
            talk.notes(self._who, rng.choice(talk.topic.notes))
        self._pass()
        files = (slip_of(int(talk.who.order)),) if talk.topic.code == "invoice" else ()
        talk.replies(self._who, words, files=files)

    def _customer(self, texts: tuple[str, ...], *, last: bool = False) -> None:
        self._pass(last=last)
        self._talk.says(self._rng.choice(texts))

    def _go_on(self) -> None:
        topic = self._talk.topic
        for place in islice(self._asks, self._rounds):
            self._customer(topic.questions[place : place + 1])
            self._answer(topic.explanations[place])

    def _end(self) -> None:
        """The customer thanks or says no more; what is closed is closed by hand or with the last reply."""
        rng, talk = self._rng, self._talk
        thanked = rng.random() < 0.5
        if thanked:
            self._customer(talk.who.language.thanks)
        if self._outline.is_open:
            if thanked:
                talk.after(seconds=30).did(self._who, c.NoReplyNeeded)
            elif rng.random() < SNOOZED:
                until = self._outline.comes_back if rng.random() < 0.7 else None
                talk.after(seconds=30).did(self._who, lambda number: c.Snooze(number, until))
            return
        if thanked and rng.random() < 0.5:
            self._pass()
            talk.replies(self._who, rng.choice(talk.who.language.goodbyes), close=True)
        else:
            talk.after(seconds=40).did(self._who, c.Close)

    def _seen(self) -> None:
        """Some of what waits was taken or looked at already."""
        drawn = self._rng.random()
        if drawn < 0.25:
            self._talk.after(seconds=20).did(self._who, c.Take)
        if drawn < 0.4:
            self._talk.after(seconds=5).did(self._who, c.MarkRead)

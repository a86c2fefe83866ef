"""Conversations that show what a desk meets now and then: each of them is in every demo that is large enough."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count

from deskterm.channels.demo.people import person
from deskterm.channels.demo.pictures import photo_of, slip_of
from deskterm.demo import shop
from deskterm.demo.steps import Bounced, Drafted, Talk
from deskterm.desk import commands as c
from deskterm.desk.model import Origin
from deskterm.desk.post import Address, IdentityKind
from deskterm.store.outbox import Failed, Sent, Uncertain

_FIRST = 1_500_000
"""Numbers of the people in here: beyond those of the history, below those who come live."""
_KINDS = {shop.MAIL: "email", shop.BOT: "telegram", shop.CHAT: "demo"}
ANNA, BORIS, VERA, SAM = range(4)


class _Stage:
    """Where the conversations of the showcase begin."""

    def __init__(self, seed: int, now: datetime) -> None:
        self._seed = seed
        self._now = now
        self._numbers = count(_FIRST)

    def talk(self, channel: str, language: str, topic: str, *, gone: bool = False, **ago: float) -> Talk:
        """Begin a conversation some time ago (as `timedelta` takes it)."""
        number = next(self._numbers)
        who = person(self._seed, number, language=language, gone=gone)
        about = who.language.topic(topic)
        assert about is not None
        return Talk(channel, _KINDS[channel], who, about, f"s{number}", self._now - timedelta(**ago))


def _long_thread(stage: _Stage) -> Talk:
    talk = stage.talk(shop.MAIL, "en", "damaged", hours=37)
    topic = talk.topic
    opening = talk.message(f"Hello,\n\n{topic.openings[0]}", topic.subjects[1])
    copied = Address(IdentityKind.EMAIL, "partner@post.example", "A. Partner")
    files = (photo_of(3, remote=False), slip_of(int(talk.who.order)))
    talk.wrote(replace(opening, cc=(copied,), attachments=files))
    talk.after(minutes=18).did(ANNA, lambda number: c.Assign(number, shop.operator_id(VERA)))
    talk.after(minutes=2).notes(BORIS, topic.notes[0])
    for turn in range(12):
        reply = topic.replies[0] if turn == 0 else topic.explanations[(turn - 1) % 3]
        talk.after(hours=1).replies(VERA, reply)
        words = talk.who.say(topic.questions[turn % 3])
        quoted = f"{words}\n\n{talk.who.language.wrote}\n> {talk.who.say(reply)}"
        talk.after(hours=2).wrote(replace(talk.message(words), text=quoted, quoted_from=len(words)))
    return talk


def _edited(stage: _Stage) -> Talk:
    talk = stage.talk(shop.BOT, "ru", "address", minutes=34)
    first = talk.message("Поменяйте адрес в заказе {order}: дом 21")
    talk.wrote(first)
    for minutes, house in ((1, "12"), (2, "12, подъезд 2")):
        text = talk.who.say(f"Поменяйте адрес в заказе {{order}}: дом {house}")
        talk.after(minutes=minutes)
        talk.wrote(
            replace(first, at=talk.at, text=text, edit_of=first.external_id, version_key=f"{first.external_id}.v{minutes}")
        )
    return talk


def _album(stage: _Stage) -> Talk:
    talk = stage.talk(shop.BOT, "ru", "damaged", minutes=22)
    for place in range(3):
        text = "Вот фото со всех сторон, заказ {order}" if place == 0 else ""
        piece = replace(talk.message(text), album="album-1", attachments=(photo_of(20 + place, remote=False),))
        talk.wrote(piece).after(seconds=1)
    return talk


def _group(stage: _Stage) -> Talk:
    talk = stage.talk(shop.BOT, "ru", "stock", minutes=50)
    others = [stage.talk(shop.BOT, "ru", "stock", minutes=50).who for _ in range(2)]

    def said(who: Address, text: str) -> None:
        inbound = replace(talk.message(text), sender=who, thread_key="-100700", group="Совместные закупки, 3 подъезд")
        talk.wrote(inbound)

    said(talk.who.address("telegram"), "Добрый день! Берём десять пледов на всех, скидка будет?")
    talk.after(minutes=1)
    said(others[0].address("telegram"), "Мне два серых")
    talk.after(minutes=12).replies(ANNA, "Здравствуйте! От десяти штук скидка 12 %. Отложить?")
    talk.after(minutes=9)
    said(others[1].address("telegram"), "Да! И один синий, если есть")
    return talk


def _refused(stage: _Stage) -> Talk:
    talk = stage.talk(shop.MAIL, "en", "return", gone=True, hours=5)
    talk.says(talk.topic.openings[1], talk.topic.subjects[0])
    return talk.after(minutes=41).replies(SAM, talk.topic.replies[1], Failed("550 5.1.1 the recipient does not exist"))


def _blocked(stage: _Stage) -> Talk:
    talk = stage.talk(shop.BOT, "ru", "payment", hours=7)
    talk.says(talk.topic.openings[0])
    talk.after(minutes=6).replies(BORIS, talk.topic.replies[0])
    talk.after(minutes=30).wrote(replace(talk.message(""), unreachable=True))
    talk.after(minutes=2).wrote(replace(talk.message(""), unreachable=False))
    talk.after(minutes=1).says("Извините, случайно заблокировал. Так когда снимут блокировку {sum}?")
    return talk.after(minutes=20).replies(BORIS, talk.topic.explanations[0], Failed("Forbidden: bot was blocked by the user"))


def _uncertain(stage: _Stage) -> Talk:
    talk = stage.talk(shop.BOT, "en", "delivery", hours=2)
    talk.says(talk.topic.openings[0])
    lost = Uncertain("the connection was lost after the message was sent", idempotent=False)
    return talk.after(minutes=11).replies(ANNA, talk.topic.replies[0], lost)


def _bounced(stage: _Stage) -> Talk:
    talk = stage.talk(shop.MAIL, "ru", "invoice", gone=True, hours=4)
    talk.says(talk.topic.openings[0], talk.topic.subjects[1])
    talk.after(minutes=25).replies(VERA, talk.topic.replies[0], files=(slip_of(int(talk.who.order)),), close=True)
    talk.after(minutes=3)
    address = talk.who.address("email").value
    text = f"This is the mail system at shop.example.\n\n<{address}>: host mx.post.example said: 550 5.1.1 user unknown"
    talk.steps.append(Bounced(talk.at, address, text))
    return talk


def _voice(stage: _Stage) -> Talk:
    talk = stage.talk(shop.BOT, "en", "size", minutes=75)
    talk.wrote(replace(talk.message(""), placeholder="voice"))
    talk.after(minutes=1).wrote(replace(talk.message("the size chart says M", ""), forwarded_from="Shop news"))
    return talk


def _again(stage: _Stage) -> Talk:
    """A closed matter, and the same customer's next one eleven days later: two conversations."""
    talk = stage.talk(shop.BOT, "ru", "return", days=11, hours=2)
    talk.says(talk.topic.openings[0]).after(minutes=15).replies(ANNA, talk.topic.replies[0], close=True)
    return talk.after(days=11).says("Здравствуйте! Посылку отправил, а денег всё нет. Заказ {order}")


def _long_wait(stage: _Stage) -> Talk:
    talk = stage.talk(shop.CHAT, "en", "payment", hours=4)
    talk.says(talk.topic.openings[2])
    for nudge in talk.who.language.nudges[:3]:
        talk.after(minutes=55).says(nudge)
    return talk


def _begun(stage: _Stage) -> Talk:
    talk = stage.talk(shop.MAIL, "ru", "stock", minutes=48)
    talk.says(talk.topic.openings[2], talk.topic.subjects[1]).after(minutes=3).did(ANNA, c.Take)
    talk.after(minutes=1).steps.append(Drafted(talk.at, ANNA, "Добрый день! От десяти штук скидка 12 %, "))
    return talk


def _away(stage: _Stage) -> Talk:
    """An automatic answer, which starts no wait, and a wish to be answered elsewhere."""
    talk = stage.talk(shop.MAIL, "en", "invoice", hours=9)
    elsewhere = replace(
        talk.message(talk.topic.openings[0], talk.topic.subjects[0]),
        reply_to="accounts@inbox.example",
        notes=("reply-to differs",),
    )
    talk.wrote(elsewhere).after(minutes=14).replies(SAM, talk.topic.replies[0], Sent())
    return talk.after(minutes=1).wrote(replace(talk.message("I am out of office until Monday."), origin=Origin.AUTO))


def _spam(stage: _Stage) -> Talk:
    talk = stage.talk(shop.MAIL, "en", "stock", hours=6)
    offer = "Dear sir, your web site could be on the first page of every search engine within seven days."
    talk.says(offer, "RE: your web site")
    return talk.after(minutes=4).did(ANNA, c.MarkSpam)


def _forgotten(stage: _Stage) -> Talk:
    """A promise whose time has passed."""
    talk = stage.talk(shop.MAIL, "ru", "return", days=3, hours=4)
    talk.says(talk.topic.openings[0], talk.topic.subjects[0])
    return talk.after(minutes=25).promises(ANNA, "Здравствуйте! Уточню на складе и отвечу завтра до 15:00.")


def _promised(stage: _Stage) -> Talk:
    """A promise that can still be kept, and its writer is reminded of it."""
    talk = stage.talk(shop.CHAT, "en", "payment", minutes=70)
    talk.says(talk.topic.openings[0])
    return talk.after(minutes=30).promises(ANNA, "Thank you! I will check it and reply within two hours.", remind=True)


_TALKS: tuple[Callable[[_Stage], Talk], ...] = (
    _long_thread,
    _edited,
    _album,
    _group,
    _refused,
    _blocked,
    _uncertain,
    _bounced,
    _voice,
    _again,
    _long_wait,
    _begun,
    _away,
    _spam,
    _forgotten,
    _promised,
)
CONVERSATIONS = len(_TALKS) + 1
"""How many conversations the showcase makes."""


def showcase(seed: int, now: datetime) -> Iterator[Talk]:
    """Yield the showcase, in no order of time."""
    stage = _Stage(seed, now)
    for tell in _TALKS:
        yield tell(stage)

"""Whose mail joins a conversation: forged ones never, genuine answers of every usual mail program always."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from mail_desk import US, MailDesk, OurMail, mail

from deskterm.desk import commands as c
from deskterm.desk.model import Held

OLGA = "Ольга К. <olga@client.test>"
FIRST = "first.1@client.test"
"""The Message-ID of Olga's first mail."""


@dataclass(frozen=True)
class Thread:
    """Conversation 1001 of Olga (Egor in copy) and 1002 of Pavel, both answered; a note in 1001."""

    desk: MailDesk
    ours: OurMail
    pavels: OurMail
    note_id: str

    @property
    def id(self) -> str:
        return self.ours.message_id

    @property
    def address(self) -> str:
        return self.ours.reply_address


@pytest.fixture
async def thread(house: Any) -> Thread:
    desk = MailDesk(house)
    olga = await desk.take(mail(OLGA, "Cc: Egor <egor@client.test>", message_id=FIRST))
    pavel = await desk.take(mail("Pavel <pavel@other.test>", message_id="p1@other.test"))
    assert (olga.number, pavel.number) == (1001, 1002)
    house.clock.pass_(minutes=5)
    ours, pavels = await desk.answer(1), await desk.answer(2)
    note = await house.office.submit(c.Note(1, "внутри"))
    (note_id,) = await house.one("SELECT public_id FROM message WHERE id = ?", (note.message_id,))
    house.clock.pass_(hours=1)
    return Thread(desk, ours, pavels, house.store.signer.message_id(note_id, "desk.test"))


def swapped(text: str, place: int) -> str:
    """Return the text with another letter at this place."""
    at = place % len(text)
    return text[:at] + ("b" if text[at] != "b" else "c") + text[at + 1 :]


def mac_of(signed: str) -> str:
    return signed.partition("@")[0].rpartition(".")[2]


MALLORY = "Mallory <mallory@evil.test>"
FORGED: dict[str, tuple[Callable[[Thread], str], int | None]] = {
    "guessed id": (lambda t: mail(OLGA, f"In-Reply-To: <v1.{'a' * 20}.{'b' * 20}@desk.test>"), None),
    "tampered proof": (lambda t: mail(OLGA, f"In-Reply-To: <{t.id.replace(mac_of(t.id), swapped(mac_of(t.id), 3))}>"), None),
    "tampered message": (lambda t: mail(OLGA, f"In-Reply-To: <{swapped(t.id, 5)}>"), None),
    "cut proof": (lambda t: mail(OLGA, f"In-Reply-To: <{t.id.replace(mac_of(t.id), mac_of(t.id)[:-1])}>"), None),
    "no proof": (lambda t: mail(OLGA, f"In-Reply-To: <{t.id.replace('.' + mac_of(t.id), '')}>"), None),
    "another message's proof": (
        lambda t: mail(OLGA, f"In-Reply-To: <{t.id.replace(mac_of(t.id), mac_of(t.pavels.message_id))}>"),
        None,
    ),
    "a letter beyond ASCII in the id": (
        lambda t: mail(OLGA, f"In-Reply-To: <{t.id.replace(mac_of(t.id), 'ſ' + mac_of(t.id)[1:])}>"),
        None,
    ),
    "number in the subject": (lambda t: mail(MALLORY, "Subject: Re: [#1001] order 1001"), None),
    "number in the participant's own subject": (lambda t: mail(OLGA, "Subject: Re: [#1001] Заказ 5531"), None),
    "guessed reply address": (lambda t: mail(OLGA, to=f"support+v1.1001.{'a' * 16}@desk.test"), None),
    "tampered reply address": (lambda t: mail(OLGA, to=t.address.replace("1001", "1002")), None),
    "unsigned reply address": (lambda t: mail(OLGA, to="support+1001@desk.test"), None),
    "another customer's own id": (lambda t: mail(MALLORY, f"References: <{FIRST}>", f"In-Reply-To: <{FIRST}>"), None),
    "another customer's own id, from a known customer": (lambda t: mail("pavel@other.test", f"References: <{FIRST}>"), None),
    "a mail under another customer's id": (lambda t: mail(MALLORY, f"In-Reply-To: <{FIRST}>", message_id=FIRST), None),
    "our id from a stranger": (lambda t: mail(MALLORY, f"In-Reply-To: <{t.id}>", f"References: <{FIRST}> <{t.id}>"), 1001),
    "our id from another customer": (lambda t: mail("pavel@other.test", f"In-Reply-To: <{t.id}>"), 1001),
    "our id, the name is the participant's address": (
        lambda t: mail('"olga@client.test" <mallory@evil.test>', f"In-Reply-To: <{t.id}>"),
        1001,
    ),
    "our id, the participant's address in a comment": (
        lambda t: mail("mallory@evil.test (Olga <olga@client.test>)", f"In-Reply-To: <{t.id}>"),
        1001,
    ),
    "our id, the participant's address in an encoded name": (
        lambda t: mail("=?utf-8?b?PG9sZ2FAY2xpZW50LnRlc3Q+?= <mallory@evil.test>", f"In-Reply-To: <{t.id}>"),
        1001,
    ),
    "our id from a lookalike": (lambda t: mail("olga@client.test.evil.test", f"In-Reply-To: <{t.id}>"), 1001),
    "our id from a tagged address": (lambda t: mail("olga+x@client.test", f"In-Reply-To: <{t.id}>"), 1001),
    "our id, Sender and Reply-To name the participant": (
        lambda t: mail(
            MALLORY,
            "Sender: olga@client.test",
            "Reply-To: olga@client.test",
            f"In-Reply-To: <{t.id}>",
            "X-Original-From: " + OLGA,
        ),
        1001,
    ),
    "our id, marked as our own mail, Reply-To names the participant": (
        lambda t: mail(MALLORY, f"X-Deskterm-Loop: {US}", "Reply-To: olga@client.test", f"In-Reply-To: <{t.id}>"),
        1001,
    ),
    "our id in a form from our own address": (
        lambda t: mail(US, "Reply-To: olga@client.test", f"In-Reply-To: <{t.id}>"),
        1001,
    ),
    "our id, a made-up id of ours, Reply-To names the participant": (
        lambda t: mail(
            MALLORY,
            "Reply-To: olga@client.test",
            f"In-Reply-To: <{t.id}>",
            message_id=f"v1.{'a' * 20}.{'b' * 20}@desk.test",
        ),
        1001,
    ),
    "our id in garbage": (lambda t: mail(MALLORY, f"In-Reply-To: <<see.{t.id}>> ({t.id})"), None),
    "our id as part of another": (lambda t: mail(OLGA, f"In-Reply-To: <x.{t.id}>"), None),
    "reply address of a conversation, from a stranger": (lambda t: mail(MALLORY, to=t.address), 1001),
    "reply address of another conversation": (lambda t: mail(OLGA, to=t.pavels.reply_address), 1002),
    "our id of another conversation": (lambda t: mail(OLGA, f"In-Reply-To: <{t.pavels.message_id}>"), 1002),
    "signed id of a note": (lambda t: mail(OLGA, f"In-Reply-To: <{t.note_id}>"), None),
    "five thousand ids, ours far behind": (
        lambda t: mail(MALLORY, "References: " + "\n ".join([f"<{t.id}>", *(f"<{n}@evil.test>" for n in range(5_000))])),
        None,
    ),
    "an empty id": (lambda t: mail(MALLORY, "In-Reply-To: <>", "References: <> < > <@>"), None),
    "who was in copy elsewhere": (lambda t: mail("egor@client.test", f"In-Reply-To: <{t.pavels.message_id}>"), 1002),
}


@pytest.mark.parametrize("name", FORGED)
async def test_a_forged_mail_joins_nothing(thread: Thread, name: str):
    forge, related = FORGED[name]
    before = [await thread.desk.state(n) for n in (1, 2)]
    placed = await thread.desk.take(forge(thread))
    assert (placed.held, placed.number) == (Held.STORED, 1003)
    state = await thread.desk.state(3)
    numbers = {1: 1001, 2: 1002, None: None}
    assert (state["status"], state["previous_id"], numbers[state["maybe_related_id"]]) == ("open", None, related)
    assert [await thread.desk.state(n) for n in (1, 2)] == before
    people = await thread.desk.house.all("SELECT identity_id FROM participant WHERE conversation_id = 1 ORDER BY 1")
    assert people == [(1,), (2,)]


async def test_the_head_is_checked_before_thousands_of_ids_are_looked_up(thread: Thread):
    """The nearest ids count: a genuine long thread still joins by its last one."""
    flood = [f"<{n}@client.test>" for n in range(5_000)]
    placed = await thread.desk.take(mail(OLGA, "References: " + "\n ".join([*flood, f"<{thread.id}>"])))
    assert placed.number == 1001


def genuine(*fields: str, text: str = "Спасибо, жду!", sender: str = OLGA, to: str = "") -> Callable[[Thread], str | bytes]:
    """Return what makes an answer; {ours}, {address} and {first} are our id, our reply address, the first id."""

    def made(thread: Thread) -> str:
        words = {"ours": thread.id, "address": thread.address, "first": FIRST}
        filled = [field.format(**words) for field in fields]
        return mail(sender, *filled, text=text, to=to.format(**words) or US)

    return made


QUOTE = "\n\n22.11.2026 12:05, Чайка пишет:\n> Отправлен вчера\n"
APPLE = genuine("In-Reply-To: <{ours}>", "X-Mailer: Apple Mail (2.3826.700.81)", "Subject: Re: Заказ 5531", to="{address}")
ANSWERS: dict[str, Callable[[Thread], str | bytes]] = {
    "Apple Mail without References": APPLE,
    "Outlook": genuine(
        "In-Reply-To: <{ours}>",
        "References: <{first}> <{ours}>",
        "Thread-Topic: Заказ 5531",
        "Thread-Index: AQHbPLoyd2gY8nJpZ0m1uZ4l5w6k7LK8x9yQ",
        "X-MS-Exchange-MessageSentRepresentingType: 1",
        text="Спасибо\n\n________________________________\nFrom: Чайка <support@desk.test>\nSent: Sunday\n\nОтправлен",
    ),
    "Outlook mobile": genuine(
        "In-Reply-To:\n <{ours}>", "References: <{first}>\n\t<{ours}>", "Subject: Re: Заказ 5531", "X-MS-Has-Attach:"
    ),
    "Gmail web": genuine(
        "References: <{first}> <{ours}>", "In-Reply-To: <{ours}>", "Delivered-To: support@desk.test", text="Спасибо" + QUOTE
    ),
    "Gmail app, only References": genuine("References: <{first}> <{ours}>", "Subject: Re: Заказ 5531"),
    "Yandex": genuine("In-Reply-To: <{ours}>", "References: <{first}> <{ours}>", "X-Mailer: Yamail [ http://yandex.ru ] 5.0"),
    "Mail.ru": genuine(
        "In-Reply-To: <{ours}>", "References: <{first}> <{ours}>", "X-Mailer: Mail.Ru Mailer 1.0", "X-Priority: 3 (Normal)"
    ),
    "Thunderbird": genuine(
        "In-Reply-To: <{ours}>", "References: <{first}> <{ours}>", "User-Agent: Mozilla Thunderbird", to="Чайка <{address}>"
    ),
    "Samsung mail": genuine("In-Reply-To: <{ours}>", "References: <{first}>\n <{ours}>", "X-Mailer: SamsungEmail 6.1"),
    "K-9": genuine("In-Reply-To: <{ours}>", "References: <{ours}>", "User-Agent: K-9 Mail for Android", "Subject: Re: Заказ"),
    "id rewritten by the relay, to the reply address": genuine(
        "In-Reply-To: <0100019a-relay@eu-west-1.amazonses.com>", to="{address}"
    ),
    "id rewritten by the relay, reply address only delivered to": genuine(
        "In-Reply-To: <0100019a-relay@amazonses.com>", "Delivered-To: {address}"
    ),
    "id rewritten by the relay, own earlier mail": genuine(
        "In-Reply-To: <0100019a-relay@amazonses.com>", "References: <{first}> <0100019a-relay@amazonses.com>"
    ),
    "folded fields": genuine("In-Reply-To:\n\t<{ours}>", "References:\n <{first}>\n\n <{ours}>".replace("\n\n", "\n")),
    "no brackets": genuine("In-Reply-To: {ours}", "References: {first} {ours}"),
    "words around the id": genuine('In-Reply-To: Your message of "Sun, 22 Nov 2026" <{ours}>'),
    "several ids": genuine("In-Reply-To: <x1@client.test> <{ours}> <x2@client.test>"),
    "one in copy answers": genuine("In-Reply-To: <{ours}>", "References: <{first}> <{ours}>", sender="Egor <egor@client.test>"),
    "own first mail without our id": genuine("In-Reply-To: <{first}>", "References: <{first}>"),
    "another subject": genuine("In-Reply-To: <{ours}>", "Subject: Ещё вопрос"),
    "Ответ in the subject": genuine("In-Reply-To: <{ours}>", "Subject: Ответ: Заказ 5531"),
    "Fwd in the subject": genuine("In-Reply-To: <{ours}>", "Subject: Fwd: Re: Заказ 5531"),
    "no subject": genuine("In-Reply-To: <{ours}>", "Subject:"),
    "a list's footer": genuine(
        "In-Reply-To: <{ours}>", text="Спасибо\n_______________\nteam mailing list\nteam@client.test\nhttps://client.test/list"
    ),
    "sender in capitals": genuine("In-Reply-To: <{ours}>", sender="ОЛЬГА <OLGA@CLIENT.TEST>"),
    "a new name": genuine("In-Reply-To: <{ours}>", sender="Olga Krasnova <olga@client.test>"),
}


def in_capitals(thread: Thread) -> str:
    local, _, domain = thread.id.partition("@")
    return mail(OLGA, f"In-Reply-To: <{local.upper()}@{domain.upper()}>")


def address_in_capitals(thread: Thread) -> str:
    return mail(OLGA, to=thread.address.upper())


def with_file(thread: Thread) -> str:
    head = mail(OLGA, f"In-Reply-To: <{thread.id}>", 'Content-Type: multipart/mixed; boundary="b"', text="")
    head = head.replace("Content-Type: text/plain; charset=utf-8\n", "")
    return (
        f"{head}\n--b\nContent-Type: text/plain; charset=utf-8\n\nЧек\n--b\nContent-Type: image/png; name=cheque.png\n"
        "Content-Transfer-Encoding: base64\nContent-Disposition: attachment; filename=cheque.png\n\niVBORw0KGgo=\n--b--\n"
    )


def in_base64(thread: Thread) -> str:
    head = mail(OLGA, f"In-Reply-To: <{thread.id}>", "Content-Transfer-Encoding: base64", text="")
    return f"{head}\n0KHQv9Cw0YHQuNCx0L4=\n"


ANSWERS |= {
    "id in capitals": in_capitals,
    "reply address in capitals": address_in_capitals,
    "with a file": with_file,
    "in base64": in_base64,
}


@pytest.mark.parametrize("name", ANSWERS)
async def test_a_genuine_answer_joins_and_waits(thread: Thread, name: str):
    placed = await thread.desk.take(ANSWERS[name](thread))
    assert (placed.held, placed.number) == (Held.STORED, 1001)
    state = await thread.desk.state(1)
    now = int(thread.desk.house.clock().timestamp() * 1000)
    assert (state["status"], state["waiting_since"], state["asked"]) == ("open", now, 1)
    assert await thread.desk.conversations() == 2


@pytest.mark.parametrize("name", ["Apple Mail without References", "Gmail web", "id rewritten by the relay, own earlier mail"])
async def test_a_genuine_answer_reopens_within_the_days_allowed(thread: Thread, name: str):
    await thread.desk.house.office.submit(c.Close(1))
    thread.desk.house.clock.pass_(days=2, hours=23)
    placed = await thread.desk.take(ANSWERS[name](thread))
    assert placed.number == 1001
    assert (await thread.desk.state(1))["status"] == "open"


async def test_the_content_of_an_answer_is_there(thread: Thread):
    placed = await thread.desk.take(with_file(thread))
    assert await thread.desk.house.all("SELECT name FROM attachment WHERE message_id = ?", (placed.message_id,)) == [
        ("cheque.png",)
    ]
    placed = await thread.desk.take(in_base64(thread))
    assert await thread.desk.house.one("SELECT text FROM message WHERE id = ?", (placed.message_id,)) == ("Спасибо",)

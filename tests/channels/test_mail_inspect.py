"""What `mail inspect` says: the shape of its answer, forwarded mails, and mails that cannot be read."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from mail_text import HEAD, OPERATORS, OWN, mail, multipart, part, structured

from deskterm.channels.email.caps import CAPS
from deskterm.channels.email.inspect import inspect, inspect_file
from deskterm.channels.email.report import headers_report, report

OLGA = HEAD.replace("Anna Petrova <anna@mail.example>", "Olga <olga@gull.example>")


def said(raw: bytes) -> dict[str, Any]:
    return report(raw, OWN, OPERATORS)


async def test_everything_a_mail_says() -> None:
    text = "It came cracked.\n\nOn Sat, Nov 22, 2025 at 12:34 PM Gull <help@gull.example> wrote:\n> Hello!\n> On its way.\n"
    raw = structured(
        multipart(
            "mixed", part("text/plain; charset=utf-8", text), part("image/png; name=a.png", b"\x89PNG", "Content-ID: <a@x>")
        ),
        "Cc: Boris <boris@x.example>",
        "Reply-To: anna@other.example",
        "In-Reply-To: <m0@gull.example>",
        "References: <r@x> <m0@gull.example>",
    )
    assert await inspect(raw, OWN, OPERATORS) == {
        "from": {"name": "Anna Petrova", "address": "anna@mail.example"},
        "to": [{"name": "Gull", "address": "help@gull.example"}],
        "cc": [{"name": "Boris", "address": "boris@x.example"}],
        "reply_to": [{"name": "", "address": "anna@other.example"}],
        "subject": "Kettle",
        "date": "2025-11-22T12:34:56+03:00",
        "message_id": "m1@mail.example",
        "in_reply_to": ["m0@gull.example"],
        "references": ["r@x", "m0@gull.example"],
        "text": text.rstrip("\n"),
        "quoted_from": len("It came cracked."),
        "visible_text": "It came cracked.",
        "attachments": [{"name": "a.png", "type": "image/png", "size": 4, "inline": False, "content_id": "a@x"}],
        "kind": "human",
        "forwarded": None,
        "defects": [],
    }


def test_a_mail_of_nothing() -> None:
    found = said(b"")
    assert found["from"] == {"name": "", "address": ""}
    assert (found["date"], found["message_id"], found["quoted_from"], found["visible_text"]) == (None, "", None, "")
    assert found["defects"] == ["no sender", "no date", "no message id"]
    assert set(found) == set(headers_report(b""))


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        ((), "human"),
        (("Auto-Submitted: auto-replied",), "auto"),
        (("X-Failed-Recipients: x@x.example",), "bounce"),
        (("List-Id: <x>",), "list"),
        (("X-Deskterm-Loop: help@gull.example",), "own"),
    ],
)
def test_kinds(fields: tuple[str, ...], kind: str) -> None:
    assert said(mail("x", *fields))["kind"] == kind


BORIS = {"name": "Boris Ivanov", "address": "boris@x.example"}
FORWARDED = {
    "gmail": "---------- Forwarded message ---------\nFrom: Boris Ivanov <boris@x.example>\n"
    "Date: Sat, Nov 22, 2025 at 10:00 AM\n"
    "Subject: Чайник\nTo: <anna@mail.example>\n\n\nOh no.\nBoris",
    "gmail ru": "---------- Forwarded message ---------\nОт: Boris Ivanov <boris@x.example>\n"
    "Date: сб, 22 нояб. 2025 г. в 10:00\n"
    "Subject: Чайник\nTo: <anna@mail.example>\n\nOh no.\nBoris",
    "apple": "Begin forwarded message:\n\n> From: Boris Ivanov <boris@x.example>\n> Subject: Чайник\n"
    "> Date: 22 November 2025 at 10:00\n"
    "> To: anna@mail.example\n> \n> Oh no.\n> Boris",
    "apple ru": "Начало переадресованного сообщения:\n\nОт: Boris Ivanov <boris@x.example>\nТема: Чайник\n"
    "Дата: 22 ноября 2025 г., 10:00\n"
    "Кому: anna@mail.example\n\nOh no.\nBoris",
    "thunderbird": "-------- Forwarded Message --------\nSubject: \tЧайник\nDate: \tSat, 22 Nov 2025 10:00:00 +0300\n"
    "From: \tBoris Ivanov <boris@x.example>\nTo: \tanna@mail.example\n\n\n\nOh no.\nBoris",
    "thunderbird ru": "-------- Перенаправленное сообщение --------\nТема: Чайник\nДата: Sat, 22 Nov 2025 10:00:00 +0300\n"
    "От: Boris Ivanov <boris@x.example>\nКому: anna@mail.example\n\nOh no.\nBoris",
    "thunderbird de": "-------- Weitergeleitete Nachricht --------\nBetreff: Чайник\nDatum: Sat, 22 Nov 2025 10:00:00 +0300\n"
    "Von: Boris Ivanov <boris@x.example>\nAn: anna@mail.example\n\nOh no.\nBoris",
    "thunderbird fr": "-------- Message transféré --------\nSujet : Чайник\nDate : Sat, 22 Nov 2025 10:00:00 +0300\n"
    "De : Boris Ivanov <boris@x.example>\nPour : anna@mail.example\n\nOh no.\nBoris",
    "outlook": "________________________________\nFrom: Boris Ivanov <boris@x.example>\n"
    "Sent: Saturday, November 22, 2025 10:00 AM\n"
    "To: anna@mail.example\nSubject: Чайник\n\nOh no.\nBoris",
    "outlook ru": "От: Boris Ivanov [mailto:boris@x.example]\nОтправлено: 22 ноября 2025 г. 10:00\nКому: anna@mail.example\n"
    "Тема: Чайник\n\nOh no.\nBoris",
    "outlook fr": "De : Boris Ivanov <boris@x.example>\nEnvoyé : samedi 22 novembre 2025 10:00\nÀ : anna@mail.example\n"
    "Objet : Чайник\n\nOh no.\nBoris",
    "mail.ru": "-------- Пересылаемое сообщение --------\nОт: Boris Ivanov <boris@x.example>\nКому: anna@mail.example\n"
    "Дата: Суббота, 22 ноября 2025, 10:00 +03:00\nТема: Чайник\n\nOh no.\nBoris",
    "yandex": '-------- Пересылаемое сообщение --------\n22.11.2025, 10:00, "Boris Ivanov" <boris@x.example>:\n\n'
    "Oh no.\nBoris\n\n"
    "-------- Конец пересылаемого сообщения --------",
}


@pytest.mark.parametrize("name", FORWARDED)
def test_forwarded_mails_of_the_usual_programs(name: str) -> None:
    raw = mail(
        f"see\n\n{FORWARDED[name]}\n", "Content-Type: text/plain; charset=utf-8", head=OLGA.replace("Kettle", "Fwd: Kettle")
    )
    found = said(raw)["forwarded"]
    assert found["from"] == BORIS
    assert found["text"] == "Oh no.\nBoris"
    assert found["to"] == ([] if name == "yandex" else [{"name": "", "address": "anna@mail.example"}])
    assert found["subject"] == ("" if name == "yandex" else "Чайник")
    assert (found["date"] == "2025-11-22T10:00:00+03:00") == name.startswith("thunderbird")
    assert found["date"]


def test_a_mail_attached_whole() -> None:
    inner = mail("Oh no.", head="From: Boris Ivanov <boris@x.example>\r\nTo: anna@mail.example\r\nSubject: y\r\n")
    raw = structured(multipart("mixed", part("text/plain", "see"), b"Content-Type: message/rfc822\r\n\r\n" + inner), head=OLGA)
    assert said(raw)["forwarded"] == {
        "from": BORIS,
        "to": [{"name": "", "address": "anna@mail.example"}],
        "subject": "y",
        "date": None,
        "text": "Oh no.",
    }


def test_what_is_no_forwarded_mail() -> None:
    assert said(mail("see", head=HEAD.replace("Kettle", "Fwd: Kettle")))["forwarded"] is None
    reply = FORWARDED["outlook"]
    assert said(mail(f"see\n\n{reply}", "Content-Type: text/plain; charset=utf-8"))["forwarded"] is None
    assert said(mail(f"see\n\n{reply}", "Content-Type: text/plain; charset=utf-8", head=OLGA))["forwarded"] is not None
    assert said(mail("---------- Forwarded message ---------\n"))["forwarded"] is None


async def test_a_file(tmp_path: Path) -> None:
    path = tmp_path / "mail.eml"
    path.write_bytes(mail("Чайник", "Content-Type: text/plain; charset=utf-8"))
    assert (await inspect_file(path))["text"] == "Чайник"
    with pytest.raises(FileNotFoundError):
        await inspect_file(tmp_path / "none.eml")


@pytest.mark.parametrize(
    "raw", [b"", b"\x00" * 1_000, b"\xff\xfe" * 500, b"From: =?utf-8?B?/w==?= <\xff@\xfe>\n\n\xed\xa0\x80"]
)
async def test_any_bytes_are_answered(raw: bytes) -> None:
    json.dumps(await inspect(raw), ensure_ascii=False).encode()


async def test_what_cannot_be_read_gives_its_headers() -> None:
    bomb = mail(b"<p>" * 8_000_000, "Content-Type: text/html")
    found = await inspect(bomb, caps=replace(CAPS, parse_s=2, html=CAPS.mail))
    assert (found["subject"], found["from"]["address"], found["text"]) == ("Kettle", "anna@mail.example", "")
    assert found["defects"] == ["unparseable"]

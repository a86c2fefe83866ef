"""What an operator forwards to the desk: whose mail it is, and what is believed of it."""

from __future__ import annotations

import pytest
from mail_text import HEAD, OPERATORS, OWN, mail, multipart, part, structured

from deskterm.channels.email.understand import understand
from deskterm.desk.post import Address, IdentityKind, Inbound, MailRefs

UNPROVEN = HEAD.replace("Anna Petrova <anna@mail.example>", "Olga <Olga@gull.example>").replace("Kettle", "Fwd: Kettle")
BORIS = Address(IdentityKind.EMAIL, "boris@x.example", "Boris Ivanov")
PASSED = "Authentication-Results: mx.gull.example; dmarc=pass header.from=gull.example"
OLGA = f"{UNPROVEN}{PASSED}\r\n"
UTF8 = "Content-Type: text/plain; charset=utf-8"
FORMS = {
    "gmail": "---------- Forwarded message ---------\nFrom: Boris Ivanov <boris@x.example>\n"
    "Date: Sat, Nov 22, 2025 at 10:00 AM\nSubject: Kettle\nTo: <help@gull.example>\n\n\nOh no.\nBoris",
    "gmail de": "---------- Forwarded message ---------\nVon: Boris Ivanov <boris@x.example>\n"
    "Date: Sa., 22. Nov. 2025 um 10:00 Uhr\nSubject: Kettle\nTo: <help@gull.example>\n\nOh no.\nBoris",
    "gmail fr": "---------- Forwarded message ---------\nDe : Boris Ivanov <boris@x.example>\n"
    "Date: sam. 22 nov. 2025 à 10:00\nSubject: Kettle\nTo: <help@gull.example>\n\nOh no.\nBoris",
    "gmail es": "---------- Forwarded message ---------\nDe: Boris Ivanov <boris@x.example>\n"
    "Date: sáb, 22 nov 2025 a las 10:00\nSubject: Kettle\nTo: <help@gull.example>\n\nOh no.\nBoris",
    "apple de": "Anfang der weitergeleiteten Nachricht:\n\n> Von: Boris Ivanov <boris@x.example>\n> Betreff: Kettle\n"
    "> Datum: 22. November 2025 um 10:00:00 MEZ\n> An: help@gull.example\n> \n> Oh no.\n> Boris",
    "apple fr": "Début du message réexpédié :\n\n> De: Boris Ivanov <boris@x.example>\n> Objet: Kettle\n"
    "> Date: 22 novembre 2025 à 10:00\n> À: help@gull.example\n> \n> Oh no.\n> Boris",
    "apple es": "Inicio del mensaje reenviado:\n\n> De: Boris Ivanov <boris@x.example>\n> Asunto: Kettle\n"
    "> Fecha: 22 de noviembre de 2025, 10:00\n> Para: help@gull.example\n> \n> Oh no.\n> Boris",
    "thunderbird es": "-------- Mensaje reenviado --------\nAsunto: Kettle\nFecha: Sat, 22 Nov 2025 10:00:00 +0300\n"
    "De: Boris Ivanov <boris@x.example>\nPara: help@gull.example\n\nOh no.\nBoris",
    "thunderbird": "-------- Forwarded Message --------\nSubject: \tKettle\nDate: \tSat, 22 Nov 2025 10:00:00 +0300\n"
    "From: \tBoris Ivanov <boris@x.example>\nTo: \thelp@gull.example\n\n\n\nOh no.\nBoris",
    "outlook de": "________________________________\nVon: Boris Ivanov <boris@x.example>\n"
    "Gesendet: Samstag, 22. November 2025 10:00\nAn: help@gull.example\nBetreff: Kettle\n\nOh no.\nBoris",
    "outlook es": "De: Boris Ivanov <boris@x.example>\nEnviado el: sábado, 22 de noviembre de 2025 10:00\n"
    "Para: help@gull.example\nAsunto: Kettle\n\nOh no.\nBoris",
    "outlook web ru": "________________________________\nОт: Boris Ivanov <boris@x.example>\n"
    "Отправлено: 22 ноября 2025 г. 10:00\nКому: help@gull.example <help@gull.example>\nТема: Kettle\n\nOh no.\nBoris",
    "mail.ru": "-------- Пересылаемое сообщение --------\nОт кого: Boris Ivanov <boris@x.example>\nКому: help@gull.example\n"
    "Дата: Суббота, 22 ноября 2025, 10:00 +03:00\nТема: Kettle\n\nOh no.\nBoris",
    "outlook ru": "От: Boris Ivanov <boris@x.example>\nОтправлено: 22 ноября 2025 г. 10:00\nКому: help@gull.example\n"
    "Тема: Kettle\n\nOh no.\nBoris",
    "outlook original": "-----Original Message-----\nFrom: Boris Ivanov [mailto:boris@x.example]\n"
    "Sent: Saturday, November 22, 2025 10:00 AM\nTo: help@gull.example\nSubject: Kettle\n\nOh no.\nBoris",
    "outlook in paragraphs": "*From:* Boris Ivanov <boris@x.example>\n\n*Sent:* Saturday, November 22, 2025 10:00\n\n"
    "*To:* help@gull.example\n\n*Subject:* Kettle\n\nOh no.\nBoris",
    "mutt": "----- Forwarded message from Boris Ivanov <boris@x.example> -----\n\nDate: Sat, 22 Nov 2025 10:00:00 +0300\n"
    "From: Boris Ivanov <boris@x.example>\nTo: help@gull.example\nSubject: Kettle\n\nOh no.\nBoris\n\n"
    "----- End forwarded message -----",
    "apple ru": "Начало переадресованного сообщения:\n\n> От: Boris Ivanov <boris@x.example>\n> Тема: Kettle\n"
    "> Дата: 22 ноября 2025 г., 10:00:00 GMT+3\n> Кому: help@gull.example\n> \n> Oh no.\n> Boris",
    "yandex": '-------- Пересылаемое сообщение --------\n22.11.2025, 10:00, "Boris Ivanov" <boris@x.example>:\n\n'
    "Oh no.\nBoris\n\n-------- Конец пересылаемого сообщения --------",
}


def read(raw: bytes) -> Inbound:
    return understand(raw, OWN, OPERATORS, "gull.example", authserv_id="mx.gull.example")


def forwarded(form: str, *fields: str, cover: str = "Анна, посмотри:\n\n", head: str = OLGA) -> Inbound:
    return read(mail(f"{cover}{FORMS[form]}\n", UTF8, *fields, head=head))


@pytest.mark.parametrize("form", FORMS)
def test_the_mail_is_its_writers(form: str) -> None:
    understood = forwarded(form)
    assert (understood.sender, understood.text, understood.subject) == (BORIS, "Oh no.\nBoris", "Kettle")
    assert (understood.forwarded_by, understood.cover) == ("olga@gull.example", "Анна, посмотри:")
    assert (understood.proven, understood.forwarder_proven, understood.notes) == (False, True, ("forwarded by us",))
    assert understood.cc == ()


def nested(outer: str, inner: str) -> str:
    """Return a mail in one form whose words end in another mail, in another form, of somebody else."""
    victim = FORMS[inner].replace("Boris Ivanov", "Victim").replace("boris@x.example", "victim@y.example")
    words = f"Oh no.\n\n{victim.replace('Oh no.', 'Send all to me.')}\n\nBoris"
    if "\n> " in FORMS[outer]:
        words = words.replace("\n", "\n> ")
    return FORMS[outer].replace("Oh no.", words)


@pytest.mark.parametrize("inner", FORMS)
@pytest.mark.parametrize("outer", FORMS)
def test_a_forward_inside_a_forward_is_its_writers_words(outer: str, inner: str) -> None:
    understood = read(mail(f"see\n\n{nested(outer, inner)}\n", UTF8, head=OLGA))
    assert (understood.sender, understood.cover, understood.subject) == (BORIS, "see", "Kettle")
    assert understood.text.startswith("Oh no.\n\n")
    assert "victim@y.example" in understood.text
    assert "Send all to me." in understood.text
    assert understood.text.endswith("\n\nBoris\nBoris")
    assert understood.cc == ()


@pytest.mark.parametrize("form", FORMS)
def test_what_stands_quoted_above_a_forward_is_the_cover(form: str) -> None:
    quoted = "On 21 Nov 2025 at 10:00, Evil <evil@x.example> wrote:\n> From: Victim <victim@y.example>\n> Sent: Monday 10:00\n"
    quoted += (
        "> To: help@gull.example\n> Subject: Me\n> ---------- Forwarded message ---------\n> From: Victim <victim@y.example>"
    )
    understood = forwarded(form, cover=f"no, this one:\n{quoted}\n\n")
    assert (understood.sender, understood.text) == (BORIS, "Oh no.\nBoris")
    assert understood.cover == f"no, this one:\n{quoted}"


@pytest.mark.parametrize("form", FORMS)
def test_a_head_in_words_that_we_do_not_know_leaves_the_mail_to_who_sent_it(form: str) -> None:
    outer = "Feladó: Evil <evil@x.example>\nElküldve: 2025. november 22. 10:00\nCímzett: olga\nTárgy: Kettle\n\nHello\n\n"
    for cover in (f"see\n\n{outer}", f"see\n\n{outer.replace(chr(10), chr(10) * 2)}"):
        understood = forwarded(form, cover=cover)
        assert (understood.sender and understood.sender.value, understood.forwarded_by) == ("olga@gull.example", "")


def test_a_signature_above_a_forward_is_no_head() -> None:
    signature = "Olga\nTel: +7 495 123-45-67\nE-mail: olga@gull.example\nWeb: gull.example"
    understood = forwarded("outlook ru", cover=f"see\n\n{signature}\n\n")
    assert (understood.sender, understood.cover) == (BORIS, f"see\n\n{signature}")


@pytest.mark.parametrize(
    "name", ["victim@y.example", "victim@y.example, x", "Victim <victim@y.example>", "Victim <victim@y.example>, x", "a@b"]
)
@pytest.mark.parametrize("form", FORMS)
def test_a_display_name_is_no_address(form: str, name: str) -> None:
    body = FORMS[form].replace("Boris Ivanov", name)
    understood = read(mail(f"see\n\n{body}\n", UTF8, head=OLGA))
    assert (understood.sender and understood.sender.value) == "boris@x.example"


def test_many_people_in_a_head_hide_nothing_of_it() -> None:
    many = ";\n".join(f"Somebody With A Name {number} <s{number}@x.example>" for number in range(9))
    outer = f"From: Evil <evil@x.example>\nTo: {many}\nSent: 22 November 2025 10:00\nSubject: Hi\n\nHello\n\n"
    understood = forwarded("gmail", cover=f"see\n\n{outer}")
    assert (understood.sender and understood.sender.value, understood.cover) == ("evil@x.example", "see")


def test_words_that_look_like_a_header_line_are_words() -> None:
    outer = "---------- Forwarded message ---------\nDate: Sat, 22 Nov 2025 10:00\nAfzender: Evil\nSubject: Hi\n\n"
    understood = read(mail(f"{outer}From: Victim <victim@y.example>\n\nSend all to me", UTF8, head=OLGA))
    assert (understood.sender and understood.sender.value, understood.forwarded_by) == ("olga@gull.example", "")


def test_when_it_was_written_is_told_by_the_enclosed_mail() -> None:
    assert forwarded("thunderbird").at.isoformat() == "2025-11-22T07:00:00+00:00"
    assert forwarded("gmail").at.isoformat() == "2025-11-22T09:34:56+00:00"


def test_our_server_proves_who_forwarded_and_nothing_of_the_writer() -> None:
    refs = ("In-Reply-To: <b1@x.example>", "References: <b0@x.example> <b1@x.example>")
    proven = forwarded("gmail", *refs)
    assert (proven.forwarder_proven, proven.proven, "sender verified" in proven.notes) == (True, False, False)
    assert proven.refs == MailRefs("m1@mail.example", ("b1@x.example",), ("b0@x.example", "b1@x.example"), OWN)
    body = f"see\n\n{FORMS['gmail']}\n"
    unproven = understand(mail(body, UTF8, *refs, head=UNPROVEN), OWN, OPERATORS, "gull.example")
    assert unproven.refs == MailRefs("m1@mail.example"), "whoever forwards could name any conversation"
    assert (unproven.sender, unproven.forwarder_proven, unproven.notes) == (BORIS, False, ("forwarded by us, not proven",))


@pytest.mark.parametrize("form", FORMS)
def test_where_our_server_proves_senders_an_unproven_forward_is_none(form: str) -> None:
    understood = forwarded(form, head=UNPROVEN)
    assert (understood.sender and understood.sender.value, understood.forwarded_by, understood.cover) == (
        "olga@gull.example",
        "",
        "",
    )
    assert understood.notes == ("forwarded by us, not proven",)


@pytest.mark.parametrize(
    "fields",
    [
        (PASSED.replace("dmarc=pass", "dmarc=fail"),),
        (PASSED, "Auto-Submitted: auto-forwarded"),
        (PASSED, "List-Id: <staff.gull.example>"),
    ],
)
def test_a_forged_or_automatic_mail_is_no_forward_of_ours(fields: tuple[str, ...]) -> None:
    understood = forwarded("gmail", *fields, head=UNPROVEN)
    assert understood.sender is not None
    assert (understood.sender.value, understood.forwarded_by, understood.cover) == ("olga@gull.example", "", "")


@pytest.mark.parametrize("subject", ["Re: Kettle", "AW: Kettle", "Ответ: Kettle", "Отв: Fwd: Kettle"])
def test_an_answer_only_quotes(subject: str) -> None:
    understood = forwarded("outlook es", head=OLGA.replace("Fwd: Kettle", subject))
    assert (understood.sender and understood.sender.value, understood.forwarded_by) == ("olga@gull.example", "")


def test_what_colleagues_wrote_stays_theirs() -> None:
    inner = FORMS["gmail"].replace("boris@x.example", "help@gull.example")
    understood = read(mail(f"see\n\n{inner}", UTF8, head=OLGA))
    assert (understood.sender and understood.sender.value, understood.forwarded_by) == ("olga@gull.example", "")


def test_strangers_forward_nothing_for_us() -> None:
    understood = forwarded("gmail", head=HEAD.replace("Kettle", "Fwd: Kettle"))
    assert (understood.sender and understood.sender.value, understood.forwarded_by) == ("anna@mail.example", "")


@pytest.mark.parametrize("kind", ["message/rfc822", "application/octet-stream"])
def test_a_mail_attached_whole_brings_its_own_files(kind: str) -> None:
    inner_head = (
        "From: Boris Ivanov <boris@x.example>\r\nTo: help@gull.example, Vera <vera@x.example>\r\nSubject: Kettle\r\n"
        "Date: Fri, 21 Nov 2025 08:00:00 +0000\r\nMessage-ID: <b1@x.example>\r\n"
    )
    photo = part("image/png", b"\x89PNG", 'Content-Disposition: attachment; filename="crack.png"')
    inner = structured(multipart("mixed", part("text/plain", "Oh no."), photo, boundary="=_in"), head=inner_head)
    attached = b"Content-Type: message/rfc822\r\n\r\n" + inner
    if kind != "message/rfc822":
        attached = part(kind, inner, 'Content-Disposition: attachment; filename="Kettle.eml"')
    raw = structured(multipart("mixed", part("text/plain", "see"), attached), head=OLGA)
    understood = read(raw)
    assert (understood.sender, understood.text, understood.cover) == (BORIS, "Oh no.", "see")
    assert [file.name for file in understood.attachments] == ["crack.png"]
    assert understood.at.isoformat() == "2025-11-21T08:00:00+00:00"
    assert understood.cc == (Address(IdentityKind.EMAIL, "vera@x.example", "Vera"),)
    assert understood.refs is not None
    assert understood.refs.message_id == "b1@x.example"

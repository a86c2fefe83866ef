"""Who wrote a mail: the order of the rules, and what each of them goes by."""

import pytest
from mail_text import DAEMON, HEAD, OWN, mail, multipart, part, structured

from deskterm.channels.email.classify import classify
from deskterm.channels.email.mime import parse_mail
from deskterm.desk.model import Origin

DOMAIN = "desk.gull.example"
SIGNED = "v1.aaaaaaaaaaaaaaaaaaaa.bbbbbbbbbbbbbbbbbbbb"


def kind(raw: bytes, domain: str = DOMAIN) -> Origin:
    return classify(parse_mail(raw), OWN, domain)


def from_address(address: str) -> str:
    return HEAD.replace("anna@mail.example", address)


def subject(text: str) -> str:
    return HEAD.replace("Subject: Kettle", f"Subject: {text}")


FIELDS = [
    ("X-Priority: 1", Origin.HUMAN),
    ("Auto-Submitted: no", Origin.HUMAN),
    ("Auto-Submitted: No ; owner=x", Origin.HUMAN),
    ("Auto-Submitted: auto-replied", Origin.AUTO),
    ("Auto-Submitted: auto-generated; type=x", Origin.AUTO),
    ("X-Autoreply: yes", Origin.AUTO),
    ("X-Autoreply: no", Origin.HUMAN),
    ("X-Autorespond: 1", Origin.AUTO),
    ("X-Auto-Response-Suppress: All", Origin.AUTO),
    ("X-Auto-Response-Suppress: DR, OOF, AutoReply", Origin.AUTO),
    ("X-Auto-Response-Suppress: DR, RN, NRN", Origin.HUMAN),
    ("X-MS-Exchange-Generated-Message-Source: Mailbox Rules Agent", Origin.AUTO),
    ("X-MS-Exchange-Inbox-Rules-Loop: a@x.example", Origin.AUTO),
    ("Precedence: auto_reply", Origin.AUTO),
    ("Precedence: bulk", Origin.LIST),
    ("Precedence: list", Origin.LIST),
    ("Precedence: junk", Origin.LIST),
    ("Precedence: first-class", Origin.HUMAN),
    ("List-Id: <kettles.example>", Origin.LIST),
    ("List-Unsubscribe: <mailto:x@x.example>", Origin.LIST),
    ("Return-Path: <>", Origin.AUTO),
    ("Return-Path: <anna@mail.example>", Origin.HUMAN),
    ("X-Failed-Recipients: x@x.example", Origin.BOUNCE),
    ("X-Deskterm-Loop: help@gull.example", Origin.OWN),
    ("X-Deskterm-Loop: desk@other.example", Origin.HUMAN),
]


@pytest.mark.parametrize(("field", "origin"), FIELDS)
def test_one_field(field: str, origin: Origin) -> None:
    assert kind(mail("x", field)) is origin


@pytest.mark.parametrize(
    ("text", "origin"),
    [
        ("Kettle", Origin.HUMAN),
        ("Re: Автоответ не работает", Origin.HUMAN),
        ("Автоответ: Kettle", Origin.AUTO),
        ("Automatic reply: Kettle", Origin.AUTO),
        ("Out of office", Origin.AUTO),
        ("Out of the office until Monday", Origin.AUTO),
        ("=?utf-8?B?0J3QtdGCINC90LAg0YDQsNCx0L7Rh9C10Lwg0LzQtdGB0YLQtQ==?=", Origin.AUTO),
        ("Automatische Antwort: Kessel", Origin.AUTO),
    ],
)
def test_subjects(text: str, origin: Origin) -> None:
    assert kind(mail("x", head=subject(text))) is origin


@pytest.mark.parametrize(
    ("address", "origin"),
    [
        ("anna@mail.example", Origin.HUMAN),
        ("noreply@x.example", Origin.AUTO),
        ("no-reply@x.example", Origin.AUTO),
        ("do_not_reply+7@x.example", Origin.AUTO),
        ("donotreply@x.example", Origin.AUTO),
        ("bounce-12@x.example", Origin.AUTO),
        ("nora@reply.example", Origin.HUMAN),
        ("help@gull.example", Origin.OWN),
        ("Help+v1.7.abc@Gull.Example", Origin.OWN),
        ("help@gull.example.evil", Origin.HUMAN),
    ],
)
def test_senders(address: str, origin: Origin) -> None:
    assert kind(mail("x", head=from_address(address))) is origin


def test_our_signed_ids_are_ours_and_other_ids_of_the_domain_are_not() -> None:
    def with_id(message_id: str) -> bytes:
        return mail("x", head=HEAD.replace("m1@mail.example", message_id))

    assert kind(with_id(f"{SIGNED}@{DOMAIN}")) is Origin.OWN
    assert kind(with_id(f"{SIGNED.upper()}@{DOMAIN.upper()}")) is Origin.OWN
    assert kind(with_id(f"{SIGNED}@other.example")) is Origin.HUMAN
    assert kind(with_id(f"1234@{DOMAIN}")) is Origin.HUMAN
    assert kind(with_id(f"{SIGNED}@"), domain="") is Origin.HUMAN


@pytest.mark.parametrize(
    ("kind_of_report", "body", "origin"),
    [
        ("delivery-status", "Final-Recipient: rfc822; x@x.example\r\nAction: failed\r\nStatus: 5.1.1\r\n", Origin.BOUNCE),
        ("delivery-status", "Final-Recipient: rfc822; x@x.example\r\nAction: delayed\r\nStatus: 4.4.1\r\n", Origin.BOUNCE),
        ("delivery-status", "Final-Recipient: rfc822; x@x.example\r\nAction: delivered\r\nStatus: 2.0.0\r\n", Origin.AUTO),
        ("delivery-status", "", Origin.BOUNCE),
        ("disposition-notification", "Disposition: manual-action/MDN-sent-manually; displayed\r\n", Origin.AUTO),
    ],
)
def test_reports(kind_of_report: str, body: str, origin: Origin) -> None:
    status = part(f"message/{kind_of_report}", body)
    report = multipart("report", part("text/plain", "words"), status, extra=f"; report-type={kind_of_report}")
    assert kind(structured(report, head=DAEMON)) is origin


def test_a_report_sent_as_a_mixed_mail() -> None:
    status = part("message/delivery-status", "Action: failed\r\n")
    assert kind(structured(multipart("mixed", part("text/plain", "words"), status))) is Origin.BOUNCE


@pytest.mark.parametrize(
    ("head", "fields", "origin"),
    [
        (DAEMON, ("Return-Path: <>",), Origin.BOUNCE),
        (DAEMON.replace("Kettle", "failure notice"), (), Origin.BOUNCE),
        (DAEMON.replace("Kettle", "Undelivered Mail Returned to Sender"), (), Origin.BOUNCE),
        (DAEMON.replace("Kettle", "Недоставленное сообщение"), (), Origin.BOUNCE),
        (DAEMON, (), Origin.AUTO),
        (HEAD.replace("Kettle", "Undelivered parcel"), (), Origin.HUMAN),
    ],
)
def test_mail_servers(head: str, fields: tuple[str, ...], origin: Origin) -> None:
    assert kind(mail("x", *fields, head=head)) is origin


@pytest.mark.parametrize(
    ("fields", "origin"),
    [
        (("X-Deskterm-Loop: help@gull.example", "X-Failed-Recipients: x@x.example"), Origin.OWN),
        (("X-Failed-Recipients: x@x.example", "Auto-Submitted: auto-replied"), Origin.BOUNCE),
        (("Auto-Submitted: auto-replied", "List-Id: <x>"), Origin.AUTO),
        (("Return-Path: <>", "List-Id: <x>"), Origin.AUTO),
        (("Auto-Submitted: no", "List-Id: <x>"), Origin.LIST),
    ],
)
def test_the_first_rule_that_holds_decides(fields: tuple[str, ...], origin: Origin) -> None:
    assert kind(mail("x", *fields)) is origin


def test_an_invitation_alone_is_automatic() -> None:
    assert kind(structured(part("text/calendar", "BEGIN:VCALENDAR"))) is Origin.AUTO

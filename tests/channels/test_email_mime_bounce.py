"""What delivery reports say, in the forms of the usual mail servers."""

from pathlib import Path

import pytest
from mail_text import DAEMON, mail, multipart, part, read, structured

from deskterm.desk.model import Origin
from deskterm.desk.post import Bounce

SAMPLES = Path(__file__).parent / "mail_samples"
OURS = "v1.aaaaaaaaaaaaaaaaaaaa.bbbbbbbbbbbbbbbbbbbb@desk.gull.example"
ANNA = "anna@mail.example"


@pytest.mark.parametrize(
    ("name", "status", "permanent", "text"),
    [
        ("postfix", "5.1.1", True, "550 5.1.1 <anna@mail.example>: Recipient address rejected: User unknown"),
        (
            "exchange",
            "5.1.10",
            True,
            "550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup",
        ),
        ("gmail", "5.1.1", True, "550-5.1.1 The email account that you tried to reach does not exist."),
        (
            "qmail",
            "5.0.0",
            True,
            "192.0.2.7 does not like recipient. Remote host said: 550 No such user here Giving up on 192.0.2.7.",
        ),
        (
            "exim",
            "5.2.1",
            True,
            "SMTP error from remote mail server after RCPT TO:<anna@mail.example>: host mx.mail.example [192.0.2.7]: "
            "550 5.2.1 Mailbox disabled",
        ),
        ("delayed", "4.4.1", False, "connect to mx.mail.example[192.0.2.7]:25: Connection timed out"),
    ],
)
def test_reports(name: str, status: str, permanent: bool, text: str) -> None:
    inbound = read((SAMPLES / f"bounce_{name}.eml").read_bytes())
    assert inbound.origin is Origin.BOUNCE
    assert inbound.bounce == Bounce(OURS, ANNA, status, permanent, text)


def test_of_several_recipients_the_first_that_failed_counts() -> None:
    blocks = (
        "Reporting-MTA: dns; x\r\n\r\nFinal-Recipient: rfc822; a@x.example\r\nAction: delivered\r\nStatus: 2.0.0\r\n\r\n"
        "Final-Recipient: RFC822; <B@X.example>\r\nAction: failed\r\nStatus: 5.2.2 (full)\r\n"
    )
    report = multipart(
        "report", part("text/plain", "x"), part("message/delivery-status", blocks), extra="; report-type=delivery-status"
    )
    bounce = read(structured(report, head=DAEMON)).bounce
    assert bounce is not None
    assert (bounce.recipient, bounce.status, bounce.permanent) == ("b@x.example", "5.2.2", True)


def test_a_failure_after_long_waiting_is_for_good() -> None:
    blocks = "Final-Recipient: rfc822; a@x.example\r\nAction: failed\r\nStatus: 4.4.7\r\n"
    report = multipart(
        "report", part("text/plain", "x"), part("message/delivery-status", blocks), extra="; report-type=delivery-status"
    )
    bounce = read(structured(report, head=DAEMON)).bounce
    assert bounce == Bounce("", "a@x.example", "4.4.7", True)


def test_a_report_that_says_nothing() -> None:
    inbound = read(mail("", "Return-Path: <>", head=DAEMON))
    assert inbound.bounce == Bounce("", "", "", True)


def test_no_bounce_for_other_mail() -> None:
    assert read(mail("550 5.1.1 <anna@mail.example>")).bounce is None

"""An outgoing mail as bytes: what is written is what a reader reads, and nothing in it can become a header."""

from __future__ import annotations

import email
import email.policy
import re
from datetime import UTC, datetime
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.utils import parseaddr
from pathlib import PurePath

import pytest
from email_support import AT, outbound
from hypothesis import given
from hypothesis import strategies as st

from deskterm.channels.email.compose import Sender, Unsendable, compose, recipients, safe_file_name, safe_header
from deskterm.desk.post import Address, IdentityKind, OutFile

SENDER = Sender("support@example.test", "Поддержка «Ромашка»")
_HEADER_NAMES = [
    *("From", "To", "Reply-To", "Subject", "Date", "Message-ID", "In-Reply-To", "References", "X-Deskterm-Loop"),
    *("MIME-Version", "Content-Type", "Content-Transfer-Encoding"),
]
_no_surrogates = st.characters(exclude_categories=("Cs",))
_texts = st.text(_no_surrogates, max_size=300) | st.text("ab \t.=_-Fromщ😀\n\r\0\x0b\x85\u2028", max_size=300)


def read(raw: bytes) -> EmailMessage:
    message = email.message_from_bytes(raw, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    return message


def text_of(message: EmailMessage) -> str:
    body = message.get_body(("plain",))
    assert body is not None
    payload = body.get_payload(decode=True)
    assert isinstance(payload, bytes)
    return payload.decode("utf-8").replace("\r\n", "\n")


def lines_of(text: str) -> str:
    """Return a text with the line ends every mail has."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text if text.endswith("\n") else text + "\n"


def a_file(name: str, data: bytes, media_type: str = "application/pdf") -> OutFile:
    return OutFile(name, media_type, len(data), PurePath("unused"))


def test_a_reply_to_the_byte() -> None:
    out = outbound(
        "Hello,\nyours",
        subject="Re: An order",
        in_reply_to="c2@customer.test",
        references=("c1@customer.test", "c2@customer.test"),
        reply_address="support+v1.7.abcdefghijklmnop@example.test",
        to=(Address(IdentityKind.EMAIL, "anna@example.test", 'Anna "A" Smith'),),
        cc=(Address(IdentityKind.EMAIL, "bob@example.test"),),
    )
    assert compose(out, Sender("support@example.test", "Shop")).decode() == (
        "From: Shop <support@example.test>\r\n"
        'To: "Anna \\"A\\" Smith" <anna@example.test>\r\n'
        "Cc: bob@example.test\r\n"
        "Reply-To: Shop <support+v1.7.abcdefghijklmnop@example.test>\r\n"
        "Subject: Re: An order\r\n"
        "Date: Sun, 22 Nov 2026 09:30:00 +0000\r\n"
        "Message-ID: <v1.aaaaaaaaaaaaaaaaaaaa.bbbbbbbbbbbbbbbbbbbb@desk.test>\r\n"
        "In-Reply-To: <c2@customer.test>\r\n"
        "References: <c1@customer.test>\r\n <c2@customer.test>\r\n"
        "X-Deskterm-Loop: support@example.test\r\n"
        "MIME-Version: 1.0\r\n"
        'Content-Type: text/plain; charset="us-ascii"\r\n'
        "Content-Transfer-Encoding: 7bit\r\n"
        "\r\n"
        "Hello,\r\nyours\r\n"
    )


@given(text=_texts)
def test_the_text_comes_back(text: str) -> None:
    raw = compose(outbound(text), SENDER)
    assert text_of(read(raw)) == lines_of(text)
    assert_fit_for_every_server(raw)


@given(text=st.text("abc Щё😀.\n", min_size=1000, max_size=4000))
def test_long_texts_come_back(text: str) -> None:
    raw = compose(outbound(text), SENDER)
    assert text_of(read(raw)) == lines_of(text)
    assert_fit_for_every_server(raw)


@pytest.mark.parametrize(
    "text", ["x" * 5000, "щ" * 5000, "word " * 2000, "From here\nFrom there ё", "tail \t\n \n", "", "\n\n", "=_=_"]
)
def test_awkward_texts(text: str) -> None:
    raw = compose(outbound(text), SENDER)
    assert text_of(read(raw)) == lines_of(text)
    assert_fit_for_every_server(raw)
    assert not re.search(rb"(?m)^From ", raw.partition(b"\r\n\r\n")[2])


@given(subject=st.text(_no_surrogates, max_size=400) | st.text('ab =?utf-8Bq_\r\n\t"\\:щ', max_size=200))
def test_the_subject_comes_back(subject: str) -> None:
    raw = compose(outbound("x", subject=subject), SENDER)
    assert str(read(raw)["Subject"] or "") == safe_header(subject)
    assert_fit_for_every_server(raw)


@given(name=st.text(_no_surrogates, max_size=200) | st.text("ab =?,;<>@()\"\\.'щ", max_size=100))
def test_the_names_come_back(name: str) -> None:
    raw = compose(outbound("x", to=(Address(IdentityKind.EMAIL, "anna@example.test", name),)), Sender("me@example.test", name))
    message = email.message_from_bytes(raw)
    for field, address in (("To", "anna@example.test"), ("From", "me@example.test")):
        # by `parseaddr`: the newer parser of some Pythons puts a space between two encoded words of a name
        shown, written = parseaddr(str(message[field]))
        assert (str(make_header(decode_header(shown))), written) == (safe_header(name), address)
    assert_fit_for_every_server(raw)


@given(name=st.text(_no_surrogates, max_size=200) | st.text("ab %'*;\"\\/.щ=?", max_size=100), data=st.binary(max_size=400))
def test_files_come_back(name: str, data: bytes) -> None:
    raw = compose(outbound("Текст", attachments=(a_file(name, data),)), SENDER, [data])
    [attachment] = read(raw).iter_attachments()
    assert attachment.get_filename() == safe_file_name(name)
    assert attachment.get_payload(decode=True) == data
    assert text_of(read(raw)) == "Текст\n"
    assert_fit_for_every_server(raw)


def assert_fit_for_every_server(raw: bytes) -> None:
    """7-bit, CRLF only, no line over 998 characters, no header that we did not write."""
    assert raw.isascii()
    assert b"\0" not in raw
    assert not re.search(rb"(?<!\r)\n|\r(?!\n)", raw)
    assert max(len(line) for line in raw.split(b"\r\n")) <= 998
    assert [name for name in read(raw) if name not in (*_HEADER_NAMES, "Cc")] == []
    assert len(set(read(raw).keys())) == len(read(raw).keys())


@pytest.mark.parametrize(
    "words",
    [
        "x\r\nBcc: evil@example.test",
        "=?UTF-8?Q?=0ABcc:_evil?=",
        "=?utf-8?b?DQpCY2M6IGV2aWw=?=",
        "a\nb\rc\0d\x85e\u2028f",
        "=?=?utf-8?q?a?=?q?=0A?=",
    ],
)
def test_no_word_becomes_a_header(words: str) -> None:
    address = Address(IdentityKind.EMAIL, "anna@example.test", words)
    out = outbound(
        "x", subject=words, to=(address,), attachments=(a_file(words, b"x"),), in_reply_to=words, references=(words,)
    )
    raw = compose(out, Sender("me@example.test", words), [b"x"])
    again = read(raw).as_bytes(policy=email.policy.SMTP)
    for one in (raw, again):
        assert "Bcc" not in read(one)
        assert not re.search(rb"(?mi)^Bcc", one)


@pytest.mark.parametrize(
    "address", ["", "anna", "a b@example.test", "a@b\r\nRCPT TO:<x@y>", "<a@b>", "a@b,c@d", "a\0@b", "a@b>"]
)
def test_what_is_no_address_is_not_sent(address: str) -> None:
    with pytest.raises(Unsendable):
        compose(outbound("x", to=(Address(IdentityKind.EMAIL, address),)), SENDER)


def test_without_recipients_or_id_nothing_is_sent() -> None:
    with pytest.raises(Unsendable):
        compose(outbound("x", to=()), SENDER)
    with pytest.raises(Unsendable):
        compose(outbound("x", message_id="a b"), SENDER)


def test_the_same_message_gives_the_same_bytes() -> None:
    out = outbound("Текст", attachments=(a_file("счёт.pdf", b"%PDF"), a_file("b.bin", b"\0" * 1000)))
    first = compose(out, SENDER, [b"%PDF", b"\0" * 1000])
    assert compose(out, SENDER, [b"%PDF", b"\0" * 1000]) == first
    other = compose(
        outbound("Текст", message_id="other@desk.test", attachments=out.attachments), SENDER, [b"%PDF", b"\0" * 1000]
    )
    assert read(first).get_boundary() != read(other).get_boundary()


def test_the_boundary_stands_in_no_part() -> None:
    boundary = read(compose(outbound("x", attachments=(a_file("a", b"x"),)), SENDER, [b"x"])).get_boundary()
    raw = compose(outbound(f"--{boundary}--", attachments=(a_file("a", b"x"),)), SENDER, [b"x"])
    assert text_of(read(raw)) == f"--{boundary}--\n"
    assert len(list(read(raw).iter_attachments())) == 1


@pytest.mark.parametrize(
    ("media_type", "written"),
    [
        ("image/png", "image/png"),
        ("Text/Plain", "text/plain"),
        ("message/rfc822", "application/octet-stream"),
        ("multipart/mixed", "application/octet-stream"),
        ("image/png\r\nX: y", "application/octet-stream"),
        ("", "application/octet-stream"),
    ],
)
def test_media_types(media_type: str, written: str) -> None:
    raw = compose(outbound("x", attachments=(a_file("a", b"x", media_type),)), SENDER, [b"x"])
    [attachment] = read(raw).iter_attachments()
    assert attachment.get_content_type() == written


def test_a_long_thread_keeps_its_first_and_last_twenty() -> None:
    ids = tuple(f"m{number}@customer.test" for number in range(50))
    raw = compose(outbound("x", references=ids, in_reply_to=ids[-1]), SENDER)
    written = re.findall(r"<([^<>]+)>", str(read(raw)["References"]))
    assert written == [ids[0], *ids[-20:]]


def test_what_is_no_id_is_left_out() -> None:
    raw = compose(outbound("x", references=("a b", "ok@x", "<y>", "ы@z"), in_reply_to="also bad"), SENDER)
    assert str(read(raw)["References"]) == "<ok@x>"
    assert "In-Reply-To" not in read(raw)


def test_an_address_beyond_ascii_is_written_as_it_is() -> None:
    raw = compose(outbound("x", "анна@example.test"), SENDER)
    assert "To: анна@example.test\r\n".encode() in raw


def test_the_date_is_when_the_operator_sent_it() -> None:
    message = read(compose(outbound("x", at=datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)), SENDER))
    assert message["Date"].datetime == datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    assert read(compose(outbound("x"), SENDER))["Date"].datetime == AT


def test_nothing_that_looks_encoded_is_passed_on() -> None:
    assert safe_header("a =?utf-8?q?x?= b\r\nc") == "a b c"


def test_each_recipient_once() -> None:
    anna = Address(IdentityKind.EMAIL, "anna@example.test")
    bob = Address(IdentityKind.EMAIL, "bob@example.test")
    assert recipients(outbound("x", to=(anna,), cc=(bob, anna))) == ["anna@example.test", "bob@example.test"]

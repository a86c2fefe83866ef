"""No bytes make the reading of a mail raise, take long, or hand out what cannot be stored and shown."""

import json
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mail_bombs import BOMBS
from mail_text import OPERATORS, OWN, mail, multipart, part, read, structured
from nasty import CORPUS

from deskterm.channels.email.caps import CAPS
from deskterm.channels.email.content_key import content_key
from deskterm.channels.email.frames import inbound_from_wire, inbound_to_wire
from deskterm.channels.email.report import report
from deskterm.desk.post import Inbound
from deskterm.desk.text import MAX_TEXT, clean, clean_line


def check(inbound: Inbound) -> None:
    """Assert what holds for every mail that was understood."""
    head, blobs = inbound_to_wire(inbound)
    json.dumps(head, ensure_ascii=False).encode()
    assert inbound_from_wire(head, blobs) == inbound
    assert clean(inbound.text) == inbound.text
    assert len(inbound.text) <= MAX_TEXT + 1
    assert clean_line(inbound.subject, 2_000) == inbound.subject
    assert inbound.quoted_from is None or 0 < inbound.quoted_from < len(inbound.text)
    assert len(inbound.attachments) <= CAPS.parts
    for file in inbound.attachments:
        assert file.name
        assert len(file.name) <= 154
        assert clean_line(file.name) == file.name
        assert not set("/\\") & set(file.name)
    if inbound.sender is not None:
        assert "@" in inbound.sender.value
        assert clean_line(inbound.sender.name) == inbound.sender.name


@pytest.mark.parametrize("name", BOMBS)
def test_bombs_are_read_within_the_time_a_mail_has(name: str) -> None:
    started = time.process_time()
    inbound = read(BOMBS[name])
    assert time.process_time() - started < 4 * CAPS.parse_s
    check(inbound)
    assert inbound.sender is None or inbound.sender.value


@pytest.mark.parametrize("name", CORPUS)
def test_hostile_words_everywhere(name: str) -> None:
    nasty = CORPUS[name]
    line = " ".join(nasty.encode("utf-8", "replace").decode().split()).encode()
    head = b"From: " + line + b" <a@x.example>\r\nSubject: " + line + b"\r\nMessage-ID: <" + line + b"@x>\r\n"
    field = b'Content-Disposition: attachment; filename="' + line.replace(b'"', b"") + b'"\r\n'
    body = nasty.encode("utf-8", "replace")
    root = multipart(
        "mixed",
        part("text/plain; charset=utf-8", body),
        part("text/html; charset=utf-8", b"<p>" + body + b"</p>"),
        field + part("application/pdf", b"%PDF"),
    )
    check(read(head + root))


FRAGMENTS = st.sampled_from(
    [
        *(b"From: ", b"To: ", b"Subject: ", b"Content-Type: ", b"Content-Transfer-Encoding: ", b"Content-Disposition: "),
        *(
            b"multipart/mixed; boundary=x",
            b"multipart/alternative; boundary=y",
            b"text/html",
            b"text/plain; charset=",
            b"message/rfc822",
        ),
        *(
            b"multipart/report; report-type=delivery-status; boundary=x",
            b"message/delivery-status",
            b"Action: failed",
            b"text/calendar",
        ),
        *(b"base64", b"quoted-printable", b"uuencode", b"filename*0*=", b"utf-8''%FF", b"=?utf-8?B?", b"=?koi8-r?Q?", b"?="),
        *(
            b"\r\n",
            b"\n",
            b"\n\n",
            b"\n--x\n",
            b"\n--y\n",
            b"\n--x--\n",
            b"; ",
            b'"',
            b"<",
            b">",
            b"(",
            b"@",
            b",",
            b":",
            b"> ",
        ),
        *(
            b"<div class=gmail_quote>",
            b"<blockquote type=cite>",
            b"</div>",
            b"<a href='https://x'>",
            b"On 1.1.2025 12:00, a <a@b> wrote:",
        ),
        *(
            "Привет".encode(),
            "Привет".encode("cp1251"),
            "Привет".encode("koi8-r"),
            b"\xff\xfe",
            b"\x00",
            b"\x1b[2J",
            b"BEGIN:VEVENT",
        ),
    ]
)
MAILS = st.one_of(st.binary(max_size=400), st.lists(st.one_of(FRAGMENTS, st.binary(max_size=12)), max_size=40).map(b"".join))


@settings(max_examples=400)
@given(MAILS)
def test_any_bytes_are_a_mail(raw: bytes) -> None:
    inbound = read(raw)
    check(inbound)
    assert inbound == read(raw)
    assert inbound.external_id == content_key(raw)
    json.dumps(report(raw, OWN, OPERATORS), ensure_ascii=False).encode()


@given(st.binary(max_size=300), st.sampled_from(["text/plain", "text/html", "text/calendar", "message/delivery-status", "x"]))
def test_any_bytes_are_a_part(body: bytes, kind: str) -> None:
    for charset in ("", "; charset=utf-8", "; charset=utf-7", "; charset=iso-2022-jp", "; charset=utf-16"):
        check(read(structured(multipart("report", part("text/plain", "x"), part(kind + charset, body)))))
        check(read(mail(body, f"Content-Type: {kind}{charset}")))

"""From MIME parts to one text and the files beside it."""

from datetime import UTC, datetime

import pytest
from mail_text import HEAD, mail, multipart, part, read, structured

from deskterm.channels.email.caps import CAPS
from deskterm.channels.email.mime import parse_mail
from deskterm.channels.email.understand import UNDATED, content_key
from deskterm.desk.model import Origin
from deskterm.desk.post import Address, IdentityKind, MailRefs
from deskterm.desk.text import MAX_TEXT, clean

PLAIN = part("text/plain; charset=utf-8", "Чайник треснул")
HTML = part("text/html; charset=utf-8", "<p>Чайник <b>треснул</b></p>")
PNG = b"\x89PNG\r\n\x1a\n"


def test_a_plain_mail() -> None:
    inbound = read(
        mail("Hello,\r\nit came cracked.\r\n", "In-Reply-To: <m0@gull.example>", "References: <r@x> <m0@gull.example>")
    )
    assert inbound.sender == Address(IdentityKind.EMAIL, "anna@mail.example", "Anna Petrova")
    assert inbound.subject == "Kettle"
    assert inbound.text == "Hello,\nit came cracked."
    assert inbound.at == datetime(2025, 11, 22, 9, 34, 56, tzinfo=UTC)
    assert inbound.origin is Origin.HUMAN
    assert inbound.refs == MailRefs("m1@mail.example", ("m0@gull.example",), ("r@x", "m0@gull.example"), ("help@gull.example",))
    assert (inbound.thread_key, inbound.quoted_from, inbound.attachments, inbound.notes) == ("", None, (), ())


def test_plain_text_is_preferred_and_html_not_repeated() -> None:
    inbound = read(structured(multipart("alternative", PLAIN, HTML)))
    assert inbound.text == "Чайник треснул"
    assert inbound.attachments == ()


@pytest.mark.parametrize(
    "stub",
    [
        "",
        " \r\n",
        "Please see the HTML version of this mail.",
        "Ваша программа не поддерживает HTML",
        "View this email in your browser",
    ],
)
def test_html_is_read_where_the_plain_part_says_nothing(stub: str) -> None:
    inbound = read(structured(multipart("alternative", part("text/plain; charset=utf-8", stub), HTML)))
    assert inbound.text == "Чайник треснул"


def test_parts_of_a_mixed_mail_follow_each_other() -> None:
    pdf = part("application/pdf; name=a.pdf", b"%PDF", "Content-Disposition: attachment; filename=a.pdf")
    inbound = read(structured(multipart("mixed", PLAIN, pdf, part("text/plain", "and more"))))
    assert inbound.text == "Чайник треснул\n\nand more"
    assert [(file.name, file.media_type, file.data, file.inline) for file in inbound.attachments] == [
        ("a.pdf", "application/pdf", b"%PDF", False)
    ]


def test_pictures_that_the_html_shows_are_inline() -> None:
    html = part("text/html", '<p>See <img src="cid:one@x" alt="the crack"></p>')
    shown = part("image/png; name=one.png", PNG, "Content-ID: <one@x>")
    other = part("image/png; name=two.png", PNG, "Content-ID: <two@x>")
    inbound = read(structured(multipart("mixed", multipart("related", html, shown, boundary="=_r"), other)))
    assert inbound.text == "See [the crack]"
    assert [(file.name, file.inline, file.content_id) for file in inbound.attachments] == [
        ("one.png", True, "one@x"),
        ("two.png", False, "two@x"),
    ]


def test_files_of_the_way_not_chosen_are_kept() -> None:
    pdf = part("application/pdf", b"%PDF", "Content-Disposition: inline; filename=chek.pdf")
    apple = multipart("alternative", PLAIN, multipart("mixed", HTML, pdf, HTML, boundary="=_m"))
    inbound = read(structured(apple))
    assert inbound.text == "Чайник треснул"
    assert [file.name for file in inbound.attachments] == ["chek.pdf"]


def test_a_text_file_is_a_file() -> None:
    log = part("text/plain; name=boot.log", "lines", "Content-Disposition: attachment; filename=boot.log")
    inbound = read(structured(multipart("mixed", PLAIN, log)))
    assert inbound.text == "Чайник треснул"
    assert [(file.name, file.data) for file in inbound.attachments] == [("boot.log", b"lines")]


def test_a_signed_mail_shows_its_text_and_says_that_nobody_checked() -> None:
    signature = part("application/pkcs7-signature; name=smime.p7s", b"0")
    inbound = read(structured(multipart("signed", PLAIN, signature)))
    assert inbound.text == "Чайник треснул"
    assert inbound.notes == ("signature not checked",)
    assert [file.name for file in inbound.attachments] == ["smime.p7s"]


def test_an_encrypted_mail_has_a_placeholder() -> None:
    pgp = multipart(
        "encrypted", part("application/pgp-encrypted", "Version: 1"), part("application/octet-stream; name=e.asc", "x")
    )
    for root in (pgp, part('application/pkcs7-mime; smime-type=enveloped-data; name="smime.p7m"', b"0")):
        inbound = read(structured(root))
        assert (inbound.text, inbound.placeholder) == ("", "encrypted mail")
        assert "encrypted" in inbound.notes
        assert inbound.attachments


def test_words_wrapped_into_their_signature_have_a_placeholder() -> None:
    inbound = read(structured(part('application/pkcs7-mime; smime-type=signed-data; name="smime.p7m"', b"0")))
    assert (inbound.placeholder, inbound.notes) == ("signed mail", ("signature not checked",))


def test_words_for_other_devices_are_not_repeated() -> None:
    inbound = read(structured(multipart("alternative", PLAIN, part("text/x-amp-html", "<html amp4email>"), HTML)))
    assert (inbound.text, inbound.attachments) == ("Чайник треснул", ())


@pytest.mark.parametrize("kind", ["text/plain", "text/html"])
def test_more_text_than_can_be_shown_is_cut_and_says_so(kind: str) -> None:
    inbound = read(mail("word " * 50_000, f"Content-Type: {kind}"))
    assert "text cut" in inbound.notes
    assert len(inbound.text) == MAX_TEXT + 1
    assert clean(inbound.text) == inbound.text


def test_an_invitation_is_read_and_attached() -> None:
    calendar = (
        "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nSUMMARY:Доставка\\, второй\r\n  раз\r\n"
        "DTSTART;TZID=Europe/Moscow:20251124T100000\r\nDTEND:20251124T080000Z\r\nLOCATION:Склад\r\n"
        "ORGANIZER;CN=Gull:mailto:help@gull.example\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    )
    inbound = read(structured(multipart("alternative", PLAIN, part("text/calendar; charset=utf-8; method=REQUEST", calendar))))
    assert inbound.text == (
        "Чайник треснул\n\nMETHOD: REQUEST\nSUMMARY: Доставка, второй раз\nDTSTART: 2025-11-24 10:00\n"
        "DTEND: 2025-11-24 08:00 UTC\nLOCATION: Склад\nORGANIZER: help@gull.example"
    )
    assert [(file.name, file.media_type) for file in inbound.attachments] == [("text.ics", "text/calendar")]


def test_enclosed_mails_and_tnef_are_files() -> None:
    enclosed = b"Content-Type: message/rfc822\r\n\r\n" + mail(
        "inner", head="Subject: =?utf-8?B?0KfQtdC6?=\r\nFrom: b@x.example\r\n"
    )
    tnef = part("application/ms-tnef; name=winmail.dat", b"x\x9f>\x22")
    inbound = read(structured(multipart("mixed", PLAIN, enclosed, tnef)))
    assert [(file.name, file.media_type) for file in inbound.attachments] == [
        ("Чек.eml", "message/rfc822"),
        ("winmail.dat", "application/ms-tnef"),
    ]
    assert inbound.attachments[0].data is not None
    assert inbound.attachments[0].data.endswith(b"inner")
    assert "inner" not in inbound.text


def test_uuencoded_text_stays_text() -> None:
    body = "see\r\nbegin 644 a.txt\r\n#0V%T\r\n`\r\nend\r\n"
    assert read(mail(body)).text == "see\nbegin 644 a.txt\n#0V%T\n`\nend"


def test_a_mail_of_nothing_but_a_file() -> None:
    inbound = read(structured(part("application/zip", b"PK", "Content-Disposition: attachment; filename=a.zip")))
    assert (inbound.text, [file.name for file in inbound.attachments]) == ("", ["a.zip"])


def test_flowed_paragraphs_are_joined() -> None:
    body = "A long line \r\nbroken here\r\n> quoted \r\n> too\r\n-- \r\nAnna\r\n"
    inbound = read(mail(body, "Content-Type: text/plain; format=flowed"))
    assert inbound.text == "A long line broken here\n> quoted too\n-- \nAnna"
    joined = read(mail("сло \r\nво\r\n", 'Content-Type: text/plain; charset=utf-8; format="Flowed"; delsp=yes'))
    assert joined.text == "слово"


def test_long_paragraphs_lose_no_words() -> None:
    words = " ".join(f"слово{number}" for number in range(2_000))
    inbound = read(mail(words, "Content-Type: text/plain; charset=utf-8"))
    assert inbound.text.replace("\n", " ") == words
    assert max(map(len, inbound.text.split("\n"))) <= 2_000
    html = read(mail(f"<p>{words}</p>", "Content-Type: text/html; charset=utf-8"))
    assert html.text.replace("\n", " ") == words


def test_a_long_quoted_line_stays_quoted() -> None:
    text = "OK\n\nOn 22.11.2025 12:34, Gull wrote:\n> " + "word " * 1_000
    inbound = read(mail(text))
    assert inbound.text[: inbound.quoted_from] == "OK"


@pytest.mark.parametrize(
    ("body", "charset", "text"),
    [
        ("Привет, чайник".encode("koi8-r"), "koi8-r", "Привет, чайник"),
        ("Привет, чайник".encode("cp1251"), "windows-1251", "Привет, чайник"),
        ("Привет, чайник".encode("cp1251"), "", "Привет, чайник"),
        ("Привет, чайник".encode("cp1251"), "us-ascii", "Привет, чайник"),
        ("Привет, чайник".encode("koi8-r"), "", "Привет, чайник"),
        ("Возврат чайника".encode(), "", "Возврат чайника"),
        ("Возврат чайника".encode(), "x-unknown", "Возврат чайника"),
        ("Возврат чайника".encode(), "koi8-r\x00", "Возврат чайника"),
        ("Возврат".encode("cp1251"), "utf-8", "Возврат"),
        ("Größe “12”".encode("cp1252"), "iso-8859-1", "Größe “12”"),
        ("Müller café".encode("cp1252"), "", "Müller café"),
        ("かきくけこ".encode("iso-2022-jp"), "iso-2022-jp", "かきくけこ"),
        ("退货".encode("gb18030"), "gb2312", "退货"),
        (b"abc", "rot13", "abc"),
        (b"xn--abc", "idna", "xn--abc"),
        ("Привет".encode() + b"\xff", "utf-8", "Привет\ufffd"),
        ("Привет".encode() + b"\xff", "", "Привет\ufffd"),
        ("Привет".encode()[:-1], "", "Приве\ufffd"),
        (b"\xff\xfe\x00", "utf-8", None),
    ],
)
def test_charsets_declared_wrong_and_missing(body: bytes, charset: str, text: str | None) -> None:
    fields = [f"Content-Type: text/plain; charset={charset}"] if charset else []
    inbound = read(mail(body, *fields))
    assert inbound.text == text if text is not None else inbound.text.encode()


def test_html_may_name_its_charset_itself() -> None:
    page = '<html><head><meta charset="windows-1251"></head><body>Чайник</body></html>'.encode("cp1251")
    assert read(mail(page, "Content-Type: text/html")).text == "Чайник"


@pytest.mark.parametrize(
    ("encoding", "body", "text"),
    [
        ("quoted-printable", b"=D0=A7=D0=B0=D0=B9", "Чай"),
        ("Quoted-Printable ;x", b"=D0=A7=D0=B0=D0=B9=", "Чай"),
        ("base64", b"0KfQsNC5", "Чай"),
        ("base64", b"0KfQsN C5=\r\n!!", "Чай"),
        ("base64", b"SGVsbG8", "Hello"),
        ("8bit", "Чай".encode(), "Чай"),
        ("nonsense", "Чай".encode(), "Чай"),
        ("", "Чай".encode(), "Чай"),
    ],
)
def test_transfer_encodings(encoding: str, body: bytes, text: str) -> None:
    fields = ("Content-Type: text/plain; charset=utf-8", f"Content-Transfer-Encoding: {encoding}")
    assert read(mail(body, *fields)).text == text


NAMES = {
    "filename=chek.pdf": "chek.pdf",
    'filename="../../.ssh/authorized_keys"': "authorized_keys",
    'filename="C:\\\\Users\\\\a\\\\chek.pdf"': "chek.pdf",
    "filename*=UTF-8''%D1%87%D0%B5%D0%BA.pdf": "чек.pdf",
    "filename*0*=UTF-8''%D1%87%D0%B5; filename*1*=%D0%BA; filename*2=.pdf": "чек.pdf",
    'filename="=?utf-8?B?0YfQtdC6LnBkZg==?="': "чек.pdf",
    'filename="=?koi8-r?Q?=DE=C5=CB?= =?koi8-r?Q?.pdf?="': "чек.pdf",
    'filename="чек.pdf"': "чек.pdf",
    "filename=": "attachment.bin",
    'filename=".."': "attachment.bin",
    'filename=".bashrc"': "bashrc",
    'filename="a\x1b]0;x\x07b\u202efdp.exe"': "a]0;xbfdp.exe",
    'filename="a:b|c.pdf"': "a_b_c.pdf",
    f'filename="{"x" * 300}.pdf"': "x" * 146 + ".pdf",
}


@pytest.mark.parametrize("parameter", NAMES)
def test_names_of_files(parameter: str) -> None:
    raw = part("application/x-thing", "data").replace(
        b"\r\n\r\n", f"\r\nContent-Disposition: attachment; {parameter}\r\n\r\n".encode(), 1
    )
    inbound = read(structured(multipart("mixed", PLAIN, raw)))
    assert [file.name for file in inbound.attachments] == [NAMES[parameter]]


def test_a_name_in_the_bytes_of_an_old_charset() -> None:
    field = b'Content-Type: application/pdf; name="' + "чек возврата.pdf".encode("cp1251") + b'"\r\n\r\n%PDF'
    assert [file.name for file in read(structured(multipart("mixed", PLAIN, field))).attachments] == ["чек возврата.pdf"]


def test_broken_structures_lose_nothing() -> None:
    unclosed = b"Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n\r\nfirst\r\n--x\r\n\r\nlast"
    assert read(structured(unclosed)).text == "first\n\nlast"
    assert read(structured(unclosed)).notes == ("incomplete",)
    assert read(mail("words", "Content-Type: multipart/mixed; boundary=x")).text == "words"
    assert read(mail("words", "Content-Type: multipart/mixed")).text == "words"
    assert read(mail("words", "Content-Type: nonsense")).text == "words"
    assert read(b"no headers at all\nreally").text == "no headers at all\nreally"
    assert read(b"Subject: x\nno blank line\nbefore the text").text == "no blank line\nbefore the text"
    assert read(b"").text == ""


def test_similar_boundaries_are_told_apart() -> None:
    inner = multipart("alternative", PLAIN, HTML, boundary="edge-1")
    raw = structured(multipart("mixed", inner, part("application/pdf; name=a.pdf", b"%PDF"), boundary="edge"))
    inbound = read(raw)
    assert (inbound.text, [file.name for file in inbound.attachments]) == ("Чайник треснул", ["a.pdf"])


def test_text_is_cleaned_and_the_fold_holds_for_it() -> None:
    body = "a\x1b[31mb\u200b\u202ec\n\nOn Sat, Nov 22, 2025 at 12:34 PM Gull <help@gull.example> wrote:\n> x\x1b\n> y\n"
    inbound = read(mail(body, "Content-Type: text/plain; charset=utf-8"))
    assert inbound.text[: inbound.quoted_from] == "a␛[31mb<U+202E>c"


def test_who_a_reply_goes_to() -> None:
    head = HEAD.replace("To: Gull <help@gull.example>", "To: help+v1.7.abc@gull.example, Boris <boris@mail.example>")
    inbound = read(
        mail("x", "Cc: anna@mail.example, C <c@x.example>, boris@mail.example", "Reply-To: A <other@x.example>", head=head)
    )
    assert [address.value for address in inbound.cc] == ["boris@mail.example", "c@x.example"]
    assert inbound.reply_to == "other@x.example"
    assert "reply-to differs" in inbound.notes
    assert inbound.refs is not None
    assert inbound.refs.delivered_to == ("help+v1.7.abc@gull.example",)
    assert read(mail("x", "Reply-To: anna@mail.example")).reply_to == ""


@pytest.mark.parametrize(
    ("date", "received", "at"),
    [
        ("Sat, 22 Nov 2025 12:00:00 +0300", "", datetime(2025, 11, 22, 9, tzinfo=UTC)),
        ("Sat, 22 Nov 2025 12:00:00 +0300", "Sat, 22 Nov 2025 09:00:05 +0000", datetime(2025, 11, 22, 9, tzinfo=UTC)),
        ("Sat, 22 Nov 2099 12:00:00 +0300", "Sat, 22 Nov 2025 09:00:05 +0000", datetime(2025, 11, 22, 9, 0, 5, tzinfo=UTC)),
        ("Thu, 1 Jan 1970 00:00:00 +0000", "Sat, 22 Nov 2025 09:00:05 +0000", datetime(2025, 11, 22, 9, 0, 5, tzinfo=UTC)),
        ("yesterday", "Sat, 22 Nov 2025 09:00:05 +0000", datetime(2025, 11, 22, 9, 0, 5, tzinfo=UTC)),
        ("Sat, 22 Nov 2025 25:99:00 +9999", "", UNDATED),
        ("", "", UNDATED),
    ],
)
def test_when_it_was_written(date: str, received: str, at: datetime) -> None:
    trace = f"Received: from a by b; {received}\r\n" if received else ""
    inbound = read(mail("x", head=f"{trace}From: a@x.example\r\nDate: {date}\r\n"))
    assert inbound.at == at
    assert ("undated" in inbound.notes) == (at == UNDATED)


def test_the_content_key_ignores_the_way_a_mail_took() -> None:
    raw = mail("body")
    assert content_key(raw) == content_key(b"Received: from x\r\n by y\r\nDelivered-To: z\r\n" + raw)
    assert content_key(raw) == read(raw).external_id
    assert content_key(raw) != content_key(mail("other body"))
    assert content_key(raw) != content_key(raw.replace(b"m1@", b"m2@"))
    assert content_key(b"") != content_key(b"\x00")
    assert len(content_key(b"\xff" * 100)) == 64


def test_what_an_operator_forwards_names_the_customer() -> None:
    body = (
        "see\r\n\r\n---------- Forwarded message ---------\r\nFrom: Boris <boris@x.example>\r\nDate: 1\r\nSubject: y\r\n\r\nOh"
    )
    head = HEAD.replace("Anna Petrova <anna@mail.example>", "Olga <olga@gull.example>")
    understood = read(mail(body, head=head))
    assert understood.sender == Address(IdentityKind.EMAIL, "boris@x.example", "Boris")
    assert (understood.forwarded_by, understood.cover, understood.text) == ("olga@gull.example", "see", "Oh")
    theirs = read(mail(body))
    assert (theirs.sender, theirs.forwarded_by) == (Address(IdentityKind.EMAIL, "anna@mail.example", "Anna Petrova"), "")


def test_parts_and_depth_are_bounded() -> None:
    many = parse_mail(structured(b"Content-Type: multipart/mixed; boundary=x\r\n\r\n" + b"--x\r\n\r\nhi\r\n" * 1_000))
    assert len(many.root.parts) == CAPS.parts
    assert many.notes == ["too many parts"]
    nested = HEAD.encode() + b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(50))
    assert parse_mail(nested).notes == ["too deep", "incomplete"]
    assert [file.name for file in read(nested).attachments] == ["attachment.bin"]


def test_an_oversize_mail_shows_its_first_part() -> None:
    inbound = read(mail(b"x\r\n" * (CAPS.mail // 3 + 10)))
    assert "oversize" in inbound.notes
    assert "text cut" in inbound.notes
    assert inbound.subject == "Kettle"

"""Header fields as people, programs and attackers write them."""

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deskterm.channels.email.addresses import Mailbox, mailboxes, one_of, parse_mailboxes
from deskterm.channels.email.authres import FORGED, VERIFIED, sender_note
from deskterm.channels.email.caps import CAPS
from deskterm.channels.email.headers import Headers, date_of, decode_words, message_ids, parse_headers, parse_value
from deskterm.desk.addresses import normal_email


def headers(*lines: str | bytes) -> Headers:
    block = b"\r\n".join(line if isinstance(line, bytes) else line.encode() for line in lines)
    return parse_headers(block + b"\r\n")[0]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("Kettle", "Kettle"),
        ("=?utf-8?B?0KfQsNC50L3QuNC6?=", "Чайник"),
        ("=?UTF-8?q?=D0=A7=D0=B0=D0=B9?= =?utf-8?Q?=D0=BD=D0=B8=D0=BA?=", "Чайник"),
        ("=?utf-8?B?0KfQsNC5?=\r\n =?utf-8?B?0L3QuNC6?=", "Чайник"),
        # a letter cut between two words, as old programs do
        ("=?utf-8?B?0KfQsNC50A==?= =?utf-8?B?vdC40Lo=?=", "Чайник"),
        ("=?koi8-r?B?/sHKzsnL?=", "Чайник"),
        ("Re: =?windows-1251?Q?=D7=E0=E9=ED=E8=EA?= 2", "Re: Чайник 2"),
        ("=?utf-8?Q?two words?=", "two words"),
        ("=?utf-8?Q?Really??=", "Really?"),
        ("=?utf-8*ru?Q?=D0=A7?=", "Ч"),
        ("=?x-unknown?Q?abc?=", "abc"),
        ("=?utf-8?Q?open", "=?utf-8?Q?open"),
        ("=?utf-8?B?!!!?=x", "x"),
        # what would be a new field if it were written out again
        ("=?utf-8?Q?a=0D=0ABcc:_evil@x.example?=", "a Bcc: evil@x.example"),
        ("a\x1b[2Jb", "a␛[2Jb"),
        ("a\tb\x00", "a b␀"),
    ],
)
def test_subjects(value: str, text: str) -> None:
    assert headers(f"Subject: {value}").text("subject") == text


@pytest.mark.parametrize("charset", ["utf-8", "cp1251", "koi8-r"])
def test_subjects_in_bare_bytes(charset: str) -> None:
    assert headers(b"Subject: " + "Возврат чайника".encode(charset)).text("subject") == "Возврат чайника"


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("anna@mail.example", [("", "anna@mail.example")]),
        ("Anna Petrova <Anna@Mail.Example>", [("Anna Petrova", "anna@mail.example")]),
        ('"Petrova, Anna" <anna@mail.example>, b@x.example', [("Petrova, Anna", "anna@mail.example"), ("", "b@x.example")]),
        ('"A \\"the\\" P" <a@x.example>', [('A "the" P', "a@x.example")]),
        ("=?utf-8?Q?Petrova=2C_Anna?= <a@x.example>", [("Petrova, Anna", "a@x.example")]),
        ('"=?utf-8?B?0JDQvdC90LA=?=" <a@x.example>', [("Анна", "a@x.example")]),
        ("a@x.example (Anna)", [("Anna", "a@x.example")]),
        ("Petrova, Anna <a@x.example>, b@x.example", [("Petrova, Anna", "a@x.example"), ("", "b@x.example")]),
        ("a@x.example; b@x.example", [("", "a@x.example"), ("", "b@x.example")]),
        ("Team: a@x.example, b@x.example;", [("", "a@x.example"), ("", "b@x.example")]),
        ("undisclosed-recipients:;", []),
        ("<a@x.example>", [("", "a@x.example")]),
        ("Анна <анна@почта.рф>", [("Анна", "анна@xn--80a1acny.xn--p1ai")]),
        ("Pete(A wonderful \\) chap) <pete(his account)@silly.test(his host)>", [("Pete", "pete@silly.test")]),
        ("No Address", [("No Address", "")]),
        ("Name <not an address>", [("Name", "")]),
        ("evil\x1b]0;x\x07\u202e <a@x.example>", [("evil␛]0;x␇<U+202E>", "a@x.example")]),
        ("A <a@x.example\x1b[2J>", [("A", "")]),
        ("(c):", []),
        ('"', []),
        ("", []),
        (",,;", []),
    ],
)
def test_addresses(value: str, found: list[tuple[str, str]]) -> None:
    assert [(one.name, one.address) for one in parse_mailboxes(value)] == found


def test_addresses_of_several_fields() -> None:
    two = headers("To: a@x.example", "To: B <b@x.example>", "Cc: c@x.example")
    assert mailboxes(two, "to") == [Mailbox("", "a@x.example"), Mailbox("B", "b@x.example")]


def test_addresses_made_comparable() -> None:
    assert normal_email(" Mailto:A@X.Example. ") == ""
    assert normal_email("A@X.Example.") == "a@x.example"
    assert normal_email("a b@x.example") == ""
    assert normal_email("a@" + "x" * 400) == ""
    assert one_of("help+v1.7.abc@gull.example", ["Help@Gull.Example"])
    assert not one_of("", [""])


@pytest.mark.parametrize(
    ("value", "ids"),
    [
        ("<a@x>", ("a@x",)),
        ("<a@x> <b@x>\r\n <a@x>", ("a@x", "b@x")),
        ("<a@x><b@x>", ("a@x", "b@x")),
        ("<a@x>, <b@x>", ("a@x", "b@x")),
        ("a@x", ("a@x",)),
        ("<[abc@x.example]>", ("[abc@x.example]",)),
        ("<!&!AAAA/abc+d=@x.example>", ("!&!AAAA/abc+d=@x.example",)),
        ("<long-id-folded\r\n -in-the-middle@x>", ("long-id-folded-in-the-middle@x",)),
        ("=?us-ascii?Q?<a=40x>_<b=40x>?=", ("a@x", "b@x")),
        ('Your message of "Sat, 22 Nov" <a@x>', ("a@x",)),
        ("<>", ()),
        ("< >", ()),
        ("<@>", ()),
        ("", ()),
        ("none", ()),
        ("<\x1b[2J@x>", ()),
    ],
)
def test_ids(value: str, ids: tuple[str, ...]) -> None:
    assert message_ids(headers(f"References: {value}"), "references") == ids


def test_the_last_references_survive_the_cap() -> None:
    many = " ".join(f"<{number:05d}@x.example>" for number in range(5_000))
    kept = message_ids(headers(f"References: {many}"), "references")
    assert len(kept) == 200
    assert kept[-1] == "04999@x.example"


@pytest.mark.parametrize(
    ("value", "at"),
    [
        ("Sat, 22 Nov 2025 12:34:56 +0300", "2025-11-22T12:34:56+03:00"),
        ("22 Nov 2025 12:34 GMT", "2025-11-22T12:34:00+00:00"),
        ("Sat, 22 Nov 2025 12:34:56 -0000", "2025-11-22T12:34:56+00:00"),
        ("Sat, 22 Nov 2025 12:34:56 +0300 (MSK)", "2025-11-22T12:34:56+03:00"),
    ],
)
def test_dates(value: str, at: str) -> None:
    found = date_of(value.encode())
    assert found == datetime.fromisoformat(at)
    assert found is not None
    assert found.isoformat() == at


@pytest.mark.parametrize(
    "value", ["", "soon", "Sat, 99 Foo 2025", "1 Jan 99999 00:00:00 +0000", "Fri, 31 Dec 9999 23:59:59 -2359", "\xff"]
)
def test_what_is_no_date(value: str) -> None:
    assert date_of(value.encode()) is None


def test_values_with_parameters() -> None:
    value = parse_value(b'Text/Plain; charset="UTF-8" ; format=flowed; x')
    assert (value.value, value.get("charset"), value.get("format"), value.get("none")) == ("text/plain", "UTF-8", "flowed", "")
    assert parse_value(b"text/plain; name*").value == "text/plain"
    assert parse_value(b"text/plain; name*0*=x'").value == "text/plain"
    assert parse_value(b"").value == ""


def test_lines_that_are_no_fields_do_not_end_the_headers() -> None:
    found = headers("From a@x Sat Nov 22", "Subject: one", "garbage", " and more", "To: b@x.example")
    assert found.text("subject") == "one"
    assert mailboxes(found, "to") == [Mailbox("", "b@x.example")]


def test_caps_of_headers() -> None:
    found = headers("Subject: " + "a " * 500_000, "From: a@x.example")
    assert found.cut
    assert len(found.raw("subject")) == CAPS.header
    assert mailboxes(found, "from") == [Mailbox("", "a@x.example")]
    many = headers(*["X-Filler: " + "a" * 1_000] * 1_000)
    assert many.cut
    assert many.size <= CAPS.headers


RESULTS = "Authentication-Results: mx.gull.example"


@pytest.mark.parametrize(
    ("lines", "note"),
    [
        ([f"{RESULTS}; spf=fail; dmarc=pass (p=REJECT) header.from=x.example"], VERIFIED),
        ([f"{RESULTS}; dmarc=pass header.from=other.example"], ""),
        ([f"{RESULTS}; dmarc=none; spf=pass smtp.mailfrom=anna@x.example"], VERIFIED),
        ([f"{RESULTS}; spf = pass (sender is ok; (really)) smtp.mailfrom = X.example"], VERIFIED),
        ([f"{RESULTS}; dkim=fail header.d=x.example; dkim/1=pass header.d=X.EXAMPLE header.s=k"], VERIFIED),
        ([f"{RESULTS}; dkim=pass header.i=@x.example"], VERIFIED),
        ([f"{RESULTS}; spf=pass smtp.mailfrom=bounces@news.x.example; dkim=pass header.d=esp.example"], ""),
        ([f"{RESULTS}; spf=pass smtp.helo=x.example"], ""),
        ([f"{RESULTS}; spf=softfail smtp.mailfrom=x.example; dkim=neutral header.d=x.example"], ""),
        ([f"{RESULTS}; dmarc=temperror; dkim=pass header.d=x.example"], ""),
        ([f"{RESULTS}; dmarc=fail header.from=x.example; dkim=pass header.d=x.example"], FORGED),
        ([f'{RESULTS}; spf=pass smtp.mailfrom="a; dkim=pass header.d=x.example "@evil.example'], ""),
        ([f'{RESULTS}; spf=fail reason="dmarc=pass; dkim=pass header.d=x.example"'], ""),
        ([f"{RESULTS}; none"], ""),
        (["Authentication-Results: mx.gull.example 1; dmarc=fail"], FORGED),
        (["Authentication-Results: mx.gull.example; dmarc=none"], ""),
        (["Authentication-Results: evil.example; dmarc=pass"], ""),
        (
            ["Authentication-Results: mx.gull.example; dmarc=fail", "Authentication-Results: mx.gull.example; dmarc=pass"],
            FORGED,
        ),
        (["Authentication-Results: mx.gull.example; x=(; dmarc=pass)"], ""),
        ([], ""),
    ],
)
def test_only_our_own_server_is_believed(lines: list[str], note: str) -> None:
    mail = headers("From: Anna <anna@x.example>", *lines)
    assert sender_note(mail, "mx.gull.example") == note
    assert sender_note(mail, "MX.gull.example") == note
    assert sender_note(mail, "") == ""


@pytest.mark.parametrize(
    ("senders", "note"),
    [
        (["From: anna@x.example, eve@evil.example"], ""),
        (["From: anna@x.example", "From: eve@evil.example"], ""),
        (["From: Anna"], ""),
        ([], ""),
        (["From: anna@почта.example"], VERIFIED),
    ],
)
def test_results_are_of_one_sender(senders: list[str], note: str) -> None:
    results = f"{RESULTS}; dmarc=pass header.from={'xn--80a1acny.example' if note == VERIFIED else 'x.example'}"
    assert sender_note(headers(*senders, results), "mx.gull.example") == note


@given(st.text(alphabet='abc.=;/()"\\ @', max_size=80))
def test_no_result_proves_what_it_does_not_say(text: str) -> None:
    assert sender_note(headers("From: a@x.example", f"{RESULTS}; {text}"), "mx.gull.example") == ""


@given(st.binary(max_size=600))
def test_no_header_raises(raw: bytes) -> None:
    found, end = parse_headers(b"Subject: " + raw + b"\nFrom: " + raw + b"\nContent-Type: " + raw)
    assert end >= 0
    for name in ("subject", "from", "content-type"):
        found.text(name).encode()
        for one in mailboxes(found, name):
            (one.name + one.address).encode()
        "".join(message_ids(found, name)).encode()
        date_of(found.raw(name))
        parse_value(found.raw(name))


@given(st.text(max_size=80))
def test_encoded_words_come_back(text: str) -> None:
    from email.header import Header

    plain = "".join(char for char in text if char.isprintable() and not 0xD800 <= ord(char) < 0xE000).strip()
    if not plain or "=?" in plain:
        return
    assert decode_words(Header(plain, "utf-8", maxlinelen=60).encode().replace("\n", "")) == plain

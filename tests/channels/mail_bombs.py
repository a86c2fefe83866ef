"""Mails made to exhaust whoever reads them: each stopped a mail program or a parser of others."""

from __future__ import annotations

HEAD = b"From: a@x.example\nTo: b@x.example\nDate: Sat, 22 Nov 2025 12:34:56 +0300\nMessage-ID: <x@y>\n"
MIXED = HEAD + b"Content-Type: multipart/mixed; boundary=x\n\n"
HTML = HEAD + b"Content-Type: text/html\n\n"
REPORT = b"X-Failed-Recipients: q@x.example\n" + HEAD + b"\n"


def nested(depth: int, kind: bytes) -> bytes:
    """Return a mail of multiparts, each in the one before."""
    return (
        HEAD
        + b"".join(b"Content-Type: multipart/%s; boundary=b%d\n\n--b%d\n" % (kind, n, n) for n in range(depth))
        + b"\nhello\n"
    )


BOMBS: dict[str, bytes] = {
    "a subject of a megabyte": b"Subject: " + b"a " * 500_000 + b"\n" + HEAD + b"\nhello",
    "a folded subject": b"Subject: " + b"a\n " * 300_000 + b"\n" + HEAD + b"\nhello",
    "50 000 recipients": b"To: " + b"x@y.example, " * 50_000 + b"\n" + HEAD + b"\nhello",
    "50 000 fields": b"To: x@y.example\n" * 50_000 + HEAD + b"\nhello",
    "20 000 parameters": HEAD + b"Content-Type: text/plain" + b"; a=b" * 20_000 + b"\n\nhello",
    "20 000 pieces of a parameter": HEAD
    + b"Content-Type: text/plain"
    + b"".join(b"; a*%d=b" % n for n in range(20_000))
    + b"\n\nhello",
    "open quotes in parameters": MIXED + (b"--x\nContent-Type: text/plain" + b';"a' * 2_700 + b"\n\nhello\n") * 300,
    "20 000 encoded words": b"Subject: " + b"=?utf-8?q?a?= " * 20_000 + b"\n" + HEAD + b"\nhello",
    "open encoded words": b"Subject: " + b"=?a?q?" * 200_000 + b"\n" + HEAD + b"\nhello",
    "100 000 parts": MIXED + b"--x\n\nhello\n" * 100_000,
    "a million false boundaries": MIXED + b"--xy\n\nhello\n" * 1_000_000,
    "nested 2000 deep": nested(2_000, b"mixed"),
    "nested alternatives": nested(2_000, b"alternative"),
    "nested mails": HEAD + b"Content-Type: message/rfc822\n\n" * 2_000 + b"hello",
    "nested comments": b"From: " + b"(" * 100_000 + b"\n" + HEAD + b"\nhello",
    "nested brackets": b"From: " + b"<" * 100_000 + b"\n" + HEAD + b"\nhello",
    "escaped quotes": b"From: " + b'"\\' * 100_000 + b"\n" + HEAD + b"\nhello",
    "100 000 references": b"References: " + b"<a@b> " * 100_000 + b"\n" + HEAD + b"\nhello",
    "a long domain": b"From: a@" + "ü".encode() * 3_000 + b".example\n" + HEAD + b"\nhello",
    "no end of headers": b"A: b\n" * 1_000_000,
    "stray lines": (b"x\n" * 6 + b"From: a@b\n") * 100_000 + b"\nhello",
    "html: nested": HTML + b"<div>" * 100_000,
    "html: open tags": HTML + b"<a" * 250_000,
    "html: open comments": HTML + b"<!--" * 120_000,
    "html: attributes": HTML + b"<p " + b"a " * 250_000 + b">hello",
    "html: paragraphs": HTML + b"<p>" * 170_000,
    "html: misnested": HTML + b"<a><b><p></a></b>" * 28_000,
    "html: tables": HTML + b"<table>x" * 60_000,
    "html: quotes": HTML + b"<blockquote type=cite>" * 1_900 + b"x" * 100,
    "html: many quotes": HTML + b"<blockquote>x</blockquote>" * 20_000,
    "html: containers": HTML + b"<div class=gmail_quote>" * 1_900 + b"<blockquote type=cite>x</blockquote>" * 10_000,
    "text: marks": HEAD + b"\n" + b"> x\n" * 250_000,
    "text: colons": HEAD + b"\n" + b"a:\n" * 300_000,
    "text: addresses": HEAD + b"\n" + (b"On 1.1.2025 12:00 [a@a@a" * 15 + b":\n") * 2_500,
    "text: header lines": b"Subject: Fwd: x\n" + HEAD + b"\n" + b"From: x@y.example\nTo: x\nSubject: x\n" * 30_000,
    "text: spaces": HEAD + b"\n" + (b" " * 1_999 + b"x\n") * 500,
    "text: flowed": HEAD + b"Content-Type: text/plain; format=flowed\n\n" + b"a \n" * 330_000,
    "text: stacked marks": HEAD + b"Content-Type: text/plain; charset=utf-8\n\n" + ("a" + "\u0301" * 1_000).encode() * 500,
    "report: blocks": HEAD
    + b"Content-Type: multipart/report; report-type=delivery-status; boundary=x\n\n"
    + b"--x\nContent-Type: message/delivery-status\n\n"
    + b"Action: failed\n\n" * 20_000,
    "report: addresses": REPORT + b"a@b.c " * 150_000,
    "report: ids": REPORT + b"Message-ID: <aaaa\n" * 50_000,
    "calendar": HEAD + b"Content-Type: text/calendar\n\nBEGIN:VEVENT\n" + b"SUMMARY;" * 120_000,
}

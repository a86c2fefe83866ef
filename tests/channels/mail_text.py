"""Mails for tests, put together from their parts."""

from __future__ import annotations

import base64

from deskterm.channels.email.understand import understand
from deskterm.desk.post import Inbound

OWN = ("help@gull.example",)
OPERATORS = ("olga@gull.example",)
HEAD = (
    "From: Anna Petrova <anna@mail.example>\r\nTo: Gull <help@gull.example>\r\nSubject: Kettle\r\n"
    "Date: Sat, 22 Nov 2025 12:34:56 +0300\r\nMessage-ID: <m1@mail.example>\r\nMIME-Version: 1.0\r\n"
)
DAEMON = HEAD.replace("Anna Petrova <anna@mail.example>", "MAILER-DAEMON@mx.example")


def mail(body: str | bytes = "Hello\r\n", *fields: str, head: str = HEAD) -> bytes:
    """Return a mail of our customer Anna, with these further fields."""
    body = body if isinstance(body, bytes) else body.encode()
    return (head + "".join(f"{field}\r\n" for field in fields)).encode() + b"\r\n" + body


def multipart(kind: str, *parts: bytes, boundary: str = "=_b", extra: str = "") -> bytes:
    """Return a part of a multipart type: its Content-Type field, a blank line, the parts."""
    edge = f"--{boundary}".encode()
    body = b"".join(b"\r\n" + edge + b"\r\n" + part for part in parts)
    return (
        f'Content-Type: multipart/{kind}; boundary="{boundary}"{extra}\r\n'.encode()
        + b"\r\n"
        + body
        + b"\r\n"
        + edge
        + b"--\r\n"
    )


def part(content_type: str, body: str | bytes, *fields: str) -> bytes:
    """Return a part in base64."""
    data = body if isinstance(body, bytes) else body.encode()
    head = "".join(f"{field}\r\n" for field in (f"Content-Type: {content_type}", "Content-Transfer-Encoding: base64", *fields))
    return head.encode() + b"\r\n" + base64.encodebytes(data)


def structured(root: bytes, *fields: str, head: str = HEAD) -> bytes:
    """Return a mail of our customer Anna whose body is this part."""
    return (head + "".join(f"{field}\r\n" for field in fields)).encode() + root


def read(raw: bytes) -> Inbound:
    """Return what our desk understands of a mail."""
    return understand(raw, OWN, OPERATORS, "desk.gull.example")

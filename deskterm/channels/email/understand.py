"""A mail's bytes to an `Inbound`. Pure, and meant for the worker process: `parser_process` bounds its time and memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from deskterm.channels.email.addresses import Mailbox, mailboxes, one_of
from deskterm.channels.email.authres import FORGED, VERIFIED, sender_note
from deskterm.channels.email.body import Content, read_content
from deskterm.channels.email.bounce import read_bounce
from deskterm.channels.email.caps import CAPS, Caps
from deskterm.channels.email.classify import classify
from deskterm.channels.email.content_key import content_key
from deskterm.channels.email.forwarded import Forwarded, find_forwarded, says_forward
from deskterm.channels.email.headers import Headers, date_of, message_ids
from deskterm.channels.email.mime import Mail, parse_mail
from deskterm.channels.email.passed_on import passed_on
from deskterm.desk.model import Origin
from deskterm.desk.post import Address, Inbound, MailRefs
from deskterm.desk.quotes import quoted_from

__all__ = ["content_key", "read_mail", "understand"]

_NAMING_US = ("to", "cc", "delivered-to", "x-original-to", "envelope-to", "x-envelope-to")
_OLDEST_ON_THE_WAY = timedelta(days=7)
UNDATED = datetime(1970, 1, 1, tzinfo=UTC)
"""`Inbound.at` of a mail that names no usable time at all, with the note "undated"."""


@dataclass(frozen=True, slots=True)
class Understood:
    """One mail, taken apart and read: what `Inbound` and `mail inspect` are made of."""

    mail: Mail
    content: Content
    text: str
    quoted_from: int | None
    sender: Mailbox
    forwarded: Forwarded | None

    @property
    def headers(self) -> Headers:
        """The fields of the mail itself."""
        return self.mail.headers


def read_mail(raw: bytes, operator_addresses: Sequence[str] = (), caps: Caps = CAPS) -> Understood:
    """Take a mail apart and read it."""
    mail = parse_mail(raw, caps)
    content = read_content(mail, caps)
    text, quoted = content.text()
    subject = mail.headers.text("subject")
    sender = _sender(mail.headers)
    by_operator = one_of(sender.address, operator_addresses)
    fold = quoted_from(text, quoted, forward=says_forward(subject))
    forwarded = find_forwarded(text, subject, by_operator, content.files, caps)
    return Understood(mail, content, text, fold, sender, forwarded)


def understand(
    raw: bytes,
    own_addresses: Sequence[str],
    operator_addresses: Sequence[str] = (),
    mail_domain: str = "",
    *,
    authserv_id: str = "",
    caps: Caps = CAPS,
) -> Inbound:
    """Return what a mail says. All its text is cleaned; the offset of the fold holds for it as it is.

    `own_addresses` are ours, `operator_addresses` those of the people who work here, whose forwarded mails are
    read as their writers' (`passed_on`); `mail_domain` is the right side of our signed ids, `authserv_id` the server whose
    Authentication-Results we believe. `at` is when it was written, but not later than our server got it.
    """
    read = read_mail(raw, operator_addresses, caps)
    headers = read.headers
    origin = classify(read.mail, own_addresses, mail_domain)
    at = _written_at(headers)
    reply_to = _reply_to(headers, read.sender.address, own_addresses)
    if origin is Origin.OWN and not one_of(read.sender.address, own_addresses):
        # It bears a mark of ours, but not our address: what intake believes of a form of ours is not for strangers.
        reply_to = None
    checked = sender_note(headers, authserv_id)
    notes = [*read.mail.notes, *read.content.notes, checked]
    notes += ["reply-to differs"] * bool(reply_to) + ["undated"] * (at is None)
    inbound = Inbound(
        external_id=content_key(raw),
        sender=read.sender.identity(),
        at=at or UNDATED,
        text=read.text,
        subject=headers.text("subject"),
        quoted_from=read.quoted_from,
        origin=origin,
        reply_to=reply_to.value if reply_to else "",
        cc=_others(headers, own_addresses, read.sender.address),
        refs=_refs(headers, own_addresses),
        bounce=read_bounce(read.mail, read.text) if origin is Origin.BOUNCE else None,
        attachments=tuple(read.content.files),
        placeholder="" if read.text.strip() else read.content.placeholder,
        notes=tuple(dict.fromkeys(note for note in notes if note)),
        # What our own address sends may be a form: that it is ours proves nothing of who filled it in.
        proven=checked == VERIFIED and origin is not Origin.OWN,
        claimed=(("reply_to", reply_to),) if reply_to and origin is Origin.HUMAN else (),
        language=_language(headers),
        forged=checked == FORGED,
    )
    return passed_on(inbound, read.forwarded, own_addresses, operator_addresses, provable=bool(authserv_id))


def _sender(headers: Headers) -> Mailbox:
    """Return who wrote it: the first of From that has an address, else Sender, else a name without address."""
    named = mailboxes(headers, "from")
    addressed = [one for one in (*named, *mailboxes(headers, "sender")) if one.address]
    return next(iter((*addressed, *named)), Mailbox("", ""))


def _written_at(headers: Headers) -> datetime | None:
    written = date_of(headers.raw("date"))
    received = date_of(headers.raw("received").rpartition(b";")[2])
    if received is None or written is None:
        at = written or received
    else:
        at = written if received - _OLDEST_ON_THE_WAY <= written <= received else received
    return at.astimezone(UTC) if at is not None else None


def _reply_to(headers: Headers, sender: str, own_addresses: Sequence[str]) -> Address | None:
    """Return where answers are wanted, if elsewhere. Not at an address of ours: we would be answering ourselves."""
    wanted = next((mailbox for mailbox in mailboxes(headers, "reply-to") if mailbox.address), None)
    if wanted is None or wanted.address == sender or one_of(wanted.address, own_addresses):
        return None
    return wanted.identity()


def _language(headers: Headers) -> str:
    """Return the language a mail says it is written in (RFC 3282), where it names exactly one."""
    named = {tag.strip().partition("-")[0] for tag in headers.plain("content-language").split(",")}
    code = next(iter(named)) if len(named) == 1 else ""
    return code if code.isascii() and code.isalpha() and 2 <= len(code) <= 3 else ""


def _others(headers: Headers, own_addresses: Sequence[str], sender: str) -> tuple[Address, ...]:
    """Return everybody else the mail went to openly, each once."""
    others: dict[str, Address] = {}
    for mailbox in (*mailboxes(headers, "to"), *mailboxes(headers, "cc")):
        identity = mailbox.identity()
        if identity is not None and identity.value != sender and not one_of(identity.value, own_addresses):
            others.setdefault(identity.value, identity)
    return tuple(others.values())


def _refs(headers: Headers, own_addresses: Sequence[str]) -> MailRefs:
    named = (mailbox.address for name in _NAMING_US for mailbox in mailboxes(headers, name))
    ours = dict.fromkeys(address for address in named if address and (not own_addresses or one_of(address, own_addresses)))
    return MailRefs(
        message_id=next(iter(message_ids(headers, "message-id")), ""),
        in_reply_to=message_ids(headers, "in-reply-to"),
        references=message_ids(headers, "references"),
        delivered_to=tuple(ours),
    )

"""What a delivery report says: which of our mails, to whom, why, and whether for good.

RFC 3464 where the server keeps to it; else the words of qmail, Exim, Exchange and others, which name the recipient and
enclose the headers of the original in the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from deskterm.channels.email.addresses import mailboxes
from deskterm.channels.email.charset import decode
from deskterm.channels.email.headers import Headers, message_ids, parse_headers
from deskterm.channels.email.mime import Mail, Part, header_end
from deskterm.desk.addresses import normal_email
from deskterm.desk.post import Bounce
from deskterm.desk.text import clean_line

_MAX_REPORT = 100_000
_STATUS = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.])")
_REPLY_CODE = re.compile(r"(?<![\d.])([45])\d\d(?:[ -]|$)")
_INLINE_ID = re.compile(r"^[> \t]*Message-ID:\s*(<[^<>\s]{3,900}>)", re.IGNORECASE | re.MULTILINE)
_NAMED = re.compile(r"(?:<|mailto:|\b)([^\s<>()\",;:]{1,64}@[^\s<>()\",;:]{1,190}[^\s<>()\",;:.])", re.IGNORECASE)
_STILL_TRYING = re.compile(
    r"delay(?:ed|ing)|will (?:continue|keep) (?:to try|trying)|not yet been delivered|still (?:being )?tr(?:ying|ied)|"
    r"warning only|задержан|попытки доставки продол",
    re.IGNORECASE,
)


def read_bounce(mail: Mail, text: str) -> Bounce:
    """Return what a mail that `classify` calls a bounce reports. `text` is its readable text, cleaned."""
    block = _worst(mail)
    about = " ".join(block.text(name) for name in ("status", "diagnostic-code")) if block else ""
    recipient = _recipient(mail, block, text)
    words = _reason(block, text, recipient)
    status = _status(about) or _status(words) or _status(text)
    action = block.plain("action") if block else ""
    return Bounce(
        message_id=_original_id(mail, text),
        recipient=recipient,
        status=status,
        permanent=_is_permanent(action, status, mail, text),
        text=words,
    )


def _worst(mail: Mail) -> Headers | None:
    """Return the fields about one recipient (RFC 3464 2.3): the first that failed, else the first."""
    blocks = [block for part in mail.root.walk() if _is_status(part) for block in _recipient_blocks(part)]
    return next((block for block in blocks if block.plain("action") == "failed"), blocks[0] if blocks else None)


def _is_status(part: Part) -> bool:
    return part.type_field.value in ("message/delivery-status", "message/global-delivery-status")


def _recipient_blocks(part: Part) -> Iterator[Headers]:
    for chunk in re.split(rb"\r?\n[ \t]*\r?\n", part.content()[:_MAX_REPORT])[:200]:
        block, _ = parse_headers(chunk.strip() + b"\n")
        if "final-recipient" in block or "original-recipient" in block or "action" in block:
            yield block


def _recipient(mail: Mail, block: Headers | None, text: str) -> str:
    if block is not None:
        for name in ("final-recipient", "original-recipient", "x-actual-recipient"):
            address = normal_email(block.text(name).rpartition(";")[2].strip(" <>"))
            if address:
                return address
    for mailbox in mailboxes(mail.headers, "x-failed-recipients"):
        if mailbox.address:
            return mailbox.address
    ours = {mailbox.address for name in ("to", "from") for mailbox in mailboxes(mail.headers, name)}
    named = (normal_email(found) for found in _NAMED.findall(text[:20_000]))
    return next((address for address in named if address and address not in ours and not address.startswith("postmaster@")), "")


def _original_id(mail: Mail, text: str) -> str:
    """Return the id of the mail that did not arrive: from the enclosed original, its headers in the text, or the thread."""
    for part in mail.root.walk():
        if part.type_field.value in ("message/rfc822", "text/rfc822-headers", "message/global", "message/global-headers"):
            data = part.content()
            block, _ = parse_headers(data[: header_end(data)[0]][:_MAX_REPORT])
            if ids := message_ids(block, "message-id"):
                return ids[0]
    inline = _INLINE_ID.search(text) or _INLINE_ID.search(decode(mail.root.body[:_MAX_REPORT]))
    if inline is not None:
        return inline[1].strip("<>")
    ids = message_ids(mail.headers, "in-reply-to") or message_ids(mail.headers, "references")[-1:]
    return ids[0] if ids else ""


def _reason(block: Headers | None, text: str, recipient: str) -> str:
    if block is not None and (code := block.text("diagnostic-code")):
        return clean_line(re.sub(r"^[a-z0-9-]+\s*;\s*", "", code, flags=re.IGNORECASE), 300)
    lines = [line.strip() for line in text.split("\n")[:200]]
    for number, line in enumerate(lines):
        if recipient and recipient in line.lower():
            after = [below for below in lines[number + 1 : number + 4] if below]
            beside = line.replace(f"<{recipient}>", "").replace(recipient, "").strip(" :()<>")
            return clean_line(beside if _status(beside) else " ".join(after) or line, 300)
    return clean_line(next((line for line in lines if _status(line)), ""), 300)


def _status(text: str) -> str:
    found = _STATUS.search(text)
    if found is not None:
        return found[1]
    code = _REPLY_CODE.search(text)
    return f"{code[1]}.0.0" if code is not None else ""


def _is_permanent(action: str, status: str, mail: Mail, text: str) -> bool:
    """Failed is for good, whatever the status (a 4.x.x that expired); without an action the status and the words tell."""
    if action in ("failed", "delayed"):
        return action == "failed"
    if _STILL_TRYING.search(mail.headers.text("subject")) or _STILL_TRYING.search(text[:2_000]):
        return False
    return not status.startswith("4")

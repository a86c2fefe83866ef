"""A mail that somebody passes on: who wrote the enclosed one, to whom, when and what, in the forms of the usual programs.

Gmail, Thunderbird and Mail.ru put a separator and header lines before it, Apple Mail quotes them, Outlook leaves the
separator away, Yandex writes an attribution line instead, and some attach the mail whole.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import takewhile

from deskterm.channels.email.addresses import Mailbox, mailboxes, parse_mailboxes
from deskterm.channels.email.body import read_content
from deskterm.channels.email.caps import CAPS, Caps
from deskterm.channels.email.headers import date_of, message_ids
from deskterm.channels.email.mime import parse_mail
from deskterm.desk.post import InFile
from deskterm.desk.quotes import header_name, is_forward_line
from deskterm.desk.text import clean_line

_SUBJECT = re.compile(r"\s*(?:fwd?|fw|wg|tr|rv|пересл|перенаправлено|пд)\s*(?:\[\d+\])?\s*:", re.IGNORECASE)
_END = re.compile(r"\s*-{3,}\s*(?:конец пересылаемого сообщения|end (?:of )?forwarded message)\s*-*\s*$", re.IGNORECASE)
_CLOSED_LATER = re.compile(r"\s*-{3,}\s*forwarded message from\b", re.IGNORECASE)
_ATTRIBUTION = re.compile(r"(?P<date>.{0,80}\d{1,2}[:.]\d\d[^,<\"]{0,20}),\s*(?P<who>[^,].{0,200}@.{0,200}):$")
_BRACKETS = re.compile(r"[\[(](?:mailto:)?([^\s<>()\[\]]+@[^\s<>()\[\]]+)[\])]")
_ROLES = {
    "from": frozenset({"от", "от кого", "from", "von", "de", "da", "od", "від"}),
    "to": frozenset({"кому", "to", "an", "à", "para", "pour", "a", "do"}),
    "date": frozenset(
        {"отправлено", "sent", "gesendet", "envoyé", "enviado", "enviado el", "inviato", "wysłano", "надіслано"}
        | {"дата", "date", "datum", "data", "fecha"}
    ),
    "subject": frozenset({"тема", "subject", "betreff", "objet", "sujet", "asunto", "oggetto", "temat"}),
}
_MAX_HEAD = 16
_BLOCK = 6
_MOST_LABELS = 500
"""How many lines that might begin a head are looked at: a cover has fewer, and nobody's mail is to keep the reader busy."""
_DRAWN = re.compile(r"\s*(?:[_\-=*]{5,}|-{3,}\s?[^\W\d_][\w' ]{2,40}-{3,})\s*")
_LABELLED = re.compile(r"\s*\*?[^\W\d_][\w .'-]{0,24}\s?:\*?\s")
_MOMENT = (re.compile(r"\b(?:19|20)\d\d\b"), re.compile(r"\b\d{1,2}[:.]\d\d\b"))
_LAST_ADDRESS = re.compile(r"<([^<>\s]+@[^<>\s]+)>\W*$")


@dataclass(frozen=True, slots=True)
class Forwarded:
    """The enclosed mail. `date` is RFC 3339 where the program wrote a full time, else the words as they stand; `cover` is what
    stands above it. Of a mail that is attached whole, `files` are its own (else None) and `message_id` is known."""

    sender: Mailbox
    to: tuple[Mailbox, ...]
    subject: str
    date: str
    text: str
    cover: str = ""
    files: tuple[InFile, ...] | None = None
    message_id: str = ""


_ANSWER = re.compile(r"\s*(?:re|aw|sv|antw|rép|отв|ответ|на|odp)\s*(?:\[\d+\])?\s*:", re.IGNORECASE)


def says_answer(subject: str) -> bool:
    """Return whether a subject calls the mail an answer: the mail below its words is quoted, not passed on."""
    return _ANSWER.match(subject) is not None


def without_forward(subject: str) -> str:
    """Return a subject without the words that call the mail a forwarded one, however often they stand there."""
    while (found := _SUBJECT.match(subject)) is not None:
        subject = subject[found.end() :]
    return subject.strip()


def says_forward(subject: str) -> bool:
    """Return whether a subject calls the mail a forwarded one."""
    return _SUBJECT.match(subject) is not None


def find_forwarded(text: str, subject: str, by_operator: bool, files: Sequence[InFile], caps: Caps = CAPS) -> Forwarded | None:
    """Return the mail enclosed in this one; None when it is no forwarded mail.

    It begins where the first of its marks stands, a separator or header lines: all below is what its writer wrote, who may
    enclose a mail as well, or what looks like one. Header lines without a separator (Outlook) and attached mails count only
    where the subject says so or an operator sends.
    """
    lines = text.split("\n")
    announced = by_operator or says_forward(subject)
    left = _MOST_LABELS
    for number, line in enumerate(lines):
        if line.lstrip().startswith(">"):
            continue  # what an answer quotes was written by somebody else: nothing in it is this mail's own mark
        if is_forward_line(line):
            return _below(lines, number, number + 1)
        if not announced or not (_LABELLED.match(line) or header_name(line)):
            continue
        if _is_head(lines, number):
            return _below(lines, number, number)
        left -= 1
        if left == 0 or _is_strange_head(lines, number):
            return None
    attached = next((file for file in files if file.data and _is_mail(file)), None) if announced else None
    if attached is None or attached.data is None:
        return None
    found = _attached(attached.data, caps)
    return None if found is None else replace(found, cover=text.strip())


def _is_mail(file: InFile) -> bool:
    """Say whether a file is a mail, also one that a program attached as it would any other file."""
    return file.media_type == "message/rfc822" or file.name.lower().endswith(".eml")


def _below(lines: Sequence[str], mark: int, start: int) -> Forwarded | None:
    """Return the mail that begins at `start`; what stands above the line `mark` is the cover, the line drawn there is not."""
    found = _in_text(lines[start:], closed_later=_CLOSED_LATER.match(lines[mark]) is not None)
    above = list(lines[:mark])
    while above and (not above[-1].strip() or _DRAWN.fullmatch(above[-1])):
        above.pop()
    return None if found is None else replace(found, cover="\n".join(above).strip())


def _is_head(lines: Sequence[str], number: int) -> bool:
    """Say whether header lines of a mail begin here. Long lists of people may stand between them; a block that does not begin
    with the writer or the subject is one only where its lines stand together."""
    role = _role(lines[number])
    if not role:
        return False
    roles = {_role(line) for line in lines[number : number + _BLOCK]} - {""}
    if role in ("from", "subject"):
        roles |= _head(lines, number)[0].keys()
    return len(roles) >= 3 and "from" in roles


def _is_strange_head(lines: Sequence[str], number: int) -> bool:
    """Say whether header lines in words that we do not know seem to begin here: an address and a full time under labels. Who
    wrote below them cannot be told, and what is found further down is theirs."""
    apart = not "".join(lines[number + 1 : number + 2]).strip()
    block = lines[number : number + 2 * _BLOCK : 2] if apart else lines[number : number + _BLOCK]
    strange = takewhile(lambda line: line.strip() and _role(line) != "from", block)
    labelled = [line for line in strange if _LABELLED.match(line)]
    whole = " ".join(labelled)
    return len(labelled) >= 3 and "@" in whole and all(part.search(whole) for part in _MOMENT)


def _role(line: str) -> str:
    name = header_name(line)
    return next((role for role, names in _ROLES.items() if name in names), "")


def _in_text(lines: Sequence[str], *, closed_later: bool) -> Forwarded | None:
    lines = _unquoted(lines)
    start = next((number for number, line in enumerate(lines) if line.strip()), None)
    if start is None:
        return None
    found = _ATTRIBUTION.match(lines[start].strip())
    if found is not None:
        sender = _writer(found["who"])
        return _made(sender, [], "", found["date"], _up_to_end(lines[start + 1 :])) if sender else None
    fields, body = _head(lines, start)
    sender = _writer(fields.get("from", ""))
    if sender is None:
        return None
    text = _up_to_end(lines[body:]) if closed_later else lines[body:]
    return _made(sender, _people(fields.get("to", "")), fields.get("subject", ""), fields.get("date", ""), text)


def _unquoted(lines: Sequence[str]) -> list[str]:
    written = [line for line in lines if line.strip()]
    if written and written[0].startswith(">"):
        return [line[1:].removeprefix(" ") if line.startswith(">") else line for line in lines]
    return list(lines)


def _head(lines: Sequence[str], start: int) -> tuple[dict[str, str], int]:
    """Return the header lines from `start` by role, and the line where the body begins. A blank line ends them, unless each
    stands in a paragraph of its own: what follows may be the first words of the body, made to look like one of them."""
    fields: dict[str, str] = {}
    role = ""
    apart = start + 1 < len(lines) and not lines[start + 1].strip()
    for number in range(start, min(len(lines), start + _MAX_HEAD)):
        line = lines[number].strip()
        if header_name(line) or re.match(r"\*?[A-Za-zА-Яа-яёÀ-ÿ -]{2,20}\s?:\*? \S*@", line):
            role = _role(line)
            if role:
                fields.setdefault(role, line.partition(":")[2].strip("* \t\xa0"))
        elif not line:
            below = lines[number + 1] if number + 1 < len(lines) else ""
            if not header_name(below) or _role(below) in (fields if apart else (*fields, "from")):
                return fields, number
        elif role:
            fields[role] = f"{fields[role]} {line}"
        else:
            return fields, number
    return fields, min(len(lines), start + _MAX_HEAD)


def _people(value: str) -> list[Mailbox]:
    return parse_mailboxes(_BRACKETS.sub(r"<\1>", value.replace("*", "")))


def _writer(value: str) -> Mailbox | None:
    """Return whom the field names. Programs write a display name without its quotes, so that it may look like an address or
    several: the real one stands last."""
    found = _people(value)
    if len({one.address for one in found if one.address}) <= 1 and value.count("@") <= 1:
        return next(iter(found), None)
    last = _LAST_ADDRESS.search(_BRACKETS.sub(r"<\1>", value.replace("*", "")))
    real = next(iter(parse_mailboxes(f"<{last[1]}>")), None) if last is not None else None
    if real is None:
        return None
    return next((one for one in found if one.address == real.address), real)


def _up_to_end(lines: Sequence[str]) -> Sequence[str]:
    """Return the lines above the last one that says that the mail is over; those before it are of mails inside it."""
    ends = [number for number, line in enumerate(lines) if _END.match(line)]
    return lines[: ends[-1]] if ends else lines


def _made(sender: Mailbox, to: list[Mailbox], subject: str, date: str, lines: Sequence[str]) -> Forwarded:
    at = date_of(date.encode())
    written = at.isoformat() if at is not None else clean_line(date, 100)
    return Forwarded(sender, tuple(to), clean_line(subject), written, "\n".join(lines).strip())


def _attached(data: bytes, caps: Caps) -> Forwarded | None:
    mail = parse_mail(data, caps)
    sender = mailboxes(mail.headers, "from")
    if not sender:
        return None
    at = date_of(mail.headers.raw("date"))
    content = read_content(mail, caps)
    text, _ = content.text()
    to = tuple(mailboxes(mail.headers, "to"))
    return Forwarded(
        sender[0],
        to,
        mail.headers.text("subject"),
        at.isoformat() if at else "",
        text.strip(),
        files=tuple(content.files),
        message_id=next(iter(message_ids(mail.headers, "message-id")), ""),
    )

"""To whom an answer goes: one rule for what is sent and for what is shown before it is sent. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from deskterm.desk.post import Address, IdentityKind


@dataclass(frozen=True, slots=True)
class Answered:
    """The message that an answer answers, with its channel and its author (None: it names nobody).

    `own` is our address on its channel, `reply_to` where its author asks for answers, if elsewhere than they write from;
    `home_id` is the conversation whose thread it stands in, also where that has gone into another.
    """

    message_id: int
    channel_id: int
    channel_kind: str
    own: str
    enabled: bool
    thread_key: str = ""
    subject: str = ""
    reply_to: str = ""
    author_id: int | None = None
    author: Address | None = None
    unreachable: bool = False
    home_id: int | None = None


@dataclass(frozen=True, slots=True)
class Recipients:
    """Who gets an answer and who a copy. `elsewhere` is set where it goes to another address than its author's own, which a
    forger would want too (RFC 5322, 3.6.2 allows it)."""

    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    elsewhere: str = ""


def recipients(answered: Answered, taking_part: Iterable[Address]) -> Recipients:
    """Return to whom the answer goes. `taking_part` are all who take part by mail, beside the author: a copy of a mail goes to
    them, none of what goes another way, as where a chat and a mail became one conversation. The author's name stands beside
    an address in Reply-To. A form on our own site speaks for its Reply-To: that is its author, and nothing differs."""
    author, reply_to = answered.author, answered.reply_to
    to: tuple[Address, ...] = ()
    if author is not None:
        to = (Address(author.kind, reply_to or author.value, author.name),)
    elif reply_to:
        to = (Address(IdentityKind.EMAIL, reply_to),)
    by_mail = answered.channel_kind == IdentityKind.EMAIL
    taken = {answered.own.lower(), *(address.value for address in to)}
    return Recipients(
        to=to,
        cc=tuple(address for address in taking_part if address.value not in taken) if by_mail else (),
        elsewhere=reply_to if author is not None and reply_to != author.value else "",
    )

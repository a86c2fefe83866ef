"""A mail that one of our operators forwards to the desk, read as that of whom they forward.

Nothing inside a forward is proven: whoever forwards could have written it. So it names its writer and no more; which
conversation it belongs to is believed only where our own server proved that the operator sent it. Operators' addresses are no
secret: where our server proves senders at all, one whom it did not prove forwards nothing for us.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from deskterm.channels.email.addresses import one_of
from deskterm.channels.email.authres import FORGED, VERIFIED
from deskterm.channels.email.forwarded import Forwarded, says_answer, without_forward
from deskterm.desk.model import Origin
from deskterm.desk.post import Address, Inbound, MailRefs
from deskterm.desk.quotes import quoted_from

BY_US = "forwarded by us"
UNPROVEN = "forwarded by us, not proven"
"""Note of a mail that only says to be an operator's forward."""


def passed_on(
    inbound: Inbound, forwarded: Forwarded | None, ours: Sequence[str], operators: Sequence[str], *, provable: bool
) -> Inbound:
    """Return the mail of whom an operator forwards; `inbound` itself where it is no such mail: an answer, an automatic mail,
    one among ourselves, or one that our server found forged. `provable`: our server proves senders, so one that it did not
    prove is who the mail says at most, and what is in it is theirs."""
    by = inbound.sender
    if by is None or forwarded is None or inbound.origin is not Origin.HUMAN or not one_of(by.value, operators):
        return inbound
    writer = forwarded.sender.identity()
    if writer is None or one_of(writer.value, (*ours, *operators)) or says_answer(inbound.subject) or FORGED in inbound.notes:
        return inbound
    if provable and not inbound.proven:
        return replace(inbound, notes=(UNPROVEN, *inbound.notes), hearsay=True)
    attachments = inbound.attachments if forwarded.files is None else forwarded.files
    return replace(
        inbound,
        sender=writer,
        at=_written_at(forwarded, inbound.at),
        text=forwarded.text,
        subject=forwarded.subject or without_forward(inbound.subject),
        quoted_from=quoted_from(forwarded.text),
        reply_to="",
        cc=_others(forwarded, writer, (*ours, *operators)),
        refs=_refs(inbound, forwarded),
        attachments=attachments,
        forwarded_from="",
        placeholder="" if forwarded.text else inbound.placeholder,
        notes=(
            BY_US if inbound.proven else UNPROVEN,
            *(note for note in inbound.notes if note not in (VERIFIED, "reply-to differs")),
        ),
        proven=False,
        claimed=(),
        language="",
        forwarded_by=by.value,
        cover=forwarded.cover,
        forwarder_proven=inbound.proven,
        hearsay=not inbound.proven,
    )


def _written_at(forwarded: Forwarded, passed_on_at: datetime) -> datetime:
    """Return when the enclosed mail was written, as far as it says so and it was before it was passed on."""
    try:
        at = datetime.fromisoformat(forwarded.date)
    except ValueError:
        return passed_on_at
    return min(at.astimezone(UTC), passed_on_at) if at.tzinfo is not None else passed_on_at


def _others(forwarded: Forwarded, writer: Address, ours: Sequence[str]) -> tuple[Address, ...]:
    """Return to whom the enclosed mail went beside us, each once."""
    found = {one.value: one for mailbox in forwarded.to if (one := mailbox.identity()) is not None}
    return tuple(one for one in found.values() if one.value != writer.value and not one_of(one.value, ours))


def _refs(inbound: Inbound, forwarded: Forwarded) -> MailRefs:
    refs = inbound.refs or MailRefs()
    message_id = forwarded.message_id if forwarded.message_id and inbound.proven else refs.message_id
    return replace(refs, message_id=message_id) if inbound.proven else MailRefs(message_id=message_id)

"""What an operator forwards to the desk by mail: the mail is its writer's, what stands above it the operator's. Pure.

Mail never acts as an operator: the words above become a note of theirs only where our own mail server proved that the mail came
from them. Else they are shown as what came in, with the address that they are said to be from.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from deskterm.desk import facts as f
from deskterm.desk.arrival import Arrival
from deskterm.desk.model import Origin
from deskterm.desk.post import Inbound
from deskterm.desk.signing import derived_public_id
from deskterm.desk.text import clean

UNPROVEN = "cover not proven"
"""Note for the reader of words that only claim to be an operator's."""


def after_cover(inbound: Inbound, arrival: Arrival) -> Arrival:
    """Return the arrival with the ids of the message that follows the cover: an operator's words stand above the mail."""
    if not inbound.cover:
        return arrival
    fresh = arrival.fresh
    return replace(arrival, fresh=replace(fresh, message=fresh.message + 1, public_id=derived_public_id(fresh.public_id)))


def cover(inbound: Inbound, arrival: Arrival, conversation_id: int, home_id: int | None, now: datetime) -> list[f.Fact]:
    """Return what an operator wrote above a mail they forwarded. `arrival` is as it was before `after_cover`."""
    if not inbound.cover:
        return []
    fresh = arrival.fresh
    if inbound.forwarder_proven and arrival.forwarder_id is not None:
        return [
            f.NoteAdded(
                conversation_id=conversation_id,
                message_id=fresh.message,
                operator_id=arrival.forwarder_id,
                at=now,
                by_mail=True,
                public_id=fresh.public_id,
                text=clean(inbound.cover),
            )
        ]
    return [
        f.MessageReceived(
            conversation_id=conversation_id,
            message_id=fresh.message,
            channel_id=arrival.channel_id,
            origin=Origin.AUTO,
            author_identity_id=None,
            at=now,
            waits=False,
            inbound_id=arrival.inbound_id,
            home_id=home_id,
            public_id=fresh.public_id,
            text=clean(f"{inbound.forwarded_by}:\n{inbound.cover}"),
            notes=(UNPROVEN,),
        )
    ]

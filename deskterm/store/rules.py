"""What the store is told of the world outside."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta, tzinfo

from deskterm.desk.card import NO_CARD, CardSettings
from deskterm.desk.post import Capabilities
from deskterm.desk.signing import Signer
from deskterm.store.list_asker import MachineZone


@dataclass(slots=True)
class Rules:
    """What the store is told of the world outside: who proves our ids, what each kind of channel carries, the undo window, what
    cards look like and what must be filled in, the desk's time zone. `card` may be replaced while the desk runs: whoever holds
    the rules sees it."""

    signer: Signer
    capabilities: Mapping[str, Capabilities]
    undo: timedelta
    card: CardSettings = NO_CARD
    zone: tzinfo = field(default_factory=MachineZone)

"""How far a demo channel's script has come: kept as the channel's checkpoint, so that a restart goes on where it was."""

from __future__ import annotations

import json
from dataclasses import dataclass, field

from deskterm.channels.demo.wire import Message

MOST_TURNS = 500
"""How many people's turns are remembered, those who were answered last."""


@dataclass(frozen=True, slots=True)
class Coming:
    """Something that a customer is about to write: when (seconds since 1970), under which key, what."""

    at: float
    key: str
    message: Message


@dataclass(slots=True)
class Progress:
    """`newcomer` is the number of the next new customer, who comes at `newcomer_at` (None: not known yet); `coming` what others
    are about to write; `turns` how often a person has answered us; `position` the last one in the mailbox."""

    newcomer: int = 0
    newcomer_at: float | None = None
    coming: list[Coming] = field(default_factory=list)
    turns: dict[str, int] = field(default_factory=dict)
    position: int = 0

    def turn(self, who: str) -> int:
        """Return how often a person has answered."""
        return self.turns.get(who, 0)

    def set_turn(self, who: str, turn: int) -> None:
        """Keep how often a person has answered."""
        self.turns.pop(who, None)
        self.turns[who] = turn
        while len(self.turns) > MOST_TURNS:
            del self.turns[next(iter(self.turns))]

    def kept(self) -> str:
        """Return the checkpoint's value. When the next newcomer comes is not part of it: after a restart that is soon."""
        coming = [[one.at, one.key, one.message] for one in self.coming]
        values = {"newcomer": self.newcomer, "coming": coming, "turns": self.turns, "position": self.position}
        return json.dumps(values, ensure_ascii=False, separators=(",", ":"))


def restored(value: str | None) -> Progress:
    """Read a checkpoint back; None begins at the beginning."""
    if value is None:
        return Progress()
    kept = json.loads(value)
    coming = [Coming(at, key, message) for at, key, message in kept["coming"]]
    return Progress(kept["newcomer"], None, coming, kept["turns"], kept["position"])

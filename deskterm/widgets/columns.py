"""How a row of the list shares out its width: names and subjects take what the fixed columns leave."""

from __future__ import annotations

from dataclasses import dataclass

TIME = 5
"""Cells for a time: "−999d", "09:00", "31.12"."""
SIGNS = 3
"""Cells for the state, the flag and the mark, after the cursor's own."""
CHANNEL = 3


@dataclass(frozen=True, slots=True)
class Columns:
    """How wide the columns of the list are, in cells; 0 hides one. With the gaps between them they add up to `width`.

    `tags` is what they may take of the subject's cells, where there are any; `priority` is 1 for the symbol alone, more for
    its word beside it; `left` is the time until the promised one.
    """

    width: int
    number: int
    customer: int
    subject: int
    tags: int
    assignee: int
    priority: int
    left: int
    time: int

    @classmethod
    def of(cls, cells: int, highest_number: int = 0) -> Columns:
        """Share out a width. What helps least goes first where it is narrow: the time left, then whose it is."""
        number = max(5, len(str(highest_number)) + 1)
        assignee = 12 if cells >= 110 else 7 if cells >= 64 else 0
        priority = 9 if cells >= 110 else 1
        left = TIME if cells >= 92 else 0
        fixed = 1 + SIGNS + number + 1 + CHANNEL + priority + TIME + 1 + (0 if assignee else 1)
        fixed += sum(column + 1 for column in (assignee, left) if column)
        rest = max(0, cells - fixed)
        customer = rest if rest < 16 else min(28 if cells >= 140 else 20, max(10, rest * 2 // 5))
        subject = max(0, rest - customer - 1)
        tags = min(30, subject // 3) if subject >= 20 else 0
        return cls(cells, number, customer, subject, tags, assignee, priority, left, TIME)

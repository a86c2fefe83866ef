"""What came to stand above the screen while the operator reads further down: it moves nothing, and is counted."""

from __future__ import annotations

from collections.abc import Iterable

from deskterm.desk.rows import ConversationRow, RowKey


class Arrivals:
    """Counts the conversations that came above the first line on the screen, new or from further down."""

    def __init__(self) -> None:
        self._known: dict[int, RowKey] = {}
        self._new: set[int] = set()

    @property
    def count(self) -> int:
        """How many the operator has not seen yet."""
        return len(self._new)

    def forget(self) -> None:
        """Begin anew, as for another view."""
        self._known.clear()
        self._new.clear()

    def seen(self) -> None:
        """The operator is at the top and sees them."""
        self._new.clear()

    def know(self, rows: Iterable[ConversationRow]) -> None:
        """Take rows as known where they stand."""
        self._known.update((row.id, row.key) for row in rows)

    def hear(
        self, rows: Iterable[ConversationRow], top: RowKey, *, since: RowKey | None = None, own_id: int | None = None
    ) -> None:
        """Look at rows of the view as it is now: `top` is the key of the first line on the screen.

        Rows before `since` are none of those that were known, so nothing can be said of them; `own_id` is the conversation
        under the cursor, which goes where the operator sent it.
        """
        for row in rows:
            if row.key >= top:
                self._new.discard(row.id)
            elif row.id != own_id and (since is None or row.key > since):
                known = self._known.get(row.id)
                if known is None or known >= top:
                    self._new.add(row.id)

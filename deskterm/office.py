"""What a screen or a command may use of the desk: look, ask, hear the bell. Nothing else.

The store implements it (`deskterm.store.office`); tests of screens use a fake of their own. Reads give frozen rows; a `submit`
that returns `Done` is on disk. Nothing here tells a screen what to draw: it hears the bell like everyone and looks again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path
from typing import Protocol, TypeAlias

from deskterm.desk.commands import Command, Done, Refused
from deskterm.desk.model import Held, Operator, Tag, Team
from deskterm.desk.query import Names, Query
from deskterm.desk.rows import (
    ConversationDetail,
    Counts,
    CustomerRow,
    DeskStatus,
    Draft,
    HeldRow,
    Hit,
    MessagePage,
    MessageRow,
    NewMessage,
    OutboxRow,
    RowKey,
    SavedView,
    StagedFile,
    Standing,
    StartChannel,
    View,
    Window,
)
from deskterm.office_customers import CustomersOffice
from deskterm.office_time import TimeOffice
from deskterm.words.reasons import shown

Listing: TypeAlias = View | Query
"""What a list shows: one of the built-in views, or a query."""

Progress: TypeAlias = Callable[[int, int], None]
"""Hears of a long command: how many of how many are done."""


class OfficeError(Exception):
    """Something a person can mend: `message` says what and where, `fix` how, in a sentence. `code` is stable."""

    def __init__(self, code: str, message: str, fix: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.fix = fix[:1].upper() + fix[1:]

    @property
    def words(self) -> str:
        """What and where, then how to mend it, as sentences in the operator's language: "no such file: x. Choose another"."""
        message, fix = shown(self.message), shown(self.fix)
        end = "" if message.endswith((".", "!", "?", "…")) else "."
        return f"{message}{end} {fix}" if fix else message


class Office(CustomersOffice, TimeOffice, Protocol):
    """The desk as one operator sees it."""

    @property
    def me(self) -> Operator:
        """The operator who looks and acts."""
        ...

    @property
    def demo(self) -> bool:
        """Whether this desk is the demo: the console says so at the top."""
        ...

    def now(self) -> datetime:
        """Return the desk's time, aware and in UTC."""
        ...

    def on_change(self, ring: Callable[[], None]) -> Callable[[], None]:
        """Have `ring` called in the event loop after changes by anybody; rings merge. Returns a function that ends it."""
        ...

    async def submit(self, command: Command, progress: Progress | None = None) -> Done | Refused:
        """Carry out a command as `me`. Raises OfficeError where the store cannot write (disk full).

        One about many things takes many transactions: `progress` hears of each, and cancelling keeps what is done (which one
        `Undo` takes back whole).
        """
        ...

    async def conversations(self, listing: Listing, *, at: RowKey | None = None, before: int = 0, after: int = 100) -> Window:
        """Return the rows of a view or query around a key: `before` rows above it, and from it (included) `after` rows.

        With `at` None the window begins at the top; `before` is then ignored. `at` need not exist any more. For the end of a
        view give `at=RowKey(2**62, 0)` and `after=0`.
        """
        ...

    async def conversation(self, conversation_id: int) -> ConversationDetail | None:
        """Return one conversation with what stands around it."""
        ...

    async def by_number(self, number: int) -> int | None:
        """Return the id of the conversation with this number (also one that was merged away)."""
        ...

    async def row(self, conversation_id: int, listing: Listing) -> RowKey | None:
        """Return where a conversation stands in a view or query; None if it is not in it."""
        ...

    async def count(self, listing: Listing, *, at_most: int = 10_000) -> int:
        """Count what a view or query holds, no further than `at_most`."""
        ...

    async def ids(self, listing: Listing) -> tuple[int, ...]:
        """Return the ids of all conversations of a view or query, in its order."""
        ...

    async def standing(self, conversation_ids: Iterable[int]) -> Standing:
        """Return how these conversations stand, spam and merged ones as well."""
        ...

    async def names(self) -> Names:
        """Return the names that a query may speak of: tags, logins, teams, channels."""
        ...

    async def tags(self) -> tuple[Tag, ...]:
        """Return all tags, by name."""
        ...

    async def rename_tag(self, tag_id: int, name: str) -> Tag:
        """Give a tag another name; it stays where it is. Raises OfficeError("permission" | "not_found" | "bad_name" |
        "tag_exists")."""
        ...

    async def teams(self) -> tuple[Team, ...]:
        """Return all teams, by name."""
        ...

    async def add_team(self, name: str) -> Team:
        """Make a team without members. Raises OfficeError("permission" | "bad_name" | "team_exists")."""
        ...

    async def set_team_members(self, team_id: int, operator_ids: Iterable[int]) -> None:
        """Have exactly these operators in a team. Raises OfficeError("permission" | "not_found" | "unknown_operator")."""
        ...

    async def remove_team(self, team_id: int) -> int:
        """Forget a team; its conversations are in no team's queue then, and how many there were is returned.

        Raises OfficeError("permission" | "not_found").
        """
        ...

    async def saved_views(self) -> tuple[SavedView, ...]:
        """Return the shared saved views and mine: those with a key first, by key, then by name."""
        ...

    async def save_view(self, view: SavedView) -> SavedView:
        """Keep a saved view (id 0: a new one, or the one of this name); a key it takes goes from the view that had it.

        Keys are each operator's own. Everybody but a viewer may share a view; a shared one is changed and deleted by owners and
        supervisors. Saved by its name without a key, a view keeps the key it has.

        Raises OfficeError("bad_query" | "bad_name" | "bad_key" | "not_found" | "not_yours" | "viewer").
        """
        ...

    async def delete_view(self, view_id: int) -> None:
        """Forget a saved view. Raises OfficeError("not_found" | "not_yours")."""
        ...

    async def customers(self, letters: str, *, limit: int = 20) -> tuple[CustomerRow, ...]:
        """Return customers of whose names or addresses every word begins with one of these, the newest first."""
        ...

    async def find_in_thread(
        self, conversation_id: int, text: str, *, before_id: int | None = None, after_id: int | None = None
    ) -> Hit | None:
        """Return the newest message of a thread that holds these words (as in a query), or the next one before or after a
        message; None where there is none further."""
        ...

    async def start_channels(self) -> tuple[StartChannel, ...]:
        """Return the channels on which a conversation can be started, with what they carry."""
        ...

    async def new_message(self) -> NewMessage | None:
        """Return what I have begun to write to somebody first."""
        ...

    async def save_new_message(self, message: NewMessage | None) -> None:
        """Keep it, on disk; None throws it away with its files."""
        ...

    async def messages(
        self, conversation_id: int, *, before_id: int | None = None, after_id: int | None = None, limit: int = 60
    ) -> MessagePage:
        """Return the newest `limit` messages, or those before or after a message (by its place in the thread)."""
        ...

    async def message(self, message_id: int) -> MessageRow | None:
        """Return one message with its whole text."""
        ...

    async def versions(self, message_id: int) -> tuple[tuple[datetime, str], ...]:
        """Return the texts a message had before it was edited, oldest first, with when each was written."""
        ...

    async def counts(self) -> Counts:
        """Return the counters."""
        ...

    async def status(self) -> DeskStatus:
        """Return the desk's state: channels, ledger, lease, store."""
        ...

    async def operators(self) -> tuple[Operator, ...]:
        """Return everybody who works here."""
        ...

    async def outbox(self, *, before_id: int | None = None, limit: int = 100) -> tuple[OutboxRow, ...]:
        """Return outgoing messages that are not simply sent: failed and uncertain first, then queued; newest first in each.

        `before_id` is the last message of the page before: the rows that follow it in this order are returned.
        """
        ...

    async def held(
        self, state: Held = Held.QUARANTINED, *, before_id: int | None = None, limit: int = 100
    ) -> tuple[HeldRow, ...]:
        """Return ledger rows in a state, newest first."""
        ...

    async def raw(self, inbound_id: int) -> bytes:
        """Return the bytes as the channel handed them over. Raises OfficeError("not_found")."""
        ...

    async def reparse(self, inbound_id: int) -> HeldRow | None:
        """Understand a held row again. Returns None when it is a message now, else the row with its reason."""
        ...

    async def draft(self, conversation_id: int) -> Draft | None:
        """Return my draft in a conversation."""
        ...

    async def save_draft(self, draft: Draft) -> None:
        """Keep a draft, on disk; an empty one (no text, no files) goes."""
        ...

    async def stage_file(self, conversation_id: int | None, path: Path) -> StagedFile:
        """Take a copy of a file into the store, to be sent with the draft, or with the new message (None). Raises
        OfficeError("bad_file")."""
        ...

    async def stage_attachment(self, attachment_id: int, conversation_id: int | None) -> StagedFile:
        """Stage a file that stands beside a message once more, to be sent on with the draft of a conversation, or with the new
        message (None). Raises OfficeError("not_found" | "not_stored")."""
        ...

    async def save_attachment(self, attachment_id: int, folder: Path) -> Path:
        """Write an attachment into a folder under a safe name, never over another file; returns the path.

        Raises OfficeError("not_found" | "not_stored" | "bad_folder").
        """
        ...

"""What screens and commands are shown of customers: frozen rows, already cleaned. See `desk.rows`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class CardIdentity:
    """One address of a customer. `proof`: "verified", "written", "entered" or "claimed"; `label` a name that may be another's
    tomorrow (@user)."""

    id: int
    kind: str
    value: str
    name: str
    proof: str
    shared: bool = False
    label: str = ""
    blocked: bool = False
    unreachable: bool = False


@dataclass(frozen=True, slots=True)
class ParticipantRow:
    """Somebody who takes part in a conversation, by the address they do it with. `role`: "customer", "cc" or "member" of a
    group; `proof` and `label` as of a `CardIdentity`; `customer_id` whose card it is (None: nobody's, as of a chat that writes
    as itself)."""

    identity_id: int
    kind: str
    value: str
    name: str
    role: str
    proof: str
    label: str = ""
    customer_id: int | None = None


@dataclass(frozen=True, slots=True)
class ClaimRow:
    """An address that the customer only said was theirs; `evidence` as in `store.schema_customer.Claim`. `owner_id` is the
    customer who has it."""

    kind: str
    value: str
    evidence: str
    at: datetime
    owner_id: int | None = None


@dataclass(frozen=True, slots=True)
class CustomerNoteRow:
    """A note on a card."""

    id: int
    text: str
    pinned: bool
    at: datetime
    author: str


@dataclass(frozen=True, slots=True)
class RecordRow:
    """A record of the business. `values` by column, as they came in."""

    id: int
    kind: str
    external_id: str
    at: datetime
    values: Mapping[str, str]
    customer_id: int | None = None


@dataclass(frozen=True, slots=True)
class DuplicateRow:
    """Two customers who are likely one, the older first; see `store.schema_customer.Duplicate`."""

    first_id: int
    first_name: str
    second_id: int
    second_name: str
    reason: str
    score: int
    at: datetime
    first_known_by: str = ""
    second_known_by: str = ""


@dataclass(frozen=True, slots=True)
class MergedCard:
    """A card that went into this one."""

    id: int
    name: str
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Card:
    """A customer's card. `values` by the key of the field; `first_at` and `last_at` are the first and the last contact;
    `satisfaction` the mean of their ratings (None: none). `merged` are the cards that went into it."""

    id: int
    name: str
    language: str
    company_id: int | None
    company: str
    identities: tuple[CardIdentity, ...]
    values: Mapping[str, str]
    notes: tuple[CustomerNoteRow, ...]
    tags: tuple[str, ...]
    claims: tuple[ClaimRow, ...]
    duplicates: tuple[DuplicateRow, ...]
    merged: tuple[MergedCard, ...]
    records: tuple[RecordRow, ...]
    created_at: datetime
    first_at: datetime | None
    last_at: datetime | None
    open_count: int
    closed_count: int
    message_count: int
    version: int
    satisfaction: float | None = None
    erased_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class MergeField:
    """One line of the preview of a merge: what both cards say. `from_other`: the one that goes has it, the other has
    nothing."""

    key: str
    mine: str
    other: str
    from_other: bool = False


@dataclass(frozen=True, slots=True)
class MergePreview:
    """What merging two cards would do: `into_id` stays (the older one, unless asked otherwise)."""

    into_id: int
    into_name: str
    from_id: int
    from_name: str
    fields: tuple[MergeField, ...]
    identities: tuple[CardIdentity, ...]
    conversations: int
    records: int
    notes: int


@dataclass(frozen=True, slots=True)
class CompanyRow:
    """A company; `people` counts its customers, `open_count` their open conversations."""

    id: int
    name: str
    note: str
    people: int
    open_count: int = 0


@dataclass(frozen=True, slots=True)
class Erased:
    """What was erased."""

    customer_id: int
    conversations: int
    messages: int
    files: int
    copies: int = 0


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What came of an import: how many were new, changed, the same as before, and what was wrong (place in the source, words).
    `dry`: nothing was kept. `notes` are of what was kept and should be looked at; `left_out` are columns that nobody knows."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    errors: tuple[tuple[str, str], ...] = field(default=())
    dry: bool = False
    notes: tuple[tuple[str, str], ...] = field(default=())
    left_out: tuple[str, ...] = field(default=())

"""Rows of the business's own system on their way into the records: read, kept or only compared, and counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import ClassVar

from deskterm import phones
from deskterm.desk.card import RecordKind
from deskterm.desk.commands import Refused
from deskterm.desk.model import Actor, ActorKind, Operator
from deskterm.desk.record_rows import RecordData, read_row
from deskterm.desk.rows_customer import ImportReport, RecordRow
from deskterm.store import records, situations
from deskterm.store.writer import Transaction
from deskterm.wording import refusal_words

MAX_ERRORS = 1000
"""Most rows whose errors are told one by one."""


class Importing:
    """One import: all that was seen of it so far. Its rows are kept under one command id."""

    BATCH: ClassVar[int] = 50
    """Rows in one transaction."""

    def __init__(self, kind: RecordKind, region: str, me: Operator, now: datetime) -> None:
        self.seen = 0
        self._kind = kind
        self._phone = partial(phones.e164, region=region)
        self._actor = Actor(ActorKind.OPERATOR, me.id)
        self._now = now
        self._command_id = 0
        self._outcomes: Counter[str] = Counter()
        self._errors: list[tuple[str, str]] = []
        self._wrong = 0
        self._would_be: dict[str, Mapping[str, str]] = {}

    def read(self, rows: Iterable[Mapping[str, str]]) -> list[RecordData]:
        """Return what the next rows say; those that cannot be kept are noted."""
        found = []
        for row in rows:
            self.seen += 1
            data = read_row(self._kind, row, self._phone)
            if isinstance(data, Refused):
                self._note(data)
            else:
                found.append(data)
        return found

    def _note(self, refused: Refused) -> None:
        self._wrong += 1
        if self._wrong <= MAX_ERRORS:
            column = refused.values.get("column")
            words = refusal_words(refused)
            self._errors.append((str(self.seen), f"{column}: {words}" if column else words))

    def keep(self, tx: Transaction, rows: Sequence[RecordData]) -> list[str]:
        """Keep rows; returns what became of each."""
        self._command_id = self._command_id or situations.next_command(tx)
        return records.put(tx, self._kind, rows, actor=self._actor, command_id=self._command_id, now=self._now)

    def count(self, outcomes: Iterable[str]) -> None:
        """Count what became of rows."""
        self._outcomes.update(outcomes)

    def compare(self, rows: Iterable[RecordData], there: Mapping[tuple[str, str], RecordRow]) -> None:
        """Count what would become of rows, without keeping any; a number that stands twice among them is one record."""
        for data in rows:
            row = there.get((self._kind.key, data.key))
            before = self._would_be.get(data.key, None if row is None else row.values)
            kept = records.outcome(before, data)
            self._would_be[data.key] = kept.values
            self.count((kept.outcome,))

    def report(self, *, dry: bool) -> ImportReport:
        """Return what came of it. Errors beyond `MAX_ERRORS` are only counted, in a last one without a place."""
        more = [("", f"+{self._wrong - MAX_ERRORS}")] if self._wrong > MAX_ERRORS else []
        return ImportReport(
            added=self._outcomes["added"],
            changed=self._outcomes["changed"],
            unchanged=self._outcomes["unchanged"],
            errors=(*self._errors, *more),
            dry=dry,
        )

"""Rows of the business's own system on their way into the records: read, kept or only compared, and counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import partial
from itertools import islice
from typing import ClassVar

from deskterm import phones
from deskterm.desk.card import RecordKind
from deskterm.desk.commands import Refused
from deskterm.desk.model import Actor, ActorKind, Operator
from deskterm.desk.record_numbers import is_spotted
from deskterm.desk.record_rows import RecordData, read_row, said_again
from deskterm.desk.rows_customer import ImportReport, RecordRow
from deskterm.i18n import _
from deskterm.store import records, situations
from deskterm.store.writer import Transaction
from deskterm.words.wording import refusal_words

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
        self._notes: list[tuple[str, str]] = []
        self._read: dict[str, RecordData] = {}
        """What was read and is not kept yet, by the key of the number."""

    @property
    def done(self) -> int:
        """How many rows are dealt with: kept, or found to be wrong."""
        return self.seen - len(self._read)

    def read(self, rows: Iterable[Mapping[str, str]]) -> None:
        """Take the next rows; those that cannot be kept are noted. All are read before any is kept: rows of one number are
        one record, and the same file says the same of it each time."""
        for row in rows:
            self.seen += 1
            data = read_row(self._kind, row, self._phone)
            if isinstance(data, tuple):
                self._refuse(data)
            else:
                self._take(data)

    def _take(self, data: RecordData) -> None:
        before = self._read.get(data.key)
        if before is not None:
            self._note(
                _("{number} stands here again: what this row says goes before the earlier one, but for empty cells"), data
            )
            data = said_again(before, data)
        elif not is_spotted(self._kind, data.external_id):
            self._note(_("{number} is not as the configuration says (digits, prefix): texts that name it are not linked"), data)
        self._read[data.key] = data

    def _note(self, words: str, data: RecordData) -> None:
        if len(self._notes) < MAX_ERRORS:
            self._notes.append((str(self.seen), words.format(number=data.external_id)))

    def _refuse(self, wrong: Iterable[Refused]) -> None:
        self._wrong += 1
        if self._wrong <= MAX_ERRORS:
            for refused in wrong:
                column = refused.values.get("column")
                words = refusal_words(refused)
                self._errors.append((str(self.seen), f"{column}: {words}" if column else words))

    def following(self) -> list[RecordData]:
        """Return the next records to keep, none when all are kept."""
        keys = list(islice(self._read, self.BATCH))
        return [self._read.pop(key) for key in keys]

    def keep(self, tx: Transaction, rows: Sequence[RecordData]) -> list[str]:
        """Keep rows; returns what became of each."""
        self._command_id = self._command_id or situations.next_command(tx)
        return records.put(tx, self._kind, rows, actor=self._actor, command_id=self._command_id, now=self._now)

    def count(self, outcomes: Iterable[str]) -> None:
        """Count what became of rows."""
        self._outcomes.update(outcomes)

    def compare(self, rows: Iterable[RecordData], there: Mapping[tuple[str, str], RecordRow]) -> None:
        """Count what would become of rows, without keeping any."""
        for data in rows:
            row = there.get((self._kind.key, data.key))
            self.count((records.outcome(None if row is None else row.values, data).outcome,))

    def report(self, *, dry: bool) -> ImportReport:
        """Return what came of it. Errors beyond `MAX_ERRORS` are only counted, in a last one without a place."""
        more = [("", f"+{self._wrong - MAX_ERRORS}")] if self._wrong > MAX_ERRORS else []
        return ImportReport(
            added=self._outcomes["added"],
            changed=self._outcomes["changed"],
            unchanged=self._outcomes["unchanged"],
            errors=(*self._errors, *more),
            dry=dry,
            notes=tuple(self._notes),
        )

"""Customers in the fake desk: a card behind each conversation, made when first asked for; each command as short as may be."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import singledispatchmethod
from pathlib import Path

from fake_seed import Talk
from fake_triage import Triage

from deskterm.desk import commands as do
from deskterm.desk import commands_customer as wish
from deskterm.desk.card import NO_CARD, CardSettings
from deskterm.desk.commands import Command, Done, Refused
from deskterm.desk.model import Status
from deskterm.desk.rows_customer import (
    Card,
    CardIdentity,
    ClaimRow,
    CompanyRow,
    CustomerNoteRow,
    DuplicateRow,
    Erased,
    ImportReport,
    MergedCard,
    MergeField,
    MergePreview,
    ParticipantRow,
    RecordRow,
)
from deskterm.office import OfficeError

COMPANIES = ("Ромашка", "Acme")


class Customers(Triage):
    """The part of `FakeOffice` that is about customers. `card_settings` may be set by a test, and `missing` which fields must
    still be filled in before a conversation may be closed."""

    card_settings: CardSettings = NO_CARD
    required: tuple[str, ...] = ()

    @property
    def card(self) -> CardSettings:
        return self.card_settings

    @property
    def _cards(self) -> dict[int, Card]:
        kept: dict[int, Card] = self.__dict__.setdefault("_cards_kept", {})
        return kept

    @property
    def _parted(self) -> dict[int, int]:
        """Which card went into which."""
        kept: dict[int, int] = self.__dict__.setdefault("_merged_into", {})
        return kept

    def known_card(self, customer_id: int) -> Card | None:
        """Return a card as the fake keeps it; one that was merged away leads to where it went."""
        customer_id = self._parted.get(customer_id, customer_id)
        talk = self._data.talks.get(customer_id)
        if customer_id not in self._cards and talk is not None:
            self._cards[customer_id] = _card_of(talk)
        return self._cards.get(customer_id)

    def put_card(self, card: Card) -> None:
        """Let a card be so."""
        self._cards[card.id] = card

    async def customer(self, customer_id: int) -> Card | None:
        return self.known_card(customer_id)

    async def customer_of(self, number: int) -> int | None:
        return next((talk.row.id for talk in self._data.talks.values() if talk.row.number == number), None)

    async def participants(self, conversation_id: int, *, limit: int = 100) -> tuple[ParticipantRow, ...]:
        talk = self._data.talks.get(conversation_id)
        if talk is None:
            return ()
        said = [(talk.sender, "member" if talk.row.is_group else "customer"), *((one, "cc") for one in talk.cc)]
        return tuple(
            ParticipantRow(place, one.kind, one.value, one.name, role, "written", customer_id=None if place else talk.row.id)
            for place, (one, role) in enumerate(said)
        )[:limit]

    async def duplicates(self, *, limit: int = 100) -> tuple[DuplicateRow, ...]:
        found = {(one.first_id, one.second_id): one for card in self._cards.values() for one in card.duplicates}
        return tuple(sorted(found.values(), key=lambda one: -one.score))[:limit]

    async def merge_preview(self, first_id: int, second_id: int, *, into_id: int | None = None) -> MergePreview:
        pair = sorted((first_id, second_id), key=lambda one: (one != into_id, one))
        first, second = (self.known_card(one) for one in pair)
        if first is None or second is None:
            raise OfficeError("not_found", "no such customer")
        if first.id == second.id:
            raise OfficeError("same_customer", "it is one customer already")
        fields = (MergeField("name", first.name, second.name, not first.name),)
        return MergePreview(first.id, first.name, second.id, second.name, fields, second.identities, 1, 0, len(second.notes))

    async def companies(self, letters: str = "", *, limit: int = 20) -> tuple[CompanyRow, ...]:
        wanted = letters.casefold()
        return tuple(one for one in self._companies() if one.name.casefold().startswith(wanted))[:limit]

    def _companies(self) -> tuple[CompanyRow, ...]:
        names = sorted({*COMPANIES, *(card.company for card in self._cards.values() if card.company)})
        return tuple(
            CompanyRow(place, name, "", sum(card.company == name for card in self._cards.values()))
            for place, name in enumerate(names, start=1)
        )

    async def company(self, company_id: int) -> CompanyRow | None:
        return next((one for one in self._companies() if one.id == company_id), None)

    async def company_people(self, company_id: int) -> tuple[tuple[int, str], ...]:
        found = await self.company(company_id)
        return tuple((card.id, card.name) for card in self._cards.values() if found is not None and card.company == found.name)

    async def missing_fields(self, conversation_id: int) -> tuple[str, ...]:
        return self._missing(conversation_id)

    def _missing(self, conversation_id: int) -> tuple[str, ...]:
        card = self.known_card(conversation_id)
        if card is None:
            return ()
        known = {**card.values, "name": card.name, "company": card.company}
        return tuple(key for key in self.required if not known.get(key))

    async def record(self, kind: str, external_id: str) -> RecordRow | None:
        found = (one for card in self._cards.values() for one in card.records)
        return next((one for one in found if (one.kind, one.external_id) == (kind, external_id)), None)

    async def records_of(self, kind: str, *, before_id: int | None = None, limit: int = 100) -> tuple[RecordRow, ...]:
        every = {record.id: record for card in self._cards.values() for record in card.records if record.kind == kind}
        below = [row_id for row_id in sorted(every, reverse=True) if before_id is None or row_id < before_id]
        return tuple(every[row_id] for row_id in below[:limit])

    async def records_named(self, texts: Iterable[str]) -> Mapping[str, RecordRow]:
        said = " ".join(texts)
        found = (one for card in self._cards.values() for one in card.records)
        return {one.external_id: one for one in found if one.external_id in said}

    async def put_records(
        self,
        kind: str,
        rows: Iterable[Mapping[str, str]],
        *,
        dry: bool = False,
        progress: Callable[[int, int], None] | None = None,
    ) -> ImportReport:
        raise OfficeError("permission", "the fake keeps its records")

    async def import_customers(
        self,
        data: bytes,
        wanted: Mapping[str, str],
        *,
        update: bool = False,
        dry: bool = False,
        progress: Callable[[int, int], None] | None = None,
    ) -> ImportReport:
        raise OfficeError("permission", "the fake keeps its customers")

    async def export_customers(self, file: Path, letters: str = "") -> int:
        raise OfficeError("permission", "the fake keeps its customers")

    async def export_customer(self, customer_id: int, folder: Path) -> Path:
        raise OfficeError("permission", "the fake keeps its customers")

    async def erase_customer(self, customer_id: int, progress: Callable[[int, int], None] | None = None) -> Erased:
        raise OfficeError("permission", "the fake keeps its customers")

    # Commands

    @singledispatchmethod
    def _one(self, command: Command) -> Done | Refused:
        return super()._one(command)

    @_one.register
    def _close_filled_in(self, command: do.Close) -> Done | Refused:
        if missing := self._missing(command.conversation_id):
            return Refused("fields_wanted", {"fields": ", ".join(missing)})
        return super()._one(command)

    def _put(self, card: Card, **changed: object) -> Done:
        if replace(card, **changed) == card:  # type: ignore[arg-type]
            return self._done(0)
        self._cards[card.id] = replace(card, version=card.version + 1, **changed)  # type: ignore[arg-type]
        return self._done()

    @_one.register
    def _edit_customer(self, command: wish.EditCustomer) -> Done | Refused:
        card = self.known_card(command.customer_id)
        if card is None:
            return Refused("not_found")
        if command.seen_version is not None and command.seen_version != card.version:
            return Refused("card_changed", {"name": "Bob", "by": "operator"})
        company = next((one.id for one in self._companies() if one.name == command.company), None) or len(self._companies()) + 1
        return self._put(
            card,
            name=card.name if command.name is None else command.name,
            language=card.language if command.language is None else command.language,
            company=card.company if command.company is None else command.company,
            company_id=card.company_id if command.company is None else company if command.company else None,
            values={**card.values, **dict(command.values)},
            tags=tuple(sorted({*card.tags, *command.add_tags} - {*command.remove_tags})),
        )

    @_one.register
    def _add_identity(self, command: wish.AddIdentity) -> Done | Refused:
        card = self.known_card(command.customer_id)
        if card is None:
            return Refused("not_found")
        taken = [one for one in self._cards.values() for known in one.identities if known.value == command.address.value]
        if taken:
            return Refused("identity_taken", {"name": taken[0].name})
        new = 9000 + sum(len(one.identities) for one in self._cards.values())
        added = CardIdentity(new, command.address.kind.value, command.address.value, command.address.name, "entered")
        return self._put(card, identities=(*card.identities, added))

    def _with_identity(self, identity_id: int) -> tuple[Card, CardIdentity] | None:
        found = ((card, one) for card in self._cards.values() for one in card.identities)
        return next((pair for pair in found if pair[1].id == identity_id), None)

    @_one.register
    def _remove_identity(self, command: wish.RemoveIdentity) -> Done | Refused:
        found = self._with_identity(command.identity_id)
        if found is None:
            return Refused("not_found")
        if found[1].proof in ("written", "verified"):
            return Refused("identity_used")
        return self._put(found[0], identities=tuple(one for one in found[0].identities if one != found[1]))

    @_one.register
    def _share_identity(self, command: wish.ShareIdentity) -> Done | Refused:
        found = self._with_identity(command.identity_id)
        if found is None:
            return Refused("not_found")
        card, shared = found
        changed = tuple(replace(one, shared=command.shared) if one == shared else one for one in card.identities)
        return self._put(card, identities=changed)

    @_one.register
    def _write_note(self, command: wish.WriteCustomerNote) -> Done | Refused:
        card = self.known_card(command.customer_id)
        if card is None:
            return Refused("not_found")
        others = tuple(one for one in card.notes if one.id != command.note_id)
        before = next((one for one in card.notes if one.id == command.note_id), None)
        if not command.text:
            return self._put(card, notes=others)
        new = before.id if before is not None else 1 + max((one.id for one in card.notes), default=0)
        written = CustomerNoteRow(new, command.text, command.pinned, self._now, self.me.name)
        return self._put(card, notes=(written, *others))

    @_one.register
    def _part_customer(self, command: wish.PartCustomer) -> Done | Refused:
        into = self._parted.pop(command.customer_id, None)
        if into is None:
            return Refused("not_merged")
        card = self._cards[into]
        return self._put(card, merged=tuple(one for one in card.merged if one.id != command.customer_id))

    @_one.register
    def _merge_customers(self, command: wish.MergeCustomers) -> Done | Refused:
        into, gone = self.known_card(command.into_id), self.known_card(command.from_id)
        if into is None or gone is None:
            return Refused("not_found")
        self._parted[gone.id] = into.id
        return self._put(into, merged=(*into.merged, MergedCard(gone.id, gone.name, self._now)))


def _card_of(talk: Talk) -> Card:
    """Return the card of who writes in a conversation, all its words the conversation's own."""
    row, sender = talk.row, talk.sender
    said = talk.messages[0].text if talk.messages else row.preview
    return Card(
        id=row.id,
        name=row.customer,
        language="ru",
        company_id=None,
        company="",
        identities=(CardIdentity(row.id, sender.kind, sender.value, sender.name, "written", label=sender.name),),
        values={},
        notes=(CustomerNoteRow(1, said, True, talk.opened_at, row.assignee or "Anna"),) if row.id % 2 == 0 else (),
        tags=row.tags,
        claims=(ClaimRow("email", sender.value, "text", talk.opened_at),) if row.id % 2 == 0 else (),
        duplicates=(),
        merged=(),
        records=(),
        created_at=talk.opened_at,
        first_at=talk.opened_at,
        last_at=row.last_message_at,
        open_count=int(row.status is Status.OPEN),
        closed_count=int(row.status is Status.CLOSED),
        message_count=len(talk.messages),
        version=1,
    )

"""A customer's card as rows of words, block by block, in the order its owner wants: pure, tested without a screen.

All words are cleaned again here. A sign of trust stands in a column of its own before an address, so that no name that a
customer chose can look like one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from deskterm.desk.card import BlockKind, CardBlock, CardField, FieldType
from deskterm.desk.card_values import shown_value
from deskterm.desk.model import Status
from deskterm.desk.rows import ConversationRow
from deskterm.desk.rows_customer import Card, CardIdentity, ClaimRow, CustomerNoteRow
from deskterm.desk.text import clean, clean_line
from deskterm.i18n import N_, _, ngettext
from deskterm.widgets.card_people import people_rows
from deskterm.widgets.card_records import record_rows
from deskterm.widgets.card_rows import CardRow, On, Shown, Spot, aside_row, text_row, value_row
from deskterm.widgets.card_tasks import task_rows
from deskterm.widgets.cells import cut, fit, width, wrap
from deskterm.widgets.paint import CHANNEL_SHORT, Line, Span, channel_short
from deskterm.widgets.paint_row import state_mark
from deskterm.widgets.when import moment, short_span
from deskterm.words.double_words import double_words

NOTE_LINES = 8
"""Lines of one note that are shown; the whole one is there when it is edited."""
TALKS = 12
"""Conversations named at most, the open ones first."""
KIND_CELLS = 3
EVIDENCE: dict[str, str] = {
    "typed": N_("they typed it"),
    "form": N_("from a form"),
    "reply_to": N_("answers were asked for there"),
    "field": N_("from a field of the card"),
}
"""Why an address is only thought to be a customer's, by the code that the desk keeps."""


def card_rows(shown: Shown, cells: int) -> list[CardRow]:
    """Return the rows of a card, none of their lines wider than `cells`."""
    rows = [*_head(shown, cells), *people_rows(shown.people, shown.marks, cells, but=shown.card.id)]
    for place, block in enumerate(shown.settings.blocks):
        inner = list(_PAINTERS[block.kind](shown, block, cells))
        rows.append(_title(shown, place, block, inner, cells))
        if not shown.is_folded(place):
            rows += inner
    return [*rows, *_merged(shown, cells)]


def _head(shown: Shown, cells: int) -> Iterator[CardRow]:
    """Who it is: what every card has."""
    card = shown.card
    lines: tuple[Line, ...] = tuple((Span(part, "name"),) for part in wrap(_called(card), cells)[:2])
    if "name" in shown.wanted:
        lines = ((Span(cut(_wanted(shown), cells), "wanted"),),)
    yield CardRow(Spot(On.NAME), lines)
    if card.erased_at is not None:
        words = _("erased on {day}").format(day=moment(card.erased_at, shown.now))
        yield text_row(Spot(On.FACT, "erased"), [Span(words, "warning")], cells)
    yield value_row(Spot(On.LANGUAGE), _("language"), card.language or "—", cells, "" if card.language else "muted")
    yield _value(shown, Spot(On.COMPANY), _("company"), "company", card.company, cells, "link" if card.company_id else "")
    for other in card.duplicates:
        first = other.first_id == card.id
        name, other_id = (other.second_name, other.second_id) if first else (other.first_name, other.first_id)
        words = _("perhaps {name} too").format(name=clean_line(name, 60))
        reason = double_words(other.reason)
        spans = [Span(f"{shown.marks.late} {words}", "warning")]
        yield aside_row(
            Spot(On.DUPLICATE, id=other_id),
            spans,
            [Span(f"{reason} · {_('{key} compares').format(key=shown.open_key)}", "muted")],
            cells,
            2,
        )


def _called(card: Card) -> str:
    return clean_line(card.name) or (_("erased") if card.erased_at is not None else "—")


def _wanted(shown: Shown) -> str:
    return f"{shown.marks.late} {_('to be filled in')}"


def _value(shown: Shown, spot: Spot, label: str, key: str, value: str, cells: int, role: str = "") -> CardRow:
    """Return a row of a value, or what is said where there is none."""
    if value:
        return value_row(spot, label, value, cells, role)
    if key in shown.wanted:
        return value_row(spot, label, _wanted(shown), cells, "wanted")
    return value_row(spot, label, "—", cells, "muted")


def _title(shown: Shown, place: int, block: CardBlock, inner: list[CardRow], cells: int) -> CardRow:
    folded = shown.is_folded(place)
    sign = shown.marks.folded if folded else shown.marks.unfolded
    words = clean_line(block.label.shown(shown.language), 60)
    spans = [Span(f"{sign} {words}", "title"), Span(_aside(shown, block, folded, inner), "muted")]
    return text_row(Spot(On.BLOCK, id=place), spans, cells)


def _aside(shown: Shown, block: CardBlock, folded: bool, inner: list[CardRow]) -> str:
    """Return what stands behind the title of a block."""
    card = shown.card
    if block.kind is BlockKind.CONVERSATIONS:
        return "  " + _("{open} open · {closed} closed").format(open=card.open_count, closed=card.closed_count)
    if not folded:
        return ""
    if block.kind is BlockKind.TAGS:
        return "  " + ", ".join(clean_line(tag, 40) for tag in card.tags)
    new = (On.NEW_IDENTITY, On.NEW_NOTE, On.NEW_TASK)
    counted = [row for row in inner if row.spot.what not in new and not row.spot.key.startswith("empty")]
    return f"  {len(counted)}" if counted and block.kind is not BlockKind.CONTACT else ""


# Blocks


def _identities(shown: Shown, _block: CardBlock, cells: int) -> Iterator[CardRow]:
    known = {(one.kind, one.value) for one in shown.card.identities}
    for identity in shown.card.identities:
        yield _identity(shown, identity, cells)
    for claim in shown.card.claims:
        if (claim.kind, claim.value) not in known:
            yield _claim(shown, claim, cells)
    for key, words in (("identity:phone", _("a phone number is wanted")), ("identity:email", _("an e-mail address is wanted"))):
        if key in shown.wanted:
            yield text_row(Spot(On.NEW_IDENTITY, key), [Span(f"{shown.marks.late} {words}", "wanted")], cells)
    yield text_row(Spot(On.NEW_IDENTITY), [Span("+ " + _("an address"), "muted")], cells)


def _identity(shown: Shown, identity: CardIdentity, cells: int) -> CardRow:
    signs = {"verified": (shown.marks.verified, "good"), "claimed": (shown.marks.claimed, "warning")}
    sign, role = signs.get(identity.proof, (" ", ""))
    value, label = clean_line(identity.value, 200), clean_line(identity.label or identity.name, 80)
    flags = [
        words
        for words, said in (
            (_("shared by several"), identity.shared),
            (_("blocked as spam"), identity.blocked),
            (_("blocked us"), identity.unreachable),
        )
        if said
    ]
    spans = [Span(f"{sign} ", role), Span(fit(_kind(identity.kind), KIND_CELLS), "muted"), Span(value)]
    aside = []
    if label and label != value and label != clean_line(shown.card.name, 80):
        aside.append(Span(label + ("  " if flags else ""), "muted"))
    if flags:
        aside.append(Span(", ".join(flags), "warning"))
    return aside_row(Spot(On.IDENTITY, identity.kind, identity.id), spans, aside, cells, 2 + KIND_CELLS)


def _kind(kind: str) -> str:
    return {**CHANNEL_SHORT, "phone": _("ph")}.get(kind, clean_line(kind, 2))


def _claim(shown: Shown, claim: ClaimRow, cells: int) -> CardRow:
    words = _(EVIDENCE.get(claim.evidence, N_("only said to be theirs")))
    spans = [
        Span(f"{shown.marks.claimed} ", "warning"),
        Span(fit(_kind(claim.kind), KIND_CELLS), "muted"),
        Span(clean_line(claim.value, 200)),
    ]
    spot = Spot(On.CLAIM, f"{claim.kind} {claim.value}", claim.owner_id or 0)
    elsewhere = claim.owner_id is not None and claim.owner_id != shown.card.id
    deals = (_("{key} compares") if elsewhere else _("{key}: it is theirs")).format(key=shown.open_key)
    return aside_row(spot, spans, [Span(f"{words} · {deals}", "muted")], cells, 2 + KIND_CELLS)


def _fields(shown: Shown, block: CardBlock, cells: int) -> Iterator[CardRow]:
    for key in block.fields:
        found = shown.settings.field(key)
        if found is not None:
            yield _field(shown, found, cells)


def _field(shown: Shown, field: CardField, cells: int) -> CardRow:
    value = shown_value(shown.card.values.get(field.key, ""), field.type, shown.language)
    role = "link" if value and field.type is FieldType.LINK else ""
    return _value(shown, Spot(On.FIELD, field.key), field.label.shown(shown.language), field.key, value, cells, role)


def _notes(shown: Shown, _block: CardBlock, cells: int) -> Iterator[CardRow]:
    for note in sorted(shown.card.notes, key=lambda one: (not one.pinned, -one.at.timestamp(), -one.id)):
        yield _note(shown, note, cells)
    yield text_row(Spot(On.NEW_NOTE), [Span("+ " + _("a note"), "muted")], cells)


def _note(shown: Shown, note: CustomerNoteRow, cells: int) -> CardRow:
    sign = shown.marks.pinned if note.pinned else " "
    parts = wrap(clean(note.text).strip(), max(4, cells - 2))
    lines: list[Line] = [
        (Span(f"{sign if index == 0 else ' '} ", "warning"), Span(part)) for index, part in enumerate(parts[:NOTE_LINES])
    ]
    by = f"  {clean_line(note.author, 40)}, {moment(note.at, shown.now)}"
    more = " " + shown.marks.fold if len(parts) > NOTE_LINES else ""
    lines.append((Span(cut(by + more, cells), "muted"),))
    return CardRow(Spot(On.NOTE, id=note.id), tuple(lines), 2)


def _tags(shown: Shown, _block: CardBlock, cells: int) -> Iterator[CardRow]:
    tags = "  ".join(clean_line(tag, 40) for tag in shown.card.tags)
    lines: tuple[Line, ...] = tuple((Span("  "), Span(part, "tag")) for part in wrap(tags, max(4, cells - 2))[:4])
    yield CardRow(Spot(On.TAGS), lines if tags else ((Span(cut("+ " + _("a tag"), cells), "muted"),),))


def _contact(shown: Shown, _block: CardBlock, cells: int) -> Iterator[CardRow]:
    card = shown.card
    facts = [
        ("first", _("first contact"), moment(card.first_at, shown.now) if card.first_at else "—"),
        ("last", _("last contact"), moment(card.last_at, shown.now) if card.last_at else "—"),
        ("messages", _("messages"), str(card.message_count)),
    ]
    if card.satisfaction is not None:
        facts.append(("satisfaction", _("satisfaction"), f"{card.satisfaction:.1f}"))
    for key, label, value in facts:
        yield value_row(Spot(On.FACT, key), label, value, cells)


def _conversations(shown: Shown, _block: CardBlock, cells: int) -> Iterator[CardRow]:
    ordered = sorted(shown.talks, key=lambda row: row.status is Status.CLOSED)
    for row in ordered[:TALKS]:
        yield _conversation(shown, row, cells)
    left = max(0, shown.card.open_count + shown.card.closed_count - TALKS) if len(ordered) >= TALKS else 0
    if left:
        words = ngettext("and {n} more", "and {n} more", left).format(n=left)
        yield text_row(Spot(On.CONVERSATION, "more"), [Span(f"  {words}", "link")], cells)
    if not ordered:
        yield _empty("conversations", _("none yet"), cells)


def _conversation(shown: Shown, row: ConversationRow, cells: int) -> CardRow:
    sign, role = state_mark(row, shown.marks)
    head = f"#{row.number} "
    channel = fit(channel_short(row.channel_kind, row.channel), KIND_CELLS)
    age = " " + short_span(shown.now - row.last_message_at)
    room = cells - 2 - width(head) - width(channel) - width(age)
    words = clean_line(row.subject) or clean_line(row.preview)
    spans = [Span(f"{sign} ", role), Span(head, "muted"), Span(channel, "muted"), Span(fit(words, max(0, room)))]
    return text_row(Spot(On.CONVERSATION, id=row.id), [*spans, Span(age, "muted")], cells)


def _tasks(shown: Shown, _block: CardBlock, cells: int) -> Iterator[CardRow]:
    yield from task_rows(shown, cells)


def _records(shown: Shown, _block: CardBlock, cells: int) -> Iterator[CardRow]:
    rows = list(record_rows(shown, cells))
    yield from rows or [_empty("records", _("none yet"), cells)]


def _empty(key: str, words: str, cells: int) -> CardRow:
    return text_row(Spot(On.FACT, f"empty {key}"), [Span(f"  {words}", "muted")], cells)


def _merged(shown: Shown, cells: int) -> Iterator[CardRow]:
    for other in shown.card.merged:
        when = f", {moment(other.at, shown.now)}" if other.at is not None else ""
        words = _("merged in: {name}").format(name=clean_line(other.name, 60))
        parts = f"{when} · {_('{key} parts it').format(key=shown.open_key)}"
        yield text_row(Spot(On.MERGED, id=other.id), [Span(f"+ {words}"), Span(parts, "muted")], cells)


_PAINTERS: dict[BlockKind, Callable[[Shown, CardBlock, int], Iterator[CardRow]]] = {
    BlockKind.IDENTITIES: _identities,
    BlockKind.FIELDS: _fields,
    BlockKind.NOTES: _notes,
    BlockKind.TAGS: _tags,
    BlockKind.CONTACT: _contact,
    BlockKind.CONVERSATIONS: _conversations,
    BlockKind.TASKS: _tasks,
    BlockKind.RECORDS: _records,
}

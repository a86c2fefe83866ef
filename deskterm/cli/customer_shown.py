"""A customer's card, a merge before it is done: as the command line shows them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from deskterm import i18n
from deskterm.cli.answer import Paper
from deskterm.desk.card import CardSettings
from deskterm.desk.card_values import shown_value
from deskterm.desk.rows import ConversationRow
from deskterm.desk.rows_customer import Card, CardIdentity, MergePreview
from deskterm.desk.text import clean_line
from deskterm.i18n import N_, _
from deskterm.words.double_words import double_words
from deskterm.words.wording import count_words, status_words

PROOFS = {
    "verified": N_("verified"),
    "written": N_("has written"),
    "entered": N_("entered by hand"),
    "claimed": N_("only claimed"),
}
KINDS = {"phone": N_("telephone"), "email": N_("e-mail"), "telegram": N_("Telegram")}


def show_card(paper: Paper, card: Card, settings: CardSettings, talks: Sequence[ConversationRow]) -> None:
    """Print a card, what is empty left out, and the conversations that are named with it."""
    paper.line(f"{card.id}  {card.name or (_('erased') if card.erased_at is not None else '')}".rstrip())
    for title, value in (
        (_("company"), card.company),
        (_("language"), card.language),
        (_("tags"), ", ".join(card.tags)),
        (_("first contact"), _day(card.first_at)),
        (_("last contact"), _day(card.last_at)),
        (_("conversations"), _counted(card)),
        (_("merged"), ", ".join(f"{one.id} {one.name}" for one in card.merged)),
    ):
        if value:
            paper.line(f"  {title}: {value}")
    for field in settings.fields:
        if card.values.get(field.key):
            value = shown_value(card.values[field.key], field.type, i18n.language())
            paper.line(f"  {field.label.shown(i18n.language())}: {value}")
    for one in card.identities:
        paper.line(f"  [{one.id}] {_address(one)}")
    for claim in card.claims:
        words = _("claimed only: {kind} {value}").format(kind=kind_words(claim.kind), value=claim.value)
        whose = _("customer {id} has it").format(id=claim.owner_id) if claim.owner_id else ""
        paper.line(f"  {words}" + (f" · {whose}" if whose else ""))
    for note in card.notes:
        pin = "* " if note.pinned else ""
        paper.line(f"  {pin}({note.id}) {_day(note.at)} {note.author}: {clean_line(note.text, 2000)}")
    for row in card.duplicates:
        other = (row.second_id, row.second_name) if row.first_id == card.id else (row.first_id, row.first_name)
        words = _("may be customer {id} {name}: {reason}")
        paper.line("  " + words.format(id=other[0], name=other[1], reason=double_words(row.reason)))
    for talk in talks:
        status = _("late") if talk.late else status_words(talk.status)
        paper.line(f"  #{talk.number} {talk.channel} · {status} · {clean_line(talk.subject or talk.preview, 200)}".rstrip(" ·"))


def kind_words(kind: str) -> str:
    """Return what a kind of address is called."""
    return _(KINDS[kind]) if kind in KINDS else kind


def _counted(card: Card) -> str:
    words = _("{open} open, {closed} closed, {messages} messages")
    return words.format(
        open=count_words(card.open_count), closed=count_words(card.closed_count), messages=count_words(card.message_count)
    )


def _day(at: datetime | None) -> str:
    return "" if at is None else at.astimezone().strftime("%Y-%m-%d %H:%M")


def _address(one: CardIdentity) -> str:
    marks = [_(PROOFS[one.proof]) if one.proof in PROOFS else one.proof]
    marks += [_("shared")] if one.shared else []
    marks += [_("blocked")] if one.blocked else []
    return f"{kind_words(one.kind)} {one.value} {one.label}".rstrip() + f" · {', '.join(marks)}"


def show_preview(paper: Paper, preview: MergePreview) -> None:
    """Print what a merge would do."""
    paper.line(
        _("{gone} goes into {stays}").format(
            gone=f"{preview.from_id} {preview.from_name}", stays=f"{preview.into_id} {preview.into_name}"
        )
    )
    cells = [[one.key, one.other if one.from_other else one.mine, one.mine, one.other] for one in preview.fields]
    paper.table([_("field"), _("will say"), _("says"), _("the other says")], cells)
    for one in preview.identities:
        paper.line(f"+ {_address(one)}")
    words = _("with it go: {conversations} conversations, {notes} notes, {records} records")
    paper.line(words.format(conversations=preview.conversations, notes=preview.notes, records=preview.records))

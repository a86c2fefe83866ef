"""Who takes part in a conversation, as rows of a card: a group's people, and who is in copy beside the customer. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from deskterm.desk.rows_customer import ParticipantRow
from deskterm.desk.text import clean_line
from deskterm.i18n import N_, _
from deskterm.widgets.card_rows import CardRow, On, Spot, aside_row, text_row
from deskterm.widgets.cells import fit
from deskterm.widgets.paint import CHANNEL_SHORT, Marks, Span

ROLES: dict[str, str] = {"customer": N_("customer"), "cc": N_("in copy"), "member": N_("in the group")}
"""What people are in a conversation, by the code that the desk keeps."""
PROOFS: dict[str, str] = {"verified": N_("proven"), "entered": N_("entered by us"), "claimed": N_("not proven")}
"""How sure it is that an address is theirs; of one they wrote from nothing is said."""
KIND_CELLS = 3


def people_rows(people: Sequence[ParticipantRow], marks: Marks, cells: int, *, but: int | None = None) -> Iterator[CardRow]:
    """Yield a title and a row for each person; `but` is the customer whose card stands there already. Nothing for nobody."""
    others = [one for one in people if but is None or one.customer_id != but]
    if not others:
        return
    words = _("In this conversation") if but is not None else _("People")
    yield text_row(Spot(On.FACT, "people"), [Span(words, "title"), Span(f"  {len(others)}", "muted")], cells)
    for one in others:
        yield _person(one, marks, cells)


def _person(one: ParticipantRow, marks: Marks, cells: int) -> CardRow:
    signs = {"verified": (marks.verified, "good"), "claimed": (marks.claimed, "warning")}
    sign, role = signs.get(one.proof, (" ", ""))
    value, name = clean_line(one.value, 200), clean_line(one.name, 80)
    known_by = clean_line(one.label, 80) or value
    facts = [_(ROLES[one.role]) if one.role in ROLES else clean_line(one.role, 20)]
    if one.proof in PROOFS:
        facts.append(_(PROOFS[one.proof]))
    if one.customer_id is None:
        facts.append(_("no card"))
    spans = [
        Span(f"{sign} ", role),
        Span(fit(CHANNEL_SHORT.get(one.kind, clean_line(one.kind, 2)), KIND_CELLS), "muted"),
        Span(name or known_by, "link" if one.customer_id is not None else ""),
        *([Span(f"  {known_by}", "muted")] if name and name != known_by else []),
    ]
    spot = Spot(On.PERSON, f"{one.kind} {value}", one.customer_id or 0)
    return aside_row(spot, spans, [Span(", ".join(facts), "muted")], cells, 2 + KIND_CELLS)

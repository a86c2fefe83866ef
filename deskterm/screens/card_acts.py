"""What keys do on a card: open what is under the cursor, edit it, pin, copy, share, remove, part, take back."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

from textual.binding import BindingType

from deskterm.desk.commands import Redo, Refused, Undo
from deskterm.desk.commands_customer import (
    AddIdentity,
    EditCustomer,
    PartCustomer,
    RemoveIdentity,
    ShareIdentity,
    WriteCustomerNote,
)
from deskterm.desk.post import Address, IdentityKind
from deskterm.desk.query import show
from deskterm.desk.rows import CustomerRow
from deskterm.desk.rows_customer import Card, CardIdentity, CustomerNoteRow
from deskterm.desk.text import clean_line
from deskterm.i18n import _, language
from deskterm.keys.actions import Context
from deskterm.keys.keymap import bindings
from deskterm.screens.asking import ConfirmScreen
from deskterm.screens.card_edits import submitted
from deskterm.screens.card_reminders import CardReminders
from deskterm.screens.console import begin, console_of
from deskterm.screens.places import of_query
from deskterm.verbs.outcome import undone_words
from deskterm.verbs.talks import talks_query
from deskterm.widgets.card_rows import On, Spot
from deskterm.widgets.card_view import EDITABLE, SERVED, CardView
from deskterm.words.wording import refusal_words


class CardActs(CardReminders):
    """A card with its keys."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings(Context.CARD, but=SERVED)]

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """While something is edited the keys are its own."""
        return self.editing is None

    # What is under the cursor

    @property
    def _identity(self) -> CardIdentity | None:
        spot, card = self.view.spot, self.known
        if card is None or spot is None or spot.what is not On.IDENTITY:
            return None
        return next((one for one in card.identities if one.id == spot.id), None)

    @property
    def _note(self) -> CustomerNoteRow | None:
        spot, card = self.view.spot, self.known
        if card is None or spot is None or spot.what is not On.NOTE:
            return None
        return next((one for one in card.notes if one.id == spot.id), None)

    def on_card_view_chosen(self, event: CardView.Chosen) -> None:
        event.stop()
        spot, card = event.spot, self.known
        if spot.what is On.PERSON:
            self._open_person(spot)
        if card is None or self.editing is not None:
            return
        if spot.what is On.COMPANY and card.company_id is not None:
            self._open_company(card.company_id)
        elif spot.what is On.TAGS:
            self.edit_tags()
        elif spot.what in EDITABLE:
            self.edit_spot(spot)
        elif spot.what is On.BLOCK:
            self.action_card_fold()
        elif spot.what is On.IDENTITY:
            self.action_card_copy()
        else:
            self._open(card, spot)

    def _open(self, card: Card, spot: Spot) -> None:
        """Go to what a row leads to."""
        query = talks_query(card.id)
        if spot.what is On.CONVERSATION and spot.id:
            console_of(self).open_conversation(spot.id)
        elif spot.what is On.CONVERSATION:
            console_of(self).go_to_place(of_query(show(query, language()), query))
        elif spot.what is On.RECORD:
            self._open_record(card, spot)
        elif spot.what in (On.TASK, On.NEW_TASK):
            self._open_task(card, spot)
        elif spot.what is On.DUPLICATE or (spot.what is On.CLAIM and spot.id and spot.id != card.id):
            self._compare(card.id, spot.id)
        elif spot.what is On.CLAIM:
            self._ask_claim(card, spot)
        elif spot.what is On.MERGED:
            self._ask_part(spot)

    def _open_person(self, spot: Spot) -> None:
        """Open the card of somebody who takes part; a chat that writes as itself has none."""
        from deskterm.screens.people_room import open_card

        if spot.id:
            open_card(self, spot.id)
        else:
            console_of(self).tell(_("There is no card yet: one is made when they write themselves."))

    def _open_record(self, card: Card, spot: Spot) -> None:
        from deskterm.screens.records import RecordScreen, title_of

        record = next((one for one in card.records if one.id == spot.id), None)
        if record is not None:
            title = title_of(record, console_of(self).office.card)
            self.app.push_screen(RecordScreen(replace(record, customer_id=None), title))

    def _open_task(self, card: Card, spot: Spot) -> None:
        """Open a task, all of the customer's, or begin one."""
        from deskterm.desk.commands_time import AddTask
        from deskterm.screens.task_form import TaskFormScreen
        from deskterm.screens.task_places import TaskSight, tasks_of_customer
        from deskterm.screens.tasks import TasksScreen

        if spot.id:
            self.app.push_screen(TaskFormScreen(spot.id))
        elif spot.what is On.TASK:
            self.app.push_screen(TasksScreen(TaskSight(tasks_of_customer(card.id, card.name))))
        else:
            draft = AddTask("", assignee_id=console_of(self).office.me.id, customer_id=card.id)
            self.app.push_screen(TaskFormScreen(draft=draft))

    def _open_company(self, company_id: int) -> None:
        from deskterm.screens.company import CompanyScreen

        self.app.push_screen(CompanyScreen(company_id))

    def _compare(self, first_id: int, second_id: int) -> None:
        from deskterm.screens.merge_preview import MergePreviewScreen

        self.app.push_screen(MergePreviewScreen(first_id, second_id, into_id=first_id))

    def _ask_claim(self, card: Card, spot: Spot) -> None:
        kind, _space, value = spot.key.partition(" ")

        def answered(yes: bool | None) -> None:
            if yes:
                begin(self, self.do(AddIdentity(card.id, Address(IdentityKind(kind), value))), group="acts")

        question = _("Is {address} theirs for sure?").format(address=clean_line(value, 80))
        self.app.push_screen(ConfirmScreen(question), answered)

    def _ask_part(self, spot: Spot) -> None:
        name = next((one.name for one in self.known.merged if one.id == spot.id), "") if self.known is not None else ""

        def answered(yes: bool | None) -> None:
            if yes:
                done = _("{name} has a card of their own again.").format(name=clean_line(name, 40))
                begin(self, self.do(PartCustomer(spot.id), done), group="acts")

        question = _("Part {name} from this card again, with what is theirs?").format(name=clean_line(name, 40))
        self.app.push_screen(ConfirmScreen(question), answered)

    # Keys

    def action_card_edit(self) -> None:
        spot = self.view.spot
        if spot is None:
            return
        if spot.what is On.TAGS:
            self.edit_tags()
        elif not self.edit_spot(spot):
            console_of(self).tell(_("This cannot be edited here."))

    def action_card_note(self) -> None:
        self._edit_one(Spot(On.NEW_NOTE))

    def action_card_address(self) -> None:
        self._edit_one(Spot(On.NEW_IDENTITY))

    def _edit_one(self, spot: Spot) -> None:
        """Edit a row that stands in a block, which is opened for it."""
        if spot not in self.view.spots:
            self.unfold_all()
        if spot not in self.view.spots or not self.edit_spot(spot):
            console_of(self).tell(_("The card has no place for this: its shape leaves it out."), problem=True)

    def action_card_tags(self) -> None:
        self.edit_tags()

    def action_card_pin(self) -> None:
        note = self._note
        if note is None or self.customer_id is None:
            console_of(self).tell(_("Put the cursor on a note first."))
            return
        done = _("The note stands above the others.") if not note.pinned else _("The note is pinned no more.")
        begin(self, self.do(WriteCustomerNote(self.customer_id, note.text, not note.pinned, note.id), done), group="acts")

    def action_card_share(self) -> None:
        one = self._identity
        if one is None:
            console_of(self).tell(_("Put the cursor on an address first."))
            return
        if one.shared:
            done = _("{address} is this customer's alone.")
        else:
            done = _("{address} is shared: nobody is recognised by it.")
        command = ShareIdentity(one.id, not one.shared)
        begin(self, self.do(command, done.format(address=clean_line(one.value, 60))), group="acts")

    def action_card_remove(self) -> None:
        spot, card, key = self.view.spot, self.known, console_of(self).own_keys.shown("act.undo")
        if spot is None or card is None:
            return
        back = _("{key} takes it back").format(key=key)
        if spot.what is On.NOTE:
            begin(self, self.do(WriteCustomerNote(card.id, "", note_id=spot.id), f"{_('Removed.')} {back}"), group="acts")
        elif spot.what is On.IDENTITY:
            begin(self, self.do(RemoveIdentity(spot.id), f"{_('Removed.')} {back}"), group="acts")
        elif spot.what in (On.FIELD, On.COMPANY, On.LANGUAGE):
            values = ((spot.key, ""),) if spot.what is On.FIELD else ()
            company, tongue = ("" if spot.what is what else None for what in (On.COMPANY, On.LANGUAGE))
            emptied = EditCustomer(card.id, company=company, language=tongue, values=values, seen_version=card.version)
            begin(self, self.do(emptied, f"{_('Removed.')} {back}"), group="acts")
        else:
            console_of(self).tell(_("There is nothing to remove here."))

    def action_card_copy(self) -> None:
        words = self._words_here()
        if words:
            self.app.copy_to_clipboard(words)
            console_of(self).tell(_("Copied: {words}").format(words=clean_line(words, 60)))
        else:
            console_of(self).tell(_("There is nothing to copy."))

    def _words_here(self) -> str:
        """Return what the row under the cursor says, for the clipboard."""
        spot, card = self.view.spot, self.known
        if spot is not None and spot.what is On.PERSON:
            return spot.key.partition(" ")[2]
        if spot is None or card is None:
            return ""
        if spot.what is On.IDENTITY:
            return self._identity.value if self._identity is not None else ""
        if spot.what is On.NOTE:
            return self._note.text if self._note is not None else ""
        if spot.what in (On.CLAIM, On.RECORD):
            return spot.key.partition(" ")[2]
        if spot.what is On.CONVERSATION:
            return next((f"#{row.number}" for row in self.talks if row.id == spot.id), "")
        own = {On.NAME: card.name, On.LANGUAGE: card.language, On.COMPANY: card.company, On.TAGS: ", ".join(card.tags)}
        return own.get(spot.what) or card.values.get(spot.key, "")

    def action_merge(self) -> None:
        """Ask for the other one, then compare the two cards."""
        card = self.known
        if card is None:
            console_of(self).tell(_("There is no card to merge."))
            return
        from deskterm.screens.choosing_customer import ChooseCustomerScreen

        def compare(other: CustomerRow | None) -> None:
            if other is not None:
                self._compare(card.id, other.id)

        title = _("Merge {name} with").format(name=clean_line(card.name, 60))
        self.app.push_screen(ChooseCustomerScreen(title, but=card.id), compare)

    def action_card_layout(self) -> None:
        from deskterm.screens.card_layout import LayoutScreen

        self.app.push_screen(LayoutScreen(self.known))

    def action_take_back(self) -> None:
        begin(self, self._undo(Undo()), group="acts")

    def action_redo(self) -> None:
        begin(self, self._undo(Redo()), group="acts")

    async def _undo(self, command: Undo | Redo) -> None:
        answer = await submitted(self, command)
        if isinstance(answer, Refused):
            console_of(self).tell(refusal_words(answer), problem=True)
            return
        only = answer.undone[1] if answer.undone is not None else None
        detail = None if only is None else await console_of(self).office.conversation(only)
        row = None if detail is None else detail.row
        console_of(self).tell(undone_words(answer, row, again=isinstance(command, Redo)))
        await self.read()

"""Editing a card in its place: which editor each row gets, and what becomes of what was typed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from textual.dom import DOMNode
from textual.suggester import Suggester

from deskterm.desk.addresses import typed_email
from deskterm.desk.card import EMAIL_IDENTITY, PHONE_IDENTITY, CardField, FieldType
from deskterm.desk.card_values import NO, YES, normal_value, shown_value
from deskterm.desk.commands import Command, Done, Refused, Undo
from deskterm.desk.commands_customer import AddIdentity, EditCustomer, WriteCustomerNote
from deskterm.desk.post import Address, IdentityKind
from deskterm.desk.rows_customer import Card
from deskterm.desk.text import clean_line
from deskterm.i18n import _, language
from deskterm.office import Office
from deskterm.screens.asking import ConfirmScreen
from deskterm.screens.card_box import CardBox
from deskterm.screens.console import begin, console_of
from deskterm.screens.tagging import TagChange, TagsScreen
from deskterm.screens.taking_back import TakingBack
from deskterm.widgets.card_editor import CardEditor, ChoiceEditor, LineEditor, NoteEditor
from deskterm.widgets.card_rows import On, Spot
from deskterm.words.wording import changer_words, refusal_words

WARM_UP = "+79120000000"
"""A number that is read before one is typed: the library takes a tenth of a second to load."""


@dataclass(slots=True)
class Edit:
    """What is being edited: the card as it was on the screen then."""

    spot: Spot
    version: int
    before: str
    note_pinned: bool = False


class CompanyNames(Suggester):
    """Completes the names of companies."""

    def __init__(self, office: Office) -> None:
        super().__init__(use_cache=False, case_sensitive=True)
        self._office = office

    async def get_suggestion(self, value: str) -> str | None:
        """Return the first company whose name begins so."""
        if not value.strip():
            return None
        found = await self._office.companies(value, limit=8)
        names = (clean_line(one.name, 200) for one in found)
        return next((value + name[len(value) :] for name in names if name.casefold().startswith(value.casefold())), None)


def number_of(text: str, region: str) -> str:
    """Return a telephone number in E.164; "" for what is none."""
    from deskterm.phones import e164

    return e164(text, region)


def address_typed(text: str, region: str) -> Address | None:
    """Return the address that a person typed: an e-mail address or a telephone number."""
    if "@" in text:
        return typed_email(text)
    number = number_of(text, region)
    return Address(IdentityKind.PHONE, number) if number else None


async def submitted(node: DOMNode, command: Command) -> Done | Refused:
    """Have a command carried out; the inbox is told, so that `z` takes this back there, and no message sent before it."""
    answer = await console_of(node).office.submit(command)
    inbox = node.app.screen_stack[0]
    if isinstance(answer, Done) and answer.count and isinstance(inbox, TakingBack) and not isinstance(command, Undo):
        inbox.remember(None)
    return answer


class CardEdits(CardBox):
    """The half of a card that edits it."""

    editing: Edit | None = None

    def take_keys(self) -> None:
        """Let the keys be the card's."""
        if self.editing is not None and isinstance(self.view.editor, CardEditor):
            self.view.editor.take_keys()
        else:
            self.screen.set_focus(self.view)

    def edit_spot(self, spot: Spot) -> bool:
        """Begin to edit a row in its place; says whether it can be."""
        card = self.known
        if card is None or self.editing is not None or card.erased_at is not None:
            return False
        editor, before = self._editor(card, spot)
        if editor is None:
            return False
        pinned = any(note.pinned for note in card.notes if note.id == spot.id) if spot.what is On.NOTE else False
        self.editing = Edit(spot, card.version, before, pinned)
        self.view.edit(spot, editor)
        return True

    def _editor(self, card: Card, spot: Spot) -> tuple[CardEditor | None, str]:
        """Return what a row is edited with, and what it says now."""
        office = console_of(self).office
        if spot.what is On.NAME:
            return LineEditor(card.name, problem=_name_problem), card.name
        if spot.what is On.LANGUAGE:
            hint = _("two letters: ru, en   Enter keeps it")
            return LineEditor(card.language, hint, _language_problem), card.language
        if spot.what is On.COMPANY:
            hint = _("→ completes   Enter keeps it   Tab next")
            return LineEditor(card.company, hint, suggester=CompanyNames(office)), card.company
        if spot.what is On.NEW_IDENTITY:
            self._warm_up()
            hint = _("an e-mail address or a phone number")
            return LineEditor("", hint, partial(_address_problem, region=office.card.region, key=spot.key)), ""
        if spot.what is On.NEW_NOTE:
            return NoteEditor(""), ""
        if spot.what is On.NOTE:
            text = next((note.text for note in card.notes if note.id == spot.id), "")
            return NoteEditor(text), text
        found = office.card.field(spot.key) if spot.what is On.FIELD else None
        if found is None:
            return None, ""
        return self._field_editor(found, card.values.get(found.key, "")), card.values.get(found.key, "")

    def _field_editor(self, field: CardField, value: str) -> CardEditor:
        if field.type is FieldType.CHOICE:
            return ChoiceEditor(value, [(one, clean_line(one, 60)) for one in field.choices])
        if field.type is FieldType.YES_NO:
            return ChoiceEditor(value, [(one, shown_value(one, FieldType.YES_NO, language())) for one in (YES, NO)])
        if field.type is FieldType.PHONE:
            self._warm_up()
        region = console_of(self).office.card.region
        return LineEditor(shown_value(value, field.type, language()), problem=_field_problem(field, region))

    def _warm_up(self) -> None:
        region = console_of(self).office.card.region

        async def read_one() -> None:
            await asyncio.to_thread(number_of, WARM_UP, region)

        begin(self, read_one(), group="warm-up")

    # What becomes of it

    def on_card_editor_left(self, event: CardEditor.Left) -> None:
        event.stop()
        edit = self.editing
        if edit is None:
            return
        if event.changed and edit.spot.what in (On.NOTE, On.NEW_NOTE):
            self.app.push_screen(ConfirmScreen(_("Throw away what was typed?")), self._leave_note)
            return
        self.end_edit()
        self.left_edit()

    def _leave_note(self, yes: bool | None) -> None:
        if yes:
            self.end_edit()
        else:
            self.take_keys()

    def left_edit(self) -> None:
        """An edit was left by Esc."""

    def end_edit(self) -> None:
        """Show the row again."""
        self.editing = None
        self.view.end_edit()
        self.screen.set_focus(self.view)

    def on_card_editor_kept(self, event: CardEditor.Kept) -> None:
        event.stop()
        if self.editing is not None:
            begin(self, self._keep(self.editing, event.value, event.go_on), group="keep-card", exclusive=True)

    async def _keep(self, edit: Edit, typed: str, go_on: bool) -> None:
        """Have what was typed kept. What is refused stays in its place, with the reason below it."""
        command = await self._command(edit, typed)
        answer = Done(0, count=0) if command is None else await submitted(self, command)
        if self.editing is not edit:
            return
        if isinstance(answer, Refused):
            await self._refused(edit, answer)
            return
        self.end_edit()
        await self.read()
        following = self.view.next_editable(edit.spot) if go_on else None
        if go_on and following is not None:
            self.edit_spot(following)
        self.kept_edit(edit.spot)

    def kept_edit(self, spot: Spot) -> None:
        """What was typed is kept."""

    async def _refused(self, edit: Edit, refused: Refused) -> None:
        words = refusal_words(refused)
        if refused.code == "card_changed":
            await self.read()
            edit.version = self.known.version if self.known is not None else edit.version
            name = clean_line(changer_words(refused), 40)
            now = clean_line(self._says(edit.spot), 60) or "—"
            words = _("{name} changed it to: {now}. Enter keeps yours, Esc theirs.").format(name=name, now=now)
        if isinstance(self.view.editor, CardEditor):
            self.view.editor.warn(words)

    def _says(self, spot: Spot) -> str:
        """Return what the card says now where something is edited."""
        card = self.known
        if card is None:
            return ""
        own = {On.NAME: card.name, On.LANGUAGE: card.language, On.COMPANY: card.company}
        return own.get(spot.what) or shown_value(card.values.get(spot.key, ""), self._type_of(spot.key), language())

    def _type_of(self, key: str) -> FieldType:
        found = console_of(self).office.card.field(key)
        return found.type if found is not None else FieldType.TEXT

    async def _command(self, edit: Edit, typed: str) -> Command | None:
        """Return what is asked of the desk; None where nothing changed."""
        spot, customer_id = edit.spot, self.customer_id
        if customer_id is None:
            return None
        text = typed.strip()
        if spot.what in (On.NEW_NOTE, On.NOTE):
            note_id = spot.id if spot.what is On.NOTE else None
            same = text == edit.before.strip()
            return None if same else WriteCustomerNote(customer_id, text, edit.note_pinned, note_id)
        if spot.what is On.NEW_IDENTITY:
            region = console_of(self).office.card.region
            address = await asyncio.to_thread(address_typed, text, region) if text else None
            return AddIdentity(customer_id, address) if address is not None else None
        if spot.what is On.FIELD:
            shown = shown_value(edit.before, self._type_of(spot.key), language())
            same = text in (edit.before, shown)
            return None if same else EditCustomer(customer_id, values=((spot.key, text),), seen_version=edit.version)
        if text == edit.before:
            return None
        changed: dict[On, Callable[[], EditCustomer]] = {
            On.NAME: lambda: EditCustomer(customer_id, name=text, seen_version=edit.version),
            On.LANGUAGE: lambda: EditCustomer(customer_id, language=text.lower(), seen_version=edit.version),
            On.COMPANY: lambda: EditCustomer(customer_id, company=text, seen_version=edit.version),
        }
        return changed[spot.what]()

    # Tags

    def edit_tags(self) -> None:
        """Tick the tags of the customer."""
        card = self.known
        if card is None:
            return

        async def look() -> tuple[list[tuple[str, ...]], bool]:
            return [card.tags], True

        def put(change: TagChange | None) -> None:
            if change is not None and (change.add or change.remove):
                command = EditCustomer(card.id, add_tags=change.add, remove_tags=change.remove)
                begin(self, self.do(command), group="acts")

        self.app.push_screen(TagsScreen(_("Tags of {about}").format(about=clean_line(card.name, 40)), look), put)

    async def do(self, command: Command, done: str = "") -> None:
        """Have a command carried out, say `done` and show the card as it is then, or say why not."""
        answer = await submitted(self, command)
        if isinstance(answer, Refused):
            console_of(self).tell(refusal_words(answer), problem=True)
            return
        if done:
            console_of(self).tell(done)
        await self.read()


# What is wrong with what is typed


def _name_problem(typed: str) -> str:
    return "" if typed.strip() else _("Everybody has a name.")


def _language_problem(typed: str) -> str:
    text = typed.strip()
    right = not text or (text.isascii() and text.isalpha() and len(text) in (2, 3))
    return "" if right else _("Write two letters, such as ru or en.")


def _field_problem(field: CardField, region: str) -> Callable[[str], str]:
    def problem(typed: str) -> str:
        answer = normal_value(field, typed, partial(number_of, region=region))
        return refusal_words(answer) if isinstance(answer, Refused) else ""

    return problem


def _address_problem(typed: str, region: str, key: str = "") -> str:
    if not typed.strip():
        return ""
    address = address_typed(typed, region)
    if address is None:
        return _("This is neither an e-mail address nor a phone number.")
    if key == PHONE_IDENTITY and address.kind is not IdentityKind.PHONE:
        return _("A phone number is wanted here.")
    if key == EMAIL_IDENTITY and address.kind is not IdentityKind.EMAIL:
        return _("An e-mail address is wanted here.")
    return ""

"""A telephone call or a visit, kept by hand: with whom, what was said, what came of it, how long it took.

Whoever knows the keys is done in seconds: a few letters and Enter for the customer, the words, ctrl+s. All else has a default.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import ClassVar

from textual.actions import SkipAction
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.events import Resize
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Input, Static

from deskterm.desk.commands import Done, Refused
from deskterm.desk.commands_customer import LogContact
from deskterm.desk.contacting import BY_HAND
from deskterm.desk.post import Address
from deskterm.desk.rows import ChannelRow, CustomerRow
from deskterm.desk.text import clean_line
from deskterm.i18n import N_, _
from deskterm.keys.actions import Context
from deskterm.screens.asking import ConfirmScreen
from deskterm.screens.console import begin, console_of
from deskterm.screens.contact_people import Found, PeopleFound
from deskterm.screens.contact_words import (
    DIRECTIONS,
    OUTCOME_KEYS,
    address_typed,
    is_number,
    minutes_typed,
)
from deskterm.screens.leaving import leave
from deskterm.screens.room import marks_of
from deskterm.screens.underway import Underway
from deskterm.widgets.choice import Choice, LetterChoice
from deskterm.widgets.composer import ComposerText
from deskterm.widgets.paint import Span
from deskterm.widgets.status import Bar
from deskterm.words.contact_words import OUTCOMES
from deskterm.words.wording import refusal_words

_PLACES = (N_("this conversation"), N_("a new one"))


@dataclass(frozen=True, slots=True)
class About:
    """What is known of a contact before its form is opened: the channel's name, the customer, the conversation at hand (id and
    number), what was typed already."""

    channel: str = ""
    customer_id: int | None = None
    name: str = ""
    conversation: tuple[int, int] | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class Kept:
    """How the form ended: in which conversation the contact is kept."""

    conversation_id: int


class ContactScreen(Screen[Kept | None]):
    """See the module."""

    context = Context.COMPOSER
    DEFAULT_CSS: ClassVar[str] = """
    ContactScreen {
        background: $background; color: $foreground;
        & .field { height: 1; }
        & .label { width: 14; padding: 0 1; color: $text-muted; }
        & .field:focus-within .label { color: $text-accent; text-style: bold; background: $boost; }
        & Choice { padding: 0; }
        & Input { padding: 0 1 !important; background: $surface; width: 1fr; }
        & .problem { display: none; height: auto; padding: 0 1 0 15; color: $text-error; text-style: bold; }
        & .problem.-shown { display: block; }
        & #said { height: 1fr; min-height: 3; padding: 0 1; background: $surface; border: none; }
        & #said { border-top: solid $border-blurred; }
        & #said:focus { border-top: solid $border; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab", "app.focus_next", show=False, priority=True),
        Binding("shift+tab", "app.focus_previous", show=False, priority=True),
        Binding("enter", "next_field", show=False, priority=True),
        Binding("ctrl+s", "keep", show=False, priority=True),
        Binding("escape", "leave", show=False, priority=True),
        Binding("down", "suggest(1)", show=False),
        Binding("up", "suggest(-1)", show=False),
    ]

    def __init__(self, about: About = About()) -> None:
        super().__init__()
        self._about = about
        self._channels: tuple[ChannelRow, ...] = ()
        self._customer: tuple[int, str] | None = None
        if about.customer_id is not None:
            self._customer = (about.customer_id, about.name)
        self._taking = Underway(self, "keys")
        self._ended = False
        self._by = Choice(id="by")
        self._where = Choice(id="where")
        self._who = Input(clean_line(about.name, 200), id="who", select_on_focus=False, compact=True, max_length=200)
        self._called = Input(id="name", select_on_focus=False, compact=True, max_length=200)
        self._phone = Input(id="phone", select_on_focus=False, compact=True, max_length=60)
        self._said = ComposerText(about.text, id="said", soft_wrap=True, tab_behavior="focus", show_line_numbers=False)
        self._outcome = LetterChoice(id="outcome")
        self._took = Input(id="took", select_on_focus=False, compact=True, max_length=20)
        self._direction = LetterChoice(id="direction")

    def compose(self) -> ComposeResult:
        yield Bar(id="head")
        yield _field("by", _("By"), self._by)
        yield _field("where", _("Kept in"), self._where)
        yield _field("who", _("With"), self._who)
        yield PeopleFound(marks_of(self), id="found")
        yield _field("name", _("Name"), self._called)
        yield _field("phone", _("Telephone"), self._phone)
        yield _problem("who")
        yield self._said
        yield _problem("said")
        yield _field("outcome", _("Outcome"), self._outcome)
        yield _field("took", _("Took"), self._took)
        yield _problem("took")
        yield _field("direction", _("Who called"), self._direction)
        yield Bar(id="foot")

    @property
    def has_arrived(self) -> bool:
        """Whether the field that the last Enter led to has the keys; see `deskterm.typed_ahead`."""
        return self._taking.is_over

    async def arrive(self) -> None:
        """Wait until it `has_arrived`."""
        await self._taking.over()

    @property
    def _found(self) -> PeopleFound:
        return self.query_one(PeopleFound)

    def on_mount(self) -> None:
        self.query_one("#head", Bar).put((Span(" " + _("Call or visit"), "name"),))
        self._outcome.offer([(letter, key, _(OUTCOMES[key])) for letter, key in OUTCOME_KEYS])
        self._direction.offer([(letter, key, _(words)) for letter, key, words in DIRECTIONS])
        self._outcome.pick("open")
        self._ask_of_new()
        there = self._about.conversation
        self.query_one("#field-where").display = there is not None
        if there is not None:
            self._where.show([(f"#{there[1]} {_(_PLACES[0])}", ""), (_(_PLACES[1]), "")])
        self._took.placeholder = _("minutes")
        self.set_focus(self._who if self._customer is None else self._said)
        begin(self, self._load(), group="rows")

    async def _load(self) -> None:
        status = await console_of(self).office.status()
        self._channels = tuple(one for one in status.channels if one.kind == BY_HAND and one.enabled)
        self._by.show([(one.name, "") for one in self._channels])
        self._by.choose(self._about.channel)
        self.query_one("#field-by").display = len(self._channels) > 1
        if not self._channels:
            self._complain("who", _("No channel for calls and visits is set up: deskterm channel add"))

    # Whom

    def _ask_of_new(self, *, name: bool = False, phone: bool = False) -> None:
        """Ask for the name of a new customer who called by a number, or for the number of one whose name was typed."""
        self.query_one("#field-name").display = name
        self.query_one("#field-phone").display = phone

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        if event.input is self._who and self._who.has_focus:
            self._customer = None
            self._complain("who", "")
            self._ask_of_new()
            self._found.look_for(event.value)
        elif event.input is self._phone:
            self._complain("who", "")
        elif event.input is self._took:
            self._complain("took", "" if minutes_typed(event.value) is not None else _("Minutes, or 1:30, or 1h 5m."))

    def action_suggest(self, lines: int) -> None:
        self._found.move(lines)

    def action_next_field(self) -> None:
        """Go on from a field; in the words the key is a new line."""
        if self.focused is self._said:
            raise SkipAction
        if self.focused is self._who:
            self._taking.begin(self._take_typed())
        elif self.focused in (self._called, self._phone):
            self.set_focus(self._said)
        else:
            self.app.action_focus_next()

    async def _take_typed(self) -> None:
        """Take who is found by what was typed before Enter; nobody of that name: a new customer."""
        read = asyncio.Event()
        self._who.call_later(read.set)  # behind the letters that are still in the field's queue
        await read.wait()
        if self._customer is None and self._who.value.strip():
            self._take(await self._found.found_for(self._who.value))
        else:
            self.set_focus(self._said)

    def _take(self, found: Found) -> None:
        self._found.hide()
        if isinstance(found, CustomerRow):
            self._customer = (found.id, found.name)
            with self.prevent(Input.Changed):
                self._who.value = clean_line(found.name, 200)
            self._ask_of_new()
            self.set_focus(self._said)
            return
        by_address = is_number(found) or "@" in found
        self._ask_of_new(name=by_address, phone=not by_address)
        self.set_focus(self._called if by_address else self._phone)

    def on_descendant_blur(self) -> None:
        if not self._who.has_focus:
            self._found.hide()

    # Keeping

    def action_keep(self) -> None:
        (self.focused or self).call_later(self._keep)

    def _keep(self) -> None:
        if not self._ended:
            begin(self, self._submit(), group="send", exclusive=True)

    async def _submit(self) -> None:
        channel = next((one for one in self._channels if one.name == self._by.chosen), None)
        who, phone, text = self._who.value.strip(), self._phone.value.strip(), self._said.text
        name = self._called.value.strip() or ("" if is_number(who) or "@" in who else who)
        took = minutes_typed(self._took.value)
        if channel is None or took is None:
            self.set_focus(self._took if took is None else self._by)
            return
        if not text.strip():
            self._complain("said", _("What was said?"))
            self.set_focus(self._said)
            return
        if self._customer is None and not (who or phone):
            self._complain("who", _("With whom? A few letters of a name, or a number."))
            self.set_focus(self._who)
            return
        address = None if self._customer is not None else await self._address(phone or who, name)
        if address is None and self._customer is None and (phone or is_number(who)):
            self._complain("who", _("This is no telephone number."))
            self.set_focus(self._phone if phone else self._who)
            return
        wish = LogContact(
            channel.id,
            text,
            customer_id=None if self._customer is None else self._customer[0],
            name="" if self._customer is not None else name,
            address=address,
            incoming=self._direction.picked == "in",
            outcome=self._outcome.picked,
            duration_s=took or None,
            conversation_id=self._conversation_id,
        )
        self._answered(await console_of(self).office.submit(wish))

    async def _address(self, typed: str, name: str) -> Address | None:
        return await address_typed(typed, name, console_of(self).office.card.region)

    @property
    def _conversation_id(self) -> int | None:
        """The conversation in which it is kept, where there is one and no new one is wanted."""
        there = self._about.conversation
        same = self._customer is not None and self._customer[0] == self._about.customer_id
        return there[0] if there is not None and same and self._where.chosen.startswith("#") else None

    def _answered(self, answer: Done | Refused) -> None:
        if isinstance(answer, Refused):
            self._complain("said", refusal_words(answer))
        elif answer.conversation_id is not None:
            self._ended = True
            leave(self, Kept(answer.conversation_id))

    def _complain(self, field: str, words: str) -> None:
        shown = self.query_one(f"#problem-{field}", Static)
        shown.update(Content(clean_line(words)))
        shown.set_class(bool(words), "-shown")

    def action_leave(self) -> None:
        """Leave; words that would be lost are asked about first."""
        if self._found.display:
            self._found.hide()
        elif self._said.text.strip() and self._said.text != self._about.text:
            self.app.push_screen(ConfirmScreen(_("Throw away what is written here?")), self._thrown)
        else:
            leave(self, None)

    def _thrown(self, yes: bool | None) -> None:
        if yes:
            self.call_later(leave, self, None)

    def on_resize(self, event: Resize) -> None:
        hints = (("ctrl+s", _("keep it")), ("Tab", _("next field")), ("Esc", _("leave")))
        spans = [span for key, words in hints for span in (Span(f" {key}", "key"), Span(f" {words} "))]
        self.query_one("#foot", Bar).put(spans)


def _field(name: str, label: str, widget: Widget) -> Horizontal:
    return Horizontal(Static(Content(label), classes="label", markup=False), widget, id=f"field-{name}", classes="field")


def _problem(field: str) -> Static:
    return Static(id=f"problem-{field}", classes="problem", markup=False)

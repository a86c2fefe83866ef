"""By which ways I am told of what: a table of yes and no, and below it where, when not, and how much at a time.

Every change is kept at once: the row shows what the desk answered.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar, TypeAlias

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, Static

from deskterm.desk.addresses import typed_email
from deskterm.desk.model import Operator
from deskterm.desk.notice_kinds import DEFAULT_WAYS, NoticeKind, Way, possible, sound_ways
from deskterm.desk.query import folded
from deskterm.desk.rows_time import NoticeSettings
from deskterm.desk.text import clean_line
from deskterm.i18n import N_, _
from deskterm.notice_typed import hours_shown, known_zone, typed_gathering, typed_hours
from deskterm.office import OfficeError
from deskterm.screens.asking import Dialog, plain
from deskterm.screens.console import begin, console_of
from deskterm.screens.leaving import leave
from deskterm.screens.room import marks_of
from deskterm.widgets.cells import cut, fit, width
from deskterm.widgets.line_list import LineList
from deskterm.widgets.paint import UNICODE, Line, Marks, Span
from deskterm.words.notice_words import kind_head, way_name

EMAIL, QUIET, ZONE, GATHER, SUPERVISOR, TELEGRAM = "email", "quiet", "zone", "gather", "supervisor", "telegram"
Entry: TypeAlias = NoticeKind | str
"""A row of the table, or a field below it."""


@dataclass(frozen=True, slots=True)
class Field:
    """A field below the table: its name, what it holds, what to type, how typed words are understood, why they are not."""

    name: str
    hint: str
    mistake: str
    shown: Callable[[NoticeSettings], str]
    understood: Callable[[NoticeSettings, str], NoticeSettings | None]


def _with_email(settings: NoticeSettings, text: str) -> NoticeSettings | None:
    if not text:
        return replace(settings, email="")
    found = typed_email(text)
    return None if found is None else replace(settings, email=found.value)


def _with_quiet(settings: NoticeSettings, text: str) -> NoticeSettings | None:
    if not text:
        return replace(settings, quiet_from=None, quiet_to=None)
    found = typed_hours(text)
    return None if found is None else replace(settings, quiet_from=found[0], quiet_to=found[1])


def _with_zone(settings: NoticeSettings, text: str) -> NoticeSettings | None:
    return replace(settings, zone=text) if not text or known_zone(text) else None


def _with_gathering(settings: NoticeSettings, text: str) -> NoticeSettings | None:
    found = typed_gathering(text) if text else 0
    return None if found is None else replace(settings, digest_minutes=found)


def _quiet(settings: NoticeSettings) -> str:
    if settings.quiet_from is None or settings.quiet_to is None:
        return ""
    return hours_shown(settings.quiet_from, settings.quiet_to)


FIELDS: dict[str, Field] = {
    EMAIL: Field(
        N_("E-mail"), N_("your own address"), N_("This is no address."), lambda settings: settings.email, _with_email
    ),
    QUIET: Field(
        N_("Quiet hours"), N_("for example 22:00-08:00: no bell, no mail, no Telegram then"),
        N_("This is no time of day to another."), _quiet, _with_quiet,
    ),
    ZONE: Field(
        N_("Time zone"), N_("of the quiet hours; the desk's, or for example Europe/Moscow"),
        N_("There is no such time zone."), lambda settings: settings.zone, _with_zone,
    ),
    GATHER: Field(
        N_("Gathered for"), N_("each at once, or for example 30m, 2h: one message of several"),
        N_("This is no length of time up to a day."),
        lambda settings: f"{settings.digest_minutes}m" if settings.digest_minutes else "", _with_gathering,
    ),
}  # fmt: skip
ENTRIES: tuple[Entry, ...] = (*DEFAULT_WAYS, *FIELDS, SUPERVISOR, TELEGRAM)


def supervisor_field(people: Sequence[Operator]) -> Field:
    """Return the field of who is told of what I miss: one of these, by login or name."""

    def shown(settings: NoticeSettings) -> str:
        return next((one.login for one in people if one.id == settings.supervisor_id), "")

    def understood(settings: NoticeSettings, text: str) -> NoticeSettings | None:
        if not text:
            return replace(settings, supervisor_id=None)
        found = [one.id for one in people if folded(text) in (folded(one.login), folded(one.name))]
        return replace(settings, supervisor_id=found[0]) if found else None

    hint = N_("who is told of what I miss: a login; else the team's, or all of them")
    return Field(N_("Supervisor"), hint, N_("Nobody here is called so."), shown, understood)


def leads_nowhere(way: Way, settings: NoticeSettings) -> bool:
    """Whether nothing can arrive by a way, since it is not said where to."""
    return (way is Way.EMAIL and not settings.email) or (way is Way.TELEGRAM and not settings.telegram)


def way_heads() -> list[str]:
    """Return the heads of the columns: the key that changes one, and its way."""
    return [f"{place} {way_name(way)}" for place, way in enumerate(Way, start=1)]


GAP = 1
"""Cells between two columns."""


def head_line(cells: int) -> Line:
    """Return the line above the table."""
    heads = way_heads()
    room = max(0, cells - sum(width(head) + GAP for head in heads))
    return (Span(" " * room), *(Span(" " * GAP + head, "muted") for head in heads))


def ways_line(kind: NoticeKind, settings: NoticeSettings, cells: int, marks: Marks = UNICODE) -> Line:
    """Return a kind of notice as a line: what it is, and below the key of each way whether it goes by it: a tick, a dash, or
    nothing where it cannot. A tick with a question mark leads nowhere: it is not said where to."""
    heads, chosen = way_heads(), settings.ways.get(kind, ())
    room = max(0, cells - sum(width(head) + GAP for head in heads))
    spans = [Span(fit(f" {kind_head(kind)}", room), "name" if chosen else "muted")]
    for way, head in zip(Way, heads, strict=True):
        sign = marks.sent if way in chosen else marks.cancelled if way in possible(kind) else ""
        lost = way in chosen and leads_nowhere(way, settings)
        role = "warning" if lost else "good" if way in chosen else "muted"
        spans.append(Span(fit(f"{' ' * GAP}  {sign}{'?' if lost else ''}", width(head) + GAP), role))
    return tuple(spans)


def field_line(name: str, value: str, hint: str, cells: int, *, missed: bool = False) -> Line:
    """Return a field as a line: its name and what it holds; else that it is not set, and what may be typed. `missed`: notices
    are to go there, and cannot."""
    head = Span(fit(f" {name}", 18), "name")
    room = max(0, cells - 18)
    if value:
        return head, Span(fit(clean_line(value, 200), room), "")
    unset = _("not set, so nothing goes there") if missed else _("not set")
    return head, Span(cut(unset, room), "warning" if missed else "muted"), _hint(hint, room - width(unset))


def _hint(hint: str, cells: int) -> Span:
    return Span(fit(f" · {hint}", cells) if cells > 3 else "", "muted")


class NoticeWaysScreen(Dialog[None]):
    """See the module."""

    DEFAULT_CSS: ClassVar[str] = """
    NoticeWaysScreen {
        & > .box { width: 96; }
        & LineList { max-height: 18; }
        & #ways-head { height: 1; color: $text-muted; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        *(Binding(str(place), f"way({place})", show=False) for place in range(1, len(Way) + 1)),
        Binding("space", "all_ways", show=False),
        Binding("delete,backspace", "empty", show=False),
        Binding("z", "take_back", show=False),
        Binding("q", "leave", show=False),
    ]

    def __init__(self, before: list[NoticeSettings] | None = None) -> None:
        super().__init__(_("Ways of notices"))
        self._before: list[NoticeSettings] = [] if before is None else before
        """What was set before each change, the newest last."""
        self._fields = dict(FIELDS)
        self._settings: NoticeSettings | None = None
        self._asked = 0
        """How many changes were asked for."""

    def body(self) -> Iterable[Widget]:
        yield Static(id="ways-head", markup=False)
        yield LineList[Entry](self._line, str, marks=marks_of(self))
        yield plain(_("1-5 yes or no   space all or none   Enter changes   Del empties   z takes back   Esc leaves"), "hint")

    def _line(self, entry: Entry, cells: int) -> Line:
        if self._settings is None:
            return ()
        if isinstance(entry, NoticeKind):
            return ways_line(entry, self._settings, cells, marks_of(self))
        wanted = {way for ways in self._settings.ways.values() for way in ways}
        if entry == TELEGRAM:
            missed = Way.TELEGRAM in wanted
            return field_line(_("Telegram"), self._settings.telegram, _("Enter links it"), cells, missed=missed)
        field = self._fields.get(entry)
        if field is None:
            return ()
        missed = entry == EMAIL and Way.EMAIL in wanted
        return field_line(_(field.name), field.shown(self._settings), _(field.hint), cells, missed=missed)

    @property
    def rows(self) -> LineList[Entry]:
        """The table and the fields."""
        return self.query_one(LineList)

    def on_mount(self) -> None:
        self.rows.focus()
        begin(self, self._load(), group="ways")

    def on_resize(self) -> None:
        self.call_after_refresh(self._show_head)

    def _show_head(self) -> None:
        words = "".join(span.text for span in head_line(max(0, self.rows.size.width - 1)))
        self.query_one("#ways-head", Static).update(Content(f" {words}"))

    async def _load(self) -> None:
        office = console_of(self).office
        self._fields[SUPERVISOR] = supervisor_field(await office.operators())
        self._show(await office.notice_settings())

    def _show(self, settings: NoticeSettings) -> None:
        self._settings = settings
        self.rows.show(ENTRIES)
        self.rows.refresh()
        self._show_head()

    def _keep(self, settings: NoticeSettings) -> None:
        if self._settings is not None and settings != self._settings:
            self._before.append(self._settings)
        self._set(settings)

    def action_take_back(self) -> None:
        """Set again what was set before the last change; nothing else is taken back here."""
        if self._before:
            self._set(self._before.pop())
            console_of(self).tell(_("Taken back: the ways of notices"))
        else:
            console_of(self).tell(_("Nothing was changed here that could be taken back."))

    def _set(self, settings: NoticeSettings) -> None:
        self._settings = settings  # the next key goes on from here, before the desk has answered
        self._asked += 1
        begin(self.app, self._kept(settings, self._asked), group="ways")  # it is kept also where the screen is left at once

    async def _kept(self, settings: NoticeSettings, asked: int) -> None:
        """Keep other settings; what is shown is what the desk made of the last ones, also where it refused."""
        office = console_of(self).office
        try:
            kept = await office.set_notice_settings(settings)
        except OfficeError:
            if self.is_attached:
                self._show(await office.notice_settings())
            raise
        if asked == self._asked and self.is_attached:
            self._show(kept)

    # The table

    def _kind(self) -> tuple[NoticeKind, NoticeSettings] | None:
        entry = self.rows.chosen
        return (entry, self._settings) if isinstance(entry, NoticeKind) and self._settings is not None else None

    def action_way(self, place: int) -> None:
        """Be told by a way, or not. Without the console by none: what is told anywhere is found there."""
        if (found := self._kind()) is None:
            return
        kind, settings = found
        way, chosen = tuple(Way)[place - 1], settings.ways.get(kind, ())
        if way not in possible(kind):
            console_of(self).tell(_("A new message of nobody's is told by bell and desktop only."))
            return
        if way in chosen:
            names = () if way is Way.CONSOLE else tuple(one for one in chosen if one != way)
        else:
            names = (*chosen, way.value)
        self._choose(kind, settings, names)

    def action_all_ways(self) -> None:
        """Be told by every way, or by none."""
        if (found := self._kind()) is not None:
            kind, settings = found
            ways = tuple(way.value for way in possible(kind))
            self._choose(kind, settings, () if set(settings.ways.get(kind, ())) == set(ways) else ways)

    def _choose(self, kind: NoticeKind, settings: NoticeSettings, names: tuple[str, ...]) -> None:
        sound = tuple(way.value for way in sound_ways(kind, names) or ())
        self._keep(replace(settings, ways={**settings.ways, kind.value: sound}))

    # The fields

    def on_line_list_chosen(self, event: LineList.Chosen) -> None:
        event.stop()
        entry, settings = event.row, self._settings
        if isinstance(entry, NoticeKind):
            self.action_all_ways()
        elif entry == TELEGRAM:
            begin(self, self._link(), group="link")
        elif isinstance(entry, str) and settings is not None and (field := self._fields.get(entry)) is not None:
            self.app.push_screen(FieldScreen(field, settings), self._entered)

    def _entered(self, settings: NoticeSettings | None) -> None:
        if settings is not None:
            self._keep(settings)

    async def _link(self) -> None:
        office = console_of(self).office
        code = await office.telegram_code()
        channels = (await office.status()).channels
        bots = [channel.address for channel in channels if channel.kind == "telegram" and channel.enabled]
        self.app.push_screen(LinkScreen(code, bots))

    def action_empty(self) -> None:
        """Empty a field; a linked Telegram is forgotten."""
        entry, settings = self.rows.chosen, self._settings
        if settings is None or isinstance(entry, NoticeKind) or entry is None:
            return
        field = self._fields.get(entry)
        emptied = replace(settings, telegram="") if field is None else field.understood(settings, "")
        if emptied is not None and emptied != settings:
            self._keep(emptied)


class FieldScreen(Dialog[NoticeSettings]):
    """Asks for the words of one field and says while one types whether they are understood."""

    def __init__(self, field: Field, settings: NoticeSettings) -> None:
        super().__init__(_(field.name))
        self._field = field
        self._settings = settings

    def body(self) -> Iterable[Widget]:
        before = clean_line(self._field.shown(self._settings), 200)
        yield Input(before, select_on_focus=False, compact=True, max_length=200)
        yield Static(Content(_(self._field.hint)), classes="hint", id="field-hint", markup=False)
        yield plain(_("Enter takes it   Esc leaves"), "hint")

    def on_mount(self) -> None:
        self.query_one(Input).focus()

    def _understood(self) -> NoticeSettings | None:
        return self._field.understood(self._settings, self.query_one(Input).value.strip())

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        found, hint = self._understood(), self.query_one("#field-hint", Static)
        hint.set_class(found is None, "-problem")
        hint.update(Content(_(self._field.mistake if found is None else self._field.hint)))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        found = self._understood()
        if found is not None:
            leave(self, found)


class LinkScreen(Dialog[None]):
    """Says how a Telegram is linked: which words go to which bot of ours."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter,q", "leave", show=False)]

    def __init__(self, code: str, bots: list[str]) -> None:
        super().__init__(_("Link my Telegram"))
        self._code = code
        self._bots = ", ".join(clean_line(bot, 60) for bot in bots if bot)

    def body(self) -> Iterable[Widget]:
        yield plain(_("Write this in Telegram, to {bot}, within ten minutes:").format(bot=self._bots or _("our bot")), "words")
        yield plain(f"/start {clean_line(self._code, 64)}", "words")
        yield plain(_("It links the chat it is written from, once.   Esc leaves"), "hint")

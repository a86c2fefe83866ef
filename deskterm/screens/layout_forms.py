"""The questions of the shape of cards: a field, a block, a rule. Each is a small form that says what is wrong as one types."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar, Generic, TypeVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, Static

from deskterm.desk.card import BlockKind, CardBlock, CardField, CardSettings, FieldType, Label, Required, block_label
from deskterm.desk.card_shape import free_kinds, key_of, wantable, wrong_key
from deskterm.desk.query import folded
from deskterm.desk.text import clean_line
from deskterm.i18n import N_, _, language
from deskterm.screens.asking import Dialog, plain
from deskterm.screens.leaving import leave
from deskterm.widgets.choice import Choice

Made = TypeVar("Made")

TYPES: dict[FieldType, str] = {
    FieldType.TEXT: N_("text"),
    FieldType.NUMBER: N_("a number"),
    FieldType.DATE: N_("date"),
    FieldType.CHOICE: N_("choice"),
    FieldType.PHONE: N_("phone"),
    FieldType.EMAIL: N_("e-mail"),
    FieldType.LINK: N_("link"),
    FieldType.YES_NO: N_("yes or no"),
}
"""What the types of fields are called."""
KINDS: dict[BlockKind, str] = {
    BlockKind.IDENTITIES: N_("addresses"),
    BlockKind.NOTES: N_("notes"),
    BlockKind.TAGS: N_("tags"),
    BlockKind.CONTACT: N_("dates and counts"),
    BlockKind.FIELDS: N_("fields"),
    BlockKind.CONVERSATIONS: N_("conversations"),
    BlockKind.TASKS: N_("tasks"),
    BlockKind.RECORDS: N_("records"),
}
"""What the kinds of blocks are called."""
MOST = 60


@dataclass(frozen=True, slots=True)
class Asked:
    """One line of a form: an input, or a choice among pairs of a value and words."""

    id: str
    label: str
    value: str = ""
    choices: Sequence[tuple[str, str]] = ()


class Form(Dialog[Made], Generic[Made]):
    """Asks a few things; Tab goes on, Enter keeps what is sound."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab,down", "next_field", show=False, priority=True),
        Binding("shift+tab,up", "previous_field", show=False, priority=True),
        Binding("enter", "keep", show=False, priority=True),
    ]
    DEFAULT_CSS: ClassVar[str] = """
    Form {
        & > .box { width: 72; }
        & Input, & Choice { background: $panel; margin: 0; }
        & .label { height: auto; color: $text-muted; }
        & .hint { margin: 1 0 0 0; }
    }
    """

    def __init__(self, title: str, card: CardSettings) -> None:
        super().__init__(title)
        self._card = card

    def asked(self) -> Iterable[Asked]:
        """Return the lines of the form."""
        raise TypeError(f"{type(self).__name__} asks nothing")

    def problem(self) -> str:
        """Say what is wrong with what stands there; "": nothing."""
        return ""

    def made(self) -> Made:
        """Return what the form is about, as it is filled in."""
        raise TypeError(f"{type(self).__name__} makes nothing")

    def body(self) -> Iterable[Widget]:
        for one in self.asked():
            yield plain(one.label, "label")
            if one.choices:
                yield Options(one.choices, one.value, id=one.id)
            else:
                yield Input(clean_line(one.value, 400), id=one.id, compact=True, max_length=400, select_on_focus=False)
        yield plain(self._help, "hint")

    @property
    def _help(self) -> str:
        return _("Tab next   ← → choose   Enter keeps it   Esc leaves")

    def said(self, id: str) -> str:
        """Return what stands in a line."""
        found = self.query_one(f"#{id}")
        return found.picked if isinstance(found, Options) else self.query_one(f"#{id}", Input).value.strip()

    def listed(self, id: str) -> tuple[str, ...]:
        """Return what stands in a line, parted at commas."""
        parts = (" ".join(clean_line(part, MOST).split()) for part in self.said(id).split(","))
        return tuple(dict.fromkeys(part for part in parts if part))

    def label(self, key: str) -> Label:
        """Return the label in both languages."""
        names = {"en": self.said("en"), "ru": self.said("ru")}
        return Label(key, {language: name for language, name in names.items() if name})

    def action_next_field(self) -> None:
        self.focus_next()

    def action_previous_field(self) -> None:
        self.focus_previous()

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        self._hint(self.problem() if event.value.strip() else "")

    def action_keep(self) -> None:
        if problem := self.problem():
            self._hint(problem)
        else:
            leave(self, self.made())

    def _hint(self, words: str) -> None:
        hint = self.query_one(".hint", Static)
        hint.update(Content(clean_line(words, 300) or self._help))
        hint.set_class(bool(words), "-problem")


class Options(Choice):
    """A choice among values that are shown by words."""

    def __init__(self, choices: Sequence[tuple[str, str]], value: str, *, id: str) -> None:
        super().__init__(id=id)
        self._values = {words: key for key, words in choices}
        self.show([(words, "") for words in self._values])
        self.choose(next((words for words, key in self._values.items() if key == value), ""))

    @property
    def picked(self) -> str:
        """The value that is chosen."""
        return self._values.get(self.chosen, "")


def _label_lines(label: Label | None) -> list[Asked]:
    """Return the lines of the names, that in the operator's own language first."""
    names = label.names if label is not None else {}
    asked = [Asked("en", _("Name in English"), names.get("en", "")), Asked("ru", _("Name in Russian"), names.get("ru", ""))]
    return sorted(asked, key=lambda one: one.id != language())


class FieldFormScreen(Form[CardField]):
    """A field: what it is called, what it holds. The key of one that there is stays: what was typed hangs on it."""

    def __init__(self, card: CardSettings, field: CardField | None = None) -> None:
        super().__init__(_("Field") if field is None else _("Field {key}").format(key=field.key), card)
        self._field = field

    def asked(self) -> Iterable[Asked]:
        field = self._field
        yield from _label_lines(field.label if field is not None else None)
        if field is None:
            yield Asked("key", _("Key in the configuration; empty: made of the name"))
        yield Asked("type", _("Holds"), field.type if field is not None else "", [(one, _(TYPES[one])) for one in FieldType])
        yield Asked("choices", _("Values of a choice, parted by commas"), ", ".join(field.choices if field is not None else ()))

    def _key(self) -> str:
        if self._field is not None:
            return self._field.key
        first, second = sorted(("en", "ru"), key=lambda one: one != language())
        return self.said("key") or key_of(self.said(first) or self.said(second), self._card)

    def problem(self) -> str:
        if not self.said("en") and not self.said("ru"):
            return _("Give it a name.")
        if max(len(self.said("en")), len(self.said("ru"))) > MOST:
            return _("Use 1 to {limit} characters.").format(limit=MOST)
        if self._field is None and wrong_key(self._card, self._key()):
            return _("This key cannot be used: a-z, 0-9 and _, a letter first, not taken.")
        choices = self.listed("choices") if self.said("type") == FieldType.CHOICE else ("x",)
        if not choices or len({folded(one) for one in choices}) < len(choices):
            return _("Write the values to choose from, each once.")
        return ""

    def made(self) -> CardField:
        kind = FieldType(self.said("type"))
        key = self._key()
        return CardField(key, kind, self.label(key), self.listed("choices") if kind is FieldType.CHOICE else ())


class BlockFormScreen(Form[CardBlock]):
    """A block: what stands in it, what it is called."""

    def __init__(self, card: CardSettings, block: CardBlock | None = None) -> None:
        super().__init__(_("Block"), card)
        self._block = block

    def asked(self) -> Iterable[Asked]:
        if self._block is None:
            yield Asked("kind", _("Shows"), BlockKind.FIELDS, [(one, _(KINDS[one])) for one in free_kinds(self._card)])
        yield from _label_lines(self._block.label if self._block is not None else None)

    def made(self) -> CardBlock:
        block = self._block or CardBlock(BlockKind(self.said("kind")), block_label(BlockKind(self.said("kind"))))
        named = self.label(block.kind.value)
        return CardBlock(block.kind, named if named.names else block_label(block.kind), block.fields, block.folded)


class RuleFormScreen(Form[Required]):
    """A rule: what must be filled in before closing, and where it holds."""

    def __init__(self, card: CardSettings, known: dict[str, frozenset[str]], rule: Required | None = None) -> None:
        """`known` are the names of channels, teams and tags that there are."""
        super().__init__(_("Before closing"), card)
        self._rule = rule or Required(())
        self._known = known

    def asked(self) -> Iterable[Asked]:
        rule = self._rule
        names = ", ".join(self._labels.values())
        filled = ", ".join(self._labels.get(key, key) for key in rule.fields)
        yield Asked("fields", _("Must be filled in: {keys}").format(keys=clean_line(names, 600)), filled)
        yield Asked("channels", _("Only on these channels; empty: on all"), ", ".join(rule.channels))
        yield Asked("teams", _("Only for these teams; empty: for all"), ", ".join(rule.teams))
        yield Asked("tags", _("Only with one of these tags; empty: with any"), ", ".join(rule.tags))

    @property
    def _labels(self) -> dict[str, str]:
        """What can be asked for, by its key: what it is called in the operator's language; the key where that is not plain."""
        labels = {key: clean_line(self._card.label(key).shown(language()), MOST) for key in wantable(self._card)}
        count = Counter(map(folded, labels.values()))
        return {key: key if "," in label or count[folded(label)] > 1 else label for key, label in labels.items()}

    def _fields(self) -> tuple[str, ...]:
        """Return the keys of what was typed: labels in any case, or the keys themselves."""
        called = {folded(label): key for key, label in self._labels.items()}
        return tuple(called.get(folded(one), one) for one in self.listed("fields"))

    def problem(self) -> str:
        fields = self._fields()
        if not fields:
            return _("Say what must be filled in.")
        named = ((id_, known, self.listed(id_)) for id_, known in self._known.items())
        for id_, known, said in (("fields", frozenset(self._labels), fields), *named):
            unknown = next((one for one in said if one not in known), None)
            if unknown is not None and (known or id_ == "fields"):
                return _("There is no {name}.").format(name=clean_line(unknown, 60))
        return ""

    def made(self) -> Required:
        return Required(self._fields(), self.listed("channels"), self.listed("teams"), self.listed("tags"))

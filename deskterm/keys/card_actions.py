"""What is done to a customer's card and to how cards look: rows of the table of actions."""

from __future__ import annotations

from deskterm.i18n import N_
from deskterm.keys import make
from deskterm.keys.action import Action, Context, Group

CARDS = (Context.CARD, Context.LAYOUT)
"""Where a card is at hand, and where its shape is."""


def _card(id_: str, keys: str, title: str, help_: str, command: str = "", hint: str = "") -> Action:
    """What is done on a card."""
    return Action(
        f"card.{id_}", tuple(keys.split()), title, help_, Group.ACT, (Context.CARD,), command or f"card_{id_}",
        hint=hint,
    )  # fmt: skip


def _layout(id_: str, keys: str, title: str, help_: str, hint: str = "") -> Action:
    """What is done to the shape of cards."""
    return Action(
        f"layout.{id_}", tuple(keys.split()), title, help_, Group.ACT, (Context.LAYOUT,), f"layout_{id_}",
        hint=hint,
    )  # fmt: skip


OPEN_CARD = make.act(
    "card", "i", N_("Customer card"), N_("Show who writes: addresses, fields, notes, all conversations, records"), at_once=True
)

CARD_ACTIONS: tuple[Action, ...] = (
    OPEN_CARD,
    _card("edit", "e", N_("Edit"), N_("Change what is under the cursor, in its place"), hint=N_("edit")),
    _card("next", "tab", N_("Next"), N_("To the next line of the card that can be edited"), "card_step(1)"),
    _card("previous", "shift+tab", N_("Previous"), N_("To the line before that can be edited"), "card_step(-1)"),
    _card("fold", "space", N_("Fold"), N_("Show a block of the card, or only its title"), hint=N_("fold")),
    _card("note", "n", N_("Add a note"), N_("Write a note on the card; it is never sent"), hint=N_("note")),
    _card("pin", "p", N_("Pin"), N_("Keep a note above the others, or no longer"), hint=N_("pin")),
    _card(
        "address", "a", N_("Add an address"), N_("Say that an e-mail address or a phone number is theirs"), hint=N_("address")
    ),
    _card("tags", "t", N_("Tags of the customer"), N_("Say what kind of customer it is"), hint=N_("tags")),
    _card("remove", "x delete", N_("Remove"), N_("Take away the note, the address or the value under the cursor")),
    _card("share", "s", N_("Shared address"), N_("Several people write from this address, or only this customer")),
    _card("copy", "y", N_("Copy"), N_("Copy what is under the cursor to the clipboard")),
    _card("layout", "L", N_("Shape of cards…"), N_("Choose the blocks and fields of cards"), hint=N_("shape")),
    _layout("up", "K ctrl+up", N_("Up"), N_("Move the block or field one place up"), N_("up")),
    _layout("down", "J ctrl+down", N_("Down"), N_("Move the block or field one place down"), N_("down")),
    _layout("fold", "space", N_("Folded"), N_("Show the block whole, or only its title, when a card is opened"), N_("fold")),
    _layout("field", "a", N_("Add a field"), N_("Add a field of your own to the block"), N_("field")),
    _layout("block", "b", N_("Add a block"), N_("Add a block to cards"), N_("block")),
    _layout("required", "n", N_("Add a rule"), N_("Say which fields must be filled in before closing"), N_("rule")),
    _layout("remove", "x delete", N_("Remove"), N_("Take the block, the field or the rule away")),
    _layout("save", "ctrl+s", N_("Save"), N_("Write the shape of cards into the configuration"), N_("save")),
)

"""What is done to customers, to companies, and to which messages are one conversation: rows of the table of actions."""

from __future__ import annotations

from deskterm.i18n import N_
from deskterm.keys import make
from deskterm.keys.action import Action, Context, Group
from deskterm.keys.make import HERE

_BRACKETS = " ".join(("right_square_bracket", "left_square_bracket"))
PEOPLE = (Context.CUSTOMERS, Context.DUPLICATES, Context.COMPANY)
"""The rooms that list customers, pairs of them, or a company's people."""
_DECIDED = (Context.DUPLICATES, Context.PREVIEW)


def _people(id_: str, keys: str, title: str, help_: str, contexts: tuple[Context, ...], command: str, hint: str = "") -> Action:
    """What is done in the rooms of customers."""
    return Action(id_, tuple(keys.split()), title, help_, Group.ACT, contexts, command, hint=hint)


_MATTERS = (
    make.act(
        "merge",
        "M",
        N_("Merge…"),
        N_("Make one of several conversations or customers, split a conversation, or part what was merged"),
        (*HERE, Context.CUSTOMERS, Context.DUPLICATES, Context.CARD),
        at_once=True,
    ),
    make.act(
        "unrelated",
        "U",
        N_("Not the same matter"),
        N_("Say that the conversation has nothing to do with the one it seems to belong to"),
        (Context.THREAD,),
    ),
    make.act(
        "split",
        "P",
        N_("Choose messages…"),
        N_("Choose messages that become a conversation of their own"),
        (Context.THREAD,),
        at_once=True,
    ),
    make.act(
        "before",
        "B",
        N_("The one before"),
        N_("To the conversation that this one continues, else to the customer's one before it"),
        (Context.THREAD,),
        "linked(-1)",
    ),
    make.act(
        "after",
        "F",
        N_("The one after"),
        N_("To the conversation that continues this one, else to the customer's one after it"),
        (Context.THREAD,),
        "linked(1)",
    ),
    make.act(
        "record",
        "enter",
        N_("Record…"),
        N_("Open the order or other record that a message on the screen names"),
        (Context.THREAD,),
        "named_record",
    ),
    make.act(
        "contact",
        "C",
        N_("Call or visit…"),
        N_("Keep a telephone call or a visit: with whom, what was said, what came of it"),
        (*HERE, Context.CUSTOMERS),
        "log_contact",
        at_once=True,
    ),
)

_CUSTOMERS = (
    Action(
        "customers.search",
        ("slash",),
        N_("Search…"),
        N_("Find customers by a few letters of names or addresses"),
        Group.FIND,
        (Context.CUSTOMERS,),
        "search",
        at_once=True,
    ),
    _people(
        "customers.write",
        "c",
        N_("Write to them…"),
        N_("Begin a conversation with the customer"),
        (Context.CUSTOMERS,),
        "write_to",
        N_("write"),
    ),
    _people(
        "customers.doubles",
        "d",
        N_("Likely doubles"),
        N_("Pairs of customers who are likely one person, with the reason"),
        (Context.CUSTOMERS,),
        "doubles",
        N_("doubles"),
    ),
    _people(
        "customers.company",
        "o",
        N_("Company"),
        N_("Open the company of the customer"),
        (Context.CUSTOMERS,),
        "company",
    ),
    _people(
        "customers.kind",
        _BRACKETS,
        N_("Customers or companies"),
        N_("Between the list of customers and that of companies"),
        (Context.CUSTOMERS,),
        "other_kind",
        N_("companies"),
    ),
)

_DOUBLES = (
    _people(
        "doubles.two",
        "x",
        N_("They are two"),
        N_("Say that two customers who look alike are two"),
        _DECIDED,
        "two",
        N_("they are two"),
    ),
    _people("preview.choose", "space", N_("Choose"), N_("Choose which of the two values stays"), (Context.PREVIEW,), "choose"),
    _people(
        "preview.left", "1", N_("The left one"), N_("Keep the value of the card that stays"), (Context.PREVIEW,), "take(0)"
    ),
    _people(
        "preview.right", "2", N_("The right one"), N_("Take the value of the card that goes"), (Context.PREVIEW,), "take(1)"
    ),
    _people(
        "preview.swap", "s", N_("The other way"), N_("Let the other card be the one that stays"), (Context.PREVIEW,), "swap"
    ),
    _people(
        "preview.merge",
        "enter M",
        N_("Merge"),
        N_("Make one card of the two as it is shown"),
        (Context.PREVIEW,),
        "merge_cards",
    ),
)

_COMPANIES = (
    _people(
        "company.edit", "n", N_("Name and note…"), N_("Change the company's name and its note"), (Context.COMPANY,), "edit"
    ),
    _people(
        "company.talks",
        _BRACKETS,
        N_("People or conversations"),
        N_("Between the company's people and their conversations"),
        (Context.COMPANY,),
        "other_kind",
        N_("conversations"),
    ),
)

CUSTOMER_ACTIONS: tuple[Action, ...] = (*_MATTERS, *_CUSTOMERS, *_DOUBLES, *_COMPANIES)

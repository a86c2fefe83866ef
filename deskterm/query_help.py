"""What the fields of the filter language and their own words are, in the operator's language.

The registry (`desk.query.FIELDS`, and for tasks `desk.query_task.TASKS`) says it in English, since the desk knows of no
language; here each is marked for translation.
"""

from __future__ import annotations

from deskterm.i18n import N_, _

HELPS = frozenset(
    (
        N_("what state it is in"),
        N_("there is work to do"),
        N_("comes back at a time"),
        N_("done"),
        N_("the customer waits for an answer"),
        N_("the promised time has passed"),
        N_("something has not been read"),
        N_("all has been read"),
        N_("marked as spam"),
        N_("a group of people"),
        N_("an answer was not delivered"),
        N_("it is not known whether an answer was delivered"),
        N_("the customer asked again"),
        N_("a time that we promised has passed"),
        N_("what it has"),
        N_("a file"),
        N_("an internal note"),
        N_("a tag"),
        N_("an answer begun"),
        N_("a promise that is to be kept"),
        N_("a reminder of mine"),
        N_("an answer that was not delivered"),
        N_("what it is about"),
        N_("whose it is, by login or name"),
        N_("which team has it"),
        N_("the channel's name or kind"),
        N_("words of the customer's name, an address, or the card's number"),
        N_("words of the name of the customer's company"),
        N_("the number of a record: its customer's conversations, and those that name it"),
        N_("how much it matters"),
        N_("the promised time, or how long until then"),
        N_("nothing is promised"),
        N_("how long the customer waits"),
        N_("how long ago it began"),
        N_("how long ago something happened in it"),
        N_("how long ago it was closed"),
        N_("how long until it comes back"),
        N_("words of the subject"),
        N_("words of a message's text"),
        N_("its number"),
        N_("in which order"),
        N_("the most urgent first"),
        N_("the newest first"),
        N_("the oldest first"),
        N_("what fits the words best first"),
        N_("by number"),
        N_("a tag on the customer's card"),
        N_("it is near: warned of, or ends within 15 minutes"),
        N_("its clock stands still"),
        N_("by whose it is"),
        N_("how long ago it was done"),
        N_("how long ago it was made"),
        N_("how the task stands"),
        N_("it comes again and again"),
        N_("it is done"),
        N_("it is not wanted any more"),
        N_("it is to be done"),
        N_("its time has passed"),
        N_("nobody has begun it"),
        N_("on the next day"),
        N_("on this day"),
        N_("somebody is at it"),
        N_("the number of the conversation it came from"),
        N_("until when, or how long until then"),
        N_("what is begun, then what is to be done"),
        N_("what is due first"),
        N_("what matters most first"),
        N_("words of the customer's name, or the card's number"),
    )
)
"""All that the registry says; a test compares the two."""


def help_words(english: str) -> str:
    """Return what the registry says of a field or word, in the operator's language; what it does not know stays as it is."""
    return _(english) if english in HELPS else english

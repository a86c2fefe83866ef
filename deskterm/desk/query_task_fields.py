"""The fields of queries of tasks, in the registry's shape of `desk.query_fields`."""

from __future__ import annotations

from deskterm.desk.query_fields import FIELD, Amounts, Choice, Field, Kind, vocabulary
from deskterm.desk.query_tree import SORT

_NONE = Choice("none", ("нет",))
_ANY = Choice("any", ("любой", "любая", "есть"))

FIELDS: tuple[Field, ...] = (
    Field(
        "is",
        ("статус", "это"),
        Kind.CHOICE,
        "how the task stands",
        (
            Choice("current", ("текущая", "текущие", "текущее"), "it is to be done"),
            Choice("open", ("открыта", "открытые", "открыто"), "nobody has begun it"),
            Choice("started", ("начата", "начатые", "начато"), "somebody is at it"),
            Choice("done", ("сделана", "сделанные", "сделано", "готово"), "it is done"),
            Choice("cancelled", ("отменена", "отменённые", "отменено"), "it is not wanted any more"),
            Choice("overdue", ("просрочена", "просроченные", "просрочено"), "its time has passed", ("late",)),
            Choice("recurring", ("повторяется", "повторяющиеся"), "it comes again and again"),
        ),
    ),
    FIELD["assignee"],
    FIELD["team"],
    FIELD["tag"],
    FIELD["priority"],
    Field(
        "due",
        ("срок", "до"),
        Kind.CHOICE,
        "until when, or how long until then",
        (
            _NONE,
            _ANY,
            Choice("today", ("сегодня",), "on this day"),
            Choice("tomorrow", ("завтра",), "on the next day"),
        ),
        Amounts.AHEAD,
        typical=("<2h", "<1d", "<7d", "<-1d"),
    ),
    Field(
        "created",
        ("создана", "создано"),
        Kind.AMOUNT,
        "how long ago it was made",
        (),
        Amounts.MOMENT,
        typical=("<1d", "<7d", "<30d"),
    ),
    Field(
        "done",
        ("сделана", "сделано"),
        Kind.AMOUNT,
        "how long ago it was done",
        (),
        Amounts.MOMENT,
        typical=("<1d", "<7d", "<30d"),
    ),
    Field(
        "customer", ("клиент", "покупатель"), Kind.WORDS, "words of the customer's name, or the card's number", (_NONE, _ANY)
    ),
    Field(
        "conversation",
        ("обращение", "диалог"),
        Kind.CHOICE,
        "the number of the conversation it came from",
        (_NONE, _ANY),
        Amounts.NUMBER,
    ),
    Field("id", ("номер",), Kind.AMOUNT, "its number", (), Amounts.NUMBER),
    Field(
        SORT,
        ("порядок", "сортировка", "сначала"),
        Kind.CHOICE,
        "in which order",
        (
            Choice("due", ("срок", "сроки"), "what is due first"),
            Choice("date", ("дата", "новые"), "the newest first"),
            Choice("status", ("статус",), "what is begun, then what is to be done"),
            Choice("assignee", ("исполнитель", "исполнители"), "by whose it is"),
            Choice("priority", ("приоритет", "важные"), "what matters most first"),
            Choice("number", ("номер", "номера"), "by number"),
        ),
    ),
)

TASKS = vocabulary(FIELDS)
"""What queries of tasks speak of."""

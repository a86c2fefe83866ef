"""What is wrong with a filter text, in people's words: for the console and the command line alike."""

from __future__ import annotations

from deskterm.desk.layouts import other_layout
from deskterm.desk.query import (
    CONVERSATIONS,
    Mistake,
    Names,
    Query,
    Term,
    Vocabulary,
    check,
    conjuncts,
    parse,
    with_logins,
)
from deskterm.desk.text import clean_line
from deskterm.i18n import N_, _, language
from deskterm.office import OfficeError

MISTAKES: dict[str, str] = {
    "bad_amount": N_("{value} is nothing that {field} can be compared with"),
    "bad_character": N_("there is a character that no keyboard types"),
    "empty_brackets": N_("there is nothing between the brackets"),
    "empty_quotes": N_("there is nothing between the quotes"),
    "missing_value": N_("{field}: lacks its value"),
    "not_comparable": N_("{field} cannot be compared with > or <"),
    "one_value": N_("{field} takes one value only"),
    "sort_inside": N_("the order is for the whole query: not in brackets, after a minus, or beside OR"),
    "sort_twice": N_("the order is said twice"),
    "too_deep": N_("the brackets are more than {limit} deep"),
    "too_long": N_("the query is longer than {limit} characters"),
    "unclosed_bracket": N_("a bracket is not closed"),
    "unclosed_quote": N_("a quote is not closed"),
    "unexpected": N_("{text} cannot stand here"),
    "unknown_field": N_("there is no field {field}"),
    "unknown_value": N_("{field} has no value {value}"),
}
"""Every code of `desk.query.CODES`, with the names that its words take."""

EXAMPLES: dict[str, tuple[str, ...]] = {
    "span": ("30m", "1h", "7d"),
    "ahead": ("<2h", "<1d", "-1d", "2026-11-22"),
    "moment": ("1h", "7d", "2026-11-22"),
    "number": ("1042",),
}
"""What a field is compared with, by `desk.query.Amounts`."""


def mistake_words(mistake: Mistake, among: Vocabulary = CONVERSATIONS) -> str:
    """Say what is wrong, where, and which known words are near: "at 4: there is no field tga. Did you mean tag"."""
    what = _("at {place}: {words}").format(place=mistake.position + 1, words=what_words(mistake, among))
    hint = hint_words(mistake, among)
    return f"{what}. {hint}" if hint else what


def what_words(mistake: Mistake, among: Vocabulary = CONVERSATIONS) -> str:
    """Say what is wrong, without the place."""
    values = {name: clean_line(str(value), 60) for name, value in mistake.values.items()}
    if (field := among.by_name.get(values.get("field", ""))) is not None:
        values["field"] = field.names(language())[0]
    words = MISTAKES.get(mistake.code)
    return _(words).format(**values) if words is not None else mistake.code


def hint_words(mistake: Mistake, among: Vocabulary = CONVERSATIONS) -> str:
    """Name what may have been meant; "" where nothing is near."""
    if mistake.nearest:
        return _("Did you mean {near}?").format(near=_(" or ").join(clean_line(word, 60) for word in mistake.nearest))
    field = among.by_name.get(str(mistake.values.get("field", "")))
    if mistake.code in ("bad_amount", "missing_value") and field is not None and field.compares in EXAMPLES:
        return _("Write it as {examples}").format(examples=", ".join(EXAMPLES[field.compares]))
    if mistake.code in ("missing_value", "unknown_value") and field is not None and field.values:
        own = ", ".join(choice.names(language())[0] for choice in field.values)
        people = clean_line(str(mistake.values.get("known", "")), 200)
        return _("Known: {names}").format(names=f"{people}, {own}" if people else own)
    return ""


def understood(text: str, names: Names | None = None, among: Vocabulary = CONVERSATIONS) -> Query:
    """Return the query that a text says. With `names`, what it names must exist, and people are called by their logins.

    Raises OfficeError("bad_query").
    """
    query = parse(text, among)
    wrong = query if isinstance(query, Mistake) else None
    if not isinstance(query, Mistake) and names is not None:
        wrong = check(query, names, text, among)
    if wrong is not None:
        words = _("the query is wrong at {place}: {words}").format(place=wrong.position + 1, words=what_words(wrong, among))
        raise OfficeError("bad_query", words, hint_words(wrong, among) or _("The help (?) tells of the filter language."))
    assert not isinstance(query, Mistake)
    return query if names is None else with_logins(query, names, among)


def meant(text: str, names: Names | None = None, among: Vocabulary = CONVERSATIONS) -> tuple[str, Query]:
    """Return a filter text and its query; one whose fields are known only in the other keyboard layout as it was meant.

    Raises what `understood` does.
    """
    try:
        return text, understood(text, names, among)
    except OfficeError:
        swapped = other_layout(text)
        query = parse(swapped, among)
        if isinstance(query, Mistake) or not any(isinstance(part, Term) for part in conjuncts(query)):
            raise
    try:
        return swapped, understood(swapped, names, among)
    except OfficeError:
        return text, understood(text, names, among)

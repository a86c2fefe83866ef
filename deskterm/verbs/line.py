"""Words read into a call: which verb, about which conversations, with what. From a line as typed, or from a shell's words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from deskterm.desk.layouts import other_layout
from deskterm.desk.query_near import language_of, nearest
from deskterm.desk.text import clean_line
from deskterm.i18n import _
from deskterm.office import OfficeError
from deskterm.times.when_typed import typed_time
from deskterm.times.when_words import Mistake
from deskterm.verbs.call import Call, split, usage_words, verb_name
from deskterm.verbs.message_line import read_message
from deskterm.verbs.table import CUSTOMER, VERBS, About, Choice, Kind, Verb, verb_called

MAX_LINE = 4_000
"""Longest line in code points."""
BY_QUERY = "--query"
_NUMBER = re.compile(r"#?([0-9]{1,18})")


def verb_of(word: str) -> Verb:
    """Return the verb that a word names, also in the wrong keyboard layout. Raises OfficeError("usage")."""
    found = verb_called(word) or verb_called(other_layout(word))
    if found is not None:
        return found
    near = next(filter(None, (nearest(typed, _names_like(typed)) for typed in (word, other_layout(word)))), ())
    fix = _("Did you mean {near}?").format(near=_(" or ").join(near)) if near else _("Tab shows what there is.")
    raise OfficeError("usage", _("there is no verb {word}").format(word=clean_line(word, 60)), fix)


def _names_like(word: str) -> list[str]:
    """Return the names of all verbs in the language that a word is written in."""
    return [verb.russian if language_of(word) == "ru" else verb.name for verb in VERBS]


def read_line(line: str, now: datetime) -> Call:
    """Return what a line of the console says: `close 1042 1043`, `snooze tomorrow 10:00`, `filter is:open tag:refund`.

    Raises OfficeError("usage").
    """
    if len(line) > MAX_LINE:
        raise OfficeError("usage", _("the line is longer than {limit} characters").format(limit=MAX_LINE))
    words = split(line)
    if not words:
        raise OfficeError("usage", _("there is nothing to do"), _("Write a verb; Tab shows what there is."))
    verb = verb_of(words[0].text)
    if verb.about is About.MESSAGE:
        behind = line[words[1].position :].strip() if len(words) > 1 else ""
        return read_message(verb, behind, swapped=verb_called(words[0].text) is None)
    query = next((word for word in words[1:] if word.text == BY_QUERY), None)
    if verb.about is About.CONVERSATIONS and query is not None:
        said = [word.text for word in words[1:] if word.position < query.position]
        return read_words(verb, said, now, query=line[query.position + len(BY_QUERY) :].strip())
    call = read_words(verb, [word.text for word in words[1:]], now)
    skipped = len(words) - len(call.words)
    return Call(
        verb, call.numbers, None, call.words, line[words[skipped].position :].strip() if call.words else "", call.choices
    )


def read_words(
    verb: Verb, words: Sequence[str], now: datetime, *, query: str | None = None, choices: frozenset[str] = frozenset()
) -> Call:
    """Return the call of a verb with the words behind it, as a shell parts them. Raises OfficeError("usage")."""
    said = choices
    if verb.choices:
        named = {word: choice for word in words if (choice := _choice(verb, word)) is not None}
        said |= {choice.name for choice in named.values()}
        words = [word for word in words if word not in named]
    numbers: tuple[int, ...] = ()
    if verb.about is About.CONVERSATIONS and query is None:
        count = _count_of_numbers(verb, words, now)
        numbers = tuple(dict.fromkeys(int(word.removeprefix("#")) for word in words[:count]))
        words = words[count:]
    if verb.kind is Kind.NOTHING and words:
        raise _too_much(verb, words[0])
    if verb.kind is not Kind.NOTHING and verb.needs and not words:
        raise OfficeError("usage", _("{verb} lacks something").format(verb=verb_name(verb)), usage_words(verb))
    return Call(verb, numbers, query, tuple(words), " ".join(words), said)


def _too_much(verb: Verb, word: str) -> OfficeError:
    words = _("{verb} has no use for {word}").format(verb=verb_name(verb), word=clean_line(word, 60))
    fix = _("A conversation is named by its number, as 1042.") if verb.about is About.CONVERSATIONS else usage_words(verb)
    return OfficeError("usage", words, fix)


def _choice(verb: Verb, word: str) -> Choice | None:
    name = word.removeprefix("--").casefold()
    return next((choice for choice in verb.choices if name in (choice.name, choice.russian)), None)


def _count_of_numbers(verb: Verb, words: Sequence[str], now: datetime) -> int:
    """Return how many of the first words are conversations; a time behind them keeps the words it needs: "1042 2 hours"."""
    count = next((place for place, word in enumerate(words) if not _NUMBER.fullmatch(word)), len(words))
    if verb.kind is not Kind.TIME:
        return count
    for most in range(min(count, len(words) - 1), -1, -1):
        said = " ".join(words[most:])
        if is_time(said, now):
            return most
    return count


def is_time(words: str, now: datetime) -> bool:
    """Whether words are a time, be it one that has passed, or those for "until the customer writes"."""
    found = typed_time(words, now)
    return says_customer(words) or found not in (Mistake.EMPTY, Mistake.NOT_UNDERSTOOD)


def says_customer(words: str) -> bool:
    """Whether words stand for "until the customer writes", also in the wrong layout."""
    return words.casefold() in CUSTOMER or other_layout(words).casefold() in CUSTOMER

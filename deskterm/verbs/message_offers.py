"""What may stand at the cursor of a line with which one writes: conversations, addresses, channels, files; not the text."""

from __future__ import annotations

from collections.abc import Sequence

from deskterm.desk.layouts import other_layout
from deskterm.desk.query import Candidate, Completions
from deskterm.desk.query_words import quoted
from deskterm.i18n import _, language
from deskterm.office import Office
from deskterm.verbs.call import Word
from deskterm.verbs.known import MOST, Known, matching
from deskterm.verbs.table import Choice, Kind, Option, Verb


async def offers_of_message(
    verb: Verb, cursor: int, word: Word, before: Sequence[Word], office: Office, known: Known
) -> Completions:
    """Return what may stand in place of `word`, the last one before the cursor; `before` are those between it and the verb."""
    option = _option_called(verb, before[-1].text) if before else None
    said = [one.text for one in before]
    if option is not None:
        found = await _values(option.name, word.text, office, known)
    elif word.text.startswith("--"):
        found = matching([_offered(one) for one in verb.extras], word.text, helped=False)
    elif not _plain(verb, said) and "NUMBER" in verb.takes and word.text.startswith("#"):
        found = matching([Candidate(f"#{number}", what) for number, what in known.rows], word.text, helped=False)
    elif verb.kind is Kind.ADDRESSED and not _plain(verb, said) and "--to" not in said and word.text:
        found = await _values("to", word.text, office, known)
    else:
        found = [] if word.text else [_offered(one) for one in verb.extras if _may_follow(one, said)]
    return Completions(word.position, cursor, tuple(found)[:MOST])


def _plain(verb: Verb, said: Sequence[str]) -> list[str]:
    """Return the words that are no number of a conversation, no word with dashes and no value of one."""
    behind = ["", *said]
    return [
        word
        for last, word in zip(behind, said, strict=False)
        if not word.startswith("--") and not word.removeprefix("#").isdigit() and _option_called(verb, last) is None
    ]


def _option_called(verb: Verb, word: str) -> Option | None:
    names = (word.casefold(), other_layout(word.casefold()))
    return next((one for one in verb.options if f"--{one.name}" in names or f"--{one.russian}" in names), None)


def _may_follow(one: Choice | Option, said: Sequence[str]) -> bool:
    again = isinstance(one, Option) and one.again
    return again or not {f"--{one.name}", f"--{one.russian}"} & set(said)


def _offered(one: Choice | Option) -> Candidate:
    return Candidate(f"--{one.russian if language() == 'ru' else one.name}", _(one.help))


async def _values(option: str, typed: str, office: Office, known: Known) -> list[Candidate]:
    if option == "attach":
        return [Candidate(_as_word(path)) for path in await known.paths(typed)]
    if option == "channel":
        channels = [Candidate(_as_word(one.name), one.address) for one in await office.start_channels()]
        return matching(channels, typed)
    if option == "to" and typed.strip():
        people = await office.customers(typed, limit=MOST)
        return [Candidate(one.value, person.name) for person in people for one in person.identities]
    return []


def _as_word(text: str) -> str:
    """Return a text as one word of a line: in quotes where it has spaces or quotes of its own."""
    return quoted(text) if any(char.isspace() or char in '"\\' for char in text) else text

"""What may stand at the cursor of the console's `:` line: verbs, numbers, logins, tags, times, views, queries and the like."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from deskterm.desk.layouts import other_layout
from deskterm.desk.query import FIELD, Candidate, Completions, complete
from deskterm.desk.query_near import language_of
from deskterm.desk.query_words import is_bare_value, quoted
from deskterm.desk.rows import View
from deskterm.i18n import N_, _, language
from deskterm.office import Office
from deskterm.verbs.call import Word, split
from deskterm.verbs.known import MOST, NOTHING, Known, matching
from deskterm.verbs.line import BY_QUERY
from deskterm.verbs.message_offers import offers_of_message
from deskterm.verbs.table import SHARED, VERBS, About, Kind, Verb, verb_called

TIMES = {
    "en": ("1h", "3h", "tonight", "tomorrow 9:00", "monday", "1w", "customer"),
    "ru": ("1ч", "3ч", "вечером", "завтра 9:00", "понедельник", "1н", "клиент"),
}
"""Times worth offering."""


async def offers(line: str, cursor: int, office: Office, known: Known = NOTHING) -> Completions:
    """Return what may stand at the cursor, in place of the word there. Raises OfficeError where the desk cannot be asked."""
    cursor = max(0, min(cursor, len(line)))
    words = split(line[:cursor])
    word = words[-1] if words and not line[cursor - 1 : cursor].isspace() else Word("", cursor)
    if not words or words[0].position == word.position:
        return _verbs(word, cursor)
    verb = verb_called(words[0].text) or verb_called(other_layout(words[0].text))
    if verb is None:
        return Completions(cursor, cursor)
    if verb.about is About.MESSAGE:
        return await offers_of_message(verb, cursor, word, words[1:-1] if word is words[-1] else words[1:], office, known)
    query_from = _query_begin(verb, words, cursor)
    if query_from is not None:
        return await _in_query(verb, line, query_from, cursor, office)
    found = [*_by_number(verb, word, words, known), *await _arguments(verb, words, office), *_choices(verb)]
    return Completions(word.position, cursor, tuple(matching(found, word.text))[:MOST])


def _verbs(word: Word, cursor: int) -> Completions:
    """Offer verbs in the language that is typed, or that the other layout makes of it."""
    for text in (word.text, other_layout(word.text)):
        tongue = language_of(text) if text else language()
        found = matching([Candidate(_name(verb, tongue), _(verb.help)) for verb in VERBS], text, helped=False)
        if found:
            return Completions(word.position, cursor, tuple(found))
    return Completions(word.position, cursor)


def _name(verb: Verb, tongue: str) -> str:
    return verb.russian if tongue == "ru" else verb.name


def _query_begin(verb: Verb, words: Sequence[Word], cursor: int) -> int | None:
    """Return where a query begins in the line; None where the cursor stands in none."""
    option = next((word for word in words[1:] if word.text == BY_QUERY and word.position + len(BY_QUERY) < cursor), None)
    if verb.about is About.CONVERSATIONS and option is not None:
        return option.position + len(BY_QUERY) + 1
    if verb.kind in (Kind.QUERY, Kind.VIEW):
        return words[1].position if len(words) > 1 else cursor
    return None


async def _in_query(verb: Verb, line: str, begin: int, cursor: int, office: Office) -> Completions:
    text = line[begin:]
    found = complete(text, cursor - begin, await office.names(), language())
    shown = tuple(found.candidates)
    if verb.kind is Kind.VIEW and not line[begin:cursor].strip(" ").count(" "):
        names = [Candidate(view.value) for view in View]
        names += [Candidate(one.name, one.query) for one in await office.saved_views()]
        shown = (*matching(names, line[begin:cursor]), *shown)
    return Completions(begin + found.start, begin + found.end, shown[:MOST])


def _by_number(verb: Verb, word: Word, words: Sequence[Word], known: Known) -> list[Candidate]:
    """Offer conversations of the list, where numbers may still stand."""
    takes = verb.about is About.CONVERSATIONS or verb.kind is Kind.NUMBER
    before = [one.text.removeprefix("#") for one in words[1:] if one.position < word.position]
    is_begun = word.text.removeprefix("#").isdigit() or verb.kind is Kind.NUMBER
    if not (takes and is_begun and all(text.isdigit() for text in before)):
        return []
    return [Candidate(str(number), what) for number, what in known.rows]


def _choices(verb: Verb) -> list[Candidate]:
    return [Candidate(f"--{choice.name}", _(choice.help)) for choice in verb.choices]


async def _operators(_words: Sequence[Word], office: Office) -> list[Candidate]:
    people = [Candidate(one.login, one.name) for one in await office.operators()]
    return [*people, Candidate("nobody" if language() == "en" else "никому")]


async def _teams(_words: Sequence[Word], office: Office) -> list[Candidate]:
    teams = [Candidate(one.name if is_bare_value(one.name) else quoted(one.name)) for one in await office.teams()]
    return [*teams, Candidate("none" if language() == "en" else "нет")]


async def _tags(words: Sequence[Word], office: Office) -> list[Candidate]:
    """Offer tags with the sign that is typed before them."""
    last = words[-1].text[:1]
    sign = last if last in ("+", "-") else ""
    return [Candidate(sign + (tag.name if is_bare_value(tag.name) else quoted(tag.name))) for tag in await office.tags()]


async def _priorities(_words: Sequence[Word], _office: Office) -> list[Candidate]:
    return [Candidate(choice.names(language())[0]) for choice in FIELD["priority"].values]


async def _times(_words: Sequence[Word], _office: Office) -> list[Candidate]:
    return [Candidate(time) for time in TIMES[language()]]


async def _new_view(_words: Sequence[Word], _office: Office) -> list[Candidate]:
    return [Candidate(SHARED[0 if language() == "en" else 1], _(N_("everybody sees it")))]


_OFFERERS: dict[Kind, Callable[[Sequence[Word], Office], Awaitable[list[Candidate]]]] = {
    Kind.OPERATOR: _operators,
    Kind.TEAM: _teams,
    Kind.TAGS: _tags,
    Kind.PRIORITY: _priorities,
    Kind.TIME: _times,
    Kind.NEW_VIEW: _new_view,
}


async def _arguments(verb: Verb, words: Sequence[Word], office: Office) -> list[Candidate]:
    offer = _OFFERERS.get(verb.kind)
    return [] if offer is None else await offer(words, office)

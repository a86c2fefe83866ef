"""Words of a query as the index is asked for them: FTS5 expressions, and probes of a single message.

A bare word finds every form of itself (the same stem), and what begins with it once it has two letters: the beginning is
compared with stems, so "доставк" finds "доставку" as one types. A bare word of several parts ("ivan@mail.ru") is these words
side by side, the last one perhaps only begun. A phrase is words side by side in any form. A word without a letter or a digit
(a dash, a smile) is not looked for: it is found everywhere.

FTS5 and a probe say the same: documents hold stems with a space before and after each, in columns that words do not cross.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from deskterm.desk.query import Name, Term, Word
from deskterm.store import stems

SHORTEST_BEGINNING = 2
"""Letters from which on a bare word may be only the beginning of one."""
KEPT_APART = 3
"""The longest beginning that the index keeps a list of its own for (`prefix` in migration 0002)."""
COLUMNS = ("subject", "body", "files", "who")
"""The columns of `search_doc` with words, in their order."""


@dataclass(frozen=True, slots=True)
class Sought:
    """Words side by side, as stored; `begun` are the same with the last one as a beginning, () where it is not taken as one."""

    exact: tuple[str, ...]
    begun: tuple[str, ...]

    @property
    def match(self) -> str:
        """The FTS5 expression."""
        exact, begun = f'"{" ".join(self.exact)}"', f'"{" ".join(self.begun)}" *'
        if self.begun == self.exact:
            return begun
        return f"({exact} OR {begun})" if self.begun else exact

    @property
    def at_most(self) -> str:
        """An FTS5 expression that finds no less and is answered at once: a beginning of more letters than the index keeps apart
        has it merge the lists of all words that begin so, before the first hit."""
        last = self.begun[-1] if self.begun else ""
        return replace(self, begun=(*self.begun[:-1], last[:KEPT_APART])).match if len(last) > KEPT_APART else self.match

    @property
    def patterns(self) -> tuple[str, ...]:
        """What a column holds one of where the words are found in it."""
        exact, begun = f" {' '.join(self.exact)} ", f" {' '.join(self.begun)}"
        if self.begun == self.exact:
            return (begun,)
        return (exact, begun) if self.begun else (exact,)


@dataclass(frozen=True, slots=True)
class Text:
    """What one message must hold: all of `sought`, each in one of the columns. Nothing sought is found everywhere."""

    sought: tuple[Sought, ...]
    columns: tuple[str, ...] = COLUMNS

    @property
    def match(self) -> str:
        """The FTS5 expression; "" where nothing is sought."""
        return self.within(" AND ".join(one.match for one in self.sought))

    def within(self, match: str) -> str:
        """Return an FTS5 expression that holds in the columns of this text."""
        return match if self.columns == COLUMNS or not match else f"{{{' '.join(self.columns)}}} : ({match})"


def sought(word: Word) -> Sought | None:
    """Return what a word of a query is sought as; None where it has neither letter nor digit."""
    exact = tuple(stems.stems(word.text))
    if not exact:
        return None
    if word.phrase:
        return Sought(exact, ())
    last = stems.folded_words(word.text)[-1]
    begun = (*exact[:-1], last) if len(last) >= SHORTEST_BEGINNING else ()
    return Sought(exact, begun)


def of_words(words: Iterable[Word]) -> Text:
    """Return what adjacent free words of a query ask of one message."""
    return Text(tuple(one for one in map(sought, words) if one is not None))


def of_term(term: Term) -> tuple[Text, ...]:
    """Return what each value of `subject:` or `body:` asks of one message."""
    words = (Word(value.text, phrase=len(value.text.split()) > 1) for value in term.values if isinstance(value, Name))
    return tuple(Text(tuple(filter(None, (sought(word),))), (term.field,)) for word in words)


def of_person(text: str) -> str:
    """Return the FTS5 expression for people of whose words every one begins with one of these; "" where there are none."""
    words = stems.folded_words(text)
    return " AND ".join(f'"{word}" *' if len(word) >= SHORTEST_BEGINNING else f'"{word}"' for word in words)

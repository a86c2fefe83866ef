"""A tree written as text: the canonical one, which reads back as the same tree."""

from __future__ import annotations

from deskterm.desk.query_amounts import amount_text
from deskterm.desk.query_fields import CONVERSATIONS, Field, Vocabulary
from deskterm.desk.query_tree import And, Compare, Everything, Name, Not, Or, Query, Term, Value, Word
from deskterm.desk.query_words import OR_WORDS, is_bare_value, is_bare_word, quoted


def show(query: Query, language: str = "en", among: Vocabulary = CONVERSATIONS) -> str:
    """Return the canonical text of a query; in "ru" fields, their own words, units and OR are Russian. "" is everything.
    `among` are the fields that it may speak of."""
    match query:
        case Everything():
            return ""
        case Word(text, phrase):
            return text if not phrase and is_bare_word(text) else quoted(text)
        case Term(name, values):
            field = among.by_name[name]
            return f"{field.names(language)[0]}:{','.join(value_text(field, value, language) for value in values)}"
        case Not(inner):
            return f"-{_bracketed(inner, language, among, And, Or)}"
        case And(parts):
            return " ".join(_bracketed(part, language, among, Or) for part in parts)
        case Or(parts):
            return f" {OR_WORDS.get(language, 'OR')} ".join(show(part, language, among) for part in parts)


def _bracketed(query: Query, language: str, among: Vocabulary, *looser: type) -> str:
    text = show(query, language, among)
    return f"({text})" if isinstance(query, looser) else text


def value_text(field: Field, value: Value, language: str) -> str:
    """Return a value of a field as it is written in a language."""
    match value:
        case Compare(op, amount):
            return f"{'' if op == '=' else op}{amount_text(field, amount, language)}"
        case Name(text):
            choice = field.choice(text)
            shown = text if choice is None else choice.names(language)[0]
            return shown if is_bare_value(shown) else quoted(shown)

"""Reasons in the operator's language: delivery details, health and its fixes, why something is held, what an error says.

They are English data in the store, in logs and in `--json`, so that scripts can rely on them, and are translated only where
a person reads them. What no template knows, a server's own words above all, is shown as it is.
"""

from __future__ import annotations

import re
import string
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import islice

from deskterm.i18n import _
from deskterm.words.reason_words import ALL

SHAPES = {
    "address": r"[0-9a-f]*[.:][0-9a-f.:]*(?:%\w+)?",
    "found": r"\w+",
    "host": r"[^\s,;]+",
    "hours": r"\d+",
    "kind": r"[\w.-]+",
    "known": r"\w+",
    "login": r"[^\s,;:]+",
    "n": r"\d+",
    "other": r"[\w.-]+",
    "path": r"[/~.].*",
    "recipient": r"\S+",
    "seconds": r"\d[\d.]*",
    "status": r"\S+",
}
"""What a placeholder takes, as a regular expression; any other takes whatever stands there. Tight enough that a server's own
sentence is not taken for one of ours."""

MAX_LENGTH = 1000
"""Longer texts are no reasons of ours and are left alone (characters)."""
MAX_JOINTS = 8
"""How many pieces of a compound ("host:993: greeting: no answer within 30 s") are looked at, and how deep reasons nest."""
_JOINT = re.compile(r": |; |, | · ")
_REPLY = re.compile(r"[2-5]\d\d[ -]")
"""A mail server's reply begins with its code (RFC 5321 4.2): its words are the server's own, up to our "; what to do"."""
_NESTED = "reason"


@dataclass(frozen=True, slots=True)
class Known:
    """A reason that a template fits: the template and what stands for its names."""

    template: str
    values: tuple[tuple[str, str], ...] = ()


def shown(reason: str) -> str:
    """Return a reason in the operator's language; one that nobody knows comes back unchanged. Never raises."""
    return _translated(reason, MAX_JOINTS)


def recognised(reason: str) -> Known | None:
    """Return the template that fits a whole reason, None where none does."""
    if reason in _PLAIN:
        return Known(reason)
    return _matched(reason)


def _translated(reason: str, depth: int) -> str:
    if not reason or len(reason) > MAX_LENGTH or depth <= 0:
        return reason
    return _whole(reason, depth) or _compound(reason, depth)


def _whole(reason: str, depth: int) -> str:
    """Return the words of a reason that a template fits, else nothing. The fix of an `OfficeError` begins with a capital, its
    template does not."""
    known = recognised(reason)
    if known is not None:
        return _rendered(known, depth)
    known = recognised(reason[0].lower() + reason[1:]) if reason[0].isupper() else None
    if known is None:
        return ""
    words = _rendered(known, depth)
    return words[:1].upper() + words[1:]


def _compound(reason: str, depth: int) -> str:
    """Translate the pieces of "where: what; what to do" that are known: the longest known beginning, then the rest."""
    joints = list(islice(_JOINT.finditer(reason), MAX_JOINTS))
    if not joints:
        return reason
    if _REPLY.match(reason):
        return _replied(reason, [joint.end() for joint in joints if joint.group() == "; "], depth)
    for joint in reversed(joints):
        head = _whole(reason[: joint.start()], depth) if joint.start() else ""
        if head:
            return head + joint.group() + _translated(reason[joint.end() :], depth - 1)
    first = joints[0].end()
    return reason[:first] + _translated(reason[first:], depth - 1)


def _replied(reply: str, ends: list[int], depth: int) -> str:
    fixes = ((end, _whole(reply[end:], depth)) for end in ends if end < len(reply))
    return next((reply[:end] + fix for end, fix in fixes if fix), reply)


def _rendered(known: Known, depth: int) -> str:
    values = {name: _translated(value, depth - 1) if name == _NESTED else value for name, value in known.values}
    return _(known.template).format_map(values)


@lru_cache(maxsize=2048)
def _matched(reason: str) -> Known | None:
    for template, pattern in _patterns():
        match = pattern.fullmatch(reason)
        if match is not None:
            return Known(template, tuple(match.groupdict().items()))
    return None


def names_of(template: str) -> tuple[str, ...]:
    """Return the placeholders of a template in order."""
    return tuple(name for _text, name, _spec, _how in string.Formatter().parse(template) if name is not None)


def pattern_of(template: str) -> re.Pattern[str]:
    """Compile a template. A placeholder ends at the first place where the words behind it stand, for good: atomic groups keep
    the time linear in the reason, which a customer's server may have written."""
    names = names_of(template)
    before, *behind = (text for text, _name, _spec, _how in string.Formatter().parse(template + "{}"))
    made = re.escape(before)
    for name, text in zip(names, behind, strict=True):
        shape = SHAPES.get(name, ".+")
        if name == names[-1]:
            made += f"(?P<{name}>{shape}){re.escape(text)}"
        else:
            made += f"(?>(?P<{name}>{shape}?){re.escape(text)})"
    return re.compile(made)


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Compile all templates, at first use: a command that shows no reason need not wait for it."""
    return tuple((template, pattern_of(template)) for template in ALL if "{" in template)


_PLAIN = frozenset(template for template in ALL if "{" not in template)

"""The reasons that stand in the code as literals, found by walking its syntax.

A reason is what is handed to one of `TELLERS` (errors, health, check results and the like) or to a keyword of `KEYWORDS`; names
and functions of the same module are followed to the words they stand for.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from own_files import called, name, tree_of

TELLERS = {
    "BadFrame": 0,
    "CallFailed": 1,
    "ChannelRefused": 0,
    "CheckResult": 0,
    "CommandRefused": 0,
    "Failed": 0,
    "Failure": 0,
    "Fault": 0,
    "FolderRefused": 0,
    "Health": 0,
    "Ignored": 0,
    "LoginRefused": 0,
    "NotNow": 0,
    "OfficeError": 1,
    "ParserClosed": 0,
    "PutOff": 0,
    "Raw": 4,
    "Receipt": 2,
    "SMTPAuthenticationError": 0,
    "SendLater": 0,
    "SendRejected": 0,
    "SendUncertain": 0,
    "Sent": 1,
    "StillUncertain": 0,
    "StoreError": 1,
    "Uncertain": 0,
    "Unprotected": 0,
    "Unreadable": 0,
    "Unsendable": 0,
    "WireLost": 0,
    "_Died": 0,
    "_drop": 0,
    "_failed": 0,
    "_hold": 0,
    "_passed": 0,
    "gap": 0,
    "gone": 0,
    "parking": 0,
    "put_off": 0,
    "settle": 0,
}
"""Who is handed a reason, and how many arguments before it are none (a code)."""
KEYWORDS = {"detail", "fix", "message", "polling", "reason", "unavailable"}

_WORDS = re.compile(r"[A-Za-z]*[a-z]{2}")
_DOMAIN = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+")
_JOINT = re.compile(r": |; |, ")


@dataclass(frozen=True)
class Literal:
    """A reason as it stands in the code: its fixed texts, around what is filled in."""

    place: str
    texts: tuple[str, ...]

    def __str__(self) -> str:
        return "{}".join(self.texts)

    def filled(self, values: tuple[str, ...]) -> str:
        """Return the reason with these values between its texts."""
        return "".join(text + value for text, value in zip(self.texts, (*values, ""), strict=True))

    @property
    def holds_words(self) -> bool:
        """Whether people read something in it that is not filled in; a domain name is no word."""
        return any(_WORDS.search(text) for text in self.texts) and not _DOMAIN.fullmatch(str(self))

    def pieces(self) -> list[Literal]:
        """Return the parts of "where: what; what to do"."""
        return [Literal(self.place, tuple(piece.split("{}"))) for piece in _JOINT.split(str(self))]


@dataclass
class _Module:
    path: Path
    functions: dict[str, ast.AST] = field(default_factory=dict)
    assigned: dict[str, list[ast.expr]] = field(default_factory=dict)


@cache
def _module(path: Path) -> _Module:
    module = _Module(path)
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            module.functions[node.name] = node
        elif isinstance(node, ast.Assign) and node.value is not None:
            for target in node.targets:
                if isinstance(target, ast.Name):
                    module.assigned.setdefault(target.id, []).append(node.value)
        elif isinstance(node, ast.For | ast.comprehension):
            for target in ast.walk(node.target):
                if isinstance(target, ast.Name):
                    module.assigned.setdefault(target.id, []).append(node.iter)
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value is not None:
            module.assigned.setdefault(node.target.id, []).append(node.value)
    return module


class _Follower:
    """Finds the literals that an expression may stand for."""

    def __init__(self, module: _Module) -> None:
        self._module = module
        self._seen: set[str] = set()

    def words(self, node: ast.expr) -> Iterator[Literal]:
        """Yield every literal that a value may be."""
        match node:
            case ast.Constant(value=str(text)):
                yield self._literal(node, (text,))
            case ast.JoinedStr(values=values):
                yield self._joined(node, values)
                for value in values:
                    if isinstance(value, ast.FormattedValue):
                        yield from self.words(value.value)
            case ast.IfExp(body=body, orelse=orelse):
                yield from self.words(body)
                yield from self.words(orelse)
            case ast.BoolOp(values=values):
                for value in values:
                    yield from self.words(value)
            case ast.Tuple(elts=items) | ast.List(elts=items):
                for item in items:
                    yield from self.words(item)
            case ast.Dict(values=values):
                for value in values:
                    yield from self.words(value)
            case ast.Subscript(value=value) | ast.Starred(value=value) | ast.Await(value=value):
                yield from self.words(value)
            case ast.GeneratorExp(elt=value):
                yield from self.words(value)
            case ast.Name(id=known):
                yield from self._named(known)
            case ast.Call():
                yield from self._call(node)

    def _named(self, known: str) -> Iterator[Literal]:
        if known in self._module.assigned and known not in self._seen:
            self._seen.add(known)
            for value in self._module.assigned[known]:
                yield from self.words(value)

    def _call(self, node: ast.Call) -> Iterator[Literal]:
        word = called(node)
        if word in self._module.functions and word not in self._seen:
            self._seen.add(word)
            for found in ast.walk(self._module.functions[word]):
                if isinstance(found, ast.Return) and found.value is not None:
                    yield from self.words(found.value)
        elif word in ("clean_line", "next") or (word == "strip" and isinstance(node.func, ast.Attribute)):
            inner = node.func.value if word == "strip" and isinstance(node.func, ast.Attribute) else node.args[0]
            yield from self.words(inner)
        elif word in ("get", "items", "values") and isinstance(node.func, ast.Attribute):
            yield from self.words(node.func.value)
            for value in node.args[1:]:
                yield from self.words(value)

    def _joined(self, node: ast.expr, values: list[ast.expr]) -> Literal:
        texts = [""]
        for value in values:
            if isinstance(value, ast.Constant):
                texts[-1] += str(value.value)
            else:
                texts.append("")
        return self._literal(node, tuple(texts))

    def _literal(self, node: ast.expr, texts: tuple[str, ...]) -> Literal:
        return Literal(name(self._module.path, node.lineno), texts)


def literals(path: Path) -> Iterator[Literal]:
    """Yield the reasons of a module that hold words."""
    module = _module(path)
    for call in ast.walk(tree_of(path)):
        if not isinstance(call, ast.Call):
            continue
        given = call.args[TELLERS[called(call)] :] if called(call) in TELLERS else []
        given = given + [keyword.value for keyword in call.keywords if keyword.arg in KEYWORDS]
        for value in given:
            for literal in _Follower(module).words(value):
                if literal.holds_words:
                    yield literal

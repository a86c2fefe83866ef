"""What the copies of `multiply` are called: addresses, names on their channels, public ids, and their words in search.

`block` tells one copy of a thing from the others.
"""

from __future__ import annotations

import base64
import functools
import hashlib

from deskterm.store import stems

_CHATS = 10**10
"""Telegram's ids have ten digits: those of the copies have more."""


@functools.lru_cache(maxsize=4096)
def address(kind: str, value: str, block: int) -> str:
    """Return an address of the same kind that nobody else has."""
    if kind == "telegram" and value.isdigit():
        return str(int(value) + block * _CHATS)
    local, at, domain = value.partition("@")
    return f"{local}.b{block}{at}{domain}"


def readdressed(who: str, old: str, new: str) -> str:
    """Return the words of `search_doc.who` with the copy's address in the place of the original's."""
    return who.replace(_column(old), _column(new))


@functools.lru_cache(maxsize=4096)
def _column(text: str) -> str:
    return stems.column(text)


def folded(text: str) -> str:
    """Return the words of names or addresses as `customer_doc` keeps them."""
    return " ".join(dict.fromkeys(stems.folded_words(text)))


def named_anew(names: str, block: int) -> str:
    """Return names of messages on their channel as other ones; several stand between spaces."""
    return " ".join(f"b{block}.{name}" for name in names.split())


def public_id(original: str, block: int) -> str:
    """Return the public id of a copied message (`desk.signing`)."""
    digest = hashlib.blake2b(f"{original}:{block}".encode(), digest_size=12).digest()
    return base64.b32encode(digest).decode().rstrip("=").lower()

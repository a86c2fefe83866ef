"""What putting tags on and taking them off comes to, for conversations and customers alike. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from deskterm.desk.commands import Refused
from deskterm.desk.facts import TagAdded
from deskterm.desk.query import folded
from deskterm.desk.tags import MAX_TAGS, tag_name


@dataclass(frozen=True, slots=True)
class Tagging:
    """Ids of tags that come and go, ascending, and the facts of tags that are made."""

    added: tuple[int, ...] = ()
    removed: tuple[int, ...] = ()
    made: tuple[TagAdded, ...] = ()


def tagging(
    add: Iterable[str], remove: Iterable[str], there: Collection[int], known: Mapping[str, int], fresh: int
) -> Tagging | Refused:
    """Return what comes of putting tags on and taking others off, by name. `there` are those that are on already, `known` the
    ids of those named that exist, by folded name; `fresh` is the next free id. A name that no tag has makes one; what is both
    put on and taken off is put on."""
    wanted: dict[str, str] = {}
    for text in add:
        name = tag_name(text)
        if name is None:
            return Refused("bad_tag", {"name": text})
        wanted.setdefault(folded(name), name)
    unknown = [key for key in wanted if key not in known]
    ids = {**known, **{key: fresh + n for n, key in enumerate(unknown)}}
    before = set(there)
    added = {ids[key] for key in wanted} - before
    removed = {ids[key] for key in map(folded, remove) if key in ids and key not in wanted} & before
    if len(before - removed | added) > MAX_TAGS:
        return Refused("too_many_tags", {"n": MAX_TAGS})
    made = tuple(TagAdded(tag_id=ids[key], name=wanted[key]) for key in unknown)
    return Tagging(tuple(sorted(added)), tuple(sorted(removed)), made)

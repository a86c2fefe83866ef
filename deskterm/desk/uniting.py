"""Two cards become one, and two again. Pure.

Merging only says which card holds which; rows are pointed elsewhere by the store, and remember whose they were. What the card
that stays took over goes back with parting, field by field, where nobody has changed it since.
"""

from __future__ import annotations

from datetime import datetime

from deskterm.desk import commands_customer as cc
from deskterm.desk import facts as f
from deskterm.desk.commands import Refused
from deskterm.desk.post import IdentityKind
from deskterm.desk.situation import Decided, Situation
from deskterm.desk.situation_customer import CardState, CustomerSituation, Holder

PHONE_SCORE = 90
"""How sure it is (0-100) that two cards are one person's which share a telephone number."""


def taken_over(into: CardState, gone: CardState, take: tuple[str, ...] = ()) -> tuple[str, ...]:
    """Return the fields that the card which stays takes from the other one: what it has not, and what is asked for."""
    return tuple(key for key in gone.keys if _is_taken(into, gone, key, asked=key in take))


def _is_taken(into: CardState, gone: CardState, key: str, *, asked: bool) -> bool:
    theirs, mine = gone.says(key), into.says(key)
    if not theirs or theirs == mine:
        return False
    if key == "name" and gone.nameless:
        return False
    return asked or not mine or (key == "name" and into.nameless)


def merged(
    into: CardState, gone: CardState, take: tuple[str, ...] = (), *, how: str = "operator", pair: str = ""
) -> list[f.Fact]:
    """Return the facts of a card that goes into another one; `pair` is their state as likely one. Both stand by themselves."""
    fields = taken_over(into, gone, take)
    made: list[f.Fact] = [
        f.CustomersMerged(
            customer_id=into.id,
            from_id=gone.id,
            how=how,
            fields=fields,
            tags_added=tuple(sorted(gone.tags - into.tags)),
            values=tuple(map(gone.says, fields)),
            was=tuple(map(into.says, fields)),
        )
    ]
    if pair == "open":
        made.append(_settled(into.id, gone.id, "merged", pair))
    return made


def _settled(first_id: int, second_id: int, state: str, was: str) -> f.DuplicateSettled:
    return f.DuplicateSettled(low_id=min(first_id, second_id), high_id=max(first_id, second_id), state=state, was=was)


def merge(command: cc.MergeCustomers, situation: Situation, now: datetime) -> Decided:
    """Two cards are one person's."""
    known = situation.customer or CustomerSituation()
    if known.card is None or known.other is None:
        return Refused("not_found")
    if known.card.id == known.other.id:
        return Refused("same_customer")
    if known.card.erased or known.other.erased:
        return Refused("erased")
    made = merged(known.card, known.other, command.take, how=known.how, pair=known.pair)
    return made + _handed_on(known.holders, made)


def _handed_on(holders: tuple[Holder, ...], made: list[f.Fact]) -> list[f.Fact]:
    """What goes back into a card that has gone into another one itself goes on to that as it did before, where nobody has
    changed it since."""
    merge_fact = made[0]
    assert isinstance(merge_fact, f.CustomersMerged)
    said, tags = dict(zip(merge_fact.fields, merge_fact.values, strict=True)), set(merge_fact.tags_added)
    facts: list[f.Fact] = []
    for holder in holders:
        card, taken = holder.card, holder.taken
        rows = zip(taken.fields, taken.values, taken.was, strict=False)
        said = {key: value for key, value, was in rows if said.get(key) == value and card.says(key) == was}
        tags = {tag for tag in taken.tags if tag in tags and tag not in card.tags}
        if not said and not tags:
            break
        facts.append(
            f.CustomerChanged(
                customer_id=card.id,
                version=card.version + 1,
                fields=tuple(said),
                values=tuple(said.values()),
                was=tuple(map(card.says, said)),
                tags_added=tuple(sorted(tags)),
            )
        )
    return facts


def part(command: cc.PartCustomer, situation: Situation, now: datetime) -> Decided:
    """A card that was merged away stands by itself again."""
    known = situation.customer or CustomerSituation()
    parted = known.parted
    if parted is None:
        return Refused("not_found")
    if not known.holders:
        return Refused("not_merged")
    nearest, *further = known.holders
    fields, tags = _given_back(nearest)
    made: list[f.Fact] = [
        f.CustomerParted(
            customer_id=nearest.card.id,
            from_id=parted.id,
            fields=tuple(key for key, _now, _then in fields),
            values=tuple(then for _key, _now, then in fields),
            was=tuple(now_says for _key, now_says, _then in fields),
            tags_removed=tags,
        )
    ]
    if nearest.taken.how == "verified":
        made += _two(nearest.card.id, parted.id, known.pair)
    elif known.pair == "merged":
        made.append(_settled(nearest.card.id, parted.id, "open", "merged"))
    return made + _handed_on_back(further, {key for key, _now, _then in fields}, set(tags))


def _two(first_id: int, second_id: int, pair: str) -> list[f.Fact]:
    """What the desk did by itself it would do again at the next message: that they are two people is noted of the pair, which
    may never have been likely, since it was certain."""
    low_id, high_id = sorted((first_id, second_id))
    found = f.DuplicateFound(low_id=low_id, high_id=high_id, reason=IdentityKind.PHONE.value, score=PHONE_SCORE)
    return [*([] if pair else [found]), _settled(low_id, high_id, "dismissed", "open")]


def _given_back(holder: Holder) -> tuple[list[tuple[str, str, str]], tuple[int, ...]]:
    """Return what goes back of what a merge gave: (field, what it says, what it said before), and tags."""
    card, taken = holder.card, holder.taken
    rows = zip(taken.fields, taken.values, taken.was, strict=False)
    fields = [(key, value, was) for key, value, was in rows if card.says(key) == value]
    return fields, tuple(tag for tag in taken.tags if tag in card.tags)


def _handed_on_back(further: list[Holder], keys: set[str], tags: set[int]) -> list[f.Fact]:
    """What the parted card gave to the one that held it may have gone on with that one: it goes back from there as well."""
    made: list[f.Fact] = []
    for holder in further:
        back, tags_back = _given_back(holder)
        fields = [one for one in back if one[0] in keys]
        gone = tuple(tag for tag in tags_back if tag in tags)
        if not fields and not gone:
            break
        made.append(
            f.CustomerChanged(
                customer_id=holder.card.id,
                version=holder.card.version + 1,
                fields=tuple(key for key, _now, _then in fields),
                values=tuple(then for _key, _now, then in fields),
                was=tuple(says for _key, says, _then in fields),
                tags_removed=gone,
            )
        )
        keys, tags = {key for key, _now, _then in fields}, set(gone)
    return made


def dismiss(command: cc.DismissDuplicate, situation: Situation, now: datetime) -> Decided:
    """Two customers who look alike are two, or are to be looked at again."""
    known = situation.customer or CustomerSituation()
    if known.card is None or known.other is None:
        return Refused("not_found")
    if known.card.id == known.other.id:
        return Refused("same_customer")
    state = "dismissed" if command.dismissed else "open"
    if (known.pair or "open") == state and not (command.dismissed and not known.pair):
        return []
    return [_settled(known.card.id, known.other.id, state, known.pair or "open")]

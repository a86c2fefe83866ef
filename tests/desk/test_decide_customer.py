"""What operators do to cards, merging and parting included, by the rules alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deskterm.desk import commands_customer as cc
from deskterm.desk import facts as f
from deskterm.desk.card import CardField, CardSettings, FieldType, Label
from deskterm.desk.commands import Refused
from deskterm.desk.decide import decide
from deskterm.desk.decide_customer import MAX_NOTE, normal_address
from deskterm.desk.model import Fresh, Operator
from deskterm.desk.post import Address, IdentityKind
from deskterm.desk.situation import Situation
from deskterm.desk.situation_customer import (
    CardState,
    CustomerSituation,
    Holder,
    KnownAddress,
    KnownCompany,
    KnownNote,
    Taken,
)
from deskterm.desk.uniting import merged, taken_over

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
ANNA = Operator(1, "anna", "Анна")
FRESH = Fresh(10, 1010, 20, 30, 40, "p", tag=50, company=60, customer_note=70)
SETTINGS = CardSettings(
    fields=(
        CardField("city", FieldType.TEXT, Label("city")),
        CardField("size", FieldType.NUMBER, Label("size")),
        CardField("mobile", FieldType.PHONE, Label("mobile")),
    )
)
OLGA = CardState(1, "Ольга", language="ru", values={"city": "Пермь"}, tags=frozenset({7}), version=3)
MAIL = Address(IdentityKind.EMAIL, "Olga@Client.test", "Ольга")


def decided(command: Any, *, tags: dict[str, int] | None = None, **known: Any) -> Any:
    customer = CustomerSituation(SETTINGS, phone=lambda text: "+79123456789" if text.startswith("8") else "", **known)
    return decide(command, Situation(ANNA, FRESH, tags=tags or {}, customer=customer), NOW)


def test_a_card_is_named_by_what_is_known() -> None:
    added, identity = decided(cc.AddCustomer("", (MAIL,)))
    assert added == f.CustomerAdded(customer_id=30, name="Ольга")
    assert (identity.identity_id, identity.value, identity.proof, identity.plain) == (
        40,
        "olga@client.test",
        "entered",
        "olga@client.test",
    )
    assert decided(cc.AddCustomer("", (replace(MAIL, name=""),)))[0].name == "Olga@Client.test".lower()
    assert decided(cc.AddCustomer("  Ольга \n\t Ким "))[0].name == "Ольга Ким"
    assert decided(cc.AddCustomer(" \n")) == Refused("name_wanted")


def test_a_card_with_everything() -> None:
    facts = decided(
        cc.AddCustomer("Ольга", (MAIL, Address(IdentityKind.PHONE, "8 912")), "ru", "Ромашка", (("size", "4,5"),)),
        addresses=(None, None),
    )
    assert [type(fact) for fact in facts] == [
        f.CustomerAdded,
        f.IdentityAdded,
        f.IdentityAdded,
        f.CompanyChanged,
        f.CustomerChanged,
    ]
    assert (facts[1].identity_id, facts[2].identity_id, facts[2].value) == (40, 41, "+79123456789")
    assert (facts[3].company_id, facts[3].name) == (60, "Ромашка")
    assert (facts[4].fields, facts[4].values) == (("company", "size"), ("60", "4.5"))


def test_an_address_that_is_nobodys_is_taken_over_and_one_of_somebodys_is_refused() -> None:
    nobodys = KnownAddress(5, IdentityKind.EMAIL, "olga@client.test")
    assert decided(cc.AddCustomer("x", (MAIL,)), addresses=(nobodys,))[1].identity_id == 5
    taken = replace(nobodys, owner_id=9, owner_name="Тарас")
    assert decided(cc.AddCustomer("x", (MAIL,)), addresses=(taken,)) == Refused(
        "identity_taken", {"address": "olga@client.test", "name": "Тарас", "customer_id": 9}
    )
    assert decided(cc.AddIdentity(1, MAIL), card=OLGA, addresses=(taken,)).code == "identity_taken"
    assert decided(cc.AddIdentity(9, MAIL), card=replace(OLGA, id=9), addresses=(taken,)) == []
    assert decided(cc.AddIdentity(1, Address(IdentityKind.PHONE, "912")), card=OLGA).code == "bad_address"
    assert decided(cc.AddIdentity(1, MAIL)) == Refused("not_found")


def test_a_shared_box_is_known_for_one() -> None:
    (info,) = decided(cc.AddIdentity(1, Address(IdentityKind.EMAIL, "info@firm.test")), card=OLGA)
    assert (info.shared, info.plain) == (True, "")


def test_only_what_changes_is_told() -> None:
    (changed,) = decided(
        cc.EditCustomer(1, name="Ольга", language="EN", values=(("city", "Пермь"), ("size", "1 000")), add_tags=("vip", "опт")),
        card=OLGA,
        tags={"vip": 7, "опт": 8},
    )
    assert changed == f.CustomerChanged(
        customer_id=1,
        version=4,
        fields=("language", "size"),
        tags_added=(8,),
        values=("en", "1000"),
        was=("ru", ""),
    )
    assert decided(cc.EditCustomer(1, name=" Ольга "), card=OLGA) == []


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (cc.EditCustomer(1, name=" "), "name_wanted"),
        (cc.EditCustomer(1, values=(("nofield", "x"),)), "unknown_field"),
        (cc.EditCustomer(1, values=(("size", "много"),)), "bad_number"),
        (cc.EditCustomer(1, values=(("mobile", "12"),)), "bad_phone"),
        (cc.EditCustomer(1, add_tags=("a,b",)), "bad_tag"),
        (cc.WriteCustomerNote(1, " "), "empty_note"),
        (cc.WriteCustomerNote(1, "x" * (MAX_NOTE + 1)), "too_long"),
        (cc.WriteCustomerNote(1, "x", note_id=5), "not_found"),
        (cc.EditCompany(None), "name_wanted"),
        (cc.EditCompany(5, name=" "), "name_wanted"),
        (cc.EditCompany(5, name="x"), "not_found"),
    ],
)
def test_refusals(command: Any, code: str) -> None:
    assert decided(command, card=OLGA).code == code


def test_nothing_is_done_to_who_is_not_there_or_was_erased() -> None:
    erased = replace(OLGA, erased=True)
    assert decided(cc.EditCustomer(1, name="x")) == Refused("not_found")
    assert decided(cc.EditCustomer(1, name="x"), card=erased) == Refused("erased")
    assert decided(cc.MergeCustomers(1, 2), card=OLGA, other=replace(erased, id=2)) == Refused("erased")
    assert decided(cc.WriteCustomerNote(1, "x")) == Refused("not_found")


def test_a_stale_screen_overwrites_nothing() -> None:
    since = {"city": ("operator", "Boris")}
    command = cc.EditCustomer(1, values=(("city", "Томск"),), seen_version=2)
    assert decided(command, card=OLGA, changed_since=since) == Refused("card_changed", {"name": "Boris", "by": "operator"})
    assert isinstance(decided(cc.EditCustomer(1, name="x", seen_version=2), card=OLGA, changed_since=since), list)


def test_notes() -> None:
    note = KnownNote(5, 1, "старое", pinned=False)
    (made,) = decided(cc.WriteCustomerNote(1, " новое "), card=OLGA)
    assert (made.note_id, made.text, made.made) == (70, "новое", True)
    (changed,) = decided(cc.WriteCustomerNote(1, "новое", pinned=True, note_id=5), card=OLGA, note=note)
    assert (changed.text, changed.was, changed.pinned, changed.was_pinned, changed.made) == (
        "новое",
        "старое",
        True,
        False,
        False,
    )
    (gone,) = decided(cc.WriteCustomerNote(1, "", pinned=True, note_id=5), card=OLGA, note=note)
    assert (gone.text, gone.pinned) == ("", False)
    assert decided(cc.WriteCustomerNote(1, "старое", note_id=5), card=OLGA, note=note) == []
    assert decided(cc.WriteCustomerNote(2, "x", note_id=5), card=replace(OLGA, id=2), note=note) == Refused("not_found")


def test_addresses_are_shared_and_taken_off() -> None:
    one = KnownAddress(5, IdentityKind.EMAIL, "a@b.test", owner_id=1, used=False)
    assert decided(cc.ShareIdentity(5), address=one) == [
        f.IdentityProved(identity_id=5, customer_id=1, proof="written", shared=True)
    ]
    assert decided(cc.ShareIdentity(5, shared=False), address=one) == []
    assert decided(cc.RemoveIdentity(5), address=one)[0].value == "a@b.test"
    assert decided(cc.RemoveIdentity(5), address=replace(one, used=True)).code == "identity_used"
    assert decided(cc.RemoveIdentity(5)) == Refused("not_found")


def test_companies() -> None:
    firm = KnownCompany(5, "Ромашка", "старая")
    (made,) = decided(cc.EditCompany(None, " ООО  Лютик ", "новая"))
    assert (made.company_id, made.name, made.note, made.made) == (60, "ООО Лютик", "новая", True)
    assert decided(cc.EditCompany(None, "РОМАШКА"), companies={"ромашка": firm}) == Refused(
        "company_exists", {"name": "Ромашка"}
    )
    (renamed,) = decided(cc.EditCompany(5, "РОМАШКА"), company=firm, companies={"ромашка": firm})
    assert (renamed.name, renamed.was_name, renamed.note, renamed.was_note) == ("РОМАШКА", "Ромашка", "старая", "старая")
    assert decided(cc.EditCompany(5, note="старая"), company=firm) == []


def test_what_a_merge_takes_over() -> None:
    gone = CardState(2, "Olga", "en", "6", {"city": "Томск", "size": "42"}, frozenset({7, 8}))
    assert taken_over(OLGA, gone) == ("company", "size")
    assert taken_over(OLGA, gone, ("name", "city", "nofield")) == ("name", "company", "city", "size")
    assert taken_over(replace(OLGA, name="olga@client.test", nameless=True), gone) == ("name", "company", "size")
    assert taken_over(OLGA, replace(gone, nameless=True), ("name",)) == ("company", "size")
    facts = decided(cc.MergeCustomers(1, 2, ("city",)), card=OLGA, other=gone, pair="open")
    assert facts == [
        f.CustomersMerged(
            customer_id=1,
            from_id=2,
            fields=("company", "city", "size"),
            tags_added=(8,),
            values=("6", "Томск", "42"),
            was=("", "Пермь", ""),
        ),
        f.DuplicateSettled(low_id=1, high_id=2, state="merged", was="open"),
    ]
    assert decided(cc.MergeCustomers(1, 2), card=OLGA, other=OLGA) == Refused("same_customer")


TEXT = st.sampled_from(["", "a", "b", "c"])
CARD = st.builds(
    lambda name, language, company, values, tags: CardState(
        2, name or "x", language, company, {key: value for key, value in values.items() if value}, tags
    ),
    TEXT,
    TEXT,
    st.sampled_from(["", "1", "2"]),
    st.dictionaries(st.sampled_from(["city", "size"]), TEXT),
    st.frozensets(st.integers(1, 4)),
)


def left_with(card: CardState, fields: tuple[str, ...], values: tuple[str, ...], tags: frozenset[int]) -> CardState:
    said = dict(zip(fields, values, strict=True))
    own = {key: said.pop(key) for key in ("name", "language", "company") if key in said}
    kept = {key: value for key, value in {**card.values, **said}.items() if value}
    return replace(card, values=kept, tags=tags, **own)


@given(CARD, CARD, st.sets(st.sampled_from(["name", "language", "company", "city", "size"])))
def test_parting_gives_back_what_merging_took(mine: CardState, gone: CardState, take: set[str]) -> None:
    into = replace(mine, id=1)
    (fact,) = merged(into, gone, tuple(take))
    assert isinstance(fact, f.CustomersMerged)
    after = left_with(into, fact.fields, fact.values, into.tags.union(fact.tags_added))
    for key in {*gone.keys, *into.keys}:
        assert after.says(key) in (into.says(key), gone.says(key))
        assert after.says(key) or not (into.says(key) or gone.says(key))
    taken = Taken(fact.fields, fact.values, fact.was, fact.tags_added)
    (parted,) = decided(cc.PartCustomer(2), parted=replace(gone, merged_into_id=1), holders=(Holder(after, taken),))
    back = left_with(after, parted.fields, parted.values, after.tags.difference(parted.tags_removed))
    assert back == into


def test_who_stands_alone_is_not_parted() -> None:
    assert decided(cc.PartCustomer(1), parted=OLGA) == Refused("not_merged")
    assert decided(cc.PartCustomer(1)) == Refused("not_found")


def test_pairs_are_decided_once() -> None:
    other = replace(OLGA, id=2)
    assert decided(cc.DismissDuplicate(2, 1), card=other, other=OLGA, pair="open") == [
        f.DuplicateSettled(low_id=1, high_id=2, state="dismissed", was="open")
    ]
    assert decided(cc.DismissDuplicate(1, 2), card=OLGA, other=other, pair="dismissed") == []
    assert decided(cc.DismissDuplicate(1, 2, dismissed=False), card=OLGA, other=other, pair="") == []
    assert len(decided(cc.DismissDuplicate(1, 2), card=OLGA, other=other, pair="")) == 1


@pytest.mark.parametrize(
    ("address", "normal"),
    [
        (Address(IdentityKind.EMAIL, " Olga@Пример.рф "), "olga@xn--e1afmkfd.xn--p1ai"),
        (Address(IdentityKind.EMAIL, "нет"), None),
        (Address(IdentityKind.PHONE, "+49301234567"), "+49301234567"),
        (Address(IdentityKind.PHONE, "0301234567"), None),
        (Address(IdentityKind.TELEGRAM, " 77 "), "77"),
        (Address(IdentityKind.TELEGRAM, " "), None),
    ],
)
def test_addresses_are_normalised(address: Address, normal: str | None) -> None:
    found = normal_address(address)
    assert (found.value if found else None) == normal

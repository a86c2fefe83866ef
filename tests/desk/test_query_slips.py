"""People by their names, and slips of the fingers: the other keyboard layout, a small OR, a value that is finished."""

from __future__ import annotations

import pytest

from deskterm.desk.query import (
    Candidate,
    Mistake,
    Names,
    Query,
    check,
    complete,
    in_right_layout,
    parse,
    retyped,
    show,
    with_capital_or,
    with_logins,
)

NAMES = Names(
    tags=frozenset({"возврат", "возврат денег"}),
    operators=frozenset({"anna", "boris", "vera", "vera2", "ivan"}),
    people=(("anna", "anna"), ("boris", "Борис"), ("ivan", "Boris"), ("vera", "Вера Ким"), ("vera2", "Вера  КИМ")),
)


def tree(text: str) -> Query:
    query = parse(text)
    assert not isinstance(query, Mistake)
    return query


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("исполнитель:борис", "assignee:boris"),
        ("assignee:БОРИС,me", "assignee:boris,me"),
        ("-(a OR assignee:Борис) b", "-(a OR assignee:boris) b"),
        ("assignee:Boris", "assignee:Boris"),  # a login comes before another's name
        ("assignee:none,anna", "assignee:none,anna"),
        ("customer:борис", "customer:борис"),
    ],
)
def test_a_person_is_called_by_name_or_login_and_kept_by_login(text: str, canonical: str) -> None:
    assert check(tree(text), NAMES, text) is None
    assert show(with_logins(tree(text), NAMES)) == canonical


@pytest.mark.parametrize(
    ("value", "near", "known"),
    [
        ("бориз", ("Борис",), ""),
        ("ann", ("anna",), ""),
        (",jhbc", (), ""),
        ('"вера ким"', ("vera", "vera2"), ""),
        ("xyz", (), "anna, boris Борис, ivan Boris, vera Вера Ким, vera2 Вера  КИМ"),
    ],
)
def test_an_unknown_person_is_told_with_the_real_ones(value: str, near: tuple[str, ...], known: str) -> None:
    text = f"assignee:{value}"
    query = parse(text)
    found = query if isinstance(query, Mistake) else check(query, NAMES, text)
    assert found is not None
    assert found.nearest == near
    assert found.values.get("known", "") == known


def test_people_are_offered_by_login_with_their_name_and_found_by_either() -> None:
    people = complete("assignee:бор", 12, NAMES, "en").candidates
    assert people == (Candidate("boris", who="Борис"),)
    assert Candidate("anna") in complete("assignee:", 9, NAMES, "en").candidates
    assert complete("Бори", 4, NAMES, "ru").candidates == (Candidate("исполнитель:boris", who="Борис"),)


@pytest.mark.parametrize(
    ("typed", "finished"),
    [
        ("waiting:>1h|", True),
        ("waiting:>|1h", True),
        ("waiting:>1|", False),
        ("is:open |", True),
        ("|", True),
        ("is:open|", True),
        ("is:op|", False),
        ("is:|", False),
        ("tag:возврат|", True),
        ("tag:возв|", False),
        ("assignee:бор|", False),
        ("assignee:борис|", True),
        ("late|", False),
    ],
)
def test_what_is_finished_needs_no_offer(typed: str, finished: bool) -> None:
    assert complete(typed.replace("|", ""), typed.index("|"), NAMES).finished is finished


@pytest.mark.parametrize(
    ("text", "mended"),
    [
        ("шы:щзут ефп:тщту", "is:open tag:none"),
        ("статус:открыто шы:щзут ефпЖтщту", "статус:открыто is:open tag:none"),
        ("шыЖсдщыув", "is:closed"),
        ("фыышптуу:ьу", "assignee:me"),
        ("ntu^djpdhfn", "тег:возврат"),
        ("tag:djpdhfn", "tag:возврат"),
        ('tag:"djpdhfn ltytu"', 'tag:"возврат денег"'),
        ("assignee:,jhbc", ""),
        ("шы:щзут tag:возвра", "is:open tag:возвра"),  # the rest is for the next Tab
        ("tag:возвра", ""),
        ("привет", ""),
        ("is:open tag:none", ""),
        ("tga:none", ""),
        ("", ""),
    ],
)
def test_one_line_is_mended_at_once(text: str, mended: str) -> None:
    assert in_right_layout(text, NAMES) == mended


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("njvbkrj", "томилко"),
        ('is:open "jkmuf rbv" -njvbkrj', 'is:open "ольга ким" -томилко'),
        ("customer:jkmuf tag:vip", "customer:ольга tag:vip"),
        ("is:open", "is:open"),
    ],
)
def test_words_as_the_same_keys_give_them_in_the_other_layout(text: str, other: str) -> None:
    assert show(retyped(tree(text))) == other


@pytest.mark.parametrize(
    ("text", "capitals"),
    [
        ("is:late или tag:none", "is:late ИЛИ tag:none"),
        ("a or b", "a OR b"),
        ("or b", ""),
        ("a or", ""),
        ("a OR b", ""),
        ('a "or" b', ""),
        ("a subject:or b", ""),
    ],
)
def test_a_small_or_between_others_is_meant_in_capitals(text: str, capitals: str) -> None:
    assert with_capital_or(text) == capitals

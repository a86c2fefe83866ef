"""To whom an answer goes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from deskterm.desk.answering import Answered, Recipients, recipients
from deskterm.desk.post import Address, IdentityKind

OLGA = Address(IdentityKind.EMAIL, "olga@client.test", "Ольга К.")
BOSS = Address(IdentityKind.EMAIL, "boss@client.test", "Boss")
US = Address(IdentityKind.EMAIL, "support@desk.test")
MAIL = Answered(5, 1, "email", "Support@Desk.test", True, author_id=7, author=OLGA)


def test_the_author_is_answered_and_the_others_get_a_copy_but_we_do_not():
    assert recipients(MAIL, (BOSS, US, OLGA)) == Recipients((OLGA,), (BOSS,))


def test_a_chat_is_answered_where_it_is():
    taras = Address(IdentityKind.TELEGRAM, "7", "Тарас")
    asked = replace(MAIL, channel_kind="telegram", own="@bot", author=taras)
    assert recipients(asked, ()) == Recipients((taras,), ())
    assert recipients(asked, (BOSS, OLGA)) == Recipients((taras,), ())


def test_an_answer_elsewhere_says_so_and_goes_there_once():
    asked = replace(MAIL, reply_to="boss@client.test")
    there = Address(IdentityKind.EMAIL, "boss@client.test", "Ольга К.")
    assert recipients(asked, (BOSS,)) == Recipients((there,), (), "boss@client.test")


@pytest.mark.parametrize(("reply_to", "to"), [("", ()), ("x@y.test", (Address(IdentityKind.EMAIL, "x@y.test"),))])
def test_who_gives_no_address_of_their_own_is_answered_where_they_ask(reply_to, to):
    assert recipients(replace(MAIL, author_id=None, author=None, reply_to=reply_to), ()) == Recipients(to, ())


def test_a_form_speaks_for_its_reply_to():
    assert recipients(replace(MAIL, reply_to=OLGA.value), ()) == Recipients((OLGA,), ())

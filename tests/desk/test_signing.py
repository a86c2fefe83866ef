"""Signed ids: what we signed is proved for ever, what anybody else made up is not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deskterm.desk.signing import Signer, new_public_id

SIGNER = Signer([b"k" * 32])
RANDOM = st.binary(min_size=12, max_size=12)
NUMBERS = st.integers(1, 10**12 - 1)
ALPHABET = "abcdefghijklmnopqrstuvwxyz234567"


@given(RANDOM)
def test_a_message_id_proves_its_message(random):
    public_id = new_public_id(random)
    signed = SIGNER.message_id(public_id, "desk.test")
    for form in (signed, f"<{signed}>", f"  <{signed}> ", signed.upper(), signed.replace("desk.test", "relay.example")):
        assert SIGNER.public_id(form) == public_id


@given(NUMBERS)
def test_a_reply_address_proves_its_conversation(number):
    signed = SIGNER.reply_address(number, "help@desk.test")
    local, _, domain = signed.partition("@")
    assert (signed.startswith(f"help+v1.{number}."), domain, len(local) <= 64) == (True, "desk.test", True)
    assert SIGNER.conversation_number(signed) == number
    assert SIGNER.conversation_number(signed.upper()) == number


@given(RANDOM, st.integers(3, 43), st.sampled_from(ALPHABET + ".-_ſK\u0661\x00"))
def test_a_message_id_with_one_other_letter_proves_nothing(random, place, letter):
    signed = SIGNER.message_id(new_public_id(random), "desk.test")
    forged = signed[:place] + letter + signed[place + 1 :]
    if forged.lower() != signed:
        assert SIGNER.public_id(forged) is None


@given(NUMBERS, st.integers(0, 60), st.sampled_from(ALPHABET + "189.ſK\u0661\x00"))
def test_a_reply_address_with_one_other_letter_proves_nothing(number, place, letter):
    signed = SIGNER.reply_address(number, "help@desk.test")
    first, end = len("help+"), signed.index("@")
    place = first + place % (end - first)
    forged = signed[:place] + letter + signed[place + 1 :]
    if forged.lower() != signed:
        assert SIGNER.conversation_number(forged) is None


@given(st.text(max_size=120))
def test_any_text_is_answered_without_an_error(text):
    assert SIGNER.public_id(text) is None
    assert SIGNER.conversation_number(text) is None


def test_cut_lengthened_and_swapped_proofs_prove_nothing():
    one, two = (SIGNER.message_id(new_public_id(bytes([n]) * 12), "desk.test") for n in (1, 2))
    public_id, mac = one.split("@")[0].split(".")[1:]
    other_mac = two.split("@")[0].split(".")[2]
    forged = [
        f"v1.{public_id}.{mac[:-1]}@desk.test",
        f"v1.{public_id}.@desk.test",
        f"v1.{public_id}@desk.test",
        f"v1.{public_id}.{mac}a@desk.test",
        f"v1.{public_id}.{other_mac}@desk.test",
        f"v1.{public_id}.{mac}",
        f"v2.{public_id}.{mac}@desk.test",
        f"x.v1.{public_id}.{mac}@desk.test",
        f"see v1.{public_id}.{mac}@desk.test",
    ]
    assert [SIGNER.public_id(text) for text in forged] == [None] * len(forged)


def test_an_id_is_no_address_and_an_address_is_no_id():
    address = SIGNER.reply_address(1001, "help@desk.test")
    assert SIGNER.public_id(address) is None
    mac = address.split("@")[0].rpartition(".")[2]
    for number in ("01001", "1002", "+1001", "1001.0", "١٠٠١", "9" * 13):
        assert SIGNER.conversation_number(f"help+v1.{number}.{mac}@desk.test") is None


@pytest.mark.parametrize("count", [1, 2, 3])
def test_what_an_older_key_signed_is_proved_and_the_first_one_signs(count):
    old = Signer([b"old" + b"." * 29])
    public_id = new_public_id(b"r" * 12)
    signed, address = old.message_id(public_id, "desk.test"), old.reply_address(1001, "help@desk.test")
    newer = Signer([bytes([n]) * 32 for n in range(count)] + list(old.keys))
    assert newer.public_id(signed) == public_id
    assert newer.conversation_number(address) == 1001
    assert newer.message_id(public_id, "desk.test") != signed
    assert old.public_id(newer.message_id(public_id, "desk.test")) is None
    assert old.conversation_number(newer.reply_address(1001, "help@desk.test")) is None

"""Which addresses are one person's, and which are compared without what follows a plus sign."""

from __future__ import annotations

import pytest

from deskterm.desk import shared_boxes


@pytest.mark.parametrize(
    ("address", "shared", "machine", "plain"),
    [
        ("olga@client.test", False, False, "olga@client.test"),
        ("olga+shop@client.test", False, False, "olga@client.test"),
        ("olga.k+a+b@client.test", False, False, "olga.k@client.test"),
        ("info@client.test", True, False, ""),
        ("info+olga@client.test", True, False, ""),
        ("sales@client.test", True, False, ""),
        ("zakaz@client.test", True, False, ""),
        ("no-reply@client.test", True, True, ""),
        ("noreply-12345@client.test", True, True, ""),
        ("mailer-daemon@client.test", True, True, ""),
        ("information@client.test", True, False, ""),
        ("informer.olga@client.test", False, False, "informer.olga@client.test"),
        ('"olga+shop"@client.test', False, False, ""),
        ("+olga@client.test", False, False, ""),
        ("abc123@marketplace.amazon.de", False, False, ""),
        ("order-5531@guest.booking.com", False, False, ""),
        ("x7@privaterelay.appleid.com", False, False, ""),
    ],
)
def test_what_kind_of_address_it_is(address: str, shared: bool, machine: bool, plain: str) -> None:
    assert (shared_boxes.is_shared(address), shared_boxes.is_machine(address)) == (shared, machine)
    assert shared_boxes.plain(address) == plain


@pytest.mark.parametrize(
    ("address", "relay"),
    [
        ("abc@marketplace.amazon.co.uk", True),
        ("abc@sub.reply.github.com", True),
        ("abc@notreply.github.com", False),
        ("abc@amazon.de", False),
        ("marketplace.amazon.de@client.test", False),
    ],
)
def test_relays(address: str, relay: bool) -> None:
    assert shared_boxes.is_relay(address) is relay

"""Addresses that are no one person's: boxes that a whole firm reads, machines, relays that make one address for each order.

Who writes from one is still found by it. But two cards are not one person's because both wrote from, or named, `info@`.
The names of boxes are those of RFC 2142 and of what firms print on their sites, in English, German and Russian transliteration.
"""

from __future__ import annotations

from deskterm.desk.addresses import without_plus

_ROLES = """
abuse account accounting accounts admin administrator all anfrage billing bookkeeping booking bookings buchhaltung bugs buh
buhgalteria bux care client clients contact contacts crm customercare customerservice customers delivery desk dev director
dispatch einkauf enquiries enquiry feedback finance front frontdesk hello help helpdesk hi hostmaster hr info information
inquiries inquiry invoice invoices it jobs kontakt kontakty kundenservice legal logist logistics mail mailbox manager managers
marketing media news newsletter office operator opt order orders partner partners payments post postmaster pr press priem
privacy purchase purchasing rechnung reception reklama rezeption robot root sale sales secretary sekretar security service
service-desk servicedesk shop sklad snab spam staff store subscribe support team tech tenders tickets trade verkauf webmaster
welcome work zakaz zakazy zakupki
"""
_MACHINES = """
auto autoreply auto-reply bounce bounces bot daemon do-not-reply do_not_reply donotreply mailer mailer-daemon mailerdaemon
no-reply no.reply no_reply noreply nobody notification notifications notify replies reply system
"""
_SHARED = frozenset(_ROLES.split())
_UNREAD = frozenset(_MACHINES.split())
_RELAYS = (
    "reply.airbnb.com",
    "guest.booking.com",
    "property.booking.com",
    "members.ebay.com",
    "members.ebay.de",
    "reply.etsy.com",
    "reply.github.com",
    "marketplace.ozon.ru",
    "mail.avito.ru",
    "privaterelay.appleid.com",
    "relay.firefox.com",
    "mozmail.com",
    "simplelogin.com",
    "duck.com",
)
"""Domains whose addresses are made for one order, one shop or one talk, and stand for somebody else's."""
_UNDER_RELAYS = tuple(f".{domain}" for domain in _RELAYS)


def _local(address: str) -> tuple[str, str]:
    local, _, domain = without_plus(address).rpartition("@")
    return local, domain


def is_relay(address: str) -> bool:
    """Say whether an address (normalised) was made by a go-between for one matter."""
    domain = address.rpartition("@")[2]
    return domain in _RELAYS or domain.endswith(_UNDER_RELAYS) or domain.startswith("marketplace.amazon.")


def is_machine(address: str) -> bool:
    """Say whether nobody reads an address (normalised): what is sent there is lost or answered by a program."""
    return _is_unread(_local(address)[0])


def _is_unread(local: str) -> bool:
    return local in _UNREAD or local.startswith(("no-reply", "noreply", "bounce-", "bounces-", "donotreply"))


def is_shared(address: str) -> bool:
    """Say whether several people write from an e-mail address (normalised), by its name."""
    local, _domain = _local(address)
    return local in _SHARED or _is_unread(local)


def plain(address: str) -> str:
    """Return an e-mail address (normalised) without what follows a plus sign, to be compared with others': "" where equal ones
    mean nothing. Some servers have a plus in the names of people, so equality only suggests."""
    local, domain = _local(address)
    if not local or '"' in address or local in _SHARED or _is_unread(local) or is_relay(address):
        return ""
    return f"{local}@{domain}"

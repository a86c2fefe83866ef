"""Signed ids: the Message-IDs and reply addresses that prove a mail answers one of ours.

They live for years in other people's mailboxes, so their shape is fixed: Message-ID `v1.{public id}.{mac}@{mail domain}`, reply
address `{local}+v1.{conversation number}.{mac}@{domain}`; the mac is HMAC-SHA256 cut to 96 bits (80 in the address, whose
local part holds 64 characters, RFC 5321 4.5.3.1.1), base32 in lower case since mail systems fold case.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Sequence
from dataclasses import dataclass

# ASCII: without it "ſ" matches [a-z] regardless of case, and compare_digest takes no such text.
_ID = re.compile(r"v1\.([a-z2-7]{20})\.([a-z2-7]{20})@", re.IGNORECASE | re.ASCII)
_ADDRESS = re.compile(r"\+v1\.(\d{1,12})\.([a-z2-7]{16})@", re.IGNORECASE | re.ASCII)
_NOTICE = re.compile(r"n1\.(\d{1,15})\.([a-z2-7]{20})@", re.IGNORECASE | re.ASCII)
_ID_BYTES = 12
_ADDRESS_BYTES = 10


@dataclass(frozen=True, slots=True)
class Signer:
    """Makes and proves signed ids. `keys[0]` signs; older keys are kept for proving what they signed. 32 bytes each."""

    keys: Sequence[bytes]

    def message_id(self, public_id: str, domain: str) -> str:
        """Return the Message-ID (without <>) of the message with this public id (20 base32 letters)."""
        return f"v1.{public_id}.{self._mac(self.keys[0], 'm', public_id, _ID_BYTES)}@{domain}"

    def public_id(self, message_id: str) -> str | None:
        """Return the public id that a Message-ID of ours carries; None for anything we did not sign."""
        found = _ID.match(message_id.strip().strip("<>"))
        if found is None:
            return None
        public_id, mac = found[1].lower(), found[2].lower()
        return public_id if self._proved("m", public_id, mac, _ID_BYTES) else None

    def notice_mail_id(self, notice_id: int, domain: str) -> str:
        """Return the Message-ID (without <>) of the mail that tells an operator of this notice: `n1.{id}.{mac}@{domain}`."""
        return f"n1.{notice_id}.{self._mac(self.keys[0], 'n', str(notice_id), _ID_BYTES)}@{domain}"

    def notice_id(self, message_id: str) -> int | None:
        """Return the notice that a Message-ID of ours is of; None for anything we did not sign."""
        found = _NOTICE.match(message_id.strip().strip("<>"))
        if found is None:
            return None
        return int(found[1]) if self._proved("n", found[1], found[2].lower(), _ID_BYTES) else None

    def reply_address(self, number: int, address: str) -> str:
        """Return our address with the conversation's number and its proof in it."""
        local, _, domain = address.partition("@")
        return f"{local}+v1.{number}.{self._mac(self.keys[0], 'r', str(number), _ADDRESS_BYTES)}@{domain}"

    def conversation_number(self, address: str) -> int | None:
        """Return the conversation number that a reply address of ours carries; None for anything we did not sign."""
        found = _ADDRESS.search(address)
        if found is None:
            return None
        number, mac = found[1], found[2].lower()
        return int(number) if self._proved("r", number, mac, _ADDRESS_BYTES) else None

    def _proved(self, kind: str, value: str, mac: str, size: int) -> bool:
        return any(hmac.compare_digest(self._mac(key, kind, value, size), mac) for key in self.keys)

    @staticmethod
    def _mac(key: bytes, kind: str, value: str, size: int) -> str:
        digest = hmac.new(key, f"{kind}:{value}".encode(), hashlib.sha256).digest()[:size]
        return base64.b32encode(digest).decode("ascii").rstrip("=").lower()


def new_public_id(random: bytes) -> str:
    """Return a message's public id, 20 base32 letters, from 12 random bytes."""
    return base64.b32encode(random[:_ID_BYTES]).decode("ascii").rstrip("=").lower()


def derived_public_id(public_id: str) -> str:
    """Return the public id of a second message that one transaction makes beside that with this one; it never goes out."""
    return new_public_id(hashlib.sha256(public_id.encode()).digest())

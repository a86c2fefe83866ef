"""Whole desks for tests."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from peers.bot_api import BotApi
from peers.dovecot import Dovecot
from peers.smtp import SmtpPeer
from world import World


@pytest.fixture
async def world(tmp_path: Path, dovecot: Dovecot, mailbox_user: str) -> AsyncIterator[World]:
    """A configured desk, nothing running yet but its servers."""
    async with SmtpPeer(dovecot=dovecot) as smtp, BotApi() as bot:
        made = World(tmp_path / "desk", dovecot, smtp, bot, mailbox_user)
        made.configure()
        yield made

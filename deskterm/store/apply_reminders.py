"""Facts of reminders and promises into their tables."""

from __future__ import annotations

from deskterm.store.applied import Handlers

HANDLERS: Handlers = {}

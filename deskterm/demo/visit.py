"""The demo desk of a folder as commands find it: it has no configuration, what it would say is made up like all the rest."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from deskterm.channels.base import Channel
from deskterm.demo import shop
from deskterm.demo.promised import promised_in
from deskterm.settings import ChannelSettings, Settings
from deskterm.store import engine
from deskterm.store.engine import STORE_FILE, StoreError
from deskterm.store.store import is_demo

_SEED, _PACE = 7, 1.0
"""What the command's own channels go by; a command only writes, and the console's customers answer."""


def visited(home: Path) -> tuple[Settings, Callable[[ChannelSettings], Channel]] | None:
    """Return the settings of the demo in a folder and what makes its channels; None where there is no demo."""
    try:
        if engine.revision(home / STORE_FILE) is None or not is_demo(home):
            return None
    except StoreError:
        return None  # no store of ours, and so no demo either
    return shop.settings(home, _SEED, _PACE, promised=promised_in(home)), shop.channel_maker(_SEED, _PACE)

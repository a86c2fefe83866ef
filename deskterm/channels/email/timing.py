"""How long the mail channel waits for what. In one place, so that tests can be quick and nothing waits for ever."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass

MAX_BACKOFF_S = 300.0


def backoff(failures: int) -> float:
    """Return the pause in seconds after the n-th failure in a row (n from 1): doubling, at most five minutes, with jitter."""
    return min(MAX_BACKOFF_S, 2.0 ** min(failures, 9)) * random.uniform(0.5, 1.0)


@dataclass(frozen=True, slots=True)
class Timing:
    """Bounds in seconds. Every await on the network has one; `backoff` gives the pause after the n-th failure in a row.

    `fetch_s` is for one piece of a message (1 MiB); `after_dot_s` is the ten minutes of RFC 5321 4.5.3.2.6; `refused_s` is the
    least pause after a refused password, so that the account is not locked; `sent_s` is how long the provider gets to file
    a copy of what was sent before we do it.
    """

    connect_s: float = 20.0
    login_s: float = 30.0
    command_s: float = 60.0
    fetch_s: float = 120.0
    done_s: float = 20.0
    refused_s: float = 120.0
    smtp_s: float = 60.0
    after_dot_s: float = 600.0
    quit_s: float = 5.0
    sent_s: float = 30.0
    sent_poll_s: float = 5.0
    backoff: Callable[[int], float] = backoff

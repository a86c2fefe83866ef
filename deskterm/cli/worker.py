"""`deskterm worker`: the back room without a screen, as a service."""

from __future__ import annotations

from deskterm.cli.answer import Answer
from deskterm.cli.invocation import Invocation, command


@command
def worker(invocation: Invocation) -> Answer:
    """Receive and send until SIGTERM or SIGINT."""
    from deskterm import runtime

    return Answer(None, lambda paper: None, status=runtime.run_worker(invocation.settings(secrets=True)))

"""`deskterm worker`: the back room without a screen, as a service."""

from __future__ import annotations

from deskterm.cli.answer import Answer
from deskterm.cli.invocation import Place, command


@command
def worker(place: Place) -> Answer:
    """Receive and send until SIGTERM or SIGINT."""
    settings = place.settings(secrets=True)
    from deskterm import runtime

    return Answer(None, lambda paper: None, status=runtime.run_worker(settings))

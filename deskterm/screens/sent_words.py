"""What is said of a message that was sent just now: when it goes out, which key takes it back, whose the conversation is."""

from __future__ import annotations

from textual.dom import DOMNode

from deskterm.i18n import _
from deskterm.screens.console import console_of
from deskterm.screens.sending import Sending
from deskterm.widgets.status import Bar
from deskterm.widgets.when import short_span


async def say_sent(node: DOMNode, event: Sending.Sent) -> None:
    """Say at the foot of the screen what was sent; it counts down while it can be taken back."""
    console = console_of(node)
    if event.message_id is None:
        console.tell(_("The note is kept."))
        return
    message = await console.office.message(event.message_id)
    when = message.delivery.not_before if message is not None and message.delivery is not None else None
    if when is None or when <= console.office.now():
        return
    more = ""
    detail = await console.office.conversation(event.conversation_id) if event.taken else None
    if detail is not None and detail.row.assignee_id == console.office.me.id:
        more = " · " + _("#{number} is yours now").format(number=detail.row.number)

    def words() -> str:
        left, key = when - console.office.now(), console.own_keys.shown("act.undo")
        said = _("Goes out in {span} · {key} takes it back").format(span=short_span(left), key=key)
        return said + more if left.total_seconds() > 0 else ""

    node.query_one("#foot", Bar).count_down(words)

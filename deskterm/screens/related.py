"""What stands above a thread of other conversations: the one that this may belong to, with the keys that decide; and what its
messages name, looked up for those on the screen.
"""

from __future__ import annotations

from collections.abc import Sequence

from deskterm.desk.rows import ConversationDetail
from deskterm.i18n import _
from deskterm.keys.keymap import Keymap
from deskterm.screens.coalesced import Coalesced
from deskterm.screens.console import console_of
from deskterm.widgets.paint import Line, Span
from deskterm.widgets.thread import ThreadView
from deskterm.words.wording import related_words


def related_line(detail: ConversationDetail, keymap: Keymap) -> Line:
    """Return what stands around a conversation, each with its keys: the one that it may belong to, those that went into it, the
    one before and the one after; nothing where it stands alone."""
    spans: list[Span] = []
    if detail.maybe_related_number is not None:
        why = related_words(detail.related_why)
        question = _("Perhaps of #{number}").format(number=detail.maybe_related_number) + (f": {why}" if why else "")
        spans += [Span(f" {question} ", "note"), *_key(keymap, "act.merge", _("merge"))]
        spans += _key(keymap, "act.unrelated", _("not the same matter"))
    if detail.merged:
        numbers = ", ".join(f"#{number}" for _id, number in detail.merged)
        spans.append(Span(f" {_('with {numbers}').format(numbers=numbers)} ", "muted"))
    if detail.split_from_number is not None:
        spans.append(Span(f" {_('split off #{number}').format(number=detail.split_from_number)} ", "muted"))
    if detail.previous_number is not None:
        spans += _key(keymap, "act.before", _("after #{number}").format(number=detail.previous_number))
    elif detail.before_number is not None:
        spans += _key(keymap, "act.before", _("before it #{number}").format(number=detail.before_number))
    if detail.next_number is not None:
        spans += _key(keymap, "act.after", _("goes on in #{number}").format(number=detail.next_number))
    elif detail.after_number is not None:
        spans += _key(keymap, "act.after", _("after it #{number}").format(number=detail.after_number))
    return tuple(spans)


def _key(keymap: Keymap, action_id: str, words: str) -> list[Span]:
    return [Span(f" {keymap.shown(action_id)}", "key"), Span(f" {words} ")]


class RecordLinks:
    """Shows in a thread which words name records: each message is asked about once, when it comes to the screen."""

    def __init__(self, thread: ThreadView) -> None:
        self._thread = thread
        self._asked: set[int] = set()
        self._opening = 0
        self._again = Coalesced(thread, self._look, "records", gap_s=0.2)

    def listen(self) -> None:
        """Look at what comes to the screen from now on, where the business has records at all."""
        if console_of(self._thread).office.card.records:
            self._thread.seen = self._again.ask

    async def _look(self) -> None:
        thread = self._thread
        if thread.openings != self._opening:
            self._opening, self._asked = thread.openings, set()
        new = [row for row in thread.on_screen if row.id not in self._asked]
        if thread.conversation_id is not None and new:
            self._asked.update(row.id for row in new)
            await look_up_records(thread, [row.text for row in new])


async def look_up_records(thread: ThreadView, texts: Sequence[str]) -> None:
    """Show in a thread as links what these texts of its messages name."""
    opening = thread.openings
    found = await console_of(thread).office.records_named(texts)
    if thread.openings == opening:
        thread.link(found)

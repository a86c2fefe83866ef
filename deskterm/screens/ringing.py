"""The noises of the console: the terminal's bell and the desktop's notification, for new notices of mine and for new messages
in what is nobody's.

At most one noise a minute, which counts all that came meanwhile and is still not read; never two for one notice; none in quiet
hours; each by the ways that I chose for its kind.
"""

from __future__ import annotations

import zoneinfo
from collections.abc import Callable
from datetime import datetime

from textual.dom import DOMNode
from textual.timer import Timer

from deskterm.desk.notice_kinds import NoticeKind, Way
from deskterm.desk.rows import ConversationRow
from deskterm.desk.rows_time import NoticeSettings
from deskterm.i18n import ngettext
from deskterm.notice_typed import is_quiet
from deskterm.notification import Pace, new_messages
from deskterm.office import Office
from deskterm.screens.coalesced import Coalesced
from deskterm.words.notice_words import kind_name

LOOKED_AT = 100
"""The newest unread notices looked at; of more than these the noise tells of so many."""

_ALWAYS = (Way.BELL, Way.DESKTOP)
"""How one is told of what nobody chooses ways for."""


def noise_words(kinds: list[str], messages: int) -> str:
    """Return what a desktop notification says: one kind in words, else how many; never whom or what it is about."""
    parts = [kind_name(kinds[0])] if len(kinds) == 1 else []
    if len(kinds) > 1:
        parts.append(ngettext("{n} notice", "{n} notices", len(kinds)).format(n=len(kinds)))
    if messages:
        parts.append(new_messages(messages))
    return ", ".join(parts)


def quiet_now(settings: NoticeSettings, now: datetime) -> bool:
    """Whether it is the operator's quiet time; in their zone, else in that of this machine."""
    zone = None
    if settings.zone:
        try:
            zone = zoneinfo.ZoneInfo(settings.zone)
        except (ValueError, OSError, zoneinfo.ZoneInfoNotFoundError):
            zone = None  # chosen on a machine that knows more zones: then this one's
    local = now.astimezone(zone)
    return is_quiet(60 * local.hour + local.minute, settings.quiet_from, settings.quiet_to)


class Ringer:
    """See the module. `bell` and `notify` make the noises."""

    def __init__(
        self, node: DOMNode, office: Office, bell: Callable[[], None], notify: Callable[[str], None], pace: Pace | None = None
    ) -> None:
        self._node = node
        self._office = office
        self._bell = bell
        self._notify = notify
        self._pace = pace or Pace()
        self._newest: int | None = None
        """The newest notice that was looked at; None: none was yet."""
        self._pending: set[int] = set()
        """Notices that no noise was made for yet."""
        self._messages = 0
        """New messages in what is nobody's, likewise."""
        self._later: Timer | None = None
        self._look = Coalesced(node, self._look_now, "ringing", gap_s=0.5)

    def listen(self) -> None:
        """Begin to hear the desk's bell; what is there already makes no noise. Ends with the application."""
        self._office.on_change(self._look.ask)
        self._look.ask()

    def new_messages(self, rows: list[ConversationRow]) -> None:
        """Customers wrote just now; where it is mine a notice tells of it."""
        self._messages += sum(row.assignee_id is None for row in rows)
        self._look.ask()

    async def _look_now(self) -> None:
        newest = (await self._office.due()).newest_notice
        known, self._newest = self._newest, max(newest, self._newest or 0)
        if known is not None and newest > known:
            fresh = await self._office.notices(unread=True, limit=LOOKED_AT)
            self._pending |= {row.id for row in fresh if row.id > known}
        if (self._pending or self._messages) and self._later is None:
            await self._when_due()

    async def _when_due(self) -> None:
        """Make the noise, or wait until a minute is over since the last."""
        left = self._pace.left()
        if left > 0:
            self._later = self._node.set_timer(left, self._minute_over)
            return
        settings = await self._office.notice_settings()
        unread = await self._office.notices(unread=True, limit=LOOKED_AT) if self._pending else ()
        kinds = [row.kind for row in unread if row.id in self._pending]
        messages, self._messages, self._pending = self._messages, 0, set()
        if not quiet_now(settings, self._office.now()):
            self._make(settings, kinds, messages)

    def _minute_over(self) -> None:
        self._later = None
        self._look.ask()

    def _make(self, settings: NoticeSettings, kinds: list[str], messages: int) -> None:
        def wanted(way: Way) -> tuple[list[str], int]:
            told = [kind for kind in kinds if way in settings.ways.get(kind, _ALWAYS)]
            return told, messages if way in settings.ways.get(NoticeKind.NEW, ()) else 0

        bell, desktop = wanted(Way.BELL), wanted(Way.DESKTOP)
        if any(bell):
            self._bell()
        if any(desktop):
            self._notify(noise_words(*desktop))
        if any(bell) or any(desktop):
            self._pace.take()

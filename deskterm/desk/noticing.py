"""Who is told of what: the rules by which facts become notices. Kinds and ways stand in `desk.notice_kinds`."""

from __future__ import annotations

from deskterm.desk.notice_kinds import CARRIED, DEFAULT_WAYS, NoticeKind, Way, possible, sound_ways

__all__ = ["CARRIED", "DEFAULT_WAYS", "NoticeKind", "Way", "possible", "sound_ways"]

"""The dialogs that an act on a conversation opens."""

from __future__ import annotations

from deskterm.screens.asking import ConfirmScreen, PathScreen
from deskterm.screens.attachments import AttachmentsScreen
from deskterm.screens.reading import SourceScreen, VersionsScreen

__all__ = ["AttachmentsScreen", "ConfirmScreen", "PathScreen", "SourceScreen", "VersionsScreen"]

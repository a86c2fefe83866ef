"""Leaving a screen once. Keys typed ahead may ask twice, and Textual's `dismiss` takes whatever screen is uppermost then."""

from __future__ import annotations

from typing import TypeVar

from textual.screen import Screen

Result = TypeVar("Result")


def leave(screen: Screen[Result], result: Result) -> None:
    """End a screen with a result, unless it has ended already."""
    if screen.is_current:
        screen.dismiss(result)

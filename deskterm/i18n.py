"""The words of the interface in the operator's language, by gettext. Words from outside are never translated."""

from __future__ import annotations

import gettext
import os
from collections.abc import Callable
from pathlib import Path

LOCALE_DIR = Path(__file__).parent / "locale"
LANGUAGES = ("en", "ru")

_active: gettext.NullTranslations = gettext.NullTranslations()
_language = "en"


def use(language: str) -> str:
    """Choose the language ("auto" follows LC_ALL, LC_MESSAGES, LANG) for this process; returns the one in use."""
    global _active, _language  # noqa: PLW0603 - the one piece of process-wide state: gettext's own way
    wanted = _from_environment() if language == "auto" else language
    chosen = wanted if wanted in LANGUAGES else "en"
    _active = gettext.translation("deskterm", LOCALE_DIR, [chosen], fallback=True)
    _language = chosen
    return chosen


def language() -> str:
    """Return the language in use, one of `LANGUAGES`."""
    return _language


def _from_environment() -> str:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(name)
        if value:
            return value.split(".")[0].split("_")[0].lower()
    return "en"


def _(message: str) -> str:
    """Return a message in the chosen language."""
    return _active.gettext(message)


def in_language(language: str) -> Callable[[str], str]:
    """Return what translates a message into another language than the chosen one: for what is written for a customer."""
    return gettext.translation("deskterm", LOCALE_DIR, [language], fallback=True).gettext


def ngettext(singular: str, plural: str, count: int) -> str:
    """Return the form of a message that fits a count."""
    return _active.ngettext(singular, plural, count)


def N_(message: str) -> str:  # noqa: N802 - gettext's own name for it
    """Mark a message for translation where it is written; `_` translates it where it is shown."""
    return message

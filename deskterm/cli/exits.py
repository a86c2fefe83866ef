"""What the program's exit status means: the numbers of sysexits.h (BSD), and 1 for what the desk refused."""

from __future__ import annotations

from enum import IntEnum


class Exit(IntEnum):
    """An exit status."""

    OK = 0
    REFUSED = 1
    USAGE = 64
    DATA = 65
    NO_INPUT = 66
    UNAVAILABLE = 69
    FAULT = 70
    CANNOT_CREATE = 73
    IO = 74
    PERMISSION = 77
    CONFIGURATION = 78
    INTERRUPTED = 130


_BY_CODE = {
    "usage": Exit.USAGE,
    "operator_needed": Exit.USAGE,
    "unknown_operator": Exit.USAGE,
    "unknown_team": Exit.USAGE,
    "unknown_tag": Exit.USAGE,
    "bad_query": Exit.USAGE,
    "empty_query": Exit.USAGE,
    "no_view": Exit.USAGE,
    "bad_cursor": Exit.USAGE,
    "bad_key": Exit.USAGE,
    "bad_name": Exit.USAGE,
    "bad_address": Exit.USAGE,
    "bad_digest": Exit.USAGE,
    "bad_kind": Exit.USAGE,
    "bad_quiet": Exit.USAGE,
    "bad_way": Exit.USAGE,
    "bad_zone": Exit.USAGE,
    "no_bot": Exit.CONFIGURATION,
    "store_newer": Exit.DATA,
    "store_broken": Exit.DATA,
    "bad_file": Exit.DATA,
    "no_input": Exit.NO_INPUT,
    "no_store": Exit.NO_INPUT,
    "no_operator": Exit.NO_INPUT,
    "file_missing": Exit.NO_INPUT,
    "not_found": Exit.NO_INPUT,
    "not_stored": Exit.UNAVAILABLE,
    "unavailable": Exit.UNAVAILABLE,
    "not_sent_yet": Exit.UNAVAILABLE,
    "cannot_create": Exit.CANNOT_CREATE,
    "store_exists": Exit.CANNOT_CREATE,
    "read_only": Exit.IO,
    "upgrade_failed": Exit.IO,
    "bad_folder": Exit.CANNOT_CREATE,
    "not_owner": Exit.PERMISSION,
    "not_yours": Exit.PERMISSION,
    "viewer": Exit.PERMISSION,
    "permission": Exit.PERMISSION,
    "store_not_private": Exit.PERMISSION,
    "configuration": Exit.CONFIGURATION,
    "channel_kind": Exit.CONFIGURATION,
    "no_channel": Exit.CONFIGURATION,
    "unknown_kind": Exit.CONFIGURATION,
    "refused": Exit.REFUSED,
    "fault": Exit.FAULT,
    "interrupted": Exit.INTERRUPTED,
}


def status_of(code: str) -> Exit:
    """Return the exit status for the code of an OfficeError. A code that names the store is trouble with its disk."""
    return _BY_CODE.get(code, Exit.IO if code.startswith(("store", "disk")) else Exit.REFUSED)

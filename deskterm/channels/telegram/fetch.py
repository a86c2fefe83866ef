"""Fetching the files that customers sent: getFile, then the download, both bounded in size and time."""

from __future__ import annotations

from deskterm.channels.telegram.fields import integer, table, text
from deskterm.channels.telegram.files import MAX_FETCH, TOO_LARGE
from deskterm.channels.telegram.wire import CallFailed, Failure, Opener
from deskterm.desk.post import RemoteFile, SendError, SendLater, SendRejected

_NEVER = frozenset({Failure.REJECTED, Failure.NOT_FOUND, Failure.FORBIDDEN, Failure.MOVED})


async def fetch(opener: Opener, remote: RemoteFile) -> bytes:
    """Return a file's bytes. Raises `SendLater` (try again) or `SendRejected` (too large, gone)."""
    if remote.size is not None and remote.size > MAX_FETCH:
        raise SendRejected(TOO_LARGE)
    try:
        server = await opener()
        info = table(await server.call("getFile", {"file_id": remote.ref}))
        if (integer(info.get("file_size")) or 0) > MAX_FETCH:
            raise SendRejected(TOO_LARGE)
        path = text(info.get("file_path"))
        if not path:
            raise SendRejected("Telegram does not say where the file is")
        return await server.download(path, MAX_FETCH)
    except CallFailed as failure:
        error = _meaning(failure)
    raise error


def _meaning(failure: CallFailed) -> SendError:
    if failure.kind in _NEVER:
        return SendRejected(TOO_LARGE if "too big" in failure.reason.lower() else failure.reason)
    return SendLater(failure.reason, failure.retry_after_s)

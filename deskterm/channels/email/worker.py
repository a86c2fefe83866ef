"""The parser process: reads mails from its standard input, writes what they say to its standard output.

Started by `parser_process` only. It holds no secrets, opens no files and no network, has a bounded address space, ends with
its parent (end of input), and is ended by a timer of its own should a mail keep it busy while the parent is gone.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import PurePath
from typing import Any, BinaryIO

from deskterm.channels.email.caps import Caps
from deskterm.channels.email.frames import (
    NUMBER_BYTES,
    OUT_OF_MEMORY,
    frame_start,
    inbound_to_wire,
    piece_count,
    piece_lengths,
    read_head,
)
from deskterm.channels.email.report import report
from deskterm.channels.email.understand import understand


def main() -> int:
    """Take the caps, then answer request after request until the input ends."""
    source, sink = _private_pipes()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    greeting = _receive(source)
    if greeting is None:
        return 0
    caps = Caps(**greeting[0]["caps"])
    _limit_memory(caps.memory)
    _send(sink, {"ready": True})
    try:
        while _serve(source, sink, caps):
            pass
    except MemoryError:  # what is left of the process is of no use
        return OUT_OF_MEMORY
    return 0


def _serve(source: BinaryIO, sink: BinaryIO, caps: Caps) -> bool:
    """Answer one request; False when there are no more."""
    request = _receive(source)
    if request is None:
        return False
    head, blobs = request
    _arm(caps.parse_s * 2)
    _send(sink, *_answer(head, blobs[0], caps))
    _arm(0)
    return True


def _answer(head: dict[str, Any], raw: bytes, caps: Caps) -> tuple[dict[str, Any], list[bytes]]:
    own, operators = head["own"], head["operators"]
    try:
        if head["task"] == "report":
            return {"report": report(raw, own, operators, caps)}, []
        inbound = understand(raw, own, operators, head["mail_domain"], authserv_id=head["authserv_id"], caps=caps)
        wire, blobs = inbound_to_wire(inbound)
        return {"inbound": wire}, blobs
    except MemoryError:
        raise
    except Exception as error:  # whatever a mail provokes, the next one must be answered
        return {"unreadable": _where(error)}, []


def _where(error: Exception) -> str:
    """Return the kind of an error and its place in our code, and nothing of the mail's words."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None and "deskterm" in trace.tb_next.tb_frame.f_code.co_filename:
        trace = trace.tb_next
    place = f" at {PurePath(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}" if trace is not None else ""
    return type(error).__name__ + place


def _receive(source: BinaryIO) -> tuple[dict[str, Any], list[bytes]] | None:
    start = source.read(NUMBER_BYTES)
    if len(start) < NUMBER_BYTES:
        return None
    lengths = piece_lengths(source.read(NUMBER_BYTES * piece_count(start)))
    pieces = [source.read(length) for length in lengths]
    if len(pieces[-1]) < lengths[-1]:
        return None
    return read_head(pieces[0]), pieces[1:]


def _send(sink: BinaryIO, head: dict[str, Any], blobs: list[bytes] | None = None) -> None:
    start, pieces = frame_start(head, blobs or [])
    sink.write(start)
    for piece in pieces:
        sink.write(piece)
    sink.flush()


def _private_pipes() -> tuple[BinaryIO, BinaryIO]:
    """Take the pipes for ourselves, so that nothing that prints can break the frames."""
    source = os.fdopen(os.dup(0), "rb")
    sink = os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.dup2(nothing, 1)
    return source, sink


def _limit_memory(limit: int) -> None:
    try:
        import resource
    except ImportError:  # Windows has no such limit; the time limit holds there too
        return
    try:
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    except (ValueError, OSError):
        # macOS refuses limits on the address space
        return


def _arm(seconds: float) -> None:
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_REAL, seconds)


if __name__ == "__main__":
    sys.exit(main())

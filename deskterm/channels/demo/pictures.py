"""Small files that made-up customers send: a picture as a PNG (ISO/IEC 15948), a slip as text. Made anew whenever asked for."""

from __future__ import annotations

import struct
import zlib
from random import Random

from deskterm.desk.post import InFile, RemoteFile

WIDTH, HEIGHT = 160, 120
MOTIFS = 12
"""How many different pictures there are: a large demo keeps each of them once."""
_PICTURE = "picture:"


def picture(seed: int) -> bytes:
    """Return a PNG of a parcel-coloured box on a plain ground; the same seed gives the same bytes."""
    rng = Random(f"picture:{seed % MOTIFS}")
    ground, box, tape = (bytes(rng.randrange(low, high) for _ in range(3)) for low, high in ((200, 250), (90, 180), (40, 90)))
    left, top = rng.randrange(20, 50), rng.randrange(20, 40)
    rows = bytearray()
    for y in range(HEIGHT):
        rows.append(0)  # filter type: none
        inside = top <= y < HEIGHT - top
        middle = HEIGHT // 2 - 4 <= y < HEIGHT // 2 + 4
        filling = (tape if middle else box) if inside else ground
        rows += ground * left + filling * (WIDTH - 2 * left) + ground * left
    header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(bytes(rows), 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in chunks)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


SLIP = b"Packing slip\n\n1 x item\n1 x gift wrapping\n\nThank you for your order!\n"
"""What stands on every packing slip: a large demo keeps it once."""


def photo_of(number: int, *, remote: bool) -> InFile:
    """Return a customer's photo; `remote` leaves its bytes at the channel, to be fetched later."""
    name = f"IMG_{number % 10_000:04d}.png"
    if remote:
        return InFile(name, "image/png", remote=RemoteFile(f"{_PICTURE}{number}"))
    return InFile(name, "image/png", data=picture(number))


def slip_of(number: int) -> InFile:
    """Return a packing slip as an attachment."""
    return InFile(f"packing-slip-{number}.txt", "text/plain", data=SLIP)


def kept(ref: str) -> bytes | None:
    """Return the file that a remote reference names; None where there is no such file."""
    number = ref.removeprefix(_PICTURE)
    known = number != ref and number.isascii() and number.isdigit() and len(number) <= 12
    return picture(int(number)) if known else None

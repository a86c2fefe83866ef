"""Free ports on loopback for test servers."""

from __future__ import annotations

import socket


def free_ports(count: int) -> list[int]:
    """Return ports that were free a moment ago, all different."""
    held = [socket.socket() for _ in range(count)]
    try:
        for one in held:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in held]
    finally:
        for one in held:
            one.close()

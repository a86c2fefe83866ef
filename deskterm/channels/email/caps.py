"""The one table of what a mail may cost us. Everything is checked on bytes before anything clever reads them."""

from __future__ import annotations

from dataclasses import dataclass

_KIB = 2**10
_MIB = 2**20


@dataclass(frozen=True, slots=True)
class Caps:
    """Limits for understanding one mail: sizes in bytes, times in seconds.

    What lies beyond a limit is left out and said in `Inbound.notes`; the raw bytes are kept elsewhere. `headers` is one header
    block, `header` one field, `parts` all MIME parts together, `depth` how far they nest, `candidates` how many lines may look
    like a boundary, `text` and `html` one decoded part, `mail` the whole. `parse_s` and `memory` bound the worker process;
    `start_s` its start.
    """

    mail: int = 50 * _MIB
    headers: int = 256 * _KIB
    header: int = 8 * _KIB
    parts: int = 300
    depth: int = 20
    candidates: int = 100_000
    text: int = _MIB
    html: int = 512 * _KIB
    parse_s: float = 5.0
    start_s: float = 30.0
    memory: int = 1024 * _MIB


CAPS = Caps()

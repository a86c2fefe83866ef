"""The values of an SQL statement that is put together from pieces."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class Bound:
    """The values of one statement, each under a name of its own."""

    values: dict[str, Any] = field(default_factory=dict)

    def __call__(self, value: Any) -> str:
        """Bind a value; returns how the SQL says it."""
        name = f"v{len(self.values)}"
        self.values[name] = value
        return f":{name}"

"""The demo: a desk of its own with made-up history and customers who write and answer, apart from any real one."""

from deskterm.demo.run import run
from deskterm.demo.visit import visited

__all__ = ["run", "visited"]

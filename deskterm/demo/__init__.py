"""The demo: a desk of its own with made-up history and customers who write and answer, apart from any real one."""

from deskterm.demo.run import run

__all__ = ["run"]

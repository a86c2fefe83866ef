"""Measurements against the performance goals: `make bench`, or `python -m bench`. docs/performance.md keeps figures."""

"""What a measurement found, and how it stands to its goal. Ratios within one run gate; times are only reported."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True, slots=True)
class Finding:
    """One goal and what was seen of it, one value for each round. `at_most` says which side of `goal` is good; without a goal
    (None) it is only told."""

    what: str
    goal: float | None
    at_most: bool
    unit: str
    rounds: Sequence[float]
    note: str = ""

    @property
    def value(self) -> float:
        """The median of the rounds."""
        return median(self.rounds)

    @property
    def met(self) -> bool:
        """Whether the median keeps the goal."""
        if self.goal is None:
            return True
        return self.value <= self.goal if self.at_most else self.value >= self.goal

    @property
    def gates(self) -> bool:
        """Whether missing the goal is a failure: what is compared within one run does not depend on the machine."""
        return self.unit == "x" and self.goal is not None


def ratios(ours: Iterable[float], theirs: Iterable[float]) -> list[float]:
    """Return ours / theirs, round by round: what a shared machine does to one side it does to the other."""
    return [one / other for one, other in zip(ours, theirs, strict=True)]


def percentile(values: Sequence[float], part: float) -> float:
    """Return the value that so many hundredths of all stay at or below."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(len(ordered) * part / 100) - 1)]


def tail(samples: Sequence[float]) -> str:
    """Say how bad the worst of many milliseconds were."""
    return f"p95 {percentile(samples, 95):.0f} ms, p99 {percentile(samples, 99):.0f} ms of {len(samples)}"


def table(findings: Iterable[Finding]) -> str:
    """Return findings as a Markdown table, which reads well in a terminal too."""
    head = ("what", "goal", "value", "rounds: lowest - highest", "", "beside it")
    rows = [head, *(_row(finding) for finding in findings)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(head))]
    lines = ["| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |" for row in rows]
    return "\n".join([lines[0], "|" + "|".join("-" * (width + 2) for width in widths) + "|", *lines[1:]])


def _row(finding: Finding) -> tuple[str, ...]:
    side = "<=" if finding.at_most else ">="
    spread = f"{len(finding.rounds)}: {_number(min(finding.rounds))} - {_number(max(finding.rounds))}"
    value = f"{_number(finding.value)}{finding.unit}"
    if finding.goal is None:
        return finding.what, "", value, spread, "", finding.note
    goal = f"{side} {_number(finding.goal)}{finding.unit}"
    return finding.what, goal, value, spread, "met" if finding.met else "MISSED", finding.note


def _number(value: float) -> str:
    return f"{value:.2f}" if value < 10 else f"{value:.0f}"

"""Typing: an answer, against an empty app's text area; words of a filter, until the list shows what they find."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from statistics import median

from bench import console
from bench.harness import ROWS, Area, Painted, Timed
from bench.report import Finding, ratios, tail

TEXT = "Ваш заказ уже в пути. It comes on Monday."
FILTERS = ("возврат", "доставка", "refund")
RESTS_MS = 150
"""How long the typing must rest before the list follows: `deskterm.screens.filter_prompt.PAUSE_S`."""


def _typed(terminal: Timed, area: Area, text: str) -> list[float]:
    """Type letter by letter; returns the ms of each until it stood in the area."""
    painted = [terminal.press(letter.encode(), area.changed(terminal.screen)) for letter in text if letter != " "]
    return [one.ms for one in painted if one is not None]


def _empty_round() -> float:
    with Timed(console.EMPTY_TEXT) as terminal:
        terminal.seconds_until(console.EMPTY_READY)
        terminal.settle()
        return median(_typed(terminal, Area(0, 0, terminal.screen.columns, ROWS), TEXT))


def _desk_round(home: Path, ready: str, letters: list[float], finds: list[float]) -> tuple[float, float]:
    """Type an answer and filters; returns the median ms of a letter of an answer, and of a letter of a filter."""
    with console.running(home, ready) as terminal:
        screen = terminal.screen
        filtered: list[float] = []
        for text in FILTERS:
            terminal.type(b"/", 0.4)
            prompt = Area(0, 1, screen.columns, 3)
            filtered += _typed(terminal, prompt, text[:-1])
            terminal.settle(0.5)
            last = terminal.press(text[-1].encode(), _list_below(terminal).changed(screen))
            finds.append(_brought(last, f"filter {text}").ms)
            terminal.type(console.ESCAPE, 0.5)
        terminal.type(b"r", 0.8)
        answer = Area(console.list_area(screen).right, 1, screen.columns, ROWS)
        typed = _typed(terminal, answer, TEXT)
        letters += typed
        return median(typed), median(filtered)


def _list_below(terminal: Timed) -> Area:
    """Return where the list's rows stand while the prompt is above them."""
    area = console.list_area(terminal.screen)
    bars = [at for at, sign in enumerate(terminal.screen.display[5]) if sign == "│"]
    left, right = (bars[0] + 1, bars[1]) if len(bars) > 1 else (area.left, area.right)
    return Area(left, 3, right, 13)


def _brought(painted: Painted | None, what: str) -> Painted:
    if painted is None:
        raise RuntimeError(f"brought nothing: {what}")
    return painted


def measure(home: Path, rounds: int, say: Callable[[str], None]) -> list[Finding]:
    """Run the rounds, turn by turn."""
    ready = console.first_words(home)
    empty: list[float] = []
    answers: list[float] = []
    filters: list[float] = []
    letters: list[float] = []
    finds: list[float] = []
    for number in range(rounds):
        say(f"writing: round {number + 1} of {rounds}")
        empty.append(_empty_round())
        answer, typed = _desk_round(home, ready, letters, finds)
        answers.append(answer)
        filters.append(typed)
    beside = f"p50 {median(answers):.1f} ms, empty {median(empty):.1f} ms; {tail(letters)}"
    return [
        Finding("typing an answer, against an empty text area", 1.7, True, "x", ratios(answers, empty), beside),
        Finding("typing a filter, against the same", None, True, "x", ratios(filters, empty)),
        Finding("last letter of a word to its list", None, True, " ms", finds, f"{RESTS_MS} ms of it the list waits for more"),
    ]

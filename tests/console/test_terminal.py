"""The terminal is left as it was found: after leaving, signals, failures, a stuck loop, and when it goes away itself."""

from __future__ import annotations

import inspect
import re
import signal
import stat
import sys
import time
from pathlib import Path

import pytest
from pty_harness import Terminal, kinds
from textual.app import App
from textual.drivers.linux_driver import LinuxDriver

from deskterm.crash import EXIT_CRASHED, write_report
from deskterm.logs import Redactor
from deskterm.terminal import GRACE_S, SafeTerminal, VanishingOutput

APP = str(Path(__file__).with_name("small_app.py"))
pytestmark = pytest.mark.whole


def run(folder: Path, **options: bool) -> Terminal:
    terminal = Terminal([sys.executable, APP, str(folder)], **options)
    terminal.wait_for("ready")
    return terminal


def left_well(terminal: Terminal) -> None:
    tail = bytes(terminal.raw[terminal.raw.rindex(b"\x1b[?1049") :])
    assert tail.startswith(b"\x1b[?1049l")
    assert b"\x1b[?25h" in tail
    assert terminal.modes() == terminal.modes_before
    assert b"\x1b]0" not in terminal.raw
    for private in (1004, 2004):
        assert terminal.raw.rfind(b"\x1b[?%dl" % private) > terminal.raw.rfind(b"\x1b[?%dh" % private)


def test_leaving(tmp_path: Path) -> None:
    with run(tmp_path) as terminal:
        terminal.press("q")
        assert terminal.wait_end() == 0
        left_well(terminal)
        assert b"left 0 None 1" in terminal.raw


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_signal_ends_it_gracefully(tmp_path: Path, number: signal.Signals) -> None:
    with run(tmp_path) as terminal:
        terminal.signal(number)
        assert terminal.wait_end() == 128 + number
        left_well(terminal)
        assert f"left {128 + number} {number.name}".encode() in terminal.raw


def test_a_stuck_loop_ends_by_the_deadline(tmp_path: Path) -> None:
    with run(tmp_path) as terminal:
        terminal.press("b")
        terminal.wait_for("blocked")
        started = time.monotonic()
        terminal.signal(signal.SIGTERM)
        assert terminal.wait_end() == 128 + signal.SIGTERM
        assert time.monotonic() - started >= GRACE_S * 0.9
        left_well(terminal)
        assert b"left" not in terminal.raw


def test_a_second_signal_does_not_wait(tmp_path: Path) -> None:
    with run(tmp_path) as terminal:
        terminal.press("b")
        terminal.wait_for("blocked")
        terminal.signal(signal.SIGTERM)
        time.sleep(0.2)
        terminal.signal(signal.SIGINT)
        assert terminal.wait_end() == 128 + signal.SIGINT
        left_well(terminal)


@pytest.mark.parametrize("leader", [True, False], ids=["by SIGHUP", "without a signal"])
def test_a_lost_terminal_ends_it(tmp_path: Path, leader: bool) -> None:
    with run(tmp_path, leader=leader) as terminal:
        terminal.hang_up()
        assert terminal.wait_end() == 128 + signal.SIGHUP


@pytest.mark.parametrize("key", ["x", "t"])
def test_a_failure_says_one_line_and_keeps_a_private_report(tmp_path: Path, key: str) -> None:
    with run(tmp_path) as terminal:
        terminal.press(key)
        if key == "t":
            terminal.wait_for("armed")
            terminal.press("y")
        assert terminal.wait_end() == EXIT_CRASHED
        left_well(terminal)
        after = bytes(terminal.raw[terminal.raw.rindex(b"\x1b[?1049l") :]).decode()
        report = next(tmp_path.iterdir())
        assert stat.S_IMODE(report.stat().st_mode) == 0o600
        assert re.search(r"deskterm stopped: (ValueError|OSError)\. The report: ", after)
        assert "said" not in after
        assert "customer words" not in after
        words = report.read_text()
        assert "A" * 35 not in words
        assert "\x1b" not in words
        assert "small_app.py" in words
        assert len(list(tmp_path.iterdir())) == 1


def test_ctrl_c_in_a_lent_terminal_is_the_other_programs_affair(tmp_path: Path) -> None:
    with run(tmp_path) as terminal:
        terminal.press("s")
        terminal.wait_for("lent")
        terminal.press("\x03")
        terminal.press("\r\n")
        terminal.wait_for("ready")
        assert terminal.child.poll() is None
        terminal.signal(signal.SIGINT)
        assert terminal.wait_end() == 128 + signal.SIGINT
        left_well(terminal)


def test_the_message_at_the_end_is_plain(tmp_path: Path) -> None:
    with run(tmp_path) as terminal:
        before = kinds(bytes(terminal.raw))
        terminal.press("m")
        assert terminal.wait_end() == 3
        left_well(terminal)
        assert "[/x] ␛]0;owned␇ bye".encode() in terminal.raw
        assert not {kind for kind in kinds(bytes(terminal.raw)) - before if kind.startswith(("OSC", "C0", "ESC"))}


def test_a_report_that_cannot_be_written_is_no_second_failure(tmp_path: Path) -> None:
    assert write_report("words", tmp_path / "missing", Redactor()) is None


def test_output_is_dropped_once_the_terminal_went() -> None:
    class Gone:
        def write(self, text: str) -> int:
            raise OSError(5, "Input/output error")

        flush = write

    output = VanishingOutput(Gone())  # type: ignore[arg-type]
    assert output.write("abc") == 3
    assert output.gone
    output.flush()


class TestHooksOfTextual:
    """What we replace is private in Textual 8.2: these fail when it changes."""

    def test_a_failure_ends_in_fatal_error(self) -> None:
        assert "_fatal_error()" in inspect.getsource(App._handle_exception)
        assert "_exit_renderables" in inspect.getsource(App._fatal_error)
        assert "_close_messages_no_wait" in inspect.getsource(App._fatal_error)
        assert list(inspect.signature(App._fatal_error).parameters) == ["self"]

    def test_the_keyboard_thread_ends_in_panic(self) -> None:
        assert "_app.panic" in inspect.getsource(LinuxDriver._run_input_thread)

    def test_last_words_are_the_first_renderable(self) -> None:
        assert "_exit_renderables[0]" in inspect.getsource(App._print_error_renderables)

    def test_exit_takes_a_renderable(self) -> None:
        assert list(inspect.signature(App.exit).parameters) == ["self", "result", "return_code", "message"]

    def test_the_driver_writes_to_its_file(self) -> None:
        assert "WriterThread(self._file)" in inspect.getsource(LinuxDriver.start_application_mode)

    def test_lines_pass_the_filters(self) -> None:
        app = SafeTerminal()
        assert app.get_line_filters()[-1] is app.guard
        assert app.guard.enabled

    def test_run_goes_through_run_async(self) -> None:
        assert "self.run_async(" in inspect.getsource(App.run)

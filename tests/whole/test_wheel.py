"""What is installed is whole: the wheel carries style sheets, catalogues and migrations, and the demo runs from it."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from pty_harness import Terminal

import deskterm

pytestmark = [pytest.mark.whole, pytest.mark.timeout(300)]

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this source tree, built without a network: the build back end is one of the development tools."""
    folder = tmp_path_factory.mktemp("wheel")
    words = ("-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT))
    done = subprocess.run([sys.executable, *words], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with nothing but the installed wheel."""
    folder = tmp_path_factory.mktemp("installed")
    words = ("-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--target", str(folder), str(wheel))
    subprocess.run([sys.executable, *words], capture_output=True, check=True)
    return folder


def environment(installed: Path, home: Path) -> dict[str, str]:
    """Return variables under which Python finds the installed wheel before this source tree, and no desk of ours."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("DESKTERM_")}
    return kept | {"PYTHONPATH": str(installed), "PYTHONSAFEPATH": "1", "HOME": str(home)}


def test_the_wheel_carries_all_that_the_program_reads(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        inside = set(archive.namelist())
    ours = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "deskterm").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert ours <= inside
    assert any(name.endswith(".tcss") for name in inside)
    assert any("/migrations/versions/" in name for name in inside)
    assert "deskterm/locale/ru/LC_MESSAGES/deskterm.mo" in inside
    assert {name.split("/")[0] for name in inside} == {"deskterm", f"deskterm-{deskterm.__version__}.dist-info"}


def test_the_wheel_says_what_it_is(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        info = f"deskterm-{deskterm.__version__}.dist-info"
        metadata = archive.read(f"{info}/METADATA").decode()
        entries = archive.read(f"{info}/entry_points.txt").decode()
    assert f"\nVersion: {deskterm.__version__}\n" in metadata
    assert "\nRequires-Python: >=3.11\n" in metadata
    assert "deskterm = deskterm.cli.main:run" in entries


def test_the_program_runs_from_the_wheel(installed: Path, tmp_path: Path) -> None:
    ask = "import deskterm; print(deskterm.__file__)"
    variables = environment(installed, tmp_path)
    where = subprocess.run([sys.executable, "-c", ask], env=variables, capture_output=True, text=True, check=True)
    assert Path(where.stdout.strip()).is_relative_to(installed)
    said = subprocess.run(
        [sys.executable, "-m", "deskterm", "--version"], env=variables, capture_output=True, text=True, check=True
    )
    assert said.stdout.strip() == f"deskterm {deskterm.__version__}"


def test_the_demo_runs_from_the_wheel(installed: Path, tmp_path: Path) -> None:
    argv = [sys.executable, "-m", "deskterm", "demo", "--size", "30"]
    with Terminal(argv, columns=120, rows=36, env=environment(installed, tmp_path), cwd=str(tmp_path)) as terminal:
        shown = terminal.wait_for("Inbox", patience_s=90)
        assert "demo" in shown.lower()
        terminal.settle()
        terminal.press("\x11")
        assert terminal.wait_end() == 0

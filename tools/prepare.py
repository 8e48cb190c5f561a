"""Make ``.venv`` ready: packages by the lock, the browser's scripts, and a bar while it lasts.

Runs on the bare Python of the machine, so only the standard library is used here. Does
nothing, quickly, when nothing has changed.
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
import time
import venv
from pathlib import Path

ROOT = Path(__file__).parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "prepared"
OLDEST = (3, 11)
WIDTH = 24


def main() -> None:
    if sys.version_info < OLDEST:
        sys.exit(
            f"footfall needs Python {OLDEST[0]}.{OLDEST[1]} or newer; this is "
            f"{sys.version.split()[0]}. Name another one: make run PYTHON=python3.12"
        )
    is_dev = "--dev" in sys.argv
    locks = [ROOT / "requirements-build.lock", ROOT / "requirements.lock"]
    if is_dev:
        locks.append(ROOT / "requirements-dev.lock")
    wanted = _describe(locks)
    known = STAMP.read_text().split() if STAMP.exists() else []
    # What developers need includes what running needs, so that ready is ready for both.
    if wanted not in known:
        _install(locks)
        also = [_describe(locks[:2])] if is_dev else []
        STAMP.write_text(" ".join([wanted, *also]))
    _run([str(PYTHON), "tools/build_static.py"], Bar("Building the browser scripts", 0))


class Bar:
    """One line that grows; plain lines where nobody watches."""

    def __init__(self, what: str, size: int) -> None:
        self.what, self.size, self.done = what, size, 0
        self.started = time.monotonic()
        self.is_shown = sys.stdout.isatty()

    def step(self, name: str) -> None:
        self.done = min(self.done + 1, self.size)
        if self.is_shown:
            filled = WIDTH * self.done // max(self.size, 1)
            bar = "█" * filled + "░" * (WIDTH - filled)
            print(f"\r\033[K{self.what} {bar} {self.done}/{self.size} {name[:30]}", end="")
            sys.stdout.flush()

    def end(self) -> None:
        took = time.monotonic() - self.started
        if took > 1:
            print(f"{chr(13) + chr(27) + '[K' if self.is_shown else ''}{self.what}: {took:.0f} s")


def _install(locks: list[Path]) -> None:
    if not PYTHON.exists():
        bar = Bar("Making .venv", 0)
        venv.create(VENV, with_pip=True, symlinks=True)
        bar.end()
    pip = [str(PYTHON), "-m", "pip", "install", "--disable-pip-version-check"]
    for lock in locks:
        size = sum(1 for line in lock.read_text().splitlines() if "==" in line)
        _run([*pip, "--no-deps", "-r", str(lock)], Bar(f"Installing {lock.stem}", size))
    command = [*pip, "--no-deps", "--no-build-isolation", "-e", str(ROOT)]
    _run(command, Bar("Installing footfall and its browser scripts", 0))


def _run(command: list[str], bar: Bar) -> None:
    process = subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    said: list[str] = []
    for line in process.stdout or ():
        said.append(line)
        if line.startswith(("Collecting", "Requirement already")):
            bar.step(line.split()[1] if line.startswith("Collecting") else line.split()[3])
    if process.wait():
        sys.exit(f"\n{' '.join(command)} failed:\n{''.join(said[-30:])}")
    bar.end()


def _describe(locks: list[Path]) -> str:
    """Changes with the interpreter, the locks and the project's own metadata."""
    digest = hashlib.sha256(f"{sys.version} {ROOT}".encode())
    for path in (*locks, ROOT / "pyproject.toml"):
        digest.update(path.read_bytes())
    return digest.hexdigest()


if __name__ == "__main__":
    main()

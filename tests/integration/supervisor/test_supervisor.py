"""What dies at once is started again, later each time, and never outlives its supervisor."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator

import pytest

# "--version" is a role that prints a line and ends.
SUPERVISE = """
import logging
from footfall.supervisor import Supervisor
logging.basicConfig(format="%(message)s")
Supervisor().run(["--version"])
"""


@pytest.fixture
def supervisor() -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        [sys.executable, "-c", SUPERVISE], stderr=subprocess.PIPE, text=True
    ) as process:
        yield process
        process.kill()


def read_pauses(supervisor: subprocess.Popen[str], number: int) -> list[str]:
    assert supervisor.stderr
    lines = (supervisor.stderr.readline() for _ in range(number))
    return [pause for line in lines for pause in re.findall(r"again in (\S+) s", line)]


def test_dying_process_is_started_ever_later(supervisor: subprocess.Popen[str]) -> None:
    assert read_pauses(supervisor, 3) == ["0.5", "1", "2"]


def test_supervisor_stops_during_a_pause(supervisor: subprocess.Popen[str]) -> None:
    read_pauses(supervisor, 1)

    supervisor.terminate()

    assert supervisor.wait(20) == 0

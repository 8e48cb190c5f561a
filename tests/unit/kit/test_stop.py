"""A signal that arrives in the middle of a wait must not lock the waiter up."""

import os
import resource
import signal
import subprocess
import sys
import time
from contextlib import ExitStack

import pytest

from footfall.kit import SignalEvent

WAITER = """
import signal
from footfall.kit import SignalEvent
stop = SignalEvent()
signal.signal(signal.SIGTERM, lambda *_: stop.set())
print("ready", flush=True)
while not stop.wait(0.00001):
    pass
"""


def test_wait_ends_when_set():
    stop = SignalEvent()

    stop.set()

    assert stop.wait(10)
    assert stop.is_set()


def test_wait_gives_up_unset():
    assert not SignalEvent().wait(0.001)


def test_many_open_files_disturb_nothing():
    allowed, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    if most < 2_000:
        pytest.skip("this machine does not let a process open so many files")
    resource.setrlimit(resource.RLIMIT_NOFILE, (2_000, most))
    with ExitStack() as files:
        for _ in range(1_100):
            files.callback(os.close, os.open(os.devnull, os.O_RDONLY))
        stop = SignalEvent()

        stop.set()

        assert stop.wait(0)
    resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, most))


def test_signal_amid_waits_stops_process():
    for _ in range(5):
        waiter = subprocess.Popen([sys.executable, "-c", WAITER], stdout=subprocess.PIPE)
        waiter.stdout.readline()
        time.sleep(0.01)
        os.kill(waiter.pid, signal.SIGTERM)

        assert waiter.wait(10) == 0
        waiter.stdout.close()

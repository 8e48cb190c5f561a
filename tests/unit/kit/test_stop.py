"""A signal that arrives in the middle of a wait must not lock the waiter up."""

import os
import resource
import signal
import subprocess
import sys
import time

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
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    files = [os.open(os.devnull, os.O_RDONLY) for _ in range(1_100)]
    stop = SignalEvent()

    stop.set()

    assert stop.wait(0)
    for file in files:
        os.close(file)
    resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, most))


def test_signal_amid_waits_stops_process():
    for _ in range(5):
        waiter = subprocess.Popen([sys.executable, "-c", WAITER], stdout=subprocess.PIPE)
        waiter.stdout.readline()
        time.sleep(0.01)
        os.kill(waiter.pid, signal.SIGTERM)

        assert waiter.wait(10) == 0
        waiter.stdout.close()

"""An event that a signal handler may set."""

from __future__ import annotations

import os
import select
from threading import Event


class SignalEvent(Event):
    """Set once, for good, from anywhere.

    ``threading.Event.set`` takes a lock, and a signal that arrives while the same thread is
    inside ``wait`` then waits for itself for ever; a byte in a pipe needs no lock.
    """

    def __init__(self) -> None:
        super().__init__()
        self._reader, self._writer = os.pipe()

    def set(self) -> None:
        os.write(self._writer, b"!")

    def is_set(self) -> bool:
        return self.wait(0)

    def wait(self, timeout: float | None = None) -> bool:
        # Nobody reads the byte, so the pipe stays readable for every later question. poll, for
        # select refuses the numbers that files get in a busy process.
        asked = select.poll()
        asked.register(self._reader, select.POLLIN)
        return bool(asked.poll(None if timeout is None else timeout * 1000))

    def __del__(self) -> None:
        os.close(self._reader)
        os.close(self._writer)

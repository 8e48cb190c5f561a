"""One door for all tests that leave it as it was; each looks only at the hits of its own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.support.door_process import DoorProcess, start_door


@pytest.fixture(scope="session")
def shared_door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DoorProcess]:
    with start_door(tmp_path_factory.mktemp("door")) as started:
        yield started


@pytest.fixture
def door(shared_door: DoorProcess) -> DoorProcess:
    shared_door.forget()
    return shared_door

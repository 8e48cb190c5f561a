"""An installation that is watched by programs: log lines in JSON, a token for its metrics."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.support.installation import Installation, start_installation

METRICS_TOKEN = "metrics-only"


@pytest.fixture(scope="module")
def watched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    settings = {"FOOTFALL_LOG_FORMAT": "json", "FOOTFALL_METRICS_TOKEN": METRICS_TOKEN}
    with start_installation(tmp_path_factory.mktemp("watched"), **settings) as started:
        yield started

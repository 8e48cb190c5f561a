"""What the files in deploy/ ask of a running installation is answered."""

from __future__ import annotations

import re
from pathlib import Path

import httpx
import pytest
from tests.support.installation import Installation

DEPLOY = Path(__file__).parents[3] / "deploy"
PROBES = re.findall(r"^ +path: (/.+)$", (DEPLOY / "kubernetes.yaml").read_text(), re.MULTILINE)


@pytest.mark.parametrize("path", [*PROBES, "/api/health"])
def test_probe_is_answered(installation: Installation, path: str) -> None:
    assert len(PROBES) == 2
    assert httpx.get(f"{installation.url}{path}", timeout=30).status_code == 200

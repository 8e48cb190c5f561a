"""The shop that calls the shared installation."""

from __future__ import annotations

import pytest
from tests.support.installation import Installation
from tests.support.shop import Shop


@pytest.fixture
def shop(installation: Installation) -> Shop:
    return Shop(installation)

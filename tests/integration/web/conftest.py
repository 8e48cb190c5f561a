"""The shop that calls the shared installation, and the staff who look at it."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest
from tests.support.installation import Installation
from tests.support.panel import make_email
from tests.support.shop import Shop
from tests.support.staff import log_in_staff


@pytest.fixture
def shop(installation: Installation) -> Shop:
    return Shop(installation)


@pytest.fixture
def staff(installation: Installation) -> Iterator[httpx.Client]:
    known = installation.credentials
    with log_in_staff(installation, known.login, known.password) as client:
        yield client


@pytest.fixture
def contact(installation: Installation) -> str:
    body = {"email": make_email("panel"), "name": "Paula Panel"}
    answer = installation.api.post("/api/v1/contacts", json=body).raise_for_status()
    return str(answer.json()["contact"]["contact"])

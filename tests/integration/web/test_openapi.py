"""The description of the own interface is complete, and no request that it allows breaks us."""

from __future__ import annotations

from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.support.installation import Installation
from tests.support.shop import make_email

CONTRACT = {
    ("get", "/api/v1/contacts"),
    ("post", "/api/v1/contacts"),
    ("get", "/api/v1/contacts/{contact_id}"),
    ("get", "/api/v1/contacts/{contact_id}/timeline"),
    ("post", "/api/v1/contacts/{contact_id}/merge"),
    ("post", "/api/v1/contacts/{contact_id}/unmerge"),
    ("post", "/api/v1/contacts/{contact_id}/stop-monitoring"),
    ("post", "/api/v1/contacts/{contact_id}/forget"),
    ("post", "/api/v1/events"),
    ("get", "/api/v1/reports/{name}"),
    ("get", "/api/v1/visitors/{smuuid}"),
    ("get", "/api/v1/visits/live"),
    ("get", "/api/health"),
}
# What may stand in a path so that a request gets further than "not found".
REPORTS = ("totals", "days", "page")


@pytest.fixture(scope="module")
def api_schema(installation: Installation) -> Any:
    return schemathesis.openapi.from_url(f"{installation.url}/api/v1/openapi.json")


@pytest.fixture(scope="module")
def known(installation: Installation) -> str:
    answer = installation.api.post("/api/v1/contacts", json={"email": make_email()})
    return str(answer.json()["contact"]["contact"])


# Not the library's own pytest plugin: it needs an older pytest.
@pytest.mark.parametrize(("method", "path"), sorted(CONTRACT))
@given(data=st.data())
@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
def test_no_request_breaks_the_server(
    installation: Installation, api_schema: Any, known: str, method: str, path: str, data: Any
) -> None:
    case = data.draw(api_schema[path][method].as_strategy())
    _lead_further(case, known, is_led=data.draw(st.booleans()))

    token = installation.credentials.api_token
    answer = case.call(headers={"authorization": f"Bearer {token}"})

    assert answer.status_code < 500, answer.text


def test_description_is_valid(api_schema: Any) -> None:
    api_schema.validate()


def test_contract_is_described(api_schema: Any) -> None:
    paths = api_schema.raw_schema["paths"]

    assert {(method, path) for path in paths for method in paths[path]} == CONTRACT


def test_token_is_asked_for_everywhere(api_schema: Any) -> None:
    paths = api_schema.raw_schema["paths"]

    open_to_all = {
        path
        for path, methods in paths.items()
        for each in methods.values()
        if "security" not in each
    }
    assert open_to_all == {"/api/health"}


def test_description_loads_nothing_from_elsewhere(installation: Installation) -> None:
    statuses = [
        installation.client.get(f"/api/v1{path}").status_code
        for path in ("", "/swagger", "/redoc", "/elements", "/scalar")
    ]

    assert set(statuses) <= {200, 404}
    assert "<script" not in installation.client.get("/api/v1").text


def _lead_further(case: Any, known: str, *, is_led: bool) -> None:
    """Every other request is about somebody who exists; a forgotten one would exist no more."""
    parameters = case.path_parameters or {}
    if is_led and "contact_id" in parameters and not case.path.endswith("/forget"):
        parameters["contact_id"] = known
    if is_led and "name" in parameters:
        parameters["name"] = REPORTS[len(str(case.query)) % len(REPORTS)]

"""The own interface: who may call it, what it answers, and what it refuses."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from tests.support.installation import Installation
from tests.support.shop import make_email
from tests.support.wire import make_visitor

NOBODY = "11111111-2222-4333-8444-555555555555"
ENDPOINTS = (
    ("GET", "/api/v1/contacts?email=a@example.com"),
    ("GET", f"/api/v1/contacts/{NOBODY}"),
    ("GET", f"/api/v1/contacts/{NOBODY}/timeline"),
    ("GET", f"/api/v1/visitors/{make_visitor(1)}"),
    ("GET", "/api/v1/visits/live"),
    ("GET", "/api/v1/reports/totals"),
    ("POST", "/api/v1/contacts"),
    ("POST", "/api/v1/events"),
    ("POST", f"/api/v1/contacts/{NOBODY}/merge"),
    ("POST", f"/api/v1/contacts/{NOBODY}/unmerge"),
    ("POST", f"/api/v1/contacts/{NOBODY}/stop-monitoring"),
    ("POST", f"/api/v1/contacts/{NOBODY}/forget"),
)


@pytest.fixture
def api(installation: Installation) -> httpx.Client:
    return installation.api


def upsert(api: httpx.Client, **fields: Any) -> dict[str, Any]:
    answer = api.post("/api/v1/contacts", json={"email": make_email(), **fields})
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


@pytest.fixture
def contact(api: httpx.Client) -> str:
    return str(upsert(api)["contact"]["contact"])


@pytest.mark.parametrize(("method", "path"), ENDPOINTS)
@pytest.mark.parametrize("header", ["", "Bearer wrong", "Basic abc", "bearer"])
def test_wrong_token_is_refused(
    installation: Installation, method: str, path: str, header: str
) -> None:
    answer = installation.client.request(method, path, headers={"authorization": header})

    assert answer.status_code == 401
    assert "Bearer" in answer.json()["detail"]


def test_scheme_may_be_written_small(installation: Installation) -> None:
    header = {"authorization": f"bearer {installation.credentials.api_token}"}

    assert installation.client.get("/api/v1/visits/live", headers=header).status_code == 200


def test_contact_is_made_and_found(api: httpx.Client) -> None:
    email = make_email()
    made = upsert(api, email=email, name="Ann", tags=["VIP"], properties={"shoe": "42"})

    found = api.get("/api/v1/contacts", params={"email": email.upper()}).json()["contacts"]

    assert made["is_new"]
    assert [(each["email"], each["name"]) for each in found] == [(email, "Ann")]


def test_second_upsert_changes_the_first(api: httpx.Client) -> None:
    email = make_email()
    upsert(api, email=email, name="Ann", tags=["a", "b"])

    again = upsert(api, email=email, phone="1", remove_tags=["a"], opt_ins={"email": "confirmed"})

    card = api.get(f"/api/v1/contacts/{again['contact']['contact']}").json()
    assert (again["is_new"], card["contact"]["name"], card["tags"]) == (False, "Ann", ["b"])


def test_contact_id_may_be_written_large(api: httpx.Client, contact: str) -> None:
    assert api.get(f"/api/v1/contacts/{contact.upper()}").status_code == 200


def test_event_reaches_the_timeline(
    installation: Installation, api: httpx.Client, contact: str
) -> None:
    body = {"name": "offer", "contact": contact, "data": {"value": 12.5}}

    answer = api.post("/api/v1/events", json=body)

    assert answer.status_code == 202
    path = f"/api/v1/contacts/{contact}/timeline"
    [event] = installation.wait_until(lambda: api.get(path).json()["events"])
    assert (event["event_id"], event["name"], event["value"]) == (
        answer.json()["event_id"],
        "OFFER",
        12.5,
    )


def test_event_keeps_its_time(installation: Installation, api: httpx.Client) -> None:
    visitor, at = make_visitor(uuid.uuid4().int % 2**40), datetime(2026, 3, 1, tzinfo=UTC)
    body = {"name": "visit", "visitor": visitor, "occurred_at_ms": int(at.timestamp() * 1000)}

    api.post("/api/v1/events", json=body)

    path = f"/api/v1/visitors/{visitor}"
    [event] = installation.wait_until(lambda: api.get(path).raise_for_status().json()["events"])
    assert event["occurred_at"] == "2026-03-01T00:00:00Z"


def test_timeline_is_read_page_by_page(
    installation: Installation, api: httpx.Client, contact: str
) -> None:
    path, names = f"/api/v1/contacts/{contact}/timeline", ["A", "B", "C", "D", "E"]
    for name in names:
        api.post("/api/v1/events", json={"name": name, "contact": contact})
    installation.wait_until(lambda: len(api.get(path).json()["events"]) == len(names))

    seen, cursor = [], ""
    while not seen or cursor:
        page = api.get(path, params={"limit": 2, "before": cursor}).json()
        seen, cursor = seen + [event["name"] for event in page["events"]], page["before"]

    assert seen == names[::-1]


def test_merge_and_unmerge_undo_each_other(api: httpx.Client, contact: str) -> None:
    loser = upsert(api)["contact"]["contact"]
    path = f"/api/v1/contacts/{contact}"

    merged = api.post(f"{path}/merge", json={"loser": loser}).json()
    assert api.get(f"/api/v1/contacts/{loser}").json()["contact"]["contact"] == contact

    api.post(f"{path}/unmerge", json={"merge_id": merged["merge_id"]})
    assert api.get(f"/api/v1/contacts/{loser}").json()["contact"]["contact"] == loser


def test_monitoring_stops_and_resumes(api: httpx.Client, contact: str) -> None:
    path = f"/api/v1/contacts/{contact}/stop-monitoring"

    stopped = api.post(path, json={}).json()
    resumed = api.post(path, json={"is_stopped": False}).json()

    assert stopped["stopped_at"]
    assert "stopped_at" not in resumed


def test_live_visit_is_listed(installation: Installation, api: httpx.Client) -> None:
    visitor = make_visitor(uuid.uuid4().int % 2**40)
    hit = {"smid": installation.smid, "uuid": visitor, "uri": "/live", "title": "Live"}
    place = {"location": f"127.0.0.1:{installation.port}"}

    agent = {"user-agent": "Mozilla/5.0 (X11; Linux x86_64) Chrome/130.0.0.0 Safari/537.36"}
    installation.client.get("/api/r.gif", params=hit | place, headers=agent)

    live = installation.wait_until(
        lambda: [v for v in api.get("/api/v1/visits/live").json() if v["visitor"] == visitor]
    )
    assert (live[0]["path"], live[0]["contact"]) == ("/live", None)


@pytest.mark.parametrize("name", ["totals", "days", "hours", "page", "source", "country", "device"])
def test_report_is_answered(api: httpx.Client, name: str) -> None:
    period = {"from": "2026-01-01", "to": "2026-12-31T00:00:00+01:00", "site": "nowhere.example"}

    answer = api.get(f"/api/v1/reports/{name}", params=period)

    assert answer.status_code == 200
    assert answer.json() in ([], dict.fromkeys(answer.json(), 0))


REFUSED: list[tuple[str, str, Any, int]] = [
    ("POST", "/api/v1/contacts", {"email": "none"}, 400),
    ("POST", "/api/v1/contacts", {"name": "Ann"}, 400),
    ("POST", "/api/v1/contacts", {"email": "a@example.com", "nmae": "Ann"}, 400),
    ("POST", "/api/v1/contacts", {"email": "a@example.com", "opt_ins": {"email": "yes"}}, 400),
    ("POST", "/api/v1/events", {"name": "x"}, 400),
    ("POST", "/api/v1/events", {"name": "x", "visitor": "junk"}, 400),
    ("POST", "/api/v1/events", {"name": "x", "visitor": f"contact:{NOBODY}"}, 400),
    ("POST", "/api/v1/events", {"name": "x", "contact": NOBODY}, 404),
    ("POST", "/api/v1/events", {"name": "", "contact": NOBODY}, 400),
    ("POST", f"/api/v1/contacts/{NOBODY}/merge", {"loser": NOBODY}, 404),
    ("POST", f"/api/v1/contacts/{NOBODY}/unmerge", {"merge_id": 2**70}, 400),
    ("GET", f"/api/v1/contacts/{NOBODY}", None, 404),
    ("GET", f"/api/v1/contacts/{NOBODY}/timeline?before=99999999999999.1", None, 404),
    ("GET", f"/api/v1/visitors/{make_visitor(0)}", None, 404),
    ("GET", "/api/v1/contacts?limit=0", None, 400),
    ("GET", "/api/v1/reports/secrets", None, 404),
    ("GET", "/api/v1/reports/totals?from=yesterday", None, 400),
    ("GET", "/api/v1/reports/totals?to=0001-01-01", None, 400),
]


@pytest.mark.parametrize(("method", "path", "body", "status"), REFUSED)
def test_refusal_has_status_and_reason(
    api: httpx.Client, method: str, path: str, body: Any, status: int
) -> None:
    answer = api.request(method, path, json=body)

    assert (answer.status_code, answer.json()["status_code"]) == (status, status)
    assert answer.json()["detail"]


@pytest.mark.parametrize("before", ["junk", "1", "1.x", "9" * 14 + ".1", f"1.{2**64}", "١.١"])
def test_made_up_cursor_is_refused(api: httpx.Client, contact: str, before: str) -> None:
    answer = api.get(f"/api/v1/contacts/{contact}/timeline", params={"before": before})

    assert answer.status_code == 400


def test_event_too_large_is_not_promised(api: httpx.Client, contact: str) -> None:
    body = {"name": "big", "contact": contact, "data": {"text": "x" * 70_000}}

    answer = api.post("/api/v1/events", json=body)

    assert (answer.status_code, answer.json()["detail"]) == (
        400,
        "the event cannot be kept: too large",
    )

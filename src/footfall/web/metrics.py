"""The installation's numbers as Prometheus reads them: text, one number a line."""

from __future__ import annotations

import hmac
import os
import shutil
from collections.abc import Iterator, Mapping
from ipaddress import ip_address
from itertools import pairwise
from pathlib import PurePath
from typing import NamedTuple

from litestar import Request, Response, get
from litestar.datastructures import State
from litestar.exceptions import NotAuthorizedException

from footfall import __version__, accounts
from footfall.kit.processes import find_parent, list_below, read_command, read_cost
from footfall.model import DropReason
from footfall.web.alarms import NAMES
from footfall.web.parts import Parts, parts_of
from footfall.web.public import read_health

TYPE = "text/plain; version=0.0.4; charset=utf-8"
ROLES = ("web", "worker", "store")
# A proxy on this machine asks from loopback too, for anybody; it says so with one of these.
FORWARDED = ("forwarded", "x-forwarded-for", "x-real-ip", "via")


class Metric(NamedTuple):
    """One name with its numbers; ``label`` names what tells several apart."""

    name: str
    kind: str  # counter or gauge
    help: str
    values: Mapping[str, float]
    label: str = ""


@get("/metrics", sync_to_thread=True, include_in_schema=False)
def show_metrics(request: Request[object, object, State]) -> Response[str]:
    """Raise NotAuthorizedException for whoever is neither near nor known."""
    parts = parts_of(request.app.state)
    if not _may_read(request, parts):
        raise NotAuthorizedException("send the header 'Authorization: Bearer <token>'")
    lines = [line for metric in list_metrics(parts) for line in write_metric(metric)]
    return Response("\n".join(lines) + "\n", headers={"content-type": TYPE})


def list_metrics(parts: Parts) -> list[Metric]:
    health = read_health(parts)
    disk = shutil.disk_usage(parts.settings.data)
    costs = {role: read_cost(process) for role, process in _find_roles().items()}
    dropped = dict.fromkeys(DropReason, 0) | health["dropped"]
    raised = {alarm.name for alarm in health["alarms"]}
    return [
        _one("hits_accepted_total", "counter", "Hits that were made durable", health["accepted"]),
        _one("hits_stored_total", "counter", "Hits that became events", health["stored"]),
        Metric("hits_dropped_total", "counter", "Hits left out by rule", dropped, "reason"),
        _one("hits_buried_total", "counter", "Hits that could not be read", health["buried"]),
        _one("hits_pending", "gauge", "Accepted hits that wait", health["pending"]),
        _one(
            "oldest_pending_seconds",
            "gauge",
            "How long the first of them waits",
            health["oldest_pending_seconds"],
        ),
        _one("hits_missing", "gauge", "Numbered by browsers, never arrived", health["missing"]),
        Metric(
            "requests_refused_total",
            "counter",
            "Requests turned away at the door since the web process began",
            health["refused"],
            "reason",
        ),
        Metric(
            "process_resident_bytes",
            "gauge",
            "Memory by process; what several share counts for each",
            {role: cost.resident_bytes for role, cost in costs.items()},
            "role",
        ),
        Metric(
            "process_cpu_seconds_total",
            "counter",
            "CPU time by process",
            {role: cost.cpu_seconds for role, cost in costs.items()},
            "role",
        ),
        _one("disk_free_bytes", "gauge", "Room left for the data folder", disk.free),
        _one("disk_size_bytes", "gauge", "Size of the disk below the data folder", disk.total),
        Metric(
            "alarm",
            "gauge",
            "1 while a person should look",
            {name: int(name in raised) for name in NAMES},
            "name",
        ),
        Metric("build_info", "gauge", "The version that runs", {__version__: 1}, "version"),
    ]


def write_metric(metric: Metric) -> Iterator[str]:
    """Nothing for a metric without numbers."""
    if not metric.values:
        return
    name = f"footfall_{metric.name}"
    yield f"# HELP {name} {metric.help}."
    yield f"# TYPE {name} {metric.kind}"
    for value, number in metric.values.items():
        escaped = value.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
        label = f'{{{metric.label}="{escaped}"}}' if metric.label else ""
        yield f"{name}{label} {number:.16g}"


def _one(name: str, kind: str, text: str, number: float) -> Metric:
    return Metric(name, kind, text, {"": number})


def _may_read(request: Request[object, object, State], parts: Parts) -> bool:
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    token = given.strip() if scheme.lower() == "bearer" else ""
    wanted = parts.settings.metrics_token
    if token and wanted and hmac.compare_digest(token.encode(), wanted.encode()):
        return True
    if token:
        with parts.database.read() as connection:
            return accounts.find_account_by_token(connection, token) is not None
    return not wanted and _is_from_here(request)


def _is_from_here(request: Request[object, object, State]) -> bool:
    peer = request.client.host.strip("[]") if request.client else ""
    if any(name in request.headers for name in FORWARDED):
        return False
    try:
        return ip_address(peer).is_loopback
    except ValueError:
        return False


def _find_roles() -> dict[str, int]:
    """The processes under the supervisor that started this one; only ours where none did."""
    top = os.getpid()
    while _find_role(find_parent(top)):
        top = find_parent(top)
    found: dict[str, int] = {}
    for process in [top, *list_below(top)]:
        role = _find_role(process)
        if role in ROLES:
            found.setdefault(role, process)  # a server's own children look like the server
    return found


def _find_role(process: int) -> str:
    """``serve``, ``web``, …: the command of ours that the process runs, or ""."""
    command = read_command(process)
    for word, following in pairwise(command):
        if PurePath(word).name == "footfall":
            return following
    return ""


METRICS = [show_metrics]

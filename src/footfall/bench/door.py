"""The door on one core against nginx answering an empty gif with an access log, in turns."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

from footfall.bench.client import Client, find_free_port, wait_for_port
from footfall.bench.figure import Figure, median
from footfall.bench.installation import settings_in
from footfall.bench.processes import pin, running
from footfall.bench.run import Run
from footfall.bench.sample import make_hits
from footfall.kit import now, to_ms
from footfall.kit.processes import read_cost

CONNECTIONS = 256
LEAST_SHARE = 0.25
MOST_P99_MS = 25.0
SERVER_CORE, LOAD_CORE = 0, 1
WARM_SECONDS = 1.0

_NGINX = """
daemon off; worker_processes 1; pid {folder}/nginx.pid; error_log {folder}/error.log;
worker_rlimit_nofile 4096; events {{ worker_connections 2048; }}
http {{
  access_log {folder}/access.log; keepalive_requests 1000000000;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi; uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  server {{ listen 127.0.0.1:{port} backlog=2048; location / {{ empty_gif; }} }}
}}
"""


class Load(NamedTuple):
    per_second: float
    p99_ms: float
    cpu_us: float
    failed: int


class _Server(NamedTuple):
    port: int
    process_id: int


def measure_door(run: Run) -> list[Figure]:
    """Two figures: the share of nginx's rate, and the answers' 99th percentile."""
    missing = [name for name in ("nginx", "wrk", "taskset") if shutil.which(name) is None]
    cores = os.cpu_count() or 1
    if missing or cores < 2:
        lacking = f"needs {', '.join(missing)}" if missing else "needs two cores"
        return [_share(note=lacking), _tail(note=lacking)]
    folder = run.make_folder("door")
    script = folder / "hit.lua"
    script.write_text(_make_script())
    with ExitStack() as stack:
        nginx, door = _start_nginx(stack, folder), _start_door(stack, folder)
        _load(door, WARM_SECONDS, script)
        rounds = [
            [_load(one, run.seconds, script) for one in (nginx, door)] for _ in range(run.rounds)
        ]
        kept = _count_accepted(door)
    ours, theirs = [pair[1] for pair in rounds], [pair[0] for pair in rounds]
    rate = median([load.per_second for load in ours])
    peer = median([load.per_second for load in theirs])
    failed = sum(load.failed for load in ours)
    return [
        _share(
            median([pair[1].per_second / pair[0].per_second for pair in rounds]),
            f"{rate:,.0f} against {peer:,.0f} hits/s; {median([x.cpu_us for x in ours]):.1f} "
            f"against {median([x.cpu_us for x in theirs]):.1f} µs CPU a hit; "
            f"{kept:,} kept, {failed} refused",
        ),
        _tail(
            median([load.p99_ms for load in ours]),
            f"nginx {median([load.p99_ms for load in theirs]):.1f} ms; rounds "
            + ", ".join(f"{load.p99_ms:.0f}" for load in ours),
        ),
    ]


def _share(value: float | None = None, note: str = "") -> Figure:
    return Figure(
        name="door",
        what="durable hits, one core, of nginx's empty_gif",
        unit="×",
        limit=LEAST_SHARE,
        value=value,
        is_floor=True,
        note=note,
    )


def _tail(value: float | None = None, note: str = "") -> Figure:
    return Figure(
        name="door p99",
        what=f"slowest hundredth at {CONNECTIONS} connections",
        unit="ms",
        limit=MOST_P99_MS,
        value=value,
        note=note,
    )


def _start_nginx(stack: ExitStack, folder: Path) -> _Server:
    port, home = find_free_port(), folder / "nginx"
    home.mkdir()
    (home / "nginx.conf").write_text(_NGINX.format(folder=home, port=port))
    command = ["nginx", "-p", str(home), "-c", str(home / "nginx.conf")]
    process = stack.enter_context(running(pin(command, SERVER_CORE), folder / "nginx.out"))
    wait_for_port(port)
    return _Server(port, process.pid)


def _start_door(stack: ExitStack, folder: Path) -> _Server:
    """The product's own web process: the panel is loaded, as it always is."""
    port = find_free_port()
    command = [sys.executable, "-m", "footfall", "web", "--port", str(port)]
    process = stack.enter_context(
        running(pin(command, SERVER_CORE), folder / "web.log", settings_in(folder, port))
    )
    wait_for_port(port)
    return _Server(port, process.pid)


def _load(server: _Server, seconds: float, script: Path) -> Load:
    spent = read_cost(server.process_id).cpu_seconds
    whole_seconds = max(1, round(seconds))
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{whole_seconds}s", "--latency", "-s"]
    shown = subprocess.run(
        pin([*command, str(script), f"http://127.0.0.1:{server.port}/"], LOAD_CORE),
        capture_output=True,
        text=True,
        check=True,
        timeout=whole_seconds + 30,
    ).stdout
    spent = read_cost(server.process_id).cpu_seconds - spent
    time.sleep(0.2)  # what the last answers left behind is not the next one's burden
    return read_wrk(shown, spent)


def read_wrk(shown: str, cpu_seconds: float) -> Load:
    requests, time_taken, time_unit = re.findall(r"(\d+) requests in ([\d.]+)(s|m)", shown)[0]
    seconds = float(time_taken) * (60 if time_unit == "m" else 1)
    value, unit = re.findall(r"99%\s+([\d.]+)(us|ms|s)", shown)[0]
    failed = re.search(r"Non-2xx or 3xx responses: (\d+)", shown)
    return Load(
        per_second=int(requests) / seconds,
        p99_ms=float(value) * {"us": 0.001, "ms": 1, "s": 1_000}[unit],
        cpu_us=cpu_seconds / max(1, int(requests)) * 1e6,
        failed=int(failed.group(1)) if failed else 0,
    )


def _count_accepted(server: _Server) -> int:
    client = Client(server.port)
    answer = client.ask("/api/health")
    client.close()
    found = re.search(rb'"accepted":\s*(\d+)', answer.body)
    return int(found.group(1)) if found else 0


def _make_script() -> str:
    """A thousand different page views with the headers of a browser."""
    hits = list(make_hits("bench00000000001", 0, 1_000, to_ms(now()), visitors=200))
    paths = ",".join(f'"/api/r.gif?{hit.query.decode()}"' for hit in hits)
    agent = hits[0].headers["user-agent"]
    return f"""
local paths = {{{paths}}}
local at = 0
wrk.headers["User-Agent"] = "{agent}"
wrk.headers["Accept"] = "image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8"
wrk.headers["Accept-Language"] = "pl-PL,pl;q=0.9,en;q=0.8"
wrk.headers["Accept-Encoding"] = "gzip, deflate, br"
wrk.headers["Referer"] = "https://shop.example.com/"
wrk.headers["Sec-CH-UA-Platform"] = '"Windows"'
function request()
  at = at % #paths + 1
  return wrk.format("GET", paths[at])
end
"""

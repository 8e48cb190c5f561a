"""A tiny site and door in one: serves pages with the snippet, and keeps every hit it gets."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlsplit

SMID = "demo0client0id00"
BUILT = Path(__file__).parents[2] / "src/footfall/web/static/build"
GIF = bytes.fromhex(
    "47494638396101000100800000000000ffffff21f90401000000002c00000000010001000002024401003b"
)
DAYS = {"smuuid": 365, "smclient": 3650, "smvr": 3650, "_smvs": 365, "smg": 365, "smconsent": 365}
PATIENCE_SECONDS = 15
# What owners paste: the queue is there before the script is.
STUB = """(function (w, d, r, a, s, e) {
  w.SalesmanagoObject = r; w[r] = w[r] || function () { (w[r].q = w[r].q || []).push(arguments) };
  s = d.createElement("script"); s.async = 1; s.src = a;
  e = d.getElementsByTagName("script")[0]; e.parentNode.insertBefore(s, e);
})(window, document, "sm", "SCRIPT");"""
OLD_LOADER = """(function (d) {
  var s = d.createElement("script"); s.async = true; s.src = "/static/sm.js"; d.head.appendChild(s);
})(document);"""


class Hit(NamedTuple):
    """One hit as it came in: through the gif or in a batch."""

    door: str
    parameters: dict[str, Any]

    def __getitem__(self, name: Any) -> Any:
        return self.parameters.get(name)


class RecordingDoor:
    """Pages at any path, on ``127.0.0.1`` and ``localhost``; hits in order of arrival."""

    def __init__(self) -> None:
        self.received: list[Hit] = []
        self.refused: list[Hit] = []
        self.asked: list[str] = []
        self.config: dict[str, Any] | None = {"consent": False, "domains": [], "cookies": DAYS}
        self.pages: dict[str, str] = {}
        self.headers: dict[str, str] = {}
        self.status = 200  # of r.gif, hits and configuration; 0: hang up without an answer
        self._changed = threading.Condition()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _answerer(self))
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    def __enter__(self) -> RecordingDoor:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def port(self) -> int:
        return self._server.server_port

    @property
    def site(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def other_site(self) -> str:
        return f"http://localhost:{self.port}"

    @property
    def hits(self) -> list[Hit]:
        """Without the repeats of hits whose acknowledgement never arrived."""
        return list({hit["hit"]: hit for hit in reversed(self.received)}.values())[::-1]

    def kinds(self, kind: str = "page") -> list[Hit]:
        return [hit for hit in self.hits if hit["type"] == kind]

    def wait_for(self, count: int, kind: str = "page") -> list[Hit]:
        """The hits of this kind, once there are as many."""
        self.wait_until(lambda: len(self.kinds(kind)) >= count)
        return self.kinds(kind)

    def wait_until(self, is_true: Callable[[], bool]) -> None:
        with self._changed:
            if not self._changed.wait_for(is_true, PATIENCE_SECONDS):
                raise AssertionError(f"waited in vain; received {self.received}")

    def note(self, path: str) -> None:
        with self._changed:
            self.asked.append(path)
            self._changed.notify_all()

    def keep(self, hits: list[Hit], *, is_accepted: bool) -> None:
        with self._changed:
            (self.received if is_accepted else self.refused).extend(hits)
            self._changed.notify_all()


def render_page(snippet: str = "", body: str = "", title: str = "Shop") -> str:
    return (
        f"<!doctype html><html><head><meta charset=utf-8><title>{title}</title>"
        f"{snippet}</head><body>{body}</body></html>"
    )


def render_snippet(before: str = "", after: str = "", script: str = "/static/sm.js") -> str:
    """``before`` sets globals, ``after`` calls the queue before the script has loaded."""
    stub = STUB.replace("SCRIPT", script)
    return f'<script>var _smid = "{SMID}"; {before}\n{stub}\n{after}</script>'


def render_old_snippet(before: str = "") -> str:
    """The oldest form: neither a queue nor a name for it."""
    return f'<script>{before} var _smid = "{SMID}"; {OLD_LOADER}</script>'


def _answerer(door: RecordingDoor) -> type[BaseHTTPRequestHandler]:
    class Answerer(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            url = urlsplit(self.path)
            door.note(url.path)
            if url.path == "/api/r.gif":
                self._receive([Hit("gif", dict(parse_qsl(url.query)))], 200, "image/gif", GIF)
            elif url.path.startswith("/dynamic/"):
                found = 200 if door.config is not None else 404
                self._answer(door.status, found, "application/json", json.dumps(door.config or {}))
            elif url.path.startswith("/static/"):
                text = (BUILT / url.path[8:]).read_text()
                self._answer(200, 200, "text/javascript", text)
            else:
                text = door.pages.get(url.path) or render_page(render_snippet())
                self._answer(200, 200, "text/html; charset=utf-8", text, door.headers)

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            hits = [Hit("batch", item) for item in json.loads(body)]
            self._receive(hits, 204, "text/plain", b"")

        def _receive(self, hits: list[Hit], status: int, kind: str, body: bytes) -> None:
            self._answer(door.status, status, kind, body)
            door.keep(hits, is_accepted=door.status == 200)

        def _answer(
            self, wish: int, status: int, kind: str, body: str | bytes, more: Any = ()
        ) -> None:
            if not wish:
                self.close_connection = True
                return
            content = body.encode() if isinstance(body, str) else body
            self.send_response(status if wish == 200 else wish)
            headers = {"content-type": kind, "content-length": str(len(content))} | dict(more)
            if "origin" in self.headers:
                headers["access-control-allow-origin"] = self.headers["origin"]
                headers["access-control-allow-credentials"] = "true"
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Tests print what they need themselves."""

    return Answerer

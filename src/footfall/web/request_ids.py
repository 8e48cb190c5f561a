"""Every request gets an id, or keeps the one it came with; its answer and log lines carry it."""

from __future__ import annotations

import logging
import re
import time
from typing import Any

from footfall.kit import make_uuid
from footfall.kit.logs import request_id
from footfall.web.asgi_bridge import AsgiApp, Message

log = logging.getLogger(__name__)

HEADER = b"x-request-id"
# Whatever a stranger sends ends up in the log: nothing that could pass for a line of its own.
_USABLE = re.compile(rb"[A-Za-z0-9._-]{1,64}")


def identify_requests(app: AsgiApp) -> AsgiApp:
    """The same application, its requests told apart."""

    async def answer(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
            return
        given = dict(scope["headers"]).get(HEADER, b"")
        mine = given.decode() if _USABLE.fullmatch(given) else make_uuid()
        request_id.set(mine)  # each request runs in a task, and so in a context, of its own
        began, status = time.perf_counter(), 0

        async def send_with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message["headers"], (HEADER, mine.encode())]
            await send(message)

        try:
            await app(scope, receive, send_with_id)
        finally:
            _log_answer(scope, status, time.perf_counter() - began)

    return answer


def _log_answer(scope: Any, status: int, seconds: float) -> None:
    """What changed something or went wrong; pages that are only read would drown it."""
    if scope["method"] in ("GET", "HEAD") and 0 < status < 500:
        return
    # The template, not the path: that names contacts and visitors.
    template = scope.get("path_template", "an unknown path")
    log.info("%s %s %d %.0f ms", scope["method"], template, status, seconds * 1000)

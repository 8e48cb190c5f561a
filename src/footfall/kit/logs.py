"""Log lines: text for people, or one JSON object a line for programs that collect them.

A line names a hit by its offset and a request by its id, never a person: addresses, names and
queries stay out of the messages, and SQLAlchemy hides the values of a failed statement.
"""

from __future__ import annotations

import json
import logging
from contextvars import ContextVar
from datetime import UTC, datetime

request_id: ContextVar[str] = ContextVar("request_id", default="")

TEXT = "%(asctime)s %(levelname)s %(name)s: %(message)s"


def configure_logging(form: str) -> None:
    """``form``: text or json. Once for each process; one that is forked inherits it."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonFormatter() if form == "json" else TextFormatter(TEXT))
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)


class TextFormatter(logging.Formatter):
    """The request's id at the end, where there is one."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 (the library's name)
        line = super().formatMessage(record)
        asked = request_id.get()
        return f"{line} [{asked}]" if asked else line


class JsonFormatter(logging.Formatter):
    """``at``, ``level``, ``logger``, ``process``, ``message``; ``request``, ``error`` if any."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "process": record.process,
            "message": record.getMessage(),
        }
        asked = request_id.get()
        if asked:
            line["request"] = asked
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)

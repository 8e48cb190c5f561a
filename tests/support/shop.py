"""A shop's server as it speaks the compatible interface: signed requests, answers read strictly."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import md5, sha1
from itertools import count
from typing import Any

from tests.support.installation import Installation

OWNER = "demo@example.com"
_numbers = count(1)


@dataclass(frozen=True)
class Shop:
    """One account's caller."""

    installation: Installation

    def sign(self, api_key: str | None = None) -> dict[str, Any]:
        """The key is whatever the caller likes: a fresh one each time, as most clients do."""
        known = self.installation.credentials
        key = md5(str(next(_numbers)).encode()).hexdigest() if api_key is None else api_key
        sha = sha1(f"{key}{known.client_id}{known.api_secret}".encode()).hexdigest()
        block = {"clientId": known.client_id, "apiKey": key, "sha": sha}
        return block | {"requestTime": int(time.time()), "owner": OWNER}

    def call(self, path: str, **fields: Any) -> dict[str, Any]:
        """The answer to a signed call; a field None is sent as null."""
        return self.post(path, self.sign() | fields)

    def post(self, path: str, body: Any) -> dict[str, Any]:
        """The common clients read ``success`` and ``message`` of every answer, whatever it is."""
        answer = self.installation.client.post(f"/api/{path}", json=body)
        assert answer.status_code == 200, answer.text
        read: dict[str, Any] = answer.json()
        assert isinstance(read["success"], bool)
        assert all(isinstance(text, str) for text in read["message"])
        return read

    def upsert(self, **fields: Any) -> str:
        answer = self.call("contact/upsert", **fields)
        assert answer["success"], answer
        return str(answer["contactId"])

    def add_event(self, path: str = "v2/contact/addContactExtEvent", **fields: Any) -> str:
        answer = self.call(path, **fields)
        assert answer["success"], answer
        return str(answer["eventId"])

    def fetch_card(self, contact: str) -> dict[str, Any]:
        return dict(self.installation.api.get(f"/api/v1/contacts/{contact}").json())

    def await_event(self, contact: str, is_it: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """The newest event of the contact of which this is true, once it is on the timeline."""
        path = f"/api/v1/contacts/{contact}/timeline"

        def find() -> dict[str, Any] | None:
            events = self.installation.api.get(path).raise_for_status().json()["events"]
            return next((event for event in events if is_it(event)), None)

        return self.installation.wait_until(find)


def make_email() -> str:
    """An address that nobody has used."""
    return f"{uuid.uuid4().hex[:12]}@example.com"

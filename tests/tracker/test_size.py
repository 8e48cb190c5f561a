"""The budget of the built files, as they travel."""

from __future__ import annotations

import gzip

from tests.support.recording_door import BUILT

# The core; further parts load only where an account uses them.
MOST_BYTES = 3072
MOST_BYTES_OF_PART = 600


def test_core_stays_in_budget(built: None) -> None:
    assert _travel_bytes("sm.js") <= MOST_BYTES


def test_parts_stay_small(built: None) -> None:
    assert _travel_bytes("sm-links.js") <= MOST_BYTES_OF_PART
    assert _travel_bytes("sm-sw.js") <= MOST_BYTES_OF_PART


def test_parts_never_name_a_machine(built: None) -> None:
    texts = [(BUILT / name).read_text() for name in ("sm.js", "sm-links.js", "sm-sw.js")]

    assert not any("sourceMappingURL" in text or "/src/" in text for text in texts)


def _travel_bytes(name: str) -> int:
    return len(gzip.compress((BUILT / name).read_bytes(), 9))

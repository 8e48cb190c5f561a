"""On which hosts the hits of a batch were seen: a listed site is alive, a foreign one is told."""

from __future__ import annotations

from footfall.accounts import SiteSighting
from footfall.model import BuryReason, DropReason, Event, RawHit
from footfall.pipeline.draft import AccountView
from footfall.pipeline.parse import Hit


class Sightings:
    """Newest sighting of each host, so that a batch writes one row per host."""

    def __init__(self) -> None:
        self._newest: dict[tuple[str, str, bool], SiteSighting] = {}

    def add(
        self,
        view: AccountView | None,
        raw: RawHit,
        hit: Hit,
        outcome: Event | DropReason | BuryReason,
    ) -> None:
        refused = outcome is DropReason.UNLISTED_DOMAIN
        if not hit.host or (view is not None and not refused and not isinstance(outcome, Event)):
            return
        smid = hit.text("smid", 64)
        is_twice = (hit.number("snippets") or 1) > 1
        # An old log shows that the site was alive then; nothing of it was seen today.
        seen_at = hit.occurred_at if raw.door == "import" else hit.received_at
        before = self._newest.get((smid, hit.host, refused))
        if before is not None:
            if seen_at <= before.seen_at and is_twice <= before.is_twice:
                return
            seen_at, is_twice = max(seen_at, before.seen_at), is_twice or before.is_twice
        account = view.account.account if view else None
        self._newest[smid, hit.host, refused] = SiteSighting(
            account, smid, hit.host, seen_at, refused, is_twice
        )

    def list(self) -> list[SiteSighting]:
        return list(self._newest.values())

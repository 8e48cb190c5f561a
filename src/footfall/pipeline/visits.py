"""Which visit does this hit belong to? A run with gaps under 30 minutes, cut by a campaign."""

from __future__ import annotations

from footfall.kit import hash64
from footfall.model import AccountId, Channel, Touchpoint, VisitorId
from footfall.pipeline.memory import Memory, RecentVisit

GAP_MS = 30 * 60 * 1000

# Late hits come from an outbox of the last hours; four visits back is far enough.
KEPT_VISITS = 4

_CAMPAIGNS = (Channel.CAMPAIGN, Channel.MAILING)


def assign_visit(
    memory: Memory,
    account: AccountId,
    visitor: VisitorId,
    at_ms: int,
    touchpoint: Touchpoint | None,
) -> tuple[RecentVisit, bool]:
    """Find or begin the visit, and tell whether it begins here.

    ``touchpoint`` None: the hit is no page view and cannot begin a campaign.
    """
    for recent in _list_near(memory.visits, at_ms):
        if touchpoint is None or not _is_new_campaign(recent.touchpoint, touchpoint):
            recent.start_ms = min(recent.start_ms, at_ms)
            recent.end_ms = max(recent.end_ms, at_ms)
            return recent, False
    return _begin(memory, account, visitor, at_ms, touchpoint or Touchpoint()), True


def _list_near(visits: list[RecentVisit], at_ms: int) -> list[RecentVisit]:
    """The last visit that had begun by then, and those that a late hit would come just before."""
    running: RecentVisit | None = None
    following = []
    for visit in visits:
        if visit.start_ms <= at_ms < visit.end_ms + GAP_MS:
            if running is None or visit.start_ms > running.start_ms:
                running = visit
        elif at_ms < visit.start_ms < at_ms + GAP_MS:
            following.append(visit)
    return following if running is None else [running, *following]


def _begin(
    memory: Memory, account: AccountId, visitor: VisitorId, at_ms: int, touchpoint: Touchpoint
) -> RecentVisit:
    if touchpoint.channel is Channel.INTERNAL:
        # A page left open over lunch: the visitor came back by themselves.
        touchpoint = Touchpoint(referrer=touchpoint.referrer)
    visit = RecentVisit(hash64(str(account), visitor, str(at_ms)), at_ms, at_ms, touchpoint)
    memory.visits.append(visit)
    _forget_oldest(memory)
    return visit


def _forget_oldest(memory: Memory) -> None:
    """All but those begun last, and the newest: an imported past comes after the present."""
    if len(memory.visits) > KEPT_VISITS:
        newest = max(memory.visits, key=lambda visit: visit.end_ms)
        oldest = next(visit for visit in memory.visits if visit is not newest)
        memory.visits.remove(oldest)


def _is_new_campaign(current: Touchpoint, new: Touchpoint) -> bool:
    """Marks stay in the address while a visitor walks on: only other marks are new."""
    if new.channel in _CAMPAIGNS:
        return _marks(new, new.source) != _marks(current, new.source and current.source)
    return bool(new.click_id) and new.click_id != current.click_id


def _marks(touchpoint: Touchpoint, source: str) -> tuple[str, ...]:
    """``source`` "" when the new one came without: then it is not compared."""
    return (
        source,
        touchpoint.medium,
        touchpoint.campaign,
        touchpoint.mailing,
        touchpoint.click_id,
    )

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
    for recent in reversed(memory.visits):
        if recent.start_ms - GAP_MS < at_ms < recent.end_ms + GAP_MS:
            if touchpoint is not None and _is_new_campaign(recent.touchpoint, touchpoint):
                break
            recent.end_ms = max(recent.end_ms, at_ms)
            return recent, False
    return _begin(memory, account, visitor, at_ms, touchpoint or Touchpoint()), True


def _begin(
    memory: Memory, account: AccountId, visitor: VisitorId, at_ms: int, touchpoint: Touchpoint
) -> RecentVisit:
    if touchpoint.channel is Channel.INTERNAL:
        # A page left open over lunch: the visitor came back by themselves.
        touchpoint = Touchpoint(referrer=touchpoint.referrer)
    visit = RecentVisit(hash64(str(account), visitor, str(at_ms)), at_ms, at_ms, touchpoint)
    memory.visits.append(visit)
    del memory.visits[:-KEPT_VISITS]
    return visit


def _is_new_campaign(current: Touchpoint, new: Touchpoint) -> bool:
    is_campaign = new.channel in _CAMPAIGNS or bool(new.click_id)
    return is_campaign and _signature(new) != _signature(current)


def _signature(touchpoint: Touchpoint) -> tuple[str, ...]:
    return (
        touchpoint.source,
        touchpoint.medium,
        touchpoint.campaign,
        touchpoint.mailing,
        touchpoint.click_id,
    )
